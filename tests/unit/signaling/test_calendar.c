/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of signaling/directory: hours, days off and worked, closures, working days, dates. */
#include "tests/unit/testing.h"

#include "signaling/directory/calendar.h"

#include <errno.h>

/* 2026-10-08, a Thursday; times of that week by day and minute in Asia/Shanghai. */
static int64_t at(int day, int hour, int minute)
{
	return fw_calendar_day_begins_us(day) + (hour * 60 + minute) * FW_MINUTE_US;
}

static struct fw_calendar *office_week(void)
{
	struct fw_calendar *calendar = fw_calendar_create();

	for (int weekday = 1; weekday <= 5; weekday++) {
		assert_int_equal(fw_calendar_add_hours(calendar, "h", weekday, 510, 720), 0);
		assert_int_equal(fw_calendar_add_hours(calendar, "h", weekday, 870, 1050), 0);
	}
	return calendar;
}

static void knows_its_hours(void **state)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = office_week();

	(void)state;
	assert_false(fw_calendar_is_open(calendar, "h", at(20261109, 8, 29)));
	assert_true(fw_calendar_is_open(calendar, "h", at(20261109, 8, 30)));
	assert_true(fw_calendar_is_open(calendar, "h", at(20261109, 12, 0) - 1));
	assert_false(fw_calendar_is_open(calendar, "h", at(20261109, 12, 0)));
	assert_true(fw_calendar_is_open(calendar, "h", at(20261109, 14, 30)));
	assert_false(fw_calendar_is_open(calendar, "h", at(20261109, 17, 30)));
	assert_false(fw_calendar_is_open(calendar, "h", at(20261114, 10, 0))); /* Saturday */
	assert_false(fw_calendar_is_open(calendar, "unknown", at(20261109, 10, 0)));
}

static void refuses_hours_that_overlap(void **state)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = office_week();

	(void)state;
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 1, 719, 800), -EEXIST);
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 1, 0, 1440), -EEXIST);
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 1, 720, 870), 0); /* touches */
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 0, 0, 1), -EINVAL);
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 8, 0, 1), -EINVAL);
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 6, 10, 10), -EINVAL);
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 6, 0, 1441), -EINVAL);
	assert_int_equal(fw_calendar_add_hours(calendar, "h", 6, -1, 10), -EINVAL);
}

static void keeps_days_off_and_days_worked(void **state)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = office_week();

	(void)state;
	assert_int_equal(fw_calendar_add_day_off(calendar, 20261001), 0);
	assert_int_equal(fw_calendar_add_day_worked(calendar, 20261010, 5), 0);
	assert_int_equal(fw_calendar_add_day_off(calendar, 20261010), -EEXIST);
	assert_int_equal(fw_calendar_add_day_off(calendar, 20261131), -EINVAL);
	assert_int_equal(fw_calendar_add_day_worked(calendar, 20261011, 0), -EINVAL);
	assert_false(fw_calendar_is_open(calendar, "h", at(20261001, 10, 0)));
	assert_true(fw_calendar_is_open(calendar, "h", at(20261010, 10, 0))); /* a Saturday */
	assert_false(fw_calendar_is_working_day(calendar, 20261001));
	assert_true(fw_calendar_is_working_day(calendar, 20261010));
	assert_false(fw_calendar_is_working_day(calendar, 20261011));
	assert_true(fw_calendar_is_working_day(calendar, 20261012));
	fw_calendar_open_on_holidays(calendar, "h");
	assert_true(fw_calendar_is_open(calendar, "h", at(20261001, 10, 0)));
	assert_false(fw_calendar_is_working_day(calendar, 20261001));
}

static void says_when_it_may_change(void **state)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = office_week();
	int64_t noon = at(20261109, 12, 0), typhoon = at(20261109, 10, 20);

	(void)state;
	assert_int_equal(fw_calendar_add_closure(calendar, "h", typhoon, noon), 0);
	assert_int_equal(
		fw_calendar_add_closure(calendar, "h", noon, at(20261110, 9, 0)), 0); /* goes on */
	assert_int_equal(
		fw_calendar_next_change_us(calendar, "h", at(20261109, 0, 0)), at(20261109, 8, 30));
	assert_int_equal(fw_calendar_next_change_us(calendar, "h", at(20261109, 8, 30)), typhoon);
	assert_int_equal(fw_calendar_next_change_us(calendar, "h", typhoon), noon);
	assert_int_equal(fw_calendar_next_change_us(calendar, "h", at(20261109, 17, 30)),
		at(20261110, 0, 0));
	assert_int_equal(
		fw_calendar_next_change_us(calendar, "h", at(20261110, 8, 30)), at(20261110, 9, 0));
	assert_int_equal(
		fw_calendar_next_change_us(calendar, "unknown", typhoon), at(20261110, 0, 0));
	assert_int_equal(fw_calendar_closed_until_us(calendar, "h", typhoon - 1), 0);
	assert_int_equal(fw_calendar_closed_until_us(calendar, "h", typhoon), at(20261110, 9, 0));
	assert_int_equal(fw_calendar_closed_until_us(calendar, "h", at(20261110, 9, 0)), 0);
	assert_int_equal(fw_calendar_closed_until_us(calendar, "unknown", typhoon), 0);
}

static void keeps_closures(void **state)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = office_week();

	(void)state;
	assert_int_equal(
		fw_calendar_add_closure(calendar, "h", at(20261109, 10, 0), at(20261110, 9, 0)), 0);
	assert_int_equal(fw_calendar_add_closure(calendar, "h", 5, 5), -EINVAL);
	assert_true(fw_calendar_is_open(calendar, "h", at(20261109, 10, 0) - 1));
	assert_false(fw_calendar_is_open(calendar, "h", at(20261109, 10, 0)));
	assert_false(fw_calendar_is_open(calendar, "h", at(20261110, 9, 0) - 1));
	assert_true(fw_calendar_is_open(calendar, "h", at(20261110, 9, 0)));
}

static void counts_working_days(void **state)
{
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = office_week();

	(void)state;
	for (int day = 20261001; day <= 20261007; day++) {
		assert_int_equal(fw_calendar_add_day_off(calendar, day), 0);
	}
	assert_int_equal(fw_calendar_add_day_worked(calendar, 20261010, 5), 0);
	/* Wednesday before the holiday: Thursday the 8th is the next working day. */
	assert_int_equal(
		fw_calendar_add_working_days(calendar, at(20260930, 16, 0), 1), at(20261009, 0, 0));
	assert_int_equal(fw_calendar_add_working_days(calendar, at(20260930, 16, 0), 3),
		at(20261011, 0, 0)); /* the 10th is worked */
	assert_int_equal(
		fw_calendar_add_working_days(calendar, at(20260930, 16, 0), 0), at(20261001, 0, 0));
	assert_int_equal(
		fw_calendar_add_working_days(calendar, at(20261003, 16, 0), 0), at(20261009, 0, 0));
	assert_int_equal(
		fw_calendar_add_working_days(calendar, at(20261003, 16, 0), 2), at(20261010, 0, 0));
	assert_int_equal(
		fw_calendar_add_working_days(calendar, at(20261003, 16, 0), 4000), INT64_MAX);
}

static void knows_its_dates(void **state)
{
	int64_t us = at(20240228, 23, 59);
	int day = 0, weekday = 4;

	(void)state;
	assert_int_equal(fw_calendar_day(us), 20240228);
	assert_int_equal(fw_calendar_minute(us), 1439);
	assert_int_equal(fw_calendar_day(us + FW_MINUTE_US), 20240229);
	assert_int_equal(fw_calendar_month(us + FW_MINUTE_US), 202402);
	assert_int_equal(fw_calendar_next_day(20240229), 20240301);
	assert_int_equal(fw_calendar_day(0), 19700101);
	assert_int_equal(fw_calendar_day(-FW_SHANGHAI_US - 1), 19691231);
	assert_int_equal(fw_calendar_minute(-FW_SHANGHAI_US - 1), 1439);
	assert_false(fw_calendar_day_exists(20230229));
	assert_true(fw_calendar_day_exists(20000229));
	assert_false(fw_calendar_day_exists(21000229));
	assert_false(fw_calendar_day_exists(20261301));
	for (day = 19700101; day < 21010101; day = fw_calendar_next_day(day)) {
		assert_true(fw_calendar_day_exists(day));
		assert_int_equal(fw_calendar_weekday(day), weekday);
		assert_int_equal(fw_calendar_day(fw_calendar_day_begins_us(day)), day);
		weekday = weekday % 7 + 1;
	}
}

static void reads_and_writes_days(void **state)
{
	static const char *const wrong[] = {"", "2026-10-1", "2026-13-01", "2026-02-29",
		"2026/10/01", "2026-10-011", "20261001"};
	char text[FW_DAY_TEXT_SIZE];
	int day = 0;

	(void)state;
	assert_int_equal(fw_calendar_day_parse("2026-10-01", &day), 0);
	assert_int_equal(day, 20261001);
	fw_calendar_day_format(day, text);
	assert_string_equal(text, "2026-10-01");
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		assert_int_equal(fw_calendar_day_parse(wrong[i], &day), -EBADMSG);
	}
}

static void reads_and_writes_spans(void **state)
{
	static const char *const wrong[] = {"", "8:30-12:00", "12:00-08:30", "08:30-08:30",
		"08:60-12:00", "00:00-24:01", "08:30 12:00", "08:30-12:00 "};
	char text[FW_SPAN_TEXT_SIZE];
	int begin = 0, end = 0;

	(void)state;
	assert_int_equal(fw_calendar_span_parse("00:00-24:00", &begin, &end), 0);
	assert_int_equal(begin, 0);
	assert_int_equal(end, 1440);
	assert_int_equal(fw_calendar_span_parse("08:30-12:05", &begin, &end), 0);
	fw_calendar_span_format(begin, end, text);
	assert_string_equal(text, "08:30-12:05");
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		assert_int_equal(fw_calendar_span_parse(wrong[i], &begin, &end), -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_hours),
		cmocka_unit_test(refuses_hours_that_overlap),
		cmocka_unit_test(keeps_days_off_and_days_worked),
		cmocka_unit_test(keeps_closures),
		cmocka_unit_test(says_when_it_may_change),
		cmocka_unit_test(counts_working_days),
		cmocka_unit_test(knows_its_dates),
		cmocka_unit_test(reads_and_writes_days),
		cmocka_unit_test(reads_and_writes_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
