/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP operations (PROTOCOL.md 3): the desk checks who asks, writes the log row, and answers itself, or hands
 * the checked question to a reader (FW_OUT_READ, FW_OUT_FILE).
 *
 * Threads: the desk's. Errors: 0, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DESK_HTTP_H
#define FW_SIGNALING_DESK_HTTP_H

#include "signaling/desk/state.h"

struct fw_http_question; /* access.h */

/* Answers the question or hands it on: 0. Or a code of codes.h: refused, nothing changed. */
typedef int fw_operation_handler(struct fw_desk *desk, const struct fw_http_question *question);

/* Every handler of operations.h; each lives in the folder of its domain. */
#define FW_OPERATION_HANDLER(name, method, path, takes, right, or_right, handler) \
	fw_operation_handler handler;
FW_OPERATIONS(FW_OPERATION_HANDLER)
#undef FW_OPERATION_HANDLER

int fw_http_request(struct fw_desk *desk, uint64_t request, enum fw_operation operation,
	const char *token, const char *remote, const char *params_json, GBytes *bytes,
	int64_t range_from, int64_t range_to);

#endif
