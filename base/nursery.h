/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker program that is started once, with its libraries loaded and warm, and splits off a process for every job. Loading a hundred
 * libraries costs fifteen milliseconds of processor time or more; splitting off one or two.
 *
 *     server: fw_nursery_create(program, &nursery);    runs "program --nursery"
 *             fw_nursery_spawn(nursery, &options, &process);   as fw_spawn(), which see
 *     worker: main() warms up, then fw_nursery_serve(), which comes back in every process that was split off
 *
 * Such a process is a child of the server, not of the nursery, with the descriptors and limits it would have after fw_spawn().
 * The nursery itself never reads a key or a byte from outside. All that it splits off have its memory layout in common.
 *
 * Owner: the creator. Threads: one, which lives as long as the server (base/spawn.h). Errors: those of fw_spawn();
 * -EPIPE the nursery is gone or does not know what that is, -EOPNOTSUPP a sanitizer build, whose run-time cannot be split:
 * the caller can still use fw_spawn().
 */
#ifndef FW_BASE_NURSERY_H
#define FW_BASE_NURSERY_H

#include "base/spawn.h"

#define FW_NURSERY_ARGUMENT "--nursery"

struct fw_nursery;

int fw_nursery_create(const char *program, struct fw_nursery **ret_nursery);
/* What was split off lives on. */
void fw_nursery_destroy(struct fw_nursery *nursery);
FW_DEFINE_CLEANUP(struct fw_nursery, fw_nursery_destroy)

/* options->program does not count. */
int fw_nursery_spawn(struct fw_nursery *nursery, const struct fw_spawn_options *options,
	struct fw_process **ret_process);

/*
 * In the worker, before it has threads: 0 in each process that was split off, with its arguments, which last until it ends. In the
 * nursery it never returns: that ends with the server.
 */
int fw_nursery_serve(int *ret_argc, char ***ret_argv);

#endif
