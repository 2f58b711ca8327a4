/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a step of a case may name: who may act on that side, and nobody else. */
#include "tests/unit/cases/bureau.h"

#include <string.h>

/* "home1 home2 ": whom that step may name. The code of a refusal otherwise. */
static char *people(struct bureau *bureau, const char *token, const char *members)
{
	g_autofree char *params = g_strdup_printf("{\"case\":\"%s\",%s}", bureau->id, members);
	GString *names = g_string_new(NULL);
	int status = 0;
	json_t *body = office_read(bureau->office, FW_OP_CASE_PEOPLE, token, params, &status);
	const json_t *found = json_object_get(body, "people");

	if (status != 200) {
		g_string_append(
			names, bureau_code(bureau_ask(bureau, FW_OP_CASE_PEOPLE, token, members)));
	}
	for (size_t i = 0; status == 200 && i < json_array_size(found); i++) {
		const json_t *one = json_array_get(found, i);

		assert_int_equal(json_object_size(one), 2); /* id and name, no more */
		g_string_append_printf(names, "%s ", json_string_value(json_object_get(one, "id")));
	}
	json_decref(body);
	return g_string_free(names, FALSE);
}

static void whom_a_step_may_name(void **state)
{
	struct bureau *bureau = *state;
	const struct {
		const char *token, *members, *found;
	} questions[] = {
		{bureau->home, "\"action\":\"forward\"", "?"},
		{bureau->home, "\"action\":\"forward\",\"q\":\"home1\"", "home1 "},
		{bureau->home, "\"action\":\"forward\",\"q\":\"%\"", ""},
		{bureau->home, "\"action\":\"forward\",\"q\":\"clerk\"", ""},
		{bureau->home, "\"action\":\"copy\",\"q\":\"supervisor1\"", "supervisor1 "},
		{bureau->home, "\"action\":\"copy\",\"q\":\"admin\"", ""},
		{bureau->home, "\"action\":\"refuse\"", "wrong_state"},
		{bureau->home, "\"action\":\"issue\"", "wrong_state"},
		{bureau->home, "\"action\":\"read\"", "forbidden"},
		{bureau->home, "\"action\":\"dance\"", "malformed"},
		{bureau->clerk, "\"action\":\"forward\"", "forbidden"},
		{bureau->supervisor, "\"action\":\"copy\"", "forbidden"},
	};

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		g_autofree char *found = people(bureau, questions[i].token, questions[i].members);

		if (questions[i].found[0] != '?') {
			assert_string_equal(found, questions[i].found);
			continue;
		}
		assert_non_null(strstr(found, "home1 ")); /* of the county */
		assert_non_null(strstr(found, "home3 ")); /* of the city above it */
		assert_null(strstr(found, "clerk"));
	}
	assert_int_equal(
		fw_db_run(bureau->office->db, "UPDATE account SET closed_us = 1 WHERE id = 'home2'",
			FW_DB_NO_VALUES, NULL),
		0);
	{
		g_autofree char *found =
			people(bureau, bureau->home, "\"action\":\"forward\",\"q\":\"home2\"");

		assert_string_equal(found, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			whom_a_step_may_name, bureau_set_up, bureau_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
