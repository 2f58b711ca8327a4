/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/message.h"

#include "base/limits.h"
#include "base/text.h"
#include "signaling/desk/words.h"

#include <glib.h>
#include <stdlib.h>
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
	[FW_METHOD_WALL_WATCH] = {"wall.watch", wall_fields},
};

const char *fw_method_name(enum fw_method method)
{
	return methods[method].name;
}

bool fw_json_depth_ok(const char *text, size_t text_bytes, unsigned depth)
{
	unsigned open = 0;
	bool in_string = false;

	for (size_t i = 0; i < text_bytes; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\') {
				i++;
			} else if (c == '"') {
				in_string = false;
			}
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++open > depth) {
				return false;
			}
		} else if ((c == '}' || c == ']') && open > 0) {
			open--;
		}
	}
	return true;
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

static bool devices_ok(const json_t *devices)
{
	for (int i = 0; i < FW_DEVICE_COUNT; i++) {
		const char *state = json_string_value(json_object_get(devices, fw_device_names[i]));

		if (!state || fw_word_index(fw_device_states, state) < 0) {
			return false;
		}
	}
	return true;
}

static bool codecs_ok(const json_t *codecs, size_t most)
{
	if (!json_is_array(codecs) || json_array_size(codecs) > most) {
		return false;
	}
	for (size_t i = 0; i < json_array_size(codecs); i++) {
		const char *codec = json_string_value(json_array_get(codecs, i));

		if (!codec || !token_ok(codec, 16)) {
			return false;
		}
	}
	return true;
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

static bool field_ok(const struct field *field, const json_t *value)
{
	switch (field->type) {
	case FIELD_INT:
		return json_is_integer(value) && json_integer_value(value) >= 1 &&
			(uint64_t)json_integer_value(value) <= field->most;
	case FIELD_BOOL:
		return json_is_boolean(value);
	case FIELD_DEVICES:
		return devices_ok(value);
	case FIELD_CODECS:
		return codecs_ok(value, field->most);
	case FIELD_STATS:
		return json_is_object(value) &&
			json_dumpb(value, NULL, 0, JSON_COMPACT) <= field->most;
	default:
		return json_is_string(value) && text_ok(field, json_string_value(value));
	}
}

/* An optional field left empty in a form is one that was not given. */
static bool is_empty(const json_t *value)
{
	return !value || json_is_null(value) ||
		(json_is_string(value) && json_string_length(value) == 0);
}

static enum fw_code check_fields(const struct field *fields, struct fw_client_message *message)
{
	for (const struct field *field = fields; field->name; field++) {
		const json_t *value = json_object_get(message->params, field->name);

		if (field->optional && is_empty(value)) {
			continue;
		}
		if (!value || json_is_null(value)) {
			g_snprintf(message->why, FW_WHY_SIZE, "缺少字段 %s", field->name);
			return FW_CODE_MALFORMED;
		}
		if (!field_ok(field, value)) {
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

enum fw_code fw_client_message_parse(
	const char *text, size_t text_bytes, struct fw_client_message *ret_message)
{
	struct fw_client_message *message = ret_message;
	const json_t *id;
	const char *type, *method_name;
	int method;

	memset(message, 0, sizeof(*message));
	if (text_bytes > FW_MESSAGE_MAX_BYTES) {
		return FW_CODE_TOO_LARGE;
	}
	if (!fw_json_depth_ok(text, text_bytes, FW_JSON_MAX_DEPTH)) {
		return refuse(message, "消息嵌套过深");
	}
	message->root = json_loadb(text, text_bytes, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(message->root)) {
		return refuse(message, "消息不是 JSON 对象");
	}
	id = json_object_get(message->root, "id");
	if (json_is_integer(id) && json_integer_value(id) >= 1 &&
		json_integer_value(id) <= FW_MESSAGE_ID_MAX) {
		message->id = json_integer_value(id);
	}
	type = json_string_value(json_object_get(message->root, "type"));
	method_name = json_string_value(json_object_get(message->root, "method"));
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
	message->params = json_object_get(message->root, "params");
	if (message->params && !json_is_object(message->params)) {
		return refuse(message, "字段 params 不是对象");
	}
	return check_fields(methods[method].fields, message);
}

void fw_client_message_clear(struct fw_client_message *message)
{
	json_decref(message->root);
	message->root = NULL;
	message->params = NULL;
}

/* --- reading ------------------------------------------------------------------------------------ */

const char *fw_client_message_text(const struct fw_client_message *message, const char *field)
{
	const json_t *value = json_object_get(message->params, field);

	return is_empty(value) ? NULL : json_string_value(value);
}

int64_t fw_client_message_int(const struct fw_client_message *message, const char *field)
{
	return json_integer_value(json_object_get(message->params, field));
}

bool fw_client_message_bool(const struct fw_client_message *message, const char *field)
{
	return json_is_true(json_object_get(message->params, field));
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
	const json_t *devices = json_object_get(message->params, "devices");

	return fw_word_index(fw_device_states, json_string_value(json_object_get(devices, device)));
}

bool fw_client_message_has_codec(const struct fw_client_message *message, const char *codec)
{
	const json_t *codecs = json_object_get(message->params, "codecs");

	for (size_t i = 0; i < json_array_size(codecs); i++) {
		if (strcmp(json_string_value(json_array_get(codecs, i)), codec) == 0) {
			return true;
		}
	}
	return false;
}

char *fw_client_message_stats(const struct fw_client_message *message)
{
	char *up = json_dumps(json_object_get(message->params, "up"), JSON_COMPACT);
	char *down = json_dumps(json_object_get(message->params, "down"), JSON_COMPACT);
	char *both = g_strdup_printf("{\"up\":%s,\"down\":%s}", up, down);

	free(up);
	free(down);
	return both;
}
