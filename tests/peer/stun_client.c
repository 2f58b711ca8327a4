/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/stun_client.h"
#include "media/bytes.h"
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define HEADER_BYTES            20
#define MAGIC                   0x2112A442u /* RFC 8489 5 */
#define BINDING_REQUEST         0x0001
#define BINDING_RESPONSE        0x0101
#define ATTRIBUTE_USERNAME      0x0006
#define ATTRIBUTE_INTEGRITY     0x0008
#define ATTRIBUTE_PRIORITY      0x0024
#define ATTRIBUTE_USE_CANDIDATE 0x0025
#define ATTRIBUTE_FINGERPRINT   0x8028
#define ATTRIBUTE_CONTROLLING   0x802A
#define INTEGRITY_BYTES         20
#define FINGERPRINT_XOR         0x5354554eu /* RFC 8489 14.7 */
#define PRFLX_PRIORITY          (110u << 24 | 0xffffu << 8 | 255) /* RFC 8445 5.1.2.2 */

static uint32_t crc32_of(const uint8_t *bytes, size_t count)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
		}
	}
	return ~crc;
}

static size_t put_attribute(uint8_t *out, size_t at, uint16_t type, const void *value, size_t bytes)
{
	fw_put16(out + at, type);
	fw_put16(out + at + 2, (uint16_t)bytes);
	memset(out + at + 4, 0, (bytes + 3) / 4 * 4);
	if (bytes > 0) {
		memcpy(out + at + 4, value, bytes);
	}
	return at + 4 + (bytes + 3) / 4 * 4;
}

/* The length field counts up to and with the attribute being computed. */
static void integrity(
	uint8_t *message, size_t before, const char *password, uint8_t ret_digest[INTEGRITY_BYTES])
{
	unsigned length = 0;

	fw_put16(message + 2, (uint16_t)(before + 4 + INTEGRITY_BYTES - HEADER_BYTES));
	(void)HMAC(
		EVP_sha1(), password, (int)strlen(password), message, before, ret_digest, &length);
}

size_t test_stun_request(const struct test_stun_check *check, uint8_t out[TEST_STUN_REQUEST_MAX])
{
	uint8_t value[INTEGRITY_BYTES];
	size_t at = HEADER_BYTES;

	fw_put16(out, BINDING_REQUEST);
	fw_put32(out + 4, MAGIC);
	memcpy(out + 8, check->transaction, TEST_STUN_TRANSACTION_BYTES);
	at = put_attribute(out, at, ATTRIBUTE_USERNAME, check->username, strlen(check->username));
	fw_put32(value, PRFLX_PRIORITY);
	at = put_attribute(out, at, ATTRIBUTE_PRIORITY, value, 4);
	fw_put64(value, check->tie_breaker);
	at = put_attribute(out, at, ATTRIBUTE_CONTROLLING, value, 8);
	if (check->use_candidate) {
		at = put_attribute(out, at, ATTRIBUTE_USE_CANDIDATE, NULL, 0);
	}
	integrity(out, at, check->password, value);
	at = put_attribute(out, at, ATTRIBUTE_INTEGRITY, value, INTEGRITY_BYTES);
	fw_put16(out + 2, (uint16_t)(at + 8 - HEADER_BYTES));
	fw_put32(value, crc32_of(out, at) ^ FINGERPRINT_XOR);
	return put_attribute(out, at, ATTRIBUTE_FINGERPRINT, value, 4);
}

/* Where MESSAGE-INTEGRITY begins, 0 if there is none. */
static size_t find_integrity(const uint8_t *bytes, size_t count)
{
	size_t at = HEADER_BYTES;

	while (count - at >= 4) {
		size_t length = fw_get16(bytes + at + 2);
		if (count - at - 4 < (length + 3) / 4 * 4) {
			return 0;
		}
		if (fw_get16(bytes + at) == ATTRIBUTE_INTEGRITY) {
			return length == INTEGRITY_BYTES ? at : 0;
		}
		at += 4 + (length + 3) / 4 * 4;
	}
	return 0;
}

int test_stun_response(const struct test_stun_check *check, const uint8_t *bytes, size_t count)
{
	uint8_t copy[1500], digest[INTEGRITY_BYTES];
	size_t at = 0;

	if (count < HEADER_BYTES || count > sizeof copy || fw_get32(bytes + 4) != MAGIC ||
		(size_t)fw_get16(bytes + 2) + HEADER_BYTES != count ||
		memcmp(bytes + 8, check->transaction, TEST_STUN_TRANSACTION_BYTES) != 0) {
		return -EBADMSG;
	}
	at = find_integrity(bytes, count);
	if (at == 0) {
		return -EBADMSG;
	}
	memcpy(copy, bytes, count);
	integrity(copy, at, check->password, digest);
	if (memcmp(digest, bytes + at + 4, INTEGRITY_BYTES) != 0) {
		return -EBADMSG;
	}
	return fw_get16(bytes) == BINDING_RESPONSE ? 0 : -EACCES;
}
