/* SPDX-License-Identifier: Apache-2.0 */
/* Faults in guides: reported with evidence, answered by the owner, closed by the reporter; told again from the audit
 * log. */
#include "tests/unit/desk/office.h"

#include "signaling/catalogue/guide_state.h"

#include <errno.h>
#include <string.h>

#define ITEM "fanglei-jungong"

struct desk_pair {
	struct office *office;
	char *clerk, *home, *expert, *admin, *auditor;
	char *fault; /* reported last */
};

static int set_up(void **state)
{
	struct desk_pair *pair = g_new0(struct desk_pair, 1);

	pair->office = office_create();
	pair->clerk = office_sign_in(pair->office, "clerk1");
	pair->home = office_sign_in(pair->office, "home1");
	pair->expert = office_sign_in(pair->office, "expert1");
	pair->admin = office_sign_in(pair->office, "admin1");
	pair->auditor = office_sign_in(pair->office, "auditor1");
	*state = pair;
	return 0;
}

static int tear_down(void **state)
{
	struct desk_pair *pair = *state;

	office_destroy(pair->office);
	g_free(pair->clerk);
	g_free(pair->home);
	g_free(pair->expert);
	g_free(pair->admin);
	g_free(pair->auditor);
	g_free(pair->fault);
	g_free(pair);
	return 0;
}

static const char *code_of(const struct office_answer *answer)
{
	assert_non_null(answer);
	return answer->status < 300 ? "ok" : text_at(answer->body, "error.code");
}

static const char *report(struct desk_pair *pair, const char *token, const char *params)
{
	struct office_answer *answer =
		office_http(pair->office, FW_OP_GUIDE_FAULT_REPORT, token, params);

	if (answer->status == 201) {
		g_free(pair->fault);
		pair->fault = g_strdup(text_at(answer->body, "fault"));
	}
	return code_of(answer);
}

static const char *act(
	struct desk_pair *pair, const char *token, const char *action, const char *more)
{
	g_autofree char *params = g_strdup_printf("{\"fault\":\"%s\",\"action\":\"%s\"%s%s}",
		pair->fault, action, more[0] ? "," : "", more);

	return code_of(office_http(pair->office, FW_OP_GUIDE_FAULT_ACT, token, params));
}

static json_t *get(struct desk_pair *pair, const char *token)
{
	g_autofree char *params = g_strdup_printf("{\"fault\":\"%s\"}", pair->fault);
	int status = 0;
	json_t *body = office_read(pair->office, FW_OP_GUIDE_FAULT, token, params, &status);

	assert_int_equal(status, 200);
	return body;
}

static int64_t total(struct desk_pair *pair, const char *token, const char *params)
{
	int status = 0;
	json_t *body = office_read(pair->office, FW_OP_GUIDE_FAULTS, token, params, &status);
	int64_t rows = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return rows;
}

static void the_table_is_whole(void **state)
{
	enum fw_guide_state next = FW_GUIDE_CLOSED;

	(void)state;
	assert_int_equal(fw_guide_next(FW_GUIDE_ANSWERED, FW_GUIDE_OBJECT, &next), 0);
	assert_int_equal(next, FW_GUIDE_REPORTED);
	for (int action = 0; action < FW_GUIDE_ACTION_COUNT; action++) {
		assert_int_equal(fw_guide_next(FW_GUIDE_CLOSED, (enum fw_guide_action)action, &next),
			-EPROTO);
	}
}

static void reported_answered_closed(void **state)
{
	struct desk_pair *pair = *state;
	uint64_t clerk_page = office_connect(pair->office, pair->clerk);
	uint64_t home_page = office_connect(pair->office, pair->home);
	json_t *page, *told;

	assert_string_equal(report(pair, pair->clerk,
				    "{\"item\":\"" ITEM "\",\"area\":\"441523\",\"material\":3,"
				    "\"review_point\":1,\"text\":\"资质等级的说法已过时\"}"),
		"ok");
	page = get(pair, pair->clerk);
	assert_string_equal(text_at(page, "state"), "reported");
	assert_string_equal(text_at(page, "material_name"), "施工单位的资质证");
	assert_int_equal(json_array_size(at(page, "actions")), 1); /* take it back */
	json_decref(page);
	assert_string_equal(act(pair, pair->clerk, "answer", "\"outcome\":\"right\",\"text\":\"x\""),
		"forbidden");
	assert_string_equal(act(pair, pair->admin, "confirm", ""), "ok");
	assert_string_equal(act(pair, pair->admin, "answer", "\"text\":\"x\""), "malformed");
	assert_string_equal(
		act(pair, pair->admin, "answer", "\"outcome\":\"corrected\",\"text\":\"已改\""),
		"ok");
	told = office_event(pair->office, clerk_page, "guide.answered");
	assert_string_equal(text_at(told, "fault"), pair->fault);
	json_decref(told);
	assert_null(office_event(pair->office, home_page, "guide.answered"));
	assert_int_equal(total(pair, pair->clerk, "{\"list\":\"mine\",\"state\":\"answered\"}"), 1);
	assert_string_equal(act(pair, pair->home, "close", ""), "forbidden");
	assert_string_equal(act(pair, pair->clerk, "object", ""), "malformed");
	assert_string_equal(act(pair, pair->clerk, "object", "\"text\":\"仍不对\""), "ok");
	assert_string_equal(act(pair, pair->clerk, "object", "\"text\":\"仍不对\""), "wrong_state");
	assert_string_equal(
		act(pair, pair->admin, "answer", "\"outcome\":\"right\",\"text\":\"已核对\""), "ok");
	assert_string_equal(act(pair, pair->clerk, "close", ""), "ok");
	page = get(pair, pair->admin);
	assert_string_equal(text_at(page, "state"), "closed");
	assert_string_equal(text_at(page, "outcome"), "right");
	assert_int_equal(json_array_size(at(page, "steps")), 6);
	assert_int_equal(json_array_size(at(page, "actions")), 0);
	json_decref(page);
}

static void evidence_must_be_ones_own(void **state)
{
	struct desk_pair *pair = *state;
	struct office *office = pair->office;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	g_autofree char *call = office_call(office, clerk);
	g_autofree char *params =
		g_strdup_printf("{\"call\":\"%s\",\"text\":\"x\",\"material\":1}", call);
	g_autofree char *nowhere =
		g_strdup_printf("{\"call\":\"%s\",\"text\":\"x\",\"material\":9}", call);

	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	g_free(pair->clerk); /* signed in anew at the window */
	pair->clerk = office_sign_in(office, "clerk1");
	assert_string_equal(report(pair, pair->expert, params), "forbidden");
	assert_string_equal(report(pair, pair->auditor, params), "forbidden");
	assert_string_equal(report(pair, pair->clerk, nowhere), "not_found");
	assert_string_equal(report(pair, pair->clerk, params), "ok");
	assert_int_equal(total(pair, pair->clerk, "{\"list\":\"mine\"}"), 1);
	assert_int_equal(total(pair, pair->admin, "{\"list\":\"answer\",\"state\":\"open\"}"), 1);
	assert_int_equal(total(pair, pair->admin, "{\"list\":\"mine\"}"), 0);
	assert_int_equal(total(pair, pair->clerk, "{\"list\":\"answer\"}"), 0);
	assert_string_equal(report(pair, pair->clerk,
				    "{\"item\":\"nothing\",\"area\":\"441523\",\"text\":\"x\"}"),
		"not_found");
	assert_string_equal(report(pair, pair->clerk, "{\"item\":\"" ITEM "\",\"area\":\"441523\"}"),
		"malformed");
}

/* State, outcome and place of every fault, from its deeds alone. */
static void the_audit_log_tells_them_again(void **state)
{
	struct desk_pair *pair = *state;
	int64_t differ = -1;

	reported_answered_closed(state);
	assert_string_equal(report(pair, pair->home,
				    "{\"item\":\"" ITEM "\",\"area\":\"441523\",\"text\":\"x\"}"),
		"ok");
	assert_int_equal(fw_db_query_int(pair->office->db,
				 "SELECT COUNT(*) FROM guide_fault f WHERE NOT EXISTS"
				 " (SELECT 1 FROM audit_log l WHERE l.object_id = f.id"
				 " AND l.object_kind = 'guide_fault' AND l.time_us = f.changed_us"
				 " AND json_extract(l.detail, '$.state') = f.state"
				 " AND json_extract(l.detail, '$.item') = f.item"
				 " AND json_extract(l.detail, '$.version') = f.item_version"
				 " AND json_extract(l.detail, '$.material') IS f.material"
				 " AND json_extract(l.detail, '$.area') = f.area)",
				 FW_DB_NO_VALUES, &differ),
		0);
	assert_int_equal(differ, 0);
	assert_int_equal(
		fw_db_query_int(pair->office->db,
			"SELECT COUNT(*) FROM guide_fault_step s WHERE NOT EXISTS"
			" (SELECT 1 FROM audit_log l WHERE l.object_id = s.fault"
			" AND l.action = 'guide_fault.' || s.action AND l.actor = s.account"
			" AND l.time_us = s.at_us"
			" AND json_extract(l.detail, '$.number') = s.number)",
			FW_DB_NO_VALUES, &differ),
		0);
	assert_int_equal(differ, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_whole),
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(reported_answered_closed),
		TEST(evidence_must_be_ones_own),
		TEST(the_audit_log_tells_them_again),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
