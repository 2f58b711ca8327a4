/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads as the desk decides them: pieces in order, a reply only for what is on the disk, looked at by a page worker,
 * filed once. */
#include "tests/unit/desk/office.h"

#include "signaling/cases/files.h"
#include "signaling/cases/upload_state.h"
#include "signaling/cases/uploads.h"

#include <errno.h>
#include <string.h>

#define CASE  "019ab000-0000-7000-8000-000000000001"
#define KEY_1 "5a1f0e9c-30b4-4d5a-9d3b-8f6c2d3e4f50"
#define KEY_2 "5a1f0e9c-30b4-4d5a-9d3b-8f6c2d3e4f51"
#define SHA   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define BYTES (FW_PIECE_MAX_BYTES + 10)

struct desk_of_papers {
	struct office *office;
	char *clerk, *home, *stranger; /* tokens: both sides of the case, and neither */
};

static int set_up(void **state)
{
	struct desk_of_papers *papers = g_new0(struct desk_of_papers, 1);

	papers->office = office_create();
	office_add_case(papers->office, CASE, "draft");
	papers->clerk = office_sign_in(papers->office, "clerk1");
	papers->home = office_sign_in(papers->office, "home1");
	papers->stranger = office_sign_in(papers->office, "supervisor1");
	*state = papers;
	return 0;
}

static int tear_down(void **state)
{
	struct desk_of_papers *papers = *state;

	office_destroy(papers->office);
	g_free(papers->clerk);
	g_free(papers->home);
	g_free(papers->stranger);
	g_free(papers);
	return 0;
}

static const struct office_answer *promise(
	struct desk_of_papers *papers, const char *token, const char *key, int64_t bytes)
{
	g_autofree char *params = g_strdup_printf(
		"{\"case\":\"" CASE "\",\"key\":\"%s\",\"material\":1,\"kind\":\"capture\","
		"\"name\":\"第1页.jpg\",\"rotation\":90,\"bytes\":%" G_GINT64_FORMAT
		",\"sha256\":\"" SHA "\"}",
		key, bytes);

	return office_http(papers->office, FW_OP_UPLOAD_CREATE, token, params);
}

static GBytes *jpeg(size_t size)
{
	uint8_t *bytes = g_malloc0(size);

	memcpy(bytes, "\xff\xd8\xff", MIN(size, 3));
	return g_bytes_new_take(bytes, size);
}

/* Sends a piece; the answer may come only with the disk's event. */
static uint64_t send(struct desk_of_papers *papers, const char *token, const char *upload,
	int64_t offset, GBytes *bytes)
{
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = papers->office->next_request++;
	input.http.operation = FW_OP_UPLOAD_PIECE;
	input.http.token = g_strdup(token);
	input.http.params = g_strdup_printf(
		"{\"upload\":\"%s\",\"offset\":\"%" G_GINT64_FORMAT "\"}", upload, offset);
	input.http.bytes = bytes;
	input.http.range_from = input.http.range_to = -1;
	g_array_append_val(papers->office->inputs, input);
	office_step(papers->office);
	return input.http.request;
}

static const struct office_answer *answer(struct desk_of_papers *papers, uint64_t request)
{
	return g_hash_table_lookup(papers->office->answers, GUINT_TO_POINTER(request));
}

static const struct fw_upload_command *last_command(struct desk_of_papers *papers)
{
	GArray *commands = papers->office->upload_commands;

	assert_true(commands->len > 0);
	return &g_array_index(commands, struct fw_upload_command, commands->len - 1);
}

/* What the writing thread would say of the last command. */
static void disk_says(struct desk_of_papers *papers, int result)
{
	const struct fw_upload_command *command = last_command(papers);
	struct fw_desk_input input = {.kind = FW_IN_UPLOAD};

	input.upload.kind = command->kind;
	input.upload.request = command->request;
	input.upload.piece = command->piece;
	input.upload.bytes = command->bytes ? g_bytes_get_size(command->bytes) : 0;
	input.upload.result = result;
	memcpy(input.upload.upload, command->upload, sizeof(input.upload.upload));
	g_array_append_val(papers->office->inputs, input);
	office_step(papers->office);
}

#define FACTS \
	"{\"still\":{\"kind\":\"jpeg\"},\"page_width_px\":100,\"warnings\":[\"dark\"]," \
	"\"hash\":\"" HASH "\"}"
#define HASH \
	"0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct fw_job_command *last_job(struct desk_of_papers *papers)
{
	GArray *commands = papers->office->job_commands;

	assert_true(commands->len > 0);
	return &g_array_index(commands, struct fw_job_command, commands->len - 1);
}

/* What the page worker would say of the last job; NULL: it was killed. */
static void worker_says(struct desk_of_papers *papers, const char *facts)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	assert_int_equal(last_job(papers)->start.kind, FW_JOB_PAGE);
	input.job.kind = facts ? FW_JOB_DONE : FW_JOB_FAILED;
	input.job.job = last_job(papers)->job;
	input.job.failure = facts ? FW_JOB_FAILURE_NONE : FW_JOB_FAILURE_SIGNAL;
	input.job.code = facts ? 0 : 31;
	input.job.result = g_strdup(facts);
	g_array_append_val(papers->office->inputs, input);
	office_step(papers->office);
}

static void worker_has_seen(struct desk_of_papers *papers)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	input.job.kind = FW_JOB_SEEN;
	input.job.job = last_job(papers)->job;
	g_array_append_val(papers->office->inputs, input);
	office_step(papers->office);
}

static int64_t count(struct desk_of_papers *papers, const char *sql)
{
	int64_t found = 0;

	assert_int_equal(fw_db_query_int(papers->office->db, sql, FW_DB_NO_VALUES, &found), 0);
	return found;
}

static int64_t filed(struct desk_of_papers *papers)
{
	return count(papers, "SELECT COUNT(*) FROM case_file WHERE state = 'filed'");
}

static void a_file_is_filed_once(void **state)
{
	struct desk_of_papers *papers = *state;
	const struct office_answer *promised = promise(papers, papers->clerk, KEY_1, BYTES);
	g_autofree char *upload = NULL;
	uint64_t request;

	assert_int_equal(promised->status, 201);
	upload = g_strdup(text_at(promised->body, "upload"));
	request = send(papers, papers->clerk, upload, 0, jpeg(FW_PIECE_MAX_BYTES));
	assert_null(answer(papers, request)); /* not before it is on the disk */
	disk_says(papers, 0);
	assert_int_equal(json_integer_value(at(answer(papers, request)->body, "offset")),
		FW_PIECE_MAX_BYTES);
	request = send(papers, papers->clerk, upload, FW_PIECE_MAX_BYTES, jpeg(10));
	disk_says(papers, 0);
	assert_null(answer(papers, request)); /* not before the file is whole */
	assert_int_equal(last_command(papers)->kind, FW_UPLOAD_SEAL);
	assert_int_equal(last_command(papers)->piece, 2);
	assert_string_equal(last_command(papers)->key, "case/" CASE);
	assert_int_equal(filed(papers), 0);
	disk_says(papers, 0);
	assert_null(answer(papers, request)); /* not before it was looked at */
	assert_int_equal(last_command(papers)->kind, FW_UPLOAD_ERASE);
	assert_int_equal(last_job(papers)->start.paper.turn, 90);
	assert_string_equal(last_job(papers)->start.paper.case_id, CASE);
	assert_int_equal(filed(papers), 0);
	worker_says(papers, FACTS);
	assert_string_equal(text_at(answer(papers, request)->body, "state"), "filed");
	assert_int_equal(filed(papers), 1);
	assert_int_equal(count(papers, "SELECT pictures FROM case_page WHERE state = 'made'"), 1);
	assert_int_equal(count(papers, "SELECT rotation FROM case_file"), 90);
	assert_int_equal(
		count(papers, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.file_filed'"), 1);

	/* The client did not hear of it and asks again, in every way. */
	promised = promise(papers, papers->clerk, KEY_1, BYTES);
	assert_int_equal(promised->status, 200);
	assert_string_equal(text_at(promised->body, "state"), "filed");
	assert_non_null(text_at(promised->body, "file"));
	request = send(papers, papers->clerk, upload, FW_PIECE_MAX_BYTES, jpeg(10));
	assert_string_equal(text_at(answer(papers, request)->body, "state"), "filed");
	assert_int_equal(filed(papers), 1);
}

static void pieces_come_in_order(void **state)
{
	struct desk_of_papers *papers = *state;
	g_autofree char *upload =
		g_strdup(text_at(promise(papers, papers->clerk, KEY_1, BYTES)->body, "upload"));
	uint64_t request = send(papers, papers->clerk, upload, 10, jpeg(10));

	assert_int_equal(answer(papers, request)->status, 409);
	assert_string_equal(text_at(answer(papers, request)->body, "error.code"), "wrong_offset");
	assert_int_equal(json_integer_value(at(answer(papers, request)->body, "error.offset")), 0);
	request = send(papers, papers->clerk, upload, 0, jpeg(10)); /* too short for a first piece */
	assert_int_equal(answer(papers, request)->status, 400);
	request = send(papers, papers->clerk, upload, 0, jpeg(FW_PIECE_MAX_BYTES));
	assert_null(answer(papers, request));
	/* twice at once, as two tabs would */
	assert_int_equal(
		answer(papers, send(papers, papers->clerk, upload, 0, jpeg(FW_PIECE_MAX_BYTES)))->status,
		409);
	disk_says(papers, -ENOSPC);
	assert_int_equal(answer(papers, request)->status, 503);
	request = send(papers, papers->clerk, upload, 0, jpeg(FW_PIECE_MAX_BYTES));
	disk_says(papers, 0);
	assert_int_equal(answer(papers, request)->status, 200);
}

static void other_bytes_than_promised_begin_again(void **state)
{
	struct desk_of_papers *papers = *state;
	g_autofree char *upload =
		g_strdup(text_at(promise(papers, papers->clerk, KEY_1, 20)->body, "upload"));
	uint64_t request = send(papers, papers->clerk, upload, 0, jpeg(20));

	disk_says(papers, 0);
	disk_says(papers, -EILSEQ);
	assert_int_equal(answer(papers, request)->status, 422);
	assert_int_equal(filed(papers), 0);
	request = send(papers, papers->clerk, upload, 0, jpeg(20));
	disk_says(papers, 0);
	disk_says(papers, 0);
	worker_says(papers, FACTS);
	assert_string_equal(text_at(answer(papers, request)->body, "state"), "filed");
	assert_int_equal(filed(papers), 1);
}

/* One piece, whole, waiting for its page: the request that is answered then. */
static uint64_t whole(struct desk_of_papers *papers, const char *key)
{
	g_autofree char *upload =
		g_strdup(text_at(promise(papers, papers->clerk, key, 20)->body, "upload"));
	uint64_t request = send(papers, papers->clerk, upload, 0, jpeg(20));

	disk_says(papers, 0);
	disk_says(papers, 0);
	return request;
}

static void no_paper_leaves_the_case_as_it_was(void **state)
{
	struct desk_of_papers *papers = *state;
	uint64_t request = whole(papers, KEY_1);
	const struct office_answer *again;

	worker_says(papers, "{\"fault\":\"truncated\",\"still\":{\"kind\":\"jpeg\"}}");
	assert_int_equal(answer(papers, request)->status, 422);
	assert_string_equal(text_at(answer(papers, request)->body, "error.code"), "unusable_file");
	assert_string_equal(text_at(answer(papers, request)->body, "error.fault"), "truncated");
	assert_int_equal(last_command(papers)->kind, FW_UPLOAD_DISCARD);
	assert_int_equal(count(papers, "SELECT COUNT(*) FROM case_file"), 0);
	assert_int_equal(count(papers, "SELECT COUNT(*) FROM case_page"), 0);
	again = promise(papers, papers->clerk, KEY_1, 20);
	assert_int_equal(again->status, 422);
	assert_string_equal(text_at(again->body, "error.fault"), "truncated");
}

static const struct office_answer *make_again(struct desk_of_papers *papers, const char *token)
{
	g_autofree char *file = NULL, *params = NULL;
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;

	assert_int_equal(
		fw_db_query(papers->office->db, "SELECT id FROM case_file", FW_DB_NO_VALUES, &row),
		0);
	assert_int_equal(fw_db_step(row), 1);
	file = g_strdup(fw_db_column_text(row, 0));
	g_clear_pointer(&row, fw_db_done);
	params = g_strdup_printf("{\"case\":\"" CASE "\",\"file\":\"%s\"}", file);
	return office_http(papers->office, FW_OP_CASE_PAGE_AGAIN, token, params);
}

static void what_is_seen_is_filed_and_its_page_follows(void **state)
{
	struct desk_of_papers *papers = *state;
	uint64_t request = whole(papers, KEY_1);

	worker_has_seen(papers);
	assert_string_equal(text_at(answer(papers, request)->body, "state"), "filed");
	assert_int_equal(filed(papers), 1);
	assert_int_equal(
		count(papers,
			"SELECT COUNT(*) FROM case_page WHERE state = 'making' AND seen = 1"
			" AND pictures = 0"),
		1);
	worker_says(papers, NULL); /* died over the rest: once more, nothing is filed twice */
	worker_has_seen(papers);
	office_restart(papers->office);
	office_step(papers->office);
	worker_says(papers, FACTS);
	assert_int_equal(filed(papers), 1);
	assert_int_equal(count(papers, "SELECT pictures FROM case_page WHERE state = 'made'"), 1);
}

static void a_worker_that_dies_twice_is_parked(void **state)
{
	struct desk_of_papers *papers = *state;
	uint64_t request = whole(papers, KEY_1);
	guint jobs = papers->office->job_commands->len;

	worker_says(papers, NULL);
	assert_null(answer(papers, request));
	assert_int_equal(papers->office->job_commands->len, jobs + 1); /* at once, once more */
	worker_says(papers, "{}"); /* says nothing of use */
	assert_string_equal(text_at(answer(papers, request)->body, "state"), "filed");
	assert_int_equal(filed(papers), 1);
	assert_int_equal(count(papers, "SELECT COUNT(*) FROM case_page WHERE state = 'parked'"), 1);

	assert_int_equal(make_again(papers, papers->stranger)->status, 403);
	assert_int_equal(make_again(papers, papers->home)->status, 202);
	assert_int_equal(make_again(papers, papers->home)->status, 409); /* under way */
	worker_says(papers, FACTS);
	assert_int_equal(count(papers, "SELECT COUNT(*) FROM case_page WHERE state = 'made'"), 1);
	assert_int_equal(filed(papers), 1);
	assert_int_equal(make_again(papers, papers->home)->status, 409);
}

static void pages_know_each_other_and_outlive_a_restart(void **state)
{
	struct desk_of_papers *papers = *state;
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	json_t *facts;

	(void)whole(papers, KEY_1);
	worker_says(papers, FACTS);
	(void)whole(papers, KEY_2);
	office_restart(papers->office); /* while the page is being made */
	office_step(papers->office);
	worker_says(papers, FACTS);
	assert_int_equal(filed(papers), 2);
	assert_int_equal(
		fw_db_query(papers->office->db,
			"SELECT p.facts, f.id FROM case_page p, case_file f WHERE f.id <> p.file"
			" AND p.facts LIKE '%\"duplicate\"%'",
			FW_DB_NO_VALUES, &row),
		0);
	assert_int_equal(fw_db_step(row), 1);
	facts = json_loads(fw_db_column_text(row, 0), 0, NULL);
	assert_int_equal(json_array_size(json_object_get(facts, "duplicate_of")), 1);
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(facts, "duplicate_of"), 0)),
		fw_db_column_text(row, 1));
	json_decref(facts);
}

/* Asks for an operation whose answer may come later. */
static uint64_t ask_later(
	struct desk_of_papers *papers, enum fw_operation operation, const char *token, char *params)
{
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = papers->office->next_request++;
	input.http.operation = operation;
	input.http.token = g_strdup(token);
	input.http.params = params;
	input.http.range_from = input.http.range_to = -1;
	g_array_append_val(papers->office->inputs, input);
	office_step(papers->office);
	return input.http.request;
}

static uint64_t ask_to_join(struct desk_of_papers *papers, const char *token)
{
	return ask_later(papers, FW_OP_CASE_BUNDLE, token,
		g_strdup("{\"case\":\"" CASE "\",\"material\":\"1\"}"));
}

static void job_ends(struct desk_of_papers *papers, enum fw_job_event_kind kind)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	assert_int_equal(last_job(papers)->start.kind, FW_JOB_PDF);
	input.job.kind = kind;
	input.job.job = last_job(papers)->job;
	input.job.failure = kind == FW_JOB_DONE ? FW_JOB_FAILURE_NONE : FW_JOB_FAILURE_EXIT;
	input.job.result = kind == FW_JOB_DONE ? g_strdup("{\"pages\":2,\"bytes\":9}") : NULL;
	g_array_append_val(papers->office->inputs, input);
	office_step(papers->office);
}

static void pages_of_a_material_are_joined_once(void **state)
{
	struct desk_of_papers *papers = *state;
	g_autofree char *bundle = NULL, *stranger = office_sign_in(papers->office, "admin1");
	uint64_t request = ask_to_join(papers, papers->clerk);

	assert_string_equal(text_at(answer(papers, request)->body, "error.code"), "wrong_state");
	(void)whole(papers, KEY_1);
	worker_says(papers, FACTS);
	(void)whole(papers, KEY_2);
	worker_says(papers, FACTS);
	request = ask_to_join(papers, stranger);
	assert_string_equal(text_at(answer(papers, request)->body, "error.code"), "forbidden");

	request = ask_to_join(papers, papers->home);
	assert_null(answer(papers, request)); /* not before it is there */
	assert_int_equal(strlen(last_job(papers)->start.list), 2 * (FW_ID_SIZE - 1) + 1);
	job_ends(papers, FW_JOB_FAILED);
	assert_int_equal(answer(papers, request)->status, 503);
	assert_int_equal(count(papers, "SELECT COUNT(*) FROM case_bundle"), 0);

	request = ask_to_join(papers, papers->home);
	job_ends(papers, FW_JOB_DONE);
	assert_int_equal(answer(papers, request)->status, 201);
	assert_int_equal(json_integer_value(at(answer(papers, request)->body, "pages")), 2);
	bundle = g_strdup(text_at(answer(papers, request)->body, "bundle"));
	assert_int_equal(
		count(papers, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.bundle_made'"),
		1);
	request = ask_to_join(papers, papers->clerk); /* the same pages: nothing to do */
	assert_int_equal(answer(papers, request)->status, 200);
	assert_string_equal(text_at(answer(papers, request)->body, "bundle"), bundle);

	(void)ask_later(papers, FW_OP_CASE_BUNDLE_FILE, papers->clerk,
		g_strdup_printf("{\"case\":\"" CASE "\",\"bundle\":\"%s\"}", bundle));
	assert_int_equal(
		count(papers, "SELECT COUNT(*) FROM audit_log WHERE action = 'case.bundle_viewed'"),
		1);
}

static void a_restart_goes_on(void **state)
{
	struct desk_of_papers *papers = *state;
	g_autofree char *upload =
		g_strdup(text_at(promise(papers, papers->clerk, KEY_1, BYTES)->body, "upload"));
	uint64_t request = send(papers, papers->clerk, upload, 0, jpeg(FW_PIECE_MAX_BYTES));

	office_restart(papers->office); /* while the piece is being written */
	request = send(papers, papers->clerk, upload, 0, jpeg(FW_PIECE_MAX_BYTES));
	disk_says(papers, 0);
	request = send(papers, papers->clerk, upload, FW_PIECE_MAX_BYTES, jpeg(10));
	disk_says(papers, 0);
	office_restart(papers->office); /* while the file is being sealed */
	office_step(papers->office);
	assert_null(answer(papers, request));
	assert_int_equal(last_command(papers)->kind, FW_UPLOAD_SEAL);
	disk_says(papers, 0);
	worker_says(papers, FACTS);
	assert_int_equal(filed(papers), 1);
	assert_string_equal(
		text_at(promise(papers, papers->clerk, KEY_1, BYTES)->body, "state"), "filed");
}

static void only_who_works_on_the_case(void **state)
{
	struct desk_of_papers *papers = *state;
	g_autofree char *upload =
		g_strdup(text_at(promise(papers, papers->clerk, KEY_1, 20)->body, "upload"));

	assert_int_equal(promise(papers, papers->stranger, KEY_2, 20)->status, 403);
	assert_int_equal(promise(papers, papers->home, KEY_2, 20)->status, 201);
	assert_int_equal(
		answer(papers, send(papers, papers->home, upload, 0, jpeg(20)))->status, 404);
	assert_int_equal(fw_db_run(papers->office->db, "UPDATE service_case SET state = 'cancelled'",
				 FW_DB_NO_VALUES, NULL),
		0);
	assert_int_equal(
		promise(papers, papers->clerk, "5a1f0e9c-30b4-4d5a-9d3b-8f6c2d3e4f52", 20)->status,
		409);
}

static void promises_are_checked(void **state)
{
	struct desk_of_papers *papers = *state;
	g_autofree char *upload = NULL;
	uint64_t request;

	assert_int_equal(promise(papers, papers->clerk, "not a key", 20)->status, 400);
	assert_int_equal(promise(papers, papers->clerk, KEY_1, 0)->status, 422);
	assert_int_equal(promise(papers, papers->clerk, KEY_1, -1)->status, 400);
	assert_int_equal(
		promise(papers, papers->clerk, KEY_1, FW_HTTP_UPLOAD_MAX_BYTES + 1)->status, 413);
	upload = g_strdup(text_at(promise(papers, papers->clerk, KEY_1, 20)->body, "upload"));
	request = send(
		papers, papers->clerk, upload, 0, g_bytes_new_static("<html>12345678901234", 20));
	assert_int_equal(answer(papers, request)->status, 415);
	assert_int_equal(papers->office->upload_commands->len, 0);
	for (int i = 1; i < FW_UPLOADS_OPEN_MAX; i++) {
		g_autofree char *key = g_strdup_printf("5a1f0e9c-30b4-4d5a-9d3b-8f6c2d3e50%02x", i);

		assert_int_equal(promise(papers, papers->clerk, key, 20)->status, 201);
	}
	assert_int_equal(promise(papers, papers->clerk, KEY_2, 20)->status, 429);
	papers->office->now_us += FW_UPLOAD_KEPT_US + S;
	g_free(papers->clerk);
	papers->clerk = office_sign_in(papers->office, "clerk1");
	assert_int_equal(promise(papers, papers->clerk, KEY_2, 20)->status, 201);
	assert_int_equal(count(papers, "SELECT COUNT(*) FROM upload WHERE state = 'dropped'"),
		FW_UPLOADS_OPEN_MAX);
}

static void no_step_is_legal_but_those_of_the_table(void **state)
{
	int legal = 0;

	(void)state;
	for (int from = 0; from < FW_UPLOAD_STATE_COUNT; from++) {
		enum fw_upload_state to;

		for (int step = 0; step < FW_UPLOAD_STEP_COUNT; step++) {
			legal += fw_upload_move(
				(enum fw_upload_state)from, (enum fw_upload_step)step, &to);
		}
		assert_true(fw_upload_state_from(fw_upload_states[from], &to));
		assert_int_equal(to, from);
	}
	assert_int_equal(legal, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_filed_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pieces_come_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			other_bytes_than_promised_begin_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_restart_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			no_paper_leaves_the_case_as_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_seen_is_filed_and_its_page_follows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_worker_that_dies_twice_is_parked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			pages_know_each_other_and_outlive_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			pages_of_a_material_are_joined_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_who_works_on_the_case, set_up, tear_down),
		cmocka_unit_test_setup_teardown(promises_are_checked, set_up, tear_down),
		cmocka_unit_test(no_step_is_legal_but_those_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
