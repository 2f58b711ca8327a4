/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/fields.h"

#include "base/db.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <string.h>

#define ID(name) \
	{ \
		name, "编码", FW_FIELD_ID, true \
	}
#define TEXT(name, title) \
	{ \
		name, title, FW_FIELD_TEXT, true \
	}
#define PHONE \
	{ \
		"phone", "短信手机号", FW_FIELD_PHONE \
	}
#define FLAG(name, title) \
	{ \
		name, title, FW_FIELD_FLAG, true, .fallback = "0" \
	}
#define LATITUDE \
	{ \
		"latitude", "纬度", FW_FIELD_DEGREES, .least = -90000000, .most = 90000000 \
	}
#define LONGITUDE \
	{ \
		"longitude", "经度", FW_FIELD_DEGREES, .least = -180000000, .most = 180000000 \
	}
#define NUMBER(name, title, least_value, most_value) \
	{ \
		name, title, FW_FIELD_NUMBER, .least = least_value, .most = most_value \
	}
#define REFERENCE(name, title, needed, kind) \
	{ \
		name, title, FW_FIELD_REFERENCE, needed, .refers = kind \
	}

#define USUAL_HOURS "1-5 08:30-12:00 14:30-17:30"

static const struct fw_kind kinds[FW_KEPT_KINDS] = {
	[FW_KEPT_AREA] = {"areas", "area", "code",
		{ID("code"), TEXT("name", "名称"),
			{"kind", "级别", FW_FIELD_WORD, true, "|city|county|township|village|"},
			REFERENCE("parent", "上级区划", false, FW_KEPT_AREA),
			REFERENCE("body", "管理机构", false, FW_KEPT_BODY), LATITUDE, LONGITUDE},
		7},
	[FW_KEPT_BODY] = {"bodies", "body", "id",
		{ID("id"), TEXT("name", "名称"),
			{"kind", "类别", FW_FIELD_WORD, true, "|management|department|"},
			REFERENCE("area", "区划", true, FW_KEPT_AREA),
			REFERENCE("superior", "上级机构", false, FW_KEPT_BODY), PHONE},
		6},
	[FW_KEPT_HALL] = {"halls", "hall", "id",
		{ID("id"), TEXT("name", "名称"), REFERENCE("area", "区划", true, FW_KEPT_AREA),
			LATITUDE, LONGITUDE,
			{"line_mbit", "专线（Mbit/s）", FW_FIELD_NUMBER, true, .least = 1,
				.most = 100000, .fallback = "100"},
			NUMBER("ring_seconds", "振铃秒数", 5, 300),
			NUMBER("overflow_seconds", "溢出秒数", 5, 300),
			NUMBER("ring_group", "同时振铃窗口数", 1, 64),
			NUMBER("patience_seconds", "等候秒数", 0, 300),
			FLAG("holidays_open", "节假日开放"),
			{"hours", "办公时间", FW_FIELD_HOURS, .fallback = USUAL_HOURS}},
		12},
	[FW_KEPT_WINDOW] = {"windows", "service_window", "id",
		{ID("id"), TEXT("name", "名称"), REFERENCE("hall", "大厅", true, FW_KEPT_HALL),
			FLAG("applicant", "申请方窗口"), FLAG("home", "属地窗口"),
			REFERENCE("reserved", "专用账号", false, FW_KEPT_ACCOUNT), PHONE,
			REFERENCE("department", "业务部门", false, FW_KEPT_BODY),
			{"items", "受理事项", FW_FIELD_ITEMS}},
		9},
	[FW_KEPT_ACCOUNT] = {"accounts", "account", "id",
		{ID("id"), TEXT("name", "姓名"), PHONE, {"roles", "角色", FW_FIELD_ROLES, true}}, 4},
};

const struct fw_kind *fw_kept_kind(enum fw_kept_kind kind)
{
	return &kinds[kind];
}

bool fw_kept_kind_from_name(const char *name, enum fw_kept_kind *ret_kind)
{
	for (int i = 0; i < FW_KEPT_KINDS; i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = (enum fw_kept_kind)i;
			return true;
		}
	}
	return false;
}

/* --- one object --------------------------------------------------------------------------------- */

void fw_kept_clear(struct fw_kept *kept)
{
	for (unsigned i = 0; i < FW_FIELDS_MAX; i++) {
		g_clear_pointer(&kept->texts[i], g_free);
	}
}

const char *fw_kept_text(const struct fw_kept *kept, const char *field)
{
	for (unsigned i = 0; i < kinds[kept->kind].count; i++) {
		if (strcmp(kinds[kept->kind].fields[i].name, field) == 0) {
			return kept->texts[i];
		}
	}
	return NULL;
}

void fw_kept_set(struct fw_kept *kept, unsigned field, const char *text)
{
	g_free(kept->texts[field]);
	kept->texts[field] = g_strdup(text ? text : "");
}

/* --- values that are more than text --------------------------------------------------------------- */

bool fw_degrees_parse(const char *text, int64_t *ret_e6)
{
	bool minus = *text == '-';
	const char *digit = text + minus;
	int64_t e6 = 0;
	int whole = 0, after = -1;

	for (; *digit; digit++) {
		if (*digit == '.' && after < 0 && whole > 0) {
			after = 0;
		} else if (g_ascii_isdigit(*digit) && (after >= 0 ? after++ < 6 : whole++ < 3)) {
			e6 = e6 * 10 + (*digit - '0');
		} else {
			return false;
		}
	}
	if (whole == 0 || after == 0) {
		return false;
	}
	for (int i = MAX(after, 0); i < 6; i++) {
		e6 *= 10;
	}
	*ret_e6 = minus ? -e6 : e6;
	return true;
}

static char *degrees_text(int64_t e6)
{
	int64_t size = ABS(e6);

	return g_strdup_printf(
		"%s%d.%06d", e6 < 0 ? "-" : "", (int)(size / 1000000), (int)(size % 1000000));
}

static bool weekdays_parse(const char *text, int *ret_first, int *ret_last)
{
	if (text[0] < '1' || text[0] > '7') {
		return false;
	}
	*ret_first = text[0] - '0';
	*ret_last = *ret_first;
	if (text[1] == '\0') {
		return true;
	}
	*ret_last = text[1] == '-' && text[2] && !text[3] ? text[2] - '0' : 0;
	return *ret_last > *ret_first && *ret_last <= 7;
}

static bool hours_of_days(const char *text, fw_hours_each *each, void *user)
{
	g_auto(GStrv) words = g_strsplit_set(text, " ", 0);
	int first = 0, last = 0, spans = 0, begin, end;

	for (unsigned i = 0; words[i]; i++) {
		if (!words[i][0]) {
			continue;
		}
		if (first == 0) {
			if (!weekdays_parse(words[i], &first, &last)) {
				return false;
			}
			continue;
		}
		if (fw_calendar_span_parse(words[i], &begin, &end) < 0) {
			return false;
		}
		spans++;
		for (int day = first; day <= last; day++) {
			if (!each(user, day, begin, end)) {
				return false;
			}
		}
	}
	return spans > 0;
}

bool fw_hours_parse(const char *text, fw_hours_each *each, void *user)
{
	g_auto(GStrv) parts = g_strsplit(text, ";", 0);

	for (unsigned i = 0; parts[i]; i++) {
		if (parts[i][strspn(parts[i], " ")] && !hours_of_days(parts[i], each, user)) {
			return false;
		}
	}
	return true;
}

/* --- reading ---------------------------------------------------------------------------------------- */

/* Columns in the order of the fields; those kept in rows of their own are NULL. The last: closed_us. */
static const char *const reads[FW_KEPT_KINDS] = {
	[FW_KEPT_AREA] =
		"SELECT code, name, kind, parent, body, latitude_e6, longitude_e6, closed_us"
		" FROM area WHERE code = ?1",
	[FW_KEPT_BODY] = "SELECT id, name, kind, area, superior, phone, closed_us FROM body"
			 " WHERE id = ?1",
	[FW_KEPT_HALL] =
		"SELECT id, name, area, latitude_e6, longitude_e6, line_mbit, ring_seconds,"
		" overflow_seconds, ring_group, patience_seconds, holidays_open, NULL,"
		" closed_us FROM hall WHERE id = ?1",
	[FW_KEPT_WINDOW] =
		"SELECT id, name, hall, applicant, home, reserved_account, phone, department,"
		" NULL, closed_us FROM service_window WHERE id = ?1",
	[FW_KEPT_ACCOUNT] = "SELECT id, name, phone, NULL, closed_us FROM account WHERE id = ?1",
};

static int join(struct fw_db *db, const char *sql, const char *id, char **ret_text)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	GString *text = g_string_new(NULL);
	int r = fw_db_query(db, sql, FW_DB_VALUES(fw_db_text(id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_string_append_printf(
			text, "%s%s", text->len ? " " : "", fw_db_column_text(rows, 0));
	}
	*ret_text = g_string_free(text, FALSE);
	return r;
}

static int join_hours(struct fw_db *db, const char *hall, char **ret_text)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	GString *text = g_string_new(NULL);
	GString *days[8] = {NULL};
	int r = fw_db_query(db,
		"SELECT weekday, begin_minute, end_minute FROM office_hours WHERE hall = ?1"
		" ORDER BY weekday, begin_minute",
		FW_DB_VALUES(fw_db_text(hall)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		GString **day = &days[fw_db_column_int(rows, 0)];
		char span[FW_SPAN_TEXT_SIZE];

		fw_calendar_span_format(
			(int)fw_db_column_int(rows, 1), (int)fw_db_column_int(rows, 2), span);
		*day = *day ? *day : g_string_new(NULL);
		g_string_append_printf(*day, " %s", span);
	}
	for (int first = 1, last; first <= 7; first = last + 1) {
		last = first;
		if (!days[first]) {
			continue;
		}
		while (last < 7 && days[last + 1] && g_string_equal(days[first], days[last + 1])) {
			last++;
		}
		g_string_append_printf(text, "%s%d", text->len ? "; " : "", first);
		if (last > first) {
			g_string_append_printf(text, "-%d", last);
		}
		g_string_append(text, days[first]->str);
	}
	for (int i = 1; i <= 7; i++) {
		if (days[i]) {
			g_string_free(days[i], TRUE);
		}
	}
	*ret_text = g_string_free(text, FALSE);
	return r;
}

static int read_field(struct fw_db *db, const struct fw_field *field, struct fw_statement *row,
	int column, const char *id, char **ret_text)
{
	switch (field->type) {
	case FW_FIELD_ITEMS:
		return join(db,
			"SELECT item FROM window_item WHERE service_window = ?1 ORDER BY item", id,
			ret_text);
	case FW_FIELD_ROLES:
		return join(db,
			"SELECT role || '@' || area FROM account_role WHERE account = ?1"
			" ORDER BY role, area",
			id, ret_text);
	case FW_FIELD_HOURS:
		return join_hours(db, id, ret_text);
	case FW_FIELD_NUMBER:
	case FW_FIELD_FLAG:
		*ret_text = fw_db_column_is_null(row, column)
			? g_strdup("")
			: g_strdup_printf("%d", (int)fw_db_column_int(row, column));
		return 0;
	case FW_FIELD_DEGREES:
		*ret_text = fw_db_column_is_null(row, column)
			? g_strdup("")
			: degrees_text(fw_db_column_int(row, column));
		return 0;
	case FW_FIELD_ID:
	case FW_FIELD_TEXT:
	case FW_FIELD_WORD:
	case FW_FIELD_PHONE:
	case FW_FIELD_REFERENCE:
		break;
	}
	*ret_text =
		g_strdup(fw_db_column_is_null(row, column) ? "" : fw_db_column_text(row, column));
	return 0;
}

int fw_kept_read(struct fw_db *db, enum fw_kept_kind kind, const char *id, struct fw_kept *ret_kept)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const struct fw_kind *what = &kinds[kind];
	int r = fw_db_query(db, reads[kind], FW_DB_VALUES(fw_db_text(id)), &rows);

	*ret_kept = (struct fw_kept){.kind = kind};
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r;
	}
	for (unsigned i = 0; i < what->count; i++) {
		r = read_field(db, &what->fields[i], rows, (int)i, id, &ret_kept->texts[i]);
		if (r < 0) {
			fw_kept_clear(ret_kept);
			return r;
		}
	}
	ret_kept->exists = true;
	ret_kept->closed = !fw_db_column_is_null(rows, (int)what->count);
	return 1;
}

int fw_kept_complete(struct fw_db *db, struct fw_kept *kept)
{
	fw_cleanup(fw_kept_clear) struct fw_kept now = {0};
	int r = fw_kept_read(db, kept->kind, kept->texts[0] ? kept->texts[0] : "", &now);

	if (r < 0) {
		return r;
	}
	kept->exists = now.exists;
	kept->closed = now.closed;
	for (unsigned i = 0; i < kinds[kept->kind].count; i++) {
		if (!kept->texts[i]) {
			fw_kept_set(kept, i,
				now.exists ? now.texts[i] : kinds[kept->kind].fields[i].fallback);
		}
	}
	return 0;
}

/* --- writing ---------------------------------------------------------------------------------------- */

static const char *const writes[FW_KEPT_KINDS] = {
	[FW_KEPT_AREA] =
		"INSERT INTO area (code, name, kind, parent, body, latitude_e6, longitude_e6)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (code) DO UPDATE SET name = ?2,"
		" kind = ?3, parent = ?4, body = ?5, latitude_e6 = ?6, longitude_e6 = ?7",
	[FW_KEPT_BODY] =
		"INSERT INTO body (id, name, kind, area, superior, phone)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET name = ?2,"
		" kind = ?3, area = ?4, superior = ?5, phone = ?6",
	[FW_KEPT_HALL] =
		"INSERT INTO hall (id, name, area, latitude_e6, longitude_e6, line_mbit,"
		" ring_seconds, overflow_seconds, ring_group, patience_seconds, holidays_open)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE"
		" SET name = ?2, area = ?3, latitude_e6 = ?4, longitude_e6 = ?5, line_mbit = ?6,"
		" ring_seconds = ?7, overflow_seconds = ?8, ring_group = ?9, patience_seconds = "
		"?10,"
		" holidays_open = ?11",
	[FW_KEPT_WINDOW] =
		"INSERT INTO service_window (id, name, hall, applicant, home, reserved_account, "
		"phone,"
		" department, all_items) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		" ON CONFLICT (id) DO UPDATE SET name = ?2, hall = ?3, applicant = ?4, home = ?5,"
		" reserved_account = ?6, phone = ?7, department = ?8, all_items = ?9",
	[FW_KEPT_ACCOUNT] =
		("INSERT INTO account (id, name, phone, password_hash, must_change_password)"
		 " VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT (id) DO UPDATE SET name = ?2, phone = "
		 "?3"),
};

static struct fw_db_value value_of(const struct fw_field *field, const char *text)
{
	int64_t e6 = 0;

	if (field->type == FW_FIELD_ITEMS) {
		return fw_db_int(!text[0]); /* all_items */
	}
	if (!text[0]) {
		return fw_db_null();
	}
	switch (field->type) {
	case FW_FIELD_NUMBER:
	case FW_FIELD_FLAG:
		return fw_db_int(g_ascii_strtoll(text, NULL, 10));
	case FW_FIELD_DEGREES:
		return fw_degrees_parse(text, &e6) ? fw_db_int(e6) : fw_db_null();
	default:
		return fw_db_text(text);
	}
}

struct hours {
	struct fw_db *db;
	const char *hall;
	int result;
};

static bool store_span(void *user, int weekday, int begin_minute, int end_minute)
{
	struct hours *hours = user;

	hours->result = fw_db_run(hours->db,
		"INSERT INTO office_hours (hall, weekday, begin_minute, end_minute)"
		" VALUES (?1, ?2, ?3, ?4)",
		FW_DB_VALUES(fw_db_text(hours->hall), fw_db_int(weekday), fw_db_int(begin_minute),
			fw_db_int(end_minute)),
		NULL);
	return hours->result >= 0;
}

static int store_hours(struct fw_db *db, const char *hall, const char *text)
{
	struct hours hours = {.db = db, .hall = hall};
	int r = fw_db_run(db, "DELETE FROM office_hours WHERE hall = ?1",
		FW_DB_VALUES(fw_db_text(hall)), NULL);

	if (r >= 0 && !fw_hours_parse(text, store_span, &hours)) {
		return hours.result < 0 ? hours.result : -EBADMSG;
	}
	return r;
}

static int store_words(struct fw_db *db, const struct fw_kept *kept, const char *clear,
	const char *insert, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 0);
	int r = fw_db_run(db, clear, FW_DB_VALUES(fw_db_text(kept->texts[0])), NULL);

	for (unsigned i = 0; r >= 0 && words[i]; i++) {
		char *second = strchr(words[i], '@');

		if (second) {
			*second++ = '\0';
		}
		if (words[i][0]) {
			r = fw_db_run(db, insert,
				(const struct fw_db_value[]){fw_db_text(kept->texts[0]),
					fw_db_text(words[i]), fw_db_text(second)},
				second ? 3 : 2, NULL);
		}
	}
	return r;
}

int fw_kept_store(struct fw_db *db, const struct fw_kept *kept, const char *hash)
{
	const struct fw_kind *kind = &kinds[kept->kind];
	struct fw_db_value values[FW_FIELDS_MAX] = {0};
	size_t count = 0;
	int r = 0;

	for (unsigned i = 0; i < kind->count; i++) {
		enum fw_field_type type = kind->fields[i].type;

		if (type != FW_FIELD_HOURS && type != FW_FIELD_ROLES) {
			values[count++] = value_of(&kind->fields[i], kept->texts[i]);
		}
	}
	if (kept->kind == FW_KEPT_ACCOUNT) {
		values[count++] = fw_db_text(hash ? hash : "");
	}
	r = fw_db_run(db, writes[kept->kind], values, count, NULL);
	for (unsigned i = 0; r >= 0 && i < kind->count; i++) {
		if (kind->fields[i].type == FW_FIELD_HOURS) {
			r = store_hours(db, kept->texts[0], kept->texts[i]);
		} else if (kind->fields[i].type == FW_FIELD_ITEMS) {
			r = store_words(db, kept,
				"DELETE FROM window_item WHERE service_window = ?1",
				"INSERT INTO window_item (service_window, item) VALUES (?1, ?2)"
				" ON CONFLICT DO NOTHING",
				kept->texts[i]);
		} else if (kind->fields[i].type == FW_FIELD_ROLES) {
			r = store_words(db, kept, "DELETE FROM account_role WHERE account = ?1",
				"INSERT INTO account_role (account, role, area) VALUES (?1, ?2, ?3)"
				" ON CONFLICT DO NOTHING",
				kept->texts[i]);
		}
	}
	return MIN(r, 0);
}
