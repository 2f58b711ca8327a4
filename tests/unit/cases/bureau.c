/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cases/bureau.h"

#include <string.h>

int bureau_set_up(void **state)
{
	struct bureau *bureau = g_new0(struct bureau, 1);
	struct office *office = office_create();

	bureau->office = office;
	bureau->clerk = office_sign_in(office, "clerk1");
	bureau->home = office_sign_in(office, "home1");
	bureau->stranger = office_sign_in(office, "home3");
	bureau->auditor = office_sign_in(office, "auditor1");
	bureau->supervisor = office_sign_in(office, "supervisor1");
	bureau->admin = office_sign_in(office, "admin1");
	bureau->expert = office_sign_in(office, "expert1");
	bureau->clerk_line = office_connect(office, bureau->clerk);
	bureau->home_line = office_connect(office, bureau->home);
	json_decref(office_do(office, bureau->clerk_line, "window.take",
		"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
	*state = bureau;
	return 0;
}

int bureau_tear_down(void **state)
{
	struct bureau *bureau = *state;

	office_destroy(bureau->office);
	g_free(bureau->clerk);
	g_free(bureau->home);
	g_free(bureau->stranger);
	g_free(bureau->auditor);
	g_free(bureau->supervisor);
	g_free(bureau->admin);
	g_free(bureau->expert);
	g_free(bureau->id);
	g_free(bureau);
	return 0;
}

struct office_answer *bureau_ask(
	struct bureau *bureau, enum fw_operation operation, const char *token, const char *members)
{
	g_autofree char *params = g_strdup_printf(
		"{\"case\":\"%s\"%s%s}", bureau->id, members[0] ? "," : "", members);

	return office_http(bureau->office, operation, token, params);
}

const char *bureau_code(const struct office_answer *answer)
{
	assert_non_null(answer);
	return answer->status < 300 ? "ok" : text_at(answer->body, "error.code");
}

void bureau_open(struct bureau *bureau, const char *more)
{
	g_autofree char *params = g_strdup_printf(
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"applicant\":" APPLICANT
		"%s%s}",
		more[0] ? "," : "", more);
	struct office_answer *answer =
		office_http(bureau->office, FW_OP_CASE_CREATE, bureau->clerk, params);

	assert_string_equal(bureau_code(answer), "ok");
	assert_int_equal(answer->status, 201);
	g_free(bureau->id);
	bureau->id = g_strdup(text_at(answer->body, "case"));
	bureau->revision = json_integer_value(at(answer->body, "revision"));
}

const char *bureau_act(
	struct bureau *bureau, const char *token, const char *action, const char *more)
{
	g_autofree char *members =
		g_strdup_printf("\"action\":\"%s\",\"revision\":%" G_GINT64_FORMAT "%s%s", action,
			bureau->revision, more[0] ? "," : "", more);
	struct office_answer *answer = bureau_ask(bureau, FW_OP_CASE_ACT, token, members);

	if (answer && answer->status == 200) {
		bureau->revision = json_integer_value(at(answer->body, "revision"));
		return text_at(answer->body, "state");
	}
	return bureau_code(answer);
}

const json_t *bureau_get(struct bureau *bureau, const char *token)
{
	struct office_answer *answer = bureau_ask(bureau, FW_OP_CASE, token, "");

	assert_string_equal(bureau_code(answer), "ok");
	return answer->body;
}

bool bureau_offers(const json_t *page, const char *action)
{
	const json_t *actions = at(page, "actions");

	for (size_t i = 0; i < json_array_size(actions); i++) {
		if (strcmp(json_string_value(json_array_get(actions, i)), action) == 0) {
			return true;
		}
	}
	return false;
}

int64_t bureau_count(struct bureau *bureau, const char *sql)
{
	int64_t number = 0;

	assert_int_equal(fw_db_query_int(bureau->office->db, sql, FW_DB_NO_VALUES, &number), 0);
	return number;
}

int64_t bureau_rows(struct bureau *bureau, const char *token, const char *question)
{
	int status = 0;
	json_t *body = office_read(bureau->office, FW_OP_CASES, token, question, &status);
	int64_t total = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return total;
}
