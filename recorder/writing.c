/* SPDX-License-Identifier: Apache-2.0 */
/*
 *             disk: opened              CLOSE               disk: closed
 *   OPENING ────────────────▶ OPEN ───────────────▶ CLOSING ─────────────▶ (gone)
 *      │ ▲                      │                      │ failed
 *      │ └──── retry ───┐       │ failed               ▼
 *      └── failed ──▶ FAILED ◀──┘                   (gone)
 *                       └── CLOSE ──▶ (gone)
 *
 *                     the queue to the disk is full
 *   OPENING or OPEN ────────────────────────────────▶ PAUSED, which fails and closes as they do
 *                   ◀────────────────────────────────
 *                           half of it is written
 *
 * PAUSED keeps the segment and the full block, and drops packets; when it ends, the journal says from when to when.
 *
 * Invariants: a sealer exists in all but FAILED; there is no block in FAILED; one CLOSED event per recording, sent on the way to
 * (gone); FAILED and RECOVERED events alternate.
 */
#include "recorder/writing.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/mailbox.h"

#define FW_LOG_TOPIC "recorder"
#include "base/log.h"

#define RETRY_US    (1 * FW_US_PER_S)
#define BLOCK_BYTES (FW_DISK_BLOCK_BYTES - FW_JOURNAL_OVERHEAD_BYTES) /* plain: 40 ms of a call */
#define NOTES_BYTES 8192 /* marks kept while failed: two hundred */

enum state {
	STATE_OPENING,
	STATE_OPEN,
	STATE_PAUSED,
	STATE_FAILED,
	STATE_CLOSING,
	STATE_COUNT
};

static const char *const state_names[STATE_COUNT] = {
	"opening", "open", "paused", "failed", "closing"};

static const bool legal[STATE_COUNT][STATE_COUNT] = {
	[STATE_OPENING] =
		{[STATE_OPEN] = true, [STATE_PAUSED] = true, [STATE_FAILED] = true, [STATE_CLOSING] = true},
	[STATE_OPEN] = {[STATE_PAUSED] = true, [STATE_FAILED] = true, [STATE_CLOSING] = true},
	[STATE_PAUSED] = {[STATE_OPENING] = true, [STATE_OPEN] = true, [STATE_FAILED] = true},
	[STATE_FAILED] = {[STATE_OPENING] = true},
};

struct fw_writing {
	struct fw_writing_shared *shared;
	enum state state;
	struct fw_recorder_command open; /* as it was asked for */
	uint32_t segment; /* current or last tried */
	enum fw_segment_reason reason; /* of the next segment */
	bool told_failed; /* FAILED was told, RECOVERED not yet */
	bool told_open;
	bool opened; /* the segment, by the disk */
	struct fw_journal_sealer *sealer;
	uint64_t handle;
	int64_t retry_at_us;
	int64_t paused_at_us;
	int64_t flush_at_us;
	uint64_t journal_bytes;
	GByteArray *notes;
	uint8_t *block; /* that fills; sealed where it is, then the disk's; NULL: nothing came yet */
	size_t used; /* plain bytes in it */
};

void fw_writing_tell(struct fw_writing_shared *shared, const struct fw_recorder_event *event)
{
	int r = fw_mailbox_post(shared->events, shared->event_type, event, sizeof(*event));

	if (r < 0) {
		fw_error("event lost kind=%d call=%" G_GUINT64_FORMAT " errno=%d", event->kind,
			event->call, -r);
	}
}

static void set_state(struct fw_writing *writing, enum state state, const char *why)
{
	g_assert(legal[writing->state][state]);
	fw_info("recording %s->%s reason=%s recording=%s segment=%u", state_names[writing->state],
		state_names[state], why, writing->open.open.recording, writing->segment);
	writing->state = state;
}

/* What is in it is lost. It may be plain text. */
static void drop_block(struct fw_writing *writing)
{
	if (writing->block) {
		fw_wipe(writing->block, FW_DISK_BLOCK_BYTES);
		fw_disk_give_block(writing->shared->disk, g_steal_pointer(&writing->block));
	}
	writing->used = 0;
}

static void end_segment(struct fw_writing *writing)
{
	if (writing->handle != 0) {
		(void)fw_disk_abandon(writing->shared->disk, writing->handle);
	}
	fw_journal_sealer_destroy(g_steal_pointer(&writing->sealer));
	writing->handle = 0;
	writing->opened = false;
	drop_block(writing);
}

static void tell_failed(
	struct fw_writing *writing, enum fw_recorder_reason reason, int error, int64_t now_us)
{
	if (writing->told_failed) {
		return;
	}
	writing->told_failed = true;
	fw_error("nothing is recorded call=%" G_GUINT64_FORMAT " errno=%d", writing->open.call,
		error);
	fw_writing_tell(writing->shared,
		&(struct fw_recorder_event){
			.kind = FW_RECORDER_FAILED,
			.call = writing->open.call,
			.at_us = now_us,
			.failed = {.reason = reason, .error = error},
		});
}

static void tell_open(struct fw_writing *writing, int64_t now_us)
{
	bool again = writing->told_open || writing->told_failed;

	writing->told_open = true;
	writing->told_failed = false;
	fw_writing_tell(writing->shared,
		&(struct fw_recorder_event){
			.kind = again ? FW_RECORDER_RECOVERED : FW_RECORDER_OPENED,
			.call = writing->open.call,
			.at_us = now_us,
			.opened = {.segment = writing->segment},
		});
}

static void fail(struct fw_writing *writing, int error, int64_t now_us)
{
	bool full = error == ENOSPC || error == EDQUOT || error == 0;

	if (!writing->opened && error != EEXIST && error != 0) {
		writing->segment--; /* it was not made: readers do not look for numbers far ahead */
	}
	end_segment(writing);
	set_state(writing, STATE_FAILED, full ? "disk_full" : g_strerror(error));
	writing->retry_at_us = now_us + RETRY_US;
	writing->reason = full ? FW_SEGMENT_DISK_FULL : FW_SEGMENT_DISK_ERROR;
	tell_failed(writing, full ? FW_RECORDER_REASON_DISK_FULL : FW_RECORDER_REASON_ERROR, error,
		now_us);
}

static int give(struct fw_writing *writing, uint8_t *block, size_t size)
{
	struct fw_writing_shared *shared = writing->shared;
	int r = fw_disk_write(shared->disk, writing->handle, block, size);

	if (r < 0) {
		return r;
	}
	shared->journal_bytes += size;
	writing->journal_bytes += size;
	return 0;
}

/* Beginnings and ends go beyond it: a block or two for each recording. */
static bool has_room(const struct fw_writing_shared *shared)
{
	return fw_disk_queued_bytes(shared->disk) + FW_DISK_BLOCK_BYTES <= shared->queue_bytes;
}

static bool caught_up(const struct fw_writing_shared *shared)
{
	return fw_disk_queued_bytes(shared->disk) <= shared->queue_bytes / 2;
}

static int seal(struct fw_writing *writing, bool last)
{
	uint8_t *block = writing->block;
	size_t size = writing->used;
	int r = fw_journal_seal(writing->sealer, block + FW_JOURNAL_FRAME_BYTES, size, last, block);

	if (r < 0) {
		return r;
	}
	writing->block = NULL;
	writing->used = 0;
	return give(writing, block, size + FW_JOURNAL_OVERHEAD_BYTES);
}

static void pause_writing(struct fw_writing *writing, int64_t now_us)
{
	set_state(writing, STATE_PAUSED, "slow_disk");
	writing->paused_at_us = now_us;
	tell_failed(writing, FW_RECORDER_REASON_DISK_SLOW, ETIMEDOUT, now_us);
}

/* beyond: also when the queue is full. */
static bool append(struct fw_writing *writing, const uint8_t *record, size_t size, bool beyond)
{
	if (writing->state != STATE_OPENING && writing->state != STATE_OPEN) {
		return false;
	}
	if (writing->used + size > BLOCK_BYTES) {
		int r;

		if (!beyond && !has_room(writing->shared)) {
			pause_writing(writing, fw_clock_wall_us());
			return false;
		}
		r = seal(writing, false);
		if (r < 0) {
			fail(writing, -r, fw_clock_wall_us());
			return false;
		}
	}
	if (!writing->block) {
		writing->block = fw_disk_take_block(writing->shared->disk);
	}
	memcpy(writing->block + FW_JOURNAL_FRAME_BYTES + writing->used, record, size);
	writing->used += size;
	return true;
}

/* One of ours: few, and needed to read the rest. */
static int append_record(struct fw_writing *writing, const struct fw_record *record)
{
	uint8_t bytes[FW_RECORD_MAX_BYTES];
	size_t size = 0;
	int r = fw_record_encode(record, bytes, sizeof(bytes), &size);

	if (r < 0) {
		return r;
	}
	return append(writing, bytes, size, true) ? 0 : -EIO;
}

static void append_notes(struct fw_writing *writing)
{
	if (writing->notes->len > 0) {
		(void)append(writing, writing->notes->data, writing->notes->len, true);
	}
	g_byte_array_set_size(writing->notes, 0);
}

static void append_beginning(struct fw_writing *writing, int64_t now_us)
{
	struct fw_record record = {
		.kind = FW_RECORD_SEGMENT,
		.track = FW_TRACK_COUNT,
		.at_us = now_us,
		.segment = {.reason = writing->reason,
			.drill = writing->open.open.drill,
			.started_us = writing->open.open.started_us},
	};

	memcpy(record.segment.call_id, writing->open.open.call_id, FW_ID_SIZE);
	(void)append_record(writing, &record);
	append_notes(writing);
}

static int begin_segment(struct fw_writing *writing, int64_t now_us)
{
	struct fw_writing_shared *shared = writing->shared;
	uint8_t *header;
	int r;

	if (shared->free_bytes < shared->min_free_bytes) {
		return 0;
	}
	if (writing->segment >= FW_JOURNAL_SEGMENTS_MAX) {
		return -EOVERFLOW;
	}
	writing->segment++;
	header = fw_disk_take_block(shared->disk);
	r = fw_journal_sealer_create(writing->open.open.recording, writing->segment,
		writing->open.open.key, now_us, header, &writing->sealer);
	if (r < 0) {
		fw_disk_give_block(shared->disk, header);
		return r;
	}
	writing->handle = ++shared->next_handle;
	r = fw_disk_open(
		shared->disk, writing->handle, writing->open.open.recording, writing->segment);
	if (r < 0) {
		fw_disk_give_block(shared->disk, header);
		return r;
	}
	r = give(writing, header, FW_JOURNAL_HEADER_BYTES);
	return r < 0 ? r : 1;
}

/* From OPENING (the first segment) or FAILED, where it stays when it cannot be. */
static void try_segment(struct fw_writing *writing, int64_t now_us)
{
	int r = begin_segment(writing, now_us);

	if (r == 1) {
		if (writing->state == STATE_FAILED) {
			set_state(writing, STATE_OPENING, "retry");
		}
		append_beginning(writing, now_us);
	} else if (writing->state == STATE_OPENING) {
		fail(writing, -r, now_us);
	} else {
		end_segment(writing);
		writing->retry_at_us = now_us + RETRY_US;
	}
}

struct fw_writing *fw_writing_open(struct fw_writing_shared *shared,
	const struct fw_recorder_command *command, uint32_t earlier, int64_t now_us)
{
	struct fw_writing *writing = g_new0(struct fw_writing, 1);

	writing->shared = shared;
	writing->open = *command;
	writing->notes = g_byte_array_new();
	writing->segment = MAX(earlier, command->open.segment > 0 ? command->open.segment - 1 : 0);
	writing->reason = writing->segment > 0 ? FW_SEGMENT_RESTART : FW_SEGMENT_START;
	writing->state = STATE_OPENING;
	try_segment(writing, now_us);
	return writing;
}

void fw_writing_destroy(struct fw_writing *writing)
{
	if (!writing) {
		return;
	}
	if (writing->handle != 0 && writing->state != STATE_CLOSING) {
		if (writing->used > 0) {
			(void)seal(writing, false);
		}
		(void)fw_disk_abandon(writing->shared->disk, writing->handle);
	}
	drop_block(writing);
	fw_journal_sealer_destroy(writing->sealer);
	g_byte_array_unref(writing->notes);
	fw_wipe(writing, sizeof(*writing));
	g_free(writing);
}

const char *fw_writing_recording(const struct fw_writing *writing)
{
	return writing->open.open.recording;
}

uint64_t fw_writing_handle(const struct fw_writing *writing)
{
	return writing->handle;
}

uint64_t *fw_writing_call(struct fw_writing *writing)
{
	return &writing->open.call;
}

static void append_mark(struct fw_writing *writing, enum fw_mark mark, int64_t at_us)
{
	(void)append_record(writing,
		&(struct fw_record){.kind = FW_RECORD_MARK,
			.track = FW_TRACK_COUNT,
			.at_us = at_us,
			.mark = mark});
}

/* Back to the state before; the journal says what is missing and why. */
static int unpause(struct fw_writing *writing, int64_t now_us)
{
	int r = seal(writing, false);

	if (r < 0) {
		return r;
	}
	set_state(writing, writing->opened ? STATE_OPEN : STATE_OPENING, "caught_up");
	append_mark(writing, FW_MARK_DISK_SLOW, writing->paused_at_us);
	append_mark(writing, FW_MARK_DISK_OK, now_us);
	append_notes(writing);
	return 0;
}

static void try_unpause(struct fw_writing *writing, int64_t now_us)
{
	int r;

	if (!caught_up(writing->shared)) {
		return;
	}
	r = unpause(writing, now_us);
	if (r < 0) {
		fail(writing, -r, now_us);
	} else if (writing->opened) {
		tell_open(writing, now_us);
	}
}

bool fw_writing_append(struct fw_writing *writing, const uint8_t *record, size_t size)
{
	return append(writing, record, size, false);
}

void fw_writing_note(struct fw_writing *writing, const struct fw_record *record)
{
	uint8_t bytes[FW_RECORD_MAX_BYTES];
	size_t size = 0;

	if (fw_record_encode(record, bytes, sizeof(bytes), &size) < 0) {
		fw_warn("bad mark dropped recording=%s", writing->open.open.recording);
		return;
	}
	if (!fw_writing_append(writing, bytes, size) && writing->notes->len + size <= NOTES_BYTES) {
		g_byte_array_append(writing->notes, bytes, (guint)size);
	}
}

static void flush(struct fw_writing *writing, int64_t now_us)
{
	int r = 0;

	/* A clock that was set back must not stop the flushing. */
	if (now_us < writing->flush_at_us &&
		writing->flush_at_us - now_us <= writing->shared->flush_us) {
		return;
	}
	writing->flush_at_us = now_us + writing->shared->flush_us;
	if (writing->shared->free_bytes < writing->shared->min_free_bytes / 8) {
		fail(writing, 0, now_us);
	} else if (writing->used > 0 && has_room(writing->shared)) {
		r = seal(writing, false);
	}
	if (r < 0) {
		fail(writing, -r, now_us);
	}
}

void fw_writing_tick(struct fw_writing *writing, int64_t now_us)
{
	switch (writing->state) {
	case STATE_OPENING:
	case STATE_OPEN:
		flush(writing, now_us);
		break;
	case STATE_PAUSED:
		try_unpause(writing, now_us);
		break;
	case STATE_FAILED:
		if (now_us >= writing->retry_at_us && caught_up(writing->shared)) {
			try_segment(writing, now_us);
		}
		break;
	case STATE_CLOSING:
	case STATE_COUNT:
		break;
	}
}

static bool gone(struct fw_writing *writing, bool complete, int64_t now_us)
{
	fw_info("recording closed recording=%s complete=%d", writing->open.open.recording, complete);
	fw_writing_tell(writing->shared,
		&(struct fw_recorder_event){
			.kind = FW_RECORDER_CLOSED,
			.call = writing->open.call,
			.at_us = now_us,
			.closed = {.complete = complete, .journal_bytes = writing->journal_bytes},
		});
	return true;
}

bool fw_writing_close(struct fw_writing *writing, int64_t at_us, int64_t now_us)
{
	struct fw_record record = {.kind = FW_RECORD_CLOSE, .track = FW_TRACK_COUNT, .at_us = at_us};
	int r = 0;

	if (writing->state == STATE_CLOSING) {
		return false;
	}
	if (writing->state == STATE_PAUSED) {
		r = unpause(writing, now_us); /* its end is not lost for want of room */
	}
	if (r == 0) {
		r = append_record(writing, &record);
	}
	if (r == 0) {
		r = seal(writing, true);
	}
	if (r == 0) {
		r = fw_disk_close(writing->shared->disk, writing->handle);
	}
	if (r < 0) {
		if (writing->state != STATE_FAILED) {
			fail(writing, -r, now_us);
		}
		return gone(writing, false, now_us);
	}
	set_state(writing, STATE_CLOSING, "close");
	return false;
}

static void opened(struct fw_writing *writing, int64_t now_us)
{
	writing->opened = true;
	if (writing->state == STATE_PAUSED) {
		return; /* told when it goes on */
	}
	if (writing->state == STATE_OPENING) {
		set_state(writing, STATE_OPEN, "disk");
	}
	tell_open(writing, now_us);
}

bool fw_writing_answer(
	struct fw_writing *writing, const struct fw_disk_answer *answer, int64_t now_us)
{
	switch (answer->kind) {
	case FW_DISK_OPENED:
		opened(writing, now_us);
		break;
	case FW_DISK_CLOSED:
		return gone(writing, true, now_us);
	case FW_DISK_FAILED:
		if (writing->state == STATE_CLOSING) {
			fw_error("recording lost its end recording=%s errno=%d",
				writing->open.open.recording, answer->error);
			return gone(writing, false, now_us);
		}
		fail(writing, answer->error, now_us);
		break;
	case FW_DISK_SYNCED:
		break;
	}
	return false;
}
