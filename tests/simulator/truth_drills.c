/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/server.h"
#include "tests/simulator/truth.h"

#include <string.h>

#define LONGEST_US (12 * TOWN_HOUR)
#define OVER_US    (5 * TOWN_SECOND)

/* --- beginning and ending ------------------------------------------------------------------------- */

void truth_drill_begins(struct sim *sim, const struct row *drill)
{
	const char *hall = rows_get(drill, "hall");
	int64_t length_us = rows_get_int(drill, "until_us") - rows_get_int(drill, "started_us");

	demand(sim, !g_hash_table_contains(sim->model->drill_at, hall),
		"at most one rehearsal runs in a hall", "hall=%s drill=%s", hall,
		rows_get(drill, "id"));
	demand(sim, length_us > 0 && length_us <= LONGEST_US, "a rehearsal is planned for a time",
		"drill=%s us=%" G_GINT64_FORMAT, rows_get(drill, "id"), length_us);
}

/* By itself it ends when its time is over, as far as the server was there and its clock was let alone. */
void truth_drill_ends(struct sim *sim, const struct row *drill, const struct deed *deed)
{
	const char *state = deed->action + strlen("drill.");
	int64_t until_us = rows_get_int(drill, "until_us");
	bool over = strcmp(state, "over") == 0;

	demand(sim, over || strcmp(state, "ended") == 0, "a rehearsal ends in one of two ways",
		"drill=%s %s", deed->object, state);
	demand(sim, over == (deed->actor == NULL), "somebody ended it, or nobody", "drill=%s",
		deed->object);
	demand(sim, !over || deed->time_us - MAX(until_us, sim->server->steady_us) <= OVER_US,
		"a rehearsal ends in time", "drill=%s after %" G_GINT64_FORMAT " us", deed->object,
		deed->time_us - until_us);
	demand(sim, !over || deed->time_us >= until_us || sim->server->set_step >= drill->step,
		"a rehearsal has its time", "drill=%s", deed->object);
}

/* --- its calls ------------------------------------------------------------------------------------- */

static void reach(struct sim *sim, const struct row *drill, const char *window, const char *call,
	bool rehearsal)
{
	const char *id = rows_get(drill, "id");

	demand(sim, rehearsal, "who rehearses has no real calls of the item",
		"call=%s window=%s drill=%s", call, window, id);
	demand(sim, rows_find(sim->model->rows, ROWS_DRILL_CALL, id, call, NULL),
		"a call of a rehearsal belongs to it", "call=%s window=%s drill=%s", call, window,
		id);
}

/* One that ran before this step: within a batch either may come first. */
static const struct row *older(const struct sim *sim, const char *window, const char *item)
{
	const struct row *drill = model_drill(sim, window, item);

	return drill && drill->step < sim->counts.steps ? drill : NULL;
}

void truth_check_reach(
	struct sim *sim, const char *window, const char *call, const char *item, bool drill)
{
	const struct row *there = older(sim, window, item);

	if (there) {
		reach(sim, there, window, call, drill);
	}
}

/* Of these the log keeps the order. */
void truth_call_reaches(struct sim *sim, const struct row *call, const struct deed *deed)
{
	const char *window = json_string_value(json_object_get(deed->detail, "window"));
	const struct row *drill;

	if (strcmp(deed->action, "call.invited") != 0 && strcmp(deed->action, "call.transfer") != 0) {
		return;
	}
	drill = model_drill(sim, window, rows_get(call, "item"));
	if (drill) {
		reach(sim, drill, window, deed->object, rows_get_int(call, "drill") != 0);
	}
}

/* --- its attempts ---------------------------------------------------------------------------------- */

bool truth_rehearses(const struct sim *sim, const struct row *attempt, const struct row *call)
{
	return rows_get_int(attempt, "drill") ||
		(!rows_get(attempt, "rung_us") &&
			model_drill(
				sim, rows_get(attempt, "service_window"), rows_get(call, "item")));
}

void truth_check_rehearsing(struct sim *sim, const struct row *attempt, const struct row *call)
{
	const char *window = rows_get(attempt, "service_window"), *id = rows_get(call, "id");
	const struct row *drill = older(sim, window, rows_get(call, "item"));

	demand(sim,
		!drill || rows_get(attempt, "rung_us") || rows_get_int(attempt, "countable") == 0,
		"nobody answers for a call that did not ring during a rehearsal",
		"call=%s window=%s", id, window);
	if (rows_is(attempt, "begun_us", rows_get(attempt, "closed_us"))) {
		truth_check_reach(sim, window, id, rows_get(call, "item"),
			rows_get_int(attempt, "drill") != 0);
	}
}
