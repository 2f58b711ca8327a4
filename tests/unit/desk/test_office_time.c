/* SPDX-License-Identifier: Apache-2.0 */
/* Holidays, closures and duty rosters changed at the running desk, and what they do to a call that nobody takes. */
#include "tests/unit/desk/office.h"

#include "signaling/directory/calendar.h"
#include "signaling/directory/year.h"

#include <string.h>

#define HALL   "441523-01"
#define WINDOW "441523-01-1"
#define OTHER  "441523-01-2"

struct town {
	struct office *office;
	char *city, *county, *supervisor, *clerk; /* tokens */
	int today; /* YYYYMMDD */
};

static int set_up(void **state)
{
	struct town *town = g_new0(struct town, 1);

	town->office = office_create();
	town->city = office_sign_in(town->office, "admin1");
	town->county = office_sign_in(town->office, "admin2");
	town->supervisor = office_sign_in(town->office, "supervisor2");
	town->clerk = office_sign_in(town->office, "clerk1");
	town->today = fw_calendar_day(town->office->now_us);
	*state = town;
	return 0;
}

static int tear_down(void **state)
{
	struct town *town = *state;

	g_free(town->city);
	g_free(town->county);
	g_free(town->supervisor);
	g_free(town->clerk);
	office_destroy(town->office);
	g_free(town);
	return 0;
}

static struct office_answer *ask(struct town *town, enum fw_operation operation, const char *token,
	const char *format, ...) G_GNUC_PRINTF(4, 5);

static struct office_answer *ask(
	struct town *town, enum fw_operation operation, const char *token, const char *format, ...)
{
	g_autofree char *params = NULL;
	va_list arguments;

	va_start(arguments, format);
	params = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return office_http(town->office, operation, token, params);
}

static int64_t number(struct town *town, const char *sql)
{
	int64_t value = -1;

	assert_int_equal(fw_db_query_int(town->office->db, sql, FW_DB_NO_VALUES, &value), 0);
	return value;
}

static const char *fault(const struct office_answer *answer)
{
	assert_int_equal(answer->status, 400);
	assert_string_equal(text_at(answer->body, "error.code"), "faulty");
	return text_at(answer->body, "error.faults.0.code");
}

/* --- holidays ------------------------------------------------------------------------------------- */

static struct office_answer *import(
	struct town *town, const char *token, const char *year, const char *csv, bool apply)
{
	struct office *office = town->office;
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = office->next_request++;
	input.http.operation = FW_OP_YEAR_IMPORT;
	input.http.token = g_strdup(token);
	input.http.params = g_strdup_printf("{\"year\":\"%s\",\"apply\":\"%d\"}", year, (int)apply);
	input.http.bytes = g_bytes_new(csv, strlen(csv));
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_array_append_val(office->inputs, input);
	office_step(office);
	return g_hash_table_lookup(office->answers, GUINT_TO_POINTER(input.http.request));
}

static void test_a_year_names_every_fault(void **state)
{
	struct town *town = *state;
	int64_t before = number(town, "SELECT COUNT(*) FROM holiday");
	static const char csv[] = "日期,类别,名称,按星期\n"
				  "2028-01-01,放假,元旦,\n"
				  "2028-02-30,放假,不存在,\n"
				  "2027-10-01,off,去年,\n"
				  "2028-01-01,off,又一次,\n"
				  "2028-01-03,上班,周一本来上班,\n"
				  "2028-01-08,work,周六,9\n"
				  "2028-01-09,half,,\n";
	struct office_answer *answer = import(town, town->city, "2028", csv, false);
	static const struct {
		int line;
		const char *field, *code;
	} expected[] = {
		{3, "day", "form"},
		{4, "day", "outside"},
		{5, "day", "duplicate"},
		{6, "kind", "weekday"},
		{7, "hours_of", "form"},
		{8, "kind", "form"},
		{8, "name", "required"},
	};

	assert_int_equal(answer->status, 200);
	assert_int_equal(json_array_size(at(answer->body, "faults")), G_N_ELEMENTS(expected));
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		const json_t *one = json_array_get(at(answer->body, "faults"), i);

		assert_int_equal(json_integer_value(at(one, "line")), expected[i].line);
		assert_string_equal(text_at(one, "field"), expected[i].field);
		assert_string_equal(text_at(one, "code"), expected[i].code);
	}
	assert_string_equal(fault(import(town, town->city, "2028", csv, true)), "form");
	assert_int_equal(number(town, "SELECT COUNT(*) FROM holiday"), before);
	assert_string_equal(
		fault(import(town, town->city, "2028", "day,kind,name\n", true)), "required");
	assert_string_equal(fault(import(town, town->city, "2028", "day,kind,holiday\n", true)),
		"unknown_column");
}

static void test_a_year_is_replaced(void **state)
{
	struct town *town = *state;
	struct office_answer *answer = import(town, town->city, "2028",
		"day,kind,name\n2028-01-01,off,元旦\n2028-01-03,off,元旦\n", true);
	g_autofree char *csv = NULL;

	assert_int_equal(answer->status, 200);
	assert_true(json_is_true(at(answer->body, "applied")));
	answer = import(town, town->city, "2028",
		"day,kind,name,hours_of\n2028-01-01,off,元旦,\n2028-01-08,work,元旦,\n", true);
	assert_int_equal(answer->status, 200);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM holiday WHERE day BETWEEN 20280000 AND 20289999"),
		2);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM audit_log WHERE action = 'holidays.imported'"),
		2);
	/* What is written out is what is taken in again. */
	answer = ask(town, FW_OP_YEAR_CSV, town->clerk, "{\"year\":\"2028\"}");
	csv = g_strdup(text_at(answer->body, "csv"));
	assert_string_equal(csv,
		"day,kind,name,hours_of\r\n2028-01-01,off,元旦,\r\n2028-01-08,work,元旦,1\r\n");
	assert_int_equal(import(town, town->city, "2028", csv, true)->status, 200);
	answer = ask(town, FW_OP_YEAR, town->clerk, "{\"year\":\"2028\"}");
	assert_false(json_is_true(at(answer->body, "sample")));
	assert_string_equal(text_at(answer->body, "days.1.kind"), "work");
	assert_int_equal(json_integer_value(at(answer->body, "days.1.weekday")), 6);
	office_restart(town->office); /* the tables are read again without complaint */
}

static void test_only_the_whole_changes_a_year(void **state)
{
	struct town *town = *state;
	static const char csv[] = "day,kind,name\n2028-01-01,off,元旦\n";

	assert_int_equal(import(town, town->county, "2028", csv, true)->status, 403);
	assert_int_equal(import(town, town->supervisor, "2028", csv, true)->status, 403);
	assert_int_equal(import(town, town->city, "1999", csv, true)->status, 404);
	assert_int_equal(ask(town, FW_OP_YEAR, town->clerk, "{\"year\":\"20280\"}")->status, 404);
	assert_int_equal(
		ask(town, FW_OP_YEAR_SAMPLE, town->county, "{\"year\":\"2026\"}")->status, 403);
	assert_int_equal(
		ask(town, FW_OP_YEAR_SAMPLE, town->city, "{\"year\":\"2030\"}")->status, 404);
}

static void test_samples_say_what_they_are(void **state)
{
	struct town *town = *state;

	for (int year = 2026; year <= 2027; year++) {
		struct office_answer *answer =
			ask(town, FW_OP_YEAR_SAMPLE, town->city, "{\"year\":\"%d\"}", year);

		assert_int_equal(answer->status, 200);
		assert_int_equal(json_array_size(at(answer->body, "faults")), 0);
		assert_true(json_is_true(at(answer->body, "sample")));
	}
	assert_int_equal(number(town, "SELECT COUNT(*) FROM holiday WHERE sample = 0"), 0);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM holiday WHERE name NOT LIKE '%演示数据%'"), 0);
	assert_int_equal(
		json_array_size(at(ask(town, FW_OP_YEARS, town->clerk, "{}")->body, "years")), 2);
}

/* --- shared ------------------------------------------------------------------------------------------ */

static char *date_of(int day)
{
	char text[FW_DAY_TEXT_SIZE];

	fw_calendar_day_format(day, text);
	return g_strdup(text);
}

static struct office_answer *set_duty(struct town *town, const char *token, const char *windows)
{
	g_autofree char *day = date_of(town->today);

	return ask(town, FW_OP_DUTY_SET, token,
		"{\"hall\":\"" HALL "\",\"days\":[{\"day\":\"%s\",\"windows\":%s}]}", day, windows);
}

/* --- closures ----------------------------------------------------------------------------------------- */

static struct office_answer *close_hall(
	struct town *town, const char *token, const char *hall, int64_t from_us, int64_t until_us)
{
	return ask(town, FW_OP_CLOSURE_ENTER, token,
		"{\"hall\":\"%s\",\"from_us\":%" G_GINT64_FORMAT ",\"until_us\":%" G_GINT64_FORMAT
		",\"reason\":\"台风停业\"}",
		hall, from_us, until_us);
}

/* A call to the area that nobody takes; how many rows of the ledger it made. */
static int64_t unanswered(struct town *town, uint64_t clerk)
{
	int64_t before = number(town, "SELECT COUNT(*) FROM ledger");
	json_t *reply;

	reply = office_ask(town->office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"citizen_informed\":true}");
	json_decref(reply);
	office_wait(town->office, 200 * S);
	return number(town, "SELECT COUNT(*) FROM ledger") - before;
}

/* What a caller sees before the call. */
static int on_duty(struct town *town, uint64_t clerk)
{
	json_t *targets = office_do(town->office, clerk, "directory.targets",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}");
	int found = (int)json_integer_value(at(targets, "on_duty"));

	json_decref(targets);
	return found;
}

static void test_closed_halls_answer_for_nothing(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	struct office_answer *answer;
	int64_t now_us = office->now_us;

	assert_true(unanswered(town, clerk) > 0);
	assert_int_equal(on_duty(town, clerk), 2);
	now_us = office->now_us;
	answer = close_hall(town, town->supervisor, HALL, now_us - 60 * S, now_us + 3600 * S);
	assert_int_equal(answer->status, 201);
	assert_int_equal(on_duty(town, clerk), 0);
	assert_int_equal(unanswered(town, clerk), 0);
	/* Another one would overlap it; taken back, the hall answers again. */
	assert_string_equal(
		fault(close_hall(town, town->city, HALL, now_us, now_us + 60 * S + 3600 * S)),
		"overlap");
	assert_int_equal(ask(town, FW_OP_CLOSURE_WITHDRAW, town->supervisor,
				 "{\"closure\":\"%" G_GINT64_FORMAT "\"}",
				 (int64_t)json_integer_value(at(answer->body, "id")))
				 ->status,
		204);
	assert_true(unanswered(town, clerk) > 0);
	assert_int_equal(
		ask(town, FW_OP_CLOSURE_WITHDRAW, town->supervisor, "{\"closure\":\"1\"}")->status,
		409);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM audit_log WHERE action LIKE 'closure.%'"), 2);
}

/* directory.changed came, once; what is asked then. */
static void expect_told(struct town *town, uint64_t clerk, int duty, int64_t closed_until_us)
{
	json_t *event = office_event(town->office, clerk, "directory.changed"), *targets;

	assert_non_null(event);
	json_decref(event);
	assert_null(office_last(town->office, clerk, "directory.changed"));
	targets = office_do(town->office, clerk, "directory.targets",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\"}");
	assert_int_equal(json_integer_value(at(targets, "on_duty")), duty);
	assert_int_equal(json_integer_value(at(targets, "closed_until_us")), closed_until_us);
	json_decref(targets);
}

static void test_callers_are_told_of_closures(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	int64_t from_us, until_us;
	struct office_answer *answer;

	assert_int_equal(on_duty(town, clerk), 2);
	office_wait(office, 2 * S);
	office_forget_events(office, clerk);
	from_us = office->now_us + 600 * S;
	until_us = from_us + 3600 * S;
	answer = close_hall(town, town->supervisor, HALL, from_us, until_us);
	office_wait(office, 2 * S);
	expect_told(town, clerk, 2, 0); /* not yet */
	office_wait(office, 590 * S);
	assert_null(office_last(office, clerk, "directory.changed"));
	office_wait(office, 10 * S);
	expect_told(town, clerk, 0, until_us); /* it has begun by itself */
	assert_int_equal(ask(town, FW_OP_CLOSURE_WITHDRAW, town->supervisor,
				 "{\"closure\":\"%" G_GINT64_FORMAT "\"}",
				 (int64_t)json_integer_value(at(answer->body, "id")))
				 ->status,
		204);
	office_wait(office, 2 * S);
	expect_told(town, clerk, 2, 0);
	until_us = office->now_us + 60 * S;
	close_hall(town, town->supervisor, HALL, office->now_us - 60 * S, until_us);
	office_wait(office, 2 * S);
	expect_told(town, clerk, 0, until_us);
	office_wait(office, 60 * S);
	expect_told(town, clerk, 2, 0); /* and is over by itself */
	assert_int_equal(set_duty(town, town->supervisor,
				 "[{\"window\":\"" WINDOW "\",\"spans\":[\"00:00-24:00\"]}]")
				 ->status,
		204);
	office_wait(office, 2 * S);
	expect_told(town, clerk, 1, 0);
}

static void test_closures_are_checked(void **state)
{
	struct town *town = *state;
	int64_t now_us = town->office->now_us;

	assert_string_equal(fault(close_hall(town, town->city, HALL, now_us, now_us)), "order");
	assert_string_equal(
		fault(close_hall(town, town->city, HALL, now_us - 2 * S, now_us - S)), "past");
	assert_string_equal(
		fault(close_hall(town, town->city, HALL, now_us, now_us + 400 * FW_DAY_US)),
		"too_long");
	assert_int_equal(close_hall(town, town->city, "nowhere", now_us, now_us + S)->status, 404);
	assert_int_equal(close_hall(town, town->clerk, HALL, now_us, now_us + S)->status, 403);
	assert_int_equal(
		close_hall(town, town->county, "441521-01", now_us, now_us + S)->status, 403);
	assert_int_equal(
		close_hall(town, town->supervisor, "441521-01", now_us, now_us + S)->status, 403);
	assert_int_equal(ask(town, FW_OP_CLOSURE_ENTER, town->city,
				 "{\"hall\":\"" HALL "\",\"from_us\":\"x\",\"until_us\":1,"
				 "\"reason\":\"停电\"}")
				 ->status,
		400);
	assert_int_equal(number(town, "SELECT COUNT(*) FROM closure"), 0);
}

/* --- duty --------------------------------------------------------------------------------------------- */

static void test_only_who_is_on_duty_answers(void **state)
{
	struct town *town = *state;
	struct office *office = town->office;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	struct office_answer *answer;

	assert_int_equal(unanswered(town, clerk), 2); /* by default all home windows */
	answer = set_duty(town, town->supervisor,
		"[{\"window\":\"" WINDOW "\",\"spans\":[\"00:00-24:00\"]}]");
	assert_int_equal(answer->status, 204);
	assert_int_equal(unanswered(town, clerk), 1);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM ledger WHERE service_window = '" OTHER "'"), 1);
	assert_int_equal(set_duty(town, town->supervisor, "null")->status, 204);
	assert_int_equal(unanswered(town, clerk), 2);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM audit_log WHERE action = 'duty.day'"), 2);
	assert_int_equal(
		number(town, "SELECT COUNT(*) FROM audit_log WHERE action = 'duty.window'"), 1);
}

static void test_the_week_is_shown(void **state)
{
	struct town *town = *state;
	struct office_answer *answer =
		ask(town, FW_OP_DUTY, town->supervisor, "{\"hall\":\"" HALL "\",\"week\":\"\"}");
	int today = fw_calendar_weekday(town->today) - 1;
	g_autofree char *path = g_strdup_printf("windows.0.spans.%d.0", today);
	g_autofree char *planned = g_strdup_printf("days.%d.planned", today);
	g_autofree char *day = g_strdup_printf("days.%d.day", today);
	g_autofree char *date = date_of(town->today);

	assert_int_equal(answer->status, 200);
	assert_int_equal(json_array_size(at(answer->body, "days")), 7);
	assert_int_equal(json_array_size(at(answer->body, "windows")), 2);
	assert_string_equal(text_at(answer->body, day), date);
	assert_true(json_is_false(at(answer->body, planned)));
	assert_string_equal(text_at(answer->body, path), "00:00-24:00"); /* what holds by default */
	assert_int_equal(set_duty(town, town->supervisor,
				 "[{\"window\":\"" WINDOW "\",\"spans\":[\"08:30-12:00\","
				 "\"14:30-17:30\"]}]")
				 ->status,
		204);
	answer = ask(town, FW_OP_DUTY, town->supervisor, "{\"hall\":\"" HALL "\"}");
	assert_true(json_is_true(at(answer->body, planned)));
	assert_string_equal(text_at(answer->body, path), "08:30-12:00");
	g_free(path);
	path = g_strdup_printf("windows.1.spans.%d", today);
	assert_int_equal(json_array_size(at(answer->body, path)), 0);
	assert_int_equal(
		ask(town, FW_OP_DUTY, town->supervisor, "{\"hall\":\"441521-01\"}")->status, 403);
	assert_int_equal(ask(town, FW_OP_DUTY, town->supervisor,
				 "{\"hall\":\"" HALL "\",\"week\":\"tomorrow\"}")
				 ->status,
		400);
}

static void test_duty_is_checked(void **state)
{
	struct town *town = *state;
	struct office_answer *answer = set_duty(town, town->supervisor,
		"[{\"window\":\"" WINDOW "\",\"spans\":[\"08:30-12:00\",\"11:00-13:00\"]}]");
	g_autofree char *yesterday = date_of(fw_calendar_day(town->office->now_us - FW_DAY_US));

	assert_string_equal(fault(answer), "overlap");
	assert_non_null(
		strstr(text_at(answer->body, "error.faults.0.value"), "08:30-12:00、11:00-13:00"));
	assert_string_equal(fault(set_duty(town, town->supervisor, "[]")), "required");
	assert_string_equal(fault(set_duty(town, town->supervisor,
				    "[{\"window\":\"441521-01-1\",\"spans\":[\"08:30-12:00\"]}]")),
		"unknown");
	assert_string_equal(fault(set_duty(town, town->supervisor,
				    "[{\"window\":\"" WINDOW "\",\"spans\":[\"8-12\"]}]")),
		"form");
	assert_string_equal(
		fault(ask(town, FW_OP_DUTY_SET, town->supervisor,
			"{\"hall\":\"" HALL "\",\"days\":[{\"day\":\"%s\",\"windows\":null}]}",
			yesterday)),
		"past");
	assert_int_equal(set_duty(town, town->clerk, "null")->status, 403);
	assert_int_equal(set_duty(town, town->county, "null")->status, 204);
	assert_int_equal(
		ask(town, FW_OP_DUTY_SET, town->city, "{\"hall\":\"" HALL "\",\"days\":[]}")->status,
		400);
	assert_int_equal(number(town, "SELECT COUNT(*) FROM duty"), 0);
}

static void test_lists_reach_the_own_area_only(void **state)
{
	struct town *town = *state;
	int64_t now_us = town->office->now_us;
	int status = 0;
	json_t *body;

	assert_int_equal(close_hall(town, town->city, HALL, now_us, now_us + S)->status, 201);
	assert_int_equal(close_hall(town, town->city, "441521-01", now_us, now_us + S)->status, 201);
	body = office_read(town->office, FW_OP_CLOSURES, town->supervisor, "{}", &status);
	assert_int_equal(json_integer_value(at(body, "total")), 1);
	assert_string_equal(text_at(body, "rows.0.hall.id"), HALL);
	json_decref(body);
	body = office_read(town->office, FW_OP_DUTY_HALLS, town->supervisor, "{}", &status);
	assert_int_equal(json_integer_value(at(body, "total")), 1);
	json_decref(body);
	body = office_read(town->office, FW_OP_DUTY_HALLS, town->city, "{\"q\":\"陆\"}", &status);
	assert_int_equal(json_integer_value(at(body, "total")), 2);
	json_decref(body);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_a_year_names_every_fault),
		TEST(test_a_year_is_replaced),
		TEST(test_only_the_whole_changes_a_year),
		TEST(test_samples_say_what_they_are),
		TEST(test_closed_halls_answer_for_nothing),
		TEST(test_callers_are_told_of_closures),
		TEST(test_closures_are_checked),
		TEST(test_only_who_is_on_duty_answers),
		TEST(test_the_week_is_shown),
		TEST(test_duty_is_checked),
		TEST(test_lists_reach_the_own_area_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
