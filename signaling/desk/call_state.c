/* SPDX-License-Identifier: Apache-2.0 */
/*
 *                     +--> cancelled
 *                     |
 *   requested <--> ringing --> answered --> ended
 *       |             |            |
 *       |             +--> refused +------> interrupted
 *       |             +--> unanswered
 *       |             +--> interrupted (server restart)
 *       +--> cancelled, unanswered, interrupted
 *
 * `requested`: no window rings. The call has just been made, or waits in the queue (queue.h), maybe after some rang.
 *
 * Invariants:
 *   - a final state is never left; ended_us, end_reason are set with it, once;
 *   - answered_us is set exactly when `answered` was reached: from then on one responder is in;
 *   - before `answered` nothing is forwarded or recorded;
 *   - a live call's requester window points to its part 1; no window is in two calls.
 */
#include "signaling/desk/call_state.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/deeds.h"
#include "signaling/wall/wall.h"

#include <assert.h>
#include <errno.h>

#define FW_LOG_TOPIC "calls"

#define TO(state) (1u << FW_CALL_##state)

static const unsigned legal[FW_CALL_STATE_COUNT] = {
	[FW_CALL_REQUESTED] = TO(RINGING) | TO(CANCELLED) | TO(UNANSWERED) | TO(INTERRUPTED),
	[FW_CALL_RINGING] = TO(REQUESTED) | TO(ANSWERED) | TO(CANCELLED) | TO(REFUSED) |
		TO(UNANSWERED) | TO(INTERRUPTED),
	[FW_CALL_ANSWERED] = TO(ENDED) | TO(INTERRUPTED),
};

static const char *const actions[FW_CALL_STATE_COUNT] = {
	[FW_CALL_REQUESTED] = "call.waiting",
	[FW_CALL_RINGING] = "call.ringing",
	[FW_CALL_ANSWERED] = "call.answered",
	[FW_CALL_ENDED] = "call.ended",
	[FW_CALL_CANCELLED] = "call.cancelled",
	[FW_CALL_REFUSED] = "call.refused",
	[FW_CALL_UNANSWERED] = "call.unanswered",
	[FW_CALL_INTERRUPTED] = "call.interrupted",
};

bool fw_call_state_legal(enum fw_call_state from, enum fw_call_state to)
{
	return (legal[from] & (1u << to)) != 0;
}

static void stamp(struct fw_desk *desk, struct fw_call *call)
{
	switch (call->state) {
	case FW_CALL_REQUESTED:
		break;
	case FW_CALL_RINGING: /* the latest: who waits again rings again */
		call->ringing_us = desk->now_us;
		break;
	case FW_CALL_ANSWERED:
		call->answered_us = desk->now_us;
		break;
	default:
		call->ended_us = desk->now_us;
	}
}

/* Only what changes with the state: an index is written when one of its columns is named. */
static int store(struct fw_desk *desk, const struct fw_call *call, const struct fw_part *actor)
{
	struct fw_db_value state = fw_db_text(fw_call_states[call->state]);
	struct fw_db_value id = fw_db_text(call->id);

	switch (call->state) {
	case FW_CALL_REQUESTED:
		return fw_db_run(desk->setup.db, "UPDATE call SET state = ?1 WHERE id = ?2",
			FW_DB_VALUES(state, id), NULL);
	case FW_CALL_RINGING:
		return fw_db_run(desk->setup.db,
			"UPDATE call SET state = ?1, ringing_us = ?2 WHERE id = ?3",
			FW_DB_VALUES(state, fw_db_int(call->ringing_us), id), NULL);
	case FW_CALL_ANSWERED:
		return fw_db_run(desk->setup.db,
			"UPDATE call SET state = ?1, answered_us = ?2, responder_window = ?3,"
			" responder_account = ?4 WHERE id = ?5",
			FW_DB_VALUES(state, fw_db_int(call->answered_us),
				fw_db_text(actor->window->place->id),
				fw_db_text(actor->account->person->id), id),
			NULL);
	default:
		return fw_db_run(desk->setup.db,
			"UPDATE call SET state = ?1, ended_us = ?2, end_by = ?3, end_reason = ?4"
			" WHERE id = ?5",
			FW_DB_VALUES(state, fw_db_int(call->ended_us),
				call->end_by ? fw_db_int(call->end_by) : fw_db_null(),
				fw_db_text(fw_end_reasons[call->end_reason]), id),
			NULL);
	}
}

int fw_call_set_state(struct fw_desk *desk, struct fw_call *call, enum fw_call_state state,
	const struct fw_part *actor)
{
	bool final = fw_call_is_final(state);
	g_autofree char *detail = NULL;
	int r;

	if (!fw_call_state_legal(call->state, state)) {
		fw_error("illegal transition call=%s %s->%s", call->id, fw_call_states[call->state],
			fw_call_states[state]);
		return -EPROTO;
	}
	fw_info("%s->%s (%s) call=%s window=%s", fw_call_states[call->state], fw_call_states[state],
		final ? fw_end_reasons[call->end_reason] : "-", call->id,
		actor ? actor->window->place->id : "-");
	fw_memory_touch(desk->memory, call);
	call->state = state;
	fw_wall_stir(desk);
	stamp(desk, call);
	r = store(desk, call, actor);
	if (r < 0) {
		return r;
	}
	if (final) {
		detail = call->end_by
			? g_strdup_printf("{\"reason\":\"%s\",\"by\":%u}",
				  fw_end_reasons[call->end_reason], call->end_by)
			: g_strdup_printf("{\"reason\":\"%s\"}", fw_end_reasons[call->end_reason]);
	}
	return fw_deed_of_call(desk, call, actor, actions[state], detail);
}
