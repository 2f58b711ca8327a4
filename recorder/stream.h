/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packets of one track: put in order, freed of duplicates, and given their place on our wall
 * clock. Works some seconds behind: late retransmissions find their place, and a packet's time can be
 * taken from the sender report that follows it.
 *
 * Time: RTP time stamp -> sender's clock by the sender reports around the packet -> wall clock by
 * struct fw_sender_clock. A report counts only where it agrees with what the arrivals say (within
 * REPORT_AGREES_US), so that after a jump of the time stamps the reports from before are left alone.
 * Without a report: the least "arrival - time stamp" of the last seconds.
 *
 * Owner: the finaliser. Threads: one. Errors: none; packets are parsed already.
 */
#ifndef FW_RECORDER_STREAM_H
#define FW_RECORDER_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/rtp.h"
#include "recorder/sender_clock.h"

struct fw_stream;

struct fw_stream_packet {
	int64_t time_us; /* wall clock */
	int64_t timestamp; /* RTP time, extended over its wraps */
	int64_t step_us; /* RTP time since the packet before; 0 after begins or jumps */
	uint64_t lost_before; /* numbers missing between this and the one before */
	bool begins; /* a new SSRC, or the sender began to number anew */
	bool jumps; /* the RTP time does not go on from the packet before; also when it begins */
	bool marker;
	uint32_t ssrc;
	const uint8_t *payload; /* borrowed during the call */
	size_t size; /* 0: padding only */
};

struct fw_stream_ops {
	void (*packet)(void *user, const struct fw_stream_packet *packet);
	void (*duplicate)(void *user);
	void (*late)(void *user); /* after it was counted as lost */
};

struct fw_stream *fw_stream_create(uint32_t clock_hz, const struct fw_stream_ops *ops, void *user);
void fw_stream_destroy(struct fw_stream *stream);
FW_DEFINE_CLEANUP(struct fw_stream, fw_stream_destroy)

void fw_stream_put(struct fw_stream *stream, const struct fw_rtp *rtp, int64_t arrival_us);

/* The clock outlives the stream. */
void fw_stream_report(struct fw_stream *stream, uint32_t ssrc, uint32_t rtp_time, int64_t sent_us,
	int64_t arrival_us, struct fw_sender_clock *clock);

/* Hands over, in order, what arrived until then; INT64_MAX: all. */
void fw_stream_advance(struct fw_stream *stream, int64_t arrival_us);

#endif
