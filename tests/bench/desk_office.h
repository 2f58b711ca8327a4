/* SPDX-License-Identifier: Apache-2.0 */
/* What a busy office sends to its desk, played as fast as the desk decides (docs/BENCHMARKS.md, `office`).
 *
 * Owner, threads: none, the caller's. Errors: what must not fail aborts.
 */
#ifndef FW_TESTS_BENCH_DESK_OFFICE_H
#define FW_TESTS_BENCH_DESK_OFFICE_H

/* Prints its figures. ticks: so many, whatever they take; 0: as many as the seconds hold. */
void desk_office_measure(unsigned windows, unsigned seconds, unsigned ticks);

#endif
