/* SPDX-License-Identifier: Apache-2.0 */
/* farwindow-sim: lives one simulated office life, or several one after the other (docs/SIMULATOR.md). Ends with 0 if all
 * that must hold held; else prints the seed, the time, the step and what did not, and ends with 1. */
#include "tests/simulator/sim.h"

#include "base/log.h"

#include <glib.h>
#include <stdio.h>

static gboolean parse(int *argc, char ***argv, int64_t *seed, int *seeds, struct sim_wish *wish)
{
	int windows = 50, days = 31;
	gboolean verbose = FALSE, ok;
	const GOptionEntry entries[] = {
		{"seed", 's', 0, G_OPTION_ARG_INT64, seed, "the life to live", "N"},
		{"seeds", 'n', 0, G_OPTION_ARG_INT, seeds, "so many, from this one on", "N"},
		{"windows", 'w', 0, G_OPTION_ARG_INT, &windows, "how many windows", "N"},
		{"days", 'd', 0, G_OPTION_ARG_INT, &days, "how many days, at most 80", "N"},
		{"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "tell what happens", NULL},
		{NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
	};
	g_autoptr(GError) error = NULL;
	GOptionContext *context = g_option_context_new(NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	ok = g_option_context_parse(context, argc, argv, &error);
	g_option_context_free(context);
	if (ok &&
		(*seed < 0 || *seeds < 1 || windows < 4 || windows > 5000 || days < 1 || days > 80)) {
		g_set_error(&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "out of bounds");
		ok = FALSE;
	}
	if (!ok) {
		(void)fprintf(stderr, "farwindow-sim: %s\n", error->message);
	}
	wish->windows = (unsigned)windows;
	wish->days = (unsigned)days;
	wish->verbose = verbose;
	return ok;
}

int main(int argc, char **argv)
{
	struct sim_wish wish = {0};
	int64_t seed = 1;
	int seeds = 1;

	if (!parse(&argc, &argv, &seed, &seeds, &wish)) {
		return 2;
	}
	/* Memory for a disk: the life, not the disk, is under test. */
	if (!g_getenv("TMPDIR") && g_file_test("/dev/shm", G_FILE_TEST_IS_DIR)) {
		g_setenv("TMPDIR", "/dev/shm", TRUE);
	}
	fw_log_set_level(FW_LOG_NOTHING);
	for (int i = 0; i < seeds; i++) {
		wish.seed = (uint64_t)(seed + i);
		sim_live(&wish);
		(void)fflush(stdout);
	}
	return 0;
}
