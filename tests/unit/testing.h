/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What unit tests share: cmocka with the headers it wants before itself, and temporary folders.
 *
 * Threads: the test's main thread. Errors: a failing helper aborts the test program.
 */
#ifndef FW_TESTS_UNIT_TESTING_H
#define FW_TESTS_UNIT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ftw.h>
#include <glib.h>
#include <unistd.h>

/* A new empty folder under TMPDIR; remove it with testing_remove_folder(). g_free the name. */
static inline char *testing_make_folder(void)
{
	char *folder = g_build_filename(g_get_tmp_dir(), "fw-test-XXXXXX", NULL);

	if (!g_mkdtemp(folder)) {
		abort();
	}
	return folder;
}

static inline int testing_remove_one(
	const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Removes the folder with everything in it and frees the name. */
static inline void testing_remove_folder(char *folder)
{
	(void)nftw(folder, testing_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	g_free(folder);
}

#endif
