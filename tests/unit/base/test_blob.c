/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>
#include <sys/stat.h>

#include "base/blob.h"
#include "base/clock.h"
#include "tests/unit/failing_io.h"

#define ID     "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define OTHER  "017f22e2-79b0-7000-98c4-dc0c0c07399f"
#define KEY_ID "recording/017f22e2-79b0-7000-98c4-000000000001"
#define BLOCK  ((size_t)FW_BLOB_BLOCK_BYTES)

static const uint8_t key[32] = {1, 2, 3};
static const uint8_t wrong_key[32] = {1, 2, 4};

struct fixture {
	char *folder;
	char *path;
	struct fw_blob_store *store;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->path = g_strdup_printf("%s/blobs/8f/%s.blob", fixture->folder, ID);
	*state = fixture;
	g_autofree char *folder = g_build_filename(fixture->folder, "blobs", NULL);
	return fw_blob_store_open(folder, &fixture->store);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_blob_store_close(fixture->store);
	testing_remove_folder(fixture->folder);
	g_free(fixture->path);
	g_free(fixture);
	return 0;
}

/* Bytes that tell their place. */
static uint8_t *make_bytes(size_t size)
{
	uint8_t *bytes = g_malloc(size ? size : 1);

	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(i * 31 + i / 251);
	}
	return bytes;
}

static int put(struct fixture *fixture, size_t size, struct fw_blob_info *info)
{
	g_autofree uint8_t *bytes = make_bytes(size);

	return fw_blob_put(fixture->store, ID, KEY_ID, key, bytes, size, info);
}

static void every_size_comes_back(void **state)
{
	static const size_t sizes[] = {
		0, 1, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 7 * BLOCK + 12345};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree uint8_t *bytes = make_bytes(sizes[i]);
		g_autofree void *back = NULL;
		struct fw_blob_info info, verified, unsealed;
		struct stat status;
		size_t size = 0;
		int64_t bad = -42;

		assert_int_equal(put(fixture, sizes[i], &info), 0);
		assert_int_equal(info.plain_size, sizes[i]);
		assert_string_equal(info.blob_id, ID);
		assert_string_equal(info.key_id, KEY_ID);
		assert_int_equal(stat(fixture->path, &status), 0);
		assert_int_equal(status.st_size, 256 + sizes[i] + info.block_count * 28);
		assert_int_equal(status.st_mode & 0777, 0600);
		assert_int_equal(fw_blob_get(fixture->store, ID, key, sizes[i], &back, &size), 0);
		assert_int_equal(size, sizes[i]);
		assert_memory_equal(back, bytes, size);
		assert_int_equal(fw_blob_verify(fixture->store, ID, key, &verified, &bad), 0);
		assert_memory_equal(&verified, &info, sizeof(info));
		assert_int_equal(fw_blob_verify(fixture->store, ID, NULL, NULL, &bad), 0);
		assert_int_equal(fw_blob_info(fixture->store, ID, &unsealed), 0);
		assert_memory_equal(&unsealed, &info, sizeof(info));
		assert_int_equal(bad, -42);
		assert_int_equal(fw_blob_erase(fixture->store, ID), 0);
		assert_int_equal(fw_blob_erase(fixture->store, ID), 0);
		assert_int_equal(fw_blob_info(fixture->store, ID, &info), -ENOENT);
	}
}

static void nothing_of_the_text_is_on_disk(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *text = g_strnfill(100000, 'A');
	g_autofree char *stored = NULL;
	gsize size = 0;

	assert_int_equal(fw_blob_put(fixture->store, ID, KEY_ID, key, text, 100000, NULL), 0);
	assert_true(g_file_get_contents(fixture->path, &stored, &size, NULL));
	assert_null(memmem(stored, size, "AAAAAAAA", 8));
}

static void ranges_are_exact(void **state)
{
	struct fixture *fixture = *state;
	size_t total = 3 * BLOCK + 100;
	g_autofree uint8_t *bytes = make_bytes(total);
	g_autofree uint8_t *back = g_malloc(total);
	fw_cleanup(fw_blob_reader_destroy) struct fw_blob_reader *reader = NULL;
	size_t offsets[] = {
		0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, total - 1, total, total + 9};
	size_t lengths[] = {0, 1, 2, BLOCK, 2 * BLOCK, total};

	assert_int_equal(put(fixture, total, NULL), 0);
	assert_int_equal(fw_blob_open(fixture->store, ID, key, &reader), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(lengths); j++) {
			size_t left = offsets[i] < total ? total - offsets[i] : 0;
			size_t size = 99;

			assert_int_equal(
				fw_blob_read(reader, offsets[i], back, lengths[j], &size), 0);
			assert_int_equal(size, MIN(lengths[j], left));
			assert_memory_equal(back, bytes + MIN(offsets[i], total), size);
		}
	}
}

/* A muxer's way: append, go back and rewrite here and there, append again; a model in memory. */
static void rewriting_is_like_a_plain_file(void **state)
{
	struct fixture *fixture = *state;
	size_t capacity = 12 * BLOCK;
	g_autofree uint8_t *model = g_malloc0(capacity);
	g_autofree uint8_t *chunk = make_bytes(2 * BLOCK);
	g_autofree uint8_t *back = g_malloc(capacity);
	g_autofree void *stored = NULL;
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	size_t size = 0, count = 0;
	int64_t bad;

	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_NEW, &writer), 0);
	for (int i = 0; i < 400; i++) {
		size_t length = (size_t)g_rand_int_range(random, 0, i % 10 ? 3000 : 90000);
		bool append = g_rand_boolean(random);
		size_t at = append ? size : (size_t)g_rand_int_range(random, 0, (int)size + 1);

		length = MIN(length, capacity - at);
		chunk[0] = (uint8_t)i;
		assert_int_equal(fw_blob_write(writer, at, chunk, length), 0);
		memcpy(model + at, chunk, length);
		size = MAX(size, at + length);
		assert_int_equal(fw_blob_writer_size(writer), size);
		if (i % 40 == 0) {
			assert_int_equal(
				fw_blob_writer_read(writer, at / 2, back, capacity, &count), 0);
			assert_int_equal(count, size - at / 2);
			assert_memory_equal(back, model + at / 2, count);
		}
	}
	assert_true(size > 8 * BLOCK);
	assert_int_equal(fw_blob_write(writer, size + 1, "x", 1), -EINVAL);
	assert_int_equal(fw_blob_write(writer, 0, "x", SIZE_MAX), -EOVERFLOW);
	assert_int_equal(fw_blob_commit(writer, NULL), 0);
	assert_int_equal(fw_blob_commit(writer, NULL), -EINVAL);
	assert_int_equal(fw_blob_write(writer, 0, "x", 1), -EINVAL);
	assert_int_equal(fw_blob_writer_read(writer, 0, back, 1, &count), -EINVAL);
	assert_int_equal(fw_blob_get(fixture->store, ID, key, capacity, &stored, &count), 0);
	assert_int_equal(count, size);
	assert_memory_equal(stored, model, size);
	assert_int_equal(fw_blob_verify(fixture->store, ID, key, NULL, &bad), 0);
}

static void digests_are_the_documented_ones(void **state)
{
	struct fixture *fixture = *state;
	size_t total = 2 * BLOCK + 5;
	g_autofree uint8_t *bytes = make_bytes(total);
	g_autofree char *stored = NULL;
	uint8_t plain[3][32], sealed[3][32], digest[32];
	struct fw_blob_info info;
	gsize file_size = 0;

	assert_int_equal(put(fixture, total, &info), 0);
	assert_true(g_file_get_contents(fixture->path, &stored, &file_size, NULL));
	for (size_t i = 0; i < 3; i++) {
		size_t size = i < 2 ? BLOCK : 5;

		assert_int_equal(fw_sha256(bytes + i * BLOCK, size, plain[i]), 0);
		assert_int_equal(
			fw_sha256(stored + 256 + i * (BLOCK + 28), size + 28, sealed[i]), 0);
	}
	assert_int_equal(fw_sha256(plain, sizeof(plain), digest), 0);
	assert_memory_equal(digest, info.plain_digest, 32);
	assert_int_equal(fw_sha256(sealed, sizeof(sealed), digest), 0);
	assert_memory_equal(digest, info.sealed_digest, 32);
}

/* --- damage ----------------------------------------------------------------------------------- */

static void assert_bad(struct fixture *fixture, int64_t expected_block)
{
	g_autofree void *bytes = NULL;
	size_t size = 0;
	int64_t bad = -42;

	assert_int_equal(fw_blob_verify(fixture->store, ID, key, NULL, &bad), -EBADMSG);
	assert_int_equal(bad, expected_block);
	assert_int_equal(fw_blob_get(fixture->store, ID, key, 1 << 20, &bytes, &size), -EBADMSG);
	assert_null(bytes);
}

static void rewrite_file(struct fixture *fixture, const char *bytes, size_t size)
{
	assert_true(g_file_set_contents(fixture->path, bytes, (gssize)size, NULL));
}

static void every_changed_byte_is_found(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *stored = NULL;
	gsize size = 0;

	assert_int_equal(put(fixture, 2 * BLOCK + 50, NULL), 0);
	assert_true(g_file_get_contents(fixture->path, &stored, &size, NULL));
	for (gsize i = 0; i < size; i += i < 256 || i > size - 80 ? 1 : 4999) {
		int64_t block = i < 256 ? -1 : (int64_t)((i - 256) / (BLOCK + 28));

		stored[i] ^= 0x20;
		rewrite_file(fixture, stored, size);
		assert_bad(fixture, block);
		stored[i] ^= 0x20;
	}
	rewrite_file(fixture, stored, size);
	assert_int_equal(fw_blob_verify(fixture->store, ID, key, NULL, &(int64_t){0}), 0);
}

static void cut_grown_swapped_and_moved_are_found(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *stored = NULL;
	g_autofree char *changed = NULL;
	g_autofree char *other_folder = g_build_filename(fixture->folder, "blobs", "9f", NULL);
	g_autofree char *other_path = g_strdup_printf("%s/%s.blob", other_folder, OTHER);
	size_t sealed = BLOCK + 28;
	gsize size = 0;
	int64_t bad = 0;

	assert_int_equal(put(fixture, 3 * BLOCK, NULL), 0);
	assert_true(g_file_get_contents(fixture->path, &stored, &size, NULL));
	changed = g_malloc0(size + 1);

	/* Cut: in a block, at a block's border, in the head, to nothing; and grown. */
	rewrite_file(fixture, stored, size - 1);
	assert_bad(fixture, -1);
	rewrite_file(fixture, stored, size - sealed);
	assert_bad(fixture, -1);
	rewrite_file(fixture, stored, 100);
	assert_bad(fixture, -1);
	rewrite_file(fixture, stored, 0);
	assert_bad(fixture, -1);
	memcpy(changed, stored, size);
	rewrite_file(fixture, changed, size + 1);
	assert_bad(fixture, -1);
	/* Blocks 0 and 1 in each other's place. */
	memcpy(changed + 256, stored + 256 + sealed, sealed);
	memcpy(changed + 256 + sealed, stored + 256, sealed);
	rewrite_file(fixture, changed, size);
	assert_bad(fixture, 0);
	/* The whole file under another id, and another key. */
	assert_int_equal(g_mkdir_with_parents(other_folder, 0700), 0);
	assert_true(g_file_set_contents(other_path, stored, (gssize)size, NULL));
	assert_int_equal(fw_blob_verify(fixture->store, OTHER, key, NULL, &bad), -EBADMSG);
	rewrite_file(fixture, stored, size);
	assert_int_equal(fw_blob_verify(fixture->store, ID, wrong_key, NULL, &bad), -EBADMSG);
	assert_int_equal(bad, -1);
	assert_int_equal(fw_blob_verify(fixture->store, ID, key, NULL, &bad), 0);
}

/* Without the key a changed block shows as a digest that does not match. */
static void verify_without_key_finds_damage(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *stored = NULL;
	gsize size = 0;
	int64_t bad = 0;

	assert_int_equal(put(fixture, 3 * BLOCK, NULL), 0);
	assert_true(g_file_get_contents(fixture->path, &stored, &size, NULL));
	stored[size / 2] ^= 1;
	rewrite_file(fixture, stored, size);
	assert_int_equal(fw_blob_verify(fixture->store, ID, NULL, NULL, &bad), -EBADMSG);
	assert_int_equal(bad, -1);
}

/* A blob sealed with this very key, cut at a block border, with a head made to match. */
static void a_cut_with_a_matching_head_is_found(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *stored = NULL;
	g_autofree char *longer = NULL;
	gsize size = 0, longer_size = 0;

	assert_int_equal(put(fixture, 2 * BLOCK, NULL), 0);
	assert_true(g_file_get_contents(fixture->path, &stored, &size, NULL));
	assert_int_equal(fw_blob_erase(fixture->store, ID), 0);
	assert_int_equal(put(fixture, 3 * BLOCK, NULL), 0);
	assert_true(g_file_get_contents(fixture->path, &longer, &longer_size, NULL));
	/* Head of the two-block blob, blocks of the three-block one: block 1 is not a last block. */
	memcpy(longer, stored, 256);
	rewrite_file(fixture, longer, size);
	assert_bad(fixture, 1);
}

/* --- the store -------------------------------------------------------------------------------- */

static void an_id_is_written_once(void **state)
{
	struct fixture *fixture = *state;
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	g_autofree void *bytes = NULL;
	size_t size = 0;

	assert_int_equal(put(fixture, 10, NULL), 0);
	assert_int_equal(put(fixture, 20, NULL), -EEXIST);
	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_REPLACE, &writer), 0);
	assert_int_equal(fw_blob_write(writer, 0, "again", 5), 0);
	assert_int_equal(fw_blob_commit(writer, NULL), 0);
	assert_int_equal(fw_blob_get(fixture->store, ID, key, 4, &bytes, &size), -EOVERFLOW);
	assert_int_equal(fw_blob_get(fixture->store, ID, key, 5, &bytes, &size), 0);
	assert_memory_equal(bytes, "again", 5);
}

static void an_open_reader_outlives_erase(void **state)
{
	struct fixture *fixture = *state;
	fw_cleanup(fw_blob_reader_destroy) struct fw_blob_reader *reader = NULL;
	uint8_t byte;
	size_t size = 0;

	assert_int_equal(put(fixture, 3 * BLOCK, NULL), 0);
	assert_int_equal(fw_blob_open(fixture->store, ID, key, &reader), 0);
	assert_int_equal(fw_blob_erase(fixture->store, ID), 0);
	assert_int_equal(fw_blob_read(reader, 2 * BLOCK, &byte, 1, &size), 0);
	assert_int_equal(size, 1);
}

static void bad_ids_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct fw_blob_writer *writer = NULL;
	struct fw_blob_reader *reader = NULL;
	struct fw_blob_info info;

	assert_int_equal(
		fw_blob_writer_create(fixture->store, "../x", KEY_ID, key, FW_BLOB_NEW, &writer),
		-EINVAL);
	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, "x", key, FW_BLOB_NEW, &writer), -EINVAL);
	assert_int_equal(fw_blob_open(fixture->store, "../x", key, &reader), -EINVAL);
	assert_int_equal(fw_blob_open(fixture->store, ID, NULL, &reader), -EINVAL);
	assert_int_equal(fw_blob_open(fixture->store, ID, key, &reader), -ENOENT);
	assert_int_equal(fw_blob_erase(fixture->store, "../x"), -EINVAL);
	assert_int_equal(fw_blob_info(fixture->store, "../x", &info), -EINVAL);
	assert_null(writer);
	assert_null(reader);
}

static int count_blob(const char *blob_id, void *user)
{
	assert_true(strcmp(blob_id, ID) == 0 || strcmp(blob_id, OTHER) == 0);
	(*(int *)user)++;
	return 0;
}

static int stop_at_once(const char *blob_id, void *user)
{
	(void)blob_id;
	(*(int *)user)++;
	return -ECANCELED;
}

static void walks_blobs_and_removes_parts(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *stray = g_strdup_printf("%s/blobs/8f/notes.txt", fixture->folder);
	g_autofree char *part = g_strdup_printf("%s/blobs/9f/%s.part", fixture->folder, OTHER);
	unsigned removed = 99;
	int count = 0;

	assert_int_equal(put(fixture, 1, NULL), 0);
	assert_int_equal(fw_blob_put(fixture->store, OTHER, KEY_ID, key, "x", 1, NULL), 0);
	assert_true(g_file_set_contents(stray, "x", 1, NULL));
	assert_true(g_file_set_contents(part, "x", 1, NULL));
	assert_int_equal(fw_blob_each(fixture->store, count_blob, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(fw_blob_each(fixture->store, stop_at_once, &count), -ECANCELED);
	assert_int_equal(count, 3);
	assert_int_equal(fw_blob_remove_parts(fixture->store, 0, &removed), 0);
	assert_int_equal(removed, 0);
	assert_int_equal(fw_blob_remove_parts(
				 fixture->store, fw_clock_wall_us() + 10 * FW_US_PER_S, &removed),
		0);
	assert_int_equal(removed, 1);
	assert_false(g_file_test(part, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(stray, G_FILE_TEST_EXISTS));
}

static void aborted_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *part = g_strdup_printf("%s/blobs/8f/%s.part", fixture->folder, ID);
	struct fw_blob_writer *writer = NULL;

	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_NEW, &writer), 0);
	assert_int_equal(fw_blob_write(writer, 0, "x", 1), 0);
	assert_true(g_file_test(part, G_FILE_TEST_EXISTS));
	fw_blob_writer_destroy(writer);
	assert_false(g_file_test(part, G_FILE_TEST_EXISTS));
	assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void one_writer_at_a_time(void **state)
{
	struct fixture *fixture = *state;
	struct fw_blob_writer *first = NULL, *second = NULL;
	g_autofree void *bytes = NULL;
	size_t size = 0;

	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_NEW, &first), 0);
	assert_int_equal(fw_blob_write(first, 0, "first", 5), 0);
	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_NEW, &second),
		-EBUSY);
	assert_int_equal(fw_blob_commit(first, NULL), 0);
	fw_blob_writer_destroy(first);
	assert_int_equal(fw_blob_get(fixture->store, ID, key, 5, &bytes, &size), 0);
	assert_memory_equal(bytes, "first", 5);
	/* Now it is free again; giving up does not touch what is published. */
	assert_int_equal(
		fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_REPLACE, &second), 0);
	fw_blob_writer_destroy(second);
	assert_true(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

/* Appends eight blocks, rewrites the first: more than the writer can hold. */
static int write_much(struct fixture *fixture)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *writer = NULL;
	g_autofree uint8_t *bytes = make_bytes(8 * BLOCK + 1);
	int result = fw_blob_writer_create(fixture->store, ID, KEY_ID, key, FW_BLOB_NEW, &writer);

	if (result == 0) {
		result = fw_blob_write(writer, 0, bytes, 8 * BLOCK + 1);
	}
	if (result == 0) {
		result = fw_blob_write(writer, 5, bytes + 5, 10);
	}
	if (result < 0) {
		if (writer) {
			/* The first error stays. */
			assert_int_equal(fw_blob_write(writer, 0, bytes, 1), result);
			assert_int_equal(fw_blob_commit(writer, NULL), result);
		}
		return result;
	}
	return fw_blob_commit(writer, NULL);
}

static void every_nth_failure_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *part = g_strdup_printf("%s/blobs/8f/%s.part", fixture->folder, ID);
	unsigned nth = 1;
	int64_t bad;

	for (;; nth++) {
		int result;

		failing_io_arm(nth, ENOSPC);
		result = write_much(fixture);
		if (!failing_io_disarm()) {
			assert_int_equal(result, 0);
			break;
		}
		assert_int_equal(result, -ENOSPC);
		assert_false(g_file_test(part, G_FILE_TEST_EXISTS));
		assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
	}
	assert_true(nth > 12);
	assert_int_equal(fw_blob_verify(fixture->store, ID, key, NULL, &bad), 0);
}

static void short_writes_lose_nothing(void **state)
{
	struct fixture *fixture = *state;
	int64_t bad;

	failing_io_short_writes = true;
	assert_int_equal(write_much(fixture), 0);
	failing_io_short_writes = false;
	assert_int_equal(fw_blob_verify(fixture->store, ID, key, NULL, &bad), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(every_size_comes_back),
		TEST(nothing_of_the_text_is_on_disk),
		TEST(ranges_are_exact),
		TEST(rewriting_is_like_a_plain_file),
		TEST(digests_are_the_documented_ones),
		TEST(every_changed_byte_is_found),
		TEST(cut_grown_swapped_and_moved_are_found),
		TEST(verify_without_key_finds_damage),
		TEST(a_cut_with_a_matching_head_is_found),
		TEST(an_id_is_written_once),
		TEST(an_open_reader_outlives_erase),
		TEST(bad_ids_are_refused),
		TEST(walks_blobs_and_removes_parts),
		TEST(aborted_leaves_nothing),
		TEST(one_writer_at_a_time),
		TEST(every_nth_failure_leaves_nothing),
		TEST(short_writes_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
