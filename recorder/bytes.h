/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian integers in byte buffers, and big-endian ones out of RTP.
 *
 * Threads: any. Errors: none; the caller checked the bounds.
 */
#ifndef FW_RECORDER_BYTES_H
#define FW_RECORDER_BYTES_H

#include <stdint.h>
#include <string.h>
#include <glib.h>

static inline void put_u16(uint8_t *out, uint16_t value)
{
	value = GUINT16_TO_LE(value);
	memcpy(out, &value, sizeof(value));
}

static inline void put_u32(uint8_t *out, uint32_t value)
{
	value = GUINT32_TO_LE(value);
	memcpy(out, &value, sizeof(value));
}

static inline void put_u64(uint8_t *out, uint64_t value)
{
	value = GUINT64_TO_LE(value);
	memcpy(out, &value, sizeof(value));
}

static inline uint16_t get_u16(const uint8_t *in)
{
	uint16_t value;

	memcpy(&value, in, sizeof(value));
	return GUINT16_FROM_LE(value);
}

static inline uint32_t get_u32(const uint8_t *in)
{
	uint32_t value;

	memcpy(&value, in, sizeof(value));
	return GUINT32_FROM_LE(value);
}

static inline uint64_t get_u64(const uint8_t *in)
{
	uint64_t value;

	memcpy(&value, in, sizeof(value));
	return GUINT64_FROM_LE(value);
}

#endif
