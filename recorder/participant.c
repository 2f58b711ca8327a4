/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/participant.h"

#include "media/rtp.h"
#include "recorder/causes.h"
#include "recorder/finaliser.h"
#include "recorder/opus.h"
#include "recorder/picture.h"
#include "recorder/sender_clock.h"
#include "recorder/stream.h"

#define AUDIO_HZ        48000 /* RFC 7587 4.1 */
#define VIDEO_HZ        90000 /* RFC 7741 4.1 */
#define WRITE_BEHIND_US (2 * INT64_C(1000000)) /* a packet's time lies before its arrival by less */

struct track {
	struct fw_participant *participant;
	enum fw_track track;
	struct fw_stream *stream;
	struct fw_pictures *pictures; /* NULL: audio */
	uint64_t received;
	uint64_t lost_before_next; /* audio: at packets that could not be used */
	int64_t last_duration_us; /* audio: of the packet before; -1: none */
};

struct fw_participant {
	const struct fw_part_setup *setup;
	uint32_t number;
	char *label;
	GPtrArray *clocks; /* struct fw_sender_clock: a new one for each program or machine */
	struct track tracks[FW_TRACK_COUNT];
	struct fw_source *sources[2]; /* enum fw_source_kind; NULL until something comes */
};

static struct fw_source *source_of(struct track *track)
{
	enum fw_source_kind kind =
		track->track == FW_TRACK_DOCUMENT ? FW_SOURCE_DOCUMENT : FW_SOURCE_PERSON;
	struct fw_participant *participant = track->participant;

	if (!participant->sources[kind]) {
		participant->sources[kind] =
			fw_source_create(participant->setup, participant->number, kind);
	}
	return participant->sources[kind];
}

static struct fw_report *report_of(void *user)
{
	struct track *track = user;

	return fw_part_report(fw_source_part(source_of(track)), track->track);
}

static enum fw_cause cause_of(
	void *user, int64_t from_us, int64_t to_us, enum fw_cause otherwise, uint64_t lost)
{
	struct track *track = user;

	return fw_part_cause(
		fw_source_part(source_of(track)), track->track, from_us, to_us, otherwise, lost);
}

/* --- packets in order ------------------------------------------------------------------------- */

static void take_picture(void *user, struct fw_frame *frame)
{
	fw_source_put(source_of(user), true, frame);
}

static void discard_audio(struct track *track, const struct fw_stream_packet *packet)
{
	struct fw_report *report = report_of(track);

	fw_report_counts(report)->discarded++;
	fw_report_gap(report, packet->time_us, packet->time_us, FW_CAUSE_BAD_PACKET, 1);
}

static void take_audio(struct track *track, const struct fw_stream_packet *packet)
{
	int32_t duration_us = 0;
	struct fw_frame *frame;

	fw_report_ssrc(report_of(track), packet->ssrc);
	track->lost_before_next += packet->lost_before;
	if (packet->size == 0) {
		fw_report_counts(report_of(track))->empty++;
		return;
	}
	if (fw_opus_duration_us(packet->payload, packet->size, &duration_us) < 0) {
		discard_audio(track, packet);
		track->last_duration_us = -1;
		return;
	}
	frame = fw_frame_new(packet->payload, packet->size);
	frame->time_us = packet->time_us;
	frame->duration_us = duration_us;
	frame->packets = 1;
	frame->lost_before = track->lost_before_next;
	frame->follows = !packet->jumps && frame->lost_before == 0 &&
		packet->step_us == track->last_duration_us;
	track->lost_before_next = 0;
	track->last_duration_us = duration_us;
	fw_source_put(source_of(track), false, frame);
}

static void take_packet(void *user, const struct fw_stream_packet *packet)
{
	struct track *track = user;

	if (track->pictures) {
		fw_pictures_put(track->pictures, packet);
	} else {
		take_audio(track, packet);
	}
}

static void take_duplicate(void *user)
{
	fw_report_counts(report_of(user))->duplicate++;
}

/* It is in its gap already, as lost; now it did come. */
static void take_late(void *user)
{
	struct fw_report_counts *counts = fw_report_counts(report_of(user));

	if (counts->lost > 0) {
		counts->lost--;
		counts->discarded++;
	} else {
		counts->duplicate++;
	}
}

/* --- input ------------------------------------------------------------------------------------ */

static void create_track(struct fw_participant *participant, enum fw_track number)
{
	static const struct fw_stream_ops stream_ops = {
		.packet = take_packet,
		.duplicate = take_duplicate,
		.late = take_late,
	};
	static const struct fw_pictures_ops picture_ops = {
		.report = report_of,
		.cause = cause_of,
		.picture = take_picture,
	};
	struct track *track = &participant->tracks[number];
	bool audio = number == FW_TRACK_AUDIO;

	track->participant = participant;
	track->track = number;
	track->last_duration_us = -1;
	track->stream = fw_stream_create(audio ? AUDIO_HZ : VIDEO_HZ, &stream_ops, track);
	track->pictures = audio ? NULL : fw_pictures_create(&picture_ops, track);
}

struct fw_participant *fw_participant_create(const struct fw_part_setup *setup, uint32_t number)
{
	struct fw_participant *participant = g_new0(struct fw_participant, 1);

	participant->setup = setup;
	participant->number = number;
	participant->clocks =
		g_ptr_array_new_with_free_func((GDestroyNotify)fw_sender_clock_destroy);
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		create_track(participant, (enum fw_track)i);
	}
	return participant;
}

void fw_participant_destroy(struct fw_participant *participant)
{
	if (!participant) {
		return;
	}
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		fw_stream_destroy(participant->tracks[i].stream);
		fw_pictures_destroy(participant->tracks[i].pictures);
	}
	fw_source_destroy(participant->sources[FW_SOURCE_PERSON]);
	fw_source_destroy(participant->sources[FW_SOURCE_DOCUMENT]);
	g_ptr_array_unref(participant->clocks);
	g_free(participant->label);
	g_free(participant);
}

uint32_t fw_participant_number(const struct fw_participant *participant)
{
	return participant->number;
}

void fw_participant_set_label(struct fw_participant *participant, const char *text, size_t size)
{
	g_free(participant->label);
	participant->label = g_utf8_make_valid(text, (gssize)size);
}

void fw_participant_packet(struct fw_participant *participant, const struct fw_record *record)
{
	struct track *track = &participant->tracks[record->track];
	struct fw_rtp rtp;

	track->received++;
	if (fw_rtp_parse(record->packet.bytes, record->packet.size, &rtp) < 0) {
		/* The worker parsed it before: only a fault of ours brings one here. */
		fw_report_counts(report_of(track))->discarded++;
		fw_report_gap(
			report_of(track), record->at_us, record->at_us, FW_CAUSE_BAD_PACKET, 1);
		return;
	}
	fw_stream_put(track->stream, &rtp, record->at_us);
}

static struct fw_sender_clock *clock_of(
	struct fw_participant *participant, int64_t sent_us, int64_t arrival_us)
{
	struct fw_sender_clock *clock;

	for (unsigned i = participant->clocks->len; i-- > 0;) {
		clock = g_ptr_array_index(participant->clocks, i);
		if (fw_sender_clock_plausible(clock, sent_us, arrival_us)) {
			return clock;
		}
	}
	clock = fw_sender_clock_create();
	g_ptr_array_add(participant->clocks, clock);
	return clock;
}

void fw_participant_report(struct fw_participant *participant, const struct fw_record *record)
{
	int64_t sent_us = fw_ntp_to_us(record->sender_report.ntp);
	struct fw_sender_clock *clock = clock_of(participant, sent_us, record->at_us);

	fw_sender_clock_add(clock, sent_us, record->at_us);
	fw_stream_report(participant->tracks[record->track].stream, record->sender_report.ssrc,
		record->sender_report.rtp_time, sent_us, record->at_us, clock);
}

/* --- on, and to the end ----------------------------------------------------------------------- */

int fw_participant_advance(struct fw_participant *participant, int64_t newest_us)
{
	int64_t held_us = newest_us - FW_FINALISER_HOLD_US;
	/* Who has left is not silent while others talk on: the files end there. */
	int64_t write_us = MIN(held_us - WRITE_BEHIND_US,
		fw_causes_left_us(participant->setup->causes, participant->number));
	int r = 0;

	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		fw_stream_advance(participant->tracks[i].stream, held_us);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(participant->sources); i++) {
		if (r == 0 && participant->sources[i]) {
			r = fw_source_advance(participant->sources[i], write_us);
		}
	}
	return r;
}

int fw_participant_finish(struct fw_participant *participant, int64_t ended_us, bool over)
{
	int r = 0;

	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		struct track *track = &participant->tracks[i];

		fw_stream_advance(track->stream, INT64_MAX);
		if (track->pictures) {
			fw_pictures_finish(track->pictures);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(participant->sources); i++) {
		if (r == 0 && participant->sources[i]) {
			if (over) {
				fw_source_cut(participant->sources[i], ended_us);
			}
			r = fw_source_finish(participant->sources[i], ended_us);
		}
	}
	return r;
}

static uint64_t received(const struct fw_source *source, enum fw_track track)
{
	const GPtrArray *parts = fw_source_parts(source);
	uint64_t sum = 0;

	for (unsigned i = 0; i < parts->len; i++) {
		sum += fw_report_received(fw_part_report(g_ptr_array_index(parts, i), track));
	}
	return sum;
}

bool fw_participant_accounted(const struct fw_participant *participant)
{
	bool all = true;

	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		const struct fw_source *source =
			participant->sources[i == FW_TRACK_DOCUMENT ? FW_SOURCE_DOCUMENT
								    : FW_SOURCE_PERSON];

		all = all &&
			participant->tracks[i].received ==
				(source ? received(source, (enum fw_track)i) : 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(participant->sources); i++) {
		const GPtrArray *parts =
			participant->sources[i] ? fw_source_parts(participant->sources[i]) : NULL;

		for (unsigned k = 0; parts && k < parts->len; k++) {
			all = all && fw_part_accounted(g_ptr_array_index(parts, k));
		}
	}
	return all;
}

bool fw_participant_refused(const struct fw_participant *participant)
{
	for (size_t i = 0; i < G_N_ELEMENTS(participant->sources); i++) {
		const GPtrArray *parts =
			participant->sources[i] ? fw_source_parts(participant->sources[i]) : NULL;

		for (unsigned k = 0; parts && k < parts->len; k++) {
			if (fw_part_refused(g_ptr_array_index(parts, k))) {
				return true;
			}
		}
	}
	return false;
}

void fw_participant_sources(const struct fw_participant *participant, json_t *sources,
	json_t *unwritten, uint64_t *bytes, int64_t *longest_us)
{
	for (size_t i = 0; i < G_N_ELEMENTS(participant->sources); i++) {
		const GPtrArray *parts =
			participant->sources[i] ? fw_source_parts(participant->sources[i]) : NULL;

		for (unsigned k = 0; parts && k < parts->len; k++) {
			const struct fw_part *part = g_ptr_array_index(parts, k);

			json_array_append_new(
				fw_part_closed(part) ? sources : unwritten, fw_part_json(part));
			*bytes += fw_part_bytes(part);
			*longest_us = MAX(*longest_us, fw_part_duration_us(part));
		}
	}
}

json_t *fw_participant_json(const struct fw_participant *participant)
{
	return json_pack("{s:I,s:s?}", "participant", (json_int_t)participant->number, "label",
		participant->label);
}
