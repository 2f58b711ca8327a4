/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/drills.h"

#include "tests/simulator/model.h"
#include "tests/simulator/server.h"
#include "tests/simulator/supervision.h"

/* The hall's own supervisor, the city's, or one whose hall it is not. */
static const char *somebody(struct sim *sim, const struct town_hall *hall)
{
	return supervision_token(sim,
		dice_chance(&sim->dice, 30)            ? sim->town->halls[0].area
			: dice_chance(&sim->dice, 200) ? TOWN_CITY
						       : hall->area);
}

/* --- ending --------------------------------------------------------------------------------------- */

static void ended(struct sim *sim, void *who, int status, const char *body, const char *token)
{
	(void)who;
	(void)body;
	(void)token;
	demand(sim, status == 204 || status == 0 || status == 401 || status == 403 || status == 409,
		"a rehearsal can be ended", "status=%d", status);
}

/* text: the answer to the beginning */
static void end_now(struct sim *sim, void *hall_void, uint64_t number, const char *text)
{
	const struct town_hall *hall = hall_void;
	const char *token = somebody(sim, hall);
	json_t *answer = json_loads(text, 0, NULL);
	g_autofree char *params = g_strdup_printf("{\"drill\":\"%" JSON_INTEGER_FORMAT "\"}",
		json_integer_value(json_object_get(answer, "id")));

	(void)number;
	json_decref(answer);
	for (int i = dice_chance(&sim->dice, 100) ? 2 : 1; token && i > 0; i--) { /* pressed twice */
		server_ask(sim, FW_OP_DRILL_END, token, params, ended, NULL);
	}
}

/* --- beginning ------------------------------------------------------------------------------------ */

static void begun(struct sim *sim, void *hall, int status, const char *body, const char *token)
{
	(void)token;
	demand(sim, status == 201 || status == 0 || status == 400 || status == 401 || status == 403,
		"a rehearsal can be begun", "status=%d %s", status, body ? body : "");
	if (status == 201 && dice_chance(&sim->dice, 600)) {
		sim_later(sim, dice_wait(&sim->dice, 40 * TOWN_MINUTE), end_now, hall, 0,
			g_strdup(body));
	}
}

static void begin_now(struct sim *sim, void *hall_void, uint64_t number, const char *text)
{
	struct town_hall *hall = hall_void;
	const char *token = somebody(sim, hall);
	int64_t length_us = dice_chance(&sim->dice, 30) ? 13 * TOWN_HOUR
		: dice_chance(&sim->dice, 20)
		? TOWN_SECOND
		: dice_between(&sim->dice, 2 * TOWN_MINUTE, 3 * TOWN_HOUR);
	g_autofree char *item = dice_chance(&sim->dice, 500)
		? g_strdup_printf("\"%s\"", town_item((unsigned)dice_roll(&sim->dice, TOWN_ITEMS)))
		: g_strdup("null");
	g_autofree char *params =
		g_strdup_printf("{\"hall\":\"%s\",\"item\":%s,\"until_us\":%" G_GINT64_FORMAT "}",
			hall->id, item, sim_wall_us(sim) + length_us);

	(void)number;
	(void)text;
	if (token) {
		server_ask(sim, FW_OP_DRILL_BEGIN, token, params, begun, hall);
	}
}

void drills_plan_day(struct sim *sim, unsigned day)
{
	int64_t morning_us = sim->town->begins_us + day * TOWN_DAY + 9 * TOWN_HOUR;

	for (unsigned i = 0; i < sim->town->hall_count; i++) {
		for (unsigned chance = 600; dice_chance(&sim->dice, chance); chance /= 2) {
			agenda_add(sim->agenda,
				morning_us + dice_between(&sim->dice, 0, 8 * TOWN_HOUR), begin_now,
				&sim->town->halls[i], 0, NULL);
		}
	}
}
