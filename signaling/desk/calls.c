/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/calls.h"

#include "base/db.h"
#include "base/id.h"
#include "base/log.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/call_state.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/party.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/quality.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/render.h"
#include "signaling/desk/slots.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "calls"

/* --- telling ------------------------------------------------------------------------------------ */

static int tell_one(struct fw_desk *desk, const struct fw_part *viewer)
{
	const struct fw_client *client = fw_part_client(viewer);
	struct fw_json json;
	int r;

	if (!client) {
		return 0;
	}
	fw_event_begin(&json, "call.state");
	r = fw_render_call(desk, &json, "call", viewer);
	fw_event_send(desk, client, &json);
	return r;
}

int fw_call_tell(struct fw_desk *desk, struct fw_call *call)
{
	for (unsigned i = 0; i < call->part_count; i++) {
		int r = tell_one(desk, call->parts[i]);

		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int fw_call_tell_part(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_call *call = part->call;
	int r;

	if (part->state != FW_PART_RUNG || part->invited_by) {
		return fw_call_tell(desk, call);
	}
	r = tell_one(desk, part); /* other rung windows are not shown this one */
	return r < 0 ? r : tell_one(desk, call->parts[0]);
}

int fw_call_tell_incoming(struct fw_desk *desk, struct fw_part *part)
{
	const struct fw_client *client = fw_part_client(part);
	struct fw_json json;
	int r;

	if (!client) {
		return 0;
	}
	fw_event_begin(&json, "call.incoming");
	r = fw_render_call(desk, &json, "call", part);
	fw_json_int(&json, "ring_until_us",
		fw_desk_wall_us(desk, part->invited_by ? part->ring_until : part->call->ring_until));
	if (part->invited_by) {
		fw_json_int(&json, "invited_by", part->invited_by);
		fw_json_bool(&json, "transfer", part->transfer);
	}
	fw_event_send(desk, client, &json);
	return r;
}

/* --- the end ------------------------------------------------------------------------------------ */

static void forget(struct fw_desk *desk, struct fw_call *call)
{
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->calls--;
	desk->tally->load[call->worker]--;
	fw_memory_index(desk->memory, desk->calls, call->id, NULL);
	fw_memory_index(desk->memory, desk->calls_by_handle, &call->handle, NULL);
	for (unsigned i = 0; i < call->part_count; i++) {
		fw_memory_drop(desk->memory, call->parts[i]);
	}
	for (struct fw_attempt *attempt = call->attempts; attempt; attempt = attempt->next) {
		fw_memory_drop(desk->memory, attempt); /* its memory stays until the commit */
	}
	fw_memory_drop(desk->memory, call);
}

/* Who is still being rung is withdrawn; nobody has a line any more. */
static int end_parts(struct fw_desk *desk, struct fw_call *call)
{
	for (unsigned i = 0; i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];
		int r;

		fw_memory_touch(desk->memory, part);
		part->line = FW_LINE_NONE;
		part->lost_until = 0;
		if (part->state == FW_PART_RUNG) {
			r = fw_part_set_state(desk, part, FW_PART_WITHDRAWN, NULL, NULL);
			if (r < 0) {
				return r;
			}
		}
	}
	return 0;
}

/* What the end of the call is for the attempts that are still open. */
static enum fw_round_end round_end(enum fw_call_state state, const struct fw_part *actor)
{
	switch (state) {
	case FW_CALL_CANCELLED:
		return actor && actor->state == FW_PART_IN ? FW_ROUND_CALLER_LEFT
							   : FW_ROUND_CALLER_LOST;
	case FW_CALL_INTERRUPTED:
		return FW_ROUND_SERVER;
	default:
		return FW_ROUND_OVER;
	}
}

int fw_call_finish(struct fw_desk *desk, struct fw_call *call, enum fw_call_state state,
	enum fw_end_reason reason, struct fw_part *actor)
{
	int r;

	fw_memory_touch(desk->memory, call);
	call->end_reason = reason;
	call->end_by = actor ? actor->participant : 0;
	if ((r = fw_call_set_state(desk, call, state, actor)) < 0 ||
		(r = fw_attempts_close(desk, call, round_end(state, actor), NULL)) < 0 ||
		(r = fw_marker(desk, call, "ended", call->end_by, FW_TRACK_COUNT,
			 fw_end_reasons[reason])) < 0 ||
		(r = end_parts(desk, call)) < 0 || (r = fw_recording_stop(desk, call)) < 0 ||
		(r = fw_call_tell(desk, call)) < 0) {
		return r;
	}
	for (unsigned i = 0; i < call->part_count; i++) {
		r = fw_part_detach(desk, call->parts[i]);
		if (r < 0) {
			return r;
		}
	}
	forget(desk, call);
	return 0;
}

int fw_call_ring_less(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_call *call = part->call;
	unsigned rung = 0, refused = 0;
	int r;

	if (part->invited_by) {
		return fw_party_ring_less(desk, part);
	}
	for (unsigned i = 1; i < call->part_count; i++) {
		rung += call->parts[i]->state == FW_PART_RUNG;
		refused += call->parts[i]->state == FW_PART_REFUSED;
	}
	if (rung == 0) { /* the event of the end tells this window too */
		return refused == call->part_count - 1
			? fw_call_finish(desk, call, FW_CALL_REFUSED, FW_END_REFUSED, NULL)
			: fw_call_finish(desk, call, FW_CALL_UNANSWERED, FW_END_UNANSWERED, NULL);
	}
	fw_memory_touch(desk->memory, part);
	part->line = FW_LINE_NONE;
	r = fw_call_tell_part(desk, part);
	if (r >= 0) {
		r = tell_one(desk, part);
	}
	return r < 0 ? r : fw_part_detach(desk, part);
}

int fw_call_due(struct fw_desk *desk, struct fw_call *call)
{
	if (call->state == FW_CALL_RINGING) {
		if (call->ring_until > desk->now) {
			fw_memory_remind(desk->memory, call, call->ring_until);
			return 0;
		}
		return fw_call_finish(desk, call, FW_CALL_UNANSWERED, FW_END_UNANSWERED, NULL);
	}
	return call->state == FW_CALL_ANSWERED ? fw_quality_due(desk, call) : 0;
}

/* --- call.request ------------------------------------------------------------------------------- */

struct request {
	const struct fw_item *item;
	const struct fw_area *area;
	const struct fw_place *named; /* NULL: any */
	int64_t material;
	struct fw_window *ring[FW_CALL_ATTEMPTS_MAX];
	struct fw_window *absent[FW_CALL_ATTEMPTS_MAX]; /* should have been there */
	unsigned rings, absents, serving;
};

static enum fw_code read_request(
	struct fw_desk *desk, const struct fw_client_message *message, struct request *ret_request)
{
	const char *named = fw_client_message_text(message, "window");
	struct request request = {
		.item = fw_catalogue_item(desk->catalogue, fw_client_message_text(message, "item")),
		.area = fw_catalogue_area(desk->catalogue, fw_client_message_text(message, "area")),
		.material = fw_client_message_int(message, "material"),
	};

	if (!request.item || !request.area) {
		return FW_CODE_NOT_FOUND;
	}
	if (!fw_item_serves(request.item, request.area->code)) {
		return FW_CODE_ITEM_NOT_SERVED;
	}
	if (request.material &&
		!g_hash_table_contains(
			request.item->materials, GINT_TO_POINTER((int)request.material))) {
		return FW_CODE_NOT_FOUND;
	}
	if (named) {
		request.named = fw_catalogue_place(desk->catalogue, named);
		if (!request.named || !request.named->home ||
			request.named->hall->area != request.area) {
			return FW_CODE_NOT_FOUND;
		}
	}
	*ret_request = request;
	return FW_CODE_OK;
}

/* All ready windows of the area, or the one named. Beyond the limit those that are ready the longest are rung. */
static void choose_windows(
	struct fw_desk *desk, const struct fw_window *own, struct request *request)
{
	for (guint i = 0; i < request->area->windows->len; i++) {
		const struct fw_place *place = g_ptr_array_index(request->area->windows, i);
		struct fw_window *window = fw_desk_window(desk, place);
		unsigned at;

		if (!place->home || (request->named && request->named != place) || window == own) {
			continue;
		}
		request->serving++;
		if (!fw_presence_can_ring(window)) {
			if (window->presence != FW_PRESENCE_BUSY &&
				request->absents < FW_CALL_ATTEMPTS_MAX) {
				request->absent[request->absents++] = window;
			}
			continue;
		}
		at = request->rings;
		while (at > 0 && request->ring[at - 1]->since_us > window->since_us) {
			at--;
		}
		if (at == FW_CALL_ATTEMPTS_MAX) {
			continue;
		}
		request->rings = MIN(request->rings + 1, FW_CALL_ATTEMPTS_MAX);
		memmove(&request->ring[at + 1], &request->ring[at],
			(request->rings - 1 - at) * sizeof(request->ring[0]));
		request->ring[at] = window;
	}
}

static enum fw_code check_request(struct fw_desk *desk, const struct fw_window *window,
	const struct fw_client_message *message, struct request *ret_request,
	struct fw_answer *answer)
{
	enum fw_code code;

	if (!window->place->applicant) {
		return FW_CODE_FORBIDDEN;
	}
	if (window->part) {
		return FW_CODE_OWN_WINDOW_BUSY;
	}
	if (window->wish != FW_PRESENCE_READY) {
		return FW_CODE_WRONG_STATE;
	}
	if (!fw_client_message_bool(message, "citizen_informed") &&
		!fw_client_message_bool(message, "drill")) { /* no citizen is there */
		return FW_CODE_CITIZEN_NOT_INFORMED;
	}
	code = read_request(desk, message, ret_request);
	if (code != FW_CODE_OK) {
		return code;
	}
	if (desk->tally->calls >= FW_CALLS_MAX) {
		return FW_CODE_TOO_MANY;
	}
	choose_windows(desk, window, ret_request);
	if (ret_request->rings == 0) {
		g_snprintf(answer->extra, sizeof(answer->extra), "\"windows\":%u",
			ret_request->serving);
		return FW_CODE_NO_WINDOW_READY;
	}
	return FW_CODE_OK;
}

static unsigned least_loaded(const struct fw_desk *desk)
{
	unsigned best = 0;

	for (unsigned i = 1; i < desk->setup.workers; i++) {
		if (desk->tally->load[i] < desk->tally->load[best]) {
			best = i;
		}
	}
	return best;
}

struct fw_call *fw_call_add(struct fw_desk *desk, const char *id)
{
	struct fw_call *call = fw_memory_add(desk->memory, FW_RECORD_CALL, sizeof(*call));

	fw_memory_touch(desk->memory, desk->tally);
	call->handle = desk->tally->next_call++;
	call->worker = least_loaded(desk);
	desk->tally->load[call->worker]++;
	desk->tally->calls++;
	g_strlcpy(call->id, id, sizeof(call->id));
	fw_memory_index(desk->memory, desk->calls, call->id, call);
	fw_memory_index(desk->memory, desk->calls_by_handle, &call->handle, call);
	return call;
}

static int store_call(struct fw_desk *desk, const struct fw_call *call,
	const struct fw_window *window, const struct fw_place *named)
{
	return fw_db_run(desk->setup.db,
		"INSERT INTO call (id, state, item, item_version, area, material, note, "
		"case_number,"
		" named_window, requested_us, requester_window, requester_account)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		FW_DB_VALUES(fw_db_text(call->id), fw_db_text(fw_call_states[call->state]),
			fw_db_text(call->item->id), fw_db_int(call->item_version),
			fw_db_text(call->area->code),
			call->material ? fw_db_int(call->material) : fw_db_null(),
			fw_db_text(call->note[0] ? call->note : NULL),
			fw_db_text(call->case_number[0] ? call->case_number : NULL),
			fw_db_text(named ? named->id : NULL), fw_db_int(call->requested_us),
			fw_db_text(window->place->id), fw_db_text(window->account->person->id)),
		NULL);
}

static int store_drill(struct fw_desk *desk, struct fw_call *call)
{
	int r = fw_db_run(desk->setup.db, "UPDATE call SET drill = 1 WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(call->id)), NULL);

	return r < 0 ? r : fw_marker(desk, call, "drill", 1, FW_TRACK_COUNT, NULL);
}

static int create_call(struct fw_desk *desk, struct fw_window *window, const struct request *request,
	const struct fw_client_message *message, struct fw_call **ret_call)
{
	const char *note = fw_client_message_text(message, "note");
	const char *case_number = fw_client_message_text(message, "case");
	uint8_t random[FW_ID_RANDOM_BYTES];
	char id[FW_ID_SIZE];
	struct fw_call *call;
	struct fw_part *part;
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, id);
	call = fw_call_add(desk, id);
	call->item = request->item;
	call->item_version = request->item->version;
	call->area = request->area;
	call->material = request->material;
	call->drill = fw_client_message_bool(message, "drill");
	g_strlcpy(call->note, note ? note : "", sizeof(call->note));
	g_strlcpy(call->case_number, case_number ? case_number : "", sizeof(call->case_number));
	call->requested_us = desk->now_us;
	call->round = 1;
	call->ring_until = desk->now + desk->setup.ring_us;
	fw_memory_remind(desk->memory, call, call->ring_until);
	*ret_call = call;
	if ((r = store_call(desk, call, window, request->named)) < 0 ||
		(r = fw_part_add(desk, call, window, FW_PART_IN, &part)) < 0 ||
		(r = fw_deed_of_call(desk, call, part, "call.requested", NULL)) < 0 ||
		(r = fw_marker(desk, call, "requested", 1, FW_TRACK_COUNT, NULL)) < 0) {
		return r;
	}
	return call->drill ? store_drill(desk, call)
			   : fw_marker(desk, call, "citizen_informed", 1, FW_TRACK_COUNT, NULL);
}

static int ring(struct fw_desk *desk, struct fw_call *call, struct fw_window *window)
{
	struct fw_part *part;
	int r = fw_part_add(desk, call, window, FW_PART_RUNG, &part);

	if (r >= 0) {
		r = fw_attempt_ring(desk, part);
	}
	return r < 0 ? r : fw_marker(desk, call, "ring", part->participant, FW_TRACK_COUNT, NULL);
}

/* Tells the windows and makes the first offers: the requester's, then those of the rung. */
static int begin_ringing(struct fw_desk *desk, struct fw_call *call)
{
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];

		r = fw_presence_update(desk, part->window);
		if (r >= 0 && part->state == FW_PART_RUNG) {
			r = fw_call_tell_incoming(desk, part);
		}
		if (r >= 0) {
			r = fw_peer_renew(desk, part);
		}
	}
	return r;
}

int fw_call_request_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct request request;
	struct fw_call *call;
	enum fw_code code = check_request(desk, client->window, message, &request, answer);
	int r;

	if (code != FW_CODE_OK) {
		return (int)code;
	}
	r = create_call(desk, client->window, &request, message, &call);
	for (unsigned i = 0; r >= 0 && i < request.rings; i++) {
		r = ring(desk, call, request.ring[i]);
	}
	for (unsigned i = 0; r >= 0 && i < request.absents; i++) {
		r = fw_attempt_absent(desk, call, request.absent[i]);
	}
	if (r < 0 || (r = fw_call_set_state(desk, call, FW_CALL_RINGING, call->parts[0])) < 0 ||
		(r = begin_ringing(desk, call)) < 0) {
		return r;
	}
	return fw_render_call(desk, &answer->result, "call", call->parts[0]);
}

/* --- the other methods -------------------------------------------------------------------------- */

int fw_call_cancel_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_part *part;
	int r = fw_part_find(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	if (part->participant != 1 || part->call->state >= FW_CALL_ANSWERED) {
		return FW_CODE_WRONG_STATE;
	}
	return fw_call_finish(desk, part->call, FW_CALL_CANCELLED, FW_END_CANCELLED, part);
}

/* The part, if it is being rung. */
static int find_rung(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_part **ret_part)
{
	int r = fw_part_find(desk, client, message, ret_part);

	if (r != 0) {
		return r;
	}
	return (*ret_part)->state == FW_PART_RUNG &&
			((*ret_part)->call->state == FW_CALL_RINGING || (*ret_part)->invited_by)
		? 0
		: FW_CODE_WRONG_STATE;
}

int fw_call_ring_ack_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	static const char *const markers[] = {
		[FW_RING_DISPLAYED] = "ring_displayed",
		[FW_RING_TONE] = "ring_tone",
	};
	enum fw_ring_stage stage = (enum fw_ring_stage)fw_client_message_choice(message, "stage");
	struct fw_part *part;
	int r = find_rung(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	/* An invitation is no attempt: nobody is held to join. */
	r = part->invited_by ? 0 : fw_attempt_ack(desk, part, stage);
	return r < 0 || stage == FW_RING_DELIVERED
		? r
		: fw_marker(desk, part->call, markers[stage], part->participant, FW_TRACK_COUNT,
			  NULL);
}

int fw_call_refuse_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int reason = fw_client_message_choice(message, "reason");
	const char *text = fw_client_message_text(message, "text");
	g_autofree char *detail = NULL;
	struct fw_part *part;
	int r = find_rung(desk, client, message, &part);

	if (r != 0) {
		return r;
	}
	if (reason == FW_REFUSE_OTHER && !text) {
		g_strlcpy(answer->text, "缺少字段 text", sizeof(answer->text));
		return FW_CODE_MALFORMED;
	}
	detail = g_strdup_printf("{\"reason\":\"%s\"}", fw_refuse_reasons[reason]);
	r = fw_part_set_state(desk, part, FW_PART_REFUSED, fw_refuse_reasons[reason], text);
	if (r >= 0 && !part->invited_by) {
		r = fw_attempt_decline(desk, part);
	}
	if (r >= 0) {
		r = fw_deed_of_call(desk, part->call, part, "call.part_refused", detail);
	}
	return r < 0 ? r : fw_call_ring_less(desk, part);
}

int fw_call_hangup_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_part *part;
	int r = fw_part_find(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	if (part->call->state != FW_CALL_ANSWERED || part->state != FW_PART_IN) {
		return FW_CODE_WRONG_STATE;
	}
	r = fw_part_set_state(desk, part, FW_PART_LEFT, NULL, NULL);
	if (r >= 0 && fw_party_others(part) >= 2) {
		return fw_party_left(desk, part, FW_END_HANGUP);
	}
	return r < 0 ? r : fw_call_finish(desk, part->call, FW_CALL_ENDED, FW_END_HANGUP, part);
}

/* --- call.answer -------------------------------------------------------------------------------- */

/* The windows that were slower: told, and free again. */
static int withdraw_others(struct fw_desk *desk, struct fw_call *call)
{
	for (unsigned i = 1; i < call->part_count; i++) {
		struct fw_part *other = call->parts[i];
		int r;

		if (other->state != FW_PART_RUNG) {
			continue;
		}
		r = fw_part_set_state(desk, other, FW_PART_WITHDRAWN, NULL, NULL);
		fw_memory_touch(desk->memory, other);
		other->line = FW_LINE_NONE;
		if (r < 0 || (r = tell_one(desk, other)) < 0 ||
			(r = fw_part_detach(desk, other)) < 0) {
			return r;
		}
	}
	return 0;
}

int fw_call_answer_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_part *part;
	struct fw_call *call;
	int r = find_rung(desk, client, message, &part);

	if (r != 0) {
		return r;
	}
	call = part->call;
	if (part->invited_by) {
		return fw_party_answer(desk, part, answer);
	}
	if ((r = fw_part_set_state(desk, part, FW_PART_IN, NULL, NULL)) < 0 ||
		(r = fw_call_set_state(desk, call, FW_CALL_ANSWERED, part)) < 0 ||
		(r = fw_attempts_close(desk, call, FW_ROUND_ANSWERED, part)) < 0 ||
		(r = fw_marker(desk, call, "answered", part->participant, FW_TRACK_COUNT, NULL)) < 0 ||
		(r = withdraw_others(desk, call)) < 0 || (r = fw_slots_settle(desk, call)) < 0 ||
		(r = fw_recording_start(desk, call)) < 0) {
		return r;
	}
	for (unsigned i = 0; i < call->part_count; i++) {
		fw_peer_join(desk, call->parts[i]);
	}
	call->quality_next = desk->now + FW_QUALITY_US;
	fw_memory_remind(desk->memory, call, call->quality_next);
	r = fw_render_call(desk, &answer->result, "call", part);
	return r < 0 ? r : fw_call_tell(desk, call);
}
