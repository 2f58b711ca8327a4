/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that were refused because of who asked, or of how things stand: a log line each, and a deed for what was
 * nobody's right, so that an auditor sees who tries (PROTOCOL.md 3). Ids only: nothing of what was sent.
 *
 * Each session has FW_REFUSALS_MAX of both within FW_REFUSALS_US; then one more says how many there were.
 *
 * Threads: the desk's. Errors: 0, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DESK_REFUSALS_H
#define FW_SIGNALING_DESK_REFUSALS_H

#include "signaling/desk/codes.h"
#include "signaling/desk/state.h"

#define FW_REFUSALS_MAX 20 /* PROTOCOL.md 3 */
#define FW_REFUSALS_US  (INT64_C(60) * 1000000)

struct fw_refusal {
	enum fw_code code;
	const char *operation; /* "call.answer", "GET /api/v1/cases/{case}" */
	const struct fw_window *window; /* asked from; may be NULL */
	const char *object_kind, *object_id; /* as sent, so maybe of nothing; may be NULL */
};

/* Codes that say nothing about rights or states are none of its business. */
int fw_refusal_note(struct fw_desk *desk, struct fw_session *session, const struct fw_refusal *sent);

/* False: the session's time is not over, or there was nothing to count. */
bool fw_refusals_over(const struct fw_desk *desk, const struct fw_session *session);
/* Says how many more there were, and counts anew. */
int fw_refusals_settle(struct fw_desk *desk, struct fw_session *session);

#endif
