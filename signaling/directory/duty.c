/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/duty.h"

#include "base/db.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/state.h"
#include "signaling/directory/calendar.h"

#include <limits.h>

struct span {
	unsigned place; /* its number */
	int begin, end; /* minutes */
};

struct roster {
	int day; /* of these spans */
	GArray *spans; /* struct span, by place; empty: the hall has no roster for the day */
};

struct fw_duty {
	GHashTable *halls; /* id, which is the catalogue's -> struct roster */
};

/* --- its life --------------------------------------------------------------------------------- */

static void free_roster(void *roster_void)
{
	struct roster *roster = roster_void;

	g_array_free(roster->spans, TRUE);
	g_free(roster);
}

struct fw_duty *fw_duty_create(void)
{
	struct fw_duty *duty = g_new0(struct fw_duty, 1);

	duty->halls = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_roster);
	return duty;
}

void fw_duty_destroy(struct fw_duty *duty)
{
	g_hash_table_destroy(duty->halls);
	g_free(duty);
}

static void destroy(void *duty)
{
	fw_duty_destroy(duty);
}

void fw_duty_changed(struct fw_desk *desk)
{
	fw_memory_swap(desk->memory, (void **)&desk->duty, fw_duty_create(), destroy);
	fw_presence_stir(desk);
}

/* --- reading ---------------------------------------------------------------------------------- */

static int read_spans(struct fw_desk *desk, const struct fw_hall *hall, int day, GArray *spans)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT service_window, begin_minute, end_minute FROM duty"
		" WHERE hall = ?1 AND day = ?2 ORDER BY service_window, begin_minute",
		FW_DB_VALUES(fw_db_text(hall->id), fw_db_int(day)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		const struct fw_place *place =
			fw_catalogue_place(desk->catalogue, fw_db_column_text(rows, 0));
		struct span span = {
			.place = place ? place->number : UINT_MAX, /* it still is a roster */
			.begin = (int)fw_db_column_int(rows, 1),
			.end = (int)fw_db_column_int(rows, 2),
		};

		g_array_append_val(spans, span);
	}
	return r;
}

static int find_roster(
	struct fw_desk *desk, const struct fw_hall *hall, int day, const struct roster **ret_roster)
{
	struct roster *roster = g_hash_table_lookup(desk->duty->halls, hall->id);
	g_autoptr(GArray) spans = NULL;
	int r;

	if (roster && roster->day == day) {
		*ret_roster = roster;
		return 0;
	}
	spans = g_array_new(FALSE, FALSE, sizeof(struct span));
	r = read_spans(desk, hall, day, spans);
	if (r < 0) {
		return r;
	}
	roster = g_new0(struct roster, 1);
	roster->day = day;
	roster->spans = g_steal_pointer(&spans);
	g_hash_table_replace(desk->duty->halls, (void *)hall->id, roster);
	*ret_roster = roster;
	return 0;
}

/* --- asking ----------------------------------------------------------------------------------- */

int fw_duty_on(struct fw_desk *desk, const struct fw_window *window, int64_t at_us)
{
	const struct fw_place *place = window->place;
	const struct roster *roster;
	int minute = fw_calendar_minute(at_us);
	int r = find_roster(desk, place->hall, fw_calendar_day(at_us), &roster);

	if (r < 0) {
		return r;
	}
	if (roster->spans->len == 0) {
		return place->home && fw_calendar_is_open(desk->calendar, place->hall->id, at_us);
	}
	for (guint i = 0; i < roster->spans->len; i++) {
		const struct span *span = &g_array_index(roster->spans, struct span, i);

		if (span->place == place->number && span->begin <= minute && minute < span->end) {
			return 1;
		}
	}
	return 0;
}

int fw_duty_next_change_us(
	struct fw_desk *desk, const struct fw_hall *hall, int64_t at_us, int64_t *ret_next_us)
{
	int64_t midnight_us = fw_calendar_day_begins_us(fw_calendar_day(at_us));
	int minute = fw_calendar_minute(at_us), next = FW_MINUTES_PER_DAY;
	const struct roster *roster;
	int r = find_roster(desk, hall, fw_calendar_day(at_us), &roster);

	if (r < 0) {
		return r;
	}
	if (roster->spans->len == 0) {
		*ret_next_us = fw_calendar_next_change_us(desk->calendar, hall->id, at_us);
		return 0;
	}
	for (guint i = 0; i < roster->spans->len; i++) {
		const struct span *span = &g_array_index(roster->spans, struct span, i);

		if (span->end > minute) {
			next = MIN(next, span->begin > minute ? span->begin : span->end);
		}
	}
	*ret_next_us = midnight_us + next * FW_MINUTE_US;
	return 0;
}
