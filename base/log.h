/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines to standard error: one line, one write, `TIME LEVEL topic: text key=value ...`.
 *
 *     #define FW_LOG_TOPIC "desk"
 *     #include "base/log.h"
 *     fw_info("call answered call=%s window=%s after_ms=%d", call, window, after_ms);
 *
 * error = a user lost something, warn = recovered, info = one line per lifecycle step, debug = the
 * rest. Whoever handles an error logs it, once. Never a password, token, applicant name, document
 * number or image. Bytes below 0x20 and 0x7f in the text are written as \xNN, so that nothing from
 * outside can make up a line. Lines longer than FW_LOG_LINE_MAX_BYTES are cut and end in "...".
 *
 * Threads: any; the level may be changed at any time. Errors: none, a line that cannot be written
 * is lost.
 */
#ifndef FW_BASE_LOG_H
#define FW_BASE_LOG_H

#include <stdbool.h>
#include <glib.h>

enum fw_log_level {
	FW_LOG_NOTHING = -1, /* as a level to set only: no line is written */
	FW_LOG_ERROR,
	FW_LOG_WARN,
	FW_LOG_INFO,
	FW_LOG_DEBUG,
};

/* Lines above this level are dropped; FW_LOG_INFO from the start. */
void fw_log_set_level(enum fw_log_level level);

/* True when a line of this level would be written: to spare costly arguments. */
bool fw_log_enabled(enum fw_log_level level);

void fw_log_write(enum fw_log_level level, const char *topic, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

#define fw_error(...) fw_log_write(FW_LOG_ERROR, FW_LOG_TOPIC, __VA_ARGS__)
#define fw_warn(...)  fw_log_write(FW_LOG_WARN, FW_LOG_TOPIC, __VA_ARGS__)
#define fw_info(...)  fw_log_write(FW_LOG_INFO, FW_LOG_TOPIC, __VA_ARGS__)
#define fw_debug(...) \
	(fw_log_enabled(FW_LOG_DEBUG) ? fw_log_write(FW_LOG_DEBUG, FW_LOG_TOPIC, __VA_ARGS__) \
				      : (void)0)

#endif
