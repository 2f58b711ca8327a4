/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads_office.h"
#include "signaling/reads_query.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

#define ITEMS_MAX \
	500 /* rows of a search without pages; a city's list of shared items is a few hundred */

/* Rows of a query without parameters, or with those in it, each as one object. */
static int each_row(struct fw_db *db, struct fw_read_query *query, struct fw_json *json,
	void (*render)(struct fw_json *json, struct fw_statement *row))
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_read_run(db, query, &rows);

	fw_json_open(json, "rows", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		render(json, rows);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

/* --- areas ---------------------------------------------------------------------------------------- */

static void render_area(struct fw_json *json, struct fw_statement *row)
{
	fw_json_text(json, "code", fw_db_column_text(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
	fw_json_text(json, "kind", fw_db_column_text(row, 2));
	fw_json_text(json, "parent", fw_db_column_text(row, 3));
}

int fw_read_areas(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	struct fw_read_query query;
	int r;

	(void)question;
	(void)ret_status;
	fw_read_init(&query);
	fw_read_add(&query,
		"SELECT code, name, kind, parent FROM area WHERE closed_us IS NULL ORDER BY code");
	r = each_row(db, &query, json, render_area);
	fw_read_clear(&query);
	return r;
}

/* --- windows -------------------------------------------------------------------------------------- */

static void render_named(struct fw_json *json, const char *key, const char *id_key,
	struct fw_statement *row, int column)
{
	fw_json_open(json, key, '{');
	fw_json_text(json, id_key, fw_db_column_text(row, column));
	fw_json_text(json, "name", fw_db_column_text(row, column + 1));
	fw_json_close(json, '}');
}

static void render_window(struct fw_json *json, struct fw_statement *row)
{
	const char *presence = fw_db_column_text(row, 8);

	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
	render_named(json, "hall", "id", row, 2);
	render_named(json, "area", "code", row, 4);
	fw_json_bool(json, "applicant", fw_db_column_int(row, 6) != 0);
	fw_json_bool(json, "home", fw_db_column_int(row, 7) != 0);
	fw_json_text(json, "presence", presence ? presence : "offline");
}

/* Those that are not closed, as the query wants them. */
static void filter_windows(struct fw_read_query *query, const struct fw_read_question *question,
	const char *columns, const char *like)
{
	const char *area = fw_read_param(question, "area");
	const char *item = fw_read_param(question, "item");

	fw_read_init(query);
	fw_read_add(query, columns);
	fw_read_add(query,
		" FROM service_window w JOIN hall h ON h.id = w.hall JOIN area a ON a.code = h.area"
		" LEFT JOIN window_presence p ON p.service_window = w.id"
		" WHERE w.closed_us IS NULL AND h.closed_us IS NULL");
	if (area) {
		fw_read_text(query, " AND h.area = ?", area);
	}
	if (item) { /* those that serve it: home windows of its areas */
		fw_read_text(query,
			" AND w.home = 1 AND h.area IN (SELECT area FROM item_area WHERE item = ?)",
			item);
	}
	if (like) {
		fw_read_text(query, " AND (w.name LIKE ? ESCAPE '\\'", like);
		fw_read_text(query, " OR w.id LIKE ? ESCAPE '\\'", like);
		fw_read_text(query, " OR h.name LIKE ? ESCAPE '\\')", like);
	}
}

int fw_read_windows(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *q = fw_read_param(question, "q");
	g_autofree char *like = q ? fw_read_like(q) : NULL;
	struct fw_read_query count, list;
	int r;

	if (q && fw_text_chars(q) > FW_SEARCH_MAX_CHARS) {
		*ret_status = 400;
		return 0;
	}
	filter_windows(&count, question, "SELECT COUNT(*)", like);
	filter_windows(&list,
		question, "SELECT w.id, w.name, h.id, h.name, a.code, a.name, w.applicant, w.home, p.presence",
		like);
	/* Who can be reached stands first. */
	fw_read_add(&list,
		" ORDER BY CASE COALESCE(p.presence, 'offline') WHEN 'ready' THEN 0 WHEN 'busy' "
		"THEN 1"
		" WHEN 'away' THEN 2 ELSE 3 END, w.id");
	r = fw_read_page(db, question, &count, &list, render_window, json);
	fw_read_clear(&count);
	fw_read_clear(&list);
	return r;
}

/* --- items ---------------------------------------------------------------------------------------- */

static void render_item_head(struct fw_json *json, struct fw_statement *row)
{
	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
	fw_json_int(json, "version", fw_db_column_int(row, 2));
	fw_json_text(json, "department", fw_db_column_text(row, 3));
	fw_json_bool(json, "demo", fw_db_column_int(row, 4) != 0);
}

static void render_item(struct fw_json *json, struct fw_statement *row)
{
	render_item_head(json, row);
	fw_json_text(json, "pinyin", fw_db_column_text(row, 5));
}

int fw_read_items(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *q = fw_read_param(question, "q");
	const char *area = fw_read_param(question, "area");
	g_autofree char *lower = q ? g_ascii_strdown(q, -1) : NULL;
	g_autofree char *like = q ? fw_read_like(q) : NULL;
	g_autofree char *like_lower = q ? fw_read_like(lower) : NULL;
	struct fw_read_query query;
	int r;

	if (q && fw_text_chars(q) > FW_SEARCH_MAX_CHARS) {
		*ret_status = 400;
		return 0;
	}
	fw_read_init(&query);
	fw_read_add(&query,
		"SELECT id, name, version, department, demo, pinyin FROM item WHERE current = 1");
	if (q) {
		fw_read_text(&query, " AND (name LIKE ? ESCAPE '\\'", like);
		fw_read_text(&query, " OR pinyin LIKE ? ESCAPE '\\')", like_lower);
	}
	if (area) {
		fw_read_text(&query, " AND id IN (SELECT item FROM item_area WHERE area = ?)", area);
	}
	/* What begins with the letters typed stands first. */
	if (q) {
		fw_read_text(&query, " ORDER BY CASE WHEN substr(pinyin, 1, length(?)) = ?", lower);
		fw_read_text(
			&query, " OR substr(name, 1, length(?)) = ? THEN 0 ELSE 1 END, name", q);
	} else {
		fw_read_add(&query, " ORDER BY demo, name");
	}
	fw_read_int(&query, " LIMIT ?", ITEMS_MAX);
	r = each_row(db, &query, json, render_item);
	fw_read_clear(&query);
	return r;
}

/* --- one item --------------------------------------------------------------------------------------- */

static int render_texts(struct fw_db *db, struct fw_json *json, const char *key, const char *sql,
	const char *item, int64_t version)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db, sql, FW_DB_VALUES(fw_db_text(item), fw_db_int(version)), &rows);

	fw_json_open(json, key, '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_text(json, NULL, fw_db_column_text(rows, 0));
	}
	fw_json_close(json, ']');
	return r;
}

static int render_points(
	struct fw_db *db, struct fw_json *json, const char *item, int64_t version, int64_t material)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT number, text FROM review_point WHERE item = ?1 AND version = ?2"
		" AND material = ?3 ORDER BY number",
		FW_DB_VALUES(fw_db_text(item), fw_db_int(version), fw_db_int(material)), &rows);

	fw_json_open(json, "review_points", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		fw_json_int(json, "number", fw_db_column_int(rows, 0));
		fw_json_text(json, "text", fw_db_column_text(rows, 1));
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

static int render_materials(
	struct fw_db *db, struct fw_json *json, const char *item, int64_t version)
{
	static const char *const more[] = {"condition_text", "intermediary", "licence", "exempt",
		"review", "archive", "sample", "picture"};
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT number, name, necessity, form, kind, copies, notes, tolerance_days,"
		" condition_text, intermediary, licence, exempt, review, archive, sample, picture"
		" FROM item_material WHERE item = ?1 AND version = ?2 ORDER BY number",
		FW_DB_VALUES(fw_db_text(item), fw_db_int(version)), &rows);

	fw_json_open(json, "materials", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		fw_json_int(json, "number", fw_db_column_int(rows, 0));
		fw_json_text(json, "name", fw_db_column_text(rows, 1));
		fw_json_text(json, "necessity", fw_db_column_text(rows, 2));
		fw_json_text(json, "form", fw_db_column_text(rows, 3));
		fw_json_text(json, "kind", fw_db_column_text(rows, 4));
		fw_json_int(json, "copies", fw_db_column_int(rows, 5));
		fw_json_text(json, "notes", fw_db_column_text(rows, 6));
		if (fw_db_column_is_null(rows, 7)) {
			fw_json_null(json, "tolerance_days");
		} else {
			fw_json_int(json, "tolerance_days", fw_db_column_int(rows, 7));
		}
		for (int i = 0; i < (int)G_N_ELEMENTS(more); i++) {
			fw_json_text(json, more[i], fw_db_column_text(rows, 8 + i));
		}
		r = render_points(db, json, item, version, fw_db_column_int(rows, 0));
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

int fw_read_item(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *item = fw_read_param(question, "item");
	int64_t version = 0; /* the current one */
	bool bad = false;
	int r;

	(void)fw_read_number(question, "version", &version, &bad);
	if (bad) {
		*ret_status = 400;
		return 0;
	}
	r = fw_db_query(db,
		"SELECT id, name, version, department, demo, pinyin, form FROM item"
		" WHERE id = ?1 AND ((?2 = 0 AND current = 1) OR version = ?2)",
		FW_DB_VALUES(fw_db_text(item), fw_db_int(version)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		*ret_status = 404;
		return r;
	}
	version = fw_db_column_int(rows, 2);
	render_item_head(json, rows);
	fw_json_raw(json, "form", fw_db_column_text(rows, 6));
	if ((r = render_texts(db, json, "conditions",
		     "SELECT text FROM item_condition WHERE item = ?1 AND version = ?2"
		     " ORDER BY number",
		     item, version)) < 0 ||
		(r = render_texts(db, json, "areas",
			 "SELECT area FROM item_version_area WHERE item = ?1 AND version = ?2"
			 " ORDER BY area",
			 item, version)) < 0) {
		return r;
	}
	return render_materials(db, json, item, version);
}

/* --- the audit log ------------------------------------------------------------------------------------ */

static void render_deed(struct fw_json *json, struct fw_statement *row)
{
	const char *kind = fw_db_column_text(row, 5), *object = fw_db_column_text(row, 6);
	const char *detail = fw_db_column_text(row, 7);
	char hash[65] = "";
	size_t size = 0;
	const void *bytes = fw_db_column_blob(row, 8, &size);

	if (size == 32) {
		fw_text_hex_encode(bytes, size, hash);
	}
	fw_json_int(json, "sequence", fw_db_column_int(row, 0));
	fw_json_int(json, "at_us", fw_db_column_int(row, 1));
	fw_json_text(json, "account", fw_db_column_text(row, 2));
	fw_json_text(json, "window", fw_db_column_text(row, 3));
	fw_json_text(json, "action", fw_db_column_text(row, 4));
	fw_json_text(json, "object_kind", kind ? kind : "");
	fw_json_text(json, "object", object ? object : "");
	fw_json_raw(json, "detail", detail ? detail : "{}");
	fw_json_text(json, "hash", hash);
}

static void audit_filters(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *account = fw_read_param(question, "account");
	const char *action = fw_read_param(question, "action");
	const char *object = fw_read_param(question, "object");
	int64_t time_us;

	if (fw_read_number(question, "from_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND l.time_us >= ?", time_us);
	}
	if (fw_read_number(question, "to_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND l.time_us < ?", time_us);
	}
	if (account) {
		fw_read_text(query, " AND (l.actor = ? OR (l.object_kind = 'account'", account);
		fw_read_text(query, " AND l.object_id = ?))", account);
	}
	if (action) {
		fw_read_text(query, " AND l.action = ?", action);
	}
	if (object) {
		fw_read_text(query, " AND l.object_id = ?", object);
	}
}

/* An auditor of the whole city reads every row; of a part, what people and windows of that part did. */
static void audit_from(
	struct fw_read_query *query, const struct fw_read_question *question, const char *columns)
{
	fw_read_scope(query, question);
	fw_read_add(query, "SELECT ");
	fw_read_add(query, columns);
	fw_read_add(query,
		" FROM audit_log l WHERE ((SELECT COUNT(*) FROM scope s JOIN area a"
		" ON a.code = s.code WHERE a.parent IS NULL) > 0"
		" OR l.actor IN (SELECT account FROM account_role"
		"  WHERE area IN (SELECT code FROM scope))"
		" OR l.at_window IN (SELECT w.id FROM service_window w JOIN hall h ON h.id = w.hall"
		"  WHERE h.area IN (SELECT code FROM scope)))");
}

int fw_read_audit(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_read_query count, list;
	int64_t total = 0;
	bool bad = false;
	int r;

	fw_read_init(&count);
	fw_read_init(&list);
	audit_from(&count, question, "COUNT(*)");
	audit_filters(&count, question, &bad);
	audit_from(&list, question,
		"l.sequence, l.time_us, l.actor, l.at_window, l.action, l.object_kind,"
		" l.object_id, l.detail, l.hash");
	audit_filters(&list, question, &bad);
	fw_read_int(&list, " ORDER BY l.sequence DESC LIMIT ?", question->page_size);
	fw_read_int(&list, " OFFSET ?", (question->page - 1) * question->page_size);
	if (bad) {
		*ret_status = 400;
		r = 0;
	} else if ((r = fw_db_query_int(db, count.sql->str, count.values, count.count, &total)) >= 0 &&
		(r = fw_read_run(db, &list, &rows)) >= 0) {
		fw_read_open_page(json, question, total);
		while ((r = fw_db_step(rows)) > 0) {
			fw_json_open(json, NULL, '{');
			render_deed(json, rows);
			fw_json_close(json, '}');
		}
		fw_json_close(json, ']');
	}
	fw_read_clear(&count);
	fw_read_clear(&list);
	return r;
}
