/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/render.h"

#include "base/db.h"
#include "signaling/desk/queue.h"
#include "signaling/desk/secret.h"
#include "signaling/desk/slots.h"

#include <string.h>

static void render_pair(
	struct fw_json *json, const char *key, const char *id_key, const char *id, const char *name)
{
	fw_json_open(json, key, '{');
	fw_json_text(json, id_key, id);
	fw_json_text(json, "name", name);
	fw_json_close(json, '}');
}

static void open_place(struct fw_json *json, const char *key, const struct fw_place *place)
{
	const struct fw_hall *hall = place->hall;

	fw_json_open(json, key, '{');
	fw_json_text(json, "id", place->id);
	fw_json_text(json, "name", place->name);
	render_pair(json, "hall", "id", hall->id, hall->name);
	render_pair(json, "area", "code", hall->area->code, hall->area->name);
}

void fw_render_place(struct fw_json *json, const char *key, const struct fw_place *place,
	const struct fw_account *account)
{
	open_place(json, key, place);
	fw_json_bool(json, "applicant", place->applicant);
	fw_json_bool(json, "home", place->home);
	fw_json_bool(json, "last_used", account->last_place == place);
	fw_json_close(json, '}');
}

void fw_render_message(struct fw_json *json, const char *key, int64_t number, unsigned participant,
	const char *text, int64_t at_us, const char *client_key)
{
	fw_json_open(json, key, '{');
	fw_json_int(json, "number", number);
	fw_json_int(json, "participant", participant);
	fw_json_text(json, "text", text);
	fw_json_int(json, "at_us", at_us);
	fw_json_text(json, "key", client_key);
	fw_json_close(json, '}');
}

/* --- parts of a call ---------------------------------------------------------------------------- */

static void render_part(struct fw_desk *desk, struct fw_json *json, const struct fw_part *part)
{
	fw_json_open(json, NULL, '{');
	fw_json_int(json, "participant", part->participant);
	fw_json_text(json, "side", part->requester_side ? "requester" : "responder");
	fw_json_text(json, "part", fw_part_states[part->state]);
	fw_json_text(json, "connection", fw_lines[part->line]);
	if (part->line == FW_LINE_LOST) {
		fw_json_int(json, "lost_until_us", fw_desk_wall_us(desk, part->lost_until));
	}
	if (part->invited_by) {
		fw_json_int(json, "invited_by", part->invited_by);
		fw_json_bool(json, "transfer", part->transfer);
	}
	if (part->held_by && part->state == FW_PART_IN) {
		fw_json_int(json, "held_by", part->held_by);
	}
	if (part->refuse_reason) {
		fw_json_open(json, "refused", '{');
		fw_json_text(json, "reason", part->refuse_reason);
		if (part->refuse_text[0]) {
			fw_json_text(json, "text", part->refuse_text);
		}
		fw_json_close(json, '}');
	}
	open_place(json, "window", part->window->place);
	fw_json_close(json, '}');
	render_pair(json, "account", "id", part->account->person->id, part->account->person->name);
	fw_json_open(json, "media", '{');
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		fw_json_text(json, fw_tracks[i], fw_media_states[part->media[i]]);
	}
	if (part->face_label[0]) {
		fw_json_text(json, "face_label", part->face_label);
	}
	if (part->document_label[0]) {
		fw_json_text(json, "document_label", part->document_label);
	}
	fw_json_close(json, '}');
	fw_json_close(json, '}');
}

/* The requester sees every window that was rung; a rung window sees who is in, and itself. */
static bool shows(const struct fw_part *viewer, const struct fw_part *part)
{
	return viewer == part || viewer->participant == 1 || part->participant == 1 ||
		part->state == FW_PART_IN || part->state == FW_PART_LEFT || part->invited_by;
}

static void render_end(struct fw_json *json, const struct fw_call *call)
{
	if (call->state < FW_CALL_ENDED) {
		fw_json_null(json, "end");
		return;
	}
	fw_json_open(json, "end", '{');
	if (call->end_by) {
		fw_json_int(json, "by", call->end_by);
	} else {
		fw_json_null(json, "by");
	}
	fw_json_text(json, "reason", fw_end_reasons[call->end_reason]);
	fw_json_text(json, "text", fw_end_texts[call->end_reason]);
	fw_json_close(json, '}');
}

static void render_recording(struct fw_json *json, const struct fw_call *call)
{
	fw_json_open(json, "recording", '{');
	fw_json_text(json, "state", fw_recording_states[call->recording]);
	if (call->recording == FW_RECORDING_ON) {
		fw_json_int(json, "since_us", call->recording_since_us);
	} else if (call->recording == FW_RECORDING_FAILED) {
		fw_json_text(json, "reason", fw_recording_reasons[call->recording_reason]);
	}
	fw_json_close(json, '}');
}

/* --- the chat ------------------------------------------------------------------------------------- */

/* Number of the oldest message that still fits. */
static int first_message(struct fw_desk *desk, const struct fw_call *call, int64_t *ret_first)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	size_t bytes = 0;
	int r;

	if (call->chat_bytes <= FW_RENDER_CHAT_BYTES) { /* as nearly always */
		*ret_first = 1;
		return 0;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT number, COALESCE(length(text), 0) FROM chat_message WHERE call = ?1"
		" ORDER BY number DESC",
		FW_DB_VALUES(fw_db_text(call->id)), &rows);
	*ret_first = call->messages + 1;
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		bytes += (size_t)fw_db_column_int(rows, 1) + FW_RENDER_LINE_BYTES;
		if (bytes > FW_RENDER_CHAT_BYTES) {
			break;
		}
		*ret_first = fw_db_column_int(rows, 0);
	}
	return MIN(r, 0);
}

static int render_line(
	struct fw_desk *desk, struct fw_json *json, struct fw_call *call, struct fw_statement *row)
{
	char *text;
	int r = fw_secret_column_of_call(
		desk, call, "chat_message", "text", fw_db_column_int(row, 0), row, 2, &text);

	if (r == 0) {
		fw_render_message(json, NULL, fw_db_column_int(row, 0),
			(unsigned)fw_db_column_int(row, 1), text ? text : "",
			fw_db_column_int(row, 3), fw_db_column_text(row, 4));
		fw_sealed_free(text);
	}
	return r;
}

static int render_lines(struct fw_desk *desk, struct fw_json *json, struct fw_call *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int64_t first = 0;
	int r = first_message(desk, call, &first);

	if (r >= 0) {
		r = fw_db_query(desk->setup.db,
			"SELECT number, participant, text, at_us, client_key"
			" FROM chat_message WHERE call = ?1 AND number >= ?2"
			" ORDER BY number",
			FW_DB_VALUES(fw_db_text(call->id), fw_db_int(first)), &rows);
	}
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		r = render_line(desk, json, call, rows);
	}
	return r;
}

int fw_render_chat(struct fw_desk *desk, struct fw_call *call, char **ret_chat)
{
	struct fw_json json;
	int r = 0;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '[');
	if (call->messages > 0) {
		r = render_lines(desk, &json, call);
	}
	fw_json_close(&json, ']');
	*ret_chat = fw_json_steal(&json);
	return r;
}

/* --- the call ------------------------------------------------------------------------------------- */

static void render_head(struct fw_json *json, const struct fw_call *call)
{
	fw_json_text(json, "id", call->id);
	fw_json_text(json, "state", fw_call_states[call->state]);
	fw_json_open(json, "item", '{');
	fw_json_text(json, "id", call->item->id);
	fw_json_text(json, "name", call->item->name);
	fw_json_int(json, "version", call->item_version);
	fw_json_close(json, '}');
	render_pair(json, "area", "code", call->area->code, call->area->name);
	fw_json_bool(json, "drill", call->drill);
	if (call->material) {
		fw_json_int(json, "material", call->material);
	} else {
		fw_json_null(json, "material");
	}
	fw_json_text(json, "note", call->note[0] ? call->note : NULL);
	fw_json_text(json, "case", call->case_number[0] ? call->case_number : NULL);
	fw_json_int(json, "requested_us", call->requested_us);
	if (call->queue == FW_QUEUE_WAITING) {
		fw_queue_render(json, call);
	}
	fw_json_time(json, "ringing_us", call->ringing_us);
	fw_json_time(json, "answered_us", call->answered_us);
	fw_json_time(json, "ended_us", call->ended_us);
	render_end(json, call);
}

void fw_render_call_with(struct fw_desk *desk, struct fw_json *json, const char *key,
	const struct fw_part *part, const char *chat)
{
	const struct fw_call *call = part->call;

	fw_json_open(json, key, '{');
	render_head(json, call);
	fw_json_int(json, "you", part->participant);
	fw_json_text(json, "own_part", fw_part_states[part->state]);
	fw_json_open(json, "participants", '[');
	for (unsigned i = 0; i < call->part_count; i++) {
		if (shows(part, call->parts[i])) {
			render_part(desk, json, call->parts[i]);
		}
	}
	fw_json_close(json, ']');
	fw_slots_render(json, part);
	render_recording(json, call);
	fw_json_raw(json, "messages", chat);
	fw_json_close(json, '}');
}

int fw_render_call(
	struct fw_desk *desk, struct fw_json *json, const char *key, const struct fw_part *part)
{
	g_autofree char *chat = NULL;
	int r = fw_render_chat(desk, part->call, &chat);

	fw_render_call_with(desk, json, key, part, chat);
	return r;
}
