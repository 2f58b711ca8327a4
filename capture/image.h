/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pixels in memory: 8 bits a sample, grey (1 byte a pixel) or colour (4 bytes: R, G, B and one that
 * means nothing; 32-bit loads are what makes the warp fast).
 *
 * Owner: the creator. Threads: an image belongs to one at a time. Errors: none; every size is
 * bounded before, see content.h.
 */
#ifndef FW_CAPTURE_IMAGE_H
#define FW_CAPTURE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

#define FW_GREY   1
#define FW_COLOUR 4

struct fw_image {
	unsigned width, height;
	unsigned channels; /* FW_GREY or FW_COLOUR */
	size_t stride; /* bytes from row to row: width * channels */
	uint8_t *pixels; /* owned; height * stride bytes, not initialised */
};

/* Sides 1..FW_CAPTURE_SIDE_MAX, at most FW_CAPTURE_PIXELS_MAX pixels (asserted). */
struct fw_image *fw_image_create(unsigned width, unsigned height, unsigned channels);
void fw_image_destroy(struct fw_image *image);
FW_DEFINE_CLEANUP(struct fw_image, fw_image_destroy)

static inline uint8_t *fw_image_row(const struct fw_image *image, unsigned y)
{
	return image->pixels + y * image->stride;
}

/* Each pixel the mean of factor x factor; what is left at the right and lower edge is dropped. */
struct fw_image *fw_image_reduce(const struct fw_image *image, unsigned factor);

/* Luma (BT.601) of a colour image, or a copy of a grey one. */
struct fw_image *fw_image_grey(const struct fw_image *image);

/* Upright: as EXIF orientation 1..8 asks. */
struct fw_image *fw_image_orient(const struct fw_image *image, unsigned orientation);

/* Area-averaged to fit into a square of this side; never enlarged. */
struct fw_image *fw_image_fit(const struct fw_image *image, unsigned side_px);

#endif
