/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are over (PROTOCOL.md 3). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_CALLS_H
#define FW_SIGNALING_OPERATIONS_CALLS_H

/* clang-format off */
#define FW_OPERATIONS_CALLS(X) \
	X(TODAY, GET, "/api/v1/today", NOTHING, \
		TODAY, NONE, fw_today_operation) \
	X(CALLS, GET, "/api/v1/calls", NOTHING, \
		CALLS_OWN, CALLS_AREA, fw_calls_read_operation) \
	X(CALL, GET, "/api/v1/calls/{call}", NOTHING, \
		CALLS_OWN, CALLS_AREA, fw_call_read_operation)
/* clang-format on */

#endif
