/* SPDX-License-Identifier: Apache-2.0 */
/* A clerk with a page at a window: comes and goes, keeps connected, calls, answers, refuses, overlooks, talks; as good
 * or bad at it as the dice made this one. The page does what the web client does: acknowledges rings, sits down again
 * after a lost line, signs in again when its session is over.
 *
 *     clerk.c coming, going, the line     clerk_ring.c being rung     clerk_call.c calling, and what calls show
 *     clerk_talk.c what is done in a call
 *
 * Owner: the simulation. Threads: one. Errors: none.
 */
#ifndef FW_TESTS_SIMULATOR_CLERK_H
#define FW_TESTS_SIMULATOR_CLERK_H

#include "base/id.h"
#include "tests/simulator/sim.h"

#include <jansson.h>

struct line;

enum clerk_call {
	CLERK_FREE,
	CLERK_CALLS, /* asked for help, nobody is in yet */
	CLERK_RUNG,
	CLERK_TALKS,
};

struct clerk {
	const struct town_window *window;
	unsigned number; /* index, in the order of the windows */
	char *token; /* NULL: not signed in, as far as the page knows */
	struct line *line;
	bool here; /* at work, the page open */
	bool signing_in, seated, away;
	uint64_t take_id; /* request of window.take */
	uint64_t shift; /* counts comings and goings: what was planned for another one is void */
	uint64_t plan; /* counts plans of when to call next */
	/* the call as the page shows it */
	enum clerk_call call;
	char call_id[FW_ID_SIZE];
	unsigned own; /* number of participant */
	bool caller, held;
	bool rehearses; /* the hall does, as far as the page was told */
	char rehearsed[TOWN_ID]; /* the item; "": all */
	uint64_t turn; /* counts changes of `call` */
	/* of a thousand */
	unsigned answers, refuses, sounds, punctual;
	int64_t between_calls_us;
};

void clerks_create(struct sim *sim);
void clerks_destroy(struct sim *sim);
/* A new day at midnight: who comes when. */
void clerks_plan_day(struct sim *sim, unsigned day);
void clerks_lose_server(struct sim *sim);
/* The end of all: everybody goes home. */
void clerks_go_home(struct sim *sim);

void clerk_hears(struct sim *sim, struct clerk *clerk, struct line *line, const char *text);
void clerk_loses_line(struct sim *sim, struct clerk *clerk, struct line *line, int code);

/* --- between the files of the clerk --------------------------------------------------------------- */

/* Asks the server, if connected. params: taken over, NULL: none. */
void clerk_ask(struct sim *sim, struct clerk *clerk, const char *method, char *params);
/* The same with the call as the only or first parameter; more: ",\"x\":1" or "". */
void clerk_ask_call(struct sim *sim, struct clerk *clerk, const char *method, const char *more);
/* The page is shown a call. */
void clerk_sees_call(struct sim *sim, struct clerk *clerk, const json_t *call);
void clerk_forgets_call(struct clerk *clerk);
/* Rung: what follows from it. */
void clerk_is_rung(struct sim *sim, struct clerk *clerk);
void clerk_talks(struct sim *sim, struct clerk *clerk);
/* Plans the next wish to call. */
void clerk_will_call(struct sim *sim, struct clerk *clerk);

#endif
