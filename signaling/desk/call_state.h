/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a call and its legal transitions (PROTOCOL.md 2.2). One function changes a state.
 *
 * Threads: the desk's. Errors: -EPROTO not legal now (a bug of the caller: methods ask first), errno of the database.
 */
#ifndef FW_SIGNALING_DESK_CALL_STATE_H
#define FW_SIGNALING_DESK_CALL_STATE_H

#include "signaling/desk/state.h"

bool fw_call_state_legal(enum fw_call_state from, enum fw_call_state to);
static inline bool fw_call_is_final(enum fw_call_state state)
{
	return state >= FW_CALL_ENDED;
}

/* Checks, stamps, stores, writes the audit log. `actor` NULL: the system; of `answered` it is the responder. */
int fw_call_set_state(struct fw_desk *desk, struct fw_call *call, enum fw_call_state state,
	const struct fw_part *actor);

#endif
