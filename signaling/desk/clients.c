/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/clients.h"

#include "signaling/cases/cases.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/chat.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/hold.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/party.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/refusals.h"
#include "signaling/desk/request.h"
#include "signaling/desk/sessions.h"
#include "signaling/desk/show.h"
#include "signaling/desk/transfer.h"
#include "signaling/desk/windows.h"
#include "signaling/turn.h"
#include "signaling/wall/wall.h"

/* A page cannot see the server's pings; any reply tells it that the line lives. */
static int ping_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	(void)client;
	(void)message;
	fw_json_int(&answer->result, "time_us", desk->now_us);
	return 0;
}

/* A right is asked in the area of the window the client sits at. */
static const struct {
	fw_method_handler *handler;
	enum fw_right right;
	bool anywhere; /* legal without a window, and asks its right itself */
} methods[FW_METHOD_COUNT] = {
	[FW_METHOD_WINDOW_TAKE] = {fw_window_take_method, FW_RIGHT_COUNT, true},
	[FW_METHOD_WINDOW_RELEASE] = {fw_window_release_method, FW_RIGHT_DIRECTORY, false},
	[FW_METHOD_PRESENCE_SET] = {fw_presence_set_method, FW_RIGHT_DIRECTORY, false},
	[FW_METHOD_DEVICES_REPORT] = {fw_window_devices_method, FW_RIGHT_DIRECTORY, false},
	[FW_METHOD_DIRECTORY_TARGETS] = {fw_presence_targets_method, FW_RIGHT_DIRECTORY, false},
	[FW_METHOD_PING] = {ping_method, FW_RIGHT_COUNT, true},
	[FW_METHOD_CALL_REQUEST] = {fw_call_request_method, FW_RIGHT_CALL_REQUEST, false},
	[FW_METHOD_CALL_CANCEL] = {fw_call_cancel_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CALL_RING_ACK] = {fw_call_ring_ack_method, FW_RIGHT_CALL_ANSWER, false},
	[FW_METHOD_CALL_ANSWER] = {fw_call_answer_method, FW_RIGHT_CALL_ANSWER, false},
	[FW_METHOD_CALL_REFUSE] = {fw_call_refuse_method, FW_RIGHT_CALL_ANSWER, false},
	[FW_METHOD_CALL_HANGUP] = {fw_call_hangup_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CALL_INVITE] = {fw_party_invite_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CALL_TAKE_BACK] = {fw_party_take_back_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CALL_TRANSFER] = {fw_transfer_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CALL_HOLD] = {fw_hold_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_MEDIA_SET] = {fw_part_media_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CHAT_SEND] = {fw_chat_send_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_RTC_ANSWER] = {fw_rtc_answer_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_RTC_RESTART] = {fw_rtc_restart_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_RTC_REOPEN] = {fw_rtc_reopen_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_STATS_REPORT] = {fw_part_stats_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CASE_WATCH] = {fw_case_watch_method, FW_RIGHT_COUNT, true},
	[FW_METHOD_CAPTURE_ASK] = {fw_show_ask_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_CAPTURE_ANSWER] = {fw_show_answer_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_POINTER_MOVE] = {fw_show_point_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_MARK_SHOW] = {fw_show_mark_method, FW_RIGHT_CALL_TAKE_PART, false},
	[FW_METHOD_WALL_WATCH] = {fw_wall_watch_method, FW_RIGHT_COUNT, true},
};

/* --- opening ------------------------------------------------------------------------------------ */

static void say_hello(struct fw_desk *desk, const struct fw_client *client)
{
	const struct fw_person *person = client->session->account->person;
	g_autofree char *servers = NULL;
	struct fw_json json;

	fw_event_begin(&json, "hello");
	fw_json_text(&json, "server", "farwindow");
	fw_json_text(&json, "version", desk->setup.server_version);
	fw_json_text(&json, "protocol", "farwindow.v1");
	fw_json_int(&json, "time_us", desk->now_us);
	fw_json_open(&json, "account", '{');
	fw_json_text(&json, "id", person->id);
	fw_json_text(&json, "name", person->name);
	fw_json_close(&json, '}');
	fw_json_open(&json, "limits", '{');
	fw_json_int(&json, "message_bytes", FW_MESSAGE_MAX_BYTES);
	fw_json_int(&json, "chat_chars", FW_CHAT_MAX_CHARS);
	fw_json_int(&json, "sdp_bytes", FW_SDP_MAX_BYTES);
	fw_json_close(&json, '}');
	fw_json_int(&json, "ring_time_s", desk->setup.ring_us / 1000000);
	fw_json_int(&json, "rejoin_s", desk->setup.rejoin_us / 1000000);
	servers = fw_turn_servers(desk->media.turn, person->id, desk->now_us);
	fw_json_raw(&json, "ice_servers", servers);
	fw_event_send(desk, client, &json);
}

static struct fw_client **free_place(struct fw_session *session)
{
	for (int i = 0; i < FW_SESSION_CLIENTS_MAX; i++) {
		if (!session->clients[i]) {
			return &session->clients[i];
		}
	}
	return NULL;
}

int fw_client_opened(struct fw_desk *desk, uint64_t connection, const char *token)
{
	struct fw_session *session;
	struct fw_client *client, **place;
	int r = fw_session_find(desk, token, &session);

	if (r < 0) {
		return r;
	}
	if (!session) {
		fw_close_client(desk, connection, FW_CLOSE_NOT_SIGNED_IN);
		return 0;
	}
	place = free_place(session);
	if (!place) {
		fw_close_client(desk, connection, FW_CLOSE_ABUSE);
		return 0;
	}
	client = fw_memory_add(desk->memory, FW_RECORD_CLIENT, sizeof(*client));
	client->connection = connection;
	client->session = session;
	fw_memory_touch(desk->memory, session);
	*place = client;
	fw_memory_index(desk->memory, desk->clients, &client->connection, client);
	say_hello(desk, client);
	return 0;
}

/* --- closing ------------------------------------------------------------------------------------ */

static int forget(struct fw_desk *desk, struct fw_client *client)
{
	struct fw_session *session = client->session;
	struct fw_window *window = client->window;

	fw_wall_forget(desk, client);
	fw_memory_touch(desk->memory, session);
	for (int i = 0; i < FW_SESSION_CLIENTS_MAX; i++) {
		if (session->clients[i] == client) {
			session->clients[i] = NULL;
		}
	}
	fw_memory_index(desk->memory, desk->clients, &client->connection, NULL);
	fw_memory_drop(desk->memory, client);
	return window ? fw_window_unseat(desk, window) : 0;
}

int fw_client_closed(struct fw_desk *desk, uint64_t connection)
{
	struct fw_client *client = g_hash_table_lookup(desk->clients, &connection);

	return client ? forget(desk, client) : 0;
}

int fw_client_end(struct fw_desk *desk, struct fw_client *client, int code)
{
	fw_close_client(desk, client->connection, code);
	return forget(desk, client);
}

/* --- requests ----------------------------------------------------------------------------------- */

static int handle(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	if (client->session->account->person->must_change_password &&
		message->method != FW_METHOD_PING) {
		return FW_CODE_PASSWORD_CHANGE_REQUIRED;
	}
	if (!methods[message->method].anywhere) {
		if (!client->window) {
			return FW_CODE_NOT_AT_WINDOW;
		}
		if (!fw_person_may(client->session->account->person, methods[message->method].right,
			    client->window->place->hall->area)) {
			return FW_CODE_FORBIDDEN;
		}
	}
	return methods[message->method].handler(desk, client, message, answer);
}

static int note(struct fw_desk *desk, const struct fw_client *client,
	const struct fw_client_message *message, enum fw_code code)
{
	static const char *const objects[] = {"call", "window", "case", "hall"};
	struct fw_refusal refusal = {
		.code = code,
		.operation = fw_method_name(message->method),
		.window = client->window,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(objects) && !refusal.object_id; i++) {
		refusal.object_kind = objects[i];
		refusal.object_id = fw_client_message_text(message, objects[i]);
	}
	return fw_refusal_note(desk, client->session, &refusal);
}

int fw_client_received(
	struct fw_desk *desk, uint64_t connection, const char *text, size_t text_bytes)
{
	struct fw_client *client = g_hash_table_lookup(desk->clients, &connection);
	struct fw_client_message message = {0};
	struct fw_answer answer = {0};
	guint place;
	int r, noted = 0;

	if (!client) { /* the desk has ended it; these were on their way */
		return 0;
	}
	place = fw_reply_reserve(desk, connection);
	r = text ? (int)fw_client_message_parse(text, text_bytes, &message) : FW_CODE_TOO_LARGE;
	if (r != FW_CODE_OK || message.method != FW_METHOD_PING) { /* a page pings, not a person */
		int used = fw_session_use(desk, client->session);

		if (used < 0) {
			fw_client_message_clear(&message);
			return used;
		}
	}
	if (r != FW_CODE_OK) {
		g_strlcpy(answer.text, message.why, sizeof(answer.text));
	} else {
		fw_reply_begin(&answer.result, message.id);
		r = handle(desk, client, &message, &answer);
		noted = r > 0 ? note(desk, client, &message, (enum fw_code)r) : 0;
	}
	if (r == 0) {
		fw_reply_fill(desk, place, &answer.result);
	} else if (r > 0) {
		fw_reply_refuse(desk, place, message.id, (enum fw_code)r, answer.text,
			answer.extra[0] ? answer.extra : NULL);
	}
	fw_json_clear(&answer.result);
	fw_client_message_clear(&message);
	return r < 0 ? r : noted;
}
