/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/transfer.h"

#include "base/log.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/hold.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/party.h"
#include "signaling/desk/slots.h"

#define FW_LOG_TOPIC "transfer"

static int note(struct fw_desk *desk, struct fw_part *by, const struct fw_part *to,
	const char *marker, const char *action)
{
	g_autofree char *detail = to
		? g_strdup_printf("{\"from\":%u,\"to\":%u}", by->participant, to->participant)
		: g_strdup_printf("{\"from\":%u}", by->participant);
	int r = fw_marker(desk, by->call, marker, to ? to->participant : by->participant,
		FW_TRACK_COUNT, NULL);

	fw_info("%s call=%s window=%s", marker, by->call->id, by->window->place->id);
	return r < 0 ? r : fw_deed_of_call(desk, by->call, by, action, detail);
}

/* Out, its work handed on; at least two are in without it. */
static int hand_on(struct fw_desk *desk, struct fw_part *by, struct fw_part *to)
{
	int r = note(desk, by, to, "transferred", "call.transferred");

	if (r >= 0) {
		r = fw_part_set_state(desk, by, FW_PART_LEFT, NULL, NULL);
	}
	return r < 0 ? r : fw_party_left(desk, by, FW_END_TRANSFERRED);
}

int fw_transfer_done(struct fw_desk *desk, struct fw_part *by, struct fw_part *to)
{
	return hand_on(desk, by, to);
}

int fw_transfer_return(struct fw_desk *desk, struct fw_part *by)
{
	int r = 0;

	if (by->state != FW_PART_IN) { /* gone meanwhile: there is nobody it could come back to */
		return 0;
	}
	if (by->held_by == by->participant) {
		r = fw_hold_set(desk, by, NULL);
	}
	return r < 0 ? r : note(desk, by, NULL, "transfer_returned", "call.transfer_returned");
}

static int hand_to(struct fw_desk *desk, struct fw_part *by, unsigned number)
{
	struct fw_part *to = fw_slots_part(by->call, number);

	if (!to || to == by) {
		return FW_CODE_NOT_FOUND;
	}
	if (to->state != FW_PART_IN || to->held_by || fw_party_others(by) < 2) {
		return FW_CODE_WRONG_STATE;
	}
	return hand_on(desk, by, to);
}

int fw_transfer_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int64_t number = fw_client_message_int(message, "participant");
	struct fw_party_targets targets;
	struct fw_part *by;
	int r = fw_party_find_active(desk, client, message, &by);

	if (r != 0) {
		return r;
	}
	if (number) {
		return hand_to(desk, by, (unsigned)number);
	}
	r = fw_party_choose(desk, by, message, &targets, answer);
	if (r != 0 || (r = fw_hold_set(desk, by, by)) < 0) {
		return r;
	}
	return fw_party_ring(desk, by, &targets, true);
}
