/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/deflate.h"

#include <errno.h>

#include <glib.h>
#include <zlib.h>

#define STEP_BYTES 65536

int fw_inflate(
	const uint8_t *bytes, size_t size, size_t max_bytes, uint8_t **ret_plain, size_t *ret_size)
{
	z_stream stream = {.next_in = (uint8_t *)bytes, .avail_in = (uInt)MIN(size, UINT32_MAX)};
	g_autoptr(GByteArray) plain = g_byte_array_new();
	int state = inflateInit(&stream);

	while (state == Z_OK && plain->len <= max_bytes) {
		guint before = plain->len;

		g_byte_array_set_size(plain, before + STEP_BYTES);
		stream.next_out = plain->data + before;
		stream.avail_out = STEP_BYTES;
		state = inflate(&stream, Z_NO_FLUSH);
		g_byte_array_set_size(plain, before + STEP_BYTES - stream.avail_out);
	}
	(void)inflateEnd(&stream);
	if (state == Z_OK || plain->len > max_bytes) {
		return -EOVERFLOW;
	}
	if (state != Z_STREAM_END) {
		return -EBADMSG;
	}
	*ret_size = plain->len;
	*ret_plain = g_byte_array_free(g_steal_pointer(&plain), FALSE);
	return 0;
}

GByteArray *fw_deflate(const void *bytes, size_t size)
{
	uLongf length = compressBound(size);
	GByteArray *packed = g_byte_array_sized_new((guint)length);
	int state;

	g_byte_array_set_size(packed, (guint)length);
	state = compress2(packed->data, &length, bytes, size, Z_BEST_COMPRESSION);
	g_assert(state == Z_OK); /* there is room for the worst */
	g_byte_array_set_size(packed, (guint)length);
	return packed;
}
