/* SPDX-License-Identifier: Apache-2.0 */
/* The disk thread on a real folder: what is queued arrives whole and in order, however much of it waits. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/mailbox.h"
#include "recorder/disk.h"
#include "recorder/journal.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define OTHER     "017f22e2-79b0-7000-98c4-dc0c0c073990"
#define BLOCKS    300 /* more than are kept for the next writes */
#define ZEROS     100 /* bytes */

struct fixture {
	char *folder;
	struct fw_mailbox *answers;
	struct fw_disk *disk;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);
	struct fw_disk_options options = {.queue_bytes = 1024 * 1024};

	fixture->folder = g_dir_make_tmp("fw-disk-XXXXXX", NULL);
	*state = fixture;
	if (!fixture->folder || fw_mailbox_create(NULL, &fixture->answers) < 0) {
		return 1;
	}
	options.folder = fixture->folder;
	options.answers = fixture->answers;
	return fw_disk_create(&options, &fixture->disk) < 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_disk_destroy(fixture->disk);
	fw_mailbox_destroy(fixture->answers);
	(void)fw_recorder_remove_journal(fixture->folder, RECORDING);
	(void)fw_recorder_remove_journal(fixture->folder, OTHER);
	(void)g_rmdir(fixture->folder);
	g_free(fixture->folder);
	g_free(fixture);
	return 0;
}

/* Waits for an answer of this kind. */
static void await(struct fixture *fixture, enum fw_disk_answer_kind kind)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(fixture->answers), .events = POLLIN};
	struct fw_message message;
	bool seen = false;

	while (!seen) {
		assert_int_equal(poll(&wait, 1, 60000), 1);
		(void)fw_mailbox_take(fixture->answers);
		while (fw_mailbox_next(fixture->answers, &message)) {
			const struct fw_disk_answer *answer = message.body;

			seen = seen || answer->kind == kind;
		}
	}
}

static void fill(uint8_t *block, unsigned number)
{
	memset(block, (int)(number % 251), FW_DISK_BLOCK_BYTES);
	memcpy(block, &number, sizeof(number));
}

static void keeps_order_and_bytes(void **state)
{
	struct fixture *fixture = *state;
	g_autofree uint8_t *block = g_malloc(FW_DISK_BLOCK_BYTES);
	g_autofree char *path = NULL;
	g_autofree char *bytes = NULL;
	char name[FW_JOURNAL_NAME_SIZE];
	gsize size = 0;

	assert_int_equal(fw_disk_open(fixture->disk, 1, RECORDING, 1), 0);
	for (unsigned i = 0; i < BLOCKS; i++) {
		uint8_t *given = fw_disk_take_block(fixture->disk);

		fill(given, i);
		assert_int_equal(fw_disk_write(fixture->disk, 1, given, FW_DISK_BLOCK_BYTES), 0);
	}
	assert_int_equal(fw_disk_close(fixture->disk, 1), 0);
	await(fixture, FW_DISK_CLOSED);
	assert_int_equal(fw_disk_queued_bytes(fixture->disk), 0);

	fw_journal_segment_name(1, name);
	path = g_build_filename(fixture->folder, RECORDING, name, NULL);
	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	assert_int_equal(size, (gsize)BLOCKS * FW_DISK_BLOCK_BYTES);
	for (unsigned i = 0; i < BLOCKS; i++) {
		fill(block, i);
		assert_memory_equal(
			block, bytes + (gsize)i * FW_DISK_BLOCK_BYTES, FW_DISK_BLOCK_BYTES);
	}
}

static void write_zeros(struct fixture *fixture, uint64_t handle)
{
	uint8_t *block = fw_disk_take_block(fixture->disk);

	memset(block, 0, ZEROS);
	assert_int_equal(fw_disk_write(fixture->disk, handle, block, ZEROS), 0);
}

/* What is written to no segment, or to one that was given up, leaves the queue all the same. */
static void what_is_given_up_leaves_the_queue(void **state)
{
	struct fixture *fixture = *state;

	write_zeros(fixture, 7);
	assert_int_equal(fw_disk_open(fixture->disk, 1, OTHER, 1), 0);
	write_zeros(fixture, 1);
	assert_int_equal(fw_disk_abandon(fixture->disk, 1), 0);
	write_zeros(fixture, 1);
	assert_int_equal(fw_disk_sync(fixture->disk), 0);
	await(fixture, FW_DISK_SYNCED);
	assert_int_equal(fw_disk_queued_bytes(fixture->disk), 0);
	assert_int_equal(fw_disk_write(fixture->disk, 1, fw_disk_take_block(fixture->disk),
				 FW_DISK_BLOCK_BYTES + 1),
		-EINVAL);
}

static size_t resident_pages(void)
{
	g_autofree char *text = NULL;
	unsigned long pages = 0;

	assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
	assert_int_equal(sscanf(text, "%*u %lu", &pages), 1);
	return pages;
}

/* Blocks of a stall: all at once, then never again. */
static void idle_blocks_go_back_to_the_system(void **state)
{
	struct fixture *fixture = *state;
	size_t whole = (size_t)BLOCKS * FW_DISK_BLOCK_BYTES / (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *blocks[BLOCKS];
	size_t most;

	for (unsigned i = 0; i < BLOCKS; i++) {
		blocks[i] = fw_disk_take_block(fixture->disk);
		fill(blocks[i], i);
	}
	most = resident_pages();
	for (unsigned i = 0; i < BLOCKS; i++) {
		fw_disk_give_block(fixture->disk, blocks[i]);
	}
	for (unsigned i = 0; i < 2; i++) { /* the first looks back on the stall */
		assert_int_equal(fw_disk_sync(fixture->disk), 0);
		await(fixture, FW_DISK_SYNCED);
	}
	assert_true(resident_pages() + whole * 3 / 4 < most);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_order_and_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_given_up_leaves_the_queue, set_up, tear_down),
		cmocka_unit_test_setup_teardown(idle_blocks_go_back_to_the_system, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
