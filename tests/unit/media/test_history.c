/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/history.h"

struct fixture {
	struct fw_history_pool *pool;
	struct fw_history *history;
};

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fw_history_pool_create(8192, 1 << 20, &fixture->pool); /* 128 chunks */
	fw_history_create(fixture->pool, 512, &fixture->history);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fw_history_destroy(fixture->history);
	assert_int_equal(fw_history_pool_used(fixture->pool), 0);
	fw_history_pool_destroy(fixture->pool);
	g_free(fixture);
	return 0;
}

static int put(
	struct fw_history *history, uint16_t sequence, size_t bytes, int64_t now_us, uint32_t flush)
{
	uint8_t *room;
	int r = fw_history_reserve(history, bytes + 20, now_us, flush, &room);

	if (r == 0) {
		memset(room, (uint8_t)sequence, bytes);
		fw_history_commit(history, sequence, bytes);
	}
	return r;
}

static void assert_there(struct fw_history *history, uint16_t sequence, size_t bytes, int64_t now_us)
{
	const uint8_t *packet;
	size_t count;

	assert_int_equal(fw_history_get(history, sequence, now_us, 1, &packet, &count), 0);
	assert_int_equal(count, bytes);
	assert_int_equal(packet[0], (uint8_t)sequence);
	assert_int_equal(packet[bytes - 1], (uint8_t)sequence);
}

static void assert_gone(struct fw_history *history, uint16_t sequence, int64_t now_us)
{
	const uint8_t *packet;
	size_t count;

	assert_int_equal(fw_history_get(history, sequence, now_us, 1, &packet, &count), -ENOENT);
}

static void finds_what_is_young(void **state)
{
	struct fixture *fixture = *state;

	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(put(fixture->history, (uint16_t)(65500 + i), 1000 + i,
					 1000000 + i * 5000, i),
			0);
	}
	assert_there(fixture->history, 65500, 1000, 1495000);
	assert_there(fixture->history, (uint16_t)(65500 + 99), 1099, 1495000);
	assert_gone(fixture->history, 65499, 1495000);
	assert_gone(fixture->history, (uint16_t)(65500 + 100), 1495000);
	/* asked again at once: it is still under way */
	assert_gone(fixture->history, 65500, 1496000);
	assert_there(fixture->history, 65500, 1000, 1520000);
	assert_gone(fixture->history, 65500, 2600000);
}

static void gives_back_what_is_old(void **state)
{
	struct fixture *fixture = *state;
	size_t used;

	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(put(fixture->history, (uint16_t)i, 1000, i * 5000, i), 0);
	}
	/* 100 packets of 1000 bytes are 500 ms here: 8 to a chunk, and one chunk more at either end */
	used = fw_history_pool_used(fixture->pool);
	assert_true(used <= 15 * 8192);
	fw_history_expire(fixture->history, 1000 * 5000 + FW_HISTORY_US + 1);
	assert_int_equal(fw_history_pool_used(fixture->pool), 0);
	assert_gone(fixture->history, 999, 1000 * 5000);
}

static void reuses_its_own_when_there_is_no_more(void **state)
{
	struct fixture *fixture = *state;
	struct fw_history *other, *third;
	unsigned i;

	/* All in one instant: nothing grows old, so at last its own oldest has to go, but not what waits to be sent. */
	for (i = 0; put(fixture->history, (uint16_t)i, 2000, 1000, 1) == 0; i++) {
		assert_true(i < 2000);
	}
	assert_int_equal(put(fixture->history, (uint16_t)i, 2000, 1000, 1), -EAGAIN);
	assert_int_equal(put(fixture->history, (uint16_t)i, 2000, 1000, 2), 0);
	assert_there(fixture->history, (uint16_t)i, 2000, 1000);
	assert_gone(fixture->history, 0, 1000);
	/* The pool has no more than two such histories. */
	fw_history_create(fixture->pool, 512, &other);
	fw_history_create(fixture->pool, 512, &third);
	for (i = 0; put(other, (uint16_t)i, 2000, 1000, 3) == 0; i++) {
		assert_true(i < 2000);
	}
	assert_int_equal(put(third, 1, 100, 1000, 4), -ENOSPC);
	fw_history_destroy(other);
	assert_int_equal(put(third, 1, 100, 1000, 4), 0);
	fw_history_destroy(third);
}

static void forgets_by_number(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(put(fixture->history, 5, 100, 1000, 1), 0);
	assert_int_equal(put(fixture->history, 5 + 512, 100, 1000, 1), 0);
	assert_gone(fixture->history, 5, 1000);
	assert_there(fixture->history, 5 + 512, 100, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_what_is_young, setup, teardown),
		cmocka_unit_test_setup_teardown(gives_back_what_is_old, setup, teardown),
		cmocka_unit_test_setup_teardown(
			reuses_its_own_when_there_is_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(forgets_by_number, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
