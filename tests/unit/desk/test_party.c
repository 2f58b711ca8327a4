/* SPDX-License-Identifier: Apache-2.0 */
/* More than two in a call: invited, joined, left. */
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

static void expect_invitation(struct office *office, int participant, const char *wanted)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;

	assert_int_equal(
		fw_db_query(office->db,
			"SELECT COALESCE(outcome, 'open') || CASE WHEN tone_us IS NULL THEN ''"
			" ELSE '/tone' END || CASE WHEN silent_us IS NULL THEN '' ELSE"
			" '/silent' END FROM invitation WHERE participant = ?1",
			FW_DB_VALUES(fw_db_int(participant)), &row),
		0);
	assert_string_equal(fw_db_step(row) > 0 ? fw_db_column_text(row, 0) : "none", wanted);
}

/* An invited window's ring is proven, told to be silent, and counted nowhere. */
static void test_the_ring_of_an_invitation(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);
	int64_t attempts, messages;
	json_t *data;

	party_invite(office, &party);
	json_decref(office_do(office, party.third, "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"displayed\"}", party.call));
	expect_invitation(office, 3, "open");
	office_wait(office, 3 * S);
	data = office_event(office, party.third, "ring.silent");
	assert_non_null(data);
	json_decref(data);
	expect_invitation(office, 3, "open/silent");
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM sms WHERE kind = 'silent_ring' AND key LIKE "
				 "'invited/%' AND"
				 " service_window = '441523-01-2'",
				 FW_DB_NO_VALUES, &messages),
		0);
	assert_int_equal(messages, 1);
	office_wait(office, 40 * S);
	expect_invitation(office, 3, "unanswered/silent");
	party_invite(office, &party);
	json_decref(office_do(office, party.third, "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"tone\"}", party.call));
	talk_say(office, party.third, "call.answer", party.call);
	expect_invitation(office, 4, "answered/tone");
	assert_int_equal(
		fw_db_query_int(office->db,
			"SELECT COUNT(*) FROM attempt WHERE service_window = '441523-01-2' AND"
			" rung_us IS NOT NULL",
			FW_DB_NO_VALUES, &attempts),
		0);
	assert_int_equal(attempts, 0);
	g_free(party.call);
}

static void test_third_joins(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);
	json_t *data;

	party_invite(office, &party);
	data = office_event(office, party.third, "call.incoming");
	assert_string_equal(text_at(data, "call.state"), "answered");
	assert_string_equal(text_at(data, "call.own_part"), "rung");
	assert_int_equal(json_integer_value(at(data, "invited_by")), 2);
	assert_false(json_is_true(at(data, "transfer")));
	assert_int_equal(json_array_size(at(data, "call.participants")), 3);
	assert_int_equal(json_integer_value(at(data, "call.slots.1")), 2);
	json_decref(data);
	party_expect(office, party.clerk, "answered", 3, "rung", 0);
	assert_int_equal(party_answer_offer(office, party.third, party.call), 2);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[2]);
	assert_int_equal(party_count_gates(office, party.peers[2], false), 0);
	talk_say(office, party.third, "call.answer", party.call);
	assert_int_equal(party_count_gates(office, party.peers[2], false), 1);
	assert_int_equal(party_count_marks(office, FW_MARK_JOINED, 3), 1);
	data = office_last(office, party.clerk, "call.state");
	assert_string_equal(text_at(data, "call.participants.2.part"), "in");
	assert_string_equal(text_at(data, "call.participants.2.side"), "responder");
	assert_int_equal(json_integer_value(at(data, "call.slots.0")), 2);
	assert_int_equal(json_integer_value(at(data, "call.slots.1")), 3);
	json_decref(data);
	/* Everybody sees everybody, in the slots that were told. */
	assert_int_equal(party_shown(office, party.peers[0], 0), party.peers[1]);
	assert_int_equal(party_shown(office, party.peers[0], 1), party.peers[2]);
	assert_int_equal(party_shown(office, party.peers[1], 0), party.peers[0]);
	assert_int_equal(party_shown(office, party.peers[1], 1), party.peers[2]);
	assert_int_equal(party_shown(office, party.peers[2], 0), party.peers[0]);
	assert_int_equal(party_shown(office, party.peers[2], 1), party.peers[1]);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 2);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 0);
	g_free(party.call);
}

/* An offer that is out is answered before one with more slots follows. */
static void test_one_offer_at_a_time(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);

	talk_say(office, party.clerk, "rtc.reopen", party.call);
	party_invite(office, &party);
	talk_say(office, party.third, "call.answer", party.call);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 1);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 2);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 0);
	/* A new connection has all of them at once. */
	talk_say(office, party.clerk, "rtc.reopen", party.call);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 2);
	g_free(party.call);
}

static void test_two_go_on(void **state)
{
	struct office *office = *state;
	struct party party = party_begin_three(office);

	talk_say(office, party.clerk, "call.hangup", party.call);
	party_expect(office, party.clerk, "answered", 1, "left", 0);
	party_expect(office, party.home, "answered", 1, "left", 0);
	assert_int_equal(party_count_marks(office, FW_MARK_LEFT, 1), 1);
	office_refused(
		office, party.clerk, "wrong_state", "call.hangup", "{\"call\":\"%s\"}", party.call);
	/* Its window is free, and may be called in again; the slot it had is used again. */
	json_decref(office_do(office, party.home, "chat.send",
		"{\"call\":\"%s\",\"text\":\"a\",\"key\":\"k\"}", party.call));
	talk_say(office, party.home, "call.hangup", party.call);
	party_expect(office, party.third, "ended", 3, "in", 0);
	g_free(party.call);
}

static void test_slot_is_used_again(void **state)
{
	struct office *office = *state;
	struct party party = party_begin_three(office);
	uint64_t peer;

	talk_say(office, party.third, "call.hangup", party.call);
	json_decref(office_last(office, party.clerk, "rtc.offer"));
	office_forget_events(office, party.clerk);
	party_invite(office, &party);
	peer = office_last_peer(office);
	talk_say(office, party.third, "call.answer", party.call);
	assert_int_equal(party_shown(office, party.peers[0], 1), peer);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 0); /* none is needed */
	g_free(party.call);
}

static void test_not_joined(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);

	party_invite(office, &party);
	json_decref(office_do(office, party.third, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"busy_with_citizen\"}", party.call));
	party_expect(office, party.third, "answered", 3, "refused", 0);
	party_expect(office, party.clerk, "answered", 3, "refused", 0);
	party_invite(office, &party);
	office_wait(office, 30 * S);
	party_expect(office, party.home, "answered", 4, "withdrawn", 0);
	party_invite(office, &party);
	office_refused(office, party.clerk, "not_found", "call.take_back",
		"{\"call\":\"%s\",\"participant\":5}", party.call);
	json_decref(office_do(office, party.home, "call.take_back",
		"{\"call\":\"%s\",\"participant\":5}", party.call));
	party_expect(office, party.third, "answered", 5, "withdrawn", 0);
	office_refused(
		office, party.third, "wrong_state", "call.answer", "{\"call\":\"%s\"}", party.call);
	assert_int_equal(
		office_count(office,
			"SELECT COUNT(*) FROM call_marker WHERE kind = 'invite_ended'"
			" AND (text = 'refused' OR text = 'unanswered' OR text = 'withdrawn')"),
		3);
	/* A call that ends takes its invitations with it. */
	party_invite(office, &party);
	talk_say(office, party.clerk, "call.hangup", party.call);
	party_expect(office, party.third, "ended", 6, "withdrawn", 0);
	g_free(party.call);
}

static void test_department(void **state)
{
	struct office *office = *state;
	struct party party = party_begin(office);
	uint64_t expert;
	json_t *reply;

	reply = office_ask(office, party.home, "call.invite",
		"{\"call\":\"%s\",\"department\":true}", party.call);
	assert_string_equal(text_at(reply, "error.code"), "no_window_ready");
	assert_int_equal(json_integer_value(at(reply, "error.windows")), 0);
	json_decref(reply);
	json_decref(office_do(office, party.third, "window.release", "{}"));
	expert = office_sit(office, "expert1", "441523-01-2");
	json_decref(office_do(office, party.clerk, "call.invite",
		"{\"call\":\"%s\",\"department\":true,\"area\":\"441523\"}", party.call));
	talk_say(office, expert, "call.answer", party.call);
	reply = office_last(office, party.home, "call.state");
	assert_string_equal(text_at(reply, "call.participants.2.account.id"), "expert1");
	assert_string_equal(text_at(reply, "call.participants.2.side"), "requester");
	json_decref(reply);
	g_free(party.call);
}

static void test_five_at_most(void **state)
{
	struct office *office = *state;
	struct party party = party_begin_three(office);
	uint64_t fourth = office_sit(office, "home3", "441500-01-1");
	uint64_t fifth = office_sit(office, "robot", "441581-01-9");

	office_refused(
		office, party.home, "malformed", "call.invite", "{\"call\":\"%s\"}", party.call);
	office_refused(office, party.home, "not_found", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441521-01-3\"}", party.call);
	office_refused(office, party.home, "no_window_ready", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", party.call);
	json_decref(office_do(office, party.third, "call.invite",
		"{\"call\":\"%s\",\"window\":\"441500-01-1\"}", party.call));
	talk_say(office, fourth, "call.answer", party.call);
	json_decref(office_do(office, party.clerk, "call.invite",
		"{\"call\":\"%s\",\"window\":\"441581-01-9\"}", party.call));
	office_refused(office, party.home, "too_many", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441521-01-1\"}", party.call);
	talk_say(office, fifth, "call.answer", party.call);
	party_expect(office, party.clerk, "answered", 5, "in", 0);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 3);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 4);
	office_refused(office, party.home, "too_many", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441521-01-1\"}", party.call);
	g_free(party.call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_the_ring_of_an_invitation),
		TEST(test_third_joins),
		TEST(test_one_offer_at_a_time),
		TEST(test_two_go_on),
		TEST(test_slot_is_used_again),
		TEST(test_not_joined),
		TEST(test_department),
		TEST(test_five_at_most),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
