/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/access.h"

#include "base/db.h"
#include "base/id.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/json_write.h"
#include "signaling/desk/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REASON_MIN_CHARS 2 /* PROTOCOL.md 3 */
#define REASON_MAX_CHARS 200

static const char *param(const struct fw_http_question *question, const char *field)
{
	return json_string_value(json_object_get(question->params, field));
}

/* --- lists -------------------------------------------------------------------------------------- */

static void render_scope(struct fw_json *json, const struct fw_account *account, enum fw_right right)
{
	unsigned count = 0;

	fw_json_open(json, "scope", '{');
	fw_json_text(json, "account", account->person->id);
	fw_json_open(json, "areas", '[');
	for (guint i = 0; right != FW_RIGHT_COUNT && i < account->person->roles->len; i++) {
		const struct fw_person_role *role =
			&g_array_index(account->person->roles, struct fw_person_role, i);

		if (count < FW_ACCESS_AREAS_MAX &&
			fw_permission(role->role, FW_RELATION_OWN, right)) {
			fw_json_text(json, NULL, role->area->code);
			count++;
		}
	}
	fw_json_close(json, ']');
	fw_json_close(json, '}');
}

int fw_access_read(
	struct fw_desk *desk, const struct fw_http_question *question, enum fw_right right)
{
	struct fw_desk_output output = {.kind = FW_OUT_READ};
	char *query = json_dumps(question->params, JSON_COMPACT);
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_raw(&json, "query", query);
	render_scope(&json, question->session->account, right);
	fw_json_close(&json, '}');
	free(query);
	output.read.request = question->request;
	output.read.operation = question->operation;
	output.read.params = fw_json_steal(&json);
	g_array_append_val(desk->outputs, output);
	return 0;
}

/* --- one call ------------------------------------------------------------------------------------- */

static bool may_in(const struct fw_desk *desk, const struct fw_person *person, enum fw_right right,
	const char *area)
{
	const struct fw_area *found = area ? fw_catalogue_area(desk->catalogue, area) : NULL;

	return found && fw_person_may(person, right, found);
}

static int took_part(struct fw_desk *desk, const struct fw_account *account, const char *call)
{
	int64_t one;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT 1 FROM call_part WHERE call = ?1 AND account = ?2",
		FW_DB_VALUES(fw_db_text(call), fw_db_text(account->person->id)), &one);

	return r == -ENOENT ? FW_CODE_FORBIDDEN : r;
}

/* Where a window stands that was tried for the call: a department's may in another area's hall. What was said and shown
 * in the call is only for where it was answered. */
static int may_where_tried(
	struct fw_desk *desk, const struct fw_person *person, enum fw_right right, const char *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	bool any = right == FW_RIGHT_CALLS_AREA;
	int r = fw_db_query(desk->setup.db,
		"SELECT DISTINCT h.area FROM attempt t JOIN service_window w"
		" ON w.id = t.service_window JOIN hall h ON h.id = w.hall"
		" WHERE t.call = ?1 AND (?2 = 1 OR t.outcome = 'answered')",
		FW_DB_VALUES(fw_db_text(call), fw_db_int(any)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		if (may_in(desk, person, right, fw_db_column_text(rows, 0))) {
			return 0;
		}
	}
	return r < 0 ? r : FW_CODE_FORBIDDEN;
}

int fw_access_call(struct fw_desk *desk, const struct fw_http_question *question,
	enum fw_right right, const char **ret_call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const struct fw_account *account = question->session->account;
	const char *call = param(question, "call");
	int r;

	if (!fw_id_valid(call)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT c.area, h.area FROM call c"
		" JOIN service_window w ON w.id = c.requester_window JOIN hall h ON h.id = w.hall"
		" WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(call)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	*ret_call = call;
	if (may_in(desk, account->person, right, fw_db_column_text(rows, 0)) ||
		may_in(desk, account->person, right, fw_db_column_text(rows, 1))) {
		return 0;
	}
	r = may_where_tried(desk, account->person, right, call);
	if (r != FW_CODE_FORBIDDEN) {
		return r;
	}
	return fw_person_may(account->person, FW_RIGHT_CALLS_OWN, NULL) &&
			right == FW_RIGHT_CALLS_AREA
		? took_part(desk, account, call)
		: FW_CODE_FORBIDDEN;
}

int fw_access_recording(
	struct fw_desk *desk, const struct fw_http_question *question, const char **ret_call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *state;
	int r = fw_access_call(desk, question, FW_RIGHT_RECORDING, ret_call);

	if (r != 0) {
		return r;
	}
	r = fw_db_query(desk->setup.db, "SELECT state FROM recording WHERE call = ?1",
		FW_DB_VALUES(fw_db_text(*ret_call)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	state = fw_db_column_text(rows, 0);
	if (strcmp(state, "failed") == 0) {
		return FW_CODE_NOT_FOUND;
	}
	return strcmp(state, "ready") == 0 || strcmp(state, "interrupted") == 0 ? 0
										: FW_CODE_NOT_READY;
}

/* --- views and downloads --------------------------------------------------------------------------- */

/* Codes: not_found, the recording is purged. */
static int seal_reason(struct fw_desk *desk, const char *call, const char *access,
	const char *reason, GBytes **ret_sealed)
{
	const struct fw_sealed_at where = fw_sealed_at("recording_access", "reason", access, 0);
	char id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r;

	if (!reason) {
		return 0;
	}
	fw_sealed_key_of_call(call, id);
	r = fw_secret_key(desk, id, false, key);
	if (r == 0) {
		r = fw_secret_seal(desk, key, &where, reason, ret_sealed);
		fw_wipe(key, sizeof(key));
	}
	return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
}

int fw_access_grant(struct fw_desk *desk, const struct fw_http_question *question, const char *kind,
	const char *call, const char *reason, char ret_id[FW_ID_SIZE], int64_t *ret_expires_us)
{
	const struct fw_account *account = question->session->account;
	bool view = strcmp(kind, "view") == 0;
	g_autoptr(GBytes) sealed = NULL;
	g_autofree char *detail = NULL;
	uint8_t random[FW_ID_RANDOM_BYTES];
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, ret_id);
	*ret_expires_us = desk->now_us + FW_ACCESS_US;
	r = seal_reason(desk, call, ret_id, reason, &sealed);
	if (r != 0) {
		return r;
	}
	r = fw_db_run(desk->setup.db,
		"INSERT INTO recording_access (id, kind, call, account, reason, created_us,"
		" expires_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		FW_DB_VALUES(fw_db_text(ret_id), fw_db_text(kind), fw_db_text(call),
			fw_db_text(account->person->id), fw_sealed_value(sealed),
			fw_db_int(desk->now_us), fw_db_int(*ret_expires_us)),
		NULL);
	if (r < 0) {
		return r;
	}
	detail = g_strdup_printf("{\"%s\":\"%s\"}", kind, ret_id);
	return fw_deed(desk, account, NULL, view ? "recording.viewed" : "recording.downloaded",
		"recording", call, detail);
}

/* The call of a grant that is this account's and lasts. */
static int find_grant(struct fw_desk *desk, const struct fw_http_question *question,
	const char *field, const char *kind, struct fw_statement **ret_rows)
{
	const char *id = param(question, field);
	int r;

	if (!fw_id_valid(id)) {
		return FW_CODE_FORBIDDEN;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT call FROM recording_access WHERE id = ?1 AND kind = ?2 AND account = ?3"
		" AND expires_us > ?4",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(kind),
			fw_db_text(question->session->account->person->id), fw_db_int(desk->now_us)),
		ret_rows);
	if (r < 0 || (r = fw_db_step(*ret_rows)) < 0) {
		return r;
	}
	return r > 0 ? 0 : FW_CODE_FORBIDDEN;
}

int fw_access_granted(struct fw_desk *desk, const struct fw_http_question *question,
	const char *field, const char *kind, const char *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = find_grant(desk, question, field, kind, &rows);

	if (r != 0) {
		return r;
	}
	return strcmp(fw_db_column_text(rows, 0), call) == 0 ? 0 : FW_CODE_FORBIDDEN;
}

int fw_access_download(
	struct fw_desk *desk, const struct fw_http_question *question, char ret_call[FW_ID_SIZE])
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = find_grant(desk, question, "download", "download", &rows);

	if (r == 0) {
		g_strlcpy(ret_call, fw_db_column_text(rows, 0), FW_ID_SIZE);
	}
	return r;
}

bool fw_access_reason_ok(const char *reason)
{
	return reason && fw_text_is_typed(reason, REASON_MAX_CHARS, true) &&
		fw_text_chars(reason) >= REASON_MIN_CHARS;
}

/* --- files ------------------------------------------------------------------------------------------ */

int fw_access_file_name(struct fw_desk *desk, const char *call, const char *name,
	char ret_name[FW_RECORDING_FILE_SIZE])
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r;

	if (!name) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT name FROM recording_file WHERE call = ?1 AND (name = ?2 OR source = ?2)",
		FW_DB_VALUES(fw_db_text(call), fw_db_text(name)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	g_strlcpy(ret_name, fw_db_column_text(rows, 0), FW_RECORDING_FILE_SIZE);
	return 0;
}

int fw_access_manifest_sha256(
	struct fw_desk *desk, const char *call, char ret_sha256[FW_RECORDING_FILE_SIZE])
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *sha256;
	json_t *detail;
	int r = fw_db_query(desk->setup.db,
		"SELECT detail FROM audit_log WHERE object_kind = 'recording' AND object_id = ?1"
		" AND action = 'recording.finalised' ORDER BY sequence DESC LIMIT 1",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	detail = json_loads(fw_db_column_text(rows, 0), 0, NULL);
	sha256 = json_string_value(json_object_get(detail, "manifest_sha256"));
	g_strlcpy(ret_sha256, sha256 ? sha256 : "", FW_RECORDING_FILE_SIZE);
	json_decref(detail);
	return ret_sha256[0] ? 0 : FW_CODE_NOT_FOUND;
}

int fw_access_file(struct fw_desk *desk, const struct fw_http_question *question, const char *name)
{
	struct fw_desk_output output = {.kind = FW_OUT_FILE};

	output.file.request = question->request;
	output.file.operation = question->operation;
	g_strlcpy(output.file.recording, param(question, "call"), sizeof(output.file.recording));
	output.file.name = g_strdup(name);
	output.file.range_from = question->range_from;
	output.file.range_to = question->range_to;
	output.file.most_bytes =
		question->operation == FW_OP_RECORDING_SOURCE ? FW_SOURCE_ANSWER_BYTES : 0;
	output.file.attachment = question->operation == FW_OP_DOWNLOAD_FILE;
	g_array_append_val(desk->outputs, output);
	return 0;
}
