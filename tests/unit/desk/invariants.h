/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds in the desk between any two steps, whatever happened: calls, participants, windows, attempts, queues, and
 * the rows in the database that go with them.
 *
 * Threads: the test's. Errors: what does not hold fails the test.
 */
#ifndef FW_TESTS_UNIT_DESK_INVARIANTS_H
#define FW_TESTS_UNIT_DESK_INVARIANTS_H

#include "tests/unit/desk/office.h"

void invariants_check(const struct office *office);

#endif
