/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sync thread: what may take seconds on a busy disk and must not keep the disk thread from writing. Requests are done in order.
 *
 * One syncfs makes all journals durable: on ext4 with a hundred of them it costs a twentieth of the processor time that a call for
 * each file does, and waits no longer, also while others write. Writes to the same files go on during it.
 *
 * Owner: the disk. Threads: requests from the disk thread, create and destroy while that does not run; answers as disk.h says.
 * Errors: negative errno from create; -EOVERFLOW the queue of requests is full, and nothing was taken.
 */
#ifndef FW_RECORDER_SYNCER_H
#define FW_RECORDER_SYNCER_H

#include "recorder/disk.h"
#include <stdbool.h>

struct fw_syncer;

/* As of the disk; the folder is there. folder_fd: borrowed. */
int fw_syncer_create(
	const struct fw_disk_options *options, int folder_fd, struct fw_syncer **ret_syncer);
/* Does what is queued, then ends the thread. */
void fw_syncer_destroy(struct fw_syncer *syncer);

/* Answered by SYNCED; dirty: something was written since the last time. */
int fw_syncer_sync(struct fw_syncer *syncer, bool dirty);
/* Makes the file durable and closes it, which is the syncer's from here on; answered by CLOSED or FAILED. */
int fw_syncer_close(struct fw_syncer *syncer, uint64_t handle, int fd);
int fw_syncer_remove(struct fw_syncer *syncer, const char *recording);

#endif
