/* SPDX-License-Identifier: Apache-2.0 */
/* More than two in a call: invited, joined, left; handed on; on hold; and drills. */
#include "tests/unit/desk/office.h"

#include <gst/gst.h>
#include <string.h>

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

/* --- what the desk told others -------------------------------------------------------------------- */

static unsigned count_gates(const struct office *office, uint64_t peer, bool held)
{
	unsigned count = 0;

	for (guint i = 0; i < office->media_commands->len; i++) {
		const struct fw_media_command *command =
			&g_array_index(office->media_commands, struct fw_media_command, i);

		count += command->kind == FW_MEDIA_PEER_GATE && command->peer == peer &&
			command->gate.open && command->gate.held == held;
	}
	return count;
}

/* The source that the slot of a peer shows by the last word about it. */
static uint64_t shown(const struct office *office, uint64_t peer, unsigned slot)
{
	uint64_t source = 0;

	for (guint i = 0; i < office->media_commands->len; i++) {
		const struct fw_media_command *command =
			&g_array_index(office->media_commands, struct fw_media_command, i);

		if (command->kind == FW_MEDIA_PEER_SHOW && command->peer == peer &&
			command->show.slot == slot) {
			source = command->show.source_peer;
		}
	}
	return source;
}

static unsigned count_marks(const struct office *office, enum fw_mark mark, unsigned participant)
{
	unsigned count = 0;

	for (guint i = 0; i < office->recorder_commands->len; i++) {
		const struct fw_recorder_command *command =
			&g_array_index(office->recorder_commands, struct fw_recorder_command, i);

		count += command->kind == FW_RECORDER_MARK && command->mark.mark == mark &&
			command->mark.participant == participant;
	}
	return count;
}

static int64_t count_rows(struct office *office, const char *sql)
{
	int64_t count = -1;

	assert_int_equal(fw_db_query_int(office->db, sql, FW_DB_NO_VALUES, &count), 0);
	return count;
}

/* --- a call and its windows ------------------------------------------------------------------------ */

struct party {
	uint64_t clerk, home, third;
	char *call;
	uint64_t peers[3]; /* the third's: from the invitation on */
};

static char *replaced(const char *text, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(text, from, -1);

	return g_strjoinv(to, parts);
}

/* An offer with its directions turned about is an answer. */
static char *swapped(const char *sdp)
{
	g_autofree char *a = replaced(sdp, "a=recvonly", "a=RECV");
	g_autofree char *b = replaced(a, "a=sendonly", "a=recvonly");
	g_autofree char *c = replaced(b, "a=RECV", "a=sendonly");

	return replaced(c, "setup:actpass", "setup:active");
}

/* Answers the offer that came; returns how many slots it had, 0: there was none. */
static size_t answer_offer(struct office *office, uint64_t connection, const char *call)
{
	json_t *offer = office_last(office, connection, "rtc.offer");
	g_autofree char *sdp = NULL, *text = NULL;
	json_t *params;
	size_t slots;

	if (!offer) {
		return 0;
	}
	sdp = swapped(text_at(offer, "sdp"));
	slots = json_array_size(at(offer, "down"));
	params = json_pack("{s:s,s:s,s:I,s:s}", "call", call, "connection",
		text_at(offer, "connection"), "revision", json_integer_value(at(offer, "revision")),
		"sdp", sdp);
	text = json_dumps(params, JSON_COMPACT);
	json_decref(office_do(office, connection, "rtc.answer", "%s", text));
	json_decref(params);
	json_decref(offer);
	return slots;
}

static void say(struct office *office, uint64_t connection, const char *method, const char *call)
{
	json_decref(office_do(office, connection, method, "{\"call\":\"%s\"}", call));
}

static struct party begin(struct office *office)
{
	struct party party = {
		.clerk = office_sit(office, "clerk1", "441521-01-3"),
		.home = office_sit(office, "home1", "441523-01-1"),
	};

	party.call = office_call(office, party.clerk);
	party.peers[1] = office_last_peer(office);
	party.peers[0] = party.peers[1] - 1;
	assert_int_equal(answer_offer(office, party.clerk, party.call), 1);
	assert_int_equal(answer_offer(office, party.home, party.call), 1);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[0]);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[1]);
	say(office, party.home, "call.answer", party.call);
	party.third = office_sit(office, "home2", "441523-01-2");
	office_forget_events(office, party.clerk);
	office_forget_events(office, party.home);
	return party;
}

static void invite(struct office *office, struct party *party)
{
	json_decref(office_do(office, party->home, "call.invite",
		"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", party->call));
	party->peers[2] = office_last_peer(office);
}

static struct party begin_three(struct office *office)
{
	struct party party = begin(office);

	invite(office, &party);
	assert_int_equal(answer_offer(office, party.third, party.call), 2);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[2]);
	say(office, party.third, "call.answer", party.call);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 2);
	assert_int_equal(answer_offer(office, party.home, party.call), 2);
	return party;
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
	struct party party = begin(office);
	int64_t attempts, messages;
	json_t *data;

	invite(office, &party);
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
	invite(office, &party);
	json_decref(office_do(office, party.third, "call.ring_ack",
		"{\"call\":\"%s\",\"stage\":\"tone\"}", party.call));
	say(office, party.third, "call.answer", party.call);
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

/* By the last call.state of this connection: states of call and participant, and by whom it is held. */
static void expect(struct office *office, uint64_t connection, const char *state,
	unsigned participant, const char *part, int held_by)
{
	json_t *data = office_last(office, connection, "call.state");
	g_autofree char *path = g_strdup_printf("call.participants.%u", participant - 1);
	const json_t *found = at(data, path);

	assert_string_equal(text_at(data, "call.state"), state);
	assert_string_equal(text_at(found, "part"), part);
	assert_int_equal(json_integer_value(at(found, "held_by")), held_by);
	json_decref(data);
}

/* --- the third -------------------------------------------------------------------------------------- */

static void test_third_joins(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);
	json_t *data;

	invite(office, &party);
	data = office_event(office, party.third, "call.incoming");
	assert_string_equal(text_at(data, "call.state"), "answered");
	assert_string_equal(text_at(data, "call.own_part"), "rung");
	assert_int_equal(json_integer_value(at(data, "invited_by")), 2);
	assert_false(json_is_true(at(data, "transfer")));
	assert_int_equal(json_array_size(at(data, "call.participants")), 3);
	assert_int_equal(json_integer_value(at(data, "call.slots.1")), 2);
	json_decref(data);
	expect(office, party.clerk, "answered", 3, "rung", 0);
	assert_int_equal(answer_offer(office, party.third, party.call), 2);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[2]);
	assert_int_equal(count_gates(office, party.peers[2], false), 0);
	say(office, party.third, "call.answer", party.call);
	assert_int_equal(count_gates(office, party.peers[2], false), 1);
	assert_int_equal(count_marks(office, FW_MARK_JOINED, 3), 1);
	data = office_last(office, party.clerk, "call.state");
	assert_string_equal(text_at(data, "call.participants.2.part"), "in");
	assert_string_equal(text_at(data, "call.participants.2.side"), "responder");
	assert_int_equal(json_integer_value(at(data, "call.slots.0")), 2);
	assert_int_equal(json_integer_value(at(data, "call.slots.1")), 3);
	json_decref(data);
	/* Everybody sees everybody, in the slots that were told. */
	assert_int_equal(shown(office, party.peers[0], 0), party.peers[1]);
	assert_int_equal(shown(office, party.peers[0], 1), party.peers[2]);
	assert_int_equal(shown(office, party.peers[1], 0), party.peers[0]);
	assert_int_equal(shown(office, party.peers[1], 1), party.peers[2]);
	assert_int_equal(shown(office, party.peers[2], 0), party.peers[0]);
	assert_int_equal(shown(office, party.peers[2], 1), party.peers[1]);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 2);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 0);
	g_free(party.call);
}

/* An offer that is out is answered before one with more slots follows. */
static void test_one_offer_at_a_time(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);

	say(office, party.clerk, "rtc.reopen", party.call);
	invite(office, &party);
	say(office, party.third, "call.answer", party.call);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 1);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 2);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 0);
	/* A new connection has all of them at once. */
	say(office, party.clerk, "rtc.reopen", party.call);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 2);
	g_free(party.call);
}

static void test_two_go_on(void **state)
{
	struct office *office = *state;
	struct party party = begin_three(office);

	say(office, party.clerk, "call.hangup", party.call);
	expect(office, party.clerk, "answered", 1, "left", 0);
	expect(office, party.home, "answered", 1, "left", 0);
	assert_int_equal(count_marks(office, FW_MARK_LEFT, 1), 1);
	office_refused(
		office, party.clerk, "wrong_state", "call.hangup", "{\"call\":\"%s\"}", party.call);
	/* Its window is free, and may be called in again; the slot it had is used again. */
	json_decref(office_do(office, party.home, "chat.send",
		"{\"call\":\"%s\",\"text\":\"a\",\"key\":\"k\"}", party.call));
	say(office, party.home, "call.hangup", party.call);
	expect(office, party.third, "ended", 3, "in", 0);
	g_free(party.call);
}

static void test_slot_is_used_again(void **state)
{
	struct office *office = *state;
	struct party party = begin_three(office);
	uint64_t peer;

	say(office, party.third, "call.hangup", party.call);
	json_decref(office_last(office, party.clerk, "rtc.offer"));
	office_forget_events(office, party.clerk);
	invite(office, &party);
	peer = office_last_peer(office);
	say(office, party.third, "call.answer", party.call);
	assert_int_equal(shown(office, party.peers[0], 1), peer);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 0); /* none is needed */
	g_free(party.call);
}

static void test_not_joined(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);

	invite(office, &party);
	json_decref(office_do(office, party.third, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"busy_with_citizen\"}", party.call));
	expect(office, party.third, "answered", 3, "refused", 0);
	expect(office, party.clerk, "answered", 3, "refused", 0);
	invite(office, &party);
	office_wait(office, 30 * S);
	expect(office, party.home, "answered", 4, "withdrawn", 0);
	invite(office, &party);
	office_refused(office, party.clerk, "not_found", "call.take_back",
		"{\"call\":\"%s\",\"participant\":5}", party.call);
	json_decref(office_do(office, party.home, "call.take_back",
		"{\"call\":\"%s\",\"participant\":5}", party.call));
	expect(office, party.third, "answered", 5, "withdrawn", 0);
	office_refused(
		office, party.third, "wrong_state", "call.answer", "{\"call\":\"%s\"}", party.call);
	assert_int_equal(
		count_rows(office,
			"SELECT COUNT(*) FROM call_marker WHERE kind = 'invite_ended'"
			" AND (text = 'refused' OR text = 'unanswered' OR text = 'withdrawn')"),
		3);
	/* A call that ends takes its invitations with it. */
	invite(office, &party);
	say(office, party.clerk, "call.hangup", party.call);
	expect(office, party.third, "ended", 6, "withdrawn", 0);
	g_free(party.call);
}

static void test_department(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);
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
	say(office, expert, "call.answer", party.call);
	reply = office_last(office, party.home, "call.state");
	assert_string_equal(text_at(reply, "call.participants.2.account.id"), "expert1");
	assert_string_equal(text_at(reply, "call.participants.2.side"), "requester");
	json_decref(reply);
	g_free(party.call);
}

static void test_five_at_most(void **state)
{
	struct office *office = *state;
	struct party party = begin_three(office);
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
	say(office, fourth, "call.answer", party.call);
	json_decref(office_do(office, party.clerk, "call.invite",
		"{\"call\":\"%s\",\"window\":\"441581-01-9\"}", party.call));
	office_refused(office, party.home, "too_many", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441521-01-1\"}", party.call);
	say(office, fifth, "call.answer", party.call);
	expect(office, party.clerk, "answered", 5, "in", 0);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 3);
	assert_int_equal(answer_offer(office, party.clerk, party.call), 4);
	office_refused(office, party.home, "too_many", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441521-01-1\"}", party.call);
	g_free(party.call);
}

/* --- handing on ------------------------------------------------------------------------------------- */

static void transfer(struct office *office, struct party *party)
{
	json_decref(office_do(office, party->home, "call.transfer",
		"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", party->call));
	party->peers[2] = office_last_peer(office);
}

static void test_cold_transfer(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);
	json_t *data;

	transfer(office, &party);
	expect(office, party.clerk, "answered", 2, "in", 2); /* waits, held by itself */
	assert_int_equal(count_gates(office, party.peers[1], true), 1);
	data = office_event(office, party.third, "call.incoming");
	assert_true(json_is_true(at(data, "transfer")));
	json_decref(data);
	office_refused(office, party.home, "wrong_state", "call.hold",
		"{\"call\":\"%s\",\"on\":false}", party.call);
	office_refused(office, party.home, "wrong_state", "call.transfer",
		"{\"call\":\"%s\",\"window\":\"441500-01-1\"}", party.call);
	say(office, party.third, "call.answer", party.call);
	expect(office, party.home, "answered", 2, "left", 0);
	data = office_last(office, party.home, "presence.changed");
	assert_string_equal(text_at(data, "presence"), "ready");
	json_decref(data);
	data = office_last(office, party.clerk, "call.state");
	assert_string_equal(text_at(data, "call.id"), party.call);
	assert_string_equal(text_at(data, "call.participants.2.part"), "in");
	assert_int_equal(json_integer_value(at(data, "call.slots.0")), 3); /* no new m-lines */
	json_decref(data);
	assert_int_equal(count_gates(office, party.peers[1], false), 1); /* of the answer */
	say(office, party.third, "call.hangup", party.call);
	expect(office, party.clerk, "ended", 1, "in", 0);
	g_free(party.call);
}

static void test_transfer_comes_back(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);

	transfer(office, &party);
	json_decref(office_do(office, party.third, "call.refuse",
		"{\"call\":\"%s\",\"reason\":\"not_our_matter\"}", party.call));
	expect(office, party.clerk, "answered", 2, "in", 0);
	assert_int_equal(count_gates(office, party.peers[1], false), 2);
	transfer(office, &party);
	office_wait(office, 30 * S);
	expect(office, party.clerk, "answered", 2, "in", 0);
	transfer(office, &party);
	json_decref(office_do(office, party.home, "call.take_back",
		"{\"call\":\"%s\",\"participant\":5}", party.call));
	expect(office, party.home, "answered", 2, "in", 0);
	assert_int_equal(count_marks(office, FW_MARK_HOLD_BEGIN, 2), 3);
	assert_int_equal(count_marks(office, FW_MARK_HOLD_END, 2), 3);
	assert_int_equal(
		count_rows(office,
			"SELECT COUNT(*) FROM call_marker WHERE kind = 'transfer_returned'"),
		3);
	/* The caller gives up while it rings: nobody is left to talk to. */
	transfer(office, &party);
	say(office, party.clerk, "call.hangup", party.call);
	expect(office, party.third, "ended", 6, "withdrawn", 0);
	g_free(party.call);
}

static void test_warm_transfer(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);

	office_refused(office, party.home, "not_found", "call.transfer",
		"{\"call\":\"%s\",\"participant\":9}", party.call);
	office_refused(office, party.home, "wrong_state", "call.transfer",
		"{\"call\":\"%s\",\"participant\":1}", party.call);
	/* Talks to the third alone, while the caller waits. */
	json_decref(office_do(
		office, party.home, "call.hold", "{\"call\":\"%s\",\"on\":true}", party.call));
	invite(office, &party);
	say(office, party.third, "call.answer", party.call);
	expect(office, party.clerk, "answered", 1, "in", 2);
	json_decref(office_do(office, party.home, "call.transfer",
		"{\"call\":\"%s\",\"participant\":3}", party.call));
	expect(office, party.clerk, "answered", 1, "in", 0); /* whose holder is gone goes on */
	expect(office, party.third, "answered", 2, "left", 0);
	assert_int_equal(count_rows(office,
				 "SELECT COUNT(*) FROM call_marker WHERE kind = 'transferred'"
				 " AND participant = 3"),
		1);
	say(office, party.clerk, "call.hangup", party.call);
	expect(office, party.third, "ended", 3, "in", 0);
	g_free(party.call);
}

/* --- hold ------------------------------------------------------------------------------------------- */

static void test_hold(void **state)
{
	struct office *office = *state;
	struct party party = begin_three(office);

	json_decref(office_do(office, party.home, "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":1}", party.call));
	expect(office, party.clerk, "answered", 1, "in", 2);
	assert_int_equal(count_gates(office, party.peers[0], true), 1);
	assert_int_equal(count_marks(office, FW_MARK_HOLD_BEGIN, 1), 1);
	office_refused(office, party.home, "wrong_state", "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":1}", party.call);
	office_refused(office, party.home, "not_found", "call.hold",
		"{\"call\":\"%s\",\"on\":true,\"participant\":7}", party.call);
	office_refused(office, party.third, "wrong_state", "call.hold",
		"{\"call\":\"%s\",\"on\":false,\"participant\":1}", party.call);
	office_refused(office, party.clerk, "wrong_state", "call.invite",
		"{\"call\":\"%s\",\"window\":\"441500-01-1\"}", party.call);
	/* A new connection of the held one is held too. */
	say(office, party.clerk, "rtc.reopen", party.call);
	assert_int_equal(count_gates(office, office_last_peer(office), true), 1);
	assert_int_equal(count_gates(office, office_last_peer(office), false), 0);
	json_decref(office_do(office, party.home, "call.hold", "{\"call\":\"%s\",\"on\":true}",
		party.call)); /* all others: one more */
	expect(office, party.clerk, "answered", 3, "in", 2);
	json_decref(office_do(
		office, party.home, "call.hold", "{\"call\":\"%s\",\"on\":false}", party.call));
	expect(office, party.clerk, "answered", 1, "in", 0);
	assert_int_equal(count_marks(office, FW_MARK_HOLD_END, 1), 1);
	assert_int_equal(count_marks(office, FW_MARK_HOLD_END, 3), 1);
	g_free(party.call);
}

static void test_restart(void **state)
{
	struct office *office = *state;
	struct party party = begin_three(office);
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
	assert_int_equal(count_marks(office, FW_MARK_HOLD_BEGIN, 1), 1);
	assert_int_equal(count_marks(office, FW_MARK_HOLD_BEGIN, 3), 0);
	assert_int_equal(
		count_rows(office, "SELECT COUNT(*) FROM call_part WHERE part = 'rung'"), 0);
	clerk = office_sit(office, "clerk1", "441521-01-3");
	(void)office_sit(office, "home1", "441523-01-1");
	(void)office_sit(office, "home2", "441523-01-2");
	assert_int_equal(answer_offer(office, clerk, party.call), 2);
	office_media(office, FW_MEDIA_PEER_UP, office_last_peer(office) - 2);
	expect(office, clerk, "answered", 1, "in", 2);
	result = office_ask(office, clerk, "call.hold", "{\"call\":\"%s\",\"on\":true}", party.call);
	assert_string_equal(text_at(result, "error.code"), "wrong_state");
	json_decref(result);
	g_free(party.call);
}

/* Who does not come back is gone; the others stay. */
static void test_line_lost(void **state)
{
	struct office *office = *state;
	struct party party = begin_three(office);

	office_hang(office, party.clerk);
	office_wait(office, 61 * S);
	expect(office, party.home, "answered", 1, "left", 0);
	office_hang(office, party.third);
	office_wait(office, 61 * S);
	expect(office, party.home, "interrupted", 3, "left", 0);
	g_free(party.call);
}

static void test_failing_database(void **state)
{
	struct office *office = *state;
	struct party party = begin(office);
	g_autofree char *params = g_strdup_printf("{\"call\":\"%s\"}", party.call);
	unsigned failed = 0;
	int r = -1;

	transfer(office, &party);
	(void)office_queue(office, party.third, "call.answer", params);
	for (unsigned nth = 1; r < 0; nth++) {
		fw_db_fail_nth(office->db, nth, -5);
		r = office_try_step(office);
		fw_db_fail_nth(office->db, 0, 0);
		failed += r < 0;
	}
	assert_true(failed > 5);
	expect(office, party.home, "answered", 2, "left", 0);
	g_free(party.call);
}

/* --- drills ----------------------------------------------------------------------------------------- */

static int64_t calls_listed(struct office *office, const char *token, const char *query)
{
	int status = 0;
	json_t *body = office_read(office, FW_OP_CALLS, token, query, &status);
	int64_t total = json_integer_value(at(body, "total"));

	assert_int_equal(status, 200);
	json_decref(body);
	return total;
}

static void test_drill(void **state)
{
	struct office *office = *state;
	uint64_t clerk = office_sit(office, "clerk1", "441521-01-3");
	uint64_t home = office_sit(office, "home1", "441523-01-1");
	const struct fw_recorder_command *open;
	g_autofree char *token = NULL, *call = NULL;
	json_t *result = office_do(office, clerk, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"drill\":true}");
	int status = 0;

	call = g_strdup(text_at(result, "call.id"));
	assert_true(json_is_true(at(result, "call.drill")));
	json_decref(result);
	result = office_event(office, home, "call.incoming");
	assert_true(json_is_true(at(result, "call.drill")));
	json_decref(result);
	say(office, home, "call.answer", call);
	open = &g_array_index(office->recorder_commands, struct fw_recorder_command, 0);
	assert_int_equal(open->kind, FW_RECORDER_OPEN);
	assert_true(open->open.drill);
	say(office, home, "call.hangup", call);
	g_free(office_call(office, clerk));
	token = office_sign_in(office, "home1");
	assert_int_equal(calls_listed(office, token, "{}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"only\"}"), 1);
	assert_int_equal(calls_listed(office, token, "{\"drill\":\"all\"}"), 2);
	json_decref(office_read(office, FW_OP_CALLS, token, "{\"drill\":\"some\"}", &status));
	assert_int_equal(status, 400);
	result = office_read(office, FW_OP_TODAY, token, "{}", &status);
	assert_int_equal(json_integer_value(at(result, "answered")), 0);
	json_decref(result);
	assert_int_equal(
		count_rows(office, "SELECT COUNT(*) FROM call_marker WHERE kind = 'drill'"), 1);
	assert_int_equal(
		count_rows(office, "SELECT COUNT(*) FROM attempt WHERE drill = 1 AND countable = 1"),
		0);
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
		TEST(test_cold_transfer),
		TEST(test_transfer_comes_back),
		TEST(test_warm_transfer),
		TEST(test_hold),
		TEST(test_restart),
		TEST(test_line_lost),
		TEST(test_failing_database),
		TEST(test_drill),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
