/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file is, told by its bytes and never by its name: kind, size in pixels, animation. Reads
 * headers only, so that a bomb is refused before anything is allocated for it.
 *
 * Threads: any, pure. Errors: none; what cannot be read is FW_CONTENT_UNKNOWN or has zero sizes.
 */
#ifndef FW_CAPTURE_CONTENT_H
#define FW_CAPTURE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/fault.h"

enum fw_content_kind {
	FW_CONTENT_EMPTY,
	FW_CONTENT_UNKNOWN,
	FW_CONTENT_JPEG,
	FW_CONTENT_PNG,
	FW_CONTENT_PDF,
	FW_CONTENT_GIF,
	FW_CONTENT_WEBP,
	FW_CONTENT_TIFF,
	FW_CONTENT_BMP,
	FW_CONTENT_HEIF,
	FW_CONTENT_KIND_COUNT,
};

struct fw_content {
	enum fw_content_kind kind;
	uint32_t width_px, height_px; /* JPEG and PNG; 0: the header has none */
	uint8_t bits; /* per sample */
	uint8_t components; /* 1 grey, 3 colour, 4 CMYK (JPEG) or with alpha (PNG) */
	bool progressive; /* JPEG in several scans */
	bool animated;
	const uint8_t *exif; /* the TIFF structure inside, borrowed from the bytes; NULL: none */
	size_t exif_size;
};

void fw_content_tell(const uint8_t *bytes, size_t size, struct fw_content *ret_content);

/* "jpeg", "png", "pdf" ... */
const char *fw_content_name(enum fw_content_kind kind);

/* What the header alone says against it; FW_FAULT_NONE: worth decoding (or, a PDF, scanning). */
enum fw_fault fw_content_fault(const struct fw_content *content);

#endif
