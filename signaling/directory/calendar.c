/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKING_DAY_SEARCH 3660 /* days: ten years */

struct span {
	int begin, end; /* minutes */
};

struct closure {
	int64_t from_us, until_us;
};

struct hall_times {
	GArray *hours[8]; /* struct span by weekday 1 to 7; NULL: closed all day */
	GArray *closures;
	bool open_on_holidays;
};

struct fw_calendar {
	GHashTable *halls; /* id -> struct hall_times */
	GHashTable *days; /* day -> 0 off, or the weekday whose hours hold */
};

/* --- its life --------------------------------------------------------------------------------- */

static void free_hall(void *hall_void)
{
	struct hall_times *hall = hall_void;

	for (int i = 1; i <= 7; i++) {
		if (hall->hours[i]) {
			g_array_free(hall->hours[i], TRUE);
		}
	}
	g_array_free(hall->closures, TRUE);
	g_free(hall);
}

struct fw_calendar *fw_calendar_create(void)
{
	struct fw_calendar *calendar = g_new0(struct fw_calendar, 1);

	calendar->halls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_hall);
	calendar->days = g_hash_table_new(g_direct_hash, g_direct_equal);
	return calendar;
}

void fw_calendar_destroy(struct fw_calendar *calendar)
{
	g_hash_table_destroy(calendar->halls);
	g_hash_table_destroy(calendar->days);
	g_free(calendar);
}

/* --- filling ---------------------------------------------------------------------------------- */

static struct hall_times *hall_times(struct fw_calendar *calendar, const char *id)
{
	struct hall_times *hall = g_hash_table_lookup(calendar->halls, id);

	if (!hall) {
		hall = g_new0(struct hall_times, 1);
		hall->closures = g_array_new(FALSE, FALSE, sizeof(struct closure));
		g_hash_table_insert(calendar->halls, g_strdup(id), hall);
	}
	return hall;
}

int fw_calendar_add_hours(struct fw_calendar *calendar, const char *hall_id, int weekday,
	int begin_minute, int end_minute)
{
	struct span span = {begin_minute, end_minute};
	struct hall_times *hall;

	if (weekday < 1 || weekday > 7 || begin_minute < 0 || begin_minute >= end_minute ||
		end_minute > FW_MINUTES_PER_DAY) {
		return -EINVAL;
	}
	hall = hall_times(calendar, hall_id);
	if (!hall->hours[weekday]) {
		hall->hours[weekday] = g_array_new(FALSE, FALSE, sizeof(struct span));
	}
	for (guint i = 0; i < hall->hours[weekday]->len; i++) {
		const struct span *other = &g_array_index(hall->hours[weekday], struct span, i);

		if (begin_minute < other->end && other->begin < end_minute) {
			return -EEXIST;
		}
	}
	g_array_append_val(hall->hours[weekday], span);
	return 0;
}

void fw_calendar_open_on_holidays(struct fw_calendar *calendar, const char *hall)
{
	hall_times(calendar, hall)->open_on_holidays = true;
}

static int add_day(struct fw_calendar *calendar, int day, int weekday)
{
	if (!fw_calendar_day_exists(day) || weekday < 0 || weekday > 7) {
		return -EINVAL;
	}
	if (g_hash_table_contains(calendar->days, GINT_TO_POINTER(day))) {
		return -EEXIST;
	}
	g_hash_table_insert(calendar->days, GINT_TO_POINTER(day), GINT_TO_POINTER(weekday));
	return 0;
}

int fw_calendar_add_day_off(struct fw_calendar *calendar, int day)
{
	return add_day(calendar, day, 0);
}

int fw_calendar_add_day_worked(struct fw_calendar *calendar, int day, int hours_of_weekday)
{
	return hours_of_weekday == 0 ? -EINVAL : add_day(calendar, day, hours_of_weekday);
}

int fw_calendar_add_closure(
	struct fw_calendar *calendar, const char *hall, int64_t from_us, int64_t until_us)
{
	struct closure closure = {from_us, until_us};

	if (from_us >= until_us) {
		return -EINVAL;
	}
	g_array_append_val(hall_times(calendar, hall)->closures, closure);
	return 0;
}

/* --- asking ----------------------------------------------------------------------------------- */

/* True if the table names the day. *ret_weekday: 0 off, else whose hours hold. */
static bool listed(const struct fw_calendar *calendar, int day, int *ret_weekday)
{
	void *value;

	if (!g_hash_table_lookup_extended(calendar->days, GINT_TO_POINTER(day), NULL, &value)) {
		return false;
	}
	*ret_weekday = GPOINTER_TO_INT(value);
	return true;
}

static const struct closure *closure_at(const struct hall_times *hall, int64_t at_us)
{
	for (guint i = 0; i < hall->closures->len; i++) {
		const struct closure *closure = &g_array_index(hall->closures, struct closure, i);

		if (closure->from_us <= at_us && at_us < closure->until_us) {
			return closure;
		}
	}
	return NULL;
}

/* 0: a day off. */
static int weekday_whose_hours_hold(
	const struct fw_calendar *calendar, const struct hall_times *hall, int day)
{
	int weekday;

	return !listed(calendar, day, &weekday) || (weekday == 0 && hall->open_on_holidays)
		? fw_calendar_weekday(day)
		: weekday;
}

bool fw_calendar_is_open(const struct fw_calendar *calendar, const char *hall_id, int64_t at_us)
{
	const struct hall_times *hall = g_hash_table_lookup(calendar->halls, hall_id);
	int minute = fw_calendar_minute(at_us), weekday;

	if (!hall || closure_at(hall, at_us)) {
		return false;
	}
	weekday = weekday_whose_hours_hold(calendar, hall, fw_calendar_day(at_us));
	for (guint i = 0; hall->hours[weekday] && i < hall->hours[weekday]->len; i++) {
		const struct span *span = &g_array_index(hall->hours[weekday], struct span, i);

		if (span->begin <= minute && minute < span->end) {
			return true;
		}
	}
	return false;
}

/* The earlier of the two that still lies ahead. */
static int64_t sooner(int64_t next_us, int64_t other_us, int64_t at_us)
{
	return other_us > at_us ? MIN(next_us, other_us) : next_us;
}

int64_t fw_calendar_next_change_us(
	const struct fw_calendar *calendar, const char *hall_id, int64_t at_us)
{
	const struct hall_times *hall = g_hash_table_lookup(calendar->halls, hall_id);
	int day = fw_calendar_day(at_us), weekday;
	int64_t midnight_us = fw_calendar_day_begins_us(day), next_us = midnight_us + FW_DAY_US;

	if (!hall) {
		return next_us;
	}
	weekday = weekday_whose_hours_hold(calendar, hall, day);
	for (guint i = 0; hall->hours[weekday] && i < hall->hours[weekday]->len; i++) {
		const struct span *span = &g_array_index(hall->hours[weekday], struct span, i);

		next_us = sooner(next_us, midnight_us + span->begin * FW_MINUTE_US, at_us);
		next_us = sooner(next_us, midnight_us + span->end * FW_MINUTE_US, at_us);
	}
	for (guint i = 0; i < hall->closures->len; i++) {
		const struct closure *closure = &g_array_index(hall->closures, struct closure, i);

		next_us = sooner(next_us, closure->from_us, at_us);
		next_us = sooner(next_us, closure->until_us, at_us);
	}
	return next_us;
}

int64_t fw_calendar_closed_until_us(
	const struct fw_calendar *calendar, const char *hall_id, int64_t at_us)
{
	const struct hall_times *hall = g_hash_table_lookup(calendar->halls, hall_id);
	const struct closure *closure;
	int64_t until_us = 0;

	while (hall && (closure = closure_at(hall, MAX(at_us, until_us)))) {
		until_us = closure->until_us;
	}
	return until_us;
}

/* Leaves of the spans what the closure does not cover. */
static unsigned take_out(struct fw_minutes *spans, unsigned count, int begin, int end)
{
	struct fw_minutes left[FW_OPEN_SPANS_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++) {
		struct fw_minutes before = {spans[i].begin, MIN(spans[i].end, begin)};
		struct fw_minutes behind = {MAX(spans[i].begin, end), spans[i].end};

		if (before.begin < before.end && n < FW_OPEN_SPANS_MAX) {
			left[n++] = before;
		}
		if (behind.begin < behind.end && n < FW_OPEN_SPANS_MAX) {
			left[n++] = behind;
		}
	}
	memcpy(spans, left, n * sizeof(left[0]));
	return n;
}

static int compare_spans(const void *left_void, const void *right_void)
{
	const struct fw_minutes *left = left_void, *right = right_void;

	return left->begin - right->begin;
}

unsigned fw_calendar_open_spans(const struct fw_calendar *calendar, const char *hall_id, int day,
	struct fw_minutes ret_spans[FW_OPEN_SPANS_MAX])
{
	const struct hall_times *hall = g_hash_table_lookup(calendar->halls, hall_id);
	int64_t midnight_us = fw_calendar_day_begins_us(day);
	unsigned count = 0;
	int weekday;

	if (!hall) {
		return 0;
	}
	weekday = weekday_whose_hours_hold(calendar, hall, day);
	for (guint i = 0; hall->hours[weekday] && i < hall->hours[weekday]->len; i++) {
		const struct span *span = &g_array_index(hall->hours[weekday], struct span, i);

		if (count < FW_OPEN_SPANS_MAX) {
			ret_spans[count++] = (struct fw_minutes){span->begin, span->end};
		}
	}
	for (guint i = 0; i < hall->closures->len; i++) {
		const struct closure *closure = &g_array_index(hall->closures, struct closure, i);
		int64_t from = closure->from_us - midnight_us,
			until = closure->until_us - midnight_us;

		if (from < FW_DAY_US && until > 0) { /* a minute begun is closed */
			count = take_out(ret_spans, count, (int)(MAX(from, 0) / FW_MINUTE_US),
				(int)((MIN(until, FW_DAY_US) + FW_MINUTE_US - 1) / FW_MINUTE_US));
		}
	}
	qsort(ret_spans, count, sizeof(ret_spans[0]), compare_spans);
	return count;
}

bool fw_calendar_is_working_day(const struct fw_calendar *calendar, int day)
{
	int weekday;

	return listed(calendar, day, &weekday) ? weekday != 0 : fw_calendar_weekday(day) <= 5;
}

int64_t fw_calendar_add_working_days(
	const struct fw_calendar *calendar, int64_t from_us, unsigned days)
{
	int day = fw_calendar_day(from_us);

	if (days == 0) {
		days = fw_calendar_is_working_day(calendar, day) ? 0 : 1;
	}
	for (int i = 0; days > 0; i++) {
		if (i == WORKING_DAY_SEARCH) {
			return INT64_MAX;
		}
		day = fw_calendar_next_day(day);
		if (fw_calendar_is_working_day(calendar, day)) {
			days--;
		}
	}
	return fw_calendar_day_begins_us(day) + FW_DAY_US;
}

/* --- days ------------------------------------------------------------------------------------- */

/* Days since 1970-01-01 in Asia/Shanghai, rounded down. */
static int64_t day_number(int64_t at_us)
{
	int64_t local = at_us + FW_SHANGHAI_US, days = local / FW_DAY_US;

	return local % FW_DAY_US < 0 ? days - 1 : days;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Proleptic Gregorian, with years that begin in March, so that the odd day is the last. */
static int64_t number_of_day(int day)
{
	int year = day / 10000, month = day / 100 % 100, of_month = day % 100;
	int64_t shifted = month <= 2 ? year - 1 : year;
	int64_t era = shifted / 400, year_of_era = shifted - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + of_month - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static int day_of_number(int64_t number)
{
	int64_t since = number + 719468, era = since / 146097, of_era = since - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t shifted = (5 * of_year + 2) / 153;
	int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;

	year += era * 400 + (month <= 2);
	return (int)(year * 10000 + month * 100 + of_year - (153 * shifted + 2) / 5 + 1);
}

int fw_calendar_day(int64_t at_us)
{
	return day_of_number(day_number(at_us));
}

int fw_calendar_month(int64_t at_us)
{
	return fw_calendar_day(at_us) / 100;
}

int fw_calendar_minute(int64_t at_us)
{
	return (int)((at_us + FW_SHANGHAI_US - day_number(at_us) * FW_DAY_US) / FW_MINUTE_US);
}

int fw_calendar_weekday(int day)
{
	return (int)((number_of_day(day) + 3) % 7) + 1; /* 1970-01-01 was a Thursday */
}

bool fw_calendar_day_exists(int day)
{
	int year = day / 10000, month = day / 100 % 100, of_month = day % 100;

	return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && of_month >= 1 &&
		of_month <= days_of_month(year, month);
}

int64_t fw_calendar_day_begins_us(int day)
{
	return number_of_day(day) * FW_DAY_US - FW_SHANGHAI_US;
}

int fw_calendar_next_day(int day)
{
	return day_of_number(number_of_day(day) + 1);
}

/* The digits of `text`, which has exactly the shape ('d' stands for one), as one number; -1: it has not. */
static int digits(const char *text, const char *shape)
{
	int number = 0;

	if (strlen(text) != strlen(shape)) {
		return -1;
	}
	for (size_t i = 0; shape[i]; i++) {
		if (shape[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i]) {
			return -1;
		}
		if (shape[i] == 'd') {
			number = number * 10 + (text[i] - '0');
		}
	}
	return number;
}

int fw_calendar_day_parse(const char *text, int *ret_day)
{
	int day = digits(text, "dddd-dd-dd");

	if (day < 0 || !fw_calendar_day_exists(day)) {
		return -EBADMSG;
	}
	*ret_day = day;
	return 0;
}

void fw_calendar_day_format(int day, char ret_text[FW_DAY_TEXT_SIZE])
{
	(void)snprintf(ret_text, FW_DAY_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)day / 10000 % 10000,
		(unsigned)day / 100 % 100, (unsigned)day % 100);
}

int fw_calendar_span_parse(const char *text, int *ret_begin_minute, int *ret_end_minute)
{
	int number = digits(text, "dd:dd-dd:dd"), begin, end;

	if (number < 0 || number / 10000 % 100 > 59 || number % 100 > 59) {
		return -EBADMSG;
	}
	begin = number / 1000000 * 60 + number / 10000 % 100;
	end = number / 100 % 100 * 60 + number % 100;
	if (begin >= end || end > FW_MINUTES_PER_DAY) {
		return -EBADMSG;
	}
	*ret_begin_minute = begin;
	*ret_end_minute = end;
	return 0;
}

void fw_calendar_span_format(int begin_minute, int end_minute, char ret_text[FW_SPAN_TEXT_SIZE])
{
	(void)snprintf(ret_text, FW_SPAN_TEXT_SIZE, "%02u:%02u-%02u:%02u",
		(unsigned)begin_minute / 60 % 100, (unsigned)begin_minute % 60,
		(unsigned)end_minute / 60 % 100, (unsigned)end_minute % 60);
}
