/* SPDX-License-Identifier: Apache-2.0 */
/* First byte the kind, then the file. What is read without a fault is written and read again: the same. */
#include <assert.h>
#include <glib.h>
#include <string.h>

#include "signaling/directory/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *user, unsigned line, const char *field, const char *value, const char *code,
	const char *text)
{
	(void)line, (void)field, (void)value, (void)code, (void)text;
	++*(unsigned *)user;
}

static bool any_span(void *user, int weekday, int begin_minute, int end_minute)
{
	(void)user;
	assert(weekday >= 1 && weekday <= 7);
	assert(0 <= begin_minute && begin_minute < end_minute && end_minute <= 1440);
	return true;
}

static void write_again(const GPtrArray *rows, enum fw_kept_kind kind)
{
	g_autoptr(GString) csv = g_string_new(NULL);
	g_autoptr(GPtrArray) again = NULL;
	unsigned faults = 0;

	fw_csv_heads(csv, kind);
	for (guint i = 0; i < rows->len; i++) {
		struct fw_kept *kept = g_ptr_array_index(rows, i);

		for (unsigned field = 0; field < fw_kept_kind(kind)->count; field++) {
			if (!kept->texts[field]) {
				fw_kept_set(kept, field, "");
			}
		}
		fw_csv_row(csv, kept);
	}
	again = fw_csv_parse(csv->str, kind, count, &faults);
	assert(faults == 0 && again->len == rows->len);
	for (guint i = 0; i < rows->len; i++) {
		const struct fw_kept *left = g_ptr_array_index(rows, i);
		const struct fw_kept *right = g_ptr_array_index(again, i);

		for (unsigned field = 0; field < fw_kept_kind(kind)->count; field++) {
			assert(strcmp(left->texts[field], right->texts[field]) == 0);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = size ? fw_csv_text(data + 1, size - 1) : NULL;
	g_autoptr(GPtrArray) rows = NULL;
	enum fw_kept_kind kind;
	unsigned faults = 0;
	int64_t e6;

	if (!text) {
		return 0;
	}
	kind = (enum fw_kept_kind)(data[0] % FW_KEPT_KINDS);
	rows = fw_csv_parse(text, kind, count, &faults);
	if (faults == 0) {
		write_again(rows, kind);
	}
	(void)fw_hours_parse(text, any_span, NULL);
	(void)fw_degrees_parse(text, &e6);
	return 0;
}
