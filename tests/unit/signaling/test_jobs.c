/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mailbox.h"
#include "signaling/jobs.h"

#define EVENT_TYPE 9
#define WAIT_MS    10000
#define ID         "017f22e2-79b0-7000-98c4-dc0c0c07398"

/* A worker that does what the last digit of the recording's id says. */
static const char worker[] =
	"#!/bin/sh\n"
	"key=$(cat <&3)\n"
	"case \"$6\" in\n"
	"*1) printf '{\"key\":\"%s\",\"arguments\":\"%s\"}' \"$key\" \"$*\" ;;\n"
	"*2) exit 3 ;;\n"
	"*3) exec sleep 60 ;;\n"
	"*4) while read -r line; do :; done; printf '{\"ended\":true}' ;;\n"
	"*5) echo not json ;;\n"
	"*6) while :; do echo 0123456789012345678901234567890123456789; done ;;\n"
	"*7) kill -TERM $$ ;;\n"
	"*8) printf '{\"seen\":true}\\n'; printf '{\"made\":true}' ;;\n"
	"esac\n";

struct fixture {
	char *folder;
	char *program;
	struct fw_mailbox *events;
	struct fw_jobs *jobs;
	bool in_batch;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->program = g_build_filename(fixture->folder, "worker", NULL);
	assert_true(g_file_set_contents(fixture->program, worker, -1, NULL));
	assert_int_equal(chmod(fixture->program, 0700), 0);
	assert_int_equal(fw_mailbox_create(NULL, &fixture->events), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_jobs_destroy(fixture->jobs);
	fw_mailbox_destroy(fixture->events);
	g_free(fixture->program);
	testing_remove_folder(fixture->folder);
	g_free(fixture);
	return 0;
}

static void start(struct fixture *fixture, const char *program, unsigned max_running)
{
	const struct fw_jobs_config config = {.finalise_program = program,
		.pages_program = program,
		.pdf_program = program,
		.words_program = program,
		.max_papers = 1,
		.journal_dir = "/j",
		.blob_dir = "/b",
		.max_running = max_running};

	assert_int_equal(fw_jobs_create(&config, fixture->events, EVENT_TYPE, &fixture->jobs), 0);
}

static void post(struct fixture *fixture, uint64_t job, char digit, bool follow, uint32_t limit_s)
{
	struct fw_job_command command = {.kind = FW_JOB_START,
		.job = job,
		.start = {.follow = follow, .time_limit_s = limit_s}};

	(void)g_snprintf(command.start.recording, FW_ID_SIZE, ID "%c", digit);
	memset(command.start.key, 'k', sizeof(command.start.key));
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), 0);
}

static void post_kind(struct fixture *fixture, uint64_t job, enum fw_job_command_kind kind)
{
	const struct fw_job_command command = {.kind = kind, .job = job};

	assert_int_equal(fw_jobs_post(fixture->jobs, &command), 0);
}

static struct fw_job_event next_event(struct fixture *fixture)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(fixture->events), .events = POLLIN};
	struct fw_message message;
	struct fw_job_event event;

	if (!fixture->in_batch || !fw_mailbox_next(fixture->events, &message)) {
		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		assert_true(fw_mailbox_take(fixture->events) > 0);
		fixture->in_batch = true;
		assert_true(fw_mailbox_next(fixture->events, &message));
	}
	assert_int_equal(message.type, EVENT_TYPE);
	assert_int_equal(fw_job_event_read(&message, &event), 0);
	return event;
}

static void expect_failure(
	struct fixture *fixture, uint64_t job, enum fw_job_failure failure, int code)
{
	struct fw_job_event event = next_event(fixture);

	assert_int_equal(event.kind, FW_JOB_FAILED);
	assert_int_equal(event.job, job);
	assert_int_equal(event.failure, failure);
	assert_int_equal(event.code, code);
	assert_null(event.result);
}

static void expect_result(struct fixture *fixture, uint64_t job, const char *result)
{
	struct fw_job_event event = next_event(fixture);

	assert_int_equal(event.kind, FW_JOB_DONE);
	assert_int_equal(event.job, job);
	assert_string_equal(event.result, result);
	g_free(event.result);
}

static void result_and_key_come_and_go_by_descriptor(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 0);
	post(fixture, 1, '1', false, 0);
	expect_result(fixture, 1,
		"{\"key\":\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\",\"arguments\":"
		"\"--journals /j --blobs /b --recording " ID "1\"}");
}

#define CASE "017f22e2-79b0-7000-98c4-dc0c0c073980"
#define PAGE "017f22e2-79b0-7000-98c4-dc0c0c073990"

static void post_paper(struct fixture *fixture, uint64_t job, enum fw_job_kind kind, char digit)
{
	g_autofree char *list = g_strdup("aa,bb");
	struct fw_job_command command = {.kind = FW_JOB_START,
		.job = job,
		.start = {.kind = kind,
			.list = kind == FW_JOB_PDF ? list : NULL,
			.paper = {.case_id = CASE,
				.page = PAGE,
				.thumbnail = CASE,
				.words = CASE,
				.turn = 90}}};

	(void)g_snprintf(kind == FW_JOB_PAGE ? command.start.paper.still : command.start.paper.page,
		FW_ID_SIZE, ID "%c", digit);
	memset(command.start.key, 'k', sizeof(command.start.key));
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), 0);
}

static void papers_do_not_wait_for_recordings(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 1);
	post(fixture, 4, '4', true, 0); /* follows a call, in the only place of its pool */
	post_paper(fixture, 1, FW_JOB_PAGE, '1');
	expect_result(fixture, 1,
		"{\"key\":\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\",\"arguments\":"
		"\"--blobs /b --key-id case/" CASE " --still " ID "1 --page " PAGE
		" --thumbnail " CASE " --turn 90 --seen\"}");
	post_paper(fixture, 2, FW_JOB_PDF, '1');
	expect_result(fixture, 2,
		"{\"key\":\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\",\"arguments\":"
		"\"--blobs /b --key-id case/" CASE " --pdf " ID "1 --pages aa,bb\"}");
	post_kind(fixture, 4, FW_JOB_FINISH);
	expect_result(fixture, 4, "{\"ended\":true}");
}

/* Reading begins when no paper is being made or waits to be. */
static void words_wait_for_papers(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 1);
	post_paper(fixture, 1, FW_JOB_PDF, '3'); /* does not end by itself */
	post_paper(fixture, 2, FW_JOB_WORDS, '1');
	post_paper(fixture, 3, FW_JOB_PDF, '1');
	post_kind(fixture, 1, FW_JOB_CANCEL);
	expect_failure(fixture, 1, FW_JOB_FAILURE_CANCELLED, 0);
	expect_result(fixture, 3,
		"{\"key\":\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\",\"arguments\":"
		"\"--blobs /b --key-id case/" CASE " --pdf " ID "1 --pages aa,bb\"}");
	expect_result(fixture, 2,
		"{\"key\":\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\",\"arguments\":"
		"\"--blobs /b --key-id case/" CASE " --page " ID "1 --words " CASE "\"}");
}

static void a_page_is_seen_before_it_is_made(void **state)
{
	struct fixture *fixture = *state;
	struct fw_job_event event;

	start(fixture, fixture->program, 1);
	post_paper(fixture, 1, FW_JOB_PAGE, '8');
	event = next_event(fixture);
	assert_int_equal(event.kind, FW_JOB_SEEN);
	assert_int_equal(event.job, 1);
	assert_null(event.result);
	expect_result(fixture, 1, "{\"made\":true}");
}

static void every_bad_end_has_its_name(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 1);
	post(fixture, 2, '2', false, 0);
	expect_failure(fixture, 2, FW_JOB_FAILURE_EXIT, 3);
	post(fixture, 3, '3', false, 1);
	expect_failure(fixture, 3, FW_JOB_FAILURE_TIME, 0);
	post(fixture, 5, '5', false, 0);
	expect_failure(fixture, 5, FW_JOB_FAILURE_RESULT, 0);
	post(fixture, 6, '6', false, 0);
	expect_failure(fixture, 6, FW_JOB_FAILURE_RESULT, 0);
	post(fixture, 7, '7', false, 0);
	expect_failure(fixture, 7, FW_JOB_FAILURE_SIGNAL, SIGTERM);
}

static void missing_program_is_told(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, "/nowhere/farwindow-finalise", 0);
	post(fixture, 1, '1', false, 0);
	expect_failure(fixture, 1, FW_JOB_FAILURE_SPAWN, ENOENT);
}

static void following_worker_ends_when_the_call_does(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 0);
	post(fixture, 4, '4', true, 0);
	post(fixture, 1, '2', false, 0);
	expect_failure(fixture, 1, FW_JOB_FAILURE_EXIT, 3);
	post_kind(fixture, 4, FW_JOB_FINISH);
	expect_result(fixture, 4, "{\"ended\":true}");
}

static void waiting_jobs_start_in_order_and_can_be_cancelled(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 1);
	post(fixture, 1, '3', false, 0);
	post(fixture, 2, '4', true, 0);
	post(fixture, 3, '2', false, 0);
	post(fixture, 4, '2', false, 0);
	post_kind(fixture, 3, FW_JOB_CANCEL);
	expect_failure(fixture, 3, FW_JOB_FAILURE_CANCELLED, 0);
	post_kind(fixture, 1, FW_JOB_CANCEL);
	expect_failure(fixture, 1, FW_JOB_FAILURE_CANCELLED, 0);
	/* 4 waits for nobody's call, so it comes before 2. */
	expect_failure(fixture, 4, FW_JOB_FAILURE_EXIT, 3);
	post_kind(fixture, 2, FW_JOB_FINISH);
	expect_result(fixture, 2, "{\"ended\":true}");
}

static void destroying_kills_what_runs(void **state)
{
	struct fixture *fixture = *state;

	start(fixture, fixture->program, 0);
	post(fixture, 3, '3', false, 0);
	g_usleep(50000);
	fw_jobs_destroy(g_steal_pointer(&fixture->jobs));
}

static void bad_commands_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct fw_job_command command = {.kind = FW_JOB_START, .job = 1};

	start(fixture, fixture->program, 0);
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), -EINVAL);
	command.start.kind = FW_JOB_PAGE;
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), -EINVAL);
	command.start.kind = FW_JOB_PDF;
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), -EINVAL);
	command.kind = (enum fw_job_command_kind)77;
	assert_int_equal(fw_jobs_post(fixture->jobs, &command), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			result_and_key_come_and_go_by_descriptor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(papers_do_not_wait_for_recordings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_wait_for_papers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_page_is_seen_before_it_is_made, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_bad_end_has_its_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(missing_program_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			following_worker_ends_when_the_call_does, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			waiting_jobs_start_in_order_and_can_be_cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(destroying_kills_what_runs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_commands_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
