/* SPDX-License-Identifier: Apache-2.0 */
/* Outputs of the running batch, in order. They leave the desk only after its commit (desk.c).
 *
 * Owner: the desk's output array owns the texts. Threads: the desk's. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_EMIT_H
#define FW_SIGNALING_DESK_EMIT_H

#include "signaling/desk/codes.h"
#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

/* Begins {"type":"event","event":NAME,"data":{ ; write the members of data, then send. */
void fw_event_begin(struct fw_json *json, const char *event);
void fw_event_send(struct fw_desk *desk, const struct fw_client *client, struct fw_json *json);
/* The same text to a further client; call before fw_event_send(). */
void fw_event_copy(struct fw_desk *desk, const struct fw_client *client, const struct fw_json *json);

/* A place in the order for a reply whose text comes later: what a handler emits stands behind it. */
guint fw_reply_reserve(struct fw_desk *desk, uint64_t connection);
void fw_reply_begin(struct fw_json *json, int64_t id);
void fw_reply_fill(struct fw_desk *desk, guint place, struct fw_json *json);
/* `text` NULL: the code's own; `extra` raw JSON members ("\"windows\":3") or NULL. */
void fw_reply_refuse(struct fw_desk *desk, guint place, int64_t id, enum fw_code code,
	const char *text, const char *extra);

void fw_close_client(struct fw_desk *desk, uint64_t connection, int code);

/* `body` and `cookie` become the desk's; body NULL: 204. */
void fw_http_answer(struct fw_desk *desk, uint64_t request, int status, char *body, char *cookie);
void fw_http_refuse(struct fw_desk *desk, uint64_t request, enum fw_code code, const char *extra);
/* With a sentence of its own; NULL: the code's. */
void fw_http_refuse_saying(struct fw_desk *desk, uint64_t request, enum fw_code code,
	const char *text, const char *extra);

void fw_emit_media(struct fw_desk *desk, unsigned worker, const struct fw_media_command *command);
void fw_emit_recorder(struct fw_desk *desk, const struct fw_recorder_command *command);
void fw_emit_job(struct fw_desk *desk, const struct fw_job_command *command);

#endif
