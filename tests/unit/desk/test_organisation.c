/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation changed at the running desk: single changes, closing, passwords, imports beside ringing. */
#include "tests/unit/desk/office.h"

#include <errno.h>
#include <string.h>

struct town {
	struct office *office;
	char *city, *county, *clerk; /* tokens */
};

static int set_up(void **state)
{
	struct town *town = g_new0(struct town, 1);

	town->office = office_create();
	town->city = office_sign_in(town->office, "admin1");
	town->county = office_sign_in(town->office, "admin2");
	town->clerk = office_sign_in(town->office, "clerk1");
	*state = town;
	return 0;
}

static int tear_down(void **state)
{
	struct town *town = *state;

	g_free(town->city);
	g_free(town->county);
	g_free(town->clerk);
	office_destroy(town->office);
	g_free(town);
	return 0;
}

static struct office_answer *ask(struct town *town, enum fw_operation operation, const char *token,
	const char *kind, const char *id, const char *fields)
{
	g_autofree char *params = g_strdup_printf(
		"{\"kind\":\"%s\",\"id\":\"%s\",\"fields\":%s}", kind, id, fields ? fields : "{}");

	return office_http(town->office, operation, token, params);
}

/* Creating is refused with this fault in this field. */
static void faulty(struct town *town, const char *kind, const char *fields, const char *field,
	const char *code)
{
	struct office_answer *answer = ask(town, FW_OP_KEPT_CREATE, town->city, kind, "", fields);

	assert_int_equal(answer->status, 400);
	assert_string_equal(text_at(answer->body, "error.code"), "faulty");
	if (field) {
		assert_string_equal(text_at(answer->body, "error.faults.0.field"), field);
	}
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), code);
}

static void test_create_and_sit(void **state)
{
	struct town *town = *state;
	struct office_answer *answer;
	g_autofree char *first = NULL, *token = NULL;
	uint64_t connection;

	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, town->city, "halls", "",
				 "{\"id\":\"441523-02\",\"name\":\"二厅\",\"area\":\"441523\"}")
				 ->status,
		201);
	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, town->county, "windows", "",
				 "{\"id\":\"441523-02-1\",\"name\":\"1号\",\"hall\":\"441523-02\","
				 "\"home\":true}")
				 ->status,
		201);
	answer = ask(town, FW_OP_KEPT_CREATE, town->county, "accounts", "",
		"{\"id\":\"new1\",\"name\":\"新人\",\"roles\":\"home_clerk@441523\"}");
	assert_int_equal(answer->status, 201);
	first = g_strdup(text_at(answer->body, "first_password"));
	assert_int_equal(strlen(first), 19);
	/* The driver takes passwords that begin with demo- for right: the new person signs in and sits down. */
	token = office_sign_in(town->office, "new1");
	assert_int_equal(office_http(town->office, FW_OP_PASSWORD, token,
				 "{\"password\":\"demo-first\",\"new_password\":\"Lufeng-2026\"}")
				 ->status,
		204);
	connection = office_connect(town->office, token);
	json_decref(office_do(town->office, connection, "window.take",
		"{\"window\":\"441523-02-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
	/* It is still there after a restart. */
	office_restart(town->office);
	assert_int_equal(office_http(town->office, FW_OP_SESSION_GET, token, NULL)->status, 200);
}

static void test_faults_are_named(void **state)
{
	struct town *town = *state;

	faulty(town, "halls", "{\"id\":\"441523-01\",\"name\":\"n\",\"area\":\"441523\"}", "id",
		"duplicate");
	faulty(town, "halls", "{\"id\":\"x\",\"name\":\"n\",\"area\":\"999999\"}", "area",
		"unknown");
	faulty(town, "halls", "{\"id\":\"x\",\"area\":\"441523\"}", "name", "required");
	faulty(town, "halls", "{\"id\":\"x y\",\"name\":\"n\",\"area\":\"441523\"}", "id", "form");
	faulty(town, "halls",
		"{\"id\":\"x\",\"name\":\"n\",\"area\":\"441523\","
		"\"hours\":\"1-5 08:30-12:00 11:00-13:00\"}",
		"hours", "overlap");
	assert_string_equal(text_at(ask(town, FW_OP_KEPT_CREATE, town->city, "halls", "",
					    "{\"id\":\"x\",\"name\":\"n\",\"area\":\"441523\","
					    "\"hours\":\"1-5 08:30-12:00; 3 11:00-13:00\"}")
					    ->body,
				    "error.faults.0.value"),
		"星期三 11:00-13:00");
	faulty(town, "halls",
		"{\"id\":\"x\",\"name\":\"n\",\"area\":\"441523\",\"hours\":\"8 08:30-12:00\"}",
		"hours", "form");
	faulty(town, "halls",
		"{\"id\":\"x\",\"name\":\"n\",\"area\":\"441523\",\"latitude\":\"91\"}", "latitude",
		"form");
	faulty(town, "windows", "{\"id\":\"x\",\"name\":\"n\",\"hall\":\"441523-01\"}", "applicant",
		"form");
	faulty(town, "windows",
		"{\"id\":\"x\",\"name\":\"n\",\"hall\":\"441523-01\",\"home\":true,"
		"\"items\":\"nothing\"}",
		"items", "unknown");
	faulty(town, "areas",
		"{\"code\":\"44152\",\"name\":\"n\",\"kind\":\"county\",\"parent\":\"441500\"}",
		"code", "form");
	faulty(town, "areas",
		"{\"code\":\"441598\",\"name\":\"n\",\"kind\":\"county\",\"parent\":\"441523\"}",
		"parent", "level");
	faulty(town, "accounts", "{\"id\":\"x\",\"name\":\"n\",\"roles\":\"king@441500\"}", "roles",
		"form");
	faulty(town, "accounts",
		"{\"id\":\"x\",\"name\":\"n\",\"phone\":\"12ab\",\"roles\":\"auditor@441500\"}",
		"phone", "form");
}

static void test_cycles(void **state)
{
	struct town *town = *state;
	struct office_answer *answer;

	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, town->city, "bodies", "",
				 "{\"id\":\"b1\",\"name\":\"一\",\"kind\":\"management\","
				 "\"area\":\"441500\"}")
				 ->status,
		201);
	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, town->city, "bodies", "",
				 "{\"id\":\"b2\",\"name\":\"二\",\"kind\":\"management\","
				 "\"area\":\"441523\",\"superior\":\"b1\"}")
				 ->status,
		201);
	answer = ask(town, FW_OP_KEPT_CHANGE, town->city, "bodies", "b1", "{\"superior\":\"b2\"}");
	assert_int_equal(answer->status, 400);
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "cycle");
	/* What something hangs on is not closed. */
	assert_int_equal(ask(town, FW_OP_KEPT_CLOSE, town->city, "bodies", "b1", NULL)->status, 409);
	assert_int_equal(ask(town, FW_OP_KEPT_CLOSE, town->city, "bodies", "b2", NULL)->status, 200);
	assert_int_equal(ask(town, FW_OP_KEPT_CLOSE, town->city, "bodies", "b1", NULL)->status, 200);
	answer = ask(town, FW_OP_KEPT_REOPEN, town->city, "bodies", "b2", NULL);
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "closed");
}

static void test_rights_by_area(void **state)
{
	struct town *town = *state;
	static const char hall[] = "{\"id\":\"441521-09\",\"name\":\"n\",\"area\":\"441521\"}";

	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, town->clerk, "halls", "", hall)->status, 403);
	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, NULL, "halls", "", hall)->status, 401);
	assert_string_equal(
		text_at(ask(town, FW_OP_KEPT_CREATE, town->county, "halls", "", hall)->body,
			"error.faults.0.code"),
		"forbidden");
	assert_int_equal(ask(town, FW_OP_KEPT_CHANGE, town->county, "windows", "441521-01-3",
				 "{\"name\":\"x\"}")
				 ->status,
		403);
	assert_int_equal(
		ask(town, FW_OP_KEPT_CLOSE, town->county, "windows", "441521-01-3", NULL)->status,
		403);
	assert_int_equal(
		ask(town, FW_OP_KEPT_PASSWORD, town->county, "accounts", "admin1", NULL)->status,
		403);
	assert_int_equal(
		ask(town, FW_OP_KEPT_PASSWORD, town->county, "accounts", "home1", NULL)->status,
		200);
	/* Nor may an object be taken into the own area, or pushed out of it. */
	assert_string_equal(text_at(ask(town, FW_OP_KEPT_CHANGE, town->county, "windows",
					    "441523-01-1", "{\"hall\":\"441521-01\"}")
					    ->body,
				    "error.faults.0.code"),
		"forbidden");
	assert_string_equal(
		text_at(ask(town, FW_OP_KEPT_CREATE, town->county, "accounts", "",
				"{\"id\":\"x\",\"name\":\"n\",\"roles\":\"auditor@441500\"}")
				->body,
			"error.faults.0.code"),
		"forbidden");
	assert_int_equal(ask(town, FW_OP_KEPT_CREATE, town->city, "streets", "", hall)->status, 404);
	assert_int_equal(
		ask(town, FW_OP_KEPT_CLOSE, town->city, "halls", "nowhere", NULL)->status, 404);
}

/* Each time; a change once kept all later ones from being told. */
static void test_callers_are_told(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");

	for (int i = 0; i < 2; i++) {
		json_t *event;

		office_forget_events(office, clerk);
		json_decref(office_do(office, clerk, "directory.targets",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}"));
		assert_int_equal(ask(town, FW_OP_KEPT_CHANGE, town->city, "windows", "441523-01-1",
					 i == 0 ? "{\"name\":\"一号窗\"}" : "{\"name\":\"甲窗\"}")
					 ->status,
			200);
		office_wait(office, S);
		event = office_event(office, clerk, "directory.changed");
		assert_non_null(event);
		json_decref(event);
	}
}

static void test_closing_puts_out(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	g_autofree char *call = office_call(office, clerk);
	json_t *ended;

	/* Not while it rings there. */
	assert_int_equal(
		ask(town, FW_OP_KEPT_CLOSE, town->city, "windows", "441523-01-1", NULL)->status,
		409);
	json_decref(office_do(office, clerk, "call.cancel", "{\"call\":\"%s\"}", call));
	assert_int_equal(
		ask(town, FW_OP_KEPT_CLOSE, town->city, "windows", "441523-01-1", NULL)->status,
		200);
	office_refused(office, home, "forbidden", "window.take",
		"{\"window\":\"441523-01-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}");
	assert_int_equal(
		ask(town, FW_OP_KEPT_CLOSE, town->city, "accounts", "home1", NULL)->status, 200);
	ended = office_event(office, home, "session.ended");
	assert_string_equal(text_at(ended, "reason"), "account_closed");
	json_decref(ended);
	assert_null(office_sign_in(office, "home1"));
	assert_int_equal(
		ask(town, FW_OP_KEPT_REOPEN, town->city, "accounts", "home1", NULL)->status, 200);
	/* The last administrator of the whole stays. */
	assert_int_equal(
		ask(town, FW_OP_KEPT_CLOSE, town->city, "accounts", "admin1", NULL)->status, 409);
}

static void test_a_failed_batch_changes_nothing(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	static const char window[] = "{\"kind\":\"windows\",\"fields\":{\"id\":\"w9\",\"name\":"
				     "\"n\",\"hall\":\"441523-01\","
				     "\"home\":true}}";
	struct office_answer *answer = NULL;

	/* Every call to the database fails once; then the same batch succeeds. */
	for (unsigned nth = 1; !answer; nth++) {
		struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};
		int r;

		assert_true(nth < 200);
		input.http.request = office->next_request++;
		input.http.operation = FW_OP_KEPT_CREATE;
		input.http.token = g_strdup(town->city);
		input.http.params = g_strdup(window);
		input.http.range_from = -1;
		input.http.range_to = -1;
		g_array_append_val(office->inputs, input);
		fw_db_fail_nth(office->db, nth, -EIO);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		if (r < 0) {
			int64_t rows;

			assert_int_equal(
				fw_db_query_int(office->db,
					"SELECT COUNT(*) FROM service_window WHERE id = 'w9'",
					FW_DB_NO_VALUES, &rows),
				0);
			assert_int_equal(rows, 0);
			office_step(office); /* given again */
		}
		answer = g_hash_table_lookup(
			office->answers, GUINT_TO_POINTER(office->next_request - 1));
	}
	assert_int_equal(answer->status, 201);
	office_restart(office);
}

/* --- imports ------------------------------------------------------------------------------------ */

static uint64_t import(struct town *town, const char *kind, const char *csv, bool apply)
{
	struct office *office = town->office;
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = office->next_request++;
	input.http.operation = FW_OP_KEPT_IMPORT;
	input.http.token = g_strdup(town->city);
	input.http.params = g_strdup_printf("{\"kind\":\"%s\",\"apply\":\"%d\"}", kind, (int)apply);
	input.http.bytes = g_bytes_new(csv, strlen(csv));
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_array_append_val(office->inputs, input);
	office_step(office);
	return input.http.request;
}

static struct office_answer *answer_of(struct town *town, uint64_t request)
{
	for (int i = 0; i < 2000; i++) {
		struct office_answer *answer =
			g_hash_table_lookup(town->office->answers, GUINT_TO_POINTER(request));

		if (answer) {
			return answer;
		}
		office_wait(town->office, 5000);
	}
	return NULL;
}

static int64_t windows(struct town *town)
{
	int64_t rows = 0;

	assert_int_equal(fw_db_query_int(town->office->db, "SELECT COUNT(*) FROM service_window",
				 FW_DB_NO_VALUES, &rows),
		0);
	return rows;
}

static void test_import_names_every_fault(void **state)
{
	struct town *town = *state;
	static const char csv[] = "\xef\xbb\xbf编码,名称,大厅,属地窗口\r\n"
				  "n1,\"一,号\",441523-01,1\r\n"
				  "n2,二号,nowhere,1\r\n"
				  "\r\n"
				  "n1,又一,441523-01,1\r\n"
				  "n3,,441523-01,2\r\n";
	int64_t before = windows(town);
	struct office_answer *answer = answer_of(town, import(town, "windows", csv, false));

	assert_int_equal(answer->status, 200);
	assert_int_equal(json_integer_value(at(answer->body, "rows")), 4);
	assert_int_equal(json_array_size(at(answer->body, "faults")), 4);
	assert_string_equal(text_at(answer->body, "faults.0.code"), "duplicate");
	assert_int_equal(json_integer_value(at(answer->body, "faults.0.line")), 5);
	assert_string_equal(text_at(answer->body, "faults.1.code"), "unknown");
	assert_string_equal(text_at(answer->body, "faults.1.value"), "nowhere");
	assert_int_equal(json_integer_value(at(answer->body, "faults.1.line")), 3);
	assert_string_equal(text_at(answer->body, "faults.2.field"), "name");
	assert_string_equal(text_at(answer->body, "faults.3.field"), "home");
	assert_int_equal(json_integer_value(at(answer->body, "faults.3.line")), 6);
	answer = answer_of(town, import(town, "windows", csv, true)); /* all or nothing */
	assert_int_equal(answer->status, 400);
	assert_int_equal(windows(town), before);
}

static void test_import_applies(void **state)
{
	struct town *town = *state;
	struct office_answer *answer;
	uint64_t request = import(town, "areas",
		"code,name,kind,parent\n441523101001,村,village,441523101\n"
		"441523101,镇,township,441523\n",
		true);

	/* Meanwhile nobody changes what was checked. */
	assert_string_equal(
		text_at(ask(town, FW_OP_KEPT_CREATE, town->city, "halls", "", "{}")->body,
			"error.code"),
		"import_running");
	answer = answer_of(town, request);
	assert_int_equal(answer->status, 200);
	assert_int_equal(json_integer_value(at(answer->body, "created")), 2);
	answer = answer_of(town,
		import(town,
			"accounts", "id,name,roles\nm1,甲,home_clerk@441523101\nm2,乙,auditor@441500 supervisor@441500\n",
			true));
	assert_int_equal(answer->status, 200);
	assert_int_equal(json_array_size(at(answer->body, "first_passwords")), 2);
	assert_string_equal(text_at(answer->body, "first_passwords.1.id"), "m2");
	g_free(office_sign_in(town->office, "m2"));
	/* A file again: nothing new, changed in part. */
	answer = answer_of(town, import(town, "accounts", "id,name\nm1,丙\n", true));
	assert_int_equal(json_integer_value(at(answer->body, "created")), 0);
	assert_int_equal(json_array_size(at(answer->body, "first_passwords")), 0);
}

static json_t *history(struct town *town, const char *token, const char *kind, const char *id)
{
	g_autofree char *query = g_strdup_printf("{\"kind\":\"%s\",\"id\":\"%s\"}", kind, id);
	int status = 0;
	json_t *body = office_read(town->office, FW_OP_KEPT_HISTORY, token, query, &status);

	assert_int_equal(status, 200);
	return body;
}

/* Who changed what and when, by hand and by files; what says nothing new is no change. */
static void test_history(void **state)
{
	struct town *town = *state;
	json_t *body;

	assert_int_equal(ask(town, FW_OP_KEPT_CHANGE, town->city, "halls", "441523-01",
				 "{\"ring_seconds\":25,\"name\":\"陆河县大厅\"}")
				 ->status,
		200);
	(void)answer_of(town, import(town, "windows", "id,phone\n441523-01-1,13800138000\n", true));
	(void)answer_of(town, import(town, "windows", "id,phone\n441523-01-1,13800138000\n", true));
	(void)office_sit(town->office, "home1", "441523-01-1");
	body = history(town, town->city, "halls", "441523-01");
	assert_int_equal(json_integer_value(at(body, "total")), 1);
	assert_string_equal(text_at(body, "rows.0.action"), "hall.changed");
	assert_string_equal(text_at(body, "rows.0.detail.changed.0.field"), "name");
	assert_string_equal(text_at(body, "rows.0.detail.changed.1.field"), "ring_seconds");
	assert_string_equal(text_at(body, "rows.0.detail.changed.1.from"), "");
	assert_string_equal(text_at(body, "rows.0.detail.changed.1.to"), "25");
	json_decref(body);
	/* A number of a telephone is not in the log, which is for ever; who sat there is no change. */
	body = history(town, town->city, "windows", "441523-01-1");
	assert_int_equal(json_integer_value(at(body, "total")), 1);
	assert_true(json_is_true(at(body, "rows.0.detail.imported")));
	assert_string_equal(text_at(body, "rows.0.detail.changed.0.field"), "phone");
	assert_null(at(body, "rows.0.detail.changed.0.to"));
	json_decref(body);
	assert_int_equal(
		ask(town, FW_OP_KEPT_HISTORY, town->county, "halls", "441521-01", NULL)->status,
		403);
	assert_int_equal(
		ask(town, FW_OP_KEPT_HISTORY, town->city, "halls", "nowhere", NULL)->status, 404);
}

static char *large_file(unsigned rows)
{
	GString *csv = g_string_new("id,name,hall,applicant,home\n");

	for (unsigned i = 0; i < rows; i++) {
		g_string_append_printf(
			csv, "big-%05u,%u号窗口,441523-01,%u,%u\n", i, i, i % 2, 1 - i % 2);
	}
	return g_string_free(csv, FALSE);
}

static void test_large_import_beside_ringing(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	g_autofree char *csv = large_file(20000);
	int64_t began_us = g_get_monotonic_time(), longest_us = 0, before = windows(town);
	uint64_t request = import(town, "windows", csv, true);
	struct office_answer *answer;
	unsigned calls = 0, steps = 0;

	while (!(answer = g_hash_table_lookup(office->answers, GUINT_TO_POINTER(request)))) {
		int64_t step_us = g_get_monotonic_time();

		office->now_us += 4000;
		office_step(office); /* one slice */
		step_us = g_get_monotonic_time() - step_us;
		longest_us = MAX(longest_us, step_us);
		if (steps++ % 100 == 0) { /* a call rings and is cancelled in the midst of it */
			g_autofree char *call = office_call(office, clerk);
			json_t *incoming = office_event(office, home, "call.incoming");

			assert_non_null(incoming);
			json_decref(incoming);
			json_decref(
				office_do(office, clerk, "call.cancel", "{\"call\":\"%s\"}", call));
			office_forget_events(office, home);
			office_forget_events(office, clerk);
			calls++;
		}
		assert_true(steps < 5000);
	}
	assert_int_equal(answer->status, 200);
	assert_int_equal(json_integer_value(at(answer->body, "created")), 20000);
	assert_int_equal(windows(town), before + 20000);
	assert_true(calls >= 5);
	print_message("20,000 windows in %d ms, %u calls meanwhile, longest step %d ms\n",
		(int)((g_get_monotonic_time() - began_us) / 1000), calls, (int)(longest_us / 1000));
	assert_true(g_get_monotonic_time() - began_us < 30 * S);
}

static void test_import_survives_restart(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	g_autofree char *csv = large_file(1000);
	int64_t before = windows(town), left = 1;

	(void)import(town, "windows", csv, true);
	while (windows(town) == before) {
		office->now_us += 2000;
		office_step(office);
	}
	assert_true(windows(town) < before + 1000);
	office_restart(office); /* in the midst of it */
	for (int i = 0; i < 100 && left; i++) {
		office_wait(office, 5000);
		assert_int_equal(fw_db_query_int(office->db, "SELECT COUNT(*) FROM import",
					 FW_DB_NO_VALUES, &left),
			0);
	}
	assert_int_equal(left, 0);
	assert_int_equal(windows(town), before + 1000);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_create_and_sit),
		TEST(test_faults_are_named),
		TEST(test_cycles),
		TEST(test_rights_by_area),
		TEST(test_callers_are_told),
		TEST(test_closing_puts_out),
		TEST(test_a_failed_batch_changes_nothing),
		TEST(test_import_names_every_fault),
		TEST(test_import_applies),
		TEST(test_history),
		TEST(test_large_import_beside_ringing),
		TEST(test_import_survives_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
