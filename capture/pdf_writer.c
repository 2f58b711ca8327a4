/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/pdf_writer.h"

#include <errno.h>
#include <string.h>

#include <cairo-pdf.h>
#include <glib.h>

#include "capture/content.h"

#define POINTS_PER_INCH 72.0
#define A4_LONGER_PT    (297 / 25.4 * POINTS_PER_INCH)

static cairo_status_t append(void *user, const unsigned char *bytes, unsigned size)
{
	g_byte_array_append(user, bytes, size);
	return CAIRO_STATUS_SUCCESS;
}

/* The picture's own memory is never touched: cairo writes the JPEG in its place. */
static int add_page(cairo_t *cairo, cairo_surface_t *pdf, const struct fw_pdf_page *page)
{
	struct fw_content content;
	cairo_surface_t *picture;
	double scale;

	fw_content_tell(page->jpeg, page->jpeg_size, &content);
	if (content.kind != FW_CONTENT_JPEG || fw_content_fault(&content) != FW_FAULT_NONE) {
		return -EBADMSG;
	}
	scale = page->dpi ? POINTS_PER_INCH / page->dpi
			  : A4_LONGER_PT / MAX(content.width_px, content.height_px);
	picture = cairo_image_surface_create(
		CAIRO_FORMAT_RGB24, (int)content.width_px, (int)content.height_px);
	(void)cairo_surface_set_mime_data(
		picture, CAIRO_MIME_TYPE_JPEG, page->jpeg, page->jpeg_size, NULL, NULL);
	cairo_pdf_surface_set_size(pdf, content.width_px * scale, content.height_px * scale);
	cairo_save(cairo);
	cairo_scale(cairo, scale, scale);
	cairo_set_source_surface(cairo, picture, 0, 0);
	cairo_paint(cairo);
	cairo_restore(cairo);
	cairo_show_page(cairo);
	cairo_surface_destroy(picture);
	return cairo_status(cairo) == CAIRO_STATUS_SUCCESS ? 0 : -EIO;
}

int fw_pdf_write(
	const struct fw_pdf_page *pages, unsigned count, uint8_t **ret_bytes, size_t *ret_size)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	cairo_surface_t *pdf;
	cairo_t *cairo;
	int r = 0;

	if (count == 0 || count > FW_PDF_PAGES_MAX) {
		return -EINVAL;
	}
	pdf = cairo_pdf_surface_create_for_stream(append, bytes, 1, 1);
	/* 1.4 keeps every object in the open: from 1.5 on, cairo 1.18 packs them where no reader of an archive can look. */
	cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_4);
	cairo = cairo_create(pdf);
	for (unsigned i = 0; i < count && r == 0; i++) {
		r = add_page(cairo, pdf, &pages[i]);
	}
	cairo_destroy(cairo);
	cairo_surface_finish(pdf);
	if (r == 0 && cairo_surface_status(pdf) != CAIRO_STATUS_SUCCESS) {
		r = -EIO;
	}
	cairo_surface_destroy(pdf);
	if (r == 0) {
		*ret_size = bytes->len;
		*ret_bytes = g_byte_array_free(g_steal_pointer(&bytes), FALSE);
	}
	return r;
}

unsigned fw_pdf_dpi_of(const uint8_t *jpeg, size_t size)
{
	bool has_dpi = size > 18 && memcmp(jpeg + 6, "JFIF", 5) == 0 && jpeg[13] == 1;

	return has_dpi ? (unsigned)jpeg[14] << 8 | jpeg[15] : 0;
}
