/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>

#include "signaling/http_range.h"

static void reads_the_three_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t from, to;
	} good[] = {
		{"bytes=0-499", 0, 499}, {"bytes=500-", 500, -1}, {"bytes=-500", -1, 500},
		{"Bytes=7-7", 7, 7}, {" bytes= 1-2 ", 1, 2},
		{"seconds=1-2", -1, -1}, /* another unit: as if nothing was asked */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		struct fw_http_range range = {5, 5};

		assert_int_equal(fw_http_range_parse(good[i].text, &range), 0);
		assert_int_equal(range.from, good[i].from);
		assert_int_equal(range.to, good[i].to);
	}
}

static void refuses_what_is_no_range(void **state)
{
	static const char *const bad[] = {"", "bytes", "bytes=", "bytes=-", "bytes=5-4",
		"bytes=a-b", "bytes=1-2,4-5", "bytes=1 - 2", "bytes=0x1-2", "bytes=-1-2",
		"bytes=99999999999999999999-", "bytes=1-2x"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct fw_http_range range = {5, 6};

		assert_int_equal(fw_http_range_parse(bad[i], &range), -EBADMSG);
		assert_int_equal(range.from, 5);
		assert_int_equal(range.to, 6);
	}
}

static void expect_part(int64_t from, int64_t to, int64_t size, int64_t most, int64_t first,
	int64_t bytes, bool partial)
{
	struct fw_http_range range = {from, to};
	struct fw_http_part part;

	assert_int_equal(fw_http_range_resolve(&range, size, most, &part), 0);
	assert_int_equal(part.first, first);
	assert_int_equal(part.bytes, bytes);
	assert_int_equal(part.partial, partial);
}

static void resolves_against_a_size(void **state)
{
	struct fw_http_range beyond = {100, -1};
	struct fw_http_range nothing = {-1, 0};
	struct fw_http_range empty = {0, -1};
	struct fw_http_part part;

	(void)state;
	expect_part(-1, -1, 100, 0, 0, 100, false);
	expect_part(0, -1, 100, 0, 0, 100, true);
	expect_part(10, 19, 100, 0, 10, 10, true);
	expect_part(90, 200, 100, 0, 90, 10, true);
	expect_part(-1, 30, 100, 0, 70, 30, true);
	expect_part(-1, 300, 100, 0, 0, 100, true);
	expect_part(-1, -1, 100, 40, 0, 40, true); /* bounded: the first part, as 206 */
	expect_part(30, -1, 100, 40, 30, 40, true);
	expect_part(90, -1, 100, 40, 90, 10, true);
	expect_part(-1, -1, 0, 40, 0, 0, false);
	assert_int_equal(fw_http_range_resolve(&beyond, 100, 0, &part), -ERANGE);
	assert_int_equal(fw_http_range_resolve(&nothing, 100, 0, &part), -ERANGE);
	assert_int_equal(fw_http_range_resolve(&empty, 0, 0, &part), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_three_forms),
		cmocka_unit_test(refuses_what_is_no_range),
		cmocka_unit_test(resolves_against_a_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
