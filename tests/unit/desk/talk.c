/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/talk.h"

void talk_expect_state(
	struct office *office, uint64_t connection, const char *state, const char *own_part)
{
	json_t *data = office_last(office, connection, "call.state");

	assert_non_null(data);
	assert_string_equal(text_at(data, "call.state"), state);
	assert_string_equal(text_at(data, "call.own_part"), own_part);
	json_decref(data);
}

unsigned talk_count_media(const struct office *office, enum fw_media_command_kind kind)
{
	unsigned count = 0;

	for (guint i = 0; i < office->media_commands->len; i++) {
		count += g_array_index(office->media_commands, struct fw_media_command, i).kind ==
			kind;
	}
	return count;
}

unsigned talk_count_recorder(const struct office *office, enum fw_recorder_command_kind kind)
{
	unsigned count = 0;

	for (guint i = 0; i < office->recorder_commands->len; i++) {
		count +=
			g_array_index(office->recorder_commands, struct fw_recorder_command, i).kind ==
			kind;
	}
	return count;
}

void talk_say(struct office *office, uint64_t connection, const char *method, const char *call)
{
	json_decref(office_do(office, connection, method, "{\"call\":\"%s\"}", call));
}

struct talk talk_begin(struct office *office)
{
	struct talk talk = {
		.requester = office_sit(office, "clerk1", "441521-01-3"),
		.responder = office_sit(office, "home1", "441523-01-1"),
	};
	const struct fw_recorder_command *open;

	talk.call = office_call(office, talk.requester);
	talk.peers[1] = office_last_peer(office);
	talk.peers[0] = talk.peers[1] - 1;
	office_media(office, FW_MEDIA_PEER_UP, talk.peers[0]);
	office_media(office, FW_MEDIA_PEER_UP, talk.peers[1]);
	talk_say(office, talk.responder, "call.answer", talk.call);
	open = &g_array_index(office->recorder_commands, struct fw_recorder_command, 0);
	assert_int_equal(open->kind, FW_RECORDER_OPEN);
	talk.handle = open->call;
	office_recorder(office, FW_RECORDER_OPENED, talk.handle);
	return talk;
}
