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
#include "signaling/desk/queue.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/render.h"
#include "signaling/desk/ringing.h"
#include "signaling/desk/slots.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "calls"

/* --- telling ------------------------------------------------------------------------------------ */

static void tell(struct fw_desk *desk, const struct fw_part *viewer, const char *chat)
{
	const struct fw_client *client = fw_part_client(viewer);
	struct fw_json json;

	if (client) {
		fw_event_begin(&json, "call.state");
		fw_render_call_with(desk, &json, "call", viewer, chat);
		fw_event_send(desk, client, &json);
	}
}

int fw_call_tell_one(struct fw_desk *desk, const struct fw_part *viewer)
{
	g_autofree char *chat = NULL;
	int r;

	if (!fw_part_client(viewer)) {
		return 0;
	}
	r = fw_render_chat(desk, viewer->call, &chat);
	tell(desk, viewer, chat);
	return r;
}

/* The chat is opened once for all who see it. */
int fw_call_tell(struct fw_desk *desk, struct fw_call *call)
{
	g_autofree char *chat = NULL;
	int r = fw_render_chat(desk, call, &chat);

	for (unsigned i = 0; i < call->part_count; i++) {
		tell(desk, call->parts[i], chat);
	}
	return r;
}

int fw_call_tell_part(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_call *call = part->call;
	int r;

	if (part->state != FW_PART_RUNG || part->invited_by) {
		return fw_call_tell(desk, call);
	}
	r = fw_call_tell_one(desk, part); /* other rung windows are not shown this one */
	return r < 0 ? r : fw_call_tell_one(desk, call->parts[0]);
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

/* --- the record ---------------------------------------------------------------------------------- */

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

/* --- the end ------------------------------------------------------------------------------------ */

static void forget(struct fw_desk *desk, struct fw_call *call)
{
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->calls--;
	desk->tally->load[call->worker]--;
	fw_memory_index(desk->memory, desk->calls, call->id, NULL);
	fw_memory_index(desk->memory, desk->calls_by_handle, &call->handle, NULL);
	for (unsigned i = 0; i < call->part_count; i++) {
		if (call->parts[i]->invitation) {
			fw_memory_drop(desk->memory, call->parts[i]->invitation);
		}
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
static enum fw_round_end round_end(
	const struct fw_call *call, enum fw_call_state state, const struct fw_part *actor)
{
	switch (state) {
	case FW_CALL_CANCELLED:
		if (!actor || actor->state != FW_PART_IN) {
			return FW_ROUND_CALLER_LOST;
		}
		return call->queue == FW_QUEUE_WAITING ? FW_ROUND_QUEUE_LEFT : FW_ROUND_CALLER_LEFT;
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
		(r = fw_attempts_close(desk, call, round_end(call, state, actor), NULL)) < 0 ||
		(r = fw_queue_leave(desk, call,
			 state == FW_CALL_CANCELLED ? FW_QUEUE_LEFT : FW_QUEUE_OVER)) < 0 ||
		(r = fw_marker(desk, call, "ended", call->end_by, FW_TRACK_COUNT,
			 fw_end_reasons[reason])) < 0 ||
		(r = end_parts(desk, call)) < 0 || (r = fw_recording_stop(desk, call)) < 0 ||
		(r = fw_call_tell(desk, call)) < 0) {
		return r;
	}
	if (call->answered_us && (r = fw_load_learn(desk, call)) < 0) {
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

int fw_call_due(struct fw_desk *desk, struct fw_call *call)
{
	return call->state == FW_CALL_ANSWERED ? fw_quality_due(desk, call)
					       : fw_ringing_due(desk, call);
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
	r = fw_attempt_ack(desk, part, stage);
	return r <= 0 || stage == FW_RING_DELIVERED
		? MIN(r, 0)
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
	return r < 0 ? r : fw_ringing_less(desk, part);
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
		(r = fw_ringing_release(desk, call)) < 0 ||
		(r = fw_queue_leave(desk, call, FW_QUEUE_TAKEN)) < 0 ||
		(r = fw_load_learn(desk, call)) < 0 || (r = fw_slots_settle(desk, call)) < 0 ||
		(r = fw_recording_start(desk, call)) < 0) {
		return r;
	}
	for (unsigned i = 0; i < call->part_count; i++) {
		fw_peer_join(desk, call->parts[i]);
	}
	fw_memory_touch(desk->memory, call->parts[0]->window);
	call->parts[0]->window->flood = 0;
	call->quality_next = desk->now + FW_QUALITY_US;
	fw_memory_remind(desk->memory, call, call->quality_next);
	r = fw_render_call(desk, &answer->result, "call", part);
	return r < 0 ? r : fw_call_tell(desk, call);
}
