/* SPDX-License-Identifier: Apache-2.0 */
/* What an item of the catalogue consists of, field by field: one table for JSON documents, for CSV files, for the
 * checks (document.h) and for the database (docs/PROTOCOL-CASES.md 8).
 *
 * Threads: constants. Errors: none.
 */
#ifndef FW_SIGNALING_CATALOGUE_ITEM_FIELDS_H
#define FW_SIGNALING_CATALOGUE_ITEM_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fw_item_type {
	FW_ITEM_ID, /* letters, digits, "-", "_", "." */
	FW_ITEM_TEXT, /* one line */
	FW_ITEM_LINES, /* several */
	FW_ITEM_LETTERS, /* lower-case letters and digits */
	FW_ITEM_WORD, /* one of `words` */
	FW_ITEM_DAYS, /* a number of days, as text; may be empty */
	FW_ITEM_COUNT, /* a JSON number, least to most; null where it is not required */
	FW_ITEM_FLAG, /* JSON true or false */
	FW_ITEM_AREAS, /* list of codes of areas */
	FW_ITEM_LIST, /* list of lines of text */
	FW_ITEM_FORM, /* list of fields, each as fw_item_form says */
	FW_ITEM_PICTURE, /* SHA-256 of a stored picture, or empty */
};

/* A value of a WORD, and as people read it. */
struct fw_item_word {
	const char *word, *title;
};

struct fw_item_field {
	const char *name; /* of the document, and of the database's column */
	const char *title; /* head of the CSV column */
	enum fw_item_type type;
	bool required;
	int64_t least, most; /* COUNT: the number; LIST, AREAS, FORM: how many */
	size_t max_chars; /* of a text, or of each text of a list */
	const struct fw_item_word *words; /* WORD: ends with a NULL */
};

struct fw_item_section {
	const struct fw_item_field *fields;
	size_t count;
};

#define FW_ITEM_MATERIALS_MAX 60
#define FW_ITEM_POINTS_MAX    30

/* Of the item itself; "form" is the last one. */
extern const struct fw_item_section fw_item_head;
/* Members of the object "facts": all are text. */
extern const struct fw_item_section fw_item_facts;
/* Of each member of "materials"; "review_points" is the last one. */
extern const struct fw_item_section fw_item_material;
/* Of each field of "form" (业务表格), which a case answers with a text. */
extern const struct fw_item_section fw_item_form;

const struct fw_item_field *fw_item_field(const struct fw_item_section *section, const char *name);

#endif
