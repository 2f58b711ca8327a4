/* SPDX-License-Identifier: Apache-2.0 */
/* Every table of states, spelled out a second time: an edge that is added, removed or turned fails here. */
#include "tests/unit/testing.h"

#include "signaling/catalogue/guide_state.h"
#include "signaling/cases/page_state.h"
#include "signaling/cases/upload_state.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/call_state.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/queue.h"
#include "signaling/ledger/ledger_state.h"
#include "signaling/sms/sms_state.h"

#include <string.h>

/* "state: what may follow", words as in the protocol; one line for each state, in order. */
static void compare(GPtrArray *lines, const char *const *expected)
{
	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);

		if (!expected[i] || strcmp(line, expected[i]) != 0) {
			fail_msg("the table says \"%s\", expected \"%s\"", line,
				expected[i] ? expected[i] : "nothing");
		}
	}
	assert_null(expected[lines->len]);
	g_ptr_array_unref(lines);
}

/* --- from state to state ---------------------------------------------------------------------------- */

typedef bool legality(int from, int to);

static void expect_edges(
	const char *const *names, int count, legality *legal, const char *const *expected)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (int from = 0; from < count; from++) {
		GString *line = g_string_new(names[from]);

		g_string_append_c(line, ':');
		for (int to = 0; to < count; to++) {
			if (legal(from, to)) {
				g_string_append_printf(line, " %s", names[to]);
			}
		}
		g_ptr_array_add(lines, g_string_free(line, FALSE));
	}
	compare(lines, expected);
}

static bool call_legal(int from, int to)
{
	return fw_call_state_legal((enum fw_call_state)from, (enum fw_call_state)to);
}

static void test_call(void **state)
{
	static const char *const expected[] = {
		"requested: ringing cancelled unanswered interrupted",
		"ringing: requested answered cancelled refused unanswered interrupted",
		"answered: ended interrupted",
		"ended:",
		"cancelled:",
		"refused:",
		"unanswered:",
		"interrupted:",
		NULL,
	};

	(void)state;
	expect_edges(fw_call_states, FW_CALL_STATE_COUNT, call_legal, expected);
}

static bool queue_legal(int from, int to)
{
	return fw_queue_state_legal((enum fw_queue_state)from, (enum fw_queue_state)to);
}

static void test_queue(void **state)
{
	static const char *const expected[] = {
		"none: waiting",
		"waiting: rung left over",
		"rung: waiting taken left over",
		"taken:",
		"left:",
		"over:",
		NULL,
	};

	(void)state;
	expect_edges(fw_queue_states, FW_QUEUE_STATE_COUNT, queue_legal, expected);
}

static bool attempt_legal(int from, int to)
{
	return fw_attempt_state_legal((enum fw_attempt_state)from, (enum fw_attempt_state)to);
}

static void test_attempt(void **state)
{
	static const char *const expected[] = {
		"absent: rung withdrawn unanswered",
		"rung: absent declined answered withdrawn unanswered",
		"declined: refused",
		"answered:",
		"refused:",
		"withdrawn:",
		"unanswered:",
		NULL,
	};

	(void)state;
	expect_edges(fw_attempt_states, FW_ATTEMPT_STATE_COUNT, attempt_legal, expected);
}

/* --- by what happens ---------------------------------------------------------------------------------- */

/* The state that follows; -1: not legal. */
typedef int following(int state, int happening);

static void expect_steps(const char *const *names, int count, const char *const *happenings,
	int happening_count, following *next, const char *const *expected)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (int from = 0; from < count; from++) {
		GString *line = g_string_new(names[from]);

		g_string_append_c(line, ':');
		for (int i = 0; i < happening_count; i++) {
			int to = next(from, i);

			if (to >= 0) {
				g_string_append_printf(line, " %s>%s", happenings[i], names[to]);
			}
		}
		g_ptr_array_add(lines, g_string_free(line, FALSE));
	}
	compare(lines, expected);
}

static int sms_next(int state, int happening)
{
	enum fw_sms_state next;
	int r = fw_sms_next_state((enum fw_sms_state)state, (enum fw_sms_happening)happening, &next);

	return r == 0 ? (int)next : -1;
}

static void test_sms(void **state)
{
	static const char *const happenings[] = {"hand", "hold", "accept", "deliver", "refuse",
		"retry", "doubt", "cancel", "resend"};
	static const char *const expected[] = {
		"queued: hand>handing hold>waiting refuse>failed cancel>cancelled",
		"waiting: hand>handing hold>waiting deliver>delivered refuse>failed"
		" doubt>uncertain cancel>cancelled",
		"handing: accept>handed deliver>delivered refuse>failed retry>waiting"
		" doubt>uncertain",
		"handed: deliver>delivered refuse>failed",
		"delivered:",
		"failed: deliver>delivered cancel>cancelled resend>queued",
		"uncertain: deliver>delivered refuse>failed cancel>cancelled resend>queued",
		"cancelled:",
		NULL,
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(happenings), FW_SMS_HAPPENING_COUNT);
	expect_steps(fw_sms_states, FW_SMS_STATE_COUNT, happenings, FW_SMS_HAPPENING_COUNT,
		sms_next, expected);
}

static int ledger_next(int state, int happening)
{
	enum fw_ledger_state next;
	int r = fw_ledger_next_state(
		(enum fw_ledger_state)state, (enum fw_ledger_happening)happening, &next);

	return r == 0 ? (int)next : -1;
}

static void test_ledger(void **state)
{
	static const char *const happenings[] = {"state", "blame", "excuse", "take_back"};
	static const char *const expected[] = {
		"open: state>stated blame>at_fault excuse>excused",
		"stated: state>stated blame>at_fault excuse>excused",
		"at_fault: state>at_fault take_back>taken_back",
		"excused: state>excused take_back>taken_back",
		"taken_back: state>taken_back blame>at_fault excuse>excused",
		NULL,
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(happenings), FW_LEDGER_HAPPENING_COUNT);
	expect_steps(fw_ledger_states, FW_LEDGER_STATE_COUNT, happenings, FW_LEDGER_HAPPENING_COUNT,
		ledger_next, expected);
}

static int escalation_next(int state, int happening)
{
	enum fw_escalation_state next;
	int r = fw_escalation_next_state(
		(enum fw_escalation_state)state, (enum fw_escalation_happening)happening, &next);

	return r == 0 ? (int)next : -1;
}

static void test_escalation(void **state)
{
	static const char *const happenings[] = {"raise", "acknowledge", "close", "take_back"};
	static const char *const expected[] = {
		"raised: acknowledge>acknowledged take_back>taken_back",
		"acknowledged: close>closed take_back>taken_back",
		"closed: take_back>taken_back",
		"taken_back: raise>raised",
		NULL,
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(happenings), FW_ESCALATION_HAPPENING_COUNT);
	expect_steps(fw_escalation_states, FW_ESCALATION_STATE_COUNT, happenings,
		FW_ESCALATION_HAPPENING_COUNT, escalation_next, expected);
}

static int guide_next(int state, int action)
{
	enum fw_guide_state next;
	int r = fw_guide_next((enum fw_guide_state)state, (enum fw_guide_action)action, &next);

	return r == 0 ? (int)next : -1;
}

static void test_guide_fault(void **state)
{
	static const char *const expected[] = {
		"reported: confirm>confirmed answer>answered close>closed",
		"confirmed: answer>answered",
		"answered: object>reported close>closed",
		"closed:",
		NULL,
	};

	(void)state;
	expect_steps(fw_guide_states, FW_GUIDE_STATE_COUNT, fw_guide_actions, FW_GUIDE_ACTION_COUNT,
		guide_next, expected);
}

static int page_next(int state, int step)
{
	enum fw_page_state next;

	return fw_page_move((enum fw_page_state)state, (enum fw_page_step)step, &next) ? (int)next
										       : -1;
}

static void test_page(void **state)
{
	static const char *const steps[] = {"done", "failed", "failed_last", "by_hand"};
	static const char *const expected[] = {
		"making: done>made failed>making failed_last>parked",
		"made:",
		"parked: by_hand>making",
		NULL,
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(steps), FW_PAGE_STEP_COUNT);
	expect_steps(fw_page_states, FW_PAGE_STATE_COUNT, steps, FW_PAGE_STEP_COUNT, page_next,
		expected);
}

static int upload_next(int state, int step)
{
	enum fw_upload_state next;

	return fw_upload_move((enum fw_upload_state)state, (enum fw_upload_step)step, &next)
		? (int)next
		: -1;
}

static void test_upload(void **state)
{
	static const char *const steps[] = {"take", "wrote", "wrote_last", "lost", "holds",
		"differs", "passes", "faulty", "expire"};
	static const char *const expected[] = {
		"open: take>writing expire>dropped",
		"writing: wrote>open wrote_last>sealing lost>open",
		"sealing: holds>checking differs>open",
		"checking: passes>filed faulty>refused",
		"filed:",
		"refused:",
		"dropped:",
		NULL,
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(steps), FW_UPLOAD_STEP_COUNT);
	expect_steps(fw_upload_states, FW_UPLOAD_STATE_COUNT, steps, FW_UPLOAD_STEP_COUNT,
		upload_next, expected);
}

/* --- from facts ------------------------------------------------------------------------------------------ */

static void test_presence(void **state)
{
	static const struct {
		bool called, connected;
		enum fw_presence wish, presence;
	} expected[] = {
		{false, false, FW_PRESENCE_READY, FW_PRESENCE_OFFLINE},
		{false, false, FW_PRESENCE_AWAY, FW_PRESENCE_OFFLINE},
		{false, true, FW_PRESENCE_READY, FW_PRESENCE_READY},
		{false, true, FW_PRESENCE_AWAY, FW_PRESENCE_AWAY},
		{true, false, FW_PRESENCE_READY, FW_PRESENCE_BUSY},
		{true, false, FW_PRESENCE_AWAY, FW_PRESENCE_BUSY},
		{true, true, FW_PRESENCE_READY, FW_PRESENCE_BUSY},
		{true, true, FW_PRESENCE_AWAY, FW_PRESENCE_BUSY},
	};

	(void)state;
	assert_int_equal(G_N_ELEMENTS(expected), 2 * 2 * FW_PRESENCE_WISHES);
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		assert_int_equal(
			fw_presence_of(expected[i].called, expected[i].connected, expected[i].wish),
			expected[i].presence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call),
		cmocka_unit_test(test_queue),
		cmocka_unit_test(test_attempt),
		cmocka_unit_test(test_sms),
		cmocka_unit_test(test_ledger),
		cmocka_unit_test(test_escalation),
		cmocka_unit_test(test_guide_fault),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_upload),
		cmocka_unit_test(test_presence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
