/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>

#include "capture/content.h"
#include "capture/mono.h"
#include "capture/png.h"

#define WIDTH  900
#define HEIGHT 1200

static void set(struct fw_image *image, unsigned x, unsigned y, int r, int g, int b)
{
	uint8_t *at = fw_image_row(image, y) + (size_t)x * FW_COLOUR;

	at[0] = (uint8_t)r;
	at[1] = (uint8_t)g;
	at[2] = (uint8_t)b;
	at[3] = 255;
}

/* Paper in light that falls to a third from left to right, a bar of ink, one of red, a black field. */
static struct fw_image *lit_page(void)
{
	struct fw_image *image = fw_image_create(WIDTH, HEIGHT, FW_COLOUR);

	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++) {
			int light = 240 - (int)(160 * x / WIDTH);

			set(image, x, y, light, light, light);
			if (y >= 300 && y < 306) {
				set(image, x, y, light / 3, light / 3, light / 3);
			} else if (y >= 500 && y < 506) {
				set(image, x, y, light * 8 / 10, light / 5, light / 4);
			} else if (y >= 800 && x < 300) {
				set(image, x, y, 20, 20, 20);
			}
		}
	}
	return image;
}

static void keeps_ink_and_red_in_uneven_light(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *page = lit_page();
	fw_cleanup(fw_image_destroy) struct fw_image *mono = fw_mono_make(page);

	(void)state;
	for (unsigned x = 0; x < WIDTH; x += 7) {
		assert_int_equal(fw_image_row(mono, 100)[x], 255);
		assert_int_equal(fw_image_row(mono, 303)[x], 0);
		assert_int_equal(fw_image_row(mono, 503)[x], 0);
		assert_int_equal(fw_image_row(mono, 650)[x], 255);
		assert_int_equal(fw_image_row(mono, 1000)[x], x < 300 ? 0 : 255);
	}
}

static void is_written_with_one_bit(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *page = lit_page();
	fw_cleanup(fw_image_destroy) struct fw_image *mono = fw_mono_make(page);
	fw_cleanup(fw_image_destroy) struct fw_image *read = NULL;
	g_autofree uint8_t *bytes = NULL;
	size_t size = 0;
	struct fw_content content;
	enum fw_fault fault;

	(void)state;
	assert_int_equal(fw_png_encode_mono(mono, 300, &bytes, &size), 0);
	assert_true(size < WIDTH * HEIGHT / 8);
	assert_int_equal(bytes[24], 1); /* IHDR: bit depth */
	fw_content_tell(bytes, size, &content);
	assert_int_equal(content.kind, FW_CONTENT_PNG);
	assert_int_equal(fw_png_decode(bytes, size, &content, &read, &fault), 0);
	for (unsigned y = 0; y < HEIGHT; y += 5) {
		for (unsigned x = 0; x < WIDTH; x += 3) {
			assert_int_equal(fw_image_row(read, y)[(size_t)x * FW_COLOUR],
				fw_image_row(mono, y)[x]);
		}
	}
}

static void takes_the_smallest_page(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *page = fw_image_create(1, 1, FW_COLOUR);
	fw_cleanup(fw_image_destroy) struct fw_image *mono = NULL;

	(void)state;
	memset(page->pixels, 200, FW_COLOUR);
	mono = fw_mono_make(page);
	assert_int_equal(mono->pixels[0], 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_ink_and_red_in_uneven_light),
		cmocka_unit_test(is_written_with_one_bit),
		cmocka_unit_test(takes_the_smallest_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
