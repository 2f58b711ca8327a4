/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue as readers see it; drafts only for who may edit (the desk says so by `editor`). */
#include "base/limits.h"
#include "base/text.h"
#include "signaling/catalogue/document_csv.h"
#include "signaling/catalogue/draft.h"
#include "signaling/catalogue/fault_list.h"
#include "signaling/catalogue/item_rows.h"
#include "signaling/desk/access.h"
#include "signaling/desk/http.h"
#include "signaling/reads_query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int fw_catalogue_read_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	bool editor = fw_person_may(question->session->account->person, FW_RIGHT_ITEM_EDIT, NULL);

	json_object_set_new(question->params, "editor", json_string(editor ? "1" : ""));
	return fw_access_read(desk, question, FW_RIGHT_COUNT);
}

/* --- the list ------------------------------------------------------------------------------------- */

static const char *const states[] = {"new", "editing", "published", "withdrawn", NULL};

#define STATE \
	"CASE WHEN c.id IS NULL THEN 'new' WHEN c.current = 0 THEN 'withdrawn'" \
	" WHEN d.item IS NOT NULL THEN 'editing' ELSE 'published' END"

static void add_from(struct fw_read_query *query, const struct fw_read_question *question,
	const char *columns, char *const *likes)
{
	bool editor = fw_read_param(question, "editor") != NULL;
	const char *area = fw_read_param(question, "area");

	fw_read_init(query);
	fw_read_add(query, "SELECT ");
	fw_read_add(query, columns);
	/* The newest version of each, and its draft; a draft of a new item has no version beside it. */
	fw_read_add(query, " FROM (SELECT id, MAX(version) AS version FROM item GROUP BY id");
	fw_read_add(query,
		editor ? " UNION ALL SELECT item, 0 FROM item_draft WHERE item NOT IN"
			 " (SELECT id FROM item)"
		       : "");
	fw_read_add(query, ") k LEFT JOIN item c ON c.id = k.id AND c.version = k.version");
	fw_read_add(query,
		editor ? " LEFT JOIN item_draft d ON d.item = k.id"
		       : " LEFT JOIN item_draft d ON 1 = 0");
	fw_read_add(query,
		" LEFT JOIN account p ON p.id = c.published_by"
		" LEFT JOIN account e ON e.id = d.edited_by WHERE 1 = 1");
	if (likes[0]) {
		fw_read_text(query, " AND (COALESCE(d.name, c.name) LIKE ? ESCAPE '\\'", likes[0]);
		fw_read_text(query, " OR COALESCE(d.pinyin, c.pinyin) LIKE ? ESCAPE '\\'", likes[1]);
		fw_read_text(query, " OR k.id LIKE ? ESCAPE '\\')", likes[0]);
	}
	if (area) {
		fw_read_text(
			query, " AND k.id IN (SELECT item FROM item_area WHERE area = ?)", area);
	}
	if (fw_read_param(question, "state")) {
		fw_read_text(query, " AND " STATE " = ?", fw_read_param(question, "state"));
	}
}

static void render_by(struct fw_json *json, const char *key, struct fw_statement *row, int at)
{
	if (fw_db_column_is_null(row, at)) {
		fw_json_null(json, key);
		return;
	}
	fw_json_open(json, key, '{');
	fw_json_text(json, "id", fw_db_column_text(row, at));
	fw_json_text(json, "name", fw_db_column_text(row, at + 1));
	fw_json_close(json, '}');
}

static void render_time(struct fw_json *json, const char *key, struct fw_statement *row, int at)
{
	fw_json_time(json, key, fw_db_column_int(row, at));
}

static void render_draft_head(struct fw_json *json, struct fw_statement *row, int at)
{
	if (fw_db_column_is_null(row, at)) {
		fw_json_null(json, "draft");
		return;
	}
	fw_json_open(json, "draft", '{');
	fw_json_int(json, "revision", fw_db_column_int(row, at));
	fw_json_int(json, "base_version", fw_db_column_int(row, at + 1));
	fw_json_int(json, "faults", fw_db_column_int(row, at + 2));
	render_time(json, "edited_us", row, at + 3);
	render_by(json, "edited_by", row, at + 4);
	fw_json_close(json, '}');
}

static void render_row(struct fw_json *json, struct fw_statement *row)
{
	fw_json_open(json, NULL, '{');
	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
	fw_json_text(json, "pinyin", fw_db_column_text(row, 2));
	fw_json_text(json, "department", fw_db_column_text(row, 3));
	fw_json_bool(json, "demo", fw_db_column_int(row, 4) != 0);
	fw_json_text(json, "state", fw_db_column_text(row, 5));
	fw_json_int(json, "version", fw_db_column_int(row, 6)); /* 0: none yet */
	render_time(json, "published_us", row, 7);
	render_by(json, "published_by", row, 8);
	fw_json_int(json, "open_faults", fw_db_column_int(row, 10));
	render_draft_head(json, row, 11);
	fw_json_close(json, '}');
}

static int list(struct fw_db *db, const struct fw_read_question *question,
	struct fw_read_query *count, struct fw_read_query *page, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int64_t total = 0;
	int r = fw_db_query_int(db, count->sql->str, count->values, count->count, &total);

	if (r < 0 || (r = fw_read_run(db, page, &rows)) < 0) {
		return r;
	}
	fw_read_open_page(json, question, total);
	while ((r = fw_db_step(rows)) > 0) {
		render_row(json, rows);
	}
	fw_json_close(json, ']');
	return r;
}

int fw_read_catalogue(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *q = fw_read_param(question, "q"), *state = fw_read_param(question, "state");
	g_autofree char *lower = q ? g_ascii_strdown(q, -1) : NULL;
	g_autofree char *like = q ? fw_read_like(q) : NULL;
	g_autofree char *like_lower = q ? fw_read_like(lower) : NULL;
	char *likes[] = {like, like_lower};
	struct fw_read_query count, page;
	int r;

	if ((q && fw_text_chars(q) > FW_SEARCH_MAX_CHARS) ||
		(state && fw_word_index(states, state) < 0)) {
		*ret_status = 400;
		return 0;
	}
	add_from(&count, question, "COUNT(*)", likes);
	add_from(&page, question,
		"k.id, COALESCE(d.name, c.name), COALESCE(d.pinyin, c.pinyin), c.department,"
		" COALESCE(c.demo, 0), " STATE ", k.version, c.published_us, p.id, p.name,"
		" (SELECT COUNT(*) FROM guide_fault f WHERE f.item = k.id AND f.state <> 'closed'),"
		" d.revision, d.base_version, d.faults, d.edited_us, e.id, e.name",
		likes);
	fw_read_add(&page, " ORDER BY COALESCE(d.edited_us, 0) DESC, k.id");
	fw_read_int(&page, " LIMIT ?", question->page_size);
	fw_read_int(&page, " OFFSET ?", (question->page - 1) * question->page_size);
	r = list(db, question, &count, &page, json);
	fw_read_clear(&count);
	fw_read_clear(&page);
	return r;
}

/* --- one item ------------------------------------------------------------------------------------- */

static void render_version_head(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "version", fw_db_column_int(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
	fw_json_bool(json, "current", fw_db_column_int(row, 2) != 0);
	render_time(json, "published_us", row, 3);
	render_by(json, "published_by", row, 4);
	fw_json_text(json, "sha256", fw_db_column_text(row, 6));
}

#define VERSION_HEAD \
	"SELECT c.version, c.name, c.current, c.published_us, p.id, p.name, c.sha256" \
	" FROM item c LEFT JOIN account p ON p.id = c.published_by WHERE c.id = ?1"

static int render_draft_of(struct fw_db *db, struct fw_json *json, const char *item)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT d.revision, d.base_version, d.faults, d.edited_us, e.id, e.name"
		" FROM item_draft d JOIN account e ON e.id = d.edited_by WHERE d.item = ?1",
		FW_DB_VALUES(fw_db_text(item)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	if (r > 0) {
		render_draft_head(json, rows, 0);
	} else {
		fw_json_null(json, "draft");
	}
	return r;
}

int fw_read_catalogue_item(struct fw_db *db, const struct fw_read_question *question,
	int *ret_status, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *item = fw_read_param(question, "item");
	bool found = false;
	int r = fw_db_query(
		db, VERSION_HEAD " ORDER BY c.version DESC", FW_DB_VALUES(fw_db_text(item)), &rows);

	fw_json_text(json, "id", item);
	fw_json_open(json, "versions", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		found = true;
		fw_json_open(json, NULL, '{');
		render_version_head(json, rows);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	if (r >= 0 && fw_read_param(question, "editor")) {
		r = render_draft_of(db, json, item);
		found |= r > 0;
	} else {
		fw_json_null(json, "draft");
	}
	*ret_status = found ? 200 : 404;
	return MIN(r, 0);
}

static void render_document(struct fw_json *json, const json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT);

	fw_json_raw(json, "document", text);
	free(text);
}

int fw_read_catalogue_version(struct fw_db *db, const struct fw_read_question *question,
	int *ret_status, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *item = fw_read_param(question, "item");
	json_auto_t *document = NULL;
	int64_t version = 0;
	bool bad = false;
	int r;

	if (!fw_read_number(question, "version", &version, &bad) || bad) {
		*ret_status = 404;
		return 0;
	}
	r = fw_db_query(db, VERSION_HEAD " AND c.version = ?2",
		FW_DB_VALUES(fw_db_text(item), fw_db_int(version)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		*ret_status = 404;
		return r;
	}
	fw_json_text(json, "item", item);
	render_version_head(json, rows);
	r = fw_item_load(db, item, version, &document);
	if (r >= 0) {
		render_document(json, document);
	}
	return r;
}

int fw_read_catalogue_draft(struct fw_db *db, const struct fw_read_question *question,
	int *ret_status, struct fw_json *json)
{
	fw_cleanup(fw_draft_clear) struct fw_draft draft = {0};
	fw_cleanup(fw_fault_list_clear) struct fw_fault_list list;
	const char *item = fw_read_param(question, "item");
	int r = fw_draft_load(db, item, &draft);

	fw_fault_list_init(&list);
	if (r < 0 || !draft.revision) {
		*ret_status = 404;
		return r;
	}
	r = fw_draft_check(db, draft.document, fw_fault_list_take, &list);
	fw_json_text(json, "item", item);
	fw_json_int(json, "revision", draft.revision);
	fw_json_int(json, "base_version", draft.base_version);
	fw_json_time(json, "edited_us", draft.edited_us);
	render_document(json, draft.document);
	fw_fault_list_render(&list, json);
	return r;
}

/* --- files ---------------------------------------------------------------------------------------- */

static int export_one(
	struct fw_db *db, const char *item, int64_t version, GString *csv, json_t *items)
{
	json_t *document;
	int r = fw_item_load(db, item, version, &document);

	if (r < 0) {
		return r;
	}
	if (items) {
		json_object_set_new(document, "version", json_integer(version));
		json_array_append_new(items, document);
	} else {
		fw_item_csv_write(csv, document);
		json_decref(document);
	}
	return 0;
}

int fw_read_catalogue_export(struct fw_db *db, const struct fw_read_question *question,
	int *ret_status, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *format = fw_read_param(question, "format");
	g_autoptr(GString) csv = g_string_new("\xef\xbb\xbf");
	json_auto_t *root = json_object();
	json_t *items = json_array();
	char *text;
	bool as_json = g_strcmp0(format, "json") == 0;
	int r;

	json_object_set_new(root, "items", items);
	if (!as_json && g_strcmp0(format, "csv") != 0) {
		*ret_status = 400;
		return 0;
	}
	fw_item_csv_heads(csv);
	r = fw_db_query(db, "SELECT id, version FROM item WHERE current = 1 ORDER BY id",
		FW_DB_NO_VALUES, &rows);
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		r = export_one(db, fw_db_column_text(rows, 0), fw_db_column_int(rows, 1), csv,
			as_json ? items : NULL);
	}
	text = as_json ? json_dumps(root, JSON_INDENT(1)) : NULL;
	fw_json_text(json, "text", as_json ? text : csv->str);
	free(text);
	return r;
}

int fw_read_catalogue_picture(struct fw_db *db, const struct fw_read_question *question,
	int *ret_status, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autofree char *base64 = NULL;
	size_t size = 0;
	const void *bytes;
	int r = fw_db_query(db, "SELECT media_type, bytes FROM item_picture WHERE sha256 = ?1",
		FW_DB_VALUES(fw_db_text(fw_read_param(question, "picture"))), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		*ret_status = 404;
		return r;
	}
	bytes = fw_db_column_blob(rows, 1, &size);
	base64 = g_base64_encode(bytes, size);
	fw_json_text(json, "media_type", fw_db_column_text(rows, 0));
	fw_json_text(json, "base64", base64);
	return 0;
}
