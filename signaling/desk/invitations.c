/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/invitations.h"

#include "base/db.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/json_write.h"

static struct fw_db_value time_or_null(int64_t time_us)
{
	return time_us ? fw_db_int(time_us) : fw_db_null();
}

int fw_invitation_ring(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_attempt *attempt =
		fw_memory_add(desk->memory, FW_RECORD_ATTEMPT, sizeof(*attempt));

	attempt->call = part->call;
	attempt->window = part->window;
	attempt->account = part->account;
	attempt->participant = part->participant;
	attempt->state = FW_ATTEMPT_RUNG;
	attempt->invited = true;
	attempt->begun_us = desk->now_us;
	attempt->rung_us = desk->now_us;
	attempt->since = desk->now;
	fw_memory_touch(desk->memory, part);
	part->invitation = attempt;
	return fw_db_run(desk->setup.db,
		"INSERT INTO invitation (call, participant, service_window, account, rung_us)"
		" VALUES (?1, ?2, ?3, ?4, ?5)",
		FW_DB_VALUES(fw_db_text(part->call->id), fw_db_int(part->participant),
			fw_db_text(part->window->place->id), fw_db_text(part->account->person->id),
			fw_db_int(attempt->rung_us)),
		NULL);
}

int fw_invitation_store_acks(struct fw_desk *desk, const struct fw_attempt *attempt)
{
	return fw_db_run(desk->setup.db,
		"UPDATE invitation SET delivered_us = ?1, displayed_us = ?2, tone_us = ?3,"
		" silent_us = ?4 WHERE call = ?5 AND participant = ?6",
		FW_DB_VALUES(time_or_null(attempt->delivered_us), time_or_null(attempt->displayed_us),
			time_or_null(attempt->tone_us), time_or_null(attempt->silent_us),
			fw_db_text(attempt->call->id), fw_db_int(attempt->participant)),
		NULL);
}

static enum fw_outcome outcome_of(const struct fw_desk *desk, const struct fw_part *part)
{
	switch (part->state) {
	case FW_PART_IN:
		return FW_OUTCOME_ANSWERED;
	case FW_PART_REFUSED:
		return FW_OUTCOME_REFUSED;
	default:
		return part->ring_until <= desk->now ? FW_OUTCOME_UNANSWERED : FW_OUTCOME_WITHDRAWN;
	}
}

/* Everything of the row: the table can be made again from the deed alone. */
static int write_deed(struct fw_desk *desk, const struct fw_attempt *attempt, const char *outcome)
{
	struct fw_json json;
	g_autofree char *detail = NULL;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "window", attempt->window->place->id);
	fw_json_int(&json, "participant", attempt->participant);
	fw_json_text(&json, "account", attempt->account->person->id);
	fw_json_int(&json, "rung_us", attempt->rung_us);
	fw_json_time(&json, "delivered_us", attempt->delivered_us);
	fw_json_time(&json, "displayed_us", attempt->displayed_us);
	fw_json_time(&json, "tone_us", attempt->tone_us);
	fw_json_time(&json, "silent_us", attempt->silent_us);
	fw_json_text(&json, "outcome", outcome);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	return fw_deed_of_call(desk, attempt->call, NULL, "invitation.closed", detail);
}

int fw_invitation_close(struct fw_desk *desk, struct fw_part *part)
{
	static const enum fw_attempt_state states[] = {
		[FW_OUTCOME_ANSWERED] = FW_ATTEMPT_ANSWERED,
		[FW_OUTCOME_REFUSED] = FW_ATTEMPT_REFUSED,
		[FW_OUTCOME_WITHDRAWN] = FW_ATTEMPT_WITHDRAWN,
		[FW_OUTCOME_UNANSWERED] = FW_ATTEMPT_UNANSWERED,
	};
	struct fw_attempt *attempt = part->invitation;
	enum fw_outcome outcome = outcome_of(desk, part);
	int r;

	if (!attempt || attempt->closed_us) {
		return 0;
	}
	fw_memory_touch(desk->memory, attempt);
	attempt->state = states[outcome];
	attempt->silent_at = 0;
	attempt->closed_us = desk->now_us;
	r = fw_db_run(
		desk->setup.db, "UPDATE invitation SET closed_us = ?1, outcome = ?2 WHERE call = ?3 AND participant = ?4",
		FW_DB_VALUES(fw_db_int(attempt->closed_us), fw_db_text(fw_outcomes[outcome]),
			fw_db_text(attempt->call->id), fw_db_int(attempt->participant)),
		NULL);
	return r < 0 ? r : write_deed(desk, attempt, fw_outcomes[outcome]);
}

int fw_invitations_restart(struct fw_desk *desk)
{
	return fw_db_run(
		desk->setup.db, "UPDATE invitation SET closed_us = ?1, outcome = 'withdrawn' WHERE closed_us IS NULL",
		FW_DB_VALUES(fw_db_int(desk->now_us)), NULL);
}
