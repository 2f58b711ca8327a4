/* SPDX-License-Identifier: Apache-2.0 */
/* Connectivity checks of a controlling ICE agent (RFC 8445 7.2, RFC 8489), written by hand for
 * tests.
 *
 * Owner: values.  Threads: any.  Errors: -EBADMSG not a response to the transaction, or of bad
 * integrity; -EACCES an error response.
 */
#ifndef FW_TESTS_PEER_STUN_CLIENT_H
#define FW_TESTS_PEER_STUN_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEST_STUN_TRANSACTION_BYTES 12
#define TEST_STUN_REQUEST_MAX       256

struct test_stun_check {
	uint8_t transaction[TEST_STUN_TRANSACTION_BYTES];
	const char *username; /* theirs:ours */
	const char *password; /* theirs */
	uint64_t tie_breaker;
	bool use_candidate;
};

size_t test_stun_request(const struct test_stun_check *check, uint8_t out[TEST_STUN_REQUEST_MAX]);
int test_stun_response(const struct test_stun_check *check, const uint8_t *bytes, size_t count);

#endif
