/* SPDX-License-Identifier: Apache-2.0 */
/* Rehearsals: like any call, marked, and counted nowhere. */
#include "tests/unit/desk/talk.h"

#include <gst/gst.h>

static int set_up(void **state)
{
	*state = office_create();
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

static int64_t calls_listed(struct office *office, const char *token, const char *query)
{
	int status = 0;
	json_t *body = office_read(office, FW_OP_CALLS, token, query, &status);
	int64_t total = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return total;
}

static void test_drill(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	const struct fw_recorder_command *open;
	g_autofree char *token = NULL, *call = NULL;
	json_t *result = office_do(office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"drill\":true}");
	int status = 0;

	call = g_strdup(text_at(result, "call.id"));
	assert_true(json_is_true(at(result, "call.drill")));
	json_decref(result);
	result = office_event(office, home, "call.incoming");
	assert_true(json_is_true(at(result, "call.drill")));
	json_decref(result);
	talk_say(office, home, "call.answer", call);
	open = &g_array_index(office->recorder_commands, struct fw_recorder_command, 0);
	assert_int_equal(open->kind, FW_RECORDER_OPEN);
	assert_true(open->open.drill);
	talk_say(office, home, "call.hangup", call);
	g_free(office_call(office, clerk));
	token = office_sign_in(office, "home1");
	assert_int_equal(calls_listed(office, token, "{}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"only\"}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"all\"}"), 2);
	json_decref(office_read(office, FW_OP_CALLS, token, "{\"drill\":\"some\"}", &status));
	assert_int_equal(status, 400);
	result = office_read(office, FW_OP_TODAY, token, "{}", &status);
	assert_int_equal(json_integer_value(at(result, "answered")), 0);
	json_decref(result);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM call_marker WHERE kind = 'drill'"), 1);
	assert_int_equal(office_count(office,
				 "SELECT COUNT(*) FROM attempt WHERE drill = 1 AND countable = 1"),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_drill),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
