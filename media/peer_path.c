/* SPDX-License-Identifier: Apache-2.0 */
/* ICE-lite (RFC 8445 2.5): the peer checks, we answer and send to what it chose. Its candidates and its fragment are never needed. */
#define FW_LOG_TOPIC "media"
#include "base/log.h"
#include "media/peer.h"

#include <errno.h>
#include <string.h>

/* Aggressive peers nominate all their pairs at once: the best one stays. */
#define NOMINATION_STANDS_US 500000

static const char *find_password(void *user, const char *ufrag, size_t ufrag_bytes, void **ret_peer)
{
	struct fw_worker *worker = user;
	char name[FW_ICE_UFRAG_MAX + 1];
	struct fw_credential *credential;

	if (ufrag_bytes > FW_ICE_UFRAG_MAX) {
		return NULL;
	}
	memcpy(name, ufrag, ufrag_bytes);
	name[ufrag_bytes] = '\0';
	credential = g_hash_table_lookup(worker->ufrags, name);
	if (!credential || credential->peer->state == FW_PEER_ENDED) {
		return NULL;
	}
	*ret_peer = credential;
	return credential->pwd;
}

/* The first check with the new credentials ends the old ones (RFC 8445 9). */
static void retire_old_credential(struct fw_peer *peer, const struct fw_credential *used)
{
	struct fw_credential *old = &peer->credentials[1];

	if (used != old && old->ufrag[0]) {
		(void)g_hash_table_remove(peer->worker->ufrags, old->ufrag);
		old->ufrag[0] = '\0';
	}
}

static struct fw_path *find_path(struct fw_worker *worker, const struct fw_source *source)
{
	return source->connection ? source->connection->path
				  : fw_address_map_get(worker->paths, &source->address);
}

/* Makes room among a peer's addresses: the one checked longest ago, never the one in use. */
static void drop_stalest(struct fw_peer *peer)
{
	struct fw_path *stalest = NULL;

	for (unsigned i = 0; i < peer->path_count; i++) {
		struct fw_path *path = peer->paths[i];

		if (path != peer->selected && (!stalest || path->checked_us < stalest->checked_us)) {
			stalest = path;
		}
	}
	fw_path_destroy(stalest);
}

static struct fw_path *add_path(struct fw_peer *peer, const struct fw_source *source)
{
	struct fw_path *path;

	if (peer->path_count == FW_PEER_PATHS_MAX) {
		drop_stalest(peer);
	}
	path = g_new0(struct fw_path, 1);
	path->address = source->address;
	path->peer = peer;
	path->udp = source->udp;
	path->connection = source->connection;
	if (path->connection) {
		path->connection->path = path;
	} else {
		path->target.to = *source->from;
		path->target.to_bytes =
			fw_address_put(&path->address, fw_udp_family(path->udp), &path->target.to);
		fw_address_map_put(peer->worker->paths, &path->address, path);
	}
	peer->paths[peer->path_count++] = path;
	return path;
}

void fw_path_destroy(struct fw_path *path)
{
	struct fw_peer *peer = path->peer;

	for (unsigned i = 0; i < peer->path_count; i++) {
		if (peer->paths[i] == path) {
			peer->paths[i] = peer->paths[--peer->path_count];
			break;
		}
	}
	if (peer->selected == path) {
		peer->selected = NULL; /* until the peer is heard from another address */
	}
	if (path->connection) {
		path->connection->path = NULL;
	} else {
		fw_address_map_remove(peer->worker->paths, &path->address);
	}
	g_free(path);
}

void fw_peer_select(struct fw_peer *peer, struct fw_path *path)
{
	if (peer->selected == path) {
		return;
	}
	fw_debug("selected peer=%" G_GUINT64_FORMAT " tcp=%d change=%d", peer->handle,
		path->connection != NULL, peer->selected != NULL);
	peer->selected = path;
	peer->selected_heard_us = peer->worker->now_us;
	fw_peer_dtls_proceed(peer); /* as DTLS client we wait for an address */
}

static void apply_check(
	struct fw_peer *peer, struct fw_path *path, const struct fw_stun_check *check)
{
	int64_t now_us = peer->worker->now_us;
	const struct fw_path *selected = peer->selected;

	path->checked_us = now_us;
	path->priority = check->priority;
	fw_peer_heard(peer, path, false);
	if (!check->use_candidate) {
		return;
	}
	path->nominated_us = now_us;
	if (!selected || selected->priority <= path->priority ||
		now_us - selected->nominated_us >= NOMINATION_STANDS_US) {
		fw_peer_select(peer, path);
	}
}

static enum fw_media_count drop_reason(int error)
{
	switch (error) {
	case -EBADMSG:
		return FW_DROP_STUN_MALFORMED;
	case -ENOENT:
		return FW_DROP_STUN_UNKNOWN_USER;
	case -EACCES:
		return FW_DROP_STUN_INTEGRITY;
	default:
		return FW_DROP_STUN_OTHER;
	}
}

static void reply(const struct fw_source *source, const uint8_t *packet, size_t bytes)
{
	struct fw_udp_target target = {.to = *source->from};

	if (source->connection) {
		struct fw_path path = {.connection = source->connection};

		fw_path_send_copy(&path, packet, bytes);
		return;
	}
	target.to_bytes = fw_address_put(&source->address, fw_udp_family(source->udp), &target.to);
	fw_udp_send_copy(source->udp, &target, packet, bytes);
}

void fw_peer_check(struct fw_worker *worker, const struct fw_source *source, const uint8_t *packet,
	size_t bytes)
{
	uint8_t answer[FW_STUN_REPLY_MAX];
	size_t answer_bytes;
	struct fw_stun_check check;
	const struct fw_credential *credential;
	struct fw_peer *peer;
	struct fw_path *path;
	int r = fw_stun_answer(worker->stun, packet, bytes, source->from, find_password, worker,
		answer, &answer_bytes, &check);

	if (answer_bytes > 0) {
		reply(source, answer, answer_bytes);
	}
	if (r < 0) {
		fw_count(&worker->counters, drop_reason(r));
		return;
	}
	fw_count(&worker->counters, FW_COUNT_CHECKS);
	credential = check.peer;
	peer = credential->peer;
	if (!peer->checked_us) {
		peer->checked_us = worker->now_us;
	}
	retire_old_credential(peer, credential);
	path = find_path(worker, source);
	if (path && path->peer != peer) {
		fw_path_destroy(path); /* the address has changed hands; the newest proof counts */
		path = NULL;
	}
	if (!path) {
		path = add_path(peer, source);
	}
	apply_check(peer, path, &check);
}

void fw_path_send(struct fw_path *path, const uint8_t *packet, size_t bytes)
{
	if (path->udp) {
		fw_udp_send(path->udp, &path->target, packet, bytes);
	} else if (!path->connection->dead) {
		(void)fw_tcp_send(path->connection->tcp, packet, bytes);
		fw_worker_connection_dirty(path->connection);
	}
}

void fw_path_send_copy(struct fw_path *path, const uint8_t *packet, size_t bytes)
{
	if (path->udp) {
		fw_udp_send_copy(path->udp, &path->target, packet, bytes);
	} else {
		fw_path_send(path, packet, bytes);
	}
}
