/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/item_rows.h"

#include "base/db.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* --- writing -------------------------------------------------------------------------------------- */

/* Empty texts are NULL in columns that may be NULL. */
static struct fw_db_value text_or_null(const json_t *object, const char *name)
{
	const char *text = fw_item_text(object, name);

	return fw_db_text(text[0] ? text : NULL);
}

static struct fw_db_value count_or_null(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_integer(value) ? fw_db_int(json_integer_value(value)) : fw_db_null();
}

static int store_head(
	struct fw_db *db, const json_t *document, const struct fw_item_publication *publication)
{
	const json_t *fields = json_object_get(document, "form");
	char *facts = json_dumps(json_object_get(document, "facts"), JSON_COMPACT);
	char *form = fields ? json_dumps(fields, JSON_COMPACT) : strdup("[]");
	int r = fw_db_run(db, "UPDATE item SET current = 0 WHERE id = ?1 AND current = 1",
		FW_DB_VALUES(fw_db_text(fw_item_text(document, "id"))), NULL);

	if (r >= 0) {
		r = fw_db_run(db,
			"INSERT INTO item (id, version, name, pinyin, department, demo, current,"
			" facts, published_us, published_by, sha256, form)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11)",
			FW_DB_VALUES(fw_db_text(fw_item_text(document, "id")),
				fw_db_int(publication->version),
				fw_db_text(fw_item_text(document, "name")),
				fw_db_text(fw_item_text(document, "pinyin")),
				fw_db_text(fw_item_text(document, "department")),
				fw_db_int(json_is_true(json_object_get(document, "demo"))),
				fw_db_text(facts),
				publication->at_us ? fw_db_int(publication->at_us) : fw_db_null(),
				fw_db_text(publication->by), fw_db_text(publication->sha256),
				fw_db_text(form)),
			NULL);
	}
	free(facts);
	free(form);
	return r;
}

static int store_areas(struct fw_db *db, const char *item, int64_t version, const json_t *areas)
{
	int r = fw_db_run(
		db, "DELETE FROM item_area WHERE item = ?1", FW_DB_VALUES(fw_db_text(item)), NULL);

	for (size_t i = 0; r >= 0 && i < json_array_size(areas); i++) {
		const char *area = json_string_value(json_array_get(areas, i));

		r = fw_db_run(db, "INSERT INTO item_area (item, area) VALUES (?1, ?2)",
			FW_DB_VALUES(fw_db_text(item), fw_db_text(area)), NULL);
		if (r >= 0) {
			r = fw_db_run(db,
				"INSERT INTO item_version_area (item, version, area)"
				" VALUES (?1, ?2, ?3)",
				FW_DB_VALUES(fw_db_text(item), fw_db_int(version), fw_db_text(area)),
				NULL);
		}
	}
	return r;
}

static int store_conditions(
	struct fw_db *db, const char *item, int64_t version, const json_t *conditions)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < json_array_size(conditions); i++) {
		r = fw_db_run(db,
			"INSERT INTO item_condition (item, version, number, text)"
			" VALUES (?1, ?2, ?3, ?4)",
			FW_DB_VALUES(fw_db_text(item), fw_db_int(version), fw_db_int((int64_t)i + 1),
				fw_db_text(json_string_value(json_array_get(conditions, i)))),
			NULL);
	}
	return r;
}

static int store_points(struct fw_db *db, const char *item, int64_t version, const json_t *material)
{
	const json_t *points = json_object_get(material, "review_points");
	int r = 0;

	for (size_t i = 0; r >= 0 && i < json_array_size(points); i++) {
		r = fw_db_run(db,
			"INSERT INTO review_point (item, version, material, number, text)"
			" VALUES (?1, ?2, ?3, ?4, ?5)",
			FW_DB_VALUES(fw_db_text(item), fw_db_int(version),
				count_or_null(material, "number"), fw_db_int((int64_t)i + 1),
				fw_db_text(json_string_value(json_array_get(points, i)))),
			NULL);
	}
	return r;
}

static int store_material(
	struct fw_db *db, const char *item, int64_t version, const json_t *material)
{
	int r = fw_db_run(db,
		"INSERT INTO item_material (item, version, number, name, necessity, form, kind,"
		" copies, notes, tolerance_days, licence, exempt, intermediary, condition_text,"
		" sample, review, archive, picture) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
		" ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
		FW_DB_VALUES(fw_db_text(item), fw_db_int(version), count_or_null(material, "number"),
			fw_db_text(fw_item_text(material, "name")),
			fw_db_text(fw_item_text(material, "necessity")),
			fw_db_text(fw_item_text(material, "form")),
			fw_db_text(fw_item_text(material, "kind")), count_or_null(material, "copies"),
			fw_db_text(fw_item_text(material, "notes")),
			count_or_null(material, "tolerance_days"), text_or_null(material, "licence"),
			text_or_null(material, "exempt"), text_or_null(material, "intermediary"),
			text_or_null(material, "condition_text"), text_or_null(material, "sample"),
			text_or_null(material, "review"), text_or_null(material, "archive"),
			text_or_null(material, "picture")),
		NULL);

	return r < 0 ? r : store_points(db, item, version, material);
}

int fw_item_store(
	struct fw_db *db, const json_t *document, const struct fw_item_publication *publication)
{
	const char *item = fw_item_text(document, "id");
	const json_t *materials = json_object_get(document, "materials");
	int64_t version = publication->version;
	int r = store_head(db, document, publication);

	if (r < 0 || (r = store_areas(db, item, version, json_object_get(document, "areas"))) < 0 ||
		(r = store_conditions(db, item, version, json_object_get(document, "conditions"))) <
			0) {
		return r;
	}
	for (size_t i = 0; r >= 0 && i < json_array_size(materials); i++) {
		r = store_material(db, item, version, json_array_get(materials, i));
	}
	return r;
}

/* --- reading -------------------------------------------------------------------------------------- */

static int query(struct fw_db *db, const char *sql, const char *item, int64_t version,
	struct fw_statement **ret_rows)
{
	return fw_db_query(db, sql, FW_DB_VALUES(fw_db_text(item), fw_db_int(version)), ret_rows);
}

static void set_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, json_string(text ? text : ""));
}

static int load_head(struct fw_db *db, const char *item, int64_t version, json_t *document)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = query(
		db, "SELECT name, pinyin, department, demo, facts, form FROM item WHERE id = ?1 AND version = ?2",
		item, version, &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	set_text(document, "id", item);
	set_text(document, "name", fw_db_column_text(rows, 0));
	set_text(document, "pinyin", fw_db_column_text(rows, 1));
	set_text(document, "department", fw_db_column_text(rows, 2));
	json_object_set_new(document, "demo", json_boolean(fw_db_column_int(rows, 3) != 0));
	json_object_set_new(document, "facts",
		json_loads(fw_db_column_text(rows, 4), JSON_REJECT_DUPLICATES, NULL));
	json_object_set_new(document, "form",
		json_loads(fw_db_column_text(rows, 5), JSON_REJECT_DUPLICATES, NULL));
	return 0;
}

/* The first column of each row, as a list. */
static int load_list(
	struct fw_db *db, const char *sql, const char *item, int64_t version, json_t *list)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = query(db, sql, item, version, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		json_array_append_new(list, json_string(fw_db_column_text(rows, 0)));
	}
	return r;
}

static json_t *find_material(const json_t *materials, int64_t number)
{
	for (size_t i = 0; i < json_array_size(materials); i++) {
		json_t *one = json_array_get(materials, i);

		if (json_integer_value(json_object_get(one, "number")) == number) {
			return one;
		}
	}
	return NULL;
}

static int load_points(struct fw_db *db, const char *item, int64_t version, json_t *materials)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = query(db,
		"SELECT material, text FROM review_point WHERE item = ?1 AND version = ?2"
		" ORDER BY material, number",
		item, version, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		json_t *material = find_material(materials, fw_db_column_int(rows, 0));

		json_array_append_new(json_object_get(material, "review_points"),
			json_string(fw_db_column_text(rows, 1)));
	}
	return r;
}

static int load_materials(struct fw_db *db, const char *item, int64_t version, json_t *materials)
{
	static const char *const texts[] = {"name", "necessity", "form", "kind", "notes", "licence",
		"exempt", "intermediary", "condition_text", "sample", "review", "archive",
		"picture"};
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = query(db,
		"SELECT number, copies, tolerance_days, name, necessity, form, kind, notes, "
		"licence,"
		" exempt, intermediary, condition_text, sample, review, archive, picture"
		" FROM item_material WHERE item = ?1 AND version = ?2 ORDER BY number",
		item, version, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		json_t *material = json_object();

		json_object_set_new(material, "number", json_integer(fw_db_column_int(rows, 0)));
		json_object_set_new(material, "copies", json_integer(fw_db_column_int(rows, 1)));
		json_object_set_new(material, "tolerance_days",
			fw_db_column_is_null(rows, 2) ? json_null()
						      : json_integer(fw_db_column_int(rows, 2)));
		for (int i = 0; i < (int)G_N_ELEMENTS(texts); i++) {
			set_text(material, texts[i], fw_db_column_text(rows, 3 + i));
		}
		json_object_set_new(material, "review_points", json_array());
		json_array_append_new(materials, material);
	}
	return r;
}

int fw_item_load(struct fw_db *db, const char *item, int64_t version, json_t **ret_document)
{
	json_auto_t *document = json_object();
	json_t *areas = json_array(), *conditions = json_array(), *materials = json_array();
	int r = load_head(db, item, version, document);

	json_object_set_new(document, "areas", areas);
	json_object_set_new(document, "conditions", conditions);
	json_object_set_new(document, "materials", materials);
	if (r < 0 ||
		(r = load_list(db,
			 "SELECT area FROM item_version_area WHERE item = ?1 AND version = ?2"
			 " ORDER BY area",
			 item, version, areas)) < 0 ||
		(r = load_list(db,
			 "SELECT text FROM item_condition WHERE item = ?1 AND version = ?2"
			 " ORDER BY number",
			 item, version, conditions)) < 0 ||
		(r = load_materials(db, item, version, materials)) < 0 ||
		(r = load_points(db, item, version, materials)) < 0) {
		return r;
	}
	*ret_document = fw_item_normal(document);
	return 0;
}
