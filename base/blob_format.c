/* SPDX-License-Identifier: Apache-2.0 */
#include "base/blob_format.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

#include "base/keystore.h"

#define VERSION   1
#define OVERHEAD  (FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES)
#define ID_CHARS  (FW_ID_SIZE - 1)
#define AAD_BYTES (8 + ID_CHARS + 8 + 1)

/* Offsets in the head, as in blob.h. */
enum {
	AT_MAGIC = 0,
	AT_VERSION = 8,
	AT_BLOCK_SIZE = 12,
	AT_PLAIN_SIZE = 16,
	AT_BLOCK_COUNT = 24,
	AT_BLOB_ID = 32,
	AT_KEY_ID = 72,
	AT_SEALED_DIGEST = 136,
	AT_PLAIN_DIGEST = 168,
	AT_ZEROS = 200,
	AT_NONCE = 228,
	AT_TAG = 240,
};

static const char magic[8] = {'F', 'W', 'B', 'L', 'O', 'B', '\r', '\n'};

static void put(uint8_t *at, uint64_t value, int size)
{
	for (int i = 0; i < size; i++) {
		at[i] = (uint8_t)(value >> (8 * i));
	}
}

static uint64_t get(const uint8_t *at, int size)
{
	uint64_t value = 0;

	for (int i = size; i-- > 0;) {
		value = value << 8 | at[i];
	}
	return value;
}

char *fw_blob_path(const struct fw_blob_store *store, const char *blob_id, const char *suffix)
{
	return g_strdup_printf("%s/%s/%s%s", store->folder, blob_id + ID_CHARS - 2, blob_id, suffix);
}

int fw_blob_cipher_init(
	struct fw_blob_cipher *cipher, const char *blob_id, const uint8_t key[FW_AEAD_KEY_BYTES])
{
	int result = key ? fw_aead_create(key, &cipher->aead) : 0;

	if (result == 0) {
		result = fw_sha256_create(&cipher->digest);
	}
	if (result < 0) {
		fw_blob_cipher_fini(cipher);
		return result;
	}
	memcpy(cipher->blob_id, blob_id, FW_ID_SIZE);
	return 0;
}

void fw_blob_cipher_fini(struct fw_blob_cipher *cipher)
{
	fw_aead_destroy(cipher->aead);
	fw_sha256_destroy(cipher->digest);
	*cipher = (struct fw_blob_cipher){0};
}

/* --- geometry --------------------------------------------------------------------------------- */

uint64_t fw_blob_block_count(uint64_t plain_size)
{
	return plain_size == 0 ? 1 : (plain_size - 1) / FW_BLOB_BLOCK_BYTES + 1;
}

size_t fw_blob_block_size(uint64_t plain_size, uint64_t number)
{
	return (size_t)MIN(plain_size - number * FW_BLOB_BLOCK_BYTES, FW_BLOB_BLOCK_BYTES);
}

uint64_t fw_blob_block_offset(uint64_t number)
{
	return FW_BLOB_HEAD_BYTES + number * FW_BLOB_SEALED_BYTES;
}

uint64_t fw_blob_file_size(uint64_t plain_size)
{
	return FW_BLOB_HEAD_BYTES + plain_size + fw_blob_block_count(plain_size) * OVERHEAD;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static void block_aad(
	const struct fw_blob_cipher *cipher, uint64_t number, bool last, uint8_t ret_aad[AAD_BYTES])
{
	memcpy(ret_aad, "FWBLOB1", 8);
	memcpy(ret_aad + 8, cipher->blob_id, ID_CHARS);
	put(ret_aad + 8 + ID_CHARS, number, 8);
	ret_aad[AAD_BYTES - 1] = last;
}

int fw_blob_seal_block(struct fw_blob_cipher *cipher, uint64_t number, bool last, const void *plain,
	size_t size, uint8_t *ret_sealed)
{
	uint8_t aad[AAD_BYTES];

	block_aad(cipher, number, last, aad);
	fw_random_bytes(ret_sealed, FW_AEAD_NONCE_BYTES);
	return fw_aead_seal(cipher->aead, ret_sealed, aad, sizeof(aad), plain, size,
		ret_sealed + FW_AEAD_NONCE_BYTES);
}

int fw_blob_open_block(struct fw_blob_cipher *cipher, uint64_t number, bool last,
	const uint8_t *sealed, size_t size, void *ret_plain)
{
	uint8_t aad[AAD_BYTES];

	block_aad(cipher, number, last, aad);
	return fw_aead_open(cipher->aead, sealed, aad, sizeof(aad), sealed + FW_AEAD_NONCE_BYTES,
		size + FW_AEAD_TAG_BYTES, ret_plain);
}

/* --- the head --------------------------------------------------------------------------------- */

int fw_blob_seal_head(struct fw_blob_cipher *cipher, const struct fw_blob_info *info,
	uint8_t ret_head[FW_BLOB_HEAD_BYTES])
{
	memset(ret_head, 0, FW_BLOB_HEAD_BYTES);
	memcpy(ret_head + AT_MAGIC, magic, sizeof(magic));
	put(ret_head + AT_VERSION, VERSION, 4);
	put(ret_head + AT_BLOCK_SIZE, FW_BLOB_BLOCK_BYTES, 4);
	put(ret_head + AT_PLAIN_SIZE, info->plain_size, 8);
	put(ret_head + AT_BLOCK_COUNT, info->block_count, 8);
	memcpy(ret_head + AT_BLOB_ID, info->blob_id, ID_CHARS);
	memcpy(ret_head + AT_KEY_ID, info->key_id, strlen(info->key_id));
	memcpy(ret_head + AT_SEALED_DIGEST, info->sealed_digest, FW_SHA256_BYTES);
	memcpy(ret_head + AT_PLAIN_DIGEST, info->plain_digest, FW_SHA256_BYTES);
	fw_random_bytes(ret_head + AT_NONCE, FW_AEAD_NONCE_BYTES);
	return fw_aead_seal(
		cipher->aead, ret_head + AT_NONCE, ret_head, AT_NONCE, NULL, 0, ret_head + AT_TAG);
}

int fw_blob_open_head(struct fw_blob_cipher *cipher, const uint8_t head[FW_BLOB_HEAD_BYTES])
{
	uint8_t nothing[1];

	return fw_aead_open(cipher->aead, head + AT_NONCE, head, AT_NONCE, head + AT_TAG,
		FW_AEAD_TAG_BYTES, nothing);
}

/* A text padded with NULs to its field, copied with a final NUL. */
static bool get_text(const uint8_t *at, size_t field, char *ret_text)
{
	size_t length = strnlen((const char *)at, field);

	for (size_t i = length; i < field; i++) {
		if (at[i] != 0) {
			return false;
		}
	}
	if (length == field) {
		return false;
	}
	memcpy(ret_text, at, length + 1);
	return true;
}

int fw_blob_parse_head(const void *bytes, size_t size, struct fw_blob_info *ret_info)
{
	const uint8_t *head = bytes;
	struct fw_blob_info info = {0};
	char blob_id[AT_KEY_ID - AT_BLOB_ID];

	if (size < FW_BLOB_HEAD_BYTES || memcmp(head + AT_MAGIC, magic, sizeof(magic)) != 0 ||
		get(head + AT_VERSION, 4) != VERSION ||
		get(head + AT_BLOCK_SIZE, 4) != FW_BLOB_BLOCK_BYTES) {
		return -EBADMSG;
	}
	info.plain_size = get(head + AT_PLAIN_SIZE, 8);
	info.block_count = get(head + AT_BLOCK_COUNT, 8);
	if (info.plain_size > FW_BLOB_MAX_BYTES ||
		info.block_count != fw_blob_block_count(info.plain_size)) {
		return -EBADMSG;
	}
	if (!get_text(head + AT_BLOB_ID, AT_KEY_ID - AT_BLOB_ID, blob_id) || !fw_id_valid(blob_id) ||
		!get_text(head + AT_KEY_ID, AT_SEALED_DIGEST - AT_KEY_ID, info.key_id) ||
		!fw_keystore_id_valid(info.key_id)) {
		return -EBADMSG;
	}
	memcpy(info.blob_id, blob_id, FW_ID_SIZE);
	memcpy(info.sealed_digest, head + AT_SEALED_DIGEST, FW_SHA256_BYTES);
	memcpy(info.plain_digest, head + AT_PLAIN_DIGEST, FW_SHA256_BYTES);
	*ret_info = info;
	return 0;
}
