/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token bucket: at most `per_s` events a second, with a burst of one second's worth.
 *
 * Owner: the caller's memory. Threads: one. Errors: none. Time is monotonic and given.
 */
#ifndef FW_SIGNALING_TOKEN_BUCKET_H
#define FW_SIGNALING_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#define FW_TOKEN_BUCKET_SECOND_US INT64_C(1000000)

struct fw_token_bucket {
	int64_t per_s;
	int64_t level; /* tokens, in millionths */
	int64_t then_us;
};

static inline void fw_token_bucket_init(
	struct fw_token_bucket *bucket, uint32_t per_s, int64_t now_us)
{
	*bucket =
		(struct fw_token_bucket){per_s, (int64_t)per_s * FW_TOKEN_BUCKET_SECOND_US, now_us};
}

/* False: there is none left. */
static inline bool fw_token_bucket_take(struct fw_token_bucket *bucket, int64_t now_us)
{
	int64_t full = bucket->per_s * FW_TOKEN_BUCKET_SECOND_US;
	int64_t passed_us = now_us - bucket->then_us;

	bucket->then_us = now_us;
	if (passed_us >= FW_TOKEN_BUCKET_SECOND_US) {
		bucket->level = full;
	} else if (passed_us > 0) {
		bucket->level += passed_us * bucket->per_s;
		bucket->level = bucket->level > full ? full : bucket->level;
	}
	if (bucket->level < FW_TOKEN_BUCKET_SECOND_US) {
		return false;
	}
	bucket->level -= FW_TOKEN_BUCKET_SECOND_US;
	return true;
}

#endif
