/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A photograph as the camera hands it over: a JPEG, lying as the sensor read it with the turn in its
 * EXIF, and what is true of it.
 *
 * Owner: the creator, of what shot_fini() frees. Threads: any, one to a shot. Errors: none.
 */
#ifndef FW_TESTS_PAGES_SHOT_H
#define FW_TESTS_PAGES_SHOT_H

#include "tests/pages/photograph.h"

#define SHOT_NO_HUE (-1000.0)

struct shot {
	uint8_t *still, *desk; /* desk NULL: not ordered */
	size_t still_size, desk_size;
	unsigned width, height; /* upright */
	struct photograph truth; /* without its pictures */
	double seal_hue; /* degrees about red, as the sensor saw it; SHOT_NO_HUE: no seal */
};

/* keep: a folder in which shots lie from one run to the next, or NULL. Empty it when they change. */
void shot_take(const struct photograph_order *order, const char *keep, struct shot *ret_shot);
void shot_fini(struct shot *shot);

/* Mean hue of the saturated red around a place; SHOT_NO_HUE: none there. */
double shot_hue_around(const struct fw_image *image, struct fw_point place, int reach);

#endif
