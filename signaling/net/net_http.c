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
#include "signaling/http_fields.h"
#include "signaling/http_head.h"
#include "signaling/net/net_http.h"

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
		return net_http_refuse(connection, 411, "length_required");
	}
	if (length && fw_http_length(length, &bytes) < 0) {
		return net_http_refuse(connection, 400, "malformed");
	}
	http->body_endless = bytes > 0;
	if (bytes > FW_IMPORT_MAX_BYTES) { /* no route takes more */
		return net_http_refuse(connection, 413, "too_large");
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
		return net_http_refuse(connection, 403, "forbidden");
	}
	if (http->route.body &&
		!(http->route.bytes ? fw_http_type_is_bytes(type) : fw_http_type_is_json(type))) {
		return net_http_refuse(connection, 400, "malformed");
	}
	return 1;
}

/* What the route takes, and what all bodies in hand take together. 1: there is room. */
static int check_room(struct net_connection *connection)
{
	struct net_http *http = connection->http;
	struct fw_net *net = connection->net;

	if (!http->route.bytes) {
		return http->body_bytes <= NET_BODY_MAX_BYTES
			? 1
			: net_http_refuse(connection, 413, "too_large");
	}
	if (http->body_bytes > (http->route.file ? FW_IMPORT_MAX_BYTES : FW_PIECE_MAX_BYTES)) {
		return net_http_refuse(connection, 413, "too_large");
	}
	if (net->pieces_bytes + http->body_bytes > NET_PIECES_MAX_BYTES) {
		return net_http_refuse(connection, 503, "busy");
	}
	http->reserved_bytes = http->body_bytes;
	net->pieces_bytes += http->reserved_bytes;
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
	if (http->route.bytes) {
		input.http.bytes = g_byte_array_free_to_bytes(http->body);
		http->body = g_byte_array_new();
	}
	input.http.range_from = http->range.from;
	input.http.range_to = http->range.to;
	free(params);
	if (net_input(connection->net, &input) < 0) {
		net_handle_drop(connection);
		return net_http_refuse(connection, 503, "busy");
	}
	http->state = HTTP_WAITING;
	net_http_hold(connection);
	return 0;
}

static int body_whole(struct net_connection *connection)
{
	struct net_http *http = connection->http;

	http->body_unread = false;
	if (http->body->len && !http->route.bytes &&
		fw_router_add_body(http->params, (const char *)http->body->data, http->body->len) <
			0) {
		return net_http_refuse(connection, 400, "malformed");
	}
	return to_desk(connection);
}

static int serve(struct net_connection *connection, const char *path)
{
	struct net_http *http = connection->http;
	g_autofree char *match = NULL;
	g_autofree char *encodings = NULL;
	char *health;

	switch (http->route.kind) {
	case FW_ROUTE_HEALTH:
		health = connection->net->setup.ops->health(
			connection->net->setup.user, net_is_local(connection->wsi));
		net_http_answer_json(connection, 200, health, NULL, NULL);
		return 0;
	case FW_ROUTE_OPENAPI:
		net_http_answer_openapi(connection);
		return 0;
	case FW_ROUTE_FILE:
		match = net_header(connection->wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH);
		encodings = net_header(connection->wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
		net_http_answer_file(connection, path, match, encodings);
		return 0;
	case FW_ROUTE_LIVE: /* without an upgrade */
		return net_http_refuse(connection, 426, "malformed");
	case FW_ROUTE_OPERATION:
		break;
	}
	http->token = net_session_token(connection->wsi);
	read_range(connection);
	if (http->range_bad) {
		return net_http_refuse(connection, 416, "bad_range");
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
	struct net_http *http = net_http_of(connection);
	g_autofree char *path = NULL;
	g_autofree char *allow = NULL;
	int r;

	net_http_reset(connection);
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
		return net_http_refuse(connection, 431, "headers_too_large");
	}
	r = path ? fw_router_match(http->method, path, &http->route, http->params, &allow)
		 : -EBADMSG;
	if (r == -EPERM) {
		net_http_answer_json(
			connection, 405, fw_http_error_body("method_not_allowed"), "Allow", allow);
		return 0;
	}
	if (r == -ENOENT) {
		return net_http_refuse(connection, 404, "not_found");
	}
	if (r < 0 || (http->body_bytes && !http->route.body) ||
		(http->route.kind != FW_ROUTE_FILE && read_query(connection->wsi, http->params) < 0)) {
		return net_http_refuse(connection, 400, "malformed");
	}
	r = check_change(connection);
	if (r > 0) {
		r = check_room(connection);
	}
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
		connection->net->others_served++;
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
		connection->net->others_served++;
		return reason == LWS_CALLBACK_HTTP_BODY ? body(connection, in, size)
							: net_http_write(connection);
	default:
		return net_common_callback(wsi, reason);
	}
}
