/* SPDX-License-Identifier: Apache-2.0 */
/* The yearly tables of holidays and make-up days (docs/PROTOCOL-OFFICE.md): shown to everybody, taken in a year at a
 * time by an administrator of the whole. */
#include "base/crypto.h"
#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/access.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/check.h"
#include "signaling/directory/organisation.h"
#include "signaling/directory/year.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "calendar"

#define YEARS_MAX 200

static bool year_of(const struct fw_http_question *question, int *ret_year)
{
	const char *text = json_string_value(json_object_get(question->params, "year"));
	int64_t year;

	if (!text || strlen(text) != 4 ||
		!g_ascii_string_to_signed(text, 10, FW_YEAR_FIRST, FW_YEAR_LAST, &year, NULL)) {
		return false;
	}
	*ret_year = (int)year;
	return true;
}

static void answer(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_json *json)
{
	fw_json_close(json, '}');
	fw_http_answer(desk, question->request, 200, fw_json_steal(json), NULL);
}

/* --- showing -------------------------------------------------------------------------------------- */

int fw_years_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_json json;
	int r = fw_db_query(desk->setup.db,
		"SELECT day / 10000, SUM(CASE kind WHEN 'off' THEN 1 ELSE 0 END),"
		" SUM(CASE kind WHEN 'work' THEN 1 ELSE 0 END), MAX(sample) FROM holiday"
		" GROUP BY day / 10000 ORDER BY 1 LIMIT ?1",
		FW_DB_VALUES(fw_db_int(YEARS_MAX)), &rows);

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_open(&json, "years", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(&json, NULL, '{');
		fw_json_int(&json, "year", fw_db_column_int(rows, 0));
		fw_json_int(&json, "off", fw_db_column_int(rows, 1));
		fw_json_int(&json, "work", fw_db_column_int(rows, 2));
		fw_json_bool(&json, "sample", fw_db_column_int(rows, 3) != 0);
		fw_json_close(&json, '}');
	}
	fw_json_close(&json, ']');
	if (r < 0) {
		fw_json_clear(&json);
		return r;
	}
	answer(desk, question, &json);
	return 0;
}

/* The year as the database has it. */
static int read_year(struct fw_desk *desk, int year, GArray **ret_days)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autoptr(GArray) days = g_array_new(FALSE, TRUE, sizeof(struct fw_year_day));
	int r = fw_db_query(desk->setup.db,
		"SELECT day, CASE kind WHEN 'work' THEN hours_of ELSE 0 END, name FROM holiday"
		" WHERE day BETWEEN ?1 AND ?2 ORDER BY day",
		FW_DB_VALUES(fw_db_int(year * 10000), fw_db_int(year * 10000 + 9999)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_year_day day = {.day = (int)fw_db_column_int(rows, 0),
			.hours_of = (int)fw_db_column_int(rows, 1)};

		g_strlcpy(day.name, fw_db_column_text(rows, 2), sizeof(day.name));
		g_array_append_val(days, day);
	}
	*ret_days = r < 0 ? NULL : g_steal_pointer(&days);
	return r;
}

static void render_days(struct fw_json *json, const GArray *days)
{
	fw_json_open(json, "days", '[');
	for (guint i = 0; i < days->len; i++) {
		const struct fw_year_day *day = &g_array_index(days, struct fw_year_day, i);
		char date[FW_DAY_TEXT_SIZE];

		fw_calendar_day_format(day->day, date);
		fw_json_open(json, NULL, '{');
		fw_json_text(json, "day", date);
		fw_json_text(json, "kind", day->hours_of ? "work" : "off");
		fw_json_text(json, "name", day->name);
		fw_json_int(json, "weekday", fw_calendar_weekday(day->day));
		if (day->hours_of) {
			fw_json_int(json, "hours_of", day->hours_of);
		} else {
			fw_json_null(json, "hours_of");
		}
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
}

int fw_year_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	g_autoptr(GArray) days = NULL;
	struct fw_json json;
	int year, r;

	if (!year_of(question, &year)) {
		return FW_CODE_NOT_FOUND;
	}
	if ((r = read_year(desk, year, &days)) < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "year", year);
	fw_json_bool(&json, "sample", fw_year_is_sample(days));
	fw_json_bool(&json, "has_sample", fw_year_sample(year) != NULL);
	render_days(&json, days);
	answer(desk, question, &json);
	return 0;
}

int fw_year_export_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	g_autoptr(GString) csv = g_string_new(NULL);
	g_autoptr(GArray) days = NULL;
	struct fw_json json;
	int year, r;

	if (!year_of(question, &year)) {
		return FW_CODE_NOT_FOUND;
	}
	if ((r = read_year(desk, year, &days)) < 0) {
		return r;
	}
	fw_year_write(days, csv);
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "csv", csv->str);
	answer(desk, question, &json);
	return 0;
}

/* --- taking in -------------------------------------------------------------------------------------- */

static int store_year(struct fw_desk *desk, int year, const GArray *days)
{
	bool sample = fw_year_is_sample(days);
	int r = fw_db_run(desk->setup.db, "DELETE FROM holiday WHERE day BETWEEN ?1 AND ?2",
		FW_DB_VALUES(fw_db_int(year * 10000), fw_db_int(year * 10000 + 9999)), NULL);

	for (guint i = 0; r >= 0 && i < days->len; i++) {
		const struct fw_year_day *day = &g_array_index(days, struct fw_year_day, i);

		r = fw_db_run(desk->setup.db,
			"INSERT INTO holiday (day, kind, name, hours_of, sample)"
			" VALUES (?1, ?2, ?3, ?4, ?5)",
			FW_DB_VALUES(fw_db_int(day->day),
				fw_db_text(day->hours_of ? "work" : "off"), fw_db_text(day->name),
				fw_db_int(day->hours_of ? day->hours_of : 1), fw_db_int(sample)),
			NULL);
	}
	return r;
}

/* The days as they stand now: "off" [MMDD...], "work" [[MMDD,hours of]...]. */
static int log_year(struct fw_desk *desk, const struct fw_http_question *question, int year,
	const GArray *days, const char *sha256)
{
	g_autofree char *object = g_strdup_printf("%d", year), *detail = NULL;
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_bool(&json, "sample", fw_year_is_sample(days));
	fw_json_text(&json, "sha256", sha256);
	for (int worked = 0; worked <= 1; worked++) {
		fw_json_open(&json, worked ? "work" : "off", '[');
		for (guint i = 0; i < days->len; i++) {
			const struct fw_year_day *day = &g_array_index(days, struct fw_year_day, i);

			if ((day->hours_of != 0) != (worked != 0)) {
				continue;
			}
			if (worked) {
				fw_json_open(&json, NULL, '[');
				fw_json_int(&json, NULL, day->day % 10000);
				fw_json_int(&json, NULL, day->hours_of);
				fw_json_close(&json, ']');
			} else {
				fw_json_int(&json, NULL, day->day % 10000);
			}
		}
		fw_json_close(&json, ']');
	}
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	fw_info("holidays taken in year=%d days=%u", year, days->len);
	return fw_deed(desk, question->session->account, NULL, "holidays.imported", "year", object,
		detail);
}

static int apply(struct fw_desk *desk, const struct fw_http_question *question, int year,
	const GArray *days, const char *text)
{
	char sha256[2 * FW_SHA256_BYTES + 1];
	uint8_t digest[FW_SHA256_BYTES];
	int r = fw_sha256(text, strlen(text), digest);

	fw_text_hex_encode(digest, sizeof(digest), sha256);
	if (r < 0 || (r = store_year(desk, year, days)) < 0 ||
		(r = log_year(desk, question, year, days, sha256)) < 0) {
		return r;
	}
	return fw_calendar_reload(desk);
}

static void on_fault(void *check, unsigned line, const char *field, const char *value,
	const char *code, const char *text)
{
	fw_check_fault(check, line, field, value, code, text);
}

/* Checks, and with `wanted` writes; the answer is given. */
static int take_in(struct fw_desk *desk, const struct fw_http_question *question, int year,
	const char *text, bool wanted)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	g_autoptr(GArray) days = NULL;
	struct fw_json json;
	unsigned worked = 0;
	int r;

	fw_check_init(&check, desk, question->session->account->person);
	days = fw_year_parse(text, year, on_fault, &check);
	if (wanted && check.faults->len > 0) {
		return fw_check_refuse(&check, question->request);
	}
	if (wanted && (r = apply(desk, question, year, days, text)) < 0) {
		return r;
	}
	for (guint i = 0; i < days->len; i++) {
		worked += g_array_index(days, struct fw_year_day, i).hours_of != 0;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "off", days->len - worked);
	fw_json_int(&json, "work", worked);
	fw_json_bool(&json, "sample", fw_year_is_sample(days));
	fw_json_bool(&json, "applied", wanted);
	fw_check_render(&check, &json);
	answer(desk, question, &json);
	return 0;
}

/* The table holds for every hall: only who administers the whole changes it. */
static int may_change(struct fw_desk *desk, const struct fw_http_question *question, int *ret_year)
{
	const struct fw_person *person = question->session->account->person;

	(void)desk;
	for (guint i = 0; i < person->roles->len; i++) {
		const struct fw_person_role *role =
			&g_array_index(person->roles, struct fw_person_role, i);

		if (!role->area->parent &&
			fw_permission(role->role, FW_RELATION_OWN, FW_RIGHT_CALENDAR)) {
			return year_of(question, ret_year) ? 0 : FW_CODE_NOT_FOUND;
		}
	}
	return FW_CODE_FORBIDDEN;
}

int fw_year_import_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *wanted = json_string_value(json_object_get(question->params, "apply"));
	g_autofree char *text = NULL;
	const void *bytes;
	gsize size = 0;
	int year, r = may_change(desk, question, &year);

	if (r != 0) {
		return r;
	}
	bytes = question->bytes ? g_bytes_get_data(question->bytes, &size) : NULL;
	if (size > FW_YEAR_FILE_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	text = bytes && size > 0 ? fw_csv_text(bytes, size) : NULL;
	return text ? take_in(desk, question, year, text, wanted && strcmp(wanted, "1") == 0)
		    : FW_CODE_MALFORMED;
}

int fw_year_sample_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int year, r = may_change(desk, question, &year);

	if (r != 0) {
		return r;
	}
	return fw_year_sample(year) ? take_in(desk, question, year, fw_year_sample(year), true)
				    : FW_CODE_NOT_FOUND;
}
