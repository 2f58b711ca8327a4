/* SPDX-License-Identifier: Apache-2.0 */
/* What an account may do next with a case: the page offers that and nothing else.
 *
 * Threads: the desk's. Errors: negative errno of the database.
 */
#ifndef FW_SIGNALING_CASES_CASE_CHOICES_H
#define FW_SIGNALING_CASES_CASE_CHOICES_H

#include "signaling/cases/case_row.h"
#include "signaling/desk/json_write.h"

/* Members "actions", "editable", "correctable", "rules", "messages_allowed", "notices_allowed" and "unmask" of the object that is open. */
int fw_case_render_choices(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, struct fw_json *json);

#endif
