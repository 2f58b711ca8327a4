/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <string.h>

#include "signaling/cases/case_state.h"

/* The table spelled out a second time: what each state allows, in the order of the actions. */
static const char *const expected[FW_CASE_STATE_COUNT] = {
	[FW_CASE_DRAFT] = "send>sent submit>prereview cancel>cancelled ",
	[FW_CASE_PREREVIEW] = "pass>sent fail>prereview_failed supplement>supplement "
			      "forward>prereview copy>prereview read>prereview ",
	[FW_CASE_SENT] = "accept>accepted refuse>refused supplement>supplement post>sent "
			 "forward>sent copy>sent read>sent ",
	[FW_CASE_ACCEPTED] = "decide>decided post>accepted forward>accepted copy>accepted "
			     "read>accepted ",
	[FW_CASE_SUPPLEMENT] = "tell>told post>supplement copy>supplement read>supplement ",
	[FW_CASE_TOLD] = "supplemented>sent not_supplemented>not_supplemented post>told copy>told "
			 "read>told ",
	[FW_CASE_DECIDED] = "issue>issued copy>decided read>decided ",
	[FW_CASE_ISSUED] = "copy>issued read>issued ",
	[FW_CASE_REFUSED] = "copy>refused read>refused ",
	[FW_CASE_NOT_SUPPLEMENTED] = "copy>not_supplemented read>not_supplemented ",
	[FW_CASE_PREREVIEW_FAILED] = "copy>prereview_failed read>prereview_failed ",
	[FW_CASE_CANCELLED] = "",
};

static void every_step(void **state)
{
	(void)state;
	for (int from = 0; from < FW_CASE_STATE_COUNT; from++) {
		g_autoptr(GString) steps = g_string_new(NULL);
		const struct fw_case_step *step;

		for (unsigned n = 0; (step = fw_case_step_at((enum fw_case_state)from, n)); n++) {
			assert_int_equal(step->from, from);
			assert_ptr_equal(step, fw_case_step(step->from, step->action));
			g_string_append_printf(steps, "%s>%s ", fw_case_actions[step->action],
				fw_case_states[step->to]);
		}
		assert_string_equal(steps->str, expected[from]);
	}
}

static void words_are_all_there(void **state)
{
	(void)state;
	assert_string_equal(fw_case_states[FW_CASE_CANCELLED], "cancelled");
	assert_null(fw_case_states[FW_CASE_STATE_COUNT]);
	assert_string_equal(fw_case_actions[FW_CASE_ACT_READ], "read");
	assert_null(fw_case_actions[FW_CASE_ACT_COUNT]);
}

/* In a final state it is nobody's turn, in every other somebody can go on whose turn it is. */
static void somebody_has_the_turn(void **state)
{
	(void)state;
	for (int from = 0; from < FW_CASE_STATE_COUNT; from++) {
		enum fw_case_side turn = fw_case_turn((enum fw_case_state)from);
		const struct fw_case_step *step;
		bool goes_on = false;

		for (unsigned n = 0; (step = fw_case_step_at((enum fw_case_state)from, n)); n++) {
			goes_on |= step->to != step->from &&
				(step->side == turn || step->side == FW_CASE_EITHER);
		}
		assert_int_equal(goes_on, !fw_case_is_final((enum fw_case_state)from));
		assert_int_equal(turn == FW_CASE_READER, fw_case_is_final((enum fw_case_state)from));
	}
}

/* No deadline runs once nobody could keep it; each runs somewhere. */
static void deadlines_run_while_they_can_be_kept(void **state)
{
	static const char *const runs[FW_CASE_STATE_COUNT] = {
		[FW_CASE_DRAFT] = "----",
		[FW_CASE_PREREVIEW] = "A---",
		[FW_CASE_SENT] = "A--P",
		[FW_CASE_ACCEPTED] = "-D-P",
		[FW_CASE_SUPPLEMENT] = "A--P",
		[FW_CASE_TOLD] = "--SP",
	};

	(void)state;
	for (int from = 0; from < FW_CASE_STATE_COUNT; from++) {
		char found[FW_CASE_DEADLINE_COUNT + 1] = "----";

		for (int i = 0; i < FW_CASE_DEADLINE_COUNT; i++) {
			if (fw_case_deadline_runs(
				    (enum fw_case_state)from, (enum fw_case_deadline)i)) {
				found[i] = "ADSP"[i];
			}
		}
		assert_string_equal(found, runs[from] ? runs[from] : "----");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step),
		cmocka_unit_test(words_are_all_there),
		cmocka_unit_test(somebody_has_the_turn),
		cmocka_unit_test(deadlines_run_while_they_can_be_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
