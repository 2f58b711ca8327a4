/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/finger.h"

#include <stdbool.h>
#include <stdlib.h>

#include <glib.h>

#define SIDE_PX      240 /* of the map that is searched */
#define REACH_MIN    0.03f /* of the shorter side, inwards: less is desk that shows beside the page */
#define ALONG_MAX    0.4f /* of the side it comes over: more is a desk of the same colour */
#define SHARE_MAX    0.25f
#define CORNERED     0.65f /* of the box around it; a triangle has half, a finger three quarters */
#define BAND         5 /* cells along the border where the desk may show */
#define MARGIN_CELLS 3 /* how near that band it has to come */

struct area {
	unsigned cells, left, right, top, bottom;
};

/* Cr above, Cb below that of paper (Chai and Ngan's range), and not as saturated as seals and heads. */
static bool is_skin(const uint8_t *pixel, int paper_cb, int paper_cr)
{
	int luma = (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
	int cb = (144 * (pixel[2] - luma)) / 256, cr = (183 * (pixel[0] - luma)) / 256;

	return luma > 50 && luma < 225 && cr >= 9 && cr <= 46 && cb <= -5 && cb >= -51 &&
		abs(cr - paper_cr) + abs(cb - paper_cb) > 18;
}

static int compare_ints(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

/* Median colour: coloured paper may look like skin. */
static void paper_colour(const struct fw_image *map, int *ret_cb, int *ret_cr)
{
	unsigned count = map->width * map->height;
	g_autofree int *cb = g_new(int, count), *cr = g_new(int, count);

	for (unsigned i = 0; i < count; i++) {
		const uint8_t *pixel = map->pixels + (size_t)i * FW_COLOUR;
		int luma = (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;

		cb[i] = (144 * (pixel[2] - luma)) / 256;
		cr[i] = (183 * (pixel[0] - luma)) / 256;
	}
	qsort(cb, count, sizeof(int), compare_ints);
	qsort(cr, count, sizeof(int), compare_ints);
	*ret_cb = cb[count / 2];
	*ret_cr = cr[count / 2];
}

/* Takes the connected area out of the map of skin. */
static void flood(uint8_t *skin, unsigned width, unsigned height, unsigned start, struct area *area)
{
	g_autofree unsigned *stack = g_new(unsigned, (size_t)width *height);
	unsigned depth = 0;

	*area = (struct area){.left = width, .top = height};
	skin[start] = 0;
	stack[depth++] = start;
	while (depth > 0) {
		unsigned cell = stack[--depth], x = cell % width, y = cell / width;
		const unsigned next[4] = {x > 0 ? cell - 1 : cell, x + 1 < width ? cell + 1 : cell,
			y > 0 ? cell - width : cell, y + 1 < height ? cell + width : cell};

		area->cells++;
		area->left = MIN(area->left, x);
		area->right = MAX(area->right, x);
		area->top = MIN(area->top, y);
		area->bottom = MAX(area->bottom, y);
		for (int i = 0; i < 4; i++) {
			if (skin[next[i]]) {
				skin[next[i]] = 0;
				stack[depth++] = next[i];
			}
		}
	}
}

static bool is_finger(const struct area *area, const struct fw_image *map)
{
	unsigned wide = area->right - area->left + 1, high = area->bottom - area->top + 1;
	unsigned near = BAND + MARGIN_CELLS;
	bool side = area->left < near || area->right + near >= map->width;
	bool end = area->top < near || area->bottom + near >= map->height;
	float reach = REACH_MIN * (float)MIN(map->width, map->height);
	/* A triangle in a corner is the desk beside a page whose corner is turned over. */
	bool cornered = side && end && (float)area->cells < CORNERED * (float)(wide * high);
	bool over_side =
		side && (float)wide >= reach && (float)high <= ALONG_MAX * (float)map->height;
	bool over_end = end && (float)high >= reach && (float)wide <= ALONG_MAX * (float)map->width;

	return !cornered && (over_side || over_end) &&
		(float)area->cells >= 0.4f * (float)(wide * high) &&
		(float)area->cells <= SHARE_MAX * (float)(map->width * map->height);
}

float fw_finger_share(const struct fw_image *page)
{
	fw_cleanup(fw_image_destroy) struct fw_image *map = fw_image_fit(page, SIDE_PX);
	unsigned count = map->width * map->height, cells = 0;
	g_autofree uint8_t *skin = g_malloc(count);
	int cb, cr;

	paper_colour(map, &cb, &cr);
	for (unsigned i = 0; i < count; i++) {
		unsigned x = i % map->width, y = i / map->width;
		bool inside =
			x >= BAND && y >= BAND && x + BAND < map->width && y + BAND < map->height;

		skin[i] = inside && is_skin(map->pixels + (size_t)i * FW_COLOUR, cb, cr);
	}
	for (unsigned i = 0; i < count; i++) {
		struct area area;

		if (skin[i]) {
			flood(skin, map->width, map->height, i, &area);
			cells += is_finger(&area, map) ? area.cells : 0;
		}
	}
	return (float)cells / (float)count;
}
