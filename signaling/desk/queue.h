/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that wait because all windows that serve them are busy, one queue per home area, oldest request first.
 *
 *     waiting --> rung --> taken
 *      ^  |        | |
 *      |  +--------|-+---> left (the caller gave up), over (nobody is left to wait for, or the time is up)
 *      +-----------+       not taken there: it waits on with its first time
 *
 * A queue is looked at again whenever the presence of a window of its area changes, within the same batch. Its callers
 * are told their position and the wait to expect, from how long calls of the area took lately (struct fw_load).
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_QUEUE_H
#define FW_SIGNALING_DESK_QUEUE_H

#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

#define FW_QUEUE_STEP_S 30 /* an expected wait is told in steps: nobody can keep it to the second */

bool fw_queue_state_legal(enum fw_queue_state from, enum fw_queue_state to);

/* The load of an area; made from the last calls when it is asked for first. */
int fw_load_find(struct fw_desk *desk, const struct fw_area *area, struct fw_load **ret_load);
/* The call was answered just now, after having rung and waited; or ended after having been answered. */
int fw_load_learn(struct fw_desk *desk, const struct fw_call *call);

/* The call waits: for the first time, or again. */
int fw_queue_enter(struct fw_desk *desk, struct fw_call *call);
/* It does not wait any more: `state` is rung, or final. A call that never waited: nothing happens. */
int fw_queue_leave(struct fw_desk *desk, struct fw_call *call, enum fw_queue_state state);

/* Whether this window can be rung changed: calls that wait for it look again. A department's is waited for anywhere. */
void fw_queue_stir(struct fw_desk *desk, const struct fw_place *place);
/* Looks at the queue of the area again. */
int fw_queue_due(struct fw_desk *desk, struct fw_load *load);
/* call.queue to those whose position or wait changed. */
void fw_queue_tell(struct fw_desk *desk, struct fw_load *load);

/* `queue` of a call that waits: position, expected wait, since when. */
void fw_queue_render(struct fw_json *json, const struct fw_call *call);

/* `queued` and `wait_s` of somebody who would ask now: usual time to an answer, or the wait in the queue; null: not
 * known. */
void fw_queue_outlook(
	struct fw_json *json, const struct fw_load *load, unsigned ready, unsigned busy);

/* Entries of an earlier run of the server are over. */
int fw_queue_restart(struct fw_desk *desk);

#endif
