/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_page.h"

#include "base/sealed.h"
#include "signaling/cases/identity_number.h"

#include <jansson.h>
#include <stdlib.h>

/* --- people --------------------------------------------------------------------------------------- */

void fw_case_page_account(const struct fw_case_page *page, const char *key, const char *id)
{
	const struct fw_account *account =
		id && id[0] ? g_hash_table_lookup(page->desk->accounts, id) : NULL;

	if (!account) {
		fw_json_null(page->json, key);
		return;
	}
	fw_json_open(page->json, key, '{');
	fw_json_text(page->json, "id", account->person->id);
	fw_json_text(page->json, "name", account->person->name);
	fw_json_close(page->json, '}');
}

static void mask_member(json_t *person, const char *field, char *(*mask)(const char *text))
{
	const char *text = json_string_value(json_object_get(person, field));

	if (text) {
		g_autofree char *masked = mask(text);

		json_object_set_new(person, field, json_string(masked));
	}
}

static void mask_person(json_t *person)
{
	if (json_is_object(person)) {
		mask_member(person, "number", fw_mask_number);
		mask_member(person, "phone", fw_mask_phone);
		mask_person(json_object_get(person, "agent"));
	}
}

int fw_case_page_sealed_of(const struct fw_case_page *page, const char *key, const char *table,
	const char *column, int64_t number, struct fw_statement *row, int at, bool masked)
{
	char *text = NULL, *shown;
	json_t *value;
	int r = fw_case_unseal(page->secret, table, column, number, row, at, &text);

	if (r < 0) {
		return r;
	}
	value = text ? json_loads(text, 0, NULL) : NULL;
	fw_sealed_free(text);
	if (!value) {
		fw_json_null(page->json, key);
		return 0;
	}
	if (masked) {
		mask_person(value);
	}
	shown = json_dumps(value, JSON_COMPACT);
	fw_json_raw(page->json, key, shown);
	free(shown);
	json_decref(value);
	return 0;
}

int fw_case_page_sealed(const struct fw_case_page *page, const char *key, const char *table,
	const char *column, struct fw_statement *row, int at, bool masked)
{
	return fw_case_page_sealed_of(page, key, table, column, 0, row, at, masked);
}

int fw_case_page_note(const struct fw_case_page *page, const char *key, const char *table,
	const char *column, int64_t number, struct fw_statement *row, int at)
{
	char *text = NULL;
	int r = fw_case_unseal(page->secret, table, column, number, row, at, &text);

	if (r == 0) {
		fw_json_text(page->json, key, text);
	}
	fw_sealed_free(text);
	return r;
}

/* --- lists ---------------------------------------------------------------------------------------- */

static int render_list(const struct fw_case_page *page, const struct fw_case_page_list *list)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(
		page->desk->setup.db, list->sql, FW_DB_VALUES(fw_db_text(page->c->id)), &rows);

	fw_json_open(page->json, list->key, '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(page->json, NULL, '{');
		r = list->one(page, rows);
		fw_json_close(page->json, '}');
	}
	fw_json_close(page->json, ']');
	return r;
}

int fw_case_page_lists(
	const struct fw_case_page *page, const struct fw_case_page_list *lists, size_t count)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < count; i++) {
		r = render_list(page, &lists[i]);
	}
	return r;
}

void fw_case_page_number(struct fw_json *json, const char *key, struct fw_statement *row, int at)
{
	if (fw_db_column_is_null(row, at)) {
		fw_json_null(json, key);
	} else {
		fw_json_int(json, key, fw_db_column_int(row, at));
	}
}
