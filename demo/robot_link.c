/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "robot"
#include "demo/robot_link.h"
#include "base/certificate.h"
#include "base/log.h"
#include <libsoup/soup.h>
#include <string.h>

#define RETRY_FIRST_MS    1000
#define RETRY_LAST_MS     10000
#define MESSAGE_MAX_BYTES (1 << 20) /* offers are some 10 kB; a call with its chat may be more */
#define PROTOCOL          "farwindow.v1"

struct fw_robot_link {
	const struct fw_robot_link_options *options;
	const struct fw_robot_link_ops *ops;
	void *user;
	SoupSession *session;
	GCancellable *cancel; /* of what is under way; its callbacks must not touch the link */
	SoupWebsocketConnection *socket;
	char *cookie;
	GHashTable *awaited; /* request id -> struct awaited */
	guint retry;
	unsigned retry_ms;
	int64_t next_id;
};

struct awaited {
	char *method;
	fw_robot_reply reply;
};

static void awaited_free(void *data)
{
	struct awaited *awaited = data;

	g_free(awaited->method);
	g_free(awaited);
}

static void sign_in(struct fw_robot_link *link);

static gboolean retry_now(gpointer user)
{
	struct fw_robot_link *link = user;

	link->retry = 0;
	sign_in(link);
	return G_SOURCE_REMOVE;
}

static void retry_later(struct fw_robot_link *link, const char *step, const char *reason)
{
	fw_warn("no line to the server step=%s reason=%s again_ms=%u", step, reason, link->retry_ms);
	if (link->retry == 0) {
		link->retry = g_timeout_add(link->retry_ms, retry_now, link);
	}
	link->retry_ms = MIN(link->retry_ms * 2, RETRY_LAST_MS);
}

static bool certificate_is(GTlsCertificate *certificate, const char *fingerprint)
{
	g_autoptr(GByteArray) der = NULL;
	g_autofree char *digest = NULL;
	size_t at = 0;

	g_object_get(certificate, "certificate", &der, NULL);
	digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, der->data, der->len);
	for (const char *c = fingerprint; *c != '\0'; c++) {
		if (*c != ':' && g_ascii_tolower(*c) != digest[at++]) {
			return false;
		}
	}
	return at == strlen(digest);
}

static gboolean accept_certificate(SoupMessage *message, GTlsCertificate *certificate,
	GTlsCertificateFlags faults, gpointer user)
{
	struct fw_robot_link *link = user;
	g_autofree char *pem = NULL;
	char fingerprint[FW_FINGERPRINT_SIZE];

	(void)message;
	(void)faults;
	if (link->options->fingerprint != NULL) {
		return certificate_is(certificate, link->options->fingerprint);
	}
	return link->options->certificate_file != NULL &&
		g_file_get_contents(link->options->certificate_file, &pem, NULL, NULL) &&
		fw_certificate_fingerprint(pem, fingerprint) == 0 &&
		certificate_is(certificate, fingerprint);
}

static SoupMessage *new_message(
	struct fw_robot_link *link, const char *method, const char *scheme, const char *path)
{
	const char *host = strstr(link->options->server, "://");
	g_autofree char *uri = g_strconcat(scheme, host != NULL ? host : "://", path, NULL);
	SoupMessage *message = soup_message_new(method, uri);

	if (message != NULL) {
		(void)g_signal_connect(
			message, "accept-certificate", G_CALLBACK(accept_certificate), link);
	}
	return message;
}

static void take_reply(struct fw_robot_link *link, const json_t *message)
{
	int64_t id = json_integer_value(json_object_get(message, "id"));
	bool ok = json_is_true(json_object_get(message, "ok"));
	const json_t *body = json_object_get(message, ok ? "result" : "error");
	struct awaited *awaited = g_hash_table_lookup(link->awaited, &id);

	if (awaited == NULL) {
		return;
	}
	g_hash_table_steal(link->awaited, &id);
	if (!ok) {
		const char *code = json_string_value(json_object_get(body, "code"));
		fw_warn("refused method=%s code=%s", awaited->method, code != NULL ? code : "?");
	}
	if (awaited->reply != NULL) {
		awaited->reply(link->user, ok, body);
	}
	awaited_free(awaited);
}

static void on_text(SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer user)
{
	struct fw_robot_link *link = user;
	gsize count = 0;
	const char *text = g_bytes_get_data(bytes, &count);
	json_t *message = type == SOUP_WEBSOCKET_DATA_TEXT
		? json_loadb(text, count, JSON_REJECT_DUPLICATES, NULL)
		: NULL;
	const char *kind = json_string_value(json_object_get(message, "type"));
	const char *event = json_string_value(json_object_get(message, "event"));

	(void)socket;
	if (g_strcmp0(kind, "reply") == 0) {
		take_reply(link, message);
	} else if (g_strcmp0(kind, "event") == 0 && event != NULL) {
		link->ops->event(link->user, event, json_object_get(message, "data"));
	}
	json_decref(message);
}

static void on_closed(SoupWebsocketConnection *socket, gpointer user)
{
	struct fw_robot_link *link = user;
	g_autofree char *reason = g_strdup_printf(
		"closed with %u", (unsigned)soup_websocket_connection_get_close_code(socket));

	g_clear_object(&link->socket);
	g_hash_table_remove_all(link->awaited);
	link->ops->closed(link->user);
	retry_later(link, "live", reason);
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer user)
{
	g_autoptr(GError) error = NULL;
	SoupWebsocketConnection *socket =
		soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &error);
	struct fw_robot_link *link = user;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		return;
	}
	if (socket == NULL) {
		retry_later(link, "connect", error->message);
		return;
	}
	link->socket = socket;
	link->retry_ms = RETRY_FIRST_MS;
	soup_websocket_connection_set_max_incoming_payload_size(socket, MESSAGE_MAX_BYTES);
	(void)g_signal_connect(socket, "message", G_CALLBACK(on_text), link);
	(void)g_signal_connect(socket, "closed", G_CALLBACK(on_closed), link);
	fw_info("line is open");
	link->ops->opened(link->user);
}

static void connect_live(struct fw_robot_link *link)
{
	SoupMessage *message = new_message(link, "GET", "wss", "/api/v1/live");
	char *protocols[] = {(char *)PROTOCOL, NULL};

	soup_message_headers_replace(
		soup_message_get_request_headers(message), "Cookie", link->cookie);
	soup_session_websocket_connect_async(link->session, message, NULL, protocols,
		G_PRIORITY_DEFAULT, link->cancel, on_connected, link);
	g_object_unref(message);
}

/* fw_session=...; what follows the semicolon is for browsers. */
static char *session_cookie(SoupMessage *message)
{
	const char *value = soup_message_headers_get_one(
		soup_message_get_response_headers(message), "Set-Cookie");

	return value != NULL ? g_strndup(value, strcspn(value, ";")) : NULL;
}

static void on_signed_in(GObject *source, GAsyncResult *result, gpointer user)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body =
		soup_session_send_and_read_finish(SOUP_SESSION(source), result, &error);
	SoupMessage *message = soup_session_get_async_result_message(SOUP_SESSION(source), result);
	struct fw_robot_link *link = user;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		return;
	}
	if (body == NULL) {
		retry_later(link, "sign-in", error->message);
		return;
	}
	g_free(link->cookie);
	link->cookie = session_cookie(message);
	if (soup_message_get_status(message) != SOUP_STATUS_OK || link->cookie == NULL) {
		g_autofree char *reason =
			g_strdup_printf("HTTP %u", (unsigned)soup_message_get_status(message));
		retry_later(link, "sign-in", reason);
		return;
	}
	connect_live(link);
}

static void sign_in(struct fw_robot_link *link)
{
	SoupMessage *message = new_message(link, "POST", "https", "/api/v1/session");
	json_t *request = json_pack("{s:s,s:s}", "account", link->options->account, "password",
		link->options->password);
	char *text = json_dumps(request, JSON_COMPACT);
	g_autoptr(GBytes) body = g_bytes_new_with_free_func(text, strlen(text), free, text);

	json_decref(request);
	soup_message_set_request_body_from_bytes(message, "application/json", body);
	soup_session_send_and_read_async(
		link->session, message, G_PRIORITY_DEFAULT, link->cancel, on_signed_in, link);
	g_object_unref(message);
}

struct fw_robot_link *fw_robot_link_new(const struct fw_robot_link_options *options,
	const struct fw_robot_link_ops *ops, void *user)
{
	struct fw_robot_link *link = g_new0(struct fw_robot_link, 1);

	link->options = options;
	link->ops = ops;
	link->user = user;
	link->session = soup_session_new();
	soup_session_set_timeout(link->session, 10);
	link->cancel = g_cancellable_new();
	link->awaited = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, awaited_free);
	link->retry_ms = RETRY_FIRST_MS;
	link->next_id = 1;
	sign_in(link);
	return link;
}

void fw_robot_link_free(struct fw_robot_link *link)
{
	if (link == NULL) {
		return;
	}
	g_cancellable_cancel(link->cancel);
	if (link->retry != 0) {
		(void)g_source_remove(link->retry);
	}
	if (link->socket != NULL) {
		(void)g_signal_handlers_disconnect_by_data(link->socket, link);
		if (soup_websocket_connection_get_state(link->socket) == SOUP_WEBSOCKET_STATE_OPEN) {
			soup_websocket_connection_close(
				link->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
		}
		g_object_unref(link->socket);
	}
	g_object_unref(link->session);
	g_object_unref(link->cancel);
	g_hash_table_destroy(link->awaited);
	g_free(link->cookie);
	g_free(link);
}

void fw_robot_link_request(
	struct fw_robot_link *link, const char *method, json_t *params, fw_robot_reply reply)
{
	struct awaited *awaited = NULL;
	json_t *message = json_pack("{s:s,s:I,s:s,s:o}", "type", "request", "id",
		(json_int_t)link->next_id, "method", method, "params", params);
	char *text = json_dumps(message, JSON_COMPACT);

	json_decref(message);
	if (link->socket != NULL &&
		soup_websocket_connection_get_state(link->socket) == SOUP_WEBSOCKET_STATE_OPEN) {
		awaited = g_new0(struct awaited, 1);
		awaited->method = g_strdup(method);
		awaited->reply = reply;
		(void)g_hash_table_insert(
			link->awaited, g_memdup2(&link->next_id, sizeof link->next_id), awaited);
		soup_websocket_connection_send_text(link->socket, text);
		link->next_id++;
	}
	free(text);
}
