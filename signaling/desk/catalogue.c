/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/catalogue.h"

#include "base/db.h"
#include "base/log.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "catalogue"

/* --- reading ---------------------------------------------------------------------------------- */

typedef int row_reader(struct fw_catalogue *catalogue, struct fw_statement *row);

static const char *keep(struct fw_catalogue *catalogue, struct fw_statement *row, int column)
{
	const char *text = fw_db_column_text(row, column);

	return text ? g_string_chunk_insert_const(catalogue->texts, text) : NULL;
}

static int for_each_row(
	struct fw_catalogue *catalogue, struct fw_db *db, const char *sql, row_reader *reader)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db, sql, FW_DB_NO_VALUES, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		r = reader(catalogue, rows);
		if (r < 0) {
			fw_error("row refers to nothing sql=\"%s\" first=%s", sql,
				fw_db_column_text(rows, 0));
		}
	}
	return r;
}

static int read_area(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_area *area = g_new0(struct fw_area, 1);
	const char *parent = fw_db_column_text(row, 2);

	area->code = keep(catalogue, row, 0);
	area->name = keep(catalogue, row, 1);
	area->windows = g_ptr_array_new();
	g_hash_table_insert(catalogue->areas, (void *)area->code, area);
	if (!parent) {
		return 0;
	}
	area->parent = g_hash_table_lookup(catalogue->areas, parent);
	return area->parent ? 0 : -EBADMSG;
}

static int read_hall(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_hall *hall = g_new0(struct fw_hall, 1);

	hall->id = keep(catalogue, row, 0);
	hall->name = keep(catalogue, row, 1);
	hall->area = g_hash_table_lookup(catalogue->areas, fw_db_column_text(row, 2));
	g_hash_table_insert(catalogue->halls, (void *)hall->id, hall);
	return hall->area ? 0 : -EBADMSG;
}

static int read_place(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_place *place = g_new0(struct fw_place, 1);

	place->id = keep(catalogue, row, 0);
	place->name = keep(catalogue, row, 1);
	place->hall = g_hash_table_lookup(catalogue->halls, fw_db_column_text(row, 2));
	place->applicant = fw_db_column_int(row, 3) != 0;
	place->home = fw_db_column_int(row, 4) != 0;
	place->reserved_account = keep(catalogue, row, 5);
	place->number = catalogue->place_list->len;
	g_hash_table_insert(catalogue->places, (void *)place->id, place);
	g_ptr_array_add(catalogue->place_list, place);
	if (!place->hall) {
		return -EBADMSG;
	}
	g_ptr_array_add(place->hall->area->windows, place);
	return 0;
}

static int read_person(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_person *person = g_new0(struct fw_person, 1);

	person->id = keep(catalogue, row, 0);
	person->name = keep(catalogue, row, 1);
	person->closed = !fw_db_column_is_null(row, 2);
	person->roles = g_array_new(FALSE, FALSE, sizeof(struct fw_person_role));
	g_hash_table_insert(catalogue->people, (void *)person->id, person);
	return 0;
}

static int read_role(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_person *person = g_hash_table_lookup(catalogue->people, fw_db_column_text(row, 0));
	struct fw_person_role role = {
		.area = g_hash_table_lookup(catalogue->areas, fw_db_column_text(row, 2))};

	if (!person || !role.area || !fw_role_from_name(fw_db_column_text(row, 1), &role.role)) {
		return -EBADMSG;
	}
	g_array_append_val(person->roles, role);
	return 0;
}

static int read_item(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_item *item = g_new0(struct fw_item, 1);

	item->id = keep(catalogue, row, 0);
	item->version = fw_db_column_int(row, 1);
	item->name = keep(catalogue, row, 2);
	item->areas = g_hash_table_new(g_str_hash, g_str_equal);
	item->materials = g_hash_table_new(g_direct_hash, g_direct_equal);
	g_hash_table_insert(catalogue->items, (void *)item->id, item);
	return 0;
}

static int read_item_area(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_item *item = g_hash_table_lookup(catalogue->items, fw_db_column_text(row, 0));

	if (!item) {
		return -EBADMSG;
	}
	g_hash_table_add(item->areas, (void *)keep(catalogue, row, 1));
	return 0;
}

static int read_material(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_item *item = g_hash_table_lookup(catalogue->items, fw_db_column_text(row, 0));

	if (!item) {
		return -EBADMSG;
	}
	g_hash_table_add(item->materials, GINT_TO_POINTER((int)fw_db_column_int(row, 1)));
	return 0;
}

/* --- its life --------------------------------------------------------------------------------- */

static void free_area(void *area_void)
{
	struct fw_area *area = area_void;

	g_ptr_array_free(area->windows, TRUE);
	g_free(area);
}

static void free_person(void *person_void)
{
	struct fw_person *person = person_void;

	g_array_free(person->roles, TRUE);
	g_free(person);
}

static void free_item(void *item_void)
{
	struct fw_item *item = item_void;

	g_hash_table_destroy(item->areas);
	g_hash_table_destroy(item->materials);
	g_free(item);
}

static GHashTable *new_table(GDestroyNotify free_value)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_value);
}

int fw_catalogue_load(struct fw_db *db, struct fw_catalogue **ret_catalogue)
{
	/* Each after what it refers to; areas from the city down. */
	static const struct {
		const char *sql;
		row_reader *reader;
	} steps[] = {
		{"SELECT code, name, parent FROM area ORDER BY CASE kind WHEN 'city' THEN 0"
		 " WHEN 'county' THEN 1 WHEN 'township' THEN 2 ELSE 3 END, code",
			read_area},
		{"SELECT id, name, area FROM hall ORDER BY id", read_hall},
		{"SELECT id, name, hall, applicant, home, reserved_account FROM service_window"
		 " ORDER BY id",
			read_place},
		{"SELECT id, name, closed_us FROM account ORDER BY id", read_person},
		{"SELECT account, role, area FROM account_role ORDER BY account, role, area",
			read_role},
		{"SELECT id, version, name FROM item WHERE current = 1 ORDER BY id", read_item},
		{"SELECT item, area FROM item_area ORDER BY item, area", read_item_area},
		{"SELECT m.item, m.number FROM item_material m JOIN item i ON i.id = m.item"
		 " AND i.version = m.version WHERE i.current = 1",
			read_material},
	};
	fw_cleanup(fw_catalogue_destroy) struct fw_catalogue *catalogue =
		g_new0(struct fw_catalogue, 1);

	catalogue->texts = g_string_chunk_new(4096);
	catalogue->areas = new_table(free_area);
	catalogue->halls = new_table(g_free);
	catalogue->places = new_table(g_free);
	catalogue->people = new_table(free_person);
	catalogue->items = new_table(free_item);
	catalogue->place_list = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		int r = for_each_row(catalogue, db, steps[i].sql, steps[i].reader);

		if (r < 0) {
			return r;
		}
	}
	*ret_catalogue = g_steal_pointer(&catalogue);
	return 0;
}

void fw_catalogue_destroy(struct fw_catalogue *catalogue)
{
	g_ptr_array_free(catalogue->place_list, TRUE);
	g_hash_table_destroy(catalogue->items);
	g_hash_table_destroy(catalogue->people);
	g_hash_table_destroy(catalogue->places);
	g_hash_table_destroy(catalogue->halls);
	g_hash_table_destroy(catalogue->areas);
	g_string_chunk_free(catalogue->texts);
	g_free(catalogue);
}

/* --- questions -------------------------------------------------------------------------------- */

const struct fw_area *fw_catalogue_area(const struct fw_catalogue *catalogue, const char *code)
{
	return g_hash_table_lookup(catalogue->areas, code);
}

const struct fw_place *fw_catalogue_place(const struct fw_catalogue *catalogue, const char *id)
{
	return g_hash_table_lookup(catalogue->places, id);
}

const struct fw_item *fw_catalogue_item(const struct fw_catalogue *catalogue, const char *id)
{
	return g_hash_table_lookup(catalogue->items, id);
}

bool fw_item_serves(const struct fw_item *item, const char *area)
{
	return g_hash_table_contains(item->areas, area);
}

enum fw_relation fw_area_relation(const struct fw_area *own, const struct fw_area *object)
{
	if (own == object) {
		return FW_RELATION_OWN;
	}
	for (const struct fw_area *up = object->parent; up; up = up->parent) {
		if (up == own) {
			return FW_RELATION_BELOW;
		}
	}
	return FW_RELATION_ELSEWHERE;
}

bool fw_person_may(const struct fw_person *person, enum fw_right right, const struct fw_area *object)
{
	for (guint i = 0; i < person->roles->len; i++) {
		const struct fw_person_role *role =
			&g_array_index(person->roles, struct fw_person_role, i);
		enum fw_relation relation =
			object ? fw_area_relation(role->area, object) : FW_RELATION_OWN;

		if (fw_permission(role->role, relation, right)) {
			return true;
		}
	}
	return false;
}

bool fw_person_may_take(const struct fw_person *person, const struct fw_place *place)
{
	if (place->reserved_account && strcmp(place->reserved_account, person->id) != 0) {
		return false;
	}
	return (place->applicant &&
		       fw_person_may(person, FW_RIGHT_TAKE_APPLICANT, place->hall->area)) ||
		(place->home && fw_person_may(person, FW_RIGHT_TAKE_HOME, place->hall->area));
}
