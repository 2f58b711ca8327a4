/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Password pool: argon2id, to check and to hash, off the desk's thread, few at once, because each takes 64 MiB and 70 ms of a
 * core. The desk bounds how many wait (FW_SIGN_INS_MAX).
 *
 * Owner: main. Threads: create, destroy from one; check from any; the callback runs on the pool's
 * threads. Errors: -EOVERFLOW too many wait, -errno of threads.
 */
#ifndef FW_SIGNALING_PASSWORD_POOL_H
#define FW_SIGNALING_PASSWORD_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

#define FW_PASSWORD_THREADS     2
#define FW_PASSWORD_WAITING_MAX 256 /* per thread; more than the desk ever has under way */

struct fw_password_pool;

/* hash (g_malloc, the callee's): of the new password, if one was given and the old one matches; else NULL. */
typedef void fw_password_checked(void *user, uint64_t request, bool matches, char *hash);

int fw_password_pool_create(
	fw_password_checked *checked, void *user, struct fw_password_pool **ret_pool);

/* What still waits is dropped without an answer. */
void fw_password_pool_destroy(struct fw_password_pool *pool);
FW_DEFINE_CLEANUP(struct fw_password_pool, fw_password_pool_destroy)

/* Takes the texts (g_malloc) over; passwords are wiped after their use. next: a new password to hash, may be NULL. */
int fw_password_pool_check(
	struct fw_password_pool *pool, uint64_t request, char *hash, char *password, char *next);

#endif
