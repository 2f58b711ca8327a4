/* SPDX-License-Identifier: Apache-2.0 */
/* Rehearsals of halls: supervisors begin them, for an item or for all, and end them by hand or leave it to their time;
 * some where one runs already, where they may not, or for longer than is allowed.
 *
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_DRILLS_H
#define FW_TESTS_SIMULATOR_DRILLS_H

#include "tests/simulator/sim.h"

void drills_plan_day(struct sim *sim, unsigned day);

#endif
