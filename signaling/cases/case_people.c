/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a step of a case may name: the next handler, or who is to read it. The desk says whose roles count and where;
 * a reader finds the people. */
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/codes.h"

#include "base/limits.h"
#include "base/text.h"

/* The roles that have the right in their own area. */
static json_t *roles_with(enum fw_right right)
{
	json_t *roles = json_array();

	for (int role = 0; role < FW_ROLE_COUNT; role++) {
		if (fw_permission((enum fw_role)role, FW_RELATION_OWN, right)) {
			json_array_append_new(roles, json_string(fw_role_name((enum fw_role)role)));
		}
	}
	return roles;
}

/* area: where they must have it, in it or above; NULL: anywhere. What a client said there is replaced. */
static void put_wanted(json_t *params, enum fw_right right, const char *area)
{
	json_object_set_new(params, "roles", roles_with(right));
	json_object_set_new(params, "area", area ? json_string(area) : json_null());
}

/* The side whose turn it is after the step has the next handler; whoever reads cases at all can be copied to. */
static int put_step(const struct fw_case *c, const struct fw_case_step *step, json_t *params)
{
	if (step->action == FW_CASE_ACT_COPY) {
		put_wanted(params, FW_RIGHT_CASES_AREA, NULL);
		return 0;
	}
	switch (fw_case_turn(step->to)) {
	case FW_CASE_APPLICANT:
		put_wanted(params, FW_RIGHT_CASE_OPEN, c->applicant_area);
		return 0;
	case FW_CASE_HOME:
		put_wanted(params, FW_RIGHT_CASE_HANDLE, c->area);
		return 0;
	default:
		return FW_CODE_WRONG_STATE;
	}
}

int fw_case_people_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *word = json_string_value(json_object_get(question->params, "action"));
	int action = word ? fw_word_index(fw_case_actions, word) : -1;
	const struct fw_case_step *step;
	const char *sought;
	struct fw_case c;
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, question->session->account, &c)) != 0) {
		return r;
	}
	if (action < 0 ||
		fw_case_text(question->params, "q", FW_NAME_MAX_CHARS, false, &sought) != 0) {
		return FW_CODE_MALFORMED;
	}
	step = fw_case_step(c.state, (enum fw_case_action)action);
	if (!step) {
		return FW_CODE_WRONG_STATE;
	}
	if (step->side == FW_CASE_READER ||
		!fw_case_is_side(desk, question->session->account->person, &c, step->side)) {
		return FW_CODE_FORBIDDEN;
	}
	r = put_step(&c, step, question->params);
	return r != 0 ? r : fw_access_read(desk, question, FW_RIGHT_COUNT);
}
