/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request after the other on a connection:
 *
 *          head                  body whole            answer
 *   IDLE ─────────▶ BODY ───────────────────▶ WAITING ─────────▶ SENDING ──last piece──▶ IDLE
 *     │               └──refused─┐                ▲                 ▲ │
 *     ├──no body──────────────────┼───────────────┘                 │ └─body unread─▶ LINGER ▶ closed
 *     └──answered at once─────────┴─────────────────────────────────┘
 *
 * While WAITING, and while a stream's next piece is being read, the socket is not read either: the
 * library would otherwise turn in circles over a pipelined request. Its rx flow control holds back
 * writable callbacks too, so it is lifted before each write.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "signaling/http_fields.h"
#include "signaling/http_head.h"
#include "signaling/http_range.h"
#include "signaling/net/net_private.h"
#include "signaling/router.h"

#define FW_LOG_TOPIC "net"
#include "base/log.h"

enum http_state {
	HTTP_IDLE,
	HTTP_BODY,
	HTTP_WAITING,
	HTTP_SENDING,
	HTTP_LINGER,
};

struct net_http {
	enum http_state state;
	enum fw_http_method method;
	struct fw_route route;
	json_t *params;
	struct fw_http_range range;
	bool range_bad;
	char *token;
	GByteArray *body;
	size_t body_bytes; /* announced */
	bool body_unread; /* refused before its body had come: read no more requests from here */
	bool body_endless; /* the library waits for a body of unknown length */
	size_t lingered_bytes;
	int64_t stalled_us; /* when a client that takes nothing is given up, monotonic */

	GQueue out; /* GBytes to write */
	size_t out_offset; /* in its head */
	int64_t stream_left; /* bytes of the body that pieces must still bring; 0: all is in out */
	bool streaming;
};

/* --- answering -------------------------------------------------------------------------------- */

static void reset(struct net_http *http)
{
	g_clear_pointer(&http->params, json_decref);
	g_clear_pointer(&http->token, g_free);
	g_queue_clear_full(&http->out, (GDestroyNotify)g_bytes_unref);
	g_byte_array_set_size(http->body, 0);
	http->state = HTTP_IDLE;
	http->out_offset = 0;
	http->stream_left = 0;
	http->streaming = false;
	http->body_bytes = 0;
	http->lingered_bytes = 0;
	http->range = (struct fw_http_range){-1, -1};
	http->range_bad = false;
}

static struct net_http *http_of(struct net_connection *connection)
{
	if (!connection->http) {
		connection->http = g_new0(struct net_http, 1);
		connection->http->body = g_byte_array_new();
		g_queue_init(&connection->http->out);
		reset(connection->http);
	}
	return connection->http;
}

void net_http_free(struct net_connection *connection)
{
	struct net_http *http = connection->http;

	if (!http) {
		return;
	}
	if (connection->handle && !connection->live) {
		connection->net->setup.ops->gone(connection->net->setup.user, connection->handle);
	}
	reset(http);
	(void)g_byte_array_free(http->body, TRUE);
	g_clear_pointer(&connection->http, g_free);
}

/* Has the library call back when the socket can be written. */
static void want_write(struct net_connection *connection)
{
	connection->http->stalled_us = fw_clock_monotonic_us() + NET_STALL_S * FW_US_PER_S;
	(void)lws_rx_flow_control(connection->wsi, 1);
	lws_set_timeout(connection->wsi, PENDING_TIMEOUT_HTTP_CONTENT, NET_STALL_S);
	(void)lws_callback_on_writable(connection->wsi);
}

static void hold(struct net_connection *connection)
{
	(void)lws_rx_flow_control(connection->wsi, 0);
	lws_set_timeout(connection->wsi, PENDING_TIMEOUT_HTTP_CONTENT, NET_REPLY_S);
}

/* body may be NULL. head_only: the head tells of a body that is not sent (HEAD). */
static void answer(struct net_connection *connection, GString *head, GBytes *body)
{
	struct net_http *http = connection->http;

	fw_http_head_end(head, !http->body_unread);
	g_queue_push_tail(&http->out, g_string_free_to_bytes(head));
	if (body && g_bytes_get_size(body) && http->method != FW_HTTP_HEAD) {
		g_queue_push_tail(&http->out, g_bytes_ref(body));
	}
	http->state = HTTP_SENDING;
	want_write(connection);
}

static GString *begin(struct net_connection *connection, unsigned status)
{
	return fw_http_head_begin(status, connection->net->setup.trusted_certificate);
}

/* json is taken over; NULL: no body. extra_name may be NULL. */
static void answer_json(struct net_connection *connection, unsigned status, char *json,
	const char *extra_name, const char *extra)
{
	g_autoptr(GBytes) body = json ? g_bytes_new_take(json, strlen(json)) : NULL;
	GString *head = begin(connection, status);

	if (body) {
		fw_http_head_add(head, "Content-Type", "application/json");
	}
	if (body || status != 204) {
		fw_http_head_add_number(
			head, "Content-Length", body ? (int64_t)g_bytes_get_size(body) : 0);
	}
	fw_http_head_add(head, "Cache-Control", "no-store");
	if (extra_name) {
		fw_http_head_add(head, extra_name, extra);
	}
	answer(connection, head, body);
}

static int refuse(struct net_connection *connection, unsigned status, const char *code)
{
	atomic_fetch_add(&connection->net->figures.refused_requests, 1);
	answer_json(connection, status, fw_http_error_body(code),
		status == 503 ? "Retry-After" : NULL, "2");
	return 0;
}

static void answer_file(struct net_connection *connection, const char *path, const char *match,
	const char *encodings)
{
	const struct fw_static_files *files = connection->net->setup.files;
	const struct fw_static_file *file = files ? fw_static_find(files, path) : NULL;
	GString *head;
	GBytes *body;

	if (!file) {
		(void)refuse(connection, 404, "not_found");
		return;
	}
	body = file->gzip && fw_http_accepts_gzip(encodings) ? file->gzip : file->bytes;
	if (match && strstr(match, file->etag)) {
		head = begin(connection, 304);
		body = NULL;
	} else {
		head = begin(connection, 200);
		fw_http_head_add(head, "Content-Type", file->media_type);
		fw_http_head_add_number(head, "Content-Length", (int64_t)g_bytes_get_size(body));
	}
	if (body == file->gzip && body) {
		fw_http_head_add(head, "Content-Encoding", "gzip");
	}
	g_string_append_printf(head, "ETag: W/%s\r\n", file->etag);
	fw_http_head_add(head, "Vary", "Accept-Encoding");
	fw_http_head_add(head, "Cache-Control",
		file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	answer(connection, head, body);
}

static void answer_openapi(struct net_connection *connection)
{
	GBytes *openapi = connection->net->setup.openapi;
	GString *head;

	if (!openapi) {
		(void)refuse(connection, 404, "not_found");
		return;
	}
	head = begin(connection, 200);
	fw_http_head_add(head, "Content-Type", "application/json");
	fw_http_head_add_number(head, "Content-Length", (int64_t)g_bytes_get_size(openapi));
	fw_http_head_add(head, "Cache-Control", "no-cache");
	answer(connection, head, openapi);
}

/* --- what comes back from the desk and the readers ---------------------------------------------- */

void net_http_reply(struct net_connection *connection, const struct net_message *message)
{
	const char *cookie = message->reply.set_cookie;

	if (connection->http->state != HTTP_WAITING) {
		return;
	}
	net_handle_drop(connection);
	answer_json(connection, (unsigned)message->reply.status, g_strdup(message->reply.body),
		cookie                                 ? "Set-Cookie"
			: message->reply.status == 503 ? "Retry-After"
						       : NULL,
		cookie ? cookie : "2");
}

void net_http_stream(struct net_connection *connection, const struct net_message *message)
{
	const struct fw_net_stream *stream = &message->stream;
	struct net_http *http = connection->http;
	GString *head;

	if (http->state != HTTP_WAITING) {
		return;
	}
	head = begin(connection, (unsigned)stream->status);
	if (stream->status == 416) {
		g_autofree char *json = fw_http_error_body("bad_range");
		g_autoptr(GBytes) body = g_bytes_new(json, strlen(json));

		net_handle_drop(connection);
		g_string_append_printf(head, "Content-Range: bytes */%" G_GINT64_FORMAT "\r\n",
			stream->size_bytes);
		fw_http_head_add(head, "Content-Type", "application/json");
		fw_http_head_add_number(head, "Content-Length", (int64_t)g_bytes_get_size(body));
		answer(connection, head, body);
		return;
	}
	fw_http_head_add(head, "Content-Type", stream->media_type);
	fw_http_head_add_number(head, "Content-Length", stream->length_bytes);
	fw_http_head_add(head, "Accept-Ranges", "bytes");
	fw_http_head_add(head, "Cache-Control", "no-store");
	if (stream->status == 206) {
		g_string_append_printf(head,
			"Content-Range: bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
			"/%" G_GINT64_FORMAT "\r\n",
			stream->first_byte, stream->first_byte + stream->length_bytes - 1,
			stream->size_bytes);
	}
	if (stream->attachment) {
		g_autofree char *disposition = fw_http_attachment(stream->attachment);

		fw_http_head_add(head, "Content-Disposition", disposition);
	}
	http->streaming = true;
	http->stream_left = stream->length_bytes;
	answer(connection, head, NULL);
}

void net_http_data(struct net_connection *connection, GBytes *bytes)
{
	struct net_http *http = connection->http;
	int64_t size = bytes ? (int64_t)g_bytes_get_size(bytes) : 0;

	if (!bytes || http->state != HTTP_SENDING || !size || size > http->stream_left) {
		g_clear_pointer(&bytes, g_bytes_unref);
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_HTTP_CONTENT, LWS_TO_KILL_ASYNC);
		return;
	}
	http->stream_left -= size;
	g_queue_push_tail(&http->out, bytes);
	want_write(connection);
}

/* --- writing ------------------------------------------------------------------------------------ */

static int finish(struct net_connection *connection)
{
	struct net_http *http = connection->http;

	net_handle_drop(connection);
	if (http->body_unread) {
		bool endless = http->body_endless;

		reset(http);
		if (!endless) {
			return -1;
		}
		http->state = HTTP_LINGER;
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_HTTP_CONTENT, NET_LINGER_S);
		return 0;
	}
	reset(http);
	return lws_http_transaction_completed(connection->wsi) ? -1 : 0;
}

/* Writes one piece; the library buffers what the socket does not take of it. */
static int write_piece(struct net_connection *connection)
{
	struct net_http *http = connection->http;
	GBytes *first = g_queue_peek_head(&http->out);
	uint8_t *piece = connection->net->scratch + LWS_PRE;
	size_t size;
	const uint8_t *bytes;

	if (!first) {
		return 0;
	}
	bytes = g_bytes_get_data(first, &size);
	size = MIN(size - http->out_offset, (size_t)NET_PIECE_BYTES);
	memcpy(piece, bytes + http->out_offset, size);
	http->out_offset += size;
	if (http->out_offset == g_bytes_get_size(first)) {
		g_bytes_unref(g_queue_pop_head(&http->out));
		http->out_offset = 0;
	}
	if (lws_write(connection->wsi, piece, size, LWS_WRITE_HTTP) != (int)size) {
		return -1;
	}
	if (!g_queue_is_empty(&http->out)) {
		want_write(connection);
		return 0;
	}
	if (!http->stream_left) {
		return finish(connection);
	}
	hold(connection);
	connection->net->setup.ops->drained(connection->net->setup.user, connection->handle);
	return 0;
}

/* --- reading ------------------------------------------------------------------------------------ */

static enum fw_http_method method_of(struct lws *wsi, char **ret_path)
{
	static const struct {
		enum lws_token_indexes token;
		enum fw_http_method method;
	} methods[] = {
		{WSI_TOKEN_GET_URI, FW_HTTP_GET},
		{WSI_TOKEN_POST_URI, FW_HTTP_POST},
		{WSI_TOKEN_HEAD_URI, FW_HTTP_HEAD},
		{WSI_TOKEN_PUT_URI, FW_HTTP_PUT},
		{WSI_TOKEN_PATCH_URI, FW_HTTP_PATCH},
		{WSI_TOKEN_DELETE_URI, FW_HTTP_DELETE},
		{WSI_TOKEN_OPTIONS_URI, FW_HTTP_OPTIONS},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		*ret_path = net_header(wsi, methods[i].token);
		if (*ret_path) {
			return methods[i].method;
		}
	}
	return FW_HTTP_OTHER;
}

static size_t head_bytes(struct lws *wsi)
{
	size_t total = 0;

	for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
		total += (size_t)MAX(0, lws_hdr_total_length(wsi, (enum lws_token_indexes)token));
	}
	return total;
}

static int read_query(struct lws *wsi, json_t *params)
{
	char pair[FW_ROUTER_NAME_MAX_BYTES + FW_ROUTER_VALUE_MAX_BYTES + 2];

	if (!lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS)) {
		return 0;
	}
	for (int i = 0;; i++) {
		int size = lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i);
		int r;

		if (!size && i) {
			return 0;
		}
		if (lws_hdr_copy_fragment(wsi, pair, sizeof(pair), WSI_TOKEN_HTTP_URI_ARGS, i) < 0) {
			return size ? -EOVERFLOW : 0;
		}
		r = fw_router_add_query(params, pair, strlen(pair));
		if (r < 0) {
			return r;
		}
	}
}

/*
 * How long the body is and whether this server takes it. The library itself reads up to 100 MiB
 * behind a POST, PUT or PATCH without Content-Length, and does not understand chunks.
 */
static int check_body(struct net_connection *connection)
{
	struct net_http *http = connection->http;
	g_autofree char *length = net_header(connection->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
	g_autofree char *coding = net_header(connection->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING);
	bool carries = http->method == FW_HTTP_POST || http->method == FW_HTTP_PUT ||
		http->method == FW_HTTP_PATCH;
	int64_t bytes = 0;

	http->body_endless = carries;
	http->body_unread = true;
	if (coding || (carries && !length)) {
		return refuse(connection, 411, "length_required");
	}
	if (length && fw_http_length(length, &bytes) < 0) {
		return refuse(connection, 400, "malformed");
	}
	http->body_endless = bytes > 0;
	if (bytes > NET_BODY_MAX_BYTES) {
		return refuse(connection, 413, "too_large");
	}
	http->body_unread = bytes > 0;
	http->body_bytes = (size_t)bytes;
	return 1;
}

/* Fields that must fit before a request may change something. 1: they do. */
static int check_change(struct net_connection *connection)
{
	struct net_http *http = connection->http;
	g_autofree char *origin = net_header(connection->wsi, WSI_TOKEN_ORIGIN);
	g_autofree char *host = net_header(connection->wsi, WSI_TOKEN_HOST);
	g_autofree char *type = net_header(connection->wsi, WSI_TOKEN_HTTP_CONTENT_TYPE);

	if (http->method == FW_HTTP_GET || http->method == FW_HTTP_HEAD) {
		return 1;
	}
	if (origin && (!host || !fw_http_origin_is_own(origin, host))) {
		return refuse(connection, 403, "forbidden");
	}
	if (http->route.body && !fw_http_type_is_json(type)) {
		return refuse(connection, 400, "malformed");
	}
	return 1;
}

static void read_range(struct net_connection *connection)
{
	struct net_http *http = connection->http;
	g_autofree char *range = net_header(connection->wsi, WSI_TOKEN_HTTP_RANGE);
	g_autofree char *condition = net_header(connection->wsi, WSI_TOKEN_HTTP_IF_RANGE);

	/* No validator is ever sent for these files, so a condition cannot hold: the whole file. */
	if (range && !condition) {
		http->range_bad = fw_http_range_parse(range, &http->range) < 0;
	}
}

static int to_desk(struct net_connection *connection)
{
	struct net_http *http = connection->http;
	struct fw_desk_input input = {.kind = FW_IN_HTTP_REQUEST};
	char *params = json_dumps(http->params, JSON_COMPACT);

	input.http.request = net_handle_new(connection);
	input.http.operation = http->route.operation;
	input.http.token = g_steal_pointer(&http->token);
	input.http.remote = net_remote(connection->wsi);
	input.http.params = g_strdup(params);
	input.http.range_from = http->range.from;
	input.http.range_to = http->range.to;
	free(params);
	if (net_input(connection->net, &input) < 0) {
		net_handle_drop(connection);
		return refuse(connection, 503, "busy");
	}
	http->state = HTTP_WAITING;
	hold(connection);
	return 0;
}

static int body_whole(struct net_connection *connection)
{
	struct net_http *http = connection->http;

	http->body_unread = false;
	if (http->body->len &&
		fw_router_add_body(http->params, (const char *)http->body->data, http->body->len) <
			0) {
		return refuse(connection, 400, "malformed");
	}
	return to_desk(connection);
}

static int serve(struct net_connection *connection, const char *path)
{
	struct net_http *http = connection->http;
	g_autofree char *match = NULL;
	g_autofree char *encodings = NULL;
	g_autofree char *remote = NULL;
	char *health;

	switch (http->route.kind) {
	case FW_ROUTE_HEALTH:
		remote = net_remote(connection->wsi);
		health = connection->net->setup.ops->health(
			connection->net->setup.user, g_str_has_prefix(remote, "127."));
		answer_json(connection, 200, health, NULL, NULL);
		return 0;
	case FW_ROUTE_OPENAPI:
		answer_openapi(connection);
		return 0;
	case FW_ROUTE_FILE:
		match = net_header(connection->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH);
		encodings = net_header(connection->wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
		answer_file(connection, path, match, encodings);
		return 0;
	case FW_ROUTE_LIVE: /* without an upgrade */
		return refuse(connection, 426, "malformed");
	case FW_ROUTE_OPERATION:
		break;
	}
	http->token = net_session_token(connection->wsi);
	read_range(connection);
	if (http->range_bad) {
		return refuse(connection, 416, "bad_range");
	}
	if (http->route.body && http->body_bytes) {
		http->state = HTTP_BODY;
		return 0;
	}
	return to_desk(connection);
}

/* The library ignores Expect, and a client that asks waits a second before it sends. */
static int answer_expectation(struct net_connection *connection)
{
	static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
	g_autofree char *expect = net_header(connection->wsi, WSI_TOKEN_HTTP_EXPECT);
	uint8_t *bytes = connection->net->scratch + LWS_PRE;
	size_t size = sizeof(interim) - 1;

	if (!expect || !fw_http_list_has(expect, "100-continue")) {
		return 0;
	}
	memcpy(bytes, interim, size);
	return lws_write(connection->wsi, bytes, size, LWS_WRITE_HTTP) == (int)size ? 0 : -1;
}

static int request(struct net_connection *connection)
{
	struct net_http *http = http_of(connection);
	g_autofree char *path = NULL;
	g_autofree char *allow = NULL;
	int r;

	reset(http);
	atomic_fetch_add(&connection->net->figures.requests, 1);
	if (!lws_is_ssl(connection->wsi)) {
		return -1; /* the library redirects these before; nothing is ever served in the clear */
	}
	http->params = json_object();
	http->method = method_of(connection->wsi, &path);
	r = check_body(connection);
	if (r <= 0) {
		return r;
	}
	if (head_bytes(connection->wsi) > NET_HEADERS_MAX) {
		return refuse(connection, 431, "headers_too_large");
	}
	r = path ? fw_router_match(http->method, path, &http->route, http->params, &allow)
		 : -EBADMSG;
	if (r == -EPERM) {
		answer_json(
			connection, 405, fw_http_error_body("method_not_allowed"), "Allow", allow);
		return 0;
	}
	if (r == -ENOENT) {
		return refuse(connection, 404, "not_found");
	}
	if (r < 0 || (http->body_bytes && !http->route.body) ||
		(http->route.kind != FW_ROUTE_FILE && read_query(connection->wsi, http->params) < 0)) {
		return refuse(connection, 400, "malformed");
	}
	r = check_change(connection);
	if (r <= 0) {
		return r;
	}
	if (http->body_bytes && answer_expectation(connection) < 0) {
		return -1;
	}
	return serve(connection, path);
}

static int body(struct net_connection *connection, const void *bytes, size_t size)
{
	struct net_http *http = connection->http;

	if (http->state != HTTP_BODY) {
		http->lingered_bytes += size;
		return http->lingered_bytes > NET_LINGER_MAX_BYTES ? -1 : 0;
	}
	if (size > http->body_bytes - http->body->len) {
		return -1; /* the library counts; this would be its fault */
	}
	if (size) {
		g_byte_array_append(http->body, bytes, (guint)size);
	}
	return 0;
}

/*
 * The library says "complete" once for the body and then again and again while bytes wait behind it,
 * each time forgetting the time limit that was set.
 */
static int body_complete(struct net_connection *connection)
{
	const struct net_http *http = connection->http;

	switch (http->state) {
	case HTTP_BODY:
		connection->net->callbacks++;
		return body_whole(connection);
	case HTTP_LINGER:
		return -1; /* all has been read that will be */
	case HTTP_SENDING:
		return fw_clock_monotonic_us() > http->stalled_us ? -1 : 0;
	case HTTP_IDLE:
	case HTTP_WAITING:
		break;
	}
	return 0;
}

/*
 * The library takes a request for an upgrade as answered when the callback returns, so a refusal is
 * written at once: a few hundred bytes on a socket that has sent nothing yet.
 */
static int upgrade(struct lws *wsi)
{
	struct fw_net *net = lws_context_user(lws_get_context(wsi));
	g_autofree char *body_text = NULL;
	g_autofree uint8_t *bytes = NULL;
	const char *code = NULL;
	unsigned status = 0;
	GString *head;

	net->callbacks++;
	if (!net_live_check(wsi, &status, &code)) {
		return 0;
	}
	atomic_fetch_add(&net->figures.refused_requests, 1);
	body_text = fw_http_error_body(code);
	head = fw_http_head_begin(status, net->setup.trusted_certificate);
	fw_http_head_add(head, "Content-Type", "application/json");
	fw_http_head_add_number(head, "Content-Length", (int64_t)strlen(body_text));
	if (status == 426) {
		fw_http_head_add(head, "Sec-WebSocket-Version", "13"); /* RFC 6455 4.4 */
	}
	fw_http_head_end(head, false);
	g_string_append(head, body_text);
	bytes = g_malloc(LWS_PRE + head->len);
	memcpy(bytes + LWS_PRE, head->str, head->len);
	(void)lws_write(wsi, bytes + LWS_PRE, head->len, LWS_WRITE_HTTP);
	(void)g_string_free(head, TRUE);
	return -1;
}

int net_http_callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *pss, void *in, size_t size)
{
	struct net_connection *connection;

	(void)pss;
	switch (reason) {
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return upgrade(wsi);
	case LWS_CALLBACK_HTTP:
		connection = net_connection_ensure(wsi);
		connection->net->callbacks++;
		return request(connection);
	case LWS_CALLBACK_HTTP_BODY:
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
	case LWS_CALLBACK_HTTP_WRITEABLE:
		connection = net_connection_of(wsi);
		if (!connection || !connection->http) {
			return -1;
		}
		if (reason == LWS_CALLBACK_HTTP_BODY_COMPLETION) {
			return body_complete(connection);
		}
		connection->net->callbacks++;
		return reason == LWS_CALLBACK_HTTP_BODY ? body(connection, in, size)
							: write_piece(connection);
	default:
		return net_common_callback(wsi, reason);
	}
}
