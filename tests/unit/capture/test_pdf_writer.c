/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "capture/jpeg.h"
#include "capture/pdf_scan.h"
#include "capture/pdf_writer.h"

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
	struct fw_pdf_page pages[2];
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
	assert_int_equal(fw_pdf_write(pages, 2, &pdf, &size), 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_non_null(memmem(pdf, size, pages[i].jpeg, pages[i].jpeg_size));
	}
	assert_non_null(memmem(pdf, size, "/Count 2", 8));
	assert_non_null(memmem(pdf, size, "595.44", 6)); /* 827 pixels at 100 dpi, in points */
	assert_non_null(
		memmem(pdf, size, "841.88", 6)); /* A4's longer side for the one without dpi */
	assert_int_equal(fw_pdf_scan(pdf, size, &fault), 0);
}

static void refuses_what_is_no_page(void **state)
{
	const struct fw_pdf_page page = {.jpeg = (const uint8_t *)"hello", .jpeg_size = 5};
	uint8_t *pdf = NULL;
	size_t size;

	(void)state;
	assert_int_equal(fw_pdf_write(&page, 1, &pdf, &size), -EBADMSG);
	assert_int_equal(fw_pdf_write(&page, 0, &pdf, &size), -EINVAL);
	assert_int_equal(fw_pdf_dpi_of(page.jpeg, 5), 0);
	assert_null(pdf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(embeds_pages_unchanged),
		cmocka_unit_test(refuses_what_is_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
