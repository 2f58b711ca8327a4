/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

/* Two contexts: each keeps the expanded key, so that a message costs no key set-up. */
struct fw_aead {
	EVP_CIPHER_CTX *seal;
	EVP_CIPHER_CTX *open;
};

struct fw_sha256 {
	EVP_MD *type;
	EVP_MD_CTX *context;
};

int fw_crypto_warm_up(void)
{
	static const uint8_t key[FW_AEAD_KEY_BYTES];
	static const uint8_t nonce[FW_AEAD_NONCE_BYTES];
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = NULL;
	uint8_t digest[FW_SHA256_BYTES], sealed[FW_AEAD_TAG_BYTES];
	int result = fw_aead_create(key, &aead);

	if (result < 0) {
		return result;
	}
	fw_random_bytes(digest, sizeof(digest));
	result = fw_aead_seal(aead, nonce, NULL, 0, NULL, 0, sealed);
	return result < 0 ? result : fw_sha256(sealed, sizeof(sealed), digest);
}

/* --- AES-256-GCM ------------------------------------------------------------------------------ */

int fw_aead_create(const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_aead **ret_aead)
{
	fw_cleanup(fw_aead_destroy) struct fw_aead *aead = g_new0(struct fw_aead, 1);
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	bool ready;

	aead->seal = EVP_CIPHER_CTX_new();
	aead->open = EVP_CIPHER_CTX_new();
	ready = cipher && aead->seal && aead->open &&
		EVP_EncryptInit_ex2(aead->seal, cipher, key, NULL, NULL) == 1 &&
		EVP_DecryptInit_ex2(aead->open, cipher, key, NULL, NULL) == 1;
	EVP_CIPHER_free(cipher); /* the contexts hold it */
	if (!ready) {
		return -EIO;
	}
	*ret_aead = g_steal_pointer(&aead);
	return 0;
}

void fw_aead_destroy(struct fw_aead *aead)
{
	if (!aead) {
		return;
	}
	EVP_CIPHER_CTX_free(aead->seal); /* wipes the key schedule */
	EVP_CIPHER_CTX_free(aead->open);
	g_free(aead);
}

int fw_aead_seal(struct fw_aead *aead, const uint8_t nonce[FW_AEAD_NONCE_BYTES], const void *aad,
	size_t aad_size, const void *plain, size_t size, void *ret_sealed)
{
	uint8_t *sealed = ret_sealed;
	int length = 0;

	if (size > INT_MAX || aad_size > INT_MAX) {
		return -EINVAL;
	}
	if (EVP_EncryptInit_ex2(aead->seal, NULL, NULL, nonce, NULL) != 1 ||
		(aad_size > 0 &&
			EVP_EncryptUpdate(aead->seal, NULL, &length, aad, (int)aad_size) != 1) ||
		(size > 0 && EVP_EncryptUpdate(aead->seal, sealed, &length, plain, (int)size) != 1) ||
		EVP_EncryptFinal_ex(aead->seal, sealed + size, &length) != 1 ||
		EVP_CIPHER_CTX_ctrl(
			aead->seal, EVP_CTRL_AEAD_GET_TAG, FW_AEAD_TAG_BYTES, sealed + size) != 1) {
		return -EIO;
	}
	return 0;
}

int fw_aead_open(struct fw_aead *aead, const uint8_t nonce[FW_AEAD_NONCE_BYTES], const void *aad,
	size_t aad_size, const void *sealed, size_t sealed_size, void *ret_plain)
{
	uint8_t tag[FW_AEAD_TAG_BYTES], nothing[1];
	size_t size = sealed_size - FW_AEAD_TAG_BYTES;
	int length = 0;

	if (sealed_size < FW_AEAD_TAG_BYTES || size > INT_MAX || aad_size > INT_MAX) {
		return -EINVAL;
	}
	/* Copied, because decrypting in place may reach it. */
	memcpy(tag, (const uint8_t *)sealed + size, sizeof(tag));
	if (EVP_DecryptInit_ex2(aead->open, NULL, NULL, nonce, NULL) != 1 ||
		EVP_CIPHER_CTX_ctrl(aead->open, EVP_CTRL_AEAD_SET_TAG, FW_AEAD_TAG_BYTES, tag) != 1 ||
		(aad_size > 0 &&
			EVP_DecryptUpdate(aead->open, NULL, &length, aad, (int)aad_size) != 1) ||
		(size > 0 &&
			EVP_DecryptUpdate(aead->open, ret_plain, &length, sealed, (int)size) != 1)) {
		return -EIO;
	}
	if (EVP_DecryptFinal_ex(aead->open, nothing, &length) != 1) {
		if (size > 0) {
			memset(ret_plain, 0, size);
		}
		return -EBADMSG;
	}
	return 0;
}

/* --- digests ---------------------------------------------------------------------------------- */

int fw_sha256_create(struct fw_sha256 **ret_digest)
{
	fw_cleanup(fw_sha256_destroy) struct fw_sha256 *digest = g_new0(struct fw_sha256, 1);

	digest->type = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	digest->context = EVP_MD_CTX_new();
	if (!digest->type || !digest->context ||
		EVP_DigestInit_ex2(digest->context, digest->type, NULL) != 1) {
		return -EIO;
	}
	*ret_digest = g_steal_pointer(&digest);
	return 0;
}

void fw_sha256_destroy(struct fw_sha256 *digest)
{
	if (!digest) {
		return;
	}
	EVP_MD_CTX_free(digest->context);
	EVP_MD_free(digest->type);
	g_free(digest);
}

int fw_sha256_update(struct fw_sha256 *digest, const void *bytes, size_t size)
{
	return EVP_DigestUpdate(digest->context, bytes, size) == 1 ? 0 : -EIO;
}

int fw_sha256_finish(struct fw_sha256 *digest, uint8_t ret_digest[FW_SHA256_BYTES])
{
	if (EVP_DigestFinal_ex(digest->context, ret_digest, NULL) != 1 ||
		EVP_DigestInit_ex2(digest->context, digest->type, NULL) != 1) {
		return -EIO;
	}
	return 0;
}

/* Looking an algorithm up by its name takes longer than the digest of a short text, so it is done once. */
static const EVP_MD *sha256_type(void)
{
	static EVP_MD *type;

	if (g_once_init_enter(&type)) {
		EVP_MD *fetched = EVP_MD_fetch(NULL, "SHA2-256", NULL);

		if (!fetched) {
			g_error("no SHA-256 to be had");
		}
		g_once_init_leave(&type, fetched);
	}
	return type;
}

int fw_sha256(const void *bytes, size_t size, uint8_t ret_digest[FW_SHA256_BYTES])
{
	return EVP_Digest(bytes, size, ret_digest, NULL, sha256_type(), NULL) == 1 ? 0 : -EIO;
}

static int hmac(const EVP_MD *type, const void *key, size_t key_size, const void *bytes,
	size_t size, uint8_t *ret_mac)
{
	if (key_size > INT_MAX) {
		return -EINVAL;
	}
	return HMAC(type, key, (int)key_size, bytes, size, ret_mac, NULL) ? 0 : -EIO;
}

int fw_hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t size,
	uint8_t ret_mac[FW_SHA256_BYTES])
{
	return hmac(EVP_sha256(), key, key_size, bytes, size, ret_mac);
}

int fw_hmac_sha1(const void *key, size_t key_size, const void *bytes, size_t size,
	uint8_t ret_mac[FW_SHA1_BYTES])
{
	return hmac(EVP_sha1(), key, key_size, bytes, size, ret_mac);
}

/* --- the rest --------------------------------------------------------------------------------- */

void fw_random_bytes(void *ret_bytes, size_t size)
{
	g_assert(size <= INT_MAX);
	if (RAND_bytes(ret_bytes, (int)size) != 1) {
		g_error("no random bytes to be had");
	}
}

bool fw_equal_constant_time(const void *left, const void *right, size_t size)
{
	return CRYPTO_memcmp(left, right, size) == 0;
}

void fw_wipe(void *bytes, size_t size)
{
	if (size > 0) {
		OPENSSL_cleanse(bytes, size);
	}
}
