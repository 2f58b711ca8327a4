/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/still.h"

#include <errno.h>

#include <glib.h>

#include "capture/jpeg.h"
#include "capture/pdf_scan.h"
#include "capture/png.h"

int fw_still_read(
	const uint8_t *bytes, size_t size, struct fw_still *ret_still, enum fw_fault *ret_fault)
{
	struct fw_still still = {.exif.orientation = 1};
	struct fw_content *content = &still.content;
	int r;

	fw_content_tell(bytes, size, content);
	*ret_fault = fw_content_fault(content);
	if (*ret_fault != FW_FAULT_NONE) {
		return -EBADMSG;
	}
	if (content->exif) {
		(void)fw_exif_parse(content->exif, content->exif_size, &still.exif);
		content->exif = NULL;
		content->exif_size = 0;
	}
	r = content->kind == FW_CONTENT_PDF ? fw_pdf_scan(bytes, size, ret_fault)
		: content->kind == FW_CONTENT_PNG
		? fw_png_decode(bytes, size, content, &still.image, ret_fault)
		: fw_jpeg_decode(bytes, size, content, 1, &still.image, ret_fault);
	if (r == 0) {
		*ret_fault = FW_FAULT_NONE;
		*ret_still = still;
	}
	return r;
}

int fw_still_glance(const uint8_t *bytes, size_t size, unsigned side_px, struct fw_still *ret_still)
{
	struct fw_still still = {.exif.orientation = 1};
	struct fw_content *content = &still.content;
	unsigned divisor = 8;
	enum fw_fault fault;
	int r;

	fw_content_tell(bytes, size, content);
	if (fw_content_fault(content) != FW_FAULT_NONE || content->kind != FW_CONTENT_JPEG) {
		return -EBADMSG;
	}
	if (content->exif) {
		(void)fw_exif_parse(content->exif, content->exif_size, &still.exif);
		content->exif = NULL;
		content->exif_size = 0;
	}
	while (divisor > 1 && MAX(content->width_px, content->height_px) / divisor < side_px) {
		divisor /= 2;
	}
	r = fw_jpeg_decode(bytes, size, content, divisor, &still.image, &fault);
	if (r == 0) {
		*ret_still = still;
	}
	return r;
}

void fw_still_fini(struct fw_still *still)
{
	fw_image_destroy(still->image);
	still->image = NULL;
}
