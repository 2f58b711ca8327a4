/* SPDX-License-Identifier: Apache-2.0 */
/* Cases through the real desk: the life of one, who may what, what two clerks see, what stays secret. */
#include "tests/unit/cases/bureau.h"

#include <string.h>

/* --- its life ------------------------------------------------------------------------------------- */

static void from_opening_to_issue(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	bureau_open(bureau, "\"project\":\"新建厂房\"");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "incomplete");
	bureau->revision = 1;
	page = bureau_get(bureau, bureau->clerk);
	assert_true(json_is_true(at(page, "editable")));
	assert_string_equal(text_at(page, "applicant.name"), "张三丰");
	assert_string_equal(text_at(page, "applicant.number"), "110105********002X");
	assert_string_equal(text_at(page, "applicant.phone"), "138****5678");
	{
		struct office_answer *answer = bureau_ask(
			bureau, FW_OP_CASE_EDIT, bureau->clerk, "\"revision\":1," TICKED);

		assert_string_equal(bureau_code(answer), "ok");
		bureau->revision = json_integer_value(at(answer->body, "revision"));
	}
	assert_string_equal(bureau_act(bureau, bureau->clerk, "submit", ""), "wrong_state");
	assert_string_equal(bureau_act(bureau, bureau->home, "send", ""), "forbidden");
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "send", "\"opinion\":\"同意\""), "sent");
	page = bureau_get(bureau, bureau->home);
	assert_true(bureau_offers(page, "accept"));
	assert_false(bureau_offers(page, "post"));
	assert_true(json_is_integer(at(page, "answer_by_us")));
	assert_true(json_is_integer(at(page, "post_by_us"))); /* one material is paper */
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "post", "\"tracking\":\"EMS1\""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "accepted");
	assert_string_equal(bureau_act(bureau, bureau->home, "decide", ""), "malformed");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "decide", "\"result\":\"granted\""), "decided");
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "issue", "\"method\":\"proxy\""), "malformed");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "issue",
				    "\"method\":\"person\",\"receiver\":{\"name\":\"张三丰\","
				    "\"document\":\"id_card\",\"number\":\"110105194912310020\"}"),
		"bad_number");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "issue",
				    "\"method\":\"person\",\"receiver\":{\"name\":\"张三丰\","
				    "\"document\":\"id_card\",\"number\":\"" PERSON "\"}"),
		"issued");
	page = bureau_get(bureau, bureau->clerk);
	assert_string_equal(text_at(page, "issues.0.receiver.number"), "110105********002X");
	assert_string_equal(text_at(page, "steps.2.opinion"), "同意");
	assert_int_equal(json_array_size(at(page, "steps")), 7);
	assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "wrong_state");
}

/* Each way of handing the result out wants what proves it, and says so on the case. */
static void a_result_goes_out_four_ways(void **state)
{
	static const struct {
		const char *bad, *good, *method;
	} ways[] = {
		{"\"method\":\"proxy\",\"tracking\":\"x\"",
			"\"method\":\"proxy\",\"receiver\":{\"name\":\"赵六\",\"document\":"
			"\"id_card\",\"number\":\"" PERSON "\"}",
			"proxy"},
		{"\"method\":\"post\"", "\"method\":\"post\",\"tracking\":\"EMS2\"", "post"},
		{"\"method\":\"pigeon\"", "\"method\":\"self_print\"", "self_print"},
	};
	struct bureau *bureau = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		bureau_open(bureau, TICKED);
		assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
		assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "accepted");
		assert_string_equal(
			bureau_act(bureau, bureau->home, "decide", "\"result\":\"granted\""),
			"decided");
		assert_string_equal(
			bureau_act(bureau, bureau->clerk, "issue", ways[i].bad), "malformed");
		assert_string_equal(
			bureau_act(bureau, bureau->clerk, "issue", ways[i].good), "issued");
		assert_string_equal(text_at(bureau_get(bureau, bureau->home), "issues.0.method"),
			ways[i].method);
	}
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM case_issue WHERE tracking = 'EMS2'"
				 " AND receiver IS NULL"),
		1);
}

static void a_supplement_is_asked_once(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->home, "supplement", "\"opinion\":\"补正\""),
		"malformed");
	assert_string_equal(bureau_act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":9,"
				    "\"demand\":\"x\"}]"),
		"malformed");
	assert_string_equal(bureau_act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":2,"
				    "\"demand\":\"补盖竣工图章\"}]"),
		"supplement");
	page = bureau_get(bureau, bureau->clerk);
	assert_string_equal(text_at(page, "materials.1.demand"), "补盖竣工图章");
	assert_true(json_is_false(at(page, "materials.1.ticked")));
	assert_string_equal(bureau_act(bureau, bureau->clerk, "tell", "\"days\":5"), "told");
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "not_supplemented", "\"opinion\":\"逾期\""),
		"not_due");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "supplemented", ""), "incomplete");
	{
		g_autofree char *members = g_strdup_printf(
			"\"revision\":%" G_GINT64_FORMAT
			",\"materials\":[{\"number\":2,\"ticked\":true,\"medium\":\"electronic\","
			"\"copies\":1}]",
			bureau->revision);
		struct office_answer *answer =
			bureau_ask(bureau, FW_OP_CASE_EDIT, bureau->clerk, members);

		assert_string_equal(bureau_code(answer), "ok");
		bureau->revision = json_integer_value(at(answer->body, "revision"));
	}
	assert_string_equal(bureau_act(bureau, bureau->clerk, "supplemented", ""), "sent");
	assert_false(bureau_offers(bureau_get(bureau, bureau->home), "supplement"));
	assert_string_equal(bureau_act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"再补\",\"materials\":[{\"number\":1,"
				    "\"demand\":\"y\"}]"),
		"already_asked");
	assert_string_equal(bureau_act(bureau, bureau->home, "refuse", ""), "malformed");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "refuse", "\"opinion\":\"不符\""), "refused");
	assert_int_equal(bureau_count(bureau, "SELECT faulty FROM service_case"), 1);
}

static void who_does_not_come_is_closed(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":2,"
				    "\"demand\":\"x\"}]"),
		"supplement");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "tell", "\"days\":1"), "told");
	page = bureau_get(bureau, bureau->clerk);
	bureau->office->now_us = json_integer_value(at(page, "supplement_by_us"));
	g_free(bureau->clerk); /* days later: signed in anew */
	bureau->clerk = office_sign_in(bureau->office, "clerk1");
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "not_supplemented", "\"opinion\":\"逾期\""),
		"not_supplemented");
}

static void online_cases_are_looked_at_first(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, "\"origin\":\"online\"," TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "wrong_state");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "submit", ""), "prereview");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "pass", "\"handler\":\"clerk2\""), "forbidden");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "pass", "\"handler\":\"home2\""), "sent");
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"list\":\"todo\"}"), 0);
	assert_string_equal(
		bureau_act(bureau, bureau->home, "forward", "\"handler\":\"home1\""), "sent");
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"list\":\"todo\"}"), 1);
}

/* --- copies, lists -------------------------------------------------------------------------------- */

static void lists_of_the_manual(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, "\"project\":\"新建厂房\"," TICKED);
	assert_int_equal(bureau_rows(bureau, bureau->clerk, "{\"list\":\"todo\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"list\":\"todo\"}"), 0);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_int_equal(bureau_rows(bureau, bureau->clerk, "{\"list\":\"todo\"}"), 0);
	assert_int_equal(bureau_rows(bureau, bureau->clerk, "{\"list\":\"done\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"list\":\"todo\"}"), 1);
	assert_int_equal(
		bureau_rows(bureau, bureau->stranger, "{\"list\":\"all\"}"), 1); /* the city */
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"applicant\":\"张三丰\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"applicant\":\"" PERSON "\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"applicant\":\"张三\"}"), 0);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"project\":\"厂房\"}"), 1);
	assert_int_equal(
		bureau_rows(bureau, bureau->home, "{\"item\":\"防雷\",\"state\":\"sent\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"state\":\"issued\"}"), 0);
	{
		int64_t now_us = bureau->office->now_us;
		g_autofree char *within =
			g_strdup_printf("{\"accepted_from_us\":%" G_GINT64_FORMAT
					",\"accepted_to_us\":%" G_GINT64_FORMAT "}",
				now_us, now_us + 1);
		g_autofree char *later =
			g_strdup_printf("{\"accepted_from_us\":%" G_GINT64_FORMAT "}", now_us + 1);

		assert_int_equal(bureau_rows(bureau, bureau->home, within), 0); /* not yet */
		assert_int_equal(
			fw_db_run(bureau->office->db, "UPDATE service_case SET accepted_us = ?1",
				FW_DB_VALUES(fw_db_int(now_us)), NULL),
			0);
		assert_int_equal(bureau_rows(bureau, bureau->home, within), 1);
		assert_int_equal(bureau_rows(bureau, bureau->home, later), 0);
	}
	assert_string_equal(
		bureau_act(bureau, bureau->home, "copy", "\"accounts\":[\"supervisor1\"]"), "sent");
	assert_int_equal(bureau_rows(bureau, bureau->supervisor, "{\"list\":\"to_read\"}"), 1);
	assert_string_equal(
		bureau_act(bureau, bureau->supervisor, "read", "\"opinion\":\"已阅\""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->supervisor, "read", "\"opinion\":\"已阅\""),
		"wrong_state");
	assert_int_equal(bureau_rows(bureau, bureau->supervisor, "{\"list\":\"to_read\"}"), 0);
	assert_int_equal(bureau_rows(bureau, bureau->supervisor, "{\"list\":\"read\"}"), 1);
}

/* --- two clerks, serials, secrets ------------------------------------------------------------------- */

static void the_later_one_is_told(void **state)
{
	struct bureau *bureau = *state;
	struct office_answer *answer;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_EDIT, bureau->clerk,
				    "\"revision\":1,\"project\":\"甲\"")),
		"ok");
	answer = bureau_ask(
		bureau, FW_OP_CASE_EDIT, bureau->clerk, "\"revision\":1,\"project\":\"乙\"");
	assert_string_equal(bureau_code(answer), "changed");
	assert_int_equal(json_integer_value(at(answer->body, "error.revision")), 2);
	assert_string_equal(text_at(answer->body, "error.changes.0.action"), "edited");
	assert_string_equal(text_at(answer->body, "error.changes.0.account"), "clerk1");
	assert_string_equal(text_at(bureau_get(bureau, bureau->clerk), "project"), "甲");
}

/* What it was stays in the case, masked, with the reason; found is who it is now. */
static void the_applicant_is_corrected(void **state)
{
	struct bureau *bureau = *state;
	static const char now[] = "\"applicant\":{\"kind\":\"person\",\"name\":\"张三封\","
				  "\"document\":\"id_card\",\"number\":\"" PERSON "\"}";
	g_autofree char *asked = g_strdup_printf("\"revision\":2,\"reason\":\"录入错误\",%s", now);
	g_autofree char *late = g_strdup_printf("\"revision\":1,\"reason\":\"x\",%s", now);
	g_autofree char *mute = g_strdup_printf("\"revision\":2,%s", now);
	const json_t *page;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_true(json_is_false(at(bureau_get(bureau, bureau->home), "correctable")));
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_CORRECT, bureau->home, asked)),
		"forbidden");
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE_CORRECT, bureau->clerk, late)), "changed");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_CORRECT, bureau->clerk, mute)),
		"malformed");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_CORRECT, bureau->clerk,
				    "\"revision\":2,\"reason\":\"x\",\"applicant\":{\"kind\":"
				    "\"person\",\"name\":\"张\",\"document\":\"id_card\","
				    "\"number\":\"110105194912310021\"}")),
		"bad_number");
	assert_int_equal(bureau_count(bureau, "SELECT COUNT(*) FROM case_correction"), 0);
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE_CORRECT, bureau->clerk, asked)), "ok");
	page = bureau_get(bureau, bureau->home);
	assert_string_equal(text_at(page, "applicant.name"), "张三封");
	assert_string_equal(text_at(page, "corrections.0.before.name"), "张三丰");
	assert_string_equal(text_at(page, "corrections.0.before.number"), "110105********002X");
	assert_string_equal(text_at(page, "corrections.0.reason"), "录入错误");
	assert_string_equal(text_at(page, "corrections.0.account.id"), "clerk1");
	assert_string_equal(text_at(page, "state"), "sent");
	assert_int_equal(
		bureau_rows(bureau, bureau->clerk, "{\"list\":\"all\",\"applicant\":\"张三封\"}"),
		1);
	assert_int_equal(
		bureau_rows(bureau, bureau->clerk, "{\"list\":\"all\",\"applicant\":\"张三丰\"}"),
		0);
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM audit_log WHERE action = 'case.corrected'"
				 " AND actor = 'clerk1' AND detail NOT LIKE '%张%'"),
		1);
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM case_correction"
				 " WHERE instr(before, CAST('张三丰' AS BLOB)) > 0"
				 " OR instr(reason, CAST('录入' AS BLOB)) > 0"),
		0);
}

static void serials_never_repeat(void **state)
{
	struct bureau *bureau = *state;
	g_autofree char *first = NULL;

	bureau_open(bureau, "");
	first = g_strdup(text_at(bureau_get(bureau, bureau->clerk), "serial"));
	assert_int_equal(strlen(first), 6 + 8 + 5);
	/* A batch that fails gives the number back; what was committed stays used after a crash. */
	fw_db_fail_nth(bureau->office->db, 8, -EIO);
	{
		struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

		input.http.request = 77;
		input.http.operation = FW_OP_CASE_CREATE;
		input.http.token = g_strdup(bureau->clerk);
		input.http.params = g_strdup("{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
					     "\"applicant\":" APPLICANT "}");
		input.http.range_from = -1;
		input.http.range_to = -1;
		g_array_append_val(bureau->office->inputs, input);
	}
	assert_int_equal(office_try_step(bureau->office), -EIO);
	office_restart(bureau->office);
	bureau->office->lose_outputs = false;
	bureau_open(bureau, "");
	assert_string_not_equal(first, text_at(bureau_get(bureau, bureau->clerk), "serial"));
	assert_int_equal(bureau_count(bureau, "SELECT COUNT(DISTINCT serial) FROM service_case"), 2);
}

static void a_form_is_what_its_item_describes(void **state)
{
	static const struct {
		const char *form, *code;
	} edits[] = {
		{"{\"竣工日期\":\"2026-02-30\"}", "bad_form"},
		{"{\"竣工日期\":\"2026-2-3\"}", "bad_form"},
		{"{\"建筑面积（平方米）\":\"1e3\"}", "bad_form"},
		{"{\"建筑面积（平方米）\":\".5\"}", "bad_form"},
		{"{\"建筑面积（平方米）\":5}", "bad_form"},
		{"{\"防雷类别\":\"第四类\"}", "bad_form"},
		{"{\"工程名称\":\"两\\n行\"}", "bad_form"},
		{"{\"没有这一项\":\"\"}", "bad_form"},
		{"\"工程名称\"", "malformed"},
		{"{\"竣工日期\":\"2028-02-29\",\"建筑面积（平方米）\":\"-1.50\",\"防雷类别\":"
		 "\"第二类\","
		 "\"防雷装置简况\":\"两\\n行\",\"工程名称\":\"\"}",
			"ok"},
	};
	struct bureau *bureau = *state;

	bureau_open(bureau, TICKED);
	for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
		g_autofree char *body = g_strdup_printf("\"revision\":1,\"form\":%s", edits[i].form);

		assert_string_equal(
			bureau_code(bureau_ask(bureau, FW_OP_CASE_EDIT, bureau->clerk, body)),
			edits[i].code);
	}
	assert_string_equal(text_at(bureau_get(bureau, bureau->home), "form.防雷类别"), "第二类");
}

/* The version's own fields count, and what is required is asked for when the case is sent. */
static void a_required_field_is_filled_in_before_sending(void **state)
{
	struct bureau *bureau = *state;
	struct office_answer *answer;

	assert_int_equal(fw_db_run(bureau->office->db,
				 "UPDATE item SET form = '[{\"name\":\"编号\",\"kind\":\"text\","
				 "\"required\":true,\"choices\":[],\"hint\":\"\"}]'",
				 FW_DB_NO_VALUES, NULL),
		0);
	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "incomplete");
	answer = bureau_ask(
		bureau, FW_OP_CASE_EDIT, bureau->clerk, "\"revision\":1,\"form\":{\"编号\":\"\"}");
	assert_string_equal(bureau_code(answer), "ok");
	bureau->revision++;
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "incomplete");
	answer = bureau_ask(bureau, FW_OP_CASE_EDIT, bureau->clerk,
		"\"revision\":2,\"form\":{\"编号\":\"甲\"}");
	assert_string_equal(bureau_code(answer), "ok");
	bureau->revision++;
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
}

static void people_stay_secret(void **state)
{
	struct bureau *bureau = *state;
	struct office *office = bureau->office;
	g_autofree char *path = NULL, *bytes = NULL;
	struct office_answer *answer;
	gsize size;

	bureau_open(bureau,
		"\"form\":{\"防雷装置简况\":\"一百平方\"},\"courier\":{\"name\":\"李收件\","
		"\"phone\":\"13755556666\",\"address\":\"某路二号\"}," TICKED);
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "send", "\"opinion\":\"机密意见\""), "sent");
	assert_string_equal(
		text_at(bureau_get(bureau, bureau->home), "courier.phone"), "137****6666");
	answer = bureau_ask(bureau, FW_OP_CASE_UNMASK, bureau->supervisor, "");
	assert_string_equal(bureau_code(answer), "forbidden");
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM audit_log WHERE action = 'case.unmasked'"),
		0);
	answer = bureau_ask(bureau, FW_OP_CASE_UNMASK, bureau->home, "");
	assert_string_equal(text_at(answer->body, "applicant.number"), PERSON);
	assert_string_equal(text_at(answer->body, "courier.phone"), "13755556666");
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM audit_log WHERE action = 'case.unmasked'"),
		1);
	assert_int_equal(
		bureau_count(bureau, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.viewed'"),
		1);
	assert_int_equal(bureau_rows(bureau, bureau->home, "{\"applicant\":\"张三丰\"}"), 1);
	fw_desk_destroy(office->desk);
	fw_db_close(office->db);
	path = g_build_filename(office->folder, "office.db", NULL);
	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	assert_null(memmem(bytes, size, "张三丰", strlen("张三丰")));
	assert_null(memmem(bytes, size, PERSON, strlen(PERSON)));
	assert_null(memmem(bytes, size, "13812345678", 11));
	assert_null(memmem(bytes, size, "机密意见", strlen("机密意见")));
	assert_null(memmem(bytes, size, "李收件", strlen("李收件")));
	assert_null(memmem(bytes, size, "13755556666", 11));
	assert_null(memmem(bytes, size, "某路二号", strlen("某路二号")));
	assert_null(memmem(bytes, size, "一百平方", strlen("一百平方")));
	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &office->db), 0);
	office->setup.db = office->db;
	assert_int_equal(fw_desk_create(&office->setup, office->now_us, &office->desk), 0);
}

static void who_may_and_what_is_checked(void **state)
{
	struct bureau *bureau = *state;
	static const struct {
		const char *params, *code;
	} bad[] = {
		{"{\"item\":\"nothing\",\"area\":\"441523\",\"applicant\":" APPLICANT "}",
			"not_found"},
		{"{\"item\":\"fanglei-jungong\",\"area\":\"1\",\"applicant\":" APPLICANT "}",
			"not_found"},
		{"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}", "malformed"},
		{"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"applicant\":{\"kind\":"
		 "\"person\",\"name\":\"张\",\"document\":\"id_card\",\"number\":"
		 "\"110105194912310021\"}}",
			"bad_number"},
		{"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"applicant\":{\"kind\":"
		 "\"company\",\"name\":\"某公司\",\"document\":\"id_card\",\"number\":\"" PERSON
		 "\"}}",
			"malformed"},
		{"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"applicant\":" APPLICANT
		 ",\"materials\":[{\"number\":99,\"ticked\":true,\"medium\":\"paper\"}]}",
			"malformed"},
		{"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"applicant\":" APPLICANT
		 ",\"conditions\":[\"1\"]}",
			"malformed"},
	};
	const char *tokens[] = {
		bureau->home, bureau->stranger, bureau->auditor, bureau->supervisor, bureau->admin};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_string_equal(bureau_code(office_http(bureau->office, FW_OP_CASE_CREATE,
					    bureau->clerk, bad[i].params)),
			bad[i].code);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
		assert_string_equal(bureau_code(office_http(bureau->office, FW_OP_CASE_CREATE,
					    tokens[i], bad[0].params)),
			"forbidden");
	}
	assert_int_equal(bureau_count(bureau, "SELECT COUNT(*) FROM service_case"), 0);
	bureau_open(bureau, "");
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE, bureau->admin, "")), "forbidden");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE, bureau->auditor, "")), "ok");
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE_EDIT, bureau->home, "")), "forbidden");
}

static void figures_of_article_31(void **state)
{
	struct bureau *bureau = *state;
	int status = 0;
	json_t *body;

	bureau_open(bureau, TICKED);
	bureau->office->now_us += 600 * S;
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	bureau->office->now_us += 1200 * S;
	assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "accepted");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "decide", "\"result\":\"granted\""), "decided");
	bureau_open(bureau, "\"drill\":true," TICKED);
	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "refuse", "\"opinion\":\"不符\""), "refused");
	body = office_read(bureau->office, FW_OP_CASE_FIGURES, bureau->supervisor, "{}", &status);
	assert_int_equal(status, 200);
	assert_int_equal(json_array_size(at(body, "rows")), 1);
	assert_int_equal(json_integer_value(at(body, "rows.0.opened")), 2); /* not the drill */
	assert_int_equal(json_integer_value(at(body, "rows.0.decided")), 1);
	assert_int_equal(json_integer_value(at(body, "rows.0.refused")), 1);
	assert_int_equal(json_integer_value(at(body, "rows.0.collect_avg_us")), 300 * S);
	assert_int_equal(json_integer_value(at(body, "rows.0.handle_avg_us")), 1200 * S);
	json_decref(body);
	body = office_read(bureau->office, FW_OP_CASE_FIGURES, bureau->supervisor,
		"{\"by\":\"hall\"}", &status);
	assert_true(json_is_null(at(body, "rows.0.month")) && json_is_null(at(body, "rows.0.item")));
	assert_string_equal(text_at(body, "rows.0.hall.id"), "441521-01");
	assert_int_equal(json_integer_value(at(body, "rows.0.opened")), 2);
	json_decref(body);
	/* Behind each figure are as many cases as it says. */
	assert_int_equal(bureau_rows(bureau, bureau->supervisor,
				 "{\"figure\":\"opened\",\"hall\":\"441521-01\","
				 "\"item\":\"fanglei-jungong\"}"),
		2);
	assert_int_equal(bureau_rows(bureau, bureau->supervisor, "{\"figure\":\"decided\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->supervisor, "{\"figure\":\"refused\"}"), 1);
	assert_int_equal(bureau_rows(bureau, bureau->supervisor, "{\"figure\":\"returned\"}"), 0);
	assert_int_equal(bureau_rows(bureau, bureau->supervisor,
				 "{\"figure\":\"sent\",\"from_month\":202701}"),
		0);
	(void)office_read(
		bureau->office, FW_OP_CASES, bureau->clerk, "{\"figure\":\"sent\"}", &status);
	assert_int_equal(status, 403);
	(void)office_read(bureau->office, FW_OP_CASE_FIGURES, bureau->clerk, "{}", &status);
	assert_int_equal(status, 403);
}

#define CASE_TEST(name) cmocka_unit_test_setup_teardown(name, bureau_set_up, bureau_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_TEST(from_opening_to_issue),
		CASE_TEST(a_result_goes_out_four_ways),
		CASE_TEST(a_supplement_is_asked_once),
		CASE_TEST(who_does_not_come_is_closed),
		CASE_TEST(online_cases_are_looked_at_first),
		CASE_TEST(lists_of_the_manual),
		CASE_TEST(the_later_one_is_told),
		CASE_TEST(the_applicant_is_corrected),
		CASE_TEST(serials_never_repeat),
		CASE_TEST(a_form_is_what_its_item_describes),
		CASE_TEST(a_required_field_is_filled_in_before_sending),
		CASE_TEST(people_stay_secret),
		CASE_TEST(who_may_and_what_is_checked),
		CASE_TEST(figures_of_article_31),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
