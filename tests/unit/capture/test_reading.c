/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>

#include "capture/reading.h"

#define WIDTH  1000
#define HEIGHT 1400

/* A ring, as letters of any script have strokes around white. */
static void put_letter(struct fw_image *image, unsigned left, unsigned top)
{
	for (unsigned y = 0; y < 20; y++) {
		for (unsigned x = 0; x < 20; x++) {
			if (x < 3 || y < 3 || x > 16 || y > 16) {
				memset(fw_image_row(image, top + y) + (size_t)(left + x) * FW_COLOUR,
					30, 3);
			}
		}
	}
}

static struct fw_image *paper(void)
{
	struct fw_image *image = fw_image_create(WIDTH, HEIGHT, FW_COLOUR);

	memset(image->pixels, 220, image->stride * image->height);
	return image;
}

/* Lines that begin below each other and end where their words end. */
static struct fw_image *letter(void)
{
	struct fw_image *image = paper();

	for (unsigned line = 0; line < 24; line++) {
		unsigned letters = 12 + line * 7 % 20;

		for (unsigned i = 0; i < letters; i++) {
			put_letter(image, 100 + i * 24, 100 + line * 44);
		}
	}
	return image;
}

static void tells_which_way_lines_run(void **state)
{
	static const struct {
		unsigned orientation; /* as EXIF has it */
		bool sideways;
		unsigned turn;
	} ways[] = {{1, false, 0}, {3, false, 0}, {6, true, 270}, {8, true, 90}};
	fw_cleanup(fw_image_destroy) struct fw_image *image = letter();

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		fw_cleanup(fw_image_destroy) struct fw_image *turned =
			fw_image_orient(image, ways[i].orientation);
		struct fw_reading reading;

		fw_reading_find(turned, &reading);
		assert_int_equal(fw_reading_is_sideways(&reading), ways[i].sideways);
		if (ways[i].sideways) {
			assert_int_equal(fw_reading_turn(&reading), ways[i].turn);
		}
	}
}

static void says_nothing_of_paper_and_rules(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = paper();
	struct fw_reading reading;

	(void)state;
	fw_reading_find(image, &reading);
	assert_false(fw_reading_is_sideways(&reading));
	for (unsigned x = 100; x < 900; x += 40) {
		for (unsigned y = 100; y < 1300; y++) {
			memset(fw_image_row(image, y) + (size_t)x * FW_COLOUR, 30, 3 * FW_COLOUR);
		}
	}
	fw_reading_find(image, &reading);
	assert_false(fw_reading_is_sideways(&reading));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_which_way_lines_run),
		cmocka_unit_test(says_nothing_of_paper_and_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
