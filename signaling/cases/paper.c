/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/paper.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <jansson.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

/* Points of 1/72 inch; margins of GB/T 9704-2012 5.2, sides 28 and 26 mm. */
#define PAGE_WIDTH    595.276
#define PAGE_HEIGHT   841.890
#define MARGIN_LEFT   79.4
#define MARGIN_RIGHT  73.7
#define MARGIN_TOP    79.4
#define MARGIN_BOTTOM 79.4
#define TEXT_WIDTH    (PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT)
#define NAME_WIDTH    150.0
#define CELL_PADDING  5.0
#define CODE_WIDTH    85.0
#define FONT          "Noto Sans CJK SC, Microsoft YaHei, sans-serif"

struct sheet {
	cairo_t *cairo;
	double y;
};

static cairo_status_t collect(void *bytes, const unsigned char *data, unsigned size)
{
	g_byte_array_append(bytes, data, size);
	return CAIRO_STATUS_SUCCESS;
}

/* --- text ----------------------------------------------------------------------------------------- */

static PangoLayout *lay_out(
	struct sheet *sheet, const char *text, double points, bool bold, double width)
{
	PangoLayout *layout = pango_cairo_create_layout(sheet->cairo);
	PangoFontDescription *font = pango_font_description_from_string(FONT);

	pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
	pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_line_spacing(layout, 1.3f);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

static double height_of(PangoLayout *layout)
{
	int width, height;

	pango_layout_get_size(layout, &width, &height);
	return (double)height / PANGO_SCALE;
}

/*
 * As outlines, not as text: the subsets that cairo 1.16 makes of Noto Sans CJK lose glyphs (U+5982 of the
 * regular one comes out blank), and a character missing from a notice is worse than one that cannot be
 * searched.
 */
static void show(struct sheet *sheet, PangoLayout *layout, double x, double y)
{
	cairo_move_to(sheet->cairo, x, y);
	pango_cairo_layout_path(sheet->cairo, layout);
	cairo_fill(sheet->cairo);
}

/* Room for the next block; else a new page. A block higher than a page is cut by the paper's edge only. */
static void make_room(struct sheet *sheet, double height)
{
	if (sheet->y + height > PAGE_HEIGHT - MARGIN_BOTTOM && sheet->y > MARGIN_TOP) {
		cairo_show_page(sheet->cairo);
		sheet->y = MARGIN_TOP;
	}
}

static void put(
	struct sheet *sheet, const char *text, double points, bool bold, PangoAlignment align)
{
	PangoLayout *layout = lay_out(sheet, text, points, bold, TEXT_WIDTH);
	double height = height_of(layout);

	pango_layout_set_alignment(layout, align);
	make_room(sheet, height);
	show(sheet, layout, MARGIN_LEFT, sheet->y);
	g_object_unref(layout);
	sheet->y += height + points * 0.4;
}

static void put_all(struct sheet *sheet, const json_t *lines, PangoAlignment align)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *text = json_string_value(json_array_get(lines, i));

		if (text) {
			put(sheet, text, 12, false, align);
		}
	}
}

/* --- the table ------------------------------------------------------------------------------------ */

static void put_row(struct sheet *sheet, const char *name, const char *text)
{
	const double text_width = TEXT_WIDTH - NAME_WIDTH;
	PangoLayout *left = lay_out(sheet, name, 11, false, NAME_WIDTH - 2 * CELL_PADDING);
	PangoLayout *right = lay_out(sheet, text, 11, false, text_width - 2 * CELL_PADDING);
	double height = MAX(height_of(left), height_of(right)) + 2 * CELL_PADDING;

	make_room(sheet, height);
	cairo_rectangle(sheet->cairo, MARGIN_LEFT, sheet->y, NAME_WIDTH, height);
	cairo_rectangle(sheet->cairo, MARGIN_LEFT + NAME_WIDTH, sheet->y, text_width, height);
	cairo_set_line_width(sheet->cairo, 0.6);
	cairo_stroke(sheet->cairo);
	show(sheet, left, MARGIN_LEFT + CELL_PADDING, sheet->y + CELL_PADDING);
	show(sheet, right, MARGIN_LEFT + NAME_WIDTH + CELL_PADDING, sheet->y + CELL_PADDING);
	g_object_unref(left);
	g_object_unref(right);
	sheet->y += height;
}

static void put_rows(struct sheet *sheet, const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *name = json_string_value(json_object_get(row, "name"));
		const char *text = json_string_value(json_object_get(row, "text"));

		put_row(sheet, name ? name : "", text ? text : "");
	}
	sheet->y += 10;
}

/* --- the code ------------------------------------------------------------------------------------- */

static int put_code(struct sheet *sheet, const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	double side;

	if (!code) {
		return -EIO;
	}
	side = CODE_WIDTH / (code->width + 8); /* with the quiet zone of ISO/IEC 18004 6.3.8 */
	make_room(sheet, CODE_WIDTH);
	for (int row = 0; row < code->width; row++) {
		for (int column = 0; column < code->width; column++) {
			if (code->data[row * code->width + column] & 1) {
				cairo_rectangle(sheet->cairo, MARGIN_LEFT + (column + 4) * side,
					sheet->y + (row + 4) * side, side, side);
			}
		}
	}
	cairo_fill(sheet->cairo);
	sheet->y += CODE_WIDTH;
	QRcode_free(code);
	return 0;
}

/* --- the sheet ------------------------------------------------------------------------------------ */

static int draw(struct sheet *sheet, const json_t *content)
{
	const char *title = json_string_value(json_object_get(content, "title"));
	const char *number = json_string_value(json_object_get(content, "number"));
	const char *to = json_string_value(json_object_get(content, "to"));
	const char *code = json_string_value(json_object_get(content, "code"));

	if (!title) {
		return -EBADMSG;
	}
	put(sheet, title, 22, true, PANGO_ALIGN_CENTER);
	if (number) {
		put(sheet, number, 11, false, PANGO_ALIGN_CENTER);
	}
	sheet->y += 8;
	if (to) {
		put(sheet, to, 12, true, PANGO_ALIGN_LEFT);
	}
	put_all(sheet, json_object_get(content, "lead"), PANGO_ALIGN_LEFT);
	put_rows(sheet, json_object_get(content, "rows"));
	put_all(sheet, json_object_get(content, "tail"), PANGO_ALIGN_LEFT);
	put_all(sheet, json_object_get(content, "sign"), PANGO_ALIGN_RIGHT);
	return code ? put_code(sheet, code) : 0;
}

int fw_paper_render(const char *content, GBytes **ret_pdf)
{
	json_auto_t *json = json_loads(content, JSON_REJECT_DUPLICATES, NULL);
	GByteArray *bytes = g_byte_array_new();
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(collect, bytes, PAGE_WIDTH, PAGE_HEIGHT);
	struct sheet sheet = {cairo_create(surface), MARGIN_TOP};
	int r;

	/* As capture/pdf_writer.c: no object is packed away. */
	cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
	r = draw(&sheet, json);

	cairo_destroy(sheet.cairo);
	cairo_surface_finish(surface);
	if (r == 0 && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
		r = -EIO;
	}
	cairo_surface_destroy(surface);
	if (r < 0) {
		g_byte_array_unref(bytes);
		return r;
	}
	*ret_pdf = g_byte_array_free_to_bytes(bytes);
	return 0;
}
