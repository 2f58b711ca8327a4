/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>

#include "base/id.h"

static void makes_the_example_of_the_rfc(void **state)
{
	/* RFC 9562 A.6: 2022-02-22T19:22:22Z, rand_b 18c4dc0c0c07398f; rand_a is the fraction here. */
	static const uint8_t random[] = {0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
	char id[FW_ID_SIZE];

	(void)state;
	fw_id_make(INT64_C(1645557742000) * 1000, random, id);
	assert_string_equal(id, "017f22e2-79b0-7000-98c4-dc0c0c07398f");
	assert_true(fw_id_valid(id));
}

static void sorts_by_microsecond(void **state)
{
	static const uint8_t high[] = {255, 255, 255, 255, 255, 255, 255, 255};
	static const uint8_t low[] = {0, 0, 0, 0, 0, 0, 0, 0};
	char earlier[FW_ID_SIZE], later[FW_ID_SIZE];

	(void)state;
	for (int64_t now = INT64_C(1795312979122990); now < INT64_C(1795312979124010); now++) {
		fw_id_make(now, high, earlier);
		fw_id_make(now + 1, low, later);
		assert_true(fw_id_valid(earlier));
		assert_true(strcmp(earlier, later) < 0);
	}
}

static void tells_what_is_not_an_id(void **state)
{
	static const char *const bad[] = {NULL, "", "017f22e2-79b0-7000-98c4-dc0c0c07398",
		"017f22e2-79b0-7000-98c4-dc0c0c07398f0", "017F22E2-79b0-7000-98c4-dc0c0c07398f",
		"017f22e2.79b0-7000-98c4-dc0c0c07398f", "../../etc/passwd",
		"017f22e2-79b0-7000-98c4-dc0c0c07398g"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(fw_id_valid(bad[i]));
	}
}

static void gives_its_bytes(void **state)
{
	static const uint8_t expected[] = {0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x70, 0x00, 0x98,
		0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
	uint8_t bytes[FW_ID_BYTES];

	(void)state;
	fw_id_to_bytes("017f22e2-79b0-7000-98c4-dc0c0c07398f", bytes);
	assert_memory_equal(bytes, expected, sizeof(expected));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_the_example_of_the_rfc),
		cmocka_unit_test(sorts_by_microsecond),
		cmocka_unit_test(tells_what_is_not_an_id),
		cmocka_unit_test(gives_its_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
