/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_and_recovers_over_the_wrap),
		cmocka_unit_test(gives_up_after_half_a_second),
		cmocka_unit_test(large_bursts_stay_bounded),
		cmocka_unit_test(every_loss_pattern_is_accounted_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
