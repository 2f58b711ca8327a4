/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From packets to files through all the parts: recorder, journal, jobs, farwindow-finalise, blob
 * store. The first argument is the path of farwindow-finalise.
 */
#include "tests/unit/testing.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/mailbox.h"
#include "recorder/recording.h"
#include "signaling/jobs.h"
#include "tests/support/talker.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define OTHER     "017f22e2-79b0-7000-98c4-dc0c0c073990"
#define CALL      7
#define S         FW_US_PER_S
#define WAIT_MS   30000

enum event {
	EVENT_RECORDER,
	EVENT_JOB,
};

static const char *program;
static const uint8_t key[FW_AEAD_KEY_BYTES] = {5};

struct fixture {
	char *folder, *journals, *blobs;
	struct fw_mailbox *events;
	struct fw_recorder *recorder;
	struct fw_jobs *jobs;
	bool in_batch;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->journals = g_build_filename(fixture->folder, "journals", NULL);
	fixture->blobs = g_build_filename(fixture->folder, "blobs", NULL);
	*state = fixture;
	return 0;
}

static void start(struct fixture *fixture)
{
	const struct fw_recorder_config recorder = {.journal_dir = fixture->journals, .workers = 1};
	const struct fw_jobs_config jobs = {.finalise_program = program,
		.journal_dir = fixture->journals,
		.blob_dir = fixture->blobs};

	assert_int_equal(fw_mailbox_create(NULL, &fixture->events), 0);
	assert_int_equal(
		fw_recorder_create(&recorder, fixture->events, EVENT_RECORDER, &fixture->recorder),
		0);
	assert_int_equal(fw_jobs_create(&jobs, fixture->events, EVENT_JOB, &fixture->jobs), 0);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_jobs_destroy(fixture->jobs);
	fw_recorder_destroy(fixture->recorder);
	fw_mailbox_destroy(fixture->events);
	testing_remove_folder(fixture->folder);
	g_free(fixture->journals);
	g_free(fixture->blobs);
	g_free(fixture);
	return 0;
}

static struct fw_message next_message(struct fixture *fixture)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(fixture->events), .events = POLLIN};
	struct fw_message message;

	if (!fixture->in_batch || !fw_mailbox_next(fixture->events, &message)) {
		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		assert_true(fw_mailbox_take(fixture->events) > 0);
		fixture->in_batch = true;
		assert_true(fw_mailbox_next(fixture->events, &message));
	}
	return message;
}

static void expect_recorder(struct fixture *fixture, enum fw_recorder_event_kind kind)
{
	struct fw_message message = next_message(fixture);

	assert_int_equal(message.type, EVENT_RECORDER);
	assert_int_equal(((const struct fw_recorder_event *)message.body)->kind, kind);
}

static json_t *expect_result(struct fixture *fixture)
{
	struct fw_message message = next_message(fixture);
	struct fw_job_event event;
	json_t *result;

	assert_int_equal(message.type, EVENT_JOB);
	assert_int_equal(fw_job_event_read(&message, &event), 0);
	assert_int_equal(event.kind, FW_JOB_DONE);
	result = json_loads(event.result, 0, NULL);
	assert_non_null(result);
	g_free(event.result);
	return result;
}

static void post_open(struct fw_recorder *recorder, const char *recording, int64_t started_us)
{
	struct fw_recorder_command command = {
		.kind = FW_RECORDER_OPEN, .call = CALL, .open = {.started_us = started_us}};

	memcpy(command.open.recording, recording, FW_ID_SIZE);
	memcpy(command.open.call_id, recording, FW_ID_SIZE);
	memcpy(command.open.key, key, sizeof(key));
	assert_int_equal(fw_recorder_post(recorder, &command), 0);
}

static void post_job(
	struct fixture *fixture, enum fw_job_command_kind kind, const char *recording, bool follow)
{
	struct fw_job_command command = {.kind = kind, .job = 1, .start = {.follow = follow}};

	memcpy(command.start.recording, recording, FW_ID_SIZE);
	memcpy(command.start.key, key, sizeof(key));
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), 0);
}

/* A talker's packet through the sink, as a media worker would hand it over. */
static void sink(void *user, const struct fw_record *record)
{
	const struct fw_sink_packet packet = {.call = CALL,
		.participant = record->participant,
		.track = record->track,
		.arrival_us = record->at_us,
		.rtp = record->packet.bytes,
		.rtp_bytes = record->packet.size};
	const struct fw_sink_sender_report report = {.call = CALL,
		.participant = record->participant,
		.track = record->track,
		.arrival_us = record->at_us,
		.ssrc = record->sender_report.ssrc,
		.ntp = record->sender_report.ntp,
		.rtp_time = record->sender_report.rtp_time};

	if (record->kind == FW_RECORD_PACKET) {
		fw_recorder_sink()->packet(user, 0, &packet);
	} else {
		fw_recorder_sink()->sender_report(user, 0, &report);
	}
}

static int64_t number(const json_t *object, const char *name)
{
	assert_true(json_is_integer(json_object_get(object, name)));
	return json_integer_value(json_object_get(object, name));
}

static void check_verified(struct fixture *fixture, const char *recording, const json_t *result)
{
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	const char *sha256 = json_string_value(json_object_get(result, "manifest_sha256"));
	json_t *report = NULL;

	assert_true(json_is_true(json_object_get(result, "accounted")));
	assert_int_equal(fw_blob_store_open(fixture->blobs, &store), 0);
	assert_int_equal(fw_recording_verify(store, recording, key, sha256, &report), 0);
	assert_true(json_is_true(json_object_get(report, "ok")));
	json_decref(report);
}

/* A minute's call in fast motion, finalised while it runs. */
static void call_becomes_files_while_it_runs(void **state)
{
	struct fixture *fixture = *state;
	const struct fw_recorder_command close = {
		.kind = FW_RECORDER_CLOSE, .call = CALL, .close = {.at_us = 60 * S}};
	struct talker talkers[2];
	json_t *result;
	int64_t closed_us;

	start(fixture);
	post_open(fixture->recorder, RECORDING, 0);
	expect_recorder(fixture, FW_RECORDER_OPENED);
	post_job(fixture, FW_JOB_START, RECORDING, true);
	for (uint32_t i = 0; i < 2; i++) {
		talker_init(&talkers[i], i + 1, 0, i, sink, fixture->recorder);
		talkers[i].tracks[FW_TRACK_DOCUMENT].on = true;
	}
	for (int64_t at_us = 0; at_us < 60 * S; at_us += S) {
		talker_run(&talkers[0], at_us, at_us + S);
		talker_run(&talkers[1], at_us, at_us + S);
		g_usleep(20000); /* the ring holds seconds, not minutes */
	}
	assert_int_equal(fw_recorder_post(fixture->recorder, &close), 0);
	closed_us = fw_clock_monotonic_us();
	expect_recorder(fixture, FW_RECORDER_CLOSED);
	post_job(fixture, FW_JOB_FINISH, RECORDING, true);
	result = expect_result(fixture);
	print_message(
		"ready after %d ms\n", (int)((fw_clock_monotonic_us() - closed_us) / FW_US_PER_MS));
	assert_string_equal(json_string_value(json_object_get(result, "state")), "complete");
	assert_int_equal(json_array_size(json_object_get(result, "sources")), 4);
	assert_in_range(number(result, "duration_us"), 598 * S / 10, 602 * S / 10);
	check_verified(fixture, RECORDING, result);
	json_decref(result);
	talker_fini(&talkers[0]);
	talker_fini(&talkers[1]);
}

/* What the server does in the kill test: records a call in real time until it is killed. */
static void record_until_killed(struct fixture *fixture, const char *recording, int ready)
{
	int64_t at_us = fw_clock_wall_us();
	struct talker talker;

	start(fixture);
	post_open(fixture->recorder, recording, at_us);
	talker_init(&talker, 1, at_us, 1, sink, fixture->recorder);
	talker.delay_us = 0;
	talker.jitter_us = 0;
	(void)!write(ready, "", 1);
	for (;;) {
		int64_t now_us = fw_clock_wall_us();

		talker_run(&talker, at_us, now_us);
		at_us = now_us;
		g_usleep(10000);
	}
}

static void kill_costs_less_than_a_second(void **state)
{
	struct fixture *fixture = *state;
	int64_t killed_us;
	int ready[2];
	char byte;
	json_t *result;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		record_until_killed(fixture, OTHER, ready[1]);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	g_usleep((gulong)(1500000 + g_random_int_range(0, 1500000)));
	assert_int_equal(kill(child, SIGKILL), 0);
	killed_us = fw_clock_wall_us();
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)close(ready[0]);
	(void)close(ready[1]);

	start(fixture);
	post_job(fixture, FW_JOB_START, OTHER, false);
	result = expect_result(fixture);
	assert_string_equal(json_string_value(json_object_get(result, "state")), "interrupted");
	print_message(
		"lost %d ms\n", (int)((killed_us - number(result, "ended_us")) / FW_US_PER_MS));
	assert_in_range(killed_us - number(result, "ended_us"), 0, S);
	assert_in_range(number(result, "duration_us") + 200000 -
			(number(result, "ended_us") - number(result, "started_us")),
		0, 400000);
	check_verified(fixture, OTHER, result);
	json_decref(result);
}

static void missing_journal_is_an_exit_status(void **state)
{
	struct fixture *fixture = *state;
	struct fw_message message;
	struct fw_job_event event;

	start(fixture);
	post_job(fixture, FW_JOB_START, OTHER, false);
	message = next_message(fixture);
	assert_int_equal(fw_job_event_read(&message, &event), 0);
	assert_int_equal(event.failure, FW_JOB_FAILURE_EXIT);
	assert_int_equal(event.code, 8); /* farwindow-finalise: there is no journal */
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		/* First: it forks while there are no threads. */
		cmocka_unit_test_setup_teardown(kill_costs_less_than_a_second, set_up, tear_down),
		cmocka_unit_test_setup_teardown(call_becomes_files_while_it_runs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_journal_is_an_exit_status, set_up, tear_down),
	};

	if (argc != 2) {
		return 2;
	}
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
