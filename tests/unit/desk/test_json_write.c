/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "signaling/desk/json_write.h"

static void test_all_values(void **state)
{
	struct fw_json json;
	g_autofree char *text = NULL;

	(void)state;
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "t", "a\"b\\c\n\r\t\x01中");
	fw_json_text(&json, "n", NULL);
	fw_json_open(&json, "l", '[');
	fw_json_int(&json, NULL, INT64_MIN);
	fw_json_int(&json, NULL, INT64_MAX);
	fw_json_int(&json, NULL, 0);
	fw_json_close(&json, ']');
	fw_json_open(&json, "e", '[');
	fw_json_close(&json, ']');
	fw_json_bool(&json, "b", true);
	fw_json_time(&json, "x", 0);
	fw_json_time(&json, "y", 5);
	fw_json_tenths(&json, "p", 25);
	fw_json_tenths(&json, "q", 30);
	fw_json_raw(&json, "r", "{\"k\":1}");
	fw_json_close(&json, '}');
	text = fw_json_steal(&json);
	assert_string_equal(text,
		"{\"t\":\"a\\\"b\\\\c\\n\\r\\t\\u0001中\",\"n\":null,"
		"\"l\":[-9223372036854775808,9223372036854775807,0],\"e\":[],\"b\":true,"
		"\"x\":null,\"y\":5,\"p\":2.5,\"q\":3,\"r\":{\"k\":1}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_values)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
