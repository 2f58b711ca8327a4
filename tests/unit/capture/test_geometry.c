/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <math.h>
#include <string.h>

#include "capture/format.h"
#include "capture/geometry.h"
#include "capture/likeness.h"
#include "capture/warp.h"

static const struct fw_quad square = {{{0, 0}, {10, 0}, {10, 10}, {0, 10}}};
static const struct fw_quad leaning = {{{3, 1}, {22, 4}, {20, 31}, {1, 28}}};

static void assert_near(double value, double wanted)
{
	assert_true(fabs(value - wanted) < 1e-6);
}

static void maps_corners_to_corners(void **state)
{
	struct fw_homography map;

	(void)state;
	assert_true(fw_homography_between(&square, &leaning, &map));
	for (int i = 0; i < 4; i++) {
		struct fw_point point = fw_homography_map(&map, square.corner[i]);

		assert_near(point.x, leaning.corner[i].x);
		assert_near(point.y, leaning.corner[i].y);
	}
	assert_false(fw_homography_between(&(struct fw_quad){0}, &square, &map));
}

static void grows_outwards(void **state)
{
	struct fw_quad grown;

	(void)state;
	assert_true(fw_quad_is_convex(&leaning));
	assert_near(fw_quad_area(&square), 100);
	assert_true(fw_quad_grow(&square, 2, &grown));
	assert_near(fw_quad_area(&grown), 196);
	assert_near(grown.corner[0].x, -2);
	assert_false(fw_quad_grow(&(struct fw_quad){0}, 1, &grown));
}

static void warps_without_loss(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = fw_image_create(40, 30, FW_COLOUR);
	fw_cleanup(fw_image_destroy) struct fw_image *same = NULL;
	const struct fw_homography identity = {{1, 0, 0, 0, 1, 0, 0, 0, 1}};

	(void)state;
	for (size_t i = 0; i < image->stride * image->height; i++) {
		image->pixels[i] = (uint8_t)(i * 37);
	}
	same = fw_warp(image, &identity, 40, 30);
	assert_memory_equal(same->pixels, image->pixels, image->stride * image->height);
}

static void tells_formats(void **state)
{
	const struct fw_quad a4 = {{{0, 0}, {2100, 0}, {2100, 2970}, {0, 2970}}};
	const struct fw_quad card = {{{0, 0}, {856, 0}, {856, 540}, {0, 540}}};

	(void)state;
	assert_int_equal(fw_format_guess(&a4), FW_FORMAT_A4);
	assert_near(fw_format_dpi(&a4, FW_FORMAT_A4), 254);
	assert_int_equal(fw_format_guess(&card), FW_FORMAT_CARD);
	assert_int_equal(fw_format_guess(&square), FW_FORMAT_UNKNOWN);
	assert_near(fw_format_dpi(&square, FW_FORMAT_UNKNOWN), 0);
	assert_int_equal(fw_format_parse("a5"), FW_FORMAT_A5);
	assert_int_equal(fw_format_parse("a6"), FW_FORMAT_COUNT);
}

static void prints_hashes(void **state)
{
	uint64_t hash[FW_HASH_WORDS] = {1, UINT64_C(0xfedcba9876543210)}, read[FW_HASH_WORDS];
	char text[FW_HASH_TEXT + 1];

	(void)state;
	fw_hash_print(hash, text);
	assert_true(fw_hash_parse(text, read));
	assert_memory_equal(hash, read, sizeof(hash));
	text[3] = 'X';
	assert_false(fw_hash_parse(text, read));
	assert_false(fw_hash_parse("00", read));
	assert_true(fw_hash_likeness(hash, read) == 1);
	read[0] = 2;
	assert_true(fw_hash_likeness(hash, read) < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_corners_to_corners),
		cmocka_unit_test(grows_outwards),
		cmocka_unit_test(warps_without_loss),
		cmocka_unit_test(tells_formats),
		cmocka_unit_test(prints_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
