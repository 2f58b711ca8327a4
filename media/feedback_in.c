/* SPDX-License-Identifier: Apache-2.0 */
/* RTCP from a peer: as a sender (its reports) and as a receiver (what it lacks of what we sent). */
#include "base/clock.h"
#include "media/peer.h"

#include <errno.h>

/* Packets sent again per RTCP packet: a request for more is a flood, or beyond repair. */
#define REPEATS_MAX       128
#define ROUND_TRIP_MAX_US 10000000

/* Our SSRC are consecutive: base + 3 slot + track. */
static struct fw_down *down_of(struct fw_peer *peer, uint32_t ssrc)
{
	uint32_t index = ssrc - peer->ssrc_base;
	struct fw_down *down;

	if (index >= FW_SLOTS_MAX * FW_TRACK_COUNT) {
		return NULL;
	}
	down = &peer->slots[index / FW_TRACK_COUNT].down[index % FW_TRACK_COUNT];
	return down->enabled && down->ssrc == ssrc ? down : NULL;
}

static void want_key_frame(struct fw_peer *peer, uint32_t ssrc)
{
	uint32_t index = ssrc - peer->ssrc_base;

	if (down_of(peer, ssrc)) {
		struct fw_peer *source = peer->slots[index / FW_TRACK_COUNT].source;

		if (source && source->gate) {
			fw_up_want_key_frame(&source->up[index % FW_TRACK_COUNT]);
		}
	}
}

static void on_sender_report(struct fw_peer *peer, const struct fw_rtcp_packet *packet)
{
	struct fw_worker *worker = peer->worker;
	struct fw_rtcp_sender_info info;
	struct fw_up *up = NULL;

	if (fw_rtcp_sender_info(packet, &info) < 0) {
		return;
	}
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		if (peer->up[t].known && peer->up[t].ssrc == info.ssrc) {
			up = &peer->up[t];
		}
	}
	if (!up) {
		return;
	}
	up->sr_middle = (uint32_t)(info.ntp >> 16);
	up->sr_us = worker->now_us;
	if (!peer->gate) {
		return;
	}
	if (peer->record && worker->options.sink) {
		struct fw_sink_sender_report report = {
			.call = peer->call,
			.participant = peer->participant,
			.track = up->track,
			.ssrc = info.ssrc,
			.arrival_us = worker->wall_us,
			.ntp = info.ntp,
			.rtp_time = info.rtp_time,
		};

		worker->options.sink->sender_report(
			worker->options.sink_user, worker->options.number, &report);
	}
	fw_forward_report(up, &info);
}

static void on_reports(struct fw_peer *peer, const struct fw_rtcp_packet *packet)
{
	struct fw_rtcp_report report;

	for (unsigned i = 0; fw_rtcp_report(packet, i, &report) == 0; i++) {
		struct fw_down *down = down_of(peer, report.ssrc);
		int64_t delay_us, trip_us;

		if (!down) {
			continue;
		}
		if (!down->reported) {
			down->reported = true;
			down->quality_highest = report.highest_sequence;
			down->quality_lost = report.lost;
		}
		down->reported_highest = report.highest_sequence;
		down->reported_lost = report.lost;
		/* The time in it is the source's clock, so we remember when we passed the report on. */
		if (!report.last_sr || report.last_sr != down->sr_middle) {
			continue;
		}
		delay_us = (int64_t)report.delay_since_last_sr * FW_US_PER_S / 65536;
		trip_us = peer->worker->now_us - down->sr_us - delay_us;
		if (trip_us >= 0 && trip_us < ROUND_TRIP_MAX_US) {
			peer->round_trip_us = (uint32_t)MAX(trip_us, 1);
		}
	}
}

static void on_nack(struct fw_peer *peer, const struct fw_rtcp_feedback *feedback)
{
	struct fw_down *down = down_of(peer, feedback->media_ssrc);
	uint16_t sequence, following;
	unsigned repeats = 0;

	if (!down) {
		return;
	}
	for (unsigned i = 0; fw_rtcp_nack(feedback, i, &sequence, &following) == 0; i++) {
		fw_down_repeat(peer, down, sequence);
		for (unsigned bit = 0; bit < 16; bit++) {
			if (following & (1u << bit)) {
				fw_down_repeat(peer, down, (uint16_t)(sequence + 1 + bit));
				repeats++;
			}
		}
		if (++repeats >= REPEATS_MAX) {
			return;
		}
	}
}

static void on_rtp_feedback(struct fw_peer *peer, const struct fw_rtcp_packet *packet)
{
	struct fw_rtcp_feedback feedback;

	if (fw_rtcp_feedback(packet, &feedback) < 0) {
		return;
	}
	if (packet->count == FW_RTCP_RTPFB_NACK) {
		on_nack(peer, &feedback);
	} else if (packet->count == FW_RTCP_RTPFB_TWCC) {
		(void)fw_twcc_sender_feedback(&peer->twcc_out, &feedback);
	}
}

static void on_picture_feedback(struct fw_peer *peer, const struct fw_rtcp_packet *packet)
{
	struct fw_rtcp_feedback feedback;
	uint32_t ssrc;
	uint8_t command;
	uint64_t bps;

	if (fw_rtcp_feedback(packet, &feedback) < 0) {
		return;
	}
	switch (packet->count) {
	case FW_RTCP_PSFB_PLI:
		want_key_frame(peer, feedback.media_ssrc);
		break;
	case FW_RTCP_PSFB_FIR:
		for (unsigned i = 0; fw_rtcp_fir(&feedback, i, &ssrc, &command) == 0; i++) {
			want_key_frame(peer, ssrc);
		}
		break;
	case FW_RTCP_PSFB_REMB:
		if (!peer->ext_transport_cc && fw_rtcp_remb(&feedback, &bps) == 0) {
			fw_estimator_set(&peer->estimator, (uint32_t)MIN(bps / 1000, UINT32_MAX),
				peer->worker->now_us);
		}
		break;
	default:
		break;
	}
}

static enum fw_media_count drop_reason(int error)
{
	switch (error) {
	case -EACCES:
		return FW_DROP_RTCP_AUTHENTICATION;
	case -EALREADY:
		return FW_DROP_RTCP_REPLAYED;
	default:
		return FW_DROP_RTCP_MALFORMED;
	}
}

void fw_peer_rtcp_in(struct fw_peer *peer, struct fw_path *path, uint8_t *packet, size_t bytes)
{
	struct fw_worker *worker = peer->worker;
	struct fw_rtcp_walk walk;
	struct fw_rtcp_packet part;
	int r;

	if (peer->state != FW_PEER_UP) {
		fw_count(&worker->counters, FW_DROP_BEFORE_DTLS);
		return;
	}
	r = fw_srtp_unprotect_rtcp(peer->srtp, packet, &bytes);
	if (r == 0) {
		fw_peer_heard(peer, path, true);
		r = fw_rtcp_walk_init(&walk, packet, bytes, true);
	}
	if (r < 0) {
		fw_count(&worker->counters, drop_reason(r));
		return;
	}
	fw_count(&worker->counters, FW_COUNT_RTCP_IN);
	while (fw_rtcp_walk_next(&walk, &part)) {
		switch (part.type) {
		case FW_RTCP_SR:
			on_sender_report(peer, &part);
			on_reports(peer, &part);
			break;
		case FW_RTCP_RR:
			on_reports(peer, &part);
			break;
		case FW_RTCP_RTPFB:
			on_rtp_feedback(peer, &part);
			break;
		case FW_RTCP_PSFB:
			on_picture_feedback(peer, &part);
			break;
		default:
			break;
		}
	}
}
