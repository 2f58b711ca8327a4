/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recorder on a disk that stalls or fails at its n-th write: this file stands for recorder/disk.c.
 * Its functions are called by the recorder thread; the test looks at them when that is at rest.
 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mailbox.h"
#include "recorder/disk.h"
#include "recorder/journal.h"
#include "recorder/recorder.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define WAIT_MS   10000

/* --- the disk ---------------------------------------------------------------------------------- */

struct fw_disk {
	struct fw_mailbox *answers;
	uint32_t answer_type;
};

static struct {
	atomic_bool stalled; /* nothing is answered */
	atomic_int fails_at; /* the n-th write; 0: none */
	atomic_int writes;
	atomic_uint_fast64_t held; /* bytes that wait while stalled */
	atomic_int segments;
	uint64_t failed; /* handle */
} disk_state;

static int answer(struct fw_disk *disk, enum fw_disk_answer_kind kind, uint64_t handle,
	uint64_t bytes, int error)
{
	const struct fw_disk_answer body = {.kind = kind,
		.handle = handle,
		.bytes = bytes,
		.error = error,
		.free_bytes = UINT64_MAX / 4};

	return fw_mailbox_post(disk->answers, disk->answer_type, &body, sizeof(body));
}

int fw_disk_create(const char *folder, struct fw_mailbox *answers, uint32_t answer_type,
	struct fw_disk **ret_disk)
{
	(void)folder;
	*ret_disk = g_new0(struct fw_disk, 1);
	(*ret_disk)->answers = answers;
	(*ret_disk)->answer_type = answer_type;
	return 0;
}

void fw_disk_destroy(struct fw_disk *disk)
{
	g_free(disk);
}

int fw_disk_open(struct fw_disk *disk, uint64_t handle, const char *recording, uint32_t segment)
{
	(void)recording;
	atomic_store(&disk_state.segments, (int)segment);
	return answer(disk, FW_DISK_OPENED, handle, 0, 0);
}

uint8_t *fw_disk_take_block(struct fw_disk *disk)
{
	(void)disk;
	return g_malloc(FW_DISK_BLOCK_BYTES);
}

void fw_disk_give_block(struct fw_disk *disk, uint8_t *block)
{
	(void)disk;
	g_free(block);
}

int fw_disk_write(struct fw_disk *disk, uint64_t handle, uint8_t *block, size_t size)
{
	int number = atomic_fetch_add(&disk_state.writes, 1) + 1;

	g_free(block);
	if (number == atomic_load(&disk_state.fails_at)) {
		disk_state.failed = handle;
		(void)answer(disk, FW_DISK_FAILED, handle, 0, ENOSPC);
	}
	if (atomic_load(&disk_state.stalled)) {
		atomic_fetch_add(&disk_state.held, size);
		return 0;
	}
	return answer(disk, FW_DISK_WRITTEN, 0, size + atomic_exchange(&disk_state.held, 0), 0);
}

int fw_disk_close(struct fw_disk *disk, uint64_t handle)
{
	return handle == disk_state.failed ? 0 : answer(disk, FW_DISK_CLOSED, handle, 0, 0);
}

int fw_disk_abandon(struct fw_disk *disk, uint64_t handle)
{
	(void)disk;
	(void)handle;
	return 0;
}

int fw_disk_remove(struct fw_disk *disk, const char *recording)
{
	(void)disk;
	(void)recording;
	return 0;
}

int fw_disk_sync(struct fw_disk *disk)
{
	if (!atomic_load(&disk_state.stalled) && atomic_load(&disk_state.held) > 0) {
		(void)answer(disk, FW_DISK_WRITTEN, 0, atomic_exchange(&disk_state.held, 0), 0);
	}
	return answer(disk, FW_DISK_SYNCED, 0, 0, 0);
}

int fw_disk_free_bytes(const char *folder, uint64_t *ret_bytes)
{
	(void)folder;
	*ret_bytes = UINT64_MAX / 4;
	return 0;
}

/* --- the tests --------------------------------------------------------------------------------- */

struct fixture {
	struct fw_mailbox *events;
	struct fw_recorder *recorder;
	bool in_batch;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	const struct fw_recorder_config config = {
		.journal_dir = "/nowhere", .workers = 1, .flush_ms = 10};

	fixture = (struct fixture){0};
	memset(&disk_state, 0, sizeof(disk_state));
	assert_int_equal(fw_mailbox_create(NULL, &fixture.events), 0);
	assert_int_equal(fw_recorder_create(&config, fixture.events, 0, &fixture.recorder), 0);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_recorder_destroy(fixture->recorder);
	fw_mailbox_destroy(fixture->events);
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
	return *(const struct fw_recorder_event *)message.body;
}

static void post(struct fixture *fixture, enum fw_recorder_command_kind kind)
{
	struct fw_recorder_command command = {.kind = kind, .call = 1};

	if (kind == FW_RECORDER_OPEN) {
		memcpy(command.open.recording, RECORDING, FW_ID_SIZE);
		memcpy(command.open.call_id, RECORDING, FW_ID_SIZE);
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
}

static void stall_fails_and_recovers(void **state)
{
	struct fixture *fixture = *state;
	struct fw_recorder_event event;
	struct fw_recorder_figures figures;

	post(fixture, FW_RECORDER_OPEN);
	assert_int_equal(next_event(fixture).kind, FW_RECORDER_OPENED);
	atomic_store(&disk_state.stalled, true);
	for (int i = 0; i < 40; i++) {
		send_megabyte(fixture);
		g_usleep(20000); /* the recorder looks at the rings every 10 ms */
	}
	event = next_event(fixture);
	assert_int_equal(event.kind, FW_RECORDER_FAILED);
	assert_int_equal(event.failed.error, ETIMEDOUT);
	assert_int_equal(event.failed.reason, FW_RECORDER_REASON_ERROR);
	assert_true(atomic_load(&disk_state.held) <= FW_DISK_QUEUE_BYTES);
	atomic_store(&disk_state.stalled, false);
	event = next_event(fixture);
	assert_int_equal(event.kind, FW_RECORDER_RECOVERED);
	assert_int_equal(event.opened.segment, 2);
	send_megabyte(fixture);
	post(fixture, FW_RECORDER_CLOSE);
	event = next_event(fixture);
	assert_int_equal(event.kind, FW_RECORDER_CLOSED);
	assert_true(event.closed.complete);
	fw_recorder_read_figures(fixture->recorder, &figures);
	assert_int_equal(figures.packets + figures.overrun_packets, 41000);
}

/* Whichever write fails: it is told once, and the recording ends told as it is. */
static void every_write_may_fail(void **state)
{
	struct fixture *fixture = *state;
	bool failed = true;
	int tries = 0;

	for (int n = 1; failed; n++) {
		struct fw_recorder_event event;

		failed = false;
		tries++;
		atomic_store(&disk_state.writes, 0);
		atomic_store(&disk_state.fails_at, n);
		post(fixture, FW_RECORDER_OPEN);
		assert_int_equal(next_event(fixture).kind, FW_RECORDER_OPENED);
		send_megabyte(fixture);
		post(fixture, FW_RECORDER_CLOSE);
		event = next_event(fixture);
		if (event.kind == FW_RECORDER_FAILED) {
			assert_int_equal(event.failed.reason, FW_RECORDER_REASON_DISK_FULL);
			failed = true;
			event = next_event(fixture);
		}
		assert_int_equal(event.kind, FW_RECORDER_CLOSED);
		failed = failed || !event.closed.complete;
		assert_int_equal(event.closed.complete, !failed);
	}
	assert_true(tries > 10); /* header, a megabyte in blocks, the last block */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stall_fails_and_recovers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_write_may_fail, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
