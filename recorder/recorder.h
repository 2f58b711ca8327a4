/* SPDX-License-Identifier: Apache-2.0 */
/* The recorder: one thread that appends what media workers received to one encrypted journal per call (docs/RECORDING.md).
 *
 *     desk ──commands──▶ mailbox ─┐                      ┌─▶ journal_dir/<recording>/<segment>.fwj
 *     media worker n ──ring n─────┴▶ recorder thread ────┤
 *                                                        └─▶ events ─▶ the desk's mailbox
 *
 * Owner: main creates it before the media workers and destroys it after them; the events mailbox outlives it.
 * Threads: create, destroy from main; fw_recorder_post() from any; the sink's functions from the media workers, one thread per
 * worker number. Errors: negative errno from create and post; what goes wrong later is an event, never a return into a call.
 *
 * A recording is never promised silently: OPENED says that its first block is on the disk, FAILED that packets are not kept
 * from now on. After FAILED the recorder tries again by itself and says RECOVERED when it records again, in a new segment after an
 * error; the call goes on. A slow disk is first made up for by memory; when queue_bytes of blocks wait, that is FAILED too (DISK_SLOW),
 * until half of them are written.
 *
 * Order: post OPEN before FW_MEDIA_PEER_RECORD on, FW_MEDIA_PEER_RECORD off before CLOSE. A packet of a call that is not open is
 * dropped and counted.
 */
#ifndef FW_RECORDER_RECORDER_H
#define FW_RECORDER_RECORDER_H

#include "base/crypto.h"
#include "base/id.h"
#include "media/sink.h"
#include <glib.h>

struct fw_disk_ops;
struct fw_mailbox;
struct fw_recorder;

#define FW_RECORDER_LABEL_MAX \
	128 /* bytes of a participant's label without its end; longer ones are cut */

/* 6 s of 100 calls. */
#define FW_RECORDER_QUEUE_BYTES (UINT64_C(256) << 20)

struct fw_recorder_config {
	const char *journal_dir; /* created when missing */
	unsigned workers; /* media workers: one ring each */
	size_t ring_bytes; /* of each ring, a power of two; 0: FW_RING_BYTES */
	uint64_t min_free_bytes; /* less than this free: SPACE_LOW, no new recording; an eighth of it: running ones stop too */
	uint64_t queue_bytes; /* sealed blocks that wait for a slow disk, of all recordings; 0: FW_RECORDER_QUEUE_BYTES */
	const struct fw_disk_ops *disk_ops; /* NULL: the system's; recorder/disk.h */
	unsigned flush_ms; /* 0: 500, the most that a power cut costs besides the disk's own delay */
};

/* ------------------------------------------------------------------------------------------- commands (desk -> recorder) */

enum fw_recorder_command_kind {
	FW_RECORDER_OPEN, /* opens the first segment of a recording, or the next one after a restart of the server */
	FW_RECORDER_PARTICIPANT, /* who a number is; may come again with another label */
	FW_RECORDER_MARK,
	FW_RECORDER_CLOSE, /* the recording is over; what the rings hold of it is still written */
	FW_RECORDER_FORGET, /* removes the journal of a recording: its files are committed, verified and reported */
};

/* What happened, so that the finaliser can name the cause of a gap. Each begin holds until its end or the end of the recording. */
enum fw_mark {
	FW_MARK_MUTED, /* of one track: microphone muted, camera switched off by its person */
	FW_MARK_UNMUTED,
	FW_MARK_CAMERA_LOST, /* of one track (the microphone too): the device is gone or was never there */
	FW_MARK_CAMERA_BACK,
	FW_MARK_CONNECTION_LOST, /* of one participant */
	FW_MARK_CONNECTION_BACK,
	FW_MARK_HOLD_BEGIN, /* of one participant or all */
	FW_MARK_HOLD_END,
	FW_MARK_SERVER_RESTART, /* of all; the recorder writes it itself when OPEN finds an earlier segment */
	FW_MARK_JOINED, /* of one participant */
	FW_MARK_LEFT,
	FW_MARK_DISK_SLOW, /* of all; the recorder writes it itself: what came was not kept, for want of room */
	FW_MARK_DISK_OK,
	FW_MARK_COUNT
};

struct fw_recorder_command {
	enum fw_recorder_command_kind kind;
	uint64_t call; /* desk's handle, as in media/messages.h */
	union {
		struct {
			char recording[FW_ID_SIZE];
			char call_id[FW_ID_SIZE]; /* the call's UUID, for the manifest */
			uint32_t segment; /* at least this number, from 1; the recorder takes the next one that is not on the disk */
			uint8_t key[FW_AEAD_KEY_BYTES]; /* data key of the recording */
			bool drill; /* a rehearsal, for the manifest */
			int64_t started_us; /* of the recording (its first segment), the zero of its time line; wall clock, UTC */
		} open;
		struct {
			uint32_t participant;
			char label[FW_RECORDER_LABEL_MAX +
				1]; /* an id, not a name: manifests hold no personal data */
		} participant;
		struct {
			uint32_t participant; /* 0: all */
			enum fw_track track; /* FW_TRACK_COUNT: all */
			enum fw_mark mark;
			int64_t at_us; /* wall clock, UTC */
		} mark;
		struct {
			int64_t at_us; /* end of the call */
		} close;
		struct {
			char recording[FW_ID_SIZE]; /* not open any more; `call` is not looked at, no event follows */
		} forget;
	};
};

/* ---------------------------------------------------------------------------------------------- events (recorder -> desk) */

enum fw_recorder_event_kind {
	FW_RECORDER_OPENED, /* answer to OPEN: recording from here on */
	FW_RECORDER_CLOSED, /* answer to CLOSE, always exactly one per OPEN, also after FAILED: the journal will not grow any more */
	FW_RECORDER_FAILED, /* also the answer to an OPEN that could not be; packets are not kept until RECOVERED */
	FW_RECORDER_RECOVERED, /* packets are kept again; the time between is a gap of the recording */
	FW_RECORDER_SPACE_LOW, /* of the whole disk, call is 0: no new recording is promised */
	FW_RECORDER_SPACE_OK,
};

enum fw_recorder_reason {
	FW_RECORDER_REASON_DISK_FULL, /* PROTOCOL.md 2.3 recording.reason "disk_full" */
	FW_RECORDER_REASON_ERROR, /* "error" */
	FW_RECORDER_REASON_DISK_SLOW, /* "disk_slow": all memory for what waits is used up */
};

struct fw_recorder_event {
	enum fw_recorder_event_kind kind;
	uint64_t call; /* 0: of the whole disk */
	int64_t at_us; /* wall clock, UTC */
	union {
		struct {
			uint32_t segment;
		} opened; /* and RECOVERED */
		struct {
			bool complete; /* the journal ends with its last-block mark; false: FAILED came before, finalise what there is */
			uint64_t journal_bytes; /* of the segments of this run */
		} closed;
		struct {
			enum fw_recorder_reason reason;
			int error; /* errno, positive; 0: below the configured free space */
		} failed;
		struct {
			uint64_t free_bytes;
		} space; /* SPACE_LOW, SPACE_OK */
	};
};

/* ------------------------------------------------------------------------------------------------------------- functions */

/* Starts the recorder thread. Events are posted to `events` as messages of type `event_type` whose body is a
 * struct fw_recorder_event. The config is copied. */
int fw_recorder_create(const struct fw_recorder_config *config, struct fw_mailbox *events,
	uint32_t event_type, struct fw_recorder **ret_recorder);

/* Closes every open recording without its last-block mark (they go on in a new segment after the restart), then ends the thread. */
void fw_recorder_destroy(struct fw_recorder *recorder);

/* Copies the command. -EOVERFLOW: the mailbox is full, -EINVAL: unknown kind or bad uuid. */
int fw_recorder_post(struct fw_recorder *recorder, const struct fw_recorder_command *command);

/* What media workers get; the sink's user pointer is the recorder. */
const struct fw_sink_ops *fw_recorder_sink(void);

/* Counters since create; any thread. */
struct fw_recorder_figures {
	uint64_t packets; /* taken from the rings */
	uint64_t overrun_packets; /* lost because a ring was full: named gaps */
	uint64_t stray_packets; /* of a call that was not open, failed or paused */
	uint64_t journal_bytes;
	uint64_t queued_bytes; /* wait for the disk now; at queue_bytes recordings pause */
	uint64_t flushes;
	uint64_t flush_longest_us; /* since the last call of fw_recorder_read_figures() */
	uint32_t open_recordings;
};
void fw_recorder_read_figures(struct fw_recorder *recorder, struct fw_recorder_figures *ret_figures);

/* ------------------------------------------------------------------------------------------ journals that are on the disk */

/* A recording whose journal is still there: not finalised yet, or finalised and not removed. */
struct fw_unfinished {
	char recording[FW_ID_SIZE];
	uint32_t segments;
	uint32_t last_segment; /* highest number */
	uint64_t bytes;
	int64_t changed_us; /* last write, wall clock */
};

/* Ids only, no key needed. *ret_list: GArray of struct fw_unfinished, oldest id first; g_array_unref. A missing folder is an
 * empty list. Call it before fw_recorder_create(), or leave out the recordings that are open. */
int fw_recorder_list_unfinished(const char *journal_dir, GArray **ret_list);

/* Removes the journal of a recording, after its files are committed, verified and reported. Success when there is none. */
int fw_recorder_remove_journal(const char *journal_dir, const char *recording);

#endif
