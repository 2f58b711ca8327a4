/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <semaphore.h>
#include <string.h>

#include "base/keystore.h"
#include "signaling/upload_store.h"
#include "signaling/uploads.h"

#define CASE   "case/017f22e2-79b0-7000-98c4-000000000001"
#define UPLOAD "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define FILE_1 "017f22e2-79b0-7000-98c4-dc0c0c07399f"

struct fixture {
	char *folder, *blobs, *master, *keys;
	struct fw_keystore *keystore;
	struct fw_blob_store *store;
	struct fw_upload_place place;
	uint8_t key[FW_AEAD_KEY_BYTES];
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->blobs = g_build_filename(fixture->folder, "blobs", NULL);
	fixture->master = g_build_filename(fixture->folder, "master.key", NULL);
	fixture->keys = g_build_filename(fixture->folder, "keys", NULL);
	assert_int_equal(fw_keystore_open(fixture->master, fixture->keys, FW_KEYSTORE_CREATE,
				 &fixture->keystore),
		0);
	assert_int_equal(fw_keystore_create_key(fixture->keystore, CASE, fixture->key), 0);
	assert_int_equal(fw_blob_store_open(fixture->blobs, &fixture->store), 0);
	fixture->place = (struct fw_upload_place){
		.store = fixture->store,
		.keystore = fixture->keystore,
		.key = CASE,
		.upload = UPLOAD,
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_blob_store_close(fixture->store);
	fw_keystore_close(fixture->keystore);
	testing_remove_folder(fixture->folder);
	g_free(fixture->blobs);
	g_free(fixture->master);
	g_free(fixture->keys);
	g_free(fixture);
	return 0;
}

static int count(const char *blob_id, void *user)
{
	(void)blob_id;
	++*(int *)user;
	return 0;
}

static int blobs(const struct fixture *fixture)
{
	int found = 0;

	assert_int_equal(fw_blob_each(fixture->store, count, &found), 0);
	return found;
}

static GBytes *some_bytes(size_t size, uint8_t seed)
{
	uint8_t *bytes = g_malloc(size);

	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(i * 31 + (i >> 9) + seed);
	}
	return g_bytes_new_take(bytes, size);
}

static void makes_a_file_of_pieces(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 2 * FW_PIECE_MAX_BYTES + 4321;
	g_autoptr(GBytes) all = some_bytes(size, 1);
	const uint8_t *bytes = g_bytes_get_data(all, NULL);
	uint8_t sha256[FW_SHA256_BYTES];
	g_autofree void *read = NULL;
	size_t read_size = 0;

	assert_int_equal(fw_sha256(bytes, size, sha256), 0);
	for (unsigned i = 0; i < 3; i++) {
		size_t from = (size_t)i * FW_PIECE_MAX_BYTES;

		assert_int_equal(fw_upload_put(&fixture->place, i, bytes + from,
					 MIN(size - from, FW_PIECE_MAX_BYTES)),
			0);
	}
	/* sent again after a broken line */
	assert_int_equal(fw_upload_put(&fixture->place, 0, bytes, FW_PIECE_MAX_BYTES), 0);
	assert_int_equal(blobs(fixture), 3);
	assert_int_equal(fw_upload_seal(&fixture->place, 3, FILE_1, size, sha256), 0);
	assert_int_equal(fw_upload_seal(&fixture->place, 3, FILE_1, size, sha256), 0);
	assert_int_equal(fw_upload_erase(&fixture->place, 3), 0);
	assert_int_equal(fw_upload_erase(&fixture->place, 3), 0);
	assert_int_equal(blobs(fixture), 1);
	assert_int_equal(
		fw_blob_get(fixture->store, FILE_1, fixture->key, size, &read, &read_size), 0);
	assert_int_equal(read_size, size);
	assert_memory_equal(read, bytes, size);
}

static void keeps_no_file_that_was_not_promised(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GBytes) all = some_bytes(1000, 1);
	const uint8_t *bytes = g_bytes_get_data(all, NULL);
	uint8_t sha256[FW_SHA256_BYTES];

	assert_int_equal(fw_sha256(bytes, 1000, sha256), 0);
	assert_int_equal(fw_upload_put(&fixture->place, 0, bytes, 1000), 0);
	assert_int_equal(fw_upload_seal(&fixture->place, 1, FILE_1, 999, sha256), -EILSEQ);
	sha256[0] ^= 1;
	assert_int_equal(fw_upload_seal(&fixture->place, 1, FILE_1, 1000, sha256), -EILSEQ);
	sha256[0] ^= 1;
	assert_int_equal(fw_upload_seal(&fixture->place, 2, FILE_1, 1000, sha256), -ENOENT);
	assert_int_equal(blobs(fixture), 1);
	assert_int_equal(fw_upload_seal(&fixture->place, 1, FILE_1, 1000, sha256), 0);
}

static void refuses_what_is_out_of_bounds(void **state)
{
	struct fixture *fixture = *state;
	g_autoptr(GBytes) all = some_bytes(FW_PIECE_MAX_BYTES + 1, 1);
	const uint8_t *bytes = g_bytes_get_data(all, NULL);
	struct fw_upload_place place = fixture->place;
	uint8_t sha256[FW_SHA256_BYTES] = {0};

	assert_int_equal(fw_upload_put(&place, 0, bytes, 0), -EOVERFLOW);
	assert_int_equal(fw_upload_put(&place, 0, bytes, FW_PIECE_MAX_BYTES + 1), -EOVERFLOW);
	assert_int_equal(fw_upload_put(&place, FW_UPLOAD_PIECES_MAX, bytes, 1), -EINVAL);
	assert_int_equal(
		fw_upload_seal(&place, FW_UPLOAD_PIECES_MAX + 1, FILE_1, 1, sha256), -EOVERFLOW);
	place.upload = "../../etc/passwd";
	assert_int_equal(fw_upload_put(&place, 0, bytes, 1), -EINVAL);
	place = fixture->place;
	place.key = "case/017f22e2-79b0-7000-98c4-000000000002";
	assert_int_equal(fw_upload_put(&place, 0, bytes, 1), -ENOENT);
	assert_int_equal(blobs(fixture), 0);
}

struct listener {
	sem_t told;
	struct fw_upload_event event;
};

static void on_done(void *user, const struct fw_upload_event *event)
{
	struct listener *listener = user;

	listener->event = *event;
	(void)sem_post(&listener->told);
}

static void ask(
	struct fw_uploads *uploads, struct listener *listener, struct fw_upload_command command)
{
	g_strlcpy(command.upload, UPLOAD, sizeof(command.upload));
	g_strlcpy(command.key, CASE, sizeof(command.key));
	g_strlcpy(command.file, FILE_1, sizeof(command.file));
	assert_int_equal(fw_uploads_post(uploads, &command), 0);
	if (command.kind != FW_UPLOAD_ERASE) {
		assert_int_equal(sem_wait(&listener->told), 0);
	}
}

static void answers_each_command_once(void **state)
{
	struct fixture *fixture = *state;
	struct listener listener = {0};
	const struct fw_uploads_setup setup = {
		.blobs = fixture->blobs,
		.master_key = fixture->master,
		.keys = fixture->keys,
		.done = on_done,
		.user = &listener,
	};
	struct fw_upload_command seal = {.kind = FW_UPLOAD_SEAL, .piece = 1, .size = 10};
	struct fw_uploads *uploads = NULL;
	g_autoptr(GBytes) bytes = some_bytes(10, 7);

	assert_int_equal(sem_init(&listener.told, 0, 0), 0);
	assert_int_equal(fw_uploads_create(&setup, &uploads), 0);
	ask(uploads, &listener,
		(struct fw_upload_command){
			.kind = FW_UPLOAD_PIECE, .request = 5, .bytes = g_bytes_ref(bytes)});
	assert_int_equal(listener.event.result, 0);
	assert_int_equal(listener.event.request, 5);
	assert_int_equal(listener.event.bytes, 10);
	assert_string_equal(listener.event.upload, UPLOAD);
	ask(uploads, &listener, seal);
	assert_int_equal(listener.event.result, -EILSEQ);
	assert_int_equal(fw_sha256(g_bytes_get_data(bytes, NULL), 10, seal.sha256), 0);
	ask(uploads, &listener, seal);
	assert_int_equal(listener.event.result, 0);
	ask(uploads, &listener, (struct fw_upload_command){.kind = FW_UPLOAD_ERASE, .piece = 1});
	ask(uploads, &listener, seal); /* the order is kept: its pieces are gone */
	assert_int_equal(listener.event.result, -ENOENT);
	fw_uploads_destroy(uploads);
	(void)sem_destroy(&listener.told);
	assert_int_equal(blobs(fixture), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_a_file_of_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			keeps_no_file_that_was_not_promised, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_is_out_of_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_each_command_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
