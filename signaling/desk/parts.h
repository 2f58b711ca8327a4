/* SPDX-License-Identifier: Apache-2.0 */
/* Participants of a call: rung, in, refused, withdrawn, left; their line lost and back (PROTOCOL.md 2.5).
 *
 *     rung --> in --> left          `in` from the start for the requester
 *      +--> refused, withdrawn
 *
 *     line: none --> connecting --> up <--> lost     lost only while `in`: until lost_until a return finds the call
 *
 * A line is up when the window's client is there and the peer is heard; it is lost when the client is gone, or
 * when a peer that was up is not heard any more.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_PARTS_H
#define FW_SIGNALING_DESK_PARTS_H

#include "signaling/desk/clients.h"

#define FW_STATS_US INT64_C(5000000) /* PROTOCOL.md 2.2: stats.report at most one per 5 s */

fw_method_handler fw_part_media_method, fw_part_stats_method;

/* The part of the client's window in the call that the message names, or a code: not_found (not one's call),
 * wrong_state (over, or not for this window any more). Negative errno: the database. */
int fw_part_find(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_part **ret_part);

/* A new participant, stored; its window is in the call from now on. */
int fw_part_add(struct fw_desk *desk, struct fw_call *call, struct fw_window *window,
	enum fw_part_state state, struct fw_part **ret_part);
/* Stored; `reason` and `text` of a refusal, else NULL. */
int fw_part_set_state(struct fw_desk *desk, struct fw_part *part, enum fw_part_state state,
	const char *reason, const char *text);
/* The window is not in the call any more. */
int fw_part_detach(struct fw_desk *desk, struct fw_part *part);

/* The client is gone. */
int fw_part_lost(struct fw_desk *desk, struct fw_part *part);
/* The client is there again; `connection` names its living peer connection, or NULL. */
int fw_part_return(struct fw_desk *desk, struct fw_part *part, const char *connection);
/* What is known of client and peer has changed: the line follows, everybody is told. */
int fw_part_line(struct fw_desk *desk, struct fw_part *part);

/* Out of the call, by its own will (FW_END_LEFT) or because the time to come back is over. */
int fw_part_leave(struct fw_desk *desk, struct fw_part *part, enum fw_end_reason reason);

/* Tells a new journal which tracks are muted or missing right now. */
void fw_part_mark_media(struct fw_desk *desk, struct fw_part *part);

int fw_part_due(struct fw_desk *desk, struct fw_part *part);

/* The client of a live part; NULL: not there now. */
static inline struct fw_client *fw_part_client(const struct fw_part *part)
{
	return part->window->part == part ? part->window->client : NULL;
}

#endif
