/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: answer, refuse, cancel, hang up; their end and their return after a restart.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_CALLS_H
#define FW_SIGNALING_DESK_CALLS_H

#include "signaling/desk/clients.h"

fw_method_handler fw_call_cancel_method, fw_call_ring_ack_method, fw_call_answer_method,
	fw_call_refuse_method, fw_call_hangup_method;

/* call.state to this participant, if its client is there. */
int fw_call_tell_one(struct fw_desk *desk, const struct fw_part *viewer);
/* call.state to every live participant. */
int fw_call_tell(struct fw_desk *desk, struct fw_call *call);
/* After a change of one participant: to all who are shown it. */
int fw_call_tell_part(struct fw_desk *desk, struct fw_part *part);
int fw_call_tell_incoming(struct fw_desk *desk, struct fw_part *part);

/* The end: state, recording, peers, windows. `actor` NULL: the system. The call and its parts are gone afterwards. */
int fw_call_finish(struct fw_desk *desk, struct fw_call *call, enum fw_call_state state,
	enum fw_end_reason reason, struct fw_part *actor);

int fw_call_due(struct fw_desk *desk, struct fw_call *call);

/* Makes the record and its indexes; id, item and so on are the caller's to fill. */
struct fw_call *fw_call_add(struct fw_desk *desk, const char *id);

#endif
