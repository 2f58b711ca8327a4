/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The finaliser's way from packets to pictures and sound: order, time and depacketising. Input: pieces
 * of what (u8), milliseconds since the piece before (u8), length (u16), bytes; what: bits 0-1 the
 * track, bit 2 a sender report, bit 3 the arrival goes back. The accounts must add up whatever comes.
 */
#include <stdint.h>
#include <string.h>

#include "media/rtp.h"
#include "recorder/opus.h"
#include "recorder/picture.h"
#include "recorder/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	struct fw_report *report;
	struct fw_pictures *pictures;
	uint64_t put, written, audio;
};

static struct fw_report *report_of(void *user)
{
	return ((struct sum *)user)->report;
}

static enum fw_cause cause_of(
	void *user, int64_t from_us, int64_t to_us, enum fw_cause otherwise, uint64_t lost)
{
	(void)user;
	(void)from_us;
	(void)to_us;
	(void)lost;
	return otherwise;
}

static void picture(void *user, struct fw_frame *frame)
{
	struct sum *sum = user;

	g_assert(frame->size > 0 && frame->packets > 0);
	fw_report_counts(sum->report)->written += frame->packets;
	g_free(frame);
}

static void packet(void *user, const struct fw_stream_packet *one)
{
	struct sum *sum = user;
	int32_t duration_us = 0;

	sum->audio += fw_opus_duration_us(one->payload, one->size, &duration_us) == 0;
	fw_pictures_put(sum->pictures, one);
}

static void duplicate(void *user)
{
	fw_report_counts(((struct sum *)user)->report)->duplicate++;
}

static void late(void *user)
{
	struct fw_report_counts *counts = fw_report_counts(((struct sum *)user)->report);

	if (counts->lost > 0) {
		counts->lost--;
		counts->discarded++;
	} else {
		counts->duplicate++;
	}
}

static void put_report(struct fw_stream *stream, struct fw_sender_clock *clock,
	const uint8_t *bytes, size_t size, int64_t arrival_us)
{
	uint64_t ntp = 0;
	uint32_t rtp_time = 0, ssrc = 0;

	if (size < 16) {
		return;
	}
	memcpy(&ssrc, bytes, 4);
	memcpy(&rtp_time, bytes + 4, 4);
	memcpy(&ntp, bytes + 8, 8);
	fw_sender_clock_add(clock, fw_ntp_to_us(ntp), arrival_us);
	fw_stream_report(stream, GUINT32_FROM_BE(ssrc), GUINT32_FROM_BE(rtp_time),
		fw_ntp_to_us(ntp), arrival_us, clock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fw_stream_ops stream_ops = {packet, duplicate, late};
	static const struct fw_pictures_ops picture_ops = {report_of, cause_of, picture};
	struct sum sum = {.report = fw_report_create(FW_TRACK_FACE)};
	fw_cleanup(fw_sender_clock_destroy) struct fw_sender_clock *clock = fw_sender_clock_create();
	fw_cleanup(fw_stream_destroy) struct fw_stream *stream =
		fw_stream_create(90000, &stream_ops, &sum);
	int64_t now_us = INT64_C(1795312979000000);

	sum.pictures = fw_pictures_create(&picture_ops, &sum);
	while (size >= 4) {
		uint8_t what = data[0];
		size_t length = (size_t)data[2] << 8 | data[3];
		struct fw_rtp rtp;

		now_us += (what & 8 ? -1000 : 1000) * data[1];
		data += 4;
		size -= 4;
		length = MIN(length, size);
		if (what & 4) {
			put_report(stream, clock, data, length, now_us);
		} else if (fw_rtp_parse(data, length, &rtp) == 0) {
			fw_stream_put(stream, &rtp, now_us);
			sum.put++;
		}
		fw_stream_advance(stream, now_us - 100000);
		data += length;
		size -= length;
	}
	fw_stream_advance(stream, INT64_MAX);
	fw_pictures_finish(sum.pictures);
	g_assert(fw_report_received(sum.report) == sum.put);
	g_assert(fw_report_accounted(sum.report));
	json_decref(fw_report_json(sum.report));
	fw_pictures_destroy(sum.pictures);
	fw_report_destroy(sum.report);
	return 0;
}
