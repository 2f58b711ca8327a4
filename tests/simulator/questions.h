/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP requests to the server and their answers, on their way: server_ask() sends one.
 *
 * Owner: the server's table of what was asked. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_QUESTIONS_H
#define FW_TESTS_SIMULATOR_QUESTIONS_H

#include "tests/simulator/sim.h"

/* The desk's answer goes on its way. cookie: what it sets, or NULL. */
void question_answer(
	struct sim *sim, uint64_t request, int status, const char *body, const char *cookie);
/* The server is gone: all that was asked gets no answer. */
void questions_lose(struct sim *sim);

#endif
