/* SPDX-License-Identifier: Apache-2.0 */
/* The media plane: N worker threads that receive, check, record and forward the calls' packets.
 *
 * A call lives on one worker (the desk chooses: fewest peers); nothing is shared between workers. Commands go in through
 * fw_media_post(), events come out through the options' callback, packets go to the options' sink.
 *
 * Owner: whoever started it.  Threads: start, stop from one thread; post, candidates, snapshot from any; the callbacks run
 * on worker threads.  Errors: -EINVAL, -EADDRINUSE, -EADDRNOTAVAIL and other socket errors of start; -EOVERFLOW the worker's mailbox is full.
 */
#ifndef FW_MEDIA_MEDIA_H
#define FW_MEDIA_MEDIA_H

#include "base/cleanup.h"
#include "media/counters.h"
#include "media/messages.h"
#include "media/sink.h"
#include <stddef.h>

#define FW_MEDIA_WORKERS_MAX   64
#define FW_MEDIA_ADDRESSES_MAX 16
#define FW_MEDIA_ADDRESS_TEXT  46 /* INET6_ADDRSTRLEN */
/* REMB to each peer from the start: 720p face and 1080p document fit. */
#define FW_MEDIA_UP_KBPS_DEFAULT   5000
#define FW_MEDIA_PEERS_MAX_DEFAULT 2000 /* per worker; one core carries about 800 */

struct fw_media;

struct fw_media_options {
	unsigned workers; /* 0: one per core this process may use */
	/* NULL-terminated numeric IP addresses to listen on and to offer; NULL or empty: every local one, loopback only if there is no
	 * other. One that is not local (address translation in front) is offered as it is, and the worker listens on all addresses. */
	const char *const *addresses;
	uint16_t udp_base_port; /* worker n listens on base + n; 0: any free port, for tests and demo offices side by side */
	bool tcp; /* also ICE-TCP, RFC 6544 passive */
	uint16_t tcp_base_port; /* as udp_base_port; may be the same number */
	const char *certificate_pem; /* borrowed during start */
	const char *key_pem;
	uint32_t up_kbps_max; /* asked of each peer at most; 0: FW_MEDIA_UP_KBPS_DEFAULT */
	uint32_t peers_max; /* per worker; 0: FW_MEDIA_PEERS_MAX_DEFAULT */
	const struct fw_sink_ops *sink; /* may be NULL: nothing is kept */
	void *sink_user;
	void (*event)(void *user,
		const struct fw_media_event *event); /* on a worker's thread; must not block */
	void *event_user;
};

struct fw_media_candidate {
	char address[FW_MEDIA_ADDRESS_TEXT];
	uint16_t port;
	bool tcp;
};

int fw_media_start(const struct fw_media_options *options, struct fw_media **ret_media);
/* Ends the threads and frees everything; peers are forgotten without events. */
void fw_media_stop(struct fw_media *media);
FW_DEFINE_CLEANUP(struct fw_media, fw_media_stop)

unsigned fw_media_workers(const struct fw_media *media);
/* For a worker's offers, UDP before TCP. Returns how many there are; writes at most max. */
size_t fw_media_candidates(const struct fw_media *media, unsigned worker,
	struct fw_media_candidate *ret_candidates, size_t max);
int fw_media_post(struct fw_media *media, unsigned worker, const struct fw_media_command *command);

struct fw_media_snapshot {
	uint64_t value[FW_COUNT_MAX];
	uint32_t peers, calls;
	uint64_t history_bytes; /* held for repeats */
	uint64_t batch_p99_us; /* longest time between reading a batch and having sent it, 99th percentile of the last 10 s */
};
void fw_media_snapshot(
	const struct fw_media *media, unsigned worker, struct fw_media_snapshot *ret_snapshot);

#endif
