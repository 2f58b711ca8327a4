/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/json_write.h"

#include "base/text.h"

#include <string.h>

#define FIRST_BYTES 1024 /* most replies fit; a call is about 1.5 kB, an offer 5 kB */
#define INT_CHARS   20 /* of INT64_MIN */

void fw_json_init(struct fw_json *json)
{
	json->text = g_malloc(FIRST_BYTES);
	json->used = 0;
	json->size = FIRST_BYTES;
	json->comma = false;
}

void fw_json_clear(struct fw_json *json)
{
	g_clear_pointer(&json->text, g_free);
}

/* Room for `bytes` more and the final 0. */
static char *reserve(struct fw_json *json, size_t bytes)
{
	if (json->used + bytes >= json->size) {
		json->size = MAX(2 * json->size, json->used + bytes + 1);
		json->text = g_realloc(json->text, json->size);
	}
	return json->text + json->used;
}

static void put(struct fw_json *json, const char *bytes, size_t size)
{
	memcpy(reserve(json, size), bytes, size);
	json->used += size;
}

static void put_char(struct fw_json *json, char c)
{
	*reserve(json, 1) = c;
	json->used++;
}

char *fw_json_steal(struct fw_json *json)
{
	*reserve(json, 0) = 0;
	return g_steal_pointer(&json->text);
}

char *fw_json_copy(const struct fw_json *json, const char *end)
{
	size_t end_size = strlen(end);
	char *text = g_malloc(json->used + end_size + 1);

	memcpy(text, json->text, json->used);
	memcpy(text + json->used, end, end_size + 1);
	return text;
}

/* --- values --------------------------------------------------------------------------------------- */

/* Writes the comma and the name; the value goes where it points, with room for so many bytes, up to finish(). */
static char *begin(struct fw_json *json, const char *key, size_t room)
{
	size_t size = key ? strlen(key) : 0;
	char *to = reserve(json, size + 4 + room);

	if (json->comma) {
		*to++ = ',';
	}
	if (key) {
		*to++ = '"';
		memcpy(to, key, size);
		to += size;
		*to++ = '"';
		*to++ = ':';
	}
	json->comma = true;
	return to;
}

static void finish(struct fw_json *json, const char *to)
{
	json->used = (size_t)(to - json->text);
}

void fw_json_open(struct fw_json *json, const char *key, char bracket)
{
	char *to = begin(json, key, 1);

	*to++ = bracket;
	finish(json, to);
	json->comma = false;
}

void fw_json_close(struct fw_json *json, char bracket)
{
	put_char(json, bracket);
	json->comma = true;
}

static void put_escaped(struct fw_json *json, unsigned char c)
{
	static const char names[] = "\"\"\\\\\nn\rr\tt";
	static const char digits[] = "0123456789abcdef";
	const char code[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

	for (const char *name = names; *name; name += 2) {
		if ((unsigned char)name[0] == c) {
			put(json, (const char[]){'\\', name[1]}, 2);
			return;
		}
	}
	put(json, code, sizeof(code));
}

/* Behind the first byte that has to be escaped. Text between escapes is copied as a whole; room for the longest
 * escapes throughout would make a long text six times as large as it is. */
static void put_rest(struct fw_json *json, const char *text, size_t left)
{
	while (left > 0) {
		size_t plain;

		put_escaped(json, (unsigned char)*text++);
		plain = fw_text_plain_bytes(text, --left);
		put(json, text, plain);
		text += plain;
		left -= plain;
	}
}

static void put_text(
	struct fw_json *json, const char *key, const char *text, size_t size, size_t plain)
{
	char *to = begin(json, key, plain + 1);

	*to++ = '"';
	memcpy(to, text, plain);
	finish(json, to + plain);
	put_rest(json, text + plain, size - plain);
	put_char(json, '"');
}

void fw_json_text(struct fw_json *json, const char *key, const char *text)
{
	if (text) {
		size_t size = strlen(text);

		put_text(json, key, text, size, fw_text_plain_bytes(text, size));
	} else {
		fw_json_null(json, key);
	}
}

void fw_json_escaped(struct fw_json *json, const char *key, const char *text)
{
	size_t size = strlen(text);

	put_text(json, key, text, size, size);
}

/* At `to`, with room for it; where it ends. */
static char *write_int(char *to, int64_t integer)
{
	char digits[INT_CHARS];
	char *at = digits + sizeof(digits);
	uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (integer < 0) {
		*--at = '-';
	}
	memcpy(to, at, (size_t)(digits + sizeof(digits) - at));
	return to + (digits + sizeof(digits) - at);
}

void fw_json_int(struct fw_json *json, const char *key, int64_t integer)
{
	finish(json, write_int(begin(json, key, INT_CHARS), integer));
}

void fw_json_time(struct fw_json *json, const char *key, int64_t time_us)
{
	if (time_us) {
		fw_json_int(json, key, time_us);
	} else {
		fw_json_null(json, key);
	}
}

void fw_json_bool(struct fw_json *json, const char *key, bool truth)
{
	fw_json_raw(json, key, truth ? "true" : "false");
}

void fw_json_null(struct fw_json *json, const char *key)
{
	fw_json_raw(json, key, "null");
}

void fw_json_tenths(struct fw_json *json, const char *key, int64_t tenths)
{
	char *to = write_int(begin(json, key, INT_CHARS + 2), tenths / 10);

	if (tenths % 10) {
		*to++ = '.';
		to = write_int(to, tenths % 10);
	}
	finish(json, to);
}

void fw_json_raw(struct fw_json *json, const char *key, const char *text)
{
	size_t size = strlen(text);
	char *to = begin(json, key, size);

	memcpy(to, text, size);
	finish(json, to + size);
}

void fw_json_members(struct fw_json *json, const char *members)
{
	fw_json_raw(json, NULL, members);
}
