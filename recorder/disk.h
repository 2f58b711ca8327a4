/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk thread: opens and appends to journal segments, so that the recorder thread never waits for a disk; what may take long
 * (syncing, closing, removing) is done by the thread behind it (syncer.h), so that writing goes on meanwhile. Each segment has a
 * handle that the recorder chooses; requests of one segment are done in order. After the first failure of a segment nothing more is
 * written to it, what a failed write left is cut off, and exactly one FAILED comes.
 *
 * Owner: the recorder. Threads: create, destroy and requests from the recorder thread; answers come as messages of the given type
 * with a struct fw_disk_answer as body.
 * Errors: negative errno from create; -EOVERFLOW the queue of requests is full.
 */
#ifndef FW_RECORDER_DISK_H
#define FW_RECORDER_DISK_H

#include "recorder/journal.h"
#include <stddef.h>
#include <stdint.h>

struct fw_disk;
struct fw_mailbox;

/* Whole pages, and a quarter of what a journal's block may hold: each open recording has one that fills, and as much again is on its way. */
#define FW_DISK_BLOCK_BYTES 16384

enum fw_disk_answer_kind {
	FW_DISK_OPENED,
	FW_DISK_FAILED,
	FW_DISK_CLOSED, /* durable; nothing more comes for this handle */
	FW_DISK_SYNCED,
};

struct fw_disk_answer {
	enum fw_disk_answer_kind kind;
	int error; /* FAILED: errno, positive */
	uint64_t handle;
	uint64_t free_bytes; /* SYNCED: of the file system, for us */
	int64_t took_us; /* SYNCED */
};

/* What reaches the medium; all return 0 or negative errno. Tests put a slow one in their place. */
struct fw_disk_ops {
	int (*write)(
		void *user, int fd, const void *bytes, size_t size, int64_t at); /* disk thread */
	int (*sync)(void *user, int folder_fd); /* the whole file system; syncer */
	int (*sync_file)(void *user, int fd); /* syncer */
	void *user;
};

struct fw_disk_options {
	const char *folder; /* created when missing */
	uint64_t queue_bytes; /* what waits at most: fw_disk_queued_bytes() is held below it by the caller */
	struct fw_mailbox *answers;
	uint32_t answer_type;
	const struct fw_disk_ops *ops; /* NULL: the system's; copied */
};

int fw_disk_create(const struct fw_disk_options *options, struct fw_disk **ret_disk);

/* Does what is queued, then ends the thread; segments that are open stay without their end. */
void fw_disk_destroy(struct fw_disk *disk);

/* Creates folder/recording/segment; -EEXIST comes as FAILED. */
int fw_disk_open(struct fw_disk *disk, uint64_t handle, const char *recording, uint32_t segment);
/* Room for FW_DISK_BLOCK_BYTES to be filled and written, or given back. From one thread at a time. */
uint8_t *fw_disk_take_block(struct fw_disk *disk);
void fw_disk_give_block(struct fw_disk *disk, uint8_t *block);
/* The first size bytes of a block, which is the disk's from here on, whatever is returned. */
int fw_disk_write(struct fw_disk *disk, uint64_t handle, uint8_t *block, size_t size);
/* Of all segments: blocks that were given and are not written or given up yet, by the memory they take. */
uint64_t fw_disk_queued_bytes(const struct fw_disk *disk);
/* Syncs and closes; answered by CLOSED, or by FAILED before. */
int fw_disk_close(struct fw_disk *disk, uint64_t handle);
/* Closes without an answer. */
int fw_disk_abandon(struct fw_disk *disk, uint64_t handle);
/* Removes the journal of a recording, see fw_recorder_remove_journal(); a failure is logged. */
int fw_disk_remove(struct fw_disk *disk, const char *recording);
/* One sync for all segments if anything was written since the last, and the free space; answered by SYNCED. Memory of blocks that
 * lay idle since the last one is given back, so call it now and then. */
int fw_disk_sync(struct fw_disk *disk);

/* Now, by the caller's thread; for the start. */
int fw_disk_free_bytes(const char *folder, uint64_t *ret_bytes);

#endif
