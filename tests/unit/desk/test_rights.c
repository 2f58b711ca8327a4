/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask for what, by real requests of every role, held against the table in rights.txt: every HTTP operation
 * with the rights of its row, every method of the WebSocket. One that is missing there, or not known here, fails.
 *
 * For each role there are three people; the object lies in their own area, below it, or elsewhere:
 *
 *     o b e   past the rights: answered, or refused for another reason
 *     -       forbidden
 *     f       what is to be made would lie where it may not: told as a fault of that field
 *     n       not found; of people who may see others of its kind, it is not there either
 *     w       not at a window
 *     all     there is no object: who has the role may ask (else ---)
 *
 * A refusal changes nothing: no row is written but the deed that says so.
 */
#include "tests/unit/desk/office.h"

#include "signaling/desk/clients.h"
#include "signaling/desk/http.h"
#include "signaling/desk/permission.h"
#include "signaling/reads.h"

#include <gst/gst.h>
#include <string.h>

#define CASE "019ae000-0000-7000-8000-00000000000a"
#define NONE "019ae000-0000-7000-8000-0000000000ff" /* nothing has this id */

#define APPLICANT_WINDOW "441521-01-3"
#define HOME_WINDOW      "441523-01-1"

struct scene {
	struct office *office;
	char *call; /* answered and recorded, ready */
	char *tokens[FW_ROLE_COUNT][FW_RELATION_COUNT];
	char *made[FW_ROLE_COUNT][FW_RELATION_COUNT]; /* what the last request made: an id, or NULL */
};

/* --- people and objects --------------------------------------------------------------------------- */

static const char *const relations[FW_RELATION_COUNT] = {"own", "below", "elsewhere"};

/* The objects lie in 441523; its applicants' side, of cases and calls, in 441521. */
static const char *area_of(enum fw_role role, enum fw_relation relation)
{
	switch (relation) {
	case FW_RELATION_OWN:
		return role == FW_ROLE_APPLICANT_CLERK ? "441521" : "441523";
	case FW_RELATION_BELOW:
		return "441500";
	default:
		return "441581";
	}
}

static char *name_of(enum fw_role role, enum fw_relation relation)
{
	return g_strdup_printf("%s-%s", fw_role_name(role), relations[relation]);
}

static void add_people(struct scene *scene)
{
	for (int role = 0; role < FW_ROLE_COUNT; role++) {
		for (int relation = 0; relation < FW_RELATION_COUNT; relation++) {
			g_autofree char *name = name_of(role, relation);

			office_add_account(scene->office->db, name, fw_role_name(role),
				area_of(role, relation));
			scene->tokens[role][relation] = office_large_token(name);
		}
	}
}

/* Of people who are asked about nowhere else: what they took part in is theirs wherever it lies. */
static void add_call(struct scene *scene)
{
	struct office *office = scene->office;
	uint64_t clerk = office_sit(office, "clerk1", APPLICANT_WINDOW);
	uint64_t home = office_sit(office, "home1", HOME_WINDOW);

	scene->call = office_call(office, clerk);
	json_decref(office_do(office, home, "call.answer", "{\"call\":\"%s\"}", scene->call));
	json_decref(office_do(office, home, "call.hangup", "{\"call\":\"%s\"}", scene->call));
	office_job(office, FW_JOB_DONE, OFFICE_FINALISED);
	json_decref(office_do(office, clerk, "window.release", "{}"));
	json_decref(office_do(office, home, "window.release", "{}"));
}

static void add_rows(struct scene *scene)
{
	g_autofree char *rows = g_strdup_printf(
		"INSERT INTO ledger VALUES (1, '%s', '" HOME_WINDOW
		"', '441523', '" APPLICANT_WINDOW
		"', '441521', 202611, 'not_answered', 'home1', 1, 'open', 1, 0);"
		"INSERT INTO escalation VALUES (1, '" HOME_WINDOW "', 202611, '441523', NULL,"
		" 'raised', 1, 1, 0);"
		"INSERT INTO sms VALUES (1, 'k', 'unanswered', 'failed', '441523', '" HOME_WINDOW
		"', 'call', '%s', 1, 1, 'send', 0, 1, 1, 1, NULL);"
		"INSERT INTO closure VALUES (1, '441523-01', 1, 4102444800000000, 'x', 'admin1', 1,"
		" NULL);"
		"INSERT INTO guide_fault (id, item, item_version, text, area, state, reported_us,"
		" reported_by, changed_us) VALUES ('" CASE "', 'fanglei-jungong', 1, 'x',"
		" '441523', 'reported', 1, 'clerk1', 1);",
		scene->call, scene->call);

	office_add_case(scene->office, CASE, "accepted");
	assert_int_equal(fw_db_script(scene->office->db, rows), 0);
}

static int set_up(void **state)
{
	struct scene *scene = g_new0(struct scene, 1);

	scene->office = office_create();
	add_call(scene);
	add_people(scene);
	add_rows(scene);
	office_restart(scene->office);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	for (int role = 0; role < FW_ROLE_COUNT; role++) {
		for (int relation = 0; relation < FW_RELATION_COUNT; relation++) {
			g_free(scene->tokens[role][relation]);
			g_free(scene->made[role][relation]);
		}
	}
	office_destroy(scene->office);
	g_free(scene->call);
	g_free(scene);
	return 0;
}

/* --- the table ------------------------------------------------------------------------------------------ */

static char **read_table(void)
{
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(g_getenv("FW_RIGHTS"), &text, NULL, NULL));
	return g_strsplit(text, "\n", -1);
}

/* Takes the line of this name out of the table; words are parted by any number of spaces. */
static void expect_line(char **table, const char *line)
{
	g_auto(GStrv) wanted = g_strsplit(line, " ", 2);

	for (char **at = table; *at; at++) {
		g_auto(GStrv) words = g_strsplit_set(*at, " \t", -1);
		g_autoptr(GString) found = g_string_new(NULL);

		for (char **word = words; *word; word++) {
			if (**word) {
				g_string_append_printf(
					found, "%s%s", found->len > 0 ? " " : "", *word);
			}
		}
		if (g_str_has_prefix(found->str, wanted[0]) && found->str[strlen(wanted[0])] == ' ') {
			if (strcmp(found->str, line) != 0) {
				print_error("the table:  %s\nthe server: %s\n", found->str, line);
				**at = '!'; /* told at the end, with all others */
			} else {
				**at = '#';
			}
			return;
		}
	}
	fail_msg("not in the table: %s", line);
}

/* Nothing is left over, and nothing was different. `of`: what names of this test have in them. */
static void expect_no_more(char **table, char of)
{
	bool wrong = false;

	for (char **at = table; *at; at++) {
		bool method = g_ascii_islower(**at); /* "call.answer", "CASE_ACT" */

		if (**at == '!' || (**at && **at != '#' && method == (of == '.'))) {
			print_error("left over or different: %s\n", *at);
			wrong = true;
		}
	}
	assert_false(wrong);
	g_strfreev(table);
}

/* --- nothing has changed ---------------------------------------------------------------------------------- */

#define DEEDS "SELECT COUNT(*) FROM audit_log WHERE action = 'access.refused'"

struct before {
	int64_t changes, deeds;
};

static struct before remember(struct office *office)
{
	return (struct before){
		office_count(office, "SELECT total_changes()"), office_count(office, DEEDS)};
}

/* Rows written since by this connection, which is the desk's: only deeds of what was refused. */
static void expect_unchanged(struct office *office, const struct before *before, const char *what)
{
	int64_t changes = office_count(office, "SELECT total_changes()") - before->changes;
	int64_t deeds = office_count(office, DEEDS) - before->deeds;

	if (changes != deeds) {
		fail_msg("%s was refused, and %" G_GINT64_FORMAT " rows were written", what,
			changes - deeds);
	}
}

/* --- HTTP ------------------------------------------------------------------------------------------------- */

static const struct operation {
	const char *name, *right, *or_right, *path;
} operations[FW_OP_COUNT] = {
#define OPERATION(name, method, path, takes, right, or_right, handler) \
	[FW_OP_##name] = {#name, #right, #or_right, path},
	FW_OPERATIONS(OPERATION)
#undef OPERATION
};

/* Members of the body: enough to come past what is looked at before the rights are. "@": another for everybody. */
static const char *const bodies[FW_OP_COUNT] = {
	[FW_OP_CLOSURE_ENTER] = "\"hall\":\"441523-01\",\"from_us\":4102444800000000,"
				"\"until_us\":4102448400000000,\"reason\":\"停电\"",
	[FW_OP_DRILL_BEGIN] = "\"hall\":\"441523-01\",\"until_us\":1795316400000000",
	[FW_OP_UPLOAD_CREATE] =
		"\"key\":\"5a1f0e9c-30b4-4d5a-9d3b-8f6c2d3e5001\",\"material\":3,"
		"\"kind\":\"original\",\"name\":\"a.jpg\",\"bytes\":20,\"sha256\":\"" OFFICE_SHA256
		"\"",
	[FW_OP_FILE_TURN] = "\"turn\":90,\"seen\":0",
	[FW_OP_CASE_CREATE] = "\"item\":\"fanglei-jungong\",\"area\":\"441523\","
			      "\"applicant\":{\"kind\":\"person\",\"name\":\"张三丰\"}",
	[FW_OP_CASE_EDIT] = "\"revision\":1",
	[FW_OP_CASE_CORRECT] = "\"revision\":1",
	[FW_OP_CASE_ACT] = "\"revision\":1,\"action\":\"decide\"",
	[FW_OP_GUIDE_FAULT_REPORT] = "\"case\":\"" CASE "\",\"text\":\"材料名称不对\"",
	[FW_OP_GUIDE_FAULT_ACT] = "\"action\":\"confirm\"",
	[FW_OP_LEDGER_STATEMENT] = "\"text\":\"停电\"",
	[FW_OP_LEDGER_VERDICT] = "\"verdict\":\"at_fault\",\"reason\":\"not_at_post\"",
	[FW_OP_CALL_MARK] = "\"mark\":\"not_our_matter\"",
	[FW_OP_KEPT_CREATE] = "\"fields\":{\"id\":\"441523-01-@\",\"name\":\"7号窗口\","
			      "\"hall\":\"441523-01\",\"applicant\":true,\"home\":false}",
	[FW_OP_KEPT_CHANGE] = "\"fields\":{\"name\":\"改名窗口\"}",
	[FW_OP_KEPT_PASSWORD] = "\"id\":\"home2\",\"kind\":\"accounts\"",
	[FW_OP_CATALOGUE_DRAFT_SAVE] =
		"\"revision\":0,\"document\":{\"id\":\"fanglei-jungong\",\"areas\":[\"441523\"]}",
	[FW_OP_CATALOGUE_DRAFT_DISCARD] = "\"revision\":1",
	[FW_OP_CATALOGUE_PUBLISH] = "\"revision\":0",
	[FW_OP_CATALOGUE_WITHDRAW] = "\"version\":1",
	[FW_OP_RECORDING_DOWNLOAD] = "\"reason\":\"群众投诉核查\"",
};

/* What the parameters of paths stand for. */
static const struct {
	const char *name, *value;
} parameters[] = {
	{"year", "2026"},
	{"closure", "1"},
	{"hall", "441523-01"},
	{"case", CASE},
	{"file", NONE},
	{"mark", "1"},
	{"material", "3"},
	{"bundle", NONE},
	{"notice", NONE},
	{"item", "fanglei-jungong"},
	{"version", "1"},
	{"picture", OFFICE_SHA256},
	{"desk", NONE},
	{"drill", "1"},
	{"fault", CASE},
	{"row", "1"},
	{"escalation", "1"},
	{"kind", "windows"},
	{"id", HOME_WINDOW},
	{"source", "1-person-1"},
	{"name", "1-person-1.webm"},
	{"sms", "1"},
};

/* Lists and the like have none: what they show is the matter of other tests. */
static bool has_object(enum fw_operation operation)
{
	const char *parameter = strchr(operations[operation].path, '{');

	return bodies[operation] || (parameter && !g_str_has_prefix(parameter, "{kind}")) ||
		strstr(operations[operation].path, "{id}");
}

static void add_parameters(json_t *params, const char *path)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
		g_autofree char *part = g_strdup_printf("{%s}", parameters[i].name);

		if (strstr(path, part) && !json_object_get(params, parameters[i].name)) {
			json_object_set_new(
				params, parameters[i].name, json_string(parameters[i].value));
		}
	}
}

static char *params_of(
	const struct scene *scene, enum fw_operation operation, int relation, const char *made)
{
	g_autofree char *body = g_strdup_printf("{%s}", bodies[operation] ? bodies[operation] : "");
	char *own = strchr(body, '@');
	json_t *params;
	char *text;

	if (own) {
		*own = relations[relation][0];
	}
	params = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(params);
	add_parameters(params, operations[operation].path);
	if (strstr(operations[operation].path, "{call}")) {
		json_object_set_new(params, "call", json_string(scene->call));
	}
	json_object_set_new(params, "view", json_string(made ? made : NONE));
	json_object_set_new(params, "download", json_string(made ? made : NONE));
	json_object_set_new(params, "upload", json_string(made ? made : NONE));
	text = json_dumps(params, JSON_COMPACT);
	json_decref(params);
	return text;
}

/* A reader looks at the scope that the desk gave it. */
static int read_status(struct office *office)
{
	const struct fw_desk_output *output =
		g_ptr_array_index(office->reads, office->reads->len - 1);
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);
	g_autofree char *body = NULL;
	struct fw_db *db;
	int status = 200;

	if (output->kind == FW_OUT_READ) {
		assert_int_equal(fw_db_open(path, FW_DB_READ_ONLY, 0, &db), 0);
		assert_int_equal(fw_read(db, office->keystore, NULL, output->read.operation,
					 output->read.params, &status, &body),
			0);
		fw_db_close(db);
	}
	return status;
}

static void keep_made(char **place, const struct office_answer *answer)
{
	static const char *const names[] = {"view", "download", "upload"};

	for (size_t i = 0; answer->status == 201 && i < G_N_ELEMENTS(names); i++) {
		const char *id = text_at(answer->body, names[i]);

		if (id[0]) {
			g_free(*place);
			*place = g_strdup(id);
		}
	}
}

static char ask(struct scene *scene, enum fw_operation operation, int role, int relation)
{
	struct office *office = scene->office;
	char **made = &scene->made[role][relation];
	char *params = params_of(scene, operation, relation, *made);
	struct before before = remember(office);
	struct office_answer *answer =
		office_http(office, operation, scene->tokens[role][relation], params);
	int status = answer ? answer->status : has_object(operation) ? read_status(office) : 200;

	free(params);
	if (answer && status >= 400) {
		expect_unchanged(office, &before, operations[operation].name);
	} else if (answer) {
		keep_made(made, answer);
	}
	if (answer && strcmp(text_at(answer->body, "error.code"), "forbidden") == 0) {
		return '-';
	}
	if (answer && operation == FW_OP_KEPT_CREATE &&
		strcmp(text_at(answer->body, "error.code"), "faulty") == 0) {
		return 'f';
	}
	return status == 404 ? 'n' : relations[relation][0];
}

static char *row_of(struct scene *scene, enum fw_operation operation)
{
	const struct operation *row = &operations[operation];
	GString *line = g_string_new(NULL);

	g_string_printf(line, "%s %s %s", row->name, row->right, row->or_right);
	for (int role = 0; role < FW_ROLE_COUNT; role++) {
		char cell[FW_RELATION_COUNT + 1] = "";

		/* Those who may not first: they find everything as it was. */
		for (int relation = FW_RELATION_COUNT - 1; relation >= 0; relation--) {
			cell[relation] = ask(scene, operation, role, relation);
		}
		g_string_append_printf(line, " %s",
			!has_object(operation) && strcmp(cell, "obe") == 0 ? "all" : cell);
	}
	return g_string_free(line, FALSE);
}

static void test_operations(void **state)
{
	struct scene *scene = *state;
	char **table = read_table();

	for (int operation = 0; operation < FW_OP_COUNT; operation++) {
		if (operation != FW_OP_SESSION_DELETE) { /* the last one: it ends their sessions */
			g_autofree char *line = row_of(scene, (enum fw_operation)operation);

			expect_line(table, line);
		}
	}
	{
		g_autofree char *line = row_of(scene, FW_OP_SESSION_DELETE);

		expect_line(table, line);
	}
	expect_no_more(table, '_');
}

/* --- the WebSocket ------------------------------------------------------------------------------------------ */

#define OF_CALL "\"call\":\"" NONE "\""
#define DEVICES \
	"\"devices\":{\"face\":\"ok\",\"document\":\"ok\",\"microphone\":\"ok\",\"speaker\":" \
	"\"ok\"}"

/* A legal request of each method; a method that is not here fails. */
static const char *const requests[FW_METHOD_COUNT] = {
	[FW_METHOD_WINDOW_TAKE] = "", /* see take() */
	[FW_METHOD_WINDOW_RELEASE] = "{}",
	[FW_METHOD_PRESENCE_SET] = "{\"state\":\"ready\"}",
	[FW_METHOD_DEVICES_REPORT] = "{" DEVICES "}",
	[FW_METHOD_DIRECTORY_TARGETS] = "{\"item\":\"fanglei-jungong\",\"area\":\"441581\"}",
	[FW_METHOD_PING] = "{}",
	[FW_METHOD_CALL_REQUEST] = "{\"item\":\"x\",\"area\":\"441581\",\"citizen_informed\":true}",
	[FW_METHOD_CALL_CANCEL] = "{" OF_CALL "}",
	[FW_METHOD_CALL_RING_ACK] = "{" OF_CALL ",\"stage\":\"displayed\"}",
	[FW_METHOD_CALL_ANSWER] = "{" OF_CALL "}",
	[FW_METHOD_CALL_REFUSE] = "{" OF_CALL ",\"reason\":\"not_our_matter\"}",
	[FW_METHOD_CALL_HANGUP] = "{" OF_CALL "}",
	[FW_METHOD_CALL_INVITE] = "{" OF_CALL ",\"window\":\"441581-01-9\"}",
	[FW_METHOD_CALL_TAKE_BACK] = "{" OF_CALL ",\"participant\":2}",
	[FW_METHOD_CALL_TRANSFER] = "{" OF_CALL ",\"window\":\"441581-01-9\"}",
	[FW_METHOD_CALL_HOLD] = "{" OF_CALL ",\"on\":true}",
	[FW_METHOD_MEDIA_SET] =
		"{" OF_CALL ",\"audio\":\"on\",\"face\":\"on\",\"document\":\"on\"}",
	[FW_METHOD_CHAT_SEND] = "{" OF_CALL ",\"text\":\"x\",\"key\":\"k\"}",
	[FW_METHOD_RTC_ANSWER] =
		"{" OF_CALL ",\"connection\":\"c1\",\"revision\":1,\"sdp\":\"v=0\"}",
	[FW_METHOD_RTC_RESTART] = "{" OF_CALL ",\"connection\":\"c1\"}",
	[FW_METHOD_RTC_REOPEN] = "{" OF_CALL "}",
	[FW_METHOD_STATS_REPORT] = "{" OF_CALL ",\"connection\":\"c1\",\"up\":{},\"down\":{}}",
	[FW_METHOD_CASE_WATCH] = "{\"case\":\"" CASE "\"}",
	[FW_METHOD_CAPTURE_ASK] = "{" OF_CALL ",\"material\":3}",
	[FW_METHOD_CAPTURE_ANSWER] = "{" OF_CALL ",\"ask\":1,\"state\":\"taken\"}",
	[FW_METHOD_POINTER_MOVE] = "{" OF_CALL ",\"on\":\"file:x\"}",
	[FW_METHOD_MARK_SHOW] = "{" OF_CALL ",\"on\":\"file:x\"}",
	[FW_METHOD_WALL_WATCH] = "{\"hall\":\"441523-01\"}",
};

static char *take_of(enum fw_role role)
{
	return g_strdup_printf("{\"window\":\"%s\"," DEVICES
			       ",\"codecs\":[\"VP8\"],\"takeover\":true}",
		role == FW_ROLE_APPLICANT_CLERK ? APPLICANT_WINDOW : HOME_WINDOW);
}

static char call_method(struct scene *scene, enum fw_method method, uint64_t connection,
	enum fw_role role, enum fw_relation relation)
{
	g_autofree char *take = method == FW_METHOD_WINDOW_TAKE ? take_of(role) : NULL;
	struct before before = remember(scene->office);
	json_t *reply = office_ask(scene->office, connection, fw_method_name(method), "%s",
		take ? take : requests[method]);
	const char *code = text_at(reply, "error.code");
	char cell = relations[relation][0];

	if (strcmp(code, "malformed") == 0) {
		fail_msg("%s: %s", fw_method_name(method), text_at(reply, "error.text"));
	}
	if (code[0]) {
		expect_unchanged(scene->office, &before, fw_method_name(method));
	}
	if (strcmp(code, "forbidden") == 0) {
		cell = '-';
	} else if (strcmp(code, "not_at_window") == 0) {
		cell = 'w';
	} else if (strcmp(code, "not_found") == 0 && method == FW_METHOD_CASE_WATCH) {
		cell = 'n';
	}
	json_decref(reply);
	return cell;
}

/* Takes the window first, if it may; gives it up last. */
static void fill_cells(struct scene *scene, int role, int relation,
	char cells[FW_METHOD_COUNT][FW_ROLE_COUNT][FW_RELATION_COUNT + 1])
{
	uint64_t connection = office_connect(scene->office, scene->tokens[role][relation]);

	for (int method = 0; method < FW_METHOD_COUNT; method++) {
		if (method != FW_METHOD_WINDOW_RELEASE) {
			cells[method][role][relation] =
				call_method(scene, method, connection, role, relation);
		}
	}
	cells[FW_METHOD_WINDOW_RELEASE][role][relation] =
		call_method(scene, FW_METHOD_WINDOW_RELEASE, connection, role, relation);
	office_hang(scene->office, connection);
}

static void test_methods(void **state)
{
	static char cells[FW_METHOD_COUNT][FW_ROLE_COUNT][FW_RELATION_COUNT + 1];
	struct scene *scene = *state;
	char **table = read_table();

	for (int role = 0; role < FW_ROLE_COUNT; role++) {
		for (int relation = 0; relation < FW_RELATION_COUNT; relation++) {
			fill_cells(scene, role, relation, cells);
		}
	}
	for (int method = 0; method < FW_METHOD_COUNT; method++) {
		g_autoptr(GString) line = g_string_new(fw_method_name(method));

		assert_non_null(requests[method]);
		for (int role = 0; role < FW_ROLE_COUNT; role++) {
			g_string_append_printf(line, " %s", cells[method][role]);
		}
		expect_line(table, line->str);
	}
	expect_no_more(table, '.');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_operations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_methods, set_up, tear_down),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
