/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar as the database holds it (schema/0006_calendar.sql).
 *
 * Threads: the connection's. Errors: negative errno of the database; -EBADMSG rows that contradict each other.
 */
#ifndef FW_SIGNALING_DIRECTORY_CALENDAR_LOAD_H
#define FW_SIGNALING_DIRECTORY_CALENDAR_LOAD_H

#include "signaling/directory/calendar.h"

struct fw_db;

/* Closures that ended more than a year before `now_us` are left out. */
int fw_calendar_load(struct fw_db *db, int64_t now_us, struct fw_calendar **ret_calendar);

#endif
