/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/request.h"

#include "base/db.h"
#include "base/id.h"
#include "base/log.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/render.h"
#include "signaling/desk/ringing.h"
#include "signaling/desk/secret.h"
#include "signaling/drill/drill.h"
#include "signaling/wall/wall.h"

#include <errno.h>

#define FW_LOG_TOPIC "request"

struct request {
	const struct fw_item *item;
	const struct fw_area *area;
	const struct fw_place *named; /* NULL: any */
	int64_t material;
	struct fw_ringing_plan plan;
};

/* --- checking ------------------------------------------------------------------------------------- */

static enum fw_code read_request(
	struct fw_desk *desk, const struct fw_client_message *message, struct request *ret_request)
{
	const char *named = fw_client_message_text(message, "window");
	struct request *request = ret_request;

	request->item = fw_catalogue_item(desk->catalogue, fw_client_message_text(message, "item"));
	request->area = fw_catalogue_area(desk->catalogue, fw_client_message_text(message, "area"));
	request->material = fw_client_message_int(message, "material");
	request->named = NULL;
	if (!request->item || !request->area) {
		return FW_CODE_NOT_FOUND;
	}
	if (!fw_item_serves(request->item, request->area->code)) {
		return FW_CODE_ITEM_NOT_SERVED;
	}
	if (request->material &&
		!g_hash_table_contains(
			request->item->materials, GINT_TO_POINTER((int)request->material))) {
		return FW_CODE_NOT_FOUND;
	}
	if (named) {
		request->named = fw_catalogue_place(desk->catalogue, named);
		if (!request->named || !request->named->home ||
			request->named->hall->area != request->area) {
			return FW_CODE_NOT_FOUND;
		}
	}
	return FW_CODE_OK;
}

/* So many requests of this window got no answer that it has to wait. */
static bool is_flood(struct fw_desk *desk, const struct fw_window *window, struct fw_answer *answer)
{
	int64_t until = window->flood_since + desk->setup.flood_us;

	if (window->flood < desk->setup.flood_calls || until <= desk->now) {
		return false;
	}
	g_snprintf(answer->extra, sizeof(answer->extra), "\"retry_after_s\":%" G_GINT64_FORMAT,
		(until - desk->now + 999999) / 1000000);
	g_snprintf(
		answer->text, sizeof(answer->text), "本窗口短时间内呼叫过多，均未接通，请稍后再试");
	return true;
}

/* Once for each flood. */
static int tell_flood(struct fw_desk *desk, struct fw_window *window)
{
	g_autofree char *detail = NULL;

	if (window->flood_told) {
		return 0;
	}
	fw_warn("too many requests without an answer window=%s requests=%u", window->place->id,
		window->flood);
	fw_memory_touch(desk->memory, window);
	window->flood_told = true;
	fw_wall_stir(desk);
	detail = g_strdup_printf("{\"requests\":%u}", window->flood);
	return fw_deed(
		desk, window->account, window, "call.flood", "window", window->place->id, detail);
}

static void count_request(struct fw_desk *desk, struct fw_window *window)
{
	fw_memory_touch(desk->memory, window);
	if (window->flood == 0 || window->flood_since + desk->setup.flood_us <= desk->now) {
		window->flood = 0;
		window->flood_since = desk->now;
		window->flood_told = false;
	}
	window->flood++;
}

static enum fw_code check_window(const struct fw_desk *desk, const struct fw_window *window)
{
	if (!window->place->applicant) {
		return FW_CODE_FORBIDDEN;
	}
	if (window->part) {
		return FW_CODE_OWN_WINDOW_BUSY;
	}
	if (window->wish != FW_PRESENCE_READY) {
		return FW_CODE_WRONG_STATE;
	}
	return desk->tally->calls >= FW_CALLS_MAX ? FW_CODE_TOO_MANY : FW_CODE_OK;
}

/* Only windows that rehearse could take it. */
static bool is_barred(const struct fw_ringing_plan *plan)
{
	return plan->barred && plan->route.kind == FW_ROUTE_NOBODY && plan->route.absent_count == 0;
}

/* 0, a code, or negative errno. */
static int check_request(struct fw_desk *desk, struct fw_window *window,
	const struct fw_client_message *message, struct request *ret_request,
	struct fw_answer *answer)
{
	struct request *request = ret_request;
	bool drill = fw_client_message_bool(message, "drill");
	enum fw_code code = check_window(desk, window);
	const struct fw_drill *own;
	int r;

	if (code == FW_CODE_OK && !drill && /* there no citizen is to be told */
		!fw_client_message_bool(message, "citizen_informed")) {
		code = FW_CODE_CITIZEN_NOT_INFORMED;
	}
	if (code == FW_CODE_OK) {
		code = read_request(desk, message, request);
	}
	if (code != FW_CODE_OK) {
		return (int)code;
	}
	if (is_flood(desk, window, answer)) {
		r = tell_flood(desk, window);
		return r < 0 ? r : FW_CODE_TOO_MANY;
	}
	r = fw_ringing_plan(desk,
		&(struct fw_ringing_wish){.item = request->item,
			.area = request->area,
			.named = request->named,
			.requester = window,
			.drill = drill},
		&request->plan);
	if (r < 0) {
		return r;
	}
	own = fw_drill_of(desk, window->place, request->item);
	if (!drill && (own || is_barred(&request->plan))) {
		return fw_drill_refuse(own ? own : request->plan.barred, answer);
	}
	if (request->plan.route.kind == FW_ROUTE_NOBODY && request->plan.route.absent_count == 0) {
		g_snprintf(answer->extra, sizeof(answer->extra), "\"windows\":%u",
			request->plan.serving);
		return FW_CODE_NO_WINDOW_READY;
	}
	return 0;
}

/* --- the call --------------------------------------------------------------------------------------- */

static int store_call(struct fw_desk *desk, struct fw_call *call, const struct fw_window *window,
	const struct fw_place *named)
{
	g_autoptr(GBytes) note = NULL;
	int r = fw_secret_seal_of_call(
		desk, call, "call", "note", 0, call->note[0] ? call->note : NULL, &note);

	if (r < 0) {
		return r;
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO call (id, state, item, item_version, area, material, note, "
		"case_number,"
		" named_window, requested_us, requester_window, requester_account)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		FW_DB_VALUES(fw_db_text(call->id), fw_db_text(fw_call_states[call->state]),
			fw_db_text(call->item->id), fw_db_int(call->item_version),
			fw_db_text(call->area->code),
			call->material ? fw_db_int(call->material) : fw_db_null(),
			fw_sealed_value(note),
			fw_db_text(call->case_number[0] ? call->case_number : NULL),
			fw_db_text(named ? named->id : NULL), fw_db_int(call->requested_us),
			fw_db_text(window->place->id), fw_db_text(window->account->person->id)),
		NULL);
}

static int store_drill(struct fw_desk *desk, struct fw_call *call)
{
	int r = fw_db_run(desk->setup.db, "UPDATE call SET drill = 1 WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(call->id)), NULL);

	return r < 0 ? r : fw_marker(desk, call, "drill", 1, FW_TRACK_COUNT, NULL);
}

/* What the row says, but for the words of people. */
static int write_deed(struct fw_desk *desk, const struct fw_call *call, const struct fw_part *part)
{
	g_autofree char *detail = NULL;
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "item", call->item->id);
	fw_json_int(&json, "item_version", call->item_version);
	fw_json_text(&json, "area", call->area->code);
	if (call->material) {
		fw_json_int(&json, "material", call->material);
	}
	fw_json_text(&json, "named_window", call->named ? call->named->id : NULL);
	fw_json_bool(&json, "drill", call->drill);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	return fw_deed_of_call(desk, call, part, "call.requested", detail);
}

static int create_call(struct fw_desk *desk, struct fw_window *window, const struct request *request,
	const struct fw_client_message *message, struct fw_call **ret_call)
{
	const char *note = fw_client_message_text(message, "note");
	const char *case_number = fw_client_message_text(message, "case");
	uint8_t random[FW_ID_RANDOM_BYTES];
	char id[FW_ID_SIZE];
	struct fw_call *call;
	struct fw_part *part;
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, id);
	call = fw_call_add(desk, id);
	call->item = request->item;
	call->item_version = request->item->version;
	call->area = request->area;
	call->named = request->named;
	call->material = request->material;
	call->drill = fw_client_message_bool(message, "drill");
	g_strlcpy(call->note, note ? note : "", sizeof(call->note));
	g_strlcpy(call->case_number, case_number ? case_number : "", sizeof(call->case_number));
	call->requested_us = desk->now_us;
	call->asked = desk->now;
	*ret_call = call;
	if ((r = store_call(desk, call, window, request->named)) < 0 ||
		(r = fw_part_add(desk, call, window, FW_PART_IN, &part)) < 0 ||
		(r = write_deed(desk, call, part)) < 0 ||
		(r = fw_marker(desk, call, "requested", 1, FW_TRACK_COUNT, NULL)) < 0) {
		return r;
	}
	return call->drill ? store_drill(desk, call)
			   : fw_marker(desk, call, "citizen_informed", 1, FW_TRACK_COUNT, NULL);
}

int fw_call_request_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_window *window = client->window;
	struct request request;
	struct fw_part *part;
	struct fw_call *call;
	int r = check_request(desk, window, message, &request, answer);

	if (r != 0) {
		return r;
	}
	count_request(desk, window);
	r = create_call(desk, window, &request, message, &call);
	if (r < 0) {
		return r;
	}
	part = call->parts[0];
	if (request.plan.route.kind != FW_ROUTE_NOBODY &&
		((r = fw_presence_update(desk, window)) < 0 || (r = fw_peer_renew(desk, part)) < 0)) {
		return r;
	}
	r = fw_ringing_go(desk, call, &request.plan);
	/* Over already, it is shown as it ended: what was dropped stays to the end of the batch. */
	return r < 0 ? r : fw_render_call(desk, &answer->result, "call", part);
}
