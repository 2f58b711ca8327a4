/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "test"
#include "tests/unit/log_lines.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"

static struct log_lines lines;

static void capture(void)
{
	log_lines_begin(&lines);
}

static size_t captured(char *buffer, size_t size)
{
	return log_lines_end(&lines, buffer, size);
}

static void writes_one_line(void **state)
{
	char line[256];

	(void)state;
	capture();
	fw_info("call answered call=%s after_ms=%d", "c1", 12);
	(void)captured(line, sizeof(line));
	assert_true(strlen(line) > 28);
	assert_int_equal(line[10], 'T');
	assert_int_equal(line[26], 'Z');
	assert_string_equal(line + 28, "INFO test: call answered call=c1 after_ms=12\n");
}

static void a_line_cannot_be_made_up(void **state)
{
	char line[256];

	(void)state;
	capture();
	fw_warn("name=%s", "a\n2026 ERROR x: \x1b[2J\x7f");
	(void)captured(line, sizeof(line));
	assert_string_equal(line + 28, "WARN test: name=a\\x0a2026 ERROR x: \\x1b[2J\\x7f\n");
}

static void long_lines_are_cut(void **state)
{
	char line[2 * FW_LOG_LINE_MAX_BYTES];
	g_autofree char *text = g_strnfill(5000, 'x');
	g_autofree char *controls = g_strnfill(5000, '\n');
	size_t length;

	(void)state;
	capture();
	fw_error("%s", text);
	length = captured(line, sizeof(line));
	assert_true(length <= FW_LOG_LINE_MAX_BYTES);
	assert_string_equal(line + length - 4, "...\n");
	capture();
	fw_error("%s", controls);
	length = captured(line, sizeof(line));
	assert_true(length <= FW_LOG_LINE_MAX_BYTES);
	assert_string_equal(line + length - 4, "...\n");
}

static int evaluations;

static int costly(void)
{
	return ++evaluations;
}

static void levels_drop(void **state)
{
	char line[256];

	(void)state;
	capture();
	fw_debug("not shown n=%d", costly());
	fw_log_set_level(FW_LOG_ERROR);
	fw_warn("not shown");
	fw_log_set_level(FW_LOG_DEBUG);
	fw_debug("shown n=%d", costly());
	fw_log_set_level(FW_LOG_INFO);
	(void)captured(line, sizeof(line));
	assert_string_equal(line + 28, "DEBUG test: shown n=1\n");
	assert_false(fw_log_enabled(FW_LOG_DEBUG));
	assert_true(fw_log_enabled(FW_LOG_INFO));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_one_line),
		cmocka_unit_test(a_line_cannot_be_made_up),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(levels_drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
