/* SPDX-License-Identifier: Apache-2.0 */
/* What is read and what is refused beside jansson: tests/fuzz/fuzz_json_values.c. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/json_values.h"
#include "base/limits.h"

static int read_text(const char *text, struct fw_json_values *ret_values)
{
	return fw_json_values_read(ret_values, text, strlen(text));
}

static void values_are_found(void **state)
{
	static const char text[] = " {\"a\": [1, {\"b\": \"\\u4e2d\\ud83d\\ude00\\n\"}, null],"
				   " \"c \\\" d\": -0.5e1, \"e\": {}, \"f\": []} ";
	struct fw_json_values values;
	const struct fw_json_value *a, *at;
	g_autofree char *compact = NULL;

	(void)state;
	assert_int_equal(read_text(text, &values), 0);
	a = fw_json_value_member(&values, values.list, "a");
	assert_int_equal(a->kind, FW_JSON_ARRAY);
	at = fw_json_value_first(&values, a);
	assert_int_equal(at->integer, 1);
	at = fw_json_value_next(&values, a, at);
	assert_string_equal(
		fw_json_value_text(fw_json_value_member(&values, at, "b")), "中\360\237\230\200\n");
	at = fw_json_value_next(&values, a, at);
	assert_int_equal(at->kind, FW_JSON_NULL);
	assert_null(fw_json_value_next(&values, a, at));
	assert_int_equal(fw_json_value_member(&values, values.list, "c \" d")->kind, FW_JSON_REAL);
	for (const char *name = "ef"; *name; name++) {
		const char one[] = {*name, '\0'};

		at = fw_json_value_member(&values, values.list, one);
		assert_null(fw_json_value_first(&values, at));
	}
	assert_null(fw_json_value_member(&values, values.list, "b"));
	assert_null(fw_json_value_member(&values, a, "b"));
	assert_null(fw_json_value_member(&values, NULL, "b"));
	assert_null(fw_json_value_text(a));
	compact = fw_json_value_compact(&values, values.list);
	assert_string_equal(compact,
		"{\"a\":[1,{\"b\":\"\\u4e2d\\ud83d\\ude00\\n\"},null],\"c \\\" d\":-0.5e1,\"e\":{},"
		"\"f\":[]}");
	fw_json_values_clear(&values);
}

static void only_the_size_given_is_read(void **state)
{
	struct fw_json_values values;

	(void)state;
	assert_int_equal(fw_json_values_read(&values, "{\"a\":12}", 7), -EBADMSG);
	assert_int_equal(fw_json_values_read(&values, "{\"a\":12}", 6), -EBADMSG);
	assert_int_equal(fw_json_values_read(&values, "", 0), -EBADMSG);
	assert_int_equal(fw_json_values_read(&values, "{\"a\":12}3", 8), 0);
	assert_int_equal(fw_json_value_member(&values, values.list, "a")->integer, 12);
	fw_json_values_clear(&values);
}

static int read_nested(unsigned depth)
{
	g_autofree char *open = g_strnfill(depth - 1, '[');
	g_autofree char *close = g_strnfill(depth - 1, ']');
	g_autofree char *text = g_strdup_printf("{\"[[[[\":%s%s}", open, close);
	struct fw_json_values values;
	int result = read_text(text, &values);

	fw_json_values_clear(&values);
	return result;
}

static int read_members(unsigned count)
{
	g_autoptr(GString) text = g_string_new("{");
	struct fw_json_values values;
	int result;

	for (unsigned i = 0; i < count; i++) {
		g_string_append_printf(text, "%s\"%u\":{\"%u\":%u}", i > 0 ? "," : "", i, i, i);
	}
	(void)g_string_append_c(text, '}');
	result = read_text(text->str, &values);
	for (unsigned i = 0; result == 0 && i < count; i++) {
		g_autofree char *name = g_strdup_printf("%u", i);
		const struct fw_json_value *member =
			fw_json_value_member(&values, values.list, name);

		assert_int_equal(fw_json_value_member(&values, member, name)->integer, i);
	}
	fw_json_values_clear(&values);
	return result;
}

static void depth_and_members_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(read_nested(2), 0);
	assert_int_equal(read_nested(FW_JSON_MAX_DEPTH), 0);
	assert_int_equal(read_nested(FW_JSON_MAX_DEPTH + 1), -EOVERFLOW);
	assert_int_equal(read_members(FW_JSON_MEMBERS_MAX), 0);
	assert_int_equal(read_members(FW_JSON_MEMBERS_MAX + 1), -EOVERFLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(only_the_size_given_is_read),
		cmocka_unit_test(depth_and_members_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
