/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/verdict.h"

static enum fw_outcome outcome_of(const struct fw_evidence *evidence, enum fw_round_end end)
{
	switch (evidence->stand) {
	case FW_STAND_ANSWERED:
		return FW_OUTCOME_ANSWERED;
	case FW_STAND_REFUSED:
		return FW_OUTCOME_REFUSED;
	case FW_STAND_BUSY:
		return FW_OUTCOME_WITHDRAWN;
	case FW_STAND_ABSENT:
	case FW_STAND_RUNG:
		break;
	}
	if (end == FW_ROUND_OVER ||
		(end == FW_ROUND_CALLER_LEFT && evidence->age_us >= evidence->patience_us)) {
		return FW_OUTCOME_UNANSWERED;
	}
	return FW_OUTCOME_WITHDRAWN;
}

static enum fw_cause cause_of_ring(const struct fw_evidence *evidence)
{
	if (!evidence->connected || !evidence->delivered) {
		return FW_CAUSE_CONNECTION_LOST;
	}
	if (evidence->tone) { /* late or not */
		return FW_CAUSE_NOT_ANSWERED;
	}
	return evidence->displayed ? FW_CAUSE_SILENT : FW_CAUSE_NOT_DISPLAYED;
}

static enum fw_cause cause_of(const struct fw_evidence *evidence, enum fw_outcome outcome)
{
	if (outcome == FW_OUTCOME_REFUSED) {
		return FW_CAUSE_REFUSED;
	}
	if (outcome != FW_OUTCOME_UNANSWERED) {
		return FW_CAUSE_NONE;
	}
	return evidence->stand == FW_STAND_ABSENT ? evidence->absent : cause_of_ring(evidence);
}

/* The first that applies: what happened to the call before what the window may claim for itself. */
static enum fw_why_not excuse(
	const struct fw_evidence *evidence, enum fw_cause cause, enum fw_round_end end)
{
	if (end == FW_ROUND_SERVER) {
		return FW_WHY_NOT_SERVER_FAULT;
	}
	if (end == FW_ROUND_ANSWERED) {
		return FW_WHY_NOT_ANSWERED_ELSEWHERE;
	}
	if (evidence->stand == FW_STAND_BUSY) {
		return FW_WHY_NOT_BUSY;
	}
	if (evidence->drill) {
		return FW_WHY_NOT_DRILL;
	}
	if (!evidence->in_hours) {
		return FW_WHY_NOT_OUT_OF_HOURS;
	}
	if (!evidence->on_duty) {
		return FW_WHY_NOT_OFF_DUTY;
	}
	if (end == FW_ROUND_CALLER_LOST) {
		return FW_WHY_NOT_CALLER_FAULT;
	}
	if (end == FW_ROUND_QUEUE_LEFT) {
		return FW_WHY_NOT_QUEUE_LEFT;
	}
	if (end == FW_ROUND_CALLER_LEFT && evidence->age_us < evidence->patience_us) {
		return FW_WHY_NOT_CALLER_GAVE_UP;
	}
	if (cause == FW_CAUSE_SILENT || (evidence->silent && cause != FW_CAUSE_REFUSED)) {
		return FW_WHY_NOT_SILENT;
	}
	return FW_WHY_NOT_NONE;
}

struct fw_verdict fw_verdict_find(const struct fw_evidence *evidence, enum fw_round_end end)
{
	struct fw_verdict verdict = {.outcome = outcome_of(evidence, end)};

	verdict.cause = cause_of(evidence, verdict.outcome);
	if (verdict.outcome != FW_OUTCOME_ANSWERED) {
		verdict.why_not = excuse(evidence, verdict.cause, end);
		verdict.countable = verdict.why_not == FW_WHY_NOT_NONE;
	}
	return verdict;
}
