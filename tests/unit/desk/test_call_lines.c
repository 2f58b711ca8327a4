/* SPDX-License-Identifier: Apache-2.0 */
/* Calls whose lines are lost and come back: the window's socket, its media, the server itself. */
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

static void test_rung_window_vanishes(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	g_autofree char *token = office_sign_in(office, "home1");
	uint64_t home = office_connect(office, token), back;
	g_autofree char *call = NULL;
	json_t *result;

	result = office_do(office, home, "window.take",
		"{\"window\":\"441523-01-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}");
	assert_true(json_is_null(at(result, "call")));
	json_decref(result);
	call = office_call(office, clerk);
	office_hang(office, home);
	back = office_connect(office, token);
	result = office_do(office, back, "window.take",
		"{\"window\":\"441523-01-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}");
	assert_string_equal(text_at(result, "call.state"), "ringing");
	json_decref(result);
	result = office_event(office, back, "call.incoming");
	assert_non_null(result);
	json_decref(result);
	talk_say(office, back, "call.answer", call);
	json_decref(office_do(office, back, "window.release", "{}"));
	talk_expect_state(office, clerk, "ended", "in");
}

static void test_rung_window_released(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);

	json_decref(office_do(office, home, "window.release", "{}"));
	talk_expect_state(office, clerk, "unanswered", "in");
}

static void expect_line(
	struct office *office, uint64_t connection, int participant, const char *line)
{
	g_autofree char *path = g_strdup_printf("call.participants.%d.connection", participant - 1);
	json_t *data = office_last(office, connection, "call.state");

	assert_non_null(data);
	assert_string_equal(text_at(data, path), line);
	json_decref(data);
}

static void test_reload_in_call(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	g_autofree char *token = NULL;
	uint64_t back;
	json_t *result;

	office_hang(office, talk.requester);
	expect_line(office, talk.responder, 1, "lost");
	office->now_us += 20 * S;
	token = office_sign_in(office, "clerk1"); /* even a new sign-in finds the call */
	back = office_connect(office, token);
	result = office_do(office, back, "window.take",
		"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"],"
		"\"connection\":\"c999\"}");
	assert_string_equal(text_at(result, "call.id"), talk.call);
	assert_string_equal(text_at(result, "presence"), "busy");
	json_decref(result);
	result = office_event(office, back, "rtc.offer");
	assert_int_equal(json_integer_value(at(result, "down.0.participant")), 2);
	json_decref(result);
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office));
	expect_line(office, talk.responder, 1, "up");
	g_free(talk.call);
}

static void test_living_connection_stays(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	unsigned opened = talk_count_media(office, FW_MEDIA_PEER_OPEN);
	json_t *offer = office_last(office, talk.requester, "rtc.offer");
	g_autofree char *connection = g_strdup(text_at(offer, "connection"));
	g_autofree char *token = NULL;
	uint64_t back;

	json_decref(offer);
	office_hang(office, talk.requester);
	token = office_sign_in(office, "clerk1");
	back = office_connect(office, token);
	json_decref(office_do(office, back, "window.take",
		"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"],"
		"\"connection\":\"%s\"}",
		connection));
	assert_int_equal(talk_count_media(office, FW_MEDIA_PEER_OPEN), opened);
	expect_line(office, talk.responder, 1, "up");
	g_free(talk.call);
}

static void test_no_return(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	office_hang(office, talk.responder);
	office_wait(office, 59 * S);
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_CLOSE), 0);
	office_wait(office, 2 * S);
	talk_expect_state(office, talk.requester, "interrupted", "in");
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_CLOSE), 1);
	g_free(talk.call);
}

static void test_media_silent(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	office_media(office, FW_MEDIA_PEER_SILENT, talk.peers[1]);
	expect_line(office, talk.requester, 2, "lost");
	office_media(office, FW_MEDIA_PEER_BACK, talk.peers[1]);
	expect_line(office, talk.requester, 2, "up");
	office_forget_events(office, talk.responder);
	office_media(office, FW_MEDIA_PEER_LOST, talk.peers[1]);
	json_decref(office_event(office, talk.responder, "rtc.closed"));
	json_decref(office_event(office, talk.responder, "rtc.offer"));
	expect_line(office, talk.requester, 2, "lost");
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office));
	expect_line(office, talk.requester, 2, "up");
	g_free(talk.call);
}

static void test_restart(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	g_autofree char *ringing = NULL;
	uint64_t clerk2 = office_sit(office, "clerk2", "441521-01-4");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	uint64_t clerk, home;
	json_t *data;
	int64_t number;

	ringing = office_call(office, clerk2);
	(void)home2;
	office_restart(office);
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_OPEN), 1);
	assert_int_equal(
		g_array_index(office->recorder_commands, struct fw_recorder_command, 0).open.segment,
		2);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT 1 FROM call WHERE id = ?1 AND state = 'interrupted'"
				 " AND end_reason = 'server_restart'",
				 FW_DB_VALUES(fw_db_text(ringing)), &number),
		0);
	clerk = office_sit(office, "clerk1", "441521-01-3");
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office));
	home = office_sit(office, "home1", "441523-01-1");
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office));
	data = office_last(office, clerk, "call.state");
	assert_string_equal(text_at(data, "call.participants.1.connection"), "up");
	json_decref(data);
	talk_say(office, home, "call.hangup", talk.call);
	talk_expect_state(office, clerk, "ended", "in");
	g_free(talk.call);
}

static void test_restart_nobody_returns(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	int64_t number;

	office_restart(office);
	office_wait(office, 61 * S);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT 1 FROM call WHERE id = ?1 AND state = 'interrupted'",
				 FW_DB_VALUES(fw_db_text(talk.call)), &number),
		0);
	assert_int_equal(talk_count_recorder(office, FW_RECORDER_CLOSE), 1);
	g_free(talk.call);
}

static void test_negotiation(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	json_t *offer = office_last(office, talk.requester, "rtc.offer");
	g_autofree char *connection = g_strdup(text_at(offer, "connection"));
	json_t *next;

	json_decref(offer);
	office_refused(office, talk.requester, "bad_sdp", "rtc.answer",
		"{\"call\":\"%s\",\"connection\":\"%s\",\"revision\":1,\"sdp\":\"nonsense\"}",
		talk.call, connection);
	office_refused(office, talk.requester, "stale", "rtc.answer",
		"{\"call\":\"%s\",\"connection\":\"%s\",\"revision\":2,\"sdp\":\"nonsense\"}",
		talk.call, connection);
	office_refused(office, talk.requester, "stale", "rtc.restart",
		"{\"call\":\"%s\",\"connection\":\"c0\"}", talk.call);
	/* An offer is out: the restart waits for its answer, and a second one is too soon. */
	json_decref(office_do(office, talk.requester, "rtc.restart",
		"{\"call\":\"%s\",\"connection\":\"%s\"}", talk.call, connection));
	office_refused(office, talk.requester, "too_many", "rtc.restart",
		"{\"call\":\"%s\",\"connection\":\"%s\"}", talk.call, connection);
	assert_null(office_event(office, talk.requester, "rtc.offer"));
	json_decref(office_do(office, talk.requester, "rtc.reopen", "{\"call\":\"%s\"}", talk.call));
	next = office_event(office, talk.requester, "rtc.closed");
	assert_string_equal(text_at(next, "connection"), connection);
	json_decref(next);
	next = office_event(office, talk.requester, "rtc.offer");
	assert_string_not_equal(text_at(next, "connection"), connection);
	json_decref(next);
	office_refused(office, talk.requester, "stale", "rtc.answer",
		"{\"call\":\"%s\",\"connection\":\"%s\",\"revision\":1,\"sdp\":\"nonsense\"}",
		talk.call, connection);
	g_free(talk.call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_rung_window_vanishes),
		TEST(test_rung_window_released),
		TEST(test_reload_in_call),
		TEST(test_living_connection_stays),
		TEST(test_no_return),
		TEST(test_media_silent),
		TEST(test_restart),
		TEST(test_restart_nobody_returns),
		TEST(test_negotiation),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
