/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/truth.h"

#include "base/db.h"
#include "signaling/directory/calendar.h"
#include "tests/simulator/gateway.h"
#include "tests/simulator/server.h"

#include <string.h>

#define FAULTS_ALLOWED 3 /* Article 18: more than three in a month */
#define HAND_OVER_US   (5 * TOWN_SECOND)

/* --- moves ---------------------------------------------------------------------------------------- */

/* "from>to" */
static bool may_move(const char *const *moves, const char *from, const char *to)
{
	g_autofree char *move = g_strdup_printf("%s>%s", from, to);

	while (*moves && strcmp(*moves, move) != 0) {
		moves++;
	}
	return *moves != NULL;
}

bool truth_call_moves(struct sim *sim, const struct row *call, const struct deed *deed)
{
	static const char *const states[] = {"waiting", "ringing", "answered", "ended", "cancelled",
		"refused", "unanswered", "interrupted", NULL};
	static const char *const moves[] = {"requested>ringing", "requested>cancelled",
		"requested>unanswered", "requested>interrupted", "ringing>waiting",
		"ringing>answered", "ringing>cancelled", "ringing>refused", "ringing>unanswered",
		"ringing>interrupted", "answered>ended", "answered>interrupted", NULL};
	const char *to = deed->action + strlen("call.");

	if (!g_strv_contains(states, to)) {
		return false;
	}
	demand(sim, may_move(moves, rows_get(call, "state"), to), "a call ends once, in one state",
		"call=%s %s>%s", deed->object, rows_get(call, "state"), to);
	return true;
}

void truth_ledger_moves(struct sim *sim, const struct row *ledger, const char *state)
{
	static const char *const moves[] = {"open>stated", "open>at_fault", "open>excused",
		"stated>stated", "stated>at_fault", "stated>excused", "at_fault>at_fault",
		"at_fault>taken_back", "excused>excused", "excused>taken_back",
		"taken_back>taken_back", "taken_back>at_fault", "taken_back>excused", NULL};

	demand(sim, may_move(moves, rows_get(ledger, "state"), state),
		"a ledger row moves along its states", "ledger=%s %s>%s", rows_get(ledger, "id"),
		rows_get(ledger, "state"), state);
}

/* Handed over within 5 s of its time, as far as the server was there and its clock was let alone. */
static void check_hand_over(struct sim *sim, const struct row *sms, const struct deed *deed)
{
	int64_t due_us = MAX(rows_get_int(sms, "next_us"), sim->server->steady_us);

	demand(sim, deed->time_us - due_us <= HAND_OVER_US, "a message is handed over within 5 s",
		"sms=%s after %" G_GINT64_FORMAT " us", rows_get(sms, "id"), deed->time_us - due_us);
}

void truth_sms_moves(struct sim *sim, const struct row *sms, const struct deed *deed)
{
	static const char *const moves[] = {"queued>handing", "queued>waiting", "queued>failed",
		"queued>cancelled", "waiting>handing", "waiting>waiting", "waiting>delivered",
		"waiting>failed", "waiting>uncertain", "waiting>cancelled", "handing>handed",
		"handing>delivered", "handing>failed", "handing>waiting", "handing>uncertain",
		"handed>delivered", "handed>failed", "failed>delivered", "failed>cancelled",
		"failed>queued", "uncertain>delivered", "uncertain>failed", "uncertain>cancelled",
		"uncertain>queued", NULL};
	const char *to = deed->action + strlen("sms.");

	demand(sim, may_move(moves, rows_get(sms, "state"), to), "a message moves along its states",
		"sms=%s %s>%s", rows_get(sms, "id"), rows_get(sms, "state"), to);
	if (strcmp(to, "handing") == 0) {
		check_hand_over(sim, sms, deed);
	}
	if (strcmp(to, "queued") == 0) {
		demand(sim, deed->actor, "only a person has a message sent again", "sms=%s",
			rows_get(sms, "id"));
	}
}

/* --- attempts ------------------------------------------------------------------------------------- */

static bool yes(const struct row *row, const char *column)
{
	return rows_get_int(row, column) != 0;
}

/* The book of the town against what the desk noted when the attempt began. */
static void check_duty(struct sim *sim, const struct row *attempt)
{
	const struct town_window *window =
		town_window_of(sim->town, rows_get(attempt, "service_window"));
	int64_t begun_us = rows_get_int(attempt, "begun_us");

	demand(sim, window, "attempts are of windows", "%s", rows_get(attempt, "service_window"));
	demand(sim, yes(attempt, "in_hours") == town_is_open(sim->town, window->hall, begun_us),
		"office hours are the town's", "call=%s window=%s in_hours=%s",
		rows_get(attempt, "call"), window->id, rows_get(attempt, "in_hours"));
	demand(sim, yes(attempt, "on_duty") == town_on_duty(sim->town, window, begun_us),
		"duty is the town's", "call=%s window=%s on_duty=%s", rows_get(attempt, "call"),
		window->id, rows_get(attempt, "on_duty"));
}

/* Of an attempt that does not count: what is said for it is true. */
static bool excuse_holds(
	const struct sim *sim, const struct row *attempt, const struct row *call, const char *why)
{
	bool interrupted = rows_is(call, "state", "interrupted"),
	     cancelled = rows_is(call, "state", "cancelled");

	return strcmp(why, "answered_elsewhere") == 0 ? rows_get(call, "answered_us") != NULL
		: strcmp(why, "server_fault") == 0    ? interrupted
		: strcmp(why, "drill") == 0           ? truth_rehearses(sim, attempt, call)
		: strcmp(why, "out_of_hours") == 0    ? !yes(attempt, "in_hours")
		: strcmp(why, "off_duty") == 0        ? !yes(attempt, "on_duty")
		: strcmp(why, "caller_fault") == 0 || strcmp(why, "queue_left") == 0 ||
			strcmp(why, "caller_gave_up") == 0
		? cancelled
		: strcmp(why, "silent") == 0
		? rows_get(attempt, "silent_us") || rows_is(attempt, "cause", "silent")
		: false;
}

static void check_cause(struct sim *sim, const struct row *attempt)
{
	const char *cause = rows_get(attempt, "cause");
	bool rung = rows_get(attempt, "rung_us") != NULL;
	bool holds = !cause || strcmp(cause, "connection_lost") == 0 ||
		strcmp(cause, "not_signed_in") == 0 ||
		(strcmp(cause, "not_answered") == 0 && rung && rows_get(attempt, "tone_us")) ||
		(strcmp(cause, "not_displayed") == 0 && rung && !rows_get(attempt, "displayed_us")) ||
		(strcmp(cause, "silent") == 0 && rung && !rows_get(attempt, "tone_us")) ||
		(strcmp(cause, "refused") == 0 && rung) || (strcmp(cause, "away") == 0 && !rung);

	demand(sim, holds, "the cause follows from the evidence", "call=%s window=%s cause=%s",
		rows_get(attempt, "call"), rows_get(attempt, "service_window"), cause);
	demand(sim,
		(cause != NULL) ==
			(rows_is(attempt, "outcome", "refused") ||
				rows_is(attempt, "outcome", "unanswered")),
		"who did not answer has a cause", "call=%s window=%s outcome=%s",
		rows_get(attempt, "call"), rows_get(attempt, "service_window"),
		rows_get(attempt, "outcome"));
}

static void check_verdict(struct sim *sim, const struct row *attempt, const struct row *call)
{
	const char *why = rows_get(attempt, "why_not"),
		   *window = rows_get(attempt, "service_window");
	bool answered = rows_is(attempt, "outcome", "answered"), counts = yes(attempt, "countable");

	demand(sim,
		answered ==
			(rows_get(call, "answered_us") && rows_is(call, "responder_window", window)),
		"one window answers", "call=%s window=%s", rows_get(attempt, "call"), window);
	demand(sim, yes(attempt, "drill") == yes(call, "drill"), "a drill is a drill for all",
		"call=%s", rows_get(attempt, "call"));
	demand(sim, counts == (!answered && !why),
		"what counts has no excuse, and the other way round",
		"call=%s window=%s why_not=%s", rows_get(attempt, "call"), window, why ? why : "-");
	demand(sim, !why || excuse_holds(sim, attempt, call, why), "an excuse holds",
		"call=%s window=%s why_not=%s", rows_get(attempt, "call"), window, why);
	demand(sim,
		!counts ||
			(yes(attempt, "in_hours") && yes(attempt, "on_duty") &&
				!yes(attempt, "drill") && !rows_is(attempt, "outcome", "withdrawn") &&
				(!rows_get(attempt, "silent_us") ||
					rows_is(attempt, "cause", "refused"))),
		"only what may be held against a window counts", "call=%s window=%s",
		rows_get(attempt, "call"), window);
}

static void check_attempt(struct sim *sim, const struct row *attempt)
{
	struct model *model = sim->model;
	const char *id = rows_get(attempt, "call"), *window = rows_get(attempt, "service_window");
	const struct row *call = rows_find(model->rows, ROWS_CALL, id, NULL, NULL);
	g_autofree char *key = g_strdup_printf("%s %s", id, window);
	g_autofree char *silent = g_strdup_printf("silent/%s/%s", id, window);
	const struct row *ledger = g_hash_table_lookup(model->ledger_of, key);

	demand(sim, call, "attempts are of calls", "call=%s", id);
	check_duty(sim, attempt);
	check_cause(sim, attempt);
	check_verdict(sim, attempt, call);
	demand(sim, (ledger != NULL) == yes(attempt, "countable"),
		"one ledger row for each countable attempt and none else", "call=%s window=%s", id,
		window);
	demand(sim, !ledger || ledger->step == attempt->step,
		"the row comes with the attempt's end", "call=%s window=%s", id, window);
	demand(sim,
		g_hash_table_contains(model->sms_of, silent) ==
			(rows_get(attempt, "silent_us") != NULL),
		"a ring without sound has its message, and none else", "call=%s window=%s", id,
		window);
}

/* --- ledger and messages -------------------------------------------------------------------------- */

static void check_ledger(struct sim *sim, const struct row *ledger)
{
	struct model *model = sim->model;
	const char *id = rows_get(ledger, "call"), *window = rows_get(ledger, "service_window");
	const struct row *attempt = rows_find(model->rows, ROWS_ATTEMPT, id, window, NULL);
	g_autofree char *silent = g_strdup_printf("silent/%s/%s", id, window);
	g_autofree char *unanswered = g_strdup_printf("unanswered/%s/%s", id, window);

	demand(sim, attempt && yes(attempt, "countable"), "a ledger row has its attempt",
		"call=%s window=%s", id, window);
	demand(sim,
		rows_is(ledger, "at_us", rows_get(attempt, "closed_us")) &&
			rows_is(ledger, "cause", rows_get(attempt, "cause")) &&
			rows_get_int(ledger, "month") ==
				fw_calendar_month(rows_get_int(attempt, "closed_us")),
		"a ledger row says what the attempt says", "call=%s window=%s", id, window);
	demand(sim,
		g_hash_table_contains(model->sms_of, silent) !=
			g_hash_table_contains(model->sms_of, unanswered),
		"one message for each ledger row", "call=%s window=%s", id, window);
}

static void check_sms(struct sim *sim, const struct row *sms)
{
	const char *key = rows_get(sms, "key");
	g_auto(GStrv) parts = g_strsplit(key, "/", 3);
	g_autofree char *attempt = NULL;

	if (sms->step != sim->counts.steps || !rows_is(sms, "kind", "unanswered")) {
		return;
	}
	attempt = g_strdup_printf("%s %s", parts[1], parts[2]);
	demand(sim, g_hash_table_contains(sim->model->ledger_of, attempt),
		"no message without a ledger row", "key=%s", key);
}

static void check_call(struct sim *sim, const struct row *call)
{
	const char *id = rows_get(call, "id");
	const struct row *queue = rows_find(sim->model->rows, ROWS_QUEUE, id, NULL, NULL);
	int64_t open = -1, all = -1;

	if (call->step == sim->counts.steps) {
		truth_check_reach(sim, rows_get(call, "requester_window"), id,
			rows_get(call, "item"), yes(call, "drill"));
	}
	(void)fw_db_query_int(sim->server->db,
		"SELECT COUNT(*) FROM attempt WHERE call = ?1 AND closed_us IS NULL",
		FW_DB_VALUES(fw_db_text(id)), &open);
	if (rows_get(call, "ended_us") || rows_get(call, "answered_us")) {
		demand(sim, open == 0, "no attempt outlives its call or the answer", "call=%s", id);
		demand(sim, !queue || rows_get(queue, "left_us"), "no queue outlives its call",
			"call=%s", id);
	}
	if (rows_get(call, "ended_us")) {
		(void)fw_db_query_int(sim->server->db,
			"SELECT COUNT(*) FROM attempt WHERE call = ?1",
			FW_DB_VALUES(fw_db_text(id)), &all);
		demand(sim, all == (int64_t)(uintptr_t)g_hash_table_lookup(sim->model->attempts, id),
			"each attempt ends in one outcome", "call=%s attempts=%" G_GINT64_FORMAT,
			id, all);
	}
}

static void check_escalations(struct sim *sim)
{
	struct model *model = sim->model;
	GHashTableIter iter;
	void *key;

	g_hash_table_iter_init(&iter, model->weigh);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		intptr_t faults = (intptr_t)g_hash_table_lookup(model->faults, key);
		const struct row *escalation = g_hash_table_lookup(model->escalation_of, key);
		bool stands = escalation && !rows_is(escalation, "state", "taken_back");

		demand(sim, stands == (faults > FAULTS_ALLOWED),
			"an escalation stands if and only if four rows of the month do",
			"window and month: %s, at fault: %d", (const char *)key, (int)faults);
	}
	g_hash_table_remove_all(model->weigh);
}

void truth_check_step(struct sim *sim)
{
	struct rows *rows = sim->model->rows;

	for (unsigned i = 0; i < rows_touched(rows); i++) {
		const struct row *row = rows_touched_at(rows, i);

		if (row->table == ROWS_ATTEMPT) {
			check_attempt(sim, row);
		} else if (row->table == ROWS_LEDGER) {
			check_ledger(sim, row);
		} else if (row->table == ROWS_SMS) {
			check_sms(sim, row);
		} else if (row->table == ROWS_CALL) {
			check_call(sim, row);
		}
	}
	check_escalations(sim);
}

/* --- the end -------------------------------------------------------------------------------------- */

/* What the gateway knows of all rounds of the message. */
static unsigned sent(const struct sim *sim, const struct row *sms)
{
	unsigned count = gateway_sent(sim, rows_get(sms, "key"));

	for (int64_t round = 2; round <= rows_get_int(sms, "round"); round++) {
		g_autofree char *key =
			g_strdup_printf("%s#%" G_GINT64_FORMAT, rows_get(sms, "key"), round);

		count += gateway_sent(sim, key);
	}
	return count;
}

static void check_rest_of_sms(struct sim *sim, const struct row *sms)
{
	const char *state = rows_get(sms, "state"), *error = rows_get(sms, "error");
	int64_t round = rows_get_int(sms, "round");
	unsigned count = sent(sim, sms);
	bool arrived = strcmp(state, "handed") == 0 || strcmp(state, "delivered") == 0;

	demand(sim,
		arrived || strcmp(state, "failed") == 0 || strcmp(state, "uncertain") == 0 ||
			strcmp(state, "cancelled") == 0,
		"every message comes to an end", "sms=%s state=%s", rows_get(sms, "id"), state);
	demand(sim, count <= (unsigned)round, "a message goes out once a round",
		"sms=%s key=%s sent=%u", rows_get(sms, "id"), rows_get(sms, "key"), count);
	demand(sim, !arrived || count >= 1, "what is handed over went out", "sms=%s key=%s",
		rows_get(sms, "id"), rows_get(sms, "key"));
	if (strcmp(state, "failed") == 0 && g_strcmp0(error, "receipt") != 0 && round == 1) {
		demand(sim, count == 0, "what failed did not go out", "sms=%s key=%s error=%s",
			rows_get(sms, "id"), rows_get(sms, "key"), error ? error : "-");
	}
}

void truth_check_rest(struct sim *sim)
{
	const struct rows *rows = sim->model->rows;

	for (unsigned i = 0; i < rows_count(rows, ROWS_CALL); i++) {
		const struct row *call = rows_at(rows, ROWS_CALL, i);

		demand(sim, rows_get(call, "ended_us"), "every call comes to an end",
			"call=%s state=%s", rows_get(call, "id"), rows_get(call, "state"));
	}
	for (unsigned i = 0; i < rows_count(rows, ROWS_SMS); i++) {
		check_rest_of_sms(sim, rows_at(rows, ROWS_SMS, i));
	}
}
