/* SPDX-License-Identifier: Apache-2.0 */
/* Cases through the real desk: the life of one, who may what, what two clerks see, what stays secret. */
#include "tests/unit/desk/office.h"

#include "signaling/directory/calendar.h"

#include <string.h>

#define PERSON "11010519491231002X"
#define APPLICANT \
	"{\"kind\":\"person\",\"name\":\"张三丰\",\"document\":\"id_card\",\"number\":\"" PERSON \
	"\",\"phone\":\"13812345678\",\"address\":\"某路一号\"}"
#define TICKED \
	"\"conditions\":[1,2,3,4],\"materials\":[" \
	"{\"number\":1,\"ticked\":true,\"medium\":\"paper\",\"copies\":1}," \
	"{\"number\":2,\"ticked\":true,\"medium\":\"electronic\",\"copies\":1}," \
	"{\"number\":3,\"ticked\":false,\"medium\":\"none\",\"copies\":0}]"

struct bureau {
	struct office *office;
	char *clerk, *home, *stranger, *auditor, *supervisor, *admin, *expert;
	uint64_t clerk_line, home_line;
	char *id; /* of the case opened last */
	int64_t revision;
};

static int set_up(void **state)
{
	struct bureau *bureau = g_new0(struct bureau, 1);
	struct office *office = office_create();

	bureau->office = office;
	bureau->clerk = office_sign_in(office, "clerk1");
	bureau->home = office_sign_in(office, "home1");
	bureau->stranger = office_sign_in(office, "home3");
	bureau->auditor = office_sign_in(office, "auditor1");
	bureau->supervisor = office_sign_in(office, "supervisor1");
	bureau->admin = office_sign_in(office, "admin1");
	bureau->expert = office_sign_in(office, "expert1");
	bureau->clerk_line = office_connect(office, bureau->clerk);
	bureau->home_line = office_connect(office, bureau->home);
	json_decref(office_do(office, bureau->clerk_line, "window.take",
		"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
	*state = bureau;
	return 0;
}

static int tear_down(void **state)
{
	struct bureau *bureau = *state;

	office_destroy(bureau->office);
	g_free(bureau->clerk);
	g_free(bureau->home);
	g_free(bureau->stranger);
	g_free(bureau->auditor);
	g_free(bureau->supervisor);
	g_free(bureau->admin);
	g_free(bureau->expert);
	g_free(bureau->id);
	g_free(bureau);
	return 0;
}

/* --- asking --------------------------------------------------------------------------------------- */

static struct office_answer *ask_case(
	struct bureau *bureau, enum fw_operation operation, const char *token, const char *members)
{
	g_autofree char *params = g_strdup_printf(
		"{\"case\":\"%s\"%s%s}", bureau->id, members[0] ? "," : "", members);

	return office_http(bureau->office, operation, token, params);
}

static const char *code_of(const struct office_answer *answer)
{
	assert_non_null(answer);
	return answer->status < 300 ? "ok" : text_at(answer->body, "error.code");
}

static void open_case(struct bureau *bureau, const char *more)
{
	g_autofree char *params = g_strdup_printf(
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"applicant\":" APPLICANT
		"%s%s}",
		more[0] ? "," : "", more);
	struct office_answer *answer =
		office_http(bureau->office, FW_OP_CASE_CREATE, bureau->clerk, params);

	assert_string_equal(code_of(answer), "ok");
	assert_int_equal(answer->status, 201);
	g_free(bureau->id);
	bureau->id = g_strdup(text_at(answer->body, "case"));
	bureau->revision = json_integer_value(at(answer->body, "revision"));
}

/* An action with the present revision; its code. */
static const char *act(
	struct bureau *bureau, const char *token, const char *action, const char *more)
{
	g_autofree char *members =
		g_strdup_printf("\"action\":\"%s\",\"revision\":%" G_GINT64_FORMAT "%s%s", action,
			bureau->revision, more[0] ? "," : "", more);
	struct office_answer *answer = ask_case(bureau, FW_OP_CASE_ACT, token, members);

	if (answer && answer->status == 200) {
		bureau->revision = json_integer_value(at(answer->body, "revision"));
		return text_at(answer->body, "state");
	}
	return code_of(answer);
}

static const json_t *get(struct bureau *bureau, const char *token)
{
	struct office_answer *answer = ask_case(bureau, FW_OP_CASE, token, "");

	assert_string_equal(code_of(answer), "ok");
	return answer->body;
}

static bool offers(const json_t *page, const char *action)
{
	const json_t *actions = at(page, "actions");

	for (size_t i = 0; i < json_array_size(actions); i++) {
		if (strcmp(json_string_value(json_array_get(actions, i)), action) == 0) {
			return true;
		}
	}
	return false;
}

static int64_t count(struct bureau *bureau, const char *sql)
{
	int64_t number = 0;

	assert_int_equal(fw_db_query_int(bureau->office->db, sql, FW_DB_NO_VALUES, &number), 0);
	return number;
}

static int64_t rows_of(struct bureau *bureau, const char *token, const char *question)
{
	int status = 0;
	json_t *body = office_read(bureau->office, FW_OP_CASES, token, question, &status);
	int64_t total = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return total;
}

/* --- its life ------------------------------------------------------------------------------------- */

static void from_opening_to_issue(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	open_case(bureau, "\"project\":\"新建厂房\"");
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "incomplete");
	bureau->revision = 1;
	page = get(bureau, bureau->clerk);
	assert_true(json_is_true(at(page, "editable")));
	assert_string_equal(text_at(page, "applicant.name"), "张三丰");
	assert_string_equal(text_at(page, "applicant.number"), "110105********002X");
	assert_string_equal(text_at(page, "applicant.phone"), "138****5678");
	{
		struct office_answer *answer =
			ask_case(bureau, FW_OP_CASE_EDIT, bureau->clerk, "\"revision\":1," TICKED);

		assert_string_equal(code_of(answer), "ok");
		bureau->revision = json_integer_value(at(answer->body, "revision"));
	}
	assert_string_equal(act(bureau, bureau->clerk, "submit", ""), "wrong_state");
	assert_string_equal(act(bureau, bureau->home, "send", ""), "forbidden");
	assert_string_equal(act(bureau, bureau->clerk, "send", "\"opinion\":\"同意\""), "sent");
	page = get(bureau, bureau->home);
	assert_true(offers(page, "accept"));
	assert_false(offers(page, "post"));
	assert_true(json_is_integer(at(page, "answer_by_us")));
	assert_true(json_is_integer(at(page, "post_by_us"))); /* one material is paper */
	assert_string_equal(act(bureau, bureau->clerk, "post", "\"tracking\":\"EMS1\""), "sent");
	assert_string_equal(act(bureau, bureau->home, "accept", ""), "accepted");
	assert_string_equal(act(bureau, bureau->home, "decide", ""), "malformed");
	assert_string_equal(
		act(bureau, bureau->home, "decide", "\"result\":\"granted\""), "decided");
	assert_string_equal(
		act(bureau, bureau->clerk, "issue", "\"method\":\"proxy\""), "malformed");
	assert_string_equal(act(bureau, bureau->clerk, "issue",
				    "\"method\":\"person\",\"receiver\":{\"name\":\"张三丰\","
				    "\"document\":\"id_card\",\"number\":\"110105194912310020\"}"),
		"bad_number");
	assert_string_equal(act(bureau, bureau->clerk, "issue",
				    "\"method\":\"person\",\"receiver\":{\"name\":\"张三丰\","
				    "\"document\":\"id_card\",\"number\":\"" PERSON "\"}"),
		"issued");
	page = get(bureau, bureau->clerk);
	assert_string_equal(text_at(page, "issues.0.receiver.number"), "110105********002X");
	assert_string_equal(text_at(page, "steps.2.opinion"), "同意");
	assert_int_equal(json_array_size(at(page, "steps")), 7);
	assert_string_equal(act(bureau, bureau->home, "accept", ""), "wrong_state");
}

static void a_supplement_is_asked_once(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	open_case(bureau, TICKED);
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(
		act(bureau, bureau->home, "supplement", "\"opinion\":\"补正\""), "malformed");
	assert_string_equal(act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":9,"
				    "\"demand\":\"x\"}]"),
		"malformed");
	assert_string_equal(act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":2,"
				    "\"demand\":\"补盖竣工图章\"}]"),
		"supplement");
	page = get(bureau, bureau->clerk);
	assert_string_equal(text_at(page, "materials.1.demand"), "补盖竣工图章");
	assert_true(json_is_false(at(page, "materials.1.ticked")));
	assert_string_equal(act(bureau, bureau->clerk, "tell", "\"days\":5"), "told");
	assert_string_equal(
		act(bureau, bureau->clerk, "not_supplemented", "\"opinion\":\"逾期\""), "not_due");
	assert_string_equal(act(bureau, bureau->clerk, "supplemented", ""), "incomplete");
	{
		g_autofree char *members = g_strdup_printf(
			"\"revision\":%" G_GINT64_FORMAT
			",\"materials\":[{\"number\":2,\"ticked\":true,\"medium\":\"electronic\","
			"\"copies\":1}]",
			bureau->revision);
		struct office_answer *answer =
			ask_case(bureau, FW_OP_CASE_EDIT, bureau->clerk, members);

		assert_string_equal(code_of(answer), "ok");
		bureau->revision = json_integer_value(at(answer->body, "revision"));
	}
	assert_string_equal(act(bureau, bureau->clerk, "supplemented", ""), "sent");
	assert_false(offers(get(bureau, bureau->home), "supplement"));
	assert_string_equal(act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"再补\",\"materials\":[{\"number\":1,"
				    "\"demand\":\"y\"}]"),
		"already_asked");
	assert_string_equal(act(bureau, bureau->home, "refuse", ""), "malformed");
	assert_string_equal(act(bureau, bureau->home, "refuse", "\"opinion\":\"不符\""), "refused");
	assert_int_equal(count(bureau, "SELECT faulty FROM service_case"), 1);
}

static void who_does_not_come_is_closed(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;

	open_case(bureau, TICKED);
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":2,"
				    "\"demand\":\"x\"}]"),
		"supplement");
	assert_string_equal(act(bureau, bureau->clerk, "tell", "\"days\":1"), "told");
	page = get(bureau, bureau->clerk);
	bureau->office->now_us = json_integer_value(at(page, "supplement_by_us"));
	g_free(bureau->clerk); /* days later: signed in anew */
	bureau->clerk = office_sign_in(bureau->office, "clerk1");
	assert_string_equal(act(bureau, bureau->clerk, "not_supplemented", "\"opinion\":\"逾期\""),
		"not_supplemented");
}

static void online_cases_are_looked_at_first(void **state)
{
	struct bureau *bureau = *state;

	open_case(bureau, "\"origin\":\"online\"," TICKED);
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "wrong_state");
	assert_string_equal(act(bureau, bureau->clerk, "submit", ""), "prereview");
	assert_string_equal(
		act(bureau, bureau->home, "pass", "\"handler\":\"clerk2\""), "forbidden");
	assert_string_equal(act(bureau, bureau->home, "pass", "\"handler\":\"home2\""), "sent");
	assert_int_equal(rows_of(bureau, bureau->home, "{\"list\":\"todo\"}"), 0);
	assert_string_equal(act(bureau, bureau->home, "forward", "\"handler\":\"home1\""), "sent");
	assert_int_equal(rows_of(bureau, bureau->home, "{\"list\":\"todo\"}"), 1);
}

/* --- copies, lists -------------------------------------------------------------------------------- */

static void lists_of_the_manual(void **state)
{
	struct bureau *bureau = *state;

	open_case(bureau, "\"project\":\"新建厂房\"," TICKED);
	assert_int_equal(rows_of(bureau, bureau->clerk, "{\"list\":\"todo\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"list\":\"todo\"}"), 0);
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "sent");
	assert_int_equal(rows_of(bureau, bureau->clerk, "{\"list\":\"todo\"}"), 0);
	assert_int_equal(rows_of(bureau, bureau->clerk, "{\"list\":\"done\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"list\":\"todo\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->stranger, "{\"list\":\"all\"}"), 1); /* the city */
	assert_int_equal(rows_of(bureau, bureau->home, "{\"applicant\":\"张三丰\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"applicant\":\"" PERSON "\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"applicant\":\"张三\"}"), 0);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"project\":\"厂房\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"item\":\"防雷\",\"state\":\"sent\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"state\":\"issued\"}"), 0);
	assert_string_equal(
		act(bureau, bureau->home, "copy", "\"accounts\":[\"supervisor1\"]"), "sent");
	assert_int_equal(rows_of(bureau, bureau->supervisor, "{\"list\":\"to_read\"}"), 1);
	assert_string_equal(act(bureau, bureau->supervisor, "read", "\"opinion\":\"已阅\""), "sent");
	assert_string_equal(
		act(bureau, bureau->supervisor, "read", "\"opinion\":\"已阅\""), "wrong_state");
	assert_int_equal(rows_of(bureau, bureau->supervisor, "{\"list\":\"to_read\"}"), 0);
	assert_int_equal(rows_of(bureau, bureau->supervisor, "{\"list\":\"read\"}"), 1);
}

/* --- verdicts ------------------------------------------------------------------------------------- */

static void verdicts_are_kept_and_told(void **state)
{
	struct bureau *bureau = *state;
	const json_t *page;
	json_t *event;

	open_case(bureau, TICKED);
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "sent");
	json_decref(office_do(
		bureau->office, bureau->clerk_line, "case.watch", "{\"case\":\"%s\"}", bureau->id));
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"wanting\"")),
		"malformed");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"wanting\",\"review_point\":2,"
				    "\"note\":\"缺竣工章\"")),
		"ok");
	event = office_event(bureau->office, bureau->clerk_line, "case.changed");
	assert_string_equal(text_at(event, "action"), "verdict");
	assert_int_equal(json_integer_value(at(event, "material")), 2);
	json_decref(event);
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"conforms\"")),
		"ok");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":3,\"verdict\":\"tolerated\",\"days\":5")),
		"ok");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->stranger,
				    "\"material\":7,\"verdict\":\"conforms\"")),
		"malformed");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->auditor,
				    "\"material\":2,\"verdict\":\"conforms\"")),
		"forbidden");
	page = get(bureau, bureau->clerk);
	assert_int_equal(json_array_size(at(page, "verdicts")), 3);
	assert_string_equal(text_at(page, "verdicts.0.note"), "缺竣工章");
	assert_true(json_is_integer(at(page, "verdicts.2.tolerated_until_us")));
	assert_string_equal(
		code_of(ask_case(bureau, FW_OP_CASE_IDENTITY, bureau->home, "\"result\":\"same\"")),
		"ok");
}

static void a_verdict_in_a_call_has_its_second(void **state)
{
	struct bureau *bureau = *state;
	struct office *office = bureau->office;
	const json_t *page;
	g_autofree char *call = NULL, *members = NULL;
	json_t *result;

	open_case(bureau, TICKED);
	json_decref(office_do(office, bureau->home_line, "window.take",
		"{\"window\":\"441523-01-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
	result = office_do(office, bureau->clerk_line, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"case\":\"%s\","
		"\"citizen_informed\":true}",
		text_at(get(bureau, bureau->clerk), "serial"));
	call = g_strdup(text_at(result, "call.id"));
	json_decref(result);
	json_decref(office_do(office, bureau->home_line, "call.answer", "{\"call\":\"%s\"}", call));
	office_recorder(office, FW_RECORDER_OPENED,
		g_array_index(office->recorder_commands, struct fw_recorder_command, 0).call);
	office->now_us += 7 * S;
	members = g_strdup_printf("\"material\":1,\"verdict\":\"conforms\",\"call\":\"%s\"", call);
	assert_string_equal(
		code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->home, members)), "ok");
	page = get(bureau, bureau->clerk);
	assert_string_equal(text_at(page, "verdicts.0.call"), call);
	assert_int_equal(json_integer_value(at(page, "verdicts.0.recording_us")), 7 * S);
	assert_int_equal(
		count(bureau, "SELECT COUNT(*) FROM call_marker WHERE kind = 'verdict'"), 1);
	/* A call about something else is no evidence. */
	open_case(bureau, TICKED);
	assert_string_equal(
		code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->home, members)), "malformed");
}

/* --- two clerks, serials, secrets ------------------------------------------------------------------- */

static void the_later_one_is_told(void **state)
{
	struct bureau *bureau = *state;
	struct office_answer *answer;

	open_case(bureau, TICKED);
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_EDIT, bureau->clerk,
				    "\"revision\":1,\"project\":\"甲\"")),
		"ok");
	answer = ask_case(
		bureau, FW_OP_CASE_EDIT, bureau->clerk, "\"revision\":1,\"project\":\"乙\"");
	assert_string_equal(code_of(answer), "changed");
	assert_int_equal(json_integer_value(at(answer->body, "error.revision")), 2);
	assert_string_equal(text_at(answer->body, "error.changes.0.action"), "edited");
	assert_string_equal(text_at(answer->body, "error.changes.0.account"), "clerk1");
	assert_string_equal(text_at(get(bureau, bureau->clerk), "project"), "甲");
}

static void serials_never_repeat(void **state)
{
	struct bureau *bureau = *state;
	g_autofree char *first = NULL;

	open_case(bureau, "");
	first = g_strdup(text_at(get(bureau, bureau->clerk), "serial"));
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
	open_case(bureau, "");
	assert_string_not_equal(first, text_at(get(bureau, bureau->clerk), "serial"));
	assert_int_equal(count(bureau, "SELECT COUNT(DISTINCT serial) FROM service_case"), 2);
}

static void people_stay_secret(void **state)
{
	struct bureau *bureau = *state;
	struct office *office = bureau->office;
	g_autofree char *path = NULL, *bytes = NULL;
	struct office_answer *answer;
	gsize size;

	open_case(bureau, "\"form\":{\"建筑面积\":\"一百平方\"}," TICKED);
	assert_string_equal(act(bureau, bureau->clerk, "send", "\"opinion\":\"机密意见\""), "sent");
	(void)get(bureau, bureau->home);
	answer = ask_case(bureau, FW_OP_CASE_UNMASK, bureau->supervisor, "");
	assert_string_equal(code_of(answer), "forbidden");
	assert_int_equal(
		count(bureau, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.unmasked'"), 0);
	answer = ask_case(bureau, FW_OP_CASE_UNMASK, bureau->home, "");
	assert_string_equal(text_at(answer->body, "applicant.number"), PERSON);
	assert_int_equal(
		count(bureau, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.unmasked'"), 1);
	assert_int_equal(
		count(bureau, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.viewed'"), 1);
	assert_int_equal(rows_of(bureau, bureau->home, "{\"applicant\":\"张三丰\"}"), 1);
	fw_desk_destroy(office->desk);
	fw_db_close(office->db);
	path = g_build_filename(office->folder, "office.db", NULL);
	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	assert_null(memmem(bytes, size, "张三丰", strlen("张三丰")));
	assert_null(memmem(bytes, size, PERSON, strlen(PERSON)));
	assert_null(memmem(bytes, size, "13812345678", 11));
	assert_null(memmem(bytes, size, "机密意见", strlen("机密意见")));
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
		assert_string_equal(code_of(office_http(bureau->office, FW_OP_CASE_CREATE,
					    bureau->clerk, bad[i].params)),
			bad[i].code);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
		assert_string_equal(code_of(office_http(bureau->office, FW_OP_CASE_CREATE,
					    tokens[i], bad[0].params)),
			"forbidden");
	}
	assert_int_equal(count(bureau, "SELECT COUNT(*) FROM service_case"), 0);
	open_case(bureau, "");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE, bureau->admin, "")), "forbidden");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE, bureau->auditor, "")), "ok");
	assert_string_equal(
		code_of(ask_case(bureau, FW_OP_CASE_EDIT, bureau->home, "")), "forbidden");
}

static void figures_of_article_31(void **state)
{
	struct bureau *bureau = *state;
	int status = 0;
	json_t *body;

	open_case(bureau, TICKED);
	bureau->office->now_us += 600 * S;
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "sent");
	bureau->office->now_us += 1200 * S;
	assert_string_equal(act(bureau, bureau->home, "accept", ""), "accepted");
	assert_string_equal(
		act(bureau, bureau->home, "decide", "\"result\":\"granted\""), "decided");
	open_case(bureau, "\"drill\":true," TICKED);
	open_case(bureau, TICKED);
	assert_string_equal(act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(act(bureau, bureau->home, "refuse", "\"opinion\":\"不符\""), "refused");
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
	assert_int_equal(rows_of(bureau, bureau->supervisor,
				 "{\"figure\":\"opened\",\"hall\":\"441521-01\","
				 "\"item\":\"fanglei-jungong\"}"),
		2);
	assert_int_equal(rows_of(bureau, bureau->supervisor, "{\"figure\":\"decided\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->supervisor, "{\"figure\":\"refused\"}"), 1);
	assert_int_equal(rows_of(bureau, bureau->supervisor, "{\"figure\":\"returned\"}"), 0);
	assert_int_equal(
		rows_of(bureau, bureau->supervisor, "{\"figure\":\"sent\",\"from_month\":202701}"),
		0);
	(void)office_read(
		bureau->office, FW_OP_CASES, bureau->clerk, "{\"figure\":\"sent\"}", &status);
	assert_int_equal(status, 403);
	(void)office_read(bureau->office, FW_OP_CASE_FIGURES, bureau->clerk, "{}", &status);
	assert_int_equal(status, 403);
}

static void a_message_goes_through_the_outbox(void **state)
{
	struct bureau *bureau = *state;

	open_case(bureau, TICKED);
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"phone\":\"13812345678\",\"text\":\"您的办件已收件\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398f\"")),
		"ok");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_SMS, bureau->clerk,
				    "\"phone\":\"x\",\"text\":\"t\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398f\"")),
		"malformed");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_SMS, bureau->auditor,
				    "\"phone\":\"13812345678\",\"text\":\"t\","
				    "\"key\":\"017f22e2-79b0-7000-98c4-dc0c0c07398f\"")),
		"forbidden");
	assert_int_equal(count(bureau, "SELECT COUNT(*) FROM sms WHERE subject_kind = 'case'"), 1);
}

static const char *notice(struct bureau *bureau, const char *token, const char *kind)
{
	g_autofree char *members = g_strdup_printf("\"kind\":\"%s\"", kind);

	return code_of(ask_case(bureau, FW_OP_CASE_NOTICE, token, members));
}

/* What the reader is handed to make the sheet of. json_decref. */
static json_t *sheet(struct bureau *bureau, const char *token, size_t number)
{
	const json_t *page = get(bureau, bureau->clerk);
	g_autofree char *members = g_strdup_printf("\"notice\":\"%s\"",
		json_string_value(
			json_object_get(json_array_get(at(page, "notices"), number), "id")));
	const struct fw_desk_output *output;

	g_ptr_array_set_size(bureau->office->reads, 0);
	assert_null(ask_case(bureau, FW_OP_CASE_NOTICE_SHEET, token, members));
	output = g_ptr_array_index(bureau->office->reads, 0);
	assert_int_equal(output->kind, FW_OUT_BLOB);
	return json_loads(output->blob.paper, 0, NULL);
}

static void everything_missing_is_said_once(void **state)
{
	struct bureau *bureau = *state;
	json_t *content;

	open_case(bureau, TICKED);
	assert_string_equal(notice(bureau, bureau->clerk, "one_time"), "wrong_state");
	assert_string_equal(notice(bureau, bureau->clerk, "accepted"), "wrong_state");
	assert_string_equal(notice(bureau, bureau->clerk, "nothing"), "malformed");
	assert_string_equal(notice(bureau, bureau->auditor, "posting"), "forbidden");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->clerk,
				    "\"material\":2,\"verdict\":\"wanting\",\"review_point\":2,"
				    "\"note\":\"看不清\"")),
		"ok");
	assert_string_equal(code_of(ask_case(bureau, FW_OP_CASE_VERDICT, bureau->clerk,
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
	assert_int_equal(count(bureau, "SELECT COUNT(DISTINCT number) FROM case_notice"), 2);
	assert_string_equal(notice(bureau, bureau->clerk, "posting"), "ok"); /* one is paper */
}

#define CASE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE_TEST(from_opening_to_issue),
		CASE_TEST(a_supplement_is_asked_once),
		CASE_TEST(who_does_not_come_is_closed),
		CASE_TEST(online_cases_are_looked_at_first),
		CASE_TEST(lists_of_the_manual),
		CASE_TEST(verdicts_are_kept_and_told),
		CASE_TEST(a_verdict_in_a_call_has_its_second),
		CASE_TEST(the_later_one_is_told),
		CASE_TEST(serials_never_repeat),
		CASE_TEST(people_stay_secret),
		CASE_TEST(who_may_and_what_is_checked),
		CASE_TEST(figures_of_article_31),
		CASE_TEST(a_message_goes_through_the_outbox),
		CASE_TEST(everything_missing_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
