/* SPDX-License-Identifier: Apache-2.0 */
/* What is written to standard error in between goes into a pipe: as much as the pipe holds, 64 KiB.
 *
 * Owner: the caller's memory. Threads: the test's. Errors: a failing helper aborts the test program.
 */
#ifndef FW_TESTS_UNIT_LOG_LINES_H
#define FW_TESTS_UNIT_LOG_LINES_H

#include "tests/unit/testing.h"

#include <fcntl.h>

struct log_lines {
	int saved, ends[2];
};

static inline void log_lines_begin(struct log_lines *lines)
{
	assert_int_equal(pipe2(lines->ends, O_NONBLOCK), 0);
	lines->saved = dup(STDERR_FILENO);
	assert_true(dup2(lines->ends[1], STDERR_FILENO) >= 0);
}

/* Fills buffer with what was written, at most size - 1 bytes; how many they are. */
static inline size_t log_lines_end(struct log_lines *lines, char *buffer, size_t size)
{
	ssize_t length = read(lines->ends[0], buffer, size - 1);

	assert_true(dup2(lines->saved, STDERR_FILENO) >= 0);
	(void)close(lines->saved);
	(void)close(lines->ends[0]);
	(void)close(lines->ends[1]);
	buffer[length > 0 ? length : 0] = '\0';
	return length > 0 ? (size_t)length : 0;
}

#endif
