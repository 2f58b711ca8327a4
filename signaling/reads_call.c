/* SPDX-License-Identifier: Apache-2.0 */
/* One call with everything that is known of it. */
#include "signaling/reads_call_row.h"

static int render_refusal(
	struct fw_read_keys *keys, struct fw_json *json, const char *call, struct fw_statement *row)
{
	const struct fw_sealed_at where =
		fw_sealed_at("call_part", "refuse_text", call, fw_db_column_int(row, 8));
	char key[FW_KEY_ID_MAX_BYTES + 1];

	fw_sealed_key_of_call(call, key);
	fw_json_text(json, "refuse_reason", fw_db_column_text(row, 12));
	return fw_read_render_sealed(keys, key, &where, row, 13, json, "refuse_text");
}

static int render_participants(
	struct fw_db *db, struct fw_read_keys *keys, struct fw_json *json, const char *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT w.id, w.name, h.id, h.name, a.code, a.name, n.id, n.name, p.participant,"
		" p.side, p.part, p.since_us, p.refuse_reason, p.refuse_text, p.audio, p.face,"
		" p.document, p.invited_by FROM call_part p JOIN service_window w ON w.id = "
		"p.service_window"
		" JOIN hall h ON h.id = w.hall JOIN area a ON a.code = h.area"
		" JOIN account n ON n.id = p.account WHERE p.call = ?1 ORDER BY p.participant",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	fw_json_open(json, "participants", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		fw_json_int(json, "participant", fw_db_column_int(rows, 8));
		fw_json_text(json, "side", fw_db_column_text(rows, 9));
		fw_json_text(json, "part", fw_db_column_text(rows, 10));
		fw_read_render_time(json, "invited_by", rows, 17);
		fw_json_int(json, "since_us", fw_db_column_int(rows, 11));
		r = render_refusal(keys, json, call, rows);
		fw_read_render_window(json, "window", rows, 0);
		fw_read_render_named(json, "account", rows, 6);
		fw_json_open(json, "media", '{');
		fw_json_text(json, "audio", fw_db_column_text(rows, 14));
		fw_json_text(json, "face", fw_db_column_text(rows, 15));
		fw_json_text(json, "document", fw_db_column_text(rows, 16));
		fw_json_close(json, '}');
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

static int render_messages(
	struct fw_db *db, struct fw_read_keys *keys, struct fw_json *json, const char *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	char key[FW_KEY_ID_MAX_BYTES + 1];
	int r = fw_db_query(db,
		"SELECT number, participant, text, at_us, client_key FROM chat_message"
		" WHERE call = ?1 ORDER BY number",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	fw_sealed_key_of_call(call, key);
	fw_json_open(json, "messages", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		const struct fw_sealed_at where =
			fw_sealed_at("chat_message", "text", call, fw_db_column_int(rows, 0));

		fw_json_open(json, NULL, '{');
		fw_json_int(json, "number", fw_db_column_int(rows, 0));
		fw_json_int(json, "participant", fw_db_column_int(rows, 1));
		r = fw_read_render_sealed(keys, key, &where, rows, 2, json, "text");
		fw_json_int(json, "at_us", fw_db_column_int(rows, 3));
		fw_json_text(json, "key", fw_db_column_text(rows, 4));
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

static int render_markers(struct fw_db *db, struct fw_json *json, const char *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT at_us, kind, participant, track, text FROM call_marker WHERE call = ?1"
		" ORDER BY number",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	fw_json_open(json, "markers", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		fw_json_int(json, "at_us", fw_db_column_int(rows, 0));
		fw_json_text(json, "kind", fw_db_column_text(rows, 1));
		fw_read_render_time(json, "participant", rows, 2);
		fw_json_text(json, "track", fw_db_column_text(rows, 3));
		fw_json_text(json, "text", fw_db_column_text(rows, 4));
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

/* What its responder said of it afterwards: that it need not have been made. */
static int render_mark(struct fw_db *db, struct fw_json *json, const char *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db, "SELECT mark FROM call_mark WHERE call = ?1",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	fw_json_text(json, "mark", r > 0 ? fw_db_column_text(rows, 0) : NULL);
	return 0;
}

static int render_note(
	struct fw_read_keys *keys, struct fw_json *json, const char *call, struct fw_statement *row)
{
	const struct fw_sealed_at where = fw_sealed_at("call", "note", call, 0);
	char key[FW_KEY_ID_MAX_BYTES + 1];

	fw_sealed_key_of_call(call, key);
	return fw_read_render_sealed(
		keys, key, &where, row, FW_CALL_COLUMNS_COUNT + 1, json, "note");
}

/* As a participant is told: nothing before the call is over. */
static void render_end(struct fw_json *json, struct fw_statement *row)
{
	const char *reason = fw_db_column_text(row, FW_CALL_COLUMNS_COUNT + 4);

	if (!reason) {
		fw_json_null(json, "end");
		return;
	}
	fw_json_open(json, "end", '{');
	fw_read_render_time(json, "by", row, FW_CALL_COLUMNS_COUNT + 3);
	fw_json_text(json, "reason", reason);
	fw_json_close(json, '}');
}

int fw_read_call(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *call = fw_read_param(question, "call");
	int r = fw_db_query(db,
		"SELECT " FW_CALL_COLUMNS
		", c.material, c.note, c.case_number, c.end_by, c.end_reason,"
		" c.ringing_us" FW_CALL_TABLES " WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		*ret_status = 404;
		return r;
	}
	fw_read_call_row(json, rows);
	fw_read_render_time(json, "material", rows, FW_CALL_COLUMNS_COUNT);
	r = render_note(question->keys, json, call, rows);
	if (r < 0) {
		return r;
	}
	fw_json_text(json, "case", fw_db_column_text(rows, FW_CALL_COLUMNS_COUNT + 2));
	fw_read_render_time(json, "ringing_us", rows, FW_CALL_COLUMNS_COUNT + 5);
	render_end(json, rows);
	if ((r = render_mark(db, json, call)) < 0 ||
		(r = render_participants(db, question->keys, json, call)) < 0 ||
		(r = render_messages(db, question->keys, json, call)) < 0) {
		return r;
	}
	return render_markers(db, json, call);
}
