/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the test office share: an office of which nothing is filled in yet, and its desk.
 *
 * Threads, errors: as office.h.
 */
#ifndef FW_TESTS_UNIT_DESK_OFFICE_PRIVATE_H
#define FW_TESTS_UNIT_DESK_OFFICE_PRIVATE_H

#include "tests/unit/desk/office.h"

/* Its folder is empty: the caller puts office.db there, then opens the desk. */
struct office *office_new(void);
void office_open_desk(struct office *office);

#endif
