/* SPDX-License-Identifier: Apache-2.0 */
/* A page's JPEG on its way into a PDF: it is embedded as it is, read by us and by the library, or refused. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

#include "capture/content.h"
#include "capture/pdf_writer.h"

#define PIXELS_MAX 300000 /* larger ones only cost time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fw_pdf_page page = {
		.jpeg = data, .jpeg_size = size, .dpi = fw_pdf_dpi_of(data, size)};
	const struct fw_pdf_page pages[] = {page, page};
	struct fw_content content;
	g_autofree uint8_t *pdf = NULL;
	size_t length = 0;
	int r;

	g_assert(page.dpi <= UINT16_MAX);
	fw_content_tell(data, size, &content);
	if ((uint64_t)content.width_px * content.height_px > PIXELS_MAX &&
		fw_content_fault(&content) == FW_FAULT_NONE) {
		return 0;
	}
	r = fw_pdf_write(pages, 2, (size & 1) != 0, &pdf, &length);
	if (content.kind != FW_CONTENT_JPEG || fw_content_fault(&content) != FW_FAULT_NONE) {
		g_assert(r == -EBADMSG);
	}
	g_assert((r == 0) == (pdf != NULL));
	if (r == 0) {
		g_assert(length > 5 && memcmp(pdf, "%PDF-", 5) == 0);
	}
	return 0;
}
