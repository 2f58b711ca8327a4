/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/upload_store.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include "base/keystore.h"

/* Follows from SHA-256 of "upload/number". */
static int piece_id(const char *upload, unsigned piece, char ret_id[FW_ID_SIZE])
{
	g_autofree char *text = NULL;
	uint8_t digest[FW_SHA256_BYTES];
	int r;

	if (!fw_id_valid(upload) || piece >= FW_UPLOAD_PIECES_MAX) {
		return -EINVAL;
	}
	text = g_strdup_printf("%s/%u", upload, piece);
	r = fw_sha256(text, strlen(text), digest);
	if (r < 0) {
		return r;
	}
	fw_id_of_digest(digest, ret_id);
	return 0;
}

static int put_blob(const struct fw_upload_place *place, const char *id,
	const uint8_t key[FW_AEAD_KEY_BYTES], const void *bytes, size_t size)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	int r = fw_blob_writer_create(place->store, id, place->key, key, FW_BLOB_REPLACE, &writer);

	if (r == 0) {
		r = fw_blob_write(writer, 0, bytes, size);
	}
	return r < 0 ? r : fw_blob_commit(writer, NULL);
}

int fw_upload_keep(
	const struct fw_upload_place *place, const char *file, const void *bytes, size_t size)
{
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r;

	if (size == 0 || size > FW_PIECE_MAX_BYTES) {
		return -EOVERFLOW;
	}
	r = fw_keystore_load_key(place->keystore, place->key, key);
	if (r < 0) {
		return r;
	}
	r = put_blob(place, file, key, bytes, size);
	fw_wipe(key, sizeof(key));
	return r;
}

int fw_upload_put(
	const struct fw_upload_place *place, unsigned piece, const void *bytes, size_t size)
{
	char id[FW_ID_SIZE];
	int r = piece_id(place->upload, piece, id);

	return r < 0 ? r : fw_upload_keep(place, id, bytes, size);
}

/* Appends one piece to the file and to the digest. */
static int append(const struct fw_upload_place *place, unsigned piece,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_blob_writer *writer,
	struct fw_sha256 *digest)
{
	g_autofree void *bytes = NULL;
	char id[FW_ID_SIZE];
	size_t size;
	int r = piece_id(place->upload, piece, id);

	if (r == 0) {
		r = fw_blob_get(place->store, id, key, FW_PIECE_MAX_BYTES, &bytes, &size);
	}
	if (r == 0) {
		r = fw_blob_write(writer, fw_blob_writer_size(writer), bytes, size);
	}
	return r < 0 ? r : fw_sha256_update(digest, bytes, size);
}

static int seal(const struct fw_upload_place *place, unsigned pieces,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_blob_writer *writer,
	uint8_t ret_sha256[FW_SHA256_BYTES])
{
	fw_cleanup(fw_sha256_destroy) struct fw_sha256 *digest = NULL;
	int r = fw_sha256_create(&digest);

	for (unsigned i = 0; r == 0 && i < pieces; i++) {
		r = append(place, i, key, writer, digest);
	}
	return r < 0 ? r : fw_sha256_finish(digest, ret_sha256);
}

int fw_upload_seal(const struct fw_upload_place *place, unsigned pieces, const char *file,
	uint64_t size, const uint8_t sha256[FW_SHA256_BYTES])
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	uint8_t key[FW_AEAD_KEY_BYTES], found[FW_SHA256_BYTES];
	int r;

	if (pieces > FW_UPLOAD_PIECES_MAX) {
		return -EOVERFLOW;
	}
	r = fw_keystore_load_key(place->keystore, place->key, key);
	if (r < 0) {
		return r;
	}
	r = fw_blob_writer_create(place->store, file, place->key, key, FW_BLOB_REPLACE, &writer);
	if (r == 0) {
		r = seal(place, pieces, key, writer, found);
	}
	fw_wipe(key, sizeof(key));
	if (r < 0) {
		return r;
	}
	if (fw_blob_writer_size(writer) != size || memcmp(found, sha256, sizeof(found)) != 0) {
		return -EILSEQ;
	}
	return fw_blob_commit(writer, NULL);
}

int fw_upload_erase(const struct fw_upload_place *place, unsigned pieces)
{
	int r = 0;

	for (unsigned i = 0; i < MIN(pieces, FW_UPLOAD_PIECES_MAX); i++) {
		char id[FW_ID_SIZE];
		int failed = piece_id(place->upload, i, id);

		if (failed == 0) {
			failed = fw_blob_erase(place->store, id);
		}
		r = failed < 0 ? failed : r;
	}
	return r;
}
