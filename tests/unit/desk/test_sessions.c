/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office.h"

#include <string.h>

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

#define HOUR (3600 * S)

static void test_sign_in_and_out(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "clerk1");
	struct office_answer *answer = office_http(office, FW_OP_SESSION_GET, token, NULL);

	assert_int_equal(answer->status, 200);
	assert_string_equal(text_at(answer->body, "account.id"), "clerk1");
	assert_string_equal(text_at(answer->body, "account.roles.0.role"), "applicant_clerk");
	assert_string_equal(text_at(answer->body, "windows.0.id"), "441521-01-3");
	assert_int_equal(json_array_size(at(answer->body, "windows")), 2);
	assert_int_equal(office_http(office, FW_OP_SESSION_DELETE, token, NULL)->status, 204);
	assert_int_equal(office_http(office, FW_OP_SESSION_GET, token, NULL)->status, 401);
	assert_int_equal(office_http(office, FW_OP_SESSION_GET, NULL, NULL)->status, 401);
	assert_int_equal(office_http(office, FW_OP_SESSION_GET, "rubbish", NULL)->status, 401);
}

static int change(struct office *office, const char *token, const char *old, const char *next)
{
	g_autofree char *params =
		g_strdup_printf("{\"password\":\"%s\",\"new_password\":\"%s\"}", old, next);

	return office_http(office, FW_OP_PASSWORD, token, params)->status;
}

static void test_first_password(void **state)
{
	struct office *office = *state;
	g_autofree char *token = NULL;
	struct office_answer *answer;
	uint64_t connection;
	int64_t rows;

	assert_int_equal(fw_db_script(office->db,
				 "UPDATE account SET must_change_password = 1 WHERE id = 'clerk1'"),
		0);
	office_restart(office);
	token = office_sign_in(office, "clerk1");
	answer = office_http(office, FW_OP_SESSION_GET, token, NULL);
	assert_true(json_is_true(at(answer->body, "must_change_password")));
	for (int operation = 0; operation < FW_OP_COUNT; operation++) {
		if (operation == FW_OP_SESSION_CREATE || operation == FW_OP_SESSION_GET ||
			operation == FW_OP_SESSION_DELETE || operation == FW_OP_PASSWORD ||
			operation == FW_OP_SMS_RECEIPTS) {
			continue;
		}
		answer = office_http(office, (enum fw_operation)operation, token, "{}");
		assert_int_equal(answer->status, 403);
		assert_string_equal(text_at(answer->body, "error.code"), "password_change_required");
	}
	connection = office_connect(office, token);
	json_decref(office_do(office, connection, "ping", "{}"));
	office_refused(office, connection, "password_change_required", "directory.targets",
		"{\"item\":\"x\",\"area\":\"441523\"}");

	assert_int_equal(change(office, token, "demo-clerk1", "short1"), 400);
	assert_int_equal(change(office, token, "demo-clerk1", "onlyletters"), 400);
	assert_int_equal(change(office, token, "demo-clerk1", "my-Clerk1-word"), 400);
	assert_int_equal(change(office, token, "demo-clerk1", "demo-clerk1"), 400);
	assert_int_equal(change(office, token, "wrong", "Lufeng-2026"), 401);
	assert_int_equal(change(office, NULL, "demo-clerk1", "Lufeng-2026"), 401);
	assert_int_equal(change(office, token, "demo-clerk1", "Lufeng-2026"), 204);
	answer = office_http(office, FW_OP_SESSION_GET, token, NULL);
	assert_true(json_is_false(at(answer->body, "must_change_password")));
	assert_null(office_http(office, FW_OP_AREAS, token, NULL)); /* a read: handed on */
	assert_int_equal(
		fw_db_query_int(office->db,
			"SELECT COUNT(*) FROM audit_log WHERE action = 'account.password_changed'"
			" AND actor = 'clerk1'",
			FW_DB_NO_VALUES, &rows),
		0);
	assert_int_equal(rows, 1);
	office_restart(office); /* it holds */
	answer = office_http(office, FW_OP_SESSION_GET, token, NULL);
	assert_true(json_is_false(at(answer->body, "must_change_password")));
}

static void test_take_over_is_told_to_both(void **state)
{
	struct office *office = *state;
	g_autofree char *first = office_sign_in(office, "clerk1");
	uint64_t connection = office_connect(office, first);
	struct office_answer *answer;
	json_t *ended;
	int64_t since_us = office->now_us;

	office->now_us += 5 * S;
	answer = office_http(office, FW_OP_SESSION_CREATE, NULL,
		"{\"account\":\"clerk1\",\"password\":\"demo-clerk1\"}");
	assert_int_equal(answer->status, 200);
	assert_int_equal(json_integer_value(at(answer->body, "took_over.signed_in_us")), since_us);
	assert_non_null(text_at(answer->body, "took_over.remote"));
	ended = office_event(office, connection, "session.ended");
	assert_string_equal(text_at(ended, "reason"), "taken_over");
	assert_int_equal(json_integer_value(at(ended, "at_us")), office->now_us);
	assert_non_null(text_at(ended, "remote"));
	json_decref(ended);
	assert_int_equal(office_close_code(office, connection), 4001);
}

static void test_bad_sign_in(void **state)
{
	struct office *office = *state;

	assert_int_equal(office_http(office, FW_OP_SESSION_CREATE, NULL, "{}")->status, 400);
	assert_int_equal(office_http(office, FW_OP_SESSION_CREATE, NULL,
				 "{\"account\":\"nobody\",\"password\":\"x\"}")
				 ->status,
		401);
}

static void test_lock_out(void **state)
{
	struct office *office = *state;
	struct office_answer *answer;
	g_autofree char *token = NULL;
	int64_t rows;

	office->wrong_passwords = true;
	for (int i = 0; i < 4; i++) {
		assert_null(office_sign_in(office, "clerk1"));
	}
	answer = office_http(office, FW_OP_SESSION_CREATE, NULL,
		"{\"account\":\"clerk1\",\"password\":\"demo-x\"}");
	assert_int_equal(answer->status, 423);
	assert_string_equal(text_at(answer->body, "error.code"), "account_locked");
	assert_int_equal(json_integer_value(at(answer->body, "error.retry_after_s")), 900);
	office->wrong_passwords = false;
	assert_null(office_sign_in(office, "clerk1"));
	office_restart(office); /* a restart does not open it */
	assert_null(office_sign_in(office, "clerk1"));
	office_wait(office, 900 * S);
	token = office_sign_in(office, "clerk1");
	assert_non_null(token);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM audit_log WHERE action IN"
				 " ('session.failed', 'account.locked')",
				 FW_DB_NO_VALUES, &rows),
		0);
	assert_int_equal(rows, 6);
}

/* A name nobody has is answered as one that somebody has: locked at the fifth, open after 15 minutes. */
static void test_unknown_names_lock_likewise(void **state)
{
	static const char guess[] = "{\"account\":\"nobody\",\"password\":\"demo-x\"}";
	struct office *office = *state;
	struct office_answer *answer;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 4; i++) {
			assert_int_equal(
				office_http(office, FW_OP_SESSION_CREATE, NULL, guess)->status, 401);
		}
		answer = office_http(office, FW_OP_SESSION_CREATE, NULL, guess);
		assert_int_equal(answer->status, 423);
		assert_int_equal(json_integer_value(at(answer->body, "error.retry_after_s")), 900);
		office_wait(office, 899 * S);
		assert_int_equal(
			office_http(office, FW_OP_SESSION_CREATE, NULL, guess)->status, 423);
		office_wait(office, 1 * S);
	}
	assert_int_equal(office_http(office, FW_OP_SESSION_CREATE, NULL,
				 "{\"account\":\"nobody2\",\"password\":\"demo-x\"}")
				 ->status,
		401);
}

static void test_old_failures_are_forgotten(void **state)
{
	struct office *office = *state;

	office->wrong_passwords = true;
	for (int i = 0; i < 4; i++) {
		assert_null(office_sign_in(office, "clerk1"));
	}
	office_wait(office, 901 * S);
	for (int i = 0; i < 4; i++) {
		assert_null(office_sign_in(office, "clerk1"));
	}
	office->wrong_passwords = false;
	g_free(office_sign_in(office, "clerk1"));
	assert_int_equal(office_http(office, FW_OP_SESSION_CREATE, NULL,
				 "{\"account\":\"clerk1\",\"password\":\"demo-clerk1\"}")
				 ->status,
		200);
}

static void test_second_sign_in_takes_over(void **state)
{
	struct office *office = *state;
	uint64_t first = office_sit(office, "clerk1", "441521-01-3");
	g_autofree char *token = office_sign_in(office, "clerk1");
	json_t *data = office_event(office, first, "session.ended");

	assert_string_equal(text_at(data, "reason"), "taken_over");
	assert_int_equal(office_close_code(office, first), 4001);
	json_decref(data);
	assert_non_null(token);
}

static void test_sessions_expire(void **state)
{
	struct office *office = *state;
	uint64_t connection = office_sit(office, "clerk1", "441521-01-3");
	json_t *data;

	office_wait(office, 11 * HOUR);
	json_decref(office_do(office, connection, "presence.set", "{\"state\":\"ready\"}"));
	office_wait(office, 12 * HOUR - 1);
	assert_int_equal(office_close_code(office, connection), 0);
	office_wait(office, 1);
	assert_int_equal(office_close_code(office, connection), 4001);
	data = office_event(office, connection, "session.ended");
	assert_string_equal(text_at(data, "reason"), "expired");
	json_decref(data);
}

/* A page that nobody touches pings, and a ping is no use of the session: that must reach over a working day. */
static void test_idle_for_a_working_day(void **state)
{
	struct office *office = *state;
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	int64_t until_us = office->now_us + 8 * HOUR;
	uint64_t clerk;
	g_autofree char *call = NULL;
	json_t *ring;

	while (office->now_us < until_us) {
		office_wait(office, 20 * S);
		json_decref(office_do(office, home, "ping", "{}"));
	}
	assert_int_equal(office_close_code(office, home), 0);
	clerk = office_sit(office, "clerk1", "441521-01-3");
	call = office_call(office, clerk);
	ring = office_event(office, home, "call.incoming");
	assert_non_null(ring);
	json_decref(ring);
	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
}

static void test_session_survives_restart(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "clerk1");

	office_restart(office);
	assert_int_equal(office_http(office, FW_OP_SESSION_GET, token, NULL)->status, 200);
	assert_int_equal(office_close_code(office, office_connect(office, "wrong")), 4003);
}

static void test_clock_set_back(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);
	json_t *data;

	(void)home;
	office->now_us -= 2 * HOUR;
	office_step(office);
	office_wait(office, 29 * S);
	assert_null(office_event(office, clerk, "call.state"));
	office_wait(office, 2 * S); /* the ring time did not grow by two hours */
	data = office_last(office, clerk, "call.state");
	assert_string_equal(text_at(data, "call.state"), "unanswered");
	json_decref(data);
}

/* --- windows ------------------------------------------------------------------------------------ */

#define TAKE(window, more) \
	"{\"window\":\"" window "\",\"devices\":{\"face\":\"ok\",\"document\":\"missing\"," \
	"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]" more "}"

static void test_window_is_kept(void **state)
{
	struct office *office = *state;
	uint64_t home2 = office_sit(office, "home2", "441523-01-2"), home1, again;
	g_autofree char *token = office_sign_in(office, "home1");

	office_hang(office, home2);
	home1 = office_connect(office, token);
	office_refused(office, home1, "window_occupied", "window.take", TAKE("441523-01-2", ""));
	office_wait(office, 61 * S);
	json_decref(office_do(office, home1, "window.take", TAKE("441523-01-2", "")));
	again = office_connect(office, token);
	json_decref(office_do(office, again, "window.take", TAKE("441523-01-2", "")));
	assert_int_equal(office_close_code(office, home1), 4009);
}

static void test_takeover(void **state)
{
	struct office *office = *state;
	uint64_t home2 = office_sit(office, "home2", "441523-01-2"), home1;
	g_autofree char *token = office_sign_in(office, "home1");
	json_t *data;

	home1 = office_connect(office, token);
	json_decref(
		office_do(office, home1, "window.take", TAKE("441523-01-2", ",\"takeover\":true")));
	data = office_event(office, home2, "window.taken");
	assert_string_equal(text_at(data, "window"), "441523-01-2");
	json_decref(data);
	assert_int_equal(office_close_code(office, home2), 4009);
}

static void test_windows_are_guarded(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "clerk1");
	uint64_t clerk = office_connect(office, token);
	g_autofree char *auditor = office_sign_in(office, "auditor1");
	uint64_t other = office_connect(office, auditor);
	json_t *result;

	office_refused(office, clerk, "not_found", "window.take", TAKE("nowhere", ""));
	office_refused(office, clerk, "forbidden", "window.take", TAKE("441523-01-1", ""));
	office_refused(office, clerk, "forbidden", "window.take", TAKE("441581-01-9", ""));
	office_refused(office, other, "forbidden", "window.take", TAKE("441521-01-3", ""));
	office_refused(office, clerk, "not_at_window", "presence.set", "{\"state\":\"away\"}");
	json_decref(office_do(office, clerk, "window.take", TAKE("441521-01-3", "")));
	result = office_do(office, clerk, "window.take", TAKE("441521-01-4", "")); /* moves on */
	assert_string_equal(text_at(result, "window.id"), "441521-01-4");
	assert_true(json_is_true(at(result, "window.last_used")));
	json_decref(result);
	json_decref(office_do(office, clerk, "devices.report",
		"{\"devices\":{\"face\":\"ok\",\"document\":\"ok\",\"microphone\":\"ok\","
		"\"speaker\":\"ok\"}}"));
	json_decref(office_do(office, clerk, "window.release", "{}"));
	office_refused(office, clerk, "not_at_window", "window.release", "{}");
}

static void test_messages_of_ended_connections(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");

	office_forget_events(office, clerk);
	office_hang(office, clerk);
	(void)office_queue(office, clerk, "window.release", NULL);
	office_step(office);
	assert_null(g_hash_table_lookup(office->messages, GUINT_TO_POINTER(clerk)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_sign_in_and_out),
		TEST(test_bad_sign_in),
		TEST(test_first_password),
		TEST(test_take_over_is_told_to_both),
		TEST(test_lock_out),
		TEST(test_unknown_names_lock_likewise),
		TEST(test_old_failures_are_forgotten),
		TEST(test_second_sign_in_takes_over),
		TEST(test_sessions_expire),
		TEST(test_idle_for_a_working_day),
		TEST(test_session_survives_restart),
		TEST(test_clock_set_back),
		TEST(test_window_is_kept),
		TEST(test_takeover),
		TEST(test_windows_are_guarded),
		TEST(test_messages_of_ended_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
