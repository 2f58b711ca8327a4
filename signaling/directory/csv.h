/* SPDX-License-Identifier: Apache-2.0 */
/* CSV files of the organisation (RFC 4180): UTF-8, with or without a byte order mark, or GB18030, as spreadsheets
 * write them. The first line names the columns, by the field's name or its Chinese title, in any order; a column
 * that is missing leaves the field as it is.
 *
 * Threads: pure. Errors: none that are not faults with line and column; sizes are bounded by the caller and by
 * FW_CSV_ROWS_MAX.
 */
#ifndef FW_SIGNALING_DIRECTORY_CSV_H
#define FW_SIGNALING_DIRECTORY_CSV_H

#include "signaling/directory/fields.h"

#define FW_CSV_ROWS_MAX 50000

/* The bytes as UTF-8 without mark; NULL: they are neither encoding, or hold a NUL. g_free. */
char *fw_csv_text(const void *bytes, size_t size);

typedef void fw_csv_fault(void *user, unsigned line, const char *field, const char *value,
	const char *code, const char *text);

/* Rows of any table of named columns (struct fw_kept *, their kind FW_KEPT_KINDS; texts without a column NULL), in
 * the order of the file. */
GPtrArray *fw_csv_table(
	const char *text, const struct fw_kind *table, fw_csv_fault *fault, void *user);
/* Objects (struct fw_kept *, fields without a column NULL), in the order of the file. */
GPtrArray *fw_csv_parse(const char *text, enum fw_kept_kind kind, fw_csv_fault *fault, void *user);

/* The bare rows of a file, whatever its columns: struct fw_csv_row *, owned by the array; empty lines are left out.
 * Reading ends behind rows_max rows (*ret_wrong "too_many") and at quotes that do not pair ("quotes"), with the line
 * in *ret_line; else *ret_wrong is NULL. */
struct fw_csv_row {
	unsigned line;
	GPtrArray *cells; /* char *, without white space around them */
};
GPtrArray *fw_csv_rows(const char *text, guint rows_max, const char **ret_wrong, unsigned *ret_line);

/* Writing; the caller puts the byte order mark before it. */
void fw_csv_cell(GString *csv, const char *text, bool last);
void fw_csv_table_heads(GString *csv, const struct fw_kind *table);
void fw_csv_table_row(GString *csv, const struct fw_kind *table, const char *const *texts);
void fw_csv_heads(GString *csv, enum fw_kept_kind kind);
void fw_csv_row(GString *csv, const struct fw_kept *kept);

#endif
