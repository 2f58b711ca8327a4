/* SPDX-License-Identifier: Apache-2.0 */
/* A data folder made by hand, then damaged in one place after the other. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/audit.h"
#include "base/audit_anchor.h"
#include "base/blob.h"
#include "base/db.h"
#include "base/keystore.h"
#include "base/text.h"
#include "recorder/recording.h"
#include "signaling/data_folder.h"
#include "signaling/verify/verify.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define KEY_ID    "recording/" RECORDING
#define STRAY     "017f22e2-79b0-7000-98c4-000000000001"
#define SOURCE    "1-person-1.webm"

struct fixture {
	char *root;
	struct fw_data_folder *folder;
	char *text; /* what the last check printed */
};

static void append(struct fw_db *db, const char *action, const char *detail)
{
	const struct fw_audit_entry entry = {.time_us = 1,
		.action = action,
		.object_kind = "recording",
		.object_id = RECORDING,
		.detail = detail};
	struct fw_audit_head head;

	assert_int_equal(fw_db_begin(db), 0);
	assert_int_equal(fw_audit_head(db, &head), 0);
	assert_int_equal(fw_audit_append(db, &head, &entry), 0);
	assert_int_equal(fw_db_commit(db), 0);
}

/* One source file and its manifest; returns the manifest's digest. */
static char *put_recording(struct fw_blob_store *store, const uint8_t *key)
{
	g_autofree char *webm = g_strnfill(200000, 'w');
	g_autofree char *manifest = NULL;
	char id[FW_ID_SIZE], plain[65], sealed[65], *digest_text = g_malloc(65);
	uint8_t digest[FW_SHA256_BYTES];
	struct fw_blob_info info;

	assert_int_equal(fw_recording_blob_id(RECORDING, SOURCE, id), 0);
	assert_int_equal(fw_blob_put(store, id, KEY_ID, key, webm, 200000, &info), 0);
	assert_int_equal(fw_sha256(webm, 200000, digest), 0);
	fw_text_hex_encode(digest, sizeof(digest), plain);
	fw_text_hex_encode(info.sealed_digest, sizeof(info.sealed_digest), sealed);
	manifest = g_strdup_printf("{\"sources\":[{\"file\":\"" SOURCE "\",\"bytes\":200000,"
				   "\"sha256\":\"%s\",\"sealed_digest\":\"%s\"}]}",
		plain, sealed);
	assert_int_equal(fw_recording_blob_id(RECORDING, FW_RECORDING_MANIFEST, id), 0);
	assert_int_equal(fw_blob_put(store, id, KEY_ID, key, manifest, strlen(manifest), NULL), 0);
	assert_int_equal(fw_sha256(manifest, strlen(manifest), digest), 0);
	fw_text_hex_encode(digest, sizeof(digest), digest_text);
	return digest_text;
}

static void fill_database(const struct fw_data_folder *folder, struct fw_keystore *keystore,
	const char *manifest_sha256)
{
	static const char *const steps[] = {fw_audit_schema_sql};
	static const uint8_t random[16] = {1};
	fw_cleanup(fw_db_close) struct fw_db *db = NULL;
	fw_cleanup(fw_audit_anchor_close) struct fw_audit_anchor *anchor = NULL;
	g_autofree char *detail = g_strdup_printf("{\"manifest_sha256\":\"%s\"}", manifest_sha256);
	uint8_t key[FW_SHA256_BYTES];
	struct fw_audit_head head;

	assert_int_equal(fw_db_open(folder->database, FW_DB_READ_WRITE, 0, &db), 0);
	assert_int_equal(fw_db_migrate(db, steps, 1), 0);
	assert_int_equal(fw_db_begin(db), 0);
	assert_int_equal(fw_audit_start(db, 1, random, &head), 0);
	assert_int_equal(fw_db_commit(db), 0);
	append(db, "recording.started", NULL);
	append(db, "recording.finalised", detail);
	append(db, "recording.viewed", NULL);
	assert_int_equal(fw_keystore_derive(keystore, FW_AUDIT_ANCHOR_PURPOSE, key), 0);
	assert_int_equal(fw_audit_anchor_open(folder->audit_anchor, key, db, &anchor), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);
	fw_cleanup(fw_keystore_close) struct fw_keystore *keystore = NULL;
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	g_autofree char *manifest_sha256 = NULL;
	uint8_t key[FW_AEAD_KEY_BYTES];

	fixture->root = testing_make_folder();
	fixture->folder = fw_data_folder_look(fixture->root);
	*state = fixture;
	assert_int_equal(fw_keystore_open(fixture->folder->master_key, fixture->folder->keys,
				 FW_KEYSTORE_CREATE, &keystore),
		0);
	assert_int_equal(fw_keystore_create_key(keystore, KEY_ID, key), 0);
	assert_int_equal(fw_blob_store_open(fixture->folder->blobs, &store), 0);
	manifest_sha256 = put_recording(store, key);
	assert_int_equal(fw_blob_put(store, STRAY, KEY_ID, key, "stray", 5, NULL), 0);
	fill_database(fixture->folder, keystore, manifest_sha256);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_data_folder_close(fixture->folder);
	testing_remove_folder(fixture->root);
	free(fixture->text);
	g_free(fixture);
	return 0;
}

/* Checks the folder; its text must contain `expected`. Returns the number of faults. */
static unsigned check(struct fixture *fixture, const char *expected)
{
	unsigned faults = 99;
	size_t size = 0;
	FILE *out;

	free(fixture->text);
	fixture->text = NULL;
	out = open_memstream(&fixture->text, &size);
	assert_non_null(out);
	assert_int_equal(fw_verify_folder(fixture->root, out, &faults), 0);
	(void)fclose(out);
	if (!strstr(fixture->text, expected)) {
		print_error("expected \"%s\" in:\n%s", expected, fixture->text);
		fail();
	}
	return faults;
}

static char *blob_path(struct fixture *fixture, const char *id)
{
	return g_strdup_printf("%s/%s/%s.blob", fixture->folder->blobs, id + 34, id);
}

static char *file_path(struct fixture *fixture, const char *name)
{
	char id[FW_ID_SIZE];

	assert_int_equal(fw_recording_blob_id(RECORDING, name, id), 0);
	return blob_path(fixture, id);
}

static void change_byte(const char *path, size_t place)
{
	FILE *file = fopen(path, "r+b");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseek(file, (long)place, SEEK_SET), 0);
	byte = fgetc(file);
	assert_true(byte != EOF);
	assert_int_equal(fseek(file, (long)place, SEEK_SET), 0);
	assert_true(fputc(byte ^ 1, file) != EOF);
	assert_int_equal(fclose(file), 0);
}

static void change_database(struct fixture *fixture, const char *sql)
{
	fw_cleanup(fw_db_close) struct fw_db *db = NULL;

	assert_int_equal(fw_db_open(fixture->folder->database, FW_DB_READ_WRITE, 0, &db), 0);
	assert_int_equal(fw_db_script(db, sql), 0);
}

static void a_whole_folder_holds(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(check(fixture,
				 "ok    database\n"
				 "ok    audit log: 4 rows, to its anchor\n"
				 "ok    recordings: 1, files: 2\n"
				 "ok    other blobs: 1\n"),
		0);
}

static void a_changed_file_is_named(void **state)
{
	g_autofree char *path = file_path(*state, SOURCE);

	change_byte(path, 100000);
	assert_int_equal(
		check(*state, "FAULT recording " RECORDING ": " SOURCE " is changed or missing\n"),
		1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(
		check(*state, "FAULT recording " RECORDING ": " SOURCE " is changed or missing\n"),
		1);
}

static void a_changed_manifest_is_named(void **state)
{
	g_autofree char *path = file_path(*state, FW_RECORDING_MANIFEST);

	change_byte(path, 300);
	assert_int_equal(
		check(*state, "FAULT recording " RECORDING ": manifest.json is changed or missing\n"),
		1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(check(*state, "FAULT recording " RECORDING ": manifest: No such file"), 1);
}

/* Sealed properly with the right key, but not the manifest that the log knows. */
static void another_manifest_is_named(void **state)
{
	struct fixture *fixture = *state;
	fw_cleanup(fw_keystore_close) struct fw_keystore *keystore = NULL;
	fw_cleanup(fw_blob_store_close) struct fw_blob_store *store = NULL;
	uint8_t key[FW_AEAD_KEY_BYTES];
	char id[FW_ID_SIZE];

	assert_int_equal(fw_keystore_open(fixture->folder->master_key, fixture->folder->keys,
				 FW_KEYSTORE_EXISTING, &keystore),
		0);
	assert_int_equal(fw_keystore_load_key(keystore, KEY_ID, key), 0);
	assert_int_equal(fw_blob_store_open(fixture->folder->blobs, &store), 0);
	assert_int_equal(fw_recording_blob_id(RECORDING, FW_RECORDING_MANIFEST, id), 0);
	assert_int_equal(fw_blob_erase(store, id), 0);
	assert_int_equal(fw_blob_put(store, id, KEY_ID, key, "{\"sources\":[]}", 14, NULL), 0);
	assert_int_equal(
		check(*state, "FAULT recording " RECORDING ": manifest.json is changed or missing\n"),
		1);
}

static void another_blob_is_checked_too(void **state)
{
	g_autofree char *path = blob_path(*state, STRAY);

	change_byte(path, 258);
	assert_int_equal(check(*state, "FAULT blob " STRAY ": block 0 is changed\n"), 1);
	change_byte(path, 3);
	assert_int_equal(check(*state, "FAULT blob " STRAY ": head, length or digest changed\n"), 1);
}

static void lost_keys_are_named(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *key = g_strdup_printf("%s/" KEY_ID ".key", fixture->folder->keys);

	change_byte(key, 30);
	assert_true(
		check(fixture, "FAULT key " KEY_ID ": changed, or not under this master key\n") > 0);
	assert_int_equal(unlink(key), 0);
	assert_true(check(fixture, "FAULT key " KEY_ID ": No such file or directory\n") > 0);
	assert_int_equal(unlink(fixture->folder->master_key), 0);
	assert_int_equal(check(fixture, "FAULT master key "), 1);
	assert_non_null(strstr(fixture->text, "ok    audit log: 4 rows\n"));
	assert_non_null(strstr(fixture->text, "ok    other blobs: 3 (digests only)\n"));
	/* Nothing may be made by looking. */
	assert_false(g_file_test(fixture->folder->master_key, G_FILE_TEST_EXISTS));
}

static void a_lost_folder_is_told(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *away = g_strconcat(fixture->folder->blobs, ".away", NULL);

	assert_int_equal(rename(fixture->folder->blobs, away), 0);
	assert_int_equal(
		check(fixture, "FAULT recording " RECORDING ": the folder of blobs is missing\n"),
		1);
	assert_false(g_file_test(fixture->folder->blobs, G_FILE_TEST_EXISTS));
}

static void the_log_is_checked_to_its_end(void **state)
{
	struct fixture *fixture = *state;

	change_database(fixture, "DELETE FROM audit_log WHERE sequence = 3");
	assert_int_equal(check(fixture, "FAULT audit log: row 3 is changed or missing\n"), 1);
	assert_int_equal(unlink(fixture->folder->audit_anchor), 0);
	assert_int_equal(check(fixture, "FAULT audit log: anchor "), 1);
	change_database(fixture, "UPDATE audit_log SET time_us = 9 WHERE sequence = 1");
	assert_int_equal(check(fixture, "FAULT audit log: row 1 is changed or missing\n"), 2);
}

static void what_cannot_be_looked_at_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	unsigned faults = 99;

	assert_int_equal(fw_verify_folder("/nonexistent", stderr, &faults), -ENOTDIR);
	assert_int_equal(unlink(fixture->folder->database), 0);
	assert_int_equal(fw_verify_folder(fixture->root, stderr, &faults), -ENOENT);
	assert_int_equal(faults, 99);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_whole_folder_holds),
		TEST(a_changed_file_is_named),
		TEST(a_changed_manifest_is_named),
		TEST(another_manifest_is_named),
		TEST(another_blob_is_checked_too),
		TEST(lost_keys_are_named),
		TEST(a_lost_folder_is_told),
		TEST(the_log_is_checked_to_its_end),
		TEST(what_cannot_be_looked_at_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
