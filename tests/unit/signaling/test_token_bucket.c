/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "signaling/token_bucket.h"

static void allows_a_second_at_once(void **state)
{
	struct fw_token_bucket bucket;

	(void)state;
	fw_token_bucket_init(&bucket, 200, 1000);
	for (int i = 0; i < 200; i++) {
		assert_true(fw_token_bucket_take(&bucket, 1000));
	}
	assert_false(fw_token_bucket_take(&bucket, 1000));
	assert_false(fw_token_bucket_take(&bucket, 1000 + 4999));
	assert_true(fw_token_bucket_take(&bucket, 1000 + 4999 + 1));
	assert_false(fw_token_bucket_take(&bucket, 6000));
}

static void fills_no_further_than_full(void **state)
{
	struct fw_token_bucket bucket;
	int taken = 0;

	(void)state;
	fw_token_bucket_init(&bucket, 10, 0);
	while (fw_token_bucket_take(&bucket, 3600 * FW_TOKEN_BUCKET_SECOND_US)) {
		taken++;
	}
	assert_int_equal(taken, 10);
	/* A clock that stands still or jumps back gives nothing. */
	assert_false(fw_token_bucket_take(&bucket, 0));
}

static void holds_the_rate(void **state)
{
	struct fw_token_bucket bucket;
	int taken = 0;

	(void)state;
	fw_token_bucket_init(&bucket, 200, 0);
	for (int64_t now_us = 0; now_us < 10 * FW_TOKEN_BUCKET_SECOND_US; now_us += 1000) {
		taken += fw_token_bucket_take(&bucket, now_us);
	}
	assert_in_range(taken, 2190, 2200); /* one second's burst and ten seconds' rate */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allows_a_second_at_once),
		cmocka_unit_test(fills_no_further_than_full),
		cmocka_unit_test(holds_the_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
