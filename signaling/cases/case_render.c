/* SPDX-License-Identifier: Apache-2.0 */
/* A case as a page shows it: numbers and phones masked, everything else in full to who may read it. Each look is a
 * deed; numbers in full are an operation, and a deed, of their own. */
#include "base/db.h"
#include "base/sealed.h"
#include "signaling/cases/case_choices.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/cases/identity_number.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct page {
	struct fw_desk *desk;
	const struct fw_case *c;
	const struct fw_case_secret *secret;
	struct fw_json *json;
};

/* --- people --------------------------------------------------------------------------------------- */

static void render_account(const struct page *page, const char *key, const char *id)
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

/* A sealed object, opened and masked; null when there is none. */
static int render_sealed_of(const struct page *page, const char *key, const char *table,
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

static int render_sealed(const struct page *page, const char *key, const char *table,
	const char *column, struct fw_statement *row, int at, bool masked)
{
	return render_sealed_of(page, key, table, column, 0, row, at, masked);
}

static int render_note(const struct page *page, const char *key, const char *table,
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

typedef int row_renderer(const struct page *page, struct fw_statement *row);

static int render_list(const struct page *page, const char *key, const char *sql, row_renderer *one)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(page->desk->setup.db, sql, FW_DB_VALUES(fw_db_text(page->c->id)), &rows);

	fw_json_open(page->json, key, '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(page->json, NULL, '{');
		r = one(page, rows);
		fw_json_close(page->json, '}');
	}
	fw_json_close(page->json, ']');
	return r;
}

static void number_or_null(struct fw_json *json, const char *key, struct fw_statement *row, int at)
{
	if (fw_db_column_is_null(row, at)) {
		fw_json_null(json, key);
	} else {
		fw_json_int(json, key, fw_db_column_int(row, at));
	}
}

static int render_condition(const struct page *page, struct fw_statement *row)
{
	fw_json_int(page->json, "number", fw_db_column_int(row, 0));
	fw_json_text(page->json, "text", fw_db_column_text(row, 1));
	fw_json_bool(page->json, "met", fw_db_column_int(row, 2) != 0);
	return 0;
}

static int render_points(const struct page *page, int64_t material)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(page->desk->setup.db,
		"SELECT number, text FROM review_point WHERE item = ?1 AND version = ?2"
		" AND material = ?3 ORDER BY number",
		FW_DB_VALUES(fw_db_text(page->c->item), fw_db_int(page->c->item_version),
			fw_db_int(material)),
		&rows);

	fw_json_open(page->json, "review_points", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(page->json, NULL, '{');
		fw_json_int(page->json, "number", fw_db_column_int(rows, 0));
		fw_json_text(page->json, "text", fw_db_column_text(rows, 1));
		fw_json_close(page->json, '}');
	}
	fw_json_close(page->json, ']');
	return r;
}

static int render_material(const struct page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);
	int r;

	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "name", fw_db_column_text(row, 1));
	fw_json_text(page->json, "necessity", fw_db_column_text(row, 2));
	fw_json_text(page->json, "form", fw_db_column_text(row, 3));
	fw_json_text(page->json, "kind", fw_db_column_text(row, 4));
	fw_json_int(page->json, "wanted_copies", fw_db_column_int(row, 5));
	fw_json_text(page->json, "notes", fw_db_column_text(row, 6));
	number_or_null(page->json, "tolerance_days", row, 7);
	fw_json_text(page->json, "licence", fw_db_column_text(row, 8));
	fw_json_text(page->json, "sample", fw_db_column_text(row, 9));
	fw_json_text(page->json, "picture", fw_db_column_text(row, 14));
	fw_json_bool(page->json, "ticked", fw_db_column_int(row, 10) != 0);
	fw_json_text(page->json, "medium", fw_db_column_text(row, 11));
	fw_json_int(page->json, "copies", fw_db_column_int(row, 12));
	r = render_note(page, "demand", "case_material", "demand", number, row, 13);
	return r < 0 ? r : render_points(page, number);
}

static int render_verdict(const struct page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);

	fw_json_int(page->json, "number", number);
	fw_json_int(page->json, "material", fw_db_column_int(row, 1));
	fw_json_text(page->json, "verdict", fw_db_column_text(row, 2));
	number_or_null(page->json, "review_point", row, 3);
	fw_json_time(page->json, "tolerated_until_us", fw_db_column_int(row, 5));
	fw_json_text(page->json, "file", fw_db_column_text(row, 6));
	fw_json_text(page->json, "call", fw_db_column_text(row, 7));
	number_or_null(page->json, "recording_us", row, 8);
	render_account(page, "account", fw_db_column_text(row, 9));
	fw_json_text(page->json, "side", fw_db_column_text(row, 10));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 11));
	return render_note(page, "note", "case_verdict", "note", number, row, 4);
}

static int render_identity(const struct page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);

	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "result", fw_db_column_text(row, 1));
	fw_json_text(page->json, "face_file", fw_db_column_text(row, 3));
	fw_json_text(page->json, "document_file", fw_db_column_text(row, 4));
	fw_json_text(page->json, "call", fw_db_column_text(row, 5));
	number_or_null(page->json, "recording_us", row, 6);
	render_account(page, "account", fw_db_column_text(row, 7));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 8));
	return render_note(page, "note", "case_identity", "note", number, row, 2);
}

/* What was made of the file; null: from before pages were made. */
static void render_page(const struct page *page, struct fw_statement *row, int at)
{
	const char *facts;

	if (fw_db_column_is_null(row, at)) {
		fw_json_null(page->json, "page");
		return;
	}
	facts = fw_db_column_text(row, at + 3);
	fw_json_open(page->json, "page", '{');
	fw_json_text(page->json, "state", fw_db_column_text(row, at));
	fw_json_text(page->json, "error", fw_db_column_text(row, at + 1));
	fw_json_bool(page->json, "pictures", fw_db_column_int(row, at + 2) != 0);
	fw_json_bool(page->json, "seen", fw_db_column_int(row, at + 4) != 0);
	fw_json_raw(page->json, "facts", facts ? facts : "null");
	fw_json_close(page->json, '}');
}

static int render_file_name(const struct page *page, struct fw_statement *row, int at)
{
	const struct fw_sealed_place place = {"case_file", "name", fw_db_column_text(row, 0)};
	const void *sealed;
	char *name = NULL;
	size_t size;
	int r = 0;

	if (!fw_db_column_is_null(row, at)) {
		sealed = fw_db_column_blob(row, at, &size);
		r = fw_sealed_open(page->secret->key, &place, sealed, size, &name);
	}
	if (r == 0) {
		fw_json_text(page->json, "name", name);
	}
	fw_sealed_free(name);
	return r;
}

/* What was drawn on the file and not wiped. */
static int render_marks(const struct page *page, const char *file)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(page->desk->setup.db,
		"SELECT number, shape, points, account, call, recording_us, at_us FROM case_mark"
		" WHERE file = ?1 AND erased_us IS NULL ORDER BY number",
		FW_DB_VALUES(fw_db_text(file)), &rows);

	fw_json_open(page->json, "marks", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_json_open(page->json, NULL, '{');
		fw_json_int(page->json, "number", fw_db_column_int(rows, 0));
		fw_json_text(page->json, "shape", fw_db_column_text(rows, 1));
		fw_json_raw(page->json, "points", fw_db_column_text(rows, 2));
		render_account(page, "account", fw_db_column_text(rows, 3));
		fw_json_text(page->json, "call", fw_db_column_text(rows, 4));
		number_or_null(page->json, "recording_us", rows, 5);
		fw_json_int(page->json, "at_us", fw_db_column_int(rows, 6));
		fw_json_close(page->json, '}');
	}
	fw_json_close(page->json, ']');
	return r;
}

static int render_file(const struct page *page, struct fw_statement *row)
{
	int r;

	fw_json_text(page->json, "id", fw_db_column_text(row, 0));
	number_or_null(page->json, "material", row, 1);
	fw_json_int(page->json, "position", fw_db_column_int(row, 2));
	fw_json_text(page->json, "kind", fw_db_column_text(row, 3));
	fw_json_text(page->json, "media_type", fw_db_column_text(row, 4));
	fw_json_text(page->json, "sha256", fw_db_column_text(row, 5));
	fw_json_int(page->json, "bytes", fw_db_column_int(row, 6));
	fw_json_text(page->json, "state", fw_db_column_text(row, 7));
	fw_json_text(page->json, "reason", fw_db_column_text(row, 8));
	render_account(page, "account", fw_db_column_text(row, 9));
	fw_json_int(page->json, "filed_us", fw_db_column_int(row, 10));
	fw_json_int(page->json, "rotation", fw_db_column_int(row, 11));
	render_page(page, row, 13);
	if ((r = render_marks(page, fw_db_column_text(row, 0))) < 0) {
		return r;
	}
	return render_file_name(page, row, 12);
}

static int render_step(const struct page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);

	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "action", fw_db_column_text(row, 1));
	fw_json_text(page->json, "state", fw_db_column_text(row, 2));
	render_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 4));
	return render_note(page, "opinion", "case_step", "opinion", number, row, 5);
}

/* Of what was corrected the case shows no more than of what it is now: numbers are masked. */
static int render_correction(const struct page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);
	int r;

	fw_json_int(page->json, "number", number);
	render_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 4));
	r = render_sealed_of(page, "before", "case_correction", "before", number, row, 1, true);
	return r < 0 ? r : render_note(page, "reason", "case_correction", "reason", number, row, 2);
}

static int render_reader(const struct page *page, struct fw_statement *row)
{
	render_account(page, "account", fw_db_column_text(row, 0));
	fw_json_int(page->json, "copied_us", fw_db_column_int(row, 1));
	fw_json_time(page->json, "read_us", fw_db_column_int(row, 2));
	return 0;
}

static int render_notice(const struct page *page, struct fw_statement *row)
{
	fw_json_text(page->json, "id", fw_db_column_text(row, 0));
	fw_json_text(page->json, "kind", fw_db_column_text(row, 1));
	fw_json_text(page->json, "number", fw_db_column_text(row, 2));
	render_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "made_us", fw_db_column_int(row, 4));
	return 0;
}

static int render_message(const struct page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);
	char *phone = NULL;
	g_autofree char *masked = NULL;
	int r = fw_case_unseal(page->secret, "case_message", "phone", number, row, 2, &phone);

	if (r < 0) {
		return r;
	}
	masked = fw_mask_phone(phone ? phone : "");
	fw_sealed_free(phone);
	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "recipient", fw_db_column_text(row, 1));
	fw_json_text(page->json, "phone", masked);
	fw_json_text(page->json, "state", fw_db_column_text(row, 4));
	render_account(page, "account", fw_db_column_text(row, 5));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 6));
	return render_note(page, "text", "case_message", "text", number, row, 3);
}

static int render_issue(const struct page *page, struct fw_statement *row)
{
	int r;

	fw_json_text(page->json, "method", fw_db_column_text(row, 0));
	r = render_sealed(page, "receiver", "case_issue", "receiver", row, 1, true);
	fw_json_text(page->json, "tracking", fw_db_column_text(row, 2));
	render_account(page, "account", fw_db_column_text(row, 3));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 4));
	return r;
}

static int render_lists(const struct page *page)
{
	static const struct {
		const char *key, *sql;
		row_renderer *one;
	} lists[] = {
		{"conditions",
			"SELECT i.number, i.text, COALESCE(m.met, 0) FROM service_case c"
			" JOIN item_condition i ON i.item = c.item AND i.version = c.item_version"
			" LEFT JOIN case_condition m ON m.service_case = c.id AND m.number = "
			"i.number"
			" WHERE c.id = ?1 ORDER BY i.number",
			render_condition},
		{"materials",
			"SELECT i.number, i.name, i.necessity, i.form, i.kind, i.copies, i.notes,"
			" i.tolerance_days, i.licence, i.sample, m.ticked, m.medium, m.copies, "
			"m.demand, i.picture"
			" FROM service_case c JOIN item_material i ON i.item = c.item"
			" AND i.version = c.item_version JOIN case_material m ON m.service_case = "
			"c.id"
			" AND m.number = i.number WHERE c.id = ?1 ORDER BY i.number",
			render_material},
		{"verdicts",
			"SELECT number, material, verdict, review_point, note, tolerated_until_us, "
			"file,"
			" call, recording_us, account, side, at_us FROM case_verdict"
			" WHERE service_case = ?1 ORDER BY number",
			render_verdict},
		{"identity_checks",
			"SELECT number, result, note, face_file, document_file, call, recording_us,"
			" account, at_us FROM case_identity WHERE service_case = ?1 ORDER BY "
			"number",
			render_identity},
		{"files",
			"SELECT f.id, f.material, f.position, f.kind, f.media_type, f.sha256,"
			" f.bytes, f.state, f.reason, f.account, f.filed_us, f.rotation, f.name,"
			" p.state, p.error, p.pictures, p.facts, p.seen FROM case_file f"
			" LEFT JOIN case_page p ON p.file = f.id WHERE f.service_case = ?1"
			" ORDER BY f.material, f.position, f.filed_us",
			render_file},
		{"steps",
			"SELECT number, action, state, account, at_us, opinion FROM case_step"
			" WHERE service_case = ?1 ORDER BY number",
			render_step},
		{"corrections",
			"SELECT number, before, reason, account, at_us FROM case_correction"
			" WHERE service_case = ?1 ORDER BY number",
			render_correction},
		{"readers",
			"SELECT account, copied_us, read_us FROM case_reader WHERE service_case = "
			"?1"
			" ORDER BY copied_us, account",
			render_reader},
		{"notices",
			"SELECT id, kind, number, account, made_us FROM case_notice"
			" WHERE service_case = ?1 ORDER BY made_us, id",
			render_notice},
		{"messages",
			"SELECT m.number, m.recipient, m.phone, m.text, s.state, m.account, m.at_us"
			" FROM case_message m LEFT JOIN sms s ON s.key = m.sms_key"
			" WHERE m.service_case = ?1 ORDER BY m.number",
			render_message},
		{"issues",
			"SELECT method, receiver, tracking, account, at_us FROM case_issue"
			" WHERE service_case = ?1",
			render_issue},
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < G_N_ELEMENTS(lists); i++) {
		r = render_list(page, lists[i].key, lists[i].sql, lists[i].one);
	}
	return r;
}

/* --- the head ------------------------------------------------------------------------------------- */

static void render_times(const struct page *page)
{
	const struct fw_case *c = page->c;
	const struct {
		const char *key;
		int64_t time_us;
	} times[] = {
		{"opened_us", c->opened_us},
		{"sent_us", c->sent_us},
		{"accepted_us", c->accepted_us},
		{"refused_us", c->refused_us},
		{"supplement_us", c->supplement_us},
		{"told_us", c->told_us},
		{"decided_us", c->decided_us},
		{"issued_us", c->issued_us},
		{"changed_us", c->changed_us},
		{"answer_by_us", c->answer_by_us},
		{"decide_by_us", c->decide_by_us},
		{"supplement_by_us", c->supplement_by_us},
		{"post_by_us", c->posted_us ? 0 : c->post_by_us},
		{"posted_us", c->posted_us},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		fw_json_time(page->json, times[i].key, times[i].time_us);
	}
}

static void render_places(const struct page *page)
{
	const struct fw_area *area = fw_catalogue_area(page->desk->catalogue, page->c->area);
	const struct fw_hall *hall =
		g_hash_table_lookup(page->desk->catalogue->halls, page->c->applicant_hall);

	fw_json_open(page->json, "area", '{');
	fw_json_text(page->json, "code", page->c->area);
	fw_json_text(page->json, "name", area ? area->name : NULL);
	fw_json_close(page->json, '}');
	fw_json_open(page->json, "applicant_hall", '{');
	fw_json_text(page->json, "id", page->c->applicant_hall);
	fw_json_text(page->json, "name", hall ? hall->name : NULL);
	fw_json_close(page->json, '}');
}

static int render_head(const struct page *page)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	const struct fw_case *c = page->c;
	int r = fw_db_query(page->desk->setup.db,
		"SELECT c.applicant, c.form, c.courier, c.project, c.tracking, i.name"
		" FROM service_case c JOIN item i ON i.id = c.item AND i.version = c.item_version"
		" WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(c->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	fw_json_text(page->json, "id", c->id);
	fw_json_text(page->json, "serial", c->serial);
	fw_json_text(page->json, "state", fw_case_states[c->state]);
	fw_json_int(page->json, "revision", c->revision);
	fw_json_text(page->json, "origin", c->online ? "online" : "window");
	fw_json_bool(page->json, "drill", c->drill);
	fw_json_open(page->json, "item", '{');
	fw_json_text(page->json, "id", c->item);
	fw_json_text(page->json, "name", fw_db_column_text(row, 5));
	fw_json_int(page->json, "version", c->item_version);
	fw_json_close(page->json, '}');
	render_places(page);
	render_account(page, "opened_by", c->applicant_account);
	render_account(page, "handler", c->handler);
	fw_json_text(page->json, "project", fw_db_column_text(row, 3));
	fw_json_text(page->json, "tracking", fw_db_column_text(row, 4));
	fw_json_text(page->json, "result", c->result);
	fw_json_bool(page->json, "supplement_asked", c->supplement_asked);
	render_times(page);
	if ((r = render_sealed(page, "applicant", "service_case", "applicant", row, 0, true)) < 0 ||
		(r = render_sealed(page, "form", "service_case", "form", row, 1, false)) < 0) {
		return r;
	}
	return render_sealed(page, "courier", "service_case", "courier", row, 2, true);
}

/* --- the operations --------------------------------------------------------------------------------- */

int fw_case_get_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fw_case_secret secret;
	struct fw_case c;
	struct fw_json json;
	struct page page = {desk, &c, &secret, &json};
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, account, &c)) != 0 ||
		(r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	if ((r = render_head(&page)) == 0 && (r = render_lists(&page)) == 0) {
		r = fw_case_render_choices(page.desk, page.c, account, page.json);
	}
	fw_json_close(&json, '}');
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_deed(desk, account, account->window, "case.viewed", "case", c.id, NULL);
	}
	if (r != 0) {
		fw_json_clear(&json);
		return r;
	}
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}

int fw_case_unmask_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_case_secret secret;
	struct fw_case c;
	struct fw_json json;
	struct page page = {desk, &c, &secret, &json};
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (!fw_case_may_unmask(desk, account->person, &c)) {
		return FW_CODE_FORBIDDEN;
	}
	r = fw_db_query(desk->setup.db, "SELECT applicant, courier FROM service_case WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(c.id)), &row);
	if (r < 0 || (r = fw_db_step(row)) <= 0 ||
		(r = fw_case_secret_open(desk, c.id, false, &secret)) < 0) {
		return r == -ENOENT || r == 0 ? FW_CODE_NOT_FOUND : r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	if ((r = render_sealed(&page, "applicant", "service_case", "applicant", row, 0, false)) ==
		0) {
		r = render_sealed(&page, "courier", "service_case", "courier", row, 1, false);
	}
	fw_json_close(&json, '}');
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_deed(desk, account, account->window, "case.unmasked", "case", c.id, NULL);
	}
	if (r != 0) {
		fw_json_clear(&json);
		return r;
	}
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}
