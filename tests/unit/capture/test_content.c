/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "capture/content.h"
#include "capture/exif.h"
#include "capture/image.h"

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static enum fw_fault fault_of(const uint8_t *bytes, size_t size, enum fw_content_kind kind)
{
	struct fw_content content;

	fw_content_tell(bytes, size, &content);
	assert_int_equal(content.kind, kind);
	return fw_content_fault(&content);
}

static void tells_kinds_by_bytes(void **state)
{
	(void)state;
	assert_int_equal(fault_of(BYTES(""), FW_CONTENT_EMPTY), FW_FAULT_EMPTY);
	assert_int_equal(fault_of(BYTES("hello"), FW_CONTENT_UNKNOWN), FW_FAULT_NOT_A_PICTURE);
	assert_int_equal(fault_of(BYTES("MZ\x90\0\3"), FW_CONTENT_UNKNOWN), FW_FAULT_NOT_A_PICTURE);
	assert_int_equal(fault_of(BYTES("BM1234"), FW_CONTENT_BMP), FW_FAULT_UNSUPPORTED);
	assert_int_equal(fault_of(BYTES("II*\0abcd"), FW_CONTENT_TIFF), FW_FAULT_UNSUPPORTED);
	assert_int_equal(fault_of(BYTES("\n%PDF-1.7\n"), FW_CONTENT_PDF), FW_FAULT_NONE);
	assert_int_equal(fault_of(BYTES("\0\0\0\x18"
					"ftypheic\0\0\0\0"),
				 FW_CONTENT_HEIF),
		FW_FAULT_UNSUPPORTED);
	assert_int_equal(
		fault_of(BYTES("RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0"), FW_CONTENT_WEBP),
		FW_FAULT_ANIMATED);
	assert_int_equal(fault_of(BYTES("RIFF\x20\0\0\0WEBPVP8 \x0a\0\0\0"), FW_CONTENT_WEBP),
		FW_FAULT_UNSUPPORTED);
}

static void tells_animated_gifs(void **state)
{
#define GIF_HEAD    "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"
#define GIF_PICTURE ",\0\0\0\0\1\0\1\0\0\2\2D\1\0"
	(void)state;
	assert_int_equal(
		fault_of(BYTES(GIF_HEAD GIF_PICTURE ";"), FW_CONTENT_GIF), FW_FAULT_UNSUPPORTED);
	assert_int_equal(fault_of(BYTES(GIF_HEAD "!\xf9\4\0\0\0\0\0" GIF_PICTURE GIF_PICTURE ";"),
				 FW_CONTENT_GIF),
		FW_FAULT_ANIMATED);
}

static void refuses_bombs_from_the_header(void **state)
{
	static const uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0x38, 0x40, 0x38, 0x40, 3,
		1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1};
	uint8_t narrow[sizeof(jpeg)], deep[sizeof(jpeg)];

	(void)state;
	memcpy(narrow, jpeg, sizeof(jpeg));
	narrow[7] = 0;
	narrow[8] = 9;
	memcpy(deep, jpeg, sizeof(jpeg));
	deep[6] = 12;
	assert_int_equal(fault_of(jpeg, sizeof(jpeg), FW_CONTENT_JPEG), FW_FAULT_TOO_LARGE);
	assert_int_equal(fault_of(narrow, sizeof(narrow), FW_CONTENT_JPEG), FW_FAULT_TOO_SMALL);
	assert_int_equal(fault_of(deep, sizeof(deep), FW_CONTENT_JPEG), FW_FAULT_UNSUPPORTED);
	assert_int_equal(fault_of(jpeg, 6, FW_CONTENT_JPEG), FW_FAULT_TRUNCATED);
	assert_int_equal(fault_of(BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x80\0\0\0\x80\0\x08"
					"\2\0\0\0\0\0\0\0"),
				 FW_CONTENT_PNG),
		FW_FAULT_TOO_LARGE);
	assert_int_equal(fault_of(BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\1\0\0\0\1\0\x08"
					"\2\0\0\0\0\0\0\0\0\0\0\x08"
					"acTL\0\0\0\2\0\0\0\0\0\0\0\0"),
				 FW_CONTENT_PNG),
		FW_FAULT_ANIMATED);
}

static void reads_exif(void **state)
{
	struct fw_exif exif;

	(void)state;
	assert_int_equal(fw_exif_parse(BYTES("MM\0*\0\0\0\x08\0\2"
					     "\x01\x12\0\3\0\0\0\1\0\6\0\0"
					     "\x88\x25\0\4\0\0\0\1\0\0\0\x40"),
				 &exif),
		0);
	assert_int_equal(exif.orientation, 6);
	assert_true(exif.has_place);
	assert_int_equal(fw_exif_parse(BYTES("II*\0\x08\0\0\0\1\0"
					     "\x12\x01\3\0\1\0\0\0\x09\0\0\0"),
				 &exif),
		0);
	assert_int_equal(exif.orientation, 1);
	assert_false(exif.has_place);
	assert_int_equal(fw_exif_parse(BYTES("II*\0\xff\xff\xff\xff"), &exif), -EBADMSG);
	assert_int_equal(fw_exif_parse(BYTES("II*"), &exif), -EBADMSG);
}

/* A picture of two pixels by three, turned and mirrored as EXIF numbers it. */
static void turns_upright(void **state)
{
	static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
	static const uint8_t upright[8][6] = {{1, 2, 3, 4, 5, 6}, {2, 1, 4, 3, 6, 5},
		{6, 5, 4, 3, 2, 1}, {5, 6, 3, 4, 1, 2}, {1, 3, 5, 2, 4, 6}, {5, 3, 1, 6, 4, 2},
		{6, 4, 2, 5, 3, 1}, {2, 4, 6, 1, 3, 5}};
	fw_cleanup(fw_image_destroy) struct fw_image *image = fw_image_create(2, 3, FW_GREY);

	(void)state;
	memcpy(image->pixels, pixels, sizeof(pixels));
	for (unsigned i = 1; i <= 8; i++) {
		fw_cleanup(fw_image_destroy) struct fw_image *turned = fw_image_orient(image, i);

		assert_int_equal(turned->width, i >= 5 ? 3 : 2);
		assert_memory_equal(turned->pixels, upright[i - 1], sizeof(pixels));
	}
}

static void reduces_by_area(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image = fw_image_create(5, 4, FW_GREY);
	fw_cleanup(fw_image_destroy) struct fw_image *half = NULL, *tiny = NULL, *fit = NULL;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		image->pixels[i] = (uint8_t)(10 * i);
	}
	half = fw_image_reduce(image, 2);
	assert_int_equal(half->width, 2);
	assert_int_equal(half->height, 2);
	assert_int_equal(half->pixels[0], 30); /* of 0, 10, 50, 60 */
	assert_int_equal(half->pixels[3], 150); /* of 120, 130, 170, 180 */
	tiny = fw_image_reduce(image, 9);
	assert_int_equal(tiny->width * tiny->height, 1);
	assert_int_equal(tiny->pixels[0], 95);
	fit = fw_image_fit(image, 2);
	assert_int_equal(fit->width, 2);
	assert_int_equal(fit->height, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_kinds_by_bytes),
		cmocka_unit_test(tells_animated_gifs),
		cmocka_unit_test(refuses_bombs_from_the_header),
		cmocka_unit_test(reads_exif),
		cmocka_unit_test(turns_upright),
		cmocka_unit_test(reduces_by_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
