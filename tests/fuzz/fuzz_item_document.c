/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the catalogue, as JSON or as CSV: checking it names faults or none, its normal form is stable, and
 * one without faults survives a spreadsheet. */
#include <assert.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "signaling/catalogue/document_csv.h"
#include "signaling/directory/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *user, const struct fw_item_fault *fault)
{
	assert(fault->path && fault->value && fault->code && fault->text);
	++*(unsigned *)user;
}

static void count_line(void *user, unsigned line, const char *column, const char *value,
	const char *code, const char *text)
{
	(void)column;
	assert(line > 0 && value && code && text);
	++*(unsigned *)user;
}

static void through_a_spreadsheet(json_t *normal)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct fw_item_csv csv;
	json_t *again;
	unsigned faults = 0;

	fw_item_csv_heads(text);
	fw_item_csv_write(text, normal);
	fw_item_csv_read(text->str, &csv, count_line, &faults);
	assert(faults == 0 && json_array_size(csv.documents) == 1);
	again = fw_item_normal(json_array_get(csv.documents, 0));
	assert(json_equal(again, normal));
	json_decref(again);
	fw_item_csv_clear(&csv);
}

static void try_document(const json_t *document)
{
	json_t *normal = fw_item_normal(document), *again = fw_item_normal(normal);
	unsigned faults = 0, after = 0;

	assert(json_equal(normal, again));
	fw_item_check(document, NULL, count, &faults);
	fw_item_check(normal, NULL, count, &after);
	if (faults == 0) {
		assert(after == 0);
		through_a_spreadsheet(normal);
	}
	json_decref(again);
	json_decref(normal);
}

static void try_csv(const uint8_t *data, size_t size)
{
	g_autofree char *text = size ? fw_csv_text(data, size) : NULL;
	struct fw_item_csv csv;
	unsigned faults = 0;

	if (!text) {
		return;
	}
	fw_item_csv_read(text, &csv, count_line, &faults);
	for (size_t i = 0; i < json_array_size(csv.documents); i++) {
		assert(fw_item_csv_line(&csv, (guint)i, -1) > 0);
		try_document(json_array_get(csv.documents, i));
	}
	fw_item_csv_clear(&csv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);

	if (document) {
		try_document(document);
		json_decref(document);
	}
	try_csv(data, size);
	return 0;
}
