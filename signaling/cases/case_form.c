/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_form.h"

#include "base/db.h"
#include "base/sealed.h"
#include "base/text.h"
#include "signaling/cases/case_secret.h"
#include "signaling/catalogue/document.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_CHARS  200
#define LINES_MAX_CHARS 2000
#define WHOLE_DIGITS    15
#define FRACTION_DIGITS 6

/* --- one value ------------------------------------------------------------------------------------ */

static size_t digits(const char *text)
{
	return strspn(text, "0123456789");
}

static bool is_number(const char *text)
{
	size_t whole, fraction = 0;

	text += text[0] == '-';
	whole = digits(text);
	text += whole;
	if (text[0] == '.') {
		fraction = digits(text + 1);
		text += 1 + fraction;
		if (fraction == 0) {
			return false;
		}
	}
	return whole > 0 && whole <= WHOLE_DIGITS && fraction <= FRACTION_DIGITS && !text[0];
}

/* 2026-11-30 */
static bool is_date(const char *text)
{
	int year, month, day;

	if (strlen(text) != 10 || digits(text) != 4 || text[4] != '-' || digits(text + 5) != 2 ||
		text[7] != '-' || digits(text + 8) != 2) {
		return false;
	}
	year = atoi(text);
	month = atoi(text + 5);
	day = atoi(text + 8);
	return month >= 1 && month <= 12 && year > 0 &&
		g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static bool is_choice(const json_t *field, const char *text)
{
	const json_t *choices = json_object_get(field, "choices");

	for (size_t i = 0; i < json_array_size(choices); i++) {
		if (strcmp(json_string_value(json_array_get(choices, i)), text) == 0) {
			return true;
		}
	}
	return false;
}

static bool value_ok(const json_t *field, const json_t *value)
{
	const char *text = json_string_value(value), *kind = fw_item_text(field, "kind");

	if (!text) {
		return false;
	}
	if (!text[0]) {
		return true;
	}
	if (strcmp(kind, "number") == 0) {
		return is_number(text);
	}
	if (strcmp(kind, "date") == 0) {
		return is_date(text);
	}
	if (strcmp(kind, "choice") == 0) {
		return is_choice(field, text);
	}
	return strcmp(kind, "lines") == 0 ? fw_text_is_typed(text, LINES_MAX_CHARS, true)
					  : fw_text_is_typed(text, TEXT_MAX_CHARS, false);
}

/* --- all of them ---------------------------------------------------------------------------------- */

static const json_t *find_field(const json_t *fields, const char *name)
{
	for (size_t i = 0; i < json_array_size(fields); i++) {
		const json_t *field = json_array_get(fields, i);

		if (strcmp(fw_item_text(field, "name"), name) == 0) {
			return field;
		}
	}
	return NULL;
}

const char *fw_case_form_fault(const json_t *fields, const json_t *form)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)form, name, value) {
		const json_t *field = find_field(fields, name);

		if (!field || !value_ok(field, value)) {
			return name;
		}
	}
	return NULL;
}

static int load_fields(struct fw_desk *desk, const struct fw_case *c, json_t **ret_fields)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	json_t *fields;
	int r = fw_db_query(desk->setup.db, "SELECT form FROM item WHERE id = ?1 AND version = ?2",
		FW_DB_VALUES(fw_db_text(c->item), fw_db_int(c->item_version)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	fields = json_loads(fw_db_column_text(row, 0), JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_array(fields)) {
		json_decref(fields);
		return -EBADMSG;
	}
	*ret_fields = fields;
	return 0;
}

int fw_case_form_check(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_http_question *question, const json_t *form)
{
	json_auto_t *fields = NULL;
	const char *wrong;
	struct fw_json json;
	int r = json_is_object(form) ? load_fields(desk, c, &fields) : 0;

	if (r < 0 || json_array_size(fields) == 0) {
		return r;
	}
	wrong = fw_case_form_fault(fields, form);
	if (!wrong) {
		return 0;
	}
	fw_json_init(&json);
	fw_json_text(&json, "field", wrong);
	*question->extra = fw_json_steal(&json);
	return FW_CODE_BAD_FORM;
}

static int load_form(struct fw_desk *desk, const struct fw_case *c, json_t **ret_form)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_case_secret secret;
	char *text = NULL;
	int r = fw_db_query(desk->setup.db, "SELECT form FROM service_case WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(c->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0 ||
		(r = fw_case_secret_open(desk, c->id, false, &secret)) < 0) {
		return r;
	}
	r = fw_case_unseal(&secret, "service_case", "form", 0, row, 0, &text);
	fw_case_secret_close(&secret);
	if (r >= 0 && text) {
		*ret_form = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	}
	fw_sealed_free(text);
	return MIN(r, 0);
}

int fw_case_form_open(struct fw_desk *desk, const struct fw_case *c, int64_t *ret_open)
{
	json_auto_t *fields = NULL, *form = NULL;
	int64_t open = 0;
	int r = load_fields(desk, c, &fields);

	if (r == 0 && json_array_size(fields) > 0) {
		r = load_form(desk, c, &form);
	}
	for (size_t i = 0; r == 0 && i < json_array_size(fields); i++) {
		const json_t *field = json_array_get(fields, i);

		open += json_is_true(json_object_get(field, "required")) &&
			!fw_item_text(form, fw_item_text(field, "name"))[0];
	}
	if (r == 0) {
		*ret_open = open;
	}
	return r;
}
