/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_choices.h"

#include "base/db.h"

#include <errno.h>

static int is_reader(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, bool *ret_reader)
{
	int64_t one;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT 1 FROM case_reader WHERE service_case = ?1 AND account = ?2"
		" AND read_us IS NULL",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_text(account->person->id)), &one);

	*ret_reader = r == 0;
	return r == -ENOENT ? 0 : r;
}

int fw_case_render_choices(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, struct fw_json *json)
{
	const struct fw_case_step *step;
	bool reader;
	int r = is_reader(desk, c, account, &reader);

	fw_json_open(json, "actions", '[');
	for (unsigned n = 0; (step = fw_case_step_at(c->state, n)); n++) {
		bool may = step->side == FW_CASE_READER
			? reader
			: fw_case_is_side(desk, account->person, c, step->side);

		if ((step->action == FW_CASE_ACT_SUPPLEMENT && c->supplement_asked) ||
			(step->action == FW_CASE_ACT_SEND && c->online) ||
			(step->action == FW_CASE_ACT_SUBMIT && !c->online)) {
			may = false;
		}
		if (may) {
			fw_json_text(json, NULL, fw_case_actions[step->action]);
		}
	}
	fw_json_close(json, ']');
	fw_json_bool(json, "editable",
		(c->state == FW_CASE_DRAFT || c->state == FW_CASE_TOLD) &&
			fw_case_is_side(desk, account->person, c, FW_CASE_APPLICANT));
	fw_json_bool(json, "correctable",
		c->state != FW_CASE_CANCELLED &&
			fw_case_is_side(desk, account->person, c, FW_CASE_APPLICANT));
	fw_json_bool(json, "rules",
		!fw_case_is_final(c->state) &&
			fw_case_is_side(desk, account->person, c, FW_CASE_EITHER));
	fw_json_bool(json, "messages_allowed",
		fw_case_is_side(desk, account->person, c, FW_CASE_EITHER));
	fw_json_bool(
		json, "notices_allowed", fw_case_is_side(desk, account->person, c, FW_CASE_EITHER));
	fw_json_bool(json, "unmask", fw_case_may_unmask(desk, account->person, c));
	return r;
}
