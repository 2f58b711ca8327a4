/* SPDX-License-Identifier: Apache-2.0 */
/* What holds in the desk's memory between any two steps, whatever happened: calls, participants, windows, attempts,
 * queues, and that a window is in one call only.
 *
 * Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_INVARIANTS_H
#define FW_TESTS_SIMULATOR_INVARIANTS_H

#include "tests/simulator/sim.h"

/* changed: something entered or left; else only time passed for calls that go on, and nothing is looked at. */
void invariants_check(struct sim *sim, bool changed);
/* What pages know is what holds; once all that was to leave has left. */
void invariants_check_told(struct sim *sim);
/* The tables that go with it; now and then. */
void invariants_check_tables(struct sim *sim);

#endif
