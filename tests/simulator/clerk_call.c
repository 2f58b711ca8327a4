/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/clerk.h"

#include "tests/simulator/line.h"
#include "tests/simulator/server.h"

#include <string.h>

#define MS INT64_C(1000)

/* --- what the page shows -------------------------------------------------------------------------- */

static enum clerk_call meaning(const json_t *call)
{
	const char *state = json_string_value(json_object_get(call, "state"));
	const char *part = json_string_value(json_object_get(call, "own_part"));
	bool answered = g_strcmp0(state, "answered") == 0;

	if (!answered && g_strcmp0(state, "requested") != 0 && g_strcmp0(state, "ringing") != 0) {
		return CLERK_FREE;
	}
	if (g_strcmp0(part, "rung") == 0) {
		return CLERK_RUNG;
	}
	if (g_strcmp0(part, "in") != 0) {
		return CLERK_FREE;
	}
	return answered ? CLERK_TALKS : CLERK_CALLS;
}

void clerk_forgets_call(struct clerk *clerk)
{
	clerk->call = CLERK_FREE;
	clerk->call_id[0] = '\0';
	clerk->held = false;
	clerk->turn++;
}

static bool is_held(const json_t *call, unsigned own)
{
	const json_t *list = json_object_get(call, "participants");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (json_integer_value(json_object_get(one, "participant")) == own) {
			return json_is_integer(json_object_get(one, "held_by"));
		}
	}
	return false;
}

static void marked(struct sim *sim, void *who, int status, const char *body, const char *token)
{
	(void)who;
	(void)body;
	(void)token;
	demand(sim, status == 204 || status == 0 || status == 401 || status == 403 || status == 409,
		"a call can be marked", "status=%d", status);
}

/* The home side says what the call was. */
static void mark(struct sim *sim, const struct clerk *clerk)
{
	g_autofree char *params = NULL;

	if (!clerk->token || clerk->caller || !dice_chance(&sim->dice, 80)) {
		return;
	}
	params = g_strdup_printf("{\"call\":\"%s\",\"mark\":%s}", clerk->call_id,
		dice_chance(&sim->dice, 600)           ? "\"answered_by_points\""
			: dice_chance(&sim->dice, 500) ? "\"not_our_matter\""
						       : "null");
	server_ask(sim, FW_OP_CALL_MARK, clerk->token, params, marked, NULL);
}

static agenda_act give_up;

/* How long the caller lets it ring, or waits. */
static void calls(struct sim *sim, struct clerk *clerk)
{
	int64_t patience_us = dice_chance(&sim->dice, 120)
		? dice_between(&sim->dice, 500 * MS, 20000 * MS)
		: dice_wait(&sim->dice, 150 * TOWN_SECOND);

	sim_later(sim, patience_us, give_up, clerk, clerk->turn, NULL);
}

void clerk_sees_call(struct sim *sim, struct clerk *clerk, const json_t *call)
{
	const char *id = json_string_value(json_object_get(call, "id"));
	enum clerk_call now = meaning(call);
	bool same = id && strcmp(id, clerk->call_id) == 0;

	if (!id || (now == CLERK_FREE && !same)) {
		return;
	}
	demand(sim, same || clerk->call == CLERK_FREE, "no participant in two calls",
		"window=%s has call=%s and is shown call=%s", clerk->window->id, clerk->call_id, id);
	if (same && now == clerk->call) {
		clerk->held = is_held(call, clerk->own);
		return;
	}
	if (now == CLERK_FREE) {
		if (clerk->call == CLERK_TALKS) {
			mark(sim, clerk);
		}
		clerk_forgets_call(clerk);
		return;
	}
	g_strlcpy(clerk->call_id, id, sizeof(clerk->call_id));
	clerk->call = now;
	clerk->own = (unsigned)json_integer_value(json_object_get(call, "you"));
	clerk->caller = clerk->own == 1;
	clerk->held = is_held(call, clerk->own);
	clerk->turn++;
	switch (now) {
	case CLERK_CALLS:
		calls(sim, clerk);
		break;
	case CLERK_RUNG:
		clerk_is_rung(sim, clerk);
		break;
	case CLERK_TALKS:
		clerk_talks(sim, clerk);
		break;
	case CLERK_FREE:
		break;
	}
}

/* --- calling -------------------------------------------------------------------------------------- */

static void give_up(struct sim *sim, void *clerk_void, uint64_t turn, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (clerk->call == CLERK_CALLS && clerk->turn == turn) {
		clerk_ask_call(sim, clerk, "call.cancel", "");
	}
}

static char *named_window(struct sim *sim, const struct town_hall *hall)
{
	const struct town_window *window =
		&sim->town->windows[dice_roll(&sim->dice, sim->town->window_count)];

	return window->hall == hall && window->home && dice_chance(&sim->dice, 600)
		? g_strdup_printf(",\"window\":\"%s\"", window->id)
		: g_strdup("");
}

/* Who knows that the hall rehearses the item says so, mostly; others rehearse a single call now and then. */
static bool is_drill(struct sim *sim, const struct clerk *clerk, const char *item)
{
	bool rehearses =
		clerk->rehearses && (!clerk->rehearsed[0] || strcmp(clerk->rehearsed, item) == 0);

	return dice_chance(&sim->dice, rehearses ? 850 : 40);
}

static void call_now(struct sim *sim, struct clerk *clerk)
{
	const struct town_hall *hall =
		&sim->town->halls[dice_roll(&sim->dice, sim->town->hall_count)];
	const char *item = town_item((unsigned)dice_roll(&sim->dice, TOWN_ITEMS));
	g_autofree char *named = named_window(sim, hall);
	bool drill = is_drill(sim, clerk, item);

	if (dice_chance(&sim->dice, 200)) {
		clerk_ask(sim, clerk, "directory.targets",
			g_strdup_printf("{\"item\":\"%s\",\"area\":\"%s\"}", item, hall->area));
	}
	clerk_ask(sim, clerk, "call.request",
		g_strdup_printf("{\"item\":\"%s\",\"area\":\"%s\",\"%s\":true%s}", item, hall->area,
			drill ? "drill" : "citizen_informed", named));
}

/* It went wrong, and the clerk insists. */
static void insists(struct sim *sim, void *clerk_void, uint64_t shift, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (clerk->shift == shift && clerk->seated && clerk->call == CLERK_FREE) {
		call_now(sim, clerk);
	}
}

static void wants_to_call(struct sim *sim, void *clerk_void, uint64_t plan, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (clerk->plan != plan || !clerk->here || !clerk->seated || clerk->away) {
		return; /* who sits down again plans anew */
	}
	if (clerk->call == CLERK_FREE) {
		call_now(sim, clerk);
		for (int i = dice_chance(&sim->dice, 40) ? 9 : 0; i > 0; i--) {
			sim_later(sim, dice_between(&sim->dice, 1, 60) * TOWN_SECOND, insists,
				clerk, clerk->shift, NULL);
		}
	}
	clerk_will_call(sim, clerk);
}

void clerk_will_call(struct sim *sim, struct clerk *clerk)
{
	if (clerk->window->applicant && sim->now_us < sim->ends_us) {
		sim_later(sim, dice_wait(&sim->dice, clerk->between_calls_us), wants_to_call, clerk,
			++clerk->plan, NULL);
	}
}
