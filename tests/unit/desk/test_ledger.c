/* SPDX-License-Identifier: Apache-2.0 */
/* Unanswered calls from the ring to the superior body: rows, messages, statements, decisions, escalations, and the
 * mirror ledger. */
#include "tests/unit/desk/office.h"

#include "signaling/ledger/ledger_state.h"
#include "signaling/sms/settings.h"

#include <errno.h>
#include <gst/gst.h>
#include <string.h>

#define HOME1 "441523-01-1"
#define HOME2 "441523-01-2"

static const struct fw_sms_settings gateway = {.gateway = true,
	.unanswered_text = "{hall}{window}未接{requester}：{item}",
	.silent_ring_text = "{window}没有铃声"};

struct scene {
	struct office *office;
	uint64_t clerk, home;
	char *county, *city, *home_token, *clerk_token, *auditor;
};

static int set_up(void **state)
{
	struct scene *scene = g_new0(struct scene, 1);

	scene->office = office_create();
	scene->office->setup.sms = &gateway;
	office_restart(scene->office);
	scene->clerk = office_sit(scene->office, "clerk1", "441521-01-3");
	scene->home = office_sit(scene->office, "home1", HOME1);
	scene->county = office_sign_in(scene->office, "supervisor2");
	scene->city = office_sign_in(scene->office, "supervisor1");
	scene->auditor = office_sign_in(scene->office, "auditor1");
	scene->home_token = office_sign_in(scene->office, "home2");
	scene->clerk_token = office_sign_in(scene->office, "clerk2");
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	office_destroy(scene->office);
	g_free(scene->county);
	g_free(scene->city);
	g_free(scene->auditor);
	g_free(scene->home_token);
	g_free(scene->clerk_token);
	g_free(scene);
	return 0;
}

/* The gateway was given these words for the window's person. */
static void expect_message(struct scene *scene, const char *window, const char *words)
{
	for (guint i = 0; i < scene->office->sms_commands->len; i++) {
		const struct fw_gateway_command *command =
			&g_array_index(scene->office->sms_commands, struct fw_gateway_command, i);

		if (g_str_has_suffix(command->key, window)) {
			assert_string_equal(command->text, words);
			return;
		}
	}
	fail_msg("no message for %s", window);
}

static int64_t count(struct scene *scene, const char *sql)
{
	int64_t number = 0;

	assert_int_equal(fw_db_query_int(scene->office->db, sql, FW_DB_NO_VALUES, &number), 0);
	return number;
}

static char *text_of(struct scene *scene, const char *sql)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;

	assert_int_equal(fw_db_query(scene->office->db, sql, FW_DB_NO_VALUES, &rows), 0);
	return fw_db_step(rows) == 1 ? g_strdup(fw_db_column_text(rows, 0)) : NULL;
}

static void expect_text(struct scene *scene, const char *wanted, const char *sql)
{
	g_autofree char *got = text_of(scene, sql);

	if (wanted) {
		assert_non_null(got);
		assert_string_equal(got, wanted);
	} else {
		assert_null(got);
	}
}

/* A call that HOME1 lets ring out, with its tone; home2's window is not signed in and has a row as well. */
static void let_ring_out(struct scene *scene, bool tone)
{
	g_autofree char *call = office_call(scene->office, scene->clerk);

	if (tone) {
		json_decref(office_do(scene->office, scene->home, "call.ring_ack",
			"{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	} else {
		json_decref(office_do(scene->office, scene->home, "call.ring_ack",
			"{\"call\":\"%s\",\"stage\":\"displayed\"}", call));
	}
	office_wait(scene->office, 200 * S);
}

static int ask(struct scene *scene, enum fw_operation operation, const char *token,
	const char *name, int64_t id, const char *more)
{
	g_autofree char *params =
		g_strdup_printf("{\"%s\":\"%" G_GINT64_FORMAT "\"%s}", name, id, more ? more : "");
	struct office_answer *answer = office_http(scene->office, operation, token, params);

	return answer ? answer->status : 0;
}

#define ROW        "row"
#define ESCALATION "escalation"
#define BLAME      ",\"verdict\":\"at_fault\",\"reason\":\"did_not_answer\""
#define EXCUSE     ",\"verdict\":\"excused\",\"reason\":\"power_or_line\",\"text\":\"全楼停电\""
#define TAKE_BACK  ",\"verdict\":\"taken_back\",\"text\":\"核错了窗口\""

static int judge(struct scene *scene, const char *token, int64_t id, const char *verdict)
{
	return ask(scene, FW_OP_LEDGER_VERDICT, token, ROW, id, verdict);
}

/* The n-th row of HOME1, from 1. */
static int64_t row_of(struct scene *scene, int64_t n)
{
	int64_t id = 0;

	assert_int_equal(fw_db_query_int(scene->office->db,
				 "SELECT id FROM ledger WHERE service_window = '" HOME1
				 "' ORDER BY id LIMIT 1 OFFSET ?1",
				 FW_DB_VALUES(fw_db_int(n - 1)), &id),
		0);
	return id;
}

/* --- rows and messages ------------------------------------------------------------------------------ */

static void test_a_row_and_a_message(void **state)
{
	struct scene *scene = *state;

	let_ring_out(scene, true);
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM attempt WHERE countable = 1"),
		count(scene, "SELECT COUNT(*) FROM ledger"));
	assert_int_equal(
		count(scene, "SELECT COUNT(*) FROM ledger WHERE service_window = '" HOME1 "'"), 1);
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM sms"),
		count(scene, "SELECT COUNT(*) FROM ledger"));
	expect_text(scene, "not_answered",
		"SELECT cause FROM ledger WHERE service_window = '" HOME1 "'");
	expect_message(scene, HOME1,
		"陆河县政务服务大厅1号属地窗口未接海丰县政务服务大厅3号通办窗口：防雷装置竣工验收");
	assert_int_equal(scene->office->sms_commands->len, count(scene, "SELECT COUNT(*) FROM sms"));
}

static void test_a_silent_ring_has_its_own(void **state)
{
	struct scene *scene = *state;

	let_ring_out(scene, false);
	assert_int_equal(
		count(scene, "SELECT COUNT(*) FROM ledger WHERE service_window = '" HOME1 "'"), 0);
	expect_text(scene, "silent_ring", "SELECT kind FROM sms WHERE service_window = '" HOME1 "'");
	assert_int_equal(
		count(scene, "SELECT COUNT(*) FROM sms WHERE service_window = '" HOME1 "'"), 1);
}

static void test_an_answered_call_has_none(void **state)
{
	struct scene *scene = *state;
	g_autofree char *call = office_call(scene->office, scene->clerk);

	json_decref(office_do(scene->office, scene->home, "call.answer", "{\"call\":\"%s\"}", call));
	office_wait(scene->office, 200 * S);
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM ledger"), 0);
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM sms"), 0);
}

/* --- what people say and decide --------------------------------------------------------------------- */

static void test_statements(void **state)
{
	struct scene *scene = *state;
	int64_t id;

	let_ring_out(scene, true);
	id = row_of(scene, 1);
#define SAYS ",\"text\":\"当时正在为老人办理\""
	assert_int_equal(ask(scene, FW_OP_LEDGER_STATEMENT, scene->home_token, ROW, id, SAYS), 204);
	assert_int_equal(ask(scene, FW_OP_LEDGER_STATEMENT, scene->clerk_token, ROW, id, SAYS), 204);
	assert_int_equal(ask(scene, FW_OP_LEDGER_STATEMENT, scene->home_token, ROW, id, NULL), 400);
	assert_int_equal(ask(scene, FW_OP_LEDGER_STATEMENT, scene->home_token, ROW, 999, SAYS), 404);
	assert_int_equal(ask(scene, FW_OP_LEDGER_STATEMENT, scene->county, ROW, id, SAYS), 403);
	expect_text(scene, "stated", "SELECT state FROM ledger WHERE service_window = '" HOME1 "'");
	/* The words are not in the log; their digest is. */
	assert_int_equal(
		count(scene, "SELECT COUNT(*) FROM audit_log WHERE detail LIKE '%老人%'"), 0);
	assert_int_equal(
		count(scene,
			"SELECT COUNT(*) FROM audit_log a JOIN ledger_entry e"
			" ON instr(a.detail, e.text_sha256) > 0 WHERE a.action = 'ledger.stated'"),
		2); /* each of its own seal: the same words look different */
}

static void test_who_may_judge(void **state)
{
	struct scene *scene = *state;
	int64_t id;

	let_ring_out(scene, true);
	id = row_of(scene, 1);
	assert_int_equal(judge(scene, scene->home_token, id, BLAME), 403);
	assert_int_equal(judge(scene, scene->auditor, id, BLAME), 403);
	assert_int_equal(judge(scene, NULL, id, BLAME), 401);
	assert_int_equal(judge(scene, scene->county, id, ",\"verdict\":\"at_fault\""), 400);
	assert_int_equal(judge(scene, scene->county, id,
				 ",\"verdict\":\"at_fault\",\"reason\":\"power_or_line\""),
		400); /* an excuse is no blame */
	assert_int_equal(
		judge(scene, scene->county, id, ",\"verdict\":\"at_fault\",\"reason\":\"other\""),
		400); /* other wants words */
	assert_int_equal(judge(scene, scene->county, id, ",\"verdict\":\"stated\""), 400);
	assert_int_equal(judge(scene, scene->county, id, TAKE_BACK), 409);
	assert_int_equal(judge(scene, scene->county, id, EXCUSE), 204);
	assert_int_equal(judge(scene, scene->county, id, BLAME), 409);
	assert_int_equal(judge(scene, scene->city, id, TAKE_BACK), 204); /* below the city */
	assert_int_equal(judge(scene, scene->county, id, BLAME), 204);
	expect_text(
		scene, "at_fault", "SELECT state FROM ledger WHERE service_window = '" HOME1 "'");
	assert_int_equal(
		count(scene, "SELECT COUNT(*) FROM ledger_entry WHERE subject = 'ledger'"), 3);
}

/* --- escalation -------------------------------------------------------------------------------------- */

static void blame_four(struct scene *scene)
{
	for (int i = 0; i < 4; i++) {
		let_ring_out(scene, true);
	}
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(judge(scene, scene->county, row_of(scene, i), BLAME), 204);
	}
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM escalation"), 0);
	assert_int_equal(judge(scene, scene->county, row_of(scene, 4), BLAME), 204);
}

static void test_the_fourth_goes_up(void **state)
{
	struct scene *scene = *state;
	json_t *list;
	int status;

	blame_four(scene);
	expect_text(scene, "raised", "SELECT state FROM escalation");
	expect_text(scene, "441500-zwj", "SELECT body FROM escalation");
	/* The superior sees it, the county does not. */
	list = office_read(scene->office, FW_OP_ESCALATIONS, scene->city, "{}", &status);
	assert_int_equal(json_integer_value(at(list, "total")), 1);
	assert_int_equal(json_integer_value(at(list, "rows.0.at_fault")), 4);
	json_decref(list);
	list = office_read(scene->office, FW_OP_ESCALATIONS, scene->county, "{}", &status);
	assert_int_equal(json_integer_value(at(list, "total")), 0);
	json_decref(list);
	assert_int_equal(ask(scene, FW_OP_ESCALATION, scene->county, ESCALATION, 1, NULL), 403);
	assert_int_equal(ask(scene, FW_OP_ESCALATIONS, scene->auditor, ESCALATION, 1, NULL), 403);
	list = office_read(
		scene->office, FW_OP_ESCALATION, scene->city, "{\"escalation\":\"1\"}", &status);
	assert_int_equal(json_array_size(at(list, "rows")), 4);
	json_decref(list);
	/* Acknowledged, closed with words, in this order. */
	assert_int_equal(ask(scene, FW_OP_ESCALATION_CLOSE, scene->city, ESCALATION, 1,
				 ",\"text\":\"已约谈\""),
		409);
	assert_int_equal(
		ask(scene, FW_OP_ESCALATION_ACKNOWLEDGE, scene->county, ESCALATION, 1, NULL), 403);
	assert_int_equal(
		ask(scene, FW_OP_ESCALATION_ACKNOWLEDGE, scene->city, ESCALATION, 1, NULL), 204);
	assert_int_equal(ask(scene, FW_OP_ESCALATION_CLOSE, scene->city, ESCALATION, 1, NULL), 400);
	assert_int_equal(ask(scene, FW_OP_ESCALATION_CLOSE, scene->city, ESCALATION, 1,
				 ",\"text\":\"已约谈\""),
		204);
	expect_text(scene, "closed", "SELECT state FROM escalation");
}

/* HOME1 is a department's from now on; superior: SQL. */
static void give_to_department(struct scene *scene, const char *superior)
{
	g_autofree char *sql = g_strdup_printf(
		"INSERT INTO body (id, name, kind, area) VALUES"
		" ('441500-qxj', '市气象局', 'department', '441500');"
		" INSERT INTO body (id, name, kind, area, superior) VALUES"
		" ('441523-qxj', '县气象局', 'department', '441523', %s);"
		" UPDATE service_window SET department = '441523-qxj' WHERE id = '" HOME1 "'",
		superior);

	assert_int_equal(fw_db_script(scene->office->db, sql), 0);
	office_restart(scene->office);
	scene->clerk = office_sit(scene->office, "clerk1", "441521-01-3");
	scene->home = office_sit(scene->office, "home1", HOME1);
}

static void test_a_department_has_its_own_superior(void **state)
{
	struct scene *scene = *state;
	json_t *list;
	int status;

	give_to_department(scene, "'441500-qxj'");
	blame_four(scene);
	expect_text(scene, "441500-qxj", "SELECT body FROM escalation");
	expect_text(scene, "441500", "SELECT area FROM escalation");
	list = office_read(scene->office, FW_OP_ESCALATIONS, scene->city, "{}", &status);
	assert_string_equal(text_at(list, "rows.0.body.name"), "市气象局");
	json_decref(list);
	assert_int_equal(ask(scene, FW_OP_ESCALATION, scene->county, ESCALATION, 1, NULL), 403);
}

/* Nobody entered whom the department answers to: as of the hall's windows. */
static void test_a_department_without_superior(void **state)
{
	struct scene *scene = *state;

	give_to_department(scene, "NULL");
	blame_four(scene);
	expect_text(scene, "441500-zwj", "SELECT body FROM escalation");
}

static void test_taken_back_and_raised_again(void **state)
{
	struct scene *scene = *state;

	blame_four(scene);
	assert_int_equal(judge(scene, scene->county, row_of(scene, 2), TAKE_BACK), 204);
	expect_text(scene, "taken_back", "SELECT state FROM escalation");
	assert_int_equal(
		ask(scene, FW_OP_ESCALATION_ACKNOWLEDGE, scene->city, ESCALATION, 1, NULL), 409);
	assert_int_equal(judge(scene, scene->county, row_of(scene, 2), BLAME), 204);
	expect_text(scene, "raised", "SELECT state FROM escalation");
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM escalation"), 1);
	/* A fifth changes nothing. */
	let_ring_out(scene, true);
	assert_int_equal(judge(scene, scene->county, row_of(scene, 5), BLAME), 204);
	assert_int_equal(
		count(scene, "SELECT COUNT(*) FROM ledger_entry WHERE subject = 'escalation'"), 3);
}

/* The month ends at midnight in Shanghai, eight hours before it does in Greenwich. */
static void test_months_are_counted_apart(void **state)
{
	struct scene *scene = *state;
	int64_t december_us = INT64_C(1796054400000000); /* 2026-12-01 00:00 Asia/Shanghai */

	for (int i = 0; i < 3; i++) {
		let_ring_out(scene, true);
	}
	/* Time goes by without the clients' heart beats: they are the desk's business only when net says so. */
	scene->office->now_us = december_us - 100 * S;
	office_step(scene->office);
	scene->clerk = office_sit(scene->office, "clerk1", "441521-01-3");
	scene->home = office_sit(scene->office, "home1", HOME1);
	g_free(scene->county);
	scene->county = office_sign_in(scene->office, "supervisor2");
	scene->office->now_us = december_us;
	let_ring_out(scene, true);
	assert_int_equal(
		count(scene, "SELECT month FROM ledger WHERE id = (SELECT MAX(id) FROM ledger)"),
		202612);
	for (int i = 1; i <= 4; i++) {
		assert_int_equal(judge(scene, scene->county, row_of(scene, i), BLAME), 204);
	}
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM escalation"), 0);
}

static void test_failed_batches(void **state)
{
	struct scene *scene = *state;
	int status = 500;

	blame_four(scene);
	for (unsigned nth = 1; status != 204 && nth < 200; nth++) {
		g_autofree char *params =
			g_strdup_printf("{\"row\":\"%d\"" TAKE_BACK "}", (int)row_of(scene, 1));
		struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};
		int r;

		input.http.request = scene->office->next_request++;
		input.http.operation = FW_OP_LEDGER_VERDICT;
		input.http.token = g_strdup(scene->county);
		input.http.params = g_steal_pointer(&params);
		input.http.range_from = -1;
		input.http.range_to = -1;
		g_array_append_val(scene->office->inputs, input);
		fw_db_fail_nth(scene->office->db, nth, -ENOSPC);
		r = office_try_step(scene->office);
		fw_db_fail_nth(scene->office->db, 0, 0);
		if (r < 0) {
			expect_text(scene, "raised", "SELECT state FROM escalation");
			office_step(scene->office);
		}
		expect_text(scene, "taken_back", "SELECT state FROM escalation");
		if (r == 0) {
			return;
		}
		assert_int_equal(judge(scene, scene->county, row_of(scene, 1), BLAME), 204);
	}
	fail();
}

/* --- the mirror ledger --------------------------------------------------------------------------------- */

static void test_marks(void **state)
{
	struct scene *scene = *state;
	g_autofree char *call = office_call(scene->office, scene->clerk);
	g_autofree char *body =
		g_strdup_printf("{\"call\":\"%s\",\"mark\":\"answered_by_points\"}", call);
	g_autofree char *none = g_strdup_printf("{\"call\":\"%s\",\"mark\":null}", call);
	g_autofree char *bad = g_strdup_printf("{\"call\":\"%s\",\"mark\":\"late\"}", call);
	g_autofree char *home1 = NULL;
	json_t *rates;
	int status;

	json_decref(office_do(scene->office, scene->home, "call.answer", "{\"call\":\"%s\"}", call));
	assert_int_equal(
		office_http(scene->office, FW_OP_CALL_MARK, scene->home_token, body)->status, 403);
	json_decref(office_do(scene->office, scene->home, "call.hangup", "{\"call\":\"%s\"}", call));
	home1 = office_sign_in(scene->office, "home1");
	assert_int_equal(office_http(scene->office, FW_OP_CALL_MARK, home1, bad)->status, 400);
	assert_int_equal(office_http(scene->office, FW_OP_CALL_MARK, home1, body)->status, 204);
	assert_int_equal(office_http(scene->office, FW_OP_CALL_MARK, home1, body)->status, 204);
	rates = office_read(
		scene->office, FW_OP_MIRROR, scene->city, "{\"month\":\"202611\"}", &status);
	assert_string_equal(text_at(rates, "requesters.0.window.id"), "441521-01-3");
	assert_int_equal(json_integer_value(at(rates, "requesters.0.answered")), 1);
	assert_int_equal(json_integer_value(at(rates, "requesters.0.answered_by_points")), 1);
	json_decref(rates);
	rates = office_read(
		scene->office, FW_OP_MIRROR, scene->county, "{\"month\":\"202611\"}", &status);
	assert_int_equal(json_array_size(at(rates, "requesters")), 0); /* another area's window */
	assert_string_equal(text_at(rates, "responders.0.window.id"), HOME1);
	json_decref(rates);
	assert_int_equal(office_http(scene->office, FW_OP_CALL_MARK, home1, none)->status, 204);
	assert_int_equal(count(scene, "SELECT COUNT(*) FROM call_mark"), 0);
}

/* --- lists ------------------------------------------------------------------------------------------------ */

static void test_lists_and_evidence(void **state)
{
	struct scene *scene = *state;
	json_t *list;
	int status;

	let_ring_out(scene, true);
	list = office_read(scene->office, FW_OP_LEDGER, scene->county,
		"{\"month\":\"202611\",\"window\":\"" HOME1 "\"}", &status);
	assert_int_equal(json_integer_value(at(list, "total")), 1);
	assert_string_equal(text_at(list, "rows.0.requester.id"), "441521-01-3");
	json_decref(list);
	/* The clerk of the other side sees it as one of theirs. */
	list = office_read(scene->office, FW_OP_LEDGER, scene->clerk_token,
		"{\"window\":\"" HOME1 "\"}", &status);
	assert_int_equal(json_integer_value(at(list, "total")), 1);
	json_decref(list);
	list = office_read(
		scene->office, FW_OP_LEDGER_ROW, scene->county, "{\"row\":\"1\"}", &status);
	assert_int_equal(status, 200);
	assert_true(json_is_integer(at(list, "proof.0.begun_us")));
	assert_int_equal(json_array_size(at(list, "messages")), 1);
	assert_true(json_is_array(at(list, "presence")));
	json_decref(list);
	list = office_read(scene->office, FW_OP_SMS, scene->county, "{}", &status);
	assert_true(json_integer_value(at(list, "total")) >= 1);
	assert_string_equal(text_at(list, "rows.0.state"), "handing");
	assert_true(strncmp(text_at(list, "rows.0.phone"), "139****", 7) == 0);
	json_decref(list);
}

static void test_tables(void **state)
{
	enum fw_escalation_state next;
	enum fw_ledger_state row;

	(void)state;
	for (int from = 0; from < FW_ESCALATION_STATE_COUNT; from++) {
		/* It can always be taken back but once, and only then raised again. */
		assert_int_equal(fw_escalation_next_state(from, FW_ESCALATION_TAKE_BACK, &next) == 0,
			from != FW_ESCALATION_TAKEN_BACK);
		assert_int_equal(fw_escalation_next_state(from, FW_ESCALATION_RAISE, &next) == 0,
			from == FW_ESCALATION_TAKEN_BACK);
	}
	for (int from = 0; from < FW_LEDGER_STATE_COUNT; from++) {
		bool decided = from == FW_LEDGER_AT_FAULT || from == FW_LEDGER_EXCUSED;

		assert_int_equal(
			fw_ledger_next_state(from, FW_LEDGER_TAKE_BACK, &row) == 0, decided);
		assert_int_equal(fw_ledger_next_state(from, FW_LEDGER_BLAME, &row) == 0, !decided);
		assert_int_equal(fw_ledger_next_state(from, FW_LEDGER_STATE, &row), 0);
	}
}

/* --- receipts ---------------------------------------------------------------------------------------------- */

static void test_receipts_are_signed(void **state)
{
	struct scene *scene = *state;
	struct fw_sms_settings with = gateway;
	struct office_answer *answer;

	with.receipt_secret = "secret";
	scene->office->setup.sms = &with;
	office_restart(scene->office);
	answer = office_http(scene->office, FW_OP_SMS_RECEIPTS, NULL,
		"{\"receipts\":[{\"key\":\"k/1\",\"state\":\"delivered\",\"at_us\":5}],"
		"\"signature\":\"00\"}");
	assert_int_equal(answer->status, 403);
	answer = office_http(scene->office, FW_OP_SMS_RECEIPTS, NULL, "{\"receipts\":[]}");
	assert_int_equal(answer->status, 400);
	/* printf 'k/1\ndelivered\n5\n' | openssl dgst -sha256 -hmac secret */
	answer = office_http(scene->office, FW_OP_SMS_RECEIPTS, NULL,
		"{\"receipts\":[{\"key\":\"k/"
		"1\",\"state\":\"delivered\",\"at_us\":5}],\"signature\":"
		"\"88691be5b94a3c45b7e11a2a3ef6055e9fcc46f8e5b14e9ee683df708d435ca5\"}");
	assert_int_equal(answer->status, 200);
	assert_int_equal(json_integer_value(json_object_get(answer->body, "taken")), 1);
	assert_int_equal(json_integer_value(json_object_get(answer->body, "known")), 0);
	scene->office->setup.sms = &gateway;
	office_restart(scene->office);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_a_row_and_a_message),
		TEST(test_a_silent_ring_has_its_own),
		TEST(test_an_answered_call_has_none),
		TEST(test_statements),
		TEST(test_who_may_judge),
		TEST(test_the_fourth_goes_up),
		TEST(test_a_department_has_its_own_superior),
		TEST(test_a_department_without_superior),
		TEST(test_taken_back_and_raised_again),
		TEST(test_months_are_counted_apart),
		TEST(test_failed_batches),
		TEST(test_marks),
		TEST(test_lists_and_evidence),
		TEST(test_tables),
		TEST(test_receipts_are_signed),
	};

	gst_init(&argc, &argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
