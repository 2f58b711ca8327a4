/* SPDX-License-Identifier: Apache-2.0 */
/* The figures that supervisors are shown, read in the end by the server's own readers and counted again from the log:
 * in every grouping and period, and of each rehearsal; rehearsals are in none but their own.
 *
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_FIGURES_H
#define FW_TESTS_SIMULATOR_FIGURES_H

#include "tests/simulator/sim.h"

void figures_check(struct sim *sim);

#endif
