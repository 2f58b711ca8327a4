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
#include "capture/likeness.h"

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

/* whole: the picture is the page alone; else what lies beside it is in there, and no finger is looked for. */
void fw_quality_measure(const struct fw_image *page, bool whole, struct fw_quality *ret_quality);

#endif
