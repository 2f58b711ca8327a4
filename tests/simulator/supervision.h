/* SPDX-License-Identifier: Apache-2.0 */
/* Supervisors at their screens: they verify the rows of the ledger, take verdicts back, acknowledge and close
 * escalations, have messages sent again or given up; clerks add statements. Some of it twice, some of it where they
 * may not.
 *
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_SUPERVISION_H
#define FW_TESTS_SIMULATOR_SUPERVISION_H

#include "tests/simulator/sim.h"

void supervision_create(struct sim *sim);
void supervision_destroy(struct sim *sim);
/* Of the supervisor of that area; NULL: not signed in. */
const char *supervision_token(const struct sim *sim, const char *area);
void supervision_plan_day(struct sim *sim, unsigned day);

#endif
