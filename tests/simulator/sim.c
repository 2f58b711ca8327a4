/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/sim.h"

#include "tests/simulator/clerk.h"
#include "tests/simulator/drills.h"
#include "tests/simulator/figures.h"
#include "tests/simulator/gateway.h"
#include "tests/simulator/invariants.h"
#include "tests/simulator/media.h"
#include "tests/simulator/model.h"
#include "tests/simulator/server.h"
#include "tests/simulator/summary.h"
#include "tests/simulator/supervision.h"
#include "tests/simulator/truth.h"

#include <stdio.h>
#include <stdlib.h>

#define REST_DAYS 2 /* after the month: what began comes to its end */

/* --- telling -------------------------------------------------------------------------------------- */

static void print_time(FILE *to, const struct sim *sim)
{
	g_autoptr(GDateTime) time =
		g_date_time_new_from_unix_utc((sim->now_us + 8 * TOWN_HOUR) / TOWN_SECOND);
	g_autofree char *text = g_date_time_format(time, "%Y-%m-%d %H:%M:%S");

	(void)fprintf(to, "%s.%06d", text, (int)((sim->now_us + 8 * TOWN_HOUR) % TOWN_SECOND));
}

void sim_demand(const struct sim *sim, bool holds, const char *invariant, const char *format, ...)
{
	va_list list;

	if (holds) {
		return;
	}
	(void)fprintf(stderr, "seed %" G_GUINT64_FORMAT " FAILED at ", sim->wish.seed);
	print_time(stderr, sim);
	(void)fprintf(stderr, " (clock %+.3f s), step %u: %s: ", (double)sim->clock_us / 1e6,
		sim->counts.steps, invariant);
	va_start(list, format);
	(void)vfprintf(stderr, format, list);
	va_end(list);
	(void)fprintf(stderr,
		"\nagain: ./dev sim --seed %" G_GUINT64_FORMAT
		" --windows %u --days %u --verbose\n",
		sim->wish.seed, sim->wish.windows, sim->wish.days);
	server_leave(sim);
	exit(1);
}

void sim_tell(const struct sim *sim, const char *format, ...)
{
	va_list list;

	if (!sim->wish.verbose) {
		return;
	}
	print_time(stdout, sim);
	(void)printf(" step %u: ", sim->counts.steps);
	va_start(list, format);
	(void)vprintf(format, list);
	va_end(list);
	(void)putchar('\n');
}

/* --- faults --------------------------------------------------------------------------------------- */

static void set_clock(struct sim *sim, void *who, uint64_t number, const char *text)
{
	int64_t most_us = dice_chance(&sim->dice, 200) ? 70 * TOWN_MINUTE : 3 * TOWN_SECOND;
	int64_t clock_us = dice_between(&sim->dice, -most_us, most_us);

	(void)who;
	(void)number;
	(void)text;
	sim_tell(sim, "the clock is set from %+.3f s to %+.3f s", (double)sim->clock_us / 1e6,
		(double)clock_us / 1e6);
	sim->clock_us = clock_us;
	sim->counts.clock_steps++;
	server_clock_set(sim);
}

static void doom(struct sim *sim, void *who, uint64_t number, const char *text)
{
	(void)who;
	(void)number;
	(void)text;
	sim->server->dying = server_is_up(sim);
}

static void plan_faults(struct sim *sim)
{
	int64_t morning_us = 8 * TOWN_HOUR;

	for (int i = 0; i < 4; i++) {
		if (dice_chance(&sim->dice, 400)) {
			sim_later(sim, morning_us + dice_between(&sim->dice, 0, 10 * TOWN_HOUR),
				doom, NULL, 0, NULL);
		}
	}
	if (dice_chance(&sim->dice, 250)) {
		sim_later(sim, dice_between(&sim->dice, 0, TOWN_DAY - 1), set_clock, NULL, 0, NULL);
	}
}

/* --- days ----------------------------------------------------------------------------------------- */

static void look_closer(struct sim *sim, void *who, uint64_t number, const char *text)
{
	(void)who;
	(void)number;
	(void)text;
	if (server_is_up(sim)) {
		invariants_check_tables(sim);
	}
}

static void day_begins(struct sim *sim, void *who, uint64_t day, const char *text)
{
	(void)who;
	(void)text;
	sim_tell(sim, "day %u: %d, %u calls so far", (unsigned)day, sim->town->day[day],
		rows_count(sim->model->rows, ROWS_CALL));
	clerks_plan_day(sim, (unsigned)day);
	supervision_plan_day(sim, (unsigned)day);
	drills_plan_day(sim, (unsigned)day);
	plan_faults(sim);
	for (int hour = 8; hour < 20; hour++) {
		sim_later(sim, hour * TOWN_HOUR + 1, look_closer, NULL, 0, NULL);
	}
	if (day + 1 < sim->wish.days) {
		agenda_add(sim->agenda, sim->town->begins_us + (int64_t)(day + 1) * TOWN_DAY,
			day_begins, NULL, day + 1, NULL);
	}
}

static void month_ends(struct sim *sim, void *who, uint64_t number, const char *text)
{
	(void)who;
	(void)number;
	(void)text;
	clerks_go_home(sim);
}

/* --- a life --------------------------------------------------------------------------------------- */

static void run(struct sim *sim, int64_t until_us)
{
	for (;;) {
		int64_t next_us = MIN(agenda_next_us(sim->agenda), server_wakeup_us(sim));

		if (next_us > until_us) {
			break;
		}
		sim->now_us = MAX(sim->now_us, next_us);
		while (agenda_next_us(sim->agenda) <= sim->now_us) {
			agenda_do(sim->agenda, sim);
		}
		if (server_wakeup_us(sim) <= sim->now_us) {
			server_step(sim);
		}
	}
	sim->now_us = until_us;
}

static void begin(struct sim *sim)
{
	dice_init(&sim->dice, sim->wish.seed);
	sim->agenda = agenda_create();
	sim->town = town_create(
		&sim->dice, sim->wish.windows, sim->wish.days + REST_DAYS + 1, sim->wish.seed);
	sim->now_us = sim->town->begins_us;
	sim->ends_us = sim->now_us + (int64_t)sim->wish.days * TOWN_DAY;
	model_create(sim);
	media_create(sim);
	gateway_create(sim);
	clerks_create(sim);
	supervision_create(sim);
	server_create(sim);
	day_begins(sim, NULL, 0, NULL);
	agenda_add(sim->agenda, sim->ends_us - 1, month_ends, NULL, 0, NULL);
}

static void end(struct sim *sim)
{
	server_destroy(sim);
	supervision_destroy(sim);
	clerks_destroy(sim);
	gateway_destroy(sim);
	media_destroy(sim);
	model_destroy(sim);
	town_destroy(sim->town);
	agenda_destroy(sim->agenda);
}

void sim_live(const struct sim_wish *wish)
{
	struct sim sim = {.wish = *wish};

	begin(&sim);
	run(&sim, sim.ends_us + REST_DAYS * TOWN_DAY);
	demand(&sim, server_is_up(&sim), "the server is there in the end", "it is down");
	invariants_check_tables(&sim);
	media_check_rest(&sim);
	truth_check_rest(&sim);
	model_check_all(&sim);
	figures_check(&sim);
	summary_print(&sim);
	end(&sim);
}
