/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blob file format (written down in blob.h): heads, sealed blocks, names. Private to the blob
 * modules.
 *
 * Owner: the writer or reader that embeds the cipher. Threads: that of its owner. Errors: as blob.h.
 */
#ifndef FW_BASE_BLOB_FORMAT_H
#define FW_BASE_BLOB_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"

struct fw_blob_store {
	char *folder;
};

/* "FOLDER/xy/<id><suffix>" newly allocated; suffix ".blob" or ".part". The id must be valid. */
char *fw_blob_path(const struct fw_blob_store *store, const char *blob_id, const char *suffix);

/* What seals and opens the parts of one blob. */
struct fw_blob_cipher {
	struct fw_aead *aead;
	struct fw_sha256 *digest;
	char blob_id[FW_ID_SIZE];
};

int fw_blob_cipher_init(
	struct fw_blob_cipher *cipher, const char *blob_id, const uint8_t key[FW_AEAD_KEY_BYTES]);
void fw_blob_cipher_fini(struct fw_blob_cipher *cipher);

/* Plain bytes of a block of a blob that has plain_size bytes. */
size_t fw_blob_block_size(uint64_t plain_size, uint64_t number);
uint64_t fw_blob_block_count(uint64_t plain_size); /* 1 for an empty blob */
uint64_t fw_blob_block_offset(uint64_t number); /* in the file */
uint64_t fw_blob_file_size(uint64_t plain_size);

/* ret_sealed: size + FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES; a fresh nonce each time. */
int fw_blob_seal_block(struct fw_blob_cipher *cipher, uint64_t number, bool last, const void *plain,
	size_t size, uint8_t *ret_sealed);
/* size is that of the plain bytes. */
int fw_blob_open_block(struct fw_blob_cipher *cipher, uint64_t number, bool last,
	const uint8_t *sealed, size_t size, void *ret_plain);

/* Writes a sealed head of these values. */
int fw_blob_seal_head(struct fw_blob_cipher *cipher, const struct fw_blob_info *info,
	uint8_t ret_head[FW_BLOB_HEAD_BYTES]);
int fw_blob_open_head(struct fw_blob_cipher *cipher, const uint8_t head[FW_BLOB_HEAD_BYTES]);

#endif
