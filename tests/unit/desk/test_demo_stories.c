/* SPDX-License-Identifier: Apache-2.0 */
/* What the demo office promises to those who try it out: README.md tells the same stories. */
#include "tests/unit/desk/talk.h"

#include "signaling/demo_week.h"

#include <gst/gst.h>

static int set_up(void **state)
{
	*state = office_create();
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

/* The call began to ring there. */
static void expect_ring(struct office *office, uint64_t connection, const char *call)
{
	json_t *data = office_event(office, connection, "call.incoming");

	assert_non_null(data);
	assert_string_equal(text_at(data, "call.id"), call);
	json_decref(data);
}

static void test_overflow(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t first = office_sit(office, "home3", "441500-01-1"), second, expert;
	g_autofree char *call = NULL;
	json_t *result;

	office->now_us += S; /* the longest ready is rung first */
	second = office_sit(office, "home4", "441500-01-2");
	expert = office_sit(office, "expert2", "441500-01-8");
	result = office_do(office, clerk, "call.request",
		"{\"item\":\"gongsi-sheli\",\"area\":\"441500\",\"citizen_informed\":true}");
	call = g_strdup(text_at(result, "call.id"));
	json_decref(result);
	expect_ring(office, first, call);
	assert_null(office_event(office, second, "call.incoming"));
	office_wait(office, 10 * S);
	expect_ring(office, second, call);
	assert_null(office_event(office, expert, "call.incoming"));
	office_wait(office, 10 * S);
	expect_ring(office, expert, call);
	talk_say(office, expert, "call.answer", call);
	talk_expect_state(office, clerk, "answered", "in");
}

static void test_the_present_week(void **state)
{
	struct office *office = *state;

	assert_int_equal(fw_demo_week_fill(office->db, office->now_us), 0);
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM duty"), 7 + 5 * 2);
	assert_int_equal(office_count(office, "SELECT MIN(day) FROM duty"), 20261116);
	assert_true(office_count(office, "SELECT COUNT(*) FROM holiday WHERE sample = 1") > 10);
	assert_int_equal(office_count(office, "SELECT COUNT(DISTINCT day / 10000) FROM holiday"), 1);
	/* Once: what somebody keeps stays. */
	assert_int_equal(fw_db_run(office->db, "DELETE FROM duty WHERE day > 20261116",
				 FW_DB_NO_VALUES, NULL),
		0);
	assert_int_equal(fw_demo_week_fill(office->db, office->now_us), 0);
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM duty"), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_overflow),
		TEST(test_the_present_week),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
