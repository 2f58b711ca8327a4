/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "media/nack.h"

static void asks_and_recovers_over_the_wrap(void **state)
{
	struct fw_nack_receiver receiver;
	uint16_t due[8];
	int64_t extended = 0;

	(void)state;
	fw_nack_receiver_init(&receiver);
	assert_int_equal(fw_nack_receiver_add(&receiver, 65533, 0, &extended), FW_NACK_IN_ORDER);
	assert_int_equal(extended, 65533);
	assert_true(fw_nack_receiver_next_us(&receiver, 0) == INT64_MAX);
	assert_int_equal(fw_nack_receiver_add(&receiver, 1, 1000, &extended), FW_NACK_GAP);
	assert_int_equal(extended, 65537);
	assert_int_equal(fw_nack_receiver_next_us(&receiver, 0), 1000 + FW_NACK_REORDER_US);
	assert_int_equal(fw_nack_receiver_due(&receiver, 1000, 0, due, 8), 0);
	assert_int_equal(fw_nack_receiver_due(&receiver, 6000, 30000, due, 8), 3);
	assert_int_equal(due[0], 65534);
	assert_int_equal(due[1], 65535);
	assert_int_equal(due[2], 0);
	assert_int_equal(fw_nack_receiver_add(&receiver, 65535, 7000, &extended), FW_NACK_RECOVERED);
	assert_int_equal(extended, 65535);
	assert_int_equal(fw_nack_receiver_add(&receiver, 65535, 7000, NULL), FW_NACK_OLD);
	/* asked again after a round trip */
	assert_int_equal(fw_nack_receiver_due(&receiver, 35999, 30000, due, 8), 0);
	assert_int_equal(fw_nack_receiver_due(&receiver, 36000, 30000, due, 1), 1);
	assert_int_equal(due[0], 65534);
	assert_int_equal(receiver.recovered, 1);
}

static void gives_up_after_half_a_second(void **state)
{
	struct fw_nack_receiver receiver;
	uint16_t due[8];
	unsigned asked = 0;

	(void)state;
	fw_nack_receiver_init(&receiver);
	(void)fw_nack_receiver_add(&receiver, 1, 0, NULL);
	(void)fw_nack_receiver_add(&receiver, 3, 0, NULL);
	for (int64_t now_us = 0; now_us < FW_NACK_GIVE_UP_US;
		now_us = fw_nack_receiver_next_us(&receiver, 0)) {
		asked += (unsigned)fw_nack_receiver_due(&receiver, now_us, 0, due, 8);
		assert_true(fw_nack_receiver_next_us(&receiver, 0) > now_us);
	}
	assert_int_equal(asked, FW_NACK_TRIES_MAX);
	assert_int_equal(receiver.given_up, 0);
	assert_int_equal(fw_nack_receiver_due(&receiver, FW_NACK_GIVE_UP_US, 0, due, 8), 0);
	assert_int_equal(receiver.given_up, 1);
	assert_int_equal(fw_nack_receiver_add(&receiver, 2, FW_NACK_GIVE_UP_US, NULL), FW_NACK_OLD);
}

static void large_bursts_stay_bounded(void **state)
{
	struct fw_nack_receiver receiver;
	uint16_t due[2 * FW_NACK_MISSING_MAX];
	int64_t extended = 0;

	(void)state;
	fw_nack_receiver_init(&receiver);
	(void)fw_nack_receiver_add(&receiver, 0, 0, NULL);
	(void)fw_nack_receiver_add(&receiver, 101, 0, NULL);
	assert_int_equal(receiver.missing_count, 100);
	(void)fw_nack_receiver_add(&receiver, 202, 0, NULL);
	assert_int_equal(receiver.missing_count, FW_NACK_MISSING_MAX);
	assert_int_equal(receiver.given_up, 200 - FW_NACK_MISSING_MAX);
	(void)fw_nack_receiver_add(&receiver, 1000, 0, NULL);
	assert_int_equal(receiver.missing_count, FW_NACK_MISSING_MAX);
	assert_int_equal(fw_nack_receiver_due(&receiver, 10000, 0, due, G_N_ELEMENTS(due)),
		FW_NACK_MISSING_MAX);
	assert_int_equal(due[FW_NACK_MISSING_MAX - 1], 999);
	assert_int_equal(due[0], 1000 - FW_NACK_MISSING_MAX);
	/* numbering begins anew, forwards and backwards: the long number still rises */
	assert_int_equal(fw_nack_receiver_add(&receiver, 30000, 0, &extended), FW_NACK_RESTART);
	assert_int_equal(extended, 30000);
	assert_int_equal(receiver.missing_count, 0);
	assert_int_equal(fw_nack_receiver_add(&receiver, 5, 0, &extended), FW_NACK_RESTART);
	assert_int_equal(extended, 65541);
	assert_int_equal(fw_nack_receiver_add(&receiver, 6, 0, &extended), FW_NACK_IN_ORDER);
}

static void every_loss_pattern_is_accounted_for(void **state)
{
	struct fw_nack_receiver receiver;
	uint16_t due[FW_NACK_MISSING_MAX];
	uint64_t lost = 0;
	guint32 seed = 7;

	(void)state;
	fw_nack_receiver_init(&receiver);
	for (int64_t i = 0, now_us = 0; i < 200000; i++, now_us += 1000) {
		seed = seed * 1664525 + 1013904223;
		if (i > 0 && i < 199999 && seed >> 28 == 0) {
			lost++;
			continue;
		}
		(void)fw_nack_receiver_add(&receiver, (uint16_t)i, now_us, NULL);
		(void)fw_nack_receiver_due(&receiver, now_us, 0, due, G_N_ELEMENTS(due));
	}
	assert_int_equal(receiver.given_up + receiver.recovered + receiver.missing_count, lost);
	assert_int_equal(receiver.highest, 199999);
}

static void history_gives_back_what_was_sent(void **state)
{
	size_t size = fw_nack_history_size(100, 5000);
	g_autofree void *memory = g_malloc(size);
	struct fw_nack_history *history = fw_nack_history_init(memory, 100, 5000);
	const uint8_t *found = NULL;
	uint8_t packet[1000];
	size_t bytes = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		uint16_t sequence = (uint16_t)(65000 + i);
		size_t length = 100 + i % 900;
		memset(packet, (int)i & 0xff, sizeof packet);
		assert_int_equal(
			fw_nack_history_put(history, sequence, packet, length, (int64_t)i * 1000),
			0);
		for (unsigned back = 0; back < 60 && back <= i; back++) {
			unsigned old = i - back;
			if (fw_nack_history_get(history, (uint16_t)(65000 + old), (int64_t)i * 1000,
				    0, &found, &bytes) < 0) {
				assert_true(back > 3); /* four of at most 999 bytes always fit */
				break;
			}
			assert_int_equal(bytes, 100 + old % 900);
			assert_int_equal(found[0], old & 0xff);
			assert_int_equal(found[bytes - 1], old & 0xff);
			assert_true(found >= (uint8_t *)memory &&
				found + bytes <= (uint8_t *)memory + size);
		}
	}
	assert_int_equal(fw_nack_history_put(history, 1, packet, 5001, 0), -EOVERFLOW);
	assert_int_equal(fw_nack_history_put(history, 1, packet, 0, 0), -EOVERFLOW);
}

static void history_forgets_by_age_and_answers_once_per_gap(void **state)
{
	g_autofree void *memory = g_malloc(fw_nack_history_size(16, 1000));
	struct fw_nack_history *history = fw_nack_history_init(memory, 16, 1000);
	const uint8_t *found = NULL;
	size_t bytes = 0;

	(void)state;
	assert_int_equal(fw_nack_history_get(history, 0, 0, 0, &found, &bytes), -ENOENT);
	assert_int_equal(fw_nack_history_put(history, 9, (const uint8_t *)"abc", 3, 1000), 0);
	assert_int_equal(fw_nack_history_get(history, 9 + 16, 2000, 0, &found, &bytes), -ENOENT);
	assert_int_equal(fw_nack_history_get(history, 9, 2000, 20000, &found, &bytes), 0);
	assert_memory_equal(found, "abc", 3);
	assert_int_equal(fw_nack_history_get(history, 9, 21999, 20000, &found, &bytes), -ENOENT);
	assert_int_equal(fw_nack_history_get(history, 9, 22000, 20000, &found, &bytes), 0);
	assert_int_equal(
		fw_nack_history_get(history, 9, 1001 + FW_NACK_HISTORY_US, 0, &found, &bytes),
		-ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_and_recovers_over_the_wrap),
		cmocka_unit_test(gives_up_after_half_a_second),
		cmocka_unit_test(large_bursts_stay_bounded),
		cmocka_unit_test(every_loss_pattern_is_accounted_for),
		cmocka_unit_test(history_gives_back_what_was_sent),
		cmocka_unit_test(history_forgets_by_age_and_answers_once_per_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
