/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads.h"

#include "base/limits.h"
#include "base/text.h"
#include "signaling/desk/words.h"
#include "signaling/reads_query.h"

#include <errno.h>
#include <string.h>

#define PAGE_SIZE_MAX     100 /* PROTOCOL.md 3 */
#define PAGE_SIZE_DEFAULT 20
#define AREAS_MAX         16 /* of a scope; the desk names fewer */

G_STATIC_ASSERT(PAGE_SIZE_MAX <= FW_PAGE_MAX_ROWS);

/* --- queries -------------------------------------------------------------------------------------- */

void fw_read_init(struct fw_read_query *query)
{
	query->sql = g_string_new(NULL);
	query->count = 0;
}

void fw_read_clear(struct fw_read_query *query)
{
	g_string_free(query->sql, TRUE);
}

static void add_numbered(struct fw_read_query *query, const char *fragment, struct fw_db_value value)
{
	for (const char *c = fragment; *c; c++) {
		if (*c != '?') {
			g_string_append_c(query->sql, *c);
			continue;
		}
		g_assert(query->count < FW_READ_VALUES_MAX);
		query->values[query->count++] = value;
		g_string_append_printf(query->sql, "?%zu", query->count);
	}
}

void fw_read_add(struct fw_read_query *query, const char *fragment)
{
	g_string_append(query->sql, fragment);
}

void fw_read_text(struct fw_read_query *query, const char *fragment, const char *text)
{
	add_numbered(query, fragment, fw_db_text(text));
}

void fw_read_int(struct fw_read_query *query, const char *fragment, int64_t integer)
{
	add_numbered(query, fragment, fw_db_int(integer));
}

void fw_read_blob(struct fw_read_query *query, const char *fragment, const void *bytes, size_t size)
{
	add_numbered(query, fragment, fw_db_blob(bytes, size));
}

int fw_read_run(struct fw_db *db, struct fw_read_query *query, struct fw_statement **ret_rows)
{
	return fw_db_query(db, query->sql->str, query->values, query->count, ret_rows);
}

/* --- what was asked ------------------------------------------------------------------------------- */

const char *fw_read_param(const struct fw_read_question *question, const char *name)
{
	const char *text = json_string_value(json_object_get(question->query, name));

	return text && text[0] ? text : NULL;
}

const char *fw_read_word(const struct fw_read_question *question, const char *name,
	const char *const *words, bool *ret_bad)
{
	const char *text = fw_read_param(question, name);

	if (text && fw_word_index(words, text) < 0) {
		*ret_bad = true;
		return NULL;
	}
	return text;
}

bool fw_read_number(const struct fw_read_question *question, const char *name, int64_t *ret_number,
	bool *ret_bad)
{
	const json_t *value = json_object_get(question->query, name);
	const char *text = json_string_value(value);
	char *end = NULL;

	if (!value || (text && !text[0])) {
		return false;
	}
	if (json_is_integer(value)) {
		*ret_number = json_integer_value(value);
		return true;
	}
	if (!text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18) {
		*ret_bad = true;
		return false;
	}
	*ret_number = (int64_t)g_ascii_strtoll(text, &end, 10);
	return true;
}

void fw_read_open_page(struct fw_json *json, const struct fw_read_question *question, int64_t total)
{
	fw_json_int(json, "total", total);
	fw_json_int(json, "page", question->page);
	fw_json_int(json, "page_size", question->page_size);
	fw_json_open(json, "rows", '[');
}

char *fw_read_like(const char *text)
{
	GString *pattern = g_string_new("%");

	for (; *text; text++) {
		if (*text == '%' || *text == '_' || *text == '\\') {
			g_string_append_c(pattern, '\\');
		}
		g_string_append_c(pattern, *text);
	}
	g_string_append_c(pattern, '%');
	return g_string_free(pattern, FALSE);
}

void fw_read_scope(struct fw_read_query *query, const struct fw_read_question *question)
{
	fw_read_add(query, "WITH RECURSIVE scope (code) AS (SELECT code FROM area WHERE code IN (");
	for (size_t i = 0; i < json_array_size(question->areas) && i < AREAS_MAX; i++) {
		fw_read_text(query, "?, ", json_string_value(json_array_get(question->areas, i)));
	}
	fw_read_add(query, "NULL"); /* no area at all is a list as well */
	fw_read_add(query, ") UNION SELECT a.code FROM area a JOIN scope s ON a.parent = s.code) ");
}

/* --- the table -------------------------------------------------------------------------------------- */

static fw_reader *const readers[FW_OP_COUNT] = {
	[FW_OP_KEPT] = fw_read_kept,
	[FW_OP_KEPT_CSV] = fw_read_kept_csv,
	[FW_OP_KEPT_HISTORY] = fw_read_history,
	[FW_OP_CLOSURES] = fw_read_closures,
	[FW_OP_DRILLS] = fw_read_drills,
	[FW_OP_DUTY_HALLS] = fw_read_duty_halls,
	[FW_OP_AREAS] = fw_read_areas,
	[FW_OP_WINDOWS] = fw_read_windows,
	[FW_OP_ITEMS] = fw_read_items,
	[FW_OP_ITEM] = fw_read_item,
	[FW_OP_TODAY] = fw_read_today,
	[FW_OP_CALLS] = fw_read_calls,
	[FW_OP_CALL] = fw_read_call,
	[FW_OP_AUDIT] = fw_read_audit,
	[FW_OP_SMS] = fw_read_sms,
	[FW_OP_LEDGER] = fw_read_ledger,
	[FW_OP_LEDGER_ROW] = fw_read_ledger_row,
	[FW_OP_ESCALATIONS] = fw_read_escalations,
	[FW_OP_ESCALATION] = fw_read_escalation,
	[FW_OP_MIRROR] = fw_read_mirror,
	[FW_OP_CASES] = fw_read_cases,
	[FW_OP_CASE_PEOPLE] = fw_read_case_people,
	[FW_OP_CASE_FIGURES] = fw_read_case_figures,
	[FW_OP_CATALOGUE] = fw_read_catalogue,
	[FW_OP_CATALOGUE_ITEM] = fw_read_catalogue_item,
	[FW_OP_CATALOGUE_VERSION] = fw_read_catalogue_version,
	[FW_OP_CATALOGUE_DRAFT] = fw_read_catalogue_draft,
	[FW_OP_CATALOGUE_EXPORT] = fw_read_catalogue_export,
	[FW_OP_CATALOGUE_PICTURE] = fw_read_catalogue_picture,
	[FW_OP_GUIDE_FAULTS] = fw_read_guide_faults,
	[FW_OP_GUIDE_FAULT] = fw_read_guide_fault,
	[FW_OP_FIGURES] = fw_read_figures,
};

static char *error_body(int status)
{
	return g_strdup(status == 404
			? "{\"error\":{\"code\":\"not_found\",\"text\":\"没有找到\"}}"
			: "{\"error\":{\"code\":\"malformed\",\"text\":\"查询条件不对\"}}");
}

static int answer(struct fw_db *db, enum fw_operation operation, struct fw_read_question *question,
	int *ret_status, char **ret_body)
{
	struct fw_json json;
	bool bad = false;
	int r = 0;

	question->page = 1;
	question->page_size = PAGE_SIZE_DEFAULT;
	(void)fw_read_number(question, "page", &question->page, &bad);
	(void)fw_read_number(question, "page_size", &question->page_size, &bad);
	*ret_status = 200;
	if (bad || question->page < 1 || question->page > 1000000 || question->page_size < 1 ||
		question->page_size > PAGE_SIZE_MAX) {
		*ret_status = 400;
	} else {
		fw_json_init(&json);
		fw_json_open(&json, NULL, '{');
		r = readers[operation](db, question, ret_status, &json);
		fw_json_close(&json, '}');
		if (r >= 0 && *ret_status == 200) {
			*ret_body = fw_json_steal(&json);
			return 0;
		}
		fw_json_clear(&json);
	}
	if (r >= 0) {
		*ret_body = error_body(*ret_status);
	}
	return MIN(r, 0);
}

int fw_read(struct fw_db *db, struct fw_keystore *keystore, struct fw_blob_store *blobs,
	enum fw_operation operation, const char *params, int *ret_status, char **ret_body)
{
	struct fw_read_keys keys = {.keystore = keystore};
	json_t *root = json_loads(params, 0, NULL);
	const json_t *scope = json_object_get(root, "scope");
	struct fw_read_question question = {
		.query = json_object_get(root, "query"),
		.account = json_string_value(json_object_get(scope, "account")),
		.areas = json_object_get(scope, "areas"),
		.keys = &keys,
		.blobs = blobs,
	};
	int r = -EINVAL;

	if (operation < FW_OP_COUNT && readers[operation] && question.account) {
		r = fw_db_begin(db); /* one snapshot for the total and its rows */
		if (r >= 0) {
			r = answer(db, operation, &question, ret_status, ret_body);
			fw_db_rollback(db);
			fw_read_keys_clear(&keys);
		}
	}
	json_decref(root);
	return r;
}

/* --- the manifest's digest -------------------------------------------------------------------------- */

int fw_read_manifest_digest(struct fw_db *db, const char *call, char ret_digest[FW_READ_DIGEST_SIZE])
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	json_auto_t *detail = NULL;
	const char *digest;
	int r = fw_db_query(db,
		"SELECT detail FROM audit_log WHERE object_kind = 'recording' AND object_id = ?1"
		" AND action = 'recording.finalised' ORDER BY sequence DESC LIMIT 1",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	detail = json_loads(fw_db_column_text(rows, 0), JSON_REJECT_DUPLICATES, NULL);
	digest = json_string_value(json_object_get(detail, "manifest_sha256"));
	return digest ? fw_text_copy(digest, ret_digest, FW_READ_DIGEST_SIZE) : -ENOENT;
}
