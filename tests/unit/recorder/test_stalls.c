/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recorder on a disk that is slow or fails at its n-th write: recorder and disk are the real ones, what reaches the medium goes
 * through functions that wait as long as the test holds them.
 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/mailbox.h"
#include "recorder/disk.h"
#include "recorder/journal.h"
#include "recorder/recorder.h"
#include "tests/unit/recorder/census.h"

#define RECORDING   "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define WAIT_S      60
#define QUEUE_BYTES (4 * 1024 * 1024)

static const uint8_t key[FW_AEAD_KEY_BYTES] = {9};

/* --- the disk ---------------------------------------------------------------------------------- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool hold_writes, hold_syncs;
	int fails_at; /* the n-th write; 0: none */
	int writes;
	int syncing; /* syncs that wait */
	uint64_t written;
} medium = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static int slow_write(void *user, int fd, const void *bytes, size_t size, int64_t at)
{
	bool fails;

	(void)user;
	(void)pthread_mutex_lock(&medium.lock);
	while (medium.hold_writes) {
		(void)pthread_cond_wait(&medium.changed, &medium.lock);
	}
	fails = ++medium.writes == medium.fails_at;
	medium.written += size;
	(void)pthread_cond_broadcast(&medium.changed);
	(void)pthread_mutex_unlock(&medium.lock);
	return fails ? -ENOSPC : fw_file_write_all(fd, bytes, size, at);
}

static int slow_sync(void *user, int fd)
{
	(void)user;
	(void)fd;
	(void)pthread_mutex_lock(&medium.lock);
	medium.syncing++;
	(void)pthread_cond_broadcast(&medium.changed);
	while (medium.hold_syncs) {
		(void)pthread_cond_wait(&medium.changed, &medium.lock);
	}
	medium.syncing--;
	(void)pthread_mutex_unlock(&medium.lock);
	return 0;
}

static void hold(bool writes, bool syncs)
{
	(void)pthread_mutex_lock(&medium.lock);
	medium.hold_writes = writes;
	medium.hold_syncs = syncs;
	(void)pthread_cond_broadcast(&medium.changed);
	(void)pthread_mutex_unlock(&medium.lock);
}

static void fail_write(int number)
{
	(void)pthread_mutex_lock(&medium.lock);
	medium.writes = 0;
	medium.fails_at = number;
	(void)pthread_mutex_unlock(&medium.lock);
}

/* Until a sync has begun and so much was written. */
static void await_held_sync(uint64_t written)
{
	struct timespec end;

	(void)clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += WAIT_S;
	(void)pthread_mutex_lock(&medium.lock);
	while (medium.syncing == 0 || medium.written < written) {
		assert_int_equal(pthread_cond_timedwait(&medium.changed, &medium.lock, &end), 0);
	}
	(void)pthread_mutex_unlock(&medium.lock);
}

/* --- the recorder ------------------------------------------------------------------------------ */

struct fixture {
	char *folder;
	struct fw_mailbox *events;
	struct fw_recorder *recorder;
	bool in_batch;
	unsigned sent;
};

static int set_up(void **state)
{
	static const struct fw_disk_ops ops = {
		.write = slow_write, .sync = slow_sync, .sync_file = slow_sync};
	struct fixture *fixture = g_new0(struct fixture, 1);
	struct fw_recorder_config config = {
		.workers = 1, .flush_ms = 10, .queue_bytes = QUEUE_BYTES, .disk_ops = &ops};

	hold(false, false);
	fail_write(0);
	medium.written = 0;
	fixture->folder = testing_make_folder();
	config.journal_dir = fixture->folder;
	assert_int_equal(fw_mailbox_create(NULL, &fixture->events), 0);
	assert_int_equal(fw_recorder_create(&config, fixture->events, 0, &fixture->recorder), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	hold(false, false);
	fw_recorder_destroy(fixture->recorder);
	fw_mailbox_destroy(fixture->events);
	testing_remove_folder(fixture->folder);
	g_free(fixture);
	return 0;
}

static bool try_event(struct fixture *fixture, int wait_ms, struct fw_recorder_event *ret_event)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(fixture->events), .events = POLLIN};
	struct fw_message message;

	if (!fixture->in_batch || !fw_mailbox_next(fixture->events, &message)) {
		if (poll(&wait, 1, wait_ms) != 1) {
			return false;
		}
		assert_true(fw_mailbox_take(fixture->events) > 0);
		fixture->in_batch = true;
		assert_true(fw_mailbox_next(fixture->events, &message));
	}
	*ret_event = *(const struct fw_recorder_event *)message.body;
	return true;
}

static struct fw_recorder_event expect(struct fixture *fixture, enum fw_recorder_event_kind kind)
{
	struct fw_recorder_event event = {0};

	assert_true(try_event(fixture, WAIT_S * 1000, &event));
	assert_int_equal(event.kind, kind);
	return event;
}

static void post(struct fixture *fixture, enum fw_recorder_command_kind kind)
{
	struct fw_recorder_command command = {.kind = kind, .call = 1};

	if (kind == FW_RECORDER_OPEN) {
		memcpy(command.open.recording, RECORDING, FW_ID_SIZE);
		memcpy(command.open.call_id, RECORDING, FW_ID_SIZE);
		memcpy(command.open.key, key, sizeof(key));
	} else if (kind == FW_RECORDER_MARK) {
		command.mark.track = FW_TRACK_COUNT;
		command.mark.mark = FW_MARK_MUTED;
	}
	assert_int_equal(fw_recorder_post(fixture->recorder, &command), 0);
}

static void send_megabyte(struct fixture *fixture)
{
	uint8_t rtp[1000] = {0x80};
	const struct fw_sink_packet packet = {.call = 1,
		.participant = 1,
		.track = FW_TRACK_FACE,
		.rtp = rtp,
		.rtp_bytes = sizeof(rtp)};

	for (int i = 0; i < 1000; i++) {
		fw_recorder_sink()->packet(fixture->recorder, 0, &packet);
	}
	fixture->sent += 1000;
}

static void record(struct fixture *fixture)
{
	post(fixture, FW_RECORDER_OPEN);
	(void)expect(fixture, FW_RECORDER_OPENED);
}

/* Sends until the recorder says that it cannot keep up. */
static void stall(struct fixture *fixture)
{
	struct fw_recorder_event event = {0};

	hold(true, false);
	while (!try_event(fixture, 20, &event)) {
		send_megabyte(fixture);
		assert_true(fixture->sent < 100000); /* memory is bounded */
	}
	assert_int_equal(event.kind, FW_RECORDER_FAILED);
	assert_int_equal(event.failed.error, ETIMEDOUT);
	assert_int_equal(event.failed.reason, FW_RECORDER_REASON_DISK_SLOW);
	/* Memory made up for it first; blocks that were not full count as if they were. */
	assert_true(fixture->sent >= QUEUE_BYTES / 1000 / 2);
}

static void close_whole(struct fixture *fixture)
{
	post(fixture, FW_RECORDER_CLOSE);
	assert_true(expect(fixture, FW_RECORDER_CLOSED).closed.complete);
}

/* --- the tests --------------------------------------------------------------------------------- */

static void slow_disk_is_a_gap_and_not_the_end(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_figures figures;
	struct census census;

	record(fixture);
	send_megabyte(fixture);
	stall(fixture);
	send_megabyte(fixture);
	post(fixture, FW_RECORDER_MARK); /* kept for when there is room */
	hold(false, false);
	assert_int_equal(expect(fixture, FW_RECORDER_RECOVERED).opened.segment, 1);
	send_megabyte(fixture);
	close_whole(fixture);

	fw_recorder_read_figures(fixture->recorder, &figures);
	census = census_of_segment(fixture->folder, RECORDING, 1, key);
	assert_true(census.ended);
	assert_int_equal(census.marks[FW_MARK_DISK_SLOW], 1);
	assert_int_equal(census.marks[FW_MARK_DISK_OK], 1);
	assert_int_equal(census.marks[FW_MARK_MUTED], 1);
	assert_true(census.marked_us[FW_MARK_DISK_SLOW] < census.marked_us[FW_MARK_DISK_OK]);
	assert_true(figures.stray_packets > 0);
	assert_int_equal(census.kinds[FW_RECORD_PACKET] + census.kinds[0] + figures.stray_packets,
		fixture->sent);
}

static void end_in_a_pause_is_whole(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_event event = {0};
	struct census census;

	record(fixture);
	stall(fixture);
	post(fixture, FW_RECORDER_CLOSE);
	assert_false(try_event(fixture, 200, &event)); /* closed is durable */
	hold(false, false);
	assert_true(try_event(fixture, WAIT_S * 1000, &event));
	if (event.kind == FW_RECORDER_RECOVERED) { /* a recorder too slow to have seen the end yet */
		event = expect(fixture, FW_RECORDER_CLOSED);
	}
	assert_int_equal(event.kind, FW_RECORDER_CLOSED);
	assert_true(event.closed.complete);
	census = census_of_segment(fixture->folder, RECORDING, 1, key);
	assert_true(census.ended);
	assert_int_equal(census.marks[FW_MARK_DISK_SLOW], 1);
	assert_int_equal(census.kinds[FW_RECORD_CLOSE], 1);
}

static void sync_does_not_hold_up_writing(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_event event;

	record(fixture);
	hold(false, true);
	for (uint64_t megabytes = 1; megabytes <= 10; megabytes++) { /* more than may wait */
		send_megabyte(fixture);
		await_held_sync(megabytes * 1000000);
	}
	post(fixture, FW_RECORDER_CLOSE);
	assert_false(try_event(fixture, 100, &event)); /* closed is durable */
	hold(false, false);
	assert_true(expect(fixture, FW_RECORDER_CLOSED).closed.complete);
	assert_int_equal(
		census_of_segment(fixture->folder, RECORDING, 1, key).kinds[FW_RECORD_PACKET],
		fixture->sent);
}

/* Whichever write fails: it is told once, and the recording ends told as it is. */
static void every_write_may_fail(void **state)
{
	struct fixture *fixture = *state;
	bool failed = true;
	int tries = 0;

	for (int n = 1; failed; n++) {
		struct fw_recorder_event event = {0};

		failed = false;
		tries++;
		fail_write(n);
		record(fixture);
		send_megabyte(fixture);
		post(fixture, FW_RECORDER_CLOSE);
		assert_true(try_event(fixture, WAIT_S * 1000, &event));
		if (event.kind == FW_RECORDER_FAILED) {
			assert_int_equal(event.failed.reason, FW_RECORDER_REASON_DISK_FULL);
			failed = true;
			assert_true(try_event(fixture, WAIT_S * 1000, &event));
		}
		assert_int_equal(event.kind, FW_RECORDER_CLOSED);
		failed = failed || !event.closed.complete;
		assert_int_equal(event.closed.complete, !failed);
		assert_int_equal(fw_recorder_remove_journal(fixture->folder, RECORDING), 0);
	}
	assert_true(tries > 10); /* header, a megabyte in blocks, the last block */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			slow_disk_is_a_gap_and_not_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(end_in_a_pause_is_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sync_does_not_hold_up_writing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_write_may_fail, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
