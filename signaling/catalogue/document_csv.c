/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/document_csv.h"

#include "signaling/directory/csv.h"

#include <string.h>

/* Columns in order: the head, the facts, the materials. Two sections have a field "intermediary", so a column's own
 * name begins with its section. */
struct column {
	const struct fw_item_section *section;
	const struct fw_item_field *field;
};

#define COLUMNS_MAX 64

static size_t all_columns(struct column *ret_columns)
{
	const struct fw_item_section *const sections[] = {
		&fw_item_head, &fw_item_facts, &fw_item_material};
	size_t count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
		for (size_t k = 0; k < sections[i]->count && count < COLUMNS_MAX; k++) {
			ret_columns[count++] = (struct column){sections[i], &sections[i]->fields[k]};
		}
	}
	return count;
}

static bool names(const struct column *column, const char *head)
{
	const char *prefix = column->section == &fw_item_facts ? "facts."
		: column->section == &fw_item_material         ? "materials."
							       : "";

	return strcmp(column->field->title, head) == 0 ||
		(g_str_has_prefix(head, prefix) &&
			strcmp(head + strlen(prefix), column->field->name) == 0);
}

/* --- reading -------------------------------------------------------------------------------------- */

struct reading {
	struct fw_item_csv *csv;
	struct column columns[COLUMNS_MAX];
	int order[COLUMNS_MAX]; /* column of each cell; -1: unknown */
	guint cells;
	GHashTable *seen; /* ids */
	json_t *document; /* borrowed; being read */
	fw_item_csv_fault *fault;
	void *user;
};

static int find_column(const struct reading *reading, size_t count, const char *head)
{
	for (size_t i = 0; i < count; i++) {
		if (names(&reading->columns[i], head)) {
			return (int)i;
		}
	}
	return -1;
}

static bool read_heads(struct reading *reading, const struct fw_csv_row *row)
{
	bool used[COLUMNS_MAX] = {false};
	size_t count = all_columns(reading->columns);

	reading->cells = MIN(row->cells->len, COLUMNS_MAX);
	for (guint i = 0; i < row->cells->len; i++) {
		const char *head = g_ptr_array_index(row->cells, i);
		int column = find_column(reading, count, head);

		if (column < 0 || i >= COLUMNS_MAX) {
			reading->fault(reading->user, row->line, head, head, "unknown_column",
				"表头里没有这一列");
		} else if (used[column]) {
			reading->fault(reading->user, row->line, head, head, "duplicate",
				"表头里同一列出现两次");
			column = -1;
		} else {
			used[column] = true;
		}
		if (i < COLUMNS_MAX) {
			reading->order[i] = column;
		}
	}
	if (!used[0]) {
		reading->fault(reading->user, row->line, fw_item_head.fields[0].title, "",
			"missing_column", "表头里缺少事项编码列");
	}
	return used[0];
}

/* What a formula would begin with is written behind an apostrophe. */
static const char *bare(const char *cell)
{
	return cell[0] == '\'' && cell[1] && strchr("=+-@", cell[1]) ? cell + 1 : cell;
}

static json_t *list_value(const char *cell, const char *separators)
{
	g_auto(GStrv) parts = g_strsplit_set(cell, separators, -1);
	json_t *list = json_array();

	for (guint i = 0; parts[i]; i++) {
		const char *part = g_strstrip(parts[i]);

		if (part[0]) {
			json_array_append_new(list, json_string(part));
		}
	}
	return list;
}

#define CHOICES_BETWEEN "；"

static json_t *words_of(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, CHOICES_BETWEEN, -1);
	json_t *list = json_array();

	for (guint i = 0; parts[i]; i++) {
		if (g_strstrip(parts[i])[0]) {
			json_array_append_new(list, json_string(parts[i]));
		}
	}
	return list;
}

static json_t *word_value(const struct fw_item_field *field, const char *cell)
{
	for (const struct fw_item_word *word = field->words; word->word; word++) {
		if (strcmp(word->title, cell) == 0) {
			return json_string(word->word);
		}
	}
	return json_string(cell);
}

static bool is_one_of(const char *cell, const char *words)
{
	g_autofree char *pattern = g_strdup_printf("|%s|", cell);

	return !strchr(cell, '|') && strstr(words, pattern) != NULL;
}

/* A field of a form: 名称|类型|必填|选项；选项|填写说明, of which what is left out at the end is empty. */
static json_t *form_field(const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, "|", (int)fw_item_form.count);
	json_t *field = json_object();

	for (size_t i = 0; i < fw_item_form.count && parts[i]; i++) {
		const struct fw_item_field *one = &fw_item_form.fields[i];
		const char *part = g_strstrip(parts[i]);
		json_t *value = one->type == FW_ITEM_WORD ? word_value(one, part)
			: one->type == FW_ITEM_LIST       ? words_of(part)
			: one->type == FW_ITEM_FLAG && (!part[0] || strcmp(part, one->title) == 0)
			? json_boolean(part[0])
			: json_string(part);

		json_object_set_new(field, one->name, value);
	}
	return field;
}

static json_t *form_value(const char *cell)
{
	g_auto(GStrv) lines = g_strsplit(bare(cell), "\n", -1);
	json_t *form = json_array();

	for (guint i = 0; lines[i]; i++) {
		if (g_strstrip(lines[i])[0]) {
			json_array_append_new(form, form_field(lines[i]));
		}
	}
	return form;
}

/* What the cell says; what it should not say stays a text, for the check to find. */
static json_t *value_of(const struct fw_item_field *field, const char *cell)
{
	switch (field->type) {
	case FW_ITEM_COUNT:
		if (!cell[0]) {
			return json_null();
		}
		return strlen(cell) <= 6 && strspn(cell, "0123456789") == strlen(cell)
			? json_integer((json_int_t)g_ascii_strtoll(cell, NULL, 10))
			: json_string(cell);
	case FW_ITEM_FLAG:
		if (is_one_of(cell, "|是|1|true|")) {
			return json_true();
		}
		return is_one_of(cell, "||否|0|false|") ? json_false() : json_string(cell);
	case FW_ITEM_AREAS:
		return list_value(cell, " ,;\n");
	case FW_ITEM_LIST:
		return list_value(cell, "\n");
	case FW_ITEM_WORD:
		return word_value(field, cell);
	case FW_ITEM_FORM:
		return form_value(cell);
	default:
		return json_string(bare(cell));
	}
}

static void note_line(struct reading *reading, int material, unsigned line)
{
	struct fw_item_line where = {
		(guint)json_array_size(reading->csv->documents) - 1, material, line};

	g_array_append_val(reading->csv->lines, where);
}

static const char *cell_of(const struct fw_csv_row *row, guint index)
{
	return index < row->cells->len ? g_ptr_array_index(row->cells, index) : "";
}

static void begin_document(struct reading *reading, const struct fw_csv_row *row, const char *id)
{
	reading->document = json_object();
	json_object_set_new(reading->document, "facts", json_object());
	json_object_set_new(reading->document, "materials", json_array());
	json_array_append_new(reading->csv->documents, reading->document);
	note_line(reading, -1, row->line);
	if (!g_hash_table_add(reading->seen, g_strdup(id))) {
		reading->fault(reading->user, row->line, fw_item_head.fields[0].title, id,
			"duplicate", "这个事项在文件里出现了两次");
	}
}

/* A cell of the item or its facts: the first row says it, the others may only repeat it. */
static void take_head(struct reading *reading, const struct fw_csv_row *row,
	const struct column *column, const char *cell, bool first)
{
	json_t *object = column->section == &fw_item_head
		? reading->document
		: json_object_get(reading->document, "facts");
	json_t *value;

	if (!first && !cell[0]) {
		return;
	}
	value = value_of(column->field, cell);
	if (first) {
		json_object_set_new(object, column->field->name, value);
		return;
	}
	if (!json_equal(json_object_get(object, column->field->name), value)) {
		reading->fault(reading->user, row->line, column->field->title, cell, "different",
			"与这个事项第一行写的不同");
	}
	json_decref(value);
}

static bool has_material(const struct reading *reading, const struct fw_csv_row *row)
{
	for (guint i = 0; i < reading->cells; i++) {
		if (reading->order[i] >= 0 &&
			reading->columns[reading->order[i]].section == &fw_item_material &&
			cell_of(row, i)[0]) {
			return true;
		}
	}
	return false;
}

static void read_row(struct reading *reading, const struct fw_csv_row *row, const char *id)
{
	const char *current = fw_item_text(reading->document, "id");
	bool first = !reading->document || (id[0] && strcmp(id, current) != 0);
	json_t *materials, *material = NULL;

	if (first) {
		begin_document(reading, row, id);
	}
	materials = json_object_get(reading->document, "materials");
	if (has_material(reading, row)) {
		material = json_object();
		json_object_set_new(material, "number",
			json_integer((json_int_t)json_array_size(materials) + 1));
		json_array_append_new(materials, material);
		note_line(reading, (int)json_array_size(materials) - 1, row->line);
	}
	for (guint i = 0; i < reading->cells; i++) {
		const struct column *column;
		const char *cell = cell_of(row, i);

		if (reading->order[i] < 0) {
			continue;
		}
		column = &reading->columns[reading->order[i]];
		if (column->section != &fw_item_material) {
			take_head(reading, row, column, cell, first);
		} else if (material && (cell[0] || column->field->type != FW_ITEM_COUNT)) {
			json_object_set_new(
				material, column->field->name, value_of(column->field, cell));
		}
	}
}

static const char *id_of(const struct reading *reading, const struct fw_csv_row *row)
{
	for (guint i = 0; i < reading->cells; i++) {
		if (reading->order[i] == 0) {
			return cell_of(row, i);
		}
	}
	return "";
}

static void read_rows(struct reading *reading, const GPtrArray *rows)
{
	for (guint i = 1; i < rows->len; i++) {
		const struct fw_csv_row *row = g_ptr_array_index(rows, i);
		const char *id = id_of(reading, row);

		if (row->cells->len != ((struct fw_csv_row *)rows->pdata[0])->cells->len) {
			reading->fault(reading->user, row->line, NULL, "", "cells",
				"这一行的列数与表头不同");
		}
		if (!id[0] && !reading->document) {
			reading->fault(reading->user, row->line, fw_item_head.fields[0].title, "",
				"required", "第一行必须有事项编码");
			continue;
		}
		read_row(reading, row, id);
	}
}

void fw_item_csv_read(
	const char *text, struct fw_item_csv *ret_csv, fw_item_csv_fault *fault, void *user)
{
	struct reading reading = {.csv = ret_csv, .fault = fault, .user = user};
	const char *wrong;
	unsigned line = 0;
	g_autoptr(GPtrArray) rows = fw_csv_rows(text, FW_ITEM_CSV_ROWS_MAX, &wrong, &line);

	ret_csv->documents = json_array();
	ret_csv->lines = g_array_new(FALSE, FALSE, sizeof(struct fw_item_line));
	reading.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (wrong) {
		fault(user, line, NULL, "", wrong,
			wrong[0] == 'q' ? "引号不成对" : "行数过多，请分成几个文件");
	} else if (rows->len == 0) {
		fault(user, 1, NULL, "", "empty", "文件是空的");
	} else if (read_heads(&reading, g_ptr_array_index(rows, 0))) {
		read_rows(&reading, rows);
	}
	g_hash_table_destroy(reading.seen);
}

void fw_item_csv_clear(struct fw_item_csv *csv)
{
	json_decref(csv->documents);
	g_array_free(csv->lines, TRUE);
}

unsigned fw_item_csv_line(const struct fw_item_csv *csv, guint document, int material)
{
	unsigned line = 0;

	for (guint i = 0; i < csv->lines->len; i++) {
		const struct fw_item_line *one = &g_array_index(csv->lines, struct fw_item_line, i);

		if (one->document == document && (one->material == -1 || one->material == material)) {
			line = one->line;
		}
	}
	return line;
}

/* --- writing -------------------------------------------------------------------------------------- */

static void append_list(GString *text, const json_t *list, const char *separator)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		g_string_append(text, i ? separator : "");
		g_string_append(text, json_string_value(json_array_get(list, i)));
	}
}

static void append_word(GString *text, const struct fw_item_field *field, const char *value)
{
	for (const struct fw_item_word *word = field->words; word->word; word++) {
		if (strcmp(word->word, value) == 0) {
			g_string_append(text, word->title);
			return;
		}
	}
	g_string_append(text, value);
}

static void append_form(GString *text, const json_t *form)
{
	const char *first = fw_item_text(json_array_get(form, 0), "name");

	if (first[0] && strchr("=+-@", first[0])) {
		g_string_append_c(text, '\'');
	}
	for (size_t i = 0; i < json_array_size(form); i++) {
		const json_t *one = json_array_get(form, i);

		g_string_append_printf(text, "%s%s|", i ? "\n" : "", fw_item_text(one, "name"));
		append_word(text, fw_item_field(&fw_item_form, "kind"), fw_item_text(one, "kind"));
		g_string_append_printf(
			text, "|%s|", json_is_true(json_object_get(one, "required")) ? "必填" : "");
		append_list(text, json_object_get(one, "choices"), CHOICES_BETWEEN);
		g_string_append_printf(text, "|%s", fw_item_text(one, "hint"));
	}
}

static void append_value(GString *text, const struct fw_item_field *field, const json_t *value)
{
	switch (field->type) {
	case FW_ITEM_COUNT:
		if (json_is_integer(value)) {
			g_string_append_printf(
				text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		}
		break;
	case FW_ITEM_FLAG:
		g_string_append(text, json_is_true(value) ? "是" : "否");
		break;
	case FW_ITEM_AREAS:
		append_list(text, value, " ");
		break;
	case FW_ITEM_LIST:
		append_list(text, value, "\n");
		break;
	case FW_ITEM_FORM:
		append_form(text, value);
		break;
	case FW_ITEM_WORD:
		append_word(text, field, json_string_value(value) ? json_string_value(value) : "");
		break;
	default:
		if (json_string_length(value) && strchr("=+-@", json_string_value(value)[0])) {
			g_string_append_c(text, '\'');
		}
		g_string_append(text, json_string_value(value) ? json_string_value(value) : "");
		break;
	}
}

static void write_row(GString *csv, const json_t *document, const json_t *material, bool first)
{
	struct column columns[COLUMNS_MAX];
	size_t count = all_columns(columns);
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < count; i++) {
		const struct fw_item_field *field = columns[i].field;

		g_string_truncate(text, 0);
		if (columns[i].section == &fw_item_material) {
			append_value(text, field, json_object_get(material, field->name));
		} else if (first || i == 0) { /* the code stands in every row */
			append_value(text, field,
				json_object_get(columns[i].section == &fw_item_head
						? document
						: json_object_get(document, "facts"),
					field->name));
		}
		fw_csv_cell(csv, text->str, i + 1 == count);
	}
}

void fw_item_csv_heads(GString *csv)
{
	struct column columns[COLUMNS_MAX];
	size_t count = all_columns(columns);

	for (size_t i = 0; i < count; i++) {
		fw_csv_cell(csv, columns[i].field->title, i + 1 == count);
	}
}

void fw_item_csv_write(GString *csv, const json_t *document)
{
	const json_t *materials = json_object_get(document, "materials");

	for (size_t i = 0; i < MAX(json_array_size(materials), 1); i++) {
		write_row(csv, document, json_array_get(materials, i), i == 0);
	}
}
