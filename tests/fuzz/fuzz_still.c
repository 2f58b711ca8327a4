/* SPDX-License-Identifier: Apache-2.0 */
/* The one entry for foreign pictures: a decoded image of the size the header said, or a named fault. */
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "capture/still.h"

#define PIXELS_MAX 300000 /* larger ones only cost time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fw_content content;
	struct fw_still still = {0};
	enum fw_fault fault = FW_FAULT_NONE;
	int r;

	fw_content_tell(data, size, &content);
	g_assert(!content.exif || (content.exif >= data && content.exif_size <= size));
	if ((uint64_t)content.width_px * content.height_px > PIXELS_MAX &&
		fw_content_fault(&content) == FW_FAULT_NONE) {
		return 0;
	}
	r = fw_still_read(data, size, &still, &fault);
	g_assert((r == 0) == (fault == FW_FAULT_NONE));
	g_assert(fw_fault_name(fault) && fw_content_name(content.kind));
	if (r == 0 && still.image) {
		g_assert(still.image->width == content.width_px);
		g_assert(still.image->height == content.height_px);
	}
	fw_still_fini(&still);
	return 0;
}
