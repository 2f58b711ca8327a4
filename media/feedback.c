/* SPDX-License-Identifier: Apache-2.0 */
/* RTCP to a peer about what comes from it. */
#include "base/clock.h"
#include "media/peer.h"

#include <errno.h>

#define PACKET_BYTES     1200
#define NACK_MAX         64 /* lost packets named at once; more come the next time */
#define REMB_CHANGE_PCT  5
#define RTCP_SSRC_OFFSET 15 /* of ssrc_base: messages.h */

static uint32_t own_ssrc(const struct fw_peer *peer)
{
	return peer->ssrc_base + RTCP_SSRC_OFFSET;
}

void fw_peer_send_rtcp(struct fw_peer *peer, struct fw_rtcp_writer *writer)
{
	size_t bytes = writer->used;

	if (bytes == 0 || !peer->selected) {
		return;
	}
	if (fw_srtp_protect_rtcp(peer->srtp, writer->bytes, &bytes) < 0) {
		fw_count(&peer->worker->counters, FW_DROP_PROTECT);
		return;
	}
	fw_path_send_copy(peer->selected, writer->bytes, bytes);
	fw_count(&peer->worker->counters, FW_COUNT_RTCP_OUT);
}

/* What this peer may send: as much as the narrowest of those it is shown to can take, of which each source has its share. */
static uint32_t allowed_kbps(const struct fw_peer *peer)
{
	uint32_t kbps = peer->worker->options.up_kbps_max;

	for (unsigned i = 0; i < peer->receiver_count; i++) {
		const struct fw_peer *receiver = peer->receivers[i].peer;
		unsigned sources = 0;

		for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
			sources += receiver->slots[slot].source != NULL;
		}
		if (receiver->estimator.measured && sources > 0) {
			kbps = MIN(kbps, receiver->estimator.kbps / sources);
		}
	}
	return MAX(kbps, FW_ESTIMATOR_FLOOR_KBPS);
}

static bool differs(uint32_t a, uint32_t b)
{
	return (a > b ? a - b : b - a) * 100 > b * REMB_CHANGE_PCT;
}

/* Receiver report, REMB: every half second, or at once when what is allowed has changed. */
static void put_reports(struct fw_peer *peer, struct fw_rtcp_writer *writer)
{
	struct fw_rtcp_report reports[FW_TRACK_COUNT];
	uint32_t ssrcs[FW_TRACK_COUNT];
	unsigned count = 0;
	uint32_t kbps = allowed_kbps(peer);
	bool due = peer->worker->now_us >= peer->report_us || differs(kbps, peer->remb_kbps);

	if (due) {
		for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
			if (fw_up_report(&peer->up[t], &reports[count])) {
				ssrcs[count] = reports[count].ssrc;
				count++;
			}
		}
	}
	(void)fw_rtcp_put_rr(writer, own_ssrc(peer), reports, count);
	if (count > 0) {
		(void)fw_rtcp_put_remb(writer, own_ssrc(peer), (uint64_t)kbps * 1000, ssrcs, count);
		peer->remb_kbps = kbps;
		peer->report_us = peer->worker->now_us + FW_PEER_REPORT_US;
	}
}

static uint32_t any_ssrc(const struct fw_peer *peer)
{
	uint32_t ssrc = 0;

	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		ssrc = peer->up[t].known ? peer->up[t].ssrc : ssrc;
	}
	return ssrc;
}

void fw_peer_feedback(struct fw_peer *peer)
{
	uint8_t packet[PACKET_BYTES + FW_SRTP_TRAILER_MAX];
	struct fw_rtcp_writer writer;
	size_t reports_only;

	fw_rtcp_writer_init(&writer, packet, PACKET_BYTES);
	put_reports(peer, &writer);
	reports_only = writer.used;
	while (fw_twcc_receiver_put(&peer->twcc_in, &writer, own_ssrc(peer), any_ssrc(peer)) == 0) {
	}
	/* Eight bytes are a report about nothing. */
	if (writer.used > reports_only || reports_only > 8) {
		fw_peer_send_rtcp(peer, &writer);
	}
}

static bool put_nack(struct fw_peer *peer, struct fw_up *up, struct fw_rtcp_writer *writer)
{
	uint16_t lost[NACK_MAX];
	size_t count;

	if (!up->known || up->nack.missing_count == 0) {
		return false;
	}
	count = fw_nack_receiver_due(
		&up->nack, peer->worker->now_us, peer->round_trip_us, lost, NACK_MAX);
	if (count > 0 && peer->answers_nack) {
		(void)fw_rtcp_put_nack(writer, own_ssrc(peer), up->ssrc, lost, count);
	}
	return up->nack.missing_count > 0;
}

static bool put_pli(struct fw_peer *peer, struct fw_up *up, struct fw_rtcp_writer *writer)
{
	int64_t now_us = peer->worker->now_us;

	if (up->nack.given_up != up->given_up) {
		/* What was given up is missing in every picture until the next key frame. */
		up->quality_given_up += up->nack.given_up - up->given_up;
		up->given_up = up->nack.given_up;
		up->key_wanted = up->key_wanted || up->track != FW_TRACK_AUDIO;
	}
	if (!up->key_wanted) {
		return false;
	}
	if (now_us - up->key_asked_us < FW_PEER_KEY_REQUEST_US) {
		return true;
	}
	up->key_wanted = false;
	up->key_asked_us = now_us;
	fw_count(&peer->worker->counters, FW_COUNT_KEY_FRAME_REQUESTS);
	(void)fw_rtcp_put_pli(writer, own_ssrc(peer), up->ssrc);
	return false;
}

void fw_peer_urgent(struct fw_peer *peer)
{
	uint8_t packet[PACKET_BYTES + FW_SRTP_TRAILER_MAX];
	struct fw_rtcp_writer writer;
	size_t empty;

	peer->attended = false;
	if (peer->state != FW_PEER_UP) {
		return;
	}
	if (peer->twcc_in.end - peer->twcc_in.next >= FW_TWCC_WINDOW / 2) {
		fw_peer_feedback(peer);
	}
	fw_rtcp_writer_init(&writer, packet, PACKET_BYTES);
	(void)fw_rtcp_put_rr(&writer, own_ssrc(peer), NULL, 0);
	empty = writer.used;
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		bool more = put_nack(peer, &peer->up[t], &writer);

		more = put_pli(peer, &peer->up[t], &writer) || more;
		if (more) {
			fw_worker_attend(peer->worker, peer);
		}
	}
	if (writer.used > empty) {
		fw_peer_send_rtcp(peer, &writer);
	}
}
