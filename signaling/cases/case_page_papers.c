/* SPDX-License-Identifier: Apache-2.0 */
/* The papers of a case: what is wanted, what was filed, what was found. */
#include "signaling/cases/case_page.h"

#include "base/sealed.h"

static int render_condition(const struct fw_case_page *page, struct fw_statement *row)
{
	fw_json_int(page->json, "number", fw_db_column_int(row, 0));
	fw_json_text(page->json, "text", fw_db_column_text(row, 1));
	fw_json_bool(page->json, "met", fw_db_column_int(row, 2) != 0);
	return 0;
}

static int render_points(const struct fw_case_page *page, int64_t material)
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

static int render_material(const struct fw_case_page *page, struct fw_statement *row)
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
	fw_case_page_number(page->json, "tolerance_days", row, 7);
	fw_json_text(page->json, "licence", fw_db_column_text(row, 8));
	fw_json_text(page->json, "sample", fw_db_column_text(row, 9));
	fw_json_text(page->json, "picture", fw_db_column_text(row, 14));
	fw_json_bool(page->json, "ticked", fw_db_column_int(row, 10) != 0);
	fw_json_text(page->json, "medium", fw_db_column_text(row, 11));
	fw_json_int(page->json, "copies", fw_db_column_int(row, 12));
	r = fw_case_page_note(page, "demand", "case_material", "demand", number, row, 13);
	return r < 0 ? r : render_points(page, number);
}

static int render_verdict(const struct fw_case_page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);

	fw_json_int(page->json, "number", number);
	fw_json_int(page->json, "material", fw_db_column_int(row, 1));
	fw_json_text(page->json, "verdict", fw_db_column_text(row, 2));
	fw_case_page_number(page->json, "review_point", row, 3);
	fw_json_time(page->json, "tolerated_until_us", fw_db_column_int(row, 5));
	fw_json_text(page->json, "file", fw_db_column_text(row, 6));
	fw_json_text(page->json, "call", fw_db_column_text(row, 7));
	fw_case_page_number(page->json, "recording_us", row, 8);
	fw_case_page_account(page, "account", fw_db_column_text(row, 9));
	fw_json_text(page->json, "side", fw_db_column_text(row, 10));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 11));
	return fw_case_page_note(page, "note", "case_verdict", "note", number, row, 4);
}

static int render_identity(const struct fw_case_page *page, struct fw_statement *row)
{
	int64_t number = fw_db_column_int(row, 0);

	fw_json_int(page->json, "number", number);
	fw_json_text(page->json, "result", fw_db_column_text(row, 1));
	fw_json_text(page->json, "face_file", fw_db_column_text(row, 3));
	fw_json_text(page->json, "document_file", fw_db_column_text(row, 4));
	fw_json_text(page->json, "call", fw_db_column_text(row, 5));
	fw_case_page_number(page->json, "recording_us", row, 6);
	fw_case_page_account(page, "account", fw_db_column_text(row, 7));
	fw_json_int(page->json, "at_us", fw_db_column_int(row, 8));
	return fw_case_page_note(page, "note", "case_identity", "note", number, row, 2);
}

/* What was made of the file; null: from before pages were made. */
static void render_page(const struct fw_case_page *page, struct fw_statement *row, int at)
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

static int render_file_name(const struct fw_case_page *page, struct fw_statement *row, int at)
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
static int render_marks(const struct fw_case_page *page, const char *file)
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
		fw_case_page_account(page, "account", fw_db_column_text(rows, 3));
		fw_json_text(page->json, "call", fw_db_column_text(rows, 4));
		fw_case_page_number(page->json, "recording_us", rows, 5);
		fw_json_int(page->json, "at_us", fw_db_column_int(rows, 6));
		fw_json_close(page->json, '}');
	}
	fw_json_close(page->json, ']');
	return r;
}

static int render_file(const struct fw_case_page *page, struct fw_statement *row)
{
	int r;

	fw_json_text(page->json, "id", fw_db_column_text(row, 0));
	fw_case_page_number(page->json, "material", row, 1);
	fw_json_int(page->json, "position", fw_db_column_int(row, 2));
	fw_json_text(page->json, "kind", fw_db_column_text(row, 3));
	fw_json_text(page->json, "media_type", fw_db_column_text(row, 4));
	fw_json_text(page->json, "sha256", fw_db_column_text(row, 5));
	fw_json_int(page->json, "bytes", fw_db_column_int(row, 6));
	fw_json_text(page->json, "state", fw_db_column_text(row, 7));
	fw_json_text(page->json, "reason", fw_db_column_text(row, 8));
	fw_case_page_account(page, "account", fw_db_column_text(row, 9));
	fw_json_int(page->json, "filed_us", fw_db_column_int(row, 10));
	fw_json_int(page->json, "rotation", fw_db_column_int(row, 11));
	fw_json_int(page->json, "turn", fw_db_column_int(row, 18));
	render_page(page, row, 13);
	if ((r = render_marks(page, fw_db_column_text(row, 0))) < 0) {
		return r;
	}
	return render_file_name(page, row, 12);
}

int fw_case_page_papers(const struct fw_case_page *page)
{
	static const struct fw_case_page_list lists[] = {
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
			" p.state, p.error, p.pictures, p.facts, p.seen, f.turn FROM case_file f"
			" LEFT JOIN case_page p ON p.file = f.id WHERE f.service_case = ?1"
			" ORDER BY f.material, f.position, f.filed_us",
			render_file},
	};

	return fw_case_page_lists(page, lists, G_N_ELEMENTS(lists));
}
