/* SPDX-License-Identifier: Apache-2.0 */
/* Passive ICE-TCP (RFC 6544): packets over a TCP connection, each behind its length (RFC 4571).
 *
 * Owner: the creator.  Threads: one.
 * Errors: negative errno of the socket calls in listen and accept; -EPIPE the connection is over, -EBADMSG it breaks the framing.
 */
#ifndef FW_MEDIA_TCP_H
#define FW_MEDIA_TCP_H

#include "base/cleanup.h"
#include "media/counters.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define FW_TCP_PACKET_MAX 1600 /* as of a datagram: media packets are made for UDP */
/* Waiting to be sent: half a second at 4 Mbit/s; older media is of no use. */
#define FW_TCP_QUEUE_BYTES (256 * 1024)

struct fw_tcp;

/* A listening socket; *ret_port is what it got. */
int fw_tcp_listen(const struct sockaddr_storage *local, int *ret_fd, uint16_t *ret_port);

/* -EAGAIN: nobody waits. */
int fw_tcp_accept(int listener, struct fw_media_counters *counters,
	struct sockaddr_storage *ret_from, struct fw_tcp **ret_tcp);
void fw_tcp_destroy(struct fw_tcp *tcp); /* closes at once, what is queued is lost */
FW_DEFINE_CLEANUP(struct fw_tcp, fw_tcp_destroy)
int fw_tcp_fd(const struct fw_tcp *tcp);

/* Reads what is there and hands over each packet, borrowed and writable. */
int fw_tcp_read(
	struct fw_tcp *tcp, void (*packet)(void *user, uint8_t *packet, size_t bytes), void *user);
/* Queues a packet, whole or not at all. True: the queue was empty, so a flush is due. */
bool fw_tcp_send(struct fw_tcp *tcp, const uint8_t *packet, size_t bytes);
/* *ret_pending: something is left; flush again when the socket can be written to. */
int fw_tcp_flush(struct fw_tcp *tcp, bool *ret_pending);

#endif
