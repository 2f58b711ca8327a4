/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/wall/wall_render.h"

#include "signaling/desk/presence.h"
#include "signaling/drill/drill.h"

static void render_pair(
	struct fw_json *json, const char *key, const char *id_key, const char *id, const char *name)
{
	fw_json_open(json, key, '{');
	fw_json_text(json, id_key, id);
	fw_json_text(json, "name", name);
	fw_json_close(json, '}');
}

static void render_area(struct fw_json *json, const struct fw_area *area)
{
	render_pair(json, "area", "code", area->code, area->name);
}

static void render_window_name(struct fw_json *json, const struct fw_place *place)
{
	fw_json_open(json, "window", '{');
	fw_json_text(json, "id", place->id);
	fw_json_text(json, "name", place->name);
	render_pair(json, "hall", "id", place->hall->id, place->hall->name);
	render_area(json, place->hall->area);
	fw_json_close(json, '}');
}

static void render_account(struct fw_json *json, const struct fw_account *account)
{
	if (account) {
		render_pair(json, "account", "id", account->person->id, account->person->name);
	} else {
		fw_json_null(json, "account");
	}
}

void fw_wall_render_hall(
	const struct fw_desk *desk, struct fw_json *json, const struct fw_wall_hall *row)
{
	const struct fw_wall_counts *counts = &row->counts;

	fw_json_open(json, NULL, '{');
	fw_json_text(json, "id", row->hall->id);
	fw_json_text(json, "name", row->hall->name);
	render_area(json, row->hall->area);
	fw_json_int(json, "windows", counts->windows);
	fw_json_int(json, "ready", counts->ready);
	fw_json_int(json, "busy", counts->busy);
	fw_json_int(json, "away", counts->away);
	fw_json_int(json, "expected", counts->expected);
	fw_json_int(json, "missing", counts->missing);
	fw_json_int(json, "overdue", counts->overdue);
	fw_json_int(json, "silent", counts->silent);
	fw_json_int(json, "faulty", counts->faulty);
	fw_json_int(json, "sms_failed", counts->sms_failed);
	fw_json_int(json, "sms_uncertain", counts->sms_uncertain);
	fw_drill_render(json, "drill", fw_drill_at(desk, row->hall));
	fw_json_close(json, '}');
}

void fw_wall_render_window(struct fw_json *json, const struct fw_window *window)
{
	const struct fw_place *place = window->place;
	bool online = window->presence != FW_PRESENCE_OFFLINE;

	fw_json_open(json, NULL, '{');
	fw_json_text(json, "id", place->id);
	fw_json_text(json, "name", place->name);
	fw_json_bool(json, "applicant", place->applicant);
	fw_json_bool(json, "home", place->home);
	fw_presence_render(json, window);
	fw_json_time(json, "since_us", window->since_us);
	fw_json_bool(json, "expected", window->expected_us != 0);
	fw_json_time(json, "silent_us", online ? window->silent_us : 0);
	render_account(json, window->account);
	fw_json_text(json, "call", window->part ? window->part->call->id : NULL);
	if (online) {
		fw_json_open(json, "devices", '{');
		for (int i = 0; i < FW_DEVICE_COUNT; i++) {
			fw_json_text(json, fw_device_names[i], fw_device_states[window->devices[i]]);
		}
		fw_json_close(json, '}');
	} else {
		fw_json_null(json, "devices");
	}
	fw_json_close(json, '}');
}

static void render_party(struct fw_json *json, const struct fw_part *part)
{
	fw_json_open(json, NULL, '{');
	fw_json_text(json, "side", part->requester_side ? "requester" : "responder");
	fw_json_text(json, "part", fw_part_states[part->state]);
	fw_json_text(json, "connection", fw_lines[part->line]);
	render_window_name(json, part->window->place);
	render_account(json, part->account);
	fw_json_close(json, '}');
}

/* Who is in first, then some of those that ring; `rung` tells how many do. */
static void render_parties(struct fw_json *json, const struct fw_call *call)
{
	static const enum fw_part_state order[] = {FW_PART_IN, FW_PART_RUNG};
	unsigned shown = 0, rung = 0;

	fw_json_open(json, "parties", '[');
	for (size_t o = 0; o < G_N_ELEMENTS(order); o++) {
		for (unsigned i = 0; i < call->part_count; i++) {
			const struct fw_part *part = call->parts[i];

			if (part->state != order[o]) {
				continue;
			}
			rung += part->state == FW_PART_RUNG;
			if (shown < FW_WALL_PARTIES_MAX) {
				render_party(json, part);
				shown++;
			}
		}
	}
	fw_json_close(json, ']');
	fw_json_int(json, "rung", rung);
}

void fw_wall_render_call(struct fw_json *json, const struct fw_call *call)
{
	fw_json_open(json, NULL, '{');
	fw_json_text(json, "id", call->id);
	fw_json_text(json, "state", fw_call_states[call->state]);
	fw_json_bool(json, "waits", call->queue == FW_QUEUE_WAITING);
	fw_json_bool(json, "drill", call->drill);
	render_pair(json, "item", "id", call->item->id, call->item->name);
	render_area(json, call->area);
	fw_json_int(json, "requested_us", call->requested_us);
	fw_json_time(json, "answered_us", call->answered_us);
	render_parties(json, call);
	fw_json_close(json, '}');
}

void fw_wall_render_queue(struct fw_json *json, const struct fw_wall_queue *queue)
{
	fw_json_open(json, NULL, '{');
	render_area(json, queue->area);
	fw_json_int(json, "waiting", queue->waiting);
	fw_json_int(json, "since_us", queue->since_us);
	fw_json_close(json, '}');
}

void fw_wall_render_alarm(struct fw_json *json, const struct fw_alarm *alarm)
{
	fw_json_open(json, NULL, '{');
	fw_json_text(json, "kind", fw_alarm_kinds[alarm->kind]);
	fw_json_time(json, "since_us", alarm->since_us);
	if (alarm->area) {
		render_area(json, alarm->area);
	} else {
		fw_json_null(json, "area");
	}
	if (alarm->hall) {
		render_pair(json, "hall", "id", alarm->hall->id, alarm->hall->name);
	} else {
		fw_json_null(json, "hall");
	}
	if (alarm->window) {
		const struct fw_place *place = alarm->window->place;

		render_pair(json, "window", "id", place->id, place->name);
	} else {
		fw_json_null(json, "window");
	}
	fw_json_text(json, "call", alarm->call ? alarm->call->id : NULL);
	fw_json_int(json, "count", alarm->count);
	fw_json_close(json, '}');
}
