/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/verify/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>

#include <glib.h>
#include <jansson.h>

#include "base/audit.h"
#include "base/audit_anchor.h"
#include "base/blob.h"
#include "base/crypto.h"
#include "base/db.h"
#include "base/keystore.h"
#include "recorder/recording.h"
#include "signaling/data_folder.h"

#define BUSY_MS 5000

struct verifier {
	const struct fw_data_folder *folder;
	FILE *out;
	unsigned faults;
	struct fw_db *db;
	struct fw_keystore *keystore; /* NULL: no usable master key */
	struct fw_blob_store *store;
	GHashTable *known; /* ids of blobs that belong to recordings */
	unsigned recordings, files, blobs;
};

static void fault(struct verifier *verifier, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void fault(struct verifier *verifier, const char *format, ...)
{
	va_list arguments;

	verifier->faults++;
	(void)fputs("FAULT ", verifier->out);
	va_start(arguments, format);
	(void)vfprintf(verifier->out, format, arguments);
	va_end(arguments);
	(void)fputc('\n', verifier->out);
}

/* --- database and audit log ------------------------------------------------------------------- */

static void check_database(struct verifier *verifier)
{
	g_autofree char *problem = NULL;
	int result = fw_db_check(verifier->db, &problem);

	if (result < 0) {
		fault(verifier, "database: %s", problem ? problem : g_strerror(-result));
		return;
	}
	(void)fprintf(verifier->out, "ok    database\n");
}

/* True when there is an anchor to hold the chain against. */
static bool read_anchor(struct verifier *verifier, struct fw_audit_head *ret_anchor)
{
	const char *path = verifier->folder->audit_anchor;
	g_autofree char *evidence = fw_audit_anchor_evidence(path);
	uint8_t key[FW_SHA256_BYTES];
	int result;

	if (evidence) {
		fault(verifier, "audit log: once did not hold its last known row, see %s", evidence);
	}
	if (!verifier->keystore) {
		return false;
	}
	result = fw_keystore_derive(verifier->keystore, FW_AUDIT_ANCHOR_PURPOSE, key);
	if (result == 0) {
		result = fw_audit_anchor_read(path, key, ret_anchor);
	}
	fw_wipe(key, sizeof(key));
	if (result < 0) {
		fault(verifier, "audit log: anchor %s: %s", path,
			result == -EBADMSG ? "changed" : g_strerror(-result));
	}
	return result == 0;
}

static void check_audit_log(struct verifier *verifier)
{
	struct fw_audit_head anchor, head;
	int64_t bad_sequence = 0;
	/* The anchor first: a running server goes on writing, and may then only be ahead of it. */
	bool anchored = read_anchor(verifier, &anchor);
	int result = fw_audit_verify(verifier->db, anchored ? &anchor : NULL, &head, &bad_sequence);

	if (result == -EBADMSG) {
		fault(verifier, "audit log: row %" PRId64 " is changed or missing", bad_sequence);
	} else if (result < 0) {
		fault(verifier, "audit log: %s", g_strerror(-result));
	} else {
		(void)fprintf(verifier->out, "ok    audit log: %" PRId64 " rows%s\n",
			head.sequence + 1, anchored ? ", to its anchor" : "");
	}
}

/* --- recordings ------------------------------------------------------------------------------- */

/* The key a blob or recording needs; false (and a fault, if wanted) when it cannot be had. */
static bool load_key(
	struct verifier *verifier, const char *key_id, uint8_t ret_key[FW_AEAD_KEY_BYTES])
{
	int result = verifier->keystore ? fw_keystore_load_key(verifier->keystore, key_id, ret_key)
					: -ENOKEY;

	if (result == 0) {
		return true;
	}
	if (result != -ENOKEY) { /* the missing master key was told once, for all */
		fault(verifier, "key %s: %s", key_id,
			result == -EBADMSG ? "changed, or not under this master key"
					   : g_strerror(-result));
	}
	return false;
}

static void note_file(struct verifier *verifier, const char *recording, const json_t *checked)
{
	const char *name = json_string_value(json_object_get(checked, "name"));
	char blob_id[FW_ID_SIZE];

	verifier->files++;
	if (name && fw_recording_blob_id(recording, name, blob_id) == 0) {
		(void)g_hash_table_add(verifier->known, g_strdup(blob_id));
	}
	if (!json_is_true(json_object_get(checked, "ok"))) {
		fault(verifier, "recording %s: %s is changed or missing", recording,
			name ? name : "a file");
	}
}

static void check_recording(
	struct verifier *verifier, const char *recording, const char *manifest_sha256)
{
	g_autofree char *key_id = g_strdup_printf("recording/%s", recording);
	uint8_t key[FW_AEAD_KEY_BYTES];
	json_t *report = NULL, *checked = NULL;
	size_t index;
	int result;

	verifier->recordings++;
	if (!verifier->store) {
		fault(verifier, "recording %s: the folder of blobs is missing", recording);
		return;
	}
	if (!load_key(verifier, key_id, key)) {
		return;
	}
	result = fw_recording_verify(verifier->store, recording, key, manifest_sha256, &report);
	fw_wipe(key, sizeof(key));
	if (result < 0) {
		fault(verifier, "recording %s: manifest: %s", recording, g_strerror(-result));
		return;
	}
	json_array_foreach (json_object_get(report, "checked"), index, checked) {
		note_file(verifier, recording, checked);
	}
	json_decref(report);
}

/* recording id -> manifest digest (text, may be ""), as the audit log has it last. */
static int finalised_recordings(struct verifier *verifier, GHashTable *ret_recordings)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int result = fw_db_query(verifier->db,
		"SELECT object_id, detail FROM audit_log"
		" WHERE object_kind = 'recording' AND action = 'recording.finalised'"
		" ORDER BY sequence",
		FW_DB_NO_VALUES, &rows);

	while (result >= 0 && (result = fw_db_step(rows)) > 0) {
		const char *recording = fw_db_column_text(rows, 0);
		const char *detail = fw_db_column_text(rows, 1);
		json_t *json = detail ? json_loads(detail, JSON_REJECT_DUPLICATES, NULL) : NULL;
		const char *digest = json_string_value(json_object_get(json, "manifest_sha256"));

		if (recording) {
			(void)g_hash_table_replace(ret_recordings, g_strdup(recording),
				g_strdup(digest ? digest : ""));
		}
		json_decref(json);
	}
	return result;
}

static void check_recordings(struct verifier *verifier)
{
	g_autoptr(GHashTable) recordings =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	unsigned faults_before = verifier->faults;
	int result = finalised_recordings(verifier, recordings);
	GHashTableIter iterator;
	gpointer recording, digest;

	if (result < 0) {
		fault(verifier, "recordings: %s", g_strerror(-result));
		return;
	}
	g_hash_table_iter_init(&iterator, recordings);
	while (g_hash_table_iter_next(&iterator, &recording, &digest)) {
		check_recording(verifier, recording, *(const char *)digest ? digest : NULL);
	}
	if (verifier->faults == faults_before && verifier->keystore) {
		(void)fprintf(verifier->out, "ok    recordings: %u, files: %u\n",
			verifier->recordings, verifier->files);
	}
}

/* --- the other blobs -------------------------------------------------------------------------- */

static int check_blob(const char *blob_id, void *user)
{
	struct verifier *verifier = user;
	uint8_t key[FW_AEAD_KEY_BYTES];
	struct fw_blob_info info;
	int64_t bad_block = -1;
	bool has_key;
	int result;

	if (g_hash_table_contains(verifier->known, blob_id)) {
		return 0;
	}
	verifier->blobs++;
	result = fw_blob_info(verifier->store, blob_id, &info);
	if (result == 0) {
		has_key = load_key(verifier, info.key_id, key);
		result = fw_blob_verify(
			verifier->store, blob_id, has_key ? key : NULL, NULL, &bad_block);
		fw_wipe(key, sizeof(key));
	}
	if (result == -ENOENT) {
		return 0; /* a running server may erase while we look */
	}
	if (result == -EBADMSG && bad_block >= 0) {
		fault(verifier, "blob %s: block %" PRId64 " is changed", blob_id, bad_block);
	} else if (result < 0) {
		fault(verifier, "blob %s: %s", blob_id,
			result == -EBADMSG ? "head, length or digest changed" : g_strerror(-result));
	}
	return 0;
}

static void check_blobs(struct verifier *verifier)
{
	unsigned faults_before = verifier->faults;
	int result = fw_blob_each(verifier->store, check_blob, verifier);

	if (result < 0) {
		fault(verifier, "blobs: %s", g_strerror(-result));
	} else if (verifier->faults == faults_before) {
		(void)fprintf(verifier->out, "ok    other blobs: %u%s\n", verifier->blobs,
			verifier->keystore ? "" : " (digests only)");
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

static void open_keystore(struct verifier *verifier)
{
	int result = fw_keystore_open(verifier->folder->master_key, verifier->folder->keys,
		FW_KEYSTORE_EXISTING, &verifier->keystore);

	if (result < 0) {
		fault(verifier, "master key %s: %s: recordings and the end of the audit log are not checked",
			verifier->folder->master_key,
			result == -ENOKEY ? "missing" : g_strerror(-result));
	}
}

static int open_parts(struct verifier *verifier)
{
	const struct fw_data_folder *folder = verifier->folder;
	int result;

	if (!g_file_test(folder->folder, G_FILE_TEST_IS_DIR)) {
		return -ENOTDIR;
	}
	result = fw_db_open(folder->database, FW_DB_READ_ONLY, BUSY_MS, &verifier->db);
	if (result < 0) {
		return result;
	}
	open_keystore(verifier);
	return 0;
}

static void check_files(struct verifier *verifier)
{
	/* Opening a store makes its folder; here nothing may be made. */
	bool is_there = g_file_test(verifier->folder->blobs, G_FILE_TEST_IS_DIR);
	int result = is_there ? fw_blob_store_open(verifier->folder->blobs, &verifier->store) : 0;

	if (result < 0) {
		fault(verifier, "blobs: %s", g_strerror(-result));
		return;
	}
	check_recordings(verifier);
	if (verifier->store) {
		check_blobs(verifier);
	}
}

int fw_verify_folder(const char *data_folder, FILE *out, unsigned *ret_faults)
{
	fw_cleanup(fw_data_folder_close) struct fw_data_folder *folder =
		fw_data_folder_look(data_folder);
	struct verifier verifier = {.folder = folder, .out = out};
	int result = open_parts(&verifier);

	if (result == 0) {
		verifier.known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		check_database(&verifier);
		check_audit_log(&verifier);
		check_files(&verifier);
		g_hash_table_destroy(verifier.known);
		*ret_faults = verifier.faults;
	}
	fw_blob_store_close(verifier.store);
	fw_keystore_close(verifier.keystore);
	fw_db_close(verifier.db);
	return result;
}
