/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines of a case in working days, to the instant, over a holiday, a weekend and the day worked for it:
 *   Thu 26 | Fri 27 off | Sat 28 | Sun 29 worked | Mon 30 | Tue 1 */
#include "tests/unit/cases/bureau.h"

#include <string.h>

#define DAY_US         (INT64_C(86400) * S)
#define THURSDAY_US    (OFFICE_START_US + 4 * DAY_US) /* 2026-11-26 10:00 in Shanghai */
#define END_OF_SUNDAY  INT64_C(1795968000000000) /* 2026-11-30 00:00 in Shanghai */
#define END_OF_MONDAY  (END_OF_SUNDAY + DAY_US)
#define END_OF_TUESDAY (END_OF_MONDAY + DAY_US)

static void sign_in_again(struct bureau *bureau, char **token, const char *account)
{
	g_free(*token);
	*token = office_sign_in(bureau->office, account);
}

static void go_to(struct bureau *bureau, int64_t now_us)
{
	bureau->office->now_us = now_us;
	office_restart(bureau->office);
	sign_in_again(bureau, &bureau->clerk, "clerk1");
	sign_in_again(bureau, &bureau->home, "home1");
	bureau->clerk_line = office_connect(bureau->office, bureau->clerk);
	json_decref(office_do(bureau->office, bureau->clerk_line, "window.take",
		"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
}

static int set_up(void **state)
{
	int r = bureau_set_up(state);
	struct bureau *bureau = *state;

	assert_int_equal(fw_db_script(bureau->office->db,
				 "DELETE FROM holiday;"
				 "INSERT INTO holiday (day, kind, name, hours_of, sample) VALUES"
				 " (20261127, 'off', '试验节', 5, 0),"
				 " (20261129, 'work', '试验节', 5, 0);"
				 "UPDATE item SET facts = json_set(facts, '$.promised_days', '3')"),
		0);
	go_to(bureau, THURSDAY_US);
	return r;
}

static int64_t due(struct bureau *bureau, const char *name)
{
	return json_integer_value(at(bureau_get(bureau, bureau->home), name));
}

/* What the lists show of the only case; 0: no deadline. */
static int64_t listed(struct bureau *bureau)
{
	int status = 0;
	json_t *body = office_read(
		bureau->office, FW_OP_CASES, bureau->home, "{\"list\":\"all\"}", &status);
	int64_t due_us = json_integer_value(at(body, "rows.0.due_us"));

	assert_int_equal(status, 200);
	json_decref(body);
	return due_us;
}

static void none_runs(struct bureau *bureau)
{
	static const char *const names[] = {
		"answer_by_us", "decide_by_us", "supplement_by_us", "post_by_us"};
	const json_t *page = bureau_get(bureau, bureau->home);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		assert_true(json_is_null(at(page, names[i])));
	}
	assert_int_equal(listed(bureau), 0);
}

static void ask_for_more(struct bureau *bureau)
{
	assert_string_equal(bureau_act(bureau, bureau->home, "supplement",
				    "\"opinion\":\"补正\",\"materials\":[{\"number\":2,"
				    "\"demand\":\"补盖竣工图章\"}]"),
		"supplement");
}

static void paper_is_posted_within_one_day_and_answered_within_two(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, TICKED); /* one material is paper */
	none_runs(bureau);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_int_equal(due(bureau, "post_by_us"), END_OF_SUNDAY);
	assert_int_equal(due(bureau, "answer_by_us"), END_OF_MONDAY);
	assert_int_equal(listed(bureau), END_OF_SUNDAY);
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "post", "\"tracking\":\"EMS1\""), "sent");
	assert_int_equal(due(bureau, "post_by_us"), 0);
	assert_int_equal(listed(bureau), END_OF_MONDAY);
}

static void the_item_promises_when_it_is_decided(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "accepted");
	assert_int_equal(due(bureau, "answer_by_us"), 0);
	assert_int_equal(due(bureau, "decide_by_us"), END_OF_TUESDAY);
	assert_int_equal(listed(bureau), END_OF_SUNDAY); /* the paper is still to be posted */
	assert_string_equal(
		bureau_act(bureau, bureau->home, "decide", "\"result\":\"granted\""), "decided");
	none_runs(bureau);
	/* An item that promises nothing. */
	assert_int_equal(
		fw_db_script(bureau->office->db,
			"UPDATE item SET facts = json_set(facts, '$.promised_days', '即办')"),
		0);
	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_string_equal(bureau_act(bureau, bureau->home, "accept", ""), "accepted");
	assert_int_equal(due(bureau, "decide_by_us"), END_OF_MONDAY);
}

static void what_is_missing_is_told_and_brought_in_time(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	ask_for_more(bureau);
	assert_int_equal(due(bureau, "answer_by_us"), END_OF_MONDAY); /* also to tell it */
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "post", "\"tracking\":\"EMS1\""), "supplement");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "tell", "\"days\":2"), "told");
	assert_int_equal(due(bureau, "answer_by_us"), 0);
	assert_int_equal(due(bureau, "supplement_by_us"), END_OF_MONDAY);
	assert_int_equal(listed(bureau), END_OF_MONDAY);
	go_to(bureau, END_OF_MONDAY - 1);
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "not_supplemented", "\"opinion\":\"逾期\""),
		"not_due");
	go_to(bureau, END_OF_MONDAY);
	assert_string_equal(
		bureau_act(bureau, bureau->clerk, "not_supplemented", "\"opinion\":\"逾期\""),
		"not_supplemented");
	none_runs(bureau);
}

static void paper_found_needed_is_posted_from_then_on(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau,
		"\"conditions\":[1,2,3,4],\"materials\":[{\"number\":1,\"ticked\":true,"
		"\"medium\":\"electronic\",\"copies\":1},{\"number\":2,\"ticked\":true,"
		"\"medium\":\"electronic\",\"copies\":1}]");
	assert_string_equal(bureau_act(bureau, bureau->clerk, "send", ""), "sent");
	assert_int_equal(due(bureau, "post_by_us"), 0);
	go_to(bureau, THURSDAY_US + 2 * DAY_US); /* a Saturday that is not worked */
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":2,\"verdict\":\"paper\"")),
		"ok");
	assert_int_equal(due(bureau, "post_by_us"), END_OF_SUNDAY);
	go_to(bureau, THURSDAY_US + 3 * DAY_US);
	assert_string_equal(bureau_code(bureau_ask(bureau, FW_OP_CASE_VERDICT, bureau->home,
				    "\"material\":1,\"verdict\":\"paper\"")),
		"ok");
	assert_int_equal(due(bureau, "post_by_us"), END_OF_SUNDAY); /* it began once */
	assert_string_equal(
		bureau_act(bureau, bureau->home, "refuse", "\"opinion\":\"不符\""), "refused");
	none_runs(bureau);
}

static void an_online_case_that_fails_owes_no_answer(void **state)
{
	struct bureau *bureau = *state;

	bureau_open(bureau, "\"origin\":\"online\"," TICKED);
	assert_string_equal(bureau_act(bureau, bureau->clerk, "submit", ""), "prereview");
	assert_int_equal(due(bureau, "answer_by_us"), END_OF_MONDAY);
	assert_int_equal(due(bureau, "post_by_us"), 0); /* nothing is posted before it passes */
	assert_string_equal(bureau_act(bureau, bureau->home, "fail", "\"opinion\":\"不符\""),
		"prereview_failed");
	none_runs(bureau);
}

#define DEADLINE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, bureau_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEADLINE_TEST(paper_is_posted_within_one_day_and_answered_within_two),
		DEADLINE_TEST(the_item_promises_when_it_is_decided),
		DEADLINE_TEST(what_is_missing_is_told_and_brought_in_time),
		DEADLINE_TEST(paper_found_needed_is_posted_from_then_on),
		DEADLINE_TEST(an_online_case_that_fails_owes_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
