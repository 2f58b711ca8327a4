/* SPDX-License-Identifier: Apache-2.0 */
/* What spawn.c and nursery.c share. Nobody else includes this. */
#ifndef FW_BASE_SPAWN_PRIVATE_H
#define FW_BASE_SPAWN_PRIVATE_H

#include <sys/types.h>

#include "base/spawn.h"

/*
 * In the child: default signals, death with the parent, the descriptors and limits of the options; all other descriptors close at exec.
 * ret_kept: a descriptor to keep until then, gets its new number; NULL: there is no exec, they are closed.
 */
int fw_spawn_settle(const struct fw_spawn_options *options, pid_t parent, int *ret_kept);

/* A child of this process that runs. It is killed and reaped when that fails. */
int fw_process_adopt(pid_t pid, struct fw_process **ret_process);

#endif
