/* SPDX-License-Identifier: Apache-2.0 */
/* Presence as its window sets it, as callers and readers see it, and the devices that belong to it. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/presence.h"

#include <gst/gst.h>
#include <string.h>

#define WINDOW "441523-01-1"

static int setup(void **state)
{
	*state = office_create();
	return 0;
}

static int teardown(void **state)
{
	office_destroy(*state);
	return 0;
}

/* One text of the database, "none" where there is no row; g_free. */
static char *stored(struct office *office, const char *sql)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;

	assert_int_equal(fw_db_query(office->db, sql, FW_DB_NO_VALUES, &row), 0);
	return g_strdup(fw_db_step(row) > 0 ? fw_db_column_text(row, 0) : "none");
}

static void expect_stored(struct office *office, const char *sql, const char *wanted)
{
	g_autofree char *got = stored(office, sql);

	assert_string_equal(got, wanted);
}

#define PRESENCE_SQL \
	"SELECT presence || '/' || COALESCE(reason, '-') || '/' || COALESCE(text, '-') || '/' ||" \
	" COALESCE(until_us - 1795312800000000, '-') FROM window_presence" \
	" WHERE service_window = '" WINDOW "'"

static void go_away(struct office *office, uint64_t clerk, int64_t for_us)
{
	json_t *result = office_do(office, clerk, "presence.set",
		"{\"state\":\"away\",\"reason\":\"meeting\",\"until_us\":%" G_GINT64_FORMAT "}",
		OFFICE_START_US + for_us);

	assert_string_equal(text_at(result, "presence"), "away");
	assert_string_equal(text_at(result, "away.reason"), "meeting");
	assert_int_equal(json_integer_value(at(result, "away.until_us")), OFFICE_START_US + for_us);
	json_decref(result);
}

static void test_away_has_a_reason_and_an_end(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "home1", WINDOW);
	int64_t now_us = office->now_us;

	office_refused(office, clerk, "malformed", "presence.set", "{\"state\":\"away\"}");
	office_refused(office, clerk, "malformed", "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\"}");
	office_refused(office, clerk, "malformed", "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\",\"until_us\":%" G_GINT64_FORMAT "}",
		now_us);
	office_refused(office, clerk, "malformed", "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\",\"until_us\":%" G_GINT64_FORMAT "}",
		now_us + 25 * 3600 * S);
	office_refused(office, clerk, "malformed", "presence.set",
		"{\"state\":\"away\",\"reason\":\"other\",\"until_us\":%" G_GINT64_FORMAT "}",
		now_us + 600 * S);
	expect_stored(office, PRESENCE_SQL, "ready/-/-/-");
	go_away(office, clerk, 600 * S);
	expect_stored(office, PRESENCE_SQL, "away/meeting/-/600000000");
	json_decref(office_do(office, clerk, "presence.set",
		"{\"state\":\"away\",\"reason\":\"other\",\"text\":\"取印章\",\"until_us\":"
		"%" G_GINT64_FORMAT "}",
		OFFICE_START_US + 900 * S));
	expect_stored(office, PRESENCE_SQL, "away/other/取印章/900000000");
	json_decref(office_do(office, clerk, "presence.set", "{\"state\":\"ready\"}"));
	expect_stored(office, PRESENCE_SQL, "ready/-/-/-");
	expect_stored(office,
		"SELECT COUNT(*) || '/' || SUM(instr(detail, '印章')) FROM audit_log"
		" WHERE action IN ('window.away', 'window.back')",
		"3/0"); /* its words are not in the log */
}

static void test_the_window_is_told(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "home1", WINDOW);
	g_autofree char *token = NULL;
	json_t *data;

	go_away(office, clerk, 600 * S);
	data = office_last(office, clerk, "presence.changed");
	assert_string_equal(text_at(data, "away.reason"), "meeting");
	json_decref(data);
	office_hang(office, clerk); /* a lost line: who comes back is still away, and knows why */
	expect_stored(office, PRESENCE_SQL, "offline/-/-/-");
	clerk = office_sit(office, "home1", WINDOW);
	data = office_last(office, clerk, "presence.changed");
	assert_string_equal(text_at(data, "presence"), "away");
	assert_string_equal(text_at(data, "away.reason"), "meeting");
	json_decref(data);
	json_decref(office_do(office, clerk, "window.release", "{}"));
	json_decref(office_do(office, clerk, "window.take",
		"{\"window\":\"" WINDOW "\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[]}"));
	expect_stored(office, PRESENCE_SQL, "ready/-/-/-"); /* a new day at the window */
}

static void expect_targets(
	struct office *office, uint64_t clerk, int ready, int away, int64_t back_us, int on_duty)
{
	json_t *targets = office_do(office, clerk, "directory.targets",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}");

	assert_int_equal(json_integer_value(at(targets, "ready")), ready);
	assert_int_equal(json_integer_value(at(targets, "away")), away);
	assert_int_equal(json_integer_value(at(targets, "back_us")), back_us);
	assert_int_equal(json_integer_value(at(targets, "on_duty")), on_duty);
	json_decref(targets);
}

static void test_callers_see_who_is_away(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", WINDOW);
	uint64_t home2 = office_sit(office, "home2", "441523-01-2");

	expect_targets(office, clerk, 2, 0, 0, 2);
	go_away(office, home, 600 * S);
	expect_targets(office, clerk, 1, 1, OFFICE_START_US + 600 * S, 2);
	go_away(office, home2, 300 * S);
	expect_targets(office, clerk, 0, 2, OFFICE_START_US + 300 * S, 2);
}

#define DEVICES_SQL \
	"SELECT face || '/' || document || '/' || microphone || '/' || speaker FROM " \
	"window_devices" \
	" WHERE service_window = '" WINDOW "'"

static void test_devices_are_kept(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "home1", WINDOW);

	expect_stored(office, DEVICES_SQL, "ok/ok/ok/ok");
	json_decref(office_do(office, clerk, "devices.report",
		"{\"devices\":{\"face\":\"ok\",\"document\":\"missing\",\"microphone\":\"denied\","
		"\"speaker\":\"unchecked\"}}"));
	expect_stored(office, DEVICES_SQL, "ok/missing/denied/unchecked");
	json_decref(office_do(office, clerk, "devices.report",
		"{\"devices\":{\"face\":\"unchecked\",\"document\":\"unchecked\","
		"\"microphone\":\"unchecked\",\"speaker\":\"unchecked\"}}"));
	expect_stored(office, DEVICES_SQL, "ok/missing/denied/unchecked"); /* seen last */
	office_restart(office);
	expect_stored(office, DEVICES_SQL, "ok/missing/denied/unchecked");
}

static uint64_t come(struct office *office, const char *account)
{
	g_autofree char *token = office_large_token(account);
	uint64_t connection = office_connect(office, token);

	json_decref(office_do(office, connection, "window.take",
		"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[]}",
		account));
	return connection;
}

static void ask_who_is_ready(struct office *office, uint64_t connection)
{
	json_decref(office_do(office, connection, "directory.targets",
		"{\"item\":\"item\",\"area\":\"110101\"}"));
}

static unsigned count_told(struct office *office, const uint64_t *connections, unsigned count)
{
	unsigned told = 0;

	for (unsigned i = 0; i < count; i++) {
		json_t *event = office_event(office, connections[i], "directory.changed");

		told += event != NULL;
		json_decref(event);
	}
	return told;
}

/* Who asks again at once is not told again in the same round, and nobody is left out. */
static void test_everybody_is_told_some_at_a_time(void **state)
{
	enum {
		MANY = 2 * FW_DIRECTORY_SLICE + 3
	};
	struct office *office = office_create_large(1, MANY, 1);
	uint64_t connections[MANY], home;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		g_autofree char *account = g_strdup_printf("110101-a-%u", i);

		connections[i] = come(office, account);
	}
	office_wait(office, 2 * FW_DIRECTORY_US);
	for (unsigned i = 0; i < MANY; i++) {
		ask_who_is_ready(office, connections[i]);
	}
	home = come(office, "110101-h-0");
	for (unsigned left = MANY; left > 0; left -= MIN(left, FW_DIRECTORY_SLICE)) {
		for (unsigned i = 0; i < MANY; i++) {
			ask_who_is_ready(office, connections[i]);
		}
		assert_int_equal(
			count_told(office, connections, MANY), MIN(left, FW_DIRECTORY_SLICE));
		office_wait(office, FW_DIRECTORY_GAP_US);
	}
	assert_int_equal(count_told(office, connections, MANY), 0);
	office_hang(office, home);
	assert_int_equal(count_told(office, connections, MANY), 0); /* the second is not over */
	office_wait(office, FW_DIRECTORY_US);
	assert_int_equal(count_told(office, connections, MANY), MANY);
	office_destroy(office);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_away_has_a_reason_and_an_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_window_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_callers_see_who_is_away, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices_are_kept, setup, teardown),
		cmocka_unit_test(test_everybody_is_told_some_at_a_time),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
