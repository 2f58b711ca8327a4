/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/content.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"

static uint32_t be16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t be32(const uint8_t *at)
{
	return be16(at) << 16 | be16(at + 2);
}

static bool starts(const uint8_t *bytes, size_t size, const char *magic, size_t magic_size)
{
	return size >= magic_size && memcmp(bytes, magic, magic_size) == 0;
}

/* --- JPEG (ITU-T T.81 B) ---------------------------------------------------------------------- */

static bool is_frame_header(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
		marker != 0xcc;
}

static void tell_jpeg_segment(
	uint8_t marker, const uint8_t *body, size_t size, struct fw_content *content)
{
	if (is_frame_header(marker) && size >= 6) {
		content->bits = body[0];
		content->height_px = be16(body + 1);
		content->width_px = be16(body + 3);
		content->components = body[5];
		content->progressive = marker == 0xc2 || marker == 0xc6 || marker == 0xca;
	} else if (marker == 0xe1 && size > 6 && memcmp(body, "Exif\0\0", 6) == 0 && !content->exif) {
		content->exif = body + 6;
		content->exif_size = size - 6;
	}
}

static void tell_jpeg(const uint8_t *bytes, size_t size, struct fw_content *content)
{
	size_t at = 2;

	while (at + 4 <= size && bytes[at] == 0xff && content->width_px == 0) {
		uint8_t marker = bytes[at + 1];
		size_t length;

		if (marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
			at += marker == 0xff ? 1 : 2; /* fill bytes, markers without a body */
			continue;
		}
		if (marker == 0xda || marker == 0xd9) {
			return;
		}
		length = be16(bytes + at + 2);
		if (length < 2 || at + 2 + length > size) {
			return;
		}
		tell_jpeg_segment(marker, bytes + at + 4, length - 2, content);
		at += 2 + length;
	}
}

/* --- PNG (ISO/IEC 15948 5, 11) ---------------------------------------------------------------- */

static void tell_png(const uint8_t *bytes, size_t size, struct fw_content *content)
{
	static const uint8_t samples[7] = {1, 0, 3, 3, 2, 0, 4};
	size_t at = 8;

	while (at + 12 <= size) {
		uint32_t length = be32(bytes + at);
		const uint8_t *type = bytes + at + 4, *body = bytes + at + 8;

		if (length > size - at - 12) {
			length = (uint32_t)(size - at -
				12); /* cut off: what is there may still tell */
		}
		if (memcmp(type, "IHDR", 4) == 0 && length >= 13) {
			content->width_px = be32(body);
			content->height_px = be32(body + 4);
			content->bits = body[8];
			content->components = body[9] < 7 ? samples[body[9]] : 0;
		} else if (memcmp(type, "acTL", 4) == 0) {
			content->animated = true;
		} else if (memcmp(type, "eXIf", 4) == 0) {
			content->exif = body;
			content->exif_size = length;
		} else if (memcmp(type, "IDAT", 4) == 0 && content->width_px == 0) {
			return;
		}
		at += 12 + (size_t)length;
	}
}

/* --- GIF89a: more than one picture? ------------------------------------------------------------ */

static size_t skip_sub_blocks(const uint8_t *bytes, size_t size, size_t at)
{
	while (at < size && bytes[at] != 0) {
		at += 1 + (size_t)bytes[at];
	}
	return at + 1;
}

static bool gif_is_animated(const uint8_t *bytes, size_t size)
{
	unsigned pictures = 0;
	size_t at = 13;

	if (size < 13) {
		return false;
	}
	at += bytes[10] & 0x80 ? (size_t)3 << ((bytes[10] & 7) + 1) : 0;
	while (at + 10 < size && pictures < 2) {
		if (bytes[at] == 0x21) {
			at = skip_sub_blocks(bytes, size, at + 2);
		} else if (bytes[at] == 0x2c) {
			uint8_t flags = bytes[at + 9];

			pictures++;
			at += 10 + (flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0) + 1;
			at = skip_sub_blocks(bytes, size, at);
		} else {
			break;
		}
	}
	return pictures > 1;
}

/* --- all -------------------------------------------------------------------------------------- */

/* ISO 32000-1 annex H: readers accept the head anywhere in the first 1024 bytes. */
static bool is_pdf(const uint8_t *bytes, size_t size)
{
	return memmem(bytes, size < 1024 ? size : 1024, "%PDF-", 5) != NULL;
}

static bool is_heif(const uint8_t *bytes, size_t size)
{
	static const char brands[] = "heicheixhevcmif1msf1avif";

	if (size < 12 || memcmp(bytes + 4, "ftyp", 4) != 0) {
		return false;
	}
	for (size_t i = 0; i + 4 < sizeof(brands); i += 4) {
		if (memcmp(bytes + 8, brands + i, 4) == 0) {
			return true;
		}
	}
	return false;
}

static enum fw_content_kind kind_of(const uint8_t *bytes, size_t size)
{
	static const struct {
		enum fw_content_kind kind;
		uint8_t size;
		const char *magic;
	} magics[] = {
		{FW_CONTENT_JPEG, 3, "\xff\xd8\xff"},
		{FW_CONTENT_PNG, 8, "\x89PNG\r\n\x1a\n"},
		{FW_CONTENT_GIF, 4, "GIF8"},
		{FW_CONTENT_TIFF, 4, "II*\0"},
		{FW_CONTENT_TIFF, 4, "MM\0*"},
		{FW_CONTENT_BMP, 2, "BM"},
	};

	if (size == 0) {
		return FW_CONTENT_EMPTY;
	}
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (starts(bytes, size, magics[i].magic, magics[i].size)) {
			return magics[i].kind;
		}
	}
	if (starts(bytes, size, "RIFF", 4) && size >= 12 && memcmp(bytes + 8, "WEBP", 4) == 0) {
		return FW_CONTENT_WEBP;
	}
	if (is_heif(bytes, size)) {
		return FW_CONTENT_HEIF;
	}
	return is_pdf(bytes, size) ? FW_CONTENT_PDF : FW_CONTENT_UNKNOWN;
}

void fw_content_tell(const uint8_t *bytes, size_t size, struct fw_content *ret_content)
{
	*ret_content = (struct fw_content){.kind = kind_of(bytes, size)};
	switch (ret_content->kind) {
	case FW_CONTENT_JPEG:
		tell_jpeg(bytes, size, ret_content);
		break;
	case FW_CONTENT_PNG:
		tell_png(bytes, size, ret_content);
		break;
	case FW_CONTENT_GIF:
		ret_content->animated = gif_is_animated(bytes, size);
		break;
	case FW_CONTENT_WEBP: /* RFC 9649 2.7: VP8X with the animation flag */
		ret_content->animated =
			size > 20 && memcmp(bytes + 12, "VP8X", 4) == 0 && (bytes[20] & 0x02) != 0;
		break;
	default:
		break;
	}
}

const char *fw_content_name(enum fw_content_kind kind)
{
	static const char *const names[FW_CONTENT_KIND_COUNT] = {
		[FW_CONTENT_EMPTY] = "empty",
		[FW_CONTENT_UNKNOWN] = "unknown",
		[FW_CONTENT_JPEG] = "jpeg",
		[FW_CONTENT_PNG] = "png",
		[FW_CONTENT_PDF] = "pdf",
		[FW_CONTENT_GIF] = "gif",
		[FW_CONTENT_WEBP] = "webp",
		[FW_CONTENT_TIFF] = "tiff",
		[FW_CONTENT_BMP] = "bmp",
		[FW_CONTENT_HEIF] = "heif",
	};

	assert(kind < FW_CONTENT_KIND_COUNT);
	return names[kind];
}

static enum fw_fault size_fault(const struct fw_content *content)
{
	uint32_t width = content->width_px, height = content->height_px;

	if (width == 0 || height == 0) {
		return FW_FAULT_TRUNCATED; /* the file ends before its frame header */
	}
	if (width > FW_CAPTURE_SIDE_MAX || height > FW_CAPTURE_SIDE_MAX ||
		(uint64_t)width * height > FW_CAPTURE_PIXELS_MAX) {
		return FW_FAULT_TOO_LARGE;
	}
	return width < FW_CAPTURE_SIDE_MIN || height < FW_CAPTURE_SIDE_MIN ? FW_FAULT_TOO_SMALL
									   : FW_FAULT_NONE;
}

enum fw_fault fw_content_fault(const struct fw_content *content)
{
	switch (content->kind) {
	case FW_CONTENT_EMPTY:
		return FW_FAULT_EMPTY;
	case FW_CONTENT_UNKNOWN:
		return FW_FAULT_NOT_A_PICTURE;
	case FW_CONTENT_JPEG:
		if (content->width_px != 0 && content->bits != 8) {
			return FW_FAULT_UNSUPPORTED; /* 12-bit JPEG of medical devices */
		}
		return size_fault(content);
	case FW_CONTENT_PNG:
		return content->animated ? FW_FAULT_ANIMATED : size_fault(content);
	case FW_CONTENT_PDF:
		return FW_FAULT_NONE;
	default:
		return content->animated ? FW_FAULT_ANIMATED : FW_FAULT_UNSUPPORTED;
	}
}
