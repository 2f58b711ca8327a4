/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_values.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/limits.h"
#include "base/text.h"

#define FIRST_VALUES 32 /* most requests have fewer */

struct reader {
	const char *start, *at, *end;
	char *strings; /* where the next one goes */
	unsigned depth;
	struct fw_json_values *values;
};

static int read_value(struct reader *reader);

/* --- the list --------------------------------------------------------------------------------- */

/* A value begins here. By its place, because the list moves when it grows. */
static uint32_t begin(struct reader *reader, enum fw_json_kind kind)
{
	struct fw_json_values *values = reader->values;

	if (values->count == values->size) {
		values->size = MAX(FIRST_VALUES, 2 * values->size);
		values->list = g_renew(struct fw_json_value, values->list, values->size);
	}
	values->list[values->count] = (struct fw_json_value){
		.kind = kind, .from = (uint32_t)(reader->at - reader->start)};
	return values->count++;
}

static void end(struct reader *reader, uint32_t place)
{
	struct fw_json_value *value = &reader->values->list[place];

	value->to = (uint32_t)(reader->at - reader->start);
	value->next = reader->values->count;
}

/* --- characters ------------------------------------------------------------------------------- */

/* 0 at the end: the text has no NUL. */
static char peek(const struct reader *reader)
{
	return reader->at < reader->end ? *reader->at : '\0';
}

static bool take(struct reader *reader, char c)
{
	bool there = peek(reader) == c;

	reader->at += there;
	return there;
}

static void pass_space(struct reader *reader)
{
	while (peek(reader) == ' ' || peek(reader) == '\n' || peek(reader) == '\r' ||
		peek(reader) == '\t') {
		reader->at++;
	}
}

/* --- texts ------------------------------------------------------------------------------------ */

static int read_four_digits(struct reader *reader, gunichar *ret_code)
{
	gunichar code = 0;

	for (int i = 0; i < 4; i++, reader->at++) {
		if (!g_ascii_isxdigit(peek(reader))) {
			return -EBADMSG;
		}
		code = code << 4 | (gunichar)g_ascii_xdigit_value(*reader->at);
	}
	*ret_code = code;
	return 0;
}

/* Behind "\u". What lies outside of the basic plane is written as two surrogates. */
static int read_code(struct reader *reader, gunichar *ret_code)
{
	gunichar low;
	int result = read_four_digits(reader, ret_code);

	if (result < 0 || *ret_code < 0xd800 || *ret_code > 0xdfff) {
		return result == 0 && *ret_code == 0 ? -EBADMSG : result;
	}
	if (*ret_code > 0xdbff || !take(reader, '\\') || !take(reader, 'u') ||
		read_four_digits(reader, &low) < 0 || low < 0xdc00 || low > 0xdfff) {
		return -EBADMSG;
	}
	*ret_code = 0x10000 + ((*ret_code - 0xd800) << 10 | (low - 0xdc00));
	return 0;
}

static int read_escape(struct reader *reader)
{
	static const char names[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	gunichar code;
	int result;

	reader->at++; /* the backslash */
	if (take(reader, 'u')) {
		result = read_code(reader, &code);
		if (result == 0) {
			reader->strings += g_unichar_to_utf8(code, reader->strings);
		}
		return result;
	}
	for (const char *name = names; *name; name += 2) {
		if (take(reader, name[0])) {
			*reader->strings++ = name[1];
			return 0;
		}
	}
	return -EBADMSG;
}

static int read_text(struct reader *reader)
{
	uint32_t place = begin(reader, FW_JSON_TEXT);

	reader->values->list[place].text = reader->strings;
	reader->at++; /* the quote */
	for (;;) {
		size_t plain = fw_text_plain_bytes(reader->at, (size_t)(reader->end - reader->at));

		memcpy(reader->strings, reader->at, plain);
		reader->strings += plain;
		reader->at += plain;
		if (take(reader, '"')) {
			break;
		}
		if (peek(reader) != '\\' || read_escape(reader) < 0) {
			return -EBADMSG;
		}
	}
	*reader->strings++ = '\0';
	end(reader, place);
	return 0;
}

/* --- numbers and words ------------------------------------------------------------------------ */

static bool pass_digits(struct reader *reader)
{
	const char *first = reader->at;

	while (g_ascii_isdigit(peek(reader))) {
		reader->at++;
	}
	return reader->at > first;
}

static bool pass_fraction_and_exponent(struct reader *reader)
{
	if (take(reader, '.') && !pass_digits(reader)) {
		return false;
	}
	if (take(reader, 'e') || take(reader, 'E')) {
		if (!take(reader, '+')) {
			(void)take(reader, '-');
		}
		return pass_digits(reader);
	}
	return true;
}

/* What stands behind the number is no part of one, so that the conversions stop at it, or at the end. */
static int convert(struct reader *reader, struct fw_json_value *number)
{
	g_autofree char *digits = g_strndup(
		reader->start + number->from, (size_t)(reader->at - reader->start) - number->from);

	if (number->kind == FW_JSON_REAL) {
		return isfinite(g_ascii_strtod(digits, NULL)) ? 0 : -EBADMSG;
	}
	errno = 0;
	number->integer = g_ascii_strtoll(digits, NULL, 10);
	return errno ? -EBADMSG : 0;
}

static int read_number(struct reader *reader)
{
	uint32_t place = begin(reader, FW_JSON_INTEGER);
	const char *whole;
	int result;

	(void)take(reader, '-');
	whole = reader->at;
	if (!pass_digits(reader) || (*whole == '0' && reader->at > whole + 1)) {
		return -EBADMSG;
	}
	whole = reader->at;
	if (!pass_fraction_and_exponent(reader)) {
		return -EBADMSG;
	}
	if (reader->at > whole) {
		reader->values->list[place].kind = FW_JSON_REAL;
	}
	result = convert(reader, &reader->values->list[place]);
	end(reader, place);
	return result;
}

static int read_word(struct reader *reader, const char *word, enum fw_json_kind kind)
{
	uint32_t place = begin(reader, kind);

	for (; *word; word++) {
		if (!take(reader, *word)) {
			return -EBADMSG;
		}
	}
	end(reader, place);
	return 0;
}

/* --- arrays and objects ----------------------------------------------------------------------- */

static int read_array(struct reader *reader)
{
	uint32_t place = begin(reader, FW_JSON_ARRAY);
	int result;

	reader->at++; /* the bracket */
	pass_space(reader);
	if (!take(reader, ']')) {
		do {
			result = read_value(reader);
			if (result < 0) {
				return result;
			}
		} while (take(reader, ','));
		if (!take(reader, ']')) {
			return -EBADMSG;
		}
	}
	end(reader, place);
	return 0;
}

/* Whether the name that was just read stands in the object already. */
static bool is_repeated(const struct fw_json_values *values, uint32_t object, uint32_t name)
{
	for (uint32_t i = object + 1; i < name; i = values->list[i + 1].next) {
		if (strcmp(values->list[i].text, values->list[name].text) == 0) {
			return true;
		}
	}
	return false;
}

static int read_member(struct reader *reader, uint32_t object)
{
	uint32_t name = reader->values->count;

	pass_space(reader);
	if (peek(reader) != '"' || read_text(reader) < 0 ||
		is_repeated(reader->values, object, name)) {
		return -EBADMSG;
	}
	pass_space(reader);
	return take(reader, ':') ? read_value(reader) : -EBADMSG;
}

static int read_object(struct reader *reader)
{
	uint32_t place = begin(reader, FW_JSON_OBJECT);
	unsigned members = 0;
	int result;

	reader->at++; /* the bracket */
	pass_space(reader);
	if (!take(reader, '}')) {
		do {
			result = members++ < FW_JSON_MEMBERS_MAX ? read_member(reader, place)
								 : -EOVERFLOW;
			if (result < 0) {
				return result;
			}
		} while (take(reader, ','));
		if (!take(reader, '}')) {
			return -EBADMSG;
		}
	}
	end(reader, place);
	return 0;
}

static int read_nested(struct reader *reader, int (*read)(struct reader *reader))
{
	int result = reader->depth < FW_JSON_MAX_DEPTH ? 0 : -EOVERFLOW;

	if (result == 0) {
		reader->depth++;
		result = read(reader);
		reader->depth--;
	}
	return result;
}

/* With the white space around it. */
static int read_value(struct reader *reader)
{
	int result;

	pass_space(reader);
	switch (peek(reader)) {
	case '{':
		result = read_nested(reader, read_object);
		break;
	case '[':
		result = read_nested(reader, read_array);
		break;
	case '"':
		result = read_text(reader);
		break;
	case 't':
		result = read_word(reader, "true", FW_JSON_TRUE);
		break;
	case 'f':
		result = read_word(reader, "false", FW_JSON_FALSE);
		break;
	case 'n':
		result = read_word(reader, "null", FW_JSON_NULL);
		break;
	default:
		result = read_number(reader);
	}
	pass_space(reader);
	return result;
}

/* --- the whole -------------------------------------------------------------------------------- */

int fw_json_values_read(struct fw_json_values *values, const char *text, size_t size)
{
	struct reader reader = {.start = text, .at = text, .end = text + size, .values = values};
	int result;

	assert(size < UINT32_MAX);
	*values = (struct fw_json_values){.text = text};
	if (!fw_text_is_utf8(text, size)) {
		return -EBADMSG;
	}
	/* A text's two quotes are room for its NUL, and no escape is shorter than what it stands for. */
	reader.strings = values->strings = g_malloc(size + 1);
	result = read_value(&reader);
	if (result == 0 && (reader.at < reader.end || values->list[0].kind != FW_JSON_OBJECT)) {
		result = -EBADMSG;
	}
	if (result < 0) {
		fw_json_values_clear(values);
	}
	return result;
}

void fw_json_values_clear(struct fw_json_values *values)
{
	g_free(values->list);
	g_free(values->strings);
	*values = (struct fw_json_values){0};
}

/* --- finding ---------------------------------------------------------------------------------- */

const struct fw_json_value *fw_json_value_first(
	const struct fw_json_values *values, const struct fw_json_value *within)
{
	return within + 1 < values->list + within->next ? within + 1 : NULL;
}

const struct fw_json_value *fw_json_value_next(const struct fw_json_values *values,
	const struct fw_json_value *within, const struct fw_json_value *value)
{
	return value->next < within->next ? values->list + value->next : NULL;
}

const struct fw_json_value *fw_json_value_member(
	const struct fw_json_values *values, const struct fw_json_value *object, const char *name)
{
	const struct fw_json_value *at;

	if (!object || object->kind != FW_JSON_OBJECT) {
		return NULL;
	}
	for (at = fw_json_value_first(values, object); at;
		at = fw_json_value_next(values, object, at + 1)) {
		if (strcmp(at->text, name) == 0) {
			return at + 1;
		}
	}
	return NULL;
}

const char *fw_json_value_text(const struct fw_json_value *value)
{
	return value && value->kind == FW_JSON_TEXT ? value->text : NULL;
}

char *fw_json_value_compact(const struct fw_json_values *values, const struct fw_json_value *value)
{
	char *compact = g_malloc(value->to - value->from + 1), *to = compact;
	bool in_text = false;

	for (const char *at = values->text + value->from; at < values->text + value->to; at++) {
		if (!in_text && g_ascii_isspace(*at)) {
			continue;
		}
		*to++ = *at;
		if (in_text && *at == '\\') {
			*to++ = *++at; /* no quote that ends the text */
		} else if (*at == '"') {
			in_text = !in_text;
		}
	}
	*to = '\0';
	return compact;
}
