/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "base/limits.h"
#include "base/ring.h"

#define CAPACITY ((size_t)4 * FW_RING_RECORD_MAX_BYTES)

static int put(struct fw_ring *ring, const void *bytes, size_t size)
{
	void *slot;
	int result = fw_ring_reserve(ring, size, &slot);

	if (result == 0) {
		memcpy(slot, bytes, size);
		fw_ring_commit(ring, size);
	}
	return result;
}

static void refuses_bad_sizes(void **state)
{
	fw_cleanup(fw_ring_destroy) struct fw_ring *ring = NULL;
	void *slot;

	(void)state;
	assert_int_equal(fw_ring_create(CAPACITY - 1, &ring), -EINVAL);
	assert_int_equal(fw_ring_create(CAPACITY + 8, &ring), -EINVAL);
	assert_int_equal(fw_ring_create(4096, &ring), -EINVAL);
	assert_int_equal(fw_ring_create(CAPACITY, &ring), 0);
	assert_int_equal(fw_ring_reserve(ring, 0, &slot), -EINVAL);
	assert_int_equal(fw_ring_reserve(ring, FW_RING_RECORD_MAX_BYTES + 1, &slot), -EINVAL);
	assert_int_equal(fw_ring_refused(ring), 0);
}

static void carries_records(void **state)
{
	fw_cleanup(fw_ring_destroy) struct fw_ring *ring = NULL;
	const void *record, *again;
	void *slot;
	size_t size = 99;

	(void)state;
	assert_int_equal(fw_ring_create(CAPACITY, &ring), 0);
	assert_int_equal(fw_ring_peek(ring, &record, &size), -EAGAIN);
	assert_int_equal(put(ring, "one", 4), 0);
	/* A reservation given up, and one that ends smaller than reserved. */
	assert_int_equal(fw_ring_reserve(ring, 1000, &slot), 0);
	assert_int_equal(fw_ring_reserve(ring, 500, &slot), 0);
	memcpy(slot, "three", 6);
	fw_ring_commit(ring, 6);
	assert_int_equal(fw_ring_used_bytes(ring), 16 + 16);

	assert_int_equal(fw_ring_peek(ring, &record, &size), 0);
	assert_int_equal(size, 4);
	assert_string_equal(record, "one");
	assert_int_equal(fw_ring_peek(ring, &again, &size), 0);
	assert_ptr_equal(again, record);
	fw_ring_release(ring);
	assert_int_equal(fw_ring_peek(ring, &record, &size), 0);
	assert_int_equal(size, 6);
	assert_string_equal(record, "three");
	fw_ring_release(ring);
	assert_int_equal(fw_ring_peek(ring, &record, &size), -EAGAIN);
	assert_int_equal(fw_ring_used_bytes(ring), 0);
}

/* How many records of this size go in; the last did not. */
static unsigned fill(struct fw_ring *ring, const char *bytes, size_t size)
{
	unsigned count = 0;

	while (put(ring, bytes, size) == 0) {
		count++;
	}
	return count;
}

static void full_is_refused_and_counted(void **state)
{
	fw_cleanup(fw_ring_destroy) struct fw_ring *ring = NULL;
	g_autofree char *bytes = g_malloc0(FW_RING_RECORD_MAX_BYTES);
	const void *record;
	size_t size;
	unsigned count;

	(void)state;
	assert_int_equal(fw_ring_create(CAPACITY, &ring), 0);
	count = fill(ring, bytes, 1000);
	assert_in_range(count * 1008, CAPACITY * 99 / 100, CAPACITY);
	assert_int_equal(fw_ring_used_bytes(ring), count * 1008);
	assert_int_equal(fw_ring_refused(ring), 1);
	assert_int_equal(put(ring, bytes, 1000), -EOVERFLOW);
	assert_int_equal(fw_ring_refused(ring), 2);
	/* Room comes back block by block. */
	while (fw_ring_peek(ring, &record, &size) == 0) {
		fw_ring_release(ring);
	}
	assert_in_range(fill(ring, bytes, FW_RING_RECORD_MAX_BYTES), 1, 4);
	assert_int_equal(fw_ring_refused(ring), 3);
}

/* A consumer that keeps up touches two blocks of the room, whatever its capacity. */
static void reuses_what_was_given_back(void **state)
{
	fw_cleanup(fw_ring_destroy) struct fw_ring *ring = NULL;
	uintptr_t lowest = UINTPTR_MAX, highest = 0;
	char bytes[1000] = "";

	(void)state;
	assert_int_equal(fw_ring_create(64 * CAPACITY, &ring), 0);
	for (unsigned i = 0; i < 100000; i++) {
		const void *record = NULL;
		size_t size;

		assert_int_equal(put(ring, bytes, sizeof(bytes)), 0);
		assert_int_equal(fw_ring_peek(ring, &record, &size), 0);
		lowest = MIN(lowest, (uintptr_t)record);
		highest = MAX(highest, (uintptr_t)record);
		fw_ring_release(ring);
	}
	assert_true(highest - lowest < CAPACITY);
	assert_int_equal(fw_ring_refused(ring), 0);
}

/* Many turns of records whose sizes never divide the capacity. */
static void wraps(void **state)
{
	fw_cleanup(fw_ring_destroy) struct fw_ring *ring = NULL;
	g_autofree uint8_t *bytes = g_malloc0(FW_RING_RECORD_MAX_BYTES);
	uint32_t written = 0, seen = 0;

	(void)state;
	assert_int_equal(fw_ring_create(CAPACITY, &ring), 0);
	while (seen < 5000) {
		size_t want = 4 + (size_t)written * 7919 % 60000;
		const void *record;
		size_t size;

		memcpy(bytes, &written, sizeof(written));
		if (put(ring, bytes, want) == 0) {
			written++;
			continue;
		}
		assert_int_equal(fw_ring_peek(ring, &record, &size), 0);
		assert_memory_equal(record, &seen, sizeof(seen));
		assert_int_equal(size, 4 + (size_t)seen * 7919 % 60000);
		assert_true((uintptr_t)record % 8 == 0);
		fw_ring_release(ring);
		seen++;
	}
}

enum {
	RECORDS = 200000
};

static void *produce(void *user)
{
	struct fw_ring *ring = user;

	for (uint32_t i = 0; i < RECORDS; i++) {
		uint32_t bytes[64];
		size_t words = 1 + i % 64;

		for (size_t j = 0; j < words; j++) {
			bytes[j] = i;
		}
		while (put(ring, bytes, words * 4) < 0) {
			(void)sched_yield();
		}
	}
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	fw_cleanup(fw_ring_destroy) struct fw_ring *ring = NULL;
	pthread_t producer;

	(void)state;
	assert_int_equal(fw_ring_create(CAPACITY, &ring), 0);
	assert_int_equal(pthread_create(&producer, NULL, produce, ring), 0);
	for (uint32_t i = 0; i < RECORDS;) {
		const void *record;
		size_t size;

		if (fw_ring_peek(ring, &record, &size) == -EAGAIN) {
			(void)sched_yield();
			continue;
		}
		assert_int_equal(size, (1 + i % 64) * 4);
		for (size_t j = 0; j < size / 4; j++) {
			assert_true(((const uint32_t *)record)[j] == i);
		}
		fw_ring_release(ring);
		i++;
	}
	assert_int_equal(pthread_join(producer, NULL), 0);
	assert_int_equal(fw_ring_used_bytes(ring), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_bad_sizes),
		cmocka_unit_test(carries_records),
		cmocka_unit_test(full_is_refused_and_counted),
		cmocka_unit_test(reuses_what_was_given_back),
		cmocka_unit_test(wraps),
		cmocka_unit_test(threads_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
