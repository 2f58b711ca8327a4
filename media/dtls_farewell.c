/* SPDX-License-Identifier: Apache-2.0 */
#include "media/dtls_farewell.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

#define HEADER_BYTES   13 /* type, version 2, epoch 2, number 6, length 2: RFC 6347 4.1 */
#define TYPE_ALERT     21 /* RFC 5246 6.2.1 */
#define EPOCH          1 /* of the only keys there ever are: no renegotiation */
#define ALERT_BYTES    2
#define TAG_BYTES      16
#define EXPLICIT_BYTES 8 /* part of GCM's nonce that is in the record: RFC 5288 3 */
#define NONCE_BYTES    12
#define LEVEL_FATAL    2
#define CLOSE_NOTIFY   0

/* The AEAD suites of dtls.c's list. */
struct fw_dtls_suite {
	uint16_t numbers[2]; /* with an RSA and an ECDSA certificate */
	uint8_t key_bytes, iv_bytes;
	bool explicit_nonce;
	const char *digest; /* of the PRF */
	const EVP_CIPHER *(*cipher)(void);
};

static const struct fw_dtls_suite suites[] = {
	{{0xc02f, 0xc02b}, 16, 4, true, "SHA256", EVP_aes_128_gcm}, /* RFC 5289 */
	{{0xc030, 0xc02c}, 32, 4, true, "SHA384", EVP_aes_256_gcm},
	{{0xcca8, 0xcca9}, 32, 12, false, "SHA256", EVP_chacha20_poly1305}, /* RFC 7905 */
};

static const struct fw_dtls_suite *find_suite(uint16_t number)
{
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		if (suites[i].numbers[0] == number || suites[i].numbers[1] == number) {
			return &suites[i];
		}
	}
	return NULL;
}

/* RFC 5246 6.3: both write keys, then both IV; the client's come first. */
static int expand(const struct fw_dtls_suite *suite, const struct fw_dtls_secret *secret,
	uint8_t *ret_block, size_t bytes)
{
	static const char label[] = "key expansion";
	uint8_t seed[sizeof(label) - 1 + 2 * FW_DTLS_RANDOM_BYTES];
	uint8_t *randoms = seed + sizeof(label) - 1;
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_TLS1_PRF, NULL);
	EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM with[] = {OSSL_PARAM_construct_utf8_string(
				     OSSL_KDF_PARAM_DIGEST, (char *)(uintptr_t)suite->digest, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET,
			(uint8_t *)(uintptr_t)secret->master, sizeof(secret->master)),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof(seed)),
		OSSL_PARAM_construct_end()};
	int r;

	memcpy(seed, label, sizeof(label) - 1);
	memcpy(randoms, secret->server_random, FW_DTLS_RANDOM_BYTES);
	memcpy(randoms + FW_DTLS_RANDOM_BYTES, secret->client_random, FW_DTLS_RANDOM_BYTES);
	r = context && EVP_KDF_derive(context, ret_block, bytes, with) == 1 ? 0 : -EIO;
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return r;
}

int fw_dtls_farewell_init(struct fw_dtls_farewell *ret_farewell, const struct fw_dtls_secret *secret)
{
	const struct fw_dtls_suite *suite = find_suite(secret->suite);
	unsigned side = secret->peer_is_client ? 0 : 1;
	uint8_t block[2 * (sizeof(ret_farewell->key) + sizeof(ret_farewell->iv))];
	size_t bytes;
	int r;

	if (!suite) {
		return -ENOTSUP;
	}
	bytes = 2 * (size_t)(suite->key_bytes + suite->iv_bytes);
	r = expand(suite, secret, block, bytes);
	if (r == 0) {
		memset(ret_farewell, 0, sizeof(*ret_farewell));
		ret_farewell->suite = suite;
		memcpy(ret_farewell->key, block + side * suite->key_bytes, suite->key_bytes);
		memcpy(ret_farewell->iv, block + 2 * suite->key_bytes + side * suite->iv_bytes,
			suite->iv_bytes);
	}
	OPENSSL_cleanse(block, sizeof(block));
	return r;
}

static bool open_alert(const struct fw_dtls_farewell *farewell, const uint8_t *nonce,
	const uint8_t aad[HEADER_BYTES], const uint8_t *sealed, uint8_t ret_alert[ALERT_BYTES])
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t tag[TAG_BYTES], unused[TAG_BYTES];
	int done;
	bool good;

	memcpy(tag, sealed + ALERT_BYTES, sizeof(tag));
	good = context &&
		EVP_DecryptInit_ex2(
			context, farewell->suite->cipher(), farewell->key, nonce, NULL) == 1 &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) == 1 &&
		EVP_DecryptUpdate(context, NULL, &done, aad, HEADER_BYTES) == 1 &&
		EVP_DecryptUpdate(context, ret_alert, &done, sealed, ALERT_BYTES) == 1 &&
		EVP_DecryptFinal_ex(context, unused, &done) == 1;
	EVP_CIPHER_CTX_free(context);
	return good;
}

/* One record, whole. */
static enum fw_dtls_said hear_record(
	const struct fw_dtls_farewell *farewell, const uint8_t *record, size_t text_bytes)
{
	const uint8_t *text = record + HEADER_BYTES, *number = record + 3; /* epoch and number */
	size_t before = farewell->suite->explicit_nonce ? EXPLICIT_BYTES : 0;
	uint8_t aad[HEADER_BYTES], nonce[NONCE_BYTES], alert[ALERT_BYTES];

	if (record[0] != TYPE_ALERT || number[0] != 0 || number[1] != EPOCH ||
		text_bytes != before + ALERT_BYTES + TAG_BYTES) {
		return FW_DTLS_SAID_NOTHING;
	}
	memcpy(nonce, farewell->iv, sizeof(nonce));
	if (farewell->suite->explicit_nonce) {
		memcpy(nonce + farewell->suite->iv_bytes, text, EXPLICIT_BYTES);
	} else {
		for (unsigned i = 0; i < 8; i++) { /* RFC 7905 2 */
			nonce[4 + i] ^= number[i];
		}
	}
	/* RFC 6347 4.1.2.1: epoch and number, type, version, length of the plain text */
	memcpy(aad, number, 8);
	memcpy(aad + 8, record, 3);
	aad[11] = 0;
	aad[12] = ALERT_BYTES;
	if (!open_alert(farewell, nonce, aad, text + before, alert)) {
		return FW_DTLS_SAID_NOTHING;
	}
	if (alert[1] == CLOSE_NOTIFY) {
		return FW_DTLS_SAID_GOOD_BYE;
	}
	return alert[0] == LEVEL_FATAL ? FW_DTLS_SAID_FATAL : FW_DTLS_SAID_NOTHING;
}

enum fw_dtls_said fw_dtls_farewell_hear(
	const struct fw_dtls_farewell *farewell, const uint8_t *datagram, size_t bytes)
{
	while (bytes >= HEADER_BYTES) {
		size_t text_bytes = (size_t)(datagram[11] << 8 | datagram[12]);
		enum fw_dtls_said said;

		if (text_bytes > bytes - HEADER_BYTES) {
			break;
		}
		said = hear_record(farewell, datagram, text_bytes);
		if (said != FW_DTLS_SAID_NOTHING) {
			return said;
		}
		datagram += HEADER_BYTES + text_bytes;
		bytes -= HEADER_BYTES + text_bytes;
	}
	return FW_DTLS_SAID_NOTHING;
}
