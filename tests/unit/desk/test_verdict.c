/* SPDX-License-Identifier: Apache-2.0 */
/* What an attempt came to, case by case. */
#include "tests/unit/testing.h"

#include "signaling/desk/verdict.h"

#include <stddef.h>

#define S INT64_C(1000000)

/* A window on duty that was rung, shown and heard for 30 s. */
static struct fw_evidence heard(void)
{
	return (struct fw_evidence){
		.stand = FW_STAND_RUNG,
		.connected = true,
		.delivered = true,
		.displayed = true,
		.tone = true,
		.on_duty = true,
		.in_hours = true,
		.age_us = 30 * S,
		.patience_us = 10 * S,
	};
}

static void expect(struct fw_evidence evidence, enum fw_round_end end, enum fw_outcome outcome,
	enum fw_cause cause, enum fw_why_not why_not)
{
	struct fw_verdict verdict = fw_verdict_find(&evidence, end);

	assert_int_equal(verdict.outcome, outcome);
	assert_int_equal(verdict.cause, cause);
	assert_int_equal(verdict.why_not, why_not);
	assert_int_equal(
		verdict.countable, outcome != FW_OUTCOME_ANSWERED && why_not == FW_WHY_NOT_NONE);
}

#define UNANSWERED(evidence, cause, why_not) \
	expect(evidence, FW_ROUND_OVER, FW_OUTCOME_UNANSWERED, FW_CAUSE_##cause, \
		FW_WHY_NOT_##why_not)

static void test_causes_from_evidence(void **state)
{
	struct fw_evidence evidence = heard();

	(void)state;
	UNANSWERED(evidence, NOT_ANSWERED, NONE);
	evidence.silent = true; /* the tone came, but late: the SMS of a silent ring is out */
	UNANSWERED(evidence, NOT_ANSWERED, SILENT);
	evidence.tone = false;
	UNANSWERED(evidence, SILENT, SILENT);
	evidence.silent = false;
	UNANSWERED(evidence, SILENT, SILENT);
	evidence.displayed = false;
	UNANSWERED(evidence, NOT_DISPLAYED, NONE);
	evidence.delivered = false;
	UNANSWERED(evidence, CONNECTION_LOST, NONE);
	evidence = heard();
	evidence.connected = false;
	UNANSWERED(evidence, CONNECTION_LOST, NONE);
}

static void test_absence_and_refusal(void **state)
{
	struct fw_evidence evidence = heard();

	(void)state;
	evidence.stand = FW_STAND_ABSENT;
	evidence.absent = FW_CAUSE_NOT_SIGNED_IN;
	UNANSWERED(evidence, NOT_SIGNED_IN, NONE);
	evidence.absent = FW_CAUSE_AWAY;
	UNANSWERED(evidence, AWAY, NONE);
	expect(evidence, FW_ROUND_QUEUE_LEFT, FW_OUTCOME_WITHDRAWN, FW_CAUSE_NONE,
		FW_WHY_NOT_QUEUE_LEFT);
	evidence.stand = FW_STAND_REFUSED;
	evidence.silent = true; /* who refuses has seen it */
	expect(evidence, FW_ROUND_OVER, FW_OUTCOME_REFUSED, FW_CAUSE_REFUSED, FW_WHY_NOT_NONE);
	expect(evidence, FW_ROUND_ANSWERED, FW_OUTCOME_REFUSED, FW_CAUSE_REFUSED,
		FW_WHY_NOT_ANSWERED_ELSEWHERE);
	evidence.stand = FW_STAND_BUSY;
	expect(evidence, FW_ROUND_OVER, FW_OUTCOME_WITHDRAWN, FW_CAUSE_NONE, FW_WHY_NOT_BUSY);
}

static void test_the_others_answer(void **state)
{
	struct fw_evidence evidence = heard();

	(void)state;
	expect(evidence, FW_ROUND_ANSWERED, FW_OUTCOME_WITHDRAWN, FW_CAUSE_NONE,
		FW_WHY_NOT_ANSWERED_ELSEWHERE);
	evidence.stand = FW_STAND_ANSWERED;
	expect(evidence, FW_ROUND_ANSWERED, FW_OUTCOME_ANSWERED, FW_CAUSE_NONE, FW_WHY_NOT_NONE);
}

static void test_what_never_counts(void **state)
{
	struct fw_evidence evidence = heard();

	(void)state;
	expect(evidence, FW_ROUND_SERVER, FW_OUTCOME_WITHDRAWN, FW_CAUSE_NONE,
		FW_WHY_NOT_SERVER_FAULT);
	expect(evidence, FW_ROUND_CALLER_LOST, FW_OUTCOME_WITHDRAWN, FW_CAUSE_NONE,
		FW_WHY_NOT_CALLER_FAULT);
	evidence.on_duty = false;
	UNANSWERED(evidence, NOT_ANSWERED, OFF_DUTY);
	evidence.in_hours = false;
	UNANSWERED(evidence, NOT_ANSWERED, OUT_OF_HOURS);
	evidence.drill = true;
	UNANSWERED(evidence, NOT_ANSWERED, DRILL);
}

static void test_patience(void **state)
{
	struct fw_evidence evidence = heard();

	(void)state;
	evidence.age_us = 10 * S - 1;
	expect(evidence, FW_ROUND_CALLER_LEFT, FW_OUTCOME_WITHDRAWN, FW_CAUSE_NONE,
		FW_WHY_NOT_CALLER_GAVE_UP);
	evidence.age_us = 10 * S;
	expect(evidence, FW_ROUND_CALLER_LEFT, FW_OUTCOME_UNANSWERED, FW_CAUSE_NOT_ANSWERED,
		FW_WHY_NOT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_causes_from_evidence),
		cmocka_unit_test(test_absence_and_refusal),
		cmocka_unit_test(test_the_others_answer),
		cmocka_unit_test(test_what_never_counts),
		cmocka_unit_test(test_patience),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
