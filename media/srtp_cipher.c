/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-1 by its plain functions, which OpenSSL 3 calls deprecated: EVP_MAC copies, that is allocates, three contexts for each packet. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "media/srtp_cipher.h"

#include <errno.h>
#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <stdbool.h>
#include <string.h>

/* What libsrtp 2 says of itself in its public headers, and what its code relies on besides:
 * - a cipher's key length includes the salt; AES-CM reads 14 octets of salt and no more;
 * - srtp_cipher_t.algorithm, not the type's id, selects the AEAD path;
 * - init is called again on a live cipher (a new key in place), set_aad twice per SRTCP packet;
 * - SRTCP packets that are only authenticated come as an encryption of length 0, which must not finalise;
 * - a tag that does not fit must be answered with srtp_err_status_auth_fail. */
#define CM_SALT_BYTES  14 /* RFC 3711 8.2 */
#define GCM_SALT_BYTES 12 /* RFC 7714 8.1 */
#define GCM_TAG_BYTES  16
#define GCM_TAG_SHORT  8 /* libsrtp's own self-test uses it */
#define SHA1_BYTES     20

enum kind {
	CM_128,
	CM_256,
	GCM_128,
	GCM_256,
	KIND_COUNT
};

struct cipher {
	srtp_cipher_t base; /* first: what libsrtp holds */
	EVP_CIPHER_CTX *evp;
	const EVP_CIPHER *algorithm;
	unsigned key_bytes; /* without the salt */
	unsigned tag_bytes; /* 0: AES-CM */
	srtp_cipher_direction_t direction;
	uint8_t salt[16]; /* AES-CM: 14 octets and two zeros */
};

struct authenticator {
	srtp_auth_t base; /* first */
	SHA_CTX inner, outer; /* behind the key's block (RFC 2104 2) */
	SHA_CTX running;
};

/* Fetched once per process: a fetch by name costs more than a packet. */
static EVP_CIPHER *algorithms[KIND_COUNT];

static const srtp_cipher_type_t types[KIND_COUNT];
static const srtp_auth_type_t hmac_type;

/* ---- ciphers ---- */

static srtp_err_status_t cipher_alloc(
	srtp_cipher_pointer_t *ret_cipher, enum kind kind, int key_bytes, int tag_bytes)
{
	bool aead = kind == GCM_128 || kind == GCM_256;
	int salt_bytes = aead ? GCM_SALT_BYTES : CM_SALT_BYTES;
	int want = (kind == CM_128 || kind == GCM_128 ? 16 : 32) + salt_bytes;
	struct cipher *cipher;

	if (key_bytes != want || (aead && tag_bytes != GCM_TAG_BYTES && tag_bytes != GCM_TAG_SHORT)) {
		return srtp_err_status_bad_param;
	}
	cipher = g_new0(struct cipher, 1);
	cipher->evp = EVP_CIPHER_CTX_new();
	if (!cipher->evp) {
		g_free(cipher);
		return srtp_err_status_alloc_fail;
	}
	cipher->algorithm = algorithms[kind];
	cipher->key_bytes = (unsigned)(key_bytes - salt_bytes);
	cipher->tag_bytes = aead ? (unsigned)tag_bytes : 0;
	cipher->direction = srtp_direction_any;
	cipher->base.type = &types[kind];
	cipher->base.state = cipher;
	cipher->base.key_len = key_bytes;
	cipher->base.algorithm = (int)types[kind].id;
	*ret_cipher = &cipher->base;
	return srtp_err_status_ok;
}

static srtp_err_status_t cm_128_alloc(
	srtp_cipher_pointer_t *ret_cipher, int key_bytes, int tag_bytes)
{
	return cipher_alloc(ret_cipher, CM_128, key_bytes, tag_bytes);
}

static srtp_err_status_t cm_256_alloc(
	srtp_cipher_pointer_t *ret_cipher, int key_bytes, int tag_bytes)
{
	return cipher_alloc(ret_cipher, CM_256, key_bytes, tag_bytes);
}

static srtp_err_status_t gcm_128_alloc(
	srtp_cipher_pointer_t *ret_cipher, int key_bytes, int tag_bytes)
{
	return cipher_alloc(ret_cipher, GCM_128, key_bytes, tag_bytes);
}

static srtp_err_status_t gcm_256_alloc(
	srtp_cipher_pointer_t *ret_cipher, int key_bytes, int tag_bytes)
{
	return cipher_alloc(ret_cipher, GCM_256, key_bytes, tag_bytes);
}

static srtp_err_status_t cipher_dealloc(srtp_cipher_pointer_t base)
{
	struct cipher *cipher = (struct cipher *)base;

	EVP_CIPHER_CTX_free(cipher->evp); /* wipes the key schedule */
	OPENSSL_cleanse(cipher, sizeof(*cipher));
	g_free(cipher);
	return srtp_err_status_ok;
}

static srtp_err_status_t cipher_init(void *state, const uint8_t *key)
{
	struct cipher *cipher = state;

	if (!cipher->tag_bytes) {
		memcpy(cipher->salt, key + cipher->key_bytes, CM_SALT_BYTES);
	}
	cipher->direction = srtp_direction_any;
	return EVP_CipherInit_ex2(cipher->evp, cipher->algorithm, key, NULL, 1, NULL)
		? srtp_err_status_ok
		: srtp_err_status_init_fail;
}

static srtp_err_status_t cm_set_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction)
{
	struct cipher *cipher = state;
	uint64_t mixed[2], salt[2];

	(void)direction;
	memcpy(mixed, iv, sizeof(mixed));
	memcpy(salt, cipher->salt, sizeof(salt));
	mixed[0] ^= salt[0];
	mixed[1] ^= salt[1];
	return EVP_CipherInit_ex2(cipher->evp, NULL, NULL, (const uint8_t *)mixed, 1, NULL)
		? srtp_err_status_ok
		: srtp_err_status_cipher_fail;
}

static bool update(struct cipher *cipher, uint8_t *out, const uint8_t *in, unsigned bytes)
{
	int done;

	/* Without bytes nothing is called: EVP takes a NULL input for the end of the message. */
	return !bytes || EVP_CipherUpdate(cipher->evp, out, &done, in, (int)bytes);
}

static srtp_err_status_t cm_crypt(void *state, uint8_t *buffer, unsigned int *bytes)
{
	return update(state, buffer, buffer, *bytes) ? srtp_err_status_ok
						     : srtp_err_status_cipher_fail;
}

static srtp_err_status_t gcm_set_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction)
{
	struct cipher *cipher = state;

	if (direction != srtp_direction_encrypt && direction != srtp_direction_decrypt) {
		return srtp_err_status_bad_param;
	}
	cipher->direction = direction;
	return EVP_CipherInit_ex2(
		       cipher->evp, NULL, NULL, iv, direction == srtp_direction_encrypt, NULL)
		? srtp_err_status_ok
		: srtp_err_status_init_fail;
}

static srtp_err_status_t gcm_set_aad(void *state, const uint8_t *aad, uint32_t bytes)
{
	return update(state, NULL, aad, bytes) ? srtp_err_status_ok : srtp_err_status_cipher_fail;
}

static srtp_err_status_t gcm_encrypt(void *state, uint8_t *buffer, unsigned int *bytes)
{
	struct cipher *cipher = state;

	if (cipher->direction != srtp_direction_encrypt) {
		return srtp_err_status_bad_param;
	}
	return update(cipher, buffer, buffer, *bytes) ? srtp_err_status_ok
						      : srtp_err_status_cipher_fail;
}

static bool finish(struct cipher *cipher)
{
	uint8_t unused[16];
	int done;

	return EVP_CipherFinal_ex(cipher->evp, unused, &done);
}

static srtp_err_status_t gcm_get_tag(void *state, uint8_t *tag, uint32_t *ret_bytes)
{
	struct cipher *cipher = state;
	OSSL_PARAM wanted[2] = {OSSL_PARAM_construct_octet_string(
					OSSL_CIPHER_PARAM_AEAD_TAG, tag, cipher->tag_bytes),
		OSSL_PARAM_construct_end()};

	if (!finish(cipher) || !EVP_CIPHER_CTX_get_params(cipher->evp, wanted)) {
		return srtp_err_status_algo_fail;
	}
	*ret_bytes = cipher->tag_bytes;
	return srtp_err_status_ok;
}

static srtp_err_status_t gcm_decrypt(void *state, uint8_t *buffer, unsigned int *bytes)
{
	struct cipher *cipher = state;
	OSSL_PARAM tag[2];
	unsigned text_bytes;

	if (cipher->direction != srtp_direction_decrypt) {
		return srtp_err_status_bad_param;
	}
	if (*bytes < cipher->tag_bytes) {
		return srtp_err_status_auth_fail;
	}
	text_bytes = *bytes - cipher->tag_bytes;
	tag[0] = OSSL_PARAM_construct_octet_string(
		OSSL_CIPHER_PARAM_AEAD_TAG, buffer + text_bytes, cipher->tag_bytes);
	tag[1] = OSSL_PARAM_construct_end();
	if (!EVP_CIPHER_CTX_set_params(cipher->evp, tag)) {
		return srtp_err_status_algo_fail;
	}
	if (!update(cipher, buffer, buffer, text_bytes)) {
		return srtp_err_status_cipher_fail;
	}
	if (!finish(cipher)) {
		memset(buffer, 0, text_bytes); /* nobody may see text that was not authenticated */
		return srtp_err_status_auth_fail;
	}
	*bytes = text_bytes;
	return srtp_err_status_ok;
}

/* ---- HMAC-SHA1 ---- */

static srtp_err_status_t hmac_alloc(srtp_auth_pointer_t *ret_auth, int key_bytes, int out_bytes)
{
	struct authenticator *auth;

	if (key_bytes < 0 || out_bytes < 0 || out_bytes > SHA1_BYTES) {
		return srtp_err_status_bad_param;
	}
	auth = g_new0(struct authenticator, 1);
	auth->base.type = &hmac_type;
	auth->base.state = auth;
	auth->base.out_len = out_bytes;
	auth->base.key_len = key_bytes;
	*ret_auth = &auth->base;
	return srtp_err_status_ok;
}

static srtp_err_status_t hmac_dealloc(srtp_auth_pointer_t base)
{
	struct authenticator *auth = (struct authenticator *)base;

	OPENSSL_cleanse(auth, sizeof(*auth));
	g_free(auth);
	return srtp_err_status_ok;
}

static bool begin(SHA_CTX *context, const uint8_t *key, int key_bytes, uint8_t pad)
{
	uint8_t block[SHA_CBLOCK];
	bool good;

	memset(block, pad, sizeof(block));
	for (int i = 0; i < key_bytes; i++) {
		block[i] ^= key[i];
	}
	good = SHA1_Init(context) == 1 && SHA1_Update(context, block, sizeof(block)) == 1;
	OPENSSL_cleanse(block, sizeof(block));
	return good;
}

static srtp_err_status_t hmac_init(void *state, const uint8_t *key, int key_bytes)
{
	struct authenticator *auth = state;

	/* SRTP's keys have 20 octets (RFC 3711 5.2); longer than a block they would be digested first. */
	if (key_bytes < 0 || key_bytes > SHA_CBLOCK || !begin(&auth->inner, key, key_bytes, 0x36) ||
		!begin(&auth->outer, key, key_bytes, 0x5c)) {
		return srtp_err_status_auth_fail;
	}
	auth->running = auth->inner;
	return srtp_err_status_ok;
}

static srtp_err_status_t hmac_start(void *state)
{
	struct authenticator *auth = state;

	auth->running = auth->inner;
	return srtp_err_status_ok;
}

static srtp_err_status_t hmac_update(void *state, const uint8_t *bytes, int count)
{
	struct authenticator *auth = state;

	return SHA1_Update(&auth->running, bytes, (size_t)count) == 1 ? srtp_err_status_ok
								      : srtp_err_status_auth_fail;
}

static srtp_err_status_t hmac_compute(
	void *state, const uint8_t *bytes, int count, int tag_bytes, uint8_t *ret_tag)
{
	struct authenticator *auth = state;
	uint8_t digest[SHA1_BYTES];

	if (tag_bytes < 0 || tag_bytes > SHA1_BYTES ||
		SHA1_Update(&auth->running, bytes, (size_t)count) != 1 ||
		SHA1_Final(digest, &auth->running) != 1) {
		return srtp_err_status_auth_fail;
	}
	auth->running = auth->outer;
	if (SHA1_Update(&auth->running, digest, sizeof(digest)) != 1 ||
		SHA1_Final(digest, &auth->running) != 1) {
		return srtp_err_status_auth_fail;
	}
	memcpy(ret_tag, digest, (size_t)tag_bytes);
	return srtp_err_status_ok;
}

/* ---- vectors: libsrtp takes no type without one (cipher text and tag at most 128 octets) ---- */

#define OCTETS_0_15 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define CM_TEST_SALT \
	0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd
#define GCM_TEST_SALT 0x51, 0x75, 0x69, 0x64, 0x20, 0x70, 0x72, 0x6f, 0x20, 0x71, 0x75, 0x6f

static uint8_t cm_iv[16]; /* zeros; libsrtp's field is a pointer to non-const */
static const uint8_t zeros[32];

/* RFC 3711 B.2 */
static const uint8_t cm_128_key[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7,
	0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c, CM_TEST_SALT};
static const uint8_t cm_128_text[] = {0xe0, 0x3e, 0xad, 0x09, 0x35, 0xc9, 0x5e, 0x80, 0xe1, 0x66,
	0xb1, 0x6d, 0xd9, 0x2b, 0x4e, 0xb4, 0xd2, 0x35, 0x13, 0x16, 0x2b, 0x02, 0xd0, 0xf7, 0x2a,
	0x43, 0xa2, 0xfe, 0x4a, 0x5f, 0x97, 0xab};
/* RFC 6188 7.2 */
static const uint8_t cm_256_key[] = {0x57, 0xf8, 0x2f, 0xe3, 0x61, 0x3f, 0xd1, 0x70, 0xa8, 0x5e,
	0xc9, 0x3c, 0x40, 0xb1, 0xf0, 0x92, 0x2e, 0xc4, 0xcb, 0x0d, 0xc0, 0x25, 0xb5, 0x82, 0x72,
	0x14, 0x7c, 0xc4, 0x38, 0x94, 0x4a, 0x98, CM_TEST_SALT};
static const uint8_t cm_256_text[] = {0x92, 0xbd, 0xd2, 0x8a, 0x93, 0xc3, 0xf5, 0x25, 0x11, 0xc6,
	0x77, 0xd0, 0x8b, 0x55, 0x15, 0xa4, 0x9d, 0xa7, 0x1b, 0x23, 0x78, 0xa8, 0x54, 0xf6, 0x70,
	0x50, 0x75, 0x6d, 0xed, 0x16, 0x5b, 0xac};
/* RFC 7714 16.1.1 and 16.2.1 */
static const uint8_t gcm_128_key[] = {OCTETS_0_15, GCM_TEST_SALT};
static const uint8_t gcm_256_key[] = {
	OCTETS_0_15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, GCM_TEST_SALT};
static uint8_t gcm_iv[] = {0x51, 0x75, 0x3c, 0x65, 0x80, 0xc2, 0x72, 0x6f, 0x20, 0x71, 0x84, 0x14};
static const uint8_t gcm_aad[] = {
	0x80, 0x40, 0xf1, 0x7b, 0x80, 0x41, 0xf8, 0xd3, 0x55, 0x01, 0xa0, 0xb2};
static const char gcm_plain[] = "Gallia est omnis divisa in partes tres";
static const uint8_t gcm_128_text[] = {0xf2, 0x4d, 0xe3, 0xa3, 0xfb, 0x34, 0xde, 0x6c, 0xac, 0xba,
	0x86, 0x1c, 0x9d, 0x7e, 0x4b, 0xca, 0xbe, 0x63, 0x3b, 0xd5, 0x0d, 0x29, 0x4e, 0x6f, 0x42,
	0xa5, 0xf4, 0x7a, 0x51, 0xc7, 0xd1, 0x9b, 0x36, 0xde, 0x3a, 0xdf, 0x88, 0x33, 0x89, 0x9d,
	0x7f, 0x27, 0xbe, 0xb1, 0x6a, 0x91, 0x52, 0xcf, 0x76, 0x5e, 0xe4, 0x39, 0x0c, 0xce};
static const uint8_t gcm_256_text[] = {0x32, 0xb1, 0xde, 0x78, 0xa8, 0x22, 0xfe, 0x12, 0xef, 0x9f,
	0x78, 0xfa, 0x33, 0x2e, 0x33, 0xaa, 0xb1, 0x80, 0x12, 0x38, 0x9a, 0x58, 0xe2, 0xf3, 0xb5,
	0x0b, 0x2a, 0x02, 0x76, 0xff, 0xae, 0x0f, 0x1b, 0xa6, 0x37, 0x99, 0xb8, 0x7b, 0x7a, 0xa3,
	0xdb, 0x36, 0xdf, 0xff, 0xd6, 0xb0, 0xf9, 0xbb, 0x78, 0x78, 0xd7, 0xa7, 0x6c, 0x13};
/* RFC 2202 3, case 1 */
static const uint8_t hmac_key[] = {0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b,
	0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b};
static const char hmac_data[] = "Hi There";
static const uint8_t hmac_tag[] = {0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b, 0xc0,
	0xb6, 0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00};

#define CM_CASE(name) \
	{ \
		.key_length_octets = sizeof(name##_key), .key = name##_key, .idx = cm_iv, \
		.plaintext_length_octets = sizeof(zeros), .plaintext = zeros, \
		.ciphertext_length_octets = sizeof(name##_text), .ciphertext = name##_text \
	}
#define GCM_CASE(name) \
	{ \
		.key_length_octets = sizeof(name##_key), .key = name##_key, .idx = gcm_iv, \
		.plaintext_length_octets = sizeof(gcm_plain) - 1, \
		.plaintext = (const uint8_t *)gcm_plain, \
		.ciphertext_length_octets = sizeof(name##_text), .ciphertext = name##_text, \
		.aad_length_octets = sizeof(gcm_aad), .aad = gcm_aad, \
		.tag_length_octets = GCM_TAG_BYTES \
	}

static const srtp_cipher_test_case_t cases[KIND_COUNT] = {
	[CM_128] = CM_CASE(cm_128),
	[CM_256] = CM_CASE(cm_256),
	[GCM_128] = GCM_CASE(gcm_128),
	[GCM_256] = GCM_CASE(gcm_256),
};

static const srtp_auth_test_case_t hmac_case = {
	.key_length_octets = sizeof(hmac_key),
	.key = hmac_key,
	.data_length_octets = sizeof(hmac_data) - 1,
	.data = (const uint8_t *)hmac_data,
	.tag_length_octets = sizeof(hmac_tag),
	.tag = hmac_tag,
};

#define CM_TYPE(kind_, name_, id_) \
	{ \
		.alloc = name_##_alloc, .dealloc = cipher_dealloc, .init = cipher_init, \
		.encrypt = cm_crypt, .decrypt = cm_crypt, .set_iv = cm_set_iv, \
		.description = #id_ " by OpenSSL", .test_data = &cases[kind_], .id = id_ \
	}
#define GCM_TYPE(kind_, name_, id_) \
	{ \
		.alloc = name_##_alloc, .dealloc = cipher_dealloc, .init = cipher_init, \
		.set_aad = gcm_set_aad, .encrypt = gcm_encrypt, .decrypt = gcm_decrypt, \
		.set_iv = gcm_set_iv, .get_tag = gcm_get_tag, .description = #id_ " by OpenSSL", \
		.test_data = &cases[kind_], .id = id_ \
	}

/* Static for the life of the process: libsrtp keeps the pointers. */
static const srtp_cipher_type_t types[KIND_COUNT] = {
	[CM_128] = CM_TYPE(CM_128, cm_128, SRTP_AES_ICM_128),
	[CM_256] = CM_TYPE(CM_256, cm_256, SRTP_AES_ICM_256),
	[GCM_128] = GCM_TYPE(GCM_128, gcm_128, SRTP_AES_GCM_128),
	[GCM_256] = GCM_TYPE(GCM_256, gcm_256, SRTP_AES_GCM_256),
};

static const srtp_auth_type_t hmac_type = {
	.alloc = hmac_alloc,
	.dealloc = hmac_dealloc,
	.init = hmac_init,
	.compute = hmac_compute,
	.update = hmac_update,
	.start = hmac_start,
	.description = "SRTP_HMAC_SHA1 by OpenSSL",
	.test_data = &hmac_case,
	.id = SRTP_HMAC_SHA1,
};

int fw_srtp_cipher_install(void)
{
	static const char *const names[KIND_COUNT] = {
		"AES-128-CTR", "AES-256-CTR", "AES-128-GCM", "AES-256-GCM"};

	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (!algorithms[kind]) {
			algorithms[kind] = EVP_CIPHER_fetch(NULL, names[kind], NULL);
		}
		if (!algorithms[kind] || srtp_replace_cipher_type(&types[kind], types[kind].id)) {
			return -EIO;
		}
	}
	return !srtp_replace_auth_type(&hmac_type, SRTP_HMAC_SHA1) ? 0 : -EIO;
}

void fw_srtp_cipher_remove(void)
{
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		EVP_CIPHER_free(algorithms[kind]);
		algorithms[kind] = NULL;
	}
}
