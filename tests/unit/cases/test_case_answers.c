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

static void everything_missing_is_said_once(void **state)
{
	struct bureau *bureau = *state;
	json_t *content;

	bureau_open(bureau, TICKED);
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
		CASE_TEST(everything_missing_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
