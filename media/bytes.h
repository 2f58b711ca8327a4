/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in network byte order at any alignment.
 *
 * Owner: none.  Threads: pure.  Errors: none; the caller has checked the bounds.
 */
#ifndef FW_MEDIA_BYTES_H
#define FW_MEDIA_BYTES_H

#include <stdint.h>

static inline uint16_t fw_get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t fw_get24(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
}

static inline uint32_t fw_get32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | fw_get24(bytes + 1);
}

static inline uint64_t fw_get64(const uint8_t *bytes)
{
	return (uint64_t)fw_get32(bytes) << 32 | fw_get32(bytes + 4);
}

static inline void fw_put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static inline void fw_put24(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t)(value >> 16);
	fw_put16(bytes + 1, (uint16_t)value);
}

static inline void fw_put32(uint8_t *bytes, uint32_t value)
{
	bytes[0] = (uint8_t)(value >> 24);
	fw_put24(bytes + 1, value);
}

static inline void fw_put64(uint8_t *bytes, uint64_t value)
{
	fw_put32(bytes, (uint32_t)(value >> 32));
	fw_put32(bytes + 4, (uint32_t)value);
}

#endif
