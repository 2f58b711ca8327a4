/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts: (call, window), from the first ring, or from the moment the window should have been rung and was not
 * there, to exactly one outcome.
 *
 *     absent <--> rung --> declined          declined: refused, while others of the round may still answer
 *        |         |          |
 *        +---------+----------+--> answered, refused, withdrawn, unanswered     (final)
 *
 * Proof of ringing: the window's client acknowledges that the ring was delivered, is displayed, and sounds. Without a
 * tone FW_ATTEMPT_SILENT_US after the delivery the ring is `silent`: the client is told (ring.silent) and the
 * responsible person by SMS; such an attempt never counts.
 *
 * Attempts end with their round: all of them together, by fw_attempts_close(), which asks verdict.h, stores the row
 * and writes the deed attempt.closed with everything that is known of the attempt.
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_ATTEMPTS_H
#define FW_SIGNALING_DESK_ATTEMPTS_H

#include "signaling/desk/state.h"
#include "signaling/desk/verdict.h"

#define FW_ATTEMPT_SILENT_US INT64_C(2000000) /* PROTOCOL.md 2.2: tone within 2 s of the delivery */

/* The attempt of this window; NULL: it was not tried. */
struct fw_attempt *fw_attempt_find(const struct fw_call *call, const struct fw_window *window);

/* The window should be rung and cannot be: it is not there, or away. */
int fw_attempt_absent(struct fw_desk *desk, struct fw_call *call, struct fw_window *window);
/* The window is rung: `part` was just added to the call. */
int fw_attempt_ring(struct fw_desk *desk, struct fw_part *part);
/* The client acknowledges: 1; a repeated stage changes nothing: 0. */
int fw_attempt_ack(struct fw_desk *desk, struct fw_part *part, enum fw_ring_stage stage);
/* The rung window refuses. */
int fw_attempt_decline(struct fw_desk *desk, struct fw_part *part);
/* The rung window is given up while it rings. */
int fw_attempt_gone(struct fw_desk *desk, struct fw_part *part);

/* Ends one that is open; `winner`: it took the call. */
int fw_attempt_close(
	struct fw_desk *desk, struct fw_attempt *attempt, enum fw_round_end end, bool winner);
/* Ends all open attempts of the call; `winner` NULL: nobody took it. */
int fw_attempts_close(struct fw_desk *desk, struct fw_call *call, enum fw_round_end end,
	const struct fw_part *winner);

/* Open ones of an earlier run of the server: that run is why they were not answered. */
int fw_attempts_restart(struct fw_desk *desk, struct fw_call *call);

int fw_attempt_due(struct fw_desk *desk, struct fw_attempt *attempt);

bool fw_attempt_state_legal(enum fw_attempt_state from, enum fw_attempt_state to);

#endif
