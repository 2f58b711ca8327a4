/* SPDX-License-Identifier: Apache-2.0 */
/* Rehearsals: like any call, marked, and counted nowhere. */
#include "tests/unit/desk/talk.h"

#include "signaling/desk/state.h"

#include <gst/gst.h>

static int set_up(void **state)
{
	*state = office_create();
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

static int64_t calls_listed(struct office *office, const char *token, const char *query)
{
	int status = 0;
	json_t *body = office_read(office, FW_OP_CALLS, token, query, &status);
	int64_t total = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return total;
}

static void test_drill(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	const struct fw_recorder_command *open;
	g_autofree char *token = NULL, *call = NULL;
	json_t *result = office_do(office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"drill\":true}");
	int status = 0;

	call = g_strdup(text_at(result, "call.id"));
	assert_true(json_is_true(at(result, "call.drill")));
	json_decref(result);
	result = office_event(office, home, "call.incoming");
	assert_true(json_is_true(at(result, "call.drill")));
	json_decref(result);
	talk_say(office, home, "call.answer", call);
	open = &g_array_index(office->recorder_commands, struct fw_recorder_command, 0);
	assert_int_equal(open->kind, FW_RECORDER_OPEN);
	assert_true(open->open.drill);
	talk_say(office, home, "call.hangup", call);
	g_free(office_call(office, clerk));
	token = office_sign_in(office, "home1");
	assert_int_equal(calls_listed(office, token, "{}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"only\"}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"all\"}"), 2);
	json_decref(office_read(office, FW_OP_CALLS, token, "{\"drill\":\"some\"}", &status));
	assert_int_equal(status, 400);
	result = office_read(office, FW_OP_TODAY, token, "{}", &status);
	assert_int_equal(json_integer_value(at(result, "answered")), 0);
	json_decref(result);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM call_marker WHERE kind = 'drill'"), 1);
	assert_int_equal(office_count(office,
				 "SELECT COUNT(*) FROM attempt WHERE drill = 1 AND countable = 1"),
		0);
}

/* --- a whole hall ---------------------------------------------------------------------------------- */

#define HALL     "441523-01"
#define HOUR     (INT64_C(3600) * S)
#define REAL     "{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}"
#define REHEARSE "{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"drill\":true}"

static struct office_answer *begin(struct office *office, const char *token, const char *hall,
	const char *item, int64_t until_us)
{
	g_autofree char *params =
		g_strdup_printf("{\"hall\":\"%s\",\"item\":%s,\"until_us\":%" G_GINT64_FORMAT "}",
			hall, item, until_us);

	return office_http(office, FW_OP_DRILL_BEGIN, token, params);
}

static void begin_well(struct office *office, const char *token, const char *hall, const char *item)
{
	assert_int_equal(begin(office, token, hall, item, office->now_us + HOUR)->status, 201);
}

/* The one that a member says runs there. */
static void expect_told(json_t *message, const char *until)
{
	g_autofree char *path = g_strdup_printf("%s.hall.id", until);

	assert_string_equal(text_at(message, path), HALL);
	json_decref(message);
}

static json_t *drills(struct office *office, const char *token)
{
	int status = 0;
	json_t *body = office_read(office, FW_OP_DRILLS, token, "{}", &status);

	assert_int_equal(status, 200);
	return body;
}

static void test_a_hall_rehearses(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "supervisor2"), *call = NULL;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	json_t *result;

	begin_well(office, token, HALL, "null");
	expect_told(office_event(office, home, "drill.changed"), "drill");
	assert_null(office_event(office, clerk, "drill.changed"));
	expect_told(office_do(office, clerk, "directory.targets",
			    "{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}"),
		"drill");
	office_refused(office, clerk, "drill_running", "call.request", REAL);
	result = office_do(office, clerk, "call.request", REHEARSE);
	call = g_strdup(text_at(result, "call.id"));
	json_decref(result);
	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"displayed\"}", call));
	office_wait(office, 40 * S);
	/* Nobody took it: told as a rehearsal, and counted nowhere. */
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM ledger"), 0);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM sms WHERE kind = 'unanswered'"), 0);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM sms WHERE kind = 'silent_ring'"), 1);
	result = drills(office, token);
	assert_int_equal(json_integer_value(at(result, "rows.0.calls")), 1);
	assert_int_equal(json_integer_value(at(result, "rows.0.unanswered")), 1);
	assert_int_equal(json_integer_value(at(result, "rows.0.silent")), 1);
	assert_string_equal(text_at(result, "rows.0.state"), "running");
	json_decref(result);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"1\"}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"2\"}"), 0);
	assert_int_equal(calls_listed(office, token, "{}"), 0);
	assert_int_equal(
		office_http(office, FW_OP_DRILL_END, token, "{\"drill\":\"1\"}")->status, 204);
	assert_int_equal(
		office_http(office, FW_OP_DRILL_END, token, "{\"drill\":\"1\"}")->status, 409);
	result = office_event(office, home, "drill.changed");
	assert_true(json_is_null(at(result, "drill")));
	json_decref(result);
	json_decref(office_do(office, clerk, "call.request", REAL));
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM drill_call"), 1);
}

#define TAKE \
	"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\"," \
	"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"

static int open_case(struct office *office, const char *token, const char *drill)
{
	g_autofree char *params = g_strdup_printf(
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"drill\":%s}", drill);

	return office_http(office, FW_OP_CASE_CREATE, token, params)->status;
}

/* Of one item, from the hall's own windows: other items go on as ever. */
static void test_one_item_is_rehearsed(void **state)
{
	struct office *office = *state;
	g_autofree char *supervisor = office_sign_in(office, "supervisor1");
	g_autofree char *token = office_sign_in(office, "clerk1");
	uint64_t clerk = office_connect(office, token);
	json_t *result;

	(void)office_sit(office, "home1", "441523-01-1");
	begin_well(office, supervisor, "441521-01", "\"fanglei-jungong\"");
	result = office_do(office, clerk, "window.take", TAKE);
	assert_string_equal(text_at(result, "drill.item.id"), "fanglei-jungong");
	json_decref(result);
	office_refused(office, clerk, "drill_running", "call.request", REAL);
	assert_int_equal(open_case(office, token, "false"), 409);
	assert_int_equal(open_case(office, token, "true"), 400); /* has no applicant */
	result = office_do(office, clerk, "call.request",
		"{\"item\":\"gongsi-sheli\",\"area\":\"441523\",\"citizen_informed\":true}");
	assert_false(json_is_true(at(result, "call.drill")));
	json_decref(result);
}

/* While others are there, a real call is led past those who rehearse; one that waits for them is over. */
static void test_real_calls_go_elsewhere(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "supervisor2");
	struct talk talk = talk_begin(office);
	uint64_t other = office_sit(office, "clerk2", "441521-01-4");
	uint64_t second = office_sit(office, "home2", "441523-01-2");
	json_t *result = office_do(office, other, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"window\":\"441523-01-1\","
		"\"citizen_informed\":true}");

	assert_true(json_is_object(at(result, "call.queue")));
	json_decref(result);
	result = begin(office, token, HALL, "null", office->now_us + HOUR)->body;
	assert_int_equal(json_integer_value(at(result, "calls")), 1); /* goes on as it is */
	talk_expect_state(office, other, "unanswered", "in");
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM attempt WHERE countable = 1"), 0);
	office_refused(office, talk.responder, "drill_running", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", talk.call);
	talk_say(office, talk.responder, "call.hangup", talk.call);
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM call WHERE drill = 1"), 0);
	(void)second;
	g_free(talk.call);
}

/* A window that was not there when a real call came: the rehearsal ends the wait, and it does not answer for that. */
static void test_who_was_not_there(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "supervisor2");
	struct talk talk = talk_begin(office);
	uint64_t other = office_sit(office, "clerk2", "441521-01-4");
	json_t *result = office_do(office, other, "call.request", REAL);

	assert_true(json_is_object(at(result, "call.queue")));
	json_decref(result);
	assert_int_equal(office_count(office,
				 "SELECT COUNT(*) FROM attempt WHERE closed_us IS NULL"
				 " AND in_hours = 1 AND on_duty = 1 AND rung_us IS NULL"),
		1);
	begin_well(office, token, HALL, "null");
	talk_expect_state(office, other, "unanswered", "in");
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM ledger"), 0);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM attempt WHERE why_not = 'drill'"), 1);
	g_free(talk.call);
}

static void test_it_ends_by_itself(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "supervisor2");
	uint64_t home = office_sit(office, "home1", "441523-01-1");

	begin_well(office, token, HALL, "null");
	json_decref(office_event(office, home, "drill.changed"));
	office_restart(office);
	home = office_sit(office, "home1", "441523-01-1");
	assert_int_equal(g_hash_table_size(office->desk->drills), 1);
	office_wait(office, HOUR);
	assert_int_equal(g_hash_table_size(office->desk->drills), 0);
	assert_int_equal(office_count(office,
				 "SELECT COUNT(*) FROM hall_drill WHERE state = 'over'"
				 " AND ended_us IS NOT NULL AND ended_by IS NULL"),
		1);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM audit_log WHERE action = 'drill.over'"),
		1);
	(void)home;
	/* It is over too when the server slept through its end. */
	g_free(token);
	token = office_sign_in(office, "supervisor2");
	begin_well(office, token, HALL, "null");
	office->now_us += 2 * HOUR;
	office_restart(office);
	assert_int_equal(g_hash_table_size(office->desk->drills), 0);
}

static void test_what_is_refused(void **state)
{
	struct office *office = *state;
	g_autofree char *county = office_sign_in(office, "supervisor2");
	g_autofree char *admin = office_sign_in(office, "admin2");
	g_autofree char *clerk = office_sign_in(office, "clerk1");
	int64_t now_us = office->now_us;
	const struct office_answer *answer;

	assert_int_equal(begin(office, clerk, HALL, "null", now_us + HOUR)->status, 403);
	assert_int_equal(begin(office, county, "441521-01", "null", now_us + HOUR)->status, 403);
	assert_int_equal(begin(office, county, "nowhere", "null", now_us + HOUR)->status, 404);
	assert_int_equal(begin(office, county, HALL, "\"nothing\"", now_us + HOUR)->status, 404);
	assert_int_equal(begin(office, county, HALL, "7", now_us + HOUR)->status, 400);
	answer = begin(office, county, HALL, "null", now_us);
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "past");
	answer = begin(office, county, HALL, "null", now_us + 13 * HOUR);
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "too_long");
	begin_well(office, admin, HALL, "null");
	answer = begin(office, county, HALL, "null", now_us + HOUR);
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "overlap");
	assert_int_equal(
		office_http(office, FW_OP_DRILL_END, clerk, "{\"drill\":\"1\"}")->status, 403);
	assert_int_equal(
		office_http(office, FW_OP_DRILL_END, county, "{\"drill\":\"9\"}")->status, 404);
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM hall_drill"), 1);
}

/* Every database call of a beginning and of an end fails once: nothing has happened, and again it succeeds. */
static void test_failing_database(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "supervisor2");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	unsigned failed = 0;
	int r = -1;

	begin_well(office, token, HALL, "null");
	json_decref(office_event(office, home, "drill.changed"));
	office->now_us += HOUR;
	for (unsigned nth = 1; r < 0; nth++) {
		fw_db_fail_nth(office->db, nth, -5);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		assert_int_equal(g_hash_table_size(office->desk->drills), r < 0);
		failed += r < 0;
	}
	assert_true(failed > 2);
	json_decref(office_event(office, home, "drill.changed"));
	assert_null(office_event(office, home, "drill.changed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_drill),
		TEST(test_a_hall_rehearses),
		TEST(test_one_item_is_rehearsed),
		TEST(test_real_calls_go_elsewhere),
		TEST(test_who_was_not_there),
		TEST(test_it_ends_by_itself),
		TEST(test_what_is_refused),
		TEST(test_failing_database),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
