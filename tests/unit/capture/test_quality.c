/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <glib.h>
#include <math.h>

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
	fw_quality_measure(image, true, &straight);
	for (unsigned orientation = 3; orientation <= 8; orientation += orientation == 3 ? 3 : 2) {
		fw_cleanup(fw_image_destroy) struct fw_image *other =
			fw_image_orient(image, orientation); /* 3, 6, 8: by 180, 90, 270 */

		fw_quality_measure(other, true, &turned);
		assert_true(fw_hash_likeness(straight.hash, turned.hash) > FW_SAME_PAGE);
	}
}

static void tells_pages_apart(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = print(1);
	fw_cleanup(fw_image_destroy) struct fw_image *other = print(2);
	struct fw_quality first, second;

	(void)state;
	fw_quality_measure(image, true, &first);
	fw_quality_measure(other, true, &second);
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
	fw_quality_measure(image, true, &quality);
	assert_true(quality.blank);
	fw_quality_measure(printed, true, &quality);
	assert_false(quality.blank);
}

static uint8_t bright(double level)
{
	return (uint8_t)CLAMP(level, 0, 255);
}

/* Paper under a light that falls off to one side, white near the lamp; spot: and something that shines. */
static void light(struct fw_image *image, bool spot)
{
	for (unsigned y = 0; y < image->height; y++) {
		for (unsigned x = 0; x < image->width; x++) {
			double shine = spot && hypot(x - 300.0, y - 900.0) < 90 ? 90 : 0;

			memset(fw_image_row(image, y) + (size_t)x * FW_COLOUR,
				bright(190 + x * 0.08 + shine), 3);
		}
	}
}

static void tells_glare_from_a_lamp_that_is_near(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = print(1);
	struct fw_quality quality;

	(void)state;
	light(image, false);
	fw_quality_measure(image, true, &quality);
	assert_true(fw_image_row(image, 0)[999 * (size_t)FW_COLOUR] == 255);
	assert_false(fw_quality_has_glare(&quality));
	light(image, true);
	fw_quality_measure(image, true, &quality);
	assert_true(fw_quality_has_glare(&quality));
}

/* Skin, or a desk of its colour: a disc that comes in over the side, or a triangle in the corner. */
static void put_skin(struct fw_image *image, bool folded)
{
	static const uint8_t skin[FW_COLOUR] = {205, 150, 125, 255};

	for (unsigned y = 0; y < image->height; y++) {
		for (unsigned x = 0; x < image->width; x++) {
			double across = image->width - x, down = image->height - y;

			if (folded ? across + down < 200 : hypot(across, down - 500) < 90) {
				memcpy(fw_image_row(image, y) + (size_t)x * FW_COLOUR, skin,
					sizeof(skin));
			}
		}
	}
}

static void tells_a_finger_from_a_folded_corner(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *touched = print(1);
	fw_cleanup(fw_image_destroy) struct fw_image *folded = print(1);
	struct fw_quality quality;

	(void)state;
	put_skin(touched, false);
	fw_quality_measure(touched, true, &quality);
	assert_true(fw_quality_has_finger(&quality));
	fw_quality_measure(touched, false, &quality); /* what lies beside the page may look so */
	assert_false(fw_quality_has_finger(&quality));
	put_skin(folded, true);
	fw_quality_measure(folded, true, &quality);
	assert_false(fw_quality_has_finger(&quality));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_page_again_however_it_lies),
		cmocka_unit_test(tells_pages_apart),
		cmocka_unit_test(sees_that_a_page_is_blank_beside_the_desk),
		cmocka_unit_test(tells_glare_from_a_lamp_that_is_near),
		cmocka_unit_test(tells_a_finger_from_a_folded_corner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
