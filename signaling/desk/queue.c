/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants:
 *   - a call is in the list of its area exactly while its entry is `waiting`, and its state is then `requested`;
 *   - a list is in the order of `asked`, so who waits again is not behind who came later;
 *   - a final entry is never left; the call's end makes every entry final.
 */
#include "signaling/desk/queue.h"

#include "base/db.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/ringing.h"
#include "signaling/wall/wall.h"

#include <assert.h>
#include <string.h>

#define LEARN_WEIGHT 8 /* a new call moves the mean by an eighth */
#define LEARN_FROM_US \
	(INT64_C(30) * 24 * 3600 * 1000000) /* what was longer ago tells nothing of today */
#define LEARN_CALLS_SQL "20"

/* --- load ----------------------------------------------------------------------------------------- */

static int seed(struct fw_desk *desk, struct fw_load *load)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int64_t answers = 0, answer_us = 0, talks = 0, talk_us = 0;
	int r = fw_db_query(desk->setup.db,
		"SELECT requested_us, answered_us, ended_us FROM call WHERE area = ?1"
		" AND requested_us > ?2 AND answered_us IS NOT NULL"
		" ORDER BY requested_us DESC LIMIT " LEARN_CALLS_SQL,
		FW_DB_VALUES(fw_db_text(load->area), fw_db_int(desk->now_us - LEARN_FROM_US)),
		&rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		answers++;
		answer_us += MAX(0, fw_db_column_int(rows, 1) - fw_db_column_int(rows, 0));
		if (!fw_db_column_is_null(rows, 2)) {
			talks++;
			talk_us += MAX(0, fw_db_column_int(rows, 2) - fw_db_column_int(rows, 1));
		}
	}
	load->answer_us = answers ? answer_us / answers : 0;
	load->handling_us = talks ? talk_us / talks : 0;
	return r;
}

int fw_load_find(struct fw_desk *desk, const struct fw_area *area, struct fw_load **ret_load)
{
	struct fw_load *load = g_hash_table_lookup(desk->loads, area->code);
	int r = 0;

	if (!load) {
		load = fw_memory_add(desk->memory, FW_RECORD_LOAD, sizeof(*load));
		g_strlcpy(load->area, area->code, sizeof(load->area));
		fw_memory_index(desk->memory, desk->loads, load->area, load);
		r = seed(desk, load);
	}
	*ret_load = load;
	return r;
}

static void learn(int64_t *mean_us, int64_t new_us)
{
	if (new_us > 0) { /* a clock set back tells nothing */
		*mean_us = *mean_us ? *mean_us + (new_us - *mean_us) / LEARN_WEIGHT : new_us;
	}
}

int fw_load_learn(struct fw_desk *desk, const struct fw_call *call)
{
	struct fw_load *load;
	int r;

	if (call->drill) {
		return 0;
	}
	r = fw_load_find(desk, call->area, &load);
	if (r >= 0) {
		fw_memory_touch(desk->memory, load);
		if (call->state == FW_CALL_ANSWERED) {
			learn(&load->answer_us, desk->now - call->asked);
		} else {
			learn(&load->handling_us, call->ended_us - call->answered_us);
		}
	}
	return r;
}

/* --- states ----------------------------------------------------------------------------------------- */

#define TO(state) (1u << FW_QUEUE_##state)

static const unsigned legal[FW_QUEUE_STATE_COUNT] = {
	[FW_QUEUE_NONE] = TO(WAITING),
	[FW_QUEUE_WAITING] = TO(RUNG) | TO(LEFT) | TO(OVER),
	[FW_QUEUE_RUNG] = TO(WAITING) | TO(TAKEN) | TO(LEFT) | TO(OVER),
};

static const char *const actions[FW_QUEUE_STATE_COUNT] = {
	[FW_QUEUE_WAITING] = "queue.waiting",
	[FW_QUEUE_RUNG] = "queue.rung",
	[FW_QUEUE_TAKEN] = "queue.taken",
	[FW_QUEUE_LEFT] = "queue.left",
	[FW_QUEUE_OVER] = "queue.over",
};

bool fw_queue_state_legal(enum fw_queue_state from, enum fw_queue_state to)
{
	return (legal[from] & (1u << to)) != 0;
}

static int set_state(struct fw_desk *desk, struct fw_call *call, enum fw_queue_state state)
{
	bool first = call->queue == FW_QUEUE_NONE;
	int r;

	assert(fw_queue_state_legal(call->queue, state));
	fw_memory_touch(desk->memory, call);
	call->queue = state;
	fw_wall_stir(desk);
	if (first) {
		call->queued_us = desk->now_us;
		r = fw_db_run(desk->setup.db,
			"INSERT INTO queue_entry (call, state, entered_us) VALUES (?1, ?2, ?3)",
			FW_DB_VALUES(fw_db_text(call->id), fw_db_text(fw_queue_states[state]),
				fw_db_int(call->queued_us)),
			NULL);
	} else {
		r = fw_db_run(desk->setup.db,
			"UPDATE queue_entry SET state = ?1, left_us = ?2 WHERE call = ?3",
			FW_DB_VALUES(fw_db_text(fw_queue_states[state]),
				state >= FW_QUEUE_TAKEN ? fw_db_int(desk->now_us) : fw_db_null(),
				fw_db_text(call->id)),
			NULL);
	}
	return r < 0 ? r : fw_deed_of_call(desk, call, NULL, actions[state], NULL);
}

/* --- the list ----------------------------------------------------------------------------------------- */

static void insert(struct fw_desk *desk, struct fw_load *load, struct fw_call *call)
{
	struct fw_call *before = NULL, *at = load->first;

	while (at && at->asked <= call->asked) {
		before = at;
		at = at->queue_next;
	}
	call->queue_next = at;
	if (before) {
		fw_memory_touch(desk->memory, before);
		before->queue_next = call;
	} else {
		fw_memory_touch(desk->memory, load);
		load->first = call;
	}
}

static void take_out(struct fw_desk *desk, struct fw_load *load, struct fw_call *call)
{
	struct fw_call *before = NULL, *at = load->first;

	while (at != call) {
		assert(at);
		before = at;
		at = at->queue_next;
	}
	if (before) {
		fw_memory_touch(desk->memory, before);
		before->queue_next = call->queue_next;
	} else {
		fw_memory_touch(desk->memory, load);
		load->first = call->queue_next;
	}
	call->queue_next = NULL;
}

/* --- position and wait -------------------------------------------------------------------------------- */

/* Those before it that may take a window from it. */
static unsigned position_of(const struct fw_load *load, const struct fw_call *call)
{
	unsigned position = 1;

	for (const struct fw_call *at = load->first; at != call; at = at->queue_next) {
		position += !call->named || !at->named || at->named == call->named;
	}
	return position;
}

static unsigned windows_there(const struct fw_desk *desk, const struct fw_call *call)
{
	unsigned there = 0;

	if (call->named) {
		return 1;
	}
	for (guint i = 0; i < call->area->windows->len; i++) {
		const struct fw_place *place = g_ptr_array_index(call->area->windows, i);
		enum fw_presence presence = fw_desk_window(desk, place)->presence;

		there += place->home &&
			(presence == FW_PRESENCE_READY || presence == FW_PRESENCE_BUSY);
	}
	return MAX(there, 1);
}

static unsigned in_steps(int64_t wait_us)
{
	int64_t step_us = FW_QUEUE_STEP_S * INT64_C(1000000);

	return (unsigned)((wait_us + step_us - 1) / step_us) * FW_QUEUE_STEP_S;
}

static unsigned wait_of(const struct fw_desk *desk, const struct fw_load *load,
	const struct fw_call *call, unsigned position)
{
	return in_steps(load->handling_us * position / windows_there(desk, call));
}

static bool locate(struct fw_desk *desk, const struct fw_load *load, struct fw_call *call)
{
	unsigned position = position_of(load, call);
	unsigned wait_s = wait_of(desk, load, call, position);

	if (call->queue_position == position && call->queue_wait_s == wait_s) {
		return false;
	}
	fw_memory_touch(desk->memory, call);
	call->queue_position = position;
	call->queue_wait_s = wait_s;
	return true;
}

static void render_members(struct fw_json *json, const struct fw_call *call)
{
	fw_json_int(json, "position", call->queue_position);
	if (call->queue_wait_s) {
		fw_json_int(json, "wait_s", call->queue_wait_s);
	} else {
		fw_json_null(json, "wait_s");
	}
	fw_json_int(json, "since_us", call->queued_us);
}

void fw_queue_render(struct fw_json *json, const struct fw_call *call)
{
	fw_json_open(json, "queue", '{');
	render_members(json, call);
	fw_json_close(json, '}');
}

void fw_queue_outlook(
	struct fw_json *json, const struct fw_load *load, unsigned ready, unsigned busy)
{
	int64_t wait_us = load->answer_us;
	unsigned queued = 0;

	for (const struct fw_call *at = load->first; at; at = at->queue_next) {
		queued++;
	}
	if (ready == 0 || queued > 0) {
		wait_us = busy ? load->handling_us * (queued + 1) / busy : 0;
	}
	fw_json_int(json, "queued", queued);
	if (wait_us) {
		fw_json_int(json, "wait_s", in_steps(wait_us));
	} else {
		fw_json_null(json, "wait_s");
	}
}

void fw_queue_tell(struct fw_desk *desk, struct fw_load *load)
{
	for (struct fw_call *call = load->first; call; call = call->queue_next) {
		const struct fw_client *client = fw_part_client(call->parts[0]);
		struct fw_json json;

		if (!locate(desk, load, call) || !client) {
			continue;
		}
		fw_event_begin(&json, "call.queue");
		fw_json_text(&json, "call", call->id);
		render_members(&json, call);
		fw_event_send(desk, client, &json);
	}
}

/* --- coming and going --------------------------------------------------------------------------------- */

static void stir(struct fw_desk *desk, struct fw_load *load)
{
	if (!load->stirred) {
		fw_memory_touch(desk->memory, load);
		load->stirred = true;
		fw_memory_remind(desk->memory, load, desk->now);
	}
}

static void stir_all(struct fw_desk *desk)
{
	GHashTableIter iter;
	void *load;

	g_hash_table_iter_init(&iter, desk->loads);
	while (g_hash_table_iter_next(&iter, NULL, &load)) {
		if (((struct fw_load *)load)->first) {
			stir(desk, load);
		}
	}
}

void fw_queue_stir(struct fw_desk *desk, const struct fw_place *place)
{
	struct fw_load *load = g_hash_table_lookup(desk->loads, place->hall->area->code);

	if (place->department) {
		stir_all(desk);
	} else if (load && load->first) {
		stir(desk, load);
	}
}

int fw_queue_enter(struct fw_desk *desk, struct fw_call *call)
{
	struct fw_load *load;
	int r = fw_load_find(desk, call->area, &load);

	if (r < 0 || (r = set_state(desk, call, FW_QUEUE_WAITING)) < 0) {
		return r;
	}
	insert(desk, load, call);
	(void)locate(desk, load, call);
	call->ring_until = call->asked + desk->setup.queue_us;
	fw_memory_remind(desk->memory, call, call->ring_until);
	stir(desk, load);
	return 0;
}

int fw_queue_leave(struct fw_desk *desk, struct fw_call *call, enum fw_queue_state state)
{
	struct fw_load *load;
	int r;

	if (call->queue == FW_QUEUE_NONE || call->queue == state || call->queue >= FW_QUEUE_TAKEN) {
		return 0;
	}
	r = fw_load_find(desk, call->area, &load);
	if (r < 0) {
		return r;
	}
	if (call->queue == FW_QUEUE_WAITING) {
		fw_memory_touch(desk->memory, call);
		take_out(desk, load, call);
		if (load->first) {
			stir(desk, load);
		}
	}
	return set_state(desk, call, state);
}

int fw_queue_due(struct fw_desk *desk, struct fw_load *load)
{
	struct fw_call *next;

	if (!load->stirred) {
		return 0;
	}
	fw_memory_touch(desk->memory, load);
	load->stirred = false;
	for (struct fw_call *call = load->first; call; call = next) {
		int r;

		next = call->queue_next; /* the call may leave, or end; no other does by that */
		r = fw_ringing_again(desk, call);
		if (r < 0) {
			return r;
		}
	}
	fw_queue_tell(desk, load);
	return 0;
}

static int end_waits(struct fw_desk *desk, const GPtrArray *calls)
{
	int r = fw_db_run(desk->setup.db,
		"UPDATE queue_entry SET state = 'over', left_us = ?1 WHERE left_us IS NULL",
		FW_DB_VALUES(fw_db_int(desk->now_us)), NULL);

	for (guint i = 0; r >= 0 && i < calls->len; i++) {
		r = fw_deed(desk, NULL, NULL, actions[FW_QUEUE_OVER], "call",
			g_ptr_array_index(calls, i), NULL);
	}
	return r;
}

int fw_queue_restart(struct fw_desk *desk)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new_with_free_func(g_free);
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT call FROM queue_entry WHERE left_us IS NULL ORDER BY call", FW_DB_NO_VALUES,
		&rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_ptr_array_add(calls, g_strdup(fw_db_column_text(rows, 0)));
	}
	return r < 0 ? r : end_waits(desk, calls);
}
