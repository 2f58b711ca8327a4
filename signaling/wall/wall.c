/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants:
 *   - a watcher is in desk->watchers exactly while its client looks; nobody else is told anything;
 *   - what a watcher is told lies in an area in which its account has the right to the wall at that moment;
 *   - a part of the wall is sent again only when its text differs from what was sent before (its sum is kept).
 */
#include "signaling/wall/wall.h"

#include "signaling/desk/emit.h"
#include "signaling/wall/look.h"
#include "signaling/wall/survey.h"
#include "signaling/wall/wall_render.h"

void fw_wall_load(struct fw_desk *desk)
{
	desk->wall = fw_memory_add(desk->memory, FW_RECORD_WALL, sizeof(*desk->wall));
}

static int64_t next_time(const struct fw_desk *desk)
{
	const struct fw_wall *wall = desk->wall;
	int64_t look = wall->looked + FW_WALL_LOOK_US;

	return wall->stirred ? MIN(look, wall->told + FW_WALL_TELL_US) : look;
}

void fw_wall_stir_slowly(struct fw_desk *desk)
{
	fw_memory_touch(desk->memory, desk->wall);
	desk->wall->stirred = true;
	fw_memory_remind(desk->memory, desk->wall, MAX(desk->now, next_time(desk)));
}

/* --- what a watcher may see ------------------------------------------------------------------------- */

static bool may_see(const struct fw_watcher *watcher, const struct fw_area *area)
{
	return fw_person_may(watcher->client->session->account->person, FW_RIGHT_WALL, area);
}

/* Either side of it, as in the list of calls. */
static bool may_see_call(const struct fw_watcher *watcher, const struct fw_call *call)
{
	return may_see(watcher, call->area) ||
		may_see(watcher, call->parts[0]->window->place->hall->area);
}

/* --- sending ------------------------------------------------------------------------------------------ */

static uint64_t sum_of(const struct fw_json *json)
{
	uint64_t sum = 14695981039346656037U; /* FNV-1a */

	for (size_t i = 0; i < json->used; i++) {
		sum = (sum ^ (uint8_t)json->text[i]) * 1099511628211U;
	}
	return sum | 1; /* 0: never sent */
}

static void send_if_new(struct fw_desk *desk, struct fw_watcher *watcher, enum fw_wall_part part,
	struct fw_json *json)
{
	uint64_t sum = sum_of(json);

	if (watcher->sums[part] == sum) {
		fw_json_clear(json);
		return;
	}
	fw_memory_touch(desk->memory, watcher);
	watcher->sums[part] = sum;
	fw_event_send(desk, watcher->client, json);
}

static void begin_halls(struct fw_json *json, bool first)
{
	fw_event_begin(json, "wall.halls");
	fw_json_bool(json, "first", first);
	fw_json_open(json, "rows", '[');
}

/* Those that changed since; for the first time all, in as many messages as it takes. */
static void tell_halls(struct fw_desk *desk, struct fw_watcher *watcher)
{
	bool first = watcher->seen == 0, any = first;
	struct fw_json json;
	GHashTableIter iter;
	void *value;

	begin_halls(&json, first);
	g_hash_table_iter_init(&iter, desk->wall_halls);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct fw_wall_hall *row = value;

		if (row->changed <= watcher->seen || !may_see(watcher, row->hall->area) ||
			(first && row->counts.windows == 0)) {
			continue;
		}
		fw_wall_render_hall(desk, &json, row);
		any = true;
		if (fw_wall_is_full(&json)) {
			fw_json_close(&json, ']');
			fw_event_send(desk, watcher->client, &json);
			begin_halls(&json, false);
			any = false;
		}
	}
	fw_json_close(&json, ']');
	if (any) {
		fw_event_send(desk, watcher->client, &json);
	} else {
		fw_json_clear(&json);
	}
	fw_memory_touch(desk->memory, watcher);
	watcher->seen = desk->wall->change;
}

static void tell_windows(struct fw_desk *desk, struct fw_watcher *watcher)
{
	const struct fw_hall *hall = watcher->hall;
	struct fw_json json;
	unsigned total = 0;

	if (!hall || !may_see(watcher, hall->area)) {
		return;
	}
	fw_event_begin(&json, "wall.windows");
	fw_json_text(&json, "hall", hall->id);
	fw_json_open(&json, "rows", '[');
	for (guint i = 0; i < hall->area->windows->len; i++) {
		const struct fw_place *place = g_ptr_array_index(hall->area->windows, i);

		if (place->hall == hall) {
			total++;
			if (!fw_wall_is_full(&json)) {
				fw_wall_render_window(&json, fw_desk_window(desk, place));
			}
		}
	}
	fw_json_close(&json, ']');
	fw_json_int(&json, "total", total);
	send_if_new(desk, watcher, FW_WALL_WINDOWS, &json);
}

static void tell_calls(
	struct fw_desk *desk, struct fw_watcher *watcher, const struct fw_survey *survey)
{
	struct fw_json json;
	unsigned total = 0;

	fw_event_begin(&json, "wall.calls");
	fw_json_open(&json, "rows", '[');
	for (guint i = 0; i < survey->calls->len; i++) {
		const struct fw_call *call = g_ptr_array_index(survey->calls, i);

		if (may_see_call(watcher, call)) {
			total++;
			if (!fw_wall_is_full(&json)) {
				fw_wall_render_call(&json, call);
			}
		}
	}
	fw_json_close(&json, ']');
	fw_json_int(&json, "total", total);
	send_if_new(desk, watcher, FW_WALL_CALLS, &json);
}

static void tell_queues(
	struct fw_desk *desk, struct fw_watcher *watcher, const struct fw_survey *survey)
{
	struct fw_json json;

	fw_event_begin(&json, "wall.queues");
	fw_json_open(&json, "rows", '[');
	for (guint i = 0; i < survey->queues->len && !fw_wall_is_full(&json); i++) {
		const struct fw_wall_queue *queue =
			&g_array_index(survey->queues, struct fw_wall_queue, i);

		if (may_see(watcher, queue->area)) {
			fw_wall_render_queue(&json, queue);
		}
	}
	fw_json_close(&json, ']');
	send_if_new(desk, watcher, FW_WALL_QUEUES, &json);
}

static void tell_alarms(
	struct fw_desk *desk, struct fw_watcher *watcher, const struct fw_survey *survey)
{
	struct fw_json json;
	unsigned total = 0;

	fw_event_begin(&json, "wall.alarms");
	fw_json_open(&json, "rows", '[');
	for (guint i = 0; i < survey->alarms->len; i++) {
		const struct fw_alarm *alarm = &g_array_index(survey->alarms, struct fw_alarm, i);

		if (!alarm->area || may_see(watcher, alarm->area)) {
			total++;
			if (total <= FW_WALL_ALARMS_MAX && !fw_wall_is_full(&json)) {
				fw_wall_render_alarm(&json, alarm);
			}
		}
	}
	fw_json_close(&json, ']');
	fw_json_int(&json, "total", total);
	send_if_new(desk, watcher, FW_WALL_ALARMS, &json);
}

static void tell(struct fw_desk *desk)
{
	struct fw_survey survey;

	desk->wall->change++;
	fw_survey_take(desk, &survey);
	for (guint i = 0; i < desk->watchers->len; i++) {
		struct fw_watcher *watcher = g_ptr_array_index(desk->watchers, i);

		tell_halls(desk, watcher);
		tell_windows(desk, watcher);
		tell_calls(desk, watcher, &survey);
		tell_queues(desk, watcher, &survey);
		tell_alarms(desk, watcher, &survey);
	}
	fw_survey_clear(&survey);
}

/* --- time ----------------------------------------------------------------------------------------------- */

/* The administrator changed the tree: whatever anybody has been told of it may not hold any more. */
static void begin_anew(struct fw_desk *desk)
{
	for (guint i = 0; i < desk->watchers->len; i++) {
		struct fw_watcher *watcher = g_ptr_array_index(desk->watchers, i);

		fw_memory_touch(desk->memory, watcher);
		watcher->seen = 0;
	}
}

static int look(struct fw_desk *desk)
{
	struct fw_wall *wall = desk->wall;

	wall->looked = desk->now;
	wall->stirred = true; /* time alone makes an away overdue, a ring long */
	if (wall->tree != desk->catalogue->changes) {
		wall->tree = desk->catalogue->changes;
		begin_anew(desk);
	}
	return fw_wall_look(desk);
}

int fw_wall_due(struct fw_desk *desk)
{
	struct fw_wall *wall = desk->wall;
	int r = 0;

	if (desk->watchers->len == 0 || next_time(desk) > desk->now) {
		return 0; /* a hint of an earlier time; one that is due stands behind it */
	}
	fw_memory_touch(desk->memory, wall);
	if (wall->looked + FW_WALL_LOOK_US <= desk->now) {
		r = look(desk);
	}
	if (r >= 0 && wall->told + FW_WALL_TELL_US <= desk->now) {
		wall->told = desk->now;
		wall->stirred = false;
		tell(desk);
	}
	fw_memory_remind(desk->memory, wall, next_time(desk));
	return r;
}

/* --- coming and going ------------------------------------------------------------------------------------- */

void fw_wall_forget(struct fw_desk *desk, struct fw_client *client)
{
	struct fw_watcher *watcher = client->watcher;

	if (!watcher) {
		return;
	}
	fw_memory_touch(desk->memory, client);
	client->watcher = NULL;
	fw_memory_array_remove(desk->memory, desk->watchers, watcher);
	fw_memory_drop(desk->memory, watcher);
}

/* The first one to look finds the wall as it was left: everything is looked at now. */
static void add(struct fw_desk *desk, struct fw_client *client)
{
	struct fw_watcher *watcher =
		fw_memory_add(desk->memory, FW_RECORD_WATCHER, sizeof(*watcher));

	watcher->client = client;
	fw_memory_touch(desk->memory, client);
	client->watcher = watcher;
	if (desk->watchers->len == 0) {
		fw_memory_touch(desk->memory, desk->wall);
		desk->wall->looked = desk->now - FW_WALL_LOOK_US;
		desk->wall->stirred = false;
	}
	fw_memory_array_add(desk->memory, desk->watchers, watcher);
}

int fw_wall_watch_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const struct fw_person *person = client->session->account->person;
	const char *id = fw_client_message_text(message, "hall");
	const struct fw_hall *hall = id ? g_hash_table_lookup(desk->catalogue->halls, id) : NULL;

	(void)answer;
	if (fw_client_message_bool(message, "off")) {
		fw_wall_forget(desk, client);
		return 0;
	}
	if (!fw_person_may(person, FW_RIGHT_WALL, hall ? hall->area : NULL)) {
		return FW_CODE_FORBIDDEN;
	}
	if (id && !hall) {
		return FW_CODE_NOT_FOUND;
	}
	if (!client->watcher) {
		if (desk->watchers->len >= FW_WALL_WATCHERS_MAX) {
			return FW_CODE_TOO_MANY;
		}
		add(desk, client);
	}
	fw_memory_touch(desk->memory, client->watcher);
	if (client->watcher->hall != hall) {
		client->watcher->hall = hall;
		client->watcher->sums[FW_WALL_WINDOWS] = 0;
	}
	fw_wall_stir(desk);
	return 0;
}
