/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "capture/page_finder.h"
#include "tests/unit/capture/drawn_page.h"

static void assert_corners(const struct fw_page_found *found)
{
	assert_true(found->found);
	assert_false(found->beyond_frame);
	for (int i = 0; i < 4; i++) {
		assert_true(fw_point_distance(found->edge.corner[i], drawn_corners.corner[i]) < 4);
	}
	assert_true(fw_quad_area(&found->crop) > fw_quad_area(&found->edge));
}

static void finds_a_page_to_the_pixel(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = draw_page(90, 220);
	struct fw_page_found found;

	(void)state;
	fw_page_find(image, NULL, &found);
	assert_corners(&found);
}

/* The sides of a curled or folded sheet are no lines; its corners are where they are all the same. */
static void finds_the_corners_of_a_bent_page(void **state)
{
	const double left = 300, right = 1300, top = 140, bottom = 1060, bulge = 22;

	(void)state;
	for (int creased = 0; creased < 2; creased++) {
		fw_cleanup(fw_image_destroy) struct fw_image *image =
			fw_image_create(DRAWN_WIDTH, DRAWN_HEIGHT, FW_COLOUR);
		const struct fw_quad truth = {
			{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
		struct fw_page_found found;

		for (unsigned y = 0; y < DRAWN_HEIGHT; y++) {
			double v = (y + 0.5 - top) / (bottom - top);
			double off = bulge * (creased ? 1 - fabs(2 * v - 1) : sin(M_PI * v));

			for (unsigned x = 0; x < DRAWN_WIDTH; x++) {
				double u = (x + 0.5 - off - left) / (right - left);

				memset(fw_image_row(image, y) + (size_t)x * FW_COLOUR,
					drawn_pixel(u, v, 90, 220), 4);
			}
		}
		fw_page_find(image, NULL, &found);
		assert_true(found.found);
		for (int i = 0; i < 4; i++) {
			assert_true(fw_point_distance(found.edge.corner[i], truth.corner[i]) < 4);
		}
		assert_true(found.crop.corner[1].x > right + bulge); /* nothing is cut there */
	}
}

static void finds_white_on_white(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = draw_page(214, 224);
	fw_cleanup(fw_image_destroy) struct fw_image *desk = draw_page(205, 0);
	struct fw_page_found found;

	(void)state;
	fw_page_find(image, NULL, &found);
	assert_corners(&found);
	fw_page_find(image, desk, &found);
	assert_corners(&found);
	assert_true(found.desk_subtracted);
}

static void keeps_the_frame_when_there_is_none(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = draw_page(200, 0);
	struct fw_page_found found;

	(void)state;
	fw_page_find(image, NULL, &found);
	assert_false(found.found);
	assert_true(fw_quad_area(&found.crop) == DRAWN_WIDTH * DRAWN_HEIGHT);
}

/* The box on it looks like a page; what is printed beside it tells that it is none. */
static void keeps_all_of_a_page_that_the_frame_cuts(void **state)
{
	static const struct fw_quad cut[] = {
		{{{-140, -90}, {1760, -120}, {1790, 1300}, {-160, 1330}}}, /* on all sides */
		{{{300, 160}, {1300, 130}, {1330, 1420}, {290, 1440}}}, /* at the bottom */
		{{{-120, 100}, {1100, 130}, {1090, 1090}, {-130, 1080}}}, /* on the left */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		fw_cleanup(fw_image_destroy) struct fw_image *image = draw_page_at(&cut[i], 90, 220);
		struct fw_page_found found;

		fw_page_find(image, NULL, &found);
		assert_false(found.found);
		assert_true(found.beyond_frame);
		assert_true(fw_quad_area(&found.edge) == DRAWN_WIDTH * DRAWN_HEIGHT);
		assert_true(fw_quad_area(&found.crop) >= DRAWN_WIDTH * DRAWN_HEIGHT);
		assert_true(fw_quad_area(&found.crop) < 1.2 * DRAWN_WIDTH * DRAWN_HEIGHT);
	}
}

/* Lines of little marks, as print has, on what is left of 1 of a side. */
static bool is_printed(double u, double v, double until)
{
	return u > 0.08 && u < until && v > 0.1 && v < 0.9 && (int)(v * 60) % 3 == 0 &&
		(int)(u * 150) % 3 != 0 &&
		(fabs(fmod(u * 150, 3) - 2) > 0.4 || fabs(fmod(v * 60, 1) - 0.5) > 0.25);
}

static void draw(struct fw_image *image, int (*level)(double x, double y))
{
	for (unsigned y = 0; y < image->height; y++) {
		for (unsigned x = 0; x < image->width; x++) {
			int grain = (int)((x * 7919 + y * 104729) % 5) - 2;

			memset(fw_image_row(image, y) + (size_t)x * FW_COLOUR,
				level(x + 0.5, y + 0.5) + grain, 4);
		}
	}
}

#define CREASE  800
#define SHEARED 0.07 /* of the half behind the crease */

/* One half lies in another light and a little turned, and all print is on the first. */
static int creased_level(double x, double y)
{
	double low = 150 + (x > CREASE ? SHEARED * (x - CREASE) : 0);
	double u = (x - 250) / 1100, v = (y - low) / 900;

	if (u < 0 || v < 0 || u > 1 || v > 1) {
		return 110;
	}
	return is_printed(u, v, 0.46) ? 50 : x > CREASE ? 196 : 210;
}

/* Half of it would make a fine page. */
static void finds_all_of_a_sheet_with_a_crease(void **state)
{
	const double behind = SHEARED * (1350 - CREASE);
	const struct fw_quad truth = {
		{{250, 150}, {1350, 150 + behind}, {1350, 1050 + behind}, {250, 1050}}};
	fw_cleanup(fw_image_destroy) struct fw_image *image =
		fw_image_create(DRAWN_WIDTH, DRAWN_HEIGHT, FW_COLOUR);
	struct fw_page_found found;

	(void)state;
	draw(image, creased_level);
	fw_page_find(image, NULL, &found);
	assert_true(found.found);
	for (int i = 0; i < 4; i++) {
		assert_true(fw_point_distance(found.edge.corner[i], truth.corner[i]) < 20);
	}
}

/* A sheet that the frame cuts at the top, with a photograph on it that is nearly as broad. */
static int photograph_level(double x, double y)
{
	double u = (x - 300) / 1000, v = (y + 100) / 1150;

	if (u < 0 || u > 1 || v > 1) {
		return 90;
	}
	if (u > 0.15 && u < 0.85 && v > 0.35 && v < 0.6) {
		return 60;
	}
	return is_printed(u, v, 0.9) && v > 0.64 ? 50 : 215;
}

/* The photograph's upper edge, gone on with, would be the side that is missing. */
static void takes_no_edge_of_a_photograph_for_a_side(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image =
		fw_image_create(DRAWN_WIDTH, DRAWN_HEIGHT, FW_COLOUR);
	struct fw_page_found found;

	(void)state;
	draw(image, photograph_level);
	fw_page_find(image, NULL, &found);
	assert_false(found.found);
	assert_true(found.beyond_frame);
}

static void survives_tiny_pictures(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = fw_image_create(64, 2000, FW_COLOUR);
	struct fw_page_found found;

	(void)state;
	memset(image->pixels, 77, image->stride * image->height);
	fw_page_find(image, NULL, &found);
	assert_false(found.found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_page_to_the_pixel),
		cmocka_unit_test(finds_the_corners_of_a_bent_page),
		cmocka_unit_test(finds_white_on_white),
		cmocka_unit_test(keeps_the_frame_when_there_is_none),
		cmocka_unit_test(keeps_all_of_a_page_that_the_frame_cuts),
		cmocka_unit_test(finds_all_of_a_sheet_with_a_crease),
		cmocka_unit_test(takes_no_edge_of_a_photograph_for_a_side),
		cmocka_unit_test(survives_tiny_pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
