/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/windows.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/render.h"
#include "signaling/drill/drill.h"
#include "signaling/wall/wall.h"

#define FW_LOG_TOPIC "windows"

void fw_windows_add(struct fw_desk *desk, const struct fw_place *place)
{
	struct fw_window *window = fw_memory_add(desk->memory, FW_RECORD_WINDOW, sizeof(*window));

	window->place = place;
	window->presence = FW_PRESENCE_OFFLINE;
	fw_memory_array_add(desk->memory, desk->windows, window);
}

int fw_windows_load(struct fw_desk *desk)
{
	const GPtrArray *places = desk->catalogue->place_list;

	for (guint i = 0; i < places->len; i++) {
		fw_windows_add(desk, g_ptr_array_index(places, i));
	}
	return fw_db_run(desk->setup.db,
		"UPDATE window_presence SET presence = 'offline', since_us = ?1, account = NULL,"
		" reason = NULL, text = NULL, until_us = NULL"
		" WHERE presence <> 'offline'",
		FW_DB_VALUES(fw_db_int(desk->now_us)), NULL);
}

/* --- leaving ------------------------------------------------------------------------------------ */

int fw_window_unseat(struct fw_desk *desk, struct fw_window *window)
{
	fw_memory_touch(desk->memory, window);
	window->client = NULL;
	window->kept_until = desk->now + FW_WINDOW_KEEP_US;
	fw_memory_remind(desk->memory, window, window->kept_until);
	if (window->part) {
		int r = fw_part_lost(desk, window->part);

		if (r < 0) {
			return r;
		}
	}
	return fw_presence_update(desk, window);
}

int fw_window_release(struct fw_desk *desk, struct fw_window *window)
{
	struct fw_account *account = window->account;
	int r;

	if (window->part) {
		r = fw_part_leave(desk, window->part, FW_END_LEFT);
		if (r < 0) {
			return r;
		}
	}
	if (window->client) {
		fw_memory_touch(desk->memory, window->client);
		window->client->window = NULL;
	}
	fw_memory_touch(desk->memory, account);
	fw_memory_touch(desk->memory, window);
	account->window = NULL;
	window->account = NULL;
	window->client = NULL;
	fw_info("window released window=%s account=%s", window->place->id, account->person->id);
	r = fw_presence_update(desk, window);
	return r < 0 ? r
		     : fw_deed(desk, account, window, "window.released", "window",
			       window->place->id, NULL);
}

int fw_window_due(struct fw_desk *desk, struct fw_window *window)
{
	/* In a call it is the participant's own time that counts; the end of the call asks again (parts.c). */
	if (!window->account || window->client || window->part) {
		return 0;
	}
	if (window->kept_until > desk->now) {
		fw_memory_remind(desk->memory, window, window->kept_until);
		return 0;
	}
	return fw_window_release(desk, window);
}

int fw_window_release_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	(void)message;
	(void)answer;
	return fw_window_release(desk, client->window);
}

/* --- taking ------------------------------------------------------------------------------------- */

/* The one who sat there is told, and closed. */
static int put_out(struct fw_desk *desk, struct fw_client *client, const struct fw_window *window)
{
	struct fw_json json;

	fw_event_begin(&json, "window.taken");
	fw_json_text(&json, "window", window->place->id);
	fw_event_send(desk, client, &json);
	return fw_client_end(desk, client, FW_CLOSE_WINDOW_TAKEN);
}

/* The account moves on from the window it held until now. */
static int give_up(struct fw_desk *desk, struct fw_window *window, struct fw_client *client)
{
	struct fw_client *other = window->client;
	int r = fw_window_release(desk, window);

	return r < 0 || !other || other == client ? r : put_out(desk, other, window);
}

static int take_over(struct fw_desk *desk, struct fw_window *window, struct fw_account *account)
{
	g_autofree char *detail = g_strdup_printf("{\"from\":\"%s\"}", window->account->person->id);
	struct fw_client *other = window->client;
	int r;

	/* The release comes first, so that the former clerk leaves the call and does not just lose it. */
	r = fw_window_release(desk, window);
	if (r >= 0) {
		r = fw_deed(desk, account, window, "window.taken_over", "window", window->place->id,
			detail);
	}
	return r < 0 || !other ? r : put_out(desk, other, window);
}

/* Makes the place empty for this account; what must not be was refused before. */
static int make_room(struct fw_desk *desk, struct fw_window *window, struct fw_client *client)
{
	struct fw_account *account = client->session->account;

	if (account->window && account->window != window) {
		int r = give_up(desk, account->window, client);

		if (r < 0) {
			return r;
		}
	}
	if (window->account && window->account != account) {
		return take_over(desk, window, account);
	}
	return window->client && window->client != client ? put_out(desk, window->client, window)
							  : 0;
}

static int store_devices(struct fw_desk *desk, const struct fw_window *window)
{
	struct fw_db_value words[FW_DEVICE_COUNT];

	for (int i = 0; i < FW_DEVICE_COUNT; i++) {
		words[i] = fw_db_text(fw_device_states[window->devices[i]]);
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO window_devices (service_window, face, document, microphone, speaker,"
		" reported_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (service_window)"
		" DO UPDATE SET face = excluded.face, document = excluded.document,"
		" microphone = excluded.microphone, speaker = excluded.speaker,"
		" reported_us = excluded.reported_us",
		FW_DB_VALUES(fw_db_text(window->place->id), words[FW_DEVICE_FACE],
			words[FW_DEVICE_DOCUMENT], words[FW_DEVICE_MICROPHONE],
			words[FW_DEVICE_SPEAKER], fw_db_int(desk->now_us)),
		NULL);
}

/* What is there now; the table keeps what was seen last, so a page that has not looked yet changes nothing there. */
static int set_devices(
	struct fw_desk *desk, struct fw_window *window, const struct fw_client_message *message)
{
	bool looked = false;

	fw_wall_stir(desk);
	for (int i = 0; i < FW_DEVICE_COUNT; i++) {
		window->devices[i] = (uint8_t)fw_client_message_device(message, fw_device_names[i]);
		looked = looked || window->devices[i] != FW_DEVICE_UNCHECKED;
	}
	return looked ? store_devices(desk, window) : 0;
}

static int store_taken(struct fw_desk *desk, struct fw_account *account, struct fw_window *window)
{
	int r;

	if (account->last_place != window->place) {
		account->last_place = window->place;
		r = fw_db_run(desk->setup.db, "UPDATE account SET last_window = ?1 WHERE id = ?2",
			FW_DB_VALUES(fw_db_text(window->place->id), fw_db_text(account->person->id)),
			NULL);
		if (r < 0) {
			return r;
		}
	}
	return fw_deed(desk, account, window, "window.taken", "window", window->place->id, NULL);
}

/* Sits the client down. */
static int seat(struct fw_desk *desk, struct fw_window *window, struct fw_client *client,
	const struct fw_client_message *message)
{
	struct fw_account *account = client->session->account;
	bool held = window->account == account;
	int r;

	fw_memory_touch(desk->memory, window);
	fw_memory_touch(desk->memory, account);
	fw_memory_touch(desk->memory, client);
	window->account = account;
	window->client = client;
	window->kept_until = 0;
	account->window = window;
	client->window = window;
	r = set_devices(desk, window, message);
	if (r >= 0 && !held) {
		window->wish = FW_PRESENCE_READY;
		window->silent_us = 0;
		r = store_taken(desk, account, window);
		fw_info("window taken window=%s account=%s", window->place->id, account->person->id);
	}
	return r;
}

int fw_window_take_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_account *account = client->session->account;
	const struct fw_place *place =
		fw_catalogue_place(desk->catalogue, fw_client_message_text(message, "window"));
	struct fw_window *window;
	int r;

	if (!place) {
		return FW_CODE_NOT_FOUND;
	}
	if (!fw_person_may_take(account->person, place)) {
		return FW_CODE_FORBIDDEN;
	}
	window = fw_desk_window(desk, place);
	if (window->account && window->account != account &&
		!fw_client_message_bool(message, "takeover")) {
		return FW_CODE_WINDOW_OCCUPIED;
	}
	if (account->window && account->window != window && account->window->part) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = make_room(desk, window, client)) < 0 ||
		(r = seat(desk, window, client, message)) < 0 ||
		(r = fw_presence_update(desk, window)) < 0) {
		return r;
	}
	if (window->part) {
		r = fw_part_return(
			desk, window->part, fw_client_message_text(message, "connection"));
		if (r < 0) {
			return r;
		}
	}
	fw_render_place(&answer->result, "window", place, account);
	fw_presence_render(&answer->result, window);
	fw_drill_render(&answer->result, "drill", fw_drill_at(desk, place->hall));
	if (!window->part) {
		fw_json_null(&answer->result, "call");
		return 0;
	}
	return fw_render_call(desk, &answer->result, "call", window->part);
}

int fw_window_devices_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	(void)answer;
	fw_memory_touch(desk->memory, client->window);
	return set_devices(desk, client->window, message);
}
