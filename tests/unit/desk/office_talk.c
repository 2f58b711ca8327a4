/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office.h"

#include "signaling/reads.h"

#include <string.h>

/* --- HTTP ----------------------------------------------------------------------------------------- */

static uint64_t queue_http(
	struct office *office, enum fw_operation operation, const char *token, const char *params)
{
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};

	input.http.request = office->next_request++;
	input.http.operation = operation;
	input.http.token = g_strdup(token);
	input.http.remote = g_strdup("192.0.2.9");
	input.http.params = g_strdup(params ? params : "{}");
	input.http.range_from = -1;
	input.http.range_to = -1;
	g_array_append_val(office->inputs, input);
	return input.http.request;
}

struct office_answer *office_http(
	struct office *office, enum fw_operation operation, const char *token, const char *params)
{
	uint64_t request = queue_http(office, operation, token, params);

	office_step(office);
	return g_hash_table_lookup(office->answers, GUINT_TO_POINTER(request));
}

json_t *office_read(struct office *office, enum fw_operation operation, const char *token,
	const char *params, int *ret_status)
{
	g_autofree char *path = g_build_filename(office->folder, "office.db", NULL);
	g_autofree char *body = NULL;
	struct office_answer *answer;
	struct fw_desk_output *output;
	struct fw_db *db;

	g_ptr_array_set_size(office->reads, 0);
	answer = office_http(office, operation, token, params);
	if (answer) {
		*ret_status = answer->status;
		return NULL;
	}
	assert_int_equal(office->reads->len, 1);
	output = g_ptr_array_index(office->reads, 0);
	assert_int_equal(output->kind, FW_OUT_READ);
	assert_int_equal(fw_db_open(path, FW_DB_READ_ONLY, 0, &db), 0);
	assert_int_equal(fw_read(db, office->keystore, NULL, output->read.operation,
				 output->read.params, ret_status, &body),
		0);
	fw_db_close(db);
	return json_loads(body, JSON_REJECT_DUPLICATES, NULL);
}

char *office_sign_in(struct office *office, const char *account)
{
	g_autofree char *params =
		g_strdup_printf("{\"account\":\"%s\",\"password\":\"demo-%s\"}", account, account);
	struct office_answer *answer = office_http(office, FW_OP_SESSION_CREATE, NULL, params);

	assert_non_null(answer);
	if (answer->status != 200) {
		return NULL;
	}
	assert_true(g_str_has_prefix(answer->cookie, "fw_session="));
	return g_strndup(answer->cookie + 11, strcspn(answer->cookie + 11, ";"));
}

/* --- connections ---------------------------------------------------------------------------------- */

uint64_t office_connect(struct office *office, const char *token)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_OPENED};

	input.opened.connection = office->next_connection++;
	input.opened.token = g_strdup(token);
	input.opened.remote = g_strdup("192.0.2.9");
	g_array_append_val(office->inputs, input);
	office_step(office);
	return input.opened.connection;
}

#define TAKE_PARAMS \
	"{\"window\":\"%s\",\"devices\":{\"face\":\"ok\",\"document\":\"ok\"," \
	"\"microphone\":\"ok\",\"speaker\":\"ok\"},\"codecs\":[\"VP8\"]}"

uint64_t office_sit(struct office *office, const char *account, const char *window)
{
	g_autofree char *token = office_sign_in(office, account);
	uint64_t connection = office_connect(office, token);

	json_decref(office_do(office, connection, "window.take", TAKE_PARAMS, window));
	return connection;
}

void office_hang(struct office *office, uint64_t connection)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_CLOSED};

	input.closed.connection = connection;
	g_array_append_val(office->inputs, input);
	office_step(office);
}

int64_t office_queue(
	struct office *office, uint64_t connection, const char *method, const char *params)
{
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_MESSAGE};

	input.message.connection = connection;
	input.message.text = g_strdup_printf("{\"type\":\"request\",\"id\":%" G_GINT64_FORMAT
					     ",\"method\":\"%s\",\"params\":%s}",
		office->next_id, method, params ? params : "{}");
	input.message.text_bytes = strlen(input.message.text);
	g_array_append_val(office->inputs, input);
	return office->next_id++;
}

static json_t *take_matching(struct office *office, uint64_t connection,
	bool (*matches)(const json_t *message, const void *wanted), const void *wanted)
{
	GQueue *queue = g_hash_table_lookup(office->messages, GUINT_TO_POINTER(connection));

	for (GList *link = queue ? queue->head : NULL; link; link = link->next) {
		json_t *message = link->data;

		if (matches(message, wanted)) {
			g_queue_delete_link(queue, link);
			return message;
		}
	}
	return NULL;
}

static bool is_reply(const json_t *message, const void *wanted)
{
	return strcmp(text_at(message, "type"), "reply") == 0 &&
		json_integer_value(at(message, "id")) == *(const int64_t *)wanted;
}

static bool is_event(const json_t *message, const void *wanted)
{
	return strcmp(text_at(message, "type"), "event") == 0 &&
		strcmp(text_at(message, "event"), wanted) == 0;
}

json_t *office_reply(struct office *office, uint64_t connection, int64_t id)
{
	json_t *reply = take_matching(office, connection, is_reply, &id);

	assert_non_null(reply);
	assert_null(take_matching(office, connection, is_reply, &id)); /* exactly one */
	return reply;
}

json_t *office_event(struct office *office, uint64_t connection, const char *event)
{
	json_t *message = take_matching(office, connection, is_event, event);
	json_t *data = json_incref(json_object_get(message, "data"));

	json_decref(message);
	return data;
}

json_t *office_last(struct office *office, uint64_t connection, const char *event)
{
	json_t *last = NULL, *next;

	while ((next = office_event(office, connection, event))) {
		json_decref(last);
		last = next;
	}
	return last;
}

void office_forget_events(struct office *office, uint64_t connection)
{
	g_hash_table_remove(office->messages, GUINT_TO_POINTER(connection));
}

int office_close_code(struct office *office, uint64_t connection)
{
	return GPOINTER_TO_INT(g_hash_table_lookup(office->closed, GUINT_TO_POINTER(connection)));
}

/* --- requests ------------------------------------------------------------------------------------- */

static json_t *ask(struct office *office, uint64_t connection, const char *method,
	const char *format, va_list list)
{
	g_autofree char *params = g_strdup_vprintf(format, list);
	int64_t id = office_queue(office, connection, method, params);

	office_step(office);
	return office_reply(office, connection, id);
}

json_t *office_ask(
	struct office *office, uint64_t connection, const char *method, const char *format, ...)
{
	va_list list;
	json_t *reply;

	va_start(list, format);
	reply = ask(office, connection, method, format, list);
	va_end(list);
	return reply;
}

json_t *office_do(
	struct office *office, uint64_t connection, const char *method, const char *format, ...)
{
	va_list list;
	json_t *reply, *result;

	va_start(list, format);
	reply = ask(office, connection, method, format, list);
	va_end(list);
	if (!json_is_true(at(reply, "ok"))) {
		g_autofree char *text = json_dumps(reply, 0);

		fail_msg("%s: %s", method, text);
	}
	result = json_incref(json_object_get(reply, "result"));
	json_decref(reply);
	return result;
}

void office_refused(struct office *office, uint64_t connection, const char *code,
	const char *method, const char *format, ...)
{
	va_list list;
	json_t *reply;

	va_start(list, format);
	reply = ask(office, connection, method, format, list);
	va_end(list);
	assert_true(json_is_false(at(reply, "ok")));
	assert_string_equal(text_at(reply, "error.code"), code);
	json_decref(reply);
}

char *office_call(struct office *office, uint64_t requester)
{
	json_t *result = office_do(office, requester, "call.request",
		"{\"item\":\"fanglei-jungong\",\"area\":\"441523\",\"material\":3,"
		"\"citizen_informed\":true}");
	char *id = g_strdup(text_at(result, "call.id"));

	json_decref(result);
	return id;
}

/* --- JSON ----------------------------------------------------------------------------------------- */

const json_t *at(const json_t *json, const char *path)
{
	g_auto(GStrv) steps = g_strsplit(path, ".", -1);

	for (char **step = steps; json && *step; step++) {
		json = json_is_array(json) ? json_array_get(json, (size_t)atoi(*step))
					   : json_object_get(json, *step);
	}
	return json;
}

const char *text_at(const json_t *json, const char *path)
{
	const char *text = json_string_value(at(json, path));

	return text ? text : "";
}

int64_t office_count(struct office *office, const char *sql)
{
	int64_t count = -1;

	assert_int_equal(fw_db_query_int(office->db, sql, FW_DB_NO_VALUES, &count), 0);
	return count;
}
