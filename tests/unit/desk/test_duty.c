/* SPDX-License-Identifier: Apache-2.0 */
/* Duty rosters in the desk's memory: read once, read again when told, and as they were when a batch fails. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/state.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/duty.h"

#define HALL "110101"
#define DAY  (24 * INT64_C(3600) * S)

static int on_duty(struct office *office, const char *window, int64_t at_us)
{
	const struct fw_place *place = fw_catalogue_place(office->desk->catalogue, window);

	return fw_duty_on(office->desk, fw_desk_window(office->desk, place), at_us);
}

static void put_on(struct office *office, const char *window, int64_t at_us, int begin, int end)
{
	assert_int_equal(
		fw_db_run(office->db,
			"INSERT INTO duty (hall, day, service_window, begin_minute, end_minute)"
			" VALUES ('" HALL "', ?1, ?2, ?3, ?4)",
			FW_DB_VALUES(fw_db_int(fw_calendar_day(at_us)), fw_db_text(window),
				fw_db_int(begin), fw_db_int(end)),
			NULL),
		0);
}

static void test_read_once(void **state)
{
	struct office *office = office_create_large(1, 1, 2);
	int64_t now_us = office->now_us;

	(void)state;
	assert_int_equal(
		on_duty(office, HALL "-h-0", now_us), 1); /* without a roster, in office hours */
	assert_int_equal(on_duty(office, HALL "-a-0", now_us), 0);
	fw_db_fail_nth(office->db, 1, -5);
	assert_int_equal(on_duty(office, HALL "-h-1", now_us), 1); /* nobody asked the database */
	assert_int_equal(on_duty(office, HALL "-h-1", now_us + DAY), -5);
	assert_int_equal(on_duty(office, HALL "-h-1", now_us + DAY), 1);
	office_destroy(office);
}

static void test_told(void **state)
{
	struct office *office = office_create_large(1, 1, 2);
	int64_t now_us = office->now_us, morning_us = fw_calendar_day_begins_us(20261123);

	(void)state;
	assert_int_equal(on_duty(office, HALL "-h-1", morning_us), 1);
	put_on(office, HALL "-h-0", morning_us, 480, 720);
	fw_duty_changed(office->desk);
	assert_int_equal(on_duty(office, HALL "-h-0", morning_us + 479 * FW_MINUTE_US), 0);
	assert_int_equal(on_duty(office, HALL "-h-0", morning_us + 480 * FW_MINUTE_US), 1);
	assert_int_equal(on_duty(office, HALL "-h-0", morning_us + 720 * FW_MINUTE_US), 0);
	assert_int_equal(on_duty(office, HALL "-h-1", morning_us + 480 * FW_MINUTE_US), 0);
	assert_int_equal(on_duty(office, HALL "-h-1", now_us + 5 * DAY), 1); /* that day has none */
	office_destroy(office);
}

static int64_t next_change_us(struct office *office, int64_t at_us)
{
	const struct fw_hall *hall = g_hash_table_lookup(office->desk->catalogue->halls, HALL);
	int64_t next_us = 0;

	assert_int_equal(fw_duty_next_change_us(office->desk, hall, at_us, &next_us), 0);
	return next_us;
}

static void test_next_change(void **state)
{
	struct office *office = office_create_large(1, 1, 2);
	int64_t midnight_us = fw_calendar_day_begins_us(20261123);

	(void)state;
	assert_int_equal(next_change_us(office, midnight_us), midnight_us + DAY); /* open all day */
	put_on(office, HALL "-h-0", midnight_us, 480, 720);
	put_on(office, HALL "-h-1", midnight_us, 600, 960);
	fw_duty_changed(office->desk);
	assert_int_equal(next_change_us(office, midnight_us), midnight_us + 480 * FW_MINUTE_US);
	assert_int_equal(next_change_us(office, midnight_us + 480 * FW_MINUTE_US),
		midnight_us + 600 * FW_MINUTE_US);
	assert_int_equal(next_change_us(office, midnight_us + 600 * FW_MINUTE_US),
		midnight_us + 720 * FW_MINUTE_US);
	assert_int_equal(
		next_change_us(office, midnight_us + 960 * FW_MINUTE_US), midnight_us + DAY);
	office_destroy(office);
}

static void test_batch_fails(void **state)
{
	struct office *office = office_create_large(1, 1, 2);
	int64_t now_us = office->now_us;

	(void)state;
	assert_int_equal(on_duty(office, HALL "-h-1", now_us), 1);
	assert_int_equal(fw_db_begin(office->db), 0);
	put_on(office, HALL "-h-0", now_us, 0, 1440);
	fw_duty_changed(office->desk);
	assert_int_equal(on_duty(office, HALL "-h-1", now_us), 0);
	fw_db_rollback(office->db);
	fw_memory_rollback(office->desk->memory);
	assert_int_equal(on_duty(office, HALL "-h-1", now_us), 1);
	office_destroy(office);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_once),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_next_change),
		cmocka_unit_test(test_batch_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
