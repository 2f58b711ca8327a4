/* SPDX-License-Identifier: Apache-2.0 */
/* Faults found in guides (PROTOCOL-CASES.md 9). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_GUIDE_H
#define FW_SIGNALING_OPERATIONS_GUIDE_H

/* clang-format off */
#define FW_OPERATIONS_GUIDE(X) \
	X(GUIDE_FAULTS, GET, "/api/v1/guide-faults", NOTHING, \
		FAULT_REPORT, FAULT_ANSWER, fw_guide_list_operation) \
	X(GUIDE_FAULT_REPORT, POST, "/api/v1/guide-faults", JSON, \
		FAULT_REPORT, NONE, fw_guide_report_operation) \
	X(GUIDE_FAULT, GET, "/api/v1/guide-faults/{fault}", NOTHING, \
		FAULT_REPORT, FAULT_ANSWER, fw_guide_get_operation) \
	X(GUIDE_FAULT_ACT, POST, "/api/v1/guide-faults/{fault}/actions", JSON, \
		FAULT_REPORT, FAULT_ANSWER, fw_guide_act_operation)
/* clang-format on */

#endif
