/* SPDX-License-Identifier: Apache-2.0 */
/* The answering half of net_http.c's diagram: WAITING to SENDING to the end of a request. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "signaling/http_fields.h"
#include "signaling/http_head.h"
#include "signaling/net/net_http.h"

/* --- answering -------------------------------------------------------------------------------- */

void net_http_reset(struct net_connection *connection)
{
	struct net_http *http = connection->http;

	connection->net->pieces_bytes -= http->reserved_bytes;
	http->reserved_bytes = 0;
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

struct net_http *net_http_of(struct net_connection *connection)
{
	if (!connection->http) {
		connection->http = g_new0(struct net_http, 1);
		connection->http->body = g_byte_array_new();
		g_queue_init(&connection->http->out);
		net_http_reset(connection);
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
	net_http_reset(connection);
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
	net_loop_ask_now(connection->net);
}

void net_http_hold(struct net_connection *connection)
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
void net_http_answer_json(struct net_connection *connection, unsigned status, char *json,
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

int net_http_refuse(struct net_connection *connection, unsigned status, const char *code)
{
	atomic_fetch_add(&connection->net->figures.refused_requests, 1);
	net_http_answer_json(connection, status, fw_http_error_body(code),
		status == 503 ? "Retry-After" : NULL, "2");
	return 0;
}

void net_http_answer_file(struct net_connection *connection, const char *path, const char *match,
	const char *encodings)
{
	const struct fw_static_files *files = connection->net->setup.files;
	const struct fw_static_file *file = files ? fw_static_find(files, path) : NULL;
	GString *head;
	GBytes *body;

	if (!file) {
		(void)net_http_refuse(connection, 404, "not_found");
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

void net_http_answer_openapi(struct net_connection *connection)
{
	GBytes *openapi = connection->net->setup.openapi;
	GString *head;

	if (!openapi) {
		(void)net_http_refuse(connection, 404, "not_found");
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
	net_http_answer_json(connection, (unsigned)message->reply.status,
		g_strdup(message->reply.body),
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

		net_http_reset(connection);
		if (!endless) {
			return -1;
		}
		http->state = HTTP_LINGER;
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_HTTP_CONTENT, NET_LINGER_S);
		return 0;
	}
	net_http_reset(connection);
	return lws_http_transaction_completed(connection->wsi) ? -1 : 0;
}

/* Writes one piece; the library buffers what the socket does not take of it. */
int net_http_write(struct net_connection *connection)
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
	net_http_hold(connection);
	connection->net->setup.ops->drained(connection->net->setup.user, connection->handle);
	return 0;
}
