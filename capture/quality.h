/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a straightened page, measured tile by tile without knowing any script: blur,
 * glare, darkness, a finger; whether it is blank; and a hash by which the same page is known again.
 * Measurements warn, they never refuse.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_QUALITY_H
#define FW_CAPTURE_QUALITY_H

#include <stdbool.h>

#include "capture/image.h"

#define FW_HASH_SIDE  24
#define FW_HASH_WORDS (FW_HASH_SIDE * FW_HASH_SIDE / 64)
#define FW_HASH_TEXT  (FW_HASH_WORDS * 16) /* characters of its hexadecimal form */
#define FW_SAME_PAGE  0.62f /* likeness from which two pages are one */

struct fw_quality {
	float content; /* share of tiles that have ink */
	float blurred; /* share of the tiles with ink */
	float sharpness; /* steepest edges against their contrast, median of the tiles; 0: no ink */
	float sharpness_across,
		sharpness_down; /* of the sharper tiles: one is low when the page moved */
	float glare; /* share of all tiles */
	float paper; /* brightness of the paper, 0..255 */
	float shadow; /* share of tiles darker than half of the paper */
	float finger; /* share of the area */
	bool blank;
	uint64_t hash[FW_HASH_WORDS];
};

/* Warnings, by the thresholds of docs/CAPTURE.md. */
bool fw_quality_is_blurred(const struct fw_quality *quality);
bool fw_quality_has_glare(const struct fw_quality *quality);
bool fw_quality_is_dark(const struct fw_quality *quality);
bool fw_quality_has_finger(const struct fw_quality *quality);

void fw_quality_measure(const struct fw_image *page, struct fw_quality *ret_quality);

/* 0..1: ink that both have, of the ink that either has; however one of them was turned. */
float fw_hash_likeness(const uint64_t left[FW_HASH_WORDS], const uint64_t right[FW_HASH_WORDS]);

/* FW_HASH_TEXT characters and a NUL; parsing wants exactly so many lower-case digits. */
void fw_hash_print(const uint64_t hash[FW_HASH_WORDS], char ret_text[FW_HASH_TEXT + 1]);
bool fw_hash_parse(const char *text, uint64_t ret_hash[FW_HASH_WORDS]);

#endif
