/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

static atomic_int log_level = FW_LOG_INFO;

static const char *const level_names[] = {
	[FW_LOG_ERROR] = "ERROR",
	[FW_LOG_WARN] = "WARN",
	[FW_LOG_INFO] = "INFO",
	[FW_LOG_DEBUG] = "DEBUG",
};

void fw_log_set_level(enum fw_log_level level)
{
	atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

bool fw_log_enabled(enum fw_log_level level)
{
	return (int)level <= atomic_load_explicit(&log_level, memory_order_relaxed);
}

/* Appends text to line with control bytes escaped; returns the new length, at most size - 1. */
static size_t append_escaped(char *line, size_t length, size_t size, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		bool control = *at < 0x20 || *at == 0x7f;

		if (length + (control ? 4 : 1) >= size) {
			break;
		}
		if (control) {
			(void)snprintf(line + length, 5, "\\x%02x", *at);
			length += 4;
		} else {
			line[length++] = (char)*at;
		}
	}
	return length;
}

void fw_log_write(enum fw_log_level level, const char *topic, const char *format, ...)
{
	char text[FW_LOG_LINE_MAX_BYTES];
	char line[FW_LOG_LINE_MAX_BYTES];
	char time[FW_CLOCK_ISO_SIZE];
	size_t length;
	va_list arguments;
	int written;

	if (!fw_log_enabled(level)) {
		return;
	}
	va_start(arguments, format);
	written = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (written < 0) {
		return;
	}
	if ((size_t)written >= sizeof(text)) {
		memcpy(text + sizeof(text) - 4, "...", 4);
	}
	fw_clock_format_iso(fw_clock_wall_us(), time);
	length = (size_t)snprintf(
		line, sizeof(line), "%s %s %.32s: ", time, level_names[level], topic);
	/* Room for the dots and the newline stays free. */
	size_t full = append_escaped(line, length, sizeof(line) - 4, text);
	if (full >= sizeof(line) - 8 && (size_t)written + length > full) {
		memcpy(line + full, "...", 3);
		full += 3;
	}
	line[full++] = '\n';
	/* One write per line keeps lines of several threads apart; a lost line is only lost. */
	if (write(STDERR_FILENO, line, full) < 0) {
		return;
	}
}
