/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/jpeg.h"
#include "capture/pdf_scan.h"
#include "capture/pdf_writer.h"
#include "capture/srgb.h"

static uint8_t *make_jpeg(unsigned width, unsigned height, unsigned dpi, size_t *ret_size)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image =
		fw_image_create(width, height, FW_COLOUR);
	const struct fw_jpeg_options options = {.quality = 90, .dpi = dpi};
	uint8_t *bytes = NULL;

	memset(image->pixels, 200, image->stride * height);
	assert_int_equal(fw_jpeg_encode(image, &options, &bytes, ret_size), 0);
	return bytes;
}

static void embeds_pages_unchanged(void **state)
{
	struct fw_pdf_page pages[2] = {0};
	g_autofree uint8_t *first = make_jpeg(827, 1169, 100, &pages[0].jpeg_size);
	g_autofree uint8_t *second = make_jpeg(400, 200, 0, &pages[1].jpeg_size);
	g_autofree uint8_t *pdf = NULL;
	enum fw_fault fault = FW_FAULT_NONE;
	size_t size;

	(void)state;
	pages[0].jpeg = first;
	pages[0].dpi = fw_pdf_dpi_of(first, pages[0].jpeg_size);
	pages[1].jpeg = second;
	pages[1].dpi = fw_pdf_dpi_of(second, pages[1].jpeg_size);
	assert_int_equal(pages[0].dpi, 100);
	assert_int_equal(pages[1].dpi, 0);
	assert_int_equal(fw_pdf_write(pages, 2, false, &pdf, &size), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_non_null(memmem(pdf, size, pages[i].jpeg, pages[i].jpeg_size));
	}
	assert_non_null(memmem(pdf, size, "/Count 2", 8));
	assert_non_null(memmem(pdf, size, "595.44", 6)); /* 827 pixels at 100 dpi, in points */
	assert_non_null(
		memmem(pdf, size, "841.89", 6)); /* A4's longer side for the one without dpi */
	assert_int_equal(fw_pdf_scan(pdf, size, &fault), 0);
	assert_null(memmem(pdf, size, "OutputIntent", 12));
}

static void turns_pages_without_touching_them(void **state)
{
	struct fw_pdf_page pages[2] = {0};
	g_autofree uint8_t *jpeg = make_jpeg(400, 200, 100, &pages[0].jpeg_size);
	g_autofree uint8_t *pdf = NULL;
	const char *turned;
	size_t size;

	(void)state;
	pages[0].jpeg = jpeg;
	pages[0].turn = 270;
	pages[1] = pages[0];
	pages[1].turn = 0;
	assert_int_equal(fw_pdf_write(pages, 2, true, &pdf, &size), 0);
	turned = memmem(pdf, size, "/Rotate 270", 11);
	assert_non_null(turned);
	assert_null(memmem(turned + 1, size - (size_t)(turned + 1 - (char *)pdf), "/Rotate", 7));
	assert_non_null(memmem(pdf, size, jpeg, pages[0].jpeg_size));
}

/* --- the form for archives, by the clauses of ISO 19005-2 ----------------------------------------- */

static uint8_t *make_archive(size_t *ret_size)
{
	struct fw_pdf_page pages[2] = {0};
	g_autofree uint8_t *first = make_jpeg(300, 400, 100, &pages[0].jpeg_size);
	g_autofree uint8_t *second = make_jpeg(400, 300, 0, &pages[1].jpeg_size);
	uint8_t *pdf = NULL;

	pages[0].jpeg = first;
	pages[1].jpeg = second;
	assert_int_equal(fw_pdf_write(pages, 2, true, &pdf, ret_size), 0);
	return pdf;
}

static const char *find(const uint8_t *pdf, size_t size, const char *text)
{
	return memmem(pdf, size, text, strlen(text));
}

/* 6.1.2 to 6.1.4: how the file begins and ends, and that the table finds every object. */
static void has_the_frame_of_an_archive(void **state)
{
	size_t size;
	g_autofree uint8_t *pdf = make_archive(&size);
	const char *table = find(pdf, size, "\nxref\n0 ") + 1, *entry;
	unsigned count = (unsigned)atoi(table + strlen("xref\n0 "));

	(void)state;
	assert_memory_equal(pdf, "%PDF-1.7\n%", 10);
	for (unsigned i = 10; i < 14; i++) {
		assert_true(pdf[i] > 127);
	}
	assert_memory_equal(pdf + size - 6, "%%EOF\n", 6);
	assert_int_equal(atol(find(pdf, size, "startxref\n") + 10), table - (const char *)pdf);
	assert_non_null(find(pdf, size, "/ID [<"));
	assert_int_equal(count, 2 + 2 + 2 * 3 + 1);
	entry = strchr(strchr(table, '\n') + 1, '\n') + 1;
	assert_memory_equal(entry, "0000000000 65535 f \n", 20);
	for (unsigned i = 1; i < count; i++) {
		g_autofree char *begin = g_strdup_printf("%u 0 obj\n", i);

		assert_memory_equal(pdf + atol(entry + 20 * i), begin, strlen(begin));
	}
}

/* 6.1.7.1: a stream is exactly as long as it says, and by itself between its words. */
static void has_streams_of_true_length(void **state)
{
	size_t size;
	g_autofree uint8_t *pdf = make_archive(&size);
	const char *at = (const char *)pdf, *end = at + size;
	unsigned count = 0;

	(void)state;
	while ((at = memmem(at, (size_t)(end - at), "/Length ", 8)) != NULL) {
		long length = atol(at + 8);
		const char *begin = strstr(at, ">>\nstream\n") + 10;

		assert_true(begin + length < end);
		assert_memory_equal(begin + length, "\nendstream\nendobj\n", 18);
		at = begin + length;
		count++;
	}
	assert_int_equal(count, 2 + 2 * 2);
}

/* 6.2.3, 6.6: colours have a meaning, and the file says what it is. */
static void says_what_it_is(void **state)
{
	static const char *const wanted[] = {"/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1",
		"/DestOutputProfile 4 0 R", "/Metadata 3 0 R",
		"/Type /Metadata /Subtype /XML /Length", "<pdfaid:part>2</pdfaid:part>",
		"<pdfaid:conformance>B</pdfaid:conformance>", "4 0 obj\n<< /N 3 /Length"};
	/* 6.1.3, 6.1.7, 6.2.8, 6.2.10, 6.5, 6.6.1: what may not be, or needs what we have not. */
	static const char *const forbidden[] = {"/Encrypt", "/LZWDecode", "/Interpolate",
		"/Transparency", "/SMask", "/JavaScript", "/OpenAction", "/AA", "/Annots",
		"/AcroForm", "/EmbeddedFile", "/Font"};
	size_t size;
	g_autofree uint8_t *pdf = make_archive(&size);
	g_autoptr(GByteArray) profile = fw_srgb_profile();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		assert_non_null(find(pdf, size, wanted[i]));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(forbidden); i++) {
		assert_null(find(pdf, size, forbidden[i]));
	}
	assert_non_null(memmem(pdf, size, profile->data, profile->len));
}

static uint32_t number_at(const GByteArray *bytes, guint at)
{
	return (uint32_t)bytes->data[at] << 24 | (uint32_t)bytes->data[at + 1] << 16 |
		(uint32_t)bytes->data[at + 2] << 8 | bytes->data[at + 3];
}

/* ISO 15076-1 7.2, 7.3: a head of a display profile, and tags that lie inside it. */
static void brings_a_profile(void **state)
{
	g_autoptr(GByteArray) profile = fw_srgb_profile();
	uint32_t count = number_at(profile, 128);

	(void)state;
	assert_int_equal(number_at(profile, 0), profile->len);
	assert_memory_equal(profile->data + 12, "mntrRGB XYZ ", 12);
	assert_memory_equal(profile->data + 36, "acsp", 4);
	assert_int_equal(count, 10);
	for (guint i = 0; i < count; i++) {
		uint32_t begin = number_at(profile, 132 + 12 * i + 4);
		uint32_t size = number_at(profile, 132 + 12 * i + 8);

		assert_int_equal(begin % 4, 0);
		assert_true(begin >= 132 + 12 * count && size > 8 && begin + size <= profile->len);
	}
}

/* --- words behind the picture ---------------------------------------------------------------------- */

/* Where the line's lower left corner goes, by the turn in which the page was read. */
static void has_its_words_behind_it(void **state)
{
	static const struct {
		unsigned turn, width, height;
		const char *matrix;
	} cases[] = {{0, 100, 200, "q 1 0 0 1 0.00 0.00 cm"},
		{180, 100, 200, "q -1 0 0 -1 72.00 144.00 cm"},
		{90, 200, 100, "q 0 1 -1 0 72.00 0.00 cm"},
		{270, 200, 100, "q 0 -1 1 0 0.00 144.00 cm"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fw_page_words words;
		struct fw_pdf_page page = {.dpi = 100, .words = &words};
		g_autofree uint8_t *jpeg = make_jpeg(100, 200, 100, &page.jpeg_size), *pdf = NULL;
		size_t size;

		page.jpeg = jpeg;
		fw_page_words_init(&words);
		words.turn = cases[i].turn;
		words.width = cases[i].width;
		words.height = cases[i].height;
		assert_true(fw_page_words_add(
			&words, &(struct fw_page_line){10, 20, 90, 40, (char *)"材A料\U0001f600"}));
		assert_int_equal(fw_pdf_write(&page, 1, true, &pdf, &size), 0);
		assert_non_null(find(pdf, size, cases[i].matrix));
		assert_non_null(find(pdf, size, "BT 3 Tr\n/W 14.40 Tf"));
		assert_non_null(find(pdf, size, "<675000416599> Tj"));
		/* 6.2.11: embedded, and no text shows the glyph that stands for none. */
		assert_non_null(find(pdf, size, "/FontFile2"));
		assert_non_null(find(pdf, size, "/ToUnicode"));
		assert_non_null(find(pdf, size, "/CIDToGIDMap"));
		fw_page_words_clear(&words);
	}
}

/* A file made twice is one file. */
static void is_made_the_same_again(void **state)
{
	size_t first_size, second_size;
	g_autofree uint8_t *first = make_archive(&first_size), *second = make_archive(&second_size);

	(void)state;
	assert_int_equal(first_size, second_size);
	assert_memory_equal(first, second, first_size);
}

static void refuses_what_is_no_page(void **state)
{
	const struct fw_pdf_page page = {.jpeg = (const uint8_t *)"hello", .jpeg_size = 5};
	uint8_t *pdf = NULL;
	size_t size;

	(void)state;
	assert_int_equal(fw_pdf_write(&page, 1, true, &pdf, &size), -EBADMSG);
	assert_int_equal(fw_pdf_write(&page, 0, true, &pdf, &size), -EINVAL);
	assert_int_equal(fw_pdf_dpi_of(page.jpeg, 5), 0);
	assert_null(pdf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(embeds_pages_unchanged),
		cmocka_unit_test(turns_pages_without_touching_them),
		cmocka_unit_test(has_the_frame_of_an_archive),
		cmocka_unit_test(has_streams_of_true_length),
		cmocka_unit_test(says_what_it_is),
		cmocka_unit_test(brings_a_profile),
		cmocka_unit_test(has_its_words_behind_it),
		cmocka_unit_test(is_made_the_same_again),
		cmocka_unit_test(refuses_what_is_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
