/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was read on a page, behind its picture in a PDF: found and copied by whoever reads the file, seen by nobody. The
 * font that it needs has one empty glyph for all characters, so it is embedded whole and is small.
 *
 * Owner: the caller. Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_PDF_WORDS_H
#define FW_CAPTURE_PDF_WORDS_H

#include "capture/page_words.h"
#include "capture/pdf_objects.h"

/* Writes the font; its number. */
unsigned fw_pdf_words_font(struct fw_pdf_objects *objects);

/* Draws the lines in font /W on a page so wide and high, in points. */
void fw_pdf_words_draw(
	GString *drawing, const struct fw_page_words *words, double width_pt, double height_pt);

#endif
