/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crypto: the few primitives the system rests on, by OpenSSL. AES-256-GCM (NIST SP 800-38D),
 * SHA-256 (FIPS 180-4), HMAC (RFC 2104), random bytes.
 *
 * Owner: the creator of an object. Threads: an object belongs to one thread at a time; plain
 * functions any. Errors: -EBADMSG a seal does not hold (changed bytes, wrong key, nonce or AAD);
 * -EIO OpenSSL failed for a reason of its own. No random bytes: the process aborts.
 */
#ifndef FW_BASE_CRYPTO_H
#define FW_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

#define FW_AEAD_KEY_BYTES   32
#define FW_AEAD_NONCE_BYTES 12 /* SP 800-38D 8.2: 96 bits */
#define FW_AEAD_TAG_BYTES   16
#define FW_SHA256_BYTES     32
#define FW_SHA1_BYTES       20

/*
 * Loads the algorithms and OpenSSL's configuration file, so that nothing is opened later. Call it
 * in a worker process before it enters the sandbox; elsewhere it is not needed.
 */
int fw_crypto_warm_up(void);

struct fw_aead; /* an AES-256-GCM key schedule, reusable for any number of messages */

int fw_aead_create(const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_aead **ret_aead);
void fw_aead_destroy(struct fw_aead *aead);
FW_DEFINE_CLEANUP(struct fw_aead, fw_aead_destroy)

/*
 * ret_sealed: size + FW_AEAD_TAG_BYTES, cipher text then tag; may be the same memory as plain.
 * A nonce must never be used twice with one key. aad may be NULL when aad_size is 0.
 */
int fw_aead_seal(struct fw_aead *aead, const uint8_t nonce[FW_AEAD_NONCE_BYTES], const void *aad,
	size_t aad_size, const void *plain, size_t size, void *ret_sealed);

/*
 * sealed_size: cipher text and tag, at least FW_AEAD_TAG_BYTES. ret_plain: sealed_size -
 * FW_AEAD_TAG_BYTES, may be the same memory as sealed; its content is unspecified (zeros, never
 * unauthenticated plain text) after -EBADMSG.
 */
int fw_aead_open(struct fw_aead *aead, const uint8_t nonce[FW_AEAD_NONCE_BYTES], const void *aad,
	size_t aad_size, const void *sealed, size_t sealed_size, void *ret_plain);

struct fw_sha256; /* a running digest */

int fw_sha256_create(struct fw_sha256 **ret_digest);
void fw_sha256_destroy(struct fw_sha256 *digest);
FW_DEFINE_CLEANUP(struct fw_sha256, fw_sha256_destroy)
int fw_sha256_update(struct fw_sha256 *digest, const void *bytes, size_t size);
/* The digest of everything since the last finish; the object starts anew. */
int fw_sha256_finish(struct fw_sha256 *digest, uint8_t ret_digest[FW_SHA256_BYTES]);

int fw_sha256(const void *bytes, size_t size, uint8_t ret_digest[FW_SHA256_BYTES]);
int fw_hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t size,
	uint8_t ret_mac[FW_SHA256_BYTES]);
/* Only for coturn's time-limited credentials, which are defined with SHA-1. */
int fw_hmac_sha1(const void *key, size_t key_size, const void *bytes, size_t size,
	uint8_t ret_mac[FW_SHA1_BYTES]);

void fw_random_bytes(void *ret_bytes, size_t size);

/* Compares without telling by its duration where the difference is. */
bool fw_equal_constant_time(const void *left, const void *right, size_t size);

/* Overwrites memory that held a secret; not optimised away. bytes may be NULL when size is 0. */
void fw_wipe(void *bytes, size_t size);

#endif
