/* SPDX-License-Identifier: Apache-2.0 */
/* What was refused is in the log: a line for who runs the server, a deed for the auditor; ids only, and so many. */
#include "tests/unit/desk/office.h"
#include "tests/unit/log_lines.h"

#include "base/log.h"
#include "signaling/desk/refusals.h"

#include <string.h>

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

#define LOG_BYTES 65536

struct watching {
	struct log_lines lines;
	char log[LOG_BYTES];
};

static void watch(struct watching *watching)
{
	fw_log_set_level(FW_LOG_INFO);
	log_lines_begin(&watching->lines);
}

static const char *seen(struct watching *watching)
{
	(void)log_lines_end(&watching->lines, watching->log, sizeof(watching->log));
	fw_log_set_level(FW_LOG_ERROR);
	return watching->log;
}

static unsigned count(const char *text, const char *part)
{
	unsigned found = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
		found++;
	}
	return found;
}

#define DEEDS "SELECT COUNT(*) FROM audit_log WHERE action = 'access.refused'"

static void test_http(void **state)
{
	struct office *office = *state;
	g_autofree char *clerk = office_sign_in(office, "clerk1");
	g_autofree struct watching *watching = g_new(struct watching, 1);
	const char *log;

	watch(watching);
	(void)office_http(office, FW_OP_RECORDING_DOWNLOAD, clerk,
		"{\"call\":\"019ae000-0000-7000-8000-000000000001\",\"reason\":\"张三的投诉\"}");
	(void)office_http(office, FW_OP_KEPT_PASSWORD, clerk,
		"{\"kind\":\"accounts\",\"id\":\"home1\",\"password\":\"Haifeng-2026\"}");
	(void)office_http(office, FW_OP_AUDIT, clerk, "{}");
	(void)office_http(
		office, FW_OP_LEDGER_VERDICT, clerk, "{\"row\":\"张三 441521199001011234\"}");
	log = seen(watching);
	assert_int_equal(count(log, "\n"), 4);
	assert_non_null(strstr(log,
		"INFO refusals: refused POST /api/v1/recordings/{call}/downloads code=forbidden"
		" account=clerk1 window=- object=call:019ae000-0000-7000-8000-000000000001\n"));
	assert_non_null(strstr(log,
		"refused POST /api/v1/organisation/{kind}/{id}/password code=forbidden"
		" account=clerk1 window=- object=accounts:home1\n"));
	assert_non_null(strstr(log,
		"refused GET /api/v1/audit code=forbidden account=clerk1"
		" window=- object=-\n"));
	assert_null(strstr(log, "张三")); /* neither what was written nor what is no id */
	assert_null(strstr(log, "441521199001011234"));
	assert_null(strstr(log, "Haifeng-2026"));
	assert_int_equal(office_count(office, DEEDS " AND actor = 'clerk1'"), 4);
	assert_int_equal(
		office_count(office,
			DEEDS " AND object_kind = 'call' AND"
			      " object_id = '019ae000-0000-7000-8000-000000000001' AND detail ="
			      " '{\"operation\":\"POST /api/v1/recordings/{call}/downloads\"}'"),
		1);
	assert_int_equal(office_count(office, DEEDS " AND object_id IS NULL"), 2);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM audit_log WHERE instr(detail, '张三')"),
		0);
}

/* Only who may ask at all learns of the state; it is no deed. */
static void test_http_wrong_state(void **state)
{
	struct office *office = *state;
	g_autofree struct watching *watching = g_new(struct watching, 1);
	const char *log;
	g_autofree char *clerk = NULL;

	office_add_case(office, "019ae000-0000-7000-8000-00000000000a", "accepted");
	clerk = office_sign_in(office, "clerk1");
	watch(watching);
	(void)office_http(office, FW_OP_CASE_ACT, clerk,
		"{\"case\":\"019ae000-0000-7000-8000-00000000000a\",\"revision\":1,"
		"\"action\":\"issue\"}");
	log = seen(watching);
	assert_non_null(strstr(log,
		"refused POST /api/v1/cases/{case}/actions code=wrong_state account=clerk1"
		" window=- object=case:019ae000-0000-7000-8000-00000000000a\n"));
	assert_int_equal(office_count(office, DEEDS), 0);
}

static void test_live(void **state)
{
	struct office *office = *state;
	g_autofree char *token = office_sign_in(office, "clerk2");
	g_autofree struct watching *watching = g_new(struct watching, 1);
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t nowhere = office_connect(office, token);
	g_autofree char *wanted = NULL;
	const char *log;

	watch(watching);
	office_refused(office, nowhere, "not_at_window", "call.cancel",
		"{\"call\":\"019ae000-0000-7000-8000-000000000001\"}");
	office_refused(office, nowhere, "forbidden", "window.take",
		"{\"window\":\"441523-01-1\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}");
	office_refused(office, clerk, "forbidden", "call.answer",
		"{\"call\":\"019ae000-0000-7000-8000-000000000001\"}");
	json_decref(office_do(office, clerk, "presence.set",
		"{\"state\":\"away\",\"reason\":\"meeting\",\"until_us\":%" G_GINT64_FORMAT "}",
		office->now_us + 600 * S));
	office_refused(office, clerk, "wrong_state", "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}");
	office_refused(office, clerk, "not_found", "call.cancel",
		"{\"call\":\"019ae000-0000-7000-8000-000000000001\"}");
	log = seen(watching);
	assert_int_equal(count(log, "refused "), 4); /* not what is not there */
	assert_non_null(strstr(log,
		"refused call.cancel code=not_at_window account=clerk2"
		" window=- object=call:019ae000-0000-7000-8000-000000000001\n"));
	assert_non_null(strstr(log,
		"refused window.take code=forbidden account=clerk2 window=-"
		" object=window:441523-01-1\n"));
	assert_non_null(strstr(log,
		"refused call.answer code=forbidden account=clerk1"
		" window=441521-01-3 object=call:019ae000"));
	assert_non_null(strstr(log,
		"refused call.request code=wrong_state account=clerk1"
		" window=441521-01-3 object=-\n"));
	assert_int_equal(office_count(office, DEEDS), 2);
	assert_int_equal(office_count(office,
				 DEEDS " AND actor = 'clerk1' AND at_window = '441521-01-3'"
				       " AND detail = '{\"operation\":\"call.answer\"}'"),
		1);
}

static void try_often(struct office *office, const char *token, unsigned times)
{
	for (unsigned i = 0; i < times; i++) {
		assert_int_equal(office_http(office, FW_OP_AUDIT, token, "{}")->status, 403);
	}
}

static void test_so_many_a_minute(void **state)
{
	struct office *office = *state;
	g_autofree char *clerk = office_sign_in(office, "clerk1");
	g_autofree char *other = office_sign_in(office, "clerk2");
	g_autofree struct watching *watching = g_new(struct watching, 1);
	const char *log;

	watch(watching);
	try_often(office, clerk, FW_REFUSALS_MAX + 7);
	try_often(office, other, 1); /* each session by itself */
	log = seen(watching);
	assert_int_equal(count(log, "refused GET"), FW_REFUSALS_MAX + 1);
	assert_int_equal(office_count(office, DEEDS), FW_REFUSALS_MAX + 1);

	watch(watching);
	office_wait(office, FW_REFUSALS_US);
	log = seen(watching);
	assert_int_equal(count(log, "refused more often account=clerk1 more=7\n"), 1);
	assert_int_equal(count(log, "refused"), 1);
	assert_int_equal(office_count(office,
				 DEEDS " AND actor = 'clerk1' AND object_id IS NULL"
				       " AND detail = '{\"more\":7}'"),
		1);

	try_often(office, clerk, FW_REFUSALS_MAX + 2);
	assert_int_equal(office_count(office, DEEDS), 2 * FW_REFUSALS_MAX + 2);
	watch(watching); /* who signs out before the minute is over is counted too */
	assert_int_equal(office_http(office, FW_OP_SESSION_DELETE, clerk, NULL)->status, 204);
	assert_int_equal(count(seen(watching), "refused more often account=clerk1 more=2\n"), 1);
	assert_int_equal(office_count(office, DEEDS), 2 * FW_REFUSALS_MAX + 3);
}

/* Refusals that are no attempts at something forbidden do not use up the deeds. */
static void test_noise_hides_nothing(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");

	json_decref(office_do(office, clerk, "presence.set",
		"{\"state\":\"away\",\"reason\":\"meeting\",\"until_us\":%" G_GINT64_FORMAT "}",
		office->now_us + 600 * S));
	for (unsigned i = 0; i < FW_REFUSALS_MAX + 5; i++) {
		office_refused(office, clerk, "wrong_state", "call.request",
			"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":"
			"true}");
	}
	office_refused(office, clerk, "forbidden", "call.answer",
		"{\"call\":\"019ae000-0000-7000-8000-000000000001\"}");
	assert_int_equal(office_count(office, DEEDS), 1);
}

/* The session still ends by itself: counting does not use up its hint. */
static void test_the_session_still_ends(void **state)
{
	struct office *office = *state;
	g_autofree char *clerk = office_sign_in(office, "clerk1");

	try_often(office, clerk, FW_REFUSALS_MAX + 1);
	office_wait(office, 13 * 3600 * S);
	assert_int_equal(office_count(office, "SELECT COUNT(*) FROM session"), 0);
	assert_int_equal(office_count(office, DEEDS), FW_REFUSALS_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_http),
		TEST(test_http_wrong_state),
		TEST(test_live),
		TEST(test_so_many_a_minute),
		TEST(test_noise_hides_nothing),
		TEST(test_the_session_still_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
