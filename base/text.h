/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from outside: validation, bounded copies, hex and base64url (RFC 4648 5, no padding).
 *
 * Threads: any. Errors: -EBADMSG not in the expected form, -EOVERFLOW does not fit; outputs are
 * untouched on failure.
 */
#ifndef FW_BASE_TEXT_H
#define FW_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Well-formed UTF-8 without NUL inside. */
bool fw_text_is_utf8(const char *bytes, size_t size);

/* Code points of a NUL-terminated, well-formed text. */
size_t fw_text_chars(const char *text);

/*
 * What a person may have typed: well-formed UTF-8, 1..max_chars code points, no control characters
 * (C0, DEL, C1) other than tab and newline, and those only if allow_lines; not only white space.
 */
bool fw_text_is_typed(const char *text, size_t max_chars, bool allow_lines);

/* Bytes before the first one that JSON writes as an escape (RFC 8259 7: control character, quote, backslash). */
size_t fw_text_plain_bytes(const char *bytes, size_t size);

/* Copies text with its NUL into buffer of buffer_size bytes; never cuts. -EOVERFLOW. */
int fw_text_copy(const char *text, char *buffer, size_t buffer_size);

/* ret_text: 2 * size + 1 bytes, lower case. */
void fw_text_hex_encode(const void *bytes, size_t size, char *ret_text);

/* text must be exactly 2 * size hex digits, either case. -EBADMSG. */
int fw_text_hex_decode(const char *text, void *ret_bytes, size_t size);

/* Bytes of an encoded text without its NUL, and an upper bound of a decoded one. */
#define FW_BASE64URL_CHARS(size)  (((size)*4 + 2) / 3)
#define FW_BASE64URL_BYTES(chars) ((chars)*3 / 4)

/* ret_text: FW_BASE64URL_CHARS(size) + 1 bytes. */
void fw_text_base64url_encode(const void *bytes, size_t size, char *ret_text);

/*
 * Decodes at most capacity bytes. -EBADMSG for foreign characters, padding, an impossible length or
 * left-over bits; -EOVERFLOW for more than capacity bytes.
 */
int fw_text_base64url_decode(const char *text, void *ret_bytes, size_t capacity, size_t *ret_size);

#endif
