/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/clerk.h"

#include "tests/simulator/line.h"
#include "tests/simulator/server.h"

#include <string.h>

#define MS INT64_C(1000)

static void sign_in(struct sim *sim, struct clerk *clerk);
static agenda_act connect_again;

/* --- who they are --------------------------------------------------------------------------------- */

static void make(struct sim *sim, unsigned number)
{
	struct clerk *clerk = &sim->clerks[number];
	struct dice *dice = &sim->dice;

	clerk->window = &sim->town->windows[number];
	clerk->number = number;
	clerk->answers = dice_chance(dice, 200) ? 550 : 930;
	clerk->refuses = dice_chance(dice, 150) ? 120 : 20;
	clerk->sounds = dice_chance(dice, 120) ? 700 : 985;
	clerk->punctual = dice_chance(dice, 150) ? 700 : 970;
	clerk->between_calls_us = dice_between(dice, sim->town->busy ? 40 : 60, 240) * TOWN_MINUTE;
}

void clerks_create(struct sim *sim)
{
	sim->clerks = g_new0(struct clerk, sim->town->window_count);
	for (unsigned i = 0; i < sim->town->window_count; i++) {
		make(sim, i);
	}
}

void clerks_destroy(struct sim *sim)
{
	for (unsigned i = 0; i < sim->town->window_count; i++) {
		g_free(sim->clerks[i].token);
	}
	g_free(sim->clerks);
}

/* --- asking --------------------------------------------------------------------------------------- */

void clerk_ask(struct sim *sim, struct clerk *clerk, const char *method, char *params)
{
	if (!clerk->line) {
		g_free(params);
		return;
	}
	line_ask(sim, clerk->line, method, params ? params : g_strdup("{}"),
		dice_chance(&sim->dice, 15));
}

void clerk_ask_call(struct sim *sim, struct clerk *clerk, const char *method, const char *more)
{
	clerk_ask(sim, clerk, method, g_strdup_printf("{\"call\":\"%s\"%s}", clerk->call_id, more));
}

/* --- the line ------------------------------------------------------------------------------------- */

static void take_window(struct sim *sim, struct clerk *clerk, bool takeover)
{
	if (clerk->line) {
		clerk->take_id = clerk->line->next_id;
	}
	clerk_ask(sim, clerk, "window.take",
		g_strdup_printf(
			"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"%s\","
			"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"],"
			"\"takeover\":%s}",
			clerk->window->id, dice_chance(&sim->dice, 30) ? "missing" : "ok",
			takeover ? "true" : "false"));
}

static void try_again(struct sim *sim, struct clerk *clerk, int64_t most_us)
{
	sim_later(sim, dice_between(&sim->dice, 300 * MS, most_us), connect_again, clerk,
		clerk->shift, NULL);
}

static void connect(struct sim *sim, struct clerk *clerk)
{
	clerk->seated = false;
	clerk->line = line_open(sim, clerk, clerk->token);
	if (!clerk->line) {
		try_again(sim, clerk, 5000 * MS);
		return;
	}
	take_window(sim, clerk, false);
}

static void connect_again(struct sim *sim, void *clerk_void, uint64_t shift, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (!clerk->here || clerk->shift != shift || clerk->line) {
		return;
	}
	if (clerk->token) {
		connect(sim, clerk);
	} else if (!clerk->signing_in) {
		sign_in(sim, clerk);
	}
}

static void leave_line(struct sim *sim, struct clerk *clerk, bool silently)
{
	if (clerk->line) {
		line_close(sim, clerk->line, silently);
		clerk->line = NULL;
	}
	clerk->seated = false;
	clerk_forgets_call(clerk);
}

void clerk_loses_line(struct sim *sim, struct clerk *clerk, struct line *line, int code)
{
	if (clerk->line != line) {
		return;
	}
	clerk->line = NULL;
	clerk->seated = false;
	clerk_forgets_call(clerk);
	if (code == 4001 || code == 4003) {
		g_clear_pointer(&clerk->token, g_free);
	}
	try_again(sim, clerk, code == 4009 ? 60000 * MS : 3000 * MS);
}

void clerks_lose_server(struct sim *sim)
{
	for (unsigned i = 0; i < sim->town->window_count; i++) {
		struct clerk *clerk = &sim->clerks[i];

		if (clerk->line) {
			clerk->line->clerk = NULL;
			clerk->line = NULL;
			clerk->seated = false;
			clerk_forgets_call(clerk);
			try_again(sim, clerk, 4000 * MS);
		}
	}
}

/* --- signing in ----------------------------------------------------------------------------------- */

static void signed_in(
	struct sim *sim, void *clerk_void, int status, const char *body, const char *token)
{
	struct clerk *clerk = clerk_void;

	(void)body;
	clerk->signing_in = false;
	if (!clerk->here || clerk->line) {
		return;
	}
	demand(sim, status == 200 || status == 0 || status == 401 || status == 423 || status == 429,
		"who may sign in can", "account=%s status=%d", clerk->window->clerk, status);
	if (status != 200) {
		try_again(sim, clerk, status == 423 ? 20 * TOWN_MINUTE : 8000 * MS);
		return;
	}
	g_free(clerk->token);
	clerk->token = g_strdup(token);
	connect(sim, clerk);
}

static void sign_in(struct sim *sim, struct clerk *clerk)
{
	g_autofree char *params = g_strdup_printf("{\"account\":\"%s\",\"password\":\"%s\"}",
		clerk->window->clerk, dice_chance(&sim->dice, 60) ? "wrong" : "right");

	clerk->signing_in = true;
	server_ask(sim, FW_OP_SESSION_CREATE, NULL, params, signed_in, clerk);
}

/* --- what the page hears -------------------------------------------------------------------------- */

static void hears_drill(struct clerk *clerk, const json_t *drill)
{
	const char *item = json_string_value(json_object_get(json_object_get(drill, "item"), "id"));

	clerk->rehearses = json_is_object(drill);
	g_strlcpy(clerk->rehearsed, item ? item : "", sizeof(clerk->rehearsed));
}

static void hears_reply(struct sim *sim, struct clerk *clerk, const json_t *message)
{
	const json_t *result = json_object_get(message, "result");
	uint64_t id = (uint64_t)json_integer_value(json_object_get(message, "id"));
	bool ok = json_is_true(json_object_get(message, "ok"));

	sim->counts.refused_requests += !ok;
	if (id == clerk->take_id) {
		const char *code = json_string_value(
			json_object_get(json_object_get(message, "error"), "code"));

		clerk->seated = ok;
		hears_drill(clerk, json_object_get(result, "drill"));
		if (!ok && g_strcmp0(code, "window_occupied") == 0) {
			take_window(sim, clerk, true);
		} else if (ok && !clerk->away) {
			clerk_will_call(sim, clerk);
		}
	}
	if (ok && json_is_object(json_object_get(result, "call"))) {
		clerk_sees_call(sim, clerk, json_object_get(result, "call"));
	}
}

void clerk_hears(struct sim *sim, struct clerk *clerk, struct line *line, const char *text)
{
	json_t *message;
	const char *event;

	if (clerk->line != line) {
		return;
	}
	message = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	demand(sim, message, "what the server says is JSON", "%.200s", text);
	event = json_string_value(json_object_get(message, "event"));
	if (!event) {
		hears_reply(sim, clerk, message);
	} else if (strcmp(event, "session.ended") == 0) {
		g_clear_pointer(&clerk->token, g_free);
	} else if (strcmp(event, "drill.changed") == 0) {
		hears_drill(clerk, json_object_get(json_object_get(message, "data"), "drill"));
	} else {
		clerk_sees_call(
			sim, clerk, json_object_get(json_object_get(message, "data"), "call"));
	}
	json_decref(message);
}

/* --- mishaps -------------------------------------------------------------------------------------- */

/* The page is loaded again: the old line stays for a while. */
static void reload(struct sim *sim, void *clerk_void, uint64_t shift, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (!clerk->here || clerk->shift != shift) {
		return;
	}
	sim_later(sim, dice_wait(&sim->dice, 6 * TOWN_HOUR), reload, clerk, shift, NULL);
	if (clerk->line && clerk->token) {
		sim->counts.reloads++;
		leave_line(sim, clerk, dice_chance(&sim->dice, 700));
		connect(sim, clerk);
	}
}

/* The network is gone: the page notices sooner or later. */
static void cut(struct sim *sim, void *clerk_void, uint64_t shift, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (!clerk->here || clerk->shift != shift) {
		return;
	}
	sim_later(sim, dice_wait(&sim->dice, 8 * TOWN_HOUR), cut, clerk, shift, NULL);
	if (clerk->line) {
		sim->counts.lost_lines++;
		leave_line(sim, clerk, true);
		try_again(sim, clerk,
			dice_chance(&sim->dice, 150) ? 200 * TOWN_SECOND : 20 * TOWN_SECOND);
	}
}

/* Somebody else of the hall sits down here; the page's own clerk gets it back. */
static void sit_elsewhere(struct sim *sim, void *clerk_void, uint64_t shift, const char *text)
{
	struct clerk *clerk = clerk_void;
	const struct clerk *other = &sim->clerks[dice_roll(&sim->dice, sim->town->window_count)];

	(void)text;
	if (!clerk->here || clerk->shift != shift || !clerk->seated) {
		return;
	}
	clerk_ask(sim, clerk, "window.take",
		g_strdup_printf(
			"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
			"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[],\"takeover\":"
			"true}",
			other->window->id));
	sim_later(sim, dice_wait(&sim->dice, 5 * TOWN_MINUTE), reload, clerk, shift, NULL);
}

/* --- coming and going ----------------------------------------------------------------------------- */

static void set_away(struct sim *sim, void *clerk_void, uint64_t shift, const char *text)
{
	struct clerk *clerk = clerk_void;
	bool away = text != NULL;

	if (!clerk->here || clerk->shift != shift) {
		return;
	}
	clerk->away = away;
	clerk_ask(sim, clerk, "presence.set",
		away ? g_strdup_printf("{\"state\":\"away\",\"reason\":\"lunch\","
				       "\"until_us\":%" G_GINT64_FORMAT "}",
			       sim_wall_us(sim) + 30 * TOWN_MINUTE)
		     : g_strdup("{\"state\":\"ready\"}"));
	if (away) {
		sim_later(
			sim, dice_wait(&sim->dice, 40 * TOWN_MINUTE), set_away, clerk, shift, NULL);
	} else {
		clerk_will_call(sim, clerk);
	}
}

static void come(struct sim *sim, void *clerk_void, uint64_t number, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)number;
	(void)text;
	if (clerk->here) {
		return;
	}
	clerk->here = true;
	clerk->away = false;
	clerk->shift++;
	if (!clerk->signing_in) {
		sign_in(sim, clerk);
	}
	sim_later(sim, dice_wait(&sim->dice, 6 * TOWN_HOUR), reload, clerk, clerk->shift, NULL);
	sim_later(sim, dice_wait(&sim->dice, 8 * TOWN_HOUR), cut, clerk, clerk->shift, NULL);
	sim_later(sim, dice_wait(&sim->dice, 5 * TOWN_HOUR), set_away, clerk, clerk->shift,
		g_strdup("away"));
	if (dice_chance(&sim->dice, 15)) {
		sim_later(sim, dice_wait(&sim->dice, 4 * TOWN_HOUR), sit_elsewhere, clerk,
			clerk->shift, NULL);
	}
}

static void ignore(struct sim *sim, void *who, int status, const char *body, const char *token)
{
	(void)sim;
	(void)who;
	(void)status;
	(void)body;
	(void)token;
}

static void go(struct sim *sim, struct clerk *clerk)
{
	clerk->here = false;
	clerk->shift++;
	if (dice_chance(&sim->dice, 500)) {
		clerk_ask(sim, clerk, "window.release", NULL);
	}
	if (clerk->token && dice_chance(&sim->dice, 400)) {
		server_ask(sim, FW_OP_SESSION_DELETE, clerk->token, NULL, ignore, NULL);
	}
	leave_line(sim, clerk, dice_chance(&sim->dice, 200));
	g_clear_pointer(&clerk->token, g_free);
}

static void want_to_go(struct sim *sim, void *clerk_void, uint64_t tries, const char *text)
{
	struct clerk *clerk = clerk_void;

	(void)text;
	if (!clerk->here) {
		return;
	}
	if (clerk->call != CLERK_FREE &&
		tries < 5) { /* not in the middle of a call, if it can be helped */
		sim_later(sim, TOWN_MINUTE, want_to_go, clerk, tries + 1, NULL);
		return;
	}
	go(sim, clerk);
}

void clerks_go_home(struct sim *sim)
{
	for (unsigned i = 0; i < sim->town->window_count; i++) {
		if (sim->clerks[i].here) {
			go(sim, &sim->clerks[i]);
		}
	}
}

static void plan(struct sim *sim, struct clerk *clerk, unsigned day)
{
	int64_t from_us, until_us;

	if (!town_hours(sim->town, clerk->window->hall, day, &from_us, &until_us) ||
		!dice_chance(&sim->dice, clerk->punctual)) {
		return; /* closed, or ill */
	}
	from_us += dice_between(&sim->dice, -20 * TOWN_MINUTE,
		dice_chance(&sim->dice, clerk->punctual) ? -TOWN_MINUTE : 50 * TOWN_MINUTE);
	until_us += dice_between(&sim->dice, -5 * TOWN_MINUTE, 30 * TOWN_MINUTE);
	agenda_add(sim->agenda, MAX(sim->now_us, from_us), come, clerk, 0, NULL);
	agenda_add(sim->agenda, MAX(sim->now_us + 1, until_us), want_to_go, clerk, 0, NULL);
}

void clerks_plan_day(struct sim *sim, unsigned day)
{
	for (unsigned i = 0; i < sim->town->window_count; i++) {
		plan(sim, &sim->clerks[i], day);
	}
}
