/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line:  IDLE ──lines_open()──▶ QUEUED ──▶ SHAKING (TCP, TLS) ──▶ UPGRADING ──101──▶ OPEN
 *          any but IDLE ──failure, end──▶ CLOSED
 *
 * What cannot be written at once waits in `out`; what has come of an unfinished frame waits in `in`.
 */
#include "tests/bench/lines.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX  512
#define READ_BYTES  65536
#define FRAME_MAX   (16 + READ_BYTES) /* head, mask, payload */
#define HEAD_MAX    4096 /* of the answer to the upgrade */
#define OPCODE_TEXT 0x81 /* RFC 6455 5.2: FIN and the opcode */
#define OPCODE_END  0x88
#define OPCODE_PING 0x89
#define OPCODE_PONG 0x8a

enum state {
	IDLE,
	QUEUED,
	SHAKING,
	UPGRADING,
	OPEN,
	CLOSED
};

struct line {
	enum state state;
	int fd;
	bool wants_write;
	SSL *ssl;
	char *cookie;
	GByteArray *in, *out; /* NULL: empty */
};

struct lines {
	const struct lines_ops *ops;
	void *user;
	SSL_CTX *tls;
	int epoll;
	uint16_t port;
	unsigned count, opening;
	GQueue queued; /* numbers of lines */
	uint8_t *buffer; /* READ_BYTES + 1 */
	struct line *lines;
};

struct lines *lines_create(unsigned count, uint16_t port, const struct lines_ops *ops, void *user)
{
	struct lines *lines = g_new0(struct lines, 1);

	lines->ops = ops;
	lines->user = user;
	lines->port = port;
	lines->count = count;
	lines->lines = g_new0(struct line, count);
	lines->buffer = g_malloc(READ_BYTES + 1);
	lines->epoll = epoll_create1(EPOLL_CLOEXEC);
	lines->tls = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_mode(lines->tls,
		SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
			SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	g_queue_init(&lines->queued);
	return lines;
}

/* All but `in`, which somebody may be reading. */
static void free_line(struct line *line)
{
	g_clear_pointer(&line->ssl, SSL_free);
	g_clear_pointer(&line->cookie, g_free);
	g_clear_pointer(&line->out, g_byte_array_unref);
	if (line->state > QUEUED && line->state < CLOSED) {
		(void)close(line->fd);
	}
}

void lines_destroy(struct lines *lines)
{
	for (unsigned i = 0; i < lines->count; i++) {
		free_line(&lines->lines[i]);
		g_clear_pointer(&lines->lines[i].in, g_byte_array_unref);
	}
	g_queue_clear(&lines->queued);
	SSL_CTX_free(lines->tls);
	(void)close(lines->epoll);
	g_free(lines->buffer);
	g_free(lines->lines);
	g_free(lines);
}

static void fail(struct lines *lines, struct line *line, const char *why)
{
	if (line->state == CLOSED) {
		return;
	}
	lines->opening -= line->state == SHAKING || line->state == UPGRADING;
	free_line(line);
	line->state = CLOSED;
	lines->ops->closed(lines->user, (unsigned)(line - lines->lines), why);
}

/* --- out ------------------------------------------------------------------------------------------ */

static void watch(struct lines *lines, struct line *line, bool write)
{
	struct epoll_event event = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = line};

	if (line->wants_write != write) {
		line->wants_write = write;
		(void)epoll_ctl(lines->epoll, EPOLL_CTL_MOD, line->fd, &event);
	}
}

static void flush(struct lines *lines, struct line *line)
{
	while (line->out && line->out->len > 0) {
		int n = SSL_write(line->ssl, line->out->data, (int)line->out->len);

		if (n <= 0) {
			if (SSL_get_error(line->ssl, n) != SSL_ERROR_WANT_WRITE) {
				fail(lines, line, "cannot write");
				return;
			}
			watch(lines, line, true);
			return;
		}
		g_byte_array_remove_range(line->out, 0, (guint)n);
	}
	g_clear_pointer(&line->out, g_byte_array_unref);
	watch(lines, line, false);
}

static void put(struct lines *lines, struct line *line, const void *bytes, size_t size)
{
	if (!line->out) {
		line->out = g_byte_array_sized_new((guint)size);
	}
	g_byte_array_append(line->out, bytes, (guint)size);
	flush(lines, line);
}

/* The mask is to keep proxies from reading what a page wrote; here a constant one serves. */
static void put_frame(
	struct lines *lines, struct line *line, uint8_t opcode, const void *payload, size_t size)
{
	static const uint8_t mask[4] = {0x5a, 0xc3, 0x17, 0x88};
	uint8_t frame[FRAME_MAX];
	size_t at = 0;

	g_assert(size <= READ_BYTES - 1);
	frame[at++] = opcode;
	if (size < 126) {
		frame[at++] = (uint8_t)(0x80 | size);
	} else {
		frame[at++] = 0x80 | 126;
		frame[at++] = (uint8_t)(size >> 8);
		frame[at++] = (uint8_t)size;
	}
	memcpy(frame + at, mask, sizeof(mask));
	at += sizeof(mask);
	for (size_t i = 0; i < size; i++) {
		frame[at++] = ((const uint8_t *)payload)[i] ^ mask[i % 4];
	}
	put(lines, line, frame, at);
}

void lines_send(struct lines *lines, unsigned line, const char *text)
{
	if (lines->lines[line].state == OPEN) {
		put_frame(lines, &lines->lines[line], OPCODE_TEXT, text, strlen(text));
	}
}

/* --- opening -------------------------------------------------------------------------------------- */

static void begin(struct lines *lines, struct line *line)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(lines->port)};
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = line};
	int on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	line->state = SHAKING;
	lines->opening++;
	if (line->fd < 0) {
		fail(lines, line, "no descriptor left");
		return;
	}
	(void)setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(line->fd, (struct sockaddr *)&address, sizeof(address)) < 0 &&
		errno != EINPROGRESS) {
		fail(lines, line, "refused");
		return;
	}
	line->ssl = SSL_new(lines->tls);
	SSL_set_connect_state(line->ssl);
	(void)SSL_set_fd(line->ssl, line->fd);
	line->wants_write = true;
	(void)epoll_ctl(lines->epoll, EPOLL_CTL_ADD, line->fd, &event);
}

void lines_open(struct lines *lines, unsigned number, const char *cookie)
{
	struct line *line = &lines->lines[number];

	g_assert(line->state == IDLE);
	line->state = QUEUED;
	line->cookie = g_strdup(cookie);
	g_queue_push_tail(&lines->queued, GUINT_TO_POINTER(number));
}

static void shake(struct lines *lines, struct line *line)
{
	g_autofree char *head = NULL;
	int r = SSL_do_handshake(line->ssl);

	if (r != 1) {
		int error = SSL_get_error(line->ssl, r);

		if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
			watch(lines, line, error == SSL_ERROR_WANT_WRITE);
		} else {
			fail(lines, line, "TLS handshake");
		}
		return;
	}
	line->state = UPGRADING;
	head = g_strdup_printf("GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
			       "Connection: Upgrade\r\nUpgrade: websocket\r\n"
			       "Sec-WebSocket-Version: 13\r\n"
			       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
			       "Sec-WebSocket-Protocol: farwindow.v1\r\n"
			       "Cookie: fw_session=%s\r\n\r\n",
		lines->port, line->cookie);
	put(lines, line, head, strlen(head));
}

/* --- in ------------------------------------------------------------------------------------------- */

/* How many bytes of the answer to the upgrade are there; 0: not all of it. */
static size_t upgrade(struct lines *lines, struct line *line, const uint8_t *bytes, size_t size)
{
	const uint8_t *end = memmem(bytes, size, "\r\n\r\n", 4);

	if (!end) {
		if (size > HEAD_MAX) {
			fail(lines, line, "no end of the head");
		}
		return 0;
	}
	if (size < 12 || memcmp(bytes, "HTTP/1.1 101", 12) != 0) {
		fail(lines, line, "not upgraded");
		return 0;
	}
	line->state = OPEN;
	lines->opening--;
	lines->ops->opened(lines->user, (unsigned)(line - lines->lines));
	return (size_t)(end - bytes) + 4;
}

static void take_frame(
	struct lines *lines, struct line *line, uint8_t opcode, uint8_t *payload, size_t size)
{
	uint8_t behind;

	switch (opcode) {
	case OPCODE_TEXT:
		behind = payload[size]; /* the next frame's, or of the buffer's last byte */
		payload[size] = '\0';
		lines->ops->text(
			lines->user, (unsigned)(line - lines->lines), (const char *)payload, size);
		payload[size] = behind;
		break;
	case OPCODE_PING:
		put_frame(lines, line, OPCODE_PONG, payload, size);
		break;
	case OPCODE_END:
		fail(lines, line, "closed by the server");
		break;
	default:
		fail(lines, line, "a frame that was not expected");
	}
}

/* The frame at the beginning: its bytes, 0 when not all are there. */
static size_t frame(struct lines *lines, struct line *line, uint8_t *bytes, size_t size)
{
	size_t head = 2, payload;

	if (size < head) {
		return 0;
	}
	payload = bytes[1];
	if (payload == 126) {
		head = 4;
		if (size < head) {
			return 0;
		}
		payload = (size_t)bytes[2] << 8 | bytes[3];
	} else if (payload > 126) {
		fail(lines, line, "a frame that is too large");
		return 0;
	}
	if (size < head + payload) {
		return 0;
	}
	take_frame(lines, line, bytes[0], bytes + head, payload);
	return head + payload;
}

/* All that is complete; what is left of it. bytes[size] may be written. */
static size_t take(struct lines *lines, struct line *line, uint8_t *bytes, size_t size)
{
	size_t at = 0, used;

	do {
		used = line->state == OPEN ? frame(lines, line, bytes + at, size - at)
					   : upgrade(lines, line, bytes + at, size - at);
		at += used;
	} while (used > 0 && at < size && line->state != CLOSED);
	return line->state == CLOSED ? 0 : size - at;
}

/* In front of what has come stands what was left of before. */
static void receive(struct lines *lines, struct line *line, size_t size)
{
	size_t left;

	if (!line->in) {
		left = take(lines, line, lines->buffer, size);
		if (left > 0) {
			line->in = g_byte_array_new();
			g_byte_array_append(line->in, lines->buffer + size - left, (guint)left);
		}
		return;
	}
	g_byte_array_append(line->in, lines->buffer, (guint)size);
	size = line->in->len;
	g_byte_array_append(line->in, (const uint8_t *)"", 1); /* for the text's end */
	left = take(lines, line, line->in->data, size);
	if (line->state == CLOSED) {
		return;
	}
	g_byte_array_set_size(line->in, (guint)size);
	g_byte_array_remove_range(line->in, 0, (guint)(size - left));
	if (left == 0) {
		g_clear_pointer(&line->in, g_byte_array_unref);
	}
}

static void read_line(struct lines *lines, struct line *line)
{
	while (line->state == UPGRADING || line->state == OPEN) {
		int n = SSL_read(line->ssl, lines->buffer, READ_BYTES);

		if (n <= 0) {
			if (SSL_get_error(line->ssl, n) != SSL_ERROR_WANT_READ) {
				fail(lines, line, "ended by the server");
			}
			return;
		}
		receive(lines, line, (size_t)n);
	}
}

void lines_turn(struct lines *lines, int timeout_ms)
{
	struct epoll_event events[EVENTS_MAX];
	int count;

	while (lines->opening < LINES_OPENING && !g_queue_is_empty(&lines->queued)) {
		begin(lines, &lines->lines[GPOINTER_TO_UINT(g_queue_pop_head(&lines->queued))]);
	}
	count = epoll_wait(lines->epoll, events, EVENTS_MAX, timeout_ms);
	for (int i = 0; i < count; i++) {
		struct line *line = events[i].data.ptr;

		if (line->state == SHAKING) {
			shake(lines, line);
		}
		if (line->state != SHAKING && line->state != CLOSED && line->wants_write) {
			flush(lines, line);
		}
		read_line(lines, line);
	}
}
