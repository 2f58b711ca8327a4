/* SPDX-License-Identifier: Apache-2.0 */
/* What a bench prints: one JSON object a line per figure (docs/BENCHMARKS.md), and where a process's time went, thread by thread.
 *
 * Owner: none.  Threads: any.  Errors: what cannot be read counts as 0.
 */
#ifndef FW_TESTS_BENCH_FIGURE_H
#define FW_TESTS_BENCH_FIGURE_H

#include <stdint.h>

/* {"bench":...,"figure":...,"value":...,"unit":...,MORE}; more: members of the object, NULL for none. */
void figure_print(
	const char *bench, const char *figure, double value, const char *unit, const char *more);

/* User and system time of this process's threads whose name begins so. */
int64_t figure_threads_cpu_us(const char *name);

#endif
