/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated city: counties with a hall each, windows and the people of them, items, the calendar of the month and
 * the duty rosters. It is written into an empty database, and asked again by what must hold: what the town says of
 * office hours and duty is worked out here, not by the desk's own calendar.
 *
 * Owner: the simulation. Threads: one. Errors: none.
 */
#ifndef FW_TESTS_SIMULATOR_TOWN_H
#define FW_TESTS_SIMULATOR_TOWN_H

#include "tests/simulator/dice.h"

#include <stdbool.h>
#include <stdint.h>

#define TOWN_CITY   "410400"
#define TOWN_ID     32
#define TOWN_HALLS  16
#define TOWN_ITEMS  6
#define TOWN_DAYS   100 /* at most, with those before and after the month */
#define TOWN_SECOND INT64_C(1000000)
#define TOWN_MINUTE (60 * TOWN_SECOND)
#define TOWN_HOUR   (60 * TOWN_MINUTE)
#define TOWN_DAY    (24 * TOWN_HOUR)

struct fw_db;

struct town_span {
	int begin, end; /* minutes of the day */
};

struct town_hall {
	char id[TOWN_ID], area[TOWN_ID];
	struct town_span hours[8][2]; /* by weekday 1 to 7; end 0: none */
	bool holidays_open;
	int64_t closed_from_us, closed_until_us; /* out of turn; 0: never */
	bool roster[TOWN_DAYS]; /* the day has one */
	unsigned patience_s, ring_s, overflow_s, group; /* 0: the server's */
};

struct town_window {
	char id[TOWN_ID], clerk[TOWN_ID];
	struct town_hall *hall;
	bool applicant, home, department;
	bool all_items;
	struct town_span duty[TOWN_DAYS]; /* end 0: none; used if the hall has a roster */
};

struct town {
	int first_day; /* YYYYMMDD */
	int64_t begins_us; /* midnight of that day */
	unsigned days;
	int day[TOWN_DAYS]; /* YYYYMMDD by number */
	int kind[TOWN_DAYS]; /* -1: as the weekday says; 0: off; else worked with the hours of that weekday */
	unsigned hall_count, window_count;
	bool busy; /* few home windows for many who call */
	struct town_hall halls[TOWN_HALLS];
	struct town_window *windows;
};

/* days: of the simulated time, all in all */
struct town *town_create(struct dice *dice, unsigned windows, unsigned days, uint64_t seed);
void town_destroy(struct town *town);
void town_write(const struct town *town, struct fw_db *db);

bool town_is_open(const struct town *town, const struct town_hall *hall, int64_t at_us);
/* 1, 0; also where the roster has no say: a home window in office hours. */
bool town_on_duty(const struct town *town, const struct town_window *window, int64_t at_us);
/* The hours of the hall on that day, from the first opening to the last closing; false: closed all day. */
bool town_hours(const struct town *town, const struct town_hall *hall, unsigned day,
	int64_t *ret_from_us, int64_t *ret_until_us);
const struct town_window *town_window_of(const struct town *town, const char *id);

/* The first hall of its area. */
bool town_leads(const struct town *town, unsigned hall);
/* "item-3" */
const char *town_item(unsigned number);
/* Supervisors, by area: "sup-AREA". */
void town_supervisor(const char *area, char ret_id[TOWN_ID]);

#endif
