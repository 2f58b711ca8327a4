/* SPDX-License-Identifier: Apache-2.0 */
/* Templates, the request made of the rules, what an answer means, and the rules that are refused. */
#include "tests/unit/testing.h"

#include "signaling/sms/request.h"
#include "signaling/sms/sms_config.h"
#include "signaling/sms/template.h"
#include "signaling/sms/words.h"

#include <errno.h>
#include <string.h>

static const struct fw_config *parse(const char *lines)
{
	g_autofree char *text = g_strdup_printf("[sms]\n%s", lines);
	const struct fw_config *config = NULL;
	g_autofree char *error = NULL;

	assert_int_equal(fw_config_parse("f.conf", "/etc", text, strlen(text), &config, &error), 0);
	return config;
}

static struct fw_gateway_command command_of(enum fw_gateway_step step)
{
	struct fw_gateway_command command = {
		.sms = 7, .try = 2, .step = step, .at_us = INT64_C(1700000000123456)};

	g_strlcpy(command.key, "attempt/1#2", sizeof(command.key));
	g_strlcpy(command.phone, "13800138000", sizeof(command.phone));
	g_strlcpy(command.text, "他说\"请\"&\n快", sizeof(command.text));
	return command;
}

static void test_template(void **state)
{
	static const char *const names[] = {"text", "key", NULL};
	const struct fw_template_value values[] = {{"text", "a\"b\\"}, {"key", "k 1"}};
	g_autofree char *json = NULL, *uri = NULL, *problem = NULL;

	(void)state;
	assert_int_equal(fw_template_check("{\"t\":\"{text}\",{},{ key}{{key}", names, &problem), 0);
	assert_int_equal(fw_template_check("{text}{tex}", names, &problem), -EBADMSG);
	assert_string_equal(problem, "{tex} is not known here");
	json = fw_template_fill("{\"t\":\"{text}\"}{none}", values, 2, FW_TEMPLATE_JSON);
	assert_string_equal(json, "{\"t\":\"a\\\"b\\\\\"}");
	uri = fw_template_fill("?k={key}&{{key}}", values, 2, FW_TEMPLATE_URI);
	assert_string_equal(uri, "?k=k%201&{k%201}");
}

static void test_words(void **state)
{
	struct fw_sms_words words = {.window = "1号窗口",
		.hall = "大厅",
		.area = "陆河县",
		.item = "防雷",
		.requester = "3号",
		.at_us = INT64_C(1795312800000000)};
	g_autofree char *name = g_strnfill(300, 'x');
	g_autofree char *text =
		fw_sms_words_fill("{hall}{window}于{time}：{item}{requester}{area}", &words);
	g_autofree char *longest = NULL;

	(void)state;
	assert_string_equal(text, "大厅1号窗口于11月22日10:00：防雷3号陆河县");
	words.window = name;
	longest = fw_sms_words_fill("{window}", &words);
	assert_int_equal(strlen(longest), FW_SMS_VALUE_CHARS);
}

static void test_json_request(void **state)
{
	fw_cleanup(fw_config_free) const struct fw_config *config = parse(
		"gateway = http\nurl = https://g/send/{key}\nheaders = X-Key: {key}, X-At: {at}\n"
		"signature = hmac-sha256\n");
	struct fw_gateway_command command = command_of(FW_GATEWAY_SEND);
	struct fw_sms_request request;

	(void)state;
	fw_sms_request_make(&config->sms, "secret", &command, &request);
	assert_string_equal(request.url, "https://g/send/attempt%2F1%232");
	assert_string_equal(request.body,
		"{\"phone\":\"13800138000\",\"text\":\"他说\\\"请\\\"&\\n快\","
		"\"key\":\"attempt/1#2\"}");
	assert_string_equal(request.headers[0], "X-Key: attempt/1#2");
	assert_string_equal(request.headers[1], "X-At: 1700000000");
	assert_string_equal(request.headers[2], "Content-Type: application/json");
	/* Made with: printf '%s' "1700000000.$BODY" | openssl dgst -sha256 -hmac secret */
	assert_string_equal(request.headers[3],
		"X-Signature: "
		"e835d35c42ab246097cf455f779ff2558e70aabc2638e6ebaf25976283bbceaa");
	assert_null(request.headers[4]);
	fw_sms_request_clear(&request);
}

static void test_form_request_and_question(void **state)
{
	fw_cleanup(fw_config_free) const struct fw_config *config =
		parse("gateway = http\nurl = http://g/\nquery_url = http://g/q?k={key}\n"
		      "content_type = application/x-www-form-urlencoded\n"
		      "body = m={phone}&c={text}\n");
	struct fw_gateway_command command = command_of(FW_GATEWAY_SEND);
	struct fw_sms_request request;

	(void)state;
	fw_sms_request_make(&config->sms, NULL, &command, &request);
	assert_string_equal(
		request.body, "m=13800138000&c=%E4%BB%96%E8%AF%B4%22%E8%AF%B7%22%26%0A%E5%BF%AB");
	fw_sms_request_clear(&request);
	command.step = FW_GATEWAY_ASK;
	fw_sms_request_make(&config->sms, NULL, &command, &request);
	assert_string_equal(request.url, "http://g/q?k=attempt%2F1%232");
	assert_null(request.body);
	assert_null(request.headers[0]);
	fw_sms_request_clear(&request);
}

static void test_answers(void **state)
{
	enum {
		A = FW_GATEWAY_ACCEPTED,
		D = FW_GATEWAY_DELIVERED,
		R = FW_GATEWAY_REFUSED,
		L = FW_GATEWAY_LATER,
		U = FW_GATEWAY_UNCLEAR
	};
	static const struct {
		int status;
		bool sent;
		const char *body;
		int plain, keyed, asked; /* results: SEND, SEND with field and keys, ASK */
	} cases[] = {
		{0, false, NULL, L, L, U},
		{0, true, NULL, U, U, U},
		{200, true, "{\"code\":{\"word\":\"OK\"}}", A, A, U},
		{200, true, "{\"code\":{\"word\":\"NO\"}}", A, R, U},
		{202, true, "not JSON", A, U, U},
		{200, true, "{\"state\":\"accepted\"}", A, U, A},
		{200, true, "{\"state\":\"delivered\"}", A, U, D},
		{200, true, "{\"state\":\"failed\"}", A, U, R},
		{200, true, "{\"state\":\"unknown\"}", A, U, L},
		{200, true, "{\"state\":7}", A, U, U},
		{302, true, "", U, U, U},
		{400, true, "", R, R, U},
		{404, true, "", R, R, L},
		{408, true, "", U, U, U},
		{409, true, "", R, A, U},
		{429, true, "", L, L, U},
		{500, true, "", U, U, U},
		{503, true, "", U, U, U},
	};
	fw_cleanup(fw_config_free) const struct fw_config *plain = parse("gateway = http\n");
	fw_cleanup(fw_config_free) const struct fw_config *keyed =
		parse("idempotent = true\nresult_field = code.word\nresult_value = OK\n");
	struct fw_gateway_command send = command_of(FW_GATEWAY_SEND),
				  ask = command_of(FW_GATEWAY_ASK);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct fw_sms_answer answer = {
			.status = cases[i].status, .sent = cases[i].sent, .body = cases[i].body};
		struct fw_gateway_event event;

		fw_sms_answer_read(&plain->sms, &send, &answer, &event);
		assert_int_equal(event.result, cases[i].plain);
		assert_int_equal(event.sms, 7);
		assert_int_equal(event.try, 2);
		fw_sms_answer_read(&keyed->sms, &send, &answer, &event);
		assert_int_equal(event.result, cases[i].keyed);
		fw_sms_answer_read(&plain->sms, &ask, &answer, &event);
		assert_int_equal(event.result, cases[i].asked);
		assert_int_equal(event.step, FW_GATEWAY_ASK);
	}
}

static void assert_refused(const char *lines, const char *expected)
{
	fw_cleanup(fw_config_free) const struct fw_config *config = parse(lines);
	g_autofree char *problem = NULL;
	struct fw_sms_config sms;

	assert_int_equal(fw_sms_config_init(&sms, &config->sms, &problem), -EBADMSG);
	assert_string_equal(problem, expected);
}

static void test_refused_rules(void **state)
{
	(void)state;
	assert_refused("gateway = http\n", "sms.url: needed for gateway = http");
	assert_refused("gateway = http\nurl = ftp://g\n", "sms.url: neither https:// nor http://");
	assert_refused("gateway = http\nurl = http://g/{phone}\n",
		"sms.url: {phone} is not known here"); /* no numbers in addresses */
	assert_refused("gateway = http\nurl = http://g/\nquery_url = http://g/q\n",
		"sms.query_url: has no {key}");
	assert_refused("gateway = http\nurl = http://g/\nheaders = nonsense\n",
		"sms.headers: written Name: value");
	assert_refused("gateway = http\nurl = http://g/\nheaders = X: {phone}\n",
		"sms.headers: {phone} is not known here");
	assert_refused("gateway = http\nurl = http://g/\nbody = {tel}\n",
		"sms.body: {tel} is not known here");
	assert_refused("gateway = http\nurl = http://g/\nsignature = hmac-sha256\n",
		"sms.secret_file: given with signature = hmac-sha256, and only then");
	assert_refused("unanswered_text = {who}\n", "sms.unanswered_text: {who} is not known here");
}

static void test_defaults(void **state)
{
	fw_cleanup(fw_config_free) const struct fw_config *config = parse("gateway = file\n");
	g_autofree char *problem = NULL;
	struct fw_sms_config sms;

	(void)state;
	assert_int_equal(fw_sms_config_init(&sms, &config->sms, &problem), 0);
	assert_true(sms.desk.gateway && sms.desk.can_ask && !sms.desk.idempotent);
	assert_int_equal(sms.desk.quiet_from_min, 21 * 60);
	assert_int_equal(sms.desk.quiet_to_min, 8 * 60);
	assert_null(sms.desk.receipt_secret);
	fw_sms_config_fini(&sms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_json_request),
		cmocka_unit_test(test_form_request_and_question),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_refused_rules),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
