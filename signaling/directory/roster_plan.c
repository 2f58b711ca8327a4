/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/roster_plan.h"

#include "signaling/directory/roster.h"

#include <stdarg.h>
#include <string.h>

#define DAYS_MAX  7
#define YEARS     2 /* ahead */
#define A_YEAR_US (366 * FW_DAY_US)

struct planning {
	struct fw_check *check;
	const struct fw_hall *hall;
	struct fw_roster_day *day; /* being read */
};

static void complain(struct planning *planning, const char *field, const char *code,
	const char *text, const char *format, ...) G_GNUC_PRINTF(5, 6);

static void complain(struct planning *planning, const char *field, const char *code,
	const char *text, const char *format, ...)
{
	g_autofree char *value = NULL;
	va_list arguments;

	va_start(arguments, format);
	value = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	fw_check_fault(planning->check, 0, field, value, code, text);
}

static void free_day(void *day_void)
{
	struct fw_roster_day *day = day_void;

	g_array_free(day->turns, TRUE);
	g_free(day);
}

/* Names the first one of the window's that it overlaps. */
static void check_overlap(struct planning *planning, const char *day, const struct fw_place *place,
	struct fw_minutes span, const char *text)
{
	const GArray *turns = planning->day->turns;

	for (guint i = 0; i < turns->len; i++) {
		const struct fw_roster_turn *turn = &g_array_index(turns, struct fw_roster_turn, i);
		char other[FW_SPAN_TEXT_SIZE];

		if (turn->place == place && span.begin < turn->span.end &&
			turn->span.begin < span.end) {
			fw_calendar_span_format(turn->span.begin, turn->span.end, other);
			complain(planning, "spans", "overlap", "同一窗口的两段时间重叠",
				"%s %s %s、%s", day, place->name, other, text);
			return;
		}
	}
}

static int read_span(struct planning *planning, const char *day, const struct fw_place *place,
	const json_t *value)
{
	struct fw_roster_turn turn = {.place = place};
	const char *text = json_string_value(value);

	if (!text) {
		return FW_CODE_MALFORMED;
	}
	if (fw_calendar_span_parse(text, &turn.span.begin, &turn.span.end) < 0) {
		complain(planning, "spans", "form", "时间应写作 08:30-12:00 的样子", "%s %s %s",
			day, place->name, text);
		return 0;
	}
	check_overlap(planning, day, place, turn.span, text);
	g_array_append_val(planning->day->turns, turn);
	return 0;
}

static bool is_planned(const struct planning *planning, const struct fw_place *place)
{
	const GArray *turns = planning->day->turns;

	for (guint i = 0; i < turns->len; i++) {
		if (g_array_index(turns, struct fw_roster_turn, i).place == place) {
			return true;
		}
	}
	return false;
}

static int read_window(struct planning *planning, const char *day, const json_t *window)
{
	const char *id = json_string_value(json_object_get(window, "window"));
	const json_t *spans = json_object_get(window, "spans");
	const struct fw_place *place =
		id ? fw_catalogue_place(planning->check->desk->catalogue, id) : NULL;
	int r = 0;

	if (!id || !json_is_array(spans)) {
		return FW_CODE_MALFORMED;
	}
	if (!place || place->hall != planning->hall || !place->home || place->closed) {
		complain(planning, "windows", "unknown", "不是这个大厅在用的属地窗口", "%s %s", day,
			id);
		return 0;
	}
	if (is_planned(planning, place)) {
		complain(planning, "windows", "duplicate", "这个窗口在这一天出现了两次", "%s %s",
			day, place->name);
		return 0;
	}
	if (json_array_size(spans) > FW_ROSTER_SPANS_MAX) {
		complain(planning, "spans", "too_many", "一个窗口一天最多排 8 段", "%s %s", day,
			place->name);
		return 0;
	}
	for (size_t i = 0; r == 0 && i < json_array_size(spans); i++) {
		r = read_span(planning, day, place, json_array_get(spans, i));
	}
	return r;
}

static void check_day(struct planning *planning, const char *text)
{
	int64_t now_us = planning->check->desk->now_us;
	int day = planning->day->day;

	if (day < fw_calendar_day(now_us)) {
		complain(planning, "days", "past", "过去的日子不能再排", "%s", text);
	} else if (fw_calendar_day_begins_us(day) > now_us + YEARS * A_YEAR_US) {
		complain(planning, "days", "outside", "最多提前两年排班", "%s", text);
	}
}

static int read_day(struct planning *planning, const json_t *value)
{
	const char *text = json_string_value(json_object_get(value, "day"));
	const json_t *windows = json_object_get(value, "windows");
	int r = 0;

	if (!text || fw_calendar_day_parse(text, &planning->day->day) < 0 ||
		(!json_is_null(windows) && !json_is_array(windows))) {
		return FW_CODE_MALFORMED;
	}
	check_day(planning, text);
	for (size_t i = 0; r == 0 && i < json_array_size(windows); i++) {
		r = read_window(planning, text, json_array_get(windows, i));
	}
	if (r == 0 && json_is_array(windows) && planning->day->turns->len == 0) {
		complain(planning, "windows", "required",
			"没有一个窗口值班；当天不开放请登记临时关闭，或改回默认排班", "%s", text);
	}
	return r;
}

int fw_roster_plan(struct fw_check *check, const struct fw_hall *hall, const json_t *days,
	GPtrArray **ret_days)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_day);
	struct planning planning = {.check = check, .hall = hall};
	int r = 0;

	if (!json_is_array(days) || json_array_size(days) == 0 || json_array_size(days) > DAYS_MAX) {
		return FW_CODE_MALFORMED;
	}
	for (size_t i = 0; r == 0 && i < json_array_size(days); i++) {
		planning.day = g_new0(struct fw_roster_day, 1);
		planning.day->turns = g_array_new(FALSE, FALSE, sizeof(struct fw_roster_turn));
		g_ptr_array_add(all, planning.day);
		r = read_day(&planning, json_array_get(days, i));
		for (size_t n = 0; r == 0 && n < i; n++) {
			const struct fw_roster_day *other = g_ptr_array_index(all, n);

			r = other->day == planning.day->day ? FW_CODE_MALFORMED : 0;
		}
	}
	if (r == 0) {
		*ret_days = g_steal_pointer(&all);
	}
	return r;
}
