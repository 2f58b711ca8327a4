/* SPDX-License-Identifier: Apache-2.0 */
/*
 *            submit           pass
 *   draft ----------> prereview ----> sent <----------------- supplemented ---+
 *     |  \                |  \ fail    |  \                                   |
 *     |   \--- send ------+---\--------+   \- supplement -> supplement -tell-> told
 *     | cancel            |    \       |        ^                             | not_supplemented
 *     v                   +-----\------|--------+                             v
 *  cancelled     prereview_failed      |- refuse -> refused          not_supplemented
 *                                      |- accept -> accepted -decide-> decided -issue-> issued
 *
 * Invariants: a supplement is asked once per case, also when it was the pre-review that asked
 * (case_act.c holds it: the state cannot show it); final states have no step but copying and reading.
 */
#include "signaling/cases/case_state.h"

#include <stddef.h>

const char *const fw_case_states[] = {"draft", "prereview", "sent", "accepted", "supplement", "told",
	"decided", "issued", "refused", "not_supplemented", "prereview_failed", "cancelled", NULL};

const char *const fw_case_actions[] = {"send", "submit", "cancel", "pass", "fail", "accept",
	"refuse", "supplement", "tell", "supplemented", "not_supplemented", "decide", "issue",
	"post", "forward", "copy", "read", NULL};

static const struct fw_case_step steps[] = {
	{FW_CASE_DRAFT, FW_CASE_ACT_SEND, FW_CASE_APPLICANT, FW_CASE_SENT, false},
	{FW_CASE_DRAFT, FW_CASE_ACT_SUBMIT, FW_CASE_APPLICANT, FW_CASE_PREREVIEW, false},
	{FW_CASE_DRAFT, FW_CASE_ACT_CANCEL, FW_CASE_APPLICANT, FW_CASE_CANCELLED, false},
	{FW_CASE_PREREVIEW, FW_CASE_ACT_PASS, FW_CASE_HOME, FW_CASE_SENT, false},
	{FW_CASE_PREREVIEW, FW_CASE_ACT_FAIL, FW_CASE_HOME, FW_CASE_PREREVIEW_FAILED, true},
	{FW_CASE_PREREVIEW, FW_CASE_ACT_SUPPLEMENT, FW_CASE_HOME, FW_CASE_SUPPLEMENT, true},
	{FW_CASE_PREREVIEW, FW_CASE_ACT_FORWARD, FW_CASE_HOME, FW_CASE_PREREVIEW, false},
	{FW_CASE_SENT, FW_CASE_ACT_ACCEPT, FW_CASE_HOME, FW_CASE_ACCEPTED, false},
	{FW_CASE_SENT, FW_CASE_ACT_REFUSE, FW_CASE_HOME, FW_CASE_REFUSED, true},
	{FW_CASE_SENT, FW_CASE_ACT_SUPPLEMENT, FW_CASE_HOME, FW_CASE_SUPPLEMENT, true},
	{FW_CASE_SENT, FW_CASE_ACT_FORWARD, FW_CASE_HOME, FW_CASE_SENT, false},
	{FW_CASE_SENT, FW_CASE_ACT_POST, FW_CASE_APPLICANT, FW_CASE_SENT, false},
	{FW_CASE_ACCEPTED, FW_CASE_ACT_DECIDE, FW_CASE_HOME, FW_CASE_DECIDED, false},
	{FW_CASE_ACCEPTED, FW_CASE_ACT_FORWARD, FW_CASE_HOME, FW_CASE_ACCEPTED, false},
	{FW_CASE_ACCEPTED, FW_CASE_ACT_POST, FW_CASE_APPLICANT, FW_CASE_ACCEPTED, false},
	{FW_CASE_SUPPLEMENT, FW_CASE_ACT_TELL, FW_CASE_APPLICANT, FW_CASE_TOLD, false},
	{FW_CASE_SUPPLEMENT, FW_CASE_ACT_POST, FW_CASE_APPLICANT, FW_CASE_SUPPLEMENT, false},
	{FW_CASE_TOLD, FW_CASE_ACT_SUPPLEMENTED, FW_CASE_APPLICANT, FW_CASE_SENT, false},
	{FW_CASE_TOLD, FW_CASE_ACT_NOT_SUPPLEMENTED, FW_CASE_APPLICANT, FW_CASE_NOT_SUPPLEMENTED,
		true},
	{FW_CASE_TOLD, FW_CASE_ACT_POST, FW_CASE_APPLICANT, FW_CASE_TOLD, false},
	{FW_CASE_DECIDED, FW_CASE_ACT_ISSUE, FW_CASE_EITHER, FW_CASE_ISSUED, false},
};

const struct fw_case_step *fw_case_step(enum fw_case_state state, enum fw_case_action action)
{
	static const struct fw_case_step standing[FW_CASE_STATE_COUNT][2] = {
#define STANDING(state) \
	[state] = { \
		{state, FW_CASE_ACT_COPY, FW_CASE_EITHER, state, false}, \
		{state, FW_CASE_ACT_READ, FW_CASE_READER, state, true} \
	}
		STANDING(FW_CASE_PREREVIEW),
		STANDING(FW_CASE_SENT),
		STANDING(FW_CASE_ACCEPTED),
		STANDING(FW_CASE_SUPPLEMENT),
		STANDING(FW_CASE_TOLD),
		STANDING(FW_CASE_DECIDED),
		STANDING(FW_CASE_ISSUED),
		STANDING(FW_CASE_REFUSED),
		STANDING(FW_CASE_NOT_SUPPLEMENTED),
		STANDING(FW_CASE_PREREVIEW_FAILED),
#undef STANDING
	};

	if (state != FW_CASE_DRAFT && state != FW_CASE_CANCELLED &&
		(action == FW_CASE_ACT_COPY || action == FW_CASE_ACT_READ)) {
		return &standing[state][action == FW_CASE_ACT_READ];
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		if (steps[i].from == state && steps[i].action == action) {
			return &steps[i];
		}
	}
	return NULL;
}

const struct fw_case_step *fw_case_step_at(enum fw_case_state state, unsigned n)
{
	for (int action = 0; action < FW_CASE_ACT_COUNT; action++) {
		const struct fw_case_step *step = fw_case_step(state, (enum fw_case_action)action);

		if (step && n-- == 0) {
			return step;
		}
	}
	return NULL;
}

bool fw_case_deadline_runs(enum fw_case_state state, enum fw_case_deadline deadline)
{
	switch (deadline) {
	case FW_CASE_BY_ANSWER: /* what is missing is to be told within it, not only asked for */
		return state == FW_CASE_PREREVIEW || state == FW_CASE_SENT ||
			state == FW_CASE_SUPPLEMENT;
	case FW_CASE_BY_DECISION:
		return state == FW_CASE_ACCEPTED;
	case FW_CASE_BY_SUPPLEMENT:
		return state == FW_CASE_TOLD;
	case FW_CASE_BY_POSTING:
		return fw_case_step(state, FW_CASE_ACT_POST) != NULL;
	default:
		return false;
	}
}

enum fw_case_side fw_case_turn(enum fw_case_state state)
{
	switch (state) {
	case FW_CASE_DRAFT:
	case FW_CASE_SUPPLEMENT:
	case FW_CASE_TOLD:
	case FW_CASE_DECIDED:
		return FW_CASE_APPLICANT;
	case FW_CASE_PREREVIEW:
	case FW_CASE_SENT:
	case FW_CASE_ACCEPTED:
		return FW_CASE_HOME;
	default:
		return FW_CASE_READER;
	}
}

bool fw_case_is_final(enum fw_case_state state)
{
	return state >= FW_CASE_ISSUED;
}
