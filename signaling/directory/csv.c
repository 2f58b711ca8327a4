/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/csv.h"

#include "base/text.h"

#include <string.h>

#define MARK "\xef\xbb\xbf"

char *fw_csv_text(const void *bytes, size_t size)
{
	const char *text = bytes;

	if (memchr(text, '\0', size)) {
		return NULL;
	}
	if (size >= 3 && memcmp(text, MARK, 3) == 0) {
		text += 3;
		size -= 3;
	}
	if (fw_text_is_utf8(text, size)) {
		return g_strndup(text, size);
	}
	return g_convert(text, (gssize)size, "UTF-8", "GB18030", NULL, NULL, NULL);
}

/* --- reading ------------------------------------------------------------------------------------ */

struct reader {
	const char *at;
	unsigned line; /* of `at`, from 1 */
	bool ended; /* the last cell ended its row */
	bool broken; /* a quoted cell never ends, or text follows it */
};

static void read_quoted(struct reader *reader, GString *cell)
{
	reader->at++;
	for (;; reader->at++) {
		if (!*reader->at) {
			reader->broken = true;
			return;
		}
		if (*reader->at == '"') {
			if (reader->at[1] != '"') {
				reader->at++;
				return;
			}
			reader->at++;
		}
		reader->line += *reader->at == '\n';
		g_string_append_c(cell, *reader->at);
	}
}

/* The next cell, without white space around it. */
static void read_cell(struct reader *reader, GString *cell)
{
	g_string_truncate(cell, 0);
	if (*reader->at == '"') {
		read_quoted(reader, cell);
		if (*reader->at && !strchr(",\r\n", *reader->at)) {
			reader->broken = true;
		}
	}
	while (*reader->at && !strchr(",\r\n", *reader->at)) {
		g_string_append_c(cell, *reader->at++);
	}
	reader->ended = *reader->at != ',';
	if (*reader->at == '\r') {
		reader->at++;
	}
	if (*reader->at == '\n' || *reader->at == ',') {
		reader->line += *reader->at == '\n';
		reader->at++;
	}
	g_strstrip(cell->str);
	cell->len = strlen(cell->str);
}

static int column_of(const struct fw_kind *kind, const char *head)
{
	for (unsigned i = 0; i < kind->count; i++) {
		if (strcmp(head, kind->fields[i].name) == 0 ||
			strcmp(head, kind->fields[i].title) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static GArray *read_heads(
	struct reader *reader, const struct fw_kind *kind, fw_csv_fault *fault, void *user)
{
	GArray *columns = g_array_new(FALSE, FALSE, sizeof(int));
	g_autoptr(GString) cell = g_string_new(NULL);
	unsigned seen = 0;

	do {
		int column;

		read_cell(reader, cell);
		column = column_of(kind, cell->str);
		if (column < 0) {
			fault(user, 1, NULL, cell->str, "unknown_column",
				"不认识这一列，请先导出一份，照它的列名填写");
		} else if (seen & (1u << column)) {
			fault(user, 1, kind->fields[column].name, cell->str, "duplicate",
				"表头里同一列出现两次");
		} else {
			seen |= 1u << column;
		}
		g_array_append_val(columns, column);
	} while (!reader->ended && columns->len < 2 * FW_FIELDS_MAX);
	if (!(seen & 1)) {
		fault(user, 1, kind->fields[0].name, "", "missing_column", "表头里缺少编码列");
	}
	return columns;
}

static struct fw_kept *read_row(
	struct reader *reader, const GArray *columns, fw_csv_fault *fault, void *user)
{
	g_autoptr(GString) cell = g_string_new(NULL);
	struct fw_kept *kept = g_new0(struct fw_kept, 1);
	guint cells = 0;

	kept->kind = FW_KEPT_KINDS;
	kept->line = reader->line;
	do {
		int column = cells < columns->len ? g_array_index(columns, int, cells) : -1;

		read_cell(reader, cell);
		if (column >= 0) {
			fw_kept_set(kept, (unsigned)column, cell->str);
		}
		cells++;
	} while (!reader->ended);
	if (cells != columns->len && !(cells == 1 && cell->len == 0)) {
		fault(user, kept->line, NULL, "", "cells", "这一行的列数与表头不同");
	}
	if (reader->broken) {
		fault(user, kept->line, NULL, "", "quotes", "引号不成对");
	}
	if (cells == 1 && cell->len == 0) { /* an empty line */
		fw_kept_clear(kept);
		g_clear_pointer(&kept, g_free);
	}
	return kept;
}

static bool has_ids(const GArray *columns)
{
	for (guint i = 0; i < columns->len; i++) {
		if (g_array_index(columns, int, i) == 0) {
			return true;
		}
	}
	return false;
}

static void free_kept(void *kept)
{
	fw_kept_clear(kept);
	g_free(kept);
}

GPtrArray *fw_csv_table(
	const char *text, const struct fw_kind *table, fw_csv_fault *fault, void *user)
{
	struct reader reader = {.at = text, .line = 1};
	GPtrArray *all = g_ptr_array_new_with_free_func(free_kept);
	GArray *columns = read_heads(&reader, table, fault, user);

	/* Without ids every row would be wrong in the same way: the heads are to be put right first. */
	while (has_ids(columns) && *reader.at && !reader.broken) {
		struct fw_kept *kept;

		if (all->len == FW_CSV_ROWS_MAX) {
			fault(user, reader.line, NULL, "", "too_many", "行数过多，请分成几个文件");
			break;
		}
		kept = read_row(&reader, columns, fault, user);
		if (kept) {
			g_ptr_array_add(all, kept);
		}
	}
	g_array_free(columns, TRUE);
	return all;
}

GPtrArray *fw_csv_parse(const char *text, enum fw_kept_kind kind, fw_csv_fault *fault, void *user)
{
	GPtrArray *all = fw_csv_table(text, fw_kept_kind(kind), fault, user);

	for (guint i = 0; i < all->len; i++) {
		((struct fw_kept *)g_ptr_array_index(all, i))->kind = kind;
	}
	return all;
}

/* --- bare rows ---------------------------------------------------------------------------------- */

static void free_row(void *row_void)
{
	struct fw_csv_row *row = row_void;

	g_ptr_array_free(row->cells, TRUE);
	g_free(row);
}

static struct fw_csv_row *read_bare(struct reader *reader)
{
	g_autoptr(GString) cell = g_string_new(NULL);
	struct fw_csv_row *row = g_new0(struct fw_csv_row, 1);

	row->line = reader->line;
	row->cells = g_ptr_array_new_with_free_func(g_free);
	do {
		read_cell(reader, cell);
		g_ptr_array_add(row->cells, g_strdup(cell->str));
	} while (!reader->ended);
	return row;
}

GPtrArray *fw_csv_rows(const char *text, guint rows_max, const char **ret_wrong, unsigned *ret_line)
{
	struct reader reader = {.at = text, .line = 1};
	GPtrArray *all = g_ptr_array_new_with_free_func(free_row);

	*ret_wrong = NULL;
	while (*reader.at && !*ret_wrong) {
		struct fw_csv_row *row = read_bare(&reader);
		bool empty = row->cells->len == 1 && !*(char *)row->cells->pdata[0];

		if (reader.broken || all->len == rows_max) {
			*ret_wrong = reader.broken ? "quotes" : "too_many";
			*ret_line = row->line;
		}
		if (empty) {
			free_row(row);
		} else {
			g_ptr_array_add(all, row);
		}
	}
	return all;
}

/* --- writing ------------------------------------------------------------------------------------ */

void fw_csv_cell(GString *csv, const char *text, bool last)
{
	bool quote = strpbrk(text, ",\"\r\n") != NULL;

	if (quote) {
		g_string_append_c(csv, '"');
	}
	for (; *text; text++) {
		if (*text == '"') {
			g_string_append_c(csv, '"');
		}
		g_string_append_c(csv, *text);
	}
	g_string_append(csv, quote ? "\"" : "");
	g_string_append(csv, last ? "\r\n" : ",");
}

void fw_csv_table_heads(GString *csv, const struct fw_kind *table)
{
	for (unsigned i = 0; i < table->count; i++) {
		fw_csv_cell(csv, table->fields[i].name, i + 1 == table->count);
	}
}

void fw_csv_table_row(GString *csv, const struct fw_kind *table, const char *const *texts)
{
	for (unsigned i = 0; i < table->count; i++) {
		fw_csv_cell(csv, texts[i], i + 1 == table->count);
	}
}

void fw_csv_heads(GString *csv, enum fw_kept_kind kind)
{
	fw_csv_table_heads(csv, fw_kept_kind(kind));
}

void fw_csv_row(GString *csv, const struct fw_kept *kept)
{
	fw_csv_table_row(csv, fw_kept_kind(kept->kind), (const char *const *)kept->texts);
}
