/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office.h"

#include <gst/gst.h>
#include <string.h>

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

/* The last call.state of a connection has this state and own part. */
static void expect_state(
	struct office *office, uint64_t connection, const char *state, const char *own_part)
{
	json_t *data = office_last(office, connection, "call.state");

	assert_non_null(data);
	assert_string_equal(text_at(data, "call.state"), state);
	assert_string_equal(text_at(data, "call.own_part"), own_part);
	json_decref(data);
}

static unsigned count_media(const struct office *office, enum fw_media_command_kind kind)
{
	unsigned count = 0;

	for (guint i = 0; i < office->media_commands->len; i++) {
		count += g_array_index(office->media_commands, struct fw_media_command, i).kind ==
			kind;
	}
	return count;
}

static unsigned count_recorder(const struct office *office, enum fw_recorder_command_kind kind)
{
	unsigned count = 0;

	for (guint i = 0; i < office->recorder_commands->len; i++) {
		count +=
			g_array_index(office->recorder_commands, struct fw_recorder_command, i).kind ==
			kind;
	}
	return count;
}

static void say(struct office *office, uint64_t connection, const char *method, const char *call)
{
	json_decref(office_do(office, connection, method, "{\"call\":\"%s\"}", call));
}

/* Two windows in an answered call, both peers up, recorded. */
struct talk {
	uint64_t requester, responder;
	char *call;
	uint64_t peers[2], handle;
};

static struct talk begin_talk(struct office *office)
{
	struct talk talk = {
		.requester = office_sit(office, "clerk1", "441521-01-3"),
		.responder = office_sit(office, "home1", "441523-01-1"),
	};
	const struct fw_recorder_command *open;

	talk.call = office_call(office, talk.requester);
	talk.peers[1] = office_last_peer(office);
	talk.peers[0] = talk.peers[1] - 1;
	office_media(office, FW_MEDIA_PEER_UP, talk.peers[0]);
	office_media(office, FW_MEDIA_PEER_UP, talk.peers[1]);
	say(office, talk.responder, "call.answer", talk.call);
	open = &g_array_index(office->recorder_commands, struct fw_recorder_command, 0);
	assert_int_equal(open->kind, FW_RECORDER_OPEN);
	talk.handle = open->call;
	office_recorder(office, FW_RECORDER_OPENED, talk.handle);
	return talk;
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
	assert_int_equal(count_media(office, FW_MEDIA_PEER_OPEN), 2);
	assert_int_equal(count_media(office, FW_MEDIA_PEER_GATE), 0);
	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"tone\"}", call));
	office->now_us += 9 * S;
	say(office, home, "call.answer", call);
	expect_state(office, clerk, "answered", "in");
	assert_int_equal(count_media(office, FW_MEDIA_PEER_GATE), 2);
	assert_int_equal(count_recorder(office, FW_RECORDER_OPEN), 1);
	assert_int_equal(office->job_commands->len, 1);
	office->now_us += 60 * S;
	say(office, clerk, "call.hangup", call);
	expect_state(office, home, "ended", "in");
	assert_int_equal(count_media(office, FW_MEDIA_PEER_CLOSE), 2);
	assert_int_equal(count_recorder(office, FW_RECORDER_CLOSE), 1);
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
	expect_state(office, home1, "answered", "withdrawn");
	json_decref(office_event(office, home1, "rtc.closed"));
	reply = office_last(office, home1, "presence.changed");
	assert_string_equal(text_at(reply, "presence"), "ready");
	json_decref(reply);
	expect_state(office, clerk, "answered", "in");
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
	expect_state(office, clerk, "unanswered", "in");
	expect_state(office, home, "unanswered", "withdrawn");
	office_refused(office, home, "wrong_state", "call.answer", "{\"call\":\"%s\"}", call);
	assert_int_equal(count_recorder(office, FW_RECORDER_OPEN), 0);
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
	expect_state(office, home1, "ringing", "refused");
	json_decref(office_do(office, home2, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"other\",\"text\":\"停电\"}", call));
	expect_state(office, clerk, "refused", "in");
	again = office_call(office, clerk);
	office_refused(office, home1, "wrong_state", "call.cancel", "{\"call\":\"%s\"}", again);
	say(office, clerk, "call.cancel", again);
	expect_state(office, home1, "cancelled", "withdrawn");
	expect_state(office, home2, "cancelled", "withdrawn");
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
	say(office, clerk, "call.cancel", call);
	/* Its own window is never rung for it. */
	office_refused(office, home2, "no_window_ready", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"window\":\"441523-01-2\","
		"\"citizen_informed\":true}");
}

/* --- lines lost and back -------------------------------------------------------------------------- */

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
	say(office, back, "call.answer", call);
	json_decref(office_do(office, back, "window.release", "{}"));
	expect_state(office, clerk, "ended", "in");
}

static void test_rung_window_released(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);

	json_decref(office_do(office, home, "window.release", "{}"));
	expect_state(office, clerk, "unanswered", "in");
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
	struct talk talk = begin_talk(office);
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
	struct talk talk = begin_talk(office);
	unsigned opened = count_media(office, FW_MEDIA_PEER_OPEN);
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
	assert_int_equal(count_media(office, FW_MEDIA_PEER_OPEN), opened);
	expect_line(office, talk.responder, 1, "up");
	g_free(talk.call);
}

static void test_no_return(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);

	office_hang(office, talk.responder);
	office_wait(office, 59 * S);
	assert_int_equal(count_recorder(office, FW_RECORDER_CLOSE), 0);
	office_wait(office, 2 * S);
	expect_state(office, talk.requester, "interrupted", "in");
	assert_int_equal(count_recorder(office, FW_RECORDER_CLOSE), 1);
	g_free(talk.call);
}

static void test_media_silent(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);

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
	struct talk talk = begin_talk(office);
	g_autofree char *ringing = NULL;
	uint64_t clerk2 = office_sit(office, "clerk2", "441521-01-4");
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");
	uint64_t clerk, home;
	json_t *data;
	int64_t number;

	ringing = office_call(office, clerk2);
	(void)home2;
	office_restart(office);
	assert_int_equal(count_recorder(office, FW_RECORDER_OPEN), 1);
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
	say(office, home, "call.hangup", talk.call);
	expect_state(office, clerk, "ended", "in");
	g_free(talk.call);
}

static void test_restart_nobody_returns(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);
	int64_t number;

	office_restart(office);
	office_wait(office, 61 * S);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT 1 FROM call WHERE id = ?1 AND state = 'interrupted'",
				 FW_DB_VALUES(fw_db_text(talk.call)), &number),
		0);
	assert_int_equal(count_recorder(office, FW_RECORDER_CLOSE), 1);
	g_free(talk.call);
}

/* --- in the call ---------------------------------------------------------------------------------- */

static void test_chat(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);
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

static void test_recording_fails_and_recovers(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};
	json_t *data;

	input.recorder.kind = FW_RECORDER_FAILED;
	input.recorder.call = talk.handle;
	input.recorder.failed.reason = FW_RECORDER_REASON_DISK_FULL;
	g_array_append_val(office->inputs, input);
	office_step(office);
	data = office_event(office, talk.responder, "notice");
	assert_string_equal(text_at(data, "code"), "disk_full");
	json_decref(data);
	data = office_last(office, talk.requester, "call.state");
	assert_string_equal(text_at(data, "call.recording.state"), "failed");
	assert_string_equal(text_at(data, "call.recording.reason"), "disk_full");
	json_decref(data);
	office_recorder(office, FW_RECORDER_RECOVERED, talk.handle);
	data = office_last(office, talk.requester, "call.state");
	assert_string_equal(text_at(data, "call.recording.state"), "recording");
	json_decref(data);
	g_free(talk.call);
}

static void finish_job(struct office *office, enum fw_job_event_kind kind, const char *result)
{
	const struct fw_job_command *start =
		&g_array_index(office->job_commands, struct fw_job_command, 0);
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	input.job.kind = kind;
	input.job.job = start->job;
	input.job.failure = kind == FW_JOB_DONE ? FW_JOB_FAILURE_NONE : FW_JOB_FAILURE_SIGNAL;
	input.job.result = g_strdup(result);
	g_array_append_val(office->inputs, input);
	office_step(office);
}

static void expect_recording(struct office *office, const char *call, const char *state)
{
	int64_t one = 0;

	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT 1 FROM recording WHERE call = ?1 AND state = ?2",
				 FW_DB_VALUES(fw_db_text(call), fw_db_text(state)), &one),
		0);
}

#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define RESULT \
	"{\"state\":\"complete\",\"duration_us\":5000000,\"bytes\":120,\"sources\":[" \
	"{\"id\":\"1-person-1\",\"file\":\"1-person-1.webm\",\"bytes\":100,\"sha256\":\"" SHA \
	"\"}]," \
	"\"manifest_sha256\":\"" SHA "\",\"manifest_bytes\":20}"

static void test_finaliser(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);
	const struct fw_job_command *command;

	command = &g_array_index(office->job_commands, struct fw_job_command, 0);
	assert_int_equal(command->kind, FW_JOB_START);
	assert_true(command->start.follow);
	say(office, talk.requester, "call.hangup", talk.call);
	expect_recording(office, talk.call, "finalising");
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	command = &g_array_index(office->job_commands, struct fw_job_command, 1);
	assert_int_equal(command->kind, FW_JOB_FINISH);
	finish_job(office, FW_JOB_FAILED, NULL);
	assert_int_equal(office->job_commands->len, 2);
	office_wait(office, 6 * S);
	assert_int_equal(office->job_commands->len, 3); /* once more */
	command = &g_array_index(office->job_commands, struct fw_job_command, 2);
	assert_false(command->start.follow);
	finish_job(office, FW_JOB_DONE, RESULT);
	expect_recording(office, talk.call, "ready");
	g_free(talk.call);
}

static void test_finaliser_is_parked(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);

	say(office, talk.requester, "call.hangup", talk.call);
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	for (int i = 0; i < 6; i++) {
		finish_job(office, i % 2 ? FW_JOB_DONE : FW_JOB_FAILED, "{}");
		office_wait(office, 3600 * S);
	}
	expect_recording(office, talk.call, "failed");
	office_restart(office);
	assert_int_equal(office->job_commands->len, 0);
	g_free(talk.call);
}

static void test_finaliser_after_restart(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);

	say(office, talk.requester, "call.hangup", talk.call);
	office_restart(office);
	assert_int_equal(office->job_commands->len, 1);
	finish_job(office, FW_JOB_DONE, RESULT);
	expect_recording(office, talk.call, "ready");
	g_free(talk.call);
}

static void test_negotiation(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);
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

static void test_quality_and_stats(void **state)
{
	struct office *office = *state;
	struct talk talk = begin_talk(office);
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
	expect_state(office, clerk, "answered", "in");
	say(office, home, "call.hangup", call);
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
		TEST(test_rung_window_vanishes),
		TEST(test_rung_window_released),
		TEST(test_reload_in_call),
		TEST(test_living_connection_stays),
		TEST(test_no_return),
		TEST(test_media_silent),
		TEST(test_restart),
		TEST(test_restart_nobody_returns),
		TEST(test_chat),
		TEST(test_recording_fails_and_recovers),
		TEST(test_finaliser),
		TEST(test_finaliser_is_parked),
		TEST(test_finaliser_after_restart),
		TEST(test_negotiation),
		TEST(test_quality_and_stats),
		TEST(test_failing_database),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
