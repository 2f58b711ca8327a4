/* SPDX-License-Identifier: Apache-2.0 */
/* More than two in a call: windows invited while it runs, who leaves while others go on (PROTOCOL.md 2.6).
 *
 *     invited: rung --> in --> left       one of a group (the department's windows) joins, the others are withdrawn
 *                +--> refused, withdrawn (time over, taken back, somebody of the group was faster)
 *
 * A call goes on while two are in. An invited window stands on the side of who invited it.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_PARTY_H
#define FW_SIGNALING_DESK_PARTY_H

#include "signaling/desk/clients.h"

#define FW_PARTY_GROUP_MAX 8 /* windows of a department rung at once */

fw_method_handler fw_party_invite_method, fw_party_take_back_method;

/* The windows an invitation names, those ready the longest first. */
struct fw_party_targets {
	struct fw_window *windows[FW_PARTY_GROUP_MAX];
	unsigned count;
};

/* 0, or a code: what the message names cannot be rung. Also asks whether the call has room for one more. */
int fw_party_choose(struct fw_desk *desk, const struct fw_part *by,
	const struct fw_client_message *message, struct fw_party_targets *ret_targets,
	struct fw_answer *answer);
/* Rings them; `transfer`: the call is handed to who answers. */
int fw_party_ring(struct fw_desk *desk, struct fw_part *by, const struct fw_party_targets *targets,
	bool transfer);

/* The client's part, in a running call, in and not held; else wrong_state. */
int fw_party_find_active(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_part **ret_part);
/* Of the participants that are in, others than `part`. */
unsigned fw_party_others(const struct fw_part *part);
/* Ends the ringing of a whole group. */
int fw_party_withdraw(struct fw_desk *desk, struct fw_call *call, unsigned group);

/* An invited window answers. */
int fw_party_answer(struct fw_desk *desk, struct fw_part *part, struct fw_answer *answer);
/* It does not: refused or withdrawn, already stored. */
int fw_party_ring_less(struct fw_desk *desk, struct fw_part *part);
/* One goes who was in, and at least two others are: already not `in`, the call goes on. */
int fw_party_left(struct fw_desk *desk, struct fw_part *part, enum fw_end_reason reason);

/* Its ring time may be over. */
int fw_party_due(struct fw_desk *desk, struct fw_part *part);
/* After a restart of the server: nobody is being rung any more, and a transfer under way comes back. */
int fw_party_restart(struct fw_desk *desk, struct fw_call *call);

#endif
