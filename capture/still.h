/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A still: the bytes as they were taken or uploaded, decoded. The one entry for foreign pictures.
 *
 * Owner: the creator. Threads: one. Errors: -EBADMSG with *ret_fault; -EIO of a library.
 */
#ifndef FW_CAPTURE_STILL_H
#define FW_CAPTURE_STILL_H

#include "capture/content.h"
#include "capture/exif.h"
#include "capture/image.h"

struct fw_still {
	struct fw_content content; /* its exif pointer is cleared */
	struct fw_exif exif;
	struct fw_image *image; /* colour, as stored: EXIF orientation not yet applied; NULL: a PDF */
};

/* A PDF passes when pdf_scan.h finds nothing against it. */
int fw_still_read(
	const uint8_t *bytes, size_t size, struct fw_still *ret_still, enum fw_fault *ret_fault);

/*
 * A JPEG read for a first look: the picture is reduced, but no side of it to less than about side_px. -EBADMSG: of another kind, or
 * anything is wrong with it; fw_still_read() says what.
 */
int fw_still_glance(const uint8_t *bytes, size_t size, unsigned side_px, struct fw_still *ret_still);
void fw_still_fini(struct fw_still *still);

#endif
