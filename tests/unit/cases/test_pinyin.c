/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "signaling/cases/pinyin.h"

static void first_letters(void **state)
{
	static const struct {
		const char *name, *initials;
	} rows[] = {
		{"防雷装置竣工验收", "flzzjgys"},
		{"生育登记", "sydj"},
		{"异地就医备案", "ydjyba"},
		{"社会保障卡申领", "shbzksl"},
		{"个体工商户设立登记", "gtgshsldj"},
		{"食品经营许可", "spjyxk"},
		{"啊座", "az"},
		{"A级 2号", "aj2h"},
		{"龘", ""}, /* not among the common ones */
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *initials = fw_pinyin_initials(rows[i].name);

		assert_string_equal(initials, rows[i].initials);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
