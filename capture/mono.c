/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/mono.h"

#include <stdbool.h>

#include <glib.h>

#define AROUND 40 /* part of the longer side (1/n) over which the paper's brightness is taken */
#define DARKER 0.82f /* of what is around: ink */
#define NOISE  10.0f /* grey levels: paper is never so even */
#define SOLID  0.35f /* of the whole page's brightness: black, however large */

/* The darkest of the three: red ink has no green and no blue. */
static struct fw_image *darkest(const struct fw_image *page, float *ret_mean)
{
	struct fw_image *dark = fw_image_create(page->width, page->height, FW_GREY);
	size_t count = (size_t)page->width * page->height;
	const uint8_t *from = page->pixels;
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++, from += FW_COLOUR) {
		uint8_t low = MIN(from[0], from[1]);

		low = MIN(low, from[2]);
		dark->pixels[i] = low;
		sum += low;
	}
	*ret_mean = (float)((double)sum / (double)count);
	return dark;
}

/* One row enters the window below, one leaves it above. */
static unsigned move_window(
	const struct fw_image *dark, unsigned y, unsigned reach, uint32_t *columns)
{
	unsigned first = y > reach ? y - reach : 0, last = MIN(y + reach, dark->height - 1);

	if (y == 0) {
		for (unsigned v = 0; v <= last; v++) {
			for (unsigned x = 0; x < dark->width; x++) {
				columns[x] += fw_image_row(dark, v)[x];
			}
		}
		return last + 1;
	}
	if (y + reach < dark->height) {
		for (unsigned x = 0; x < dark->width; x++) {
			columns[x] += fw_image_row(dark, y + reach)[x];
		}
	}
	if (y > reach) {
		for (unsigned x = 0; x < dark->width; x++) {
			columns[x] -= fw_image_row(dark, y - reach - 1)[x];
		}
	}
	return last - first + 1;
}

static void decide_row(const struct fw_image *dark, unsigned y, unsigned reach, unsigned rows,
	const uint32_t *columns, float solid, uint8_t *to)
{
	const uint8_t *row = fw_image_row(dark, y);
	uint64_t sum = 0;

	for (unsigned x = 0; x <= MIN(reach, dark->width - 1); x++) {
		sum += columns[x];
	}
	for (unsigned x = 0; x < dark->width; x++) {
		unsigned first = x > reach ? x - reach : 0, last = MIN(x + reach, dark->width - 1);
		float mean = (float)sum / (float)((uint64_t)rows * (last - first + 1));
		float level = row[x];
		bool ink = level < DARKER * mean && mean - level > NOISE;

		to[x] = ink || level < solid ? 0 : 255;
		sum += x + reach + 1 < dark->width ? columns[x + reach + 1] : 0;
		sum -= x >= reach ? columns[x - reach] : 0;
	}
}

struct fw_image *fw_mono_make(const struct fw_image *page)
{
	float mean;
	fw_cleanup(fw_image_destroy) struct fw_image *dark = darkest(page, &mean);
	struct fw_image *mono = fw_image_create(page->width, page->height, FW_GREY);
	unsigned reach = MAX(MAX(page->width, page->height) / AROUND, 4);
	g_autofree uint32_t *columns = g_new0(uint32_t, page->width);

	for (unsigned y = 0; y < page->height; y++) {
		unsigned rows = move_window(dark, y, reach, columns);

		decide_row(dark, y, reach, rows, columns, SOLID * mean, fw_image_row(mono, y));
	}
	return mono;
}
