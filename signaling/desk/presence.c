/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/presence.h"

#include "base/db.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/queue.h"
#include "signaling/desk/ringing.h"

static enum fw_presence presence_now(const struct fw_window *window)
{
	if (window->part) {
		return FW_PRESENCE_BUSY;
	}
	return window->client ? window->wish : FW_PRESENCE_OFFLINE;
}

static void mark_directory(struct fw_desk *desk)
{
	if (!desk->tally->directory_dirty) {
		fw_memory_touch(desk->memory, desk->tally);
		desk->tally->directory_dirty = true;
		fw_memory_remind(desk->memory, desk->tally,
			MAX(desk->now, desk->tally->directory_sent + FW_DIRECTORY_US));
	}
}

int fw_presence_update(struct fw_desk *desk, struct fw_window *window)
{
	enum fw_presence presence = presence_now(window);

	if (presence == window->presence) {
		return 0;
	}
	fw_memory_touch(desk->memory, window);
	window->presence = presence;
	window->since_us = desk->now_us;
	mark_directory(desk);
	if (window->place->home) {
		fw_queue_stir(desk, window->place->hall->area);
	}
	if (window->client) {
		struct fw_json json;

		fw_event_begin(&json, "presence.changed");
		fw_json_text(&json, "presence", fw_presences[presence]);
		fw_json_int(&json, "since_us", window->since_us);
		fw_event_send(desk, window->client, &json);
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO window_presence (service_window, presence, since_us, account)"
		" VALUES (?1, ?2, ?3, ?4) ON CONFLICT (service_window) DO UPDATE"
		" SET presence = excluded.presence, since_us = excluded.since_us,"
		" account = excluded.account",
		FW_DB_VALUES(fw_db_text(window->place->id), fw_db_text(fw_presences[presence]),
			fw_db_int(window->since_us),
			fw_db_text(window->account ? window->account->person->id : NULL)),
		NULL);
}

int fw_presence_due(struct fw_desk *desk)
{
	GHashTableIter iter;
	void *value;

	if (!desk->tally->directory_dirty) {
		return 0;
	}
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->directory_dirty = false;
	desk->tally->directory_sent = desk->now;
	g_hash_table_iter_init(&iter, desk->clients);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct fw_client *client = value;
		struct fw_json json;

		if (client->wants_directory) {
			fw_memory_touch(desk->memory, client);
			client->wants_directory = false;
			fw_event_begin(&json, "directory.changed");
			fw_event_send(desk, client, &json);
		}
	}
	return 0;
}

bool fw_presence_can_ring(const struct fw_window *window)
{
	return window->place->home && window->presence == FW_PRESENCE_READY &&
		fw_person_may(
			window->account->person, FW_RIGHT_CALL_ANSWER, window->place->hall->area);
}

int fw_presence_set_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_window *window = client->window;
	int r;

	fw_memory_touch(desk->memory, window);
	window->wish = (enum fw_presence)fw_client_message_choice(message, "state");
	r = fw_presence_update(desk, window);
	if (r >= 0) {
		r = fw_db_run(desk->setup.db,
			"UPDATE window_presence SET reason = ?1 WHERE service_window = ?2",
			FW_DB_VALUES(fw_db_text(window->wish == FW_PRESENCE_AWAY
						     ? fw_client_message_text(message, "reason")
						     : NULL),
				fw_db_text(window->place->id)),
			NULL);
	}
	fw_json_text(&answer->result, "presence", fw_presences[window->presence]);
	return r;
}

int fw_presence_targets_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const struct fw_item *item =
		fw_catalogue_item(desk->catalogue, fw_client_message_text(message, "item"));
	const struct fw_area *area =
		fw_catalogue_area(desk->catalogue, fw_client_message_text(message, "area"));
	unsigned windows = 0, ready = 0, busy = 0;
	struct fw_load *load;
	int r;

	if (!item || !area) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_load_find(desk, area, &load);
	if (r < 0) {
		return r;
	}
	for (guint i = 0; i < area->windows->len && fw_item_serves(item, area->code); i++) {
		const struct fw_place *place = g_ptr_array_index(area->windows, i);
		const struct fw_window *window = fw_desk_window(desk, place);

		if (!place->home || place->department) {
			continue;
		}
		r = fw_ringing_serves(desk, place, item);
		if (r < 0) {
			return r;
		}
		windows += (unsigned)r;
		ready += r && fw_presence_can_ring(window);
		busy += r && window->presence == FW_PRESENCE_BUSY;
	}
	fw_json_int(&answer->result, "windows", windows);
	fw_json_int(&answer->result, "ready", ready);
	fw_json_int(&answer->result, "busy", busy);
	fw_queue_outlook(&answer->result, load, ready, busy);
	if (!client->wants_directory) {
		fw_memory_touch(desk->memory, client);
		client->wants_directory = true;
	}
	return 0;
}
