/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/json_write.h"

#include <inttypes.h>
#include <string.h>

void fw_json_init(struct fw_json *json)
{
	json->text = g_string_sized_new(512);
	json->comma = false;
}

void fw_json_clear(struct fw_json *json)
{
	if (json->text) {
		g_string_free(json->text, TRUE);
		json->text = NULL;
	}
}

char *fw_json_steal(struct fw_json *json)
{
	char *text = g_string_free(json->text, FALSE);

	json->text = NULL;
	return text;
}

static void begin(struct fw_json *json, const char *key)
{
	if (json->comma) {
		g_string_append_c(json->text, ',');
	}
	if (key) {
		g_string_append_c(json->text, '"');
		g_string_append(json->text, key);
		g_string_append_len(json->text, "\":", 2);
	}
	json->comma = true;
}

void fw_json_open(struct fw_json *json, const char *key, char bracket)
{
	begin(json, key);
	g_string_append_c(json->text, bracket);
	json->comma = false;
}

void fw_json_close(struct fw_json *json, char bracket)
{
	g_string_append_c(json->text, bracket);
	json->comma = true;
}

static void append_escape(GString *text, unsigned char c)
{
	switch (c) {
	case '"':
		g_string_append_len(text, "\\\"", 2);
		break;
	case '\\':
		g_string_append_len(text, "\\\\", 2);
		break;
	case '\n':
		g_string_append_len(text, "\\n", 2);
		break;
	case '\r':
		g_string_append_len(text, "\\r", 2);
		break;
	case '\t':
		g_string_append_len(text, "\\t", 2);
		break;
	default:
		g_string_append_printf(text, "\\u%04x", c);
	}
}

void fw_json_text(struct fw_json *json, const char *key, const char *text)
{
	const char *from = text;

	if (!text) {
		fw_json_null(json, key);
		return;
	}
	begin(json, key);
	g_string_append_c(json->text, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == '"' || c == '\\') { /* RFC 8259 7 */
			g_string_append_len(json->text, from, text - from);
			append_escape(json->text, c);
			from = text + 1;
		}
	}
	g_string_append_len(json->text, from, text - from);
	g_string_append_c(json->text, '"');
}

static void append_int(GString *text, int64_t integer)
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
	g_string_append_len(text, at, digits + sizeof(digits) - at);
}

void fw_json_int(struct fw_json *json, const char *key, int64_t integer)
{
	begin(json, key);
	append_int(json->text, integer);
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
	append_int(json->text, tenths / 10);
	if (tenths % 10) {
		g_string_append_c(json->text, '.');
		append_int(json->text, tenths % 10);
	}
}

void fw_json_raw(struct fw_json *json, const char *key, const char *text)
{
	begin(json, key);
	g_string_append(json->text, text);
}
