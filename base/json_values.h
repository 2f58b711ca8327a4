/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text from outside, read strictly (RFC 8259) into a flat list of its values: an object, no name twice
 * in one object, bounded depth and members, integers of 64 bits, no NUL. A tree with an allocation and a hash
 * table for every object costs more than most decisions that are made by a message.
 *
 * In the list an object or array is followed by what it holds (members as name, value), `next` being the place
 * behind all of it; so the first value is the whole.
 *
 * Owner: the caller's memory; what read() filled is freed by clear(), and nothing is to be freed after a
 * failure. The text stays the caller's and has to be there as long as the values. Threads: any, one at a time.
 * Errors: -EBADMSG not such a text; -EOVERFLOW nested deeper than FW_JSON_MAX_DEPTH, or more than
 * FW_JSON_MEMBERS_MAX members in an object.
 */
#ifndef FW_BASE_JSON_VALUES_H
#define FW_BASE_JSON_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fw_json_kind {
	FW_JSON_NULL,
	FW_JSON_FALSE,
	FW_JSON_TRUE,
	FW_JSON_INTEGER,
	FW_JSON_REAL, /* written with a point or an exponent; finite */
	FW_JSON_TEXT,
	FW_JSON_ARRAY,
	FW_JSON_OBJECT,
};

struct fw_json_value {
	enum fw_json_kind kind;
	uint32_t from, to; /* its bytes in the text */
	uint32_t next;
	union {
		int64_t integer;
		const char *text; /* without escapes, ended by NUL */
	};
};

struct fw_json_values {
	const char *text; /* the caller's */
	char *strings; /* what `text` of the values points into */
	struct fw_json_value *list;
	uint32_t count, size;
};

int fw_json_values_read(struct fw_json_values *values, const char *text, size_t size);
void fw_json_values_clear(struct fw_json_values *values);

/* The member's value; NULL: not there, or `object` is none (it may be NULL). */
const struct fw_json_value *fw_json_value_member(
	const struct fw_json_values *values, const struct fw_json_value *object, const char *name);

/* The first value in an array or name in an object, and the value after that; NULL: there is none. */
const struct fw_json_value *fw_json_value_first(
	const struct fw_json_values *values, const struct fw_json_value *within);
const struct fw_json_value *fw_json_value_next(const struct fw_json_values *values,
	const struct fw_json_value *within, const struct fw_json_value *value);

/* NULL when it is no text, or value is NULL. */
const char *fw_json_value_text(const struct fw_json_value *value);

/* As it was written, but for white space between its parts; g_free. */
char *fw_json_value_compact(const struct fw_json_values *values, const struct fw_json_value *value);

#endif
