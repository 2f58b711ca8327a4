/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The WebSocket farwindow.v1: whole messages in, a bounded queue of messages out.
 *
 *   OPEN ──fw_net_close(), abuse, too slow──▶ CLOSING: what waits is written, then the close frame
 *
 * A message is complete when its last fragment's last byte is there. One that is too large is thrown
 * away while it arrives; the desk hears of it as a message without text. permessage-deflate is not
 * offered: it costs about 300 KiB per connection and lets a few bytes become megabytes, for messages
 * of a few hundred bytes in a local network.
 *
 * Whoever was not heard for a while is pinged, and closed after a longer one. The library could do that, by
 * a timer per connection in one sorted list: with thousands of them, half of its time. One look at all of
 * them twenty times a second costs little.
 */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "signaling/http_fields.h"
#include "signaling/net/net_private.h"
#include "signaling/router.h"
#include "signaling/token_bucket.h"

#define FW_LOG_TOPIC "net"
#include "base/log.h"

#define LOOK_US (FW_US_PER_S / 20) /* how late a ping or a hangup may be */

#define PINGS_LEAST 8 /* of one look */

#define CLOSE_ABUSE     4000 /* PROTOCOL.md 2 */
#define CLOSE_TOO_LARGE 1009 /* RFC 6455 7.4.1 */
#define CLOSE_LATER     1013 /* "try again later", IANA registry of RFC 6455 11.7 */

struct net_live {
	GByteArray *in; /* of the message that is arriving */
	size_t in_bytes; /* also of what was thrown away */
	struct fw_token_bucket rate;
	GQueue out; /* char *: NUL-terminated, LWS_PRE bytes free in front */
	size_t out_bytes;
	int64_t heard_us, pinged_us; /* monotonic */
	bool ping; /* to be written next */
	int close_code; /* 0: open */
};

int net_live_check(struct lws *wsi, unsigned *ret_status, const char **ret_code)
{
	struct fw_net *net = lws_context_user(lws_get_context(wsi));
	g_autofree char *path = net_header(wsi, WSI_TOKEN_GET_URI);
	g_autofree char *upgrade = net_header(wsi, WSI_TOKEN_UPGRADE);
	g_autofree char *origin = net_header(wsi, WSI_TOKEN_ORIGIN);
	g_autofree char *host = net_header(wsi, WSI_TOKEN_HOST);
	g_autofree char *protocol = net_header(wsi, WSI_TOKEN_PROTOCOL);
	g_autofree char *version = net_header(wsi, WSI_TOKEN_VERSION);
	g_autofree char *key = net_header(wsi, WSI_TOKEN_KEY);
	json_auto_t *params = json_object();
	struct fw_route route;

	*ret_code = "malformed";
	*ret_status = 400;
	if (!lws_is_ssl(wsi) || !upgrade || g_ascii_strcasecmp(upgrade, "websocket") || !host ||
		!key || !fw_http_list_has(protocol, "farwindow.v1")) {
		return -1;
	}
	if (!version || strcmp(version, "13")) {
		*ret_status = 426;
		return -1;
	}
	if (!path || fw_router_match(FW_HTTP_GET, path, &route, params, NULL) < 0 ||
		route.kind != FW_ROUTE_LIVE) {
		*ret_code = "not_found";
		*ret_status = 404;
		return -1;
	}
	if (origin && !fw_http_origin_is_own(origin, host)) {
		*ret_code = "forbidden";
		*ret_status = 403;
		return -1;
	}
	if (net->stopping || atomic_load(&net->figures.websockets) >= FW_CONNECTIONS_MAX) {
		*ret_code = "busy";
		*ret_status = 503;
		return -1;
	}
	return 0;
}

static int open_connection(struct lws *wsi)
{
	struct net_connection *connection = net_connection_ensure(wsi);
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_OPENED};
	struct net_live *live;

	net_http_free(connection); /* of earlier requests on the same socket */
	live = connection->live = g_new0(struct net_live, 1);
	live->in = g_byte_array_new();
	g_queue_init(&live->out);
	live->heard_us = live->pinged_us = fw_clock_monotonic_us();
	fw_token_bucket_init(&live->rate, NET_RATE_PER_S, live->heard_us);
	atomic_fetch_add(&connection->net->figures.websockets, 1);
	atomic_fetch_add(&connection->net->figures.websockets_opened, 1);
	input.opened.connection = net_handle_new(connection);
	net_loop_opened(connection);
	input.opened.token = net_session_token(wsi);
	input.opened.remote = net_remote(wsi);
	if (net_input(connection->net, &input) < 0) {
		net_handle_drop(connection); /* the desk never heard of it */
		net_live_close(connection, CLOSE_LATER);
	}
	return 0;
}

void net_live_free(struct net_connection *connection)
{
	struct net_live *live = connection->live;

	if (!live) {
		return;
	}
	if (connection->handle) {
		net_tell_closed(connection->net, connection->handle);
	}
	atomic_fetch_sub(&connection->net->figures.websockets, 1);
	(void)g_byte_array_free(live->in, TRUE);
	g_queue_clear_full(&live->out, g_free);
	g_clear_pointer(&connection->live, g_free);
}

/* --- out ----------------------------------------------------------------------------------------- */

void net_live_close(struct net_connection *connection, int code)
{
	if (connection->live->close_code) {
		return;
	}
	connection->live->close_code = code;
	/* Of a code of ours the client may be told all that waits; a dead line must not hold us up. */
	lws_set_timeout(connection->wsi, PENDING_TIMEOUT_CLOSE_SEND, NET_CLOSE_S);
	(void)lws_callback_on_writable(connection->wsi);
}

void net_live_send(struct net_connection *connection, char *text)
{
	struct net_live *live = connection->live;
	size_t size = strlen(text);
	char *framed;

	if (live->close_code) {
		g_free(text);
		return;
	}
	if (live->out_bytes + size > NET_QUEUE_MAX_BYTES || live->out.length >= NET_QUEUE_MAX) {
		g_free(text);
		atomic_fetch_add(&connection->net->figures.slow_clients, 1);
		fw_warn("client too slow connection=%" G_GUINT64_FORMAT " waiting_bytes=%zu",
			connection->handle, live->out_bytes);
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
		live->close_code = CLOSE_LATER;
		return;
	}
	framed = g_malloc(LWS_PRE + size + 1);
	memcpy(framed + LWS_PRE, text, size + 1);
	g_free(text);
	g_queue_push_tail(&live->out, framed);
	live->out_bytes += size;
	net_loop_want_write(connection);
}

/* With a payload, which comes back: of an empty pong the library does not tell. */
static int write_ping(struct net_connection *connection)
{
	uint8_t frame[LWS_PRE + 1] = {0};

	connection->live->ping = false;
	return lws_write(connection->wsi, frame + LWS_PRE, 1, LWS_WRITE_PING) < 1 ? -1 : 0;
}

static int write_message(struct net_connection *connection)
{
	struct net_live *live = connection->live;
	char *framed = g_queue_pop_head(&live->out);
	size_t size = strlen(framed + LWS_PRE);
	int written;

	live->out_bytes -= size;
	written =
		lws_write(connection->wsi, (unsigned char *)framed + LWS_PRE, size, LWS_WRITE_TEXT);
	g_free(framed);
	if (written < (int)size) {
		return -1;
	}
	atomic_fetch_add(&connection->net->figures.messages_out, 1);
	return 0;
}

/* As much as the socket takes: a turn of the library's loop for each message would cost more than the message. */
static int write_waiting(struct net_connection *connection)
{
	struct net_live *live = connection->live;

	if (live->ping && write_ping(connection) < 0) {
		return -1;
	}
	if (!live->out.length && live->close_code) {
		lws_close_reason(connection->wsi, (enum lws_close_status)live->close_code, NULL, 0);
		return -1;
	}
	while (live->out.length) {
		if (lws_send_pipe_choked(connection->wsi)) {
			break;
		}
		if (write_message(connection) < 0) {
			return -1;
		}
	}
	if (live->out.length || live->close_code) {
		(void)lws_callback_on_writable(connection->wsi);
	}
	return 0;
}

/* --- quiet lines --------------------------------------------------------------------------------- */

/* True: it is to be pinged. */
static bool look_at(struct net_connection *connection, int64_t now_us)
{
	struct net_live *live = connection->live;

	if (now_us - live->heard_us >= NET_HANGUP_S * FW_US_PER_S) {
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
		return false;
	}
	return now_us - MAX(live->heard_us, live->pinged_us) >= NET_PING_S * FW_US_PER_S;
}

static void ping(struct net_connection *connection, int64_t now_us)
{
	connection->live->pinged_us = now_us;
	connection->live->ping = true;
	net_loop_want_write(connection);
}

/*
 * How many at once: twice the share that is due when they are evenly spread. Those that came due together, because everything
 * had stood still for a while, would else do so for ever.
 */
static int64_t pings_of_look(const struct fw_net *net)
{
	int64_t lines = g_hash_table_size(net->by_handle);

	return PINGS_LEAST + 2 * lines * LOOK_US / (NET_PING_S * FW_US_PER_S);
}

static void look(lws_sorted_usec_list_t *timer)
{
	struct fw_net *net = lws_container_of(timer, struct fw_net, look);
	int64_t now_us = fw_clock_monotonic_us();
	int64_t pings = pings_of_look(net);
	GHashTableIter each;
	struct net_connection *connection;

	g_hash_table_iter_init(&each, net->by_handle);
	while (g_hash_table_iter_next(&each, NULL, (void **)&connection)) {
		if (connection->live && !connection->live->close_code &&
			look_at(connection, now_us) && pings-- > 0) {
			ping(connection, now_us);
		}
	}
	net_live_watch(net);
}

void net_live_watch(struct fw_net *net)
{
	lws_sul_schedule(net->context, 0, &net->look, look, LOOK_US);
}

/* --- in ------------------------------------------------------------------------------------------ */

static void abuse(struct net_connection *connection, int code, const char *what)
{
	atomic_fetch_add(&connection->net->figures.abusive_clients, 1);
	fw_warn("client closed connection=%" G_GUINT64_FORMAT " code=%d reason=%s",
		connection->handle, code, what);
	net_live_close(connection, code);
}

static void to_desk(struct net_connection *connection)
{
	struct net_live *live = connection->live;
	struct fw_desk_input input = {.kind = FW_IN_CLIENT_MESSAGE};

	atomic_fetch_add(&connection->net->figures.messages_in, 1);
	input.message.connection = connection->handle;
	if (live->in_bytes <= FW_MESSAGE_MAX_BYTES) {
		input.message.text_bytes = live->in_bytes;
		input.message.text = g_malloc(live->in_bytes + 1);
		if (live->in_bytes) {
			memcpy(input.message.text, live->in->data, live->in_bytes);
		}
		input.message.text[live->in_bytes] = '\0';
	}
	if (net_input(connection->net, &input) < 0) {
		net_live_close(connection, CLOSE_LATER);
	}
}

static int receive(struct net_connection *connection, const void *bytes, size_t size)
{
	struct net_live *live = connection->live;

	if (live->close_code) {
		return 0; /* what a closing client says does not count any more */
	}
	if (lws_frame_is_binary(connection->wsi)) {
		abuse(connection, CLOSE_ABUSE, "binary frame");
		return 0;
	}
	live->in_bytes += size;
	if (live->in_bytes > NET_FRAME_MAX_BYTES) {
		abuse(connection, CLOSE_TOO_LARGE, "message too large");
		return 0;
	}
	if (live->in_bytes <= FW_MESSAGE_MAX_BYTES && size) {
		g_byte_array_append(live->in, bytes, (guint)size);
	}
	if (!lws_is_final_fragment(connection->wsi) ||
		lws_remaining_packet_payload(connection->wsi)) {
		return 0;
	}
	if (!fw_token_bucket_take(&live->rate, fw_clock_monotonic_us())) {
		abuse(connection, CLOSE_ABUSE, "too many messages");
		return 0;
	}
	to_desk(connection);
	g_byte_array_set_size(live->in, 0);
	live->in_bytes = 0;
	return 0;
}

int net_live_callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *pss, void *in, size_t size)
{
	struct net_connection *connection = net_connection_of(wsi);

	(void)pss;
	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED:
		return open_connection(wsi);
	case LWS_CALLBACK_RECEIVE:
	case LWS_CALLBACK_RECEIVE_PONG:
	case LWS_CALLBACK_SERVER_WRITEABLE:
		if (!connection || !connection->live) {
			return -1;
		}
		connection->net->callbacks++;
		if (reason == LWS_CALLBACK_SERVER_WRITEABLE) {
			return write_waiting(connection);
		}
		connection->live->heard_us = fw_clock_monotonic_us();
		return reason == LWS_CALLBACK_RECEIVE ? receive(connection, in, size) : 0;
	case LWS_CALLBACK_CLOSED:
		if (connection) {
			net_live_free(connection);
		}
		return 0;
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		return 0; /* the other protocol takes the mail */
	default:
		return net_common_callback(wsi, reason);
	}
}
