/* SPDX-License-Identifier: Apache-2.0 */
/* A packet from a peer: unprotect, find its track, note it for feedback, hand it to the sink and to the receivers. */
#include "media/peer.h"
#include "base/clock.h"
#include "media/vp8.h"

#include <errno.h>
#include <string.h>

#define TRANSIT_JUMP 10 /* a change by more than 1/10 s is a restart of the clock, not jitter */

static bool expects(const struct fw_up *up, const struct fw_rtp *rtp)
{
	return up->accepted && up->payload_type == rtp->payload_type;
}

/* A track's SSRC is new: numbering, reports and key frames begin anew. */
static void learn(struct fw_up *up, const struct fw_rtp *rtp)
{
	up->ssrc = rtp->ssrc;
	up->known = true;
	up->epoch++;
	up->first_number = rtp->sequence;
	up->received = up->received_before = up->expected_before = 0;
	up->transit = up->jitter_16 = up->sr_middle = 0;
	up->given_up = up->quality_given_up = 0;
	up->quality_expected = 0;
	fw_nack_receiver_init(&up->nack);
	/* REMB at the next turn, so that the sender need not feel its way. */
	up->peer->report_us = 0;
	if (up->track != FW_TRACK_AUDIO && up->peer->gate) {
		fw_up_want_key_frame(up);
	}
}

/* Which track an unknown SSRC belongs to: the MID says, else the answer said; else, of an answer that knows neither, the payload type
 * and the order of the m-lines (PROTOCOL 2.4). */
static struct fw_up *identify(struct fw_peer *peer, const struct fw_rtp *rtp)
{
	char mid[FW_MID_MAX + 1];
	bool named = peer->ext_mid && fw_rtp_mid(rtp, peer->ext_mid, mid) == 0;
	struct fw_up *up;

	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		up = &peer->up[t];
		if (expects(up, rtp) &&
			(named ? strcmp(up->mid, mid) == 0 : up->declared_ssrc == rtp->ssrc)) {
			return up;
		}
	}
	for (unsigned t = 0; !named && !peer->ext_mid && t < FW_TRACK_COUNT; t++) {
		up = &peer->up[t];
		if (expects(up, rtp) && !up->declared_ssrc &&
			(!up->known || peer->worker->now_us - up->last_us > FW_PEER_FLOW_US)) {
			return up;
		}
	}
	return NULL;
}

static struct fw_up *track_of(struct fw_peer *peer, const struct fw_rtp *rtp)
{
	struct fw_media_counters *counters = &peer->worker->counters;
	struct fw_up *up;

	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		up = &peer->up[t];
		if (up->ssrc == rtp->ssrc && up->known) {
			if (!expects(up, rtp)) {
				fw_count(counters, FW_DROP_RTP_PAYLOAD_TYPE);
				return NULL;
			}
			return up;
		}
	}
	up = identify(peer, rtp);
	if (!up) {
		fw_count(counters, FW_DROP_RTP_UNKNOWN_SSRC);
		return NULL;
	}
	learn(up, rtp);
	return up;
}

/* Interarrival jitter, RFC 3550 A.8. */
static void note_jitter(struct fw_up *up, uint32_t timestamp, int64_t now_us)
{
	uint32_t arrival = (uint32_t)((uint64_t)now_us * (up->clock_hz / 1000) / 1000);
	uint32_t transit = arrival - timestamp;
	int32_t difference = (int32_t)(transit - up->transit);
	uint32_t change = (uint32_t)(difference < 0 ? -(int64_t)difference : difference);

	up->transit = transit;
	if (change < up->clock_hz / TRANSIT_JUMP) {
		up->jitter_16 += change - ((up->jitter_16 + 8) >> 4);
	}
}

static void note_key_frame(struct fw_up *up, const struct fw_rtp *rtp)
{
	struct fw_vp8 vp8;

	if (up->payload_type == FW_PT_VP8 && rtp->payload_bytes > 0 &&
		fw_vp8_parse(rtp->payload, rtp->payload_bytes, &vp8) == 0 && vp8.start_of_frame &&
		vp8.key_frame) {
		up->key_us = up->peer->worker->now_us;
	}
}

/* Returns the packet's number without wraps. */
static int64_t note_packet(struct fw_up *up, const struct fw_rtp *rtp)
{
	struct fw_worker *worker = up->peer->worker;
	enum fw_nack_verdict verdict;
	int64_t number;

	verdict = fw_nack_receiver_add(&up->nack, rtp->sequence, worker->now_us, &number);
	if (verdict == FW_NACK_RESTART) {
		up->epoch++;
		up->first_number = number;
		up->received = up->received_before = up->expected_before = 0;
	} else if (verdict == FW_NACK_GAP) {
		fw_worker_attend(worker, up->peer);
	}
	up->received++;
	up->last_us = worker->now_us;
	up->peer->up_bytes += rtp->packet_bytes;
	note_jitter(up, rtp->timestamp, worker->now_us);
	if (up->track != FW_TRACK_AUDIO) {
		note_key_frame(up, rtp);
	}
	return number;
}

static void keep(struct fw_up *up, const struct fw_rtp *rtp)
{
	const struct fw_peer *peer = up->peer;
	struct fw_worker *worker = peer->worker;
	struct fw_sink_packet packet = {
		.call = peer->call,
		.participant = peer->participant,
		.track = up->track,
		.arrival_us = worker->wall_us,
		.rtp = rtp->packet,
		.rtp_bytes = rtp->packet_bytes,
	};

	worker->options.sink->packet(worker->options.sink_user, worker->options.number, &packet);
	fw_count(&worker->counters, FW_COUNT_SINK);
}

static enum fw_media_count drop_reason(int error)
{
	switch (error) {
	case -EACCES:
		return FW_DROP_RTP_AUTHENTICATION;
	case -EALREADY:
		return FW_DROP_RTP_REPLAYED;
	default:
		return FW_DROP_RTP_MALFORMED;
	}
}

void fw_up_packet(struct fw_peer *peer, struct fw_path *path, uint8_t *packet, size_t bytes)
{
	struct fw_worker *worker = peer->worker;
	struct fw_rtp rtp;
	struct fw_up *up;
	uint16_t transport_sequence;
	int64_t number;
	int r;

	if (peer->state != FW_PEER_UP) {
		fw_count(&worker->counters, FW_DROP_BEFORE_DTLS);
		return;
	}
	r = fw_srtp_unprotect_rtp(peer->srtp, packet, &bytes);
	if (r == 0) {
		fw_peer_heard(peer, path, true);
		r = fw_rtp_parse(packet, bytes, &rtp);
	}
	if (r < 0) {
		fw_count(&worker->counters, drop_reason(r));
		return;
	}
	fw_count(&worker->counters, FW_COUNT_RTP_IN);
	if (fw_rtp_transport_cc(&rtp, peer->ext_transport_cc, &transport_sequence) == 0 &&
		fw_twcc_receiver_add(&peer->twcc_in, transport_sequence, worker->now_us)) {
		fw_worker_attend(worker, peer);
	}
	up = track_of(peer, &rtp);
	if (!up) {
		return;
	}
	number = note_packet(up, &rtp);
	if (!peer->gate) {
		fw_count(&worker->counters, FW_DROP_GATE_CLOSED);
		return;
	}
	if (peer->record && worker->options.sink) {
		keep(up, &rtp);
	}
	fw_forward(up, &rtp, number);
}

void fw_up_want_key_frame(struct fw_up *up)
{
	if (up->track == FW_TRACK_AUDIO || !up->known || up->key_wanted) {
		return;
	}
	up->key_wanted = true;
	fw_worker_attend(up->peer->worker, up->peer);
}

bool fw_up_report(struct fw_up *up, struct fw_rtcp_report *ret_report)
{
	uint64_t expected, expected_now, received_now;
	int64_t lost;

	if (!up->known || up->received == 0) {
		return false;
	}
	expected = (uint64_t)(up->nack.highest - up->first_number + 1);
	expected_now = expected - up->expected_before;
	received_now = up->received - up->received_before;
	lost = (int64_t)(expected - up->received);
	*ret_report = (struct fw_rtcp_report){
		.ssrc = up->ssrc,
		.fraction_lost = expected_now > received_now
			? (uint8_t)((expected_now - received_now) * 255 / expected_now)
			: 0,
		.lost = (int32_t)CLAMP(lost, -0x800000, 0x7fffff),
		.highest_sequence = (uint32_t)up->nack.highest,
		.jitter = up->jitter_16 >> 4,
		.last_sr = up->sr_middle,
		.delay_since_last_sr = up->sr_middle
			? (uint32_t)((up->peer->worker->now_us - up->sr_us) * 65536 / FW_US_PER_S)
			: 0,
	};
	up->expected_before = expected;
	up->received_before = up->received;
	return true;
}
