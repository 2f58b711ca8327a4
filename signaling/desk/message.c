/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/message.h"

#include "base/limits.h"
#include "base/text.h"
#include "signaling/desk/stroke.h"
#include "signaling/desk/words.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

enum field_type {
	FIELD_TEXT, /* typed by a person, one line */
	FIELD_LINES, /* the same, lines allowed */
	FIELD_TOKEN, /* an id or key: printable ASCII without spaces */
	FIELD_SDP,
	FIELD_INT,
	FIELD_BOOL,
	FIELD_CHOICE,
	FIELD_DEVICES,
	FIELD_CODECS,
	FIELD_STATS,
	FIELD_STROKE,
};

struct field {
	const char *name;
	enum field_type type;
	bool optional;
	size_t most; /* characters, bytes or value */
	const char *const *words; /* CHOICE; NULL-terminated */
};

#define ID_CHARS    64 /* windows, items, areas: ours are shorter */
#define CALL_CHARS  36 /* RFC 9562 4 */
#define NOTE_CHARS  200
#define KEY_CHARS   64
#define LABEL_CHARS 100
#define STATS_BYTES 4096
#define CODECS_MAX  16
#define POINTER_MAX 10000 /* ten-thousandths of a picture */

#define CALL_FIELD \
	{ \
		"call", FIELD_TOKEN, false, CALL_CHARS, NULL \
	}
#define FIELDS_END \
	{ \
		NULL, FIELD_TEXT, false, 0, NULL \
	}

static const struct field take_fields[] = {
	{"window", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"devices", FIELD_DEVICES, false, 0, NULL},
	{"codecs", FIELD_CODECS, false, CODECS_MAX, NULL},
	{"takeover", FIELD_BOOL, true, 0, NULL},
	{"connection", FIELD_TOKEN, true, ID_CHARS, NULL},
	FIELDS_END,
};
static const struct field no_fields[] = {FIELDS_END};
static const struct field presence_fields[] = {
	{"state", FIELD_CHOICE, false, 0, fw_presence_wishes},
	{"reason", FIELD_CHOICE, true, 0, fw_away_reasons},
	{"text", FIELD_TEXT, true, FW_AWAY_CHARS, NULL},
	{"until_us", FIELD_INT, true, FW_MESSAGE_ID_MAX, NULL},
	FIELDS_END,
};
static const struct field devices_fields[] = {
	{"devices", FIELD_DEVICES, false, 0, NULL},
	FIELDS_END,
};
static const struct field targets_fields[] = {
	{"item", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"area", FIELD_TOKEN, false, ID_CHARS, NULL},
	FIELDS_END,
};
static const struct field request_fields[] = {
	{"item", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"area", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"window", FIELD_TOKEN, true, ID_CHARS, NULL},
	{"material", FIELD_INT, true, 10000, NULL},
	{"note", FIELD_LINES, true, NOTE_CHARS, NULL},
	{"case", FIELD_TOKEN, true, ID_CHARS, NULL},
	{"citizen_informed", FIELD_BOOL, true, 0, NULL},
	{"drill", FIELD_BOOL, true, 0, NULL},
	FIELDS_END,
};
static const struct field call_fields[] = {CALL_FIELD, FIELDS_END};
static const struct field ring_ack_fields[] = {
	CALL_FIELD,
	{"stage", FIELD_CHOICE, false, 0, fw_ring_stages},
	FIELDS_END,
};
static const struct field refuse_fields[] = {
	CALL_FIELD,
	{"reason", FIELD_CHOICE, false, 0, fw_refuse_reasons},
	{"text", FIELD_LINES, true, NOTE_CHARS, NULL},
	FIELDS_END,
};
static const struct field media_fields[] = {
	CALL_FIELD,
	{"audio", FIELD_CHOICE, false, 0, fw_media_states},
	{"face", FIELD_CHOICE, false, 0, fw_media_states},
	{"document", FIELD_CHOICE, false, 0, fw_media_states},
	{"face_label", FIELD_TEXT, true, LABEL_CHARS, NULL},
	{"document_label", FIELD_TEXT, true, LABEL_CHARS, NULL},
	FIELDS_END,
};
static const struct field chat_fields[] = {
	CALL_FIELD,
	{"text", FIELD_LINES, false, FW_CHAT_MAX_CHARS, NULL},
	{"key", FIELD_TOKEN, false, KEY_CHARS, NULL},
	FIELDS_END,
};
static const struct field rtc_answer_fields[] = {
	CALL_FIELD,
	{"connection", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"revision", FIELD_INT, false, UINT32_MAX, NULL},
	{"sdp", FIELD_SDP, false, FW_SDP_MAX_BYTES, NULL},
	FIELDS_END,
};
static const struct field rtc_restart_fields[] = {
	CALL_FIELD,
	{"connection", FIELD_TOKEN, false, ID_CHARS, NULL},
	FIELDS_END,
};
static const struct field stats_fields[] = {
	CALL_FIELD,
	{"connection", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"up", FIELD_STATS, false, STATS_BYTES, NULL},
	{"down", FIELD_STATS, false, STATS_BYTES, NULL},
	FIELDS_END,
};

#define TARGET_FIELDS \
	{"window", FIELD_TOKEN, true, ID_CHARS, NULL}, {"department", FIELD_BOOL, true, 0, NULL}, \
	{ \
		"area", FIELD_TOKEN, true, ID_CHARS, NULL \
	}
static const struct field invite_fields[] = {CALL_FIELD, TARGET_FIELDS, FIELDS_END};
static const struct field take_back_fields[] = {
	CALL_FIELD,
	{"participant", FIELD_INT, false, INT32_MAX, NULL},
	FIELDS_END,
};
static const struct field transfer_fields[] = {
	CALL_FIELD,
	TARGET_FIELDS,
	{"participant", FIELD_INT, true, INT32_MAX, NULL},
	FIELDS_END,
};
static const struct field hold_fields[] = {
	CALL_FIELD,
	{"on", FIELD_BOOL, false, 0, NULL},
	{"participant", FIELD_INT, true, INT32_MAX, NULL},
	FIELDS_END,
};

static const struct field ask_fields[] = {
	CALL_FIELD,
	{"material", FIELD_INT, false, 10000, NULL},
	FIELDS_END,
};
static const struct field ask_answer_fields[] = {
	CALL_FIELD,
	{"ask", FIELD_INT, false, INT32_MAX, NULL},
	{"state", FIELD_CHOICE, false, 0, fw_capture_answers},
	FIELDS_END,
};
static const struct field pointer_fields[] = {
	CALL_FIELD,
	{"on", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"x", FIELD_INT, true, POINTER_MAX, NULL},
	{"y", FIELD_INT, true, POINTER_MAX, NULL},
	FIELDS_END,
};
static const struct field mark_fields[] = {
	CALL_FIELD,
	{"on", FIELD_TOKEN, false, ID_CHARS, NULL},
	{"mark", FIELD_STROKE, true, 0, NULL},
	FIELDS_END,
};
static const struct field watch_fields[] = {
	{"case", FIELD_TOKEN, true, CALL_CHARS, NULL},
	FIELDS_END,
};

static const struct field wall_fields[] = {
	{"hall", FIELD_TOKEN, true, ID_CHARS, NULL},
	{"off", FIELD_BOOL, true, 0, NULL},
	FIELDS_END,
};

static const struct {
	const char *name;
	const struct field *fields;
} methods[FW_METHOD_COUNT] = {
	[FW_METHOD_WINDOW_TAKE] = {"window.take", take_fields},
	[FW_METHOD_WINDOW_RELEASE] = {"window.release", no_fields},
	[FW_METHOD_PRESENCE_SET] = {"presence.set", presence_fields},
	[FW_METHOD_DEVICES_REPORT] = {"devices.report", devices_fields},
	[FW_METHOD_DIRECTORY_TARGETS] = {"directory.targets", targets_fields},
	[FW_METHOD_PING] = {"ping", no_fields},
	[FW_METHOD_CALL_REQUEST] = {"call.request", request_fields},
	[FW_METHOD_CALL_CANCEL] = {"call.cancel", call_fields},
	[FW_METHOD_CALL_RING_ACK] = {"call.ring_ack", ring_ack_fields},
	[FW_METHOD_CALL_ANSWER] = {"call.answer", call_fields},
	[FW_METHOD_CALL_REFUSE] = {"call.refuse", refuse_fields},
	[FW_METHOD_CALL_HANGUP] = {"call.hangup", call_fields},
	[FW_METHOD_CALL_INVITE] = {"call.invite", invite_fields},
	[FW_METHOD_CALL_TAKE_BACK] = {"call.take_back", take_back_fields},
	[FW_METHOD_CALL_TRANSFER] = {"call.transfer", transfer_fields},
	[FW_METHOD_CALL_HOLD] = {"call.hold", hold_fields},
	[FW_METHOD_MEDIA_SET] = {"media.set", media_fields},
	[FW_METHOD_CHAT_SEND] = {"chat.send", chat_fields},
	[FW_METHOD_RTC_ANSWER] = {"rtc.answer", rtc_answer_fields},
	[FW_METHOD_RTC_RESTART] = {"rtc.restart", rtc_restart_fields},
	[FW_METHOD_RTC_REOPEN] = {"rtc.reopen", call_fields},
	[FW_METHOD_STATS_REPORT] = {"stats.report", stats_fields},
	[FW_METHOD_CASE_WATCH] = {"case.watch", watch_fields},
	[FW_METHOD_CAPTURE_ASK] = {"capture.ask", ask_fields},
	[FW_METHOD_CAPTURE_ANSWER] = {"capture.answer", ask_answer_fields},
	[FW_METHOD_POINTER_MOVE] = {"pointer.move", pointer_fields},
	[FW_METHOD_MARK_SHOW] = {"mark.show", mark_fields},
	[FW_METHOD_WALL_WATCH] = {"wall.watch", wall_fields},
};

const char *fw_method_name(enum fw_method method)
{
	return methods[method].name;
}

/* --- fields ------------------------------------------------------------------------------------- */

static bool token_ok(const char *text, size_t most)
{
	size_t n = strlen(text);

	if (n == 0 || n > most) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (text[i] <= ' ' || text[i] > '~') {
			return false;
		}
	}
	return true;
}

/* A member's text; NULL: not there, or no text. */
static const char *text_of(const struct fw_client_message *message,
	const struct fw_json_value *object, const char *name)
{
	return fw_json_value_text(fw_json_value_member(&message->values, object, name));
}

static bool devices_ok(const struct fw_client_message *message, const struct fw_json_value *devices)
{
	for (int i = 0; i < FW_DEVICE_COUNT; i++) {
		const char *state = text_of(message, devices, fw_device_names[i]);

		if (!state || fw_word_index(fw_device_states, state) < 0) {
			return false;
		}
	}
	return true;
}

static bool codecs_ok(
	const struct fw_client_message *message, const struct fw_json_value *codecs, size_t most)
{
	const struct fw_json_value *at;
	size_t count = 0;

	if (codecs->kind != FW_JSON_ARRAY) {
		return false;
	}
	for (at = fw_json_value_first(&message->values, codecs); at;
		at = fw_json_value_next(&message->values, codecs, at)) {
		const char *codec = fw_json_value_text(at);

		if (++count > most || !codec || !token_ok(codec, 16)) {
			return false;
		}
	}
	return true;
}

static bool stats_ok(
	const struct fw_client_message *message, const struct fw_json_value *stats, size_t most)
{
	g_autofree char *compact = NULL;

	if (stats->kind != FW_JSON_OBJECT) {
		return false;
	}
	compact = fw_json_value_compact(&message->values, stats);
	return strlen(compact) <= most;
}

static bool text_ok(const struct field *field, const char *text)
{
	switch (field->type) {
	case FIELD_TOKEN:
		return token_ok(text, field->most);
	case FIELD_SDP:
		return text[0] && strlen(text) <= field->most;
	case FIELD_CHOICE:
		return fw_word_index(field->words, text) >= 0;
	default:
		return fw_text_is_typed(text, field->most, field->type == FIELD_LINES);
	}
}

static bool field_ok(const struct fw_client_message *message, const struct field *field,
	const struct fw_json_value *value)
{
	switch (field->type) {
	case FIELD_INT:
		return value->kind == FW_JSON_INTEGER && value->integer >= 1 &&
			(uint64_t)value->integer <= field->most;
	case FIELD_BOOL:
		return value->kind == FW_JSON_TRUE || value->kind == FW_JSON_FALSE;
	case FIELD_DEVICES:
		return devices_ok(message, value);
	case FIELD_CODECS:
		return codecs_ok(message, value, field->most);
	case FIELD_STATS:
		return stats_ok(message, value, field->most);
	case FIELD_STROKE:
		return fw_stroke_shape(&message->values, value) != NULL;
	default:
		return value->kind == FW_JSON_TEXT && text_ok(field, value->text);
	}
}

static bool is_missing(const struct fw_json_value *value)
{
	return !value || value->kind == FW_JSON_NULL;
}

/* An optional field left empty in a form is one that was not given. */
static bool is_empty(const struct fw_json_value *value)
{
	return is_missing(value) || (value->kind == FW_JSON_TEXT && !value->text[0]);
}

static enum fw_code check_fields(const struct field *fields, struct fw_client_message *message)
{
	for (const struct field *field = fields; field->name; field++) {
		const struct fw_json_value *value =
			fw_json_value_member(&message->values, message->params, field->name);

		if (field->optional && is_empty(value)) {
			continue;
		}
		if (is_missing(value)) {
			g_snprintf(message->why, FW_WHY_SIZE, "缺少字段 %s", field->name);
			return FW_CODE_MALFORMED;
		}
		if (!field_ok(message, field, value)) {
			g_snprintf(
				message->why, FW_WHY_SIZE, "字段 %s 的类型或内容不对", field->name);
			return FW_CODE_MALFORMED;
		}
	}
	return FW_CODE_OK;
}

/* --- the message -------------------------------------------------------------------------------- */

static enum fw_code refuse(struct fw_client_message *message, const char *why)
{
	g_strlcpy(message->why, why, FW_WHY_SIZE);
	return FW_CODE_MALFORMED;
}

static int method_from_name(const char *name)
{
	for (int i = 0; i < FW_METHOD_COUNT; i++) {
		if (strcmp(methods[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

static int64_t id_of(const struct fw_client_message *message)
{
	const struct fw_json_value *id =
		fw_json_value_member(&message->values, message->values.list, "id");

	return id && id->kind == FW_JSON_INTEGER && id->integer >= 1 &&
			id->integer <= FW_MESSAGE_ID_MAX
		? id->integer
		: 0;
}

/* The values are read. */
static enum fw_code check(struct fw_client_message *message)
{
	const struct fw_json_value *root = message->values.list;
	const char *type = text_of(message, root, "type");
	const char *method_name = text_of(message, root, "method");
	int method;

	message->id = id_of(message);
	if (!message->id) {
		return refuse(message, "缺少字段 id 或 id 不对");
	}
	if (!type || strcmp(type, "request") != 0 || !method_name) {
		return refuse(message, "缺少字段 type 或 method");
	}
	method = method_from_name(method_name);
	if (method < 0) {
		return FW_CODE_UNKNOWN_METHOD;
	}
	message->method = (enum fw_method)method;
	message->params = fw_json_value_member(&message->values, root, "params");
	if (message->params && message->params->kind != FW_JSON_OBJECT) {
		return refuse(message, "字段 params 不是对象");
	}
	return check_fields(methods[method].fields, message);
}

enum fw_code fw_client_message_parse(
	const char *text, size_t text_bytes, struct fw_client_message *ret_message)
{
	int r;

	memset(ret_message, 0, sizeof(*ret_message));
	if (text_bytes > FW_MESSAGE_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	r = fw_json_values_read(&ret_message->values, text, text_bytes);
	if (r < 0) {
		return refuse(ret_message,
			r == -EOVERFLOW ? "消息嵌套过深，或一个对象的字段过多"
					: "消息不是 JSON 对象");
	}
	return check(ret_message);
}

void fw_client_message_clear(struct fw_client_message *message)
{
	fw_json_values_clear(&message->values);
	message->params = NULL;
}

/* --- reading ------------------------------------------------------------------------------------ */

static const struct fw_json_value *param(const struct fw_client_message *message, const char *field)
{
	return fw_json_value_member(&message->values, message->params, field);
}

const char *fw_client_message_text(const struct fw_client_message *message, const char *field)
{
	const struct fw_json_value *value = param(message, field);

	return is_empty(value) ? NULL : fw_json_value_text(value);
}

int64_t fw_client_message_int(const struct fw_client_message *message, const char *field)
{
	const struct fw_json_value *value = param(message, field);

	return value && value->kind == FW_JSON_INTEGER ? value->integer : 0;
}

bool fw_client_message_bool(const struct fw_client_message *message, const char *field)
{
	const struct fw_json_value *value = param(message, field);

	return value && value->kind == FW_JSON_TRUE;
}

int fw_client_message_choice(const struct fw_client_message *message, const char *field)
{
	const char *text = fw_client_message_text(message, field);

	if (text) {
		for (const struct field *f = methods[message->method].fields; f->name; f++) {
			if (f->words && strcmp(f->name, field) == 0) {
				return fw_word_index(f->words, text);
			}
		}
	}
	return -1;
}

int fw_client_message_device(const struct fw_client_message *message, const char *device)
{
	return fw_word_index(fw_device_states, text_of(message, param(message, "devices"), device));
}

bool fw_client_message_has_codec(const struct fw_client_message *message, const char *codec)
{
	const struct fw_json_value *codecs = param(message, "codecs");

	for (const struct fw_json_value *at = fw_json_value_first(&message->values, codecs); at;
		at = fw_json_value_next(&message->values, codecs, at)) {
		if (strcmp(at->text, codec) == 0) {
			return true;
		}
	}
	return false;
}

char *fw_client_message_stats(const struct fw_client_message *message)
{
	g_autofree char *up = fw_json_value_compact(&message->values, param(message, "up"));
	g_autofree char *down = fw_json_value_compact(&message->values, param(message, "down"));

	return g_strdup_printf("{\"up\":%s,\"down\":%s}", up, down);
}

const struct fw_json_value *fw_client_message_stroke(
	const struct fw_client_message *message, const char *field)
{
	const struct fw_json_value *value = param(message, field);

	return is_empty(value) ? NULL : value;
}
