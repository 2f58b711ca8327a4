/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's facts as JSON, exactly as PROTOCOL.md shows them.
 *
 * Threads: the desk's. Errors: 0, negative errno of the database (the chat is read from there).
 */
#ifndef FW_SIGNALING_DESK_RENDER_H
#define FW_SIGNALING_DESK_RENDER_H

#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

/* PROTOCOL.md 2.3: the chat in a call is the latest messages that fit; all are in GET /api/v1/calls/{call}. */
#define FW_RENDER_CHAT_BYTES 24576
#define FW_RENDER_LINE_BYTES 200 /* names and numbers around the text of a message */

/* A window as in the session (section 1); `account` tells last_used. */
void fw_render_place(struct fw_json *json, const char *key, const struct fw_place *place,
	const struct fw_account *account);

/* The call as this participant sees it (2.3). */
int fw_render_call(
	struct fw_desk *desk, struct fw_json *json, const char *key, const struct fw_part *part);

/* The same, with what fw_render_chat() gave; for several who see it. */
void fw_render_call_with(struct fw_desk *desk, struct fw_json *json, const char *key,
	const struct fw_part *part, const char *chat);
/* g_free, also after an error. */
int fw_render_chat(struct fw_desk *desk, struct fw_call *call, char **ret_chat);

void fw_render_message(struct fw_json *json, const char *key, int64_t number, unsigned participant,
	const char *text, int64_t at_us, const char *client_key);

#endif
