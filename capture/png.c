/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/png.h"

#include <errno.h>
#include <string.h>

#include <glib.h>
#include <png.h>

#define CHUNK_MAX_BYTES (4u << 20) /* of one text or profile chunk */
#define CHUNKS_MAX      256 /* of the kinds that libpng keeps */

struct source {
	const uint8_t *bytes;
	size_t size;
	size_t at;
	bool ended; /* something was asked for that is not there */
};

static void take(png_structp png, png_bytep ret_bytes, size_t size)
{
	struct source *source = png_get_io_ptr(png);

	if (size > source->size - source->at) {
		source->ended = true;
		png_error(png, "end of file");
	}
	memcpy(ret_bytes, source->bytes + source->at, size);
	source->at += size;
}

static G_NORETURN void on_error(png_structp png, png_const_charp text)
{
	(void)text;
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void set_up(png_structp png, png_infop info)
{
	const png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};
	int type = png_get_color_type(png, info);

	png_set_scale_16(png);
	png_set_expand(png);
	if (type == PNG_COLOR_TYPE_GRAY || type == PNG_COLOR_TYPE_GRAY_ALPHA) {
		png_set_gray_to_rgb(png);
	}
	if (type & PNG_COLOR_MASK_ALPHA || png_get_valid(png, info, PNG_INFO_tRNS)) {
		png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
	}
	png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
	(void)png_set_interlace_handling(png);
	png_read_update_info(png, info);
}

/* Apart from its caller, whose variables a longjmp must not touch. */
static int read_rows(png_structp png, png_infop info, struct fw_image *image, uint8_t **rows)
{
	if (setjmp(png_jmpbuf(png)) != 0) {
		return -EBADMSG;
	}
	png_read_info(png, info);
	if (png_get_image_width(png, info) != image->width ||
		png_get_image_height(png, info) != image->height) {
		return -EBADMSG;
	}
	set_up(png, info);
	if (png_get_rowbytes(png, info) != image->stride) {
		return -EBADMSG;
	}
	for (unsigned y = 0; y < image->height; y++) {
		rows[y] = fw_image_row(image, y);
	}
	png_read_image(png, rows);
	png_read_end(png, NULL);
	return 0;
}

int fw_png_decode(const uint8_t *bytes, size_t size, const struct fw_content *content,
	struct fw_image **ret_image, enum fw_fault *ret_fault)
{
	struct source source = {.bytes = bytes, .size = size};
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	struct fw_image *image;
	g_autofree uint8_t **rows = NULL;
	int r;

	if (!info) {
		png_destroy_read_struct(&png, NULL, NULL);
		return -EIO;
	}
	image = fw_image_create(content->width_px, content->height_px, FW_COLOUR);
	rows = g_new(uint8_t *, image->height);
	png_set_user_limits(png, content->width_px, content->height_px);
	png_set_chunk_malloc_max(png, CHUNK_MAX_BYTES);
	png_set_chunk_cache_max(png, CHUNKS_MAX);
	png_set_read_fn(png, &source, take);
	r = read_rows(png, info, image, rows);
	png_destroy_read_struct(&png, &info, NULL);
	if (r < 0) {
		*ret_fault = source.ended ? FW_FAULT_TRUNCATED : FW_FAULT_DAMAGED;
		fw_image_destroy(image);
		return r;
	}
	*ret_image = image;
	return 0;
}

/* --- writing ----------------------------------------------------------------------------------- */

#define INCH_PER_METRE 39.3701

static void append(png_structp png, png_bytep bytes, size_t size)
{
	g_byte_array_append(png_get_io_ptr(png), bytes, (guint)size);
}

static void pack_row(const struct fw_image *image, unsigned y, uint8_t *to)
{
	const uint8_t *row = fw_image_row(image, y);

	memset(to, 0, (image->width + 7) / 8);
	for (unsigned x = 0; x < image->width; x++) {
		to[x / 8] |= (uint8_t)((row[x] >> 7) << (7 - x % 8));
	}
}

/* Apart from its caller, whose variables a longjmp must not touch. */
static int write_rows(
	png_structp png, png_infop info, const struct fw_image *image, unsigned dpi, uint8_t *row)
{
	png_uint_32 per_metre = (png_uint_32)(dpi * INCH_PER_METRE + 0.5);

	if (setjmp(png_jmpbuf(png)) != 0) {
		return -EIO;
	}
	png_set_IHDR(png, info, image->width, image->height, 1, PNG_COLOR_TYPE_GRAY,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	if (dpi > 0) {
		png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
	}
	png_write_info(png, info);
	for (unsigned y = 0; y < image->height; y++) {
		pack_row(image, y, row);
		png_write_row(png, row);
	}
	png_write_end(png, info);
	return 0;
}

int fw_png_encode_mono(
	const struct fw_image *image, unsigned dpi, uint8_t **ret_bytes, size_t *ret_size)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree uint8_t *row = g_malloc((image->width + 7) / 8);
	int r;

	if (!info) {
		png_destroy_write_struct(&png, NULL);
		return -EIO;
	}
	png_set_write_fn(png, bytes, append, NULL);
	r = write_rows(png, info, image, dpi, row);
	png_destroy_write_struct(&png, &info);
	if (r == 0) {
		*ret_size = bytes->len;
		*ret_bytes = g_byte_array_free(g_steal_pointer(&bytes), FALSE);
	}
	return r;
}
