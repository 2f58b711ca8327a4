/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/party.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/hold.h"
#include "signaling/desk/invitations.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/render.h"
#include "signaling/desk/slots.h"
#include "signaling/desk/transfer.h"
#include "signaling/drill/drill.h"

#define FW_LOG_TOPIC "party"

/* --- who is there --------------------------------------------------------------------------------- */

unsigned fw_party_others(const struct fw_part *part)
{
	const struct fw_call *call = part->call;
	unsigned others = 0;

	for (unsigned i = 0; i < call->part_count; i++) {
		others += call->parts[i] != part && call->parts[i]->state == FW_PART_IN;
	}
	return others;
}

/* Who is in, and one for each invitation that rings. */
static unsigned places_taken(const struct fw_call *call)
{
	unsigned taken = 0, last_group = 0;

	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_part *part = call->parts[i];

		taken += part->state == FW_PART_IN;
		if (part->state == FW_PART_RUNG && part->group != last_group) {
			last_group = part->group; /* a group's parts lie together */
			taken++;
		}
	}
	return taken;
}

int fw_party_find_active(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_part **ret_part)
{
	int r = fw_part_find(desk, client, message, ret_part);

	if (r != 0) {
		return r;
	}
	return (*ret_part)->call->state == FW_CALL_ANSWERED && (*ret_part)->state == FW_PART_IN &&
			!(*ret_part)->held_by
		? 0
		: FW_CODE_WRONG_STATE;
}

static int deed(struct fw_desk *desk, const struct fw_part *part, const struct fw_part *actor,
	const char *action, const char *why)
{
	g_autofree char *detail = why ? g_strdup_printf("{\"participant\":%u,\"window\":\"%s\","
							"\"why\":\"%s\"}",
						part->participant, part->window->place->id, why)
				      : g_strdup_printf("{\"participant\":%u,\"window\":\"%s\"}",
						part->participant, part->window->place->id);

	return fw_deed_of_call(desk, part->call, actor, action, detail);
}

/* --- whom an invitation reaches ------------------------------------------------------------------- */

static bool is_expert(const struct fw_window *window)
{
	const struct fw_person *person = window->account ? window->account->person : NULL;

	for (guint i = 0; person && i < person->roles->len; i++) {
		if (g_array_index(person->roles, struct fw_person_role, i).role ==
			FW_ROLE_DEPARTMENT_EXPERT) {
			return true;
		}
	}
	return false;
}

static void add_target(struct fw_party_targets *targets, struct fw_window *window)
{
	unsigned at = targets->count;

	while (at > 0 && targets->windows[at - 1]->since_us > window->since_us) {
		at--;
	}
	if (at == FW_PARTY_GROUP_MAX) {
		return;
	}
	targets->count = MIN(targets->count + 1, FW_PARTY_GROUP_MAX);
	for (unsigned i = targets->count - 1; i > at; i--) {
		targets->windows[i] = targets->windows[i - 1];
	}
	targets->windows[at] = window;
}

/* The rehearsal for which a window has no time for this call; NULL: it may be invited. */
static const struct fw_drill *barred(
	const struct fw_desk *desk, const struct fw_call *call, const struct fw_place *place)
{
	return call->drill ? NULL : fw_drill_of(desk, place, call->item);
}

/* Ready windows of the departments that decide on the item there; where the organisation knows of none, windows of the
 * area at which an expert sits. Returns how many there are, ready or not. */
static unsigned choose_department(struct fw_desk *desk, const struct fw_area *area,
	const struct fw_call *call, struct fw_party_targets *targets)
{
	const struct fw_item *item = call->item;
	const struct fw_area *responsible = fw_area_department(area, item);
	const GPtrArray *places = responsible ? responsible->departments : area->windows;
	unsigned serving = 0;

	for (guint i = 0; i < places->len; i++) {
		struct fw_window *window = fw_desk_window(desk, g_ptr_array_index(places, i));

		if (!window->place->home ||
			(responsible ? !fw_place_serves(window->place, item) : !is_expert(window))) {
			continue;
		}
		serving++;
		if (fw_presence_can_ring(window) && !barred(desk, call, window->place)) {
			add_target(targets, window);
		}
	}
	return serving;
}

static int choose(struct fw_desk *desk, const struct fw_part *by,
	const struct fw_client_message *message, struct fw_party_targets *targets,
	unsigned *ret_serving, struct fw_answer *answer)
{
	const char *id = fw_client_message_text(message, "window");
	const char *code = fw_client_message_text(message, "area");
	const struct fw_area *area =
		code ? fw_catalogue_area(desk->catalogue, code) : by->call->area;
	const struct fw_place *place;

	if (!id) {
		*ret_serving = area ? choose_department(desk, area, by->call, targets) : 0;
		return area ? 0 : FW_CODE_NOT_FOUND;
	}
	place = fw_catalogue_place(desk->catalogue, id);
	if (!place || !place->home || place == by->window->place) {
		return FW_CODE_NOT_FOUND;
	}
	if (barred(desk, by->call, place)) {
		return fw_drill_refuse(barred(desk, by->call, place), answer);
	}
	*ret_serving = 1;
	if (fw_presence_can_ring(fw_desk_window(desk, place))) {
		add_target(targets, fw_desk_window(desk, place));
	}
	return 0;
}

int fw_party_choose(struct fw_desk *desk, const struct fw_part *by,
	const struct fw_client_message *message, struct fw_party_targets *ret_targets,
	struct fw_answer *answer)
{
	bool window = fw_client_message_text(message, "window") != NULL;
	unsigned serving = 0;
	int r;

	ret_targets->count = 0;
	if (window == fw_client_message_bool(message, "department")) {
		g_strlcpy(answer->text, "请指明一个窗口，或者部门", sizeof(answer->text));
		return FW_CODE_MALFORMED;
	}
	if (places_taken(by->call) >= FW_CALL_PARTICIPANTS_MAX) {
		g_strlcpy(answer->text, "参加通话的已到五方", sizeof(answer->text));
		return FW_CODE_TOO_MANY;
	}
	r = choose(desk, by, message, ret_targets, &serving, answer);
	if (r != 0) {
		return r;
	}
	if (ret_targets->count == 0) {
		g_snprintf(answer->extra, sizeof(answer->extra), "\"windows\":%u", serving);
		return FW_CODE_NO_WINDOW_READY;
	}
	return by->call->part_count + ret_targets->count > G_N_ELEMENTS(by->call->parts)
		? FW_CODE_TOO_MANY
		: 0;
}

/* --- ringing -------------------------------------------------------------------------------------- */

static int store_invited(struct fw_desk *desk, const struct fw_part *part)
{
	return fw_db_run(desk->setup.db,
		"UPDATE call_part SET side = ?1, invited_by = ?2, transfer = ?3"
		" WHERE call = ?4 AND participant = ?5",
		FW_DB_VALUES(fw_db_text(part->requester_side ? "requester" : "responder"),
			fw_db_int(part->invited_by), fw_db_int(part->transfer),
			fw_db_text(part->call->id), fw_db_int(part->participant)),
		NULL);
}

static int add(struct fw_desk *desk, struct fw_part *by, struct fw_window *window, unsigned group,
	bool transfer)
{
	struct fw_part *part;
	int r = fw_part_add(desk, by->call, window, FW_PART_RUNG, &part);

	if (r < 0) {
		return r;
	}
	part->requester_side = by->requester_side;
	part->invited_by = by->participant;
	part->group = group;
	part->transfer = transfer;
	part->ring_until = desk->now + desk->setup.ring_us;
	fw_memory_remind(desk->memory, part, part->ring_until);
	if ((r = store_invited(desk, part)) < 0 || (r = fw_invitation_ring(desk, part)) < 0 ||
		(r = fw_marker(desk, part->call, transfer ? "transfer" : "invited",
			 part->participant, FW_TRACK_COUNT, NULL)) < 0 ||
		(r = deed(desk, part, by, transfer ? "call.transfer" : "call.invited", NULL)) < 0) {
		return r;
	}
	return fw_presence_update(desk, window);
}

int fw_party_ring(struct fw_desk *desk, struct fw_part *by, const struct fw_party_targets *targets,
	bool transfer)
{
	struct fw_call *call = by->call;
	unsigned group = call->part_count + 1; /* the first one's number: unique in the call */
	int r = 0;

	fw_info("invited call=%s window=%s rung=%u transfer=%d", call->id, by->window->place->id,
		targets->count, transfer);
	for (unsigned i = 0; r >= 0 && i < targets->count; i++) {
		r = add(desk, by, targets->windows[i], group, transfer);
	}
	for (unsigned i = group - 1; r >= 0 && i < call->part_count; i++) {
		r = fw_call_tell_incoming(desk, call->parts[i]);
		if (r >= 0) {
			r = fw_peer_renew(desk, call->parts[i]);
		}
	}
	return r < 0 ? r : fw_call_tell(desk, call);
}

int fw_party_invite_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_party_targets targets;
	struct fw_part *part;
	int r = fw_party_find_active(desk, client, message, &part);

	if (r != 0 || (r = fw_party_choose(desk, part, message, &targets, answer)) != 0) {
		return r;
	}
	r = fw_party_ring(desk, part, &targets, false);
	return r < 0 ? r : fw_render_call(desk, &answer->result, "call", part);
}

/* --- the ringing ends ----------------------------------------------------------------------------- */

static bool group_rings(const struct fw_call *call, unsigned group)
{
	for (unsigned i = 0; i < call->part_count; i++) {
		if (call->parts[i]->state == FW_PART_RUNG && call->parts[i]->group == group) {
			return true;
		}
	}
	return false;
}

static int withdraw_one(struct fw_desk *desk, struct fw_part *part)
{
	int r = fw_part_set_state(desk, part, FW_PART_WITHDRAWN, NULL, NULL);

	fw_memory_touch(desk->memory, part);
	part->line = FW_LINE_NONE;
	if (r < 0 || (r = deed(desk, part, NULL, "call.invite_ended", "answered_elsewhere")) < 0 ||
		(r = fw_call_tell_part(desk, part)) < 0) {
		return r;
	}
	return fw_part_detach(desk, part);
}

int fw_party_withdraw(struct fw_desk *desk, struct fw_call *call, unsigned group)
{
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < call->part_count; i++) {
		if (call->parts[i]->state == FW_PART_RUNG && call->parts[i]->group == group) {
			r = withdraw_one(desk, call->parts[i]);
		}
	}
	return r;
}

static const char *why_not(const struct fw_desk *desk, const struct fw_part *part)
{
	if (part->state == FW_PART_REFUSED) {
		return "refused";
	}
	return part->ring_until <= desk->now ? "unanswered" : "withdrawn";
}

int fw_party_ring_less(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_call *call = part->call;
	const char *why = why_not(desk, part);
	struct fw_part *by = fw_slots_part(call, part->invited_by);
	int r;

	fw_info("not joined call=%s window=%s why=%s", call->id, part->window->place->id, why);
	fw_memory_touch(desk->memory, part);
	part->line = FW_LINE_NONE;
	if ((r = fw_marker(desk, call, "invite_ended", part->participant, FW_TRACK_COUNT, why)) < 0 ||
		(r = deed(desk, part, NULL, "call.invite_ended", why)) < 0) {
		return r;
	}
	if (part->transfer && by && !group_rings(call, part->group)) {
		r = fw_transfer_return(desk, by);
	}
	if (r < 0 || (r = fw_call_tell(desk, call)) < 0) {
		return r;
	}
	return fw_part_detach(desk, part);
}

int fw_party_due(struct fw_desk *desk, struct fw_part *part)
{
	int r;

	if (part->state != FW_PART_RUNG || !part->invited_by) {
		return 0;
	}
	if (part->ring_until > desk->now) {
		fw_memory_remind(desk->memory, part, part->ring_until);
		return 0;
	}
	r = fw_part_set_state(desk, part, FW_PART_WITHDRAWN, NULL, NULL);
	return r < 0 ? r : fw_party_ring_less(desk, part);
}

int fw_party_take_back_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int64_t number = fw_client_message_int(message, "participant");
	struct fw_part *part, *rung;
	unsigned group;
	int r = fw_part_find(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	rung = fw_slots_part(part->call, (unsigned)number);
	if (!rung || rung->invited_by != part->participant) {
		return FW_CODE_NOT_FOUND;
	}
	if (rung->state != FW_PART_RUNG || part->state != FW_PART_IN) {
		return FW_CODE_WRONG_STATE;
	}
	group = rung->group;
	for (unsigned i = 0; r >= 0 && i < part->call->part_count; i++) {
		rung = part->call->parts[i];
		if (rung->state != FW_PART_RUNG || rung->group != group) {
			continue;
		}
		r = fw_part_set_state(desk, rung, FW_PART_WITHDRAWN, NULL, NULL);
		if (r >= 0) {
			r = fw_party_ring_less(desk, rung);
		}
	}
	return r;
}

/* --- joining and leaving -------------------------------------------------------------------------- */

int fw_party_answer(struct fw_desk *desk, struct fw_part *part, struct fw_answer *answer)
{
	struct fw_call *call = part->call;
	struct fw_part *by = fw_slots_part(call, part->invited_by);
	int r;

	fw_info("joined call=%s window=%s", call->id, part->window->place->id);
	if ((r = fw_part_set_state(desk, part, FW_PART_IN, NULL, NULL)) < 0 ||
		(r = fw_marker(desk, call, "joined", part->participant, FW_TRACK_COUNT, NULL)) < 0 ||
		(r = deed(desk, part, part, "call.joined", NULL)) < 0 ||
		(r = fw_party_withdraw(desk, call, part->group)) < 0) {
		return r;
	}
	fw_recording_join(desk, part);
	if (part->transfer && by && by->state == FW_PART_IN) {
		r = fw_transfer_done(desk, by, part);
	}
	if (r < 0 || (r = fw_slots_settle(desk, call)) < 0) {
		return r;
	}
	fw_peer_join(desk, part);
	r = fw_render_call(desk, &answer->result, "call", part);
	return r < 0 ? r : fw_call_tell(desk, call);
}

int fw_party_left(struct fw_desk *desk, struct fw_part *part, enum fw_end_reason reason)
{
	struct fw_call *call = part->call;
	int r;

	fw_info("left call=%s window=%s reason=%s", call->id, part->window->place->id,
		fw_end_reasons[reason]);
	fw_memory_touch(desk->memory, part);
	part->line = FW_LINE_NONE;
	part->lost_until = 0;
	fw_recording_leave(desk, part);
	if ((r = fw_marker(desk, call, "left", part->participant, FW_TRACK_COUNT,
		     fw_end_reasons[reason])) < 0 ||
		(r = deed(desk, part, part, "call.left", fw_end_reasons[reason])) < 0 ||
		(r = fw_hold_release(desk, part)) < 0 || (r = fw_slots_settle(desk, call)) < 0 ||
		(r = fw_call_tell(desk, call)) < 0) {
		return r;
	}
	return fw_part_detach(desk, part);
}

int fw_party_restart(struct fw_desk *desk, struct fw_call *call)
{
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];

		if (part->state == FW_PART_RUNG && part->invited_by) {
			r = fw_part_set_state(desk, part, FW_PART_WITHDRAWN, NULL, NULL);
		}
		if (r >= 0 && part->state == FW_PART_IN && part->held_by == part->participant) {
			r = fw_transfer_return(desk, part);
		}
	}
	return r < 0 ? r : fw_slots_settle(desk, call);
}
