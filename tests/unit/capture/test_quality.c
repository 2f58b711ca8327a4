/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "capture/quality.h"
#include "tests/unit/capture/drawn_page.h"

/* Bars of ink in places that depend on the seed, on white paper. */
static struct fw_image *print(unsigned seed)
{
	struct fw_image *image = fw_image_create(1000, 1400, FW_COLOUR);

	memset(image->pixels, 220, image->stride * image->height);
	for (unsigned i = 0; i < 60; i++) {
		unsigned left, top;

		seed = seed * 1664525 + 1013904223;
		left = 80 + (seed >> 8) % 700;
		top = 80 + (seed >> 18) % 1200;
		for (unsigned y = top; y < top + 20; y++) {
			memset(fw_image_row(image, y) + (size_t)left * FW_COLOUR, 30,
				120 * (size_t)FW_COLOUR);
		}
	}
	return image;
}

static void knows_a_page_again_however_it_lies(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = print(1);
	struct fw_quality straight, turned;

	(void)state;
	fw_quality_measure(image, &straight);
	for (unsigned orientation = 3; orientation <= 8; orientation += orientation == 3 ? 3 : 2) {
		fw_cleanup(fw_image_destroy) struct fw_image *other =
			fw_image_orient(image, orientation); /* 3, 6, 8: by 180, 90, 270 */

		fw_quality_measure(other, &turned);
		assert_true(fw_hash_likeness(straight.hash, turned.hash) > FW_SAME_PAGE);
	}
}

static void tells_pages_apart(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = print(1);
	fw_cleanup(fw_image_destroy) struct fw_image *other = print(2);
	struct fw_quality first, second;

	(void)state;
	fw_quality_measure(image, &first);
	fw_quality_measure(other, &second);
	assert_true(fw_hash_likeness(first.hash, second.hash) < FW_SAME_PAGE);
}

static void sees_that_a_page_is_blank_beside_the_desk(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = fw_image_create(1000, 1430, FW_COLOUR);
	fw_cleanup(fw_image_destroy) struct fw_image *printed = print(3);
	struct fw_quality quality;

	(void)state;
	memset(image->pixels, 220, image->stride * image->height);
	for (unsigned y = 0; y < image->height; y++) { /* the crop's margin shows the desk */
		memset(fw_image_row(image, y) + 978 * (size_t)FW_COLOUR, 60, 22 * FW_COLOUR);
	}
	memset(fw_image_row(image, 1405), 60, 25 * image->stride);
	fw_quality_measure(image, &quality);
	assert_true(quality.blank);
	fw_quality_measure(printed, &quality);
	assert_false(quality.blank);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_page_again_however_it_lies),
		cmocka_unit_test(tells_pages_apart),
		cmocka_unit_test(sees_that_a_page_is_blank_beside_the_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
