/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

bool fw_text_is_utf8(const char *bytes, size_t size)
{
	/* g_utf8_validate_len() also refuses a NUL inside. */
	return size == 0 || g_utf8_validate_len(bytes, size, NULL);
}

size_t fw_text_chars(const char *text)
{
	return (size_t)g_utf8_strlen(text, -1);
}

bool fw_text_is_typed(const char *text, size_t max_chars, bool allow_lines)
{
	bool visible = false;
	size_t chars = 0;

	if (!text || !g_utf8_validate(text, -1, NULL)) {
		return false;
	}
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);
		bool line = character == '\n' || character == '\t';

		if (++chars > max_chars) {
			return false;
		}
		if (line ? !allow_lines
			 : character < 0x20 || (character >= 0x7f && character < 0xa0)) {
			return false;
		}
		visible = visible || !g_unichar_isspace(character);
	}
	return visible;
}

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS (0x80 * ONES)

/* The high bit of every byte below `bound` (at most 0x80); above the first of them it may be set wrongly. */
static uint64_t below(uint64_t word, uint8_t bound)
{
	return (word - bound * ONES) & ~word & HIGHS;
}

/* Set at every byte that is escaped, as below() has it. */
static uint64_t escaped_in(uint64_t word)
{
	word = GUINT64_FROM_LE(word);
	return below(word, 0x20) | below(word ^ '"' * ONES, 1) | below(word ^ '\\' * ONES, 1);
}

/* Eight bytes at once. */
size_t fw_text_plain_bytes(const char *bytes, size_t size)
{
	uint64_t word, escaped = 0;
	size_t at = 0;

	for (; size - at >= sizeof(word) && escaped == 0; at += sizeof(word)) {
		memcpy(&word, bytes + at, sizeof(word));
		escaped = escaped_in(word);
	}
	if (escaped) {
		return at - sizeof(word) + (size_t)__builtin_ctzll(escaped) / 8;
	}
	if (at < size) {
		word = 0; /* a NUL is escaped: behind the rest the search ends */
		memcpy(&word, bytes + at, size - at);
		at += (size_t)__builtin_ctzll(escaped_in(word)) / 8;
	}
	return at;
}

int fw_text_copy(const char *text, char *buffer, size_t buffer_size)
{
	size_t length = strlen(text);

	if (length >= buffer_size) {
		return -EOVERFLOW;
	}
	memcpy(buffer, text, length + 1);
	return 0;
}

void fw_text_hex_encode(const void *bytes, size_t size, char *ret_text)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = bytes;

	for (size_t i = 0; i < size; i++) {
		ret_text[2 * i] = digits[in[i] >> 4];
		ret_text[2 * i + 1] = digits[in[i] & 0xf];
	}
	ret_text[2 * size] = '\0';
}

int fw_text_hex_decode(const char *text, void *ret_bytes, size_t size)
{
	uint8_t *out = ret_bytes;

	for (size_t i = 0; i < 2 * size; i++) {
		if (!g_ascii_isxdigit(text[i])) {
			return -EBADMSG;
		}
	}
	if (text[2 * size]) {
		return -EBADMSG;
	}
	for (size_t i = 0; i < size; i++) {
		out[i] = (uint8_t)(g_ascii_xdigit_value(text[2 * i]) << 4 |
			g_ascii_xdigit_value(text[2 * i + 1]));
	}
	return 0;
}

void fw_text_base64url_encode(const void *bytes, size_t size, char *ret_text)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const uint8_t *in = bytes;
	unsigned bits = 0, held = 0;
	char *out = ret_text;

	for (size_t i = 0; i < size; i++) {
		bits = (bits << 8 | in[i]) & 0xffff;
		held += 8;
		while (held >= 6) {
			held -= 6;
			*out++ = alphabet[bits >> held & 0x3f];
		}
	}
	if (held > 0) {
		*out++ = alphabet[bits << (6 - held) & 0x3f];
	}
	*out = '\0';
}

static int base64url_value(char character)
{
	if (character >= 'A' && character <= 'Z') {
		return character - 'A';
	}
	if (character >= 'a' && character <= 'z') {
		return character - 'a' + 26;
	}
	if (character >= '0' && character <= '9') {
		return character - '0' + 52;
	}
	if (character == '-') {
		return 62;
	}
	return character == '_' ? 63 : -1;
}

int fw_text_base64url_decode(const char *text, void *ret_bytes, size_t capacity, size_t *ret_size)
{
	size_t length = strlen(text);
	size_t size = FW_BASE64URL_BYTES(length);
	uint8_t *out = ret_bytes;
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < length; i++) {
		if (base64url_value(text[i]) < 0) {
			return -EBADMSG;
		}
	}
	/* One character more than whole bytes carries no byte; left-over bits must be zero, so that
	 * a value has one spelling only. */
	if (length % 4 == 1 || (length % 4 == 2 && base64url_value(text[length - 1]) & 0xf) ||
		(length % 4 == 3 && base64url_value(text[length - 1]) & 0x3)) {
		return -EBADMSG;
	}
	if (size > capacity) {
		return -EOVERFLOW;
	}
	for (size_t i = 0; i < length; i++) {
		bits = (bits << 6 | (unsigned)base64url_value(text[i])) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*out++ = (uint8_t)(bits >> held);
		}
	}
	*ret_size = size;
	return 0;
}
