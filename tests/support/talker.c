/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/talker.h"

#include <string.h>

#define US_PER_S    INT64_C(1000000)
#define NTP_UNIX_S  INT64_C(2208988800)
#define RTP_BYTES   12
#define AUDIO_US    20000
#define FACE_US     33333
#define DOCUMENT_US 100000
#define KEY_US      (3 * US_PER_S)
#define AUDIO_BYTES 100 /* 40 kbit/s */

static const uint8_t magic[8] = "fwstamp";

void talker_init(struct talker *talker, uint32_t participant, int64_t origin_us, uint32_t seed,
	void (*put)(void *user, const struct fw_record *record), void *user)
{
	memset(talker, 0, sizeof(*talker));
	talker->participant = participant;
	talker->put = put;
	talker->user = user;
	talker->random = g_rand_new_with_seed(seed);
	talker->origin_us = origin_us;
	talker->ahead_us = g_rand_int_range(talker->random, -50000000, 50000000);
	talker->delay_us = 15000;
	talker->jitter_us = 8000;
	talker->face_packets = 6;
	talker->packet_bytes = 1100;
	talker->reports = true;
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		struct talker_track *track = &talker->tracks[i];

		track->on = i != FW_TRACK_DOCUMENT;
		track->ssrc = g_rand_int(talker->random);
		track->sequence = (uint16_t)g_rand_int(talker->random);
		track->timestamp_offset = g_rand_int(talker->random);
		track->picture_id = (uint16_t)(g_rand_int(talker->random) & 0x7fff);
		track->key_next = true;
		track->width_px = i == FW_TRACK_DOCUMENT ? 1920 : 1280;
		track->height_px = i == FW_TRACK_DOCUMENT ? 1080 : 720;
	}
}

void talker_fini(struct talker *talker)
{
	g_rand_free(talker->random);
}

static int64_t senders_us(const struct talker *talker, int64_t at_us)
{
	return at_us + talker->ahead_us + (at_us - talker->origin_us) * talker->drift_ppm / US_PER_S;
}

static uint32_t rtp_time(const struct talker *talker, enum fw_track track, int64_t at_us)
{
	const struct talker_track *one = &talker->tracks[track];
	int64_t khz = track == FW_TRACK_AUDIO ? 48 : 90;
	int64_t us = senders_us(talker, at_us) - one->timestamp_lag_us;

	return one->timestamp_offset + (uint32_t)(us * khz / 1000);
}

static int64_t arrival(struct talker *talker, int64_t at_us)
{
	int64_t us = at_us + talker->delay_us;

	if (talker->jitter_us > 0) {
		us += g_rand_int_range(talker->random, 0, (gint32)talker->jitter_us);
	}
	return MAX(us, talker->stall_until_us);
}

static bool chance(struct talker *talker, unsigned permille)
{
	return permille > 0 && (unsigned)g_rand_int_range(talker->random, 0, 1000) < permille;
}

static void put_packet(
	struct talker *talker, enum fw_track track, int64_t at_us, const uint8_t *rtp, size_t size)
{
	struct fw_record record = {.kind = FW_RECORD_PACKET,
		.track = (uint8_t)track,
		.participant = talker->participant,
		.at_us = arrival(talker, at_us),
		.packet = {.bytes = rtp, .size = size}};

	if (chance(talker, talker->lose_permille)) {
		talker->dropped++;
		return;
	}
	if (chance(talker, talker->late_permille)) {
		record.at_us += 300000;
	}
	talker->put(talker->user, &record);
	talker->sent++;
	if (chance(talker, talker->duplicate_permille)) {
		record.at_us += 5000;
		talker->put(talker->user, &record);
		talker->sent++;
	}
}

static void put_header(
	struct talker *talker, enum fw_track track, int64_t at_us, bool marker, uint8_t *rtp)
{
	struct talker_track *one = &talker->tracks[track];
	uint16_t sequence = GUINT16_TO_BE(one->sequence);
	uint32_t timestamp = GUINT32_TO_BE(rtp_time(talker, track, at_us));
	uint32_t ssrc = GUINT32_TO_BE(one->ssrc);

	one->sequence++;
	rtp[0] = 0x80;
	rtp[1] = (uint8_t)((marker ? 0x80 : 0) | (track == FW_TRACK_AUDIO ? FW_PT_OPUS : FW_PT_VP8));
	memcpy(rtp + 2, &sequence, 2);
	memcpy(rtp + 4, &timestamp, 4);
	memcpy(rtp + 8, &ssrc, 4);
}

static void put_stamp(uint8_t *out, int64_t at_us)
{
	memcpy(out, magic, sizeof(magic));
	memcpy(out + sizeof(magic), &at_us, sizeof(at_us));
}

bool talker_stamp(const uint8_t *bytes, size_t size, int64_t *ret_us)
{
	for (size_t i = 0; i + TALKER_STAMP_BYTES <= size && i < 32; i++) {
		if (memcmp(bytes + i, magic, sizeof(magic)) == 0) {
			memcpy(ret_us, bytes + i + sizeof(magic), sizeof(*ret_us));
			return true;
		}
	}
	return false;
}

static void audio(struct talker *talker, int64_t at_us)
{
	uint8_t rtp[RTP_BYTES + AUDIO_BYTES] = {0};

	put_header(talker, FW_TRACK_AUDIO, at_us, false, rtp);
	rtp[RTP_BYTES] = 31 << 3; /* CELT, 20 ms */
	put_stamp(rtp + RTP_BYTES + 1, at_us);
	put_packet(talker, FW_TRACK_AUDIO, at_us, rtp, sizeof(rtp));
}

/* Descriptor (RFC 7741 4.2) with a picture id; of a first packet then the frame's head (RFC 6386 9.1). */
static size_t put_vp8(const struct talker *talker, const struct talker_track *track, bool first,
	bool key, int64_t at_us, uint8_t *out)
{
	size_t used = 0;

	out[used++] = (uint8_t)(0x80 | (first ? 0x10 : 0));
	out[used++] = 0x80;
	if (talker->short_pictures) {
		out[used++] = track->picture_id & 0x7f;
	} else {
		out[used++] = (uint8_t)(0x80 | (track->picture_id >> 8));
		out[used++] = track->picture_id & 0xff;
	}
	if (!first) {
		return used;
	}
	out[used++] = key ? 0x10 : 0x11;
	out[used++] = 0;
	out[used++] = 0;
	if (key) {
		const uint8_t head[] = {0x9d, 0x01, 0x2a, track->width_px & 0xff,
			(uint8_t)(track->width_px >> 8), track->height_px & 0xff,
			(uint8_t)(track->height_px >> 8)};

		memcpy(out + used, head, sizeof(head));
		used += sizeof(head);
	}
	put_stamp(out + used, at_us);
	return used + TALKER_STAMP_BYTES;
}

void talker_picture(struct talker *talker, enum fw_track track, int64_t at_us, bool key)
{
	struct talker_track *one = &talker->tracks[track];
	unsigned packets = track == FW_TRACK_FACE ? talker->face_packets : 2;
	uint8_t rtp[1500] = {0};

	for (unsigned i = 0; i < packets; i++) {
		memset(rtp, 0, RTP_BYTES + 40);
		put_header(talker, track, at_us, i + 1 == packets, rtp);
		(void)put_vp8(talker, one, i == 0, key, at_us, rtp + RTP_BYTES);
		put_packet(talker, track, at_us + i * 200, rtp, talker->packet_bytes);
	}
	one->picture_id = (one->picture_id + 1) & 0x7fff;
}

static void video(struct talker *talker, enum fw_track track, int64_t at_us)
{
	struct talker_track *one = &talker->tracks[track];
	bool key = one->key_next || at_us >= one->next_key_us;

	if (key) {
		one->next_key_us = at_us + KEY_US;
		one->key_next = false;
	}
	talker_picture(talker, track, at_us, key);
}

static void report(struct talker *talker, enum fw_track track, int64_t at_us)
{
	int64_t us = senders_us(talker, at_us);
	struct fw_record record = {.kind = FW_RECORD_SENDER_REPORT,
		.track = (uint8_t)track,
		.participant = talker->participant,
		.at_us = arrival(talker, at_us)};

	record.sender_report.ssrc = talker->tracks[track].ssrc;
	record.sender_report.rtp_time = rtp_time(talker, track, at_us);
	record.sender_report.ntp = ((uint64_t)(us / US_PER_S + NTP_UNIX_S) << 32) |
		(((uint64_t)(us % US_PER_S) << 32) / US_PER_S);
	talker->put(talker->user, &record);
}

static void step(struct talker *talker, enum fw_track track, int64_t at_us)
{
	static const int64_t steps[] = {AUDIO_US, FACE_US, DOCUMENT_US};
	struct talker_track *one = &talker->tracks[track];
	int64_t interval_us = track == FW_TRACK_AUDIO ? 5 * US_PER_S : US_PER_S;

	if (one->on && track == FW_TRACK_AUDIO) {
		audio(talker, at_us);
	} else if (one->on) {
		video(talker, track, at_us);
	}
	if (one->on && talker->reports && at_us >= one->next_report_us) {
		report(talker, track, at_us);
		one->next_report_us = at_us + interval_us;
	}
	one->next_us += steps[track];
}

void talker_run(struct talker *talker, int64_t from_us, int64_t to_us)
{
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		talker->tracks[i].next_us = MAX(talker->tracks[i].next_us, from_us);
	}
	for (;;) {
		int next = 0;

		for (int i = 1; i < FW_TRACK_COUNT; i++) {
			if (talker->tracks[i].next_us < talker->tracks[next].next_us) {
				next = i;
			}
		}
		if (talker->tracks[next].next_us >= to_us) {
			break;
		}
		step(talker, (enum fw_track)next, talker->tracks[next].next_us);
	}
}

void talker_freeze(struct talker *talker, enum fw_track track, int64_t length_us)
{
	talker->tracks[track].timestamp_lag_us += length_us;
}

void talker_new_ssrc(struct talker *talker, enum fw_track track)
{
	talker->tracks[track].ssrc = g_rand_int(talker->random);
	talker->tracks[track].sequence = (uint16_t)g_rand_int(talker->random);
	talker->tracks[track].timestamp_offset = g_rand_int(talker->random);
	talker->tracks[track].key_next = true;
}

void talker_mark(struct talker *talker, uint8_t track, enum fw_mark mark, int64_t at_us)
{
	const struct fw_record record = {.kind = FW_RECORD_MARK,
		.track = track,
		.participant = talker->participant,
		.at_us = at_us,
		.mark = mark};

	talker->put(talker->user, &record);
}
