/* SPDX-License-Identifier: Apache-2.0 */
/* What an attempt came to: its outcome, its cause from evidence, and whether it counts against the window.
 *
 * An attempt that was not taken counts only if the window was on duty in office hours, the round went by without an
 * answer or the caller had waited long enough, and the ring was heard: a ring without sound is told by an SMS of its
 * own and counts nothing.
 *
 * Threads: pure. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_VERDICT_H
#define FW_SIGNALING_DESK_VERDICT_H

#include "signaling/desk/words.h"

#include <stdbool.h>
#include <stdint.h>

/* How the round of an attempt ended. */
enum fw_round_end {
	FW_ROUND_ANSWERED, /* a window took the call */
	FW_ROUND_OVER, /* the ring time is over, or nobody is left to ring */
	FW_ROUND_CALLER_LEFT, /* cancelled while it rang */
	FW_ROUND_CALLER_LOST, /* the caller's line or window is gone */
	FW_ROUND_QUEUE_LEFT, /* cancelled while it waited in the queue */
	FW_ROUND_SERVER, /* the server began anew */
};

/* How the window stands when the attempt ends. */
enum fw_attempt_stand {
	FW_STAND_ABSENT, /* could not be rung; why: `absent` */
	FW_STAND_BUSY, /* in another call all the time */
	FW_STAND_RUNG,
	FW_STAND_REFUSED,
	FW_STAND_ANSWERED,
};

struct fw_evidence {
	enum fw_attempt_stand stand;
	enum fw_cause absent; /* NOT_SIGNED_IN, CONNECTION_LOST or AWAY */
	bool connected; /* the window's client is there now */
	bool delivered, displayed, tone; /* acknowledged */
	bool silent; /* the missing tone was noticed and told */
	bool on_duty, in_hours, drill;
	int64_t age_us; /* of the ring, or of the absence */
	int64_t patience_us; /* a caller who gives up earlier does not count */
};

struct fw_verdict {
	enum fw_outcome outcome;
	enum fw_cause cause; /* FW_CAUSE_NONE unless refused or unanswered */
	enum fw_why_not why_not; /* FW_WHY_NOT_NONE: it counts, or was answered here */
	bool countable;
};

struct fw_verdict fw_verdict_find(const struct fw_evidence *evidence, enum fw_round_end end);

#endif
