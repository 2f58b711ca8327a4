/* SPDX-License-Identifier: Apache-2.0 */
/* Faults in guides: reported from a case, a call or the catalogue, answered by who owns the guide, closed by who
 * reported. Each step is a row and a deed. */
#include "base/crypto.h"
#include "base/db.h"
#include "base/id.h"
#include "base/log.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/catalogue/document.h"
#include "signaling/catalogue/guide_state.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC   "guide"
#define TEXT_MAX_CHARS 500

struct fault {
	char id[FW_ID_SIZE];
	enum fw_guide_state state;
	char item[FW_CASE_WORD_SIZE], area[FW_CASE_WORD_SIZE], reporter[FW_CASE_WORD_SIZE];
	int64_t item_version, material, review_point; /* 0: none */
	const char *service_case, *call; /* NULL: none */
};

static const char *text_of(const struct fw_http_question *question, const char *name)
{
	return json_string_value(json_object_get(question->params, name));
}

/* --- steps ---------------------------------------------------------------------------------------- */

static int add_step(struct fw_desk *desk, const struct fault *fault,
	const struct fw_account *account, const char *action, const char *text, int64_t *ret_number)
{
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COALESCE(MAX(number), 0) + 1 FROM guide_fault_step WHERE fault = ?1",
		FW_DB_VALUES(fw_db_text(fault->id)), ret_number);

	return r < 0 ? r
		     : fw_db_run(desk->setup.db,
			       "INSERT INTO guide_fault_step (fault, number, action, text, account,"
			       " at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			       FW_DB_VALUES(fw_db_text(fault->id), fw_db_int(*ret_number),
				       fw_db_text(action), fw_db_text(text),
				       fw_db_text(account->person->id), fw_db_int(desk->now_us)),
			       NULL);
}

/* What the tables hold, but for the words themselves: of them the digest. */
static int happened(struct fw_desk *desk, const struct fault *fault,
	const struct fw_account *account, const char *action, const char *text, const char *outcome)
{
	char sha256[FW_ITEM_SHA256_SIZE] = "";
	g_autofree char *deed = g_strdup_printf("guide_fault.%s", action);
	struct fw_json json;
	g_autofree char *detail = NULL;
	int64_t number = 0;
	int r = add_step(desk, fault, account, action, text, &number);

	if (r >= 0 && text) {
		r = fw_item_sha256(text, sha256);
	}
	if (r < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "number", number);
	fw_json_text(&json, "state", fw_guide_states[fault->state]);
	fw_json_text(&json, "item", fault->item);
	fw_json_int(&json, "version", fault->item_version);
	fw_json_time(&json, "material", fault->material);
	fw_json_time(&json, "review_point", fault->review_point);
	fw_json_text(&json, "area", fault->area);
	fw_json_text(&json, "case", fault->service_case);
	fw_json_text(&json, "call", fault->call);
	fw_json_text(&json, "outcome", outcome);
	fw_json_text(&json, "text_sha256", text ? sha256 : NULL);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	return fw_deed(desk, account, account->window, deed, "guide_fault", fault->id, detail);
}

/* --- reporting ------------------------------------------------------------------------------------ */

static int of_case(
	struct fw_desk *desk, const struct fw_http_question *question, struct fault *fault)
{
	struct fw_case c;
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, question->session->account, &c)) != 0) {
		return r;
	}
	g_strlcpy(fault->item, c.item, sizeof(fault->item));
	g_strlcpy(fault->area, c.area, sizeof(fault->area));
	fault->item_version = c.item_version;
	fault->service_case = text_of(question, "case");
	return 0;
}

/* A call in which the account takes or took part. */
static int of_call(
	struct fw_desk *desk, const struct fw_http_question *question, struct fault *fault)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *call = text_of(question, "call");
	int r;

	if (!fw_id_valid(call)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT c.item, c.item_version, c.area, EXISTS (SELECT 1 FROM call_part p"
		" WHERE p.call = c.id AND p.account = ?2) FROM call c WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(call), fw_db_text(question->session->account->person->id)),
		&rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	if (!fw_db_column_int(rows, 3)) {
		return FW_CODE_FORBIDDEN;
	}
	g_strlcpy(fault->item, fw_db_column_text(rows, 0), sizeof(fault->item));
	g_strlcpy(fault->area, fw_db_column_text(rows, 2), sizeof(fault->area));
	fault->item_version = fw_db_column_int(rows, 1);
	fault->call = call;
	return 0;
}

static int of_item(
	struct fw_desk *desk, const struct fw_http_question *question, struct fault *fault)
{
	const char *item_id = text_of(question, "item"), *area = text_of(question, "area");
	const struct fw_item *item = item_id ? fw_catalogue_item(desk->catalogue, item_id) : NULL;

	if (!item || !area || !fw_catalogue_area(desk->catalogue, area)) {
		return FW_CODE_NOT_FOUND;
	}
	g_strlcpy(fault->item, item->id, sizeof(fault->item));
	g_strlcpy(fault->area, area, sizeof(fault->area));
	fault->item_version = item->version;
	return 0;
}

static bool given(const struct fw_http_question *question, const char *name)
{
	const json_t *value = json_object_get(question->params, name);

	return value && !json_is_null(value);
}

/* Evidence says whose guide it is; a call beside a case must be about the same item. */
static int find_guide(
	struct fw_desk *desk, const struct fw_http_question *question, struct fault *fault)
{
	struct fault call = {0};
	int r;

	if (!given(question, "case") && !given(question, "call")) {
		return of_item(desk, question, fault);
	}
	if (!given(question, "case")) {
		return of_call(desk, question, fault);
	}
	if ((r = of_case(desk, question, fault)) != 0 || !given(question, "call")) {
		return r;
	}
	if ((r = of_call(desk, question, &call)) != 0) {
		return r;
	}
	fault->call = call.call;
	return strcmp(call.item, fault->item) == 0 ? 0 : FW_CODE_MALFORMED;
}

/* The material and the review point are of that version. */
static int find_place(
	struct fw_desk *desk, const struct fw_http_question *question, struct fault *fault)
{
	int64_t one;
	int r = fw_case_count(question->params, "material", 99, &fault->material);

	if (r == 0) {
		r = fw_case_count(question->params, "review_point", 99, &fault->review_point);
	}
	if (r != 0 || (!fault->material && !fault->review_point)) {
		return r;
	}
	r = fw_db_query_int(desk->setup.db,
		"SELECT 1 FROM item_material m WHERE m.item = ?1 AND m.version = ?2"
		" AND m.number = ?3 AND (?4 = 0 OR EXISTS (SELECT 1 FROM review_point p"
		" WHERE p.item = ?1 AND p.version = ?2 AND p.material = ?3 AND p.number = ?4))",
		FW_DB_VALUES(fw_db_text(fault->item), fw_db_int(fault->item_version),
			fw_db_int(fault->material), fw_db_int(fault->review_point)),
		&one);
	return r == -ENOENT ? FW_CODE_NOT_FOUND : MIN(r, 0);
}

static struct fw_db_value number_or_null(int64_t number)
{
	return number ? fw_db_int(number) : fw_db_null();
}

static int insert(struct fw_desk *desk, const struct fault *fault, const struct fw_account *account,
	const char *text)
{
	return fw_db_run(desk->setup.db,
		"INSERT INTO guide_fault (id, item, item_version, material, review_point, text,"
		" service_case, call, area, state, reported_us, reported_by, changed_us)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?11)",
		FW_DB_VALUES(fw_db_text(fault->id), fw_db_text(fault->item),
			fw_db_int(fault->item_version), number_or_null(fault->material),
			number_or_null(fault->review_point), fw_db_text(text),
			fw_db_text(fault->service_case), fw_db_text(fault->call),
			fw_db_text(fault->area), fw_db_text(fw_guide_states[fault->state]),
			fw_db_int(desk->now_us), fw_db_text(account->person->id)),
		NULL);
}

int fw_guide_report_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct fault fault = {.state = FW_GUIDE_REPORTED};
	uint8_t random[FW_ID_RANDOM_BYTES];
	struct fw_json json;
	const char *text;
	int r = fw_case_needed(question->params, "text", TEXT_MAX_CHARS, true, &text);

	if (r != 0 || (r = find_guide(desk, question, &fault)) != 0 ||
		(r = find_place(desk, question, &fault)) != 0) {
		return r;
	}
	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, fault.id);
	if ((r = insert(desk, &fault, account, text)) < 0 ||
		(r = happened(desk, &fault, account, "reported", text, NULL)) < 0) {
		return r;
	}
	fw_info("fault in a guide reported fault=%s item=%s", fault.id, fault.item);
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "fault", fault.id);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return 0;
}

/* --- who may -------------------------------------------------------------------------------------- */

static int load(struct fw_desk *desk, const struct fw_http_question *question, struct fault *fault)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *id = text_of(question, "fault");
	int state, r;

	if (!fw_id_valid(id)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT state, item, item_version, area, reported_by, material, review_point"
		" FROM guide_fault WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(id)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	state = fw_word_index(fw_guide_states, fw_db_column_text(rows, 0));
	if (state < 0) {
		return -EBADMSG;
	}
	*fault = (struct fault){.state = (enum fw_guide_state)state,
		.item_version = fw_db_column_int(rows, 2),
		.material = fw_db_column_int(rows, 5),
		.review_point = fw_db_column_int(rows, 6)};
	g_strlcpy(fault->id, id, sizeof(fault->id));
	g_strlcpy(fault->item, fw_db_column_text(rows, 1), sizeof(fault->item));
	g_strlcpy(fault->area, fw_db_column_text(rows, 3), sizeof(fault->area));
	g_strlcpy(fault->reporter, fw_db_column_text(rows, 4), sizeof(fault->reporter));
	return 0;
}

static bool may(const struct fw_desk *desk, const struct fw_http_question *question,
	enum fw_right right, const struct fault *fault)
{
	const struct fw_area *area = fw_catalogue_area(desk->catalogue, fault->area);

	return area && fw_person_may(question->session->account->person, right, area);
}

static bool is_reporter(const struct fw_http_question *question, const struct fault *fault)
{
	return strcmp(fault->reporter, question->session->account->person->id) == 0;
}

/* Who closes for a reporter that is gone keeps the catalogue. */
static bool may_act(const struct fw_desk *desk, const struct fw_http_question *question,
	enum fw_guide_action action, const struct fault *fault)
{
	switch (action) {
	case FW_GUIDE_CONFIRM:
	case FW_GUIDE_ANSWER:
		return may(desk, question, FW_RIGHT_FAULT_ANSWER, fault);
	case FW_GUIDE_OBJECT:
		return is_reporter(question, fault);
	case FW_GUIDE_CLOSE:
		return is_reporter(question, fault) ||
			(fault->state == FW_GUIDE_ANSWERED &&
				may(desk, question, FW_RIGHT_ITEM_EDIT, fault));
	case FW_GUIDE_ACTION_COUNT:
		break;
	}
	return false;
}

int fw_guide_list_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_FAULT_ANSWER);
}

int fw_guide_get_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	json_t *actions = json_array();
	struct fault fault;
	int r = load(desk, question, &fault);

	if (r == 0 && !is_reporter(question, &fault) &&
		!may(desk, question, FW_RIGHT_FAULT_ANSWER, &fault)) {
		r = FW_CODE_FORBIDDEN;
	}
	for (int i = 0; r == 0 && i < FW_GUIDE_ACTION_COUNT; i++) {
		enum fw_guide_state next;

		if (fw_guide_next(fault.state, (enum fw_guide_action)i, &next) == 0 &&
			may_act(desk, question, (enum fw_guide_action)i, &fault)) {
			json_array_append_new(actions, json_string(fw_guide_actions[i]));
		}
	}
	json_object_set_new(question->params, "actions", actions);
	return r != 0 ? r : fw_access_read(desk, question, FW_RIGHT_FAULT_ANSWER);
}

/* --- acting --------------------------------------------------------------------------------------- */

/* The version that corrects it, if one was published since; NULL: it is still to come. */
static struct fw_db_value fixed_version(
	const struct fw_desk *desk, const struct fault *fault, const char *outcome)
{
	const struct fw_item *item = fw_catalogue_item(desk->catalogue, fault->item);

	return g_strcmp0(outcome, "corrected") == 0 && item && item->version > fault->item_version
		? fw_db_int(item->version)
		: fw_db_null();
}

static int save(struct fw_desk *desk, const struct fault *fault, const char *outcome)
{
	return fw_db_run(desk->setup.db,
		"UPDATE guide_fault SET state = ?2, changed_us = ?3,"
		" fixed_version = CASE WHEN ?4 IS NULL THEN fixed_version ELSE ?5 END,"
		" outcome = COALESCE(?4, outcome) WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(fault->id), fw_db_text(fw_guide_states[fault->state]),
			fw_db_int(desk->now_us), fw_db_text(outcome),
			fixed_version(desk, fault, outcome)),
		NULL);
}

/* Whoever reported it hears that there is an answer, if signed in; else the list says so. */
static void tell_reporter(struct fw_desk *desk, const struct fault *fault)
{
	const struct fw_account *account = g_hash_table_lookup(desk->accounts, fault->reporter);

	for (int i = 0; account && account->session && i < FW_SESSION_CLIENTS_MAX; i++) {
		struct fw_json json;

		if (account->session->clients[i]) {
			fw_event_begin(&json, "guide.answered");
			fw_json_text(&json, "fault", fault->id);
			fw_event_send(desk, account->session->clients[i], &json);
		}
	}
}

/* Text and outcome as the action wants them. */
static int read_words(const struct fw_http_question *question, enum fw_guide_action action,
	const char **ret_text, const char **ret_outcome)
{
	bool needed = action == FW_GUIDE_ANSWER || action == FW_GUIDE_OBJECT;
	int r = needed ? fw_case_needed(question->params, "text", TEXT_MAX_CHARS, true, ret_text)
		       : fw_case_text(question->params, "text", TEXT_MAX_CHARS, true, ret_text);

	*ret_outcome = action == FW_GUIDE_ANSWER ? text_of(question, "outcome") : NULL;
	if (r == 0 && action == FW_GUIDE_ANSWER &&
		(!*ret_outcome || fw_word_index(fw_guide_outcomes, *ret_outcome) < 0)) {
		r = FW_CODE_MALFORMED;
	}
	return r;
}

int fw_guide_act_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *name = text_of(question, "action");
	int action = name ? fw_word_index(fw_guide_actions, name) : -1;
	const char *text = NULL, *outcome = NULL;
	enum fw_guide_state next;
	struct fault fault;
	int r = load(desk, question, &fault);

	if (r != 0) {
		return r;
	}
	if (action < 0) {
		return FW_CODE_MALFORMED;
	}
	if (!may_act(desk, question, (enum fw_guide_action)action, &fault)) {
		return FW_CODE_FORBIDDEN;
	}
	if (fw_guide_next(fault.state, (enum fw_guide_action)action, &next) < 0) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = read_words(question, (enum fw_guide_action)action, &text, &outcome)) != 0) {
		return r;
	}
	fw_info("fault in a guide %s->%s (%s) fault=%s", fw_guide_states[fault.state],
		fw_guide_states[next], name, fault.id);
	fault.state = next;
	if ((r = save(desk, &fault, outcome)) < 0 ||
		(r = happened(desk, &fault, question->session->account, name, text, outcome)) < 0) {
		return r;
	}
	if (fault.state == FW_GUIDE_ANSWERED) {
		tell_reporter(desk, &fault);
	}
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}
