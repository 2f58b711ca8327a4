/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/presence.h"

#include "base/db.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/queue.h"
#include "signaling/desk/ringing.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/duty.h"
#include "signaling/drill/drill.h"
#include "signaling/wall/wall.h"

/* Of facts that have their own states: who is rung or talks is busy, also while its line is lost or it wished to go;
 * who is not connected is offline, whatever it wished. */
static const enum fw_presence table[2][2][FW_PRESENCE_WISHES] = {
	/* called: no, connected: no, yes; wish: ready, away */
	{{FW_PRESENCE_OFFLINE, FW_PRESENCE_OFFLINE}, {FW_PRESENCE_READY, FW_PRESENCE_AWAY}},
	{{FW_PRESENCE_BUSY, FW_PRESENCE_BUSY}, {FW_PRESENCE_BUSY, FW_PRESENCE_BUSY}},
};

enum fw_presence fw_presence_of(bool called, bool connected, enum fw_presence wish)
{
	return table[called][connected][wish];
}

/* The next round begins a second after the last one began. */
static void remind(struct fw_desk *desk)
{
	fw_memory_remind(desk->memory, desk->tally,
		MAX(desk->now, desk->tally->directory_round + FW_DIRECTORY_US));
}

void fw_presence_stir(struct fw_desk *desk)
{
	if (!desk->tally->directory_dirty) {
		fw_memory_touch(desk->memory, desk->tally);
		desk->tally->directory_dirty = true;
		remind(desk);
	}
}

void fw_presence_render(struct fw_json *json, const struct fw_window *window)
{
	fw_json_text(json, "presence", fw_presences[window->presence]);
	if (window->presence != FW_PRESENCE_AWAY) {
		return;
	}
	fw_json_open(json, "away", '{');
	fw_json_text(json, "reason", fw_away_reasons[window->away_reason]);
	fw_json_text(json, "text", window->away_text[0] ? window->away_text : NULL);
	fw_json_int(json, "until_us", window->away_until_us);
	fw_json_close(json, '}');
}

/* Who sits there is nearly always who sat there: then the account's row is not looked for. */
static int store(struct fw_desk *desk, const struct fw_window *window)
{
	static const char same[] =
		"UPDATE window_presence SET presence = ?2, since_us = ?3, reason = ?5, text = ?6,"
		" until_us = ?7 WHERE service_window = ?1 AND account IS ?4";
	static const char other[] =
		"INSERT INTO window_presence (service_window, presence, since_us, account, reason,"
		" text, until_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT (service_window) DO UPDATE SET presence = excluded.presence,"
		" since_us = excluded.since_us, account = excluded.account,"
		" reason = excluded.reason, text = excluded.text, until_us = excluded.until_us";
	bool away = window->presence == FW_PRESENCE_AWAY;
	const struct fw_db_value values[] = {
		fw_db_text(window->place->id),
		fw_db_text(fw_presences[window->presence]),
		fw_db_int(window->since_us),
		fw_db_text(window->account ? window->account->person->id : NULL),
		fw_db_text(away ? fw_away_reasons[window->away_reason] : NULL),
		fw_db_text(away && window->away_text[0] ? window->away_text : NULL),
		away ? fw_db_int(window->away_until_us) : fw_db_null(),
	};
	int64_t changes;
	int r = fw_db_run(desk->setup.db, same, values, G_N_ELEMENTS(values), &changes);

	return r < 0 || changes > 0
		? r
		: fw_db_run(desk->setup.db, other, values, G_N_ELEMENTS(values), NULL);
}

/* The window, who looks at the directory, and readers. */
static int announce(struct fw_desk *desk, struct fw_window *window)
{
	fw_presence_stir(desk);
	fw_wall_stir(desk);
	if (window->client) {
		struct fw_json json;

		fw_event_begin(&json, "presence.changed");
		fw_presence_render(&json, window);
		fw_json_int(&json, "since_us", window->since_us);
		fw_event_send(desk, window->client, &json);
	}
	return store(desk, window);
}

int fw_presence_update(struct fw_desk *desk, struct fw_window *window)
{
	enum fw_presence presence =
		fw_presence_of(window->part != NULL, window->client != NULL, window->wish);

	if (presence == window->presence) {
		return 0;
	}
	fw_memory_touch(desk->memory, window);
	window->presence = presence;
	window->since_us = desk->now_us;
	if (window->place->home) {
		fw_queue_stir(desk, window->place);
	}
	return announce(desk, window);
}

/* So many of those who have not been told in this round; whether there are more. */
static bool tell_some(struct fw_desk *desk)
{
	unsigned left = FW_DIRECTORY_SLICE;
	GHashTableIter iter;
	void *value;

	g_hash_table_iter_init(&iter, desk->clients);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		struct fw_client *client = value;
		struct fw_json json;

		if (!client->wants_directory ||
			client->directory_round == desk->tally->directory_round) {
			continue;
		}
		if (left-- == 0) {
			return true;
		}
		fw_memory_touch(desk->memory, client);
		client->wants_directory = false;
		client->directory_round = desk->tally->directory_round;
		fw_event_begin(&json, "directory.changed");
		fw_event_send(desk, client, &json);
	}
	return false;
}

/* Everybody who is told asks again at once. Some at a time: a ring would wait behind the answers to all. */
int fw_presence_due(struct fw_desk *desk)
{
	struct fw_tally *tally = desk->tally;

	fw_memory_touch(desk->memory, tally);
	if (tally->duty_changes && tally->duty_changes <= desk->now) {
		tally->duty_changes = 0;
		fw_presence_stir(desk);
	}
	if (!tally->directory_telling && tally->directory_dirty &&
		desk->now >= tally->directory_round + FW_DIRECTORY_US) {
		tally->directory_dirty = false;
		tally->directory_telling = true;
		tally->directory_round = desk->now;
	}
	if (tally->directory_telling) {
		tally->directory_telling = tell_some(desk);
		if (tally->directory_telling) {
			fw_memory_remind(desk->memory, tally, desk->now + FW_DIRECTORY_GAP_US);
		} else if (tally->directory_dirty) {
			remind(desk);
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

/* Who goes away says why, and when it expects to be back. */
static enum fw_code check_away(const struct fw_desk *desk, const struct fw_client_message *message,
	struct fw_answer *answer)
{
	int64_t until_us = fw_client_message_int(message, "until_us");
	int reason = fw_client_message_choice(message, "reason");
	const char *wrong = NULL;

	if (reason < 0) {
		wrong = "离开要选择原因";
	} else if (reason == FW_AWAY_OTHER && !fw_client_message_text(message, "text")) {
		wrong = "请写明离开的原因";
	} else if (until_us <= desk->now_us || until_us > desk->now_us + FW_AWAY_MAX_US) {
		wrong = "离开要说明预计返回的时间，在一天以内";
	}
	if (!wrong) {
		return FW_CODE_OK;
	}
	g_strlcpy(answer->text, wrong, sizeof(answer->text));
	return FW_CODE_MALFORMED;
}

static void go_away(struct fw_window *window, const struct fw_client_message *message)
{
	const char *text = fw_client_message_text(message, "text");

	window->away_reason = (enum fw_away_reason)fw_client_message_choice(message, "reason");
	window->away_until_us = fw_client_message_int(message, "until_us");
	g_strlcpy(window->away_text, text ? text : "", sizeof(window->away_text));
}

/* What a window's presence was is evidence when a call was missed; its words are not (deeds.h). */
static int write_deed(struct fw_desk *desk, const struct fw_window *window)
{
	g_autofree char *detail = NULL;

	if (window->wish != FW_PRESENCE_AWAY) {
		return fw_deed(desk, window->account, window, "window.back", "window",
			window->place->id, NULL);
	}
	detail = g_strdup_printf("{\"reason\":\"%s\",\"until_us\":%" G_GINT64_FORMAT "}",
		fw_away_reasons[window->away_reason], window->away_until_us);
	return fw_deed(
		desk, window->account, window, "window.away", "window", window->place->id, detail);
}

int fw_presence_set_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	enum fw_presence wish = (enum fw_presence)fw_client_message_choice(message, "state");
	struct fw_window *window = client->window;
	bool same = window->wish == wish && window->presence == wish;
	int r = 0;

	if (wish == FW_PRESENCE_AWAY) {
		enum fw_code code = check_away(desk, message, answer);

		if (code != FW_CODE_OK) {
			return (int)code;
		}
	}
	fw_memory_touch(desk->memory, window);
	if (window->wish != wish || wish == FW_PRESENCE_AWAY) {
		window->wish = wish;
		if (wish == FW_PRESENCE_AWAY) {
			go_away(window, message);
		}
		r = write_deed(desk, window);
	}
	if (r >= 0) { /* away for longer, or for something else: told too */
		r = same && wish == FW_PRESENCE_AWAY ? announce(desk, window)
						     : fw_presence_update(desk, window);
	}
	fw_presence_render(&answer->result, window);
	return r;
}

/* What a caller learns before it calls. */
struct readiness {
	unsigned windows, ready, busy, away, on_duty;
	unsigned closed; /* not on duty, in a hall closed out of turn */
	int64_t back_us; /* when the first of those away expects to be back; 0: nobody is */
	int64_t closed_until_us; /* when the first of those closed may open; 0: none is */
	const struct fw_drill *drill; /* asking them would be a rehearsal */
};

/* Of one window now. */
struct duty_now {
	bool on;
	int64_t closed_until_us; /* not on, and its hall is closed out of turn till then; else 0 */
};

static void count(
	struct readiness *found, const struct fw_window *window, const struct duty_now *duty)
{
	found->windows++;
	if (duty->closed_until_us) {
		found->closed++;
		if (!found->closed_until_us || duty->closed_until_us < found->closed_until_us) {
			found->closed_until_us = duty->closed_until_us;
		}
	}
	found->on_duty += duty->on;
	found->ready += fw_presence_can_ring(window);
	found->busy += window->presence == FW_PRESENCE_BUSY;
	if (window->presence == FW_PRESENCE_AWAY) {
		found->away++;
		if (!found->back_us || window->away_until_us < found->back_us) {
			found->back_us = window->away_until_us;
		}
	}
}

/* Who was told of that hall's duty is told when it may be otherwise. */
static int await_change(struct fw_desk *desk, const struct fw_hall *hall)
{
	int64_t next_us, next;
	int r = fw_duty_next_change_us(desk, hall, desk->now_us, &next_us);

	if (r < 0) {
		return r;
	}
	next = next_us + desk->ahead;
	if (!desk->tally->duty_changes || next < desk->tally->duty_changes) {
		fw_memory_touch(desk->memory, desk->tally);
		desk->tally->duty_changes = next;
		fw_memory_remind(desk->memory, desk->tally, next);
	}
	return 0;
}

static int find_duty(struct fw_desk *desk, const struct fw_window *window, struct duty_now *ret_duty)
{
	const struct fw_hall *hall = window->place->hall;
	int r = fw_duty_on(desk, window, desk->now_us);

	if (r < 0) {
		return r;
	}
	ret_duty->on = r > 0;
	ret_duty->closed_until_us =
		r > 0 ? 0 : fw_calendar_closed_until_us(desk->calendar, hall->id, desk->now_us);
	return await_change(desk, hall);
}

/* Those that serve the item there: who rehearses sees all, others are led past those who do while anybody else is
 * there. */
static int count_all(struct fw_desk *desk, const struct fw_window *asking,
	const struct fw_item *item, const struct fw_area *area, struct readiness *ret_found)
{
	const struct fw_drill *own = asking ? fw_drill_of(desk, asking->place, item) : NULL;
	struct readiness real = {0}, all = {0};

	for (guint i = 0; i < area->windows->len && fw_item_serves(item, area->code); i++) {
		const struct fw_place *place = g_ptr_array_index(area->windows, i);
		const struct fw_drill *drill = fw_drill_of(desk, place, item);
		const struct fw_window *window = fw_desk_window(desk, place);
		struct duty_now duty;
		int r;

		if (!place->home || place->department || !fw_place_serves(place, item)) {
			continue;
		}
		r = find_duty(desk, window, &duty);
		if (r < 0) {
			return r;
		}
		count(&all, window, &duty);
		if (drill) {
			all.drill = drill;
		} else {
			count(&real, window, &duty);
		}
	}
	if (own) {
		all.drill = own;
	}
	*ret_found = own || real.windows == 0 ? all : real;
	return 0;
}

int fw_presence_targets_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const struct fw_item *item =
		fw_catalogue_item(desk->catalogue, fw_client_message_text(message, "item"));
	const struct fw_area *area =
		fw_catalogue_area(desk->catalogue, fw_client_message_text(message, "area"));
	struct readiness found = {0};
	struct fw_load *load;
	int r;

	if (!item || !area) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_load_find(desk, area, &load);
	if (r == 0) {
		r = count_all(desk, client->window, item, area, &found);
	}
	if (r < 0) {
		return r;
	}
	fw_json_int(&answer->result, "windows", found.windows);
	fw_json_int(&answer->result, "ready", found.ready);
	fw_json_int(&answer->result, "busy", found.busy);
	fw_json_int(&answer->result, "away", found.away);
	fw_json_int(&answer->result, "on_duty", found.on_duty);
	fw_json_time(&answer->result, "back_us", found.back_us);
	fw_json_time(&answer->result, "closed_until_us",
		found.closed == found.windows ? found.closed_until_us : 0);
	fw_queue_outlook(&answer->result, load, found.ready, found.busy);
	fw_drill_render(&answer->result, "drill", found.drill);
	if (!client->wants_directory) {
		fw_memory_touch(desk->memory, client);
		client->wants_directory = true;
	}
	return 0;
}
