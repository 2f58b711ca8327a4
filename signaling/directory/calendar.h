/* SPDX-License-Identifier: Apache-2.0 */
/* When halls are open and which days are worked: office hours per hall and weekday, the yearly table of
 * holidays and make-up days, exceptional closures. Everything that counts time counts it here.
 *
 * Pure: no clock, no database. Filled once (calendar_load.c, or a test), then only asked; a change makes a
 * new one. Wall clock is Asia/Shanghai, which has had no summer time since 1991: UTC+8.
 *
 * A day is an integer YYYYMMDD; minutes count from midnight, a span is [begin, end), end at most 1440.
 * Owner: whoever created it. Threads: any, one at a time. Errors: -EINVAL a day, weekday or span that does
 * not exist; -EEXIST it overlaps one that is there, or the day is in the table already.
 */
#ifndef FW_SIGNALING_DIRECTORY_CALENDAR_H
#define FW_SIGNALING_DIRECTORY_CALENDAR_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stdint.h>

#define FW_MINUTES_PER_DAY 1440
#define FW_DAY_US          INT64_C(86400000000)
#define FW_MINUTE_US       INT64_C(60000000)
#define FW_SHANGHAI_US     INT64_C(28800000000) /* ahead of UTC */

struct fw_calendar;

struct fw_calendar *fw_calendar_create(void);
void fw_calendar_destroy(struct fw_calendar *calendar);
FW_DEFINE_CLEANUP(struct fw_calendar, fw_calendar_destroy)

/* --- filling ---------------------------------------------------------------------------------- */

/* weekday 1 (Monday) to 7. Spans of one day may touch, not overlap. */
int fw_calendar_add_hours(struct fw_calendar *calendar, const char *hall, int weekday,
	int begin_minute, int end_minute);
/* The hall keeps the hours of its weekday on holidays too. */
void fw_calendar_open_on_holidays(struct fw_calendar *calendar, const char *hall);
int fw_calendar_add_day_off(struct fw_calendar *calendar, int day);
/* A make-up day: halls keep the hours of that weekday. */
int fw_calendar_add_day_worked(struct fw_calendar *calendar, int day, int hours_of_weekday);
int fw_calendar_add_closure(
	struct fw_calendar *calendar, const char *hall, int64_t from_us, int64_t until_us);

/* --- asking ----------------------------------------------------------------------------------- */

/* A hall without hours is never open. */
bool fw_calendar_is_open(const struct fw_calendar *calendar, const char *hall, int64_t at_us);
/* When that may be otherwise next: hours or a closure begin or end, at the latest the day does. */
int64_t fw_calendar_next_change_us(
	const struct fw_calendar *calendar, const char *hall, int64_t at_us);
/* The end of the closure that lasts then, of the last where one begins as another ends; 0: none lasts. */
int64_t fw_calendar_closed_until_us(
	const struct fw_calendar *calendar, const char *hall, int64_t at_us);
/* When the hall is open on that day, in order, closures taken out to the minute; returns how many spans. */
#define FW_OPEN_SPANS_MAX 48
struct fw_minutes {
	int begin, end;
};
unsigned fw_calendar_open_spans(const struct fw_calendar *calendar, const char *hall, int day,
	struct fw_minutes ret_spans[FW_OPEN_SPANS_MAX]);
/* Monday to Friday without days off, and the days worked for them. */
bool fw_calendar_is_working_day(const struct fw_calendar *calendar, int day);
/* The end (24:00) of the days-th working day after the one `from_us` lies in; 0: of that day itself, or of
 * the next working day where it is none. What is handed in on a day off counts from the day before it:
 * one working day after a Saturday ends with Monday. INT64_MAX when the table has no such day in 10 years. */
int64_t fw_calendar_add_working_days(
	const struct fw_calendar *calendar, int64_t from_us, unsigned days);

/* --- days ------------------------------------------------------------------------------------- */

int fw_calendar_day(int64_t at_us);
int fw_calendar_month(int64_t at_us); /* YYYYMM */
int fw_calendar_minute(int64_t at_us); /* of its day, 0 to 1439 */
int fw_calendar_weekday(int day); /* 1 Monday to 7 */
bool fw_calendar_day_exists(int day); /* of the years 1970 to 9999 */
int64_t fw_calendar_day_begins_us(int day); /* of a day that exists */
int fw_calendar_next_day(int day);

/* "2026-10-01"; -EBADMSG not a day that exists. */
int fw_calendar_day_parse(const char *text, int *ret_day);
#define FW_DAY_TEXT_SIZE 11
void fw_calendar_day_format(int day, char ret_text[FW_DAY_TEXT_SIZE]);

/* "08:30-12:00", "00:00-24:00"; -EBADMSG not such a span. */
int fw_calendar_span_parse(const char *text, int *ret_begin_minute, int *ret_end_minute);
#define FW_SPAN_TEXT_SIZE 12
void fw_calendar_span_format(int begin_minute, int end_minute, char ret_text[FW_SPAN_TEXT_SIZE]);

#endif
