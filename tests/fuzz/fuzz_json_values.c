/* SPDX-License-Identifier: Apache-2.0 */
/* JSON from outside, read by ours and by jansson: both refuse it, or both read the same. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "base/json_values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct fw_json_values *values, const struct fw_json_value *value,
	const json_t *other);

static void compare_array(
	const struct fw_json_values *values, const struct fw_json_value *array, const json_t *other)
{
	const struct fw_json_value *at = fw_json_value_first(values, array);

	for (size_t i = 0; i < json_array_size(other); i++) {
		g_assert(at);
		compare(values, at, json_array_get(other, i));
		at = fw_json_value_next(values, array, at);
	}
	g_assert(!at);
}

static void compare_object(const struct fw_json_values *values, const struct fw_json_value *object,
	const json_t *other)
{
	size_t members = 0;

	for (const struct fw_json_value *name = fw_json_value_first(values, object); name;
		name = fw_json_value_next(values, object, name + 1)) {
		g_assert(fw_json_value_member(values, object, name->text) == name + 1);
		compare(values, name + 1, json_object_get(other, name->text));
		members++;
	}
	g_assert(members == json_object_size(other));
}

static void compare(
	const struct fw_json_values *values, const struct fw_json_value *value, const json_t *other)
{
	static const json_type types[] = {
		[FW_JSON_NULL] = JSON_NULL,
		[FW_JSON_FALSE] = JSON_FALSE,
		[FW_JSON_TRUE] = JSON_TRUE,
		[FW_JSON_INTEGER] = JSON_INTEGER,
		[FW_JSON_REAL] = JSON_REAL,
		[FW_JSON_TEXT] = JSON_STRING,
		[FW_JSON_ARRAY] = JSON_ARRAY,
		[FW_JSON_OBJECT] = JSON_OBJECT,
	};

	g_assert(other && json_typeof(other) == types[value->kind]);
	switch (value->kind) {
	case FW_JSON_INTEGER:
		g_assert(value->integer == json_integer_value(other));
		break;
	case FW_JSON_TEXT:
		g_assert(strcmp(value->text, json_string_value(other)) == 0);
		break;
	case FW_JSON_ARRAY:
		compare_array(values, value, other);
		break;
	case FW_JSON_OBJECT:
		compare_object(values, value, other);
		break;
	default:
		break;
	}
}

/* What is kept of it without white space is the same value. */
static void compare_compact(const struct fw_json_values *values, const json_t *other)
{
	g_autofree char *compact = fw_json_value_compact(values, values->list);
	json_t *again = json_loads(compact, JSON_REJECT_DUPLICATES, NULL);

	g_assert(again && json_equal(again, other));
	json_decref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_json_values values;
	int result = fw_json_values_read(&values, (const char *)data, size);
	json_t *other = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);

	/* jansson passes over a NUL behind a word. */
	g_assert(result == -EOVERFLOW ||
		(result == 0) == (json_is_object(other) && !memchr(data, 0, size)));
	if (result == 0) {
		compare(&values, values.list, other);
		compare_compact(&values, other);
		fw_json_values_clear(&values);
	}
	json_decref(other);
	return 0;
}
