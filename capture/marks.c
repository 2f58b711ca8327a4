/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/marks.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

#define REACH       5 /* pixels: what is wider than twice that is no stroke */
#define DEPTH       0.15f /* of the paper's brightness, by which ink is darker */
#define DEPTH_MIN   10
#define PIXELS_MIN  3
#define SMALL       40 /* pixels that a letter or a few that touch take up */
#define BRANCHES    1.3f /* runs to a row and column of a letter: a plain line has one */
#define BRANCHES_OF 2.3f /* and of what is larger: the outline of a sheet has two */

struct map {
	const struct fw_image *grey, *closed;
	uint8_t *ink; /* 1: ink; 2: looked at */
	unsigned *queue; /* the pixels of the shape at hand */
	uint8_t *cells;
	unsigned columns; /* of cells */
	GArray *marks;
};

/* --- closing: a dark shape that is thin gets the brightness of what is around it ---------------- */

static inline void join_ahead(uint8_t *line, unsigned count, unsigned ahead, bool brightest)
{
	for (unsigned i = 0; i < count; i++) {
		uint8_t here = line[i], there = line[i + ahead];

		line[i] = brightest ? MAX(here, there) : MIN(here, there);
	}
}

/* Windows of 2, 4, 8, and of 11 by two of 8: a third of the work. line: room for `width` and REACH on both sides. */
static void spread_across(
	const uint8_t *from, uint8_t *to, unsigned width, uint8_t *line, bool brightest)
{
	G_STATIC_ASSERT(2 * REACH + 1 == 8 + 3);
	memset(line, from[0], REACH);
	memcpy(line + REACH, from, width);
	memset(line + REACH + width, from[width - 1], REACH);
	join_ahead(line, width + 2 * REACH - 1, 1, brightest);
	join_ahead(line, width + 2 * REACH - 3, 2, brightest);
	join_ahead(line, width + 2 * REACH - 7, 4, brightest);
	join_ahead(line, width, 3, brightest);
	memcpy(to, line, width);
}

static void spread_down(const struct fw_image *from, struct fw_image *to, unsigned y, bool brightest)
{
	unsigned top = y > REACH ? y - REACH : 0, bottom = MIN(y + REACH, from->height - 1);
	uint8_t *row = fw_image_row(to, y);

	memcpy(row, fw_image_row(from, top), from->width);
	for (unsigned k = top + 1; k <= bottom; k++) {
		const uint8_t *other = fw_image_row(from, k);

		for (unsigned x = 0; x < from->width; x++) {
			row[x] = brightest ? MAX(row[x], other[x]) : MIN(row[x], other[x]);
		}
	}
}

static void spread(struct fw_image *image, struct fw_image *scratch, bool brightest)
{
	g_autofree uint8_t *line = g_malloc(image->width + 2 * REACH);

	for (unsigned y = 0; y < image->height; y++) {
		spread_across(fw_image_row(image, y), fw_image_row(scratch, y), image->width, line,
			brightest);
	}
	for (unsigned y = 0; y < image->height; y++) {
		spread_down(scratch, image, y, brightest);
	}
}

/* --- shapes ------------------------------------------------------------------------------------ */

struct shape {
	unsigned pixels, left, right, top, bottom;
	unsigned runs; /* of ink, in all rows and all columns of it */
};

static bool has_ink(const struct map *map, int x, int y)
{
	return x >= 0 && y >= 0 && x < (int)map->grey->width && y < (int)map->grey->height &&
		map->ink[(size_t)y * map->grey->width + (size_t)x] != 0;
}

static void follow(struct map *map, unsigned start, struct shape *ret_shape)
{
	unsigned width = map->grey->width;
	struct shape shape = {.left = width, .top = map->grey->height};

	map->queue[shape.pixels++] = start;
	map->ink[start] = 2;
	for (unsigned i = 0; i < shape.pixels; i++) {
		int x = (int)(map->queue[i] % width), y = (int)(map->queue[i] / width);

		shape.left = MIN(shape.left, (unsigned)x);
		shape.right = MAX(shape.right, (unsigned)x);
		shape.top = MIN(shape.top, (unsigned)y);
		shape.bottom = MAX(shape.bottom, (unsigned)y);
		shape.runs += !has_ink(map, x - 1, y) + !has_ink(map, x, y - 1);
		for (int k = 0; k < 9; k++) {
			int u = x + k % 3 - 1, v = y + k / 3 - 1;
			size_t next = (size_t)v * width + (size_t)u;

			if (has_ink(map, u, v) && map->ink[next] == 1) {
				map->ink[next] = 2;
				map->queue[shape.pixels++] = (unsigned)next;
			}
		}
	}
	*ret_shape = shape;
}

static bool is_print(const struct shape *shape)
{
	unsigned wide = shape->right - shape->left + 1, high = shape->bottom - shape->top + 1;
	float branches = MAX(wide, high) <= SMALL ? BRANCHES : BRANCHES_OF;

	return shape->pixels >= PIXELS_MIN && MIN(wide, high) > 1 &&
		(float)shape->runs >= branches * (float)(wide + high);
}

static void keep(struct map *map, unsigned pixels)
{
	unsigned width = map->grey->width;

	for (unsigned i = 0; i < pixels; i++) {
		unsigned x = map->queue[i] % width, y = map->queue[i] / width;
		uint8_t *cell =
			map->cells + (size_t)(y / FW_MARK_PX) * map->columns + x / FW_MARK_PX;
		struct fw_mark mark = {
			(float)x + 0.5f, (float)y + 0.5f, (float)fw_image_row(map->closed, y)[x]};

		if (!*cell) {
			*cell = 1;
			g_array_append_val(map->marks, mark);
		}
	}
}

static void find_shapes(struct map *map)
{
	unsigned count = map->grey->width * map->grey->height;

	for (unsigned i = 0; i < count; i++) {
		int ground = map->closed->pixels[i], depth = ground - map->grey->pixels[i];

		map->ink[i] = (float)depth >= MAX(DEPTH * (float)ground, DEPTH_MIN);
	}
	for (unsigned i = 0; i < count; i++) {
		struct shape shape;

		if (map->ink[i] == 1) {
			follow(map, i, &shape);
			if (is_print(&shape)) {
				keep(map, shape.pixels);
			}
		}
	}
}

/* --- all --------------------------------------------------------------------------------------- */

struct fw_marks *fw_marks_create(const struct fw_image *image)
{
	struct fw_marks *marks = g_new0(struct fw_marks, 1);
	struct fw_image *grey = fw_image_grey(image);
	struct fw_image *closed = fw_image_grey(image);
	fw_cleanup(fw_image_destroy) struct fw_image *scratch =
		fw_image_create(image->width, image->height, FW_GREY);
	size_t count = (size_t)image->width * image->height;
	unsigned columns = image->width / FW_MARK_PX + 1;
	g_autofree uint8_t *ink = g_malloc(count);
	g_autofree unsigned *queue = g_new(unsigned, count);
	g_autofree uint8_t *cells = g_malloc0((size_t)columns * (image->height / FW_MARK_PX + 1));
	struct map map = {.grey = grey,
		.closed = closed,
		.ink = ink,
		.queue = queue,
		.cells = cells,
		.columns = columns,
		.marks = g_array_new(FALSE, FALSE, sizeof(struct fw_mark))};

	spread(closed, scratch, true);
	spread(closed, scratch, false);
	find_shapes(&map);
	marks->count = map.marks->len;
	marks->grey = grey;
	marks->ground = closed;
	marks->mark = (struct fw_mark *)g_array_free(map.marks, FALSE);
	return marks;
}

void fw_marks_destroy(struct fw_marks *marks)
{
	if (marks) {
		g_free(marks->mark);
		fw_image_destroy(marks->grey);
		fw_image_destroy(marks->ground);
		g_free(marks);
	}
}
