/* SPDX-License-Identifier: Apache-2.0 */
/* Lost packets: which to ask for and when (receive side), and a history to answer from (send side).
 * RFC 4585 6.2.1.
 *
 * Owner: all in the caller's memory, nothing is allocated.  Threads: each struct belongs to one
 * thread. Errors: -ENOENT the history does not hold the packet (any more), -EOVERFLOW the packet is
 * larger than the history.
 */
#ifndef FW_MEDIA_NACK_H
#define FW_MEDIA_NACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* holes asked for at once; a larger burst is beyond repair: ask for a key frame */
#define FW_NACK_MISSING_MAX 128
/* design: NACK with 500 ms of history; later the other side has it no more */
#define FW_NACK_GIVE_UP_US 500000
#define FW_NACK_REORDER_US 5000 /* a hole this young may be mere reordering */
/* least time between two requests for one packet, else one round trip */
#define FW_NACK_RETRY_MIN_US 20000
#define FW_NACK_TRIES_MAX    10 /* requests per packet, as libwebrtc does */
#define FW_NACK_JUMP         1000 /* a step of more packets is a restart of the numbering, not a loss */

enum fw_nack_verdict {
	FW_NACK_IN_ORDER,
	FW_NACK_GAP, /* newest so far, holes before it were noted */
	FW_NACK_RECOVERED, /* filled a hole (late or sent again) */
	FW_NACK_OLD, /* doubled, or its hole was given up */
	FW_NACK_RESTART, /* numbering jumped; all holes forgotten */
};

struct fw_nack_receiver {
	bool started;
	int64_t highest; /* extended sequence number */
	uint32_t missing_count; /* of missing[], ascending */
	uint64_t recovered,
		given_up; /* totals; a rise of given_up means the decoder needs a key frame */
	struct {
		int64_t since_us;
		uint32_t sequence; /* modulo 2^32 */
		uint16_t asked_ms; /* last, after since_us */
		uint8_t tries;
	} missing[FW_NACK_MISSING_MAX];
};

void fw_nack_receiver_init(struct fw_nack_receiver *receiver);
/* A packet arrived; ret_extended (may be NULL) is its number without wraps. */
enum fw_nack_verdict fw_nack_receiver_add(struct fw_nack_receiver *receiver, uint16_t sequence,
	int64_t now_us, int64_t *ret_extended);
/* Numbers to ask for now, ascending; they count as asked. Gives up holes older than
 * FW_NACK_GIVE_UP_US. Returns how many were written. */
size_t fw_nack_receiver_due(struct fw_nack_receiver *receiver, int64_t now_us,
	uint32_t round_trip_us, uint16_t *ret_sequences, size_t max);
/* When fw_nack_receiver_due() has something to do next; INT64_MAX: nothing is missing. */
int64_t fw_nack_receiver_next_us(const struct fw_nack_receiver *receiver, uint32_t round_trip_us);

/* Packets as they were sent, found by sequence number. Keep the *protected* packet: under AES-GCM a
 * packet that goes out again must be byte for byte the same (also its transport-wide number),
 * because two texts under one nonce give the authentication key away (RFC 7714 8.1). */
struct fw_nack_history;

#define FW_NACK_HISTORY_US 500000

/* Memory for a history of this many packets (rounded up to a power of two, at most 4096) and data
 * bytes. */
size_t fw_nack_history_size(unsigned packets, size_t data_bytes);
/* In memory (8-aligned) of fw_nack_history_size() bytes, which the caller may have got from mmap:
 * pages are touched only as they fill. */
struct fw_nack_history *fw_nack_history_init(void *memory, unsigned packets, size_t data_bytes);
int fw_nack_history_put(struct fw_nack_history *history, uint16_t sequence, const uint8_t *packet,
	size_t bytes, int64_t now_us);
/* Borrowed until the next put. -ENOENT also if it is older than FW_NACK_HISTORY_US or was fetched
 * less than min_gap_us ago. */
int fw_nack_history_get(struct fw_nack_history *history, uint16_t sequence, int64_t now_us,
	uint32_t min_gap_us, const uint8_t **ret_packet, size_t *ret_bytes);

#endif
