/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tests/unit/failing_io.h"

static char *folder;

static int set_up(void **state)
{
	(void)state;
	folder = testing_make_folder();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	testing_remove_folder(folder);
	return 0;
}

static void assert_content(const char *path, const char *expected)
{
	g_autofree char *bytes = NULL;
	size_t size = 0;

	assert_int_equal(fw_file_read(path, 100, &bytes, &size), 0);
	assert_int_equal(size, strlen(expected));
	assert_string_equal(bytes, expected);
}

static void replaces_whole_files(void **state)
{
	g_autofree char *path = g_build_filename(folder, "f", NULL);
	struct stat status;

	(void)state;
	assert_int_equal(fw_file_replace(path, "old", 3, 0600, 1), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(fw_file_replace(path, "new", 3, 0600, 1), -EEXIST);
	assert_content(path, "old");
	failing_io_short_writes = true;
	assert_int_equal(fw_file_replace(path, "newer content", 13, 0600, 0), 0);
	failing_io_short_writes = false;
	assert_content(path, "newer content");
}

static void a_failure_leaves_the_old_file(void **state)
{
	g_autofree char *path = g_build_filename(folder, "f", NULL);
	g_autofree char *temporary = g_strconcat(path, ".new", NULL);
	unsigned nth = 1;

	(void)state;
	assert_int_equal(fw_file_replace(path, "old", 3, 0600, 1), 0);
	for (;; nth++) {
		int result;

		failing_io_arm(nth, ENOSPC);
		result = fw_file_replace(path, "new", 3, 0600, 0);
		if (!failing_io_disarm()) {
			assert_int_equal(result, 0);
			break;
		}
		assert_int_equal(result, -ENOSPC);
		assert_false(g_file_test(temporary, G_FILE_TEST_EXISTS));
		if (nth <= 4) { /* open, write, fsync, rename; after it the new file is there */
			assert_content(path, "old");
		}
	}
	assert_int_equal(nth, 7);
	assert_content(path, "new");
}

static void reads_within_bounds(void **state)
{
	g_autofree char *path = g_build_filename(folder, "f", NULL);
	g_autofree char *bytes = NULL;

	(void)state;
	assert_int_equal(fw_file_read(path, 100, &bytes, NULL), -ENOENT);
	assert_int_equal(fw_file_replace(path, "12345", 5, 0600, 0), 0);
	assert_int_equal(fw_file_read(path, 4, &bytes, NULL), -EOVERFLOW);
	assert_int_equal(fw_file_read(folder, 4, &bytes, NULL), -EINVAL);
	assert_null(bytes);
	assert_int_equal(fw_file_read(path, 5, &bytes, NULL), 0);
	assert_string_equal(bytes, "12345");
}

static void makes_folders(void **state)
{
	g_autofree char *deep = g_build_filename(folder, "a", "b", "c", NULL);
	g_autofree char *file = g_build_filename(folder, "f", NULL);
	g_autofree char *below = g_build_filename(file, "x", NULL);

	(void)state;
	assert_int_equal(fw_file_make_folders(deep, 0700), 0);
	assert_int_equal(fw_file_make_folders(deep, 0700), 0);
	assert_true(g_file_test(deep, G_FILE_TEST_IS_DIR));
	assert_int_equal(fw_file_replace(file, "", 0, 0600, 0), 0);
	assert_int_equal(fw_file_make_folders(file, 0700), -ENOTDIR);
	assert_int_equal(fw_file_make_folders(below, 0700), -ENOTDIR);
}

static void a_short_file_is_bad(void **state)
{
	g_autofree char *path = g_build_filename(folder, "f", NULL);
	char bytes[8];
	int fd;

	(void)state;
	assert_int_equal(fw_file_replace(path, "12345", 5, 0600, 0), 0);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(fw_file_read_all(fd, bytes, 3, 2), 0);
	assert_memory_equal(bytes, "345", 3);
	assert_int_equal(fw_file_read_all(fd, bytes, 3, 3), -EBADMSG);
	(void)close(fd);
	assert_int_equal(fw_file_write_all(-1, bytes, 3, 3), -EBADF);
	assert_int_equal(fw_file_read_all(-1, bytes, 3, 3), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(replaces_whole_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failure_leaves_the_old_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_within_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(makes_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_short_file_is_bad, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
