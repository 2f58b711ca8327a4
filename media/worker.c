/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's peers and what reaches them: packets, commands, time. Its sockets and thread are in worker_loop.c. */
#define FW_LOG_TOPIC "media"
#include "base/log.h"
#include "media/peer.h"
#include "media/worker.h"

#include <string.h>

/* ---- packets ---- */

void fw_media_packet_in(
	struct fw_worker *worker, const struct fw_source *source, uint8_t *packet, size_t bytes)
{
	struct fw_path *path;

	if (bytes > FW_UDP_PACKET_MAX) {
		fw_count(&worker->counters, FW_DROP_OVERSIZED);
		return;
	}
	if (fw_stun_is(packet, bytes)) {
		fw_peer_check(worker, source, packet, bytes);
		return;
	}
	path = source->connection ? source->connection->path
				  : fw_address_map_get(worker->paths, &source->address);
	if (!path) {
		fw_count(&worker->counters, FW_DROP_UNKNOWN_ADDRESS);
		return;
	}
	/* RFC 7983 7; RTP and RTCP on one port by the second byte, RFC 5761 4 */
	if (bytes >= FW_RTP_HEADER_BYTES && packet[0] >= 128 && packet[0] <= 191) {
		if (packet[1] >= 192 && packet[1] <= 223) {
			fw_peer_rtcp_in(path->peer, path, packet, bytes);
		} else {
			fw_up_packet(path->peer, path, packet, bytes);
		}
	} else if (fw_dtls_is(packet, bytes)) {
		fw_peer_dtls_in(path->peer, path, packet, bytes);
	} else {
		fw_count(&worker->counters, FW_DROP_NOT_MEDIA);
	}
}

/* ---- calls and peers ---- */

static void free_call(void *pointer)
{
	struct fw_call *call = pointer;

	g_ptr_array_free(call->peers, TRUE);
	g_free(call);
}

static struct fw_call *get_call(struct fw_worker *worker, uint64_t handle)
{
	struct fw_call *call = g_hash_table_lookup(worker->calls, &handle);

	if (!call) {
		call = g_new0(struct fw_call, 1);
		call->handle = handle;
		call->peers = g_ptr_array_new();
		(void)g_hash_table_insert(worker->calls, &call->handle, call);
	}
	return call;
}

static void publish_counts(struct fw_worker *worker)
{
	atomic_store_explicit(
		&worker->peer_count, g_hash_table_size(worker->peers), memory_order_relaxed);
	atomic_store_explicit(
		&worker->call_count, g_hash_table_size(worker->calls), memory_order_relaxed);
}

static void refuse_peer(
	struct fw_worker *worker, const struct fw_media_command *command, enum fw_media_failure why)
{
	struct fw_media_event event = {
		.kind = FW_MEDIA_PEER_FAILED, .call = command->call, .peer = command->peer};

	event.failed.failure = why;
	fw_worker_event(worker, &event);
}

/* Slots of its call that were to show this peer before it was here. */
static void link_waiting(struct fw_call *call, struct fw_peer *peer)
{
	for (guint i = 0; i < call->peers->len; i++) {
		struct fw_peer *other = call->peers->pdata[i];

		for (unsigned slot = 0; other != peer && slot < FW_SLOTS_MAX; slot++) {
			if (other->slots[slot].source_handle == peer->handle) {
				fw_peer_link(other, slot, peer);
			}
		}
	}
}

static void open_peer(struct fw_worker *worker, const struct fw_media_command *command)
{
	struct fw_peer *peer = NULL;
	struct fw_call *call;
	bool bounded = memchr(command->open.ufrag, '\0', sizeof(command->open.ufrag)) &&
		memchr(command->open.pwd, '\0', sizeof(command->open.pwd));

	if (g_hash_table_size(worker->peers) >= worker->options.peers_max) {
		refuse_peer(worker, command, FW_MEDIA_FAILURE_LIMIT);
		return;
	}
	if (bounded && command->peer != 0 && !g_hash_table_contains(worker->peers, &command->peer)) {
		peer = fw_peer_create(worker, command);
	}
	if (!peer) {
		fw_count(&worker->counters, FW_DROP_COMMAND_REFUSED);
		return;
	}
	(void)g_hash_table_insert(worker->peers, &peer->handle, peer);
	peer->bucket = worker->next_bucket++ % FW_WORKER_BUCKETS;
	g_ptr_array_add(worker->buckets[peer->bucket], peer);
	call = get_call(worker, peer->call);
	g_ptr_array_add(call->peers, peer);
	link_waiting(call, peer);
	publish_counts(worker);
}

static void forget_peer(struct fw_worker *worker, struct fw_peer *peer)
{
	struct fw_call *call = get_call(worker, peer->call);

	(void)g_ptr_array_remove_fast(worker->buckets[peer->bucket], peer);
	if (peer->attended) {
		(void)g_ptr_array_remove_fast(worker->attention, peer);
	}
	(void)g_ptr_array_remove_fast(call->peers, peer);
	if (call->peers->len == 0) {
		(void)g_hash_table_remove(worker->calls, &call->handle);
	}
	(void)g_hash_table_remove(worker->peers, &peer->handle); /* destroys it */
}

static void forget_ended(struct fw_worker *worker)
{
	if (worker->ended->len == 0) {
		return;
	}
	fw_worker_flush(worker); /* what is queued lies in their histories */
	for (guint i = 0; i < worker->ended->len; i++) {
		forget_peer(worker, worker->ended->pdata[i]);
	}
	g_ptr_array_set_size(worker->ended, 0);
	publish_counts(worker);
}

/* ---- commands, events, time ---- */

void fw_worker_command(struct fw_worker *worker, const struct fw_media_command *command)
{
	struct fw_peer *peer;

	fw_owner_check(&worker->owner);
	if (command->kind == FW_MEDIA_PEER_OPEN) {
		open_peer(worker, command);
		return;
	}
	peer = g_hash_table_lookup(worker->peers, &command->peer);
	if (!peer || peer->call != command->call || peer->state == FW_PEER_ENDED) {
		fw_count(&worker->counters, FW_DROP_COMMAND_UNKNOWN_PEER);
		return;
	}
	fw_peer_command(peer, command);
	forget_ended(worker);
}

void fw_worker_event(struct fw_worker *worker, struct fw_media_event *event)
{
	event->worker = worker->options.number;
	event->at_us = worker->wall_us;
	worker->options.event(worker->options.event_user, event);
}

void fw_worker_set_time(struct fw_worker *worker, int64_t now_us, int64_t wall_us)
{
	worker->now_us = now_us;
	worker->wall_us = wall_us;
}

void fw_worker_attend(struct fw_worker *worker, struct fw_peer *peer)
{
	if (!peer->attended) {
		peer->attended = true;
		g_ptr_array_add(worker->attention, peer);
	}
}

static void attend_all(struct fw_worker *worker)
{
	GPtrArray *due = worker->attention;

	/* Those that will need more enter themselves again, into the other list. */
	worker->attention = worker->attended;
	worker->attended = due;
	for (guint i = 0; i < due->len; i++) {
		fw_peer_urgent(due->pdata[i]);
	}
	g_ptr_array_set_size(due, 0);
}

void fw_worker_tick(struct fw_worker *worker)
{
	GPtrArray *bucket = worker->buckets[worker->bucket];

	worker->bucket = (worker->bucket + 1) % FW_WORKER_BUCKETS;
	for (guint i = 0; i < bucket->len; i++) {
		fw_peer_turn(bucket->pdata[i]);
	}
	attend_all(worker);
	forget_ended(worker);
	fw_history_pool_refill(worker->sound_pool);
	fw_history_pool_refill(worker->picture_pool);
}

/* ---- life ---- */

static void destroy_peer(void *peer)
{
	fw_peer_destroy(peer);
}

static int init_protocols(struct fw_worker *worker)
{
	fw_address_map_create(&worker->paths);
	fw_history_pool_create(
		FW_WORKER_SOUND_CHUNK_BYTES, FW_WORKER_HISTORY_BYTES_MAX, &worker->sound_pool);
	fw_history_pool_create(
		FW_WORKER_PICTURE_CHUNK_BYTES, FW_WORKER_HISTORY_BYTES_MAX, &worker->picture_pool);
	worker->peers = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, destroy_peer);
	worker->calls = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, free_call);
	worker->ufrags = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < FW_WORKER_BUCKETS; i++) {
		worker->buckets[i] = g_ptr_array_new();
	}
	worker->attention = g_ptr_array_new();
	worker->attended = g_ptr_array_new();
	worker->ended = g_ptr_array_new();
	worker->connections = g_ptr_array_new();
	worker->dirty = g_ptr_array_new();
	fw_stun_create(&worker->stun);
	return fw_dtls_context_create(worker->options.certificate_pem, worker->options.key_pem,
		FW_SRTP_NONE, &worker->dtls);
}

int fw_worker_create(const struct fw_worker_options *options, struct fw_worker **ret_worker)
{
	fw_cleanup(fw_worker_destroy) struct fw_worker *worker = g_new0(struct fw_worker, 1);
	int r;

	worker->options = *options;
	worker->epoll_fd = -1;
	worker->flushes = 1;
	fw_owner_claim(&worker->owner);
	r = init_protocols(worker);
	if (r == 0) {
		r = fw_worker_open_sockets(worker);
	}
	if (r < 0) {
		return r;
	}
	/* Pointers of the caller's that need not live on. */
	worker->options.locals = NULL;
	worker->options.certificate_pem = worker->options.key_pem = NULL;
	*ret_worker = g_steal_pointer(&worker);
	return 0;
}

void fw_worker_destroy(struct fw_worker *worker)
{
	/* Peers first: their paths, histories and links point into all the rest. */
	g_hash_table_destroy(worker->peers);
	fw_worker_close_sockets(worker);
	g_hash_table_destroy(worker->calls);
	g_hash_table_destroy(worker->ufrags);
	for (unsigned i = 0; i < FW_WORKER_BUCKETS; i++) {
		g_ptr_array_free(worker->buckets[i], TRUE);
	}
	g_ptr_array_free(worker->attention, TRUE);
	g_ptr_array_free(worker->attended, TRUE);
	g_ptr_array_free(worker->ended, TRUE);
	g_ptr_array_free(worker->connections, TRUE);
	g_ptr_array_free(worker->dirty, TRUE);
	if (worker->dtls) {
		fw_dtls_context_destroy(worker->dtls);
	}
	fw_stun_destroy(worker->stun);
	fw_history_pool_destroy(worker->sound_pool);
	fw_history_pool_destroy(worker->picture_pool);
	fw_address_map_destroy(worker->paths);
	g_free(worker);
}
