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

static int for_each_row(struct fw_catalogue *catalogue, struct fw_db *db, const char *sql,
	const char *id, row_reader *reader)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_db_value value = fw_db_text(id);
	int r = fw_db_query(db, sql, &value, id ? 1 : 0, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		r = reader(catalogue, rows);
		if (r < 0) {
			fw_error("row refers to nothing sql=\"%s\" first=%s", sql,
				fw_db_column_text(rows, 0));
		}
	}
	return r;
}

/* The record of that id, touched; a new one is in the table with its id set. The id stands first behind the header
 * in each of them. */
static void *record_of(struct fw_catalogue *catalogue, GHashTable *table, enum fw_record_kind kind,
	size_t bytes, struct fw_statement *row)
{
	struct named {
		struct fw_record record;
		const char *id;
	} *record = g_hash_table_lookup(table, fw_db_column_text(row, 0));

	if (record) {
		fw_memory_touch(catalogue->memory, record);
		return record;
	}
	record = fw_memory_add(catalogue->memory, kind, bytes);
	record->id = keep(catalogue, row, 0);
	fw_memory_index(catalogue->memory, table, (void *)record->id, record);
	return record;
}

static void free_pointers(void *array)
{
	g_ptr_array_free(array, TRUE);
}

static void free_set(void *set)
{
	g_hash_table_destroy(set);
}

static void free_array(void *array)
{
	g_array_free(array, TRUE);
}

static int read_area(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_area *area =
		record_of(catalogue, catalogue->areas, FW_RECORD_AREA, sizeof(*area), row);
	const char *parent = fw_db_column_text(row, 2);

	area->name = keep(catalogue, row, 1);
	area->closed = !fw_db_column_is_null(row, 3);
	if (!area->windows) {
		fw_memory_swap(catalogue->memory, (void **)&area->windows, g_ptr_array_new(),
			free_pointers);
		fw_memory_swap(catalogue->memory, (void **)&area->departments, g_ptr_array_new(),
			free_pointers);
	}
	area->parent = parent ? g_hash_table_lookup(catalogue->areas, parent) : NULL;
	return !parent || area->parent ? 0 : -EBADMSG;
}

/* Moves the place from one list to another; NULL: it was, or belongs, in none. */
static void list_place(
	struct fw_catalogue *catalogue, struct fw_place *place, GPtrArray *from, GPtrArray *to)
{
	if (from == to) {
		return;
	}
	if (from) {
		fw_memory_array_remove(catalogue->memory, from, place);
	}
	if (to) {
		fw_memory_array_add(catalogue->memory, to, place);
	}
}

static GPtrArray *windows_list(const struct fw_place *place)
{
	return place->hall && !place->closed ? place->hall->area->windows : NULL;
}

static GPtrArray *departments_list(const struct fw_place *place)
{
	return place->department && !place->closed ? place->department->area->departments : NULL;
}

/* A department that became responsible elsewhere takes its windows' place in the lists with it. */
static int read_body(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_body *body =
		record_of(catalogue, catalogue->bodies, FW_RECORD_BODY, sizeof(*body), row);
	const struct fw_area *area =
		g_hash_table_lookup(catalogue->areas, fw_db_column_text(row, 2));

	if (!area) {
		return -EBADMSG;
	}
	body->name = keep(catalogue, row, 1);
	body->closed = !fw_db_column_is_null(row, 3);
	for (guint i = 0; body->area && i < catalogue->place_list->len; i++) {
		struct fw_place *place = g_ptr_array_index(catalogue->place_list, i);

		if (place->department == body && !place->closed) {
			list_place(catalogue, place, body->area->departments, area->departments);
		}
	}
	body->area = area;
	return 0;
}

/* The hall moved to another area, and its windows with it. */
static void move_places(
	struct fw_catalogue *catalogue, const struct fw_hall *hall, const struct fw_area *to)
{
	for (guint i = 0; i < catalogue->place_list->len; i++) {
		struct fw_place *place = g_ptr_array_index(catalogue->place_list, i);

		if (place->hall == hall && !place->closed) {
			list_place(catalogue, place, hall->area->windows, to->windows);
		}
	}
}

static int read_hall(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_hall *hall =
		record_of(catalogue, catalogue->halls, FW_RECORD_HALL, sizeof(*hall), row);
	const struct fw_area *area =
		g_hash_table_lookup(catalogue->areas, fw_db_column_text(row, 2));

	if (!area) {
		return -EBADMSG;
	}
	hall->name = keep(catalogue, row, 1);
	hall->closed = !fw_db_column_is_null(row, 3);
	hall->ring_seconds = (unsigned)fw_db_column_int(row, 4);
	hall->overflow_seconds = (unsigned)fw_db_column_int(row, 5);
	hall->ring_group = (unsigned)fw_db_column_int(row, 6);
	hall->patience_seconds = (unsigned)fw_db_column_int(row, 7);
	if (hall->area && hall->area != area) {
		move_places(catalogue, hall, area);
	}
	hall->area = area;
	return 0;
}

static int read_place(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_place *place =
		record_of(catalogue, catalogue->places, FW_RECORD_PLACE, sizeof(*place), row);
	const struct fw_hall *hall =
		g_hash_table_lookup(catalogue->halls, fw_db_column_text(row, 2));
	const char *department = fw_db_column_text(row, 7);
	GPtrArray *in_area = windows_list(place), *in_departments = departments_list(place);

	if (!hall || (department && !g_hash_table_contains(catalogue->bodies, department))) {
		return -EBADMSG;
	}
	if (!place->hall) {
		place->number = catalogue->place_list->len;
		fw_memory_array_add(catalogue->memory, catalogue->place_list, place);
	}
	place->name = keep(catalogue, row, 1);
	place->hall = hall;
	place->applicant = fw_db_column_int(row, 3) != 0;
	place->home = fw_db_column_int(row, 4) != 0;
	place->reserved_account = keep(catalogue, row, 5);
	place->closed = !fw_db_column_is_null(row, 6);
	place->department = department ? g_hash_table_lookup(catalogue->bodies, department) : NULL;
	place->all_items = fw_db_column_int(row, 8) != 0;
	fw_memory_swap(catalogue->memory, (void **)&place->items,
		place->all_items ? NULL : g_hash_table_new(g_str_hash, g_str_equal), free_set);
	list_place(catalogue, place, in_area, windows_list(place));
	list_place(catalogue, place, in_departments, departments_list(place));
	return 0;
}

/* Follows read_place() of the same batch. */
static int read_place_item(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_place *place = g_hash_table_lookup(catalogue->places, fw_db_column_text(row, 0));

	if (!place) {
		return -EBADMSG;
	}
	if (place->items) {
		g_hash_table_add(place->items, (void *)keep(catalogue, row, 1));
	}
	return 0;
}

static int read_person(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_person *person =
		record_of(catalogue, catalogue->people, FW_RECORD_PERSON, sizeof(*person), row);

	person->name = keep(catalogue, row, 1);
	person->closed = !fw_db_column_is_null(row, 2);
	person->must_change_password = fw_db_column_int(row, 3) != 0;
	fw_memory_swap(catalogue->memory, (void **)&person->roles,
		g_array_new(FALSE, FALSE, sizeof(struct fw_person_role)), free_array);
	return 0;
}

/* Follows read_person() of the same batch, which made the list new. */
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
	struct fw_item *item =
		record_of(catalogue, catalogue->items, FW_RECORD_ITEM, sizeof(*item), row);

	item->version = fw_db_column_int(row, 1);
	item->name = keep(catalogue, row, 2);
	item->closed = fw_db_column_int(row, 3) == 0;
	fw_memory_swap(catalogue->memory, (void **)&item->areas,
		g_hash_table_new(g_str_hash, g_str_equal), free_set);
	fw_memory_swap(catalogue->memory, (void **)&item->materials,
		g_hash_table_new(g_direct_hash, g_direct_equal), free_set);
	return 0;
}

/* Follows read_item() of the same batch, as does read_material(). */
static int read_item_area(struct fw_catalogue *catalogue, struct fw_statement *row)
{
	struct fw_item *item = g_hash_table_lookup(catalogue->items, fw_db_column_text(row, 0));

	if (!item) {
		return -EBADMSG;
	}
	if (!item->closed) {
		g_hash_table_add(item->areas, (void *)keep(catalogue, row, 1));
	}
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

static GHashTable *new_table(void)
{
	return g_hash_table_new(g_str_hash, g_str_equal);
}

/* Each after what it refers to. */
static const struct {
	const char *all, *one; /* one: ?1 */
	row_reader *reader;
	enum fw_catalogue_kind kind;
} steps[] = {
#define STEP(select, where, order, reader, kind) \
	{ \
		select " ORDER BY " order, select " WHERE " where " = ?1 ORDER BY " order, reader, \
			kind \
	}
	STEP("SELECT code, name, parent, closed_us FROM area", "code",
		"CASE kind WHEN 'city' THEN 0 WHEN 'county' THEN 1 WHEN 'township' THEN 2 ELSE 3 "
		"END,"
		" code",
		read_area, FW_CATALOGUE_AREA),
	STEP("SELECT id, name, area, closed_us FROM body", "id", "id", read_body, FW_CATALOGUE_BODY),
	STEP("SELECT id, name, area, closed_us, ring_seconds, overflow_seconds, ring_group,"
	     " patience_seconds FROM hall",
		"id", "id", read_hall, FW_CATALOGUE_HALL),
	STEP("SELECT id, name, hall, applicant, home, reserved_account, closed_us, department,"
	     " all_items FROM service_window",
		"id", "id", read_place, FW_CATALOGUE_PLACE),
	STEP("SELECT service_window, item FROM window_item", "service_window",
		"service_window, item", read_place_item, FW_CATALOGUE_PLACE),
	STEP("SELECT id, name, closed_us, must_change_password FROM account", "id", "id",
		read_person, FW_CATALOGUE_PERSON),
	STEP("SELECT account, role, area FROM account_role", "account", "account, role, area",
		read_role, FW_CATALOGUE_PERSON),
	/* Of an item that was withdrawn the last version, for the calls that speak of it. */
	STEP("SELECT id, version, name, current FROM (SELECT i.id, i.version, i.name, i.current"
	     " FROM item i WHERE i.current = 1 OR NOT EXISTS (SELECT 1 FROM item o"
	     " WHERE o.id = i.id AND (o.current = 1 OR o.version > i.version))) AS latest",
		"id", "id", read_item, FW_CATALOGUE_ITEM),
	STEP("SELECT item, area FROM item_area", "item", "item, area", read_item_area,
		FW_CATALOGUE_ITEM),
	STEP("SELECT item, number FROM (SELECT m.item, m.number FROM item_material m JOIN item i"
	     " ON i.id = m.item AND i.version = m.version WHERE i.current = 1) AS material",
		"item", "item, number", read_material, FW_CATALOGUE_ITEM),
#undef STEP
};

int fw_catalogue_load(
	struct fw_db *db, struct fw_memory *memory, struct fw_catalogue **ret_catalogue)
{
	struct fw_catalogue *catalogue = g_new0(struct fw_catalogue, 1);
	int r = 0;

	catalogue->memory = memory;
	catalogue->texts = g_string_chunk_new(4096);
	catalogue->areas = new_table();
	catalogue->bodies = new_table();
	catalogue->halls = new_table();
	catalogue->places = new_table();
	catalogue->people = new_table();
	catalogue->items = new_table();
	catalogue->place_list = g_ptr_array_new();
	*ret_catalogue =
		catalogue; /* the caller destroys it, failed or not: its records are in memory */
	for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(steps); i++) {
		r = for_each_row(catalogue, db, steps[i].all, NULL, steps[i].reader);
	}
	return MIN(r, 0);
}

int fw_catalogue_read(struct fw_catalogue *catalogue, struct fw_db *db, enum fw_catalogue_kind kind,
	const char *id)
{
	int r = 0;

	catalogue->changes++;
	for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].kind == kind) {
			r = for_each_row(catalogue, db, steps[i].one, id, steps[i].reader);
		}
	}
	return MIN(r, 0);
}

int fw_catalogue_reload_items(struct fw_catalogue *catalogue, struct fw_db *db)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].kind == FW_CATALOGUE_ITEM) {
			r = for_each_row(catalogue, db, steps[i].all, NULL, steps[i].reader);
		}
	}
	return MIN(r, 0);
}

void fw_catalogue_destroy(struct fw_catalogue *catalogue)
{
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, catalogue->areas);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		g_clear_pointer(&((struct fw_area *)value)->windows, free_pointers);
		g_clear_pointer(&((struct fw_area *)value)->departments, free_pointers);
	}
	g_hash_table_iter_init(&iter, catalogue->people);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		g_clear_pointer(&((struct fw_person *)value)->roles, free_array);
	}
	for (guint i = 0; i < catalogue->place_list->len; i++) {
		struct fw_place *place = g_ptr_array_index(catalogue->place_list, i);

		g_clear_pointer(&place->items, free_set);
	}
	g_hash_table_iter_init(&iter, catalogue->items);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		g_clear_pointer(&((struct fw_item *)value)->areas, free_set);
		g_clear_pointer(&((struct fw_item *)value)->materials, free_set);
	}
	g_ptr_array_free(catalogue->place_list, TRUE);
	g_hash_table_destroy(catalogue->items);
	g_hash_table_destroy(catalogue->people);
	g_hash_table_destroy(catalogue->places);
	g_hash_table_destroy(catalogue->halls);
	g_hash_table_destroy(catalogue->bodies);
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

const struct fw_person *fw_catalogue_person(const struct fw_catalogue *catalogue, const char *id)
{
	return g_hash_table_lookup(catalogue->people, id);
}

const struct fw_item *fw_catalogue_item(const struct fw_catalogue *catalogue, const char *id)
{
	return g_hash_table_lookup(catalogue->items, id);
}

bool fw_place_serves(const struct fw_place *place, const struct fw_item *item)
{
	return place->all_items || g_hash_table_contains(place->items, item->id);
}

const struct fw_area *fw_area_department(const struct fw_area *area, const struct fw_item *item)
{
	for (; area; area = area->parent) {
		for (guint i = 0; i < area->departments->len; i++) {
			const struct fw_place *place = g_ptr_array_index(area->departments, i);

			if (place->home && fw_place_serves(place, item)) {
				return area;
			}
		}
	}
	return NULL;
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
	if (place->closed) {
		return false;
	}
	if (place->reserved_account && strcmp(place->reserved_account, person->id) != 0) {
		return false;
	}
	return (place->applicant &&
		       fw_person_may(person, FW_RIGHT_TAKE_APPLICANT, place->hall->area)) ||
		(place->home && fw_person_may(person, FW_RIGHT_TAKE_HOME, place->hall->area));
}
