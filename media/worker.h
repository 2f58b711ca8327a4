/* SPDX-License-Identifier: Apache-2.0 */
/* One media worker: a thread, its sockets and its peers. Internal to media/.
 *
 * Owner: struct fw_media.  Threads: create and destroy from the starter while the thread does not run; post and snapshot from any;
 * everything else on the worker's thread.  Errors: negative errno of sockets in create.
 */
#ifndef FW_MEDIA_WORKER_H
#define FW_MEDIA_WORKER_H

#include "base/mailbox.h"
#include "base/owner.h"
#include "media/address.h"
#include "media/dtls.h"
#include "media/history.h"
#include "media/media.h"
#include "media/stun.h"
#include "media/tcp.h"
#include "media/udp.h"
#include <glib.h>
#include <stdatomic.h>

#define FW_WORKER_TICK_US 5000
/* A peer's turn comes every 10 ticks = 50 ms, FW_TWCC_PERIOD_US; so the work is spread. */
#define FW_WORKER_BUCKETS         10
#define FW_WORKER_CONNECTIONS_MAX 4096 /* TCP */
/* A TCP connection without a valid check is closed after this. */
#define FW_WORKER_STRANGER_US         10000000
#define FW_WORKER_SOUND_CHUNK_BYTES   2048 /* a third of a second of sound */
#define FW_WORKER_PICTURE_CHUNK_BYTES 8192 /* seven packets of a burst */
#define FW_WORKER_HISTORY_BYTES_MAX   ((size_t)1 << 30) /* 2000 peers at 500 kB */
#define FW_WORKER_COMMANDS_MAX        16384

struct fw_peer;
struct fw_path;

enum fw_watch_kind {
	FW_WATCH_UDP,
	FW_WATCH_LISTENER,
	FW_WATCH_CONNECTION,
	FW_WATCH_COMMANDS,
};

struct fw_watch { /* what epoll hands back */
	enum fw_watch_kind kind;
	void *object;
};

struct fw_connection { /* a TCP connection */
	struct fw_watch watch;
	struct fw_tcp *tcp;
	struct fw_address address;
	struct sockaddr_storage from;
	struct fw_path *path; /* NULL: no valid check yet */
	struct fw_worker *worker;
	int64_t opened_us;
	bool dirty; /* in the worker's list of what to flush */
	bool writable_wanted;
	bool dead; /* closed at the end of the turn */
};

struct fw_listener { /* one local address */
	struct fw_watch udp_watch, tcp_watch;
	uint16_t number;
	struct fw_udp *udp;
	int tcp_fd; /* -1: none */
	uint16_t udp_port, tcp_port;
	sa_family_t family;
};

struct fw_call {
	uint64_t handle;
	GPtrArray *peers; /* of struct fw_peer, borrowed */
};

struct fw_worker_options {
	unsigned number;
	const struct sockaddr_storage *locals; /* ports set; 0: any */
	size_t local_count;
	bool tcp;
	uint16_t tcp_port; /* 0: any */
	const char *certificate_pem;
	const char *key_pem;
	uint32_t up_kbps_max;
	uint32_t peers_max;
	const struct fw_sink_ops *sink;
	void *sink_user;
	void (*event)(void *user, const struct fw_media_event *event);
	void *event_user;
};

/* Time between reading a batch and having sent it: powers of the square root of two, so that a percentile is within 42 %. */
#define FW_WORKER_DELAY_STEPS 48

struct fw_worker {
	struct fw_worker_options options;
	struct fw_owner owner;
	int64_t now_us, wall_us; /* of the batch being handled */
	uint64_t flushes; /* how often everything queued was sent */

	/* packet path */
	struct fw_media_counters counters;
	struct fw_address_map *paths; /* address -> struct fw_path, UDP only */
	struct fw_history_pool *sound_pool, *picture_pool;

	/* peers */
	GHashTable *peers; /* handle -> struct fw_peer, owned */
	GHashTable *calls; /* handle -> struct fw_call, owned */
	GHashTable *ufrags; /* text -> struct fw_credential, borrowed */
	GPtrArray *buckets[FW_WORKER_BUCKETS]; /* borrowed peers */
	unsigned bucket; /* whose turn it is; and where the next peer goes */
	unsigned next_bucket;
	GPtrArray *attention; /* borrowed peers with something due before their turn */
	GPtrArray *attended; /* the other list of that kind: they change places */
	GPtrArray *ended; /* borrowed peers to be forgotten at the end of this turn */

	/* protocols */
	struct fw_stun *stun;
	struct fw_dtls_context *dtls;

	/* sockets */
	int epoll_fd;
	struct fw_listener listeners[FW_MEDIA_ADDRESSES_MAX];
	size_t listener_count;
	GPtrArray *connections; /* owned */
	GPtrArray *dirty; /* borrowed connections */
	bool any_dead; /* connection */
	int64_t strangers_us; /* when to look for connections without a check next */
	uint32_t next_connection;
	struct fw_mailbox *commands;
	struct fw_watch commands_watch;
	int64_t next_tick_us;
	int64_t next_report_us;

	/* for other threads */
	_Atomic uint32_t peer_count, call_count;
	_Atomic uint64_t history_bytes, delay_p99_us;
	_Atomic bool stopping;
	uint32_t delays[FW_WORKER_DELAY_STEPS];
};

/* Where a packet came from. */
struct fw_source {
	struct fw_address address;
	const struct sockaddr_storage *from;
	struct fw_udp *udp; /* one of the two */
	struct fw_connection *connection;
};

int fw_worker_create(const struct fw_worker_options *options, struct fw_worker **ret_worker);
void fw_worker_destroy(struct fw_worker *worker);
FW_DEFINE_CLEANUP(struct fw_worker, fw_worker_destroy)
/* The thread's function: runs until fw_worker_stop(). */
void *fw_worker_run(void *worker);
void fw_worker_stop(struct fw_worker *worker); /* any thread */
int fw_worker_post(struct fw_worker *worker, const struct fw_media_command *command); /* any thread */

/* Everything that arrives goes through here: told apart by its first byte (RFC 7983), checked, dropped and counted or acted upon.
 * packet: writable, FW_UDP_PACKET_MAX bytes of room. */
void fw_media_packet_in(
	struct fw_worker *worker, const struct fw_source *source, uint8_t *packet, size_t bytes);
void fw_worker_command(struct fw_worker *worker, const struct fw_media_command *command);
void fw_worker_event(
	struct fw_worker *worker, struct fw_media_event *event); /* fills worker and at_us */
/* Sets the time; for tests, which have no loop. */
void fw_worker_set_time(struct fw_worker *worker, int64_t now_us, int64_t wall_us);
/* Everything that is due by now. */
void fw_worker_tick(struct fw_worker *worker);
/* The peer has something due before its turn. */
void fw_worker_attend(struct fw_worker *worker, struct fw_peer *peer);

/* ---- worker_loop.c ---- */
int fw_worker_open_sockets(struct fw_worker *worker);
void fw_worker_close_sockets(struct fw_worker *worker);
/* Sends what is queued on all sockets. */
void fw_worker_flush(struct fw_worker *worker);
/* Something was queued on it. */
void fw_worker_connection_dirty(struct fw_connection *connection);
#endif
