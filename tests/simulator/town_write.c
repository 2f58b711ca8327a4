/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/town.h"

#include "base/db.h"
#include "signaling/schema.h"

#include <glib.h>

#define T(text)     fw_db_text(text)
#define N(number)   fw_db_int((int64_t)(number))
#define Z(number)   ((number) ? N(number) : fw_db_null())
#define CITY_BODY   "b-" TOWN_CITY
#define HASH        "$argon2id$none" /* passwords are answered by the simulator */
#define ANY_VERSION 1

static void must(int r)
{
	if (r < 0) {
		g_error("the town cannot be written: %s", g_strerror(-r));
	}
}

static void run(struct fw_db *db, const char *sql, const struct fw_db_value *values, size_t count)
{
	must(fw_db_run(db, sql, values, count, NULL));
}

static void write_account(struct fw_db *db, const char *id, const char *role, const char *area)
{
	run(db,
		"INSERT INTO account (id, name, password_hash) VALUES (?1, ?1, ?2)"
		" ON CONFLICT (id) DO NOTHING",
		FW_DB_VALUES(T(id), T(HASH)));
	run(db, "INSERT INTO account_role (account, role, area) VALUES (?1, ?2, ?3)",
		FW_DB_VALUES(T(id), T(role), T(area)));
}

static void write_area(struct fw_db *db, const char *area, const char *parent)
{
	g_autofree char *body = g_strdup_printf("b-%s", area);
	char supervisor[TOWN_ID];

	run(db, "INSERT INTO area (code, name, kind, parent) VALUES (?1, ?1, ?2, ?3)",
		FW_DB_VALUES(T(area), T(parent ? "county" : "city"), T(parent)));
	run(db,
		"INSERT INTO body (id, name, kind, area, superior) VALUES (?1, ?1, 'management', "
		"?2,"
		" ?3)",
		FW_DB_VALUES(T(body), T(area), T(parent ? CITY_BODY : NULL)));
	run(db, "UPDATE area SET body = ?1 WHERE code = ?2", FW_DB_VALUES(T(body), T(area)));
	town_supervisor(area, supervisor);
	write_account(db, supervisor, "supervisor", area);
}

static void write_items(const struct town *town, struct fw_db *db)
{
	for (unsigned i = 0; i < TOWN_ITEMS; i++) {
		const char *item = town_item(i);

		run(db,
			"INSERT INTO item (id, version, name, pinyin, department, demo, current)"
			" VALUES (?1, ?2, ?1, 'sx', 'D', 0, 1)",
			FW_DB_VALUES(T(item), N(ANY_VERSION)));
		for (unsigned hall = 0; hall < town->hall_count; hall++) {
			if (town_leads(town, hall) &&
				(i + hall) % 5 != 4) { /* not every county serves everything */
				run(db, "INSERT INTO item_area (item, area) VALUES (?1, ?2)",
					FW_DB_VALUES(T(item), T(town->halls[hall].area)));
			}
		}
	}
}

static void write_hours(struct fw_db *db, const struct town_hall *hall)
{
	for (int weekday = 1; weekday <= 7; weekday++) {
		for (int i = 0; i < 2 && hall->hours[weekday][i].end; i++) {
			run(db,
				"INSERT INTO office_hours (hall, weekday, begin_minute, end_minute)"
				" VALUES (?1, ?2, ?3, ?4)",
				FW_DB_VALUES(T(hall->id), N(weekday),
					N(hall->hours[weekday][i].begin),
					N(hall->hours[weekday][i].end)));
		}
	}
}

static void write_hall(struct fw_db *db, const struct town_hall *hall)
{
	run(db,
		"INSERT INTO hall (id, name, area, ring_seconds, overflow_seconds, ring_group,"
		" patience_seconds, holidays_open) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		FW_DB_VALUES(T(hall->id), T(hall->area), Z(hall->ring_s), Z(hall->overflow_s),
			Z(hall->group), Z(hall->patience_s), N(hall->holidays_open)));
	write_hours(db, hall);
	if (hall->closed_from_us) {
		run(db,
			"INSERT INTO closure (hall, from_us, until_us, reason, account, created_us)"
			" VALUES (?1, ?2, ?3, 'power', 'sup-" TOWN_CITY "', ?2)",
			FW_DB_VALUES(T(hall->id), N(hall->closed_from_us), N(hall->closed_until_us)));
	}
}

static void write_calendar(const struct town *town, struct fw_db *db)
{
	for (unsigned i = 0; i < TOWN_DAYS; i++) {
		int kind = town->kind[i];

		if (kind < 0) {
			continue;
		}
		run(db,
			"INSERT INTO holiday (day, kind, name, hours_of, sample) VALUES (?1, ?2, "
			"'n',"
			" ?3, 1)",
			FW_DB_VALUES(N(town->day[i]), T(kind ? "work" : "off"), N(kind ? kind : 1)));
	}
}

static void write_duty(const struct town *town, struct fw_db *db, const struct town_window *window)
{
	for (unsigned day = 0; day < town->days; day++) {
		const struct town_span *span = &window->duty[day];

		if (span->end) {
			run(db,
				"INSERT INTO duty (hall, day, service_window, begin_minute,"
				" end_minute) VALUES (?1, ?2, ?3, ?4, ?5)",
				FW_DB_VALUES(T(window->hall->id), N(town->day[day]), T(window->id),
					N(span->begin), N(span->end)));
		}
	}
}

static void write_window(const struct town *town, struct fw_db *db, unsigned number)
{
	const struct town_window *window = &town->windows[number];
	const char *area = window->hall->area;
	bool phone = number % 11 != 7; /* of some nobody has entered one */

	run(db,
		"INSERT INTO service_window (id, name, hall, applicant, home, phone, department,"
		" all_items) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		FW_DB_VALUES(T(window->id), T(window->hall->id), N(window->applicant),
			N(window->home), T(phone ? "13800000000" : NULL),
			T(window->department ? CITY_BODY : NULL), N(window->all_items)));
	for (unsigned i = 0; i < TOWN_ITEMS && !window->all_items; i += 2) {
		run(db, "INSERT INTO window_item (service_window, item) VALUES (?1, ?2)",
			FW_DB_VALUES(T(window->id), T(town_item(i))));
	}
	if (window->applicant) {
		write_account(db, window->clerk, "applicant_clerk", area);
	}
	if (window->home) {
		write_account(db, window->clerk, "home_clerk", area);
	}
	if (window->department) {
		write_account(db, window->clerk, "department_expert", area);
	}
	write_duty(town, db, window);
}

void town_write(const struct town *town, struct fw_db *db)
{
	must(fw_schema_apply(db));
	must(fw_db_begin(db));
	write_area(db, TOWN_CITY, NULL);
	for (unsigned i = 0; i < town->hall_count; i++) {
		if (town_leads(town, i)) {
			write_area(db, town->halls[i].area, TOWN_CITY);
		}
		write_hall(db, &town->halls[i]);
	}
	write_items(town, db);
	write_calendar(town, db);
	for (unsigned i = 0; i < town->window_count; i++) {
		write_window(town, db, i);
	}
	must(fw_db_commit(db));
}
