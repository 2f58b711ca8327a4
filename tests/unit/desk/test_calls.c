/* SPDX-License-Identifier: Apache-2.0 */
/* A call between two windows, from the request to its end, and what is said in it. */
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

/* --- the straight way ----------------------------------------------------------------------------- */

static void test_request_answer_hangup(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);
	json_t *data = office_event(office, home, "call.incoming");

	assert_string_equal(text_at(data, "call.id"), call);
	assert_string_equal(text_at(data, "call.state"), "ringing");
	assert_string_equal(text_at(data, "call.own_part"), "rung");
	assert_int_equal(json_integer_value(at(data, "ring_until_us")), office->now_us + 30 * S);
	json_decref(data);
	data = office_event(office, clerk, "rtc.offer");
	assert_true(json_is_null(at(data, "down.0.participant")));
	assert_string_equal(text_at(data, "up.document"), "ud");
	json_decref(data);
	data = office_event(office, home, "rtc.offer");
	assert_int_equal(json_integer_value(at(data, "down.0.participant")), 1);
	json_decref(data);
	assert_int_equal(talk_count_media(office, FW_MEDIA_PEER_OPEN), 2);
	assert_int_equal(talk_count_media(office, FW_MEDIA_PEER_GATE), 0);
	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	office->now_us += 9 * S;
	talk_say(office, home, "call.answer", call);
	talk_expect_state(office, clerk, "answered", "in");
	assert_int_equal(talk_count_media(office, FW_MEDIA_PEER_GATE), 2);
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_OPEN), 1);
	assert_int_equal(office->job_commands->len, 1);
	office->now_us += 60 * S;
	talk_say(office, clerk, "call.hangup", call);
	talk_expect_state(office, home, "ended", "in");
	assert_int_equal(talk_count_media(office, FW_MEDIA_PEER_CLOSE), 2);
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_CLOSE), 1);
	office_refused(office, home, "wrong_state", "call.hangup", "{\"call\":\"%s\"}", call);
}

static void test_first_answer_wins(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", "441523-01-1");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	g_autofree char *call = office_call(office, clerk);
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", call);
	int64_t first = office_queue(office, home2, "call.answer", params);
	int64_t second = office_queue(office, home1, "call.answer", params);
	json_t *reply;

	office_step(office); /* both in one batch */
	reply = office_reply(office, home2, first);
	assert_true(json_is_true(at(reply, "ok")));
	json_decref(reply);
	reply = office_reply(office, home1, second);
	assert_string_equal(text_at(reply, "error.code"), "wrong_state");
	json_decref(reply);
	talk_expect_state(office, home1, "answered", "withdrawn");
	json_decref(office_event(office, home1, "rtc.closed"));
	reply = office_last(office, home1, "presence.changed");
	assert_string_equal(text_at(reply, "presence"), "ready");
	json_decref(reply);
	talk_expect_state(office, clerk, "answered", "in");
}

static void test_unanswered(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);

	office_wait(office, 29 * S);
	office_refused(office, clerk, "own_window_busy", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}");
	office_wait(office, 1 * S);
	talk_expect_state(office, clerk, "unanswered", "in");
	talk_expect_state(office, home, "unanswered", "withdrawn");
	office_refused(office, home, "wrong_state", "call.answer", "{\"call\":\"%s\"}", call);
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_OPEN), 0);
}

static void test_refused_and_cancelled(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home1 = office_sit(office, "home1", "441523-01-1");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	g_autofree char *call = office_call(office, clerk);
	g_autofree char *again = NULL;

	office_refused(office, home1, "malformed", "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"other\"}", call);
	json_decref(office_do(office, home1, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", call));
	talk_expect_state(office, home1, "ringing", "refused");
	json_decref(office_do(office, home2, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"other\",\"text\":\"停电\"}", call));
	talk_expect_state(office, clerk, "refused", "in");
	again = office_call(office, clerk);
	office_refused(office, home1, "wrong_state", "call.cancel", "{\"call\":\"%s\"}", again);
	talk_say(office, clerk, "call.cancel", again);
	talk_expect_state(office, home1, "cancelled", "withdrawn");
	talk_expect_state(office, home2, "cancelled", "withdrawn");
}

static void test_request_is_checked(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	json_t *reply;

	office_refused(office, clerk, "citizen_not_informed", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}");
	office_refused(office, clerk, "not_found", "call.request",
		"{\"item\":\"nothing\",\"area\":\"441523\",\"citizen_informed\":true}");
	office_refused(office, clerk, "not_found", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"material\":99,"
		"\"citizen_informed\":true}");
	office_refused(office, clerk, "not_found", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"window\":\"441521-01-1\","
		"\"citizen_informed\":true}");
	office_forget_events(office, clerk);
	reply = office_do(office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}");
	assert_string_equal(text_at(reply, "call.state"), "unanswered");
	assert_string_equal(text_at(reply, "call.end.reason"), "nobody_there");
	json_decref(reply);
	reply = office_last(office, clerk, "presence.changed");
	assert_null(reply); /* it was never busy by that */
	reply = office_do(office, clerk, "directory.targets",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}");
	assert_int_equal(json_integer_value(at(reply, "windows")), 2);
	assert_int_equal(json_integer_value(at(reply, "ready")), 0);
	json_decref(reply);
	(void)office_sit(office, "home1", "441523-01-1");
	office_wait(office, 2 * S);
	reply = office_event(office, clerk, "directory.changed");
	assert_non_null(reply);
	json_decref(reply);
}

static void test_glare(void **state)
{
	struct office *office = *state;
	uint64_t home2 = office_sit(office, "home2", "441523-01-2"); /* both kinds */
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	g_autofree char *call = office_call(office, clerk);

	/* Being rung is being busy: the window cannot call anybody meanwhile. */
	office_refused(office, home2, "own_window_busy", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441581\",\"citizen_informed\":true}");
	talk_say(office, clerk, "call.cancel", call);
	/* Its own window is never rung for it. */
	office_refused(office, home2, "no_window_ready", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"window\":\"441523-01-2\","
		"\"citizen_informed\":true}");
}

/* --- in the call ---------------------------------------------------------------------------------- */

static void test_chat(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	json_t *first = office_do(office, talk.responder, "chat.send",
		"{\"call\":\"%s\",\"text\":\"请翻到第二页。\",\"key\":\"k1\"}", talk.call);
	json_t *repeat = office_do(office, talk.responder, "chat.send",
		"{\"call\":\"%s\",\"text\":\"请翻到第二页。\",\"key\":\"k1\"}", talk.call);
	json_t *data;

	assert_true(json_equal(first, repeat));
	data = office_event(office, talk.requester, "chat.message");
	assert_string_equal(text_at(data, "message.text"), "请翻到第二页。");
	json_decref(data);
	assert_null(office_event(office, talk.requester, "chat.message"));
	json_decref(office_do(office, talk.requester, "media.set",
		"{\"call\":\"%s\",\"audio\":\"muted\",\"face\":\"on\",\"document\":\"lost\"}",
		talk.call));
	data = office_last(office, talk.responder, "call.state");
	assert_string_equal(text_at(data, "call.participants.0.media.document"), "lost");
	assert_string_equal(text_at(data, "call.messages.0.text"), "请翻到第二页。");
	json_decref(data);
	json_decref(first);
	json_decref(repeat);
	g_free(talk.call);
}

static void test_quality_and_stats(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	struct fw_desk_input input = {.kind = FW_IN_MEDIA};
	json_t *data;

	input.media.kind = FW_MEDIA_QUALITY;
	input.media.peer = talk.peers[1];
	input.media.quality.rtt_ms = 85;
	input.media.quality.loss_up_permille = 25;
	g_array_append_val(office->inputs, input);
	office_step(office);
	office_wait(office, 2 * S);
	data = office_last(office, talk.requester, "call.quality");
	assert_string_equal(text_at(data, "participants.0.level"), "good");
	assert_string_equal(text_at(data, "participants.1.level"), "fair");
	assert_float_equal(json_number_value(at(data, "participants.1.loss_up_pct")), 2.5, 0.001);
	json_decref(data);
	json_decref(office_do(office, talk.requester, "stats.report",
		"{\"call\":\"%s\",\"connection\":\"c1\",\"up\":{},\"down\":{}}", talk.call));
	office_refused(office, talk.requester, "too_many", "stats.report",
		"{\"call\":\"%s\",\"connection\":\"c1\",\"up\":{},\"down\":{}}", talk.call);
	g_free(talk.call);
}

/* Every n-th database call fails once: nothing has happened, and the batch given again succeeds. */
static void test_failing_database(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = NULL, *params = NULL;
	unsigned failed = 0;
	int r = -1;

	call = office_call(office, clerk);
	params = g_strdup_printf("{\"call\":\"%s\"}", call);
	(void)office_queue(office, home, "call.answer", params);
	for (unsigned nth = 1; r < 0; nth++) {
		fw_db_fail_nth(office->db, nth, -5);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		failed += r < 0;
	}
	assert_true(failed > 5);
	talk_expect_state(office, clerk, "answered", "in");
	talk_say(office, home, "call.hangup", call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_request_answer_hangup),
		TEST(test_first_answer_wins),
		TEST(test_unanswered),
		TEST(test_refused_and_cancelled),
		TEST(test_request_is_checked),
		TEST(test_glare),
		TEST(test_chat),
		TEST(test_quality_and_stats),
		TEST(test_failing_database),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
