/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/town.h"

#include "signaling/directory/calendar.h"

#include <glib.h>
#include <string.h>

#define WINDOWS_PER_HALL 12

/* --- the calendar ------------------------------------------------------------------------------- */

/* Invented days off and the days worked for them, around the beginnings that seeds choose from. */
static const struct {
	int day, kind;
} table[] = {
	{20260920, 4},
	{20261001, 0},
	{20261002, 0},
	{20261005, 0},
	{20261006, 0},
	{20261007, 0},
	{20261010, 3},
	{20261226, 5},
	{20270101, 0},
	{20270102, 0},
	{20270103, 0},
	{20270215, 0},
	{20270216, 0},
	{20270217, 0},
	{20270220, 2},
};

static void number_days(struct town *town)
{
	int day = town->first_day;

	for (unsigned i = 0; i < TOWN_DAYS; i++) {
		town->day[i] = day;
		town->kind[i] = -1;
		for (size_t n = 0; n < G_N_ELEMENTS(table); n++) {
			if (table[n].day == day) {
				town->kind[i] = table[n].kind;
			}
		}
		day = fw_calendar_next_day(day);
	}
}

static unsigned day_number(const struct town *town, int64_t at_us)
{
	int64_t number = (at_us - town->begins_us) / TOWN_DAY;

	return number < 0 ? 0 : number >= TOWN_DAYS ? TOWN_DAYS - 1 : (unsigned)number;
}

static int weekday_of(const struct town *town, const struct town_hall *hall, unsigned day)
{
	int kind = town->kind[day];

	if (kind < 0 || (kind == 0 && hall->holidays_open)) {
		return (int)((day + (unsigned)fw_calendar_weekday(town->first_day) - 1) % 7) + 1;
	}
	return kind;
}

static int minute_of(const struct town *town, int64_t at_us)
{
	return (int)((at_us - town->begins_us) % TOWN_DAY / TOWN_MINUTE);
}

bool town_is_open(const struct town *town, const struct town_hall *hall, int64_t at_us)
{
	int weekday = weekday_of(town, hall, day_number(town, at_us));
	int minute = minute_of(town, at_us);

	if (weekday == 0 || at_us < town->begins_us ||
		(hall->closed_from_us <= at_us && at_us < hall->closed_until_us)) {
		return false;
	}
	for (int i = 0; i < 2; i++) {
		const struct town_span *span = &hall->hours[weekday][i];

		if (span->begin <= minute && minute < span->end) {
			return true;
		}
	}
	return false;
}

bool town_on_duty(const struct town *town, const struct town_window *window, int64_t at_us)
{
	unsigned day = day_number(town, at_us);
	int minute = minute_of(town, at_us);

	if (!window->hall->roster[day]) {
		return window->home && town_is_open(town, window->hall, at_us);
	}
	return window->duty[day].begin <= minute && minute < window->duty[day].end;
}

bool town_hours(const struct town *town, const struct town_hall *hall, unsigned day,
	int64_t *ret_from_us, int64_t *ret_until_us)
{
	int weekday = weekday_of(town, hall, day);
	int64_t midnight_us = town->begins_us + day * TOWN_DAY;
	const struct town_span *spans = hall->hours[weekday];

	if (weekday == 0 || !spans[0].end) {
		return false;
	}
	*ret_from_us = midnight_us + spans[0].begin * TOWN_MINUTE;
	*ret_until_us = midnight_us + (spans[1].end ? spans[1].end : spans[0].end) * TOWN_MINUTE;
	return true;
}

/* --- halls and windows ---------------------------------------------------------------------------- */

static void choose_hours(struct dice *dice, struct town_hall *hall)
{
	int late = (int)dice_roll(dice, 3) * 15;

	for (int weekday = 1; weekday <= 5; weekday++) {
		hall->hours[weekday][0] = (struct town_span){510 + late, 720};
		hall->hours[weekday][1] = (struct town_span){840, 1050 + late};
	}
	if (dice_chance(dice, 300)) {
		hall->hours[6][0] = (struct town_span){540, 720};
	}
}

static void choose_hall(struct town *town, struct dice *dice, unsigned number)
{
	static const unsigned rings[] = {0, 20, 30, 45}, groups[] = {0, 1, 2, 3};
	struct town_hall *hall = &town->halls[number];

	g_snprintf(hall->id, sizeof(hall->id), "h%u", number + 1);
	/* The last of four shares the county of the one before it. */
	g_snprintf(hall->area, sizeof(hall->area), "%u", 410401 + number - (number % 4 == 3));
	choose_hours(dice, hall);
	hall->holidays_open = dice_chance(dice, 150);
	hall->ring_s = rings[dice_roll(dice, G_N_ELEMENTS(rings))];
	hall->overflow_s = dice_chance(dice, 500) ? 10 : 0;
	hall->group = groups[dice_roll(dice, G_N_ELEMENTS(groups))];
	hall->patience_s = dice_chance(dice, 500) ? 5 : 0;
	if (dice_chance(dice, 300)) {
		hall->closed_from_us = town->begins_us +
			(int64_t)dice_roll(dice, town->days) * TOWN_DAY + 13 * TOWN_HOUR;
		hall->closed_until_us = hall->closed_from_us + dice_between(dice, 1, 30) * TOWN_HOUR;
	}
	for (unsigned day = 0; day < town->days && number % 2 == 0; day++) {
		hall->roster[day] = dice_chance(dice, 600);
	}
}

static void choose_duty(struct town *town, struct dice *dice, struct town_window *window, bool first)
{
	for (unsigned day = 0; day < town->days; day++) {
		if (!window->hall->roster[day]) {
			continue;
		}
		if (first) { /* a roster of nobody would be none: a minute at night */
			window->duty[day] = (struct town_span){1, 2};
		}
		if (!window->home || !dice_chance(dice, 600)) {
			continue;
		}
		window->duty[day] = dice_chance(dice, 500) ? (struct town_span){480, 1110}
			: dice_chance(dice, 500)           ? (struct town_span){480, 750}
							   : (struct town_span){750, 1110};
	}
}

static void choose_window(struct town *town, struct dice *dice, unsigned number)
{
	struct town_window *window = &town->windows[number];
	unsigned hall = number % town->hall_count, place = number / town->hall_count;

	window->hall = &town->halls[hall];
	g_snprintf(window->id, sizeof(window->id), "%s-%u", window->hall->id, place + 1);
	g_snprintf(window->clerk, sizeof(window->clerk), "c-%s", window->id);
	window->applicant = place % (town->busy ? 4 : 2) != 1;
	window->home = !window->applicant || dice_chance(dice, 100);
	window->department = place % 8 == 5;
	if (window->department) {
		window->applicant = false;
		window->home = true;
	}
	window->all_items = window->applicant || dice_chance(dice, 800);
	choose_duty(town, dice, window, place == 0);
}

struct town *town_create(struct dice *dice, unsigned windows, unsigned days, uint64_t seed)
{
	static const int beginnings[] = {20260917, 20261101, 20261224, 20270201};
	struct town *town = g_new0(struct town, 1);

	town->first_day = beginnings[seed % G_N_ELEMENTS(beginnings)];
	town->begins_us = fw_calendar_day_begins_us(town->first_day);
	town->days = MIN(days, TOWN_DAYS - 10);
	number_days(town);
	town->hall_count = CLAMP(windows / WINDOWS_PER_HALL, 2, TOWN_HALLS);
	town->window_count = windows;
	town->busy = seed % 5 >= 3;
	town->windows = g_new0(struct town_window, windows);
	for (unsigned i = 0; i < town->hall_count; i++) {
		choose_hall(town, dice, i);
	}
	for (unsigned i = 0; i < windows; i++) {
		choose_window(town, dice, i);
	}
	return town;
}

void town_destroy(struct town *town)
{
	g_free(town->windows);
	g_free(town);
}

const struct town_window *town_window_of(const struct town *town, const char *id)
{
	unsigned hall, place, number;
	const char *dash = strchr(id, '-');

	if (id[0] != 'h' || !dash) {
		return NULL;
	}
	hall = (unsigned)g_ascii_strtoull(id + 1, NULL, 10);
	place = (unsigned)g_ascii_strtoull(dash + 1, NULL, 10);
	if (hall < 1 || hall > town->hall_count || place < 1) {
		return NULL;
	}
	number = (place - 1) * town->hall_count + hall - 1;
	return number < town->window_count ? &town->windows[number] : NULL;
}

bool town_leads(const struct town *town, unsigned hall)
{
	return hall == 0 || strcmp(town->halls[hall].area, town->halls[hall - 1].area) != 0;
}

const char *town_item(unsigned number)
{
	static const char *const items[TOWN_ITEMS] = {
		"item-1", "item-2", "item-3", "item-4", "item-5", "item-6"};

	return items[number];
}

void town_supervisor(const char *area, char ret_id[TOWN_ID])
{
	g_snprintf(ret_id, TOWN_ID, "sup-%s", area);
}
