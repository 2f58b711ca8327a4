/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/relay.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "media/udp.h"

struct relay {
	struct fw_udp *udp;
	struct fw_media_counters counters;
	int segments;
	pthread_t thread;
	_Atomic int stop;
	_Atomic uint64_t packets;
	unsigned senders;
	uint16_t index_of[65536]; /* by port; 0: not seen */
	struct fw_udp_target targets[65536]; /* by index */
};

static unsigned index_of(struct relay *relay, const struct sockaddr_storage *from)
{
	uint16_t port = ntohs(((const struct sockaddr_in *)from)->sin_port);

	if (!relay->index_of[port]) {
		relay->index_of[port] = (uint16_t)++relay->senders;
		relay->targets[relay->senders].to = *from;
		relay->targets[relay->senders].to_bytes = sizeof(struct sockaddr_in);
	}
	return relay->index_of[port];
}

static void *run(void *user)
{
	struct relay *relay = user;
	struct fw_udp_packet packets[FW_UDP_BATCH];
	struct pollfd wait = {.fd = fw_udp_fd(relay->udp), .events = POLLIN};

	while (!atomic_load(&relay->stop)) {
		size_t count;

		(void)poll(&wait, 1, 100);
		do {
			count = fw_udp_receive(relay->udp, packets);
			for (size_t i = 0; i < count; i++) {
				/* 1 and 2 are a call, 3 and 4, ... */
				unsigned index = index_of(relay, packets[i].from);
				struct fw_udp_target *to = &relay->targets[((index - 1) ^ 1) + 1];

				if (!to->to_bytes) {
					continue;
				}
				if (!relay->segments) {
					to->flush = 0; /* joins nothing */
				}
				fw_udp_send(relay->udp, to, packets[i].packet, packets[i].bytes);
			}
			fw_udp_flush(relay->udp);
			atomic_fetch_add_explicit(&relay->packets, count, memory_order_relaxed);
		} while (count == FW_UDP_BATCH);
	}
	return NULL;
}

struct relay *relay_new(int segments, uint16_t *ret_port)
{
	struct relay *relay = g_new0(struct relay, 1);
	struct sockaddr_storage local = {0};

	local.ss_family = AF_INET;
	((struct sockaddr_in *)&local)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	relay->segments = segments;
	if (fw_udp_open(&local, &relay->counters, &relay->udp) < 0 ||
		pthread_create(&relay->thread, NULL, run, relay) != 0) {
		abort();
	}
	*ret_port = fw_udp_port(relay->udp);
	return relay;
}

uint64_t relay_packets(const struct relay *relay)
{
	return atomic_load_explicit(&relay->packets, memory_order_relaxed);
}

void relay_free(struct relay *relay)
{
	atomic_store(&relay->stop, 1);
	(void)pthread_join(relay->thread, NULL);
	fw_udp_close(relay->udp);
	g_free(relay);
}
