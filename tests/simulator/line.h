/* SPDX-License-Identifier: Apache-2.0 */
/* A WebSocket between a page and the server, as the network treats it: messages of one direction keep their order and
 * arrive later; a cut line loses what is on its way, and either end hears of it in its own time.
 *
 * Owner: the server's table; a line lives until the end of the simulation. Threads: one. Errors: none.
 */
#ifndef FW_TESTS_SIMULATOR_LINE_H
#define FW_TESTS_SIMULATOR_LINE_H

#include "tests/simulator/sim.h"

struct line {
	uint64_t connection;
	unsigned run; /* of the server it leads to */
	struct clerk *clerk;
	bool cut; /* nothing comes through any more, in either direction */
	bool told; /* the desk knows it, and it has not ended for the desk */
	bool over; /* the desk ended it, or was told that it is gone: nothing comes from it any more */
	uint64_t told_at; /* steps that the desk had done when it was told: it hears in the next one; 0: it ended it */
	int64_t up_us, down_us; /* arrival of the last message */
	uint64_t next_id;
	int64_t drill; /* number of the rehearsal that the desk told the page of; 0: none */
	bool slow; /* what the page says comes late */
};

/* A new one to the server; the desk hears of it shortly. NULL: the server is down. */
struct line *line_open(struct sim *sim, struct clerk *clerk, const char *token);
/* Request with parameters as JSON; text taken over. `twice`: the page sends it again under another id. */
void line_ask(struct sim *sim, struct line *line, const char *method, char *params, bool twice);
/* The page closes it: the desk hears at once, or, where the network is cut, when it has been silent for long. */
void line_close(struct sim *sim, struct line *line, bool silently);
/* The desk said something. */
void line_down(struct sim *sim, struct line *line, const char *text);
/* The desk ended it. */
void line_ended(struct sim *sim, struct line *line, int code);

#endif
