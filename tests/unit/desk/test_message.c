/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "base/limits.h"
#include "signaling/desk/message.h"

#include <string.h>

static enum fw_code parse(const char *text, struct fw_client_message *ret_message)
{
	return fw_client_message_parse(text, strlen(text), ret_message);
}

static void expect(const char *text, enum fw_code code, int64_t id)
{
	struct fw_client_message message;

	assert_int_equal(parse(text, &message), code);
	assert_int_equal(message.id, id);
	fw_client_message_clear(&message);
}

#define REQUEST(method, params) \
	"{\"type\":\"request\",\"id\":7,\"method\":\"" method "\",\"params\":" params "}"

static void test_envelope(void **state)
{
	(void)state;
	expect("", FW_CODE_MALFORMED, 0);
	expect("[]", FW_CODE_MALFORMED, 0);
	expect("{\"type\":\"request\"", FW_CODE_MALFORMED, 0);
	expect("{\"type\":\"request\",\"id\":0,\"method\":\"window.release\"}", FW_CODE_MALFORMED,
		0);
	expect("{\"type\":\"request\",\"id\":1.5,\"method\":\"window.release\"}", FW_CODE_MALFORMED,
		0);
	expect("{\"type\":\"request\",\"id\":9007199254740992,\"method\":\"window.release\"}",
		FW_CODE_MALFORMED, 0);
	expect("{\"type\":\"event\",\"id\":7,\"method\":\"window.release\"}", FW_CODE_MALFORMED, 7);
	expect("{\"type\":\"request\",\"id\":7,\"method\":7}", FW_CODE_MALFORMED, 7);
	expect("{\"type\":\"request\",\"id\":7,\"id\":8,\"method\":\"window.release\"}",
		FW_CODE_MALFORMED, 0);
	expect("{\"type\":\"request\",\"id\":7,\"method\":\"window.release\"} x", FW_CODE_MALFORMED,
		0);
	expect("{\"type\":\"request\",\"id\":7,\"method\":\"window.release\"}", FW_CODE_OK, 7);
	expect(REQUEST("window.release", "[]"), FW_CODE_MALFORMED, 7);
	expect(REQUEST("window.burn", "{}"), FW_CODE_UNKNOWN_METHOD, 7);
	expect(REQUEST("window.release", "{\"later\":\"field\"}"), FW_CODE_OK, 7);
}

static void test_depth_and_size(void **state)
{
	g_autofree char *deep = g_strnfill(40, '[');
	g_autofree char *text = g_strdup_printf("{\"type\":\"request\",\"id\":7,\"x\":%s", deep);
	g_autofree char *large = g_strnfill(FW_MESSAGE_MAX_BYTES + 1, ' ');

	(void)state;
	expect(text, FW_CODE_MALFORMED, 0);
	expect(large, FW_CODE_TOO_LARGE, 0);
}

static void test_fields(void **state)
{
	(void)state;
	expect(REQUEST("call.cancel", "{}"), FW_CODE_MALFORMED, 7);
	expect(REQUEST("call.cancel", "{\"call\":7}"), FW_CODE_MALFORMED, 7);
	expect(REQUEST("call.cancel", "{\"call\":\"a b\"}"), FW_CODE_MALFORMED, 7);
	expect(REQUEST("call.cancel", "{\"call\":\"x\"}"), FW_CODE_OK, 7);
	expect(REQUEST("presence.set", "{\"state\":\"busy\"}"), FW_CODE_MALFORMED, 7);
	expect(REQUEST("presence.set", "{\"state\":\"away\",\"reason\":\"\"}"), FW_CODE_OK, 7);
	expect(REQUEST("presence.set", "{\"state\":\"away\",\"text\":\"a\\u0007\"}"),
		FW_CODE_MALFORMED, 7);
	expect(REQUEST("presence.set", "{\"state\":\"away\",\"reason\":\"tired\"}"),
		FW_CODE_MALFORMED, 7);
	expect(REQUEST("presence.set", "{\"state\":\"away\",\"until_us\":-1}"), FW_CODE_MALFORMED,
		7);
	expect(REQUEST("presence.set", "{\"state\":\"away\",\"reason\":null}"), FW_CODE_OK, 7);
	expect(REQUEST("call.request",
		       "{\"item\":\"i\",\"area\":\"1\",\"citizen_informed\":\"true\"}"),
		FW_CODE_MALFORMED, 7);
	expect(REQUEST("call.request", "{\"item\":\"i\",\"area\":\"1\",\"material\":0}"),
		FW_CODE_MALFORMED, 7);
	expect(REQUEST("call.request", "{\"item\":\"i\",\"area\":\"1\",\"material\":3.0}"),
		FW_CODE_MALFORMED, 7);
	expect(REQUEST("rtc.answer",
		       "{\"call\":\"x\",\"connection\":\"c1\",\"revision\":1,"
		       "\"sdp\":\"\"}"),
		FW_CODE_MALFORMED, 7);
	expect(REQUEST("devices.report", "{\"devices\":{\"face\":\"ok\"}}"), FW_CODE_MALFORMED, 7);
	expect(REQUEST("stats.report",
		       "{\"call\":\"x\",\"connection\":\"c1\",\"up\":[],"
		       "\"down\":{}}"),
		FW_CODE_MALFORMED, 7);
}

static void test_reading(void **state)
{
	struct fw_client_message message;
	g_autofree char *stats = NULL;

	(void)state;
	assert_int_equal(parse(REQUEST("media.set",
				       "{\"call\":\"x\",\"audio\":\"on\",\"face\":\"muted\","
				       "\"document\":\"lost\",\"face_label\":\"\"}"),
				 &message),
		FW_CODE_OK);
	assert_int_equal(message.method, FW_METHOD_MEDIA_SET);
	assert_int_equal(fw_client_message_choice(&message, "face"), 1);
	assert_int_equal(fw_client_message_choice(&message, "document"), 3);
	assert_null(fw_client_message_text(&message, "face_label"));
	assert_null(fw_client_message_text(&message, "document_label"));
	fw_client_message_clear(&message);
	assert_int_equal(parse(REQUEST("stats.report",
				       "{\"call\":\"x\",\"connection\":\"c1\",\"up\":{\"a\":1},"
				       "\"down\":{}}"),
				 &message),
		FW_CODE_OK);
	stats = fw_client_message_stats(&message);
	assert_string_equal(stats, "{\"up\":{\"a\":1},\"down\":{}}");
	fw_client_message_clear(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_depth_and_size),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
