/* SPDX-License-Identifier: Apache-2.0 */
/* What the administrator keeps: five kinds of objects, each a row of named fields. One table describes them for the
 * API, for CSV files, for the checks (check.h) and for the database.
 *
 * A field's value travels as text, as a person writes it: "" is nothing, flags are 0 and 1, coordinates decimal
 * degrees, several values are parted by spaces (office hours by semicolons).
 * Owner: the caller's memory. Threads: the connection's; the rest is pure. Errors: negative errno of the database.
 */
#ifndef FW_SIGNALING_DIRECTORY_FIELDS_H
#define FW_SIGNALING_DIRECTORY_FIELDS_H

#include "base/cleanup.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct fw_db;

enum fw_kept_kind {
	FW_KEPT_AREA,
	FW_KEPT_BODY,
	FW_KEPT_HALL,
	FW_KEPT_WINDOW,
	FW_KEPT_ACCOUNT,
	FW_KEPT_KINDS
};

enum fw_field_type {
	FW_FIELD_ID,
	FW_FIELD_TEXT,
	FW_FIELD_WORD, /* one of `words` */
	FW_FIELD_NUMBER, /* least to most */
	FW_FIELD_FLAG,
	FW_FIELD_DEGREES, /* least to most, in millionths */
	FW_FIELD_PHONE,
	FW_FIELD_REFERENCE, /* id of `refers` */
	FW_FIELD_ITEMS, /* ids of items; "": all of the area */
	FW_FIELD_HOURS, /* "1-5 08:30-12:00 14:30-17:30; 6 09:00-12:00" */
	FW_FIELD_ROLES, /* "home_clerk@441523 supervisor@441500" */
};

struct fw_field {
	const char *name; /* of the API and the CSV file */
	const char *title; /* Chinese head of the CSV column, taken as well */
	enum fw_field_type type;
	bool required;
	const char *words; /* WORD: "|city|county|"; else NULL */
	int64_t least, most;
	enum fw_kept_kind refers;
	const char *fallback; /* of a new object when the field is not given; NULL: "" */
};

#define FW_FIELDS_MAX 12

struct fw_kind {
	const char *name; /* "halls": of paths and files */
	const char *table, *key; /* key: the column of the id */
	struct fw_field fields[FW_FIELDS_MAX]; /* [0] is the id */
	unsigned count;
};

const struct fw_kind *fw_kept_kind(enum fw_kept_kind kind);
bool fw_kept_kind_from_name(const char *name, enum fw_kept_kind *ret_kind);

/* One object, all fields. */
struct fw_kept {
	enum fw_kept_kind kind;
	unsigned line; /* in the file, 1: the heads; 0: not from a file */
	bool exists; /* in the database */
	bool closed;
	char *texts[FW_FIELDS_MAX]; /* owned, never NULL once complete */
};

void fw_kept_clear(struct fw_kept *kept);
static inline void fw_kept_clear_at(struct fw_kept *kept)
{
	fw_kept_clear(kept);
}
const char *fw_kept_text(const struct fw_kept *kept, const char *field);
void fw_kept_set(struct fw_kept *kept, unsigned field, const char *text);

/* The object as the database has it; 1: it is there, 0: not. */
int fw_kept_read(struct fw_db *db, enum fw_kept_kind kind, const char *id, struct fw_kept *ret_kept);
/* Texts not set yet become those of the database, or of a new object. */
int fw_kept_complete(struct fw_db *db, struct fw_kept *kept);
/* Writes it; it was checked before. hash: of a new account's first password. */
int fw_kept_store(struct fw_db *db, const struct fw_kept *kept, const char *hash);

/* "30.123456" in millionths. */
bool fw_degrees_parse(const char *text, int64_t *ret_e6);

/* Each span of office hours; false: not hours. each: false stops it (and makes it false). */
typedef bool fw_hours_each(void *user, int weekday, int begin_minute, int end_minute);
bool fw_hours_parse(const char *text, fw_hours_each *each, void *user);

#endif
