/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/demo_week.h"

#include "base/db.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/year.h"

#define WEEK 7

/* Who is on duty: the first window round the clock, so that a call at night counts too; the second in usual hours, from
 * Monday to Friday. */
static const struct turn {
	const char *window;
	int days, begin, end; /* days from Monday; minutes */
} turns[] = {
	{"441500-01-1", WEEK, 0, FW_MINUTES_PER_DAY},
	{"441500-01-2", 5, 8 * 60 + 30, 12 * 60},
	{"441500-01-2", 5, 14 * 60 + 30, 17 * 60 + 30},
};

static int add_turn(struct fw_db *db, int day, const struct turn *turn)
{
	return fw_db_run(db,
		"INSERT INTO duty (hall, day, service_window, begin_minute, end_minute)"
		" VALUES (?1, ?2, ?3, ?4, ?5)",
		FW_DB_VALUES(fw_db_text(FW_DEMO_ROSTER_HALL), fw_db_int(day),
			fw_db_text(turn->window), fw_db_int(turn->begin), fw_db_int(turn->end)),
		NULL);
}

static int fill_roster(struct fw_db *db, int64_t now_us)
{
	int64_t monday_us = now_us - (fw_calendar_weekday(fw_calendar_day(now_us)) - 1) * FW_DAY_US;
	int first = fw_calendar_day(monday_us);
	int last = fw_calendar_day(monday_us + (WEEK - 1) * FW_DAY_US);
	int64_t there = 0;
	int r = fw_db_query_int(db,
		"SELECT (SELECT COUNT(*) FROM duty WHERE hall = ?1 AND day BETWEEN ?2 AND ?3)"
		" + (SELECT 1 - COUNT(*) FROM hall WHERE id = ?1)",
		FW_DB_VALUES(fw_db_text(FW_DEMO_ROSTER_HALL), fw_db_int(first), fw_db_int(last)),
		&there);

	if (r < 0 || there > 0) {
		return r;
	}
	for (int day = 0; r >= 0 && day < WEEK; day++) {
		int date = fw_calendar_day(monday_us + day * FW_DAY_US);

		for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(turns); i++) {
			r = day < turns[i].days ? add_turn(db, date, &turns[i]) : 0;
		}
	}
	return r;
}

/* A shipped table has none: the tests of holidays read them. */
static void ignore(void *user, unsigned line, const char *field, const char *value,
	const char *code, const char *text)
{
	(void)user;
	(void)line;
	(void)field;
	(void)value;
	(void)code;
	(void)text;
}

static int fill_year(struct fw_db *db, int year)
{
	g_autoptr(GArray) days = NULL;
	int64_t there = 0;
	int r = fw_db_query_int(db, "SELECT COUNT(*) FROM holiday WHERE day BETWEEN ?1 AND ?2",
		FW_DB_VALUES(fw_db_int(year * 10000), fw_db_int(year * 10000 + 9999)), &there);

	if (r < 0 || there > 0 || !fw_year_sample(year)) {
		return r;
	}
	days = fw_year_parse(fw_year_sample(year), year, ignore, NULL);
	for (guint i = 0; r >= 0 && i < days->len; i++) {
		const struct fw_year_day *day = &g_array_index(days, struct fw_year_day, i);

		r = fw_db_run(db,
			"INSERT INTO holiday (day, kind, name, hours_of, sample)"
			" VALUES (?1, ?2, ?3, ?4, 1)",
			FW_DB_VALUES(fw_db_int(day->day), fw_db_text(day->hours_of ? "work" : "off"),
				fw_db_text(day->name), fw_db_int(day->hours_of ? day->hours_of : 1)),
			NULL);
	}
	return r;
}

int fw_demo_week_fill(struct fw_db *db, int64_t now_us)
{
	int r = fw_db_begin(db);

	if (r >= 0) {
		r = fill_roster(db, now_us);
	}
	if (r >= 0) {
		r = fill_year(db, fw_calendar_day(now_us) / 10000);
	}
	if (r >= 0) {
		r = fw_db_commit(db);
	}
	if (r < 0) {
		fw_db_rollback(db);
	}
	return r;
}
