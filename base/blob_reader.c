/* SPDX-License-Identifier: Apache-2.0 */
#include "base/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>

#include "base/blob_format.h"
#include "base/file.h"

#define NO_BLOCK UINT64_MAX

struct fw_blob_reader {
	struct fw_blob_cipher cipher;
	struct fw_blob_info info;
	int fd;
	uint64_t held; /* the block whose text `plain` holds, or NO_BLOCK */
	uint8_t *plain; /* FW_BLOB_BLOCK_BYTES */
	uint8_t *sealed; /* FW_BLOB_SEALED_BYTES */
};

void fw_blob_reader_destroy(struct fw_blob_reader *reader)
{
	if (!reader) {
		return;
	}
	if (reader->fd >= 0) {
		(void)close(reader->fd);
	}
	if (reader->plain) {
		fw_wipe(reader->plain, FW_BLOB_BLOCK_BYTES);
	}
	fw_blob_cipher_fini(&reader->cipher);
	g_free(reader->plain);
	g_free(reader->sealed);
	g_free(reader);
}

/* Reads the head and holds it against the file; with a key also against its seal. */
static int check_head(struct fw_blob_reader *reader)
{
	uint8_t head[FW_BLOB_HEAD_BYTES];
	struct stat status;
	int result = fw_file_read_all(reader->fd, head, sizeof(head), 0);

	if (result == 0) {
		result = fw_blob_parse_head(head, sizeof(head), &reader->info);
	}
	if (result < 0) {
		return result;
	}
	if (fstat(reader->fd, &status) < 0) {
		return -errno;
	}
	if (strcmp(reader->info.blob_id, reader->cipher.blob_id) != 0 ||
		(uint64_t)status.st_size != fw_blob_file_size(reader->info.plain_size)) {
		return -EBADMSG;
	}
	return reader->cipher.aead ? fw_blob_open_head(&reader->cipher, head) : 0;
}

/* key may be NULL: then only stored bytes can be read. */
static int open_reader(struct fw_blob_store *store, const char *blob_id, const uint8_t *key,
	struct fw_blob_reader **ret_reader)
{
	fw_cleanup(fw_blob_reader_destroy) struct fw_blob_reader *reader = NULL;
	g_autofree char *path = NULL;
	int result;

	if (!fw_id_valid(blob_id)) {
		return -EINVAL;
	}
	path = fw_blob_path(store, blob_id, ".blob");
	reader = g_new0(struct fw_blob_reader, 1);
	reader->held = NO_BLOCK;
	reader->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (reader->fd < 0) {
		return -errno;
	}
	reader->plain = g_malloc(FW_BLOB_BLOCK_BYTES);
	reader->sealed = g_malloc(FW_BLOB_SEALED_BYTES);
	result = fw_blob_cipher_init(&reader->cipher, blob_id, key);
	if (result == 0) {
		result = check_head(reader);
	}
	if (result < 0) {
		return result;
	}
	*ret_reader = g_steal_pointer(&reader);
	return 0;
}

int fw_blob_open(struct fw_blob_store *store, const char *blob_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_blob_reader **ret_reader)
{
	return key ? open_reader(store, blob_id, key, ret_reader) : -EINVAL;
}

const struct fw_blob_info *fw_blob_reader_info(const struct fw_blob_reader *reader)
{
	return &reader->info;
}

static int read_sealed(struct fw_blob_reader *reader, uint64_t number, size_t *ret_plain_size)
{
	size_t size = fw_blob_block_size(reader->info.plain_size, number);

	*ret_plain_size = size;
	return fw_file_read_all(reader->fd, reader->sealed,
		size + FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES,
		(int64_t)fw_blob_block_offset(number));
}

static int hold_block(struct fw_blob_reader *reader, uint64_t number)
{
	size_t size;
	int result;

	if (reader->held == number) {
		return 0;
	}
	reader->held = NO_BLOCK;
	result = read_sealed(reader, number, &size);
	if (result == 0) {
		result = fw_blob_open_block(&reader->cipher, number,
			number + 1 == reader->info.block_count, reader->sealed, size, reader->plain);
	}
	if (result == 0) {
		reader->held = number;
	}
	return result;
}

int fw_blob_read(struct fw_blob_reader *reader, uint64_t offset, void *ret_bytes, size_t size,
	size_t *ret_size)
{
	uint64_t end = reader->info.plain_size;
	uint8_t *to = ret_bytes;
	size_t done = 0;

	size = offset >= end ? 0 : (size_t)MIN(size, end - offset);
	while (done < size) {
		size_t within = (offset + done) % FW_BLOB_BLOCK_BYTES;
		size_t count = MIN(size - done, FW_BLOB_BLOCK_BYTES - within);
		int result = hold_block(reader, (offset + done) / FW_BLOB_BLOCK_BYTES);

		if (result < 0) {
			return result;
		}
		memcpy(to + done, reader->plain + within, count);
		done += count;
	}
	*ret_size = size;
	return 0;
}

/* --- verify ----------------------------------------------------------------------------------- */

static int add_digest(
	struct fw_blob_reader *reader, struct fw_sha256 *tree, const void *bytes, size_t size)
{
	uint8_t digest[FW_SHA256_BYTES];
	int result = fw_sha256_update(reader->cipher.digest, bytes, size);

	if (result == 0) {
		result = fw_sha256_finish(reader->cipher.digest, digest);
	}
	return result < 0 ? result : fw_sha256_update(tree, digest, sizeof(digest));
}

static int verify_block(struct fw_blob_reader *reader, uint64_t number,
	struct fw_sha256 *sealed_tree, struct fw_sha256 *plain_tree)
{
	size_t size;
	int result = read_sealed(reader, number, &size);

	if (result == 0) {
		result = add_digest(reader, sealed_tree, reader->sealed,
			size + FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES);
	}
	if (result < 0 || !reader->cipher.aead) {
		return result;
	}
	result = fw_blob_open_block(&reader->cipher, number, number + 1 == reader->info.block_count,
		reader->sealed, size, reader->plain);
	return result < 0 ? result : add_digest(reader, plain_tree, reader->plain, size);
}

static int matches(struct fw_sha256 *tree, const uint8_t expected[FW_SHA256_BYTES])
{
	uint8_t digest[FW_SHA256_BYTES];
	int result = fw_sha256_finish(tree, digest);

	if (result == 0 && memcmp(digest, expected, sizeof(digest)) != 0) {
		result = -EBADMSG;
	}
	return result;
}

static int verify_blocks(struct fw_blob_reader *reader, int64_t *bad_block)
{
	fw_cleanup(fw_sha256_destroy) struct fw_sha256 *sealed_tree = NULL;
	fw_cleanup(fw_sha256_destroy) struct fw_sha256 *plain_tree = NULL;
	int result = fw_sha256_create(&sealed_tree);

	if (result == 0) {
		result = fw_sha256_create(&plain_tree);
	}
	for (uint64_t number = 0; number < reader->info.block_count && result == 0; number++) {
		result = verify_block(reader, number, sealed_tree, plain_tree);
		if (result < 0) {
			*bad_block = (int64_t)number;
			return result;
		}
	}
	if (result == 0) {
		result = matches(sealed_tree, reader->info.sealed_digest);
	}
	if (result == 0 && reader->cipher.aead) {
		result = matches(plain_tree, reader->info.plain_digest);
	}
	return result;
}

int fw_blob_verify(struct fw_blob_store *store, const char *blob_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_blob_info *ret_info, int64_t *ret_bad_block)
{
	fw_cleanup(fw_blob_reader_destroy) struct fw_blob_reader *reader = NULL;
	int64_t bad_block = -1;
	int result = open_reader(store, blob_id, key, &reader);

	if (result == 0) {
		result = verify_blocks(reader, &bad_block);
	}
	if (result < 0) {
		*ret_bad_block = bad_block;
		return result;
	}
	if (ret_info) {
		*ret_info = reader->info;
	}
	return 0;
}
