/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/figure.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void figure_print(
	const char *bench, const char *figure, double value, const char *unit, const char *more)
{
	(void)printf("{\"bench\":\"%s\",\"figure\":\"%s\",\"value\":%.*f,\"unit\":\"%s\"%s%s}\n",
		bench, figure, fabs(value) < 100 ? 2 : 0, value, unit, more ? "," : "",
		more ? more : "");
	(void)fflush(stdout);
}

/* proc(5): the name stands in brackets and may hold anything; utime and stime are fields 14 and 15. */
static int64_t thread_cpu_us(const char *task, const char *name)
{
	g_autofree char *path = g_strdup_printf("/proc/self/task/%s/stat", task);
	g_autofree char *text = NULL;
	const char *begin, *end;
	unsigned long user = 0, system = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		return 0;
	}
	begin = strchr(text, '(');
	end = strrchr(text, ')');
	if (!begin || !end || !g_str_has_prefix(begin + 1, name) ||
		sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			&system) != 2) {
		return 0;
	}
	return (int64_t)(user + system) * 1000000 / sysconf(_SC_CLK_TCK);
}

int64_t figure_threads_cpu_us(const char *name)
{
	GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
	const char *task;
	int64_t sum_us = 0;

	while (tasks && (task = g_dir_read_name(tasks))) {
		sum_us += thread_cpu_us(task, name);
	}
	if (tasks) {
		g_dir_close(tasks);
	}
	return sum_us;
}
