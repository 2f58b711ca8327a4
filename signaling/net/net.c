/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/net/net_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/limits.h"
#include "signaling/http_fields.h"

#define FW_LOG_TOPIC "net"
#include "base/log.h"

#define EMPTY_TURNS_MAX 64 /* turns of the loop in a row without a callback, then it is slowed */
#define EMPTY_TURN_US   1000
#define STOP_US         (1 * FW_US_PER_S)

/* The library keeps a buffer of that size for every WebSocket. Most messages are smaller; others come in pieces. */
#define LIVE_PIECE_BYTES 2048

static const struct lws_protocols protocols[] = {
	/* The first takes every plain request. A WebSocket without our sub-protocol never gets here:
	 * net_live_check() refuses it first. */
	{.name = "http", .callback = net_http_callback},
	{.name = "farwindow.v1", .callback = net_live_callback, .rx_buffer_size = LIVE_PIECE_BYTES},
	{0},
};

/* --- connections and handles ----------------------------------------------------------------- */

struct net_connection *net_connection_of(struct lws *wsi)
{
	return lws_get_opaque_user_data(wsi);
}

struct net_connection *net_connection_ensure(struct lws *wsi)
{
	struct net_connection *connection = net_connection_of(wsi);

	if (!connection) {
		connection = g_new0(struct net_connection, 1);
		connection->net = lws_context_user(lws_get_context(wsi));
		connection->wsi = wsi;
		connection->net->connections++;
		lws_set_opaque_user_data(wsi, connection);
	}
	return connection;
}

uint64_t net_handle_new(struct net_connection *connection)
{
	net_handle_drop(connection);
	connection->handle = connection->net->next_handle++;
	g_hash_table_insert(connection->net->by_handle, &connection->handle, connection);
	return connection->handle;
}

void net_handle_drop(struct net_connection *connection)
{
	if (connection->handle) {
		g_hash_table_remove(connection->net->by_handle, &connection->handle);
		connection->handle = 0;
	}
}

static void connection_free(struct lws *wsi)
{
	struct net_connection *connection = net_connection_of(wsi);

	if (!connection) {
		return;
	}
	lws_set_opaque_user_data(wsi, NULL);
	net_http_free(connection);
	net_live_free(connection);
	net_handle_drop(connection);
	connection->net->connections--;
	g_free(connection);
}

/* --- to the desk ------------------------------------------------------------------------------ */

int net_input(struct fw_net *net, struct fw_desk_input *input)
{
	int r = net->setup.ops->input(net->setup.user, input);

	if (r < 0) {
		fw_desk_input_clear(input);
	}
	return r;
}

/* The end of a connection must reach the desk, or its window would stay taken: kept until it does. */
static void flush_closed(struct fw_net *net)
{
	while (net->closed->len) {
		struct fw_desk_input input = {.kind = FW_IN_CLIENT_CLOSED};

		input.closed.connection = g_array_index(net->closed, uint64_t, net->closed->len - 1);
		if (net->setup.ops->input(net->setup.user, &input) < 0) {
			return;
		}
		g_array_set_size(net->closed, net->closed->len - 1);
	}
}

void net_tell_closed(struct fw_net *net, uint64_t handle)
{
	g_array_append_val(net->closed, handle);
	flush_closed(net);
}

/* --- header fields ----------------------------------------------------------------------------- */

char *net_header(struct lws *wsi, enum lws_token_indexes token)
{
	int size = lws_hdr_total_length(wsi, token);
	char *text;

	if (size <= 0) {
		return NULL;
	}
	text = g_malloc0((size_t)size + 1);
	if (lws_hdr_copy(wsi, text, size + 1, token) < 0) {
		g_free(text);
		return NULL;
	}
	return text;
}

char *net_session_token(struct lws *wsi)
{
	g_autofree char *cookies = net_header(wsi, WSI_TOKEN_HTTP_COOKIE);
	char token[FW_HTTP_TOKEN_MAX + 1];

	if (!cookies || fw_http_cookie(cookies, FW_HTTP_SESSION_COOKIE, token) < 0) {
		return NULL;
	}
	return g_strdup(token);
}

char *net_remote(struct lws *wsi)
{
	char name[INET6_ADDRSTRLEN] = "";

	(void)lws_get_peer_simple(wsi, name, sizeof(name));
	return g_strdup(name);
}

bool net_is_local(struct lws *wsi)
{
	struct sockaddr_in ours = {0};
	struct sockaddr_in theirs = {0};
	socklen_t ours_size = sizeof(ours);
	socklen_t theirs_size = sizeof(theirs);
	int fd = lws_get_socket_fd(wsi);

	return getsockname(fd, (struct sockaddr *)&ours, &ours_size) == 0 &&
		getpeername(fd, (struct sockaddr *)&theirs, &theirs_size) == 0 &&
		ours.sin_addr.s_addr == theirs.sin_addr.s_addr;
}

/* --- mailbox ------------------------------------------------------------------------------------ */

static void message_clear(enum net_mail type, struct net_message *message)
{
	switch (type) {
	case NET_MAIL_SEND:
		g_free(message->text);
		break;
	case NET_MAIL_REPLY:
		g_free(message->reply.body);
		g_free(message->reply.set_cookie);
		break;
	case NET_MAIL_STREAM:
		g_free(message->stream.attachment);
		break;
	case NET_MAIL_DATA:
		g_clear_pointer(&message->bytes, g_bytes_unref);
		break;
	case NET_MAIL_CLOSE:
	case NET_MAIL_STOP:
		break;
	}
}

static void post(struct fw_net *net, enum net_mail type, struct net_message *message)
{
	int r = fw_mailbox_post(net->mailbox, type, message, sizeof(*message));

	if (r == -EPIPE) {
		message_clear(type, message); /* the server is closing */
	} else if (r < 0) {
		fw_error("answer lost handle=%" G_GUINT64_FORMAT " error=%s", message->handle,
			g_strerror(-r));
		message_clear(type, message);
	}
}

static void deliver(struct fw_net *net, enum net_mail type, struct net_message *message)
{
	struct net_connection *connection;

	if (type == NET_MAIL_STOP) {
		GHashTableIter each;

		net->stopping = true;
		g_hash_table_iter_init(&each, net->by_handle);
		while (g_hash_table_iter_next(&each, NULL, (void **)&connection)) {
			if (connection->live) {
				net_live_close(connection, 1012);
			}
		}
		return;
	}
	connection = g_hash_table_lookup(net->by_handle, &message->handle);
	if (!connection) {
		if (type == NET_MAIL_DATA || type == NET_MAIL_STREAM) {
			net->setup.ops->gone(net->setup.user, message->handle);
		}
		message_clear(type, message);
		return;
	}
	if (connection->live && type == NET_MAIL_SEND) {
		net_live_send(connection, g_steal_pointer(&message->text));
	} else if (connection->live && type == NET_MAIL_CLOSE) {
		net_live_close(connection, message->code);
	} else if (connection->http && type == NET_MAIL_REPLY) {
		net_http_reply(connection, message);
	} else if (connection->http && type == NET_MAIL_STREAM) {
		net_http_stream(connection, message);
	} else if (connection->http && type == NET_MAIL_DATA) {
		net_http_data(connection, g_steal_pointer(&message->bytes));
	}
	message_clear(type, message);
}

void net_take_mail(struct fw_net *net)
{
	struct fw_message mail;

	(void)fw_mailbox_take(net->mailbox);
	while (fw_mailbox_next(net->mailbox, &mail)) {
		struct net_message message;

		memcpy(&message, mail.body, sizeof(message));
		deliver(net, mail.type, &message);
	}
}

/* Nobody is left to be answered. */
static void discard_mail(struct fw_net *net)
{
	struct fw_message mail;

	fw_mailbox_close(net->mailbox);
	(void)fw_mailbox_take(net->mailbox);
	while (fw_mailbox_next(net->mailbox, &mail)) {
		struct net_message message;

		memcpy(&message, mail.body, sizeof(message));
		message_clear(mail.type, &message);
	}
}

static void wake(void *user)
{
	struct fw_net *net = user;

	lws_cancel_service(net->context);
}

void fw_net_send(struct fw_net *net, uint64_t connection, char *text)
{
	struct net_message message = {.handle = connection, .text = text};

	post(net, NET_MAIL_SEND, &message);
}

void fw_net_close(struct fw_net *net, uint64_t connection, int code)
{
	struct net_message message = {.handle = connection, .code = code};

	post(net, NET_MAIL_CLOSE, &message);
}

void fw_net_reply(struct fw_net *net, uint64_t request, int status, char *body, char *set_cookie)
{
	struct net_message message = {.handle = request, .reply = {status, body, set_cookie}};

	post(net, NET_MAIL_REPLY, &message);
}

void fw_net_stream_begin(struct fw_net *net, uint64_t request, const struct fw_net_stream *stream)
{
	struct net_message message = {.handle = request, .stream = *stream};

	post(net, NET_MAIL_STREAM, &message);
}

void fw_net_stream_data(struct fw_net *net, uint64_t request, GBytes *bytes)
{
	struct net_message message = {.handle = request, .bytes = bytes};

	post(net, NET_MAIL_DATA, &message);
}

/* --- the thread --------------------------------------------------------------------------------- */

int net_common_callback(struct lws *wsi, enum lws_callback_reasons reason)
{
	struct fw_net *net = lws_context_user(lws_get_context(wsi));

	if (!net) {
		return 0; /* the context is being made */
	}
	net->callbacks++;
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
		net_take_mail(net);
		flush_closed(net);
	} else if (reason == LWS_CALLBACK_FILTER_NETWORK_CONNECTION) {
		net->others_served++;
		return net->connections < NET_SOCKETS_MAX ? 0 : -1;
	} else if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED) {
		net_loop_watch(net_connection_ensure(wsi)); /* also counts it */
	} else if (reason == LWS_CALLBACK_WSI_DESTROY) {
		connection_free(wsi);
	}
	return 0;
}

/*
 * The library's loop can be made to turn for nothing while a client sends what cannot be read yet
 * (a pipelined request behind a long download): sleeping a little bounds what that costs.
 */
static void brake(struct fw_net *net, uint64_t *callbacks, unsigned *empty_turns)
{
	if (net->callbacks != *callbacks) {
		*callbacks = net->callbacks;
		*empty_turns = 0;
	} else if (++*empty_turns > EMPTY_TURNS_MAX) {
		g_usleep(EMPTY_TURN_US);
	}
}

static void *run(void *user)
{
	struct fw_net *net = user;
	int64_t stop_us = INT64_MAX;
	uint64_t callbacks = 0;
	unsigned empty_turns = 0;

	(void)pthread_setname_np(pthread_self(), "net");
	while (fw_clock_monotonic_us() < stop_us) {
		if (net_loop_turn(net) < 0) {
			fw_error("the network loop ended by itself");
			break;
		}
		brake(net, &callbacks, &empty_turns);
		if (net->stopping && stop_us == INT64_MAX) {
			stop_us = fw_clock_monotonic_us() + STOP_US;
		}
		if (net->stopping && !atomic_load(&net->figures.websockets)) {
			break;
		}
	}
	discard_mail(net);
	return NULL;
}

static void log_line(int level, const char *line)
{
	(void)level;
	/* Clients can bring about every line of the library, so none is more than a hint. */
	fw_debug("%.*s", (int)strcspn(line, "\n"), line);
}

/* The library only says that it could not bind; this says why. */
static int check_port(const struct fw_net_setup *setup)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(setup->port)};
	fw_autoclose int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0) {
		return -errno;
	}
	if (inet_pton(AF_INET, setup->listen, &address.sin_addr) != 1) {
		return -EADDRNOTAVAIL;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0) {
		return -errno;
	}
	return 0;
}

static struct lws_context *create_context(struct fw_net *net)
{
	static const lws_retry_bo_t none = {0}; /* pings are ours: net_live_watch() */
	const struct fw_net_setup *setup = &net->setup;
	struct lws_context_creation_info info = {0};

	lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
	/* Without DISABLE_IPV6 an IPv4 address given here would be bound on every address. Who types
	 * http:// is sent to https://; the library serves nothing else in the clear. */
	info.options = LWS_SERVER_OPTION_DISABLE_IPV6 | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
		LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
		LWS_SERVER_OPTION_REDIRECT_HTTP_TO_HTTPS |
		LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT;
	info.port = setup->port;
	info.iface = strcmp(setup->listen, "0.0.0.0") ? setup->listen : NULL;
	info.alpn = "http/1.1"; /* the library's HTTP/2 is not safe to use */
	info.protocols = protocols;
	info.user = net;
	info.uid = (uid_t)-1;
	info.gid = (gid_t)-1;
	info.server_ssl_cert_mem = setup->certificate_pem;
	info.server_ssl_cert_mem_len = (unsigned)strlen(setup->certificate_pem);
	info.server_ssl_private_key_mem = setup->key_pem;
	info.server_ssl_private_key_mem_len = (unsigned)strlen(setup->key_pem);
	info.retry_and_idle_policy = &none;
	info.timeout_secs = NET_STALL_S;
	info.keepalive_timeout = NET_IDLE_S;
	info.max_http_header_data = NET_HEADERS_BYTES;
	/* Not its fd_limit_per_thread: with that it looks for a socket's connection by going through all of them. */
	return lws_create_context(&info);
}

int fw_net_create(const struct fw_net_setup *setup, struct fw_net **ret_net)
{
	fw_cleanup(fw_net_destroy) struct fw_net *net = g_new0(struct fw_net, 1);
	struct fw_mailbox_options options = {.wake = wake, .wake_user = net};
	int r = check_port(setup);

	net->epoll = -1;
	if (r < 0) {
		return r;
	}
	net->setup = *setup;
	net->next_handle = 1;
	net->by_handle = g_hash_table_new(g_int64_hash, g_int64_equal);
	net->closed = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	net->scratch = g_malloc(LWS_PRE + NET_PIECE_BYTES);
	r = fw_mailbox_create(&options, &net->mailbox);
	if (r == 0) {
		r = net_loop_init(net);
	}
	if (r < 0) {
		return r;
	}
	net->context = create_context(net);
	if (!net->context) {
		return -EIO;
	}
	net_live_watch(net);
	*ret_net = g_steal_pointer(&net);
	return 0;
}

int fw_net_start(struct fw_net *net)
{
	int r = -pthread_create(&net->thread, NULL, run, net);

	net->started = r == 0;
	return r;
}

void fw_net_stop(struct fw_net *net)
{
	struct net_message message = {0};

	if (!net->started) {
		return;
	}
	post(net, NET_MAIL_STOP, &message);
	(void)pthread_join(net->thread, NULL);
	net->started = false;
}

void fw_net_destroy(struct fw_net *net)
{
	if (!net) {
		return;
	}
	fw_net_stop(net);
	if (net->context) {
		lws_context_destroy(net->context);
	}
	net_loop_fini(net);
	g_clear_pointer(&net->mailbox, fw_mailbox_destroy);
	g_clear_pointer(&net->by_handle, g_hash_table_unref);
	if (net->closed) {
		(void)g_array_free(net->closed, TRUE);
	}
	g_free(net->scratch);
	g_free(net);
}

void fw_net_read_figures(const struct fw_net *net, struct fw_net_figures *ret_figures)
{
	const struct net_figures *figures = &net->figures;

	*ret_figures = (struct fw_net_figures){
		.requests = atomic_load(&figures->requests),
		.refused_requests = atomic_load(&figures->refused_requests),
		.websockets_opened = atomic_load(&figures->websockets_opened),
		.messages_in = atomic_load(&figures->messages_in),
		.messages_out = atomic_load(&figures->messages_out),
		.slow_clients = atomic_load(&figures->slow_clients),
		.abusive_clients = atomic_load(&figures->abusive_clients),
		.websockets = atomic_load(&figures->websockets),
	};
}
