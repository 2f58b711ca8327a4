/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "signaling/static_files.h"

static void put(const char *folder, const char *name, const char *content)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void serves_a_build(void **state)
{
	fw_cleanup(fw_static_free) struct fw_static_files *files = NULL;
	char *folder = testing_make_folder();
	g_autofree char *script = g_strnfill(20000, 'a');
	const struct fw_static_file *file;

	(void)state;
	put(folder, "index.html", "<html></html>");
	put(folder, "assets/index-Ab3_x-9Z.js", script);
	put(folder, "assets/plain.js", script);
	put(folder, ".built", "digest");
	assert_int_equal(fw_static_load(folder, &files), 0);

	file = fw_static_find(files, "/assets/index-Ab3_x-9Z.js");
	assert_non_null(file);
	assert_string_equal(file->media_type, "text/javascript; charset=utf-8");
	assert_true(file->immutable);
	assert_int_equal(g_bytes_get_size(file->bytes), 20000);
	assert_non_null(file->gzip);
	assert_true(g_bytes_get_size(file->gzip) < 1000);
	assert_memory_equal(g_bytes_get_data(file->gzip, NULL), "\x1f\x8b", 2);
	assert_int_equal(strlen(file->etag), 66);
	assert_false(fw_static_find(files, "/assets/plain.js")->immutable);

	file = fw_static_find(files, "/");
	assert_string_equal(file->media_type, "text/html; charset=utf-8");
	assert_null(file->gzip);
	assert_ptr_equal(fw_static_find(files, "/replay/0198"), file);
	assert_ptr_equal(fw_static_find(files, "/index.html"), file);
	assert_null(fw_static_find(files, "/assets/gone.js"));
	assert_null(fw_static_find(files, "/.built"));
	assert_null(fw_static_find(files, "/../../etc/passwd.d"));
	testing_remove_folder(folder);
}

static void wants_an_index(void **state)
{
	struct fw_static_files *files = NULL;
	char *folder = testing_make_folder();

	(void)state;
	put(folder, "other.html", "x");
	assert_int_equal(fw_static_load(folder, &files), -ENOENT);
	assert_null(files);
	testing_remove_folder(folder);
	assert_int_equal(fw_static_load("/nonexistent", &files), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_a_build),
		cmocka_unit_test(wants_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
