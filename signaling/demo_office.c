/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/demo_office.h"

#include "base/crypto.h"
#include "base/db.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/password.h"
#include "base/text.h"
#include "signaling/catalogue/item_rows.h"
#include "signaling/demo_texts.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>

#define FW_LOG_TOPIC "demo-office"

/* Where a loader is, so that an error can say it. */
struct load {
	struct fw_db *db;
	char *where; /* "items.json: items[3].materials[0]" */
	char *error;
};

/* --- fields --------------------------------------------------------------------------------------- */

static int complain(struct load *load, const char *field, const char *what)
{
	g_free(load->error);
	load->error = g_strdup_printf("%s: %s: %s", load->where, field, what);
	return -EBADMSG;
}

static int get_text(struct load *load, const json_t *object, const char *field, bool optional,
	const char **ret_text)
{
	const json_t *value = json_object_get(object, field);

	*ret_text = json_string_value(value);
	if (*ret_text && (*ret_text)[0]) {
		return 0;
	}
	return optional && (!value || json_is_null(value)) ? 0
							   : complain(load, field, "text expected");
}

static int get_int(struct load *load, const json_t *object, const char *field, int64_t *ret_integer)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_integer(value) || json_integer_value(value) < 1) {
		return complain(load, field, "whole number from 1 expected");
	}
	*ret_integer = json_integer_value(value);
	return 0;
}

/* 0: it is not there. */
static int get_count(
	struct load *load, const json_t *object, const char *field, int64_t *ret_integer)
{
	*ret_integer = 0;
	return json_object_get(object, field) ? get_int(load, object, field, ret_integer) : 0;
}

static int get_bool(struct load *load, const json_t *object, const char *field, int64_t *ret_bit)
{
	const json_t *value = json_object_get(object, field);

	if (!json_is_boolean(value)) {
		return complain(load, field, "true or false expected");
	}
	*ret_bit = json_is_true(value);
	return 0;
}

/* A row that the database refuses (unknown word, reference to nothing, given twice) is the data's fault. */
static int insert(struct load *load, const char *sql, const struct fw_db_value *values, size_t count)
{
	int r = fw_db_run(load->db, sql, values, count, NULL);

	if (r == -EEXIST) {
		return complain(load, "row", "given twice");
	}
	return r == -EINVAL
		? complain(load, "row", "refused: an unknown word, or it refers to nothing")
		: r;
}

typedef int loader(struct load *load, const json_t *object, const void *context);

static int each(struct load *load, const json_t *object, const char *field, loader *one,
	const void *context)
{
	const json_t *list = json_object_get(object, field);
	char *outer = load->where;
	int r = 0;

	if (!json_is_array(list) || json_array_size(list) == 0) {
		return complain(load, field, "list expected");
	}
	for (size_t i = 0; r >= 0 && i < json_array_size(list); i++) {
		load->where = g_strdup_printf("%s%s%s[%zu]", outer,
			g_str_has_suffix(outer, ".json") ? ": " : ".", field, i);
		r = one(load, json_array_get(list, i), context);
		g_free(load->where);
		load->where = outer;
	}
	return r;
}

/* --- places ----------------------------------------------------------------------------------------- */

static int load_area(struct load *load, const json_t *area, const void *context)
{
	const char *code, *name, *kind, *parent;
	int r;

	(void)context;
	if ((r = get_text(load, area, "code", false, &code)) < 0 ||
		(r = get_text(load, area, "name", false, &name)) < 0 ||
		(r = get_text(load, area, "kind", false, &kind)) < 0 ||
		(r = get_text(load, area, "parent", true, &parent)) < 0) {
		return r;
	}
	return insert(load, "INSERT INTO area (code, name, kind, parent) VALUES (?1, ?2, ?3, ?4)",
		FW_DB_VALUES(
			fw_db_text(code), fw_db_text(name), fw_db_text(kind), fw_db_text(parent)));
}

/* Manages the halls of its area, if it is of that kind. */
static int load_body(struct load *load, const json_t *body, const void *context)
{
	const char *id, *name, *kind, *area, *superior;
	int r;

	(void)context;
	if ((r = get_text(load, body, "id", false, &id)) < 0 ||
		(r = get_text(load, body, "name", false, &name)) < 0 ||
		(r = get_text(load, body, "kind", false, &kind)) < 0 ||
		(r = get_text(load, body, "area", false, &area)) < 0 ||
		(r = get_text(load, body, "superior", true, &superior)) < 0) {
		return r;
	}
	r = insert(load,
		"INSERT INTO body (id, name, kind, area, superior) VALUES (?1, ?2, ?3, ?4, ?5)",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(name), fw_db_text(kind), fw_db_text(area),
			fw_db_text(superior)));
	return r < 0 || strcmp(kind, "management") != 0
		? r
		: insert(load, "UPDATE area SET body = ?1 WHERE code = ?2",
			  FW_DB_VALUES(fw_db_text(id), fw_db_text(area)));
}

static int load_hours(struct load *load, const json_t *hours, const void *hall)
{
	const char *weekdays, *span;
	int begin, end, r;

	if ((r = get_text(load, hours, "weekdays", false, &weekdays)) < 0 ||
		(r = get_text(load, hours, "span", false, &span)) < 0) {
		return r;
	}
	if (fw_calendar_span_parse(span, &begin, &end) < 0) {
		return complain(load, "span", "\"08:30-12:00\" expected");
	}
	for (; r >= 0 && *weekdays; weekdays++) {
		r = insert(load,
			"INSERT INTO office_hours (hall, weekday, begin_minute, end_minute)"
			" VALUES (?1, ?2, ?3, ?4)",
			FW_DB_VALUES(fw_db_text(hall), fw_db_int(*weekdays - '0'), fw_db_int(begin),
				fw_db_int(end)));
	}
	return r;
}

static int load_hall(struct load *load, const json_t *hall, const void *context)
{
	const char *id, *name, *area;
	int64_t holidays_open, group, overflow_s;
	int r;

	(void)context;
	if ((r = get_text(load, hall, "id", false, &id)) < 0 ||
		(r = get_count(load, hall, "ring_group", &group)) < 0 ||
		(r = get_count(load, hall, "overflow_seconds", &overflow_s)) < 0 ||
		(r = get_text(load, hall, "name", false, &name)) < 0 ||
		(r = get_text(load, hall, "area", false, &area)) < 0 ||
		(r = get_bool(load, hall, "holidays_open", &holidays_open)) < 0) {
		return r;
	}
	r = insert(load,
		"INSERT INTO hall (id, name, area, holidays_open, ring_group, overflow_seconds)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(name), fw_db_text(area),
			fw_db_int(holidays_open), group ? fw_db_int(group) : fw_db_null(),
			overflow_s ? fw_db_int(overflow_s) : fw_db_null()));
	return r < 0 ? r : each(load, hall, "hours", load_hours, id);
}

static int load_window_item(struct load *load, const json_t *item, const void *window)
{
	const char *id = json_string_value(item);

	return id ? insert(load, "INSERT INTO window_item (service_window, item) VALUES (?1, ?2)",
			    FW_DB_VALUES(fw_db_text(window), fw_db_text(id)))
		  : complain(load, "items", "ids expected");
}

static int load_window(struct load *load, const json_t *window, const void *context)
{
	const char *id, *name, *hall, *reserved, *phone, *department;
	int64_t applicant, home;
	int r;

	(void)context;
	if ((r = get_text(load, window, "id", false, &id)) < 0 ||
		(r = get_text(load, window, "name", false, &name)) < 0 ||
		(r = get_text(load, window, "hall", false, &hall)) < 0 ||
		(r = get_text(load, window, "reserved", true, &reserved)) < 0 ||
		(r = get_text(load, window, "phone", true, &phone)) < 0 ||
		(r = get_text(load, window, "department", true, &department)) < 0 ||
		(r = get_bool(load, window, "applicant", &applicant)) < 0 ||
		(r = get_bool(load, window, "home", &home)) < 0) {
		return r;
	}
	r = insert(load,
		"INSERT INTO service_window (id, name, hall, applicant, home, reserved_account,"
		" phone, department, all_items) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(name), fw_db_text(hall), fw_db_int(applicant),
			fw_db_int(home), fw_db_text(reserved), fw_db_text(phone),
			fw_db_text(department), fw_db_int(!json_object_get(window, "items"))));
	return r < 0 || !json_object_get(window, "items")
		? r
		: each(load, window, "items", load_window_item, id);
}

static int load_role(struct load *load, const json_t *role, const void *account)
{
	const char *name, *area;
	int r;

	if ((r = get_text(load, role, "role", false, &name)) < 0 ||
		(r = get_text(load, role, "area", false, &area)) < 0) {
		return r;
	}
	return insert(load, "INSERT INTO account_role (account, role, area) VALUES (?1, ?2, ?3)",
		FW_DB_VALUES(fw_db_text(account), fw_db_text(name), fw_db_text(area)));
}

static int load_account(struct load *load, const json_t *account, const void *context)
{
	const char *id, *name, *password;
	char hash[FW_PASSWORD_HASH_SIZE];
	int r;

	(void)context;
	if ((r = get_text(load, account, "id", false, &id)) < 0 ||
		(r = get_text(load, account, "name", false, &name)) < 0 ||
		(r = get_text(load, account, "password", false, &password)) < 0 ||
		(r = fw_password_hash(password, hash)) < 0) {
		return r;
	}
	r = insert(load, "INSERT INTO account (id, name, password_hash) VALUES (?1, ?2, ?3)",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(name), fw_db_text(hash)));
	return r < 0 ? r : each(load, account, "roles", load_role, id);
}

/* --- items ------------------------------------------------------------------------------------------ */

static void on_fault(void *user, const struct fw_item_fault *fault)
{
	struct load *load = user;

	if (!load->error) { /* the first says enough */
		(void)complain(load, fault->path, fault->code);
	}
}

static int load_item(struct load *load, const json_t *item, const void *context)
{
	struct fw_item_publication publication = {0};
	json_auto_t *document = NULL;
	int r = get_int(load, item, "version", &publication.version);

	(void)context;
	if (r < 0) {
		return r;
	}
	fw_item_check(item, NULL, on_fault, load);
	if (load->error) {
		return -EBADMSG;
	}
	document = fw_item_normal(item);
	r = fw_item_store(load->db, document, &publication);
	return r == -EEXIST || r == -EINVAL ? complain(load, "row", "given twice, or of no area")
					    : r;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static json_t *parse(struct load *load, const char *file, const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	g_free(load->where);
	load->where = g_strdup(file);
	if (!root) {
		g_free(load->error);
		load->error = g_strdup_printf("%s:%d: %s", file, error.line, error.text);
	}
	return root;
}

static int load_places(struct load *load, const char *text)
{
	json_t *root = parse(load, "places.json", text);
	int r = root ? 0 : -EBADMSG;

	if (r < 0 || (r = each(load, root, "areas", load_area, NULL)) < 0 ||
		(json_object_get(root, "bodies") &&
			(r = each(load, root, "bodies", load_body, NULL)) < 0) ||
		(r = each(load, root, "halls", load_hall, NULL)) < 0 ||
		(r = each(load, root, "windows", load_window, NULL)) < 0 ||
		(r = each(load, root, "accounts", load_account, NULL)) < 0) {
		json_decref(root);
		return r;
	}
	json_decref(root);
	return 0;
}

static int load_items(struct load *load, const char *text)
{
	json_t *root = parse(load, "items.json", text);
	int r = root ? each(load, root, "items", load_item, NULL) : -EBADMSG;

	json_decref(root);
	return r;
}

/* The sample pictures of materials: what items name by digest. The lines of one are its bytes in base64. */
static int load_picture(struct load *load, const json_t *picture, const void *stored_by)
{
	const json_t *lines = json_object_get(picture, "base64");
	g_autoptr(GString) text = g_string_new(NULL);
	uint8_t digest[FW_SHA256_BYTES];
	char sha256[2 * FW_SHA256_BYTES + 1];
	g_autofree guchar *bytes = NULL;
	const char *media_type;
	gsize size;
	int r = get_text(load, picture, "media_type", false, &media_type);

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));

		g_string_append(text, line ? line : "");
	}
	bytes = g_base64_decode(text->str, &size);
	if (r < 0 || (r = fw_sha256(bytes, size, digest)) < 0) {
		return r;
	}
	fw_text_hex_encode(digest, sizeof(digest), sha256);
	return insert(load,
		"INSERT INTO item_picture (sha256, media_type, bytes, stored_us, stored_by)"
		" VALUES (?1, ?2, ?3, 0, ?4)",
		FW_DB_VALUES(fw_db_text(sha256), fw_db_text(media_type), fw_db_blob(bytes, size),
			fw_db_text(stored_by)));
}

static int load_pictures(struct load *load, const char *text)
{
	json_t *root = parse(load, "pictures.json", text);
	const char *stored_by = NULL;
	int r = root ? get_text(load, root, "stored_by", false, &stored_by) : -EBADMSG;

	if (r >= 0) {
		r = each(load, root, "pictures", load_picture, stored_by);
	}
	json_decref(root);
	return r;
}

int fw_demo_office_load(struct fw_db *db, const struct fw_demo_texts *texts, char **ret_error)
{
	struct load load = {.db = db, .where = g_strdup("")};
	int r = fw_db_begin(db);

	if (r >= 0) {
		r = load_places(&load, texts->places);
	}
	if (r >= 0 && texts->pictures) {
		r = load_pictures(&load, texts->pictures);
	}
	if (r >= 0) {
		r = load_items(&load, texts->items);
	}
	if (r >= 0) {
		r = fw_db_commit(db);
	}
	if (r < 0) {
		fw_db_rollback(db);
		*ret_error = g_steal_pointer(&load.error);
	}
	g_free(load.error);
	g_free(load.where);
	return r;
}

int fw_demo_office_fill(struct fw_db *db, bool *ret_filled, char **ret_error)
{
	static const struct fw_demo_texts texts = {
		fw_text_places_json, fw_text_items_json, fw_text_pictures_json};
	int64_t areas;
	int r = fw_db_query_int(db, "SELECT COUNT(*) FROM area", FW_DB_NO_VALUES, &areas);

	if (r < 0) {
		return r;
	}
	*ret_filled = areas == 0;
	return areas ? 0 : fw_demo_office_load(db, &texts, ret_error);
}

/* --- windows for load tests ------------------------------------------------------------------------- */

#define LOAD_HALL FW_DEMO_LOAD_AREA "-01"

/* Once; a second start finds it. */
static const char load_office[] =
	"INSERT INTO area (code, name, kind, parent) VALUES ('" FW_DEMO_LOAD_AREA
	"', '演示·压力测试', 'county', '441500') ON CONFLICT DO NOTHING;"
	"INSERT INTO hall (id, name, area) VALUES ('" LOAD_HALL
	"', '演示·压力测试大厅', '" FW_DEMO_LOAD_AREA "') ON CONFLICT DO NOTHING;"
	"INSERT INTO item (id, version, name, pinyin, department, demo, current) VALUES "
	"('" FW_DEMO_LOAD_ITEM
	"', 1, '演示·压力测试', 'ysylcs', '演示·压力测试', 1, 1) ON CONFLICT DO NOTHING;"
	"INSERT INTO item_version_area (item, version, area) VALUES ('" FW_DEMO_LOAD_ITEM
	"', 1, '" FW_DEMO_LOAD_AREA "') ON CONFLICT DO NOTHING;"
	"INSERT INTO item_area (item, area) VALUES ('" FW_DEMO_LOAD_ITEM "', '" FW_DEMO_LOAD_AREA
	"') ON CONFLICT DO NOTHING;";

static int add_seat(struct fw_db *db, unsigned number, bool home, const char *hash)
{
	g_autofree char *id = g_strdup_printf("load-%c-%04u", home ? 'h' : 'a', number);
	g_autofree char *name =
		g_strdup_printf("演示·压力测试%s%04u", home ? "属地" : "申请", number);
	int r = fw_db_run(db,
		"INSERT INTO account (id, name, password_hash) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO NOTHING",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(name), fw_db_text(hash)), NULL);

	if (r < 0) {
		return r;
	}
	r = fw_db_run(db,
		"INSERT INTO account_role (account, role, area) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO NOTHING",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(home ? "home_clerk" : "applicant_clerk"),
			fw_db_text(FW_DEMO_LOAD_AREA)),
		NULL);
	if (r < 0) {
		return r;
	}
	return fw_db_run(db,
		"INSERT INTO service_window (id, name, hall, applicant, home, reserved_account)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?1) ON CONFLICT DO NOTHING",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(name), fw_db_text(LOAD_HALL),
			fw_db_int(!home), fw_db_int(home)),
		NULL);
}

static int add_pairs(struct fw_db *db, unsigned pairs, const char *hash)
{
	int64_t city;
	int r = fw_db_query_int(
		db, "SELECT COUNT(*) FROM area WHERE code = '441500'", FW_DB_NO_VALUES, &city);

	if (r >= 0) {
		r = city ? fw_db_script(db, load_office) : -ENOENT;
	}
	for (unsigned i = 0; r >= 0 && i < 2 * pairs; i++) {
		r = add_seat(db, i / 2 + 1, i % 2, hash);
	}
	return r < 0 ? r : fw_db_commit(db);
}

int fw_demo_office_add_pairs(struct fw_db *db, unsigned pairs)
{
	char hash[FW_PASSWORD_HASH_SIZE];
	int r = fw_password_hash_published(FW_DEMO_LOAD_PASSWORD, hash);

	if (r < 0 || (r = fw_db_begin(db)) < 0) {
		return r;
	}
	r = add_pairs(db, pairs, hash);
	if (r < 0) {
		fw_db_rollback(db);
	}
	return r;
}

/* --- the list for the screen ------------------------------------------------------------------------ */

static char *join_roles(const json_t *roles)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(roles); i++) {
		const json_t *role = json_array_get(roles, i);

		g_string_append_printf(text, "%s%s %s", i ? ", " : "",
			json_string_value(json_object_get(role, "role")),
			json_string_value(json_object_get(role, "area")));
	}
	return g_string_free(text, FALSE);
}

static const char *find_robot(const json_t *windows)
{
	for (size_t i = 0; i < json_array_size(windows); i++) {
		const json_t *window = json_array_get(windows, i);

		if (g_strcmp0(json_string_value(json_object_get(window, "reserved")),
			    FW_DEMO_ROBOT) == 0) {
			return json_string_value(json_object_get(window, "id"));
		}
	}
	return NULL;
}

void fw_demo_office_describe(struct fw_demo_office *ret_office)
{
	const json_t *accounts;

	ret_office->texts = json_loads(fw_text_places_json, JSON_REJECT_DUPLICATES, NULL);
	accounts = json_object_get(ret_office->texts, "accounts");
	ret_office->count = (unsigned)json_array_size(accounts);
	ret_office->accounts = g_new0(struct fw_demo_account, ret_office->count);
	for (unsigned i = 0; i < ret_office->count; i++) {
		const json_t *account = json_array_get(accounts, i);
		struct fw_demo_account *one = &ret_office->accounts[i];

		one->account = json_string_value(json_object_get(account, "id"));
		one->password = json_string_value(json_object_get(account, "password"));
		one->name = json_string_value(json_object_get(account, "name"));
		one->roles = join_roles(json_object_get(account, "roles"));
	}
	ret_office->robot_window = find_robot(json_object_get(ret_office->texts, "windows"));
}

void fw_demo_office_clear(struct fw_demo_office *office)
{
	for (unsigned i = 0; i < office->count; i++) {
		g_free(office->accounts[i].roles);
	}
	g_free(office->accounts);
	json_decref(office->texts);
}
