/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/roster.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/check.h"
#include "signaling/directory/duty.h"
#include "signaling/directory/roster_plan.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "duty"

#define WEEK 7

int fw_roster_hall(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_hall **ret_hall)
{
	const char *id = json_string_value(json_object_get(question->params, "hall"));
	const struct fw_hall *hall = id ? g_hash_table_lookup(desk->catalogue->halls, id) : NULL;

	if (!hall) {
		return FW_CODE_NOT_FOUND;
	}
	if (!fw_person_may(question->session->account->person, FW_RIGHT_ROSTER, hall->area)) {
		return FW_CODE_FORBIDDEN;
	}
	*ret_hall = hall;
	return 0;
}

int fw_duty_halls_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_ROSTER);
}

/* --- the week shown ------------------------------------------------------------------------------------ */

static gint by_id(gconstpointer left_pointer, gconstpointer right_pointer)
{
	const struct fw_place *left = *(const struct fw_place *const *)left_pointer;
	const struct fw_place *right = *(const struct fw_place *const *)right_pointer;

	return strcmp(left->id, right->id);
}

static GPtrArray *home_windows(const struct fw_hall *hall)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < hall->area->windows->len; i++) {
		struct fw_place *place = g_ptr_array_index(hall->area->windows, i);

		if (place->hall == hall && place->home) {
			g_ptr_array_add(found, place);
		}
	}
	g_ptr_array_sort(found, by_id);
	return found;
}

static void render_span(struct fw_json *json, int begin, int end)
{
	char text[FW_SPAN_TEXT_SIZE];

	fw_calendar_span_format(begin, end, text);
	fw_json_text(json, NULL, text);
}

/* Which days of the week have rows of their own; a window's spans of a day by "window day". */
struct rows {
	bool planned[WEEK];
	GHashTable *spans; /* key, owned -> GArray of struct fw_minutes */
};

static char *key_of(const char *window, int day)
{
	return g_strdup_printf("%s %d", window, day);
}

static void free_array(void *array)
{
	g_array_free(array, TRUE);
}

static int read_rows(
	struct fw_desk *desk, const struct fw_hall *hall, const int days[WEEK], struct rows *rows)
{
	fw_cleanup(fw_db_done) struct fw_statement *found = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT service_window, day, begin_minute, end_minute FROM duty WHERE hall = ?1"
		" AND day BETWEEN ?2 AND ?3 ORDER BY day, service_window, begin_minute",
		FW_DB_VALUES(fw_db_text(hall->id), fw_db_int(days[0]), fw_db_int(days[WEEK - 1])),
		&found);

	while (r >= 0 && (r = fw_db_step(found)) > 0) {
		int day = (int)fw_db_column_int(found, 1);
		struct fw_minutes span = {
			(int)fw_db_column_int(found, 2), (int)fw_db_column_int(found, 3)};
		char *key = key_of(fw_db_column_text(found, 0), day);
		GArray *spans = g_hash_table_lookup(rows->spans, key);

		for (int i = 0; i < WEEK; i++) {
			rows->planned[i] = rows->planned[i] || days[i] == day;
		}
		if (spans) {
			g_free(key);
		} else {
			spans = g_array_new(FALSE, FALSE, sizeof(span));
			g_hash_table_insert(rows->spans, key, spans);
		}
		g_array_append_val(spans, span);
	}
	return MIN(r, 0);
}

/* "name" of the holiday or of the day worked; null: an ordinary day. */
static int render_holiday(struct fw_desk *desk, struct fw_json *json, int day)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db, "SELECT name FROM holiday WHERE day = ?1",
		FW_DB_VALUES(fw_db_int(day)), &rows);

	if (r >= 0 && (r = fw_db_step(rows)) >= 0) {
		fw_json_text(json, "holiday", r > 0 ? fw_db_column_text(rows, 0) : NULL);
	}
	return MIN(r, 0);
}

static int render_days(struct fw_desk *desk, struct fw_json *json, const struct fw_hall *hall,
	const int days[WEEK], const struct rows *rows)
{
	struct fw_minutes open[FW_OPEN_SPANS_MAX];
	int r = 0;

	fw_json_open(json, "days", '[');
	for (int i = 0; r >= 0 && i < WEEK; i++) {
		unsigned count = fw_calendar_open_spans(desk->calendar, hall->id, days[i], open);
		char date[FW_DAY_TEXT_SIZE];

		fw_calendar_day_format(days[i], date);
		fw_json_open(json, NULL, '{');
		fw_json_text(json, "day", date);
		fw_json_bool(json, "past", days[i] < fw_calendar_day(desk->now_us));
		fw_json_bool(json, "planned", rows->planned[i]);
		r = render_holiday(desk, json, days[i]);
		fw_json_open(json, "open", '[');
		for (unsigned n = 0; n < count; n++) {
			render_span(json, open[n].begin, open[n].end);
		}
		fw_json_close(json, ']');
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

/* On a day without rows of its own: what holds then, the whole of the office hours. */
static void render_window(struct fw_desk *desk, struct fw_json *json, const struct fw_place *place,
	const int days[WEEK], const struct rows *rows)
{
	struct fw_minutes open[FW_OPEN_SPANS_MAX];

	fw_json_open(json, NULL, '{');
	fw_json_text(json, "id", place->id);
	fw_json_text(json, "name", place->name);
	fw_json_bool(json, "department", place->department != NULL);
	fw_json_open(json, "spans", '[');
	for (int i = 0; i < WEEK; i++) {
		g_autofree char *key = key_of(place->id, days[i]);
		const GArray *own = g_hash_table_lookup(rows->spans, key);
		const struct fw_minutes *spans = own ? (const void *)own->data : open;
		unsigned count = own ? own->len : 0;

		if (!rows->planned[i]) {
			count = fw_calendar_open_spans(
				desk->calendar, place->hall->id, days[i], open);
		}
		fw_json_open(json, NULL, '[');
		for (unsigned n = 0; n < count; n++) {
			render_span(json, spans[n].begin, spans[n].end);
		}
		fw_json_close(json, ']');
	}
	fw_json_close(json, ']');
	fw_json_close(json, '}');
}

static int render_week(struct fw_desk *desk, struct fw_json *json, const struct fw_hall *hall,
	const int days[WEEK])
{
	g_autoptr(GPtrArray) windows = home_windows(hall);
	struct rows rows = {
		.spans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_array)};
	char date[FW_DAY_TEXT_SIZE];
	int r = read_rows(desk, hall, days, &rows);

	fw_json_open(json, NULL, '{');
	fw_json_open(json, "hall", '{');
	fw_json_text(json, "id", hall->id);
	fw_json_text(json, "name", hall->name);
	fw_json_close(json, '}');
	fw_calendar_day_format(days[0], date);
	fw_json_text(json, "monday", date);
	if (r >= 0) {
		r = render_days(desk, json, hall, days, &rows);
	}
	fw_json_open(json, "windows", '[');
	for (guint i = 0; i < windows->len; i++) {
		render_window(desk, json, g_ptr_array_index(windows, i), days, &rows);
	}
	fw_json_close(json, ']');
	fw_json_close(json, '}');
	g_hash_table_destroy(rows.spans);
	return r;
}

/* The days of the week in which `day` lies, Monday first. */
static void week_of(int day, int ret_days[WEEK])
{
	int64_t noon_us = fw_calendar_day_begins_us(day) + FW_DAY_US / 2;

	for (int i = 0; i < WEEK; i++) {
		ret_days[i] =
			fw_calendar_day(noon_us + (i + 1 - fw_calendar_weekday(day)) * FW_DAY_US);
	}
}

int fw_duty_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *text = json_string_value(json_object_get(question->params, "week"));
	int day = fw_calendar_day(desk->now_us), days[WEEK];
	const struct fw_hall *hall;
	struct fw_json json;
	int r = fw_roster_hall(desk, question, &hall);

	if (r != 0) {
		return r;
	}
	if (text && text[0] && fw_calendar_day_parse(text, &day) < 0) {
		return FW_CODE_MALFORMED;
	}
	week_of(day, days);
	fw_json_init(&json);
	r = render_week(desk, &json, hall, days);
	if (r < 0) {
		fw_json_clear(&json);
		return r;
	}
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}

/* --- the week set ---------------------------------------------------------------------------------------- */

static int store_day(
	struct fw_desk *desk, const struct fw_hall *hall, const struct fw_roster_day *day)
{
	int r = fw_db_run(desk->setup.db, "DELETE FROM duty WHERE hall = ?1 AND day = ?2",
		FW_DB_VALUES(fw_db_text(hall->id), fw_db_int(day->day)), NULL);

	for (guint i = 0; r >= 0 && i < day->turns->len; i++) {
		const struct fw_roster_turn *turn =
			&g_array_index(day->turns, struct fw_roster_turn, i);

		r = fw_db_run(desk->setup.db,
			"INSERT INTO duty (hall, day, service_window, begin_minute, end_minute)"
			" VALUES (?1, ?2, ?3, ?4, ?5)",
			FW_DB_VALUES(fw_db_text(hall->id), fw_db_int(day->day),
				fw_db_text(turn->place->id), fw_db_int(turn->span.begin),
				fw_db_int(turn->span.end)),
			NULL);
	}
	return r;
}

/* One row of the log per day and, if it has turns of its own, per window: none grows with the hall. */
static int log_window(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_roster_day *day, guint first, guint *ret_next)
{
	const struct fw_roster_turn *turns = (const void *)day->turns->data;
	g_autofree char *detail = NULL;
	struct fw_json json;
	guint i = first;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "hall", turns[first].place->hall->id);
	fw_json_int(&json, "day", day->day);
	fw_json_open(&json, "spans", '[');
	for (; i < day->turns->len && turns[i].place == turns[first].place; i++) {
		fw_json_open(&json, NULL, '[');
		fw_json_int(&json, NULL, turns[i].span.begin);
		fw_json_int(&json, NULL, turns[i].span.end);
		fw_json_close(&json, ']');
	}
	fw_json_close(&json, ']');
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	*ret_next = i;
	return fw_deed(desk, question->session->account, NULL, "duty.window", "window",
		turns[first].place->id, detail);
}

static int log_day(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_hall *hall, const struct fw_roster_day *day)
{
	g_autofree char *detail = g_strdup_printf(
		"{\"day\":%d,\"planned\":%s}", day->day, day->turns->len > 0 ? "true" : "false");
	int r = fw_deed(
		desk, question->session->account, NULL, "duty.day", "hall", hall->id, detail);

	for (guint i = 0; r >= 0 && i < day->turns->len;) {
		r = log_window(desk, question, day, i, &i);
	}
	return r;
}

int fw_duty_set_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	g_autoptr(GPtrArray) days = NULL;
	const struct fw_hall *hall;
	int r = fw_roster_hall(desk, question, &hall);

	fw_check_init(&check, desk, question->session->account->person);
	if (r == 0 && hall->closed) {
		r = FW_CODE_WRONG_STATE;
	}
	if (r == 0) {
		r = fw_roster_plan(&check, hall, json_object_get(question->params, "days"), &days);
	}
	if (r != 0) {
		return r;
	}
	if (check.faults->len > 0) {
		return fw_check_refuse(&check, question->request);
	}
	for (guint i = 0; i < days->len; i++) {
		const struct fw_roster_day *day = g_ptr_array_index(days, i);

		if ((r = store_day(desk, hall, day)) < 0 ||
			(r = log_day(desk, question, hall, day)) < 0) {
			return r;
		}
	}
	fw_duty_changed(desk);
	fw_info("duty set hall=%s days=%u", hall->id, days->len);
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}
