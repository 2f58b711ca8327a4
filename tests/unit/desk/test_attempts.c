/* SPDX-License-Identifier: Apache-2.0 */
/* The life of attempts in the desk: who has one, what is proved of the ring, how each ends. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/attempts.h"

#include <gst/gst.h>
#include <string.h>

#define HOME1 "441523-01-1"
#define HOME2 "441523-01-2"

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

/* "outcome/cause/countable/why_not" of a closed attempt, "open", or "none". g_free */
static char *ended(struct office *office, const char *call, const char *window)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;

	assert_int_equal(fw_db_query(office->db,
				 "SELECT outcome, cause, countable, why_not, closed_us FROM attempt"
				 " WHERE call = ?1 AND service_window = ?2",
				 FW_DB_VALUES(fw_db_text(call), fw_db_text(window)), &row),
		0);
	if (fw_db_step(row) == 0) {
		return g_strdup("none");
	}
	if (fw_db_column_is_null(row, 4)) {
		return g_strdup("open");
	}
	return g_strdup_printf("%s/%s/%d/%s", fw_db_column_text(row, 0),
		fw_db_column_is_null(row, 1) ? "-" : fw_db_column_text(row, 1),
		(int)fw_db_column_int(row, 2),
		fw_db_column_is_null(row, 3) ? "-" : fw_db_column_text(row, 3));
}

static void expect_end(
	struct office *office, const char *call, const char *window, const char *wanted)
{
	g_autofree char *got = ended(office, call, window);

	assert_string_equal(got, wanted);
}

static int64_t count(struct office *office, const char *sql, const char *call)
{
	int64_t rows = 0;

	assert_int_equal(fw_db_query_int(office->db, sql, FW_DB_VALUES(fw_db_text(call)), &rows), 0);
	return rows;
}

static void ack(struct office *office, uint64_t connection, const char *call, const char *stage)
{
	json_decref(office_do(office, connection, "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"%s\"}", call, stage));
}

static void say(struct office *office, uint64_t connection, const char *method, const char *call)
{
	json_decref(office_do(office, connection, method, "{\"call\":\"%s\"}", call));
}

/* --- rung together -------------------------------------------------------------------------------- */

static void test_one_answers_none_counts(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	g_autofree char *call = NULL;

	(void)office_sit(office, "home2", HOME2);
	call = office_call(office, clerk);
	expect_end(office, call, HOME1, "open");
	expect_end(office, call, HOME2, "open");
	say(office, home1, "call.answer", call);
	expect_end(office, call, HOME1, "answered/-/0/-");
	expect_end(office, call, HOME2, "withdrawn/-/0/answered_elsewhere");
	say(office, home1, "call.hangup", call);
	assert_int_equal(count(office,
				 "SELECT COUNT(*) FROM audit_log WHERE object_id = ?1"
				 " AND action = 'attempt.closed'",
				 call),
		2);
}

static void test_none_answers_each_counts(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	uint64_t home2 = office_sit(office, "home2", HOME2);
	g_autofree char *call = office_call(office, clerk);

	ack(office, home1, call, "delivered");
	ack(office, home1, call, "displayed");
	ack(office, home1, call, "tone");
	ack(office, home2, call, "delivered");
	json_decref(office_do(office, home2, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", call));
	expect_end(office, call, HOME2, "open"); /* the other may still answer */
	office_wait(office, 30 * S);
	expect_end(office, call, HOME1, "unanswered/not_answered/1/-");
	expect_end(office, call, HOME2, "refused/refused/1/-");
}

static void test_who_is_not_there_counts_too(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1), home2;
	g_autofree char *first = office_call(office, clerk);
	g_autofree char *second = NULL;

	ack(office, home1, first, "tone");
	office_wait(office, 30 * S);
	expect_end(office, first, HOME1, "unanswered/not_answered/1/-");
	expect_end(office, first, HOME2, "unanswered/not_signed_in/1/-");
	home2 = office_sit(office, "home2", HOME2);
	json_decref(office_do(office, home2, "presence.set",
		"{\"state\":\"away\",\"reason\":\"meeting\",\"until_us\":%" G_GINT64_FORMAT "}",
		office->now_us + 3600 * S));
	second = office_call(office, clerk);
	ack(office, home1, second, "tone");
	office_hang(office, home1);
	office_wait(office, 30 * S);
	expect_end(office, second, HOME1, "unanswered/connection_lost/1/-");
	expect_end(office, second, HOME2, "unanswered/away/1/-");
}

static void test_giving_the_window_up_is_no_way_out(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	g_autofree char *call = office_call(office, clerk);

	ack(office, home1, call, "tone");
	json_decref(office_do(office, home1, "window.release", "{}"));
	expect_end(office, call, HOME1, "unanswered/not_signed_in/1/-");
}

/* --- what never counts ------------------------------------------------------------------------------ */

static void test_the_caller_gives_up(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	g_autofree char *soon = office_call(office, clerk);
	g_autofree char *late = NULL, *lost = NULL;

	ack(office, home1, soon, "tone");
	office_wait(office, 9 * S);
	say(office, clerk, "call.cancel", soon);
	expect_end(office, soon, HOME1, "withdrawn/-/0/caller_gave_up");
	late = office_call(office, clerk);
	ack(office, home1, late, "tone");
	office_wait(office, 10 * S);
	say(office, clerk, "call.cancel", late);
	expect_end(office, late, HOME1, "unanswered/not_answered/1/-");
	lost = office_call(office, clerk);
	ack(office, home1, lost, "tone");
	office_wait(office, 15 * S);
	json_decref(office_do(office, clerk, "window.release", "{}"));
	expect_end(office, lost, HOME1, "withdrawn/-/0/caller_fault");
}

static void test_the_server_restarts(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	g_autofree char *call = office_call(office, clerk);

	ack(office, home1, call, "tone");
	office->now_us += 20 * S;
	office_restart(office);
	expect_end(office, call, HOME1, "withdrawn/-/0/server_fault");
	expect_end(office, call, HOME2, "withdrawn/-/0/server_fault");
	assert_int_equal(count(office,
				 "SELECT COUNT(*) FROM attempt WHERE call = ?1"
				 " AND tone_us IS NOT NULL",
				 call),
		1);
}

/* --- proof of ringing ------------------------------------------------------------------------------- */

static void test_a_ring_without_sound_is_told(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	g_autofree char *call = office_call(office, clerk);
	json_t *data;

	office_wait(office, 1 * S);
	ack(office, home1, call, "delivered");
	ack(office, home1, call, "displayed");
	office_wait(office, 2 * S - 1);
	assert_null(office_event(office, home1, "ring.silent"));
	office_wait(office, 1);
	data = office_event(office, home1, "ring.silent");
	assert_string_equal(text_at(data, "call"), call);
	json_decref(data);
	ack(office, home1, call, "tone"); /* the clerk clicked: too late for the SMS */
	office_wait(office, 28 * S);
	assert_null(office_event(office, home1, "ring.silent"));
	expect_end(office, call, HOME1, "unanswered/not_answered/0/silent");
}

static void test_a_tone_in_time_is_proof(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", HOME1);
	g_autofree char *call = office_call(office, clerk);

	ack(office, home1, call, "delivered");
	office_wait(office, 1 * S);
	ack(office, home1, call, "tone");
	ack(office, home1, call, "tone"); /* and again: the first time stays */
	office_wait(office, 5 * S);
	assert_null(office_event(office, home1, "ring.silent"));
	assert_int_equal(count(office,
				 "SELECT tone_us - delivered_us FROM attempt WHERE call = ?1"
				 " AND participant IS NOT NULL",
				 call),
		1 * S);
	say(office, home1, "call.answer", call);
	office_refused(office, home1, "wrong_state", "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"displayed\"}", call);
}

static void test_transitions(void **state)
{
	(void)state;
	for (int from = 0; from < FW_ATTEMPT_STATE_COUNT; from++) {
		for (int to = 0; to < FW_ATTEMPT_STATE_COUNT; to++) {
			bool legal = fw_attempt_state_legal(
				(enum fw_attempt_state)from, (enum fw_attempt_state)to);

			assert_true(!legal || from < FW_ATTEMPT_ANSWERED); /* final stays */
			assert_true(!legal || from != to);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_answers_none_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_none_answers_each_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_is_not_there_counts_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_giving_the_window_up_is_no_way_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_caller_gives_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_server_restarts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_ring_without_sound_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_tone_in_time_is_proof, set_up, tear_down),
		cmocka_unit_test(test_transitions),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
