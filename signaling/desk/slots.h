/* SPDX-License-Identifier: Apache-2.0 */
/* Which slot of a participant's connection carries whom (PROTOCOL.md 2.4). A slot is three m-lines; their number
 * grows with the participants by offers of higher revision and never shrinks; a slot that became free is used again.
 *
 *     before the answer    requester: nobody    rung: the requester
 *     in a running call    who is in, or invited and ringing: all others who are in
 *
 * Threads: the desk's. Errors: negative errno.
 */
#ifndef FW_SIGNALING_DESK_SLOTS_H
#define FW_SIGNALING_DESK_SLOTS_H

#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

/* After any change of who is in. What a connection has too few of is offered. */
int fw_slots_settle(struct fw_desk *desk, struct fw_call *call);
/* The slots of one part alone, for its first offer. */
void fw_slots_assign(struct fw_desk *desk, struct fw_part *part);

/* Index of the slot of `part` that carries the participant; -1: none. */
int fw_slots_find(const struct fw_part *part, unsigned participant);
/* The part of the call with that number; NULL: 0, or none. */
struct fw_part *fw_slots_part(const struct fw_call *call, unsigned participant);

/* "slots":[2,null]: a call as shown to `part`. */
void fw_slots_render(struct fw_json *json, const struct fw_part *part);

#endif
