/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a case and filling it in. What is not named in an edit stays as it is. */
#include "base/db.h"
#include "base/sealed.h"
#include "signaling/cases/case_form.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/cases/identity_number.h"
#include "signaling/desk/emit.h"
#include "signaling/directory/calendar.h"
#include "signaling/drill/drill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PROJECT_MAX_CHARS 200
#define COPIES_MAX        99
#define REASON_MAX_CHARS  200

static const char *const media[] = {"none", "paper", "electronic", "licence", NULL};

/* --- checking ------------------------------------------------------------------------------------- */

static const json_t *member(const struct fw_http_question *question, const char *field)
{
	return json_object_get(question->params, field);
}

static int check_conditions(const json_t *conditions)
{
	if (conditions && !json_is_array(conditions)) {
		return FW_CODE_MALFORMED;
	}
	for (size_t i = 0; i < json_array_size(conditions); i++) {
		if (!json_is_integer(json_array_get(conditions, i))) {
			return FW_CODE_MALFORMED;
		}
	}
	return 0;
}

static int check_materials(const json_t *materials)
{
	if (materials && !json_is_array(materials)) {
		return FW_CODE_MALFORMED;
	}
	for (size_t i = 0; i < json_array_size(materials); i++) {
		const json_t *one = json_array_get(materials, i);
		const char *medium = json_string_value(json_object_get(one, "medium"));
		const json_t *copies = json_object_get(one, "copies");

		if (!json_is_integer(json_object_get(one, "number")) ||
			!json_is_boolean(json_object_get(one, "ticked")) || !medium ||
			fw_word_index(media, medium) < 0 ||
			(copies &&
				(!json_is_integer(copies) || json_integer_value(copies) < 0 ||
					json_integer_value(copies) > COPIES_MAX))) {
			return FW_CODE_MALFORMED;
		}
	}
	return 0;
}

static int check_contents(const struct fw_http_question *question, bool creating)
{
	struct fw_case_applicant applicant;
	const json_t *given = member(question, "applicant");
	const char *project;
	int r = 0;

	if (creating || given) {
		r = fw_case_applicant(given, &applicant);
	}
	if (r != 0 ||
		(r = fw_case_text(
			 question->params, "project", PROJECT_MAX_CHARS, false, &project)) != 0 ||
		(r = fw_case_courier(member(question, "courier"))) != 0 ||
		(r = fw_case_form(member(question, "form"))) != 0 ||
		(r = check_conditions(member(question, "conditions"))) != 0) {
		return r;
	}
	return check_materials(member(question, "materials"));
}

/* --- storing -------------------------------------------------------------------------------------- */

static int store_sealed(struct fw_desk *desk, const struct fw_case_secret *secret,
	const char *column, const char *sql, const json_t *value)
{
	struct fw_case_sealed sealed;
	char *text = json_is_object(value) ? json_dumps(value, JSON_COMPACT) : NULL;
	int r = fw_case_seal(desk, secret, "service_case", column, 0, text, &sealed);

	if (r == 0) {
		r = fw_db_run(desk->setup.db, sql,
			FW_DB_VALUES(fw_case_sealed_value(&sealed), fw_db_text(secret->id)), NULL);
	}
	fw_case_sealed_clear(&sealed);
	if (text) {
		fw_wipe(text, strlen(text));
		free(text);
	}
	return r;
}

static int store_applicant(
	struct fw_desk *desk, const struct fw_case_secret *secret, const json_t *given)
{
	struct fw_case_applicant applicant;
	uint8_t name[FW_SHA256_BYTES], number[FW_SHA256_BYTES];
	g_autofree char *masked = NULL;
	int r = fw_case_applicant(given, &applicant);

	if (r != 0 || (r = fw_case_digest(desk, applicant.name, name)) < 0 ||
		(r = fw_case_digest(desk, applicant.number, number)) < 0) {
		return r;
	}
	masked = fw_mask_name(applicant.name, strcmp(applicant.kind, "person") != 0);
	r = fw_db_run(desk->setup.db,
		"UPDATE service_case SET applicant_kind = ?1, applicant_masked = ?2,"
		" name_digest = ?3, number_digest = ?4 WHERE id = ?5",
		FW_DB_VALUES(fw_db_text(applicant.kind), fw_db_text(masked),
			fw_db_blob(name, sizeof(name)), fw_db_blob(number, sizeof(number)),
			fw_db_text(secret->id)),
		NULL);
	return r < 0 ? r
		     : store_sealed(desk, secret, "applicant",
			       "UPDATE service_case SET applicant = ?1 WHERE id = ?2", given);
}

static bool lists(const json_t *numbers, int64_t number)
{
	for (size_t i = 0; i < json_array_size(numbers); i++) {
		if (json_integer_value(json_array_get(numbers, i)) == number) {
			return true;
		}
	}
	return false;
}

/* The numbers met; all others are not. */
static int store_conditions(struct fw_desk *desk, const struct fw_case *c, const json_t *met)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT number FROM item_condition WHERE item = ?1 AND version = ?2",
		FW_DB_VALUES(fw_db_text(c->item), fw_db_int(c->item_version)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		int64_t number = fw_db_column_int(rows, 0);

		r = fw_db_run(desk->setup.db,
			"INSERT INTO case_condition (service_case, number, met) VALUES (?1, ?2, ?3)"
			" ON CONFLICT (service_case, number) DO UPDATE SET met = ?3",
			FW_DB_VALUES(fw_db_text(c->id), fw_db_int(number),
				fw_db_int(lists(met, number))),
			NULL);
	}
	return r;
}

static int store_material(struct fw_desk *desk, const struct fw_case *c, const json_t *one)
{
	int64_t number = json_integer_value(json_object_get(one, "number")), changed = 0;
	int r = fw_db_run(desk->setup.db,
		"UPDATE case_material SET ticked = ?3, medium = ?4, copies = ?5"
		" WHERE service_case = ?1 AND number = ?2",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_int(number),
			fw_db_int(json_is_true(json_object_get(one, "ticked"))),
			fw_db_text(json_string_value(json_object_get(one, "medium"))),
			fw_db_int(json_integer_value(json_object_get(one, "copies")))),
		&changed);

	return r < 0 ? r : changed == 1 ? 0 : FW_CODE_MALFORMED; /* no such material */
}

static int store_contents(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_case_secret *secret, const struct fw_http_question *question)
{
	const json_t *materials = member(question, "materials");
	int r = 0;

	if (member(question, "applicant")) {
		r = store_applicant(desk, secret, member(question, "applicant"));
	}
	if (r == 0 && member(question, "courier")) {
		r = store_sealed(desk, secret, "courier",
			"UPDATE service_case SET courier = ?1 WHERE id = ?2",
			member(question, "courier"));
	}
	if (r == 0 && member(question, "form")) {
		r = store_sealed(desk, secret, "form",
			"UPDATE service_case SET form = ?1 WHERE id = ?2", member(question, "form"));
	}
	if (r == 0 && member(question, "project")) {
		r = fw_db_run(desk->setup.db, "UPDATE service_case SET project = ?1 WHERE id = ?2",
			FW_DB_VALUES(fw_db_text(json_string_value(member(question, "project"))),
				fw_db_text(c->id)),
			NULL);
	}
	if (r == 0 && member(question, "conditions")) {
		r = store_conditions(desk, c, member(question, "conditions"));
	}
	for (size_t i = 0; r == 0 && i < json_array_size(materials); i++) {
		r = store_material(desk, c, json_array_get(materials, i));
	}
	return r;
}

/* Numbers of the materials named that the item does not have are told before anything is written. */
static int check_numbers(struct fw_desk *desk, const struct fw_case *c, const json_t *materials)
{
	for (size_t i = 0; i < json_array_size(materials); i++) {
		int64_t one;
		int r = fw_db_query_int(
			desk->setup.db, "SELECT 1 FROM item_material WHERE item = ?1 AND version = ?2 AND number = ?3",
			FW_DB_VALUES(fw_db_text(c->item), fw_db_int(c->item_version),
				fw_db_int(json_integer_value(
					json_object_get(json_array_get(materials, i), "number")))),
			&one);

		if (r != 0) {
			return r == -ENOENT ? FW_CODE_MALFORMED : r;
		}
	}
	return 0;
}

/* --- opening -------------------------------------------------------------------------------------- */

static const struct fw_hall *own_hall(const struct fw_account *account)
{
	if (account->window) {
		return account->window->place->hall;
	}
	return account->last_place ? account->last_place->hall : NULL;
}

static int set_place(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_case *c)
{
	const struct fw_account *account = question->session->account;
	const struct fw_hall *hall = own_hall(account);
	const char *item_id = json_string_value(member(question, "item"));
	const char *area = json_string_value(member(question, "area"));
	const struct fw_item *item = item_id ? fw_catalogue_item(desk->catalogue, item_id) : NULL;
	const json_t *version = member(question, "item_version");

	if (version && !json_is_integer(version)) {
		return FW_CODE_MALFORMED;
	}
	if (!item || !area || !fw_catalogue_area(desk->catalogue, area)) {
		return FW_CODE_NOT_FOUND;
	}
	if (version && json_integer_value(version) != item->version) {
		return FW_CODE_CHANGED; /* what was filled in and ticked is of another version */
	}
	if (!hall) {
		return FW_CODE_NOT_AT_WINDOW;
	}
	if (!fw_person_may(account->person, FW_RIGHT_CASE_OPEN, hall->area)) {
		return FW_CODE_FORBIDDEN;
	}
	if (!fw_item_serves(item, area)) {
		return FW_CODE_ITEM_NOT_SERVED;
	}
	c->drill = json_is_true(member(question, "drill"));
	if (!c->drill && fw_drill_of_hall(desk, hall, item)) {
		return FW_CODE_DRILL_RUNNING;
	}
	g_strlcpy(c->item, item->id, sizeof(c->item));
	c->item_version = item->version;
	g_strlcpy(c->area, area, sizeof(c->area));
	g_strlcpy(c->applicant_area, hall->area->code, sizeof(c->applicant_area));
	g_strlcpy(c->applicant_hall, hall->id, sizeof(c->applicant_hall));
	g_strlcpy(c->applicant_account, account->person->id, sizeof(c->applicant_account));
	return 0;
}

static int insert(struct fw_desk *desk, struct fw_case *c, const char *kind)
{
	int r = fw_case_next_serial(desk, c->applicant_area, c->serial);

	if (r < 0) {
		return r;
	}
	r = fw_db_run(desk->setup.db,
		"INSERT INTO service_case (id, serial, state, revision, origin, drill, item,"
		" item_version, area, applicant_area, applicant_hall, applicant_account,"
		" applicant_kind, month, opened_us, changed_us) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6,"
		" ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_text(c->serial),
			fw_db_text(fw_case_states[c->state]),
			fw_db_text(c->online ? "online" : "window"), fw_db_int(c->drill),
			fw_db_text(c->item), fw_db_int(c->item_version), fw_db_text(c->area),
			fw_db_text(c->applicant_area), fw_db_text(c->applicant_hall),
			fw_db_text(c->applicant_account), fw_db_text(kind),
			fw_db_int(fw_calendar_month(desk->now_us)), fw_db_int(desk->now_us)),
		NULL);
	return r < 0 ? r
		     : fw_db_run(desk->setup.db,
			       "INSERT INTO case_material (service_case, number, ticked, medium,"
			       " copies) SELECT ?1, number, 0, 'none', 0 FROM item_material"
			       " WHERE item = ?2 AND version = ?3",
			       FW_DB_VALUES(fw_db_text(c->id), fw_db_text(c->item),
				       fw_db_int(c->item_version)),
			       NULL);
}

static void answer_head(struct fw_desk *desk, const struct fw_http_question *question, int status,
	const struct fw_case *c)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "case", c->id);
	fw_json_text(&json, "serial", c->serial);
	fw_json_text(&json, "state", fw_case_states[c->state]);
	fw_json_int(&json, "revision", c->revision);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, status, fw_json_steal(&json), NULL);
}

int fw_case_create_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *origin = json_string_value(member(question, "origin"));
	uint8_t random[FW_ID_RANDOM_BYTES];
	struct fw_case_secret secret;
	struct fw_case c = {.revision = 1, .opened_us = desk->now_us};
	int r = set_place(desk, question, &c);

	if (r != 0 || (r = check_contents(question, true)) != 0 ||
		(r = fw_case_form_check(desk, &c, question, member(question, "form"))) != 0 ||
		(r = check_numbers(desk, &c, member(question, "materials"))) != 0) {
		return r;
	}
	c.online = origin && strcmp(origin, "online") == 0;
	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, c.id);
	r = fw_case_secret_open(desk, c.id, true, &secret);
	if (r < 0) {
		return r;
	}
	r = insert(desk, &c,
		json_string_value(json_object_get(member(question, "applicant"), "kind")));
	if (r == 0) {
		r = store_conditions(desk, &c, NULL);
	}
	if (r == 0) {
		r = store_contents(desk, &c, &secret, question);
	}
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_case_happened(desk, &c, account, "opened", NULL);
	}
	if (r == 0) {
		answer_head(desk, question, 201, &c);
	}
	return r;
}

/* The case asked about, as the applicant's side may change it: in the revision that it was looked at. */
static int own_case(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_case *ret_case)
{
	int r = fw_case_of(desk, question, ret_case);

	if (r != 0) {
		return r;
	}
	if (!fw_case_is_side(desk, question->session->account->person, ret_case, FW_CASE_APPLICANT)) {
		return FW_CODE_FORBIDDEN;
	}
	return fw_case_agrees(desk, question, ret_case);
}

/* --- correcting ----------------------------------------------------------------------------------- */

/* What the case said until now, with the reason: sealed, and kept as long as the case. */
static int keep_before(struct fw_desk *desk, const struct fw_case_secret *secret,
	const struct fw_account *account, const char *reason)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_case_sealed before = {0}, why = {0};
	char *text = NULL;
	int64_t number = 0;
	int r = fw_db_query(desk->setup.db, "SELECT applicant FROM service_case WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(secret->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0 ||
		(r = fw_case_unseal(secret, "service_case", "applicant", 0, row, 0, &text)) < 0 ||
		(r = fw_db_query_int(desk->setup.db,
			 "SELECT COALESCE(MAX(number), 0) + 1 FROM case_correction"
			 " WHERE service_case = ?1",
			 FW_DB_VALUES(fw_db_text(secret->id)), &number)) < 0 ||
		(r = fw_case_seal(
			 desk, secret, "case_correction", "before", number, text, &before)) < 0 ||
		(r = fw_case_seal(desk, secret, "case_correction", "reason", number, reason, &why)) <
			0) {
		goto out;
	}
	r = fw_db_run(desk->setup.db,
		"INSERT INTO case_correction (service_case, number, before, reason, account, at_us)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		FW_DB_VALUES(fw_db_text(secret->id), fw_db_int(number),
			fw_case_sealed_value(&before), fw_case_sealed_value(&why),
			fw_db_text(account->person->id), fw_db_int(desk->now_us)),
		NULL);
out:
	fw_sealed_free(text);
	fw_case_sealed_clear(&before);
	fw_case_sealed_clear(&why);
	return r;
}

int fw_case_correct_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const json_t *given = member(question, "applicant");
	struct fw_case_applicant applicant;
	struct fw_case_secret secret;
	const char *reason;
	struct fw_case c;
	int r = own_case(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (c.state == FW_CASE_CANCELLED) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = fw_case_needed(question->params, "reason", REASON_MAX_CHARS, true, &reason)) != 0 ||
		(r = fw_case_applicant(given, &applicant)) != 0 ||
		(r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r;
	}
	if ((r = keep_before(desk, &secret, account, reason)) >= 0) {
		r = store_applicant(desk, &secret, given);
	}
	fw_case_secret_close(&secret);
	if (r == 0 && (r = fw_case_save(desk, &c)) == 0) {
		r = fw_case_happened(desk, &c, account, "corrected", reason);
	}
	if (r == 0) {
		answer_head(desk, question, 200, &c);
	}
	return r;
}

/* --- editing -------------------------------------------------------------------------------------- */

int fw_case_edit_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fw_case_secret secret;
	struct fw_case c;
	int r = own_case(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (c.state != FW_CASE_DRAFT && c.state != FW_CASE_TOLD) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = check_contents(question, false)) != 0 ||
		(r = fw_case_form_check(desk, &c, question, member(question, "form"))) != 0 ||
		(r = check_numbers(desk, &c, member(question, "materials"))) != 0 ||
		(r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r;
	}
	r = store_contents(desk, &c, &secret, question);
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_case_save(desk, &c);
	}
	if (r == 0) {
		r = fw_case_happened(desk, &c, account, "edited", NULL);
	}
	if (r == 0) {
		answer_head(desk, question, 200, &c);
	}
	return r;
}
