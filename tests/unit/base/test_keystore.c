/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>
#include <sys/stat.h>

#include "base/keystore.h"
#include "tests/unit/failing_io.h"

#define ID    "recording/017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define OTHER "case/017f22e2-79b0-7000-98c4-dc0c0c07398f"

struct fixture {
	char *folder;
	char *master;
	char *keys;
	char *key_file;
	struct fw_keystore *keystore;
};

static int open_it(struct fixture *fixture, enum fw_keystore_mode mode)
{
	return fw_keystore_open(fixture->master, fixture->keys, mode, &fixture->keystore);
}

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->master = g_build_filename(fixture->folder, "master.key", NULL);
	fixture->keys = g_build_filename(fixture->folder, "keys", NULL);
	fixture->key_file = g_strdup_printf("%s/%s.key", fixture->keys, ID);
	*state = fixture;
	return open_it(fixture, FW_KEYSTORE_CREATE);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_keystore_close(fixture->keystore);
	testing_remove_folder(fixture->folder);
	g_free(fixture->master);
	g_free(fixture->keys);
	g_free(fixture->key_file);
	g_free(fixture);
	return 0;
}

static void reopen(struct fixture *fixture, enum fw_keystore_mode mode, int expected)
{
	fw_keystore_close(fixture->keystore);
	fixture->keystore = NULL;
	assert_int_equal(open_it(fixture, mode), expected);
}

static void keys_outlive_the_process(void **state)
{
	struct fixture *fixture = *state;
	uint8_t key[32] = {0}, again[32] = {0}, other[32] = {0};
	struct stat status;

	assert_int_equal(fw_keystore_create_key(fixture->keystore, ID, key), 0);
	assert_int_equal(fw_keystore_create_key(fixture->keystore, OTHER, other), 0);
	assert_memory_not_equal(key, other, 32);
	assert_int_equal(fw_keystore_create_key(fixture->keystore, ID, again), -EEXIST);
	assert_int_equal(stat(fixture->key_file, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(status.st_size, 68);
	assert_int_equal(stat(fixture->master, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	reopen(fixture, FW_KEYSTORE_EXISTING, 0);
	assert_int_equal(fw_keystore_load_key(fixture->keystore, ID, again), 0);
	assert_memory_equal(key, again, 32);
	reopen(fixture, FW_KEYSTORE_CREATE, 0);
	assert_int_equal(fw_keystore_load_key(fixture->keystore, OTHER, again), 0);
	assert_memory_equal(other, again, 32);
}

static void erased_is_gone(void **state)
{
	struct fixture *fixture = *state;
	uint8_t key[32];

	assert_int_equal(fw_keystore_erase_key(fixture->keystore, ID), 0);
	assert_int_equal(fw_keystore_create_key(fixture->keystore, ID, key), 0);
	assert_int_equal(fw_keystore_erase_key(fixture->keystore, ID), 0);
	assert_int_equal(fw_keystore_load_key(fixture->keystore, ID, key), -ENOENT);
	assert_false(g_file_test(fixture->key_file, G_FILE_TEST_EXISTS));
	assert_int_equal(fw_keystore_erase_key(fixture->keystore, ID), 0);
}

/* A second name of the file shows what erasing left of its bytes. */
static void erasing_overwrites(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *second = g_build_filename(fixture->folder, "second", NULL);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	uint8_t key[32];

	assert_int_equal(fw_keystore_create_key(fixture->keystore, ID, key), 0);
	assert_int_equal(link(fixture->key_file, second), 0);
	assert_true(g_file_get_contents(second, &before, NULL, NULL));
	assert_int_equal(fw_keystore_erase_key(fixture->keystore, ID), 0);
	assert_true(g_file_get_contents(second, &after, NULL, NULL));
	assert_memory_not_equal(before + 8, after + 8, 16);
	assert_memory_not_equal(before + 20, after + 20, 48);
}

static void any_changed_byte_is_found(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *bytes = NULL;
	g_autofree char *other_file = g_strdup_printf("%s/%s.key", fixture->keys, OTHER);
	gsize size = 0;
	uint8_t key[32], loaded[32] = {0};

	assert_int_equal(fw_keystore_create_key(fixture->keystore, ID, key), 0);
	assert_true(g_file_get_contents(fixture->key_file, &bytes, &size, NULL));
	for (gsize i = 0; i < size; i++) {
		bytes[i] ^= 1;
		assert_true(g_file_set_contents(fixture->key_file, bytes, (gssize)size, NULL));
		assert_int_equal(fw_keystore_load_key(fixture->keystore, ID, loaded), -EBADMSG);
		bytes[i] ^= 1;
	}
	assert_true(g_file_set_contents(fixture->key_file, bytes, (gssize)size - 1, NULL));
	assert_int_equal(fw_keystore_load_key(fixture->keystore, ID, loaded), -EBADMSG);
	/* A key file moved to another id does not open there. */
	assert_true(g_file_set_contents(other_file, bytes, (gssize)size, NULL));
	assert_int_equal(fw_keystore_load_key(fixture->keystore, OTHER, loaded), -EBADMSG);
}

static void ids_are_checked(void **state)
{
	static const char *const bad[] = {NULL, "", "recording", "recording/", "recording/../x",
		"blob/017f22e2-79b0-7000-98c4-dc0c0c07398f", "017f22e2-79b0-7000-98c4-dc0c0c07398f",
		ID "x", "/" ID, "ledger/20261", "ledger/2026-1", "ledger/20261129", "sms/202611",
		"sms/../1129", "sms/017f22e2-79b0-7000-98c4-dc0c0c07398f", "case/202611"};
	struct fixture *fixture = *state;
	uint8_t key[32];

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_false(fw_keystore_id_valid(bad[i]));
		assert_int_equal(fw_keystore_create_key(fixture->keystore, bad[i], key), -EINVAL);
		assert_int_equal(fw_keystore_load_key(fixture->keystore, bad[i], key), -EINVAL);
		assert_int_equal(fw_keystore_erase_key(fixture->keystore, bad[i]), -EINVAL);
	}
	assert_true(fw_keystore_id_valid(ID));
	assert_true(fw_keystore_id_valid(OTHER));
	assert_true(fw_keystore_id_valid("ledger/202611"));
	assert_true(fw_keystore_id_valid("sms/20261129"));
	assert_int_equal(fw_keystore_create_key(fixture->keystore, "sms/20261129", key), 0);
}

static void a_lost_master_key_is_not_replaced(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(fixture->master, &text, NULL, NULL));
	assert_int_equal(unlink(fixture->master), 0);
	reopen(fixture, FW_KEYSTORE_CREATE, -ENOKEY);
	reopen(fixture, FW_KEYSTORE_EXISTING, -ENOKEY);
	assert_false(g_file_test(fixture->master, G_FILE_TEST_EXISTS));
	assert_true(g_file_set_contents(fixture->master, text, -1, NULL));
	assert_int_equal(chmod(fixture->master, 0640), 0);
	reopen(fixture, FW_KEYSTORE_CREATE, -EPERM);
	assert_int_equal(chmod(fixture->master, 0600), 0);
	text[3] = 'x';
	assert_true(g_file_set_contents(fixture->master, text, -1, NULL));
	assert_int_equal(chmod(fixture->master, 0600), 0);
	reopen(fixture, FW_KEYSTORE_CREATE, -EBADMSG);
}

static void derived_keys_differ_by_purpose(void **state)
{
	struct fixture *fixture = *state;
	uint8_t first[32], second[32], again[32];

	assert_int_equal(fw_keystore_derive(fixture->keystore, "audit-head", first), 0);
	assert_int_equal(fw_keystore_derive(fixture->keystore, "other", second), 0);
	assert_memory_not_equal(first, second, 32);
	reopen(fixture, FW_KEYSTORE_EXISTING, 0);
	assert_int_equal(fw_keystore_derive(fixture->keystore, "audit-head", again), 0);
	assert_memory_equal(first, again, 32);
}

static void every_nth_failure_is_told(void **state)
{
	struct fixture *fixture = *state;
	uint8_t key[32], loaded[32];
	unsigned nth = 1;
	int result = -1;

	for (; result < 0; nth++) {
		failing_io_arm(nth, ENOSPC);
		result = fw_keystore_create_key(fixture->keystore, ID, key);
		(void)failing_io_disarm();
		if (result == -EEXIST) {
			/* An earlier try failed only after the rename: the key is there, whole. */
			break;
		}
		assert_true(result == 0 || result == -ENOSPC);
	}
	assert_int_equal(fw_keystore_load_key(fixture->keystore, ID, loaded), 0);
	for (nth = 1, result = -1; result < 0; nth++) {
		failing_io_arm(nth, EIO);
		result = fw_keystore_erase_key(fixture->keystore, ID);
		(void)failing_io_disarm();
		assert_true(result == 0 || result == -EIO);
	}
	assert_true(nth > 4);
	assert_int_equal(fw_keystore_load_key(fixture->keystore, ID, loaded), -ENOENT);
}

static void every_nth_failure_of_the_first_start(void **state)
{
	(void)state;
	for (unsigned nth = 1;; nth++) {
		struct fixture fixture = {.folder = testing_make_folder()};
		bool failed;
		int result;

		fixture.master = g_build_filename(fixture.folder, "master.key", NULL);
		fixture.keys = g_build_filename(fixture.folder, "keys", NULL);
		failing_io_arm(nth, ENOSPC);
		result = open_it(&fixture, FW_KEYSTORE_CREATE);
		failed = failing_io_disarm();
		assert_int_equal(result, failed ? -ENOSPC : 0);
		/* Whatever failed: the next start works. */
		reopen(&fixture, FW_KEYSTORE_CREATE, 0);
		fw_keystore_close(fixture.keystore);
		g_free(fixture.master);
		g_free(fixture.keys);
		testing_remove_folder(fixture.folder);
		if (!failed) {
			break;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_outlive_the_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(erased_is_gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(erasing_overwrites, set_up, tear_down),
		cmocka_unit_test_setup_teardown(any_changed_byte_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ids_are_checked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_lost_master_key_is_not_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(derived_keys_differ_by_purpose, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_nth_failure_is_told, set_up, tear_down),
		cmocka_unit_test(every_nth_failure_of_the_first_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
