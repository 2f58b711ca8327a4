/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zlib streams (RFC 1950), made and read, those of unknown length into bounded memory; by zlib: the only file that
 * knows it.
 *
 * Threads: any. Errors: -EBADMSG not such a stream, -EOVERFLOW it holds more than max_bytes.
 */
#ifndef FW_CAPTURE_DEFLATE_H
#define FW_CAPTURE_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Bytes behind the stream's end are ignored. ret_plain: g_free. */
int fw_inflate(
	const uint8_t *bytes, size_t size, size_t max_bytes, uint8_t **ret_plain, size_t *ret_size);

/* The caller unrefs. */
GByteArray *fw_deflate(const void *bytes, size_t size);

#endif
