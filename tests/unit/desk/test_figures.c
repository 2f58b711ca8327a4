/* SPDX-License-Identifier: Apache-2.0 */
/* Figures: of calls made through the real desk, counted by the reader. */
#include "tests/unit/desk/office.h"

#include "signaling/directory/calendar.h"

#include <string.h>

struct hall {
	struct office *office;
	uint64_t clerk, home;
	char *supervisor;
};

static int set_up(void **state)
{
	struct hall *hall = g_new0(struct hall, 1);

	hall->office = office_create();
	hall->clerk = office_sit(hall->office, "clerk1", "441521-01-3");
	hall->home = office_sit(hall->office, "home1", "441523-01-1");
	hall->supervisor = office_sign_in(hall->office, "supervisor1");
	assert_non_null(hall->supervisor);
	*state = hall;
	return 0;
}

static int tear_down(void **state)
{
	struct hall *hall = *state;

	office_destroy(hall->office);
	g_free(hall->supervisor);
	g_free(hall);
	return 0;
}

/* g_free */
static char *answered_call_id(struct hall *hall, int64_t ring_us, int64_t talk_us)
{
	char *call = office_call(hall->office, hall->clerk);

	hall->office->now_us += ring_us;
	json_decref(office_do(hall->office, hall->home, "call.answer", "{\"call\":\"%s\"}", call));
	hall->office->now_us += talk_us;
	json_decref(office_do(hall->office, hall->home, "call.hangup", "{\"call\":\"%s\"}", call));
	return call;
}

static void answered_call(struct hall *hall, int64_t ring_us, int64_t talk_us)
{
	g_free(answered_call_id(hall, ring_us, talk_us));
}

static void refused_call(struct hall *hall)
{
	g_autofree char *call = office_call(hall->office, hall->clerk);

	json_decref(office_do(hall->office, hall->home, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", call));
}

static void cancelled_call(struct hall *hall)
{
	g_autofree char *call = office_call(hall->office, hall->clerk);

	hall->office->now_us += 2 * S;
	json_decref(office_do(hall->office, hall->clerk, "call.cancel", "{\"call\":\"%s\"}", call));
}

static json_t *figures(struct hall *hall, const char *by, const char *period)
{
	g_autofree char *params = g_strdup_printf("{\"by\":\"%s\",\"period\":\"%s\"}", by, period);
	int status = 0;
	json_t *body = office_read(hall->office, FW_OP_FIGURES, hall->supervisor, params, &status);

	assert_int_equal(status, 200);
	return body;
}

static const json_t *row_of(const json_t *body, const char *key)
{
	size_t index;
	json_t *row;

	json_array_foreach (json_object_get(body, "rows"), index, row) {
		if (strcmp(text_at(row, "key"), key) == 0) {
			return row;
		}
	}
	return NULL;
}

static int64_t number(const json_t *row, const char *member)
{
	const json_t *value = json_object_get(row, member);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void counts_what_the_window_did(void **state)
{
	struct hall *hall = *state;
	json_t *body;
	const json_t *row;

	answered_call(hall, 3 * S, 60 * S);
	answered_call(hall, 5 * S, 120 * S);
	answered_call(hall, 9 * S, 30 * S);
	refused_call(hall);
	cancelled_call(hall);
	body = figures(hall, "window", "all");
	row = row_of(body, "441523-01-1");
	assert_non_null(row);
	assert_int_equal(number(row, "calls"), 5);
	assert_int_equal(number(row, "answered"), 3);
	assert_int_equal(number(row, "cancelled"), 1);
	assert_int_equal(number(row, "refusals"), 1);
	assert_int_equal(number(row, "answer_p50_us"), 5 * S);
	assert_int_equal(number(row, "answer_p95_us"), 9 * S);
	assert_int_equal(number(row, "talk_mean_us"), 70 * S);
	json_decref(body);

	body = figures(hall, "item", "all");
	assert_int_equal(json_array_size(json_object_get(body, "rows")), 1);
	assert_int_equal(number(json_array_get(json_object_get(body, "rows"), 0), "answered"), 3);
	json_decref(body);
	body = figures(hall, "area", "all");
	assert_int_equal(number(row_of(body, "441523"), "calls"), 5);
	json_decref(body);
}

static void parts_days_of_the_offices_calendar(void **state)
{
	struct hall *hall = *state;
	json_t *body;

	int64_t midnight_us = fw_calendar_day_begins_us(fw_calendar_day(hall->office->now_us));

	/* 23:59:50 and 00:00:10 of Asia/Shanghai are two days, though one of UTC. */
	answered_call(hall, S, S);
	answered_call(hall, S, S);
	assert_int_equal(
		fw_db_run(hall->office->db,
			"UPDATE call SET requested_us = CASE WHEN id = (SELECT MIN(id) FROM call)"
			" THEN ?1 ELSE ?2 END",
			FW_DB_VALUES(
				fw_db_int(midnight_us - 10 * S), fw_db_int(midnight_us + 10 * S)),
			NULL),
		0);
	body = figures(hall, "hall", "day");
	assert_int_equal(json_array_size(json_object_get(body, "rows")), 2);
	assert_int_not_equal(number(json_array_get(json_object_get(body, "rows"), 0), "period"),
		number(json_array_get(json_object_get(body, "rows"), 1), "period"));
	json_decref(body);
	body = figures(hall, "hall", "month");
	assert_int_equal(json_array_size(json_object_get(body, "rows")), 1);
	json_decref(body);
}

static void drills_do_not_count(void **state)
{
	struct hall *hall = *state;
	json_t *body;

	answered_call(hall, S, S);
	assert_int_equal(
		fw_db_run(hall->office->db, "UPDATE call SET drill = 1", FW_DB_NO_VALUES, NULL), 0);
	body = figures(hall, "window", "all");
	assert_int_equal(json_array_size(json_object_get(body, "rows")), 0);
	json_decref(body);
}

static void opens_to_the_calls_behind_it(void **state)
{
	struct hall *hall = *state;
	int status = 0;
	json_t *calls;

	answered_call(hall, S, S);
	refused_call(hall);
	calls = office_read(hall->office, FW_OP_CALLS, hall->supervisor,
		"{\"window\":\"441523-01-1\",\"outcome\":\"refused\"}", &status);
	assert_int_equal(status, 200);
	assert_int_equal(number(calls, "total"), 1);
	assert_string_equal(text_at(calls, "rows.0.state"), "refused");
	json_decref(calls);
	calls = office_read(hall->office, FW_OP_CALLS, hall->supervisor,
		"{\"hall\":\"441523-01\",\"outcome\":\"answered\"}", &status);
	assert_int_equal(number(calls, "total"), 1);
	json_decref(calls);
}

/* What a supervisor finds with these conditions. */
static int64_t calls_found(struct hall *hall, const char *supervisor, const char *params)
{
	int status = 0;
	json_t *calls = office_read(hall->office, FW_OP_CALLS, supervisor, params, &status);
	int64_t total;

	assert_int_equal(status, 200);
	total = number(calls, "total");
	json_decref(calls);
	return total;
}

/* The answered ones; the home clerk signs in anew for it, which ends the sitting at the window. */
static void mark(struct hall *hall, char *const *calls, const char *const *marks, size_t count)
{
	g_autofree char *home = office_sign_in(hall->office, "home1");

	for (size_t i = 0; i < count; i++) {
		g_autofree char *body =
			g_strdup_printf("{\"call\":\"%s\",\"mark\":\"%s\"}", calls[i], marks[i]);

		assert_int_equal(
			office_http(hall->office, FW_OP_CALL_MARK, home, body)->status, 204);
	}
}

static void needless_calls_are_the_callers(void **state)
{
	static const char *const marks[] = {"answered_by_points", "not_our_matter"};
	static const struct {
		const char *by, *made_by, *went_to; /* keys; the same: one row for both */
		const char *behind;
	} groups[] = {
		{"window", "441521-01-3", "441523-01-1",
			"{\"requester\":\"441521-01-3\",\"mark\":\"any\"}"},
		{"hall", "441521-01", "441523-01",
			"{\"requester_hall\":\"441521-01\",\"mark\":\"any\"}"},
		{"area", "441521", "441523", "{\"requester_area\":\"441521\",\"mark\":\"any\"}"},
		{"item", "fanglei-jungong", "fanglei-jungong",
			"{\"item\":\"fanglei-jungong\",\"mark\":\"any\"}"},
	};
	struct hall *hall = *state;
	char *calls[2];

	answered_call(hall, S, S);
	calls[0] = answered_call_id(hall, S, S);
	calls[1] = answered_call_id(hall, S, S);
	refused_call(hall);
	mark(hall, calls, marks, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
		bool one = g_str_equal(groups[i].made_by, groups[i].went_to);
		json_t *body = figures(hall, groups[i].by, "month");

		assert_int_equal(number(row_of(body, groups[i].made_by), "needless"), 2);
		assert_int_equal(number(row_of(body, groups[i].made_by), "calls"), one ? 4 : 0);
		assert_int_equal(number(row_of(body, groups[i].went_to), "needless"), one ? 2 : 0);
		assert_int_equal(number(row_of(body, groups[i].went_to), "calls"), 4);
		assert_int_equal(calls_found(hall, hall->supervisor, groups[i].behind), 2);
		json_decref(body);
	}
	assert_int_equal(calls_found(hall, hall->supervisor, "{\"mark\":\"not_our_matter\"}"), 1);
	assert_int_equal(calls_found(hall, hall->supervisor,
				 "{\"mark\":\"any\",\"requester\":\"441581-01-2\"}"),
		0);
	g_free(calls[0]);
	g_free(calls[1]);
}

static void refusals_open_by_their_reason(void **state)
{
	struct hall *hall = *state;

	refused_call(hall);
	answered_call(hall, S, S);
	assert_int_equal(calls_found(hall, hall->supervisor,
				 "{\"window\":\"441523-01-1\",\"reason\":\"not_our_matter\"}"),
		1);
	assert_int_equal(calls_found(hall, hall->supervisor,
				 "{\"window\":\"441523-01-1\",\"reason\":\"other\"}"),
		0);
}

static int64_t calls_of(struct hall *hall, const char *supervisor, const char *window)
{
	g_autofree char *behind = g_strdup_printf(
		"{\"window\":\"%s\",\"outcome\":\"tried\",\"ended\":\"1\"}", window);

	return calls_found(hall, supervisor, behind);
}

static int status_of(
	struct hall *hall, enum fw_operation operation, const char *token, const char *call)
{
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", call);
	int status = 0;

	json_decref(office_read(hall->office, operation, token, params, &status));
	return status;
}

static void calls_that_run_are_not_counted(void **state)
{
	struct hall *hall = *state;
	g_autofree char *call = NULL;

	answered_call(hall, S, S);
	call = office_call(hall->office, hall->clerk);
	assert_int_equal(calls_of(hall, hall->supervisor, "441523-01-1"), 1);
	assert_int_equal(calls_found(hall, hall->supervisor, "{\"window\":\"441523-01-1\"}"), 2);
	json_decref(office_do(hall->office, hall->home, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"other\",\"text\":\"停电\"}", call));
	assert_int_equal(calls_of(hall, hall->supervisor, "441523-01-1"), 2);
}

/* The window at which home1 sits in 441523 is that of a department of 441521, and so is the call. */
static char *call_a_department(struct hall *hall)
{
	json_t *result = office_do(hall->office, hall->clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441521\",\"citizen_informed\":true}");
	char *call = g_strdup(text_at(result, "call.id"));
	json_t *ring;

	json_decref(result);
	office_wait(hall->office, 25 * S);
	ring = office_last(hall->office, hall->home, "call.incoming");
	assert_string_equal(text_at(ring, "call.id"), call);
	json_decref(ring);
	return call;
}

static void a_departments_window_in_another_hall(void **state)
{
	struct hall *hall = *state;
	g_autofree char *elsewhere = NULL, *taken = NULL, *refused = NULL, *county = NULL,
			*auditor = NULL;
	json_t *body;

	assert_int_equal(
		fw_db_script(hall->office->db,
			"INSERT INTO body (id, name, kind, area)"
			" VALUES ('haifeng-qxj', '气象局', 'department', '441521');"
			"UPDATE service_window SET department = 'haifeng-qxj'"
			" WHERE id = '441523-01-1';"
			"UPDATE account_role SET area = '441523' WHERE account = 'auditor1'"),
		0);
	office_restart(hall->office);
	hall->clerk = office_sit(hall->office, "clerk1", "441521-01-3");
	hall->home = office_sit(hall->office, "home1", "441523-01-1");
	taken = call_a_department(hall);
	json_decref(office_do(hall->office, hall->home, "call.answer", "{\"call\":\"%s\"}", taken));
	json_decref(office_do(hall->office, hall->home, "call.hangup", "{\"call\":\"%s\"}", taken));
	refused = call_a_department(hall);
	json_decref(office_do(hall->office, hall->home, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", refused));
	office_sit(hall->office, "home3", "441500-01-1");
	body = office_do(hall->office, hall->clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441500\",\"citizen_informed\":true}");
	elsewhere = g_strdup(text_at(body, "call.id"));
	json_decref(body);

	county = office_sign_in(hall->office, "supervisor2");
	auditor = office_sign_in(hall->office, "auditor1");
	g_free(hall->supervisor);
	hall->supervisor = g_strdup(county);
	body = figures(hall, "window", "all");
	assert_int_equal(number(row_of(body, "441523-01-1"), "calls"), 2);
	json_decref(body);
	assert_int_equal(calls_of(hall, county, "441523-01-1"), 2);
	assert_int_equal(status_of(hall, FW_OP_CALL, county, refused), 200);
	assert_int_equal(status_of(hall, FW_OP_CALL, county, elsewhere), 403);
	assert_int_equal(calls_found(hall, county, "{}"), 2);
	assert_int_equal(calls_found(hall, county, "{\"home\":\"1\"}"), 0);
	/* What was said is for where it was said. */
	assert_int_equal(status_of(hall, FW_OP_CALL, auditor, refused), 200);
	assert_int_equal(status_of(hall, FW_OP_RECORDING_MANIFEST, auditor, refused), 403);
	assert_int_not_equal(status_of(hall, FW_OP_RECORDING_MANIFEST, auditor, taken), 403);
}

static void ack(struct hall *hall, const char *call, const char *stage)
{
	json_decref(office_do(hall->office, hall->home, "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"%s\"}", call, stage));
}

/* Shown, but never heard: told by a message of its own, in no ledger, and found here. */
static void silent_rings_are_counted_apart(void **state)
{
	struct hall *hall = *state;
	g_autofree char *call = office_call(hall->office, hall->clerk), *heard = NULL;
	json_t *body;

	ack(hall, call, "displayed");
	office_wait(hall->office, 200 * S);
	heard = office_call(hall->office, hall->clerk);
	ack(hall, heard, "tone");
	office_wait(hall->office, 200 * S);
	body = figures(hall, "hall", "all");
	assert_int_equal(number(row_of(body, "441523-01"), "silent"), 1);
	assert_int_equal(
		office_count(hall->office,
			"SELECT COUNT(*) FROM ledger WHERE service_window = '441523-01-1'"),
		1);
	json_decref(body);
	body = figures(hall, "window", "all");
	assert_int_equal(number(row_of(body, "441523-01-1"), "silent"), 1);
	assert_int_equal(number(row_of(body, "441523-01-1"), "unanswered"), 1);
	assert_int_equal(
		number(json_object_get(row_of(body, "441523-01-1"), "causes"), "not_answered"), 1);
	json_decref(body);
	assert_int_equal(
		calls_found(hall, hall->supervisor,
			"{\"window\":\"441523-01-1\",\"outcome\":\"silent\",\"ended\":\"1\"}"),
		1);
}

/* A ring that arrives with its last second is over before the silence is noticed. */
static void what_comes_too_late_to_be_shown_counts(void **state)
{
	struct hall *hall = *state;
	g_autofree char *call = office_call(hall->office, hall->clerk);
	json_t *body;

	office_wait(hall->office, hall->office->setup.ring_us - S);
	ack(hall, call, "delivered");
	office_wait(hall->office, 200 * S);
	body = figures(hall, "window", "all");
	assert_int_equal(
		number(json_object_get(row_of(body, "441523-01-1"), "causes"), "not_displayed"), 1);
	assert_int_equal(number(row_of(body, "441523-01-1"), "silent"), 0);
	json_decref(body);
}

static void asks_must_be_known(void **state)
{
	struct hall *hall = *state;
	int status = 0;

	json_decref(office_read(hall->office, FW_OP_FIGURES, hall->supervisor,
		"{\"by\":\"moon\",\"period\":\"day\"}", &status));
	assert_int_equal(status, 400);
	json_decref(office_read(
		hall->office, FW_OP_FIGURES, hall->supervisor, "{\"by\":\"window\"}", &status));
	assert_int_equal(status, 400);
	assert_int_equal(office_http(hall->office, FW_OP_FIGURES, NULL, "{}")->status, 401);
	json_decref(office_read(
		hall->office, FW_OP_CALLS, hall->supervisor, "{\"mark\":\"perhaps\"}", &status));
	assert_int_equal(status, 400);
	json_decref(office_read(
		hall->office, FW_OP_CALLS, hall->supervisor, "{\"reason\":\"perhaps\"}", &status));
	assert_int_equal(status, 400);
	json_decref(office_read(
		hall->office, FW_OP_CALLS, hall->supervisor, "{\"ended\":\"maybe\"}", &status));
	assert_int_equal(status, 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_what_the_window_did, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			parts_days_of_the_offices_calendar, set_up, tear_down),
		cmocka_unit_test_setup_teardown(drills_do_not_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(opens_to_the_calls_behind_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(needless_calls_are_the_callers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refusals_open_by_their_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(calls_that_run_are_not_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silent_rings_are_counted_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_comes_too_late_to_be_shown_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_departments_window_in_another_hall, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asks_must_be_known, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
