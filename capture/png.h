/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PNG by libpng: the only file that knows it. 1..16 bits, palette, grey, transparency on white,
 * interlaced. Written only in black and white.
 *
 * Threads: any. Errors: -EBADMSG with *ret_fault TRUNCATED or DAMAGED (a wrong check sum, too), -EIO.
 */
#ifndef FW_CAPTURE_PNG_H
#define FW_CAPTURE_PNG_H

#include "capture/content.h"
#include "capture/image.h"

/* content: what fw_content_tell() said, with no fault. */
int fw_png_decode(const uint8_t *bytes, size_t size, const struct fw_content *content,
	struct fw_image **ret_image, enum fw_fault *ret_fault);

/* A grey image, one bit a pixel: below 128 is black. dpi 0: not known. Bytes: g_free. */
int fw_png_encode_mono(
	const struct fw_image *image, unsigned dpi, uint8_t **ret_bytes, size_t *ret_size);

#endif
