/* SPDX-License-Identifier: Apache-2.0 */
/* Rehearsals of halls (PROTOCOL-OFFICE.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_DRILLS_H
#define FW_SIGNALING_OPERATIONS_DRILLS_H

/* clang-format off */
#define FW_OPERATIONS_DRILLS(X) \
	X(DRILLS, GET, "/api/v1/drills", NOTHING, \
		DRILL, NONE, fw_drills_operation) \
	X(DRILL_BEGIN, POST, "/api/v1/drills", JSON, \
		DRILL, NONE, fw_drill_begin_operation) \
	X(DRILL_END, POST, "/api/v1/drills/{drill}/end", JSON, \
		DRILL, NONE, fw_drill_end_operation)
/* clang-format on */

#endif
