/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody wants the roster of some days to be, read and checked: days that lie ahead, home windows of the hall,
 * spans that do not overlap. Everything wrong is named, with the day and the window in the fault's value.
 *
 *     [{"day":"2026-11-24","windows":[{"window":"441523-01-1","spans":["08:30-12:00"]}]},
 *      {"day":"2026-11-25","windows":null}]
 *
 * `windows` null: no roster of its own, all home windows are on duty in office hours.
 * Owner: the caller's memory. Threads: the desk's. Errors: a code of codes.h where it is not of this shape.
 */
#ifndef FW_SIGNALING_DIRECTORY_ROSTER_PLAN_H
#define FW_SIGNALING_DIRECTORY_ROSTER_PLAN_H

#include "signaling/directory/calendar.h"
#include "signaling/directory/check.h"

#include <jansson.h>

struct fw_roster_turn {
	const struct fw_place *place;
	struct fw_minutes span;
};

struct fw_roster_day {
	int day;
	GArray *turns; /* struct fw_roster_turn, those of a window together; empty: no roster of its own */
};

/* ret_days: struct fw_roster_day, of use only if no fault was named. */
int fw_roster_plan(struct fw_check *check, const struct fw_hall *hall, const json_t *days,
	GPtrArray **ret_days);

#endif
