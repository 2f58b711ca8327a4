/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of a PDF file (ISO 32000-1 7.5): numbered objects one after another, the table of where each begins, the
 * trailer. What stands in the objects is the caller's.
 *
 * Owner: the caller. Threads: any, pure. Errors: none; memory is bounded by what is put in.
 */
#ifndef FW_CAPTURE_PDF_OBJECTS_H
#define FW_CAPTURE_PDF_OBJECTS_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

struct fw_pdf_objects {
	GByteArray *bytes;
	GArray *offsets; /* size_t, of object 1 on; 0: not written yet */
};

/* expected: bytes that the file will have at least. */
void fw_pdf_objects_init(struct fw_pdf_objects *objects, size_t expected);
void fw_pdf_objects_clear(struct fw_pdf_objects *objects);

/* Numbers to be spoken of before they are written: the first of `count` in a row. */
unsigned fw_pdf_objects_take(struct fw_pdf_objects *objects, unsigned count);

void fw_pdf_object(struct fw_pdf_objects *objects, unsigned number, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* dictionary: its members but Length, without the brackets. */
void fw_pdf_stream(struct fw_pdf_objects *objects, unsigned number, const char *dictionary,
	const void *bytes, size_t size);

/* The whole file; the objects are empty after. catalog: the number of the root. */
GByteArray *fw_pdf_objects_end(struct fw_pdf_objects *objects, unsigned catalog);

#endif
