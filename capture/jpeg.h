/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JPEG by libturbojpeg: the only file that knows it. Baseline and progressive, grey, YCbCr, CMYK.
 *
 * Threads: any. Errors: see each function.
 */
#ifndef FW_CAPTURE_JPEG_H
#define FW_CAPTURE_JPEG_H

#include "capture/content.h"
#include "capture/image.h"

struct fw_jpeg_options {
	unsigned quality; /* 1..100 */
	unsigned dpi; /* written to the JFIF head; 0: none */
	bool whole_colour; /* 4:4:4: thin red on coloured paper keeps its hue; else 4:2:0 */
};

/*
 * Decodes to colour, divisor (1, 2, 4, 8) times smaller, which is much faster; EXIF orientation is not applied. content: what fw_content_tell() said, with no
 * fault. -EBADMSG with *ret_fault TRUNCATED, DAMAGED or UNSUPPORTED.
 */
int fw_jpeg_decode(const uint8_t *bytes, size_t size, const struct fw_content *content,
	unsigned divisor, struct fw_image **ret_image, enum fw_fault *ret_fault);

/* Grey or colour, with no metadata but the dpi. ret_bytes: g_free. -EIO. */
int fw_jpeg_encode(const struct fw_image *image, const struct fw_jpeg_options *options,
	uint8_t **ret_bytes, size_t *ret_size);

#endif
