/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/http.h"

#include "base/db.h"
#include "signaling/cases/uploads.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/access.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/message.h"
#include "signaling/desk/passwords.h"
#include "signaling/desk/sessions.h"
#include "signaling/directory/import.h"
#include "signaling/directory/organisation.h"
#include "signaling/ledger/ledger_http.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

typedef int operation_handler(struct fw_desk *desk, const struct fw_http_question *question);

/* --- session ------------------------------------------------------------------------------------ */

static int session_get(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_http_answer(desk, question->request, 200, fw_session_body(desk, question->session), NULL);
	return 0;
}

static int session_delete(struct fw_desk *desk, const struct fw_http_question *question)
{
	int r = fw_session_end(desk, question->session, FW_SESSION_SIGNED_OUT);

	fw_http_answer(desk, question->request, 204, NULL,
		g_strdup("fw_session=; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=0"));
	return r;
}

/* --- reads -------------------------------------------------------------------------------------- */

static int read_anywhere(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_COUNT);
}

static int read_today(struct fw_desk *desk, const struct fw_http_question *question)
{
	/* Asia/Shanghai has had no summer time since 1991: UTC+8. */
	const int64_t day = INT64_C(86400000000), east = INT64_C(28800000000);
	int64_t from = (desk->now_us + east) / day * day - east;

	json_object_set_new(question->params, "from_us", json_integer(from));
	json_object_set_new(question->params, "to_us", json_integer(from + day));
	return fw_access_read(desk, question, FW_RIGHT_COUNT);
}

static int read_calls(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_CALLS_AREA);
}

static int read_figures(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_FIGURES);
}

static int read_audit(struct fw_desk *desk, const struct fw_http_question *question)
{
	int r = fw_deed(desk, question->session->account, NULL, "audit.read", NULL, NULL, NULL);

	return r < 0 ? r : fw_access_read(desk, question, FW_RIGHT_AUDIT_LOG);
}

static int read_call(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *call;
	int r = fw_access_call(desk, question, FW_RIGHT_CALLS_AREA, &call);

	if (r != 0) {
		return r;
	}
	r = fw_deed(desk, question->session->account, NULL, "call.viewed", "call", call, NULL);
	return r < 0 ? r : fw_access_read(desk, question, FW_RIGHT_CALLS_AREA);
}

/* --- recordings --------------------------------------------------------------------------------- */

static int recording_manifest(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	return r != 0 ? r : fw_access_file(desk, question, "manifest.json");
}

static int recording_verify(struct fw_desk *desk, const struct fw_http_question *question)
{
	char sha256[FW_RECORDING_FILE_SIZE];
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	if (r == 0) {
		r = fw_access_manifest_sha256(desk, call, sha256);
	}
	if (r == 0) {
		r = fw_deed(desk, question->session->account, NULL, "recording.verified",
			"recording", call, NULL);
	}
	return r != 0 ? r : fw_access_file(desk, question, sha256);
}

static int recording_view(struct fw_desk *desk, const struct fw_http_question *question)
{
	char id[FW_ID_SIZE];
	struct fw_json json;
	int64_t expires_us;
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	if (r != 0 ||
		(r = fw_access_grant(desk, question, "view", call, NULL, id, &expires_us)) < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "view", id);
	fw_json_int(&json, "expires_us", expires_us);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return 0;
}

static int recording_source(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *source = json_string_value(json_object_get(question->params, "source"));
	char name[FW_RECORDING_FILE_SIZE];
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	if (r == 0) {
		r = fw_access_granted(desk, question, "view", "view", call);
	}
	if (r == 0) {
		r = fw_access_file_name(desk, call, source, name);
	}
	return r != 0 ? r : fw_access_file(desk, question, name);
}

static int render_files(struct fw_desk *desk, struct fw_json *json, const char *call, const char *id)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT name, bytes, sha256 FROM recording_file WHERE call = ?1 ORDER BY number",
		FW_DB_VALUES(fw_db_text(call)), &rows);

	fw_json_open(json, "files", '[');
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_autofree char *href =
			g_strdup_printf("/api/v1/downloads/%s/%s", id, fw_db_column_text(rows, 0));

		fw_json_open(json, NULL, '{');
		fw_json_text(json, "name", fw_db_column_text(rows, 0));
		fw_json_int(json, "bytes", fw_db_column_int(rows, 1));
		fw_json_text(json, "sha256", fw_db_column_text(rows, 2));
		fw_json_text(json, "href", href);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	return r;
}

static int recording_download(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *reason = json_string_value(json_object_get(question->params, "reason"));
	char id[FW_ID_SIZE];
	struct fw_json json;
	int64_t expires_us;
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	if (r == 0 && !fw_access_reason_ok(reason)) {
		r = FW_CODE_MALFORMED;
	}
	if (r != 0 ||
		(r = fw_access_grant(desk, question, "download", call, reason, id, &expires_us)) <
			0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "download", id);
	fw_json_int(&json, "expires_us", expires_us);
	r = render_files(desk, &json, call, id);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return r;
}

static int download_file(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *name = json_string_value(json_object_get(question->params, "name"));
	char call[FW_ID_SIZE], file[FW_RECORDING_FILE_SIZE];
	int r = fw_access_download(desk, question, call);

	if (r == 0) {
		r = fw_access_file_name(desk, call, name, file);
	}
	if (r == 0) {
		json_object_set_new(question->params, "call", json_string(call));
	}
	return r != 0 ? r : fw_access_file(desk, question, file);
}

/* --- the table ---------------------------------------------------------------------------------- */

static const struct {
	operation_handler *handler;
	enum fw_right right; /* in the role's own area */
	enum fw_right or_right; /* this one is enough as well; FW_RIGHT_COUNT: none */
} operations[FW_OP_COUNT] = {
	[FW_OP_SESSION_GET] = {session_get, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_SESSION_DELETE] = {session_delete, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_PASSWORD] = {fw_password_change, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_KEPT] = {fw_kept_list_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_CSV] = {fw_kept_list_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_CREATE] = {fw_kept_create_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_CHANGE] = {fw_kept_change_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_CLOSE] = {fw_kept_close_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_REOPEN] = {fw_kept_reopen_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_PASSWORD] = {fw_kept_password_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_KEPT_IMPORT] = {fw_kept_import_operation, FW_RIGHT_ORGANISATION, FW_RIGHT_COUNT},
	[FW_OP_AREAS] = {read_anywhere, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_WINDOWS] = {read_anywhere, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_ITEMS] = {read_anywhere, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_ITEM] = {read_anywhere, FW_RIGHT_DIRECTORY, FW_RIGHT_COUNT},
	[FW_OP_TODAY] = {read_today, FW_RIGHT_TODAY, FW_RIGHT_COUNT},
	[FW_OP_CALLS] = {read_calls, FW_RIGHT_CALLS_OWN, FW_RIGHT_CALLS_AREA},
	[FW_OP_CALL] = {read_call, FW_RIGHT_CALLS_OWN, FW_RIGHT_CALLS_AREA},
	[FW_OP_RECORDING_MANIFEST] = {recording_manifest, FW_RIGHT_RECORDING, FW_RIGHT_COUNT},
	[FW_OP_RECORDING_VIEW] = {recording_view, FW_RIGHT_RECORDING, FW_RIGHT_COUNT},
	[FW_OP_RECORDING_SOURCE] = {recording_source, FW_RIGHT_RECORDING, FW_RIGHT_COUNT},
	[FW_OP_RECORDING_DOWNLOAD] = {recording_download, FW_RIGHT_RECORDING, FW_RIGHT_COUNT},
	[FW_OP_DOWNLOAD_FILE] = {download_file, FW_RIGHT_RECORDING, FW_RIGHT_COUNT},
	[FW_OP_RECORDING_VERIFY] = {recording_verify, FW_RIGHT_RECORDING, FW_RIGHT_COUNT},
	[FW_OP_AUDIT] = {read_audit, FW_RIGHT_AUDIT_LOG, FW_RIGHT_COUNT},
	[FW_OP_UPLOAD_CREATE] = {fw_upload_create_operation, FW_RIGHT_UPLOAD, FW_RIGHT_COUNT},
	[FW_OP_UPLOAD_GET] = {fw_upload_get_operation, FW_RIGHT_UPLOAD, FW_RIGHT_COUNT},
	[FW_OP_UPLOAD_PIECE] = {fw_upload_piece_operation, FW_RIGHT_UPLOAD, FW_RIGHT_COUNT},
	[FW_OP_SMS] = {fw_http_sms, FW_RIGHT_SMS, FW_RIGHT_COUNT},
	[FW_OP_SMS_RESEND] = {fw_http_sms_by_hand, FW_RIGHT_SMS, FW_RIGHT_COUNT},
	[FW_OP_SMS_CANCEL] = {fw_http_sms_by_hand, FW_RIGHT_SMS, FW_RIGHT_COUNT},
	[FW_OP_LEDGER] = {fw_http_ledger, FW_RIGHT_LEDGER, FW_RIGHT_LEDGER_OWN},
	[FW_OP_LEDGER_ROW] = {fw_http_ledger_row, FW_RIGHT_LEDGER, FW_RIGHT_LEDGER_OWN},
	[FW_OP_LEDGER_STATEMENT] = {fw_http_ledger_statement, FW_RIGHT_LEDGER_OWN, FW_RIGHT_COUNT},
	[FW_OP_LEDGER_VERDICT] = {fw_http_ledger_verdict, FW_RIGHT_LEDGER_JUDGE, FW_RIGHT_COUNT},
	[FW_OP_ESCALATIONS] = {fw_http_escalations, FW_RIGHT_ESCALATION, FW_RIGHT_COUNT},
	[FW_OP_ESCALATION] = {fw_http_escalation, FW_RIGHT_ESCALATION, FW_RIGHT_COUNT},
	[FW_OP_ESCALATION_ACKNOWLEDGE] = {fw_http_escalation_settle, FW_RIGHT_ESCALATION,
		FW_RIGHT_COUNT},
	[FW_OP_ESCALATION_CLOSE] = {fw_http_escalation_settle, FW_RIGHT_ESCALATION, FW_RIGHT_COUNT},
	[FW_OP_CALL_MARK] = {fw_http_mark, FW_RIGHT_CALL_MARK, FW_RIGHT_COUNT},
	[FW_OP_MIRROR] = {fw_http_mirror, FW_RIGHT_MIRROR, FW_RIGHT_COUNT},
	[FW_OP_CASES] = {fw_case_search_operation, FW_RIGHT_CASES_AREA, FW_RIGHT_COUNT},
	[FW_OP_CASE_CREATE] = {fw_case_create_operation, FW_RIGHT_CASE_OPEN, FW_RIGHT_COUNT},
	[FW_OP_CASE] = {fw_case_get_operation, FW_RIGHT_CASES_AREA, FW_RIGHT_COUNT},
	[FW_OP_CASE_EDIT] = {fw_case_edit_operation, FW_RIGHT_CASE_OPEN, FW_RIGHT_COUNT},
	[FW_OP_CASE_ACT] = {fw_case_act_operation, FW_RIGHT_CASES_AREA, FW_RIGHT_COUNT},
	[FW_OP_CASE_VERDICT] = {fw_case_verdict_operation, FW_RIGHT_CASE_OPEN, FW_RIGHT_CASE_HANDLE},
	[FW_OP_CASE_IDENTITY] = {fw_case_identity_operation, FW_RIGHT_CASE_OPEN,
		FW_RIGHT_CASE_HANDLE},
	[FW_OP_CASE_UNMASK] = {fw_case_unmask_operation, FW_RIGHT_CASE_UNMASK, FW_RIGHT_COUNT},
	[FW_OP_CASE_SMS] = {fw_case_sms_operation, FW_RIGHT_CASE_OPEN, FW_RIGHT_CASE_HANDLE},
	[FW_OP_CASE_FILE] = {fw_case_file_operation, FW_RIGHT_CASES_AREA, FW_RIGHT_COUNT},
	[FW_OP_CASE_NOTICE] = {fw_case_notice_operation, FW_RIGHT_CASE_OPEN, FW_RIGHT_CASE_HANDLE},
	[FW_OP_CASE_NOTICE_SHEET] = {fw_case_notice_sheet_operation, FW_RIGHT_CASES_AREA,
		FW_RIGHT_COUNT},
	[FW_OP_CASE_FIGURES] = {fw_case_figures_operation, FW_RIGHT_CASE_FIGURES, FW_RIGHT_COUNT},
	[FW_OP_FIGURES] = {read_figures, FW_RIGHT_FIGURES, FW_RIGHT_COUNT},
};

bool fw_http_allowed(const struct fw_person *person, enum fw_operation operation)
{
	return fw_person_may(person, operations[operation].right, NULL) ||
		(operations[operation].or_right != FW_RIGHT_COUNT &&
			fw_person_may(person, operations[operation].or_right, NULL));
}

static int answer(struct fw_desk *desk, struct fw_http_question *question, const char *token,
	const char *remote)
{
	int r;

	if (question->operation == FW_OP_SESSION_CREATE) {
		return fw_session_create(desk, question->request, remote, question->params);
	}
	if (question->operation == FW_OP_SMS_RECEIPTS) {
		return fw_http_sms_receipts(desk, question);
	}
	r = fw_session_find(desk, token, &question->session);
	if (r < 0) {
		return r;
	}
	if (!question->session) {
		return FW_CODE_NOT_SIGNED_IN;
	}
	if (question->session->account->person->must_change_password &&
		question->operation != FW_OP_SESSION_GET &&
		question->operation != FW_OP_SESSION_DELETE &&
		question->operation != FW_OP_PASSWORD) {
		return FW_CODE_PASSWORD_CHANGE_REQUIRED;
	}
	if (!fw_http_allowed(question->session->account->person, question->operation)) {
		return FW_CODE_FORBIDDEN;
	}
	return operations[question->operation].handler(desk, question);
}

int fw_http_request(struct fw_desk *desk, uint64_t request, enum fw_operation operation,
	const char *token, const char *remote, const char *params_json, GBytes *bytes,
	int64_t range_from, int64_t range_to)
{
	g_autofree char *extra = NULL;
	struct fw_http_question question = {
		.request = request,
		.extra = &extra,
		.operation = operation,
		.bytes = bytes,
		.range_from = range_from,
		.range_to = range_to,
	};
	int r;

	question.params = json_loads(params_json ? params_json : "{}", JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(question.params) || operation < 0 || operation >= FW_OP_COUNT) {
		r = FW_CODE_MALFORMED;
	} else {
		r = answer(desk, &question, token, remote);
	}
	json_decref(question.params);
	if (r > 0) {
		fw_http_refuse(desk, request, (enum fw_code)r, extra);
		return 0;
	}
	return r;
}
