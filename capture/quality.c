/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "capture/finger.h"

#define TILES_LONG    24 /* tiles along the longer side */
#define INK_CONTRAST  32 /* grey levels between paper and ink of a tile */
#define SLOPE_SHARE   0.005 /* the steepest of a tile's pixels that count */
#define SLOPE_SHARP   0.16f /* of the contrast per pixel; a lens at its best has 0.3 to 0.5 */
#define BLURRED_SHARE 0.3f
#define SHARPER       85 /* percentile of tiles: some have lines in one direction only */
#define WHITE         250 /* every channel: nothing can be read there */
#define PAPER_WHITE   243 /* paper so bright that glare cannot be told from it */
#define GLARE_OF_TILE 0.35f
#define LIGHT_TILES   12 /* fewer do not tell how the light falls */
#define LIGHT_SLACK   64.0 /* grey levels off the light that is known so far; narrows */
#define DARK_PAPER    85
#define FINGER_SHARE  0.0025f
#define BLANK_SHARE   0.004f
#define REDUCED       4
#define HASH_INK      0.004f /* share of the area that is noise */

struct tile {
	unsigned left, top, right, bottom;
	float paper, contrast, slope_x, slope_y, white;
};

/* The value that `share` of the counted lie above. */
static unsigned from_above(const uint32_t counts[256], double share)
{
	uint64_t total = 0, seen = 0;

	for (unsigned i = 0; i < 256; i++) {
		total += counts[i];
	}
	for (unsigned i = 255; i > 0; i--) {
		seen += counts[i];
		if ((double)seen > share * (double)total) {
			return i;
		}
	}
	return 0;
}

static void measure_levels(
	const struct fw_image *colour, const struct fw_image *grey, struct tile *tile)
{
	uint32_t counts[256] = {0}, white = 0;
	unsigned bottom = MIN(tile->bottom / REDUCED, grey->height);
	unsigned right = MIN(tile->right / REDUCED, grey->width), area = 0;

	for (unsigned y = tile->top / REDUCED; y < bottom; y++) {
		for (unsigned x = tile->left / REDUCED; x < right; x++) {
			const uint8_t *at = fw_image_row(colour, y) + (size_t)x * FW_COLOUR;

			counts[fw_image_row(grey, y)[x]]++;
			white += MIN(MIN(at[0], at[1]), at[2]) >= WHITE;
			area++;
		}
	}
	tile->paper = (float)from_above(counts, 0.1);
	tile->contrast = tile->paper - (float)from_above(counts, 0.98);
	tile->white = area ? (float)white / (float)area : 0;
}

/* Every second row: enough of them, at half the time. */
static void measure_slopes(const struct fw_image *grey, struct tile *tile)
{
	uint32_t across[256] = {0}, down[256] = {0}, levels[256] = {0};
	unsigned right = MIN(tile->right, grey->width - 1),
		 bottom = MIN(tile->bottom, grey->height - 1);

	for (unsigned y = MAX(tile->top, 1); y < bottom; y += 2) {
		const uint8_t *row = fw_image_row(grey, y);

		for (unsigned x = MAX(tile->left, 1); x < right; x++) {
			across[abs(row[x + 1] - row[x - 1])]++;
			down[abs(row[x + grey->stride] - row[x - (ptrdiff_t)grey->stride])]++;
			levels[row[x]]++;
		}
	}
	float contrast = (float)from_above(levels, 0.02) - (float)from_above(levels, 0.985);

	contrast = MAX(contrast, 1.0f);
	tile->slope_x = (float)from_above(across, SLOPE_SHARE) / 2 / contrast;
	tile->slope_y = (float)from_above(down, SLOPE_SHARE) / 2 / contrast;
}

static int compare_floats(const void *left, const void *right)
{
	float a = *(const float *)left, b = *(const float *)right;

	return (a > b) - (a < b);
}

static float percentile(GArray *values, unsigned percent)
{
	if (!values->len) {
		return 0; /* and no data to hand to qsort() */
	}
	qsort(values->data, values->len, sizeof(float), compare_floats);
	return g_array_index(values, float, values->len *percent / 100);
}

static GArray *make_tiles(const struct fw_image *page)
{
	GArray *tiles = g_array_new(FALSE, FALSE, sizeof(struct tile));
	unsigned side = MAX(MAX(page->width, page->height) / TILES_LONG, 8);

	for (unsigned top = 0; top < page->height; top += side) {
		for (unsigned left = 0; left < page->width; left += side) {
			struct tile tile = {.left = left,
				.top = top,
				.right = MIN(left + side, page->width),
				.bottom = MIN(top + side, page->height)};

			/* Slivers at the right and lower edge say nothing. */
			if (tile.right - left >= side / 2 && tile.bottom - top >= side / 2) {
				g_array_append_val(tiles, tile);
			}
		}
	}
	return tiles;
}

/* The crop's margin is no wider than half a tile: there the page's own edge is. */
static bool at_border(const struct tile *tile, const struct fw_image *page)
{
	unsigned margin = MAX(tile->right - tile->left, tile->bottom - tile->top) / 2 + 1;

	return tile->left == 0 || tile->top == 0 || tile->right + margin >= page->width ||
		tile->bottom + margin >= page->height;
}

/* --- glare ------------------------------------------------------------------------------------- */

/* Brightness of the paper under a light that falls off evenly: level + across * x + down * y. */
struct light {
	double level, across, down;
};

static double light_at(const struct light *light, const struct tile *tile)
{
	return light->level + light->across * (tile->left + tile->right) / 2.0 +
		light->down * (tile->top + tile->bottom) / 2.0;
}

/* What the tiles tell that are no darker than the light says, less `slack`: print covers the paper of some. */
static void fit_light(const GArray *tiles, double slack, struct light *light)
{
	double n = 0, x = 0, y = 0, z = 0, xx = 0, xy = 0, yy = 0, xz = 0, yz = 0, scale;

	for (guint i = 0; i < tiles->len; i++) {
		const struct tile *tile = &g_array_index(tiles, struct tile, i);
		double u = (tile->left + tile->right) / 2.0, v = (tile->top + tile->bottom) / 2.0;

		if (tile->white >= GLARE_OF_TILE ||
			fabs(tile->paper - light_at(light, tile)) > slack) {
			continue;
		}
		n++;
		x += u;
		y += v;
		z += tile->paper;
		xx += u * u;
		xy += u * v;
		yy += v * v;
		xz += u * tile->paper;
		yz += v * tile->paper;
	}
	if (n < LIGHT_TILES) {
		return;
	}
	xx -= x * x / n;
	xy -= x * y / n;
	yy -= y * y / n;
	xz -= x * z / n;
	yz -= y * z / n;
	scale = xx * yy - xy * xy;
	if (scale > 1e-6 * xx * yy) {
		light->across = (xz * yy - yz * xy) / scale;
		light->down = (yz * xx - xz * xy) / scale;
		light->level = (z - light->across * x - light->down * y) / n;
	}
}

/* Pure white where the even light does not explain it. */
static unsigned count_glare(const GArray *tiles, float paper)
{
	struct light light = {.level = paper};
	unsigned count = 0;

	for (double slack = LIGHT_SLACK; slack >= LIGHT_SLACK / 4; slack /= 2) {
		fit_light(tiles, slack, &light);
	}
	for (guint i = 0; i < tiles->len; i++) {
		const struct tile *tile = &g_array_index(tiles, struct tile, i);

		count += tile->white >= GLARE_OF_TILE && light_at(&light, tile) < PAPER_WHITE;
	}
	return count;
}

/* --- all tiles --------------------------------------------------------------------------------- */

static void summarise(const GArray *tiles, const struct fw_image *page, struct fw_quality *quality)
{
	g_autoptr(GArray) papers = g_array_new(FALSE, FALSE, sizeof(float));
	g_autoptr(GArray) sharp = g_array_new(FALSE, FALSE, sizeof(float));
	g_autoptr(GArray) across = g_array_new(FALSE, FALSE, sizeof(float));
	g_autoptr(GArray) down = g_array_new(FALSE, FALSE, sizeof(float));
	unsigned blurred = 0, shadow = 0, inner = 0;

	for (guint i = 0; i < tiles->len; i++) {
		g_array_append_val(papers, g_array_index(tiles, struct tile, i).paper);
	}
	quality->paper = percentile(papers, 50);
	for (guint i = 0; i < tiles->len; i++) {
		const struct tile *tile = &g_array_index(tiles, struct tile, i);
		float best = MAX(tile->slope_x, tile->slope_y);

		shadow += tile->paper < quality->paper / 2;
		if (at_border(tile, page)) {
			continue; /* the page's own edge is in there */
		}
		inner++;
		if (tile->contrast >= INK_CONTRAST) {
			g_array_append_val(sharp, best);
			g_array_append_val(across, tile->slope_x);
			g_array_append_val(down, tile->slope_y);
			blurred += best < SLOPE_SHARP;
		}
	}
	quality->content = inner ? (float)sharp->len / (float)inner : 0;
	quality->blurred = sharp->len ? (float)blurred / (float)sharp->len : 0;
	quality->sharpness = percentile(sharp, 50);
	quality->sharpness_across = percentile(across, SHARPER);
	quality->sharpness_down = percentile(down, SHARPER);
	quality->glare = (float)count_glare(tiles, quality->paper) / (float)MAX(tiles->len, 1);
	quality->shadow = (float)shadow / (float)MAX(tiles->len, 1);
	quality->blank = quality->content < BLANK_SHARE;
}

/* --- the hash ---------------------------------------------------------------------------------- */

struct ink {
	float of[FW_HASH_SIDE][FW_HASH_SIDE];
};

static float cell_ink(
	const struct fw_image *grey, unsigned left, unsigned right, unsigned top, unsigned bottom)
{
	uint32_t counts[256] = {0};
	float paper, sum = 0;

	for (unsigned y = top; y < bottom; y++) {
		for (unsigned x = left; x < right; x++) {
			counts[fw_image_row(grey, y)[x]]++;
		}
	}
	paper = (float)from_above(counts, 0.1);
	for (unsigned i = 0; (float)i < paper; i++) {
		sum += (float)counts[i] * (paper - (float)i);
	}
	return sum / (float)((right - left) * (bottom - top)) / MAX(paper, 1);
}

/* The margins, where the page's edge and the desk may be, are left out. */
static void measure_ink(const struct fw_image *grey, struct ink *ret_ink)
{
	unsigned edge_x = grey->width / 40, edge_y = grey->height / 40;
	unsigned width = grey->width - 2 * edge_x, height = grey->height - 2 * edge_y;

	for (unsigned v = 0; v < FW_HASH_SIDE; v++) {
		for (unsigned u = 0; u < FW_HASH_SIDE; u++) {
			unsigned left = edge_x + u * width / FW_HASH_SIDE;
			unsigned right = MAX(edge_x + (u + 1) * width / FW_HASH_SIDE, left + 1);
			unsigned top = edge_y + v * height / FW_HASH_SIDE;
			unsigned bottom = MAX(edge_y + (v + 1) * height / FW_HASH_SIDE, top + 1);

			ret_ink->of[v][u] = cell_ink(grey, left, MIN(right, grey->width), top,
				MIN(bottom, grey->height));
		}
	}
}

/* A bit per cell: more ink than the cells around it have, by more than noise. */
static void make_hash(const struct fw_image *grey, uint64_t hash[FW_HASH_WORDS])
{
	struct ink ink;

	measure_ink(grey, &ink);
	memset(hash, 0, FW_HASH_WORDS * sizeof(*hash));
	for (unsigned i = 0; i < FW_HASH_SIDE * FW_HASH_SIDE; i++) {
		unsigned v = i / FW_HASH_SIDE, u = i % FW_HASH_SIDE, count = 0;
		float around = 0;

		for (unsigned y = v ? v - 1 : 0; y <= MIN(v + 1, FW_HASH_SIDE - 1); y++) {
			for (unsigned x = u ? u - 1 : 0; x <= MIN(u + 1, FW_HASH_SIDE - 1); x++) {
				around += ink.of[y][x];
				count++;
			}
		}
		if (ink.of[v][u] > around / (float)count + HASH_INK) {
			hash[i / 64] |= UINT64_C(1) << i % 64;
		}
	}
}

/* --- all --------------------------------------------------------------------------------------- */

void fw_quality_measure(const struct fw_image *page, bool whole, struct fw_quality *ret_quality)
{
	fw_cleanup(fw_image_destroy) struct fw_image *grey = fw_image_grey(page);
	fw_cleanup(fw_image_destroy) struct fw_image *small = fw_image_reduce(page, REDUCED);
	fw_cleanup(fw_image_destroy) struct fw_image *small_grey = fw_image_grey(small);
	g_autoptr(GArray) tiles = make_tiles(page);

	*ret_quality = (struct fw_quality){0};
	for (guint i = 0; i < tiles->len; i++) {
		struct tile *tile = &g_array_index(tiles, struct tile, i);

		measure_levels(small, small_grey, tile);
		if (tile->contrast >= INK_CONTRAST) {
			measure_slopes(grey, tile);
		}
	}
	summarise(tiles, page, ret_quality);
	ret_quality->finger = whole ? fw_finger_share(small) : 0;
	make_hash(small_grey, ret_quality->hash);
}

bool fw_quality_is_blurred(const struct fw_quality *quality)
{
	float least = MIN(quality->sharpness_across, quality->sharpness_down);

	return quality->content > 0 && (quality->blurred >= BLURRED_SHARE || least < SLOPE_SHARP);
}

bool fw_quality_has_glare(const struct fw_quality *quality)
{
	return quality->glare > 0;
}

bool fw_quality_is_dark(const struct fw_quality *quality)
{
	return quality->paper < DARK_PAPER;
}

bool fw_quality_has_finger(const struct fw_quality *quality)
{
	return quality->finger >= FINGER_SHARE;
}
