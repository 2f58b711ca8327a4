/* SPDX-License-Identifier: Apache-2.0 */
/* The alerts of a DTLS 1.2 session that has done its work. After the handshake a connection for SRTP has nothing more to say but
 * good-bye; to hear that, OpenSSL would keep 50 kB for each peer. This keeps the peer's write key and opens its alerts (RFC 5246 7.2).
 *
 * Owner: the caller's memory, nothing is allocated that stays; wipe it.  Threads: one at a time.
 * Errors: -ENOTSUP a cipher suite that is not spoken here, -EIO OpenSSL failed.
 */
#ifndef FW_MEDIA_DTLS_FAREWELL_H
#define FW_MEDIA_DTLS_FAREWELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_DTLS_MASTER_BYTES 48 /* RFC 5246 8.1 */
#define FW_DTLS_RANDOM_BYTES 32

struct fw_dtls_secret {
	uint16_t suite; /* IANA's number */
	bool peer_is_client;
	uint8_t master[FW_DTLS_MASTER_BYTES];
	uint8_t client_random[FW_DTLS_RANDOM_BYTES];
	uint8_t server_random[FW_DTLS_RANDOM_BYTES];
};

struct fw_dtls_farewell {
	const struct fw_dtls_suite *suite;
	uint8_t key[32];
	uint8_t iv[12];
};

enum fw_dtls_said {
	FW_DTLS_SAID_NOTHING, /* nothing of meaning, or not authentic */
	FW_DTLS_SAID_GOOD_BYE,
	FW_DTLS_SAID_FATAL,
};

int fw_dtls_farewell_init(
	struct fw_dtls_farewell *ret_farewell, const struct fw_dtls_secret *secret);
/* The first alert of a datagram that ends the session. A replay says no more than the peer itself once said. */
enum fw_dtls_said fw_dtls_farewell_hear(
	const struct fw_dtls_farewell *farewell, const uint8_t *datagram, size_t bytes);

#endif
