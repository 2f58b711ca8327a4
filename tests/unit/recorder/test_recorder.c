/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mailbox.h"
#include "recorder/journal.h"
#include "recorder/recorder.h"
#include "tests/unit/recorder/census.h"

#define RECORDING  "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define CALL       "017f22e2-79b0-7000-98c4-dc0c0c073990"
#define EVENT_TYPE 5
#define WAIT_MS    5000

struct fixture {
	char *folder;
	struct fw_mailbox *events;
	struct fw_recorder *recorder;
	bool in_batch;
};

static const uint8_t key[FW_AEAD_KEY_BYTES] = {7};

static void start(struct fixture *fixture, uint64_t min_free_bytes, size_t ring_bytes)
{
	const struct fw_recorder_config config = {.journal_dir = fixture->folder,
		.workers = 2,
		.flush_ms = 20,
		.min_free_bytes = min_free_bytes,
		.ring_bytes = ring_bytes};

	assert_int_equal(
		fw_recorder_create(&config, fixture->events, EVENT_TYPE, &fixture->recorder), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	assert_int_equal(fw_mailbox_create(NULL, &fixture->events), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_recorder_destroy(fixture->recorder);
	fw_mailbox_destroy(fixture->events);
	testing_remove_folder(fixture->folder);
	g_free(fixture);
	return 0;
}

static struct fw_recorder_event next_event(struct fixture *fixture)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(fixture->events), .events = POLLIN};
	struct fw_message message;

	if (!fixture->in_batch || !fw_mailbox_next(fixture->events, &message)) {
		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		assert_true(fw_mailbox_take(fixture->events) > 0);
		fixture->in_batch = true;
		assert_true(fw_mailbox_next(fixture->events, &message));
	}
	assert_int_equal(message.type, EVENT_TYPE);
	assert_int_equal(message.size, sizeof(struct fw_recorder_event));
	return *(const struct fw_recorder_event *)message.body;
}

static struct fw_recorder_event expect(struct fixture *fixture, enum fw_recorder_event_kind kind)
{
	struct fw_recorder_event event = next_event(fixture);

	assert_int_equal(event.kind, kind);
	return event;
}

static void post_open(struct fixture *fixture, uint64_t call, const char *recording)
{
	struct fw_recorder_command command = {.kind = FW_RECORDER_OPEN, .call = call};

	g_strlcpy(command.open.recording, recording, FW_ID_SIZE);
	g_strlcpy(command.open.call_id, CALL, FW_ID_SIZE);
	memcpy(command.open.key, key, sizeof(key));
	command.open.started_us = 1000;
	assert_int_equal(fw_recorder_post(fixture->recorder, &command), 0);
}

static void post_close(struct fixture *fixture, uint64_t call)
{
	const struct fw_recorder_command command = {
		.kind = FW_RECORDER_CLOSE, .call = call, .close = {.at_us = 5000}};

	assert_int_equal(fw_recorder_post(fixture->recorder, &command), 0);
}

static void post_mark(struct fixture *fixture, uint64_t call)
{
	const struct fw_recorder_command command = {.kind = FW_RECORDER_MARK,
		.call = call,
		.mark = {.participant = 1,
			.track = FW_TRACK_AUDIO,
			.mark = FW_MARK_MUTED,
			.at_us = 4000}};

	assert_int_equal(fw_recorder_post(fixture->recorder, &command), 0);
}

static void post_forget(struct fixture *fixture)
{
	const struct fw_recorder_command command = {
		.kind = FW_RECORDER_FORGET, .forget = {.recording = RECORDING}};

	assert_int_equal(fw_recorder_post(fixture->recorder, &command), 0);
}

static void send_packets(struct fixture *fixture, uint64_t call, unsigned worker, unsigned count)
{
	const struct fw_sink_ops *sink = fw_recorder_sink();
	uint8_t rtp[1000] = {0x80};
	struct fw_sink_packet packet = {.call = call,
		.participant = worker + 1,
		.track = FW_TRACK_FACE,
		.rtp = rtp,
		.rtp_bytes = sizeof(rtp)};

	for (unsigned i = 0; i < count; i++) {
		packet.arrival_us = 2000 + i;
		sink->packet(fixture->recorder, worker, &packet);
	}
}

static struct census read_segment(struct fixture *fixture, const char *recording, uint32_t number)
{
	return census_of_segment(fixture->folder, recording, number, key);
}

static void writes_what_came_and_closes(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_event event;
	struct fw_recorder_figures figures;
	struct census census;

	start(fixture, 0, 0);
	post_open(fixture, 1, RECORDING);
	send_packets(fixture, 1, 0, 300);
	send_packets(fixture, 1, 1, 200);
	send_packets(fixture, 2, 1, 5); /* nobody opened call 2 */
	event = expect(fixture, FW_RECORDER_OPENED);
	assert_int_equal(event.opened.segment, 1);
	post_mark(fixture, 1);
	post_close(fixture, 1);
	event = expect(fixture, FW_RECORDER_CLOSED);
	assert_true(event.closed.complete);
	assert_true(event.closed.journal_bytes > 500 * 1000);
	census = read_segment(fixture, RECORDING, 1);
	assert_int_equal(census.kinds[FW_RECORD_PACKET], 500);
	assert_int_equal(census.kinds[FW_RECORD_MARK], 1);
	assert_int_equal(census.kinds[FW_RECORD_SEGMENT], 1);
	assert_int_equal(census.kinds[FW_RECORD_CLOSE], 1);
	assert_true(census.ended);
	assert_int_equal(census.reason, FW_SEGMENT_START);
	assert_int_equal(census.started_us, 1000);
	fw_recorder_read_figures(fixture->recorder, &figures);
	assert_int_equal(figures.packets, 505);
	assert_int_equal(figures.stray_packets, 5);
	assert_int_equal(figures.overrun_packets, 0);
}

static void restart_opens_the_next_segment(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GArray) list = NULL;

	start(fixture, 0, 0);
	post_open(fixture, 1, RECORDING);
	(void)expect(fixture, FW_RECORDER_OPENED);
	send_packets(fixture, 1, 0, 10);
	fw_recorder_destroy(g_steal_pointer(&fixture->recorder));
	assert_int_equal(read_segment(fixture, RECORDING, 1).kinds[FW_RECORD_PACKET], 10);
	assert_false(read_segment(fixture, RECORDING, 1).ended);
	assert_int_equal(fw_recorder_list_unfinished(fixture->folder, &list), 0);
	assert_int_equal(list->len, 1);
	assert_string_equal(g_array_index(list, struct fw_unfinished, 0).recording, RECORDING);

	start(fixture, 0, 0);
	post_open(fixture, 9, RECORDING);
	assert_int_equal(expect(fixture, FW_RECORDER_OPENED).opened.segment, 2);
	post_close(fixture, 9);
	(void)expect(fixture, FW_RECORDER_CLOSED);
	assert_int_equal(read_segment(fixture, RECORDING, 2).reason, FW_SEGMENT_RESTART);
	post_forget(fixture);
	fw_recorder_destroy(g_steal_pointer(&fixture->recorder));
	assert_int_equal(fw_recorder_remove_journal(fixture->folder, RECORDING), 0);
	g_clear_pointer(&list, g_array_unref);
	assert_int_equal(fw_recorder_list_unfinished(fixture->folder, &list), 0);
	assert_int_equal(list->len, 0);
}

static void full_disk_is_told(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_event event;

	start(fixture, UINT64_MAX / 2, 0);
	(void)expect(fixture, FW_RECORDER_SPACE_LOW);
	post_open(fixture, 1, RECORDING);
	event = expect(fixture, FW_RECORDER_FAILED);
	assert_int_equal(event.failed.reason, FW_RECORDER_REASON_DISK_FULL);
	send_packets(fixture, 1, 0, 10);
	post_close(fixture, 1);
	assert_false(expect(fixture, FW_RECORDER_CLOSED).closed.complete);
}

/* A write that fails in the middle of a call: the limit on file sizes stands for a broken disk. */
static void failed_write_resumes_in_a_new_segment(void **state)
{
	struct fixture *fixture = *state;
	struct rlimit before, small;
	struct fw_recorder_event event;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	start(fixture, 0, 0);
	post_open(fixture, 1, RECORDING);
	(void)expect(fixture, FW_RECORDER_OPENED);
	small = before;
	small.rlim_cur = 100000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	send_packets(fixture, 1, 0, 300);
	event = expect(fixture, FW_RECORDER_FAILED);
	assert_int_equal(event.failed.error, EFBIG);
	assert_int_equal(event.failed.reason, FW_RECORDER_REASON_ERROR);
	post_mark(fixture, 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	event = expect(fixture, FW_RECORDER_RECOVERED);
	assert_int_equal(event.opened.segment, 2);
	send_packets(fixture, 1, 0, 7);
	post_close(fixture, 1);
	assert_true(expect(fixture, FW_RECORDER_CLOSED).closed.complete);
	assert_false(read_segment(fixture, RECORDING, 1).ended);
	assert_int_equal(read_segment(fixture, RECORDING, 2).kinds[FW_RECORD_PACKET], 7);
	assert_int_equal(read_segment(fixture, RECORDING, 2).kinds[FW_RECORD_MARK], 1);
	assert_int_equal(read_segment(fixture, RECORDING, 2).reason, FW_SEGMENT_DISK_ERROR);
}

static void full_ring_counts_and_names_the_loss(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_figures figures = {0};
	struct census census;
	unsigned sent = 0;

	start(fixture, 0, 262144);
	post_open(fixture, 1, RECORDING);
	(void)expect(fixture, FW_RECORDER_OPENED);
	while (figures.overrun_packets == 0) {
		send_packets(fixture, 1, 0, 1000);
		sent += 1000;
		fw_recorder_read_figures(fixture->recorder, &figures);
	}
	g_usleep(100000);
	send_packets(fixture, 1, 0, 1); /* brings the count into the ring */
	post_close(fixture, 1);
	(void)expect(fixture, FW_RECORDER_CLOSED);
	fw_recorder_read_figures(fixture->recorder, &figures);
	census = read_segment(fixture, RECORDING, 1);
	assert_true(census.kinds[FW_RECORD_OVERRUN] > 0);
	assert_int_equal(census.kinds[0], figures.overrun_packets);
	assert_int_equal(census.kinds[FW_RECORD_PACKET] + census.kinds[0], sent + 1);
}

static void bad_commands_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_command command = {.kind = FW_RECORDER_OPEN, .call = 1};

	start(fixture, 0, 0);
	assert_int_equal(fw_recorder_post(fixture->recorder, &command), -EINVAL);
	command.kind = (enum fw_recorder_command_kind)99;
	assert_int_equal(fw_recorder_post(fixture->recorder, &command), -EINVAL);
	assert_int_equal(fw_recorder_remove_journal(fixture->folder, "../x"), -EINVAL);
	post_close(fixture, 77); /* not open: nothing happens */
	post_open(fixture, 1, RECORDING);
	(void)expect(fixture, FW_RECORDER_OPENED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_what_came_and_closes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restart_opens_the_next_segment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(full_disk_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			failed_write_resumes_in_a_new_segment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			full_ring_counts_and_names_the_loss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_commands_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
