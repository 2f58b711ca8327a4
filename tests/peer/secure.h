/* SPDX-License-Identifier: Apache-2.0 */
/* DTLS (OpenSSL) and SRTP (libsrtp, its packaged ciphers) of a test peer: RFC 5763, 5764, 7714.
 *
 * Owner: the caller.  Threads: one.  Errors: -EPROTO handshake failed, -ENOTCONN no keys yet,
 * -EBADMSG does not authenticate.
 */
#ifndef FW_TESTS_PEER_SECURE_H
#define FW_TESTS_PEER_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_secure;

#define TEST_SRTP_GROWTH 64 /* room that a packet needs behind it to be protected */

/* send takes DTLS datagrams. */
struct test_secure *test_secure_new(bool server, bool aes_cm,
	void (*send)(void *user, const uint8_t *bytes, size_t count), void *user);
void test_secure_free(struct test_secure *secure);
void test_secure_fingerprint(
	const struct test_secure *secure, uint8_t ret_sha256[32]); /* own certificate */
void test_secure_expect(struct test_secure *secure, const uint8_t sha256[32]); /* the server's */

/* Begins, continues (bytes NULL: the timer) or ends; 1 once the keys are there, 0 not yet. */
int test_secure_step(struct test_secure *secure, const uint8_t *bytes, size_t count);
const char *test_secure_profile(const struct test_secure *secure); /* NULL before the keys */

void test_secure_close(struct test_secure *secure); /* says good-bye: close_notify */

/* In place; packet has TEST_SRTP_GROWTH bytes of room. */
int test_secure_protect(struct test_secure *secure, uint8_t *packet, size_t *bytes, bool rtcp);
int test_secure_unprotect(struct test_secure *secure, uint8_t *packet, size_t *bytes, bool rtcp);

#endif
