/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two files of the HTTP half share: net_http.c reads requests, net_answer.c answers them.
 * States: the diagram in net_http.c.
 *
 * Owner: the connection. Threads: net's. Errors: 0, or -1 to have the library close the socket.
 */
#ifndef FW_SIGNALING_NET_HTTP_H
#define FW_SIGNALING_NET_HTTP_H

#include "signaling/http_range.h"
#include "signaling/net/net_private.h"
#include "signaling/router.h"

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
	size_t reserved_bytes; /* of struct fw_net's pieces_bytes, until the answer is out */
	bool body_unread; /* refused before its body had come: read no more requests from here */
	bool body_endless; /* the library waits for a body of unknown length */
	size_t lingered_bytes;
	int64_t stalled_us; /* when a client that takes nothing is given up, monotonic */

	GQueue out; /* GBytes to write */
	size_t out_offset; /* in its head */
	int64_t stream_left; /* bytes of the body that pieces must still bring; 0: all is in out */
	bool streaming;
};

/* Forgets the request; the next one may come. */
void net_http_reset(struct net_connection *connection);
struct net_http *net_http_of(struct net_connection *connection);

/* While the answer is being made the socket is not read. */
void net_http_hold(struct net_connection *connection);

/* json is taken over; NULL: no body. extra_name may be NULL. */
void net_http_answer_json(struct net_connection *connection, unsigned status, char *json,
	const char *extra_name, const char *extra);
void net_http_answer_file(struct net_connection *connection, const char *path, const char *match,
	const char *encodings);
void net_http_answer_openapi(struct net_connection *connection);
/* A JSON error; always 0. */
int net_http_refuse(struct net_connection *connection, unsigned status, const char *code);

/* The socket can be written. */
int net_http_write(struct net_connection *connection);

#endif
