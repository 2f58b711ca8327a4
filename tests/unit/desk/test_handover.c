/* SPDX-License-Identifier: Apache-2.0 */
/* A call that is handed on or held, by those who stay and those who return. */
#include "tests/unit/desk/party.h"

#include <gst/gst.h>

static int set_up(void **state)
{
	*state = office_create();
	return 0;
}

static int tear_down(void **state)
{
	office_destroy(*state);
	return 0;
}

static void test_cold_transfer(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);
	json_t *data;

	party_transfer(office, &party);
	party_expect(office, party.clerk, "answered", 2, "in", 2); /* waits, held by itself */
	assert_int_equal(party_count_gates(office, party.peers[1], true), 1);
	data = office_event(office, party.third, "call.incoming");
	assert_true(json_is_true(at(data, "transfer")));
	json_decref(data);
	office_refused(office, party.home, "wrong_state", "call.hold",
		"{\"call\":\"%s\",\"on\":false}", party.call);
	office_refused(office, party.home, "wrong_state", "call.transfer",
		"{\"call\":\"%s\",\"window\":\"441500-01-1\"}", party.call);
	talk_say(office, party.third, "call.answer", party.call);
	party_expect(office, party.home, "answered", 2, "left", 0);
	data = office_last(office, party.home, "presence.changed");
	assert_string_equal(text_at(data, "presence"), "ready");
	json_decref(data);
	data = office_last(office, party.clerk, "call.state");
	assert_string_equal(text_at(data, "call.id"), party.call);
	assert_string_equal(text_at(data, "call.participants.2.part"), "in");
	assert_int_equal(json_integer_value(at(data, "call.slots.0")), 3); /* no new m-lines */
	json_decref(data);
	assert_int_equal(party_count_gates(office, party.peers[1], false), 1); /* of the answer */
	talk_say(office, party.third, "call.hangup", party.call);
	party_expect(office, party.clerk, "ended", 1, "in", 0);
	g_free(party.call);
}

static void test_transfer_comes_back(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);

	party_transfer(office, &party);
	json_decref(office_do(office, party.third, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", party.call));
	party_expect(office, party.clerk, "answered", 2, "in", 0);
	assert_int_equal(party_count_gates(office, party.peers[1], false), 2);
	party_transfer(office, &party);
	office_wait(office, 30 * S);
	party_expect(office, party.clerk, "answered", 2, "in", 0);
	party_transfer(office, &party);
	json_decref(office_do(office, party.home, "call.take_back",
		"{\"call\":\"%s\",\"participant\":5}", party.call));
	party_expect(office, party.home, "answered", 2, "in", 0);
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_BEGIN, 2), 3);
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_END, 2), 3);
	assert_int_equal(
		office_count(office,
			"SELECT COUNT(*) FROM call_marker WHERE kind = 'transfer_returned'"),
		3);
	/* The caller gives up while it rings: nobody is left to talk to. */
	party_transfer(office, &party);
	talk_say(office, party.clerk, "call.hangup", party.call);
	party_expect(office, party.third, "ended", 6, "withdrawn", 0);
	g_free(party.call);
}

static void test_warm_transfer(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);

	office_refused(office, party.home, "not_found", "call.transfer",
		"{\"call\":\"%s\",\"participant\":9}", party.call);
	office_refused(office, party.home, "wrong_state", "call.transfer",
		"{\"call\":\"%s\",\"participant\":1}", party.call);
	/* Talks to the third alone, while the caller waits. */
	json_decref(office_do(
		office, party.home, "call.hold", "{\"call\":\"%s\",\"on\":true}", party.call));
	party_invite(office, &party);
	talk_say(office, party.third, "call.answer", party.call);
	party_expect(office, party.clerk, "answered", 1, "in", 2);
	json_decref(office_do(office, party.home, "call.transfer",
		"{\"call\":\"%s\",\"participant\":3}", party.call));
	party_expect(office, party.clerk, "answered", 1, "in", 0); /* whose holder is gone goes on */
	party_expect(office, party.third, "answered", 2, "left", 0);
	assert_int_equal(office_count(office,
				 "SELECT COUNT(*) FROM call_marker WHERE kind = 'transferred'"
				 " AND participant = 3"),
		1);
	talk_say(office, party.clerk, "call.hangup", party.call);
	party_expect(office, party.third, "ended", 3, "in", 0);
	g_free(party.call);
}

static void test_hold(void **state)
{
	struct office *office = *state;
	struct party party = party_begin_three(office);

	json_decref(office_do(office, party.home, "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":1}", party.call));
	party_expect(office, party.clerk, "answered", 1, "in", 2);
	assert_int_equal(party_count_gates(office, party.peers[0], true), 1);
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_BEGIN, 1), 1);
	office_refused(office, party.home, "wrong_state", "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":1}", party.call);
	office_refused(office, party.home, "not_found", "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":7}", party.call);
	office_refused(office, party.third, "wrong_state", "call.hold",
		"{\"call\":\"%s\",\"on\":false,\"participant\":1}", party.call);
	office_refused(office, party.clerk, "wrong_state", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441500-01-1\"}", party.call);
	/* A new connection of the held one is held too. */
	talk_say(office, party.clerk, "rtc.reopen", party.call);
	assert_int_equal(party_count_gates(office, office_last_peer(office), true), 1);
	assert_int_equal(party_count_gates(office, office_last_peer(office), false), 0);
	json_decref(office_do(office, party.home, "call.hold", "{\"call\":\"%s\",\"on\":true}",
		party.call)); /* all others: one more */
	party_expect(office, party.clerk, "answered", 3, "in", 2);
	json_decref(office_do(
		office, party.home, "call.hold", "{\"call\":\"%s\",\"on\":false}", party.call));
	party_expect(office, party.clerk, "answered", 1, "in", 0);
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_END, 1), 1);
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_END, 3), 1);
	g_free(party.call);
}

static void test_restart(void **state)
{
	struct office *office = *state;
	struct party party = party_begin_three(office);
	uint64_t clerk, fourth = office_sit(office, "home3", "441500-01-1");
	json_t *result;

	(void)fourth;
	json_decref(office_do(office, party.home, "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":1}", party.call));
	json_decref(office_do(office, party.third, "call.transfer",
		"{\"call\":\"%s\",\"window\":\"441500-01-1\"}", party.call));
	g_array_set_size(office->recorder_commands, 0);
	office_restart(office);
	office_step(office);
	/* Held before, held now; what rang has stopped, and who handed on goes on. */
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_BEGIN, 1), 1);
	assert_int_equal(party_count_marks(office, FW_MARK_HOLD_BEGIN, 3), 0);
	assert_int_equal(
		office_count(office, "SELECT COUNT(*) FROM call_part WHERE part = 'rung'"), 0);
	clerk = office_sit(office, "clerk1", "441521-01-3");
	(void)office_sit(office, "home1", "441523-01-1");
	(void)office_sit(office, "home2", "441523-01-2");
	assert_int_equal(party_answer_offer(office, clerk, party.call), 2);
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office) - 2);
	party_expect(office, clerk, "answered", 1, "in", 2);
	result = office_ask(office, clerk, "call.hold", "{\"call\":\"%s\",\"on\":true}", party.call);
	assert_string_equal(text_at(result, "error.code"), "wrong_state");
	json_decref(result);
	g_free(party.call);
}

/* Who does not come back is gone; the others stay. */
static void test_line_lost(void **state)
{
	struct office *office = *state;
	struct party party = party_begin_three(office);

	office_hang(office, party.clerk);
	office_wait(office, 61 * S);
	party_expect(office, party.home, "answered", 1, "left", 0);
	office_hang(office, party.third);
	office_wait(office, 61 * S);
	party_expect(office, party.home, "interrupted", 3, "left", 0);
	g_free(party.call);
}

static void test_failing_database(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", party.call);
	unsigned failed = 0;
	int r = -1;

	party_transfer(office, &party);
	(void)office_queue(office, party.third, "call.answer", params);
	for (unsigned nth = 1; r < 0; nth++) {
		fw_db_fail_nth(office->db, nth, -5);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		failed += r < 0;
	}
	assert_true(failed > 5);
	party_expect(office, party.home, "answered", 2, "left", 0);
	g_free(party.call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_cold_transfer),
		TEST(test_transfer_comes_back),
		TEST(test_warm_transfer),
		TEST(test_hold),
		TEST(test_restart),
		TEST(test_line_lost),
		TEST(test_failing_database),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
