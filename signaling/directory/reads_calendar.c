/* SPDX-License-Identifier: Apache-2.0 */
/* Lists for those who keep rosters: halls of their areas, and the closures of these halls. */
#include "base/limits.h"
#include "base/text.h"
#include "signaling/reads_office.h"

#include <string.h>

/* --- halls ---------------------------------------------------------------------------------------- */

#define HALLS \
	" FROM hall h JOIN area a ON a.code = h.area WHERE h.closed_us IS NULL" \
	" AND h.area IN (SELECT code FROM scope)"

static void render_hall(struct fw_json *json, struct fw_statement *row)
{
	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
	fw_read_render_named(json, "area", row, 2);
}

int fw_read_duty_halls(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
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
	fw_read_init(&count);
	fw_read_init(&list);
	fw_read_scope(&count, question);
	fw_read_add(&count, "SELECT COUNT(*)" HALLS);
	fw_read_scope(&list, question);
	fw_read_add(&list, "SELECT h.id, h.name, a.code, a.name" HALLS);
	if (like) {
		fw_read_text(&count, " AND (h.name LIKE ? ESCAPE '\\'", like);
		fw_read_text(&count, " OR h.id LIKE ? ESCAPE '\\')", like);
		fw_read_text(&list, " AND (h.name LIKE ? ESCAPE '\\'", like);
		fw_read_text(&list, " OR h.id LIKE ? ESCAPE '\\')", like);
	}
	fw_read_add(&list, " ORDER BY h.id");
	r = fw_read_page(db, question, &count, &list, render_hall, json);
	fw_read_clear(&count);
	fw_read_clear(&list);
	return r;
}

/* --- closures ------------------------------------------------------------------------------------- */

#define CLOSURES \
	" FROM closure c JOIN hall h ON h.id = c.hall JOIN account p ON p.id = c.account" \
	" WHERE h.area IN (SELECT code FROM scope)"

static void render_closure(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_read_render_named(json, "hall", row, 1);
	fw_json_int(json, "from_us", fw_db_column_int(row, 3));
	fw_json_int(json, "until_us", fw_db_column_int(row, 4));
	fw_json_text(json, "reason", fw_db_column_text(row, 5));
	fw_read_render_named(json, "account", row, 6);
	fw_json_int(json, "created_us", fw_db_column_int(row, 8));
	fw_read_render_time(json, "withdrawn_us", row, 9);
}

static void narrow(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *hall = fw_read_param(question, "hall");
	int64_t time_us;

	if (hall) {
		fw_read_text(query, " AND c.hall = ?", hall);
	}
	if (fw_read_number(question, "until_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.until_us > ?", time_us);
	}
}

int fw_read_closures(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*)" CLOSURES,
		.rows = "SELECT c.id, h.id, h.name, c.from_us, c.until_us, c.reason, p.id, p.name,"
			" c.created_us, c.withdrawn_us" CLOSURES,
		.narrow = narrow,
		.order = " ORDER BY c.from_us DESC, c.id DESC",
		.one = render_closure,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}
