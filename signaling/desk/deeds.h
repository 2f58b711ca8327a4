/* SPDX-License-Identifier: Apache-2.0 */
/* What is written into the audit log, in the desk's open transaction: ids only.
 *
 * Threads: the desk's. Errors: as base/audit.h; the batch then fails.
 */
#ifndef FW_SIGNALING_DESK_DEEDS_H
#define FW_SIGNALING_DESK_DEEDS_H

#include "signaling/desk/state.h"

/* Any may be NULL but desk and action. `detail`: a JSON object. */
int fw_deed(struct fw_desk *desk, const struct fw_account *account, const struct fw_window *window,
	const char *action, const char *object_kind, const char *object_id, const char *detail);

/* The same of a call; the actor is the participant, or nobody for the system. */
int fw_deed_of_call(struct fw_desk *desk, const struct fw_call *call, const struct fw_part *actor,
	const char *action, const char *detail);

#endif
