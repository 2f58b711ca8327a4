/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/json_write.h"

#include <string.h>

#define FIRST_BYTES 1024 /* most replies fit; a call is about 1.5 kB, an offer 5 kB */

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

static void begin(struct fw_json *json, const char *key)
{
	if (json->comma) {
		put_char(json, ',');
	}
	if (key) {
		size_t size = strlen(key);
		char *to = reserve(json, size + 3);

		*to++ = '"';
		memcpy(to, key, size);
		memcpy(to + size, "\":", 2);
		json->used += size + 3;
	}
	json->comma = true;
}

void fw_json_open(struct fw_json *json, const char *key, char bracket)
{
	begin(json, key);
	put_char(json, bracket);
	json->comma = false;
}

void fw_json_close(struct fw_json *json, char bracket)
{
	put_char(json, bracket);
	json->comma = true;
}

/* RFC 8259 7: control characters, quote and backslash. */
static bool is_escaped(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
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

/* Text between escapes is copied as a whole; room for the longest escapes throughout would make an offer
 * six times as large as it is. */
void fw_json_text(struct fw_json *json, const char *key, const char *text)
{
	const char *end;

	if (!text) {
		fw_json_null(json, key);
		return;
	}
	begin(json, key);
	put_char(json, '"');
	for (;;) {
		for (end = text; !is_escaped((unsigned char)*end); end++) {
		}
		put(json, text, (size_t)(end - text));
		if (!*end) {
			break;
		}
		put_escaped(json, (unsigned char)*end);
		text = end + 1;
	}
	put_char(json, '"');
}

static void put_int(struct fw_json *json, int64_t integer)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (integer < 0) {
		*--at = '-';
	}
	put(json, at, (size_t)(digits + sizeof(digits) - at));
}

void fw_json_int(struct fw_json *json, const char *key, int64_t integer)
{
	begin(json, key);
	put_int(json, integer);
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
	begin(json, key);
	put_int(json, tenths / 10);
	if (tenths % 10) {
		put_char(json, '.');
		put_int(json, tenths % 10);
	}
}

void fw_json_raw(struct fw_json *json, const char *key, const char *text)
{
	begin(json, key);
	put(json, text, strlen(text));
}

void fw_json_members(struct fw_json *json, const char *members)
{
	begin(json, NULL);
	put(json, members, strlen(members));
}
