/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/chat.h"

#include "base/db.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/render.h"
#include "signaling/desk/secret.h"

/* Renders the message of this key, if there is one: 1; 0: none. */
static int find_repeat(
	struct fw_desk *desk, const struct fw_part *part, const char *key, struct fw_json *result)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	char *text = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT number, text, at_us FROM chat_message WHERE call = ?1 AND participant = ?2"
		" AND client_key = ?3",
		FW_DB_VALUES(
			fw_db_text(part->call->id), fw_db_int(part->participant), fw_db_text(key)),
		&rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r;
	}
	r = fw_secret_column_of_call(desk, part->call, "chat_message", "text",
		fw_db_column_int(rows, 0), rows, 1, &text);
	if (r < 0) {
		return r;
	}
	fw_render_message(result, "message", fw_db_column_int(rows, 0), part->participant,
		text ? text : "", fw_db_column_int(rows, 2), key);
	fw_sealed_free(text);
	return 1;
}

static int store(struct fw_desk *desk, const struct fw_part *part, const char *text, const char *key)
{
	g_autoptr(GBytes) sealed = NULL;
	int r = fw_secret_seal_of_call(
		desk, part->call, "chat_message", "text", part->call->messages, text, &sealed);

	part->call->chat_bytes +=
		(int64_t)(sealed ? g_bytes_get_size(sealed) : 0) + FW_RENDER_LINE_BYTES;
	return r < 0
		? r
		: fw_db_run(desk->setup.db,
			  "INSERT INTO chat_message (call, number, participant, text, at_us,"
			  " client_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			  FW_DB_VALUES(fw_db_text(part->call->id), fw_db_int(part->call->messages),
				  fw_db_int(part->participant), fw_sealed_value(sealed),
				  fw_db_int(desk->now_us), fw_db_text(key)),
			  NULL);
}

static void tell(struct fw_desk *desk, const struct fw_part *part, const char *text, const char *key)
{
	const struct fw_call *call = part->call;
	struct fw_json json;

	fw_event_begin(&json, "chat.message");
	fw_json_text(&json, "call", call->id);
	fw_render_message(
		&json, "message", call->messages, part->participant, text, desk->now_us, key);
	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_client *client = fw_part_client(call->parts[i]);

		if (client && call->parts[i]->state == FW_PART_IN) {
			fw_event_copy(desk, client, &json);
		}
	}
	fw_json_clear(&json);
}

int fw_chat_send_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const char *text = fw_client_message_text(message, "text");
	const char *key = fw_client_message_text(message, "key");
	struct fw_part *part;
	int r = fw_part_find(desk, client, message, &part);

	if (r != 0) {
		return r;
	}
	if (part->call->state != FW_CALL_ANSWERED || part->state != FW_PART_IN) {
		return FW_CODE_WRONG_STATE;
	}
	r = find_repeat(desk, part, key, &answer->result);
	if (r != 0) {
		return MIN(r, 0);
	}
	if (part->call->messages >= FW_CHAT_MESSAGES_MAX) {
		return FW_CODE_TOO_MANY;
	}
	fw_memory_touch(desk->memory, part->call);
	part->call->messages++;
	r = store(desk, part, text, key);
	if (r >= 0) {
		r = fw_marker(desk, part->call, "chat", part->participant, FW_TRACK_COUNT, NULL);
	}
	if (r < 0) {
		return r;
	}
	fw_render_message(&answer->result, "message", part->call->messages, part->participant, text,
		desk->now_us, key);
	tell(desk, part, text, key);
	return 0;
}
