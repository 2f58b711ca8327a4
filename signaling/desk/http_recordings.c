/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/access.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/finalise.h"
#include "signaling/desk/http.h"

#include "base/db.h"

#include <errno.h>
#include <jansson.h>

int fw_recording_manifest_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	return r != 0 ? r : fw_access_file(desk, question, "manifest.json");
}

int fw_recording_verify_operation(struct fw_desk *desk, const struct fw_http_question *question)
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

int fw_recording_view_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	char id[FW_ID_SIZE];
	struct fw_json json;
	int64_t expires_us;
	const char *call;
	int r = fw_access_recording(desk, question, &call);

	if (r != 0 ||
		(r = fw_access_grant(desk, question, "view", call, NULL, id, &expires_us)) != 0) {
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

int fw_recording_source_operation(struct fw_desk *desk, const struct fw_http_question *question)
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

int fw_recording_download_operation(struct fw_desk *desk, const struct fw_http_question *question)
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
		(r = fw_access_grant(desk, question, "download", call, reason, id, &expires_us)) !=
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

int fw_download_file_operation(struct fw_desk *desk, const struct fw_http_question *question)
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

int fw_recording_finalise_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *call;
	int r = fw_access_call(desk, question, FW_RIGHT_RECORDING_RETRY, &call);

	if (r != 0) {
		return r;
	}
	r = fw_finalise_retry(desk, call);
	if (r < 0) {
		return r == -ENOENT ? FW_CODE_WRONG_STATE : r;
	}
	r = fw_deed(desk, question->session->account, NULL, "recording.retried", "recording", call,
		NULL);
	fw_http_answer(desk, question->request, 200, g_strdup("{}"), NULL);
	return r;
}
