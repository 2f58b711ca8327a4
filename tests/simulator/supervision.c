/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/supervision.h"

#include "tests/simulator/clerk.h"
#include "tests/simulator/model.h"
#include "tests/simulator/server.h"

#include <string.h>

struct supervisor {
	char id[TOWN_ID];
	char area[TOWN_ID];
	char *token;
};

struct supervision {
	struct supervisor people[TOWN_HALLS + 1]; /* the first: of the city */
	unsigned count;
};

static void add(struct supervision *supervision, const char *area)
{
	struct supervisor *person = &supervision->people[supervision->count++];

	g_strlcpy(person->area, area, TOWN_ID);
	town_supervisor(area, person->id);
}

void supervision_create(struct sim *sim)
{
	struct supervision *supervision = g_new0(struct supervision, 1);

	add(supervision, TOWN_CITY);
	for (unsigned i = 0; i < sim->town->hall_count; i++) {
		if (town_leads(sim->town, i)) {
			add(supervision, sim->town->halls[i].area);
		}
	}
	sim->supervision = supervision;
}

void supervision_destroy(struct sim *sim)
{
	for (unsigned i = 0; i < sim->supervision->count; i++) {
		g_free(sim->supervision->people[i].token);
	}
	g_free(sim->supervision);
}

const char *supervision_token(const struct sim *sim, const char *area)
{
	for (unsigned i = 0; i < sim->supervision->count; i++) {
		const struct supervisor *person = &sim->supervision->people[i];

		if (strcmp(person->area, area) == 0) {
			return person->token;
		}
	}
	return NULL;
}

/* --- asking --------------------------------------------------------------------------------------- */

static void done(struct sim *sim, void *who, int status, const char *body, const char *token)
{
	(void)who;
	(void)body;
	(void)token;
	demand(sim,
		status == 0 || status == 200 || status == 204 || status == 401 || status == 403 ||
			status == 409 || status == 429,
		"supervisors are answered", "status=%d", status);
	sim->counts.verdicts += status == 204;
}

struct wish {
	struct supervisor *person;
	enum fw_operation operation;
};

static void ask(struct sim *sim, void *wish_void, uint64_t number, const char *params)
{
	struct wish *wish = wish_void;

	(void)number;
	if (wish->person->token) {
		server_ask(sim, wish->operation, wish->person->token, params, done, NULL);
		if (dice_chance(&sim->dice, 30)) { /* pressed twice */
			server_ask(sim, wish->operation, wish->person->token, params, done, NULL);
		}
	}
	g_free(wish);
}

/* Somewhere in the next hours; params: taken over. */
static void will_ask(struct sim *sim, struct supervisor *person, enum fw_operation operation,
	char *params, int64_t within_us)
{
	struct wish *wish = g_new(struct wish, 1);

	*wish = (struct wish){person, operation};
	sim_later(sim, dice_between(&sim->dice, TOWN_SECOND, within_us), ask, wish, 0, params);
}

/* --- the work of a day ---------------------------------------------------------------------------- */

static bool is_mine(const struct supervisor *person, const struct row *row)
{
	return rows_is(row, "area", person->area);
}

static void judge(struct sim *sim, struct supervisor *person, const struct row *row)
{
	const char *id = rows_get(row, "id");
	bool decided = rows_is(row, "state", "at_fault") || rows_is(row, "state", "excused");
	char *params;

	if (decided && !dice_chance(&sim->dice, 12)) {
		return;
	}
	params = decided
		? g_strdup_printf(
			  "{\"row\":\"%s\",\"verdict\":\"taken_back\",\"text\":\"查明有误\"}", id)
		: dice_chance(&sim->dice, 720)
		? g_strdup_printf("{\"row\":\"%s\",\"verdict\":\"at_fault\",\"reason\":"
				  "\"did_not_answer\"}",
			  id)
		: g_strdup_printf("{\"row\":\"%s\",\"verdict\":\"excused\",\"reason\":\"other\","
				  "\"text\":\"当时停电\"}",
			  id);
	will_ask(sim, dice_chance(&sim->dice, 970) ? person : &sim->supervision->people[1],
		FW_OP_LEDGER_VERDICT, params, 3 * TOWN_HOUR);
}

static void go_through_ledger(struct sim *sim, struct supervisor *person)
{
	const struct rows *rows = sim->model->rows;

	for (unsigned i = 0; i < rows_count(rows, ROWS_LEDGER); i++) {
		const struct row *row = rows_at(rows, ROWS_LEDGER, i);

		if (is_mine(person, row) && dice_chance(&sim->dice, 850)) {
			judge(sim, person, row);
		}
	}
}

static void go_through_escalations(struct sim *sim, struct supervisor *person)
{
	const struct rows *rows = sim->model->rows;

	for (unsigned i = 0; i < rows_count(rows, ROWS_ESCALATION); i++) {
		const struct row *row = rows_at(rows, ROWS_ESCALATION, i);
		char *params = g_strdup_printf(
			"{\"escalation\":\"%s\",\"text\":\"已约谈\"}", rows_get(row, "id"));

		if (rows_is(row, "state", "raised") && dice_chance(&sim->dice, 600)) {
			will_ask(sim, person, FW_OP_ESCALATION_ACKNOWLEDGE, params, 5 * TOWN_HOUR);
		} else if (dice_chance(&sim->dice, 300)) { /* or where it is not legal */
			will_ask(sim, person, FW_OP_ESCALATION_CLOSE, params, 5 * TOWN_HOUR);
		} else {
			g_free(params);
		}
	}
}

static void go_through_messages(struct sim *sim, struct supervisor *person)
{
	const struct rows *rows = sim->model->rows;

	for (unsigned i = 0; i < rows_count(rows, ROWS_SMS); i++) {
		const struct row *row = rows_at(rows, ROWS_SMS, i);
		bool bad = rows_is(row, "state", "failed") || rows_is(row, "state", "uncertain");
		bool again = dice_chance(&sim->dice, 600);

		if (is_mine(person, row) && bad && dice_chance(&sim->dice, 300)) {
			will_ask(sim, person, again ? FW_OP_SMS_RESEND : FW_OP_SMS_CANCEL,
				g_strdup_printf("{\"sms\":\"%s\"}", rows_get(row, "id")),
				6 * TOWN_HOUR);
		}
	}
}

static agenda_act sign_in;

static void signed_in(
	struct sim *sim, void *person_void, int status, const char *body, const char *token)
{
	struct supervisor *person = person_void;

	(void)body;
	if (status != 200) {
		sim_later(sim, 30 * TOWN_SECOND, sign_in, person, 0, NULL);
		return;
	}
	g_free(person->token);
	person->token = g_strdup(token);
	if (person == &sim->supervision->people[0]) {
		go_through_escalations(sim, person);
	} else {
		go_through_ledger(sim, person);
		go_through_messages(sim, person);
	}
}

static void sign_in(struct sim *sim, void *person_void, uint64_t number, const char *text)
{
	struct supervisor *person = person_void;
	g_autofree char *params =
		g_strdup_printf("{\"account\":\"%s\",\"password\":\"right\"}", person->id);

	(void)number;
	(void)text;
	server_ask(sim, FW_OP_SESSION_CREATE, NULL, params, signed_in, person);
}

/* --- statements ----------------------------------------------------------------------------------- */

static void stated(struct sim *sim, void *who, int status, const char *body, const char *token)
{
	done(sim, who, status, body, token);
	sim->counts.statements += status == 204;
	sim->counts.verdicts -= status == 204;
}

/* What the windows have to say of yesterday's rows. */
static void say_something(struct sim *sim, void *clerk_void, uint64_t number, const char *text)
{
	const struct clerk *clerk = clerk_void;
	const struct rows *rows = sim->model->rows;

	(void)number;
	(void)text;
	for (unsigned i = 0; clerk->token && i < rows_count(rows, ROWS_LEDGER); i++) {
		const struct row *row = rows_at(rows, ROWS_LEDGER, i);
		g_autofree char *params = NULL;

		if (!rows_is(row, "service_window", clerk->window->id) ||
			!(rows_is(row, "state", "open") || dice_chance(&sim->dice, 20)) ||
			!dice_chance(&sim->dice, 250)) {
			continue;
		}
		params = g_strdup_printf(
			"{\"row\":\"%s\",\"text\":\"正在接待群众\"}", rows_get(row, "id"));
		server_ask(sim, FW_OP_LEDGER_STATEMENT, clerk->token, params, stated, NULL);
	}
}

void supervision_plan_day(struct sim *sim, unsigned day)
{
	int64_t morning_us = sim->town->begins_us + day * TOWN_DAY + 9 * TOWN_HOUR;

	for (unsigned i = 0; i < sim->supervision->count; i++) {
		if (dice_chance(&sim->dice, 500)) {
			agenda_add(sim->agenda,
				morning_us + dice_between(&sim->dice, 0, 2 * TOWN_HOUR), sign_in,
				&sim->supervision->people[i], 0, NULL);
		}
	}
	for (unsigned i = 0; i < sim->town->window_count; i++) {
		agenda_add(sim->agenda, morning_us + dice_between(&sim->dice, 0, 7 * TOWN_HOUR),
			say_something, &sim->clerks[i], 0, NULL);
	}
}
