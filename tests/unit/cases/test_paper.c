/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "signaling/cases/paper.h"

static void a_sheet_is_a_pdf(void **state)
{
	g_autoptr(GBytes) pdf = NULL;
	const char *bytes;
	gsize size;

	(void)state;
	assert_int_equal(
		fw_paper_render("{\"title\":\"一次性告知书\",\"number\":\"1号\",\"to\":\"张三：\","
				"\"lead\":[\"一\"],\"rows\":[{\"name\":\"甲\",\"text\":\"乙\"}],"
				"\"tail\":[\"二\"],\"sign\":[\"三\"],\"code\":\"4415\"}",
			&pdf),
		0);
	bytes = g_bytes_get_data(pdf, &size);
	assert_memory_equal(bytes, "%PDF-", 5);
	assert_non_null(memmem(bytes, size, "/Count 1", 8));
	assert_null(
		memmem(bytes, size, "/FontFile", 9)); /* outlines: no subset can lose a character */
}

static void a_long_list_goes_on(void **state)
{
	g_autoptr(GString) content = g_string_new("{\"title\":\"清单\",\"rows\":[");
	g_autoptr(GBytes) pdf = NULL;
	const char *bytes;
	gsize size;

	(void)state;
	for (int i = 0; i < 120; i++) {
		g_string_append_printf(
			content, "%s{\"name\":\"%d\",\"text\":\"材料\"}", i ? "," : "", i);
	}
	g_string_append(content, "]}");
	assert_int_equal(fw_paper_render(content->str, &pdf), 0);
	bytes = g_bytes_get_data(pdf, &size);
	assert_null(memmem(bytes, size, "/Count 1\n", 9));
}

static void what_is_no_content_is_refused(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "{\"title\":1}", "{\"title\":\"a\""};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		GBytes *pdf = NULL;

		assert_int_equal(fw_paper_render(bad[i], &pdf), -EBADMSG);
		assert_null(pdf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_is_a_pdf),
		cmocka_unit_test(a_long_list_goes_on),
		cmocka_unit_test(what_is_no_content_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
