/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/part.h"

#include <errno.h>
#include <stdio.h>

#include "base/text.h"
#include "recorder/opus.h"
#include "recorder/webm_writer.h"

#define FW_LOG_TOPIC "finalise"
#include "base/log.h"

#define US_PER_S        INT64_C(1000000)
#define SLIP_US         30000 /* audio may lie this far from its place before it is moved */
#define SHORT_GAP_US    US_PER_S /* a shorter loss of packets is not explained by a mark beside it */
#define SILENT_US       (2 * US_PER_S) /* video without a picture for longer is a gap */
#define HELD_PICTURE_US US_PER_S /* the last picture waits this long for its end */
#define PICTURE_US      33000 /* length of a last picture whose end is not known */
#define TRACKS          2 /* of a source at most */

struct fw_part {
	const struct fw_part_setup *setup;
	uint32_t participant;
	enum fw_source_kind kind;
	unsigned number;
	struct fw_report *reports[TRACKS]; /* person: audio, face; document: document */
	struct fw_blob_writer *blob;
	struct fw_webm *webm;
	int64_t start_us;
	int audio; /* track number in the file; -1: none */
	int video;
	int64_t audio_end_us; /* what is written reaches to here */
	bool audio_begun; /* a packet was written, not only silence */
	int64_t silence_from_us; /* of a gap that is being filled; INT64_MIN: none */
	int64_t video_end_us;
	int64_t video_last_us; /* INT64_MIN: none yet */
	struct fw_frame *picture; /* not written yet: its length is not known; may be NULL */
	bool refused; /* the muxer takes no more */
	bool closed;
	int64_t end_us;
	struct fw_digest digest; /* and the file's name */
	uint8_t sealed_digest[FW_SHA256_BYTES];
};

static const char *const kind_names[] = {"person", "document"};

struct fw_part *fw_part_create(const struct fw_part_setup *setup, uint32_t participant,
	enum fw_source_kind kind, unsigned number)
{
	struct fw_part *part = g_new0(struct fw_part, 1);

	part->setup = setup;
	part->participant = participant;
	part->kind = kind;
	part->number = number;
	(void)snprintf(part->digest.name, sizeof(part->digest.name), "%u-%s-%u.webm", participant,
		kind_names[kind], number);
	part->audio = -1;
	part->video = -1;
	part->silence_from_us = INT64_MIN;
	part->video_last_us = INT64_MIN;
	if (kind == FW_SOURCE_PERSON) {
		part->reports[0] = fw_report_create(FW_TRACK_AUDIO);
		part->reports[1] = fw_report_create(FW_TRACK_FACE);
	} else {
		part->reports[0] = fw_report_create(FW_TRACK_DOCUMENT);
	}
	return part;
}

void fw_part_destroy(struct fw_part *part)
{
	if (!part) {
		return;
	}
	fw_webm_destroy(part->webm);
	fw_blob_writer_destroy(part->blob);
	for (int i = 0; i < TRACKS; i++) {
		fw_report_destroy(part->reports[i]);
	}
	g_free(part->picture);
	g_free(part);
}

struct fw_report *fw_part_report(struct fw_part *part, enum fw_track track)
{
	return part->reports[track == FW_TRACK_FACE ? 1 : 0];
}

static enum fw_track video_track(const struct fw_part *part)
{
	return part->kind == FW_SOURCE_PERSON ? FW_TRACK_FACE : FW_TRACK_DOCUMENT;
}

enum fw_cause fw_part_cause(const struct fw_part *part, enum fw_track track, int64_t from_us,
	int64_t to_us, enum fw_cause otherwise, uint64_t lost)
{
	enum fw_cause cause = fw_causes_of(
		part->setup->causes, part->participant, (uint8_t)track, from_us, to_us, otherwise);

	/* A microphone that is muted does not lose packets; the line did. */
	if (lost > 0 && to_us - from_us < SHORT_GAP_US && cause > FW_CAUSE_RECORDER_OVERRUN) {
		return FW_CAUSE_PACKET_LOSS;
	}
	return cause;
}

/* --- refusals --------------------------------------------------------------------------------- */

/* A refusal concerns this file alone and is no error of the recording; any other error stays one. */
static int bear_refusal(struct fw_part *part, int r)
{
	if (r != -EPROTO) {
		return r;
	}
	if (!part->refused) {
		fw_error("refused by the muxer recording=%s file=%s", part->setup->recording,
			part->digest.name);
	}
	part->refused = true;
	return 0;
}

/* Packets that were counted as written are not in the file. */
static void take_back(
	struct fw_part *part, enum fw_track track, int64_t from_us, int64_t to_us, uint64_t packets)
{
	struct fw_report *report = fw_part_report(part, track);
	struct fw_report_counts *counts = fw_report_counts(report);

	if (packets > 0) {
		counts->written -= packets;
		counts->discarded += packets;
		fw_report_gap(report, from_us, to_us, FW_CAUSE_NOT_WRITABLE, packets);
	}
}

/* There is no file: nothing that was to be in it is anywhere. */
static void give_up(struct fw_part *part)
{
	for (int i = 0; i < TRACKS; i++) {
		if (part->reports[i]) {
			take_back(part, fw_report_track(part->reports[i]), part->start_us,
				part->end_us, fw_report_counts(part->reports[i])->written);
		}
	}
	part->audio = -1;
	part->video = -1;
	fw_webm_destroy(g_steal_pointer(&part->webm));
	fw_blob_writer_destroy(g_steal_pointer(&part->blob));
}

/* --- open ------------------------------------------------------------------------------------- */

static int create_blob(struct fw_part *part)
{
	g_autofree char *key_id = g_strdup_printf("recording/%s", part->setup->recording);
	char id[FW_ID_SIZE];
	int r = fw_recording_blob_id(part->setup->recording, part->digest.name, id);

	return r < 0 ? r
		     : fw_blob_writer_create(part->setup->store, id, key_id, part->setup->key,
			       FW_BLOB_REPLACE, &part->blob);
}

int fw_part_open(
	struct fw_part *part, int64_t start_us, bool audio, const struct fw_frame *first_video)
{
	struct fw_webm_track tracks[TRACKS];
	unsigned count = 0;
	int r;

	if (first_video) {
		tracks[count] = (struct fw_webm_track){.codec = FW_WEBM_VP8,
			.width_px = first_video->width_px,
			.height_px = first_video->height_px};
		part->video = (int)count++;
	}
	if (audio) {
		tracks[count] = (struct fw_webm_track){.codec = FW_WEBM_OPUS};
		part->audio = (int)count++;
	}
	part->start_us = start_us;
	part->audio_end_us = start_us;
	part->video_end_us = start_us;
	r = create_blob(part);
	return r < 0 ? r
		     : bear_refusal(part, fw_webm_create(part->blob, tracks, count, &part->webm));
}

bool fw_part_has(const struct fw_part *part, bool video)
{
	return (video ? part->video : part->audio) >= 0;
}

/* --- audio ------------------------------------------------------------------------------------ */

static struct fw_report *audio_report(const struct fw_part *part)
{
	return part->reports[0];
}

static int write_audio(struct fw_part *part, const uint8_t *bytes, size_t size, int64_t duration_us)
{
	const struct fw_webm_frame frame = {.track = (unsigned)part->audio,
		.time_us = part->audio_end_us - part->start_us,
		.duration_us = duration_us,
		.key = true,
		.bytes = bytes,
		.size = size};
	int r = bear_refusal(part, fw_webm_write(part->webm, &frame));

	if (!part->refused) {
		part->audio_end_us += duration_us;
	}
	return r;
}

static int fill(struct fw_part *part, int64_t until_us)
{
	int64_t from_us = part->audio_end_us;
	uint8_t silence[FW_OPUS_SILENCE_BYTES];
	int32_t duration_us = 0;
	size_t size;
	int r = 0;

	while (r == 0 && !part->refused &&
		(size = fw_opus_silence(until_us - part->audio_end_us, silence, &duration_us)) > 0) {
		r = write_audio(part, silence, size, duration_us);
	}
	if (part->audio_end_us > from_us) {
		fw_report_fill(audio_report(part), from_us, part->audio_end_us);
		if (part->silence_from_us == INT64_MIN) {
			part->silence_from_us = from_us;
		}
	}
	return r;
}

/* The gap that was filled so far, and what is known to be missing in it, gets its name. */
static void name_audio_gap(struct fw_part *part, uint64_t packets, enum fw_cause otherwise)
{
	int64_t from_us =
		part->silence_from_us != INT64_MIN ? part->silence_from_us : part->audio_end_us;

	if (part->silence_from_us == INT64_MIN && packets == 0) {
		return;
	}
	fw_report_gap(audio_report(part), from_us, part->audio_end_us,
		fw_part_cause(part, FW_TRACK_AUDIO, from_us, part->audio_end_us, otherwise, packets),
		packets);
	part->silence_from_us = INT64_MIN;
}

static enum fw_cause audio_otherwise(const struct fw_part *part, const struct fw_frame *frame)
{
	if (!part->audio_begun) {
		return FW_CAUSE_NOT_STARTED;
	}
	if (frame->lost_before > 0) {
		return FW_CAUSE_PACKET_LOSS;
	}
	return frame->follows ? FW_CAUSE_CLOCK : FW_CAUSE_SENDER_SILENT;
}

int fw_part_put_audio(struct fw_part *part, const struct fw_frame *frame)
{
	struct fw_report_counts *counts = fw_report_counts(audio_report(part));
	int64_t late_us = frame->time_us - part->audio_end_us;
	bool follows = frame->follows && part->audio_begun;
	int r = 0;

	if (part->refused) {
		fw_part_leave_out(part, false, frame, FW_CAUSE_NOT_WRITABLE);
		return 0;
	}
	counts->lost += frame->lost_before;
	if (late_us < -SLIP_US) {
		name_audio_gap(part, frame->lost_before, audio_otherwise(part, frame));
		counts->discarded += frame->packets;
		fw_report_gap(audio_report(part), frame->time_us, part->audio_end_us,
			FW_CAUSE_CLOCK, frame->packets);
		return 0;
	}
	if (late_us >= FW_OPUS_STEP_US && (!follows || late_us > SLIP_US)) {
		r = fill(part, frame->time_us);
	}
	name_audio_gap(part, frame->lost_before, audio_otherwise(part, frame));
	if (r < 0) {
		return r;
	}
	part->audio_begun = true;
	counts->written += frame->packets;
	r = part->refused ? 0 : write_audio(part, frame->bytes, frame->size, frame->duration_us);
	if (part->refused) {
		take_back(part, FW_TRACK_AUDIO, frame->time_us, frame->time_us + frame->duration_us,
			frame->packets);
	}
	return r;
}

/* --- video ------------------------------------------------------------------------------------ */

static int write_picture(struct fw_part *part, int64_t end_us)
{
	struct fw_frame *picture = part->picture;
	struct fw_webm_frame frame = {.track = (unsigned)part->video};
	int r;

	if (!picture) {
		return 0;
	}
	frame.time_us = picture->time_us - part->start_us;
	frame.duration_us = MAX(end_us - picture->time_us, 0);
	frame.key = picture->key;
	frame.bytes = picture->bytes;
	frame.size = picture->size;
	r = part->refused ? 0 : bear_refusal(part, fw_webm_write(part->webm, &frame));
	if (part->refused) {
		take_back(part, video_track(part), picture->time_us, end_us, picture->packets);
	} else {
		part->video_end_us = MAX(end_us, picture->time_us);
	}
	g_free(g_steal_pointer(&part->picture));
	return r;
}

static void look_at_silence(
	struct fw_part *part, int64_t from_us, int64_t to_us, enum fw_cause otherwise)
{
	if (to_us - from_us > SILENT_US) {
		fw_report_gap(fw_part_report(part, video_track(part)), from_us, to_us,
			fw_part_cause(part, video_track(part), from_us, to_us, otherwise, 0), 0);
	}
}

int fw_part_put_video(struct fw_part *part, struct fw_frame *frame)
{
	int r;

	if (part->refused) {
		fw_part_leave_out(part, true, frame, FW_CAUSE_NOT_WRITABLE);
		g_free(frame);
		return 0;
	}
	/* A millisecond is what the file can tell apart. */
	if (part->video_last_us == INT64_MIN) {
		frame->time_us = MAX(frame->time_us, part->start_us);
		look_at_silence(part, part->start_us, frame->time_us, FW_CAUSE_NOT_STARTED);
	} else {
		frame->time_us = MAX(frame->time_us, part->video_last_us + 1000);
	}
	r = write_picture(part, frame->time_us);
	part->video_last_us = frame->time_us;
	part->picture = frame;
	fw_report_counts(fw_part_report(part, video_track(part)))->written += frame->packets;
	return r;
}

void fw_part_leave_out(
	struct fw_part *part, bool video, const struct fw_frame *frame, enum fw_cause cause)
{
	struct fw_report *report =
		video ? fw_part_report(part, video_track(part)) : audio_report(part);
	struct fw_report_counts *counts = fw_report_counts(report);

	counts->lost += frame->lost_before;
	counts->discarded += frame->packets;
	fw_report_gap(report, frame->time_us, frame->time_us + frame->duration_us, cause,
		frame->packets + frame->lost_before);
}

/* --- on, and to the end ----------------------------------------------------------------------- */

int fw_part_advance(struct fw_part *part, int64_t time_us)
{
	int r = 0;

	if (part->audio >= 0 && time_us - part->audio_end_us > US_PER_S) {
		r = fill(part, time_us);
	}
	if (r == 0 && part->picture && time_us - part->picture->time_us > HELD_PICTURE_US) {
		r = write_picture(part, part->picture->time_us + PICTURE_US);
	}
	return r;
}

int64_t fw_part_end_us(const struct fw_part *part)
{
	int64_t video_us = part->picture ? part->picture->time_us + PICTURE_US : part->video_end_us;

	return MAX(part->audio_end_us, video_us);
}

/* The last frames, and silence to the end. */
static int write_rest(struct fw_part *part, int64_t end_us)
{
	int r = 0;

	if (part->audio >= 0) {
		r = fill(part, end_us);
		name_audio_gap(part, 0, FW_CAUSE_SENDER_SILENT);
	}
	if (part->video >= 0 && !part->refused) {
		look_at_silence(part, part->video_last_us, end_us, FW_CAUSE_SENDER_SILENT);
	}
	if (r == 0) {
		r = write_picture(part, end_us);
	}
	part->end_us = fw_part_end_us(part);
	return r;
}

int fw_part_close(struct fw_part *part, int64_t end_us)
{
	struct fw_blob_info info;
	int r = write_rest(part, end_us == INT64_MAX ? fw_part_end_us(part) : end_us);

	if (r == 0) {
		r = part->webm ? fw_webm_finish(part->webm) : -EPROTO;
	}
	if (r == -EPROTO) {
		give_up(part);
		return bear_refusal(part, r);
	}
	if (r == 0) {
		r = fw_blob_commit(part->blob, &info);
	}
	if (r < 0) {
		return r;
	}
	memcpy(part->sealed_digest, info.sealed_digest, sizeof(part->sealed_digest));
	part->closed = true;
	return fw_digester_add(part->setup->digester, &part->digest);
}

bool fw_part_closed(const struct fw_part *part)
{
	return part->closed;
}

bool fw_part_refused(const struct fw_part *part)
{
	return part->refused;
}

int64_t fw_part_duration_us(const struct fw_part *part)
{
	return part->closed ? part->end_us - part->start_us : 0;
}

uint64_t fw_part_bytes(const struct fw_part *part)
{
	return part->digest.bytes;
}

bool fw_part_accounted(const struct fw_part *part)
{
	for (int i = 0; i < TRACKS; i++) {
		if (part->reports[i] && !fw_report_accounted(part->reports[i])) {
			return false;
		}
	}
	return true;
}

static void add_file(const struct fw_part *part, json_t *entry)
{
	char sha256[2 * FW_SHA256_BYTES + 1];
	char sealed[2 * FW_SHA256_BYTES + 1];

	fw_text_hex_encode(part->digest.sha256, sizeof(part->digest.sha256), sha256);
	fw_text_hex_encode(part->sealed_digest, sizeof(part->sealed_digest), sealed);
	json_object_set_new(entry, "file", json_string(part->digest.name));
	json_object_set_new(
		entry, "mime", json_string(part->video >= 0 ? "video/webm" : "audio/webm"));
	json_object_set_new(entry, "start_us", json_integer(part->start_us));
	json_object_set_new(entry, "duration_us", json_integer(part->end_us - part->start_us));
	json_object_set_new(entry, "bytes", json_integer((json_int_t)part->digest.bytes));
	json_object_set_new(entry, "sha256", json_string(sha256));
	json_object_set_new(entry, "sealed_digest", json_string(sealed));
}

json_t *fw_part_json(const struct fw_part *part)
{
	json_t *tracks = json_array();
	json_t *entry = json_pack("{s:o,s:I,s:s,s:i}", "id",
		json_sprintf("%u-%s-%u", part->participant, kind_names[part->kind], part->number),
		"participant", (json_int_t)part->participant, "kind", kind_names[part->kind],
		"part", (int)part->number);

	if (part->closed) {
		add_file(part, entry);
	}
	for (int i = 0; i < TRACKS; i++) {
		if (part->reports[i]) {
			json_t *track = fw_report_json(part->reports[i]);
			bool present = fw_report_track(part->reports[i]) == FW_TRACK_AUDIO
				? part->audio >= 0
				: part->video >= 0;

			json_object_set_new(track, "in_file", json_boolean(present));
			json_array_append_new(tracks, track);
		}
	}
	json_object_set_new(entry, "tracks", tracks);
	return entry;
}
