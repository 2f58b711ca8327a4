/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/stroke.h"

#include "signaling/desk/words.h"

#include <string.h>

#define UNIT       10000 /* coordinates are ten-thousandths */
#define POINTS_MAX 256 /* of a line; a box and an arrow have two */

static bool point_ok(const struct fw_json_values *values, const struct fw_json_value *point)
{
	size_t count = 0;

	if (point->kind != FW_JSON_ARRAY) {
		return false;
	}
	for (const struct fw_json_value *at = fw_json_value_first(values, point); at;
		at = fw_json_value_next(values, point, at)) {
		if (++count > 2 || at->kind != FW_JSON_INTEGER || at->integer < 0 ||
			at->integer > UNIT) {
			return false;
		}
	}
	return count == 2;
}

static bool points_ok(
	const struct fw_json_values *values, const struct fw_json_value *points, size_t most)
{
	size_t count = 0;

	if (!points || points->kind != FW_JSON_ARRAY) {
		return false;
	}
	for (const struct fw_json_value *at = fw_json_value_first(values, points); at;
		at = fw_json_value_next(values, points, at)) {
		if (++count > most || !point_ok(values, at)) {
			return false;
		}
	}
	return count >= 2;
}

const char *fw_stroke_shape(const struct fw_json_values *values, const struct fw_json_value *stroke)
{
	static const char *const shapes[] = {"box", "arrow", "line", NULL};
	const char *shape = fw_json_value_text(fw_json_value_member(values, stroke, "shape"));
	int kind = shape ? fw_word_index(shapes, shape) : -1;

	if (kind < 0) {
		return NULL;
	}
	return points_ok(values, fw_json_value_member(values, stroke, "points"),
		       strcmp(shapes[kind], "line") == 0 ? POINTS_MAX : 2)
		? shapes[kind]
		: NULL;
}

char *fw_stroke_points(const struct fw_json_values *values, const struct fw_json_value *stroke)
{
	return fw_json_value_compact(values, fw_json_value_member(values, stroke, "points"));
}
