/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: saved, discarded, published; versions withdrawn. */
#include "signaling/catalogue/editing.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/catalogue/item_rows.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/desk/presence.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FW_LOG_TOPIC "catalogue"

/* --- who may -------------------------------------------------------------------------------------- */

bool fw_editing_may(const struct fw_desk *desk, const struct fw_person *person, const json_t *areas)
{
	for (size_t i = 0; i < json_array_size(areas); i++) {
		const char *code = json_string_value(json_array_get(areas, i));
		const struct fw_area *area = code ? fw_catalogue_area(desk->catalogue, code) : NULL;

		if (area && !fw_person_may(person, FW_RIGHT_ITEM_EDIT, area)) {
			return false;
		}
	}
	return fw_person_may(person, FW_RIGHT_ITEM_EDIT, NULL);
}

static int published_areas(struct fw_desk *desk, const char *item, json_t *areas)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT area FROM item_version_area WHERE item = ?1"
		" AND version = (SELECT MAX(version) FROM item WHERE id = ?1)",
		FW_DB_VALUES(fw_db_text(item)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		json_array_append_new(areas, json_string(fw_db_column_text(rows, 0)));
	}
	return r;
}

int fw_editing_allowed(struct fw_desk *desk, const struct fw_person *person, const char *item,
	const struct fw_draft *draft)
{
	json_auto_t *areas = json_array();
	int r = published_areas(desk, item, areas);

	if (r < 0) {
		return r;
	}
	return fw_editing_may(desk, person, areas) &&
			fw_editing_may(desk, person, json_object_get(draft->document, "areas"))
		? 0
		: FW_CODE_FORBIDDEN;
}

/* --- what was asked ------------------------------------------------------------------------------- */

static const char *item_of(const struct fw_http_question *question)
{
	return json_string_value(json_object_get(question->params, "item"));
}

/* The draft of the item, if its revision is the one that the editor saw; else `changed`, and who did it. */
static int draft_of(
	struct fw_desk *desk, const struct fw_http_question *question, struct fw_draft *ret_draft)
{
	const json_t *revision = json_object_get(question->params, "revision");
	struct fw_draft draft = {0};
	struct fw_json json;
	int r;

	if (!json_is_integer(revision)) {
		return FW_CODE_MALFORMED;
	}
	if (desk->tally->item_import) {
		return FW_CODE_IMPORT_RUNNING;
	}
	r = fw_draft_load(desk->setup.db, item_of(question), &draft);
	if (r < 0) {
		return r;
	}
	*ret_draft = draft;
	if (draft.revision == json_integer_value(revision)) {
		return fw_editing_allowed(
			desk, question->session->account->person, item_of(question), &draft);
	}
	fw_json_init(&json);
	fw_json_int(&json, "revision", draft.revision);
	fw_json_text(&json, "edited_by", draft.edited_by);
	fw_json_time(&json, "edited_us", draft.edited_us);
	*question->extra = fw_json_steal(&json);
	return FW_CODE_CHANGED;
}

static int refuse_faults(const struct fw_http_question *question, const struct fw_fault_list *list)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_fault_list_render(list, &json);
	*question->extra = fw_json_steal(&json);
	return FW_CODE_FAULTY;
}

static int deed(struct fw_desk *desk, const struct fw_account *account, const char *action,
	const char *item, const char *format, ...) G_GNUC_PRINTF(5, 6);

static int deed(struct fw_desk *desk, const struct fw_account *account, const char *action,
	const char *item, const char *format, ...)
{
	g_autofree char *detail = NULL;
	va_list arguments;

	va_start(arguments, format);
	detail = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return fw_deed(desk, account, account->window, action, "item", item, detail);
}

/* --- saving --------------------------------------------------------------------------------------- */

int fw_editing_store(struct fw_desk *desk, const struct fw_account *account, const json_t *document,
	const struct fw_draft *before, guint faults, int64_t *ret_revision)
{
	const char *item = fw_item_text(document, "id");
	char *text = json_dumps(document, JSON_COMPACT);
	char sha256[FW_ITEM_SHA256_SIZE] = "";
	int64_t revision = before->revision + 1, base = before->base_version;
	bool current;
	int r = fw_item_sha256(text, sha256);

	if (r >= 0 && !before->revision) {
		r = fw_item_newest(desk->setup.db, item, &base, &current);
	}
	if (r >= 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO item_draft (item, revision, base_version, document, edited_us,"
			" edited_by, name, pinyin, faults) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
			"?9)"
			" ON CONFLICT (item) DO UPDATE SET revision = ?2, document = ?4,"
			" edited_us = ?5, edited_by = ?6, name = ?7, pinyin = ?8, faults = ?9",
			FW_DB_VALUES(fw_db_text(item), fw_db_int(revision), fw_db_int(base),
				fw_db_text(text), fw_db_int(desk->now_us),
				fw_db_text(account->person->id),
				fw_db_text(fw_item_text(document, "name")),
				fw_db_text(fw_item_text(document, "pinyin")), fw_db_int(faults)),
			NULL);
	}
	free(text);
	if (r < 0) {
		return r;
	}
	*ret_revision = revision;
	return deed(desk, account, "item.draft_saved", item,
		"{\"revision\":%" G_GINT64_FORMAT ",\"base_version\":%" G_GINT64_FORMAT
		",\"sha256\":\"%s\"}",
		revision, base, sha256);
}

/* The document of the question; it is that of the item in the path, and not too large. */
static int document_of(const struct fw_http_question *question, json_t **ret_document)
{
	const json_t *document = json_object_get(question->params, "document");

	if (!json_is_object(document) ||
		strcmp(fw_item_text(document, "id"), item_of(question)) != 0) {
		return FW_CODE_MALFORMED;
	}
	*ret_document = fw_item_normal(document);
	if (json_dumpb(*ret_document, NULL, 0, JSON_COMPACT) > FW_ITEM_DOCUMENT_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	return 0;
}

static int save(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_draft *before, const json_t *document)
{
	fw_cleanup(fw_fault_list_clear) struct fw_fault_list list;
	struct fw_json json;
	int64_t revision = 0;
	int r;

	fw_fault_list_init(&list);
	if (!fw_editing_may(
		    desk, question->session->account->person, json_object_get(document, "areas"))) {
		return FW_CODE_FORBIDDEN;
	}
	if ((r = fw_draft_check(desk->setup.db, document, fw_fault_list_take, &list)) < 0 ||
		(r = fw_editing_store(desk, question->session->account, document, before,
			 list.count, &revision)) < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "revision", revision);
	fw_fault_list_render(&list, &json);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}

static void tell_id_fault(void *user, const struct fw_item_fault *fault)
{
	*(bool *)user |= strcmp(fault->path, "id") == 0;
}

int fw_catalogue_save_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_draft_clear) struct fw_draft before = {0};
	json_auto_t *document = NULL;
	bool bad_id = false;
	int r = document_of(question, &document);

	if (r != 0) {
		return r;
	}
	fw_item_check(document, NULL, tell_id_fault, &bad_id);
	if (bad_id) { /* it is the draft's key: nothing can be kept under it */
		return FW_CODE_MALFORMED;
	}
	r = draft_of(desk, question, &before);
	return r != 0 ? r : save(desk, question, &before, document);
}

/* --- discarding ----------------------------------------------------------------------------------- */

static int delete_draft(struct fw_desk *desk, const char *item)
{
	return fw_db_run(desk->setup.db, "DELETE FROM item_draft WHERE item = ?1",
		FW_DB_VALUES(fw_db_text(item)), NULL);
}

int fw_catalogue_discard_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_draft_clear) struct fw_draft draft = {0};
	int r = draft_of(desk, question, &draft);

	if (r == 0 && !draft.revision) {
		r = FW_CODE_NOT_FOUND;
	}
	if (r != 0 || (r = delete_draft(desk, item_of(question))) < 0 ||
		(r = deed(desk, question->session->account, "item.draft_discarded", item_of(question),
			 "{\"revision\":%" G_GINT64_FORMAT "}", draft.revision)) < 0) {
		return r;
	}
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}

/* --- publishing ----------------------------------------------------------------------------------- */

/* The directory and whoever looks at it take over what the database says now. */
static int take_over(struct fw_desk *desk)
{
	fw_presence_stir(desk);
	return fw_catalogue_reload_items(desk->catalogue, desk->setup.db);
}

/* Nothing that keeps the draft from being published; else it is in the list. */
static int check_publishing(struct fw_desk *desk, const struct fw_draft *draft, int64_t newest,
	bool current, struct fw_fault_list *list)
{
	json_auto_t *now = NULL;
	int r = fw_draft_check(desk->setup.db, draft->document, fw_fault_list_take, list);

	if (r < 0 || !current) {
		return r;
	}
	r = fw_item_load(desk->setup.db, fw_item_text(draft->document, "id"), newest, &now);
	if (r >= 0 && json_equal(now, draft->document)) {
		fw_fault_list_add(list, "", "", "unchanged", "与现行版本相同，没有可以发布的改动");
	}
	return r;
}

/* Answers that promised a correction now have the version that brings it. */
static int settle_corrections(struct fw_desk *desk, const char *item, int64_t version)
{
	return fw_db_run(desk->setup.db,
		"UPDATE guide_fault SET fixed_version = ?2 WHERE item = ?1"
		" AND outcome = 'corrected' AND fixed_version IS NULL",
		FW_DB_VALUES(fw_db_text(item), fw_db_int(version)), NULL);
}

static int publish(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_draft *draft, int64_t version)
{
	const struct fw_account *account = question->session->account;
	const char *item = item_of(question);
	char sha256[FW_ITEM_SHA256_SIZE] = "";
	struct fw_item_publication publication = {
		version, desk->now_us, account->person->id, sha256};
	char *text = json_dumps(draft->document, JSON_COMPACT);
	int r = fw_item_sha256(text, sha256);

	free(text);
	if (r < 0 || (r = fw_item_store(desk->setup.db, draft->document, &publication)) < 0 ||
		(r = delete_draft(desk, item)) < 0 ||
		(r = settle_corrections(desk, item, version)) < 0 || (r = take_over(desk)) < 0) {
		return r;
	}
	fw_info("version published item=%s version=%" G_GINT64_FORMAT, item, version);
	return deed(desk, account, "item.published", item,
		"{\"version\":%" G_GINT64_FORMAT ",\"revision\":%" G_GINT64_FORMAT
		",\"sha256\":\"%s\"}",
		version, draft->revision, sha256);
}

int fw_catalogue_publish_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_draft_clear) struct fw_draft draft = {0};
	fw_cleanup(fw_fault_list_clear) struct fw_fault_list list;
	struct fw_json json;
	int64_t newest = 0;
	bool current = false;
	int r = draft_of(desk, question, &draft);

	fw_fault_list_init(&list);
	if (r == 0 && !draft.revision) {
		r = FW_CODE_NOT_FOUND;
	}
	if (r != 0 ||
		(r = fw_item_newest(desk->setup.db, item_of(question), &newest, &current)) < 0 ||
		(r = check_publishing(desk, &draft, newest, current, &list)) < 0) {
		return r;
	}
	if (list.count > 0) {
		return refuse_faults(question, &list);
	}
	r = publish(desk, question, &draft, newest + 1);
	if (r < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "version", newest + 1);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}

/* --- withdrawing ---------------------------------------------------------------------------------- */

int fw_catalogue_withdraw_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const json_t *version = json_object_get(question->params, "version");
	fw_cleanup(fw_draft_clear) struct fw_draft draft = {0};
	const char *item = item_of(question);
	int64_t newest = 0;
	bool current = false;
	int r;

	if (!json_is_integer(version)) {
		return FW_CODE_MALFORMED;
	}
	if (desk->tally->item_import) {
		return FW_CODE_IMPORT_RUNNING;
	}
	if ((r = fw_draft_load(desk->setup.db, item, &draft)) < 0 ||
		(r = fw_item_newest(desk->setup.db, item, &newest, &current)) < 0) {
		return r;
	}
	if (!newest) {
		return FW_CODE_NOT_FOUND;
	}
	if (!current || newest != json_integer_value(version)) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = fw_editing_allowed(desk, question->session->account->person, item, &draft)) != 0 ||
		(r = fw_db_run(desk->setup.db, "UPDATE item SET current = 0 WHERE id = ?1",
			 FW_DB_VALUES(fw_db_text(item)), NULL)) < 0 ||
		(r = fw_db_run(desk->setup.db, "DELETE FROM item_area WHERE item = ?1",
			 FW_DB_VALUES(fw_db_text(item)), NULL)) < 0 ||
		(r = take_over(desk)) < 0 ||
		(r = deed(desk, question->session->account, "item.withdrawn", item,
			 "{\"version\":%" G_GINT64_FORMAT "}", newest)) < 0) {
		return r;
	}
	fw_info("item withdrawn item=%s version=%" G_GINT64_FORMAT, item, newest);
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}
