/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page drawn on a desk without fonts: lines of little rings for text.
 *
 * Threads: any. Errors: none.
 */
#ifndef FW_TESTS_UNIT_CAPTURE_DRAWN_PAGE_H
#define FW_TESTS_UNIT_CAPTURE_DRAWN_PAGE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "capture/geometry.h"
#include "capture/image.h"

#define DRAWN_WIDTH  1600
#define DRAWN_HEIGHT 1200

static const struct fw_quad drawn_corners = {{{260, 150}, {1390, 110}, {1420, 1040}, {230, 1060}}};

static inline int drawn_pixel(double u, double v, int desk, int paper)
{
	if (u < 0 || v < 0 || u > 1 || v > 1) {
		return desk;
	}
	if (fabs(u - 0.5) < 0.4 && fabs(v - 0.6) < 0.3 &&
		(fabs(u - 0.5) > 0.396 || fabs(v - 0.6) > 0.296)) {
		return paper / 6; /* a box around the lower text */
	}
	if (u > 0.12 && u < 0.88 && v > 0.15 && v < 0.85 && (int)(v * 60) % 3 == 0 &&
		(int)(u * 150) % 3 != 0 &&
		(fabs(fmod(u * 150, 3) - 2) > 0.4 || fabs(fmod(v * 60, 1) - 0.5) > 0.25)) {
		return paper / 6;
	}
	return paper;
}

/* paper 0: the desk alone. */
static inline struct fw_image *draw_page_at(const struct fw_quad *corners, int desk, int paper)
{
	const struct fw_quad unit = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
	struct fw_image *image = fw_image_create(DRAWN_WIDTH, DRAWN_HEIGHT, FW_COLOUR);
	struct fw_homography map = {{0}};

	if (!fw_homography_between(corners, &unit, &map)) {
		abort();
	}
	for (unsigned y = 0; y < DRAWN_HEIGHT; y++) {
		for (unsigned x = 0; x < DRAWN_WIDTH; x++) {
			struct fw_point at =
				fw_homography_map(&map, (struct fw_point){x + 0.5, y + 0.5});
			int grain = (int)((x * 7919 + y * 104729) % 5) - 2;
			int level = drawn_pixel(at.x, at.y, desk, paper ? paper : desk) + grain;

			memset(fw_image_row(image, y) + (size_t)x * FW_COLOUR,
				paper ? level : desk + grain, 4);
		}
	}
	return image;
}

static inline struct fw_image *draw_page(int desk, int paper)
{
	return draw_page_at(&drawn_corners, desk, paper);
}

#endif
