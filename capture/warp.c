/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/warp.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#define SPAN 16 /* output pixels between two exact projections */
#define FAR  32000.0 /* pixels; more than FW_CAPTURE_SIDE_MAX, fits 16 bits before the point */
#define OUTSIDE \
	8 /* pixels that the picture's border is drawn out; nothing is known of what is beyond */
#define NOTHING  0xffe0e0e0u
#define FRACTION 16 /* bits behind the point of a source coordinate */

static uint32_t load(const uint8_t *at)
{
	uint32_t pixel;

	memcpy(&pixel, at, sizeof(pixel));
	return pixel;
}

/* Two channels at a time, weights of 8 bits. */
static uint32_t blend(uint32_t a, uint32_t b, uint32_t weight)
{
	const uint32_t mask = 0x00ff00ff;
	uint32_t low_a = a & mask, high_a = a >> 8 & mask;
	uint32_t low = (low_a * (256 - weight) + (b & mask) * weight + 0x00800080) >> 8 & mask;
	uint32_t high =
		(high_a * (256 - weight) + (b >> 8 & mask) * weight + 0x00800080) >> 8 & mask;

	return low | high << 8;
}

static uint32_t fetch(const struct fw_image *source, int32_t x, int32_t y)
{
	int32_t right = (int32_t)source->width - 1, bottom = (int32_t)source->height - 1;

	if ((x >> FRACTION) < -OUTSIDE || (y >> FRACTION) < -OUTSIDE ||
		(x >> FRACTION) > right + OUTSIDE || (y >> FRACTION) > bottom + OUTSIDE) {
		return NOTHING;
	}
	int32_t column = CLAMP(x >> FRACTION, 0, right), row = CLAMP(y >> FRACTION, 0, bottom);
	size_t next = column < right && x >= 0 ? FW_COLOUR : 0;
	const uint8_t *above =
		source->pixels + (size_t)row * source->stride + (size_t)column * FW_COLOUR;
	const uint8_t *below = row < bottom && y >= 0 ? above + source->stride : above;
	uint32_t across = (uint32_t)x >> (FRACTION - 8) & 255,
		 down = (uint32_t)y >> (FRACTION - 8) & 255;

	return blend(blend(load(above), load(above + next), across),
		blend(load(below), load(below + next), across), down);
}

/* Coordinates far beyond the picture are of no interest but must not overflow. */
static int32_t fixed(double value)
{
	return (int32_t)lrint(CLAMP(value - 0.5, -FAR, FAR) * (1 << FRACTION));
}

static void warp_row(const struct fw_image *source, const struct fw_homography *to_source,
	struct fw_image *output, unsigned y)
{
	uint8_t *to = fw_image_row(output, y);
	struct fw_point start = fw_homography_map(to_source, (struct fw_point){0.5, y + 0.5});

	for (unsigned x = 0; x < output->width; x += SPAN) {
		unsigned count = MIN(SPAN, output->width - x);
		struct fw_point end =
			fw_homography_map(to_source, (struct fw_point){x + SPAN + 0.5, y + 0.5});
		int32_t from_x = fixed(start.x), from_y = fixed(start.y);
		int32_t step_x = (int32_t)(((int64_t)fixed(end.x) - from_x) / SPAN);
		int32_t step_y = (int32_t)(((int64_t)fixed(end.y) - from_y) / SPAN);

		for (unsigned i = 0; i < count; i++, to += FW_COLOUR) {
			uint32_t pixel = fetch(source, from_x, from_y);

			memcpy(to, &pixel, sizeof(pixel));
			from_x += step_x;
			from_y += step_y;
		}
		start = end;
	}
}

struct fw_image *fw_warp(const struct fw_image *source, const struct fw_homography *to_source,
	unsigned width, unsigned height)
{
	struct fw_image *output = fw_image_create(width, height, FW_COLOUR);

	for (unsigned y = 0; y < height; y++) {
		warp_row(source, to_source, output, y);
	}
	return output;
}
