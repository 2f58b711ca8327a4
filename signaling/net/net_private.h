/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the adapter share. Nobody else includes this.
 *
 * Owner: struct fw_net owns every connection; a connection lives from the first request or frame of
 * its socket until the library has destroyed the socket. Threads: the net thread, but for the mailbox
 * and the figures. Errors: callbacks answer 0, or -1 to have the library close the socket.
 */
#ifndef FW_SIGNALING_NET_PRIVATE_H
#define FW_SIGNALING_NET_PRIVATE_H

#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/mailbox.h"
#include "signaling/net/net.h"

#define NET_IDLE_S           60 /* a keep-alive connection without a request */
#define NET_STALL_S          15 /* head, body or TLS hello that does not come on */
#define NET_REPLY_S          120 /* the longest wait for an answer: checking a long recording */
#define NET_LINGER_S         5 /* reading on after a refusal, so that the client can read it */
#define NET_HEADERS_BYTES    16384 /* what the library keeps of a head; beyond, it cuts the line */
#define NET_HEADERS_MAX      8192 /* beyond, 431 */
#define NET_BODY_MAX_BYTES   65536 /* JSON bodies; ours need a few hundred */
#define NET_PIECES_MAX_BYTES (64 * 1024 * 1024) /* of uploads, in hand at once; beyond, 503 */
#define NET_LINGER_MAX_BYTES (1024 * 1024)
#define NET_PIECE_BYTES      32768 /* of one write */
#define NET_SOCKETS_MAX      (FW_CONNECTIONS_MAX + 1024) /* beyond, a new one is closed at once */
#define NET_PING_S           5 /* PROTOCOL.md 2 */
#define NET_HANGUP_S         12 /* PROTOCOL.md 2: a lost window shows on the wall within 15 s */
#define NET_CLOSE_S          5 /* for the frames before a close and the close itself */
#define NET_FRAME_MAX_BYTES  (256 * 1024) /* PROTOCOL.md 2: 1009 above */
#define NET_RATE_PER_S       200 /* PROTOCOL.md 2: 4000 above */
#define NET_QUEUE_MAX_BYTES  (4 * 1024 * 1024) /* waiting for one slow client */
#define NET_QUEUE_MAX        4096

enum net_mail {
	NET_MAIL_SEND,
	NET_MAIL_CLOSE,
	NET_MAIL_REPLY,
	NET_MAIL_STREAM,
	NET_MAIL_DATA,
	NET_MAIL_STOP,
};

struct net_message {
	uint64_t handle;
	union {
		char *text;
		int code;
		struct {
			int status;
			char *body;
			char *set_cookie;
		} reply;
		struct fw_net_stream stream;
		GBytes *bytes;
	};
};

struct net_http;
struct net_live;

struct net_connection {
	struct fw_net *net;
	struct lws *wsi;
	uint64_t handle; /* of the WebSocket, or of the request being answered; 0: none */
	struct net_http *http;
	struct net_live *live;
	bool to_write; /* is in the net's list */
};

struct net_figures {
	atomic_uint_fast64_t requests, refused_requests, websockets_opened, messages_in,
		messages_out, slow_clients, abusive_clients;
	atomic_uint websockets;
};

struct fw_net {
	struct fw_net_setup setup; /* borrowed parts of it */
	struct lws_context *context;
	struct fw_mailbox *mailbox;
	lws_sorted_usec_list_t look; /* the next look at quiet lines */
	unsigned connections; /* struct net_connection: sockets that were let in */
	GHashTable *by_handle; /* handle -> struct net_connection, borrowed */
	GArray *closed; /* uint64_t: ends the desk could not be told yet */
	uint64_t next_handle;
	pthread_t thread;
	bool started;
	bool stopping;
	size_t pieces_bytes; /* of uploads, from the head of a request to its answer */
	uint64_t callbacks; /* so far; a turn of the loop without any was for nothing */
	/* net_loop.c */
	int epoll; /* the mailbox and all sockets; -1: not yet */
	GArray *to_write; /* uint64_t: handles of WebSockets for which something waits */
	int64_t look_us; /* monotonic: when the library is to look at all sockets again */
	int64_t lively_until_us; /* monotonic: so long it looks sooner */
	uint64_t others_served; /* so far: new sockets, requests, answers */
	uint8_t *scratch; /* LWS_PRE + NET_PIECE_BYTES */
	struct net_figures figures;
};

/* net.c */
struct net_connection *net_connection_of(struct lws *wsi); /* NULL: none yet */
struct net_connection *net_connection_ensure(struct lws *wsi);
uint64_t net_handle_new(struct net_connection *connection);
void net_handle_drop(struct net_connection *connection);
/* What callbacks of both protocols have in common: mailbox, end of a socket. */
int net_common_callback(struct lws *wsi, enum lws_callback_reasons reason);
int net_input(struct fw_net *net, struct fw_desk_input *input);
void net_tell_closed(struct fw_net *net, uint64_t handle);
void net_take_mail(struct fw_net *net);

/* net_loop.c */
int net_loop_init(struct fw_net *net);
void net_loop_fini(struct fw_net *net);
/* Waits for something to do, and does it. Negative: the library gave up. */
int net_loop_turn(struct fw_net *net);
/* A new socket; then, with its handle, as a WebSocket. */
void net_loop_watch(struct net_connection *connection);
void net_loop_opened(struct net_connection *connection);
/* The WebSocket's writable callback is called when there is room. */
void net_loop_want_write(struct net_connection *connection);
/* What is no WebSocket has something to write. */
void net_loop_ask_now(struct fw_net *net);

/* A header field as newly allocated text; NULL: not there. */
char *net_header(struct lws *wsi, enum lws_token_indexes token);
/* The session cookie's value, or NULL. */
char *net_session_token(struct lws *wsi);
char *net_remote(struct lws *wsi);
/* The client is on this machine. */
bool net_is_local(struct lws *wsi);

/* net_http.c, net_answer.c */
int net_http_callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *pss, void *in, size_t size);
void net_http_reply(struct net_connection *connection, const struct net_message *message);
void net_http_stream(struct net_connection *connection, const struct net_message *message);
void net_http_data(struct net_connection *connection, GBytes *bytes);
void net_http_free(struct net_connection *connection);

/* net_live.c */
int net_live_callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *pss, void *in, size_t size);
/* Whether a request may become a WebSocket: 0, or -1 with the refusal in status and code. */
int net_live_check(struct lws *wsi, unsigned *ret_status, const char **ret_code);
void net_live_send(struct net_connection *connection, char *text);
void net_live_close(struct net_connection *connection, int code);
void net_live_free(struct net_connection *connection);
/* From now on those that say nothing are pinged, and closed. Once, when the context is there. */
void net_live_watch(struct fw_net *net);

#endif
