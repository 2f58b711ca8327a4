/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording that is being written: its state, its current segment, the block that fills.
 *
 * Owner: the recorder. Threads: the recorder thread. Errors: none to the caller: what goes wrong
 * becomes a FAILED event, and the recording tries again by itself.
 */
#ifndef FW_RECORDER_WRITING_H
#define FW_RECORDER_WRITING_H

#include "recorder/disk.h"
#include "recorder/journal.h"

/* What all recordings of a recorder share. */
struct fw_writing_shared {
	struct fw_disk *disk;
	struct fw_mailbox *events;
	uint32_t event_type;
	uint64_t next_handle;
	uint64_t queue_bytes; /* what may wait at the disk, of all recordings */
	int64_t flush_us;
	uint64_t min_free_bytes;
	uint64_t free_bytes;
	uint64_t journal_bytes;
};

void fw_writing_tell(struct fw_writing_shared *shared, const struct fw_recorder_event *event);

struct fw_writing;

/* earlier: highest segment number that is on the disk; 0: none. Asks for the segment at once. */
struct fw_writing *fw_writing_open(struct fw_writing_shared *shared,
	const struct fw_recorder_command *command, uint32_t earlier, int64_t now_us);
/* Leaves the current segment without its end. */
void fw_writing_destroy(struct fw_writing *writing);

const char *fw_writing_recording(const struct fw_writing *writing);
uint64_t fw_writing_handle(const struct fw_writing *writing); /* of the segment; 0: none */
uint64_t *fw_writing_call(struct fw_writing *writing); /* key of a table */

/* An encoded record. False: not kept, because the recording failed or is closed. */
bool fw_writing_append(struct fw_writing *writing, const uint8_t *record, size_t size);
/* Kept over a failure, so that later gaps still find their cause. */
void fw_writing_note(struct fw_writing *writing, const struct fw_record *record);

/*
 * At every look: seals what has come once a flush interval, each recording at its own moments, so that
 * a hundred of them do not take the processor from a media worker at once; tries again after a failure,
 * goes on after a pause.
 */
void fw_writing_tick(struct fw_writing *writing, int64_t now_us);

/* True when nothing more will come: destroy it. Otherwise the disk's answer decides. */
bool fw_writing_close(struct fw_writing *writing, int64_t at_us, int64_t now_us);
/* OPENED, FAILED, CLOSED of this recording's segment; true as for close. */
bool fw_writing_answer(
	struct fw_writing *writing, const struct fw_disk_answer *answer, int64_t now_us);

#endif
