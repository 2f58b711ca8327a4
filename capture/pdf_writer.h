/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several pages as one PDF, by cairo: the only file that knows it. Each JPEG is embedded byte by byte
 * as it is, on a sheet of its true size.
 *
 * Threads: any. Errors: -EBADMSG a page is not a JPEG, -EINVAL none or too many, -EIO of cairo.
 */
#ifndef FW_CAPTURE_PDF_WRITER_H
#define FW_CAPTURE_PDF_WRITER_H

#include <stddef.h>
#include <stdint.h>

#define FW_PDF_PAGES_MAX 200

struct fw_pdf_page {
	const uint8_t *jpeg; /* borrowed until the PDF is written */
	size_t jpeg_size;
	unsigned dpi; /* 0: unknown, the longer side is taken for that of A4 */
};

/* ret_bytes: g_free. */
int fw_pdf_write(
	const struct fw_pdf_page *pages, unsigned count, uint8_t **ret_bytes, size_t *ret_size);

/* The dpi in a JFIF head; 0: none. */
unsigned fw_pdf_dpi_of(const uint8_t *jpeg, size_t size);

#endif
