/* SPDX-License-Identifier: Apache-2.0 */
#include "media/tcp.h"

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#define FRAME_HEADER   2 /* RFC 4571 2 */
#define READS_PER_TURN 8 /* then others have theirs */
#define NAME_BYTES     sizeof(struct sockaddr_in6)

struct fw_tcp {
	int fd;
	struct fw_media_counters *counters;
	size_t in_bytes;
	size_t out_from, out_to; /* queued bytes out[from ... to - 1] */
	uint8_t *out; /* FW_TCP_QUEUE_BYTES, from the first packet on: strangers get none */
	uint8_t in[4 * (FRAME_HEADER + FW_TCP_PACKET_MAX)];
	uint8_t packet[FW_TCP_PACKET_MAX + 64] __attribute__((aligned(16)));
};

int fw_tcp_listen(const struct sockaddr_storage *local, int *ret_fd, uint16_t *ret_port)
{
	struct sockaddr_storage bound;
	socklen_t bound_bytes = sizeof(bound);
	int on = 1;
	fw_autoclose int fd =
		socket(local->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		(local->ss_family == AF_INET6 &&
			setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
		bind(fd, (const struct sockaddr *)local, NAME_BYTES) < 0 ||
		listen(fd, SOMAXCONN) < 0 ||
		getsockname(fd, (struct sockaddr *)&bound, &bound_bytes) < 0) {
		return -errno;
	}
	*ret_port = ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
						      : ((struct sockaddr_in *)&bound)->sin_port);
	*ret_fd = fw_steal_fd(&fd);
	return 0;
}

int fw_tcp_accept(int listener, struct fw_media_counters *counters,
	struct sockaddr_storage *ret_from, struct fw_tcp **ret_tcp)
{
	socklen_t bytes = sizeof(*ret_from);
	int on = 1;
	fw_autoclose int fd = accept4(
		listener, (struct sockaddr *)ret_from, &bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct fw_tcp *tcp;

	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0) {
		return -errno;
	}
	tcp = g_new0(struct fw_tcp, 1);
	tcp->fd = fw_steal_fd(&fd);
	tcp->counters = counters;
	*ret_tcp = tcp;
	return 0;
}

void fw_tcp_destroy(struct fw_tcp *tcp)
{
	(void)close(tcp->fd);
	g_free(tcp->out);
	g_free(tcp);
}

int fw_tcp_fd(const struct fw_tcp *tcp)
{
	return tcp->fd;
}

/* Hands over the whole packets at the start of the buffer and moves the rest to the front. */
static int take_packets(
	struct fw_tcp *tcp, void (*packet)(void *user, uint8_t *packet, size_t bytes), void *user)
{
	size_t used = 0;

	while (tcp->in_bytes - used >= FRAME_HEADER) {
		size_t bytes = (size_t)(tcp->in[used] << 8 | tcp->in[used + 1]);

		if (bytes > FW_TCP_PACKET_MAX) {
			return -EBADMSG;
		}
		if (tcp->in_bytes - used < FRAME_HEADER + bytes) {
			break;
		}
		/* To an aligned place: what reads packets expects what recvmmsg gives. */
		memcpy(tcp->packet, tcp->in + used + FRAME_HEADER, bytes);
		packet(user, tcp->packet, bytes);
		used += FRAME_HEADER + bytes;
	}
	tcp->in_bytes -= used;
	memmove(tcp->in, tcp->in + used, tcp->in_bytes);
	return 0;
}

int fw_tcp_read(
	struct fw_tcp *tcp, void (*packet)(void *user, uint8_t *packet, size_t bytes), void *user)
{
	for (unsigned i = 0; i < READS_PER_TURN; i++) {
		ssize_t got = recv(tcp->fd, tcp->in + tcp->in_bytes,
			sizeof(tcp->in) - tcp->in_bytes, MSG_DONTWAIT);
		int r;

		fw_count(tcp->counters, FW_COUNT_RECEIVE_CALLS);
		if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			return 0;
		}
		if (got <= 0) {
			return -EPIPE;
		}
		tcp->in_bytes += (size_t)got;
		r = take_packets(tcp, packet, user);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

bool fw_tcp_send(struct fw_tcp *tcp, const uint8_t *packet, size_t bytes)
{
	bool was_empty = tcp->out_from == tcp->out_to;

	if (!tcp->out) {
		tcp->out = g_malloc(FW_TCP_QUEUE_BYTES);
	}
	if (was_empty) {
		tcp->out_from = tcp->out_to = 0;
	}
	if (tcp->out_to + FRAME_HEADER + bytes > FW_TCP_QUEUE_BYTES && tcp->out_from > 0) {
		memmove(tcp->out, tcp->out + tcp->out_from, tcp->out_to - tcp->out_from);
		tcp->out_to -= tcp->out_from;
		tcp->out_from = 0;
	}
	if (tcp->out_to + FRAME_HEADER + bytes > FW_TCP_QUEUE_BYTES) {
		fw_count(tcp->counters, FW_DROP_SEND_FULL);
		return was_empty;
	}
	tcp->out[tcp->out_to] = (uint8_t)(bytes >> 8);
	tcp->out[tcp->out_to + 1] = (uint8_t)bytes;
	memcpy(tcp->out + tcp->out_to + FRAME_HEADER, packet, bytes);
	tcp->out_to += FRAME_HEADER + bytes;
	fw_count(tcp->counters, FW_COUNT_DATAGRAMS_OUT);
	return was_empty;
}

int fw_tcp_flush(struct fw_tcp *tcp, bool *ret_pending)
{
	while (tcp->out_from < tcp->out_to) {
		ssize_t sent = send(tcp->fd, tcp->out + tcp->out_from, tcp->out_to - tcp->out_from,
			MSG_DONTWAIT | MSG_NOSIGNAL);

		fw_count(tcp->counters, FW_COUNT_SEND_CALLS);
		if (sent < 0 && errno == EINTR) {
			continue;
		}
		if (sent < 0 && errno != EAGAIN) {
			return -EPIPE;
		}
		if (sent < 0) {
			break;
		}
		tcp->out_from += (size_t)sent;
	}
	*ret_pending = tcp->out_from < tcp->out_to;
	return 0;
}
