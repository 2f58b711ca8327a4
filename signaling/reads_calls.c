/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads_query.h"

#include "base/limits.h"
#include "base/text.h"
#include "signaling/desk/finalise.h"

#include <string.h>

#define RECENT_ROWS     10 /* PROTOCOL.md 3: today */
#define NOTES_LOOKED_AT 5000 /* PROTOCOL.md 3: q */
#define NOTES_FOUND     256

/* --- one row ---------------------------------------------------------------------------------------- */

#define CALL_COLUMNS \
	"c.id, c.state, c.item, i.name, c.item_version, c.area, a.name, c.requested_us," \
	" c.answered_us, c.ended_us, rw.id, rw.name, rh.id, rh.name, ra.code, ra.name, rp.id," \
	" rp.name, hw.id, hw.name, hh.id, hh.name, ha.code, ha.name, hp.id, hp.name, r.state," \
	" r.duration_us, r.bytes, c.drill, r.reason, j.state, j.attempts, j.next_us, j.error"

#define CALL_COLUMNS_COUNT 35

#define CALL_TABLES \
	" FROM call c JOIN item i ON i.id = c.item AND i.version = c.item_version" \
	" JOIN area a ON a.code = c.area" \
	" JOIN service_window rw ON rw.id = c.requester_window JOIN hall rh ON rh.id = rw.hall" \
	" JOIN area ra ON ra.code = rh.area JOIN account rp ON rp.id = c.requester_account" \
	" LEFT JOIN service_window hw ON hw.id = c.responder_window" \
	" LEFT JOIN hall hh ON hh.id = hw.hall LEFT JOIN area ha ON ha.code = hh.area" \
	" LEFT JOIN account hp ON hp.id = c.responder_account" \
	" LEFT JOIN recording r ON r.call = c.id" \
	" LEFT JOIN job j ON j.id = (SELECT MAX(id) FROM job WHERE call = c.id AND kind = " \
	"'finalise')"

static void render_pair(struct fw_json *json, const char *key, const char *id_key,
	struct fw_statement *row, int column)
{
	fw_json_open(json, key, '{');
	fw_json_text(json, id_key, fw_db_column_text(row, column));
	fw_json_text(json, "name", fw_db_column_text(row, column + 1));
	fw_json_close(json, '}');
}

static void render_time(struct fw_json *json, const char *key, struct fw_statement *row, int column)
{
	if (fw_db_column_is_null(row, column)) {
		fw_json_null(json, key);
	} else {
		fw_json_int(json, key, fw_db_column_int(row, column));
	}
}

static void open_window(struct fw_json *json, struct fw_statement *row, int column)
{
	fw_json_open(json, "window", '{');
	fw_json_text(json, "id", fw_db_column_text(row, column));
	fw_json_text(json, "name", fw_db_column_text(row, column + 1));
	render_pair(json, "hall", "id", row, column + 2);
	render_pair(json, "area", "code", row, column + 4);
	fw_json_close(json, '}');
}

static void render_side(struct fw_json *json, const char *key, struct fw_statement *row, int column)
{
	if (fw_db_column_is_null(row, column)) {
		fw_json_null(json, key);
		return;
	}
	fw_json_open(json, key, '{');
	open_window(json, row, column);
	render_pair(json, "account", "id", row, column + 6);
	fw_json_close(json, '}');
}

/* What hinders the making of the files; null: nothing, or it is done. */
static void render_work(struct fw_json *json, struct fw_statement *row)
{
	const char *state = fw_db_column_text(row, 31);
	const char *error = fw_db_column_text(row, 34);

	if (!error || strcmp(state, "done") == 0) {
		fw_json_null(json, "work");
		return;
	}
	fw_json_open(json, "work", '{');
	fw_json_text(json, "state", state);
	fw_json_int(json, "attempts", fw_db_column_int(row, 32));
	render_time(json, "next_us", row, 33);
	fw_json_text(json, "error", fw_finalise_error_code(error));
	fw_json_close(json, '}');
}

static void render_row(struct fw_json *json, struct fw_statement *row)
{
	const char *recording = fw_db_column_text(row, 26);

	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "state", fw_db_column_text(row, 1));
	fw_json_bool(json, "drill", fw_db_column_int(row, 29) != 0);
	fw_json_open(json, "item", '{');
	fw_json_text(json, "id", fw_db_column_text(row, 2));
	fw_json_text(json, "name", fw_db_column_text(row, 3));
	fw_json_int(json, "version", fw_db_column_int(row, 4));
	fw_json_close(json, '}');
	render_pair(json, "area", "code", row, 5);
	fw_json_int(json, "requested_us", fw_db_column_int(row, 7));
	render_time(json, "answered_us", row, 8);
	render_time(json, "ended_us", row, 9);
	render_side(json, "requester", row, 10);
	render_side(json, "responder", row, 18);
	fw_json_open(json, "recording", '{');
	fw_json_text(json, "state", recording ? recording : "none");
	render_time(json, "duration_us", row, 27);
	render_time(json, "bytes", row, 28);
	fw_json_text(json, "reason", fw_db_column_text(row, 30));
	render_work(json, row);
	fw_json_close(json, '}');
}

static int render_rows(
	struct fw_db *db, struct fw_read_query *query, struct fw_json *json, const char *key)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_read_run(db, query, &rows);

	if (key) {
		fw_json_open(json, key, '[');
	}
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		render_row(json, rows);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

/* --- the search --------------------------------------------------------------------------------------- */

/* Calls the account took part in; with areas, also those either side of which lies there. */
static void add_scope(struct fw_read_query *query, const struct fw_read_question *question)
{
	static const char own[] = "c.id IN (SELECT call FROM call_part WHERE account = ?)";

	if (json_array_size(question->areas) == 0) { /* its own text, so that the index leads */
		fw_read_add(query, " WHERE ");
		fw_read_text(query, own, question->account);
		return;
	}
	fw_read_add(query, " WHERE (");
	fw_read_text(query, own, question->account);
	fw_read_add(query,
		" OR c.area IN (SELECT code FROM scope) OR c.requester_window IN"
		" (SELECT w.id FROM service_window w JOIN hall h ON h.id = w.hall"
		"  WHERE h.area IN (SELECT code FROM scope)))");
}

/* Padded, so that there are few different texts of the query. */
static void add_ids(struct fw_read_query *query, const GPtrArray *ids)
{
	guint padded = 1;

	if (ids->len == 0) {
		return;
	}
	while (padded < ids->len) {
		padded *= 4;
	}
	fw_read_add(query, " OR c.id IN (");
	for (guint i = 0; i < padded; i++) {
		fw_read_text(query, i + 1 < padded ? "?, " : "?)",
			g_ptr_array_index(ids, MIN(i, ids->len - 1)));
	}
}

/* noted: the calls whose note has the word (find_notes()). */
static void add_word(
	struct fw_read_query *query, const char *q, const char *like, const GPtrArray *noted)
{
	fw_read_text(query, " AND (c.id = ?", q);
	fw_read_text(query, " OR c.case_number = ?", q);
	add_ids(query, noted);
	fw_read_text(
		query, " OR c.item IN (SELECT id FROM item WHERE name LIKE ? ESCAPE '\\'", like);
	fw_read_text(query, " OR pinyin LIKE ? ESCAPE '\\')", like);
	fw_read_text(query,
		" OR c.id IN (SELECT p.call FROM call_part p JOIN account n ON n.id = p.account"
		" WHERE n.id = ?",
		q);
	fw_read_text(query, " OR n.name LIKE ? ESCAPE '\\'))", like);
}

/* Rehearsals are a list of their own. */
static void add_drill(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *drill = fw_read_param(question, "drill");
	int64_t number;

	if (!drill) {
		fw_read_add(query, " AND c.drill = 0");
	} else if (g_str_equal(drill, "only")) {
		fw_read_add(query, " AND c.drill = 1");
	} else if (!g_str_equal(drill, "all") &&
		fw_read_number(question, "drill", &number, ret_bad)) {
		fw_read_int(query, " AND c.id IN (SELECT call FROM drill_call WHERE drill = ?)",
			number);
	}
}

static bool asks_attempt(const struct fw_read_question *question)
{
	return fw_read_param(question, "outcome") || fw_read_param(question, "cause") ||
		fw_read_param(question, "hall");
}

/* Calls with an attempt of that window or hall that ended so ("tried": anyhow): what stands behind a figure. */
static void add_attempt(struct fw_read_query *query, const struct fw_read_question *question)
{
	const char *outcome = fw_read_param(question, "outcome");
	const char *cause = fw_read_param(question, "cause");
	const char *window = fw_read_param(question, "window");
	const char *hall = fw_read_param(question, "hall");

	if (!asks_attempt(question)) {
		return;
	}
	fw_read_add(query,
		" AND EXISTS (SELECT 1 FROM attempt t JOIN service_window tw ON"
		" tw.id = t.service_window WHERE t.call = c.id");
	if (outcome && strcmp(outcome, "countable") == 0) {
		fw_read_add(query, " AND t.countable = 1");
	} else if (outcome && strcmp(outcome, "tried") != 0) {
		fw_read_text(query, " AND t.outcome = ?", outcome);
	}
	if (cause) {
		fw_read_text(query, " AND t.countable = 1 AND t.cause = ?", cause);
	}
	if (window) {
		fw_read_text(query, " AND t.service_window = ?", window);
	}
	if (hall) {
		fw_read_text(query, " AND tw.hall = ?", hall);
	}
	fw_read_add(query, ")");
}

/* All but the word. */
static void add_filters(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	static const struct {
		const char *name, *fragment;
	} texts[] = {
		{"window", " AND c.id IN (SELECT call FROM call_part WHERE service_window = ?)"},
		{"account", " AND c.id IN (SELECT call FROM call_part WHERE account = ?)"},
		{"item", " AND c.item = ?"},
		{"area", " AND c.area = ?"},
		{"state", " AND c.state = ?"},
	};
	int64_t time_us;

	if (fw_read_number(question, "from_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.requested_us >= ?", time_us);
	}
	if (fw_read_number(question, "to_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.requested_us < ?", time_us);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = fw_read_param(question, texts[i].name);

		if (text && !(i == 0 && asks_attempt(question))) {
			fw_read_text(query, texts[i].fragment, text);
		}
	}
	add_drill(query, question, ret_bad);
	add_attempt(query, question);
}

/* Notes are kept sealed: those of the newest calls asked for are opened one by one. */
static int find_notes(struct fw_db *db, const struct fw_read_question *question, const char *q,
	GPtrArray *ret_ids)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_read_query query;
	bool bad = false;
	int r = 0;

	fw_read_init(&query);
	fw_read_scope(&query, question);
	fw_read_add(&query, "SELECT c.id, c.note FROM call c");
	add_scope(&query, question);
	add_filters(&query, question, &bad);
	fw_read_int(&query,
		" AND c.note IS NOT NULL ORDER BY c.requested_us DESC, c.id DESC LIMIT ?",
		NOTES_LOOKED_AT);
	if (!bad) {
		r = fw_read_run(db, &query, &rows);
		if (r >= 0) {
			r = fw_read_notes_with(question->keys, rows, q, NOTES_FOUND, ret_ids);
		}
	}
	fw_read_clear(&query);
	return r;
}

int fw_read_calls(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *q = fw_read_param(question, "q");
	g_autofree char *like = q ? fw_read_like(q) : NULL;
	g_autoptr(GPtrArray) noted = g_ptr_array_new_with_free_func(g_free);
	struct fw_read_query count, list;
	int64_t total = 0;
	bool bad = q && fw_text_chars(q) > FW_SEARCH_MAX_CHARS;
	int r = q && !bad ? find_notes(db, question, q, noted) : 0;

	if (r < 0) {
		return r;
	}
	fw_read_init(&count);
	fw_read_init(&list);
	fw_read_scope(&count, question);
	fw_read_add(&count, "SELECT COUNT(*) FROM call c");
	add_scope(&count, question);
	add_filters(&count, question, &bad);
	fw_read_scope(&list, question);
	fw_read_add(&list, "SELECT " CALL_COLUMNS CALL_TABLES);
	add_scope(&list, question);
	add_filters(&list, question, &bad);
	if (like) {
		add_word(&count, q, like, noted);
		add_word(&list, q, like, noted);
	}
	fw_read_int(&list, " ORDER BY c.requested_us DESC, c.id DESC LIMIT ?", question->page_size);
	fw_read_int(&list, " OFFSET ?", (question->page - 1) * question->page_size);
	if (bad) {
		*ret_status = 400;
	} else {
		r = fw_db_query_int(db, count.sql->str, count.values, count.count, &total);
		if (r >= 0) {
			fw_read_open_page(json, question, total);
			r = render_rows(db, &list, json, NULL);
		}
	}
	fw_read_clear(&count);
	fw_read_clear(&list);
	return r;
}

/* --- one call ------------------------------------------------------------------------------------------- */

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
		render_time(json, "invited_by", rows, 17);
		fw_json_int(json, "since_us", fw_db_column_int(rows, 11));
		r = render_refusal(keys, json, call, rows);
		open_window(json, rows, 0);
		render_pair(json, "account", "id", rows, 6);
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
		render_time(json, "participant", rows, 2);
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
	return fw_read_render_sealed(keys, key, &where, row, CALL_COLUMNS_COUNT + 1, json, "note");
}

int fw_read_call(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *call = fw_read_param(question, "call");
	int r = fw_db_query(db,
		"SELECT " CALL_COLUMNS
		", c.material, c.note, c.case_number, c.end_by, c.end_reason,"
		" c.ringing_us" CALL_TABLES " WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		*ret_status = 404;
		return r;
	}
	render_row(json, rows);
	render_time(json, "material", rows, CALL_COLUMNS_COUNT);
	r = render_note(question->keys, json, call, rows);
	if (r < 0) {
		return r;
	}
	fw_json_text(json, "case", fw_db_column_text(rows, CALL_COLUMNS_COUNT + 2));
	render_time(json, "ringing_us", rows, CALL_COLUMNS_COUNT + 5);
	fw_json_open(json, "end", '{');
	render_time(json, "by", rows, CALL_COLUMNS_COUNT + 3);
	fw_json_text(json, "reason", fw_db_column_text(rows, CALL_COLUMNS_COUNT + 4));
	fw_json_close(json, '}');
	if ((r = render_mark(db, json, call)) < 0 ||
		(r = render_participants(db, question->keys, json, call)) < 0 ||
		(r = render_messages(db, question->keys, json, call)) < 0) {
		return r;
	}
	return render_markers(db, json, call);
}

/* --- today ---------------------------------------------------------------------------------------------- */

static int count_today(struct fw_db *db, const struct fw_read_question *question,
	struct fw_json *json, int64_t from_us, int64_t to_us)
{
	static const struct {
		const char *name, *sql;
	} figures[] = {
		{"answered",
			"SELECT COUNT(*) FROM call WHERE drill = 0 AND responder_account = ?1"
			" AND requested_us >= ?2 AND requested_us < ?3"},
		{"unanswered",
			"SELECT COUNT(*) FROM call_part p JOIN call c ON c.id = p.call"
			" WHERE c.drill = 0 AND p.account = ?1 AND p.side = 'responder' AND "
			"c.state = 'unanswered'"
			" AND c.requested_us >= ?2 AND c.requested_us < ?3"},
		{"refused",
			"SELECT COUNT(*) FROM call_part p JOIN call c ON c.id = p.call"
			" WHERE c.drill = 0 AND p.account = ?1 AND p.part = 'refused'"
			" AND c.requested_us >= ?2 AND c.requested_us < ?3"},
		{"requested",
			"SELECT COUNT(*) FROM call WHERE drill = 0 AND requester_account = ?1"
			" AND requested_us >= ?2 AND requested_us < ?3"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
		int64_t figure = 0;
		int r = fw_db_query_int(db, figures[i].sql,
			FW_DB_VALUES(fw_db_text(question->account), fw_db_int(from_us),
				fw_db_int(to_us)),
			&figure);

		if (r < 0) {
			return r;
		}
		fw_json_int(json, figures[i].name, figure);
	}
	return 0;
}

/* The middle one of the day's times from ring to answer. */
static int render_median(struct fw_db *db, const struct fw_read_question *question,
	struct fw_json *json, int64_t from_us, int64_t to_us)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int r = fw_db_query(db,
		"SELECT answered_us - ringing_us FROM call WHERE drill = 0 AND responder_account = "
		"?1"
		" AND requested_us >= ?2 AND requested_us < ?3 AND answered_us IS NOT NULL"
		" ORDER BY 1",
		FW_DB_VALUES(fw_db_text(question->account), fw_db_int(from_us), fw_db_int(to_us)),
		&rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		int64_t time_us = fw_db_column_int(rows, 0);

		g_array_append_val(times, time_us);
	}
	if (times->len == 0) {
		fw_json_null(json, "answer_p50_us");
	} else {
		fw_json_int(
			json, "answer_p50_us", g_array_index(times, int64_t, (times->len - 1) / 2));
	}
	return r;
}

int fw_read_today(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	struct fw_read_query recent;
	int64_t from_us = 0, to_us = 0;
	bool bad = false;
	int r;

	if (!fw_read_number(question, "from_us", &from_us, &bad) ||
		!fw_read_number(question, "to_us", &to_us, &bad)) {
		*ret_status = 400;
		return 0;
	}
	if ((r = count_today(db, question, json, from_us, to_us)) < 0 ||
		(r = render_median(db, question, json, from_us, to_us)) < 0) {
		return r;
	}
	fw_read_init(&recent);
	fw_read_add(&recent, "SELECT " CALL_COLUMNS CALL_TABLES);
	fw_read_text(&recent,
		" WHERE c.id IN (SELECT call FROM call_part WHERE account = ? ORDER BY call DESC",
		question->account);
	fw_read_int(&recent, " LIMIT ?) ORDER BY c.id DESC", RECENT_ROWS);
	r = render_rows(db, &recent, json, "recent");
	fw_read_clear(&recent);
	return r;
}
