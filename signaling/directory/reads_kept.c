/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of the organisation for its administrators: a page of one kind, or all of it as a CSV text. */
#include "base/limits.h"
#include "base/text.h"
#include "signaling/directory/csv.h"
#include "signaling/directory/fields.h"
#include "signaling/reads_query.h"

#include <string.h>

/* The objects of the kind inside the scope; `id` and `name` are searched. */
static const char *const froms[FW_KEPT_KINDS] = {
	[FW_KEPT_AREA] = " FROM area o WHERE o.code IN (SELECT code FROM scope)",
	[FW_KEPT_BODY] = " FROM body o WHERE o.area IN (SELECT code FROM scope)",
	[FW_KEPT_HALL] = " FROM hall o WHERE o.area IN (SELECT code FROM scope)",
	[FW_KEPT_WINDOW] = " FROM service_window o JOIN hall h ON h.id = o.hall"
			   " WHERE h.area IN (SELECT code FROM scope)",
	[FW_KEPT_ACCOUNT] = " FROM account o WHERE EXISTS (SELECT 1 FROM account_role r"
			    " WHERE r.account = o.id AND r.area IN (SELECT code FROM scope))",
};

/* Narrows to what lies directly in an area (of windows: a hall or an area). */
static const char *const inside[FW_KEPT_KINDS] = {
	[FW_KEPT_AREA] = " AND o.parent = ?",
	[FW_KEPT_BODY] = " AND o.area = ?",
	[FW_KEPT_HALL] = " AND o.area = ?",
	[FW_KEPT_WINDOW] = " AND ? IN (o.hall, h.area)",
	[FW_KEPT_ACCOUNT] = (" AND EXISTS (SELECT 1 FROM account_role i WHERE i.account = o.id"
			     " AND i.area = ?)"),
};

static void filter(struct fw_read_query *query, const struct fw_read_question *question,
	enum fw_kept_kind kind, bool count, const char *like)
{
	const char *key = fw_kept_kind(kind)->key, *under = fw_read_param(question, "under");
	const char *closed = fw_read_param(question, "closed");
	g_autofree char *select =
		count ? g_strdup("SELECT COUNT(*)") : g_strdup_printf("SELECT o.%s", key);
	g_autofree char *by_id = g_strdup_printf(" AND (o.%s LIKE ? ESCAPE '\\'", key);

	fw_read_scope(query, question);
	fw_read_add(query, select);
	fw_read_add(query, froms[kind]);
	if (under) {
		fw_read_text(query, inside[kind], under);
	}
	if (like) {
		fw_read_text(query, by_id, like);
		fw_read_text(query, " OR o.name LIKE ? ESCAPE '\\')", like);
	}
	if (!closed || strcmp(closed, "1") != 0) {
		fw_read_add(query, " AND o.closed_us IS NULL");
	}
}

static int render(struct fw_db *db, struct fw_json *json, enum fw_kept_kind kind, const char *id)
{
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	int r = fw_kept_read(db, kind, id, &kept);

	if (r <= 0) {
		return r;
	}
	fw_json_open(json, NULL, '{');
	for (unsigned i = 0; i < fw_kept_kind(kind)->count; i++) {
		fw_json_text(json, fw_kept_kind(kind)->fields[i].name, kept.texts[i]);
	}
	fw_json_bool(json, "closed", kept.closed);
	fw_json_close(json, '}');
	return 0;
}

static int list(struct fw_db *db, const struct fw_read_question *question, enum fw_kept_kind kind,
	const char *like, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_read_query count, page;
	int64_t total = 0;
	int r;

	fw_read_init(&count);
	fw_read_init(&page);
	filter(&count, question, kind, true, like);
	filter(&page, question, kind, false, like);
	fw_read_add(&page, " ORDER BY 1");
	fw_read_int(&page, " LIMIT ?", question->page_size);
	fw_read_int(&page, " OFFSET ?", (question->page - 1) * question->page_size);
	if ((r = fw_db_query_int(db, count.sql->str, count.values, count.count, &total)) >= 0 &&
		(r = fw_read_run(db, &page, &rows)) >= 0) {
		fw_read_open_page(json, question, total);
		while ((r = fw_db_step(rows)) > 0) {
			r = render(db, json, kind, fw_db_column_text(rows, 0));
			if (r < 0) {
				break;
			}
		}
		fw_json_close(json, ']');
	}
	fw_read_clear(&count);
	fw_read_clear(&page);
	return r;
}

int fw_read_kept(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const char *const flags[] = {"0", "1", NULL};
	const char *q = fw_read_param(question, "q"), *name = fw_read_param(question, "kind");
	g_autofree char *like = q ? fw_read_like(q) : NULL;
	bool bad = q && fw_text_chars(q) > FW_SEARCH_MAX_CHARS;
	enum fw_kept_kind kind;

	if (!name || !fw_kept_kind_from_name(name, &kind)) {
		*ret_status = 404;
		return 0;
	}
	(void)fw_read_word(question, "closed", flags, &bad);
	if (bad) {
		*ret_status = 400;
		return 0;
	}
	return list(db, question, kind, like, json);
}

int fw_read_kept_csv(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *name = fw_read_param(question, "kind");
	g_autoptr(GString) csv = g_string_new(NULL);
	struct fw_read_query all;
	enum fw_kept_kind kind;
	int r;

	if (!name || !fw_kept_kind_from_name(name, &kind)) {
		*ret_status = 404;
		return 0;
	}
	fw_csv_heads(csv, kind);
	fw_read_init(&all);
	filter(&all, question, kind, false, NULL);
	fw_read_add(&all, " ORDER BY 1");
	r = fw_read_run(db, &all, &rows);
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};

		r = fw_kept_read(db, kind, fw_db_column_text(rows, 0), &kept);
		if (r > 0) {
			fw_csv_row(csv, &kept);
		}
	}
	fw_read_clear(&all);
	fw_json_text(json, "csv", csv->str);
	return r;
}
