/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "media/estimator.h"

static int64_t feed(struct fw_estimator *estimator, int64_t now_us, int64_t duration_us,
	struct fw_twcc_summary summary)
{
	int64_t end_us = now_us + duration_us;

	for (; now_us < end_us; now_us += 50000) {
		fw_estimator_add(estimator, &summary, now_us);
	}
	return now_us;
}

static void comes_down_for_cause_and_back(void **state)
{
	struct fw_estimator estimator;
	struct fw_twcc_summary good = {.received = 20, .received_kbps = 1000};
	struct fw_twcc_summary lossy = {.received = 16, .lost = 4, .received_kbps = 1000};
	struct fw_twcc_summary queued = {.received = 20, .received_kbps = 600, .queue_ms = 300};
	int64_t now_us = 10000000;

	(void)state;
	fw_estimator_init(&estimator, 4000);
	assert_false(estimator.measured);
	now_us = feed(&estimator, now_us, 2000000, good);
	assert_true(estimator.measured);
	assert_int_equal(estimator.kbps, 4000);
	/* A short disturbance is none. */
	now_us = feed(&estimator, now_us, 250000, queued);
	now_us = feed(&estimator, now_us, 100000, good);
	assert_int_equal(estimator.kbps, 4000);
	/* By half at most, then to under what arrives. */
	now_us = feed(&estimator, now_us, 500000, lossy);
	assert_int_equal(estimator.kbps, 2000);
	now_us = feed(&estimator, now_us, 2000000, lossy);
	assert_int_equal(estimator.kbps, 850);
	now_us = feed(&estimator, now_us, 1500000, queued);
	assert_int_equal(estimator.kbps, 510);
	now_us = feed(&estimator, now_us, 5000000, good);
	assert_in_range(estimator.kbps, 700, 1000);
	now_us = feed(&estimator, now_us, 30000000, good);
	assert_int_equal(estimator.kbps, 4000);
}

static void never_below_the_floor(void **state)
{
	struct fw_estimator estimator;
	struct fw_twcc_summary bad = {.received = 10, .lost = 90, .received_kbps = 20};

	(void)state;
	fw_estimator_init(&estimator, 4000);
	(void)feed(&estimator, 10000000, 10000000, bad);
	assert_int_equal(estimator.kbps, FW_ESTIMATOR_FLOOR_KBPS);
	fw_estimator_set(&estimator, 1, 0);
	assert_int_equal(estimator.kbps, FW_ESTIMATOR_FLOOR_KBPS);
	fw_estimator_set(&estimator, 999999, 0);
	assert_int_equal(estimator.kbps, 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_down_for_cause_and_back),
		cmocka_unit_test(never_below_the_floor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
