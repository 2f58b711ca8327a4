/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Net: HTTPS and WebSocket on one port; the adapter over libwebsockets (HTTP/1.1 only, one thread with
 * the library's own loop). It reads requests and frames and knows no business: what a signed-in
 * client wants goes to the desk as an input, what comes back is written out.
 *
 *     client ──▶ net thread ──ops.input──▶ desk's mailbox
 *     client ◀── net thread ◀──mailbox──── fw_net_send(), fw_net_reply() ... from any thread
 *
 * Files: net.c thread, mailbox, handles; net_http.c requests, net_answer.c answers; net_live.c the
 * WebSocket.
 *
 * Owner: main. Threads: create, start, stop, destroy from main; the ops run on the net thread and must
 * not block; everything marked "any thread" may be called from any.
 * Errors: -EADDRINUSE, -EADDRNOTAVAIL, -EACCES of the port; -EBADMSG certificate or key unusable;
 * -EIO the library does not start. Answers to a handle that is gone are dropped: the client left.
 */
#ifndef FW_SIGNALING_NET_NET_H
#define FW_SIGNALING_NET_NET_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "base/cleanup.h"
#include "signaling/desk_io.h"
#include "signaling/static_files.h"

struct fw_net;

struct fw_net_ops {
	/* On 0 the input's strings are the receiver's; else (-EOVERFLOW: the desk is behind) the
	 * client is told so. */
	int (*input)(void *user, struct fw_desk_input *input);
	/* What fw_net_stream_data() gave is out: the next piece may come. */
	void (*drained)(void *user, uint64_t request);
	/* The client of a request left before the answer was whole. */
	void (*gone)(void *user, uint64_t request);
	/* Body of GET /api/v1/health, newly allocated; local: the asker is on this machine. */
	char *(*health)(void *user, bool local);
};

struct fw_net_setup {
	const char *listen; /* IPv4 address; "0.0.0.0": every one */
	uint16_t port;
	const char *certificate_pem; /* borrowed during create */
	const char *key_pem;
	bool trusted_certificate; /* of an authority: promise HTTPS for the future (HSTS) */
	const struct fw_static_files *files; /* borrowed; NULL: no web client */
	GBytes *openapi; /* borrowed; NULL: none */
	const struct fw_net_ops *ops;
	void *user;
};

/* Binds the port; connections wait until start. */
int fw_net_create(const struct fw_net_setup *setup, struct fw_net **ret_net);
int fw_net_start(struct fw_net *net);

/* Closes every WebSocket with 1012 and ends the thread, within about a second. Fine if not started. */
void fw_net_stop(struct fw_net *net);
void fw_net_destroy(struct fw_net *net);
FW_DEFINE_CLEANUP(struct fw_net, fw_net_destroy)

/* --- any thread ------------------------------------------------------------------------------ */

/* Takes the text (g_malloc) over. */
void fw_net_send(struct fw_net *net, uint64_t connection, char *text);

/* After what was sent before. code: PROTOCOL.md 2. */
void fw_net_close(struct fw_net *net, uint64_t connection, int code);

/* Takes body (JSON; NULL: none) and set_cookie (may be NULL) over. */
void fw_net_reply(struct fw_net *net, uint64_t request, int status, char *body, char *set_cookie);

/* The head of an answer whose body follows in pieces. */
struct fw_net_stream {
	int status; /* 200 or 206; 416: no body follows, size_bytes is the file's size */
	const char *media_type; /* a constant */
	int64_t length_bytes; /* of the body */
	int64_t first_byte, size_bytes; /* of 206 and 416: Content-Range */
	char *attachment; /* file name of a download, or NULL; taken over */
};
void fw_net_stream_begin(struct fw_net *net, uint64_t request, const struct fw_net_stream *stream);

/* Takes a reference over. At most one piece is under way until ops.drained. NULL: the body cannot be
 * finished, the connection is cut so that the client does not take it for whole. */
void fw_net_stream_data(struct fw_net *net, uint64_t request, GBytes *bytes);

struct fw_net_figures {
	uint64_t requests, refused_requests, websockets_opened, messages_in, messages_out,
		slow_clients, abusive_clients;
	uint32_t websockets;
};
void fw_net_read_figures(const struct fw_net *net, struct fw_net_figures *ret_figures);

#endif
