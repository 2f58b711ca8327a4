/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/image.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include <glib.h>

#include "base/limits.h"

struct fw_image *fw_image_create(unsigned width, unsigned height, unsigned channels)
{
	struct fw_image *image = g_new0(struct fw_image, 1);

	assert(width > 0 && height > 0 && width <= FW_CAPTURE_SIDE_MAX &&
		height <= FW_CAPTURE_SIDE_MAX && (uint64_t)width * height <= FW_CAPTURE_PIXELS_MAX);
	assert(channels == FW_GREY || channels == FW_COLOUR);
	image->width = width;
	image->height = height;
	image->channels = channels;
	image->stride = (size_t)width * channels;
	image->pixels = g_malloc(image->stride * height);
	return image;
}

void fw_image_destroy(struct fw_image *image)
{
	if (image) {
		g_free(image->pixels);
		g_free(image);
	}
}

/* --- reduce ----------------------------------------------------------------------------------- */

static void add_row(
	uint32_t *sums, const uint8_t *row, unsigned width, unsigned factor, unsigned channels)
{
	for (unsigned x = 0; x < width; x++) {
		for (unsigned i = 0; i < factor; i++, row += channels) {
			for (unsigned c = 0; c < channels; c++) {
				sums[x * channels + c] += row[c];
			}
		}
	}
}

/* The same for colour, written so that the compiler sees four lanes. */
static void add_colour_row(uint32_t *sums, const uint8_t *row, unsigned width, unsigned factor)
{
	for (unsigned x = 0; x < width; x++, sums += 4) {
		uint32_t lane[4] = {0};

		for (unsigned i = 0; i < factor; i++, row += 4) {
			for (unsigned c = 0; c < 4; c++) {
				lane[c] += row[c];
			}
		}
		for (unsigned c = 0; c < 4; c++) {
			sums[c] += lane[c];
		}
	}
}

struct fw_image *fw_image_reduce(const struct fw_image *image, unsigned factor)
{
	unsigned width = MAX(image->width / factor, 1), height = MAX(image->height / factor, 1);
	struct fw_image *small = fw_image_create(width, height, image->channels);
	unsigned across = MIN(factor, image->width), down = MIN(factor, image->height);
	uint32_t scale = (1u << 24) / (across * down), half = across * down / 2;
	g_autofree uint32_t *sums = g_new(uint32_t, small->stride);

	for (unsigned y = 0; y < height; y++) {
		uint8_t *to = fw_image_row(small, y);

		memset(sums, 0, small->stride * sizeof(*sums));
		for (unsigned i = 0; i < down; i++) {
			const uint8_t *from = fw_image_row(image, y * down + i);

			if (image->channels == FW_COLOUR) {
				add_colour_row(sums, from, width, across);
			} else {
				add_row(sums, from, width, across, 1);
			}
		}
		for (size_t i = 0; i < small->stride; i++) {
			uint64_t mean = (uint64_t)(sums[i] + half) * scale >> 24;

			to[i] = (uint8_t)MIN(mean, 255);
		}
	}
	return small;
}

/* --- grey ------------------------------------------------------------------------------------- */

struct fw_image *fw_image_grey(const struct fw_image *image)
{
	struct fw_image *grey = fw_image_create(image->width, image->height, FW_GREY);

	for (unsigned y = 0; y < image->height; y++) {
		const uint8_t *from = fw_image_row(image, y);
		uint8_t *to = fw_image_row(grey, y);

		if (image->channels == FW_GREY) {
			memcpy(to, from, image->width);
			continue;
		}
		for (unsigned x = 0; x < image->width; x++, from += 4) {
			to[x] = (uint8_t)((77 * from[0] + 150 * from[1] + 29 * from[2] + 128) >> 8);
		}
	}
	return grey;
}

#define BLOCK 32 /* pixels a side that are turned at a time */

/* --- orient ----------------------------------------------------------------------------------- */

/* channels: as a constant, which makes of each copy one move. */
static inline void orient_block(const struct fw_image *image, unsigned orientation,
	struct fw_image *upright, unsigned left, unsigned top, const unsigned channels)
{
	bool turned = orientation >= 5;
	bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
	bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
	unsigned right = MIN(left + BLOCK, upright->width);
	unsigned bottom = MIN(top + BLOCK, upright->height);

	for (unsigned y = top; y < bottom; y++) {
		uint8_t *to = fw_image_row(upright, y) + (size_t)left * channels;

		for (unsigned x = left; x < right; x++, to += channels) {
			unsigned from_x = turned ? y : x, from_y = turned ? x : y;

			from_x = flip_x ? image->width - 1 - from_x : from_x;
			from_y = flip_y ? image->height - 1 - from_y : from_y;
			memcpy(to, fw_image_row(image, from_y) + (size_t)from_x * channels,
				channels);
		}
	}
}

/* Block by block: a column of the whole picture would miss the cache at each pixel. */
struct fw_image *fw_image_orient(const struct fw_image *image, unsigned orientation)
{
	bool turned = orientation >= 5;
	struct fw_image *upright = fw_image_create(turned ? image->height : image->width,
		turned ? image->width : image->height, image->channels);

	for (unsigned top = 0; top < upright->height; top += BLOCK) {
		for (unsigned left = 0; left < upright->width; left += BLOCK) {
			if (image->channels == FW_COLOUR) {
				orient_block(image, orientation, upright, left, top, FW_COLOUR);
			} else {
				orient_block(image, orientation, upright, left, top, FW_GREY);
			}
		}
	}
	return upright;
}

/* --- fit -------------------------------------------------------------------------------------- */

static void average(const struct fw_image *image, struct fw_image *small, unsigned y)
{
	unsigned top = (unsigned)((uint64_t)y * image->height / small->height);
	unsigned bottom =
		MAX((unsigned)((uint64_t)(y + 1) * image->height / small->height), top + 1);
	uint8_t *to = fw_image_row(small, y);

	for (unsigned x = 0; x < small->width; x++) {
		unsigned left = (unsigned)((uint64_t)x * image->width / small->width);
		unsigned right =
			MAX((unsigned)((uint64_t)(x + 1) * image->width / small->width), left + 1);
		uint32_t sums[FW_COLOUR] = {0}, count = (right - left) * (bottom - top);

		for (unsigned v = top; v < bottom; v++) {
			const uint8_t *from =
				fw_image_row(image, v) + (size_t)left * image->channels;

			for (unsigned u = left; u < right; u++, from += image->channels) {
				for (unsigned c = 0; c < image->channels; c++) {
					sums[c] += from[c];
				}
			}
		}
		for (unsigned c = 0; c < image->channels; c++) {
			*to++ = (uint8_t)((sums[c] + count / 2) / count);
		}
	}
}

struct fw_image *fw_image_fit(const struct fw_image *image, unsigned side_px)
{
	unsigned longer = MAX(image->width, image->height);
	unsigned side = MIN(side_px, longer);
	struct fw_image *small = fw_image_create(
		MAX((unsigned)((uint64_t)image->width * side / longer), 1),
		MAX((unsigned)((uint64_t)image->height * side / longer), 1), image->channels);

	for (unsigned y = 0; y < small->height; y++) {
		average(image, small, y);
	}
	return small;
}
