/* SPDX-License-Identifier: Apache-2.0 */
/* Faults in guides as readers see them: those one reported, and those of the areas one answers for. */
#include "signaling/catalogue/guide_state.h"
#include "signaling/desk/words.h"
#include "signaling/reads_office.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS \
	"f.id, f.state, f.text, f.outcome, f.item_version, f.fixed_version, f.reported_us," \
	" f.changed_us, f.material, m.name, f.review_point, p.text, f.service_case, f.call," \
	" i.id, i.name, f.area, a.name, u.id, u.name, c.serial"

#define FROM \
	" FROM guide_fault f JOIN item i ON i.id = f.item AND i.version = f.item_version" \
	" JOIN area a ON a.code = f.area JOIN account u ON u.id = f.reported_by" \
	" LEFT JOIN item_material m ON m.item = f.item AND m.version = f.item_version" \
	" AND m.number = f.material LEFT JOIN review_point p ON p.item = f.item" \
	" AND p.version = f.item_version AND p.material = f.material" \
	" AND p.number = f.review_point LEFT JOIN service_case c ON c.id = f.service_case"

static void number_or_null(struct fw_json *json, const char *key, struct fw_statement *row, int at)
{
	if (fw_db_column_is_null(row, at)) {
		fw_json_null(json, key);
	} else {
		fw_json_int(json, key, fw_db_column_int(row, at));
	}
}

static void named(
	struct fw_json *json, const char *key, const char *id_key, struct fw_statement *row, int at)
{
	fw_json_open(json, key, '{');
	fw_json_text(json, id_key, fw_db_column_text(row, at));
	fw_json_text(json, "name", fw_db_column_text(row, at + 1));
	fw_json_close(json, '}');
}

static void render_fault(struct fw_json *json, struct fw_statement *row)
{
	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "state", fw_db_column_text(row, 1));
	fw_json_text(json, "text", fw_db_column_text(row, 2));
	fw_json_text(json, "outcome", fw_db_column_text(row, 3));
	fw_json_int(json, "version", fw_db_column_int(row, 4));
	number_or_null(json, "fixed_version", row, 5);
	fw_json_int(json, "reported_us", fw_db_column_int(row, 6));
	fw_json_int(json, "changed_us", fw_db_column_int(row, 7));
	number_or_null(json, "material", row, 8);
	fw_json_text(json, "material_name", fw_db_column_text(row, 9));
	number_or_null(json, "review_point", row, 10);
	fw_json_text(json, "review_point_text", fw_db_column_text(row, 11));
	fw_json_text(json, "case", fw_db_column_text(row, 12));
	fw_json_text(json, "call", fw_db_column_text(row, 13));
	named(json, "item", "id", row, 14);
	named(json, "area", "code", row, 16);
	named(json, "reported_by", "id", row, 18);
	fw_json_text(json, "serial", fw_db_column_text(row, 20));
}

static void narrow(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *list = fw_read_param(question, "list");
	const char *state = fw_read_param(question, "state");

	fw_read_add(query, " WHERE 1 = 1");
	if (!list || strcmp(list, "mine") == 0) {
		fw_read_text(query, " AND f.reported_by = ?", question->account);
	} else if (strcmp(list, "answer") == 0) {
		fw_read_add(query, " AND f.area IN (SELECT code FROM scope)");
	} else {
		*ret_bad = true;
	}
	if (state && strcmp(state, "open") == 0) {
		fw_read_add(query, " AND f.state <> 'closed'");
	} else if (state && fw_word_index(fw_guide_states, state) < 0) {
		*ret_bad = true;
	} else if (state) {
		fw_read_text(query, " AND f.state = ?", state);
	}
	if (fw_read_param(question, "item")) {
		fw_read_text(query, " AND f.item = ?", fw_read_param(question, "item"));
	}
}

int fw_read_guide_faults(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*)" FROM,
		.rows = "SELECT " COLUMNS FROM,
		.narrow = narrow,
		.order = " ORDER BY f.changed_us DESC, f.id",
		.one = render_fault,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}

static int render_steps(struct fw_db *db, struct fw_json *json, const char *fault)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT s.number, s.action, s.text, s.at_us, u.id, u.name FROM guide_fault_step s"
		" JOIN account u ON u.id = s.account WHERE s.fault = ?1 ORDER BY s.number",
		FW_DB_VALUES(fw_db_text(fault)), &rows);

	fw_json_open(json, "steps", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(json, NULL, '{');
		fw_json_int(json, "number", fw_db_column_int(rows, 0));
		fw_json_text(json, "action", fw_db_column_text(rows, 1));
		fw_json_text(json, "text", fw_db_column_text(rows, 2));
		fw_json_int(json, "at_us", fw_db_column_int(rows, 3));
		named(json, "account", "id", rows, 4);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

/* The desk has looked whether one may, and what one may do next. */
int fw_read_guide_fault(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const json_t *actions = json_object_get(question->query, "actions");
	int r = fw_db_query(db, "SELECT " COLUMNS FROM " WHERE f.id = ?1",
		FW_DB_VALUES(fw_db_text(fw_read_param(question, "fault"))), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		*ret_status = 404;
		return r;
	}
	render_fault(json, rows);
	fw_json_open(json, "actions", '[');
	for (size_t i = 0; i < json_array_size(actions); i++) {
		fw_json_text(json, NULL, json_string_value(json_array_get(actions, i)));
	}
	fw_json_close(json, ']');
	return render_steps(db, json, fw_read_param(question, "fault"));
}
