/* SPDX-License-Identifier: Apache-2.0 */
/* What a media worker counts: every packet that is dropped is dropped for one of these reasons.
 *
 * Owner: the worker that counts.  Threads: one writer, any reader (relaxed atomics; no total is consistent with another).
 * Errors: none.
 */
#ifndef FW_MEDIA_COUNTERS_H
#define FW_MEDIA_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

enum fw_media_count {
	/* work done */
	FW_COUNT_RTP_IN, /* authenticated RTP packets */
	FW_COUNT_RTP_OUT, /* RTP copies sent to receivers, without repeats */
	FW_COUNT_RTP_REPEATED, /* answered NACKs */
	FW_COUNT_RTCP_IN,
	FW_COUNT_RTCP_OUT,
	FW_COUNT_SINK, /* packets handed to the sink */
	FW_COUNT_CHECKS, /* connectivity checks answered */
	FW_COUNT_DATAGRAMS_IN, /* UDP datagrams and TCP frames read */
	FW_COUNT_DATAGRAMS_OUT,
	FW_COUNT_RECEIVE_CALLS, /* system calls */
	FW_COUNT_SEND_CALLS,
	FW_COUNT_KEY_FRAME_REQUESTS,
	/* dropped on arrival */
	FW_DROP_OVERSIZED, /* longer than FW_UDP_PACKET_MAX */
	FW_DROP_NOT_MEDIA, /* first byte is of no known protocol (RFC 7983) */
	FW_DROP_UNKNOWN_ADDRESS, /* no connectivity check from there */
	FW_DROP_STUN_MALFORMED,
	FW_DROP_STUN_UNKNOWN_USER,
	FW_DROP_STUN_INTEGRITY,
	FW_DROP_STUN_OTHER, /* responses, indications, other methods, role conflicts */
	FW_DROP_DTLS, /* not of this peer's state, or malformed */
	FW_DROP_BEFORE_DTLS, /* RTP or RTCP before the keys, or before the fingerprint was checked */
	FW_DROP_RTP_MALFORMED,
	FW_DROP_RTP_AUTHENTICATION,
	FW_DROP_RTP_REPLAYED,
	FW_DROP_RTP_UNKNOWN_SSRC, /* authentic, but belongs to no track */
	FW_DROP_RTP_PAYLOAD_TYPE,
	FW_DROP_RTCP_MALFORMED,
	FW_DROP_RTCP_AUTHENTICATION,
	FW_DROP_RTCP_REPLAYED,
	FW_DROP_GATE_CLOSED, /* authentic, but the call is not answered */
	/* dropped on the way out */
	FW_DROP_SEND_FULL, /* socket or TCP queue full */
	FW_DROP_SEND_ERROR,
	FW_DROP_HISTORY_MISS, /* NACK for what is no longer, or was never, there */
	FW_DROP_OUT_OF_ORDER, /* from before the source was switched */
	FW_DROP_PROTECT,
	/* control */
	FW_DROP_COMMAND_UNKNOWN_PEER,
	FW_DROP_COMMAND_REFUSED, /* malformed, or not legal in the peer's state */
	FW_DROP_TCP_REFUSED, /* connection limit, or a frame that breaks RFC 4571 */
	FW_COUNT_MAX
};

struct fw_media_counters {
	_Atomic uint64_t value[FW_COUNT_MAX];
};

/* Only the owning worker writes, so that a plain load and store suffice. */
static inline void fw_count_add(
	struct fw_media_counters *counters, enum fw_media_count which, uint64_t n)
{
	uint64_t old = atomic_load_explicit(&counters->value[which], memory_order_relaxed);

	atomic_store_explicit(&counters->value[which], old + n, memory_order_relaxed);
}

static inline void fw_count(struct fw_media_counters *counters, enum fw_media_count which)
{
	fw_count_add(counters, which, 1);
}

static inline uint64_t fw_count_get(
	const struct fw_media_counters *counters, enum fw_media_count which)
{
	return atomic_load_explicit(&counters->value[which], memory_order_relaxed);
}

/* "drop_rtp_replayed": for health pages and logs. */
const char *fw_media_count_name(enum fw_media_count which);

#endif
