/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>

#include "signaling/cases/identity_number.h"

static void persons(void **state)
{
	static const char *const good[] = {
		"11010519491231002X", /* examples of GB 11643 */
		"440524188001010014",
		"11010519491231002x",
	};
	static const char *const bad[] = {
		"",
		"1101051949123100",
		"110105194912310021",
		"11010519490231002X", /* 31 February */
		"11010519491331002X",
		"11010517991231002X",
		"01010519491231002X",
		"1101051949123100 X",
		"110105194912３1002X",
		"11010519491231002X ",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		assert_true(fw_identity_number_is_person(good[i]));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(fw_identity_number_is_person(bad[i]));
	}
	assert_false(fw_identity_number_is_person(NULL));
}

/* Any one digit changed, and any two neighbours exchanged, is told. */
static void every_slip_of_a_person_is_told(void **state)
{
	static const char number[] = "11010519491231002X";

	(void)state;
	for (int i = 0; i < 17; i++) {
		char wrong[sizeof(number)];

		for (char digit = '0'; digit <= '9'; digit++) {
			memcpy(wrong, number, sizeof(number));
			wrong[i] = digit;
			assert_int_equal(fw_identity_number_is_person(wrong), digit == number[i]);
		}
		if (i < 16 && number[i] != number[i + 1]) {
			memcpy(wrong, number, sizeof(number));
			wrong[i] = number[i + 1];
			wrong[i + 1] = number[i];
			assert_false(fw_identity_number_is_person(wrong));
		}
	}
}

static void organisations(void **state)
{
	static const char *const good[] = {
		"91350100M000100Y43", /* example of GB 32100 */
		"9144030071526726XG",
		"914403001922038216",
	};
	static const char *const bad[] = {
		"",
		"91350100M000100Y4",
		"91350100M000100Y44",
		"91350100M000100Y34",
		"91350100m000100Y43",
		"91350I00M000100Y43",
		"913501O0M000100Y43",
		"9144030071526727XG",
		"91350100M000100Y43 ",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		assert_true(fw_identity_number_is_organisation(good[i]));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(fw_identity_number_is_organisation(bad[i]));
	}
	assert_false(fw_identity_number_is_organisation(NULL));
}

static void expect(char *shown, const char *wanted)
{
	assert_string_equal(shown, wanted);
	g_free(shown);
}

static void what_is_shown(void **state)
{
	(void)state;
	expect(fw_mask_number("11010519491231002X"), "110105********002X");
	expect(fw_mask_number("G1234567"), "G1****67");
	expect(fw_mask_number("12"), "1*");
	expect(fw_mask_number("1"), "*");
	expect(fw_mask_number(""), "");
	expect(fw_mask_name("张三", false), "张*");
	expect(fw_mask_name("欧阳小明", false), "欧***");
	expect(fw_mask_name("张", false), "*");
	expect(fw_mask_name("海丰县某某有限公司", true), "海丰*****公司");
	expect(fw_mask_name("某某店", true), "某**");
	expect(fw_mask_phone("13812345678"), "138****5678");
	expect(fw_mask_phone("66123"), "****3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(persons),
		cmocka_unit_test(every_slip_of_a_person_is_told),
		cmocka_unit_test(organisations),
		cmocka_unit_test(what_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
