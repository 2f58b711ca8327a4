/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/show.h"

#include "signaling/desk/emit.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/party.h"
#include "signaling/desk/stroke.h"

/* The event to all others who are in; how many heard it. */
static unsigned tell_others(struct fw_desk *desk, const struct fw_part *part, struct fw_json *json)
{
	const struct fw_call *call = part->call;
	unsigned heard = 0;

	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_part *other = call->parts[i];
		const struct fw_client *client = fw_part_client(other);

		if (client && other != part && other->state == FW_PART_IN && !other->held_by) {
			fw_event_copy(desk, client, json);
			heard++;
		}
	}
	fw_json_clear(json);
	return heard;
}

static void begin(struct fw_json *json, const char *event, const struct fw_part *part)
{
	fw_event_begin(json, event);
	fw_json_text(json, "call", part->call->id);
	fw_json_int(json, "participant", part->participant);
}

int fw_show_ask_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int64_t material = fw_client_message_int(message, "material");
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, material);
	struct fw_part *part;
	struct fw_json json;
	int r = fw_party_find_active(desk, client, message, &part);

	if (r != 0) {
		return r;
	}
	if (!g_hash_table_contains(part->call->item->materials, GINT_TO_POINTER((int)material))) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_marker(desk, part->call, "capture_asked", part->participant, FW_TRACK_COUNT, text);
	if (r < 0) {
		return r;
	}
	begin(&json, "capture.asked", part);
	fw_json_int(&json, "ask", part->call->markers);
	fw_json_int(&json, "material", material);
	fw_json_int(&answer->result, "ask", part->call->markers);
	return tell_others(desk, part, &json) > 0 ? 0 : FW_CODE_WRONG_STATE;
}

int fw_show_answer_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int state = fw_client_message_choice(message, "state");
	struct fw_part *part;
	struct fw_json json;
	int r = fw_party_find_active(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	r = fw_marker(desk, part->call, "capture_answered", part->participant, FW_TRACK_COUNT,
		fw_capture_answers[state]);
	if (r < 0) {
		return r;
	}
	begin(&json, "capture.answered", part);
	fw_json_int(&json, "ask", fw_client_message_int(message, "ask"));
	fw_json_text(&json, "state", fw_capture_answers[state]);
	(void)tell_others(desk, part, &json);
	return 0;
}

int fw_show_point_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	int64_t x = fw_client_message_int(message, "x"), y = fw_client_message_int(message, "y");
	struct fw_part *part;
	struct fw_json json;
	int r = fw_party_find_active(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	begin(&json, "pointer.moved", part);
	fw_json_text(&json, "on", fw_client_message_text(message, "on"));
	if (x && y) {
		fw_json_int(&json, "x", x);
		fw_json_int(&json, "y", y);
	} else { /* gone from the picture */
		fw_json_null(&json, "x");
		fw_json_null(&json, "y");
	}
	(void)tell_others(desk, part, &json);
	return 0;
}

/* A mark is drawn, which the replay tells; 0, code, or errno. */
static int draw(struct fw_desk *desk, struct fw_part *part, const char *shape)
{
	if (part->drawn >= FW_DRAWN_MAX || (part->drew && desk->now - part->drew < FW_DRAW_US)) {
		return FW_CODE_TOO_MANY;
	}
	fw_memory_touch(desk->memory, part);
	part->drew = desk->now;
	part->drawn++;
	return fw_marker(desk, part->call, "live_mark", part->participant, FW_TRACK_COUNT, shape);
}

int fw_show_mark_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const struct fw_json_value *stroke = fw_client_message_stroke(message, "mark");
	struct fw_part *part;
	struct fw_json json;
	int r = fw_party_find_active(desk, client, message, &part);

	(void)answer;
	if (r != 0 ||
		(stroke && (r = draw(desk, part, fw_stroke_shape(&message->values, stroke))) != 0)) {
		return r;
	}
	begin(&json, "mark.shown", part);
	fw_json_text(&json, "on", fw_client_message_text(message, "on"));
	if (stroke) {
		g_autofree char *points = fw_stroke_points(&message->values, stroke);

		fw_json_open(&json, "mark", '{');
		fw_json_text(&json, "shape", fw_stroke_shape(&message->values, stroke));
		fw_json_raw(&json, "points", points);
		fw_json_close(&json, '}');
	} else { /* wiped */
		fw_json_null(&json, "mark");
	}
	(void)tell_others(desk, part, &json);
	return 0;
}
