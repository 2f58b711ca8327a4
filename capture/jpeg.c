/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/jpeg.h"

#include <errno.h>
#include <string.h>

#include <glib.h>
#include <turbojpeg.h>

#define CMYK 4

static void destroy_handle(tjhandle *handle)
{
	if (*handle) {
		(void)tjDestroy(*handle);
	}
}

/* Adobe's CMYK files hold inverted values: 255 is no ink. */
static struct fw_image *from_cmyk(const uint8_t *cmyk, unsigned width, unsigned height)
{
	struct fw_image *image = fw_image_create(width, height, FW_COLOUR);
	uint8_t *to = image->pixels;

	for (size_t i = 0; i < (size_t)width * height; i++, cmyk += 4, to += 4) {
		for (unsigned c = 0; c < 3; c++) {
			to[c] = (uint8_t)((cmyk[c] * cmyk[3] + 127) / 255);
		}
		to[3] = 255;
	}
	return image;
}

/* 0, or -EBADMSG with the reason. Extra bytes between segments, as cheap cameras leave them, pass. */
static int judge(tjhandle handle, int result, enum fw_fault *ret_fault)
{
	const char *text = tjGetErrorStr2(handle);

	if (result == 0 || (tjGetErrorCode(handle) == TJERR_WARNING && strstr(text, "extraneous"))) {
		return 0;
	}
	*ret_fault = strstr(text, "remature end") ? FW_FAULT_TRUNCATED
		: strstr(text, "nsupported")      ? FW_FAULT_UNSUPPORTED
						  : FW_FAULT_DAMAGED;
	return -EBADMSG;
}

/* divisor: 1, 2, 4 or 8; the picture is so much smaller. */
static int decompress(const uint8_t *bytes, size_t size, const struct fw_content *content,
	unsigned divisor, uint8_t *pixels, enum fw_fault *ret_fault)
{
	const tjscalingfactor scale = {.num = 1, .denom = (int)divisor};
	__attribute__((cleanup(destroy_handle))) tjhandle handle = tjInitDecompress();
	int width = TJSCALED((int)content->width_px, scale);
	int height = TJSCALED((int)content->height_px, scale);
	int format = content->components == CMYK ? TJPF_CMYK : TJPF_RGBX;

	if (!handle) {
		return -EIO;
	}
	return judge(handle,
		tjDecompress2(handle, bytes, size, pixels, width, 4 * width, height, format,
			TJFLAG_LIMITSCANS),
		ret_fault);
}

/* A file that lacks nothing but its end marker is whole. */
static int decompress_ended(const uint8_t *bytes, size_t size, const struct fw_content *content,
	unsigned divisor, uint8_t *pixels, enum fw_fault *ret_fault)
{
	g_autofree uint8_t *ended = NULL;
	int r = decompress(bytes, size, content, divisor, pixels, ret_fault);

	if (r != -EBADMSG || *ret_fault != FW_FAULT_TRUNCATED ||
		(bytes[size - 2] == 0xff && bytes[size - 1] == 0xd9)) {
		return r;
	}
	ended = g_malloc(size + 2);
	memcpy(ended, bytes, size);
	ended[size] = 0xff;
	ended[size + 1] = 0xd9;
	return decompress(ended, size + 2, content, divisor, pixels, ret_fault);
}

int fw_jpeg_decode(const uint8_t *bytes, size_t size, const struct fw_content *content,
	unsigned divisor, struct fw_image **ret_image, enum fw_fault *ret_fault)
{
	const tjscalingfactor scale = {.num = 1, .denom = (int)divisor};
	fw_cleanup(fw_image_destroy) struct fw_image *image = NULL;
	int r;

	image = fw_image_create((unsigned)TJSCALED((int)content->width_px, scale),
		(unsigned)TJSCALED((int)content->height_px, scale), FW_COLOUR);
	/* Should the library see another, smaller frame than we did, nothing of the memory shows. */
	memset(image->pixels, 0xff, image->stride * image->height);
	r = decompress_ended(bytes, size, content, divisor, image->pixels, ret_fault);
	if (r < 0) {
		return r;
	}
	*ret_image = content->components == CMYK
		? from_cmyk(image->pixels, image->width, image->height)
		: g_steal_pointer(&image);
	return 0;
}

/* JFIF 1.01: units at 13, X and Y density at 14 and 16. */
static void set_density(uint8_t *bytes, size_t size, unsigned dpi)
{
	if (dpi > 0 && dpi <= UINT16_MAX && size > 18 && memcmp(bytes + 6, "JFIF", 5) == 0) {
		bytes[13] = 1;
		bytes[14] = bytes[16] = (uint8_t)(dpi >> 8);
		bytes[15] = bytes[17] = (uint8_t)dpi;
	}
}

int fw_jpeg_encode(const struct fw_image *image, const struct fw_jpeg_options *options,
	uint8_t **ret_bytes, size_t *ret_size)
{
	__attribute__((cleanup(destroy_handle))) tjhandle handle = tjInitCompress();
	bool grey = image->channels == FW_GREY;
	int samples = grey ? TJSAMP_GRAY : options->whole_colour ? TJSAMP_444 : TJSAMP_420;
	unsigned long size = tjBufSize((int)image->width, (int)image->height, samples);
	g_autofree uint8_t *bytes = NULL;

	if (!handle) {
		return -EIO;
	}
	bytes = g_malloc(size);
	if (tjCompress2(handle, image->pixels, (int)image->width, (int)image->stride,
		    (int)image->height, grey ? TJPF_GRAY : TJPF_RGBX, &bytes, &size, samples,
		    (int)options->quality, TJFLAG_NOREALLOC) < 0) {
		return -EIO;
	}
	set_density(bytes, size, options->dpi);
	*ret_bytes = g_realloc(g_steal_pointer(&bytes), size);
	*ret_size = size;
	return 0;
}
