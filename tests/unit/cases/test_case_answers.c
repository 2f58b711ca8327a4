/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a case: verdicts on its papers, messages to the applicant, the sheets. */
#include "tests/unit/cases/bureau.h"

static void verdicts_are_kept_and_told(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;
	json_t *event;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	json_decref(office_do(
		bureau->office, bureau->clerk_line, "case.watch", "{\"case\":\"%s\"}", bureau->id));
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"wanting\"")),
		"malformed");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"wanting\",\"review_point\":2,"
				    "\"note\":\"缺竣工章\"")),
		"ok");
	event = office_event(bureau->office, bureau->clerk_line, "case.changed");
	assert_string_equal(text_at(event, "action"), "verdict");
	assert_int_equal(json_integer_value(at(event, "material")), 2);
	json_decref(event);
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"conforms\"")),
		"ok");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":3,\"verdict\":\"tolerated\",\"days\":5")),
		"ok");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->stranger,
				    "\"material\":7,\"verdict\":\"conforms\"")),
		"malformed");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->auditor,
				    "\"material\":2,\"verdict\":\"conforms\"")),
		"forbidden");
	page = bureau_get(bureau, bureau->clerk);
	assert_int_equal(json_array_size(at(page, "verdicts")), 3);
	assert_string_equal(text_at(page, "verdicts.0.note"), "缺竣工章");
	assert_true(json_is_integer(at(page, "verdicts.2.tolerated_until_us")));
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_IDENTITY, bureau->home,
				    "\"result\":\"same\"")),
		"ok");
}

static void a_verdict_in_a_call_has_its_second(void **state)
{
	struct bureau *bureau = *state;
	struct office *office = bureau->office;
	const json_t *page;
	g_autofree char *call = NULL, *members = NULL;
	json_t *result;

	bureau_open(bureau, TICKED);
	json_decref(office_do(office, bureau->home_line, "window.take",
		"{\"window\":\"441523-01-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
	result = office_do(office, bureau->clerk_line, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"case\":\"%s\","
		"\"citizen_informed\":true}",
		text_at(bureau_get(bureau, bureau->clerk), "serial"));
	call = g_strdup(text_at(result, "call.id"));
	json_decref(result);
	json_decref(office_do(office, bureau->home_line, "call.answer", "{\"call\":\"%s\"}", call));
	office_recorder(office, FW_RECORDER_OPENED,
		g_array_index(office->recorder_commands, struct fw_recorder_command, 0).call);
	office->now_us += 7 * S;
	members = g_strdup_printf("\"material\":1,\"verdict\":\"conforms\",\"call\":\"%s\"", call);
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home, members)), "ok");
	page = bureau_get(bureau, bureau->clerk);
	assert_string_equal(text_at(page, "verdicts.0.call"), call);
	assert_int_equal(json_integer_value(at(page, "verdicts.0.recording_us")), 7 * S);
	assert_int_equal(
		bureau_count(bureau, "SELECT COUNT(*) FROM call_marker WHERE kind = 'verdict'"), 1);
	/* A call about something else is no evidence. */
	bureau_open(bureau, TICKED);
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home, members)),
		"malformed");
}

static void a_message_goes_through_the_outbox(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"phone\":\"13812345678\",\"text\":\"您的办件已收件\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398f\"")),
		"ok");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"phone\":\"x\",\"text\":\"t\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398e\"")),
		"no_phone");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"text\":\"t\",\"recipient\":\"everybody\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398e\"")),
		"malformed");
	/* Told again of the same press: one message, one step. */
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"phone\":\"13812345678\",\"text\":\"您的办件已收件\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398f\"")),
		"ok");
	assert_int_equal(
		bureau_count(bureau, "SELECT COUNT(*) FROM case_step WHERE action = 'message'"), 1);
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->auditor,
				    "\"phone\":\"13812345678\",\"text\":\"t\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398f\"")),
		"forbidden");
	assert_int_equal(
		bureau_count(bureau, "SELECT COUNT(*) FROM sms WHERE subject_kind = 'case'"), 1);
}

static void a_message_finds_the_applicant_and_the_next_handler(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	bureau_open(bureau, TICKED);
	assert_string_equal(
		bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
			"\"recipient\":\"applicant\",\"text\":\"张三丰，您的办件已收件\","
			"\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c073981\"")),
		"ok");
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM sms WHERE subject_kind = 'case'"
				 " AND COALESCE(error, '') <> 'no_phone'"),
		1);
	/* Nobody was chosen; then somebody without a number. */
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"recipient\":\"handler\",\"text\":\"请办理\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c073982\"")),
		"no_phone");
	assert_int_equal(fw_db_script(bureau->office->db,
				 "UPDATE service_case SET handler = 'home1';"
				 "UPDATE account SET phone = '13900000001' WHERE id = 'home1'"),
		0);
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"recipient\":\"handler\",\"text\":\"请办理\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c073982\"")),
		"ok");
	page = bureau_get(bureau, bureau->home);
	assert_string_equal(text_at(page, "messages.0.recipient"), "applicant");
	assert_string_equal(text_at(page, "messages.0.phone"), "138****5678");
	assert_string_equal(text_at(page, "messages.0.text"), "张三丰，您的办件已收件");
	assert_string_equal(text_at(page, "messages.0.account.id"), "clerk1");
	assert_string_equal(text_at(page, "messages.1.phone"), "139****0001");
	assert_non_null(text_at(page, "messages.1.state"));
	assert_int_equal(bureau_count(bureau,
				 "SELECT COUNT(*) FROM case_message WHERE instr(text, '张三丰') > 0"
				 " OR instr(phone, '13812345678') > 0"),
		0);
}

static const char *notice(struct bureau *bureau, const char *token, const char *kind)
{
	g_autofree char *members = g_strdup_printf("\"kind\":\"%s\"", kind);

	return bureau_code(bureau_ask(bureau, FW_OP_CASE_NOTICE, token, members));
}

/* What the reader is handed to make the sheet of. json_decref. */
static json_t *sheet(struct bureau *bureau, const char *token, size_t number)
{
	const json_t *page = bureau_get(bureau, bureau->clerk);
	g_autofree char *members = g_strdup_printf("\"notice\":\"%s\"",
		json_string_value(
			json_object_get(json_array_get(at(page, "notices"), number), "id")));
	const struct fw_desk_output *output;

	g_ptr_array_set_size(bureau->office->reads, 0);
	assert_null(bureau_ask(bureau, FW_OP_CASE_NOTICE_SHEET, token, members));
	output = g_ptr_array_index(bureau->office->reads, 0);
	assert_int_equal(output->kind, FW_OUT_BLOB);
	return json_loads(output->blob.paper, 0, NULL);
}

/* Rows and closing lines of a sheet, one below the other. g_free. */
static char *printed(const json_t *content)
{
	GString *text = g_string_new(NULL);
	const json_t *lines = at(content, "tail"), *rows = at(content, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		g_string_append_printf(text, "%s|%s\n", text_at(row, "name"), text_at(row, "text"));
	}
	for (size_t i = 0; i < json_array_size(lines); i++) {
		g_string_append_printf(text, "%s\n", json_string_value(json_array_get(lines, i)));
	}
	return g_string_free(text, FALSE);
}

#define WAYS \
	"补正方式一：带材料到海丰县政务服务大厅，向窗口出示本告知书。\n" \
	"补正方式二：邮寄到海丰县政务服务大厅，请在邮件上注明申办流水号%s。\n"
#define WAY_ONLINE "补正方式三：网上补交，按申请时的网上办理渠道上传电子材料。\n"

/* Nobody ruled on anything: what is not there is said all the same, also what may come later. */
static void what_nobody_ruled_on_is_said_too(void **state)
{
	struct bureau *bureau = *state;
	g_autofree char *found = NULL, *expected = NULL;
	json_t *content;

	assert_int_equal(
		fw_db_script(bureau->office->db,
			"UPDATE item_material SET tolerance_days = 10 WHERE number = 3;"
			"UPDATE item_material SET necessity = 'conditional', condition_text ="
			" '委托他人办理的提交' WHERE number = 4"),
		0);
	bureau_open(bureau,
		"\"conditions\":[1,2,3],\"materials\":[{\"number\":1,\"ticked\":true,"
		"\"medium\":\"paper\",\"copies\":1}]");
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "ok");
	content = sheet(bureau, bureau->home, 0);
	found = printed(content);
	expected = g_strdup_printf(
		"办理条件4|尚未确认符合：安装的防雷产品技术参数与设计报审阶段一致；\n"
		"2. 防雷装置竣工图纸|尚未提交。\n"
		"3. 施工单位的资质证|尚未提交，可容缺受理，请在受理后10个工作日内补交。\n"
		"4. 授权委托书|尚未提交，委托他人办理的提交。\n" WAYS WAY_ONLINE,
		text_at(bureau_get(bureau, bureau->clerk), "serial"));
	assert_string_equal(found, expected);
	json_decref(content);
}

/* What only some must hand in is no reason for a notice. An item that is not handled online names no such way. */
static void a_notice_needs_something_that_is_missing(void **state)
{
	struct bureau *bureau = *state;
	g_autofree char *found = NULL, *expected = NULL;
	json_t *content;

	assert_int_equal(
		fw_db_script(bureau->office->db,
			"UPDATE item_material SET necessity = 'conditional' WHERE number > 2;"
			"UPDATE item SET facts = json_set(facts, '$.channels', '窗口办理')"),
		0);
	bureau_open(bureau, TICKED);
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "wrong_state");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->clerk,
				    "\"material\":1,\"verdict\":\"paper\"")),
		"ok");
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "ok");
	content = sheet(bureau, bureau->home, 0);
	found = printed(content);
	expected = g_strdup_printf("1. 《防雷装置竣工验收申请书》|需提交纸质材料，由窗口寄送。\n"
				   "3. 施工单位的资质证|尚未提交，符合情形的需提交。\n"
				   "4. 授权委托书|尚未提交，符合情形的需提交。\n" WAYS,
		text_at(bureau_get(bureau, bureau->clerk), "serial"));
	assert_string_equal(found, expected);
	json_decref(content);
}

/* What both sheets say, and that each is for its own state. */
static void acceptance_and_refusal_say_what_they_are(void **state)
{
	struct bureau *bureau = *state;
	g_autofree char *found = NULL, *refusal = NULL, *code = NULL;
	json_t *content;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "accepted");
	assert_string_equal(notice(bureau, bureau->home, "refused"), "wrong_state");
	assert_string_equal(notice(bureau, bureau->home, "accepted"), "ok");
	content = sheet(bureau, bureau->home, 0);
	found = printed(content);
	assert_string_equal(text_at(content, "title"), "受理通知书");
	assert_string_equal(text_at(content, "to"), "张三丰：");
	assert_string_equal(text_at(content, "lead.0"), "事项：防雷装置竣工验收");
	assert_string_equal(
		text_at(content, "lead.2"), "您提交的申请材料齐全、符合法定形式，现予受理。");
	assert_string_equal(found, "受理日期|2026年11月22日\n");
	assert_string_equal(text_at(content, "sign.0"), "海丰县政务服务大厅");
	assert_string_equal(text_at(content, "sign.1"), "2026年11月22日");
	code = g_strdup_printf("%s %s", text_at(bureau_get(bureau, bureau->clerk), "serial"),
		text_at(content, "number"));
	assert_string_equal(text_at(content, "code"), code);
	assert_string_equal(text_at(content, "number"), "441521受〔2026〕00001号");
	json_decref(content);

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(
		bureau_act(bureau, bureau->home, "refuse", "\"opinion\":\"不属于本部门职权范围\""),
		"refused");
	assert_string_equal(notice(bureau, bureau->home, "accepted"), "wrong_state");
	assert_string_equal(notice(bureau, bureau->home, "refused"), "ok");
	content = sheet(bureau, bureau->home, 0);
	refusal = printed(content);
	assert_string_equal(text_at(content, "title"), "不予受理通知书");
	assert_string_equal(text_at(content, "lead.2"), "您的申请依法不予受理。");
	assert_string_equal(refusal, "不予受理的理由|不属于本部门职权范围\n");
	assert_string_equal(text_at(content, "number"), "441521不受〔2026〕00001号");
	json_decref(content);
}

static void everything_missing_is_said_once(void **state)
{
	struct bureau *bureau = *state;
	json_t *content;

	bureau_open(bureau,
		"\"conditions\":[1,2,3,4],\"materials\":["
		"{\"number\":1,\"ticked\":true,\"medium\":\"paper\",\"copies\":1},"
		"{\"number\":2,\"ticked\":true,\"medium\":\"electronic\",\"copies\":1},"
		"{\"number\":3,\"ticked\":true,\"medium\":\"electronic\",\"copies\":1},"
		"{\"number\":4,\"ticked\":true,\"medium\":\"electronic\",\"copies\":1}]");
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "wrong_state");
	assert_string_equal(notice(bureau, bureau->clerk, "accepted"), "wrong_state");
	assert_string_equal(notice(bureau, bureau->clerk, "nothing"), "malformed");
	assert_string_equal(notice(bureau, bureau->auditor, "posting"), "forbidden");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->clerk,
				    "\"material\":2,\"verdict\":\"wanting\",\"review_point\":2,"
				    "\"note\":\"看不清\"")),
		"ok");
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->clerk,
				    "\"material\":3,\"verdict\":\"tolerated\",\"days\":3")),
		"ok");
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "ok");
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "ok");
	content = sheet(bureau, bureau->home, 0);
	assert_string_equal(text_at(content, "title"), "一次性告知书");
	assert_string_equal(text_at(content, "to"), "张三丰：");
	assert_int_equal(json_array_size(at(content, "rows")), 2);
	assert_string_equal(
		text_at(content, "rows.0.text"), "不符合要求：加盖施工单位竣工图章；看不清。");
	json_decref(content);
	assert_int_equal(bureau_count(bureau, "SELECT COUNT(DISTINCT number) FROM case_notice"), 2);
	assert_string_equal(notice(bureau, bureau->clerk, "posting"), "ok"); /* one is paper */
}

#define CASE_TEST(name) cmocka_unit_test_setup_teardown(name, bureau_set_up, bureau_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_TEST(verdicts_are_kept_and_told),
		CASE_TEST(a_verdict_in_a_call_has_its_second),
		CASE_TEST(a_message_goes_through_the_outbox),
		CASE_TEST(a_message_finds_the_applicant_and_the_next_handler),
		CASE_TEST(what_nobody_ruled_on_is_said_too),
		CASE_TEST(a_notice_needs_something_that_is_missing),
		CASE_TEST(acceptance_and_refusal_say_what_they_are),
		CASE_TEST(everything_missing_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
