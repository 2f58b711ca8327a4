/* SPDX-License-Identifier: Apache-2.0 */
/* Changing the own password (PROTOCOL.md 1): the old one is checked and the new one hashed off the desk's thread.
 * An account with a first password may do nothing else before.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h (refused), negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DESK_PASSWORDS_H
#define FW_SIGNALING_DESK_PASSWORDS_H

#include "signaling/desk/access.h"
#include "signaling/desk/http.h"

#define FW_PASSWORD_MIN_CHARS  8
#define FW_FIRST_PASSWORD_SIZE 21 /* four groups of four and their hyphens, the final NUL */

/* Long enough, of at least two kinds of characters, not the account's name, not the former one. */
bool fw_password_is_good(const char *account, const char *old, const char *next);

/* FW_OP_PASSWORD goes on: the old password was checked. */
int fw_password_changed(
	struct fw_desk *desk, uint64_t request, struct fw_account *account, const char *hash);

/* A one-time password of 80 random bits, in letters and digits that are not mistaken for each other. */
void fw_password_first(struct fw_desk *desk, char ret_password[FW_FIRST_PASSWORD_SIZE]);

#endif
