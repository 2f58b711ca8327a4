/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last block (the one the end of the text lies in) is always held in memory, because whether it
 * is the last is sealed into it and known only at commit. So every block in the file before commit
 * is full and sealed as "not last".
 */
#include "base/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <glib.h>

#include "base/blob_format.h"
#include "base/file.h"
#include "base/keystore.h"

struct block {
	uint8_t *plain; /* FW_BLOB_BLOCK_BYTES; NULL: the slot is free */
	uint64_t number;
	uint64_t used_at; /* by writer->uses */
	bool dirty;
};

struct fw_blob_writer {
	struct fw_blob_store *store;
	enum fw_blob_flags flags;
	char key_id[FW_KEY_ID_MAX_BYTES + 1];
	struct fw_blob_cipher cipher;
	char *part_path;
	int fd;
	int failed; /* the first error; everything after it answers the same */
	bool committed;
	uint64_t size;
	uint64_t uses;
	struct block blocks[FW_BLOB_CACHE_BLOCKS];
	uint8_t *sealed; /* FW_BLOB_SEALED_BYTES of scratch */
	/* FW_SHA256_BYTES for each block */
	GByteArray *sealed_digests;
	GByteArray *plain_digests;
};

_Static_assert(FW_BLOB_CACHE_BLOCKS >= 2, "the last block and the one being rewritten");

/* --- create, destroy -------------------------------------------------------------------------- */

/*
 * Two writers of one id (a job tried again while its first process still dies) must not meet in one
 * file. The lock is on the inode, so after taking it the name is looked at again: the other may have
 * published or removed what we opened.
 */
static int lock_part(const struct fw_blob_writer *writer)
{
	struct stat opened, named;

	if (flock(writer->fd, LOCK_EX | LOCK_NB) < 0) {
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	}
	if (fstat(writer->fd, &opened) < 0) {
		return -errno;
	}
	if (stat(writer->part_path, &named) < 0 || named.st_ino != opened.st_ino) {
		return -EBUSY;
	}
	return ftruncate(writer->fd, 0) < 0 ? -errno : 0;
}

static int open_part(struct fw_blob_writer *writer)
{
	g_autofree char *folder = g_path_get_dirname(writer->part_path);
	int result = fw_file_make_folders(folder, 0700);

	if (result < 0) {
		return result;
	}
	writer->fd = open(writer->part_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (writer->fd < 0) {
		return -errno;
	}
	result = lock_part(writer);
	if (result < 0) {
		(void)close(fw_steal_fd(&writer->fd)); /* the part is not ours to remove */
	}
	return result;
}

int fw_blob_writer_create(struct fw_blob_store *store, const char *blob_id, const char *key_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], enum fw_blob_flags flags,
	struct fw_blob_writer **ret_writer)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	int result;

	if (!fw_id_valid(blob_id) || !fw_keystore_id_valid(key_id)) {
		return -EINVAL;
	}
	writer = g_new0(struct fw_blob_writer, 1);
	writer->store = store;
	writer->flags = flags;
	writer->fd = -1;
	(void)g_strlcpy(writer->key_id, key_id, sizeof(writer->key_id));
	writer->part_path = fw_blob_path(store, blob_id, ".part");
	writer->sealed = g_malloc(FW_BLOB_SEALED_BYTES);
	writer->sealed_digests = g_byte_array_new();
	writer->plain_digests = g_byte_array_new();
	result = fw_blob_cipher_init(&writer->cipher, blob_id, key);
	if (result == 0) {
		result = open_part(writer);
	}
	if (result < 0) {
		return result;
	}
	*ret_writer = g_steal_pointer(&writer);
	return 0;
}

void fw_blob_writer_destroy(struct fw_blob_writer *writer)
{
	if (!writer) {
		return;
	}
	if (writer->fd >= 0) {
		(void)close(writer->fd);
		if (!writer->committed) {
			(void)unlink(writer->part_path);
		}
	}
	for (size_t i = 0; i < FW_BLOB_CACHE_BLOCKS; i++) {
		if (writer->blocks[i].plain) {
			fw_wipe(writer->blocks[i].plain, FW_BLOB_BLOCK_BYTES);
			g_free(writer->blocks[i].plain);
		}
	}
	fw_blob_cipher_fini(&writer->cipher);
	g_byte_array_unref(writer->sealed_digests);
	g_byte_array_unref(writer->plain_digests);
	g_free(writer->sealed);
	g_free(writer->part_path);
	g_free(writer);
}

uint64_t fw_blob_writer_size(const struct fw_blob_writer *writer)
{
	return writer->size;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static int set_digest(struct fw_blob_writer *writer, GByteArray *digests, uint64_t number,
	const void *bytes, size_t size)
{
	guint at = (guint)(number * FW_SHA256_BYTES);
	int result = fw_sha256_update(writer->cipher.digest, bytes, size);

	if (result < 0) {
		return result;
	}
	if (digests->len < at + FW_SHA256_BYTES) {
		g_byte_array_set_size(digests, at + FW_SHA256_BYTES);
	}
	return fw_sha256_finish(writer->cipher.digest, digests->data + at);
}

static int store_block(struct fw_blob_writer *writer, struct block *block, bool last)
{
	size_t size = fw_blob_block_size(writer->size, block->number);
	size_t sealed_size = size + FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES;
	int result = fw_blob_seal_block(
		&writer->cipher, block->number, last, block->plain, size, writer->sealed);

	if (result == 0) {
		result = set_digest(
			writer, writer->plain_digests, block->number, block->plain, size);
	}
	if (result == 0) {
		result = set_digest(
			writer, writer->sealed_digests, block->number, writer->sealed, sealed_size);
	}
	if (result == 0) {
		result = fw_file_write_all(writer->fd, writer->sealed, sealed_size,
			(int64_t)fw_blob_block_offset(block->number));
	}
	if (result == 0) {
		block->dirty = false;
	}
	return result;
}

static int fetch_block(struct fw_blob_writer *writer, struct block *block)
{
	int result = fw_file_read_all(writer->fd, writer->sealed, FW_BLOB_SEALED_BYTES,
		(int64_t)fw_blob_block_offset(block->number));

	return result < 0 ? result
			  : fw_blob_open_block(&writer->cipher, block->number, false,
				    writer->sealed, FW_BLOB_BLOCK_BYTES, block->plain);
}

/* A free slot: an empty one, or the longest unused one that is not the last block. */
static int free_slot(struct fw_blob_writer *writer, struct block **ret_slot)
{
	uint64_t last = fw_blob_block_count(writer->size) - 1;
	struct block *oldest = NULL;

	for (size_t i = 0; i < FW_BLOB_CACHE_BLOCKS; i++) {
		struct block *block = &writer->blocks[i];

		if (!block->plain) {
			block->plain = g_malloc0(FW_BLOB_BLOCK_BYTES);
			*ret_slot = block;
			return 0;
		}
		if (block->number != last && (!oldest || block->used_at < oldest->used_at)) {
			oldest = block;
		}
	}
	g_assert(oldest);
	*ret_slot = oldest;
	return oldest->dirty ? store_block(writer, oldest, false) : 0;
}

static int block_of(struct fw_blob_writer *writer, uint64_t number, struct block **ret_block)
{
	bool is_new = number * FW_BLOB_BLOCK_BYTES >= writer->size;
	struct block *block = NULL;
	int result = 0;

	for (size_t i = 0; i < FW_BLOB_CACHE_BLOCKS && !block; i++) {
		if (writer->blocks[i].plain && writer->blocks[i].number == number) {
			block = &writer->blocks[i];
		}
	}
	if (!block) {
		result = free_slot(writer, &block);
		if (result < 0) {
			return result;
		}
		block->number = number;
		result = is_new ? 0 : fetch_block(writer, block);
		if (result < 0) {
			return result;
		}
	}
	block->used_at = ++writer->uses;
	*ret_block = block;
	return 0;
}

/* --- write, read back ------------------------------------------------------------------------- */

int fw_blob_write(struct fw_blob_writer *writer, uint64_t offset, const void *bytes, size_t size)
{
	const uint8_t *from = bytes;

	if (writer->failed < 0) {
		return writer->failed;
	}
	if (writer->committed || offset > writer->size) {
		return -EINVAL;
	}
	if (size > (uint64_t)FW_BLOB_MAX_BYTES - offset) {
		return -EOVERFLOW;
	}
	while (size > 0) {
		size_t within = offset % FW_BLOB_BLOCK_BYTES;
		size_t count = MIN(size, FW_BLOB_BLOCK_BYTES - within);
		struct block *block = NULL;

		writer->failed = block_of(writer, offset / FW_BLOB_BLOCK_BYTES, &block);
		if (writer->failed < 0) {
			return writer->failed;
		}
		memcpy(block->plain + within, from, count);
		block->dirty = true;
		from += count;
		offset += count;
		size -= count;
		writer->size = MAX(writer->size, offset);
	}
	return 0;
}

int fw_blob_writer_read(struct fw_blob_writer *writer, uint64_t offset, void *ret_bytes,
	size_t size, size_t *ret_size)
{
	uint8_t *to = ret_bytes;
	size_t done = 0;

	if (writer->failed < 0) {
		return writer->failed;
	}
	if (writer->committed) {
		return -EINVAL;
	}
	size = offset >= writer->size ? 0 : (size_t)MIN(size, writer->size - offset);
	while (done < size) {
		size_t within = (offset + done) % FW_BLOB_BLOCK_BYTES;
		size_t count = MIN(size - done, FW_BLOB_BLOCK_BYTES - within);
		struct block *block = NULL;

		writer->failed = block_of(writer, (offset + done) / FW_BLOB_BLOCK_BYTES, &block);
		if (writer->failed < 0) {
			return writer->failed;
		}
		memcpy(to + done, block->plain + within, count);
		done += count;
	}
	*ret_size = size;
	return 0;
}

/* --- commit ----------------------------------------------------------------------------------- */

static int store_dirty_blocks(struct fw_blob_writer *writer)
{
	uint64_t last = fw_blob_block_count(writer->size) - 1;
	struct block *block = NULL;
	int result = block_of(writer, last, &block); /* makes the one block of an empty blob */

	if (result < 0) {
		return result;
	}
	block->dirty = true;
	for (size_t i = 0; i < FW_BLOB_CACHE_BLOCKS && result == 0; i++) {
		block = &writer->blocks[i];
		if (block->plain && block->dirty) {
			result = store_block(writer, block, block->number == last);
		}
	}
	return result;
}

static int store_head(struct fw_blob_writer *writer, struct fw_blob_info *ret_info)
{
	uint8_t head[FW_BLOB_HEAD_BYTES];
	int result;

	*ret_info = (struct fw_blob_info){
		.plain_size = writer->size, .block_count = fw_blob_block_count(writer->size)};
	memcpy(ret_info->blob_id, writer->cipher.blob_id, sizeof(ret_info->blob_id));
	memcpy(ret_info->key_id, writer->key_id, sizeof(ret_info->key_id));
	result = fw_sha256(
		writer->sealed_digests->data, writer->sealed_digests->len, ret_info->sealed_digest);
	if (result == 0) {
		result = fw_sha256(writer->plain_digests->data, writer->plain_digests->len,
			ret_info->plain_digest);
	}
	if (result == 0) {
		result = fw_blob_seal_head(&writer->cipher, ret_info, head);
	}
	return result < 0 ? result : fw_file_write_all(writer->fd, head, sizeof(head), 0);
}

/* Gives the part its final name, durably. */
static int publish(struct fw_blob_writer *writer)
{
	g_autofree char *path = fw_blob_path(writer->store, writer->cipher.blob_id, ".blob");
	g_autofree char *folder = g_path_get_dirname(path);
	unsigned flags = writer->flags == FW_BLOB_REPLACE ? 0 : RENAME_NOREPLACE;
	int result;

	if (fsync(writer->fd) < 0 ||
		renameat2(AT_FDCWD, writer->part_path, AT_FDCWD, path, flags) < 0) {
		return -errno;
	}
	result = fw_file_sync_folder(folder);
	if (result < 0) {
		(void)unlink(path); /* not known to last, so not there at all */
	}
	return result;
}

int fw_blob_commit(struct fw_blob_writer *writer, struct fw_blob_info *ret_info)
{
	struct fw_blob_info info;

	if (writer->failed < 0) {
		return writer->failed;
	}
	if (writer->committed) {
		return -EINVAL;
	}
	writer->failed = store_dirty_blocks(writer);
	if (writer->failed == 0) {
		writer->failed = store_head(writer, &info);
	}
	if (writer->failed == 0) {
		writer->failed = publish(writer);
	}
	if (writer->failed < 0) {
		return writer->failed;
	}
	writer->committed = true;
	if (ret_info) {
		*ret_info = info;
	}
	return 0;
}
