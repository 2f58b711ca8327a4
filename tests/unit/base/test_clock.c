/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "base/clock.h"

static void formats(void **state)
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
		fw_clock_format_iso(cases[i].time_us, text);
		assert_string_equal(text, cases[i].text);
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
		cmocka_unit_test(formats),
		cmocka_unit_test(years_beyond_four_digits_are_invalid),
		cmocka_unit_test(clocks_go_forward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
