/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include <png.h>
#include <turbojpeg.h>

#include "capture/jpeg.h"
#include "capture/still.h"

#define WIDTH  96
#define HEIGHT 80

struct file {
	uint8_t bytes[65536];
	unsigned long size;
};

/* Left half red, right half blue; four samples a pixel (RGBX), or CMYK as Adobe inverts it. */
static void paint(uint8_t *pixels, bool cmyk)
{
	for (unsigned i = 0; i < WIDTH * HEIGHT; i++, pixels += 4) {
		bool left = i % WIDTH < WIDTH / 2;

		pixels[0] = left ? 255 : 0;
		pixels[1] = 0;
		pixels[2] = left ? 0 : 255;
		pixels[3] = cmyk ? 200 : 255;
	}
}

static void make_jpeg(struct file *file, int format, int flags)
{
	static uint8_t pixels[WIDTH * HEIGHT * 4];
	tjhandle handle = tjInitCompress();
	unsigned char *to = file->bytes;

	paint(pixels, format == TJPF_CMYK);
	file->size = sizeof(file->bytes);
	assert_int_equal(tjCompress2(handle, pixels, WIDTH, 0, HEIGHT, format, &to, &file->size,
				 TJSAMP_444, 95, flags | TJFLAG_NOREALLOC),
		0);
	(void)tjDestroy(handle);
}

static void write_png(png_structp png, png_bytep bytes, size_t size)
{
	struct file *file = png_get_io_ptr(png);

	assert_true(file->size + size <= sizeof(file->bytes));
	memcpy(file->bytes + file->size, bytes, size);
	file->size += size;
}

/* Grey-with-alpha or colour of 8 or 16 bits; opaque red on the left, transparent on the right. */
static void make_png(struct file *file, int bits, int interlace)
{
	static uint8_t row[WIDTH * 8];
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	unsigned bytes = (unsigned)bits / 8;

	file->size = 0;
	memset(row, 0, sizeof(row));
	for (unsigned x = 0; x < WIDTH / 2; x++) {
		memset(row + x * 4 * bytes, 0xff, bytes);
		memset(row + (x * 4 + 3) * bytes, 0xff, bytes);
	}
	png_set_write_fn(png, file, write_png, NULL);
	png_set_IHDR(png, info, WIDTH, HEIGHT, bits, PNG_COLOR_TYPE_RGBA, interlace,
		PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int pass = png_set_interlace_handling(png); pass > 0; pass--) {
		for (unsigned y = 0; y < HEIGHT; y++) {
			png_write_row(png, row);
		}
	}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
}

static enum fw_fault fault_of(const struct file *file, size_t size)
{
	g_autofree uint8_t *exact = size ? g_memdup2(file->bytes, size) : NULL;
	struct fw_still still = {0};
	enum fw_fault fault = FW_FAULT_NONE;
	int r = fw_still_read(exact, size, &still, &fault);

	assert_int_equal(r, fault == FW_FAULT_NONE ? 0 : -EBADMSG);
	fw_still_fini(&still);
	return fault;
}

static void expect(const struct file *file, const uint8_t left[3], const uint8_t right[3])
{
	struct fw_still still = {0};
	enum fw_fault fault;
	const uint8_t *row;

	assert_int_equal(fw_still_read(file->bytes, file->size, &still, &fault), 0);
	assert_int_equal(still.image->width, WIDTH);
	assert_int_equal(still.image->height, HEIGHT);
	row = fw_image_row(still.image, HEIGHT / 2);
	for (unsigned c = 0; c < 3; c++) {
		assert_in_range(row[20 * 4 + c] + 4, left[c], left[c] + 8);
		assert_in_range(row[70 * 4 + c] + 4, right[c], right[c] + 8);
	}
	fw_still_fini(&still);
}

static void decodes_every_jpeg(void **state)
{
	static const uint8_t red[] = {254, 0, 0}, blue[] = {0, 0, 254};
	static const uint8_t dark_red[] = {200, 0, 0}, dark_blue[] = {0, 0, 200};
	struct file file;

	(void)state;
	make_jpeg(&file, TJPF_RGBX, 0);
	expect(&file, red, blue);
	make_jpeg(&file, TJPF_RGBX, TJFLAG_PROGRESSIVE);
	expect(&file, red, blue);
	make_jpeg(&file, TJPF_CMYK, 0);
	expect(&file, dark_red, dark_blue);
}

static void decodes_every_png(void **state)
{
	static const uint8_t red[] = {255, 0, 0}, white[] = {255, 255, 255};
	struct file file;

	(void)state;
	make_png(&file, 8, PNG_INTERLACE_NONE);
	expect(&file, red, white);
	make_png(&file, 16, PNG_INTERLACE_NONE);
	expect(&file, red, white);
	make_png(&file, 8, PNG_INTERLACE_ADAM7);
	expect(&file, red, white);
}

static void names_what_is_broken(void **state)
{
	struct file file;

	(void)state;
	make_jpeg(&file, TJPF_RGBX, 0);
	assert_int_equal(fault_of(&file, file.size - 2), FW_FAULT_NONE); /* only the end marker */
	assert_int_equal(fault_of(&file, file.size * 2 / 3), FW_FAULT_TRUNCATED);
	assert_int_equal(fault_of(&file, 30), FW_FAULT_TRUNCATED);
	assert_int_equal(fault_of(&file, 0), FW_FAULT_EMPTY);
	make_jpeg(&file, TJPF_RGBX, TJFLAG_PROGRESSIVE);
	assert_int_equal(fault_of(&file, file.size * 2 / 3), FW_FAULT_TRUNCATED);
	make_png(&file, 8, PNG_INTERLACE_NONE);
	assert_int_equal(fault_of(&file, file.size - 30), FW_FAULT_TRUNCATED);
	file.bytes[file.size / 2] ^= 0x40;
	assert_int_equal(fault_of(&file, file.size), FW_FAULT_DAMAGED);
}

static void writes_the_resolution(void **state)
{
	fw_cleanup(fw_image_destroy) struct fw_image *image =
		fw_image_create(WIDTH, HEIGHT, FW_COLOUR);
	const struct fw_jpeg_options options = {.quality = 90, .dpi = 300};
	g_autofree uint8_t *bytes = NULL;
	size_t size;
	static const uint8_t density[] = {1, 300 >> 8, 300 & 255, 300 >> 8, 300 & 255};

	(void)state;
	paint(image->pixels, false);
	assert_int_equal(fw_jpeg_encode(image, &options, &bytes, &size), 0);
	assert_memory_equal(bytes + 13, density, sizeof(density));
	assert_null(memmem(bytes, size, "Exif", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_every_jpeg),
		cmocka_unit_test(decodes_every_png),
		cmocka_unit_test(names_what_is_broken),
		cmocka_unit_test(writes_the_resolution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
