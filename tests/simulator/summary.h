/* SPDX-License-Identifier: Apache-2.0 */
/* What a life came to, in a few lines.
 *
 * Threads: one. Errors: none.
 */
#ifndef FW_TESTS_SIMULATOR_SUMMARY_H
#define FW_TESTS_SIMULATOR_SUMMARY_H

#include "tests/simulator/sim.h"

void summary_print(const struct sim *sim);

#endif
