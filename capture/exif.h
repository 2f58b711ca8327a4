/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXIF (CIPA DC-008): the few fields that matter for a page. The bytes are foreign.
 *
 * Threads: any, pure. Errors: -EBADMSG not a TIFF structure; fields that are missing, of another
 * type or outside the bytes keep their defaults.
 */
#ifndef FW_CAPTURE_EXIF_H
#define FW_CAPTURE_EXIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fw_exif {
	uint8_t orientation; /* 1..8, tag 274; 1 when missing */
	bool has_place; /* a GPS directory, tag 34853: never copied to anything derived */
};

int fw_exif_parse(const uint8_t *tiff, size_t size, struct fw_exif *ret_exif);

#endif
