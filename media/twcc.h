/* SPDX-License-Identifier: Apache-2.0 */
/* Transport-wide congestion control feedback, draft-holmer-rmcat-transport-wide-cc-extensions-01: a
 * receiver that builds it from arrival times, a reader of it, and a sender's ring that turns it
 * into a plain summary of the path.
 *
 * Owner: all structs live in the caller's memory, nothing is allocated.  Threads: each struct
 * belongs to one thread. Errors: -EBADMSG malformed, -ENOENT nothing to report, -ENOSPC the output
 * is too small.
 */
#ifndef FW_MEDIA_TWCC_H
#define FW_MEDIA_TWCC_H

#include "media/rtcp.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* packets between two feedbacks, a power of two: 10 000 packets/s at one per 50 ms */
#define FW_TWCC_WINDOW 512
/* packets whose feedback may still come, a power of two: 500 ms at 1000 packets/s */
#define FW_TWCC_SENT         512
#define FW_TWCC_PERIOD_US    50000 /* platform.md 11: one per 50 ms lets browsers rise within 1 s */
#define FW_TWCC_TICK_US      250 /* unit of receive deltas, draft 3.1.5 */
#define FW_TWCC_REFERENCE_US 64000 /* unit of the reference time, draft 3.1 */

struct fw_twcc_receiver {
	int64_t next; /* first number not yet reported, extended */
	int64_t end; /* one past the highest number received */
	bool started;
	uint8_t feedback_count;
	uint64_t late; /* came after they were reported lost, or doubled; not reported again */
	int64_t newest_us; /* arrival; the others lie less than an hour before it */
	uint32_t arrival_us[FW_TWCC_WINDOW]; /* modulo 2^32, by number modulo the window; 0: not
						received */
};

void fw_twcc_receiver_init(struct fw_twcc_receiver *receiver);
/* A packet with this number arrived. now_us: monotonic. True: so much is waiting that feedback
 * should go at once. */
bool fw_twcc_receiver_add(struct fw_twcc_receiver *receiver, uint16_t sequence, int64_t now_us);
/* Appends one feedback packet with what came since the last; call again until -ENOENT, because a
 * jump of more than 8 s in arrival times or a full writer ends a packet. 1200 bytes of room always
 * take FW_TWCC_WINDOW packets. The media SSRC may be any of the peer's. */
int fw_twcc_receiver_put(struct fw_twcc_receiver *receiver, struct fw_rtcp_writer *writer,
	uint32_t sender_ssrc, uint32_t media_ssrc);

/* Reading feedback, packet by packet in order of sequence. */
struct fw_twcc_feedback {
	uint16_t base_sequence;
	uint16_t packet_count;
	uint8_t feedback_count;
	/* walk */
	const uint8_t *chunk, *delta, *end;
	uint16_t index;
	uint16_t chunk_left;
	uint16_t chunk_value;
	int64_t time_us;
};
struct fw_twcc_arrival {
	uint16_t sequence;
	bool received;
	int64_t arrival_us; /* receiver's clock, wraps every 12.4 days; of value only in differences
			     */
};
int fw_twcc_feedback_init(struct fw_twcc_feedback *walk, const struct fw_rtcp_feedback *feedback);
/* 1: *ret_arrival is filled; 0: the end; -EBADMSG: the packet is cut short (what came before is
 * good). */
int fw_twcc_feedback_next(struct fw_twcc_feedback *walk, struct fw_twcc_arrival *ret_arrival);

/* What was sent, and what became of it. */
struct fw_twcc_sender {
	struct {
		uint32_t sent_us; /* monotonic, modulo 2^32 */
		uint16_t bytes; /* 0: free or already reported */
		uint16_t sequence;
	} sent[FW_TWCC_SENT]; /* small: this is most of what a peer takes */
	int64_t last_add_us;
	uint16_t next_sequence;
	int64_t last_arrival_us; /* of the newest packet reported received */
	int64_t last_sent_us; /* up to which base_us has crept */
	int64_t queue_us; /* how much longer packets take now than the fastest lately, smoothed */
	int64_t base_us; /* least (arrival - sent) lately, decays upwards */
	bool has_base;
	/* since the last fw_twcc_sender_take() */
	uint64_t received_bytes;
	uint32_t received, lost;
	int64_t first_us, newest_us; /* arrival times of the first and newest counted */
};
struct fw_twcc_summary {
	uint32_t received, lost; /* packets reported since the last summary */
	uint32_t received_kbps; /* rate at which they arrived; 0: too few to tell */
	uint32_t queue_ms; /* standing queue on the path */
};
void fw_twcc_sender_init(struct fw_twcc_sender *sender);
/* Returns the transport-wide number the packet is to carry. bytes: RTP packet with header. */
uint16_t fw_twcc_sender_add(struct fw_twcc_sender *sender, size_t bytes, int64_t now_us);
/* Takes in one feedback packet. */
int fw_twcc_sender_feedback(struct fw_twcc_sender *sender, const struct fw_rtcp_feedback *feedback);
void fw_twcc_sender_take(struct fw_twcc_sender *sender, struct fw_twcc_summary *ret_summary);

#endif
