/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk makes of its recorder and of the finaliser's job. */
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

static void fails_and_recovers(struct office *office, const struct talk *talk,
	enum fw_recorder_reason reason, const char *code, const char *word)
{
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};
	json_t *data;

	input.recorder.kind = FW_RECORDER_FAILED;
	input.recorder.call = talk->handle;
	input.recorder.failed.reason = reason;
	g_array_append_val(office->inputs, input);
	office_step(office);
	data = office_event(office, talk->responder, "notice");
	assert_string_equal(text_at(data, "code"), code);
	json_decref(data);
	data = office_last(office, talk->requester, "call.state");
	assert_string_equal(text_at(data, "call.recording.state"), "failed");
	assert_string_equal(text_at(data, "call.recording.reason"), word);
	json_decref(data);
	office_recorder(office, FW_RECORDER_RECOVERED, talk->handle);
	data = office_last(office, talk->requester, "call.state");
	assert_string_equal(text_at(data, "call.recording.state"), "recording");
	json_decref(data);
	data = office_event(office, talk->responder, "notice");
	assert_string_equal(text_at(data, "code"), "recording_resumed");
	json_decref(data);
}

static void test_recording_fails_and_recovers(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	fails_and_recovers(office, &talk, FW_RECORDER_REASON_DISK_FULL, "disk_full", "disk_full");
	fails_and_recovers(office, &talk, FW_RECORDER_REASON_DISK_SLOW, "disk_slow", "disk_slow");
	fails_and_recovers(office, &talk, FW_RECORDER_REASON_ERROR, "recording_failed", "error");
	g_free(talk.call);
}

/* The finaliser ended with that status (docs/RECORDING.md 4). */
static void exit_job(struct office *office, int status)
{
	const struct fw_job_command *start =
		&g_array_index(office->job_commands, struct fw_job_command, 0);
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	input.job.kind = FW_JOB_FAILED;
	input.job.job = start->job;
	input.job.failure = FW_JOB_FAILURE_EXIT;
	input.job.code = status;
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

static void test_finaliser(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	const struct fw_job_command *command;

	command = &g_array_index(office->job_commands, struct fw_job_command, 0);
	assert_int_equal(command->kind, FW_JOB_START);
	assert_true(command->start.follow);
	talk_say(office, talk.requester, "call.hangup", talk.call);
	expect_recording(office, talk.call, "finalising");
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	command = &g_array_index(office->job_commands, struct fw_job_command, 1);
	assert_int_equal(command->kind, FW_JOB_FINISH);
	office_job(office, FW_JOB_FAILED, NULL);
	assert_int_equal(office->job_commands->len, 2);
	office_wait(office, 6 * S);
	assert_int_equal(office->job_commands->len, 3); /* once more */
	command = &g_array_index(office->job_commands, struct fw_job_command, 2);
	assert_false(command->start.follow);
	office_job(office, FW_JOB_DONE, OFFICE_FINALISED);
	expect_recording(office, talk.call, "ready");
	g_free(talk.call);
}

static void test_finaliser_is_parked(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	talk_say(office, talk.requester, "call.hangup", talk.call);
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	for (int i = 0; i < 6; i++) {
		office_job(office, i % 2 ? FW_JOB_DONE : FW_JOB_FAILED, "{}");
		office_wait(office, 3600 * S);
	}
	expect_recording(office, talk.call, "failed");
	office_restart(office);
	assert_int_equal(office->job_commands->len, 0);
	g_free(talk.call);
}

/* Hours of a full disk during the call are no reason to give its recording up. */
static void test_finaliser_fails_while_it_follows(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	for (int i = 0; i < 9; i++) {
		exit_job(office, 7);
		office_wait(office, 1801 * S);
	}
	expect_recording(office, talk.call, "recording");
	exit_job(office, 7); /* and waits half an hour */
	talk_say(office, talk.requester, "call.hangup", talk.call);
	expect_recording(office, talk.call, "finalising");
	g_array_set_size(office->job_commands, 1);
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	office_wait(office, S);
	assert_int_equal(office->job_commands->len, 2); /* at once */
	for (int i = 0; i < 5; i++) {
		exit_job(office, 7);
		expect_recording(office, talk.call, "finalising");
		office_wait(office, 1801 * S);
	}
	exit_job(office, 7);
	expect_recording(office, talk.call, "failed");
	g_free(talk.call);
}

static void test_recording_that_never_began(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	office_recorder(office, FW_RECORDER_FAILED, talk.handle);
	talk_say(office, talk.requester, "call.hangup", talk.call);
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	exit_job(office, 8);
	expect_recording(office, talk.call, "failed");
	g_free(talk.call);
}

static void test_parked_recording_is_tried_again(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);
	g_autofree char *auditor = office_sign_in(office, "auditor1");
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", talk.call);

	talk_say(office, talk.requester, "call.hangup", talk.call);
	assert_int_equal(
		office_http(office, FW_OP_RECORDING_FINALISE, auditor, params)->status, 409);
	office_recorder(office, FW_RECORDER_CLOSED, talk.handle);
	for (int i = 0; i < 6; i++) {
		exit_job(office, 7);
		office_wait(office, 1801 * S);
	}
	expect_recording(office, talk.call, "failed");
	office_restart(office);
	assert_int_equal(
		office_http(office, FW_OP_RECORDING_FINALISE, auditor, params)->status, 200);
	expect_recording(office, talk.call, "finalising");
	assert_int_equal(office->job_commands->len, 1);
	/* Running: a second press changes nothing. */
	assert_int_equal(
		office_http(office, FW_OP_RECORDING_FINALISE, auditor, params)->status, 409);
	exit_job(office, 7);
	assert_int_equal(
		office_http(office, FW_OP_RECORDING_FINALISE, auditor, params)->status, 200);
	office_job(office, FW_JOB_DONE, OFFICE_FINALISED);
	expect_recording(office, talk.call, "ready");
	assert_int_equal(
		office_http(office, FW_OP_RECORDING_FINALISE, auditor, params)->status, 409);
	g_free(talk.call);
}

static void test_finaliser_after_restart(void **state)
{
	struct office *office = *state;
	struct talk talk = talk_begin(office);

	talk_say(office, talk.requester, "call.hangup", talk.call);
	office_restart(office);
	assert_int_equal(office->job_commands->len, 1);
	office_job(office, FW_JOB_DONE, OFFICE_FINALISED);
	expect_recording(office, talk.call, "ready");
	g_free(talk.call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_recording_fails_and_recovers),
		TEST(test_finaliser),
		TEST(test_finaliser_is_parked),
		TEST(test_finaliser_after_restart),
		TEST(test_finaliser_fails_while_it_follows),
		TEST(test_recording_that_never_began),
		TEST(test_parked_recording_is_tried_again),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
