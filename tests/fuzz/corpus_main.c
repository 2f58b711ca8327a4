/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one fuzz target over every file of the corpus folders (or files) given as arguments: the
 * corpus as an ordinary test. An empty or missing folder is a failure, so that a corpus cannot get
 * lost unnoticed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	g_autofree char *bytes = NULL;
	g_autofree uint8_t *exact = NULL;
	gsize size = 0;

	if (!g_file_get_contents(path, &bytes, &size, NULL)) {
		fprintf(stderr, "cannot read %s\n", path);
		return -1;
	}
	/* A copy of the exact size, so that the sanitizers see a read past the end. */
	exact = size ? g_memdup2(bytes, size) : g_malloc(1);
	(void)LLVMFuzzerTestOneInput(exact, size);
	return 0;
}

static int run_folder(const char *folder, unsigned *count)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	if (!dir) {
		(*count)++;
		return run_file(folder);
	}
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (run_file(path) < 0) {
			return -1;
		}
		(*count)++;
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned count = 0;

	for (int i = 1; i < argc; i++) {
		if (run_folder(argv[i], &count) < 0) {
			return EXIT_FAILURE;
		}
	}
	printf("%u inputs\n", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
