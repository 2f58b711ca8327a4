/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated life of an office: the real desk on a real database, and everything around it played: windows and
 * their people, media, the recorder, the gateway of short messages, supervisors, faults. docs/SIMULATOR.md.
 *
 * Two times: `now_us` is the world's own and only goes on; the server's wall clock is `clock_us` ahead of it and is
 * set now and then. Everything follows from the seed.
 *
 * Owner: main. Threads: one. Errors: what does not hold ends the program (demand()).
 */
#ifndef FW_TESTS_SIMULATOR_SIM_H
#define FW_TESTS_SIMULATOR_SIM_H

#include "tests/simulator/agenda.h"
#include "tests/simulator/dice.h"
#include "tests/simulator/town.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct clerk;
struct gateway;
struct media;
struct model;
struct server;
struct supervision;

struct sim_wish {
	uint64_t seed;
	unsigned windows, days;
	bool verbose;
};

/* What happened, for the summary. */
struct sim_counts {
	unsigned crashes, clock_steps, failed_batches, reloads, lost_lines, steps;
	unsigned requests, repeated,
		refused_requests; /* messages of clients, and replies that say no */
	unsigned verdicts, statements;
	unsigned joined, handed_on, held; /* in calls, by the log */
};

struct sim {
	struct sim_wish wish;
	struct dice dice;
	struct agenda *agenda;
	struct town *town;
	struct server *server;
	struct media *media;
	struct gateway *gateway;
	struct model *model;
	struct supervision *supervision;
	struct clerk *clerks; /* one per window, in its order */
	int64_t now_us, clock_us;
	int64_t ends_us; /* nothing new begins after it */
	struct sim_counts counts;
};

static inline int64_t sim_wall_us(const struct sim *sim)
{
	return sim->now_us + sim->clock_us;
}

/* Afterwards, in so many microseconds of the world's time. */
static inline void sim_later(
	struct sim *sim, int64_t us, agenda_act *act, void *who, uint64_t number, char *text)
{
	agenda_add(sim->agenda, sim->now_us + us, act, who, number, text);
}

/* Lives it from the first midnight until everything that began has ended. */
void sim_live(const struct sim_wish *wish);

/* What must hold; else the seed, the simulated time, the step and this are printed and the program ends with 1. */
void sim_demand(const struct sim *sim, bool holds, const char *invariant, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/* Printed with --verbose. */
void sim_tell(const struct sim *sim, const char *format, ...) G_GNUC_PRINTF(2, 3);

#define demand(sim, holds, invariant, ...) \
	do { \
		if (!(holds)) { \
			sim_demand(sim, false, invariant, __VA_ARGS__); \
		} \
	} while (0)

#endif
