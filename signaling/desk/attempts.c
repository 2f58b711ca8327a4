/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants:
 *   - a window has at most one attempt in a call; it ends once, with its outcome stored;
 *   - every part that is being rung has an open attempt in state `rung`, and the other way round;
 *   - no open attempt is left when the call is over, or answered and nobody is rung for it any more.
 */
#include "signaling/desk/attempts.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/invitations.h"
#include "signaling/desk/parts.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/duty.h"
#include "signaling/drill/drill.h"
#include "signaling/ledger/ledger.h"
#include "signaling/sms/ring_notice.h"
#include "signaling/wall/wall.h"

#include <assert.h>
#include <errno.h>

#define FW_LOG_TOPIC "attempts"

#define TO(state) (1u << FW_ATTEMPT_##state)
#define ANY_END   (TO(ANSWERED) | TO(REFUSED) | TO(WITHDRAWN) | TO(UNANSWERED))

static const unsigned legal[FW_ATTEMPT_STATE_COUNT] = {
	[FW_ATTEMPT_ABSENT] = TO(RUNG) | TO(WITHDRAWN) | TO(UNANSWERED),
	[FW_ATTEMPT_RUNG] =
		TO(ABSENT) | TO(DECLINED) | TO(ANSWERED) | TO(WITHDRAWN) | TO(UNANSWERED),
	[FW_ATTEMPT_DECLINED] = TO(REFUSED),
};

bool fw_attempt_state_legal(enum fw_attempt_state from, enum fw_attempt_state to)
{
	return (legal[from] & (1u << to)) != 0;
}

static void set_state(struct fw_desk *desk, struct fw_attempt *attempt, enum fw_attempt_state state)
{
	assert(fw_attempt_state_legal(attempt->state, state));
	fw_debug("attempt %s->%s call=%s window=%s", fw_attempt_states[attempt->state],
		fw_attempt_states[state], attempt->call->id, attempt->window->place->id);
	fw_memory_touch(desk->memory, attempt);
	attempt->state = state;
}

struct fw_attempt *fw_attempt_find(const struct fw_call *call, const struct fw_window *window)
{
	struct fw_attempt *attempt = call->attempts;

	while (attempt && attempt->window != window) {
		attempt = attempt->next;
	}
	return attempt;
}

/* --- beginning ------------------------------------------------------------------------------------ */

static struct fw_db_value time_or_null(int64_t time_us)
{
	return time_us ? fw_db_int(time_us) : fw_db_null();
}

static const char *account_of(const struct fw_attempt *attempt)
{
	return attempt->account ? attempt->account->person->id : NULL;
}

/* Whether the window had to answer at that time. */
static int find_duty(struct fw_desk *desk, struct fw_attempt *attempt)
{
	const struct fw_window *window = attempt->window;
	int r = fw_duty_on(desk, window, desk->now_us);

	if (r >= 0) {
		attempt->on_duty = r > 0;
		attempt->in_hours =
			fw_calendar_is_open(desk->calendar, window->place->hall->id, desk->now_us);
	}
	return r;
}

static struct fw_attempt *add(
	struct fw_desk *desk, struct fw_call *call, struct fw_window *window, unsigned round)
{
	struct fw_attempt *attempt =
		fw_memory_add(desk->memory, FW_RECORD_ATTEMPT, sizeof(*attempt));

	attempt->call = call;
	attempt->window = window;
	attempt->account = window->account;
	attempt->round = round;
	attempt->since = desk->now;
	attempt->begun_us = desk->now_us;
	fw_memory_touch(desk->memory, call);
	attempt->next = call->attempts;
	call->attempts = attempt;
	call->attempt_count++;
	return attempt;
}

static int insert(struct fw_desk *desk, struct fw_attempt *attempt)
{
	int r = find_duty(desk, attempt);

	return r < 0
		? r
		: fw_db_run(desk->setup.db,
			  "INSERT INTO attempt (call, service_window, round, participant, account, "
			  "on_duty,"
			  " in_hours, drill, begun_us, rung_us)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
			  FW_DB_VALUES(fw_db_text(attempt->call->id),
				  fw_db_text(attempt->window->place->id), fw_db_int(attempt->round),
				  attempt->participant ? fw_db_int(attempt->participant)
						       : fw_db_null(),
				  fw_db_text(account_of(attempt)), fw_db_int(attempt->on_duty),
				  fw_db_int(attempt->in_hours), fw_db_int(attempt->call->drill),
				  fw_db_int(attempt->begun_us), time_or_null(attempt->rung_us)),
			  NULL);
}

static enum fw_cause why_absent(const struct fw_window *window)
{
	if (!window->account) {
		return FW_CAUSE_NOT_SIGNED_IN;
	}
	return window->client ? FW_CAUSE_AWAY : FW_CAUSE_CONNECTION_LOST;
}

int fw_attempt_absent(struct fw_desk *desk, struct fw_call *call, struct fw_window *window)
{
	struct fw_attempt *attempt = add(desk, call, window, call->round);
	int r;

	attempt->state = FW_ATTEMPT_ABSENT;
	attempt->absent = why_absent(window);
	r = insert(desk, attempt);
	return r < 0 ? r : fw_drill_note(desk, call, window);
}

static void rung(struct fw_desk *desk, struct fw_attempt *attempt, const struct fw_part *part)
{
	attempt->account = part->account;
	attempt->participant = part->participant;
	attempt->rung_us = desk->now_us;
	attempt->since = desk->now;
}

int fw_attempt_ring(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_attempt *attempt = fw_attempt_find(part->call, part->window);

	if (!attempt) {
		attempt = add(desk, part->call, part->window, part->call->round);
		attempt->state = FW_ATTEMPT_RUNG;
		rung(desk, attempt, part);
		return insert(desk, attempt);
	}
	set_state(desk, attempt, FW_ATTEMPT_RUNG);
	rung(desk, attempt, part);
	return fw_db_run(desk->setup.db,
		"UPDATE attempt SET participant = ?1, account = ?2, rung_us = ?3"
		" WHERE call = ?4 AND service_window = ?5",
		FW_DB_VALUES(fw_db_int(attempt->participant), fw_db_text(account_of(attempt)),
			fw_db_int(attempt->rung_us), fw_db_text(part->call->id),
			fw_db_text(part->window->place->id)),
		NULL);
}

/* --- proof of ringing ------------------------------------------------------------------------------ */

static int store_acks(struct fw_desk *desk, const struct fw_attempt *attempt)
{
	if (attempt->invited) {
		return fw_invitation_store_acks(desk, attempt);
	}
	return fw_db_run(desk->setup.db,
		"UPDATE attempt SET delivered_us = ?1, displayed_us = ?2, tone_us = ?3,"
		" silent_us = ?4 WHERE call = ?5 AND service_window = ?6",
		FW_DB_VALUES(time_or_null(attempt->delivered_us), time_or_null(attempt->displayed_us),
			time_or_null(attempt->tone_us), time_or_null(attempt->silent_us),
			fw_db_text(attempt->call->id), fw_db_text(attempt->window->place->id)),
		NULL);
}

/* The window rings as it should, whatever was before. */
static void sounded(struct fw_desk *desk, struct fw_window *window)
{
	if (window->silent_us) {
		fw_memory_touch(desk->memory, window);
		window->silent_us = 0;
		fw_wall_stir(desk);
	}
}

int fw_attempt_ack(struct fw_desk *desk, struct fw_part *part, enum fw_ring_stage stage)
{
	struct fw_attempt *attempt =
		part->invitation ? part->invitation : fw_attempt_find(part->call, part->window);
	int r;
	int64_t *times[] = {
		[FW_RING_DELIVERED] = &attempt->delivered_us,
		[FW_RING_DISPLAYED] = &attempt->displayed_us,
		[FW_RING_TONE] = &attempt->tone_us,
	};

	if (*times[stage]) {
		return 0;
	}
	fw_memory_touch(desk->memory, attempt);
	*times[stage] = desk->now_us;
	if (!attempt->delivered_us) { /* what is shown or sounds was delivered */
		attempt->delivered_us = desk->now_us;
	}
	if (stage == FW_RING_TONE) {
		attempt->silent_at = 0;
		sounded(desk, part->window);
	} else if (!attempt->silent_at && !attempt->tone_us && !attempt->silent_us) {
		attempt->silent_at = desk->now + FW_ATTEMPT_SILENT_US;
		fw_memory_remind(desk->memory, attempt, attempt->silent_at);
	}
	r = store_acks(desk, attempt);
	return r < 0 ? r : 1;
}

static int silent(struct fw_desk *desk, struct fw_attempt *attempt)
{
	const struct fw_client *client = attempt->window->client;
	int r;

	fw_warn("ring without sound call=%s window=%s", attempt->call->id,
		attempt->window->place->id);
	fw_memory_touch(desk->memory, attempt);
	attempt->silent_at = 0;
	attempt->silent_us = desk->now_us;
	fw_memory_touch(desk->memory, attempt->window);
	attempt->window->silent_us = desk->now_us;
	fw_wall_stir(desk);
	if (client) {
		struct fw_json json;

		fw_event_begin(&json, "ring.silent");
		fw_json_text(&json, "call", attempt->call->id);
		fw_event_send(desk, client, &json);
	}
	r = store_acks(desk, attempt);
	return r < 0 ? r : fw_sms_silent_ring(desk, attempt);
}

int fw_attempt_due(struct fw_desk *desk, struct fw_attempt *attempt)
{
	if (attempt->state != FW_ATTEMPT_RUNG || !attempt->silent_at) {
		return 0;
	}
	if (attempt->silent_at > desk->now) {
		fw_memory_remind(desk->memory, attempt, attempt->silent_at);
		return 0;
	}
	return silent(desk, attempt);
}

int fw_attempt_decline(struct fw_desk *desk, struct fw_part *part)
{
	set_state(desk, fw_attempt_find(part->call, part->window), FW_ATTEMPT_DECLINED);
	return 0;
}

int fw_attempt_gone(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_attempt *attempt = fw_attempt_find(part->call, part->window);

	set_state(desk, attempt, FW_ATTEMPT_ABSENT);
	attempt->absent = FW_CAUSE_NOT_SIGNED_IN;
	attempt->silent_at = 0;
	return 0;
}

/* --- the end --------------------------------------------------------------------------------------- */

static struct fw_evidence evidence_of(
	const struct fw_desk *desk, const struct fw_attempt *attempt, bool winner)
{
	static const enum fw_attempt_stand stands[] = {
		[FW_ATTEMPT_ABSENT] = FW_STAND_ABSENT,
		[FW_ATTEMPT_RUNG] = FW_STAND_RUNG,
		[FW_ATTEMPT_DECLINED] = FW_STAND_REFUSED,
	};
	const struct fw_call *call = attempt->call;
	const struct fw_hall *hall = attempt->window->place->hall;
	/* Who rehearses would not be rung now, and does not answer for that it was not there. */
	bool rehearses = attempt->state == FW_ATTEMPT_ABSENT &&
		fw_drill_of(desk, attempt->window->place, call->item);

	return (struct fw_evidence){
		.stand = winner ? FW_STAND_ANSWERED : stands[attempt->state],
		.absent = attempt->absent,
		.connected = attempt->window->client && attempt->window->account == attempt->account,
		.delivered = attempt->delivered_us,
		.displayed = attempt->displayed_us,
		.tone = attempt->tone_us,
		.silent = attempt->silent_us,
		.on_duty = attempt->on_duty,
		.in_hours = attempt->in_hours,
		.drill = call->drill || rehearses,
		.age_us = desk->now - attempt->since,
		.patience_us = hall->patience_seconds ? hall->patience_seconds * INT64_C(1000000)
						      : desk->setup.patience_us,
	};
}

/* Everything of the row: the ledger can be made again from the deed alone. */
static int write_deed(struct fw_desk *desk, const struct fw_attempt *attempt)
{
	struct fw_json json;
	g_autofree char *detail = NULL;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "window", attempt->window->place->id);
	fw_json_int(&json, "round", attempt->round);
	if (attempt->participant) {
		fw_json_int(&json, "participant", attempt->participant);
	}
	fw_json_text(&json, "account", account_of(attempt));
	fw_json_bool(&json, "on_duty", attempt->on_duty);
	fw_json_bool(&json, "in_hours", attempt->in_hours);
	fw_json_bool(&json, "drill", attempt->call->drill);
	fw_json_int(&json, "begun_us", attempt->begun_us);
	fw_json_time(&json, "rung_us", attempt->rung_us);
	fw_json_time(&json, "delivered_us", attempt->delivered_us);
	fw_json_time(&json, "displayed_us", attempt->displayed_us);
	fw_json_time(&json, "tone_us", attempt->tone_us);
	fw_json_time(&json, "silent_us", attempt->silent_us);
	fw_json_text(&json, "outcome", fw_attempt_states[attempt->state]);
	fw_json_text(&json, "cause", fw_causes[attempt->cause]);
	fw_json_bool(&json, "countable", attempt->countable);
	fw_json_text(&json, "why_not", fw_why_nots[attempt->why_not]);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	return fw_deed_of_call(desk, attempt->call, NULL, "attempt.closed", detail);
}

int fw_attempt_close(
	struct fw_desk *desk, struct fw_attempt *attempt, enum fw_round_end end, bool winner)
{
	static const enum fw_attempt_state states[] = {
		[FW_OUTCOME_ANSWERED] = FW_ATTEMPT_ANSWERED,
		[FW_OUTCOME_REFUSED] = FW_ATTEMPT_REFUSED,
		[FW_OUTCOME_WITHDRAWN] = FW_ATTEMPT_WITHDRAWN,
		[FW_OUTCOME_UNANSWERED] = FW_ATTEMPT_UNANSWERED,
	};
	struct fw_evidence evidence = evidence_of(desk, attempt, winner);
	struct fw_verdict verdict = fw_verdict_find(&evidence, end);
	int r;

	set_state(desk, attempt, states[verdict.outcome]);
	attempt->silent_at = 0;
	attempt->closed_us = desk->now_us;
	attempt->cause = verdict.cause;
	attempt->why_not = verdict.why_not;
	attempt->countable = verdict.countable;
	if (verdict.countable) {
		fw_info("unanswered, counts (%s) call=%s window=%s", fw_causes[verdict.cause],
			attempt->call->id, attempt->window->place->id);
	}
	r = fw_db_run(desk->setup.db,
		"UPDATE attempt SET closed_us = ?1, outcome = ?2, cause = ?3, countable = ?4,"
		" why_not = ?5 WHERE call = ?6 AND service_window = ?7",
		FW_DB_VALUES(fw_db_int(attempt->closed_us), fw_db_text(fw_outcomes[verdict.outcome]),
			fw_db_text(fw_causes[verdict.cause]), fw_db_int(verdict.countable),
			fw_db_text(fw_why_nots[verdict.why_not]), fw_db_text(attempt->call->id),
			fw_db_text(attempt->window->place->id)),
		NULL);
	if (r >= 0) {
		r = write_deed(desk, attempt);
	}
	return r < 0 || !verdict.countable ? r : fw_ledger_add(desk, attempt);
}

int fw_attempts_close(struct fw_desk *desk, struct fw_call *call, enum fw_round_end end,
	const struct fw_part *winner)
{
	int r = 0;

	for (struct fw_attempt *attempt = call->attempts; r >= 0 && attempt;
		attempt = attempt->next) {
		if (!attempt->closed_us) {
			r = fw_attempt_close(
				desk, attempt, end, winner && attempt->window == winner->window);
		}
	}
	return r;
}

/* --- after a restart ------------------------------------------------------------------------------- */

static int load(struct fw_desk *desk, struct fw_call *call, struct fw_statement *row)
{
	const struct fw_place *place =
		fw_catalogue_place(desk->catalogue, fw_db_column_text(row, 0));
	const char *account = fw_db_column_text(row, 3);
	struct fw_attempt *attempt;

	if (!place) {
		return -EBADMSG;
	}
	attempt = add(desk, call, fw_desk_window(desk, place), (unsigned)fw_db_column_int(row, 1));
	attempt->participant = (unsigned)fw_db_column_int(row, 2);
	attempt->state = attempt->participant ? FW_ATTEMPT_RUNG : FW_ATTEMPT_ABSENT;
	attempt->account = account ? g_hash_table_lookup(desk->accounts, account) : NULL;
	attempt->on_duty = fw_db_column_int(row, 4);
	attempt->in_hours = fw_db_column_int(row, 5);
	attempt->begun_us = fw_db_column_int(row, 6);
	attempt->rung_us = fw_db_column_int(row, 7);
	attempt->delivered_us = fw_db_column_int(row, 8);
	attempt->displayed_us = fw_db_column_int(row, 9);
	attempt->tone_us = fw_db_column_int(row, 10);
	attempt->silent_us = fw_db_column_int(row, 11);
	return 0;
}

int fw_attempts_restart(struct fw_desk *desk, struct fw_call *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT service_window, round, participant, account, on_duty, in_hours, begun_us,"
		" rung_us, delivered_us, displayed_us, tone_us, silent_us FROM attempt"
		" WHERE call = ?1 AND closed_us IS NULL ORDER BY service_window",
		FW_DB_VALUES(fw_db_text(call->id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		r = load(desk, call, rows);
	}
	return r < 0 ? r : fw_attempts_close(desk, call, FW_ROUND_SERVER, NULL);
}
