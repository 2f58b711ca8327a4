/* SPDX-License-Identifier: Apache-2.0 */
/* People of whom a step of a case may name one: id and name, no more. */
#include "base/limits.h"
#include "signaling/desk/permission.h"
#include "signaling/reads_office.h"

static void render_person(struct fw_json *json, struct fw_statement *row)
{
	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "name", fw_db_column_text(row, 1));
}

/* An open account that has one of the desk's roles, in the area or above it where one is named. */
static void add_people(struct fw_read_query *query, const struct fw_read_question *question)
{
	const json_t *roles = json_object_get(question->query, "roles");
	const char *area = fw_read_param(question, "area");

	if (area) {
		fw_read_text(query,
			"WITH RECURSIVE above (code, parent) AS (SELECT code, parent FROM area"
			" WHERE code = ?",
			area);
		fw_read_add(query,
			" UNION SELECT a.code, a.parent FROM area a JOIN above u"
			" ON a.code = u.parent) ");
	}
	fw_read_add(query,
		"SELECT p.id, p.name FROM account p WHERE p.closed_us IS NULL AND EXISTS"
		" (SELECT 1 FROM account_role r WHERE r.account = p.id AND r.role IN (");
	for (size_t i = 0; i < json_array_size(roles) && i < FW_ROLE_COUNT; i++) {
		fw_read_text(query, "?, ", json_string_value(json_array_get(roles, i)));
	}
	fw_read_add(query, area ? "NULL) AND r.area IN (SELECT code FROM above))" : "NULL))");
}

int fw_read_case_people(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *sought = fw_read_param(question, "q");
	g_autofree char *like = sought ? fw_read_like(sought) : NULL;
	struct fw_read_query query;
	int r;

	*ret_status = 200;
	fw_read_init(&query);
	add_people(&query, question);
	if (like) {
		fw_read_text(&query, " AND (p.name LIKE ? ESCAPE '\\'", like);
		fw_read_text(&query, " OR p.id LIKE ? ESCAPE '\\')", like);
	}
	fw_read_int(&query, " ORDER BY p.name, p.id LIMIT ?", FW_PAGE_MAX_ROWS);
	r = fw_read_array(db, &query, render_person, json, "people");
	fw_read_clear(&query);
	return r;
}
