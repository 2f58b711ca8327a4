/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>

#include "base/clock.h"

static void formats_and_reads_back(void **state)
{
	static const struct {
		int64_t time_us;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00.000000Z"},
		{-1, "1969-12-31T23:59:59.999999Z"},
		{INT64_C(1795312979123456), "2026-11-22T02:02:59.123456Z"},
		{INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
		{INT64_C(-62167219200000000), "0000-01-01T00:00:00.000000Z"},
	};
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char text[FW_CLOCK_ISO_SIZE];
		int64_t back = 1;

		fw_clock_format_iso(cases[i].time_us, text);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(fw_clock_parse_iso(text, &back), 0);
		assert_true(back == cases[i].time_us);
	}
}

static void years_beyond_four_digits_are_invalid(void **state)
{
	char text[FW_CLOCK_ISO_SIZE];

	(void)state;
	fw_clock_format_iso(INT64_C(253402300800000000), text);
	assert_string_equal(text, "invalid");
	fw_clock_format_iso(INT64_MIN, text);
	assert_string_equal(text, "invalid");
	fw_clock_format_iso(INT64_MAX, text);
	assert_string_equal(text, "invalid");
}

static void reads_short_fractions(void **state)
{
	int64_t time_us = 0;

	(void)state;
	assert_int_equal(fw_clock_parse_iso("1970-01-01T00:00:01Z", &time_us), 0);
	assert_true(time_us == 1000000);
	assert_int_equal(fw_clock_parse_iso("1970-01-01T00:00:01.5Z", &time_us), 0);
	assert_true(time_us == 1500000);
}

static void refuses_what_is_not_a_time(void **state)
{
	static const char *const bad[] = {"", "now", "1970-01-01", "1970-01-01T00:00:00",
		"1970-01-01T00:00:00+08:00", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567Z",
		"2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
		"2026-01-01T00:00:00Z ", "-026-01-01T00:00:00Z", "2026-01-01T00:00:00z"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		int64_t time_us = 42;

		assert_int_equal(fw_clock_parse_iso(bad[i], &time_us), -EBADMSG);
		assert_true(time_us == 42);
	}
}

static void clocks_go_forward(void **state)
{
	int64_t before = fw_clock_monotonic_us();

	(void)state;
	assert_true(fw_clock_monotonic_us() >= before);
	assert_true(fw_clock_wall_us() > INT64_C(1700000000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_and_reads_back),
		cmocka_unit_test(years_beyond_four_digits_are_invalid),
		cmocka_unit_test(reads_short_fractions),
		cmocka_unit_test(refuses_what_is_not_a_time),
		cmocka_unit_test(clocks_go_forward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
