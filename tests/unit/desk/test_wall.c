/* SPDX-License-Identifier: Apache-2.0 */
/* The live wall: who may look, what is told of whom, when, and that nothing of other areas ever leaves. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/state.h"
#include "signaling/directory/duty.h"
#include "signaling/wall/wall.h"

#include <gst/gst.h>
#include <string.h>

#define HOME1 "441523-01-1"
#define HOME2 "441523-01-2"

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

static uint64_t look(struct office *office, const char *account, const char *params)
{
	g_autofree char *token = office_sign_in(office, account);
	uint64_t connection = office_connect(office, token);

	json_decref(office_do(office, connection, "wall.watch", "%s", params));
	return connection;
}

/* The row of a list whose member has this text; NULL: none. Borrowed. */
static const json_t *row_of(const json_t *data, const char *path, const char *wanted)
{
	const json_t *rows = json_object_get(data, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *value = at(row, path);

		if (json_is_string(value) && strcmp(json_string_value(value), wanted) == 0) {
			return row;
		}
	}
	return NULL;
}

static int64_t number_at(const json_t *json, const char *path)
{
	assert_true(json_is_integer(at(json, path)));
	return json_integer_value(at(json, path));
}

/* The alarm of this kind at the window, in the last list that came; g_free. "none", or its time. */
static int64_t alarm_since(
	struct office *office, uint64_t watcher, const char *kind, const char *window)
{
	json_t *data = office_last(office, watcher, "wall.alarms");
	const json_t *rows = json_object_get(data, "rows");
	int64_t since_us = -1;

	assert_non_null(data);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *at_window = json_is_null(json_object_get(row, "window"))
			? ""
			: text_at(row, "window.id");

		if (strcmp(text_at(row, "kind"), kind) == 0 && strcmp(at_window, window) == 0) {
			const json_t *since = json_object_get(row, "since_us");

			since_us = json_is_null(since) ? 0 : json_integer_value(since);
		}
	}
	json_decref(data);
	return since_us;
}

/* --- who may look ------------------------------------------------------------------------------------- */

static void test_who_may_look(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t county = look(office, "supervisor2", "{\"hall\":\"441523-01\"}");
	g_autofree char *token = office_sign_in(office, "auditor1");
	uint64_t auditor = office_connect(office, token);

	office_refused(office, clerk, "forbidden", "wall.watch", "{}");
	office_refused(office, clerk, "forbidden", "wall.watch", "{\"hall\":\"441521-01\"}");
	office_refused(office, auditor, "forbidden", "wall.watch", "{}");
	office_refused(office, county, "forbidden", "wall.watch", "{\"hall\":\"441521-01\"}");
	office_refused(office, county, "forbidden", "wall.watch", "{\"hall\":\"441500-01\"}");
	office_refused(office, county, "not_found", "wall.watch", "{\"hall\":\"441523-77\"}");
	assert_null(office_event(office, clerk, "wall.halls"));
	assert_null(office_event(office, auditor, "wall.halls"));
	(void)look(office, "admin1", "{\"hall\":\"441500-01\"}");
}

/* --- what is told ------------------------------------------------------------------------------------- */

static void test_the_first_picture(void **state)
{
	struct office *office = *state;
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t city = look(office, "supervisor1", "{\"hall\":\"441523-01\"}");
	json_t *data = office_event(office, city, "wall.halls");
	const json_t *row = row_of(data, "id", "441523-01");

	(void)home;
	assert_true(json_is_true(at(data, "first")));
	assert_int_equal(json_array_size(at(data, "rows")), 4);
	assert_int_equal(number_at(row, "windows"), 2);
	assert_int_equal(number_at(row, "ready"), 1);
	assert_int_equal(number_at(row, "expected"), 2);
	assert_int_equal(number_at(row, "missing"), 1);
	json_decref(data);
	data = office_event(office, city, "wall.windows");
	assert_string_equal(text_at(data, "hall"), "441523-01");
	assert_int_equal(number_at(data, "total"), 2);
	row = row_of(data, "id", HOME1);
	assert_string_equal(text_at(row, "presence"), "ready");
	assert_string_equal(text_at(row, "account.id"), "home1");
	assert_string_equal(text_at(row, "devices.document"), "ok");
	row = row_of(data, "id", HOME2);
	assert_string_equal(text_at(row, "presence"), "offline");
	assert_true(json_is_true(at(row, "expected")));
	assert_true(json_is_null(at(row, "devices")));
	json_decref(data);
	data = office_event(office, city, "wall.calls");
	assert_int_equal(number_at(data, "total"), 0);
	json_decref(data);
	data = office_event(office, city, "wall.queues");
	assert_int_equal(json_array_size(at(data, "rows")), 0);
	json_decref(data);
	assert_int_not_equal(alarm_since(office, city, "missing", HOME2), -1);
}

static void test_a_window_goes_missing(void **state)
{
	struct office *office = *state;
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t city = look(office, "supervisor1", "{}");
	int64_t left_us;

	assert_int_equal(alarm_since(office, city, "missing", HOME1), -1);
	office_wait(office, 30 * S);
	office_forget_events(office, city);
	left_us = office->now_us;
	json_decref(office_do(office, home, "window.release", "{}"));
	office_wait(office, 1 * S);
	assert_int_equal(alarm_since(office, city, "missing", HOME1), left_us);
	home = office_sit(office, "home1", HOME1);
	office_wait(office, 1 * S);
	assert_int_equal(alarm_since(office, city, "missing", HOME1), -1);
	left_us = office->now_us;
	office_hang(office, home); /* a line that is cut */
	office_wait(office, 1 * S);
	assert_int_equal(alarm_since(office, city, "missing", HOME1), left_us);
}

#define SILENT_US \
	(12 * S + S / 20) /* PROTOCOL.md 2: when the server closes a silent line, and how late it may look */

/* A line that dies without a word: from its last sign of life to the alarm, also when the wall was told just before. */
static void test_a_line_dies(void **state)
{
	struct office *office = *state;
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t other = office_sit(office, "home2", HOME2);
	uint64_t city = look(office, "supervisor1", "{}");
	int64_t last_us = office->now_us;
	json_t *told;

	office_wait(office, SILENT_US);
	json_decref(office_do(office, other, "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\",\"until_us\":%" G_GINT64_FORMAT "}",
		office->now_us + 600 * S));
	office_wait(office, 0);
	office_forget_events(office, city);
	office_hang(office, home);
	while (!(told = office_event(office, city, "wall.alarms")) &&
		office->now_us <= last_us + 60 * S) {
		office->now_us = MAX(office->now_us, fw_desk_next_wakeup_us(office->desk));
		office_step(office);
	}
	assert_non_null(told);
	json_decref(told);
	assert_true(office->now_us - last_us <= 15 * S); /* docs/adr/0046-live-wall.md */
}

/* Nobody has to be there before the hall opens; from then on they are missing, within the time of one look. */
static void test_office_hours(void **state)
{
	struct office *office = *state;
	int64_t opens_us;
	uint64_t city;

	assert_int_equal(
		fw_db_script(office->db,
			"UPDATE office_hours SET begin_minute = (SELECT (1795312800 + 28800)"
			" % 86400 / 60 + 5) WHERE hall = '441523-01'"),
		0);
	opens_us = (office->now_us / (60 * S) + 5) * 60 * S;
	office_restart(office);
	city = look(office, "supervisor1", "{}");
	assert_int_equal(alarm_since(office, city, "missing", HOME1), -1);
	office_wait(office, opens_us - office->now_us - 1);
	assert_null(office_event(office, city, "wall.alarms"));
	office_wait(office, FW_WALL_LOOK_US + FW_WALL_TELL_US + 1);
	assert_int_equal(alarm_since(office, city, "missing", HOME1), opens_us);
}

static void test_the_roster(void **state)
{
	struct office *office = *state;
	uint64_t city;
	json_t *data;

	assert_int_equal(
		fw_db_script(office->db,
			"INSERT INTO duty (hall, day, service_window, begin_minute, end_minute)"
			" VALUES ('441523-01', 20261122, '" HOME2 "', 0, 1440)"),
		0);
	office_restart(office);
	city = look(office, "supervisor1", "{\"hall\":\"441523-01\"}");
	data = office_event(office, city, "wall.windows");
	for (guint i = 0; i < office->desk->windows->len; i++) {
		const struct fw_window *window = g_ptr_array_index(office->desk->windows, i);

		assert_int_equal(
			window->expected_us != 0, fw_duty_on(office->desk, window, office->now_us));
	}
	assert_false(json_is_true(at(row_of(data, "id", HOME1), "expected")));
	assert_true(json_is_true(at(row_of(data, "id", HOME2), "expected")));
	json_decref(data);
}

static void test_a_call(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t county = look(office, "supervisor2", "{}");
	g_autofree char *call = NULL;
	const json_t *row;
	json_t *data;

	office_wait(office, 5 * S);
	office_forget_events(office, county);
	call = office_call(office, clerk);
	office_wait(office, 1 * S);
	data = office_last(office, county, "wall.calls");
	row = row_of(data, "id", call);
	assert_string_equal(text_at(row, "state"), "ringing");
	assert_int_equal(number_at(row, "rung"), 1);
	assert_string_equal(text_at(row, "parties.0.window.id"), "441521-01-3");
	assert_string_equal(text_at(row, "parties.1.account.id"), "home1");
	json_decref(data);
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	office_wait(office, 1 * S);
	data = office_last(office, county, "wall.calls");
	row = row_of(data, "id", call);
	assert_string_equal(text_at(row, "state"), "answered");
	assert_true(number_at(row, "answered_us") > 0);
	json_decref(data);
	json_decref(office_do(office, home, "call.hangup", "{\"call\":\"%s\"}", call));
	office_wait(office, 1 * S);
	data = office_last(office, county, "wall.calls");
	assert_int_equal(number_at(data, "total"), 0);
	json_decref(data);
}

static void test_a_queue(void **state)
{
	static const char request[] = "{\"item\":\"fanglei-jungong\",\"area\":\"441523\","
				      "\"citizen_informed\":true}";
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t clerk2 = office_sit(office, "clerk2", "441581-01-2");
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t county = look(office, "supervisor2", "{}");
	g_autofree char *call = office_call(office, clerk);
	int64_t asked_us;
	json_t *data;

	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", call));
	asked_us = office->now_us;
	json_decref(office_do(office, clerk2, "call.request", request));
	office_wait(office, 1 * S);
	data = office_last(office, county, "wall.queues");
	assert_string_equal(text_at(data, "rows.0.area.code"), "441523");
	assert_int_equal(number_at(data, "rows.0.waiting"), 1);
	assert_int_equal(number_at(data, "rows.0.since_us"), asked_us);
	json_decref(data);
	assert_int_equal(alarm_since(office, county, "queue", ""), -1);
	office_wait(office, 130 * S);
	assert_int_equal(alarm_since(office, county, "queue", ""), asked_us);
}

/* --- alarms ----------------------------------------------------------------------------------------------- */

static void test_a_silent_ring(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t county = look(office, "supervisor2", "{}");
	g_autofree char *call = office_call(office, clerk), *again = NULL;

	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"displayed\"}", call));
	office_wait(office, 3 * S);
	assert_int_not_equal(alarm_since(office, county, "silent", HOME1), -1);
	office_wait(office, 20 * S);
	assert_int_not_equal(alarm_since(office, county, "ringing", ""), -1);
	json_decref(office_do(office, clerk, "call.cancel", "{\"call\":\"%s\"}", call));
	office_wait(office, 11 * S);
	assert_int_not_equal(alarm_since(office, county, "silent", HOME1), -1); /* it stays so */
	again = office_call(office, clerk);
	json_decref(office_do(
		office, home, "call.ring_ack", "{\"call\":\"%s\",\"stage\":\"tone\"}", again));
	office_wait(office, 1 * S);
	assert_int_equal(alarm_since(office, county, "silent", HOME1), -1);
}

static void test_away_too_long(void **state)
{
	struct office *office = *state;
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t county = look(office, "supervisor2", "{}");
	int64_t until_us = office->now_us + 60 * S;

	json_decref(office_do(office, home, "presence.set",
		"{\"state\":\"away\",\"reason\":\"lunch\",\"until_us\":%" G_GINT64_FORMAT "}",
		until_us));
	office_wait(office, 5 * S);
	assert_int_equal(alarm_since(office, county, "overdue", HOME1), -1);
	office_wait(office, 55 * S + FW_WALL_LOOK_US + FW_WALL_TELL_US);
	assert_int_equal(alarm_since(office, county, "overdue", HOME1), until_us);
	json_decref(office_do(office, home, "devices.report",
		"{\"devices\":{\"face\":\"ok\",\"document\":\"missing\",\"microphone\":\"ok\","
		"\"speaker\":\"unchecked\"}}"));
	office_wait(office, 1 * S);
	assert_int_equal(alarm_since(office, county, "devices", HOME1), 0);
}

#define REQUEST_441523 \
	"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}"

/* Who calls in vain again and again is told to wait; the supervisor of that window sees it, until its time is over. */
static void test_a_flood(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t city = look(office, "supervisor1", "{}"),
		 county = look(office, "supervisor2", "{}");
	int64_t since_us = office->now_us;
	json_t *data;

	(void)home;
	for (unsigned i = 0; i < office->setup.flood_calls; i++) {
		g_autofree char *call = office_call(office, clerk);

		json_decref(office_do(office, clerk, "call.cancel", "{\"call\":\"%s\"}", call));
		office_wait(office, 1 * S);
	}
	assert_int_equal(alarm_since(office, city, "flood", "441521-01-3"), -1);
	for (int i = 0; i < 3; i++) {
		office_refused(office, clerk, "too_many", "call.request", REQUEST_441523);
	}
	assert_int_equal(office_count(office,
				 "SELECT COUNT(*) FROM audit_log WHERE action ="
				 " 'call.flood' AND object_id = '441521-01-3'"),
		1);
	office_wait(office, FW_WALL_TELL_US);
	data = office_last(office, city, "wall.alarms");
	for (size_t i = 0; i < json_array_size(at(data, "rows")); i++) {
		const json_t *row = json_array_get(at(data, "rows"), i);

		if (strcmp(text_at(row, "kind"), "flood") == 0) {
			assert_string_equal(text_at(row, "window.id"), "441521-01-3");
			assert_int_equal(number_at(row, "since_us"), since_us);
			assert_int_equal(number_at(row, "count"), office->setup.flood_calls);
			since_us = 0;
		}
	}
	json_decref(data);
	assert_int_equal(since_us, 0);
	assert_int_equal(alarm_since(office, county, "flood", "441521-01-3"), -1); /* elsewhere */
	office_wait(office, office->setup.flood_us + FW_WALL_LOOK_US + FW_WALL_TELL_US);
	assert_int_equal(alarm_since(office, city, "flood", "441521-01-3"), -1);
	g_free(office_call(office, clerk));
}

static void test_messages_that_failed(void **state)
{
	struct office *office = *state;
	uint64_t county = look(office, "supervisor2", "{}");
	json_t *data;

	office_forget_events(office, county);
	assert_int_equal(
		fw_db_run(office->db,
			"INSERT INTO sms (id, key, kind, state, area, service_window,"
			" subject_kind, subject_id, round, tries, step, unclear, created_us,"
			" since_us, next_us) VALUES (900, 'k', 'silent_ring', 'uncertain',"
			" '441523', '" HOME1 "', 'call', 'x', 1, 1, 'send', 1, ?1, ?1, ?1)",
			FW_DB_VALUES(fw_db_int(office->now_us)), NULL),
		0);
	office_wait(office, FW_WALL_LOOK_US + FW_WALL_TELL_US);
	data = office_last(office, county, "wall.halls");
	assert_false(json_is_true(at(data, "first")));
	assert_int_equal(number_at(row_of(data, "id", "441523-01"), "sms_uncertain"), 1);
	json_decref(data);
}

/* --- whose it is -------------------------------------------------------------------------------------------- */

/* Every message that came to the connection. */
static char *everything(struct office *office, uint64_t connection)
{
	GQueue *queue = g_hash_table_lookup(office->messages, GUINT_TO_POINTER(connection));
	GString *all = g_string_new(NULL);

	for (GList *link = queue ? queue->head : NULL; link; link = link->next) {
		char *text = json_dumps(link->data, JSON_COMPACT);

		g_string_append(all, text);
		free(text);
	}
	return g_string_free(all, FALSE);
}

static void test_nothing_of_other_areas(void **state)
{
	struct office *office = *state;
	uint64_t robot = office_sit(office, "robot", "441581-01-9");
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t clerk2 = office_sit(office, "clerk2", "441581-01-2");
	uint64_t county = look(office, "supervisor2", "{\"hall\":\"441523-01\"}");
	g_autofree char *call = NULL, *seen = NULL;
	json_t *reply;

	reply = office_do(office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441581\",\"window\":\"441581-01-9\","
		"\"drill\":true}");
	call = g_strdup(text_at(reply, "call.id"));
	json_decref(reply);
	office_wait(office, 25 * S); /* silent, ringing for long */
	json_decref(office_do(office, robot, "call.answer", "{\"call\":\"%s\"}", call));
	json_decref(office_do(office, clerk2, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441581\",\"window\":\"441581-01-9\","
		"\"drill\":true}"));
	json_decref(office_do(office, robot, "devices.report",
		"{\"devices\":{\"face\":\"missing\",\"document\":\"missing\",\"microphone\":\"ok\","
		"\"speaker\":\"ok\"}}"));
	office_wait(office, 200 * S);
	json_decref(office_do(office, robot, "window.release", "{}"));
	office_wait(office, 20 * S);
	seen = everything(office, county);
	assert_non_null(strstr(seen, "wall.halls"));
	assert_non_null(strstr(seen, HOME1));
	assert_null(strstr(seen, "441581"));
	assert_null(strstr(seen, "441521"));
	assert_null(strstr(seen, "441500"));
	assert_null(strstr(seen, call));
}

/* --- how often ------------------------------------------------------------------------------------------------ */

static void test_at_most_once_a_second(void **state)
{
	struct office *office = *state;
	uint64_t home = office_sit(office, "home1", HOME1);
	uint64_t county = look(office, "supervisor2", "{}");
	unsigned events = 0;
	json_t *data;

	office_wait(office, 5 * S);
	office_forget_events(office, county);
	for (int i = 0; i < 28;
		i++) { /* seven in a second: every second ends otherwise than it began */
		g_autofree char *away = g_strdup_printf("{\"state\":\"away\",\"reason\":\"break\","
							"\"until_us\":%" G_GINT64_FORMAT "}",
			office->now_us + 600 * S);

		json_decref(office_do(office, home, "presence.set", "%s",
			i % 2 ? "{\"state\":\"ready\"}" : away));
		office_wait(office, S / 7);
	}
	while ((data = office_event(office, county, "wall.halls"))) {
		events++;
		json_decref(data);
	}
	assert_in_range(events, 3, 5);
	json_decref(office_do(office, county, "wall.watch", "{\"off\":true}"));
	office_forget_events(office, county);
	json_decref(office_do(office, home, "window.release", "{}"));
	office_wait(office, 60 * S);
	assert_null(office_event(office, county, "wall.halls"));
	assert_int_equal(office->desk->watchers->len, 0);
}

static void test_a_watcher_goes(void **state)
{
	struct office *office = *state;
	uint64_t county = look(office, "supervisor2", "{}");

	assert_int_equal(office->desk->watchers->len, 1);
	json_decref(office_do(office, county, "wall.watch", "{\"hall\":\"441523-01\"}"));
	assert_int_equal(office->desk->watchers->len, 1);
	office_hang(office, county);
	assert_int_equal(office->desk->watchers->len, 0);
	office_wait(office, 30 * S);
}

/* Three hundred halls come in several messages (each is checked to be one that may be sent), each hall once. */
static void test_many_halls(void **state)
{
	struct office *office = office_create_large(300, 1, 1);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *token = office_large_token("110101-a-0");
	unsigned events = 0;
	uint64_t boss;
	json_t *data;

	(void)state;
	assert_int_equal(fw_db_script(office->db,
				 "UPDATE account_role SET role = 'supervisor', area = '110000'"
				 " WHERE account = '110101-a-0'"),
		0);
	office_restart(office);
	boss = office_connect(office, token);
	json_decref(office_do(office, boss, "wall.watch", "{}"));
	while ((data = office_event(office, boss, "wall.halls"))) {
		size_t i;
		json_t *row;

		assert_int_equal(json_is_true(at(data, "first")), events == 0);
		json_array_foreach (json_object_get(data, "rows"), i, row) {
			assert_true(g_hash_table_add(seen, g_strdup(text_at(row, "id"))));
		}
		events++;
		json_decref(data);
	}
	assert_true(events > 1);
	assert_int_equal(g_hash_table_size(seen), 300);
	data = office_event(office, boss, "wall.alarms");
	assert_int_equal(number_at(data, "total"), 300);
	assert_int_equal(json_array_size(at(data, "rows")), FW_WALL_ALARMS_MAX);
	json_decref(data);
	office_destroy(office);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_who_may_look, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_first_picture, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_window_goes_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_line_dies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_office_hours, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_roster, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_call, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_silent_ring, setup, teardown),
		cmocka_unit_test_setup_teardown(test_away_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_messages_that_failed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_of_other_areas, setup, teardown),
		cmocka_unit_test_setup_teardown(test_at_most_once_a_second, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_watcher_goes, setup, teardown),
		cmocka_unit_test(test_many_halls),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
