/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "test"
#include "tests/unit/testing.h"

#include <fcntl.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"

/* Standard error goes into a pipe for the duration of one call. */
static int saved_stderr, pipe_ends[2];

static void capture(void)
{
	assert_int_equal(pipe2(pipe_ends, O_NONBLOCK), 0);
	saved_stderr = dup(STDERR_FILENO);
	assert_true(dup2(pipe_ends[1], STDERR_FILENO) >= 0);
}

static size_t captured(char *buffer, size_t size)
{
	ssize_t length = read(pipe_ends[0], buffer, size - 1);

	assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
	(void)close(saved_stderr);
	(void)close(pipe_ends[0]);
	(void)close(pipe_ends[1]);
	buffer[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
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
