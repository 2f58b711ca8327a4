/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/deeds.h"

#include "base/audit.h"

int fw_deed(struct fw_desk *desk, const struct fw_account *account, const struct fw_window *window,
	const char *action, const char *object_kind, const char *object_id, const char *detail)
{
	struct fw_audit_entry entry = {
		.time_us = desk->now_us,
		.actor = account ? account->person->id : NULL,
		.window = window ? window->place->id : NULL,
		.action = action,
		.object_kind = object_kind,
		.object_id = object_id,
		.detail = detail,
	};

	fw_memory_touch(desk->memory, desk->tally);
	return fw_audit_append(desk->setup.db, &desk->tally->audit, &entry);
}

int fw_deed_of_call(struct fw_desk *desk, const struct fw_call *call, const struct fw_part *actor,
	const char *action, const char *detail)
{
	return fw_deed(desk, actor ? actor->account : NULL, actor ? actor->window : NULL, action,
		"call", call->id, detail);
}
