/* SPDX-License-Identifier: Apache-2.0 */
/* What the tables of the ledger and of the outbox hold can be told again from the audit log alone, row by row. */
#include "tests/unit/desk/office.h"

#include "signaling/sms/settings.h"

#include <gst/gst.h>
#include <string.h>

#define HOME      "441523-01-1"
#define GET(name) "json_extract(detail, '$." name "')"

static const struct fw_sms_settings gateway = {.gateway = true,
	.idempotent = true,
	.unanswered_text = "{window}",
	.silent_ring_text = "{window}"};

static const char *const tables[] = {"sms", "ledger", "ledger_entry", "escalation", "call_mark"};

/* Each deed as a change of the tables `again_...`; ?1 is the deed's sequence. In this order, each where it fits. */
static const char *const changes[] = {
	"INSERT INTO again_sms SELECT CAST(object_id AS INTEGER), " GET("key") ", " GET(
		"kind") ", 'queued', " GET("area") ", " GET("window") ", " GET("subject_kind") ","
											       " " GET("subject") ","
														  " 1, 0, 'send', 0, time_us, time_us, " GET(
															  "next_us") ", NULL FROM audit_log"
																     " WHERE sequence = ?1 AND action = 'sms.queued' AND " GET(
																	     "key") " IS NOT NULL",
	"UPDATE again_sms SET state = substr(d.action, 5), round = json_extract(d.detail, "
	"'$.round'),"
	" tries = json_extract(d.detail, '$.tries'), step = json_extract(d.detail, '$.step'),"
	" unclear = json_extract(d.detail, '$.unclear'), next_us = json_extract(d.detail, "
	"'$.next_us'),"
	" error = json_extract(d.detail, '$.error'), since_us = d.time_us FROM audit_log d"
	" WHERE d.sequence = ?1 AND d.object_kind = 'sms' AND id = CAST(d.object_id AS INTEGER)",
	"INSERT INTO again_ledger SELECT CAST(object_id AS INTEGER), " GET("call") ", " GET(
		"window") ", " GET("area") ", " GET("requester_window") ", " GET("requester_area") ", " GET("month") ", " GET("cause") ", " GET("account") ", " GET("at_us") ", 'open', " GET("at_us") ", 0"
																								       " FROM audit_log WHERE sequence = ?1 AND action = 'ledger.added'",
	"UPDATE again_ledger SET entries = json_extract(d.detail, '$.number'),"
	" since_us = CASE WHEN state = json_extract(d.detail, '$.state') THEN since_us ELSE "
	"d.time_us END,"
	" state = json_extract(d.detail, '$.state') FROM audit_log d WHERE d.sequence = ?1"
	" AND d.object_kind = 'ledger' AND json_extract(d.detail, '$.number') > 0"
	" AND id = CAST(d.object_id AS INTEGER)",
	"INSERT INTO again_ledger_entry SELECT object_kind, CAST(object_id AS INTEGER), " GET(
		"numb"
		"er") ", substr(action, length(object_kind) + 2), time_us, actor, " GET("statement_"
											"of") ","
											      " " GET("reason") ", " GET(
												      "text_sha256") " FROM audit_log WHERE "
														     "sequence = ?1"
														     " AND object_kind IN "
														     "('ledger', "
														     "'escalation') AND " GET(
															     "number") " > 0",
	"INSERT INTO again_escalation SELECT CAST(object_id AS INTEGER), " GET("window") ", " GET(
		"month") ", " GET("area") ", " GET("body") ", 'raised', time_us, time_us, 1"
							   " FROM audit_log WHERE sequence = ?1 "
							   "AND action = 'escalation.raised' "
							   "AND " GET("number") " = 1",
	"UPDATE again_escalation SET state = substr(d.action, 12), since_us = d.time_us,"
	" entries = json_extract(d.detail, '$.number'),"
	" raised_us = CASE WHEN d.action = 'escalation.raised' THEN d.time_us ELSE raised_us END"
	" FROM audit_log d WHERE d.sequence = ?1 AND d.object_kind = 'escalation'"
	" AND json_extract(d.detail, '$.number') > 0 AND id = CAST(d.object_id AS INTEGER)",
	"DELETE FROM again_call_mark WHERE call = (SELECT object_id FROM audit_log"
	" WHERE sequence = ?1 AND action = 'call.marked')",
	"INSERT INTO again_call_mark SELECT object_id, " GET("mark") ", " GET(
		"window") ", actor, " GET("requester_window") ", " GET("month") ", time_us FROM "
										"audit_log WHERE "
										"sequence = ?1"
										" AND action = "
										"'call.marked' "
										"AND " GET("mark") " IS NOT NULL",
};

static void run(struct fw_db *db, const char *sql)
{
	assert_int_equal(fw_db_run(db, sql, FW_DB_NO_VALUES, NULL), 0);
}

static void replay(struct office *office)
{
	int64_t last;

	assert_int_equal(fw_db_query_int(office->db, "SELECT MAX(sequence) FROM audit_log",
				 FW_DB_NO_VALUES, &last),
		0);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strdup_printf(
			"CREATE TABLE again_%s AS SELECT * FROM %s WHERE 0", tables[i], tables[i]);

		run(office->db, sql);
	}
	for (int64_t sequence = 1; sequence <= last; sequence++) {
		for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
			assert_int_equal(fw_db_run(office->db, changes[i],
						 FW_DB_VALUES(fw_db_int(sequence)), NULL),
				0);
		}
	}
}

static int64_t count(struct office *office, const char *sql)
{
	int64_t rows = -1;

	assert_int_equal(fw_db_query_int(office->db, sql, FW_DB_NO_VALUES, &rows), 0);
	return rows;
}

/* Rows of the one that the other has not. */
static int64_t missing(struct office *office, const char *one, const char *other)
{
	g_autofree char *sql = g_strdup_printf(
		"SELECT COUNT(*) FROM (SELECT * FROM %s EXCEPT SELECT * FROM %s)", one, other);

	return count(office, sql);
}

static void assert_same(struct office *office)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *again = g_strdup_printf("again_%s", tables[i]);
		g_autofree char *sql = g_strdup_printf("SELECT COUNT(*) FROM %s", tables[i]);

		assert_true(count(office, sql) > 0);
		assert_int_equal(missing(office, tables[i], again), 0);
		assert_int_equal(missing(office, again, tables[i]), 0);
	}
}

static void post(
	struct office *office, enum fw_operation operation, const char *token, const char *params)
{
	assert_int_equal(office_http(office, operation, token, params)->status, 204);
}

static void answer_gateway(struct office *office, guint number, enum fw_gateway_result result)
{
	const struct fw_gateway_command *command =
		&g_array_index(office->sms_commands, struct fw_gateway_command, number);
	struct fw_desk_input input = {.kind = FW_IN_SMS};

	input.sms = (struct fw_gateway_event){
		.sms = command->sms, .try = command->try, .step = command->step, .result = result};
	g_array_append_val(office->inputs, input);
	office_step(office);
}

static void let_ring_out(struct office *office, uint64_t clerk, uint64_t home)
{
	g_autofree char *call = office_call(office, clerk);

	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	office_wait(office, 200 * S);
}

static void judge_all(struct office *office)
{
	g_autofree char *county = office_sign_in(office, "supervisor2");
	g_autofree char *city = office_sign_in(office, "supervisor1");

	for (int64_t n = 0; n < 4; n++) {
		g_autofree char *verdict = NULL;
		int64_t id;

		assert_int_equal(fw_db_query_int(office->db,
					 "SELECT id FROM ledger WHERE service_window = '" HOME
					 "' ORDER BY id LIMIT 1 OFFSET ?1",
					 FW_DB_VALUES(fw_db_int(n)), &id),
			0);
		verdict = g_strdup_printf("{\"row\":\"%d\",\"verdict\":\"at_fault\","
					  "\"reason\":\"other\",\"text\":\"没有人\"}",
			(int)id);
		post(office, FW_OP_LEDGER_VERDICT, county, verdict);
		if (n == 3) {
			g_autofree char *back = g_strdup_printf("{\"row\":\"%d\",\"verdict\":"
								"\"taken_back\",\"text\":\"有误\"}",
				(int)id);

			post(office, FW_OP_LEDGER_VERDICT, county, back);
			post(office, FW_OP_LEDGER_VERDICT, county, verdict);
		}
	}
	post(office, FW_OP_ESCALATION_ACKNOWLEDGE, city, "{\"escalation\":\"1\"}");
}

static void test_told_again(void **state)
{
	struct office *office = office_create();
	g_autofree char *call = NULL, *mark = NULL, *clerk_token = NULL, *home_token = NULL;
	uint64_t clerk, home;

	(void)state;
	office->setup.sms = &gateway;
	office_restart(office);
	clerk = office_sit(office, "clerk1", "441521-01-3");
	home = office_sit(office, "home1", HOME);
	for (int i = 0; i < 4; i++) {
		let_ring_out(office, clerk, home);
	}
	answer_gateway(office, 0, FW_GATEWAY_ACCEPTED);
	answer_gateway(office, 1, FW_GATEWAY_UNCLEAR);
	answer_gateway(office, 2, FW_GATEWAY_REFUSED);
	office_wait(office, 60 * S);
	clerk_token = office_sign_in(office, "home2");
	post(office, FW_OP_LEDGER_STATEMENT, clerk_token, "{\"row\":\"1\",\"text\":\"正在接待\"}");
	judge_all(office);
	call = office_call(office, clerk);
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, home, "call.hangup", "{\"call\":\"%s\"}", call));
	home_token = office_sign_in(office, "home1");
	mark = g_strdup_printf("{\"call\":\"%s\",\"mark\":\"not_our_matter\"}", call);
	post(office, FW_OP_CALL_MARK, home_token, mark);
	replay(office);
	assert_same(office);
	office_destroy(office);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_told_again)};

	gst_init(&argc, &argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
