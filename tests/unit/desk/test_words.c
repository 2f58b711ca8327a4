/* SPDX-License-Identifier: Apache-2.0 */
/* The reading of pages as the desk decides it: one after another, the newest first; which way up a page lies is told by what was read. */
#include "tests/unit/desk/office.h"

#include <string.h>

#define CASE "019ab000-0000-7000-8000-000000000001"
#define FILE "019ab000-0000-7000-8000-00000000010" /* and a digit */
#define PAGE "019ab000-0000-7000-8000-00000000020"

#define NO_MODEL 8

static void add_page(struct office *office, const char *digit, const char *facts)
{
	g_autofree char *file = g_strconcat(FILE, digit, NULL);
	g_autofree char *page = g_strconcat(PAGE, digit, NULL);

	assert_int_equal(
		fw_db_run(office->db,
			"INSERT INTO case_page (file, service_case, state, attempts, page, "
			"thumbnail,"
			" rotation, pictures, facts) VALUES (?1, '" CASE "', 'made', 0,"
			" ?2, ?2, 0, 1, ?3)",
			FW_DB_VALUES(fw_db_text(file), fw_db_text(page), fw_db_text(facts)), NULL),
		0);
	assert_int_equal(fw_db_run(office->db,
				 "INSERT INTO page_words (page, service_case, state, attempts)"
				 " VALUES (?1, '" CASE "', 'making', 0)",
				 FW_DB_VALUES(fw_db_text(page)), NULL),
		0);
}

static int set_up(void **state)
{
	struct office *office = office_create();

	office_add_case(office, CASE, "draft");
	office->setup.read_words = true;
	*state = office;
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

static const struct fw_job_command *last_job(struct office *office)
{
	const struct fw_job_command *last = &g_array_index(
		office->job_commands, struct fw_job_command, office->job_commands->len - 1);

	assert_true(office->job_commands->len > 0);
	assert_int_equal(last->start.kind, FW_JOB_WORDS);
	return last;
}

/* Of the last job; result NULL: it ended with that status. */
static void reader_says(struct office *office, const char *result, int status)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	input.job.kind = result ? FW_JOB_DONE : FW_JOB_FAILED;
	input.job.job = last_job(office)->job;
	input.job.failure = result ? FW_JOB_FAILURE_NONE : FW_JOB_FAILURE_EXIT;
	input.job.code = status;
	input.job.result = g_strdup(result);
	g_array_append_val(office->inputs, input);
	office_step(office);
}

static int64_t count(struct office *office, const char *sql)
{
	int64_t found = 0;

	assert_int_equal(fw_db_query_int(office->db, sql, FW_DB_NO_VALUES, &found), 0);
	return found;
}

static void facts_are(struct office *office, const char *digit, const char *facts)
{
	g_autofree char *file = g_strconcat(FILE, digit, NULL);
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;

	assert_int_equal(fw_db_query(office->db, "SELECT facts FROM case_page WHERE file = ?1",
				 FW_DB_VALUES(fw_db_text(file)), &row),
		0);
	assert_int_equal(fw_db_step(row), 1);
	assert_string_equal(fw_db_column_text(row, 0), facts);
}

#define READ "{\"turn\":0,\"sure\":true,\"characters\":12}"

static void pages_are_read_one_by_one(void **state)
{
	struct office *office = *state;

	add_page(office, "1", "{\"warnings\":[]}");
	add_page(office, "2", "{\"warnings\":[]}");
	office_restart(office);
	assert_int_equal(office->job_commands->len, 1);
	assert_string_equal(last_job(office)->start.paper.page, PAGE "2"); /* the newest */
	assert_true(fw_id_valid(last_job(office)->start.paper.words));
	reader_says(office, READ, 0);
	assert_int_equal(office->job_commands->len, 2);
	assert_string_equal(last_job(office)->start.paper.page, PAGE "1");
	reader_says(office, READ, 0);
	assert_int_equal(office->job_commands->len, 2);
	assert_int_equal(count(office,
				 "SELECT COUNT(*) FROM page_words WHERE state = 'made'"
				 " AND characters = 12 AND words IS NOT NULL"),
		2);
}

static void what_was_read_outdoes_the_guess(void **state)
{
	static const char guessed[] =
		"{\"warnings\":[\"dark\",\"sideways\"],\"suggested_turn\":90}";
	static const struct {
		const char *before, *read, *after;
	} cases[] = {
		{"{\"warnings\":[]}", "{\"turn\":180,\"sure\":true,\"characters\":9}",
			"{\"warnings\":[\"upside_down\"],\"suggested_turn\":180}"},
		{guessed, "{\"turn\":270,\"sure\":true,\"characters\":9}",
			"{\"warnings\":[\"dark\",\"sideways\"],\"suggested_turn\":270}"},
		{guessed, "{\"turn\":0,\"sure\":true,\"characters\":9}", "{\"warnings\":[\"dark\"]}"},
		{guessed, "{\"turn\":180,\"sure\":false,\"characters\":9}", guessed},
	};
	struct office *office = *state;
	char digit[] = "1";

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++, digit[0]++) {
		add_page(office, digit, cases[i].before);
		office_restart(office);
		reader_says(office, cases[i].read, 0);
		facts_are(office, digit, cases[i].after);
	}
}

/* 3 looks like both; it is read first, as the newest. */
static void pages_of_other_words_are_no_duplicates(void **state)
{
	struct office *office = *state;
	g_autofree char *result = NULL;
	char words[3][FW_ID_SIZE];

	add_page(office, "1", "{\"warnings\":[],\"duplicate_of\":[]}");
	add_page(office, "2",
		"{\"warnings\":[\"dark\",\"duplicate\"],\"duplicate_of\":[\"" FILE "1\"]}");
	add_page(office, "3",
		"{\"warnings\":[\"duplicate\"],\"duplicate_of\":[\"" FILE "2\",\"" FILE "1\"]}");
	office_restart(office);
	for (int i = 3; i-- > 0;) {
		const struct fw_job_command *job = last_job(office);

		g_strlcpy(words[i], job->start.paper.words, sizeof(words[i]));
		if (i == 2) {
			assert_null(job->start.list); /* none was read before */
			reader_says(office, READ, 0);
		} else if (i == 1) {
			assert_string_equal(job->start.list, words[2]);
			reader_says(office, READ, 0);
		}
	}
	assert_non_null(strstr(last_job(office)->start.list, words[1]));
	assert_non_null(strstr(last_job(office)->start.list, words[2]));
	result = g_strdup_printf(
		"{\"turn\":0,\"sure\":true,\"characters\":12,\"differs\":[\"%s\",\"%s\",7]}",
		words[1], words[2]);
	reader_says(office, result, 0);
	facts_are(office, "1", "{\"warnings\":[],\"duplicate_of\":[]}");
	facts_are(office, "2", "{\"warnings\":[\"dark\"],\"duplicate_of\":[]}");
	facts_are(office, "3", "{\"warnings\":[\"duplicate\"],\"duplicate_of\":[\"" FILE "2\"]}");
}

static void a_reader_that_fails_twice_parks_the_page(void **state)
{
	struct office *office = *state;

	add_page(office, "1", "{\"warnings\":[]}");
	office_restart(office);
	reader_says(office, NULL, 5);
	reader_says(office, "{\"turn\":45,\"sure\":true,\"characters\":1}", 0); /* of no use */
	assert_int_equal(office->job_commands->len, 2);
	assert_int_equal(count(office, "SELECT COUNT(*) FROM page_words WHERE state = 'parked'"), 1);
}

static void without_models_pages_wait_for_a_restart(void **state)
{
	struct office *office = *state;

	add_page(office, "1", "{\"warnings\":[]}");
	add_page(office, "2", "{\"warnings\":[]}");
	office_restart(office);
	reader_says(office, NULL, NO_MODEL);
	assert_int_equal(office->job_commands->len, 1);
	assert_int_equal(count(office,
				 "SELECT COUNT(*) FROM page_words WHERE state = 'making'"
				 " AND attempts = 0"),
		2);
	office_restart(office);
	assert_int_equal(office->job_commands->len, 1);
	office->setup.read_words = false;
	office_restart(office);
	assert_int_equal(office->job_commands->len, 0);
}

static void a_purged_case_is_passed_over(void **state)
{
	struct office *office = *state;

	add_page(office, "1", "{\"warnings\":[]}");
	assert_int_equal(fw_keystore_erase_key(office->keystore, "case/" CASE), 0);
	office_restart(office);
	assert_int_equal(office->job_commands->len, 0);
	assert_int_equal(count(office, "SELECT COUNT(*) FROM page_words WHERE state = 'parked'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pages_are_read_one_by_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_read_outdoes_the_guess, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			pages_of_other_words_are_no_duplicates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_reader_that_fails_twice_parks_the_page, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			without_models_pages_wait_for_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_purged_case_is_passed_over, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
