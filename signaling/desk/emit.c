/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/emit.h"

static struct fw_desk_output *add(struct fw_desk *desk, enum fw_desk_output_kind kind)
{
	struct fw_desk_output output = {.kind = kind};

	g_array_append_val(desk->outputs, output);
	return &g_array_index(desk->outputs, struct fw_desk_output, desk->outputs->len - 1);
}

/* --- events ------------------------------------------------------------------------------------- */

void fw_event_begin(struct fw_json *json, const char *event)
{
	fw_json_init(json);
	fw_json_open(json, NULL, '{');
	fw_json_raw(json, "type", "\"event\"");
	fw_json_text(json, "event", event);
	fw_json_open(json, "data", '{');
}

static void send_text(struct fw_desk *desk, uint64_t connection, char *text)
{
	struct fw_desk_output *output = add(desk, FW_OUT_CLIENT_SEND);

	output->send.connection = connection;
	output->send.text = text;
}

void fw_event_copy(struct fw_desk *desk, const struct fw_client *client, const struct fw_json *json)
{
	send_text(desk, client->connection, fw_json_copy(json, "}}"));
}

void fw_event_send(struct fw_desk *desk, const struct fw_client *client, struct fw_json *json)
{
	fw_json_close(json, '}');
	fw_json_close(json, '}');
	send_text(desk, client->connection, fw_json_steal(json));
}

/* --- replies ------------------------------------------------------------------------------------ */

guint fw_reply_reserve(struct fw_desk *desk, uint64_t connection)
{
	send_text(desk, connection, NULL);
	return desk->outputs->len - 1;
}

void fw_reply_begin(struct fw_json *json, int64_t id)
{
	fw_json_init(json);
	fw_json_open(json, NULL, '{');
	fw_json_raw(json, "type", "\"reply\"");
	fw_json_int(json, "id", id);
	fw_json_bool(json, "ok", true);
	fw_json_open(json, "result", '{');
}

void fw_reply_fill(struct fw_desk *desk, guint place, struct fw_json *json)
{
	fw_json_close(json, '}');
	fw_json_close(json, '}');
	g_array_index(desk->outputs, struct fw_desk_output, place).send.text = fw_json_steal(json);
}

static char *error_text(struct fw_json *json, enum fw_code code, const char *text, const char *extra)
{
	fw_json_open(json, "error", '{');
	fw_json_text(json, "code", fw_code_name(code));
	fw_json_text(json, "text", text && text[0] ? text : fw_code_text(code));
	if (extra) {
		fw_json_members(json, extra);
	}
	fw_json_close(json, '}');
	fw_json_close(json, '}');
	return fw_json_steal(json);
}

void fw_reply_refuse(struct fw_desk *desk, guint place, int64_t id, enum fw_code code,
	const char *text, const char *extra)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_raw(&json, "type", "\"reply\"");
	fw_json_int(&json, "id", id);
	fw_json_bool(&json, "ok", false);
	g_array_index(desk->outputs, struct fw_desk_output, place).send.text =
		error_text(&json, code, text, extra);
}

void fw_close_client(struct fw_desk *desk, uint64_t connection, int code)
{
	struct fw_desk_output *output = add(desk, FW_OUT_CLIENT_CLOSE);

	output->close.connection = connection;
	output->close.code = code;
}

/* --- HTTP --------------------------------------------------------------------------------------- */

void fw_http_answer(struct fw_desk *desk, uint64_t request, int status, char *body, char *cookie)
{
	struct fw_desk_output *output = add(desk, FW_OUT_HTTP_REPLY);

	output->http.request = request;
	output->http.status = status;
	output->http.body = body;
	output->http.set_cookie = cookie;
}

void fw_http_refuse_saying(struct fw_desk *desk, uint64_t request, enum fw_code code,
	const char *text, const char *extra)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_http_answer(
		desk, request, fw_code_status(code), error_text(&json, code, text, extra), NULL);
}

void fw_http_refuse(struct fw_desk *desk, uint64_t request, enum fw_code code, const char *extra)
{
	fw_http_refuse_saying(desk, request, code, NULL, extra);
}

/* --- the other threads -------------------------------------------------------------------------- */

void fw_emit_media(struct fw_desk *desk, unsigned worker, const struct fw_media_command *command)
{
	struct fw_desk_output *output = add(desk, FW_OUT_MEDIA);

	output->media.worker = worker;
	output->media.command = *command;
}

void fw_emit_recorder(struct fw_desk *desk, const struct fw_recorder_command *command)
{
	add(desk, FW_OUT_RECORDER)->recorder = *command;
}

void fw_emit_job(struct fw_desk *desk, const struct fw_job_command *command)
{
	add(desk, FW_OUT_JOB)->job = *command;
}
