/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP operations: who may, what is logged, what a reader is handed, what it answers. */
#include "tests/unit/desk/office.h"

#include <gst/gst.h>
#include <string.h>

struct archive {
	struct office *office;
	char *call; /* answered and recorded, ready */
	char *clerk, *home, *auditor, *supervisor, *admin; /* tokens */
};

static int set_up(void **state)
{
	struct archive *archive = g_new0(struct archive, 1);
	struct office *office = office_create();
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");

	archive->office = office;
	archive->call = office_call(office, clerk);
	office->now_us += 3 * S;
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", archive->call));
	json_decref(office_do(office, home, "chat.send",
		"{\"call\":\"%s\",\"text\":\"请看章\",\"key\":\"k\"}", archive->call));
	office->now_us += 5 * S;
	json_decref(office_do(office, home, "call.hangup", "{\"call\":\"%s\"}", archive->call));
	archive->clerk = office_sign_in(office, "clerk1");
	archive->home = office_sign_in(office, "home2");
	archive->auditor = office_sign_in(office, "auditor1");
	archive->supervisor = office_sign_in(office, "supervisor1");
	archive->admin = office_sign_in(office, "admin1");
	*state = archive;
	return 0;
}

static int tear_down(void **state)
{
	struct archive *archive = *state;

	office_destroy(archive->office);
	g_free(archive->call);
	g_free(archive->clerk);
	g_free(archive->home);
	g_free(archive->auditor);
	g_free(archive->supervisor);
	g_free(archive->admin);
	g_free(archive);
	return 0;
}

static int64_t deeds(struct office *office, const char *action)
{
	int64_t count = 0;

	assert_int_equal(
		fw_db_query_int(office->db, "SELECT COUNT(*) FROM audit_log WHERE action = ?1",
			FW_DB_VALUES(fw_db_text(action)), &count),
		0);
	return count;
}

/* Status of the answer; 0: handed to a reader. */
static int status_of(
	struct archive *archive, enum fw_operation operation, const char *token, const char *more)
{
	g_autofree char *params =
		g_strdup_printf("{\"call\":\"%s\"%s}", archive->call, more ? more : "");
	struct office_answer *answer = office_http(archive->office, operation, token, params);

	return answer ? answer->status : 0;
}

static void test_who_may(void **state)
{
	struct archive *archive = *state;
	const char *tokens[] = {archive->clerk, archive->home, archive->auditor,
		archive->supervisor, archive->admin, NULL};
	/* Answers for requester, a home clerk who was not in it, auditor, supervisor, administrator, nobody;
	 * 0: a reader has it. */
	static const struct {
		enum fw_operation operation;
		int status[6];
	} rows[] = {
		{FW_OP_SESSION_GET, {200, 200, 200, 200, 200, 401}},
		{FW_OP_AREAS, {0, 0, 0, 0, 0, 401}},
		{FW_OP_WINDOWS, {0, 0, 0, 0, 0, 401}},
		{FW_OP_ITEMS, {0, 0, 0, 0, 0, 401}},
		{FW_OP_TODAY, {0, 0, 403, 403, 403, 401}},
		{FW_OP_CALLS, {0, 0, 0, 0, 403, 401}},
		{FW_OP_CALL, {0, 403, 0, 0, 403, 401}},
		{FW_OP_RECORDING_MANIFEST, {403, 403, 409, 403, 403, 401}},
		{FW_OP_RECORDING_VIEW, {403, 403, 409, 403, 403, 401}},
		{FW_OP_RECORDING_DOWNLOAD, {403, 403, 409, 403, 403, 401}},
		{FW_OP_RECORDING_VERIFY, {403, 403, 409, 403, 403, 401}},
		{FW_OP_AUDIT, {403, 403, 0, 403, 403, 401}},
		{FW_OP_KEPT, {403, 403, 403, 403, 404, 401}},
		{FW_OP_KEPT_CREATE, {403, 403, 403, 403, 404, 401}},
		{FW_OP_KEPT_CHANGE, {403, 403, 403, 403, 404, 401}},
		{FW_OP_KEPT_CLOSE, {403, 403, 403, 403, 404, 401}},
		{FW_OP_KEPT_REOPEN, {403, 403, 403, 403, 404, 401}},
		{FW_OP_KEPT_PASSWORD, {403, 403, 403, 403, 404, 401}},
		{FW_OP_KEPT_IMPORT, {403, 403, 403, 403, 404, 401}},
		{FW_OP_SMS, {403, 403, 403, 0, 0, 401}},
		{FW_OP_SMS_RESEND, {403, 403, 403, 404, 404, 401}},
		{FW_OP_SMS_CANCEL, {403, 403, 403, 404, 404, 401}},
		{FW_OP_SMS_RECEIPTS,
			{400, 400, 400, 400, 400, 400}}, /* its signature is its permission */
		{FW_OP_LEDGER, {0, 0, 0, 0, 403, 401}},
		{FW_OP_LEDGER_ROW, {404, 404, 404, 404, 403, 401}},
		{FW_OP_LEDGER_STATEMENT, {404, 404, 403, 403, 403, 401}},
		{FW_OP_LEDGER_VERDICT, {403, 403, 403, 404, 403, 401}},
		{FW_OP_ESCALATIONS, {403, 403, 403, 0, 403, 401}},
		{FW_OP_ESCALATION, {403, 403, 403, 404, 403, 401}},
		{FW_OP_ESCALATION_ACKNOWLEDGE, {403, 403, 403, 404, 403, 401}},
		{FW_OP_ESCALATION_CLOSE, {403, 403, 403, 404, 403, 401}},
		{FW_OP_CALL_MARK, {403, 400, 403, 403, 403, 401}},
		{FW_OP_MIRROR, {403, 403, 0, 0, 403, 401}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (size_t who = 0; who < G_N_ELEMENTS(tokens); who++) {
			int status = status_of(archive, rows[i].operation, tokens[who], NULL);

			if (status != rows[i].status[who]) {
				fail_msg("operation %d, person %zu: %d", (int)rows[i].operation,
					who, status);
			}
		}
	}
}

static const struct fw_desk_output *last_read(struct archive *archive)
{
	GPtrArray *reads = archive->office->reads;

	assert_true(reads->len > 0);
	return g_ptr_array_index(reads, reads->len - 1);
}

static void test_replay(void **state)
{
	struct archive *archive = *state;
	struct office *office = archive->office;
	const struct fw_desk_output *output;
	struct office_answer *answer;
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", archive->call);
	g_autofree char *more = NULL;

	office_job(office, FW_JOB_DONE, OFFICE_FINALISED);
	answer = office_http(office, FW_OP_RECORDING_VIEW, archive->auditor, params);
	assert_int_equal(answer->status, 201);
	assert_int_equal(deeds(office, "recording.viewed"), 1);
	assert_int_equal(status_of(archive, FW_OP_RECORDING_SOURCE, archive->auditor,
				 ",\"source\":\"1-person-1\""),
		403);
	more = g_strdup_printf(
		",\"source\":\"1-person-1\",\"view\":\"%s\"", text_at(answer->body, "view"));
	assert_int_equal(status_of(archive, FW_OP_RECORDING_SOURCE, archive->auditor, more), 0);
	output = last_read(archive);
	assert_int_equal(output->kind, FW_OUT_FILE);
	assert_string_equal(output->file.name, "1-person-1.webm");
	assert_string_equal(output->file.recording, archive->call);
	assert_int_equal(output->file.most_bytes, 2 * 1024 * 1024);
	office->now_us += 9 * 3600 * S; /* the view has ended by itself */
	assert_int_equal(status_of(archive, FW_OP_RECORDING_SOURCE, archive->auditor, more), 403);
	assert_int_equal(status_of(archive, FW_OP_RECORDING_VERIFY, archive->auditor, NULL), 0);
	assert_int_equal(deeds(office, "recording.verified"), 1);
	assert_int_equal(status_of(archive, FW_OP_RECORDING_MANIFEST, archive->auditor, NULL), 0);
	assert_string_equal(last_read(archive)->file.name, "manifest.json");
}

static void test_download(void **state)
{
	struct archive *archive = *state;
	struct office *office = archive->office;
	struct office_answer *answer;
	g_autofree char *params =
		g_strdup_printf("{\"call\":\"%s\",\"reason\":\"群众投诉核查\"}", archive->call);
	g_autofree char *file = NULL;
	int64_t place = -1;

	office_job(office, FW_JOB_DONE, OFFICE_FINALISED);
	assert_int_equal(
		status_of(archive, FW_OP_RECORDING_DOWNLOAD, archive->auditor, ",\"reason\":\"x\""),
		400);
	answer = office_http(office, FW_OP_RECORDING_DOWNLOAD, archive->auditor, params);
	assert_int_equal(answer->status, 201);
	assert_int_equal(json_array_size(at(answer->body, "files")), 2);
	assert_true(g_str_has_prefix(text_at(answer->body, "files.0.href"), "/api/v1/downloads/"));
	assert_int_equal(deeds(office, "recording.downloaded"), 1);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT instr(reason, CAST('群众投诉核查' AS BLOB)) FROM"
				 " recording_access WHERE kind = 'download'",
				 FW_DB_NO_VALUES, &place),
		0);
	assert_int_equal(place, 0); /* sealed */
	file = g_strdup_printf("{\"download\":\"%s\",\"name\":\"1-person-1.webm\"}",
		text_at(answer->body, "download"));
	assert_null(office_http(office, FW_OP_DOWNLOAD_FILE, archive->auditor, file));
	assert_true(last_read(archive)->file.attachment);
	assert_string_equal(last_read(archive)->file.recording, archive->call);
	assert_int_equal(
		office_http(office, FW_OP_DOWNLOAD_FILE, archive->clerk, file)->status, 403);
	g_free(file);
	file = g_strdup_printf("{\"download\":\"%s\",\"name\":\"../office.db\"}",
		text_at(answer->body, "download"));
	assert_int_equal(
		office_http(office, FW_OP_DOWNLOAD_FILE, archive->auditor, file)->status, 404);
}

static int64_t total(
	struct archive *archive, enum fw_operation operation, const char *token, const char *params)
{
	int status;
	json_t *body = office_read(archive->office, operation, token, params, &status);
	int64_t count = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return count;
}

static void test_search(void **state)
{
	struct archive *archive = *state;
	static const struct {
		const char *params;
		int64_t count;
	} rows[] = {
		{"{}", 1},
		{"{\"window\":\"441523-01-1\"}", 1},
		{"{\"window\":\"441523-01-2\"}", 0},
		{"{\"account\":\"home1\"}", 1},
		{"{\"account\":\"home2\"}", 0},
		{"{\"item\":\"fanglei-jungong\"}", 1},
		{"{\"item\":\"geti-sheli\"}", 0},
		{"{\"area\":\"441523\",\"state\":\"ended\"}", 1},
		{"{\"state\":\"refused\"}", 0},
		{"{\"q\":\"防雷\"}", 1},
		{"{\"q\":\"FLZZ\"}", 1},
		{"{\"q\":\"属地窗口一\"}", 1},
		{"{\"q\":\"100%\"}", 0},
		{"{\"from_us\":\"1795312800000000\",\"to_us\":\"1795312800000001\"}", 1},
		{"{\"from_us\":\"1795312800000001\"}", 0},
		{"{\"page\":\"2\"}", 1},
	};
	int status;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (total(archive, FW_OP_CALLS, archive->auditor, rows[i].params) != rows[i].count) {
			fail_msg("%s", rows[i].params);
		}
	}
	assert_int_equal(total(archive, FW_OP_CALLS, archive->clerk, "{}"), 1);
	assert_int_equal(total(archive, FW_OP_CALLS, archive->home, "{}"), 0);
	json_decref(office_read(
		archive->office, FW_OP_CALLS, archive->auditor, "{\"page\":\"0\"}", &status));
	assert_int_equal(status, 400);
	json_decref(office_read(archive->office, FW_OP_CALLS, archive->auditor,
		"{\"from_us\":\"yesterday\"}", &status));
	assert_int_equal(status, 400);
	json_decref(office_read(
		archive->office, FW_OP_ITEM, archive->auditor, "{\"item\":\"nothing\"}", &status));
	assert_int_equal(status, 404);
}

static void test_call_detail(void **state)
{
	struct archive *archive = *state;
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", archive->call);
	int status;
	json_t *body = office_read(archive->office, FW_OP_CALL, archive->auditor, params, &status);

	assert_int_equal(status, 200);
	assert_string_equal(text_at(body, "messages.0.text"), "请看章");
	assert_int_equal(json_array_size(at(body, "participants")), 2);
	assert_string_equal(text_at(body, "markers.0.kind"), "requested");
	assert_string_equal(text_at(body, "markers.1.kind"), "citizen_informed");
	assert_int_equal(deeds(archive->office, "call.viewed"), 1);
	json_decref(body);
	assert_int_equal(
		office_http(archive->office, FW_OP_CALL, archive->auditor, "{\"call\":\"x\"}")->status,
		404);
}

static void test_today_and_audit(void **state)
{
	struct archive *archive = *state;
	struct office *office = archive->office;
	g_autofree char *home1 = office_sign_in(office, "home1");
	int status;
	json_t *body = office_read(office, FW_OP_TODAY, home1, NULL, &status);

	assert_int_equal(json_integer_value(at(body, "answered")), 1);
	assert_int_equal(json_integer_value(at(body, "answer_p50_us")), 3 * S);
	assert_string_equal(text_at(body, "recent.0.id"), archive->call);
	json_decref(body);
	body = office_read(
		office, FW_OP_AUDIT, archive->auditor, "{\"action\":\"call.answered\"}", &status);
	assert_int_equal(json_integer_value(at(body, "total")), 1);
	assert_string_equal(text_at(body, "rows.0.account"), "home1");
	assert_string_equal(text_at(body, "rows.0.object"), archive->call);
	json_decref(body);
	office_wait(office, 24 * 3600 * S);
	g_free(home1);
	home1 = office_sign_in(office, "home1");
	body = office_read(office, FW_OP_TODAY, home1, NULL, &status);
	assert_int_equal(json_integer_value(at(body, "answered")), 0);
	json_decref(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_who_may),
		TEST(test_replay),
		TEST(test_download),
		TEST(test_search),
		TEST(test_call_detail),
		TEST(test_today_and_audit),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
