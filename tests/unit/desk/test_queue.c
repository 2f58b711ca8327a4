/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that wait, overflow, and where they end up: rounds of ringing in the real desk. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/queue.h"
#include "signaling/directory/calendar.h"

#include <gst/gst.h>
#include <string.h>

/* Two areas with windows enough: applicants "110101-a-N" call the home windows "110102-h-N". */
struct hall {
	struct office *office;
	uint64_t applicants[4], homes[3];
};

static uint64_t sit(struct office *office, const char *name)
{
	g_autofree char *token = office_large_token(name);
	uint64_t connection = office_connect(office, token);

	json_decref(office_do(office, connection, "window.take",
		"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}",
		name));
	return connection;
}

static uint64_t sit_number(struct office *office, const char *area, char kind, int number)
{
	g_autofree char *name = g_strdup_printf("%s-%c-%d", area, kind, number);
	uint64_t connection = sit(office, name);

	office->now_us += S / 10; /* so that one is ready longer than the next */
	return connection;
}

static struct hall open_hall(unsigned homes, unsigned group)
{
	struct hall hall = {.office = office_create_large(2, 4, 3)};

	hall.office->setup.ring_group = group;
	hall.office->setup.overflow_us = 20 * S;
	office_restart(hall.office);
	for (int i = 0; i < 4; i++) {
		hall.applicants[i] = sit_number(hall.office, "110101", 'a', i);
	}
	for (unsigned i = 0; i < homes; i++) {
		hall.homes[i] = sit_number(hall.office, "110102", 'h', (int)i);
	}
	return hall;
}

static char *request(struct hall *hall, int applicant, const char *more)
{
	json_t *result = office_do(hall->office, hall->applicants[applicant], "call.request",
		"{\"item\":\"item\",\"area\":\"110102\",\"citizen_informed\":true%s}", more);
	char *id = g_strdup(text_at(result, "call.id"));

	json_decref(result);
	return id;
}

static void say(struct hall *hall, uint64_t connection, const char *method, const char *call)
{
	json_decref(office_do(hall->office, connection, method, "{\"call\":\"%s\"}", call));
}

/* The call as last told to the connection is in this state. */
static void expect_state(struct hall *hall, uint64_t connection, const char *state)
{
	json_t *data = office_last(hall->office, connection, "call.state");

	assert_non_null(data);
	assert_string_equal(text_at(data, "call.state"), state);
	json_decref(data);
}

/* The connection is being rung for this call. */
static void expect_ring(struct hall *hall, uint64_t connection, const char *call)
{
	json_t *data = office_last(hall->office, connection, "call.incoming");

	assert_non_null(data);
	assert_string_equal(text_at(data, "call.id"), call);
	json_decref(data);
}

static void expect_quiet(struct hall *hall, uint64_t connection)
{
	assert_null(office_event(hall->office, connection, "call.incoming"));
}

/* Its last place in the queue. */
static int64_t position(struct hall *hall, int applicant)
{
	json_t *data = office_last(hall->office, hall->applicants[applicant], "call.queue");
	int64_t at_position = data ? json_integer_value(at(data, "position")) : 0;

	json_decref(data);
	return at_position;
}

static void expect_row(struct hall *hall, const char *call, const char *window, const char *wanted)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	g_autofree char *got = NULL;

	assert_int_equal(fw_db_query(hall->office->db,
				 "SELECT COALESCE(outcome, 'open') || '/' || COALESCE(cause, '-')"
				 " || '/' || COALESCE(why_not, '-') FROM attempt"
				 " WHERE call = ?1 AND service_window = ?2",
				 FW_DB_VALUES(fw_db_text(call), fw_db_text(window)), &row),
		0);
	got = g_strdup(fw_db_step(row) > 0 ? fw_db_column_text(row, 0) : "none");
	assert_string_equal(got, wanted);
}

static void expect_queue(struct hall *hall, const char *call, const char *wanted)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;

	assert_int_equal(
		fw_db_query(hall->office->db, "SELECT state FROM queue_entry WHERE call = ?1",
			FW_DB_VALUES(fw_db_text(call)), &row),
		0);
	assert_string_equal(fw_db_step(row) > 0 ? fw_db_column_text(row, 0) : "none", wanted);
}

/* --- overflow --------------------------------------------------------------------------------------- */

static void test_the_next_window(void **state)
{
	struct hall hall = open_hall(2, 1);
	g_autofree char *call = request(&hall, 0, "");

	(void)state;
	expect_ring(&hall, hall.homes[0], call); /* ready the longest */
	expect_quiet(&hall, hall.homes[1]);
	json_decref(office_do(hall.office, hall.homes[0], "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	expect_row(&hall, call, "110102-h-2", "open/-/-"); /* on duty and not there */
	office_wait(hall.office, 20 * S);
	expect_ring(&hall, hall.homes[1], call);
	expect_state(&hall, hall.homes[0], "ringing");
	expect_row(&hall, call, "110102-h-0", "unanswered/not_answered/-");
	expect_row(&hall, call, "110102-h-2", "unanswered/not_signed_in/-");
	office_refused(hall.office, hall.homes[0], "wrong_state", "call.answer",
		"{\"call\":\"%s\"}", call);
	say(&hall, hall.homes[1], "call.answer", call);
	expect_state(&hall, hall.applicants[0], "answered");
	expect_row(&hall, call, "110102-h-0", "unanswered/not_answered/-"); /* it keeps its row */
	expect_row(&hall, call, "110102-h-1", "answered/-/-");
	office_destroy(hall.office);
}

static void test_nobody_answers(void **state)
{
	struct hall hall = open_hall(2, 1);
	g_autofree char *call = request(&hall, 0, "");

	(void)state;
	json_decref(office_do(hall.office, hall.homes[0], "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", call)); /* at once the next */
	expect_ring(&hall, hall.homes[1], call);
	expect_row(&hall, call, "110102-h-0", "refused/refused/-");
	office_wait(hall.office, 20 * S);
	expect_state(&hall, hall.applicants[0], "ringing"); /* the last rings its whole time */
	office_wait(hall.office, 10 * S);
	expect_state(&hall, hall.applicants[0], "unanswered");
	expect_state(&hall, hall.homes[1], "unanswered");
	office_destroy(hall.office);
}

static void test_nobody_is_there(void **state)
{
	struct hall hall = open_hall(0, 0);
	json_t *result = office_do(hall.office, hall.applicants[0], "call.request",
		"{\"item\":\"item\",\"area\":\"110102\",\"citizen_informed\":true}");

	(void)state;
	assert_string_equal(text_at(result, "call.state"), "unanswered");
	assert_string_equal(text_at(result, "call.end.reason"), "nobody_there");
	for (int i = 0; i < 3; i++) {
		g_autofree char *window = g_strdup_printf("110102-h-%d", i);

		expect_row(&hall, text_at(result, "call.id"), window, "unanswered/not_signed_in/-");
	}
	json_decref(result);
	office_destroy(hall.office);
}

/* What the office keeps of halls and windows, changed before the server starts. */
static void set_office(struct hall *hall, const char *sql)
{
	assert_int_equal(fw_db_script(hall->office->db, sql), 0);
	office_restart(hall->office);
	for (int i = 0; i < 4; i++) {
		hall->applicants[i] = sit_number(hall->office, "110101", 'a', i);
	}
	for (int i = 0; i < 2; i++) {
		hall->homes[i] = sit_number(hall->office, "110102", 'h', i);
	}
}

static void test_times_of_the_hall(void **state)
{
	struct hall hall = open_hall(2, 0);
	g_autofree char *call = NULL;

	(void)state;
	set_office(&hall,
		"UPDATE hall SET ring_seconds = 40, overflow_seconds = 15, ring_group = 1,"
		" patience_seconds = 5 WHERE id = '110102'");
	call = request(&hall, 0, "");
	json_decref(office_do(hall.office, hall.homes[0], "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	office_wait(hall.office, 15 * S);
	expect_ring(&hall, hall.homes[1], call);
	json_decref(office_do(hall.office, hall.homes[1], "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	office_wait(hall.office, 39 * S);
	expect_state(&hall, hall.applicants[0], "ringing");
	say(&hall, hall.applicants[0], "call.cancel", call);
	expect_row(&hall, call, "110102-h-1", "unanswered/not_answered/-");
	office_destroy(hall.office);
}

static void test_other_windows_come_after(void **state)
{
	struct hall hall = open_hall(2, 0);
	g_autofree char *call = NULL;

	(void)state;
	set_office(&hall,
		"INSERT INTO body (id, name, kind, area) VALUES ('dept', '部门', 'department',"
		" '110102'); UPDATE service_window SET all_items = 0 WHERE id = '110102-h-0';"
		" UPDATE service_window SET department = 'dept' WHERE id = '110102-h-1'");
	call = request(&hall, 0, ""); /* who serves it, 2, is not there: at once the hall's other */
	expect_ring(&hall, hall.homes[0], call);
	expect_row(&hall, call, "110102-h-2", "unanswered/not_signed_in/-");
	expect_quiet(&hall, hall.homes[1]);
	office_wait(hall.office, 20 * S);
	expect_ring(&hall, hall.homes[1], call); /* then the department's */
	office_destroy(hall.office);
}

/* Whose matter an item is, is said by the departments' windows: their items, and the area of their body. */
static void test_the_department_that_decides(void **state)
{
	struct hall hall = open_hall(3, 0);
	g_autofree char *call = NULL;

	(void)state;
	set_office(&hall,
		"INSERT INTO body (id, name, kind, area) VALUES"
		" ('near', '不办这个事项的部门', 'department', '110102'),"
		" ('far', '上级区划的部门', 'department', '110000');"
		" UPDATE service_window SET department = 'near', all_items = 0"
		" WHERE id = '110102-h-1'; UPDATE service_window SET department = 'far',"
		" all_items = 0 WHERE id = '110102-h-2';"
		" INSERT INTO window_item (service_window, item) VALUES ('110102-h-2', 'item')");
	hall.homes[2] = sit_number(hall.office, "110102", 'h', 2);
	call = request(&hall, 0, "");
	expect_ring(&hall, hall.homes[0], call); /* the hall's own first */
	office_wait(hall.office, 20 * S);
	expect_ring(&hall, hall.homes[2], call); /* then who decides on it, one area up */
	expect_quiet(&hall, hall.homes[1]);
	office_destroy(hall.office);
}

/* Its window may stand in any hall: a call of another county that waits rings there once it is ready. */
static void test_the_department_comes(void **state)
{
	struct hall hall = open_hall(2, 0);
	g_autofree char *first = NULL, *second = NULL;
	uint64_t department;

	(void)state;
	set_office(&hall,
		"INSERT INTO body (id, name, kind, area) VALUES"
		" ('far', '上级区划的部门', 'department', '110000');"
		" UPDATE service_window SET department = 'far', applicant = 0, home = 1"
		" WHERE id = '110101-a-3'; INSERT INTO account_role (account, role, area)"
		" VALUES ('110101-a-3', 'home_clerk', '110101')");
	department = hall.applicants[3];
	json_decref(office_do(hall.office, department, "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\",\"until_us\":%" G_GINT64_FORMAT "}",
		hall.office->now_us + 60 * S));
	first = request(&hall, 0, "");
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	json_decref(office_do(hall.office, hall.homes[1], "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", second));
	expect_queue(&hall, second, "waiting"); /* for the one in the call */
	json_decref(office_do(hall.office, department, "presence.set", "{\"state\":\"ready\"}"));
	expect_ring(&hall, department, second);
	office_destroy(hall.office);
}

static void test_out_of_hours(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *call = NULL;

	(void)state;
	set_office(&hall, "DELETE FROM office_hours WHERE hall = '110102'");
	call = request(&hall, 0, "");
	json_decref(office_do(hall.office, hall.homes[0], "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	expect_row(&hall, call, "110102-h-2", "none"); /* nobody had to be there */
	office_wait(hall.office, 30 * S);
	expect_state(&hall, hall.applicants[0], "unanswered");
	expect_row(&hall, call, "110102-h-0", "unanswered/not_answered/out_of_hours");
	json_decref(office_do(hall.office, hall.homes[0], "window.release", "{}"));
	json_decref(office_do(hall.office, hall.homes[1], "window.release", "{}"));
	office_refused(hall.office, hall.applicants[1], "no_window_ready", "call.request",
		"{\"item\":\"item\",\"area\":\"110102\",\"citizen_informed\":true}");
	office_destroy(hall.office);
}

static void test_off_duty(void **state)
{
	struct hall hall = open_hall(2, 0);
	g_autofree char *call = NULL, *roster = NULL;

	(void)state;
	roster = g_strdup_printf("INSERT INTO duty (hall, day, service_window, begin_minute,"
				 " end_minute) VALUES ('110102', %d, '110102-h-0', 0, 1440)",
		fw_calendar_day(hall.office->now_us));
	set_office(&hall, roster);
	call = request(&hall, 0, "");
	for (int i = 0; i < 2; i++) {
		json_decref(office_do(hall.office, hall.homes[i], "call.ring_ack",
			"{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	}
	office_wait(hall.office, 30 * S);
	expect_row(&hall, call, "110102-h-0", "unanswered/not_answered/-");
	expect_row(&hall, call, "110102-h-1", "unanswered/not_answered/off_duty");
	expect_row(&hall, call, "110102-h-2", "none");
	office_destroy(hall.office);
}

/* --- the queue ---------------------------------------------------------------------------------------- */

static void test_waiting_in_order(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, "");
	g_autofree char *second = NULL, *third = NULL, *fourth = NULL;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	expect_queue(&hall, second, "waiting");
	assert_int_equal(position(&hall, 1), 0); /* the reply said so */
	third = request(&hall, 2, "");
	fourth = request(&hall, 3, "");
	office_wait(hall.office, 100 * S);
	say(&hall, hall.applicants[2], "call.cancel", third); /* has enough of waiting */
	expect_queue(&hall, third, "left");
	assert_int_equal(position(&hall, 3), 2);
	office_forget_events(hall.office, hall.homes[0]);
	say(&hall, hall.homes[0], "call.hangup", first);
	expect_ring(&hall, hall.homes[0], second); /* in the same batch */
	expect_queue(&hall, second, "rung");
	assert_int_equal(position(&hall, 3), 1);
	say(&hall, hall.homes[0], "call.answer", second);
	expect_queue(&hall, second, "taken");
	expect_queue(&hall, fourth, "waiting");
	expect_state(&hall, hall.applicants[1], "answered");
	office_destroy(hall.office);
}

static void test_the_wait_is_estimated(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, ""), *second = NULL;
	json_t *result;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	office_wait(hall.office, 100 * S);
	say(&hall, hall.homes[0], "call.hangup", first);
	second = request(&hall, 0, "");
	say(&hall, hall.homes[0], "call.answer", second);
	result = office_do(hall.office, hall.applicants[1], "call.request",
		"{\"item\":\"item\",\"area\":\"110102\",\"citizen_informed\":true}");
	assert_string_equal(text_at(result, "call.state"), "requested");
	assert_int_equal(json_integer_value(at(result, "call.queue.position")), 1);
	assert_int_equal(json_integer_value(at(result, "call.queue.wait_s")), 120);
	json_decref(result);
	result = office_do(hall.office, hall.applicants[2], "directory.targets",
		"{\"item\":\"item\",\"area\":\"110102\"}");
	assert_int_equal(json_integer_value(at(result, "queued")), 1);
	assert_int_equal(json_integer_value(at(result, "wait_s")), 210);
	json_decref(result);
	office_destroy(hall.office);
}

static void test_who_waits_again_is_first(void **state)
{
	struct hall hall = open_hall(2, 1);
	g_autofree char *busy0 = request(&hall, 0, ""), *busy1 = NULL, *patient = NULL, *late = NULL;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", busy0);
	busy1 = request(&hall, 1, "");
	say(&hall, hall.homes[1], "call.answer", busy1);
	patient = request(&hall, 2, "");
	late = request(&hall, 3, "");
	office_wait(hall.office, 60 * S);
	say(&hall, hall.homes[0], "call.hangup", busy0);
	json_decref(office_do(hall.office, hall.homes[0], "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"busy_with_citizen\"}", patient));
	expect_queue(&hall, patient, "waiting"); /* the other window is still to come */
	expect_state(&hall, hall.applicants[2], "requested");
	expect_row(&hall, patient, "110102-h-0", "refused/refused/-");
	expect_ring(&hall, hall.homes[0], late); /* it would not have the first */
	office_forget_events(hall.office, hall.homes[1]);
	say(&hall, hall.homes[1], "call.hangup", busy1);
	expect_ring(&hall, hall.homes[1], patient);
	office_destroy(hall.office);
}

static void test_who_is_waited_for_goes(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, ""), *second = NULL;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	expect_row(&hall, second, "110102-h-1", "open/-/-");
	json_decref(office_do(hall.office, hall.homes[0], "window.release", "{}"));
	expect_state(&hall, hall.applicants[1], "unanswered");
	expect_queue(&hall, second, "over");
	expect_row(&hall, second, "110102-h-0", "unanswered/not_signed_in/-");
	expect_row(&hall, second, "110102-h-1", "unanswered/not_signed_in/-");
	office_destroy(hall.office);
}

static void test_who_comes_is_rung(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, ""), *second = NULL;
	uint64_t newcomer;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	newcomer = sit(hall.office, "110102-h-1");
	expect_ring(&hall, newcomer, second);
	say(&hall, newcomer, "call.answer", second);
	expect_row(&hall, second, "110102-h-1", "answered/-/-"); /* its absence is forgotten */
	expect_row(&hall, second, "110102-h-2", "withdrawn/-/answered_elsewhere");
	expect_row(&hall, second, "110102-h-0", "none");
	office_destroy(hall.office);
}

static void test_leaving_counts_nobody(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, ""), *second = NULL, *third = NULL;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	third = request(&hall, 2, ",\"window\":\"110102-h-0\"");
	office_wait(hall.office, 300 * S);
	say(&hall, hall.applicants[1], "call.cancel", second);
	expect_row(&hall, second, "110102-h-1", "withdrawn/-/queue_left");
	expect_state(&hall, hall.applicants[1], "cancelled");
	expect_row(&hall, third, "110102-h-1", "none"); /* only one window was asked for */
	json_decref(office_do(hall.office, hall.applicants[2], "window.release", "{}"));
	expect_queue(&hall, third, "left");
	office_destroy(hall.office);
}

static void test_the_wait_has_an_end(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, ""), *second = NULL;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	office_wait(hall.office, 1800 * S);
	expect_state(&hall, hall.applicants[1], "unanswered");
	expect_queue(&hall, second, "over");
	office_destroy(hall.office);
}

static void test_a_restart_ends_the_wait(void **state)
{
	struct hall hall = open_hall(1, 0);
	g_autofree char *first = request(&hall, 0, ""), *second = NULL;

	(void)state;
	say(&hall, hall.homes[0], "call.answer", first);
	second = request(&hall, 1, "");
	office_restart(hall.office);
	expect_queue(&hall, second, "over");
	expect_row(&hall, second, "110102-h-1", "withdrawn/-/server_fault");
	office_destroy(hall.office);
}

/* --- floods ------------------------------------------------------------------------------------------- */

static void test_a_flood_is_limited(void **state)
{
	struct hall hall = open_hall(1, 0);
	json_t *reply;

	(void)state;
	for (int i = 0; i < 10; i++) {
		g_autofree char *call = request(&hall, 0, "");

		say(&hall, hall.applicants[0], "call.cancel", call);
		office_wait(hall.office, 10 * S);
	}
	reply = office_ask(hall.office, hall.applicants[0], "call.request",
		"{\"item\":\"item\",\"area\":\"110102\",\"citizen_informed\":true}");
	assert_string_equal(text_at(reply, "error.code"), "too_many");
	assert_int_equal(json_integer_value(at(reply, "error.retry_after_s")), 200);
	json_decref(reply);
	g_free(request(&hall, 1, "")); /* others may */
	office_wait(hall.office, 200 * S);
	for (int i = 0; i < 10; i++) { /* what is answered does not count */
		g_autofree char *call = request(&hall, 0, "");

		say(&hall, hall.homes[0], "call.answer", call);
		say(&hall, hall.homes[0], "call.hangup", call);
	}
	g_free(request(&hall, 0, ""));
	office_destroy(hall.office);
}

static void test_transitions(void **state)
{
	(void)state;
	for (int from = 0; from < FW_QUEUE_STATE_COUNT; from++) {
		for (int to = 0; to < FW_QUEUE_STATE_COUNT; to++) {
			bool legal = fw_queue_state_legal(
				(enum fw_queue_state)from, (enum fw_queue_state)to);

			assert_true(!legal || (from < FW_QUEUE_TAKEN && from != to));
			assert_true(!legal || to != FW_QUEUE_NONE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_window),
		cmocka_unit_test(test_nobody_answers),
		cmocka_unit_test(test_nobody_is_there),
		cmocka_unit_test(test_times_of_the_hall),
		cmocka_unit_test(test_other_windows_come_after),
		cmocka_unit_test(test_the_department_that_decides),
		cmocka_unit_test(test_the_department_comes),
		cmocka_unit_test(test_out_of_hours),
		cmocka_unit_test(test_off_duty),
		cmocka_unit_test(test_waiting_in_order),
		cmocka_unit_test(test_the_wait_is_estimated),
		cmocka_unit_test(test_who_waits_again_is_first),
		cmocka_unit_test(test_who_is_waited_for_goes),
		cmocka_unit_test(test_who_comes_is_rung),
		cmocka_unit_test(test_leaving_counts_nobody),
		cmocka_unit_test(test_the_wait_has_an_end),
		cmocka_unit_test(test_a_restart_ends_the_wait),
		cmocka_unit_test(test_a_flood_is_limited),
		cmocka_unit_test(test_transitions),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
