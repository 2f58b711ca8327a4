/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds of ringing: whom a call rings next, for how long, and what comes after (routing.h decides, attempts.h keeps
 * the account, queue.h keeps who waits).
 *
 *     request --> [route] --ring--> a round rings --answered--> done
 *                  ^  |  \             |
 *                  |  |   +--queue--> waits: routed again when a window of the area changes
 *                  |  +--nobody--> the call is over
 *                  +---- the time of the round is over, or nobody of it is left to ring
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_RINGING_H
#define FW_SIGNALING_DESK_RINGING_H

#include "signaling/desk/routing.h"
#include "signaling/desk/state.h"

/* What is asked for: of a call that is there, or of one that may be made. */
struct fw_ringing_wish {
	const struct fw_item *item;
	const struct fw_area *area;
	const struct fw_place *named; /* NULL: any */
	const struct fw_window *requester;
	const struct fw_call *call; /* NULL: nobody was tried yet */
	bool drill; /* else led past windows of halls that rehearse the item */
	bool round_over; /* whoever was tried in the running round is done with */
};

struct fw_ringing_plan {
	struct fw_route route;
	struct fw_window *ring[FW_CALL_ATTEMPTS_MAX], *absent[FW_CALL_ATTEMPTS_MAX];
	unsigned serving; /* home windows that could be asked at all */
	const struct fw_drill *barred; /* others could, in this rehearsal; NULL: none */
};

int fw_ringing_plan(
	struct fw_desk *desk, const struct fw_ringing_wish *wish, struct fw_ringing_plan *ret_plan);

/* Does what the plan says; the call may be over afterwards. */
int fw_ringing_go(struct fw_desk *desk, struct fw_call *call, const struct fw_ringing_plan *plan);

/* The round went by: the next window, the queue, or the end. */
int fw_ringing_over(struct fw_desk *desk, struct fw_call *call);
/* A call that waits is looked at again; it may ring, wait on or be over. */
int fw_ringing_again(struct fw_desk *desk, struct fw_call *call);
/* A rung window is out (refused or withdrawn, already stored). */
int fw_ringing_less(struct fw_desk *desk, struct fw_part *part);
/* Those that were rung and are not in: told, and free again. */
int fw_ringing_release(struct fw_desk *desk, struct fw_call *call);

/* The deadline of a call that rings or waits. */
int fw_ringing_due(struct fw_desk *desk, struct fw_call *call);

#endif
