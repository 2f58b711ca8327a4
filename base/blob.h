/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blob store: encrypted, authenticated files by id: put, get, range, erase. Files today, an object
 * store later; callers see ids only. The data key comes from the caller (keystore.h), so a worker
 * process without the keystore can write and read blobs.
 *
 * A blob is FOLDER/<last two digits of the id>/<id>.blob:
 *   head, 256 bytes, integers little-endian:
 *       0 magic "FWBLOB\r\n"      8 version u32 = 1       12 block size u32 = 65536
 *      16 plain size u64         24 block count u64      32 blob id, 36 characters, NUL-padded to 40
 *      72 key id, NUL-padded to 64                       136 sealed digest (32)
 *     168 plain digest (32)     200 zeros (28)           228 nonce (12), 240 tag (16)
 *     The tag seals an empty text with AAD = bytes 0..227.
 *   blocks, each nonce (12), cipher text, tag (16) of 65536 plain bytes, the last one of what is left
 *     (an empty blob has one block of 0 bytes). AAD = "FWBLOB1" NUL, blob id (36), block number u64,
 *     last-block mark u8 (1 for the last). The nonce is random and fresh at every sealing.
 *
 * sealed digest = SHA-256 of the concatenated SHA-256 digests of all stored blocks (nonce, cipher
 * text, tag), in order; plain digest the same over the blocks' plain bytes. Both are known at commit
 * without reading anything again.
 *
 * Owner: the creator of an object; writers and readers borrow the store. Threads: a store may be
 * used from any; a writer or reader belongs to one at a time.
 * Errors: -ENOENT no such blob, -EEXIST exists already, -EBADMSG changed, truncated, swapped bytes
 * or the wrong key, -EINVAL bad id or range, -EOVERFLOW larger than FW_BLOB_MAX_BYTES, -ENOSPC, -EIO.
 */
#ifndef FW_BASE_BLOB_H
#define FW_BASE_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/limits.h"

struct fw_blob_store;
struct fw_blob_writer;
struct fw_blob_reader;

#define FW_BLOB_HEAD_BYTES   256
#define FW_BLOB_SEALED_BYTES (FW_BLOB_BLOCK_BYTES + FW_AEAD_NONCE_BYTES + FW_AEAD_TAG_BYTES)

struct fw_blob_info {
	uint64_t plain_size;
	uint64_t block_count;
	char blob_id[FW_ID_SIZE];
	char key_id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t sealed_digest[FW_SHA256_BYTES];
	uint8_t plain_digest[FW_SHA256_BYTES];
};

/* The folder is created when missing. */
int fw_blob_store_open(const char *folder, struct fw_blob_store **ret_store);
void fw_blob_store_close(struct fw_blob_store *store);
FW_DEFINE_CLEANUP(struct fw_blob_store, fw_blob_store_close)

/* --- put ------------------------------------------------------------------------------------- */

enum fw_blob_flags {
	FW_BLOB_NEW = 0, /* commit answers -EEXIST when the id exists */
	FW_BLOB_REPLACE = 1, /* a retried job may replace what an earlier run left */
};

/* Writes go to <id>.part beside the final name; what a crash left there is thrown away. -EBUSY:
 * another writer of this id is at work. */
int fw_blob_writer_create(struct fw_blob_store *store, const char *blob_id, const char *key_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], enum fw_blob_flags flags,
	struct fw_blob_writer **ret_writer);

/*
 * Like pwrite: appends, or rewrites what was written before, or both; offset beyond the end is
 * -EINVAL. After an error the writer can only be destroyed.
 */
int fw_blob_write(struct fw_blob_writer *writer, uint64_t offset, const void *bytes, size_t size);

/* Reads back what was written so far. ret_size is short only at the end. */
int fw_blob_writer_read(struct fw_blob_writer *writer, uint64_t offset, void *ret_bytes,
	size_t size, size_t *ret_size);

uint64_t fw_blob_writer_size(const struct fw_blob_writer *writer);

/* Seals the rest, fsync, rename, fsync of the folder: durable on return. ret_info may be NULL. */
int fw_blob_commit(struct fw_blob_writer *writer, struct fw_blob_info *ret_info);

/* Without a successful commit before, nothing is left of it. */
void fw_blob_writer_destroy(struct fw_blob_writer *writer);
FW_DEFINE_CLEANUP(struct fw_blob_writer, fw_blob_writer_destroy)

/* All of the above for bytes in memory. ret_info may be NULL. */
int fw_blob_put(struct fw_blob_store *store, const char *blob_id, const char *key_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], const void *bytes, size_t size,
	struct fw_blob_info *ret_info);

/* --- get, range ------------------------------------------------------------------------------ */

int fw_blob_open(struct fw_blob_store *store, const char *blob_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_blob_reader **ret_reader);
void fw_blob_reader_destroy(struct fw_blob_reader *reader);
FW_DEFINE_CLEANUP(struct fw_blob_reader, fw_blob_reader_destroy)

const struct fw_blob_info *fw_blob_reader_info(const struct fw_blob_reader *reader);

/* Like pread: up to size bytes at offset; ret_size is short only at the end, 0 beyond it. */
int fw_blob_read(struct fw_blob_reader *reader, uint64_t offset, void *ret_bytes, size_t size,
	size_t *ret_size);

/* The whole blob, at most max_bytes (-EOVERFLOW); newly allocated, g_free. */
int fw_blob_get(struct fw_blob_store *store, const char *blob_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], size_t max_bytes, void **ret_bytes, size_t *ret_size);

/* --- erase, check ---------------------------------------------------------------------------- */

/* Unlinks it and a left-over part; success when there is none. Readers that are open go on. */
int fw_blob_erase(struct fw_blob_store *store, const char *blob_id);

/*
 * Reads the whole blob. With key every seal is opened; without (NULL) the stored blocks are held
 * against the head's sealed digest only. -EBADMSG: ret_bad_block is the first bad block, or -1 for
 * the head, the file length or the digests as a whole. ret_info may be NULL.
 */
int fw_blob_verify(struct fw_blob_store *store, const char *blob_id,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_blob_info *ret_info, int64_t *ret_bad_block);

/* The unauthenticated head: which key a blob needs. */
int fw_blob_info(struct fw_blob_store *store, const char *blob_id, struct fw_blob_info *ret_info);

/* Parses a head from memory (for tests and fuzzing): -EBADMSG. Nothing is authenticated. */
int fw_blob_parse_head(const void *bytes, size_t size, struct fw_blob_info *ret_info);

/*
 * Calls visit for the id of every blob, in no order. A negative answer ends the walk and is
 * returned. visit may erase the blob it is called for.
 */
int fw_blob_each(
	struct fw_blob_store *store, int (*visit)(const char *blob_id, void *user), void *user);

/* Removes the parts that crashed writers left, older than before_us (wall). Call at start. */
int fw_blob_remove_parts(struct fw_blob_store *store, int64_t before_us, unsigned *ret_removed);

#endif
