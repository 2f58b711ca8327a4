/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static bool is_dash_place(size_t place)
{
	return place == 8 || place == 13 || place == 18 || place == 23;
}

static void format(const uint8_t bytes[FW_ID_BYTES], char ret_id[FW_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t nibble = 0;

	for (size_t i = 0; i < FW_ID_SIZE - 1; i++) {
		if (is_dash_place(i)) {
			ret_id[i] = '-';
			continue;
		}
		ret_id[i] = digits[(bytes[nibble / 2] >> (nibble % 2 ? 0 : 4)) & 0xf];
		nibble++;
	}
	ret_id[FW_ID_SIZE - 1] = '\0';
}

void fw_id_make(int64_t now_us, const uint8_t random[FW_ID_RANDOM_BYTES], char ret_id[FW_ID_SIZE])
{
	uint64_t millis = (uint64_t)(now_us / FW_US_PER_MS);
	/* Microseconds within the millisecond, scaled to 12 bits (RFC 9562 6.2, method 3). */
	unsigned fraction = (unsigned)(now_us % FW_US_PER_MS * 4096 / FW_US_PER_MS);
	uint8_t bytes[FW_ID_BYTES];

	for (int i = 0; i < 6; i++) {
		bytes[i] = (uint8_t)(millis >> (40 - 8 * i));
	}
	bytes[6] = (uint8_t)(0x70 | fraction >> 8);
	bytes[7] = (uint8_t)fraction;
	memcpy(bytes + 8, random, FW_ID_RANDOM_BYTES);
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f)); /* variant, RFC 9562 4.1 */
	format(bytes, ret_id);
}

void fw_id_of_digest(const uint8_t digest[FW_ID_BYTES], char ret_id[FW_ID_SIZE])
{
	uint8_t bytes[FW_ID_BYTES];

	memcpy(bytes, digest, sizeof(bytes));
	bytes[6] = (uint8_t)(0x80 | (bytes[6] & 0x0f)); /* version 8 */
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f)); /* variant, RFC 9562 4.1 */
	format(bytes, ret_id);
}

bool fw_id_valid(const char *text)
{
	if (!text) {
		return false;
	}
	for (size_t i = 0; i < FW_ID_SIZE - 1; i++) {
		bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');

		if (is_dash_place(i) ? text[i] != '-' : !hex) {
			return false;
		}
	}
	return text[FW_ID_SIZE - 1] == '\0';
}

void fw_id_to_bytes(const char id[FW_ID_SIZE], uint8_t ret_bytes[FW_ID_BYTES])
{
	char hex[2 * FW_ID_BYTES + 1];
	size_t length = 0;

	for (size_t i = 0; i < FW_ID_SIZE - 1; i++) {
		if (!is_dash_place(i)) {
			hex[length++] = id[i];
		}
	}
	hex[length] = '\0';
	(void)fw_text_hex_decode(hex, ret_bytes, FW_ID_BYTES); /* the caller vouches for the id */
}
