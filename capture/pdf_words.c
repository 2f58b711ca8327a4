/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/pdf_words.h"

#include <math.h>
#include <string.h>

#include "capture/deflate.h"

#define EM     1000 /* units of the glyphs' square */
#define GLYPHS 2 /* .notdef, which no text may show, and the empty one */
#define CODES  65536
#define BLOCK  100 /* ranges in a block of a CMap at most */

/* --- the font: TrueType, as much of it as a PDF wants (ISO 32000-1 9.9) ------------------------------ */

static void add_int(GByteArray *bytes, uint32_t value, unsigned size)
{
	for (unsigned i = size; i-- > 0;) {
		uint8_t byte = (uint8_t)(value >> 8 * i);

		g_byte_array_append(bytes, &byte, 1);
	}
}

/* 16-bit numbers, one after another. */
static void add_table(GByteArray *bytes, const uint16_t *numbers, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		add_int(bytes, numbers[i], 2);
	}
}

static uint32_t checksum(const GByteArray *bytes, guint begin)
{
	uint32_t sum = 0;

	for (guint i = begin; i < bytes->len; i++) {
		sum += (uint32_t)bytes->data[i] << (24 - 8 * ((i - begin) % 4));
	}
	return sum;
}

static void set_int(GByteArray *bytes, guint at, uint32_t value)
{
	for (guint i = 0; i < 4; i++) {
		bytes->data[at + i] = (uint8_t)(value >> (24 - 8 * i));
	}
}

static GByteArray *make_font(void)
{
	/* glyf: nothing is drawn. head, hhea, hmtx, loca, maxp: as OpenType 1.8 lists their members. */
	static const uint16_t glyf[] = {0, 0}, loca[] = {0, 0, 0}, hmtx[] = {EM, 0, EM, 0};
	static const uint16_t head[] = {1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, EM, 0, 0, 0, 0, 0, 0,
		0, 0, 0, (uint16_t)-200, EM, 800, 0, 8, 2, 0, 0};
	static const uint16_t hhea[] = {
		1, 0, 800, (uint16_t)-200, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, GLYPHS};
	static const uint16_t maxp[] = {1, 0, GLYPHS, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
	static const struct {
		const char *name;
		const uint16_t *numbers;
		unsigned count;
	} tables[] = {{"glyf", glyf, G_N_ELEMENTS(glyf)}, {"head", head, G_N_ELEMENTS(head)},
		{"hhea", hhea, G_N_ELEMENTS(hhea)}, {"hmtx", hmtx, G_N_ELEMENTS(hmtx)},
		{"loca", loca, G_N_ELEMENTS(loca)}, {"maxp", maxp, G_N_ELEMENTS(maxp)}};
	static const uint16_t search[] = {G_N_ELEMENTS(tables), 64, 2, 32}; /* of six tables */
	GByteArray *bytes = g_byte_array_new();
	guint entry = 12, head_at = 0;

	add_int(bytes, 0x00010000, 4);
	add_table(bytes, search, G_N_ELEMENTS(search));
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_byte_array_append(bytes, (const uint8_t *)tables[i].name, 4);
		add_int(bytes, 0, 4);
		add_int(bytes, 0, 4);
		add_int(bytes, 2 * tables[i].count, 4);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++, entry += 16) {
		guint begin = bytes->len;

		head_at = strcmp(tables[i].name, "head") == 0 ? begin : head_at;
		add_table(bytes, tables[i].numbers, tables[i].count);
		set_int(bytes, entry + 4, checksum(bytes, begin));
		set_int(bytes, entry + 8, begin);
		while (bytes->len % 4 != 0) {
			add_int(bytes, 0, 1);
		}
	}
	set_int(bytes, head_at + 8, 0xb1b0afbau - checksum(bytes, 0));
	return bytes;
}

/* Every code shows the empty glyph. */
static GByteArray *make_glyph_map(void)
{
	g_autofree uint8_t *plain = g_malloc0(2 * CODES);

	for (unsigned i = 0; i < CODES; i++) {
		plain[2 * i + 1] = GLYPHS - 1;
	}
	return fw_deflate(plain, 2 * CODES);
}

/* Every code means the character of that number. A range must not go over its last byte. */
static GByteArray *make_meaning(void)
{
	g_autoptr(GString) text = g_string_new(
		"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <<"
		" /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName"
		" /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n"
		"endcodespacerange\n");

	for (unsigned i = 0; i < CODES / 256; i++) {
		if (i % BLOCK == 0) {
			g_string_append_printf(
				text, "%u beginbfrange\n", MIN(BLOCK, CODES / 256 - i));
		}
		g_string_append_printf(text, "<%02X00> <%02XFF> <%02X00>\n", i, i, i);
		if (i % BLOCK == BLOCK - 1 || i == CODES / 256 - 1) {
			g_string_append(text, "endbfrange\n");
		}
	}
	g_string_append(text, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
	return fw_deflate(text->str, text->len);
}

unsigned fw_pdf_words_font(struct fw_pdf_objects *objects)
{
	enum {
		FONT,
		DESCENDANT,
		DESCRIPTOR,
		PROGRAM,
		GLYPH_MAP,
		MEANING,
		COUNT
	};
	unsigned first = fw_pdf_objects_take(objects, COUNT);
	g_autoptr(GByteArray) font = make_font(), map = make_glyph_map(), meaning = make_meaning();
	g_autofree char *length = g_strdup_printf("/Length1 %u", font->len);

	fw_pdf_object(objects, first + FONT,
		"<< /Type /Font /Subtype /Type0 /BaseFont /Unseen /Encoding /Identity-H"
		" /DescendantFonts [%u 0 R] /ToUnicode %u 0 R >>",
		first + DESCENDANT, first + MEANING);
	fw_pdf_object(objects, first + DESCENDANT,
		"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Unseen /CIDSystemInfo << "
		"/Registry"
		" (Adobe) /Ordering (Identity) /Supplement 0 >> /DW %d /CIDToGIDMap %u 0 R"
		" /FontDescriptor %u 0 R >>",
		EM, first + GLYPH_MAP, first + DESCRIPTOR);
	fw_pdf_object(objects, first + DESCRIPTOR,
		"<< /Type /FontDescriptor /FontName /Unseen /Flags 4 /FontBBox [0 -200 %d 800]"
		" /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 /FontFile2 %u "
		"0 R"
		" >>",
		EM, first + PROGRAM);
	fw_pdf_stream(objects, first + PROGRAM, length, font->data, font->len);
	fw_pdf_stream(objects, first + GLYPH_MAP, "/Filter /FlateDecode", map->data, map->len);
	fw_pdf_stream(objects, first + MEANING, "/Filter /FlateDecode", meaning->data, meaning->len);
	return first + FONT;
}

/* --- the lines ------------------------------------------------------------------------------------ */

static void add_number(GString *drawing, double number)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append(drawing, g_ascii_formatd(text, sizeof(text), "%.2f", number));
	g_string_append_c(drawing, ' ');
}

/* The characters that a code of two bytes can mean; how many. */
static unsigned encode(const char *text, GString *codes)
{
	unsigned count = 0;

	for (const char *c = text; *c; c = g_utf8_next_char(c)) {
		gunichar one = g_utf8_get_char(c);

		if (one >= ' ' && one < CODES) {
			g_string_append_printf(codes, "%04X", one);
			count++;
		}
	}
	return count;
}

/* As high as the line, and drawn out to be as wide. */
static void draw_line(
	GString *drawing, const struct fw_page_line *line, double scale, unsigned height_px)
{
	g_autoptr(GString) codes = g_string_new(NULL);
	unsigned count = encode(line->text, codes);
	double size = (line->bottom - line->top) * scale;

	if (count == 0) {
		return;
	}
	g_string_append(drawing, "/W ");
	add_number(drawing, size);
	g_string_append(drawing, "Tf ");
	add_number(drawing, 100 * (line->right - line->left) * scale / (count * size));
	g_string_append(drawing, "Tz 1 0 0 1 ");
	add_number(drawing, line->left * scale);
	add_number(drawing, (height_px - line->bottom) * scale + 0.2 * size);
	g_string_append_printf(drawing, "Tm <%s> Tj\n", codes->str);
}

void fw_pdf_words_draw(
	GString *drawing, const struct fw_page_words *words, double width_pt, double height_pt)
{
	static const int turns[4][4] = {{1, 0, 0, 1}, {0, 1, -1, 0}, {-1, 0, 0, -1}, {0, -1, 1, 0}};
	const int *turn = turns[words->turn / 90 % 4];
	unsigned across_px = turn[0] ? words->width : words->height;
	double scale = width_pt / across_px;

	if (words->lines->len == 0) {
		return;
	}
	/* What was read upright is turned back onto the page as it lies. */
	g_string_append_printf(drawing, "\nq %d %d %d %d ", turn[0], turn[1], turn[2], turn[3]);
	add_number(drawing, turn[0] + turn[2] < 0 ? width_pt : 0);
	add_number(drawing, turn[1] + turn[3] < 0 ? height_pt : 0);
	g_string_append(drawing, "cm BT 3 Tr\n");
	for (guint i = 0; i < words->lines->len; i++) {
		draw_line(drawing, &g_array_index(words->lines, struct fw_page_line, i), scale,
			words->height);
	}
	g_string_append(drawing, "ET Q");
}
