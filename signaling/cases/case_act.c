/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of a case: the table of case_state.c says whether and whose, a function per action says what else
 * must be there and what it does. Everything is checked before anything is written.
 */
#include "base/db.h"
#include "base/text.h"
#include "signaling/cases/case_form.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/emit.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_DAYS         2 /* Art. 19, 20 */
#define POST_DAYS           1 /* Art. 17 */
#define SUPPLEMENT_DAYS_MAX 60
#define OPINION_MAX_CHARS   500
#define DEMAND_MAX_CHARS    300
#define COPIES_MAX          20 /* accounts a case is copied to at once */

struct act {
	struct fw_desk *desk;
	const struct fw_http_question *question;
	const struct fw_account *account;
	struct fw_case *c;
	const char *opinion;
};

static const json_t *member(const struct act *act, const char *field)
{
	return json_object_get(act->question->params, field);
}

static int64_t deadline(const struct act *act, unsigned days)
{
	return fw_calendar_add_working_days(act->desk->calendar, act->desk->now_us, days);
}

/* --- sending -------------------------------------------------------------------------------------- */

static int count(const struct act *act, const char *sql, int64_t *ret_count)
{
	return fw_db_query_int(
		act->desk->setup.db, sql, FW_DB_VALUES(fw_db_text(act->c->id)), ret_count);
}

/* Every condition, and every required material, is ticked, and what the form requires is filled in. */
static int check_complete(const struct act *act)
{
	int64_t open = 0, unfilled = 0;
	int r = count(act,
		"SELECT (SELECT COUNT(*) FROM case_condition WHERE service_case = ?1 AND met = 0)"
		" + (SELECT COUNT(*) FROM case_material m JOIN service_case c ON c.id = "
		"m.service_case"
		"  JOIN item_material i ON i.item = c.item AND i.version = c.item_version"
		"  AND i.number = m.number WHERE m.service_case = ?1 AND m.ticked = 0"
		"  AND i.necessity = 'required')",
		&open);

	if (r < 0 || (r = fw_case_form_open(act->desk, act->c, &unfilled)) < 0 ||
		open + unfilled == 0) {
		return r;
	}
	*act->question->extra = g_strdup_printf("\"open\":%" G_GINT64_FORMAT, open + unfilled);
	return FW_CODE_INCOMPLETE;
}

static int send(const struct act *act)
{
	int64_t papers = 0;
	int r = check_complete(act);

	if (r != 0 ||
		(r = count(act,
			 "SELECT COUNT(*) FROM case_material WHERE service_case = ?1"
			 " AND medium = 'paper'",
			 &papers)) < 0) {
		return r;
	}
	if (!act->c->sent_us) {
		act->c->sent_us = act->desk->now_us;
	}
	act->c->answer_by_us = deadline(act, ANSWER_DAYS);
	if (papers > 0 && !act->c->post_by_us) {
		act->c->post_by_us = deadline(act, POST_DAYS);
	}
	return 0;
}

static int pass(const struct act *act)
{
	act->c->answer_by_us = deadline(act, ANSWER_DAYS);
	return 0;
}

/* --- ruling --------------------------------------------------------------------------------------- */

static int64_t promised_days(const struct act *act)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	json_auto_t *facts = NULL;
	const char *days;

	if (fw_db_query(act->desk->setup.db, "SELECT facts FROM item WHERE id = ?1 AND version = ?2",
		    FW_DB_VALUES(fw_db_text(act->c->item), fw_db_int(act->c->item_version)),
		    &rows) < 0 ||
		fw_db_step(rows) <= 0) {
		return ANSWER_DAYS;
	}
	facts = json_loads(fw_db_column_text(rows, 0), JSON_REJECT_DUPLICATES, NULL);
	days = json_string_value(json_object_get(facts, "promised_days"));
	return days && atoi(days) > 0 && atoi(days) <= 999 ? atoi(days) : ANSWER_DAYS;
}

static int accept(const struct act *act)
{
	act->c->accepted_us = act->desk->now_us;
	act->c->answer_by_us = 0;
	act->c->decide_by_us = deadline(act, (unsigned)promised_days(act));
	return 0;
}

static int refuse(const struct act *act)
{
	int64_t faults = 0;
	int r = count(act,
		"SELECT COUNT(*) FROM case_verdict v JOIN case_material m"
		" ON m.service_case = v.service_case AND m.number = v.material"
		" WHERE v.service_case = ?1 AND v.verdict = 'wanting' AND v.side = 'home'"
		" AND m.ticked = 1 AND v.number = (SELECT MAX(l.number) FROM case_verdict l"
		"  WHERE l.service_case = v.service_case AND l.material = v.material)",
		&faults);

	act->c->refused_us = act->desk->now_us;
	act->c->answer_by_us = 0;
	act->c->faulty |= faults > 0;
	return r;
}

static int decide(const struct act *act)
{
	const char *result = json_string_value(member(act, "result"));

	if (!result || (strcmp(result, "granted") != 0 && strcmp(result, "denied") != 0)) {
		return FW_CODE_MALFORMED;
	}
	act->c->result = result[0] == 'g' ? "granted" : "denied";
	act->c->decided_us = act->desk->now_us;
	act->c->decide_by_us = 0;
	return 0;
}

/* --- the supplement ------------------------------------------------------------------------------- */

static int check_demands(const struct act *act, const json_t *demands)
{
	if (json_array_size(demands) == 0) {
		return FW_CODE_MALFORMED;
	}
	for (size_t i = 0; i < json_array_size(demands); i++) {
		const json_t *one = json_array_get(demands, i);
		const char *text;
		int64_t number, exists;
		int r = fw_case_needed(one, "demand", DEMAND_MAX_CHARS, true, &text);

		if (r != 0 || (r = fw_case_count(one, "number", INT32_MAX, &number)) != 0) {
			return r;
		}
		r = fw_db_query_int(act->desk->setup.db,
			"SELECT 1 FROM case_material WHERE service_case = ?1 AND number = ?2",
			FW_DB_VALUES(fw_db_text(act->c->id), fw_db_int(number)), &exists);
		if (r != 0) {
			return r == -ENOENT ? FW_CODE_MALFORMED : r;
		}
	}
	return 0;
}

static int store_demand(
	const struct act *act, const struct fw_case_secret *secret, const json_t *one)
{
	int64_t number = json_integer_value(json_object_get(one, "number")), ticked = 0;
	struct fw_case_sealed sealed;
	int r = fw_case_seal(act->desk, secret, "case_material", "demand", number,
		json_string_value(json_object_get(one, "demand")), &sealed);

	if (r == 0) {
		r = fw_db_query_int(act->desk->setup.db,
			"SELECT ticked FROM case_material WHERE service_case = ?1 AND number = ?2",
			FW_DB_VALUES(fw_db_text(act->c->id), fw_db_int(number)), &ticked);
	}
	if (r == 0) { /* the tick is taken back: it is to be looked at anew */
		act->c->faulty |= ticked != 0;
		r = fw_db_run(act->desk->setup.db,
			"UPDATE case_material SET demand = ?3, ticked = 0 WHERE service_case = ?1"
			" AND number = ?2",
			FW_DB_VALUES(fw_db_text(act->c->id), fw_db_int(number),
				fw_case_sealed_value(&sealed)),
			NULL);
	}
	fw_case_sealed_clear(&sealed);
	return r;
}

static int supplement(const struct act *act)
{
	const json_t *demands = member(act, "materials");
	struct fw_case_secret secret;
	int r;

	if (act->c->supplement_asked) {
		return FW_CODE_ALREADY_ASKED;
	}
	if ((r = check_demands(act, demands)) != 0 ||
		(r = fw_case_secret_open(act->desk, act->c->id, false, &secret)) < 0) {
		return r;
	}
	for (size_t i = 0; r == 0 && i < json_array_size(demands); i++) {
		r = store_demand(act, &secret, json_array_get(demands, i));
	}
	fw_case_secret_close(&secret);
	act->c->supplement_asked = true;
	act->c->supplement_us = act->desk->now_us;
	return r;
}

static int tell(const struct act *act)
{
	int64_t days;
	int r = fw_case_count(act->question->params, "days", SUPPLEMENT_DAYS_MAX, &days);

	if (r != 0 || !days) {
		return FW_CODE_MALFORMED;
	}
	act->c->told_us = act->desk->now_us;
	act->c->answer_by_us = 0;
	act->c->supplement_by_us = deadline(act, (unsigned)days);
	return 0;
}

static int supplemented(const struct act *act)
{
	act->c->supplement_by_us = 0;
	return send(act);
}

static int not_supplemented(const struct act *act)
{
	return act->desk->now_us < act->c->supplement_by_us ? FW_CODE_NOT_DUE : 0;
}

/* --- issuing, posting ----------------------------------------------------------------------------- */

static int check_issue(const struct act *act, const char **ret_method, const char **ret_tracking)
{
	static const char *const methods[] = {"person", "proxy", "post", "self_print", NULL};
	int r = fw_case_needed(act->question->params, "method", 20, false, ret_method);
	int method;

	if (r != 0) {
		return r;
	}
	method = fw_word_index(methods, *ret_method);
	if (method < 0 ||
		(r = fw_case_text(act->question->params, "tracking", 50, false, ret_tracking)) != 0) {
		return FW_CODE_MALFORMED;
	}
	if (method == 2 && !*ret_tracking) {
		return FW_CODE_MALFORMED;
	}
	return fw_case_person(member(act, "receiver"), method < 2);
}

static int issue(const struct act *act)
{
	const char *method, *tracking;
	struct fw_case_secret secret;
	struct fw_case_sealed sealed = {0};
	char *receiver;
	int r = check_issue(act, &method, &tracking);

	if (r != 0 || (r = fw_case_secret_open(act->desk, act->c->id, false, &secret)) < 0) {
		return r;
	}
	receiver = json_is_object(member(act, "receiver"))
		? json_dumps(member(act, "receiver"), JSON_COMPACT)
		: NULL;
	r = fw_case_seal(act->desk, &secret, "case_issue", "receiver", 0, receiver, &sealed);
	fw_case_secret_close(&secret);
	free(receiver);
	if (r == 0) {
		r = fw_db_run(act->desk->setup.db,
			"INSERT INTO case_issue (service_case, method, receiver, tracking, account,"
			" at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			FW_DB_VALUES(fw_db_text(act->c->id), fw_db_text(method),
				fw_case_sealed_value(&sealed), fw_db_text(tracking),
				fw_db_text(act->account->person->id), fw_db_int(act->desk->now_us)),
			NULL);
	}
	fw_case_sealed_clear(&sealed);
	act->c->issued_us = act->desk->now_us;
	return r;
}

static int post(const struct act *act)
{
	const char *tracking;
	int r = fw_case_needed(act->question->params, "tracking", 50, false, &tracking);

	if (r != 0) {
		return r;
	}
	act->c->posted_us = act->desk->now_us;
	return fw_db_run(act->desk->setup.db, "UPDATE service_case SET tracking = ?1 WHERE id = ?2",
		FW_DB_VALUES(fw_db_text(tracking), fw_db_text(act->c->id)), NULL);
}

/* --- handing on, copying, reading ----------------------------------------------------------------- */

/* The person whom the case is handed to; may do the side's next step. */
static int set_handler(const struct act *act, enum fw_case_side side, bool needed)
{
	const char *id;
	const struct fw_account *handler;
	int r = fw_case_text(act->question->params, "handler", FW_NAME_MAX_CHARS, false, &id);

	if (r != 0 || !id) {
		return r != 0 ? r : needed ? FW_CODE_MALFORMED : 0;
	}
	handler = g_hash_table_lookup(act->desk->accounts, id);
	if (!handler || handler->person->closed) {
		return FW_CODE_NOT_FOUND;
	}
	if (!fw_case_is_side(act->desk, handler->person, act->c, side)) {
		return FW_CODE_FORBIDDEN;
	}
	g_strlcpy(act->c->handler, id, sizeof(act->c->handler));
	return 0;
}

static int forward(const struct act *act)
{
	return set_handler(act, fw_case_turn(act->c->state), true);
}

static int copy(const struct act *act)
{
	const json_t *accounts = member(act, "accounts");
	int r = 0;

	if (json_array_size(accounts) == 0 || json_array_size(accounts) > COPIES_MAX) {
		return FW_CODE_MALFORMED;
	}
	for (size_t i = 0; i < json_array_size(accounts); i++) {
		const char *id = json_string_value(json_array_get(accounts, i));

		if (!id || !g_hash_table_lookup(act->desk->accounts, id)) {
			return FW_CODE_NOT_FOUND;
		}
	}
	for (size_t i = 0; r == 0 && i < json_array_size(accounts); i++) {
		r = fw_db_run(act->desk->setup.db,
			"INSERT INTO case_reader (service_case, account, copied_us, copied_by)"
			" VALUES (?1, ?2, ?3, ?4) ON CONFLICT (service_case, account) DO NOTHING",
			FW_DB_VALUES(fw_db_text(act->c->id),
				fw_db_text(json_string_value(json_array_get(accounts, i))),
				fw_db_int(act->desk->now_us), fw_db_text(act->account->person->id)),
			NULL);
	}
	return r;
}

static int read_it(const struct act *act)
{
	int64_t changed = 0;
	int r = fw_db_run(act->desk->setup.db,
		"UPDATE case_reader SET read_us = ?3 WHERE service_case = ?1 AND account = ?2"
		" AND read_us IS NULL",
		FW_DB_VALUES(fw_db_text(act->c->id), fw_db_text(act->account->person->id),
			fw_db_int(act->desk->now_us)),
		&changed);

	return r < 0 ? r : changed == 1 ? 0 : FW_CODE_WRONG_STATE;
}

/* --- the operation -------------------------------------------------------------------------------- */

typedef int actor(const struct act *act);

static actor *const actors[FW_CASE_ACT_COUNT] = {
	[FW_CASE_ACT_SEND] = send,
	[FW_CASE_ACT_SUBMIT] = send,
	[FW_CASE_ACT_PASS] = pass,
	[FW_CASE_ACT_ACCEPT] = accept,
	[FW_CASE_ACT_REFUSE] = refuse,
	[FW_CASE_ACT_SUPPLEMENT] = supplement,
	[FW_CASE_ACT_TELL] = tell,
	[FW_CASE_ACT_SUPPLEMENTED] = supplemented,
	[FW_CASE_ACT_NOT_SUPPLEMENTED] = not_supplemented,
	[FW_CASE_ACT_DECIDE] = decide,
	[FW_CASE_ACT_ISSUE] = issue,
	[FW_CASE_ACT_POST] = post,
	[FW_CASE_ACT_FORWARD] = forward,
	[FW_CASE_ACT_COPY] = copy,
	[FW_CASE_ACT_READ] = read_it,
};

static int check_actor(const struct act *act, const struct fw_case_step *step)
{
	int64_t one;
	int r;

	if (step->side != FW_CASE_READER) {
		return fw_case_is_side(act->desk, act->account->person, act->c, step->side)
			? 0
			: FW_CODE_FORBIDDEN;
	}
	r = fw_db_query_int(act->desk->setup.db,
		"SELECT 1 FROM case_reader WHERE service_case = ?1 AND account = ?2",
		FW_DB_VALUES(fw_db_text(act->c->id), fw_db_text(act->account->person->id)), &one);
	return r == -ENOENT ? FW_CODE_FORBIDDEN : r;
}

/* Handing on to the next of the other side, or the end of a turn, lets the chosen person go. */
static int move(const struct act *act, const struct fw_case_step *step)
{
	if (step->to != step->from) {
		act->c->handler[0] = '\0';
		act->c->state = step->to;
		if (!fw_case_is_final(step->to)) {
			return set_handler(act, fw_case_turn(step->to), false);
		}
	}
	return 0;
}

static int run(struct act *act, const struct fw_case_step *step)
{
	bool was_online = act->c->online;
	int r;

	if ((step->action == FW_CASE_ACT_SEND && was_online) ||
		(step->action == FW_CASE_ACT_SUBMIT && !was_online)) {
		return FW_CODE_WRONG_STATE;
	}
	r = fw_case_text(act->question->params, "opinion", OPINION_MAX_CHARS, true, &act->opinion);
	if (r != 0 || (step->opinion && !act->opinion)) {
		return FW_CODE_MALFORMED;
	}
	/* Before the action writes: a wrong person is a refusal, and a refusal changes nothing. */
	if ((r = move(act, step)) != 0) {
		return r;
	}
	return actors[step->action] ? actors[step->action](act) : 0;
}

int fw_case_act_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *word = json_string_value(json_object_get(question->params, "action"));
	struct fw_case c;
	struct act act = {desk, question, question->session->account, &c, NULL};
	const struct fw_case_step *step;
	struct fw_json json;
	int action, r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if ((r = fw_case_may_read(desk, act.account, &c)) != 0) {
		return r;
	}
	action = word ? fw_word_index(fw_case_actions, word) : -1;
	if (action < 0) {
		return FW_CODE_MALFORMED;
	}
	if ((r = fw_case_agrees(desk, question, &c)) != 0) {
		return r;
	}
	step = fw_case_step(c.state, (enum fw_case_action)action);
	if (!step) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = check_actor(&act, step)) != 0 || (r = run(&act, step)) != 0 ||
		(r = fw_case_save(desk, &c)) != 0 ||
		(r = fw_case_happened(desk, &c, act.account, word, act.opinion)) != 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "state", fw_case_states[c.state]);
	fw_json_int(&json, "revision", c.revision);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 200, fw_json_steal(&json), NULL);
	return 0;
}
