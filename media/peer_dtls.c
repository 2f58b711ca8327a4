/* SPDX-License-Identifier: Apache-2.0 */
/* From the first handshake record to keys that may be used: they count only once the answer's fingerprint has been found on the
 * certificate, so the handshake may be over before the answer is here, but no media passes. */
#include "media/peer.h"

#include <errno.h>
#include <string.h>

#define HANDSHAKE_MAX_US 30000000 /* from the first record; as long as a silent peer is kept */

static void send_output(struct fw_peer *peer)
{
	uint8_t datagram[FW_DTLS_DATAGRAM_MAX];
	size_t bytes;

	while ((bytes = fw_dtls_output(peer->dtls, datagram)) > 0) {
		if (peer->selected) {
			fw_path_send_copy(peer->selected, datagram, bytes);
		}
	}
}

static bool fingerprint_matches(struct fw_peer *peer)
{
	uint8_t seen[32];

	return fw_dtls_fingerprint(peer->dtls, seen) == 0 &&
		memcmp(seen, peer->remote.fingerprint_sha256, sizeof(seen)) == 0;
}

static void announce(struct fw_peer *peer)
{
	struct fw_media_event event = {
		.kind = FW_MEDIA_PEER_UP, .call = peer->call, .peer = peer->handle};

	g_strlcpy(event.up.profile, fw_srtp_profile_name(peer->keys.profile),
		sizeof(event.up.profile));
	event.up.tcp = peer->selected && peer->selected->connection;
	fw_worker_event(peer->worker, &event);
}

/* keyed -> up */
static void begin_media(struct fw_peer *peer)
{
	int r;

	if (!fingerprint_matches(peer)) {
		fw_peer_fail(peer, FW_MEDIA_FAILURE_FINGERPRINT);
		return;
	}
	r = fw_srtp_create(&peer->keys, &peer->srtp);
	if (r < 0) {
		fw_peer_fail(peer, FW_MEDIA_FAILURE_PROFILE);
		return;
	}
	peer->secured_us = peer->worker->now_us;
	fw_peer_set_state(peer, FW_PEER_UP, "fingerprint matches");
	announce(peer);
	explicit_bzero(&peer->keys, sizeof(peer->keys));
	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		struct fw_peer *source = peer->slots[slot].source;

		if (source) {
			fw_up_want_key_frame(&source->up[FW_TRACK_FACE]);
			fw_up_want_key_frame(&source->up[FW_TRACK_DOCUMENT]);
		}
	}
}

/* Its connection is gone for the peer: nothing more will come, so nobody need wait for silence. A broken session takes no
 * media with it: SRTP has keys of its own. */
static void end_after_media(struct fw_peer *peer)
{
	if (fw_dtls_state(peer->dtls) == FW_DTLS_CLOSED) {
		fw_peer_fail(peer, FW_MEDIA_FAILURE_CLOSED);
	}
}

static void on_progress(struct fw_peer *peer)
{
	switch (fw_dtls_state(peer->dtls)) {
	case FW_DTLS_HANDSHAKE:
		return;
	case FW_DTLS_DONE:
		break;
	case FW_DTLS_CLOSED:
	case FW_DTLS_FAILED:
		if (peer->state == FW_PEER_UP) {
			end_after_media(peer);
		} else if (peer->state != FW_PEER_ENDED) {
			fw_peer_fail(peer, FW_MEDIA_FAILURE_DTLS);
		}
		return;
	}
	if (peer->state == FW_PEER_SECURING) {
		if (fw_dtls_srtp_keys(peer->dtls, &peer->keys) < 0) {
			fw_peer_fail(peer, FW_MEDIA_FAILURE_PROFILE);
			return;
		}
		fw_peer_set_state(peer, FW_PEER_KEYED, "handshake done");
	}
	if (peer->state == FW_PEER_KEYED && peer->answered) {
		begin_media(peer);
	}
}

static int begin_handshake(struct fw_peer *peer, enum fw_dtls_role role)
{
	int r = fw_dtls_create(peer->worker->dtls, role, &peer->dtls);

	if (r < 0) {
		fw_peer_fail(peer, FW_MEDIA_FAILURE_DTLS);
		return r;
	}
	peer->secured_us = peer->worker->now_us; /* until up: since when it is being secured */
	fw_peer_set_state(
		peer, FW_PEER_SECURING, role == FW_DTLS_SERVER ? "as server" : "as client");
	return 0;
}

void fw_peer_dtls_in(struct fw_peer *peer, struct fw_path *path, const uint8_t *packet, size_t bytes)
{
	if (peer->state == FW_PEER_ENDED) {
		fw_count(&peer->worker->counters, FW_DROP_DTLS);
		return;
	}
	if (!peer->selected) {
		/* Chromium begins some 50 ms before it nominates: its records show the way. */
		fw_peer_select(peer, path);
	}
	if (!peer->dtls) {
		bool as_client = peer->answered && peer->remote.role == FW_DTLS_CLIENT;

		if (as_client || begin_handshake(peer, FW_DTLS_SERVER) < 0) {
			fw_count(&peer->worker->counters, FW_DROP_DTLS);
			return;
		}
	}
	if (fw_dtls_input(peer->dtls, packet, bytes) < 0) {
		fw_count(&peer->worker->counters, FW_DROP_DTLS);
	}
	send_output(peer);
	on_progress(peer);
}

void fw_peer_dtls_proceed(struct fw_peer *peer)
{
	if (peer->state == FW_PEER_WAITING && peer->answered && peer->selected &&
		peer->remote.role == FW_DTLS_CLIENT) {
		if (begin_handshake(peer, FW_DTLS_CLIENT) == 0) {
			send_output(peer);
		}
	} else if (peer->state == FW_PEER_KEYED) {
		on_progress(peer);
	}
}

void fw_peer_dtls_tick(struct fw_peer *peer)
{
	if (peer->state == FW_PEER_UP && fw_srtp_heard(peer->srtp)) {
		fw_dtls_settle(peer->dtls);
	}
	if (peer->state != FW_PEER_SECURING) {
		return;
	}
	if (fw_dtls_tick(peer->dtls) < 0 ||
		peer->worker->now_us - peer->secured_us > HANDSHAKE_MAX_US) {
		fw_peer_fail(peer, FW_MEDIA_FAILURE_DTLS);
		return;
	}
	send_output(peer);
}
