/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The perspective warp: each output pixel is fetched, bilinear, from where the homography sends it.
 * Fixed point; exact projection every 16 pixels, linear between (the error is far below 1/16 pixel).
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_WARP_H
#define FW_CAPTURE_WARP_H

#include "capture/geometry.h"
#include "capture/image.h"

/*
 * to_source maps output to source coordinates. Outside the source its nearest border pixel is
 * repeated. source is a colour image; the output is a new one.
 */
struct fw_image *fw_warp(const struct fw_image *source, const struct fw_homography *to_source,
	unsigned width, unsigned height);

#endif
