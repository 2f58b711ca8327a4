/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/recording.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

#include "base/text.h"

#define FW_LOG_TOPIC "recording"
#include "base/log.h"

#define CHUNK_BYTES ((size_t)1024 * 1024)

struct fw_recording_file {
	struct fw_blob_reader *blob;
};

static bool name_valid(const char *name)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++) {
		if (!g_ascii_isalnum(name[i]) && name[i] != '-' && name[i] != '.') {
			return false;
		}
	}
	return size > 0 && size <= FW_RECORDING_NAME_MAX;
}

int fw_recording_blob_id(const char *recording, const char *name, char ret_id[FW_ID_SIZE])
{
	g_autofree char *text = NULL;
	uint8_t digest[FW_SHA256_BYTES];
	int r;

	if (!fw_id_valid(recording) || !name_valid(name)) {
		return -EINVAL;
	}
	text = g_strdup_printf("%s/%s", recording, name);
	r = fw_sha256(text, strlen(text), digest);
	if (r < 0) {
		return r;
	}
	fw_id_of_digest(digest, ret_id);
	return 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

int fw_recording_open(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], const char *name, struct fw_recording_file **ret_file)
{
	struct fw_blob_reader *blob = NULL;
	char id[FW_ID_SIZE];
	int r = fw_recording_blob_id(recording, name, id);

	if (r == 0) {
		r = fw_blob_open(store, id, key, &blob);
	}
	if (r < 0) {
		return r;
	}
	*ret_file = g_new0(struct fw_recording_file, 1);
	(*ret_file)->blob = blob;
	return 0;
}

void fw_recording_close(struct fw_recording_file *file)
{
	if (!file) {
		return;
	}
	fw_blob_reader_destroy(file->blob);
	g_free(file);
}

uint64_t fw_recording_size(const struct fw_recording_file *file)
{
	return fw_blob_reader_info(file->blob)->plain_size;
}

int fw_recording_read(struct fw_recording_file *file, uint64_t offset, void *ret_bytes, size_t size,
	size_t *ret_size)
{
	return fw_blob_read(file->blob, offset, ret_bytes, size, ret_size);
}

static int load_manifest(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], char **ret_text, size_t *ret_size)
{
	char id[FW_ID_SIZE];
	void *bytes = NULL;
	int r = fw_recording_blob_id(recording, FW_RECORDING_MANIFEST, id);

	if (r == 0) {
		r = fw_blob_get(store, id, key, FW_RECORDING_MANIFEST_MAX_BYTES, &bytes, ret_size);
	}
	if (r < 0) {
		return r;
	}
	*ret_text = bytes;
	return 0;
}

int fw_recording_manifest(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], json_t **ret_manifest)
{
	g_autofree char *text = NULL;
	size_t size = 0;
	json_t *manifest;
	int r = load_manifest(store, recording, key, &text, &size);

	if (r < 0) {
		return r;
	}
	manifest = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(manifest)) {
		json_decref(manifest);
		return -EBADMSG;
	}
	*ret_manifest = manifest;
	return 0;
}

/* --- checking --------------------------------------------------------------------------------- */

int fw_recording_digest(struct fw_recording_file *file, uint8_t ret_digest[FW_SHA256_BYTES])
{
	g_autofree uint8_t *chunk = g_malloc(CHUNK_BYTES);
	fw_cleanup(fw_sha256_destroy) struct fw_sha256 *digest = NULL;
	uint64_t offset = 0;
	size_t size = 0;
	int r = fw_sha256_create(&digest);

	while (r == 0) {
		r = fw_recording_read(file, offset, chunk, CHUNK_BYTES, &size);
		if (r < 0 || size == 0) {
			break;
		}
		r = fw_sha256_update(digest, chunk, size);
		offset += size;
	}
	return r < 0 ? r : fw_sha256_finish(digest, ret_digest);
}

static bool same_hex(const json_t *object, const char *name, const uint8_t digest[FW_SHA256_BYTES])
{
	const char *text = json_string_value(json_object_get(object, name));
	uint8_t expected[FW_SHA256_BYTES];

	return text && fw_text_hex_decode(text, expected, sizeof(expected)) == 0 &&
		memcmp(expected, digest, sizeof(expected)) == 0;
}

static bool source_holds(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], const json_t *source)
{
	fw_cleanup(fw_recording_close) struct fw_recording_file *file = NULL;
	const char *name = json_string_value(json_object_get(source, "file"));
	uint8_t digest[FW_SHA256_BYTES];
	char id[FW_ID_SIZE];
	int64_t bad_block = 0;

	if (!name || fw_recording_open(store, recording, key, name, &file) < 0 ||
		fw_recording_digest(file, digest) < 0 || !same_hex(source, "sha256", digest) ||
		json_integer_value(json_object_get(source, "bytes")) !=
			(json_int_t)fw_recording_size(file) ||
		!same_hex(source, "sealed_digest", fw_blob_reader_info(file->blob)->sealed_digest)) {
		return false;
	}
	/* Without the key: the stored blocks against the sealed digest in the head. */
	return fw_recording_blob_id(recording, name, id) == 0 &&
		fw_blob_verify(store, id, NULL, NULL, &bad_block) == 0;
}

static void check(json_t *checked, const char *name, bool ok, bool *all)
{
	*all = *all && ok;
	json_array_append_new(checked, json_pack("{s:s,s:b}", "name", name, "ok", ok));
}

static bool text_holds(const char *text, size_t size, const char *sha256)
{
	uint8_t digest[FW_SHA256_BYTES];
	uint8_t expected[FW_SHA256_BYTES];

	return !sha256 ||
		(fw_sha256(text, size, digest) == 0 &&
			fw_text_hex_decode(sha256, expected, sizeof(expected)) == 0 &&
			memcmp(digest, expected, sizeof(digest)) == 0);
}

int fw_recording_verify(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], const char *manifest_sha256, json_t **ret_report)
{
	g_autofree char *text = NULL;
	json_t *manifest = NULL;
	json_t *checked = json_array();
	json_t *source;
	size_t size = 0, index;
	bool ok = true;
	int r = load_manifest(store, recording, key, &text, &size);

	if (r < 0 && r != -EBADMSG) {
		json_decref(checked);
		return r;
	}
	manifest = r < 0 ? NULL : json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	check(checked, FW_RECORDING_MANIFEST,
		json_is_object(manifest) && text_holds(text, size, manifest_sha256), &ok);
	json_array_foreach (json_object_get(manifest, "sources"), index, source) {
		const char *name = json_string_value(json_object_get(source, "file"));

		check(checked, name ? name : "?", source_holds(store, recording, key, source), &ok);
	}
	json_decref(manifest);
	*ret_report = json_pack("{s:b,s:o}", "ok", ok, "checked", checked);
	return 0;
}

static int erase(struct fw_blob_store *store, const char *recording, const char *name)
{
	char id[FW_ID_SIZE];
	int r = fw_recording_blob_id(recording, name, id);

	return r < 0 ? r : fw_blob_erase(store, id);
}

int fw_recording_erase(
	struct fw_blob_store *store, const char *recording, const uint8_t key[FW_AEAD_KEY_BYTES])
{
	json_t *manifest = NULL;
	json_t *source;
	size_t index;
	int r = fw_recording_manifest(store, recording, key, &manifest);

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	json_array_foreach (json_object_get(manifest, "sources"), index, source) {
		const char *name = json_string_value(json_object_get(source, "file"));

		if (r == 0 && name) {
			r = erase(store, recording, name);
		}
	}
	json_decref(manifest);
	/* Last: it names the others. */
	return r < 0 ? r : erase(store, recording, FW_RECORDING_MANIFEST);
}
