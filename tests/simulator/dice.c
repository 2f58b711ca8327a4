/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/dice.h"

/* -ln(1 - (i + 0.5) / 32) in thousandths: whole numbers, so that no mathematics library has a say. */
static const int64_t quantiles[32] = {16, 48, 81, 116, 152, 189, 227, 267, 309, 352, 398, 446, 496,
	549, 605, 664, 726, 794, 866, 943, 1027, 1119, 1219, 1330, 1455, 1598, 1765, 1966, 2217,
	2554, 3065, 4159};

void dice_init(struct dice *dice, uint64_t seed)
{
	dice->state = seed * 0x9e3779b97f4a7c15U + 0x632be59bd9b4e019U;
}

/* splitmix64 */
static uint64_t next(struct dice *dice)
{
	uint64_t value = dice->state += 0x9e3779b97f4a7c15U;

	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
	return value ^ (value >> 31);
}

uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
	return (next(dice) >> 11) % sides;
}

bool dice_chance(struct dice *dice, unsigned permille)
{
	return dice_roll(dice, 1000) < permille;
}

int64_t dice_between(struct dice *dice, int64_t least, int64_t most)
{
	return least + (int64_t)dice_roll(dice, (uint64_t)(most - least) + 1);
}

int64_t dice_wait(struct dice *dice, int64_t mean)
{
	int64_t quantile = quantiles[dice_roll(dice, 32)];

	return 1 + mean / 1000 * quantile + (int64_t)dice_roll(dice, (uint64_t)mean / 32 + 1);
}

void dice_bytes(struct dice *dice, void *ret_bytes, size_t size)
{
	uint8_t *bytes = ret_bytes;
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++) {
		if (i % 8 == 0) {
			value = next(dice);
		}
		bytes[i] = (uint8_t)(value >> (8 * (i % 8)));
	}
}
