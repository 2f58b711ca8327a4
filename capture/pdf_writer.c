/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/pdf_writer.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

#include "capture/content.h"
#include "capture/pdf_objects.h"
#include "capture/pdf_words.h"
#include "capture/srgb.h"

#define POINTS_PER_INCH 72.0
#define A4_LONGER_PT    (297 / 25.4 * POINTS_PER_INCH)
#define NUMBER_CHARS    G_ASCII_DTOSTR_BUF_SIZE
#define PAGE_BYTES      4096 /* about: what a page takes beside its picture */

/* What a PDF/A says of itself (ISO 19005-2 6.6.4), and nothing of its content. */
static const char archive_metadata[] =
	"<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
	"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
	" <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
	"  <rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
	"   <pdfaid:part>2</pdfaid:part>\n"
	"   <pdfaid:conformance>B</pdfaid:conformance>\n"
	"  </rdf:Description>\n"
	" </rdf:RDF>\n"
	"</x:xmpmeta>\n"
	"<?xpacket end=\"w\"?>";

struct sheet {
	struct fw_content content;
	double width_pt, height_pt;
	char width[NUMBER_CHARS],
		height[NUMBER_CHARS]; /* the same, with a full stop wherever we are */
};

/* Objects of a page, in a row from its number on. */
enum part {
	PART_PAGE,
	PART_DRAWING,
	PART_PICTURE,
	PART_COUNT
};

static int measure(const struct fw_pdf_page *page, struct sheet *sheet)
{
	const struct fw_content *content = &sheet->content;
	double scale;

	fw_content_tell(page->jpeg, page->jpeg_size, &sheet->content);
	if (content->kind != FW_CONTENT_JPEG || fw_content_fault(content) != FW_FAULT_NONE ||
		(content->components != 1 && content->components != 3)) {
		return -EBADMSG;
	}
	scale = page->dpi ? POINTS_PER_INCH / page->dpi
			  : A4_LONGER_PT / MAX(content->width_px, content->height_px);
	sheet->width_pt = content->width_px * scale;
	sheet->height_pt = content->height_px * scale;
	g_ascii_formatd(sheet->width, NUMBER_CHARS, "%.2f", sheet->width_pt);
	g_ascii_formatd(sheet->height, NUMBER_CHARS, "%.2f", sheet->height_pt);
	return 0;
}

static void add_picture(struct fw_pdf_objects *objects, unsigned number,
	const struct fw_pdf_page *page, const struct sheet *sheet)
{
	g_autofree char *dictionary = g_strdup_printf(
		"/Type /XObject /Subtype /Image /Width %u /Height %u /BitsPerComponent 8"
		" /ColorSpace /%s /Filter /DCTDecode",
		sheet->content.width_px, sheet->content.height_px,
		sheet->content.components == 1 ? "DeviceGray" : "DeviceRGB");

	fw_pdf_stream(objects, number, dictionary, page->jpeg, page->jpeg_size);
}

/* font: 0, no page has words. */
static int add_page(struct fw_pdf_objects *objects, const struct fw_pdf_page *page, unsigned tree,
	unsigned font)
{
	g_autoptr(GString) drawing = g_string_new(NULL);
	g_autofree char *fonts =
		page->words && font ? g_strdup_printf(" /Font << /W %u 0 R >>", font) : g_strdup("");
	g_autofree char *rotate =
		page->turn ? g_strdup_printf(" /Rotate %u", page->turn) : g_strdup("");
	struct sheet sheet;
	unsigned first;
	int r = measure(page, &sheet);

	if (r < 0) {
		return r;
	}
	first = fw_pdf_objects_take(objects, PART_COUNT);
	g_string_append_printf(drawing, "q %s 0 0 %s 0 0 cm /P Do Q", sheet.width, sheet.height);
	if (page->words) {
		fw_pdf_words_draw(drawing, page->words, sheet.width_pt, sheet.height_pt);
	}
	fw_pdf_object(objects, first + PART_PAGE,
		"<< /Type /Page /Parent %u 0 R /MediaBox [0 0 %s %s]%s /Contents %u 0 R"
		" /Resources << /XObject << /P %u 0 R >>%s >> >>",
		tree, sheet.width, sheet.height, rotate, first + PART_DRAWING, first + PART_PICTURE,
		fonts);
	fw_pdf_stream(objects, first + PART_DRAWING, "", drawing->str, drawing->len);
	add_picture(objects, first + PART_PICTURE, page, &sheet);
	return 0;
}

static void add_tree(struct fw_pdf_objects *objects, unsigned tree, unsigned first, unsigned count)
{
	g_autoptr(GString) kids = g_string_new(NULL);

	for (unsigned i = 0; i < count; i++) {
		g_string_append_printf(kids, " %u 0 R", first + PART_COUNT * i);
	}
	fw_pdf_object(objects, tree, "<< /Type /Pages /Count %u /Kids [%s ] >>", count, kids->str);
}

/* What colours mean (6.2.3), and what the file is. */
static void add_archive(struct fw_pdf_objects *objects, unsigned catalog, unsigned tree)
{
	g_autoptr(GByteArray) profile = fw_srgb_profile();
	unsigned metadata = fw_pdf_objects_take(objects, 2), colours = metadata + 1;

	fw_pdf_object(objects, catalog,
		"<< /Type /Catalog /Pages %u 0 R /Metadata %u 0 R /OutputIntents [<< /Type"
		" /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB)"
		" /DestOutputProfile %u 0 R >>] >>",
		tree, metadata, colours);
	fw_pdf_stream(objects, metadata, "/Type /Metadata /Subtype /XML", archive_metadata,
		strlen(archive_metadata));
	fw_pdf_stream(objects, colours, "/N 3", profile->data, profile->len);
}

static bool has_words(const struct fw_pdf_page *pages, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (pages[i].words) {
			return true;
		}
	}
	return false;
}

static uint64_t bytes_of(const struct fw_pdf_page *pages, unsigned count)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < count; i++) {
		sum += pages[i].jpeg_size;
	}
	return sum;
}

int fw_pdf_write(const struct fw_pdf_page *pages, unsigned count, bool archive, uint8_t **ret_bytes,
	size_t *ret_size)
{
	struct fw_pdf_objects objects;
	unsigned catalog, tree, font, first;
	int r = 0;

	if (count == 0 || count > FW_PDF_PAGES_MAX) {
		return -EINVAL;
	}
	if (bytes_of(pages, count) > FW_PDF_MAX_BYTES) {
		return -EOVERFLOW;
	}
	fw_pdf_objects_init(&objects, bytes_of(pages, count) + count * PAGE_BYTES);
	catalog = fw_pdf_objects_take(&objects, 2);
	tree = catalog + 1;
	if (archive) {
		add_archive(&objects, catalog, tree);
	} else {
		fw_pdf_object(&objects, catalog, "<< /Type /Catalog /Pages %u 0 R >>", tree);
	}
	font = has_words(pages, count) ? fw_pdf_words_font(&objects) : 0;
	first = objects.offsets->len + 1;
	for (unsigned i = 0; i < count && r == 0; i++) {
		r = add_page(&objects, &pages[i], tree, font);
	}
	if (r == 0) {
		add_tree(&objects, tree, first, count);
		GByteArray *file = fw_pdf_objects_end(&objects, catalog);

		*ret_size = file->len;
		*ret_bytes = g_byte_array_free(file, FALSE);
	}
	fw_pdf_objects_clear(&objects);
	return r;
}

unsigned fw_pdf_dpi_of(const uint8_t *jpeg, size_t size)
{
	bool has_dpi = size > 18 && memcmp(jpeg + 6, "JFIF", 5) == 0 && jpeg[13] == 1;

	return has_dpi ? (unsigned)jpeg[14] << 8 | jpeg[15] : 0;
}
