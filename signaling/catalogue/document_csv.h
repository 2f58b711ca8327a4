/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as a table for spreadsheets (RFC 4180): a row per material; what belongs to the item stands in the first
 * of its rows and is empty, or the same, in the others. Lists have a line per entry within their cell, codes of areas
 * are parted by spaces, words are written in Chinese. Reading takes the names of columns and words in either form.
 *
 * Owner: the caller's memory. Threads: pure. Errors: none that are not faults with their line; sizes are bounded by
 * the caller and by FW_ITEM_CSV_ROWS_MAX.
 */
#ifndef FW_SIGNALING_CATALOGUE_DOCUMENT_CSV_H
#define FW_SIGNALING_CATALOGUE_DOCUMENT_CSV_H

#include "signaling/catalogue/document.h"

#include <glib.h>

#define FW_ITEM_CSV_ROWS_MAX 10000

struct fw_item_csv {
	json_t *documents; /* list, not checked: fw_item_check() each */
	GArray *lines; /* struct fw_item_line: where materials stand */
};

struct fw_item_line {
	guint document;
	int material; /* -1: the item itself */
	unsigned line;
};

typedef void fw_item_csv_fault(void *user, unsigned line, const char *column, const char *value,
	const char *code, const char *text);

void fw_item_csv_read(
	const char *text, struct fw_item_csv *ret_csv, fw_item_csv_fault *fault, void *user);
void fw_item_csv_clear(struct fw_item_csv *csv);

/* The line of a fault in that document. */
unsigned fw_item_csv_line(const struct fw_item_csv *csv, guint document, int material);

/* Writing; the caller puts the byte order mark before it. Documents are normal. */
void fw_item_csv_heads(GString *csv);
void fw_item_csv_write(GString *csv, const json_t *document);

#endif
