/* SPDX-License-Identifier: Apache-2.0 */
/* Lost packets: which to ask for and when (RFC 4585 6.2.1). What is answered from: history.h.
 *
 * Owner: all in the caller's memory, nothing is allocated.  Threads: each struct belongs to one
 * thread.  Errors: none.
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

#endif
