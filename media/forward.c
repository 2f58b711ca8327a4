/* SPDX-License-Identifier: Apache-2.0 */
/* One packet to each of its receivers: our header and extensions, the source's payload, built where it is kept for repeats, protected
 * there and sent from there. */
#include "base/clock.h"
#include "media/bytes.h"
#include "media/peer.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define HISTORY_VIDEO_PACKETS 512 /* 500 ms at 1000 packets/s, 9 Mbit/s */
#define HISTORY_AUDIO_PACKETS 64 /* 500 ms are 25 to 50 */

/* Header and extensions as they are in every packet of the track; sequence, time and transport-wide number are filled in. */
void fw_down_prepare(struct fw_peer *peer, unsigned slot, enum fw_track track)
{
	struct fw_down *down = &peer->slots[slot].down[track];
	const struct fw_media_down *remote = &peer->remote.down[slot][track];
	size_t mid_bytes = strlen(remote->mid);
	uint8_t *at = down->header + FW_RTP_HEADER_BYTES + 4;

	down->enabled = slot < peer->remote.slots && mid_bytes > 0;
	if (!down->enabled) {
		return;
	}
	memset(down->header, 0, sizeof(down->header));
	down->ssrc = remote->ssrc;
	fw_put32(down->header + 8, down->ssrc);
	if (peer->remote.ext_mid) {
		*at++ = (uint8_t)(peer->remote.ext_mid << 4 | (mid_bytes - 1)); /* RFC 8285 4.2 */
		memcpy(at, remote->mid, mid_bytes);
		at += mid_bytes;
	}
	down->transport_cc_at = 0;
	if (peer->remote.ext_transport_cc) {
		*at++ = (uint8_t)(peer->remote.ext_transport_cc << 4 | 1);
		down->transport_cc_at = (uint8_t)(at - down->header);
		at += 2;
	}
	down->header[0] = 0x80; /* version 2 */
	down->header_bytes = FW_RTP_HEADER_BYTES;
	if (at > down->header + FW_RTP_HEADER_BYTES + 4) {
		size_t words = ((size_t)(at - down->header) - FW_RTP_HEADER_BYTES - 4 + 3) / 4;

		down->header[0] |= 0x10;
		fw_put16(down->header + FW_RTP_HEADER_BYTES, 0xBEDE);
		fw_put16(down->header + FW_RTP_HEADER_BYTES + 2, (uint16_t)words);
		down->header_bytes = (uint8_t)(FW_RTP_HEADER_BYTES + 4 + 4 * words);
	}
}

/* Another source, or its numbering began anew: go on where we were, as one stream. Time stamps move only with the source, so that
 * audio and video of one source keep their step. */
static void follow_source(
	struct fw_down *down, const struct fw_up *up, const struct fw_rtp *rtp, int64_t number)
{
	int64_t now_us = up->peer->worker->now_us;

	if (!down->history) {
		bool sound = up->track == FW_TRACK_AUDIO;
		struct fw_worker *worker = up->peer->worker;

		fw_history_create(sound ? worker->sound_pool : worker->picture_pool,
			sound ? HISTORY_AUDIO_PACKETS : HISTORY_VIDEO_PACKETS, &down->history);
	}
	if (!down->started) {
		down->number_offset = 0;
		down->timestamp_offset = 0;
		down->last_number = number - 1;
	} else {
		down->number_offset = down->last_number + 1 - number;
		if (down->source != up || down->source_ssrc != up->ssrc) {
			uint64_t elapsed =
				(uint64_t)(now_us - down->last_us) * (up->clock_hz / 1000) / 1000;

			down->timestamp_offset =
				down->last_timestamp + (uint32_t)elapsed + 1 - rtp->timestamp;
		}
	}
	down->started = true;
	down->first_number = number;
	down->source = up;
	down->source_epoch = up->epoch;
	down->source_ssrc = up->ssrc;
	down->sr_middle = 0;
}

static int build(struct fw_peer *peer, struct fw_down *down, const struct fw_rtp *rtp,
	uint16_t sequence, uint8_t *room, size_t *ret_bytes)
{
	size_t bytes = down->header_bytes + rtp->payload_bytes;

	memcpy(room, down->header, down->header_bytes);
	room[1] = (uint8_t)((rtp->marker ? 0x80 : 0) | rtp->payload_type);
	fw_put16(room + 2, sequence);
	fw_put32(room + 4, rtp->timestamp + down->timestamp_offset);
	if (down->transport_cc_at) {
		fw_put16(room + down->transport_cc_at,
			fw_twcc_sender_add(&peer->twcc_out, bytes, peer->worker->now_us));
	}
	memcpy(room + down->header_bytes, rtp->payload, rtp->payload_bytes);
	*ret_bytes = bytes;
	return fw_srtp_protect_rtp(peer->srtp, room, ret_bytes);
}

static int reserve(struct fw_peer *peer, struct fw_down *down, size_t bytes, uint8_t **ret_room)
{
	struct fw_worker *worker = peer->worker;
	int r = fw_history_reserve(
		down->history, bytes, worker->now_us, (uint32_t)worker->flushes, ret_room);

	if (r == -EAGAIN) {
		fw_worker_flush(worker);
		r = fw_history_reserve(
			down->history, bytes, worker->now_us, (uint32_t)worker->flushes, ret_room);
	}
	return r;
}

static void send_to(struct fw_peer *peer, struct fw_down *down, const struct fw_up *up,
	const struct fw_rtp *rtp, int64_t number)
{
	struct fw_worker *worker = peer->worker;
	int64_t out;
	uint8_t *room;
	size_t bytes;

	if (down->source != up || down->source_epoch != up->epoch || !down->started) {
		follow_source(down, up, rtp, number);
	}
	if (number < down->first_number) {
		fw_count(&worker->counters, FW_DROP_OUT_OF_ORDER);
		return;
	}
	out = number + down->number_offset;
	if (reserve(peer, down, down->header_bytes + rtp->payload_bytes + FW_SRTP_TRAILER_MAX,
		    &room) < 0) {
		fw_count(&worker->counters, FW_DROP_SEND_FULL);
		return;
	}
	if (build(peer, down, rtp, (uint16_t)out, room, &bytes) < 0) {
		fw_count(&worker->counters, FW_DROP_PROTECT);
		return;
	}
	fw_history_commit(down->history, (uint16_t)out, bytes);
	fw_path_send(peer->selected, room, bytes);
	fw_count(&worker->counters, FW_COUNT_RTP_OUT);
	down->packets++;
	down->octets += rtp->payload_bytes;
	peer->down_bytes += bytes;
	if (out > down->last_number) {
		down->last_number = out;
		down->last_timestamp = rtp->timestamp + down->timestamp_offset;
		down->last_us = worker->now_us;
	}
}

void fw_forward(struct fw_up *up, const struct fw_rtp *rtp, int64_t number)
{
	const struct fw_peer *from = up->peer;

	for (unsigned i = 0; i < from->receiver_count; i++) {
		struct fw_peer *peer = from->receivers[i].peer;
		struct fw_down *down = &peer->slots[from->receivers[i].slot].down[up->track];

		if (down->enabled && peer->gate && peer->state == FW_PEER_UP && peer->selected) {
			send_to(peer, down, up, rtp, number);
		}
	}
}

/* Sender report with the source's clock, our SSRC and our counts (RFC 3550 6.4.1). */
void fw_forward_report(struct fw_up *up, const struct fw_rtcp_sender_info *info)
{
	const struct fw_peer *from = up->peer;

	for (unsigned i = 0; i < from->receiver_count; i++) {
		struct fw_peer *peer = from->receivers[i].peer;
		struct fw_down *down = &peer->slots[from->receivers[i].slot].down[up->track];
		struct fw_rtcp_sender_info ours = *info;
		struct fw_rtcp_writer writer;
		uint8_t packet[256];
		char cname[24];

		if (!down->enabled || !peer->gate || peer->state != FW_PEER_UP ||
			down->source != up || down->source_epoch != up->epoch) {
			continue;
		}
		ours.ssrc = down->ssrc;
		ours.rtp_time += down->timestamp_offset;
		ours.packets = (uint32_t)down->packets;
		ours.octets = (uint32_t)down->octets;
		/* One name per source, so that its tracks are played in step (RFC 3550 6.5.1). */
		(void)g_snprintf(cname, sizeof(cname), "%08x", from->ssrc_base);
		fw_rtcp_writer_init(&writer, packet, sizeof(packet) - FW_SRTP_TRAILER_MAX);
		(void)fw_rtcp_put_sr(&writer, &ours, NULL, 0);
		(void)fw_rtcp_put_cname(&writer, down->ssrc, cname);
		fw_peer_send_rtcp(peer, &writer);
		down->sr_middle = (uint32_t)(info->ntp >> 16);
		down->sr_us = peer->worker->now_us;
	}
}

void fw_down_repeat(struct fw_peer *peer, struct fw_down *down, uint16_t sequence)
{
	struct fw_worker *worker = peer->worker;
	const uint8_t *packet;
	size_t bytes;

	if (!down->history || !peer->selected ||
		fw_history_get(down->history, sequence, worker->now_us, (uint32_t)worker->flushes,
			&packet, &bytes) < 0) {
		fw_count(&worker->counters, FW_DROP_HISTORY_MISS);
		return;
	}
	fw_path_send(peer->selected, packet, bytes);
	fw_count(&worker->counters, FW_COUNT_RTP_REPEATED);
}
