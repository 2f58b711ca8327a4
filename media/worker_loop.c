/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's sockets and thread: wait, read a batch, have it handled, send what came of it. */
#include "base/clock.h"
#include "media/peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_MAX       64
#define BATCHES_PER_TURN 8 /* of one socket; then commands and time have their turn */
#define REPORT_US        10000000
#define STRANGERS_US     1000000
#define DELAY_FIRST_US   16 /* lowest step of the histogram */

enum message {
	MESSAGE_COMMAND,
	MESSAGE_STOP
};

/* ---- sockets ---- */

static int watch(struct fw_worker *worker, int fd, struct fw_watch *what, enum fw_watch_kind kind,
	void *object)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};

	*what = (struct fw_watch){kind, object};
	return epoll_ctl(worker->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static void set_port(struct sockaddr_storage *local, uint16_t port)
{
	if (local->ss_family == AF_INET6) {
		((struct sockaddr_in6 *)local)->sin6_port = htons(port);
	} else {
		((struct sockaddr_in *)local)->sin_port = htons(port);
	}
}

static int open_listener(
	struct fw_worker *worker, struct fw_listener *listener, struct sockaddr_storage local)
{
	int r = fw_udp_open(&local, &worker->counters, &listener->udp);

	if (r < 0) {
		return r;
	}
	worker->listener_count++;
	listener->udp_port = fw_udp_port(listener->udp);
	r = watch(worker, fw_udp_fd(listener->udp), &listener->udp_watch, FW_WATCH_UDP, listener);
	if (r < 0 || !worker->options.tcp) {
		return r;
	}
	set_port(&local, worker->options.tcp_port);
	r = fw_tcp_listen(&local, &listener->tcp_fd, &listener->tcp_port);
	return r < 0
		? r
		: watch(worker, listener->tcp_fd, &listener->tcp_watch, FW_WATCH_LISTENER, listener);
}

int fw_worker_open_sockets(struct fw_worker *worker)
{
	const struct fw_mailbox_options bounds = {.max_messages = FW_WORKER_COMMANDS_MAX,
		.max_bytes = FW_WORKER_COMMANDS_MAX * (sizeof(struct fw_media_command) + 16)};
	int r;

	worker->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (worker->epoll_fd < 0) {
		return -errno;
	}
	r = fw_mailbox_create(&bounds, &worker->commands);
	if (r == 0) {
		r = watch(worker, fw_mailbox_fd(worker->commands), &worker->commands_watch,
			FW_WATCH_COMMANDS, worker);
	}
	for (size_t i = 0; r == 0 && i < worker->options.local_count; i++) {
		worker->listeners[i] = (struct fw_listener){.number = (uint16_t)i,
			.tcp_fd = -1,
			.family = worker->options.locals[i].ss_family};
		r = open_listener(worker, &worker->listeners[i], worker->options.locals[i]);
	}
	return r;
}

void fw_worker_close_sockets(struct fw_worker *worker)
{
	for (guint i = 0; i < worker->connections->len; i++) {
		struct fw_connection *connection = worker->connections->pdata[i];

		fw_tcp_destroy(connection->tcp);
		g_free(connection);
	}
	for (size_t i = 0; i < worker->listener_count; i++) {
		fw_udp_close(worker->listeners[i].udp);
		if (worker->listeners[i].tcp_fd >= 0) {
			(void)close(worker->listeners[i].tcp_fd);
		}
	}
	if (worker->commands) {
		fw_mailbox_destroy(worker->commands);
	}
	if (worker->epoll_fd >= 0) {
		(void)close(worker->epoll_fd);
	}
}

/* ---- TCP ---- */

void fw_worker_connection_dirty(struct fw_connection *connection)
{
	if (!connection->dirty) {
		connection->dirty = true;
		g_ptr_array_add(connection->worker->dirty, connection);
	}
}

static void want_writable(struct fw_connection *connection, bool wanted)
{
	struct epoll_event event = {
		.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.ptr = &connection->watch};

	if (wanted != connection->writable_wanted) {
		connection->writable_wanted = wanted;
		(void)epoll_ctl(connection->worker->epoll_fd, EPOLL_CTL_MOD,
			fw_tcp_fd(connection->tcp), &event);
	}
}

static void bury(struct fw_connection *connection)
{
	connection->dead = true;
	connection->worker->any_dead = true;
}

static void flush_connections(struct fw_worker *worker)
{
	for (guint i = 0; i < worker->dirty->len; i++) {
		struct fw_connection *connection = worker->dirty->pdata[i];
		bool pending = false;

		connection->dirty = false;
		if (connection->dead || fw_tcp_flush(connection->tcp, &pending) < 0) {
			bury(connection);
		} else {
			want_writable(connection, pending);
		}
	}
	g_ptr_array_set_size(worker->dirty, 0);
}

static void accept_connections(struct fw_worker *worker, struct fw_listener *listener)
{
	struct sockaddr_storage from;
	struct fw_connection *connection;
	struct fw_tcp *tcp;

	while (fw_tcp_accept(listener->tcp_fd, &worker->counters, &from, &tcp) == 0) {
		if (worker->connections->len >= FW_WORKER_CONNECTIONS_MAX) {
			fw_count(&worker->counters, FW_DROP_TCP_REFUSED);
			fw_tcp_destroy(tcp);
			continue;
		}
		connection = g_new0(struct fw_connection, 1);
		connection->tcp = tcp;
		connection->from = from;
		connection->worker = worker;
		connection->opened_us = worker->now_us;
		worker->next_connection += worker->next_connection == UINT32_MAX ? 2 : 1;
		connection->address =
			fw_address_of(&from, listener->number, worker->next_connection);
		g_ptr_array_add(worker->connections, connection);
		if (watch(worker, fw_tcp_fd(tcp), &connection->watch, FW_WATCH_CONNECTION,
			    connection) < 0) {
			bury(connection);
		}
	}
}

static void connection_packet(void *user, uint8_t *packet, size_t bytes)
{
	struct fw_connection *connection = user;
	struct fw_source source = {
		.address = connection->address, .from = &connection->from, .connection = connection};

	fw_count(&connection->worker->counters, FW_COUNT_DATAGRAMS_IN);
	fw_media_packet_in(connection->worker, &source, packet, bytes);
}

static void read_connection(struct fw_connection *connection, uint32_t events)
{
	int r;

	if (connection->dead) {
		return;
	}
	if (events & EPOLLOUT) {
		fw_worker_connection_dirty(connection);
	}
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
		return;
	}
	r = fw_tcp_read(connection->tcp, connection_packet, connection);
	if (r < 0) {
		bury(connection);
		if (r == -EBADMSG) {
			fw_count(&connection->worker->counters, FW_DROP_TCP_REFUSED);
		}
	}
}

static void close_dead_connections(struct fw_worker *worker)
{
	int64_t strangers_before_us = worker->now_us - FW_WORKER_STRANGER_US;

	if (!worker->any_dead && worker->now_us < worker->strangers_us) {
		return;
	}
	worker->any_dead = false;
	worker->strangers_us = worker->now_us + STRANGERS_US;
	for (guint i = 0; i < worker->connections->len;) {
		struct fw_connection *connection = worker->connections->pdata[i];

		if (!connection->dead &&
			(connection->path || connection->opened_us > strangers_before_us)) {
			i++;
			continue;
		}
		if (connection->path) {
			fw_path_destroy(connection->path);
		}
		(void)g_ptr_array_remove_fast(worker->dirty, connection);
		(void)g_ptr_array_remove_index_fast(worker->connections, i);
		fw_tcp_destroy(connection->tcp);
		g_free(connection);
	}
}

/* ---- the turn ---- */

static void update_time(struct fw_worker *worker)
{
	fw_worker_set_time(worker, fw_clock_monotonic_us(), fw_clock_wall_us());
}

void fw_worker_flush(struct fw_worker *worker)
{
	for (size_t i = 0; i < worker->listener_count; i++) {
		fw_udp_flush(worker->listeners[i].udp);
	}
	flush_connections(worker);
	worker->flushes++;
}

/* Two steps per doubling. */
static unsigned delay_step(int64_t delay_us)
{
	unsigned step = 0;

	for (int64_t limit_us = DELAY_FIRST_US; limit_us < delay_us; limit_us *= 2) {
		step += delay_us > limit_us + limit_us / 2 ? 2 : 1;
	}
	return MIN(step, FW_WORKER_DELAY_STEPS - 1);
}

static int64_t delay_of_step(unsigned step)
{
	int64_t limit_us = (int64_t)DELAY_FIRST_US << (step / 2);

	return step % 2 ? limit_us + limit_us / 2 : limit_us;
}

static void publish(struct fw_worker *worker)
{
	uint64_t total = 0, seen = 0;
	unsigned step = 0;

	for (unsigned i = 0; i < FW_WORKER_DELAY_STEPS; i++) {
		total += worker->delays[i];
	}
	while (step < FW_WORKER_DELAY_STEPS - 1 &&
		(seen += worker->delays[step]) * 100 < total * 99) {
		step++;
	}
	atomic_store_explicit(&worker->delay_p99_us, total ? (uint64_t)delay_of_step(step) : 0,
		memory_order_relaxed);
	atomic_store_explicit(&worker->history_bytes,
		fw_history_pool_used(worker->sound_pool) + fw_history_pool_used(worker->picture_pool),
		memory_order_relaxed);
	memset(worker->delays, 0, sizeof(worker->delays));
}

/* The state of 800 peers does not stay in the cache: what the batch will need is asked for before the first packet is looked into. */
static void prefetch_peers(struct fw_worker *worker, const struct fw_source *sources, size_t count)
{
	for (size_t n = 0; n < count; n++) {
		fw_address_map_prefetch(worker->paths, &sources[n].address);
	}
	for (size_t n = 0; n < count; n++) {
		const struct fw_path *path = fw_address_map_get(worker->paths, &sources[n].address);

		if (path &&
			(n == 0 || !fw_address_equal(&sources[n].address, &sources[n - 1].address))) {
			fw_peer_prefetch(path->peer);
		}
	}
}

static void read_udp(struct fw_worker *worker, struct fw_listener *listener)
{
	struct fw_udp_packet packets[FW_UDP_BATCH];
	struct fw_source sources[FW_UDP_BATCH];
	size_t count = FW_UDP_BATCH;

	for (unsigned i = 0; i < BATCHES_PER_TURN && count == FW_UDP_BATCH; i++) {
		count = fw_udp_receive(listener->udp, packets);
		update_time(worker);
		for (size_t n = 0; n < count; n++) {
			sources[n] = (struct fw_source){
				.address = fw_address_of(packets[n].from, listener->number, 0),
				.from = packets[n].from,
				.udp = listener->udp,
			};
		}
		prefetch_peers(worker, sources, count);
		for (size_t n = 0; n < count; n++) {
			fw_media_packet_in(worker, &sources[n], packets[n].packet, packets[n].bytes);
		}
		fw_count_add(&worker->counters, FW_COUNT_DATAGRAMS_IN, count);
		fw_worker_flush(worker);
		worker->delays[delay_step(fw_clock_monotonic_us() - worker->now_us)]++;
	}
}

static void take_commands(struct fw_worker *worker)
{
	struct fw_message message;

	(void)fw_mailbox_take(worker->commands);
	while (fw_mailbox_next(worker->commands, &message)) {
		if (message.type == MESSAGE_COMMAND &&
			message.size == sizeof(struct fw_media_command)) {
			fw_worker_command(worker, message.body);
		}
	}
}

static void dispatch(struct fw_worker *worker, const struct epoll_event *event)
{
	const struct fw_watch *what = event->data.ptr;

	switch (what->kind) {
	case FW_WATCH_UDP:
		read_udp(worker, what->object);
		break;
	case FW_WATCH_LISTENER:
		accept_connections(worker, what->object);
		break;
	case FW_WATCH_CONNECTION:
		read_connection(what->object, event->events);
		break;
	case FW_WATCH_COMMANDS:
		take_commands(worker);
		break;
	}
}

static int wait_ms(const struct fw_worker *worker)
{
	int64_t left_us = worker->next_tick_us - fw_clock_monotonic_us();

	if (g_hash_table_size(worker->peers) == 0 && worker->connections->len == 0) {
		return -1;
	}
	return left_us > 0 ? (int)((left_us + 999) / 1000) : 0;
}

static void keep_time(struct fw_worker *worker)
{
	if (worker->now_us < worker->next_tick_us) {
		return;
	}
	/* After a pause the missed turns are not made up for. */
	worker->next_tick_us =
		MAX(worker->next_tick_us, worker->now_us - FW_WORKER_TICK_US) + FW_WORKER_TICK_US;
	fw_worker_tick(worker);
	if (worker->now_us >= worker->next_report_us) {
		worker->next_report_us = worker->now_us + REPORT_US;
		publish(worker);
	}
}

void *fw_worker_run(void *user)
{
	struct fw_worker *worker = user;
	struct epoll_event events[EVENTS_MAX];

	fw_owner_claim(&worker->owner);
	while (!atomic_load_explicit(&worker->stopping, memory_order_relaxed)) {
		int count = epoll_wait(worker->epoll_fd, events, EVENTS_MAX, wait_ms(worker));

		update_time(worker);
		for (int i = 0; i < count; i++) {
			dispatch(worker, &events[i]);
		}
		keep_time(worker);
		fw_worker_flush(worker);
		close_dead_connections(worker);
	}
	return NULL;
}

void fw_worker_stop(struct fw_worker *worker)
{
	atomic_store_explicit(&worker->stopping, true, memory_order_relaxed);
	(void)fw_mailbox_post(worker->commands, MESSAGE_STOP, NULL, 0);
}

int fw_worker_post(struct fw_worker *worker, const struct fw_media_command *command)
{
	return fw_mailbox_post(worker->commands, MESSAGE_COMMAND, command, sizeof(*command));
}
