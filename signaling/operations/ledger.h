/* SPDX-License-Identifier: Apache-2.0 */
/* Unanswered calls, escalations, the mirror ledger (PROTOCOL-OFFICE.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_LEDGER_H
#define FW_SIGNALING_OPERATIONS_LEDGER_H

/* clang-format off */
#define FW_OPERATIONS_LEDGER(X) \
	X(LEDGER, GET, "/api/v1/ledger", NOTHING, \
		LEDGER, LEDGER_OWN, fw_ledger_operation) \
	X(LEDGER_ROW, GET, "/api/v1/ledger/{row}", NOTHING, \
		LEDGER, LEDGER_OWN, fw_ledger_row_operation) \
	X(LEDGER_STATEMENT, POST, "/api/v1/ledger/{row}/statements", JSON, \
		LEDGER_OWN, NONE, fw_ledger_statement_operation) \
	X(LEDGER_VERDICT, POST, "/api/v1/ledger/{row}/verdict", JSON, \
		LEDGER_JUDGE, NONE, fw_ledger_verdict_operation) \
	X(ESCALATIONS, GET, "/api/v1/escalations", NOTHING, \
		ESCALATION, NONE, fw_escalations_operation) \
	X(ESCALATION, GET, "/api/v1/escalations/{escalation}", NOTHING, \
		ESCALATION, NONE, fw_escalation_operation) \
	X(ESCALATION_ACKNOWLEDGE, POST, "/api/v1/escalations/{escalation}/acknowledge", JSON, \
		ESCALATION, NONE, fw_escalation_settle_operation) \
	X(ESCALATION_CLOSE, POST, "/api/v1/escalations/{escalation}/close", JSON, \
		ESCALATION, NONE, fw_escalation_settle_operation) \
	X(CALL_MARK, POST, "/api/v1/calls/{call}/mark", JSON, \
		CALL_MARK, NONE, fw_mark_operation) \
	X(MIRROR, GET, "/api/v1/mirror", NOTHING, \
		MIRROR, NONE, fw_mirror_operation)
/* clang-format on */

#endif
