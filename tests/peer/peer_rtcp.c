/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/peer_private.h"
#include <errno.h>
#include <string.h>

#define REPORT_PERIOD_US 1000000
#define CNAME            "test-peer"

static void resend(struct test_peer *peer, struct test_up *up, uint16_t sequence)
{
	uint8_t packet[TEST_PACKET_MAX];
	const uint8_t *found = NULL;
	size_t bytes = 0;

	if (test_sent_repeat(up->sent, sequence, test_now_us(), &found, &bytes) == 0) {
		memcpy(packet, found, bytes);
		peer->counts.resent++;
		(void)test_peer_send_protected(peer, packet, bytes, false);
	}
}

static void nack_received(struct test_peer *peer, const struct fw_rtcp_feedback *feedback)
{
	uint16_t sequence = 0, following = 0;

	peer->counts.nacks_received++;
	for (unsigned track = 0; track < FW_TRACK_COUNT && !peer->options.no_nack; track++) {
		struct test_up *up = &peer->up[track];
		if (up->ssrc != feedback->media_ssrc) {
			continue;
		}
		for (unsigned i = 0; fw_rtcp_nack(feedback, i, &sequence, &following) == 0; i++) {
			resend(peer, up, sequence);
			for (unsigned bit = 0; bit < 16; bit++) {
				if (following >> bit & 1) {
					resend(peer, up, (uint16_t)(sequence + bit + 1));
				}
			}
		}
	}
}

static void key_frame_wanted(struct test_peer *peer, uint32_t ssrc)
{
	peer->counts.plis_received++;
	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		if (peer->up[track].ssrc == ssrc && peer->options.key_frame_wanted != NULL) {
			peer->options.key_frame_wanted(peer->options.user, (enum fw_track)track);
		}
	}
}

static void feedback_received(struct test_peer *peer, const struct fw_rtcp_packet *packet)
{
	struct fw_rtcp_feedback feedback;
	uint32_t ssrc = 0;
	uint8_t command = 0;

	if (fw_rtcp_feedback(packet, &feedback) < 0) {
		return;
	}
	if (packet->type == FW_RTCP_RTPFB && packet->count == FW_RTCP_RTPFB_NACK) {
		nack_received(peer, &feedback);
	} else if (packet->type == FW_RTCP_RTPFB && packet->count == FW_RTCP_RTPFB_TWCC) {
		peer->counts.feedbacks_received++;
	} else if (packet->type == FW_RTCP_PSFB && packet->count == FW_RTCP_PSFB_PLI) {
		key_frame_wanted(peer, feedback.media_ssrc);
	} else if (packet->type == FW_RTCP_PSFB && packet->count == FW_RTCP_PSFB_FIR) {
		if (fw_rtcp_fir(&feedback, 0, &ssrc, &command) == 0) {
			key_frame_wanted(peer, ssrc);
		}
	} else if (packet->type == FW_RTCP_PSFB && packet->count == FW_RTCP_PSFB_REMB) {
		peer->counts.rembs_received++;
		(void)fw_rtcp_remb(&feedback, &peer->counts.remb_bps);
	}
}

static void sender_report_received(struct test_peer *peer, const struct fw_rtcp_sender_info *info)
{
	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			struct test_down *down = &peer->down[slot][track];
			if (down->ssrc != 0 && down->ssrc == info->ssrc) {
				down->last_sr = (uint32_t)(info->ntp >> 16);
				down->last_sr_us = test_now_us();
				peer->counts.down[slot][track].sender_reports++;
			}
		}
	}
}

void test_peer_rtcp_received(struct test_peer *peer, const uint8_t *compound, size_t bytes)
{
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet packet;
	struct fw_rtcp_sender_info info;
	struct fw_rtcp_report report;

	if (fw_rtcp_walk_init(&walk, compound, bytes, true) < 0) {
		peer->counts.bad_packets++;
		return;
	}
	while (fw_rtcp_walk_next(&walk, &packet)) {
		if (packet.type == FW_RTCP_SR && fw_rtcp_sender_info(&packet, &info) == 0) {
			sender_report_received(peer, &info);
		}
		for (unsigned i = 0; fw_rtcp_report(&packet, i, &report) == 0; i++) {
			uint32_t round_trip_us =
				fw_rtcp_round_trip_us(&report, fw_ntp_from_us(g_get_real_time()));
			peer->counts.round_trip_us =
				round_trip_us > 0 ? round_trip_us : peer->counts.round_trip_us;
			peer->counts.reports_received++;
		}
		feedback_received(peer, &packet);
	}
}

static void make_report(
	struct test_peer *peer, unsigned slot, unsigned track, struct fw_rtcp_report *report)
{
	struct test_down *down = &peer->down[slot][track];
	uint64_t lost = down->nack.given_up + down->nack.missing_count;
	uint64_t expected = peer->counts.down[slot][track].packets + lost;
	uint64_t step = expected - down->expected_before,
		 lost_step = lost > down->lost_before ? lost - down->lost_before : 0;

	memset(report, 0, sizeof *report);
	report->ssrc = down->ssrc;
	report->fraction_lost = (uint8_t)(step > 0 ? MIN(255, lost_step * 256 / step) : 0);
	report->lost = (int32_t)lost;
	report->highest_sequence = (uint32_t)down->nack.highest;
	report->last_sr = down->last_sr;
	report->delay_since_last_sr = down->last_sr != 0
		? (uint32_t)((test_now_us() - down->last_sr_us) * 65536 / 1000000)
		: 0;
	down->expected_before = expected;
	down->lost_before = lost;
}

static unsigned make_reports(
	struct test_peer *peer, struct fw_rtcp_report reports[FW_RTCP_REPORTS_MAX])
{
	unsigned count = 0;

	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
			if (peer->counts.down[slot][track].packets > 0) {
				make_report(peer, slot, track, &reports[count++]);
			}
		}
	}
	return count;
}

static void send_writer(struct test_peer *peer, struct fw_rtcp_writer *writer)
{
	if (writer->used > 0) {
		(void)test_peer_send_protected(peer, writer->bytes, writer->used, true);
	}
}

/* One compound per up track that has a clock, the reports about what is received in the first; or a
 * bare RR. */
static void send_reports(struct test_peer *peer)
{
	struct fw_rtcp_report reports[FW_RTCP_REPORTS_MAX];
	unsigned count = make_reports(peer, reports), sent = 0;
	uint8_t bytes[TEST_PACKET_MAX];
	struct fw_rtcp_writer writer;

	for (unsigned track = 0; track < FW_TRACK_COUNT; track++) {
		struct test_up *up = &peer->up[track];
		int64_t utc_us = g_get_real_time();
		int64_t per_ms = track == FW_TRACK_AUDIO ? 48 : 90;
		struct fw_rtcp_sender_info info = {.ssrc = up->ssrc,
			.ntp = fw_ntp_from_us(utc_us),
			.rtp_time = up->clock_rtp +
				(uint32_t)((utc_us - up->clock_utc_us) * per_ms / 1000),
			.packets = up->packets,
			.octets = up->octets};
		if (!up->has_clock || up->packets == 0) {
			continue;
		}
		fw_rtcp_writer_init(&writer, bytes, sizeof bytes - TEST_SRTP_GROWTH);
		(void)fw_rtcp_put_sr(&writer, &info, reports, sent == 0 ? count : 0);
		(void)fw_rtcp_put_cname(&writer, up->ssrc, CNAME);
		send_writer(peer, &writer);
		sent++;
	}
	if (sent == 0 && count > 0) {
		fw_rtcp_writer_init(&writer, bytes, sizeof bytes - TEST_SRTP_GROWTH);
		(void)fw_rtcp_put_rr(&writer, peer->up[0].ssrc, reports, count);
		(void)fw_rtcp_put_cname(&writer, peer->up[0].ssrc, CNAME);
		send_writer(peer, &writer);
	}
}

static void send_feedback(struct test_peer *peer)
{
	uint8_t bytes[TEST_PACKET_MAX];
	struct fw_rtcp_writer writer;

	for (;;) {
		fw_rtcp_writer_init(&writer, bytes, 1200);
		if (fw_twcc_receiver_put(&peer->arrivals, &writer, peer->up[0].ssrc,
			    peer->down[0][0].ssrc) < 0) {
			return;
		}
		send_writer(peer, &writer);
	}
}

static void send_nacks(struct test_peer *peer, int64_t now_us)
{
	uint8_t bytes[TEST_PACKET_MAX];
	uint16_t due[FW_NACK_MISSING_MAX];
	struct fw_rtcp_writer writer;

	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		for (unsigned track = FW_TRACK_FACE; track < FW_TRACK_COUNT; track++) {
			struct test_down *down = &peer->down[slot][track];
			size_t count = fw_nack_receiver_due(&down->nack, now_us,
				peer->counts.round_trip_us, due, G_N_ELEMENTS(due));
			if (count > 0) {
				fw_rtcp_writer_init(&writer, bytes, sizeof bytes - TEST_SRTP_GROWTH);
				(void)fw_rtcp_put_nack(
					&writer, peer->up[0].ssrc, down->ssrc, due, count);
				send_writer(peer, &writer);
			}
			peer->counts.down[slot][track].lost = down->nack.given_up;
			peer->counts.down[slot][track].recovered = down->nack.recovered;
		}
	}
}

int64_t test_peer_rtcp_step(struct test_peer *peer, int64_t now_us)
{
	if (now_us >= peer->feedback_due_us) {
		send_feedback(peer);
		peer->feedback_due_us = now_us + FW_TWCC_PERIOD_US;
	}
	if (now_us >= peer->report_due_us) {
		send_reports(peer);
		peer->report_due_us = now_us + REPORT_PERIOD_US;
	}
	send_nacks(peer, now_us);
	/* Holes are looked at with the feedback's period at the latest, and sooner whenever a
	 * packet comes. */
	return MIN(peer->feedback_due_us, peer->report_due_us);
}

int test_peer_ask_key_frame(struct test_peer *peer, unsigned slot, enum fw_track track)
{
	uint8_t bytes[64 + TEST_SRTP_GROWTH];
	struct fw_rtcp_writer writer;

	fw_rtcp_writer_init(&writer, bytes, 64);
	(void)fw_rtcp_put_pli(&writer, peer->up[0].ssrc, peer->down[slot][track].ssrc);
	return test_peer_send_protected(peer, bytes, writer.used, true);
}

void test_peer_set_clock(
	struct test_peer *peer, enum fw_track track, uint32_t rtp_time, int64_t utc_us)
{
	peer->up[track].has_clock = true;
	peer->up[track].clock_rtp = rtp_time;
	peer->up[track].clock_utc_us = utc_us;
}
