/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/party.h"

#include <string.h>

unsigned party_count_gates(const struct office *office, uint64_t peer, bool held)
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

uint64_t party_shown(const struct office *office, uint64_t peer, unsigned slot)
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

unsigned party_count_marks(const struct office *office, enum fw_mark mark, unsigned participant)
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

size_t party_answer_offer(struct office *office, uint64_t connection, const char *call)
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

struct party party_begin(struct office *office)
{
	struct party party = {
		.clerk = office_sit(office, "clerk1", "441521-01-3"),
		.home = office_sit(office, "home1", "441523-01-1"),
	};

	party.call = office_call(office, party.clerk);
	party.peers[1] = office_last_peer(office);
	party.peers[0] = party.peers[1] - 1;
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 1);
	assert_int_equal(party_answer_offer(office, party.home, party.call), 1);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[0]);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[1]);
	talk_say(office, party.home, "call.answer", party.call);
	party.third = office_sit(office, "home2", "441523-01-2");
	office_forget_events(office, party.clerk);
	office_forget_events(office, party.home);
	return party;
}

void party_invite(struct office *office, struct party *party)
{
	json_decref(office_do(office, party->home, "call.invite",
		"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", party->call));
	party->peers[2] = office_last_peer(office);
}

struct party party_begin_three(struct office *office)
{
	struct party party = party_begin(office);

	party_invite(office, &party);
	assert_int_equal(party_answer_offer(office, party.third, party.call), 2);
	office_media(office, FW_MEDIA_PEER_UP, party.peers[2]);
	talk_say(office, party.third, "call.answer", party.call);
	assert_int_equal(party_answer_offer(office, party.clerk, party.call), 2);
	assert_int_equal(party_answer_offer(office, party.home, party.call), 2);
	return party;
}

void party_transfer(struct office *office, struct party *party)
{
	json_decref(office_do(office, party->home, "call.transfer",
		"{\"call\":\"%s\",\"window\":\"441523-01-2\"}", party->call));
	party->peers[2] = office_last_peer(office);
}

void party_expect(struct office *office, uint64_t connection, const char *state,
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
