/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/likeness.h"

#include <glib.h>
#include <string.h>

/* A quarter turn clockwise. */
static void turn_hash(const uint64_t from[FW_HASH_WORDS], uint64_t to[FW_HASH_WORDS])
{
	memset(to, 0, FW_HASH_WORDS * sizeof(*to));
	for (unsigned i = 0; i < FW_HASH_SIDE * FW_HASH_SIDE; i++) {
		unsigned v = i / FW_HASH_SIDE, u = i % FW_HASH_SIDE;
		unsigned at = u * FW_HASH_SIDE + FW_HASH_SIDE - 1 - v;

		to[at / 64] |= (from[i / 64] >> i % 64 & 1) << at % 64;
	}
}

static float likeness_as_it_lies(
	const uint64_t left[FW_HASH_WORDS], const uint64_t right[FW_HASH_WORDS])
{
	unsigned both = 0, either = 0;

	for (unsigned i = 0; i < FW_HASH_WORDS; i++) {
		both += (unsigned)__builtin_popcountll(left[i] & right[i]);
		either += (unsigned)__builtin_popcountll(left[i] | right[i]);
	}
	return either ? (float)both / (float)either : 0;
}

/* The page may have been laid under the camera another way round. */
float fw_hash_likeness(const uint64_t left[FW_HASH_WORDS], const uint64_t right[FW_HASH_WORDS])
{
	uint64_t turned[2][FW_HASH_WORDS];
	float best = 0;

	memcpy(turned[0], right, sizeof(turned[0]));
	for (unsigned i = 0; i < 4; i++) {
		best = MAX(best, likeness_as_it_lies(left, turned[i % 2]));
		turn_hash(turned[i % 2], turned[1 - i % 2]);
	}
	return best;
}

void fw_hash_print(const uint64_t hash[FW_HASH_WORDS], char ret_text[FW_HASH_TEXT + 1])
{
	for (unsigned i = 0; i < FW_HASH_WORDS; i++) {
		g_snprintf(ret_text + 16 * i, 17, "%016" G_GINT64_MODIFIER "x", hash[i]);
	}
}

bool fw_hash_parse(const char *text, uint64_t ret_hash[FW_HASH_WORDS])
{
	uint64_t hash[FW_HASH_WORDS] = {0};

	if (strlen(text) != FW_HASH_TEXT || strspn(text, "0123456789abcdef") != FW_HASH_TEXT) {
		return false;
	}
	for (unsigned i = 0; i < FW_HASH_TEXT; i++) {
		hash[i / 16] = hash[i / 16] << 4 | (uint64_t)g_ascii_xdigit_value(text[i]);
	}
	memcpy(ret_hash, hash, sizeof(hash));
	return true;
}
