/* SPDX-License-Identifier: Apache-2.0 */
/* The only source of chance in the simulator: numbers that follow from one seed, on every machine alike.
 *
 * Threads: one. Errors: none.
 */
#ifndef FW_TESTS_SIMULATOR_DICE_H
#define FW_TESTS_SIMULATOR_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

void dice_init(struct dice *dice, uint64_t seed);
/* 0 ... sides - 1 */
uint64_t dice_roll(struct dice *dice, uint64_t sides);
/* True so often of a thousand times. */
bool dice_chance(struct dice *dice, unsigned permille);
int64_t dice_between(struct dice *dice, int64_t least, int64_t most);
/* Times between things that happen independently of each other: exponential, never 0. */
int64_t dice_wait(struct dice *dice, int64_t mean);
void dice_bytes(struct dice *dice, void *ret_bytes, size_t size);

#endif
