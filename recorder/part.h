/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file of a source while it is written: the WebM in its blob and the accounts of its tracks.
 * Audio is laid end to end: what is missing becomes Opus silence, because browsers play on across a
 * hole; what comes for a time that is filled already is dropped. Where the muxer refuses to go on the
 * file ends, and what comes later is left out (FW_CAUSE_NOT_WRITABLE); when it makes no file at all,
 * everything is.
 *
 * Owner: the source. Threads: one. Errors: those of the blob store; after one the part can only be
 * destroyed.
 */
#ifndef FW_RECORDER_PART_H
#define FW_RECORDER_PART_H

#include "base/blob.h"
#include "recorder/digester.h"
#include "recorder/frame.h"
#include "recorder/recording.h"
#include "recorder/report.h"

enum fw_source_kind {
	FW_SOURCE_PERSON, /* audio and face */
	FW_SOURCE_DOCUMENT, /* document */
};

/* What all parts of a recording share; borrowed. */
struct fw_part_setup {
	struct fw_blob_store *store;
	const char *recording;
	const uint8_t *key;
	const struct fw_causes *causes;
	struct fw_digester *digester;
	int64_t started_us; /* of the recording */
};

struct fw_part;

struct fw_part *fw_part_create(const struct fw_part_setup *setup, uint32_t participant,
	enum fw_source_kind kind, unsigned number);
/* What is not closed is not kept. */
void fw_part_destroy(struct fw_part *part);

/* The account; usable before the file is opened. */
struct fw_report *fw_part_report(struct fw_part *part, enum fw_track track);
enum fw_cause fw_part_cause(const struct fw_part *part, enum fw_track track, int64_t from_us,
	int64_t to_us, enum fw_cause otherwise, uint64_t lost);

/* Begins the file. first_video may be NULL: no video in it. */
int fw_part_open(
	struct fw_part *part, int64_t start_us, bool audio, const struct fw_frame *first_video);
bool fw_part_has(const struct fw_part *part, bool video);

int fw_part_put_audio(struct fw_part *part, const struct fw_frame *frame);
int fw_part_put_video(struct fw_part *part, struct fw_frame *frame); /* takes the frame */
/* In the account, but not in the file. */
void fw_part_leave_out(
	struct fw_part *part, bool video, const struct fw_frame *frame, enum fw_cause cause);

/* Nothing before this time comes any more: silence up to there. */
int fw_part_advance(struct fw_part *part, int64_t time_us);

/*
 * Ends the file, if there is one, at end_us, or where its last frame ends when that is INT64_MAX; durable on return.
 * Its digest is there after fw_digester_wait().
 */
int fw_part_close(struct fw_part *part, int64_t end_us);

/* When the last frame so far ends. */
int64_t fw_part_end_us(const struct fw_part *part);
bool fw_part_closed(const struct fw_part *part); /* there is a file */
int64_t fw_part_duration_us(const struct fw_part *part);
uint64_t fw_part_bytes(const struct fw_part *part);
bool fw_part_accounted(const struct fw_part *part);

bool fw_part_refused(const struct fw_part *part); /* by the muxer, all of it or from some frame on */

/* The manifest's entry: after close; without "file" for a part that has none. */
json_t *fw_part_json(const struct fw_part *part);

#endif
