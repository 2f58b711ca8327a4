/* SPDX-License-Identifier: Apache-2.0 */
/* IDLE -> RINGING (call.incoming) -> TALKING (call.state answered, own part "in") -> IDLE (any
 * final state, or another answered). The media connection comes with rtc.offer, in any state but
 * IDLE, and goes with rtc.closed, a new connection or the end. */
#define FW_LOG_TOPIC "robot"
#include "demo/robot_office.h"
#include "base/log.h"
#include "demo/robot_media.h"
#include <glib.h>

enum state {
	IDLE,
	RINGING,
	TALKING
};

static const char *const STATE_NAMES[] = {"idle", "ringing", "talking"};

struct fw_robot_office {
	const struct fw_robot_office_options *options;
	struct fw_robot_link *link;
	enum state state;
	char *call; /* NULL in IDLE */
	int64_t self; /* own number in the call */
	guint answer_timer;
	struct fw_robot_media *media;
	char *connection; /* of media */
	int64_t revision; /* of the last offer */
	unsigned lines; /* said in this call */
};

static const char *const LINES[] = {
	"收到。我是演示机器人，听不懂内容，但每条消息都会回复。",
	"好的，请看高拍仪画面里的《防雷装置竣工验收申请书》，红章处为演示专用章。",
	"材料看过了，演示数据齐全。可以继续试：静音、放大、切换画面，或者直接挂断。",
};

static void say(struct fw_robot_office *office, const char *text)
{
	g_autofree char *key = g_strdup_printf("robot-%s-%u", office->call, office->lines++);

	fw_robot_link_request(office->link, "chat.send",
		json_pack("{s:s,s:s,s:s}", "call", office->call, "text", text, "key", key), NULL);
}

static void close_media(struct fw_robot_office *office)
{
	struct fw_robot_counts counts;

	if (office->media == NULL) {
		return;
	}
	fw_robot_media_counts(office->media, &counts);
	fw_info("connection closed call=%s connection=%s audio_packets=%" G_GUINT64_FORMAT
		" face_frames=%" G_GUINT64_FORMAT " document_frames=%" G_GUINT64_FORMAT
		" bytes=%" G_GUINT64_FORMAT,
		office->call, office->connection, counts.packets[0], counts.frames[1],
		counts.frames[2], counts.bytes[0] + counts.bytes[1] + counts.bytes[2]);
	g_clear_pointer(&office->media, fw_robot_media_free);
	g_clear_pointer(&office->connection, g_free);
}

static void set_state(struct fw_robot_office *office, enum state state, const char *reason)
{
	if (office->state == state) {
		return;
	}
	fw_info("%s->%s (%s) call=%s", STATE_NAMES[office->state], STATE_NAMES[state], reason,
		office->call);
	office->state = state;
	if (state != RINGING && office->answer_timer != 0) {
		(void)g_source_remove(office->answer_timer);
		office->answer_timer = 0;
	}
	if (state == IDLE) {
		close_media(office);
		g_clear_pointer(&office->call, g_free);
	}
}

static json_t *about_call(const struct fw_robot_office *office)
{
	return json_pack("{s:s}", "call", office->call);
}

static void on_call_reply(void *user, bool ok, const json_t *body);

static gboolean answer_now(gpointer user)
{
	struct fw_robot_office *office = user;

	office->answer_timer = 0;
	fw_robot_link_request(office->link, "call.answer", about_call(office), on_call_reply);
	return G_SOURCE_REMOVE;
}

static void begin_ringing(struct fw_robot_office *office)
{
	set_state(office, RINGING, "incoming");
	for (int stage = 0; stage < 2; stage++) {
		fw_robot_link_request(office->link, "call.ring_ack",
			json_pack("{s:s,s:s}", "call", office->call, "stage",
				stage == 0 ? "displayed" : "tone"),
			NULL);
	}
	office->answer_timer = g_timeout_add(office->options->ring_ms, answer_now, office);
}

static void begin_talking(struct fw_robot_office *office)
{
	set_state(office, TALKING, "answered");
	fw_robot_link_request(office->link, "media.set",
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "call", office->call, "audio", "on", "face",
			"on", "document", "on", "face_label", "演示时钟", "document_label",
			"演示申请书"),
		NULL);
	say(office,
		"您好，这里是演示机器人窗口。每秒一声提示音，左边是走动的时钟，高拍仪下是一份演"
		"示申请书。");
}

static bool is_final(const char *state)
{
	static const char *const FINAL[] = {
		"ended", "cancelled", "refused", "unanswered", "interrupted", NULL};

	return state != NULL && g_strv_contains(FINAL, state);
}

/* Follows the call as the server shows it (docs/PROTOCOL.md 2.3). */
static void take_call(struct fw_robot_office *office, const json_t *call)
{
	const char *id = json_string_value(json_object_get(call, "id"));
	const char *state = json_string_value(json_object_get(call, "state"));
	const char *part = json_string_value(json_object_get(call, "own_part"));

	if (id == NULL || (office->call != NULL && g_strcmp0(id, office->call) != 0)) {
		return;
	}
	if (is_final(state) ||
		(part != NULL && g_strcmp0(part, "rung") != 0 && g_strcmp0(part, "in") != 0)) {
		set_state(office, IDLE, is_final(state) ? state : part);
		return;
	}
	if (office->call == NULL) {
		office->call = g_strdup(id);
		office->lines = 0;
	}
	office->self = json_integer_value(json_object_get(call, "you"));
	if (g_strcmp0(state, "ringing") == 0 && office->state == IDLE) {
		begin_ringing(office);
	} else if (g_strcmp0(state, "answered") == 0 && g_strcmp0(part, "in") == 0 &&
		office->state != TALKING) {
		begin_talking(office);
	}
}

static void on_call_reply(void *user, bool ok, const json_t *body)
{
	if (ok) {
		take_call(user, json_object_get(body, "call"));
	}
}

static void on_media_answered(void *user, const char *sdp)
{
	struct fw_robot_office *office = user;

	fw_robot_link_request(office->link, "rtc.answer",
		json_pack("{s:s,s:s,s:I,s:s}", "call", office->call, "connection",
			office->connection, "revision", (json_int_t)office->revision, "sdp", sdp),
		NULL);
}

/* Not from inside the media's own callback: it is still on the stack. */
static gboolean reopen(gpointer user)
{
	struct fw_robot_office *office = user;

	if (office->call != NULL) {
		close_media(office);
		fw_robot_link_request(office->link, "rtc.reopen", about_call(office), NULL);
	}
	return G_SOURCE_REMOVE;
}

static void on_media_failed(void *user, const char *reason)
{
	fw_warn("media failed reason=%s", reason);
	(void)g_timeout_add(1000, reopen, user);
}

static const struct fw_robot_media_ops MEDIA_OPS = {
	.answered = on_media_answered, .failed = on_media_failed};

static void take_offer(struct fw_robot_office *office, const json_t *data)
{
	const char *call = json_string_value(json_object_get(data, "call"));
	const char *connection = json_string_value(json_object_get(data, "connection"));
	const char *sdp = json_string_value(json_object_get(data, "sdp"));

	if (connection == NULL || sdp == NULL || g_strcmp0(call, office->call) != 0) {
		return;
	}
	if (g_strcmp0(connection, office->connection) != 0) {
		close_media(office);
		office->media = fw_robot_media_new(&MEDIA_OPS, office);
		office->connection = g_strdup(connection);
	}
	office->revision = json_integer_value(json_object_get(data, "revision"));
	if (office->media != NULL) {
		fw_robot_media_offer(office->media, sdp);
	}
}

static void take_chat(struct fw_robot_office *office, const json_t *data)
{
	const json_t *message = json_object_get(data, "message");
	int64_t from = json_integer_value(json_object_get(message, "participant"));

	if (office->state == TALKING && from != office->self) {
		say(office, LINES[office->lines % G_N_ELEMENTS(LINES)]);
	}
}

static void on_window(void *user, bool ok, const json_t *body)
{
	struct fw_robot_office *office = user;
	const json_t *call = json_object_get(body, "call");

	if (!ok) {
		fw_error("the window cannot be taken window=%s", office->options->window);
		return;
	}
	fw_info("at the window window=%s", office->options->window);
	if (json_is_object(call)) {
		take_call(office, call);
	} else if (office->state != IDLE) {
		set_state(office, IDLE, "gone while the line was down");
	}
}

static void take_window(struct fw_robot_office *office)
{
	json_t *params = json_pack("{s:s,s:{s:s,s:s,s:s,s:s},s:[s],s:b}", "window",
		office->options->window, "devices", "face", "ok", "document", "ok", "microphone",
		"ok", "speaker", "ok", "codecs", "VP8", "takeover", 1);

	if (office->connection != NULL) {
		(void)json_object_set_new(params, "connection", json_string(office->connection));
	}
	fw_robot_link_request(office->link, "window.take", params, on_window);
}

static void on_event(void *user, const char *event, const json_t *data)
{
	struct fw_robot_office *office = user;
	const char *connection = json_string_value(json_object_get(data, "connection"));

	if (g_strcmp0(event, "call.incoming") == 0 || g_strcmp0(event, "call.state") == 0) {
		take_call(office, json_object_get(data, "call"));
	} else if (g_strcmp0(event, "rtc.offer") == 0) {
		take_offer(office, data);
	} else if (g_strcmp0(event, "rtc.closed") == 0 &&
		g_strcmp0(connection, office->connection) == 0) {
		close_media(office);
	} else if (g_strcmp0(event, "chat.message") == 0) {
		take_chat(office, data);
	}
}

static void on_opened(void *user)
{
	take_window(user);
}

static void on_closed(void *user)
{
	struct fw_robot_office *office = user;

	/* A call that is being talked in goes on: media may still flow, and the server waits for
	 * us. */
	if (office->state == RINGING) {
		set_state(office, IDLE, "line lost");
	}
}

static const struct fw_robot_link_ops LINK_OPS = {
	.opened = on_opened, .closed = on_closed, .event = on_event};

struct fw_robot_office *fw_robot_office_new(const struct fw_robot_office_options *options)
{
	struct fw_robot_office *office = g_new0(struct fw_robot_office, 1);

	office->options = options;
	office->link = fw_robot_link_new(&options->link, &LINK_OPS, office);
	return office;
}

void fw_robot_office_free(struct fw_robot_office *office)
{
	if (office == NULL) {
		return;
	}
	while (g_source_remove_by_user_data(office)) {
	}
	office->answer_timer = 0;
	set_state(office, IDLE, "robot ends");
	fw_robot_link_free(office->link);
	g_free(office);
}
