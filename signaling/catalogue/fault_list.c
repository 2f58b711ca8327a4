/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/fault_list.h"

#define TEXT_MAX_CHARS 120 /* of what is told again of a value or a path */

struct row {
	char *item, *path, *value; /* owned; item may be NULL */
	unsigned line;
	const char *code, *text;
};

void fw_fault_list_init(struct fw_fault_list *list)
{
	*list = (struct fw_fault_list){.rows = g_array_new(FALSE, FALSE, sizeof(struct row))};
}

void fw_fault_list_cut(struct fw_fault_list *list, guint count)
{
	guint kept = MIN(count, list->rows->len);

	for (guint i = kept; i < list->rows->len; i++) {
		struct row *row = &g_array_index(list->rows, struct row, i);

		g_free(row->item);
		g_free(row->path);
		g_free(row->value);
	}
	g_array_set_size(list->rows, kept);
	list->count = MIN(count, list->count);
}

void fw_fault_list_clear(struct fw_fault_list *list)
{
	fw_fault_list_cut(list, 0);
	g_array_free(list->rows, TRUE);
}

static char *shortened(const char *text)
{
	return text ? g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), (glong)TEXT_MAX_CHARS))
		    : NULL;
}

void fw_fault_list_add(struct fw_fault_list *list, const char *path, const char *value,
	const char *code, const char *text)
{
	struct row row = {.line = list->line, .code = code, .text = text};

	if (list->count++ >= FW_FAULT_LIST_MAX) {
		return;
	}
	row.item = shortened(list->item);
	row.path = shortened(path ? path : "");
	row.value = shortened(value ? value : "");
	g_array_append_val(list->rows, row);
}

void fw_fault_list_take(void *user, const struct fw_item_fault *fault)
{
	fw_fault_list_add(user, fault->path, fault->value, fault->code, fault->text);
}

void fw_fault_list_render(const struct fw_fault_list *list, struct fw_json *json)
{
	fw_json_int(json, "fault_count", list->count);
	fw_json_open(json, "faults", '[');
	for (guint i = 0; i < list->rows->len; i++) {
		const struct row *row = &g_array_index(list->rows, struct row, i);

		fw_json_open(json, NULL, '{');
		if (row->item) {
			fw_json_text(json, "item", row->item);
		}
		fw_json_int(json, "line", row->line);
		fw_json_text(json, "field", row->path);
		fw_json_text(json, "value", row->value);
		fw_json_text(json, "code", row->code);
		fw_json_text(json, "text", row->text);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
}
