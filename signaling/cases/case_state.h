/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a case and the steps between them: one table, asked before every step.
 *
 * Threads: pure. Errors: NULL, the step is not legal now.
 */
#ifndef FW_SIGNALING_CASES_CASE_STATE_H
#define FW_SIGNALING_CASES_CASE_STATE_H

#include <stdbool.h>

enum fw_case_state {
	FW_CASE_DRAFT, /* 收件登记: the applicant-location clerk fills it in */
	FW_CASE_PREREVIEW, /* 待预审: came online, the home side looks first */
	FW_CASE_SENT, /* 待受理 */
	FW_CASE_ACCEPTED, /* 已受理，办理中 */
	FW_CASE_SUPPLEMENT, /* 待补正告知: the home side asked, the citizen is not told yet */
	FW_CASE_TOLD, /* 已告知，待补正 */
	FW_CASE_DECIDED, /* 已办结，待发放 */
	FW_CASE_ISSUED, /* 已发放; from here on final */
	FW_CASE_REFUSED, /* 不予受理 */
	FW_CASE_NOT_SUPPLEMENTED, /* 补正不来办结 */
	FW_CASE_PREREVIEW_FAILED, /* 预审不通过 */
	FW_CASE_CANCELLED, /* 取消 */
	FW_CASE_STATE_COUNT
};
extern const char *const fw_case_states[]; /* NULL-terminated */

enum fw_case_action {
	FW_CASE_ACT_SEND, /* 收件完成，转属地 */
	FW_CASE_ACT_SUBMIT, /* the same of a case that came online */
	FW_CASE_ACT_CANCEL,
	FW_CASE_ACT_PASS, /* 预审通过 */
	FW_CASE_ACT_FAIL, /* 预审不通过 */
	FW_CASE_ACT_ACCEPT, /* 受理 */
	FW_CASE_ACT_REFUSE, /* 不予受理 */
	FW_CASE_ACT_SUPPLEMENT, /* 补正, once */
	FW_CASE_ACT_TELL, /* 补正告知 */
	FW_CASE_ACT_SUPPLEMENTED, /* 补正受理 */
	FW_CASE_ACT_NOT_SUPPLEMENTED, /* 补正不来办结 */
	FW_CASE_ACT_DECIDE, /* 办结 */
	FW_CASE_ACT_ISSUE, /* 发放登记 */
	FW_CASE_ACT_POST, /* 寄送登记: state stays */
	FW_CASE_ACT_FORWARD, /* 指定下一环节经办人: state stays */
	FW_CASE_ACT_COPY, /* 抄送: state stays */
	FW_CASE_ACT_READ, /* 批阅: state stays */
	FW_CASE_ACT_COUNT
};
extern const char *const fw_case_actions[]; /* NULL-terminated */

/* Whose step it is. A side's clerk needs the right of that side in its area. */
enum fw_case_side {
	FW_CASE_APPLICANT,
	FW_CASE_HOME,
	FW_CASE_EITHER,
	FW_CASE_READER, /* to whom it was copied */
};

struct fw_case_step {
	enum fw_case_state from;
	enum fw_case_action action;
	enum fw_case_side side;
	enum fw_case_state to;
	bool opinion; /* must be given */
};

/* NULL: not legal. */
const struct fw_case_step *fw_case_step(enum fw_case_state state, enum fw_case_action action);
/* The nth legal step of a state, from 0; NULL: no more. */
const struct fw_case_step *fw_case_step_at(enum fw_case_state state, unsigned n);

/* Deadlines, in the order in which rows and lists carry them. */
enum fw_case_deadline {
	FW_CASE_BY_ANSWER, /* accept, refuse, or say what is missing */
	FW_CASE_BY_DECISION,
	FW_CASE_BY_SUPPLEMENT, /* the citizen's */
	FW_CASE_BY_POSTING,
	FW_CASE_DEADLINE_COUNT
};
/* Whether a deadline still runs in a state: what it was for is neither done nor too late to do. */
bool fw_case_deadline_runs(enum fw_case_state state, enum fw_case_deadline deadline);

/* Whose turn it is in a state: FW_CASE_APPLICANT or FW_CASE_HOME; FW_CASE_READER: nobody's, it is final. */
enum fw_case_side fw_case_turn(enum fw_case_state state);
bool fw_case_is_final(enum fw_case_state state);

#endif
