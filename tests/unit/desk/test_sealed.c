/* SPDX-License-Identifier: Apache-2.0 */
/* What people write lies in no file of the database in clear, is read and found all the same, and is gone with its key. */
#include "tests/unit/desk/office.h"

#include "signaling/sms/settings.h"

#include <gst/gst.h>
#include <string.h>

#define APPLICANT "441521-01-3"
#define HOME      "441523-01-1"
#define MARK      "ZQX7" /* begins every text of these tests */

static const struct fw_sms_settings gateway = {.gateway = true, .unanswered_text = MARK "{window}"};

static int set_up(void **state)
{
	struct office *office = office_create();

	office->setup.sms = &gateway;
	office_restart(office);
	*state = office;
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

/* --- what is on the disk -------------------------------------------------------------------------- */

static bool file_has(const char *folder, const char *name, const char *words)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *bytes = NULL;
	gsize size = 0;

	return g_file_get_contents(path, &bytes, &size, NULL) &&
		memmem(bytes, size, words, strlen(words)) != NULL;
}

/* In the database or its write-ahead log. */
static bool stored_in_clear(struct office *office, const char *words)
{
	return file_has(office->folder, "office.db", words) ||
		file_has(office->folder, "office.db-wal", words);
}

static void assert_nothing_in_clear(struct office *office)
{
	int left;

	assert_true(stored_in_clear(office, "call.requested")); /* it looks where it should */
	assert_false(stored_in_clear(office, MARK));
	assert_int_equal(fw_db_checkpoint(office->db, &left), 0);
	assert_false(stored_in_clear(office, MARK));
}

static void erase(struct office *office, const char *kind, const char *name)
{
	g_autofree char *id = g_strdup_printf("%s/%s", kind, name);
	g_autofree char *file = g_strdup_printf("keys/%s.key", id);
	g_autofree char *path = g_build_filename(office->folder, file, NULL);

	assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	assert_int_equal(fw_keystore_erase_key(office->keystore, id), 0);
}

/* --- a call ---------------------------------------------------------------------------------------- */

static char *request(struct office *office, uint64_t applicant, const char *note)
{
	json_t *result = office_do(office, applicant, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"window\":\"" HOME
		"\",\"citizen_informed\":true,\"note\":\"%s\"}",
		note);
	char *call = g_strdup(text_at(result, "call.id"));

	json_decref(result);
	return call;
}

static json_t *detail(struct office *office, const char *token, const char *call)
{
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", call);
	int status;
	json_t *body = office_read(office, FW_OP_CALL, token, params, &status);

	assert_int_equal(status, 200);
	return body;
}

static int64_t found(struct office *office, const char *token, const char *q)
{
	g_autofree char *params = g_strdup_printf("{\"q\":\"%s\"}", q);
	int status;
	json_t *body = office_read(office, FW_OP_CALLS, token, params, &status);
	int64_t total = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return total;
}

static void test_call(void **state)
{
	struct office *office = *state;
	uint64_t applicant = office_sit(office, "clerk1", APPLICANT);
	uint64_t home = office_sit(office, "home1", HOME);
	g_autofree char *auditor = office_sign_in(office, "auditor1");
	g_autofree char *call = request(office, applicant, MARK "-Note 资质证看不清");
	json_t *body;

	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, home, "chat.send",
		"{\"call\":\"%s\",\"text\":\"" MARK " 一\",\"key\":\"k1\"}", call));
	json_decref(office_do(office, applicant, "chat.send",
		"{\"call\":\"%s\",\"text\":\"" MARK " 二\",\"key\":\"k2\"}", call));
	body = office_do(office, applicant, "chat.send", /* the same key again: as it was stored */
		"{\"call\":\"%s\",\"text\":\"anything\",\"key\":\"k2\"}", call);
	assert_string_equal(text_at(body, "message.text"), MARK " 二");
	json_decref(body);
	json_decref(office_do(office, home, "call.hangup", "{\"call\":\"%s\"}", call));
	assert_nothing_in_clear(office);

	body = detail(office, auditor, call);
	assert_string_equal(text_at(body, "note"), MARK "-Note 资质证看不清");
	assert_string_equal(text_at(body, "messages.0.text"), MARK " 一");
	assert_string_equal(text_at(body, "messages.1.text"), MARK " 二");
	assert_null(at(body, "purged"));
	json_decref(body);
	assert_int_equal(found(office, auditor, "zqx7-note"), 1);
	assert_int_equal(found(office, auditor, "证看"), 1);
	assert_int_equal(found(office, auditor, "ZQX8"), 0);

	erase(office, "recording", call);
	body = detail(office, auditor, call);
	assert_true(json_is_null(at(body, "note")));
	assert_true(json_is_true(at(body, "purged")));
	assert_true(json_is_null(at(body, "messages.1.text")));
	assert_true(json_is_true(at(body, "messages.1.purged")));
	json_decref(body);
	assert_int_equal(found(office, auditor, "zqx7-note"), 0);
}

/* A call nobody answered has a key only for its words. */
static void test_refusal(void **state)
{
	struct office *office = *state;
	uint64_t applicant = office_sit(office, "clerk1", APPLICANT);
	uint64_t home = office_sit(office, "home1", HOME);
	g_autofree char *auditor = office_sign_in(office, "auditor1");
	g_autofree char *call = office_call(office, applicant);
	json_t *body;

	json_decref(office_do(office, home, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"other\",\"text\":\"" MARK " 有群众\"}", call));
	assert_nothing_in_clear(office);
	body = detail(office, auditor, call);
	assert_string_equal(text_at(body, "participants.1.refuse_text"), MARK " 有群众");
	assert_null(at(body, "participants.0.purged"));
	json_decref(body);

	erase(office, "recording", call);
	body = detail(office, auditor, call);
	assert_string_equal(text_at(body, "participants.1.refuse_reason"), "other");
	assert_true(json_is_null(at(body, "participants.1.refuse_text")));
	assert_true(json_is_true(at(body, "participants.1.purged")));
	json_decref(body);
}

/* After a restart the note and the chat of a call that goes on are read with the key of its file. */
static void test_restart(void **state)
{
	struct office *office = *state;
	uint64_t applicant = office_sit(office, "clerk1", APPLICANT);
	uint64_t home = office_sit(office, "home1", HOME);
	g_autofree char *call = request(office, applicant, MARK " 备注");
	json_t *shown;

	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, home, "chat.send",
		"{\"call\":\"%s\",\"text\":\"" MARK " 一\",\"key\":\"k1\"}", call));
	office_restart(office);
	applicant = office_sit(office, "clerk1", APPLICANT);
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office));
	home = office_sit(office, "home1", HOME);
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office));
	shown = office_last(office, applicant, "call.state");
	assert_string_equal(text_at(shown, "call.note"), MARK " 备注");
	assert_string_equal(text_at(shown, "call.messages.0.text"), MARK " 一");
	json_decref(shown);
	json_decref(office_do(office, home, "chat.send",
		"{\"call\":\"%s\",\"text\":\"" MARK " 二\",\"key\":\"k2\"}", call));
	assert_nothing_in_clear(office);
}

/* --- what comes of a refused call: a row of the ledger, a message ------------------------------------ */

static json_t *ledger_row(struct office *office, const char *token, const char *id)
{
	g_autofree char *params = g_strdup_printf("{\"row\":\"%s\"}", id);
	int status;
	json_t *body = office_read(office, FW_OP_LEDGER_ROW, token, params, &status);

	assert_int_equal(status, 200);
	return body;
}

static json_t *messages(struct office *office, const char *token)
{
	int status;
	json_t *body = office_read(office, FW_OP_SMS, token, "{}", &status);

	assert_int_equal(status, 200);
	return body;
}

static void post(
	struct office *office, enum fw_operation operation, const char *token, const char *params)
{
	assert_int_equal(office_http(office, operation, token, params)->status, 204);
}

static void ring_out(struct office *office)
{
	uint64_t applicant = office_sit(office, "clerk1", APPLICANT);
	g_autofree char *call = NULL;

	(void)office_sit(office, "home1", HOME);
	call = office_call(office, applicant);
	office_wait(office, 40 * S);
}

static void test_ledger(void **state)
{
	struct office *office = *state;
	g_autofree char *supervisor = NULL, *clerk = NULL;
	json_t *body;

	ring_out(office);
	supervisor = office_sign_in(office, "supervisor2");
	clerk = office_sign_in(office, "home1");
	post(office, FW_OP_LEDGER_STATEMENT, clerk,
		"{\"row\":\"1\",\"text\":\"" MARK " 在为老人办理\"}");
	post(office, FW_OP_LEDGER_VERDICT, supervisor,
		"{\"row\":\"1\",\"verdict\":\"excused\",\"reason\":\"other\","
		"\"text\":\"" MARK " 属实\"}");
	assert_nothing_in_clear(office);
	body = ledger_row(office, supervisor, "1");
	assert_string_equal(text_at(body, "entries.0.text"), MARK " 在为老人办理");
	assert_string_equal(text_at(body, "entries.1.text"), MARK " 属实");
	json_decref(body);

	erase(office, "ledger", "202611");
	body = ledger_row(office, supervisor, "1");
	assert_string_equal(text_at(body, "entries.1.reason"), "other");
	for (int i = 0; i < 2; i++) {
		assert_true(json_is_null(at(body, i ? "entries.1.text" : "entries.0.text")));
		assert_true(json_is_true(at(body, i ? "entries.1.purged" : "entries.0.purged")));
	}
	json_decref(body);
}

static void test_message(void **state)
{
	struct office *office = *state;
	g_autofree char *supervisor = NULL;
	json_t *body;

	ring_out(office);
	supervisor = office_sign_in(office, "supervisor2");
	body = messages(office, supervisor);
	assert_true(g_str_has_prefix(text_at(body, "rows.0.text"), MARK));
	assert_true(g_str_has_prefix(text_at(body, "rows.0.phone"), "139****000"));
	json_decref(body);
	assert_false(stored_in_clear(office, MARK));

	erase(office, "sms", "20261122");
	body = messages(office, supervisor);
	assert_true(json_is_null(at(body, "rows.0.text")));
	assert_true(json_is_null(at(body, "rows.0.phone")));
	json_decref(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refusal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ledger, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_message, set_up, tear_down),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
