/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/mailbox.h"

static bool is_readable(const struct fw_mailbox *box)
{
	struct pollfd wait = {.fd = fw_mailbox_fd(box), .events = POLLIN};

	return poll(&wait, 1, 0) == 1;
}

static void carries_messages_in_order(void **state)
{
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *box = NULL;
	const struct iovec parts[] = {{"he", 2}, {NULL, 0}, {"llo", 4}};
	struct fw_message message;

	(void)state;
	assert_int_equal(fw_mailbox_create(NULL, &box), 0);
	assert_false(is_readable(box));
	assert_int_equal(fw_mailbox_take(box), 0);
	assert_int_equal(fw_mailbox_post(box, 1, "a", 2), 0);
	assert_int_equal(fw_mailbox_post(box, 2, NULL, 0), 0);
	assert_int_equal(fw_mailbox_post_parts(box, 3, parts, 3), 0);
	assert_true(is_readable(box));
	assert_int_equal(fw_mailbox_take(box), 3);
	assert_false(is_readable(box));

	assert_true(fw_mailbox_next(box, &message));
	assert_int_equal(message.type, 1);
	assert_string_equal(message.body, "a");
	assert_true((uintptr_t)message.body % 16 == 0);
	assert_true(fw_mailbox_next(box, &message));
	assert_int_equal(message.type, 2);
	assert_int_equal(message.size, 0);
	assert_null(message.body);
	assert_true(fw_mailbox_next(box, &message));
	assert_int_equal(message.type, 3);
	assert_int_equal(message.size, 6);
	assert_string_equal(message.body, "hello");
	assert_false(fw_mailbox_next(box, &message));
}

static void a_batch_stays_while_more_arrives(void **state)
{
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *box = NULL;
	struct fw_message message;
	char filler[4096] = {0};

	(void)state;
	assert_int_equal(fw_mailbox_create(NULL, &box), 0);
	assert_int_equal(fw_mailbox_post(box, 1, "first", 6), 0);
	assert_int_equal(fw_mailbox_take(box), 1);
	assert_true(fw_mailbox_next(box, &message));
	for (int i = 0; i < 100; i++) {
		assert_int_equal(fw_mailbox_post(box, 2, filler, sizeof(filler)), 0);
	}
	assert_string_equal(message.body, "first");
	assert_false(fw_mailbox_next(box, &message));
	assert_int_equal(fw_mailbox_take(box), 100);
	/* What is not read is dropped by the next take. */
	assert_int_equal(fw_mailbox_take(box), 0);
	assert_false(fw_mailbox_next(box, &message));
}

static void bounds_are_kept(void **state)
{
	const struct fw_mailbox_options few = {.max_messages = 2};
	const struct fw_mailbox_options small = {.max_bytes = 64};
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *by_count = NULL;
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *by_bytes = NULL;
	const struct iovec huge[] = {{"", SIZE_MAX}, {"", SIZE_MAX}};
	char body[32] = {0};

	(void)state;
	assert_int_equal(fw_mailbox_create(&few, &by_count), 0);
	assert_int_equal(fw_mailbox_post(by_count, 1, NULL, 0), 0);
	assert_int_equal(fw_mailbox_post(by_count, 1, NULL, 0), 0);
	assert_int_equal(fw_mailbox_post(by_count, 1, NULL, 0), -EOVERFLOW);
	assert_int_equal(fw_mailbox_refused(by_count), 1);
	assert_int_equal(fw_mailbox_take(by_count), 2);
	assert_int_equal(fw_mailbox_post(by_count, 1, NULL, 0), 0);

	assert_int_equal(fw_mailbox_create(&small, &by_bytes), 0);
	assert_int_equal(fw_mailbox_post(by_bytes, 1, body, 32), 0);
	assert_int_equal(fw_mailbox_post(by_bytes, 1, body, 1), -EOVERFLOW);
	assert_int_equal(fw_mailbox_post(by_bytes, 1, NULL, 0), 0);
	assert_int_equal(
		fw_mailbox_post(by_bytes, 1, body, FW_MAILBOX_MESSAGE_MAX_BYTES + 1), -EOVERFLOW);
	assert_int_equal(fw_mailbox_post_parts(by_bytes, 1, huge, 2), -EOVERFLOW);
	assert_int_equal(fw_mailbox_refused(by_bytes), 3);
}

static void closed_takes_no_more(void **state)
{
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *box = NULL;

	(void)state;
	assert_int_equal(fw_mailbox_create(NULL, &box), 0);
	assert_int_equal(fw_mailbox_post(box, 1, NULL, 0), 0);
	fw_mailbox_close(box);
	assert_int_equal(fw_mailbox_post(box, 1, NULL, 0), -EPIPE);
	assert_int_equal(fw_mailbox_take(box), 1);
	assert_int_equal(fw_mailbox_refused(box), 0);
}

static void count_wake(void *user)
{
	(*(int *)user)++;
}

static void wakes_once_per_batch(void **state)
{
	int wakes = 0;
	const struct fw_mailbox_options options = {.wake = count_wake, .wake_user = &wakes};
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *box = NULL;

	(void)state;
	assert_int_equal(fw_mailbox_create(&options, &box), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(fw_mailbox_post(box, 1, NULL, 0), 0);
	}
	assert_int_equal(wakes, 1);
	assert_int_equal(fw_mailbox_take(box), 5);
	assert_int_equal(fw_mailbox_post(box, 1, NULL, 0), 0);
	assert_int_equal(wakes, 2);
}

enum {
	PRODUCERS = 4,
	PER_PRODUCER = 20000
};

struct producer {
	struct fw_mailbox *box;
	uint32_t number;
};

static void *produce(void *user)
{
	const struct producer *producer = user;

	for (uint32_t i = 0; i < PER_PRODUCER; i++) {
		while (fw_mailbox_post(producer->box, producer->number, &i, sizeof(i)) < 0) {
			(void)sched_yield();
		}
	}
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	const struct fw_mailbox_options options = {.max_messages = 512};
	struct producer producers[PRODUCERS];
	uint32_t expected[PRODUCERS] = {0};
	pthread_t threads[PRODUCERS];
	fw_cleanup(fw_mailbox_destroy) struct fw_mailbox *box = NULL;
	unsigned total = 0;

	(void)state;
	assert_int_equal(fw_mailbox_create(&options, &box), 0);
	for (uint32_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){box, i};
		assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
	}
	while (total < PRODUCERS * PER_PRODUCER) {
		struct pollfd wait = {.fd = fw_mailbox_fd(box), .events = POLLIN};
		struct fw_message message;

		/* A lost wake-up would show as this time-out. */
		assert_int_equal(poll(&wait, 1, 10000), 1);
		(void)fw_mailbox_take(box);
		while (fw_mailbox_next(box, &message)) {
			uint32_t value;

			assert_int_equal(message.size, sizeof(value));
			memcpy(&value, message.body, sizeof(value));
			assert_int_equal(value, expected[message.type]++);
			total++;
		}
	}
	for (int i = 0; i < PRODUCERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_messages_in_order),
		cmocka_unit_test(a_batch_stays_while_more_arrives),
		cmocka_unit_test(bounds_are_kept),
		cmocka_unit_test(closed_takes_no_more),
		cmocka_unit_test(wakes_once_per_batch),
		cmocka_unit_test(threads_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
