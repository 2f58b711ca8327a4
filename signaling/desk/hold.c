/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/hold.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/party.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/slots.h"

#define FW_LOG_TOPIC "hold"

int fw_hold_set(struct fw_desk *desk, struct fw_part *part, const struct fw_part *by)
{
	bool begins = by != NULL;
	struct fw_call *call = part->call;
	g_autofree char *detail = g_strdup_printf("{\"participant\":%u}", part->participant);
	int r;

	fw_info("%s call=%s window=%s", begins ? "held" : "goes on", call->id,
		part->window->place->id);
	fw_memory_touch(desk->memory, part);
	part->held_by = by ? by->participant : 0;
	fw_peer_gate(desk, part);
	fw_recording_mark(desk, call, part->participant, FW_TRACK_COUNT,
		begins ? FW_MARK_HOLD_BEGIN : FW_MARK_HOLD_END);
	r = fw_marker(
		desk, call, begins ? "hold" : "resume", part->participant, FW_TRACK_COUNT, NULL);
	if (r >= 0) {
		r = fw_deed_of_call(desk, call, by, begins ? "call.held" : "call.resumed", detail);
	}
	return r < 0
		? r
		: fw_db_run(desk->setup.db,
			  "UPDATE call_part SET held_by = ?1 WHERE call = ?2 AND participant = ?3",
			  FW_DB_VALUES(begins ? fw_db_int(part->held_by) : fw_db_null(),
				  fw_db_text(call->id), fw_db_int(part->participant)),
			  NULL);
}

int fw_hold_release(struct fw_desk *desk, const struct fw_part *by)
{
	struct fw_call *call = by->call;
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < call->part_count; i++) {
		/* One that waited for its own transfer does not come back for a moment. */
		if (call->parts[i] != by && call->parts[i]->held_by == by->participant) {
			r = fw_hold_set(desk, call->parts[i], NULL);
		}
	}
	return r;
}

/* Would the request change something for this one? */
static bool concerns(const struct fw_part *part, const struct fw_part *by, bool on)
{
	return part != by && part->state == FW_PART_IN &&
		part->held_by == (on ? 0 : by->participant);
}

int fw_hold_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int64_t number = fw_client_message_int(message, "participant"); /* 0: all others */
	bool on = fw_client_message_bool(message, "on");
	unsigned changed = 0;
	struct fw_part *by;
	int r = fw_party_find_active(desk, client, message, &by);

	(void)answer;
	if (r != 0) {
		return r;
	}
	if (number && !fw_slots_part(by->call, (unsigned)number)) {
		return FW_CODE_NOT_FOUND;
	}
	for (unsigned i = 0; r >= 0 && i < by->call->part_count; i++) {
		struct fw_part *part = by->call->parts[i];

		if (concerns(part, by, on) && (!number || part->participant == number)) {
			r = fw_hold_set(desk, part, on ? by : NULL);
			changed++;
		}
	}
	if (r < 0 || changed == 0) {
		return r < 0 ? r : FW_CODE_WRONG_STATE;
	}
	return fw_call_tell(desk, by->call);
}
