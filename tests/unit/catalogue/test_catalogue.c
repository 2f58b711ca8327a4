/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue through the real desk: drafts, versions, files; who may; what a case and a call keep. */
#include "tests/unit/desk/office.h"

#include "signaling/catalogue/document.h"
#include "signaling/desk/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ITEM "fanglei-jungong"

struct shelf {
	struct office *office;
	char *admin, *clerk, *county;
};

static int set_up(void **state)
{
	struct shelf *shelf = g_new0(struct shelf, 1);

	shelf->office = office_create();
	shelf->admin = office_sign_in(shelf->office, "admin1");
	shelf->clerk = office_sign_in(shelf->office, "clerk1");
	*state = shelf;
	return 0;
}

static int tear_down(void **state)
{
	struct shelf *shelf = *state;

	office_destroy(shelf->office);
	g_free(shelf->admin);
	g_free(shelf->clerk);
	g_free(shelf->county);
	g_free(shelf);
	return 0;
}

/* --- asking --------------------------------------------------------------------------------------- */

static const char *code_of(const struct office_answer *answer)
{
	assert_non_null(answer);
	return answer->status < 300 ? "ok" : text_at(answer->body, "error.code");
}

static struct office_answer *ask(struct shelf *shelf, enum fw_operation operation,
	const char *token, const char *item, const char *members)
{
	g_autofree char *params = g_strdup_printf("{\"item\":\"%s\",%s}", item, members);

	return office_http(shelf->office, operation, token, params);
}

static json_t *read_of(struct shelf *shelf, enum fw_operation operation, const char *token,
	const char *params, int *ret_status)
{
	return office_read(shelf->office, operation, token, params, ret_status);
}

/* The document of the version; json_decref. */
static json_t *version_of(struct shelf *shelf, int version)
{
	g_autofree char *params =
		g_strdup_printf("{\"item\":\"" ITEM "\",\"version\":\"%d\"}", version);
	int status = 0;
	json_t *body = read_of(shelf, FW_OP_CATALOGUE_VERSION, shelf->clerk, params, &status);
	json_t *document = json_incref(json_object_get(body, "document"));

	assert_int_equal(status, 200);
	json_decref(body);
	return document;
}

/* Saves the document as the revision after this one. */
static struct office_answer *save(
	struct shelf *shelf, const char *token, const json_t *document, int revision)
{
	char *text = json_dumps(document, JSON_COMPACT);
	g_autofree char *members =
		g_strdup_printf("\"revision\":%d,\"document\":%s", revision, text);
	struct office_answer *answer = ask(
		shelf, FW_OP_CATALOGUE_DRAFT_SAVE, token, fw_item_text(document, "id"), members);

	free(text);
	return answer;
}

static const char *publish(struct shelf *shelf, const char *item, int revision)
{
	g_autofree char *members = g_strdup_printf("\"revision\":%d", revision);

	return code_of(ask(shelf, FW_OP_CATALOGUE_PUBLISH, shelf->admin, item, members));
}

static uint64_t begin_import(struct shelf *shelf, const char *format, const char *text, bool apply)
{
	struct office *office = shelf->office;
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = office->next_request++;
	input.http.operation = FW_OP_CATALOGUE_IMPORT;
	input.http.token = g_strdup(shelf->admin);
	input.http.params =
		g_strdup_printf("{\"format\":\"%s\",\"apply\":\"%d\"}", format, (int)apply);
	input.http.bytes = g_bytes_new(text, strlen(text));
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_array_append_val(office->inputs, input);
	office_step(office);
	return input.http.request;
}

/* It is done in slices. */
static struct office_answer *import(
	struct shelf *shelf, const char *format, const char *text, bool apply)
{
	uint64_t request = begin_import(shelf, format, text, apply);

	for (int i = 0; i < 1000; i++) {
		struct office_answer *answer =
			g_hash_table_lookup(shelf->office->answers, GUINT_TO_POINTER(request));

		if (answer) {
			return answer;
		}
		office_wait(shelf->office, 5000);
	}
	return NULL;
}

static int64_t count(struct shelf *shelf, const char *sql)
{
	int64_t number = 0;

	assert_int_equal(fw_db_query_int(shelf->office->db, sql, FW_DB_NO_VALUES, &number), 0);
	return number;
}

static void rename_to(json_t *document, const char *name)
{
	json_object_set_new(document, "name", json_string(name));
}

/* --- versions ------------------------------------------------------------------------------------- */

static void a_published_version_never_changes(void **state)
{
	struct shelf *shelf = *state;
	json_t *first = version_of(shelf, 1), *again, *second;

	rename_to(first, "防雷装置竣工验收（新）");
	assert_string_equal(publish(shelf, ITEM, 0), "not_found");
	assert_string_equal(code_of(save(shelf, shelf->admin, first, 0)), "ok");
	assert_string_equal(publish(shelf, ITEM, 2), "changed");
	assert_string_equal(publish(shelf, ITEM, 1), "ok");
	again = version_of(shelf, 1);
	second = version_of(shelf, 2);
	assert_string_equal(fw_item_text(again, "name"), "防雷装置竣工验收");
	assert_true(json_equal(second, first));
	assert_int_equal(
		count(shelf, "SELECT version FROM item WHERE id = '" ITEM "' AND current = 1"), 2);
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 0);
	assert_int_equal(
		count(shelf,
			"SELECT COUNT(*) FROM audit_log WHERE action IN"
			" ('item.draft_saved', 'item.published') AND object_id = '" ITEM "'"),
		2);
	json_decref(first);
	json_decref(again);
	json_decref(second);
}

static void a_case_keeps_the_version_it_began_with(void **state)
{
	struct shelf *shelf = *state;
	struct office *office = shelf->office;
	uint64_t line = office_connect(office, shelf->clerk);
	struct office_answer *answer;
	g_autofree char *id = NULL;
	json_t *document = version_of(shelf, 1), *page;
	static const char open[] =
		"{\"item\":\"" ITEM "\",\"area\":\"441523\",\"applicant\":{\"kind\":\"person\","
		"\"name\":\"张三丰\",\"document\":\"id_card\",\"number\":\"11010519491231002X\"}}";

	json_decref(office_do(office, line, "window.take",
		"{\"window\":\"441521-01-3\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\","
		"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"));
	answer = office_http(office, FW_OP_CASE_CREATE, shelf->clerk, open);
	assert_int_equal(answer->status, 201);
	id = g_strdup_printf("{\"case\":\"%s\"}", text_at(answer->body, "case"));
	json_array_remove(json_object_get(document, "materials"), 1);
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	assert_string_equal(publish(shelf, ITEM, 1), "ok");
	page = office_http(office, FW_OP_CASE, shelf->clerk, id)->body;
	assert_int_equal(json_integer_value(at(page, "item.version")), 1);
	assert_int_equal(json_array_size(at(page, "materials")), 4);
	/* What is opened now has the new one. */
	answer = office_http(office, FW_OP_CASE_CREATE, shelf->clerk, open);
	g_free(id);
	id = g_strdup_printf("{\"case\":\"%s\"}", text_at(answer->body, "case"));
	page = office_http(office, FW_OP_CASE, shelf->clerk, id)->body;
	assert_int_equal(json_integer_value(at(page, "item.version")), 2);
	assert_int_equal(json_array_size(at(page, "materials")), 3);
	json_decref(document);
}

static void withdrawn_items_are_served_nowhere(void **state)
{
	struct shelf *shelf = *state;
	json_t *document = version_of(shelf, 1);
	int status = 0;
	json_t *items;

	assert_string_equal(
		code_of(ask(shelf, FW_OP_CATALOGUE_WITHDRAW, shelf->admin, ITEM, "\"version\":2")),
		"wrong_state");
	assert_string_equal(
		code_of(ask(shelf, FW_OP_CATALOGUE_WITHDRAW, shelf->admin, ITEM, "\"version\":1")),
		"ok");
	items = read_of(shelf, FW_OP_ITEMS, shelf->clerk, "{\"q\":\"flzz\"}", &status);
	assert_int_equal(json_array_size(at(items, "rows")), 0);
	json_decref(items);
	items = read_of(shelf, FW_OP_CATALOGUE, shelf->clerk, "{\"state\":\"withdrawn\"}", &status);
	assert_int_equal(json_integer_value(at(items, "total")), 1);
	json_decref(items);
	office_restart(shelf->office);
	/* The same document brings it back. */
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	assert_string_equal(publish(shelf, ITEM, 1), "ok");
	items = read_of(shelf, FW_OP_ITEMS, shelf->clerk, "{\"q\":\"flzz\"}", &status);
	assert_int_equal(json_integer_value(at(items, "rows.0.version")), 2);
	json_decref(items);
	json_decref(document);
}

/* --- drafts --------------------------------------------------------------------------------------- */

static void two_editors_are_told(void **state)
{
	struct shelf *shelf = *state;
	json_t *document = version_of(shelf, 1);
	struct office_answer *answer;

	rename_to(document, "甲");
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	answer = save(shelf, shelf->admin, document, 0);
	assert_string_equal(code_of(answer), "changed");
	assert_int_equal(json_integer_value(at(answer->body, "error.revision")), 1);
	assert_string_equal(text_at(answer->body, "error.edited_by"), "admin1");
	rename_to(document, "乙");
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 1)), "ok");
	assert_string_equal(code_of(ask(shelf, FW_OP_CATALOGUE_DRAFT_DISCARD, shelf->admin, ITEM,
				    "\"revision\":1")),
		"changed");
	assert_string_equal(code_of(ask(shelf, FW_OP_CATALOGUE_DRAFT_DISCARD, shelf->admin, ITEM,
				    "\"revision\":2")),
		"ok");
	assert_string_equal(publish(shelf, ITEM, 0), "not_found");
	json_decref(document);
}

static void a_draft_may_be_incomplete_but_not_published(void **state)
{
	struct shelf *shelf = *state;
	struct office_answer *answer;
	json_t *document = json_pack("{s:s, s:s}", "id", "new-item", "name", "新事项");
	json_t *draft;
	int status = 0;

	answer = save(shelf, shelf->admin, document, 0);
	assert_string_equal(code_of(answer), "ok");
	assert_int_equal(json_array_size(at(answer->body, "faults")), 4);
	answer = ask(shelf, FW_OP_CATALOGUE_PUBLISH, shelf->admin, "new-item", "\"revision\":1");
	assert_string_equal(code_of(answer), "faulty");
	assert_string_equal(text_at(answer->body, "error.faults.0.field"), "department");
	draft = read_of(
		shelf, FW_OP_CATALOGUE_DRAFT, shelf->admin, "{\"item\":\"new-item\"}", &status);
	assert_string_equal(text_at(draft, "document.pinyin"), "xsx");
	assert_int_equal(json_array_size(at(draft, "faults")), 4);
	json_decref(draft);
	draft = read_of(shelf, FW_OP_CATALOGUE, shelf->clerk, "{\"q\":\"xsx\"}", &status);
	assert_int_equal(json_integer_value(at(draft, "total")), 0); /* no editor */
	json_decref(draft);
	draft = read_of(shelf, FW_OP_CATALOGUE, shelf->admin, "{\"q\":\"xsx\"}", &status);
	assert_string_equal(text_at(draft, "rows.0.state"), "new");
	assert_int_equal(json_integer_value(at(draft, "rows.0.draft.faults")), 4);
	json_decref(draft);
	draft = read_of(
		shelf, FW_OP_CATALOGUE_DRAFT, shelf->clerk, "{\"item\":\"new-item\"}", &status);
	assert_null(draft);
	json_object_set_new(document, "id", json_string("a b"));
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "malformed");
	json_decref(document);
}

static void what_is_the_same_is_not_published(void **state)
{
	struct shelf *shelf = *state;
	json_t *document = version_of(shelf, 1);
	struct office_answer *answer;

	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	answer = ask(shelf, FW_OP_CATALOGUE_PUBLISH, shelf->admin, ITEM, "\"revision\":1");
	assert_string_equal(code_of(answer), "faulty");
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "unchanged");
	json_decref(document);
}

static void editors_stay_in_their_areas(void **state)
{
	struct shelf *shelf = *state;
	json_t *document = version_of(shelf, 1);

	assert_int_equal(fw_db_run(shelf->office->db,
				 "UPDATE account_role SET area = '441521' WHERE account = 'admin1'",
				 FW_DB_NO_VALUES, NULL),
		0);
	office_restart(shelf->office);
	rename_to(document, "甲");
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "forbidden");
	json_object_set_new(document, "id", json_string("own"));
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "forbidden");
	json_object_set_new(document, "areas", json_pack("[s]", "441521"));
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	assert_string_equal(publish(shelf, "own", 1), "ok");
	assert_string_equal(code_of(save(shelf, shelf->clerk, document, 0)), "forbidden");
	json_decref(document);
}

/* --- files ---------------------------------------------------------------------------------------- */

static char *export_as(struct shelf *shelf, const char *format)
{
	g_autofree char *params = g_strdup_printf("{\"format\":\"%s\"}", format);
	int status = 0;
	json_t *body = read_of(shelf, FW_OP_CATALOGUE_EXPORT, shelf->admin, params, &status);
	char *text = g_strdup(text_at(body, "text"));

	json_decref(body);
	return text;
}

static void what_is_exported_is_the_same_when_imported(void **state)
{
	struct shelf *shelf = *state;
	static const char *const formats[] = {"json", "csv"};

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_autofree char *text = export_as(shelf, formats[i]);
		struct office_answer *answer = import(shelf, formats[i], text, true);

		assert_string_equal(code_of(answer), "ok");
		assert_int_equal(json_integer_value(at(answer->body, "items")), 44);
		assert_int_equal(json_integer_value(at(answer->body, "same")), 44);
		assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 0);
	}
}

static void a_changed_file_makes_drafts(void **state)
{
	struct shelf *shelf = *state;
	g_autofree char *text = export_as(shelf, "csv");
	g_auto(GStrv) parts = g_strsplit(text, "防雷装置竣工图纸", 2);
	g_autofree char *changed = g_strjoin("竣工图", parts[0], parts[1], NULL);
	struct office_answer *answer = import(shelf, "csv", changed, false);

	assert_int_equal(json_integer_value(at(answer->body, "changed")), 1);
	assert_true(json_is_false(at(answer->body, "applied")));
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 0);
	answer = import(shelf, "csv", changed, true);
	assert_true(json_is_true(at(answer->body, "applied")));
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft WHERE item = '" ITEM "'"), 1);
	answer = import(shelf, "csv", changed, true);
	assert_string_equal(code_of(answer), "faulty"); /* nobody's draft is overwritten */
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "draft_exists");
	assert_string_equal(publish(shelf, ITEM, 1), "ok");
	assert_int_equal(
		count(shelf, "SELECT COUNT(*) FROM item_material WHERE name = '竣工图'"), 1);
}

static void one_fault_keeps_all_out(void **state)
{
	struct shelf *shelf = *state;
	struct office_answer *answer;
	static const char csv[] =
		"事项编码,事项名称,实施部门名称,实施范围（区划代码）,受理条件,材料名称,材料必要性,"
		"材料形式,材料类型,材料份数,审查要点\n"
		"good,好,局,441500,条件,申请表,必要,纸质,原件,1,签名\n"
		"bad,坏,局,999999,条件,申请表,必要,纸质,原件,1,签名\n"
		",,,,,身份证,必需,纸质,原件,两,\n";

	answer = import(shelf, "csv", csv, false);
	assert_int_equal(answer->status, 200);
	assert_int_equal(json_array_size(at(answer->body, "faults")), 4);
	assert_string_equal(text_at(answer->body, "faults.0.field"), "areas[0]");
	assert_string_equal(text_at(answer->body, "faults.0.item"), "bad");
	assert_int_equal(json_integer_value(at(answer->body, "faults.0.line")), 3);
	assert_string_equal(text_at(answer->body, "faults.1.field"), "materials[1].necessity");
	assert_int_equal(json_integer_value(at(answer->body, "faults.1.line")), 4);
	answer = import(shelf, "csv", csv, true);
	assert_string_equal(code_of(answer), "faulty");
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 0);
	answer = import(shelf, "json", "{\n\"items\":[\n}", false);
	assert_string_equal(text_at(answer->body, "faults.0.code"), "syntax");
	assert_int_equal(json_integer_value(at(answer->body, "faults.0.line")), 3);
	answer = import(shelf, "json", "{\"items\":[{\"id\":\"x\"},7]}", false);
	assert_string_equal(text_at(answer->body, "faults.0.field"), "items[0].name");
	answer = import(shelf, "xml", "<a/>", false);
	assert_string_equal(code_of(answer), "malformed");
}

/* So many items, one of which may lack its name; g_free. */
static char *many(int items, int nameless)
{
	GString *csv = g_string_new(
		"事项编码,事项名称,实施部门名称,实施范围（区划代码）,受理条件,材料名称,材料必要性,"
		"材料形式,材料类型,材料份数,审查要点\n");

	for (int i = 0; i < items; i++) {
		g_string_append_printf(csv,
			"many-%d,%s,局,441500,条件,申请表,必要,纸质,原件,1,签名\n", i,
			i == nameless ? "" : "事项");
	}
	return g_string_free(csv, FALSE);
}

static void a_thousand_items_are_taken_in_whole(void **state)
{
	struct shelf *shelf = *state;
	g_autofree char *faulty = many(1000, 999), *good = many(1000, -1), *most = many(2001, -1);
	struct office_answer *answer = import(shelf, "csv", faulty, true);
	json_t *document = version_of(shelf, 1);

	assert_string_equal(code_of(answer), "faulty");
	assert_int_equal(json_integer_value(at(answer->body, "error.faults.0.line")), 1001);
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 0);
	answer = import(shelf, "csv", most, true);
	assert_string_equal(text_at(answer->body, "error.faults.0.code"), "too_many");
	/* While it runs nobody else edits; afterwards everybody may again. */
	(void)begin_import(shelf, "csv", good, false);
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "import_running");
	assert_string_equal(publish(shelf, ITEM, 1), "import_running");
	answer = import(shelf, "csv", good, true);
	assert_string_equal(code_of(answer), "import_running");
	for (int i = 0; i < 200; i++) {
		office_wait(shelf->office, 5000);
	}
	answer = import(shelf, "csv", good, true);
	assert_string_equal(code_of(answer), "ok");
	assert_int_equal(json_integer_value(at(answer->body, "created")), 1000);
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 1000);
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_import"), 0);
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	json_decref(document);
}

/* A server that ends in the middle goes on where it was, and nothing is taken in twice. */
static void an_import_goes_on_after_a_restart(void **state)
{
	struct shelf *shelf = *state;
	g_autofree char *good = many(1000, -1);
	int64_t taken = 0;

	(void)begin_import(shelf, "csv", good, true);
	for (int i = 0; i < 1000 && taken < 300; i++) {
		office_wait(shelf->office, 5000);
		taken = count(shelf, "SELECT COUNT(*) FROM item_draft");
	}
	assert_in_range(taken, 300, 999);
	office_restart(shelf->office);
	for (int i = 0; i < 200; i++) {
		office_wait(shelf->office, 5000);
	}
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 1000);
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft WHERE revision > 1"), 0);
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_import"), 0);
	assert_int_equal(
		count(shelf, "SELECT COUNT(*) FROM audit_log WHERE action = 'catalogue.imported'"),
		1);
}

static void queue_publish(struct shelf *shelf)
{
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = shelf->office->next_request++;
	input.http.operation = FW_OP_CATALOGUE_PUBLISH;
	input.http.token = g_strdup(shelf->admin);
	input.http.params = g_strdup("{\"item\":\"" ITEM "\",\"revision\":1}");
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_array_append_val(shelf->office->inputs, input);
}

/* Whatever call of the database fails, the old version stands, in memory and on disk, until one batch does it all. */
static void a_failed_batch_changes_nothing(void **state)
{
	struct shelf *shelf = *state;
	struct office *office = shelf->office;
	json_t *document = version_of(shelf, 1);
	unsigned records, after, failed = 0;
	int r = -1;

	rename_to(document, "甲");
	assert_string_equal(code_of(save(shelf, shelf->admin, document, 0)), "ok");
	queue_publish(shelf);
	for (unsigned nth = 1; r < 0; nth++) {
		uint64_t before = fw_memory_sum(office->desk->memory, &records);

		fw_db_fail_nth(office->db, nth, -ENOSPC);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		if (r < 0) {
			failed++;
			assert_true(before == fw_memory_sum(office->desk->memory, &after));
			assert_int_equal(records, after);
			assert_string_equal(fw_catalogue_item(office->desk->catalogue, ITEM)->name,
				"防雷装置竣工验收");
			assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item_draft"), 1);
		}
	}
	assert_true(failed > 20);
	assert_string_equal(fw_catalogue_item(office->desk->catalogue, ITEM)->name, "甲");
	assert_int_equal(count(shelf, "SELECT COUNT(*) FROM item WHERE id = '" ITEM "'"), 2);
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_published_version_never_changes),
		TEST(a_case_keeps_the_version_it_began_with),
		TEST(withdrawn_items_are_served_nowhere),
		TEST(two_editors_are_told),
		TEST(a_draft_may_be_incomplete_but_not_published),
		TEST(what_is_the_same_is_not_published),
		TEST(editors_stay_in_their_areas),
		TEST(what_is_exported_is_the_same_when_imported),
		TEST(a_changed_file_makes_drafts),
		TEST(one_fault_keeps_all_out),
		TEST(a_thousand_items_are_taken_in_whole),
		TEST(an_import_goes_on_after_a_restart),
		TEST(a_failed_batch_changes_nothing),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
