/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several pages as one PDF. Each JPEG is embedded byte by byte as it is, on a sheet of its true size. The same pages
 * always make the same file.
 *
 * Threads: any. Errors: -EBADMSG a page is not a JPEG in grey or colour, -EINVAL none or too many, -EOVERFLOW more than
 * a file of this kind holds.
 */
#ifndef FW_CAPTURE_PDF_WRITER_H
#define FW_CAPTURE_PDF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/page_words.h"

#define FW_PDF_PAGES_MAX 200
#define FW_PDF_MAX_BYTES (UINT64_C(512) << 20) /* of all pages together */

struct fw_pdf_page {
	const uint8_t *jpeg; /* borrowed until the PDF is written */
	size_t jpeg_size;
	unsigned turn; /* 0, 90, 180, 270: degrees clockwise by which it is shown */
	unsigned dpi; /* 0: unknown, the longer side is taken for that of A4 */
	const struct fw_page_words *words; /* read on it, stand unseen behind it; NULL: none */
};

/* archive: PDF/A-2b (ISO 19005-2), docs/adr/0054. ret_bytes: g_free. */
int fw_pdf_write(const struct fw_pdf_page *pages, unsigned count, bool archive, uint8_t **ret_bytes,
	size_t *ret_size);

/* The dpi in a JFIF head; 0: none. */
unsigned fw_pdf_dpi_of(const uint8_t *jpeg, size_t size);

#endif
