/* SPDX-License-Identifier: Apache-2.0 */
/* A peer's life.
 *
 *   waiting ──first record──▶ securing ──handshake──▶ keyed ──answer, fingerprint──▶ up
 *      │                          │                     │                            │
 *      └──────────────────────────┴─────────────────────┴────────────▶ ended ◀───────┘
 *
 * Invariants: srtp is there exactly while up (and in ended, if it was); a link slot.source <-> source.receivers[] exists in both
 * directions or in neither, and only between peers of one call; an ended peer is in worker->ended and is freed at the end of the turn.
 */
#define FW_LOG_TOPIC "media"
#include "base/log.h"
#include "media/peer.h"

#include <assert.h>
#include <string.h>

static const char *const state_names[] = {
	[FW_PEER_WAITING] = "waiting",
	[FW_PEER_SECURING] = "securing",
	[FW_PEER_KEYED] = "keyed",
	[FW_PEER_UP] = "up",
	[FW_PEER_ENDED] = "ended",
};

static const bool legal[FW_PEER_ENDED + 1][FW_PEER_ENDED + 1] = {
	[FW_PEER_WAITING] = {[FW_PEER_SECURING] = true, [FW_PEER_ENDED] = true},
	[FW_PEER_SECURING] = {[FW_PEER_KEYED] = true, [FW_PEER_ENDED] = true},
	[FW_PEER_KEYED] = {[FW_PEER_UP] = true, [FW_PEER_ENDED] = true},
	[FW_PEER_UP] = {[FW_PEER_ENDED] = true},
};

void fw_peer_set_state(struct fw_peer *peer, enum fw_peer_state state, const char *reason)
{
	assert(legal[peer->state][state]);
	fw_debug("peer call=%" G_GUINT64_FORMAT " peer=%" G_GUINT64_FORMAT " state=%s->%s (%s)",
		peer->call, peer->handle, state_names[peer->state], state_names[state], reason);
	peer->state = state;
	if (state == FW_PEER_ENDED) {
		g_ptr_array_add(peer->worker->ended, peer);
	}
}

static void send_plain_event(struct fw_peer *peer, enum fw_media_event_kind kind)
{
	struct fw_media_event event = {.kind = kind, .call = peer->call, .peer = peer->handle};

	fw_worker_event(peer->worker, &event);
}

void fw_peer_fail(struct fw_peer *peer, enum fw_media_failure failure)
{
	struct fw_media_event event = {
		.kind = FW_MEDIA_PEER_FAILED, .call = peer->call, .peer = peer->handle};

	if (peer->state == FW_PEER_ENDED) {
		return;
	}
	event.failed.failure = failure;
	fw_peer_set_state(peer, FW_PEER_ENDED, "failed");
	fw_worker_event(peer->worker, &event);
}

static void lose(struct fw_peer *peer)
{
	fw_peer_set_state(peer, FW_PEER_ENDED, "silent too long");
	send_plain_event(peer, FW_MEDIA_PEER_LOST);
}

static bool take_credentials(
	struct fw_peer *peer, struct fw_credential *place, const char *ufrag, const char *pwd)
{
	GHashTable *ufrags = peer->worker->ufrags;

	if (!ufrag[0] || !pwd[0] || g_hash_table_contains(ufrags, ufrag)) {
		return false;
	}
	place->peer = peer;
	g_strlcpy(place->ufrag, ufrag, sizeof(place->ufrag));
	g_strlcpy(place->pwd, pwd, sizeof(place->pwd));
	(void)g_hash_table_insert(ufrags, place->ufrag, place);
	return true;
}

static void drop_credential(struct fw_peer *peer, struct fw_credential *credential)
{
	if (credential->ufrag[0]) {
		(void)g_hash_table_remove(peer->worker->ufrags, credential->ufrag);
	}
	explicit_bzero(credential, sizeof(*credential));
}

struct fw_peer *fw_peer_create(struct fw_worker *worker, const struct fw_media_command *open)
{
	static const uint32_t clocks[] = {48000, 90000, 90000}; /* Hz: RFC 7587 4.1, RFC 7741 3 */
	struct fw_peer *peer = g_new0(struct fw_peer, 1);

	peer->worker = worker;
	peer->call = open->call;
	peer->handle = open->peer;
	peer->ssrc_base = open->open.ssrc_base;
	peer->opened_us = peer->heard_us = worker->now_us;
	/* Spread, so that events of many peers do not come at one instant. */
	peer->quality_us = worker->now_us + FW_PEER_QUALITY_US;
	if (!take_credentials(peer, &peer->credentials[0], open->open.ufrag, open->open.pwd)) {
		g_free(peer);
		return NULL;
	}
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		peer->up[t].peer = peer;
		peer->up[t].track = (enum fw_track)t;
		peer->up[t].clock_hz = clocks[t];
		peer->up[t].payload_type = t == FW_TRACK_AUDIO ? FW_PT_OPUS : FW_PT_VP8;
	}
	fw_twcc_receiver_init(&peer->twcc_in);
	fw_twcc_sender_init(&peer->twcc_out);
	fw_estimator_init(&peer->estimator, worker->options.up_kbps_max);
	return peer;
}

static void want_pictures(struct fw_peer *source)
{
	if (source && source->gate) {
		fw_up_want_key_frame(&source->up[FW_TRACK_FACE]);
		fw_up_want_key_frame(&source->up[FW_TRACK_DOCUMENT]);
	}
}

void fw_peer_link(struct fw_peer *peer, unsigned slot, struct fw_peer *source)
{
	struct fw_peer *old = peer->slots[slot].source;

	if (old == source) {
		return;
	}
	for (unsigned i = 0; old && i < old->receiver_count; i++) {
		if (old->receivers[i].peer == peer && old->receivers[i].slot == slot) {
			old->receivers[i] = old->receivers[--old->receiver_count];
			break;
		}
	}
	peer->slots[slot].source = NULL;
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		/* The next source may lie at the same address: it must not be taken for this one. */
		peer->slots[slot].down[t].source = NULL;
	}
	if (!source || source->receiver_count == FW_PEER_RECEIVERS_MAX) {
		return;
	}
	peer->slots[slot].source = source;
	source->receivers[source->receiver_count++] = (struct fw_receiver){peer, slot};
	want_pictures(source);
}

void fw_peer_destroy(struct fw_peer *peer)
{
	while (peer->receiver_count > 0) {
		struct fw_receiver receiver = peer->receivers[0];

		fw_peer_link(receiver.peer, receiver.slot, NULL);
	}
	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		fw_peer_link(peer, slot, NULL);
		for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
			fw_history_destroy(peer->slots[slot].down[t].history);
		}
	}
	while (peer->path_count > 0) {
		fw_path_destroy(peer->paths[0]);
	}
	drop_credential(peer, &peer->credentials[0]);
	drop_credential(peer, &peer->credentials[1]);
	fw_dtls_destroy(peer->dtls);
	fw_srtp_destroy(peer->srtp);
	explicit_bzero(&peer->keys, sizeof(peer->keys));
	g_free(peer);
}

/* ---- commands ---- */

static bool bounded(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool plausible(const struct fw_media_remote *remote)
{
	bool good = remote->slots <= FW_SLOTS_MAX && remote->ext_mid < 15 &&
		remote->ext_transport_cc < 15;

	for (unsigned t = 0; good && t < FW_TRACK_COUNT; t++) {
		good = bounded(remote->up[t].mid, sizeof(remote->up[t].mid));
		for (unsigned slot = 0; good && slot < FW_SLOTS_MAX; slot++) {
			good = bounded(remote->down[slot][t].mid, sizeof(remote->down[slot][t].mid));
		}
	}
	return good;
}

/* A slot that this answer has opened begins with whole pictures. */
static void want_new_pictures(struct fw_peer *peer, unsigned slot)
{
	if (slot < peer->remote.slots && !peer->slots[slot].down[FW_TRACK_FACE].enabled &&
		!peer->slots[slot].down[FW_TRACK_DOCUMENT].enabled) {
		want_pictures(peer->slots[slot].source);
	}
}

static void apply_remote(struct fw_peer *peer, const struct fw_media_remote *remote)
{
	if (peer->state == FW_PEER_UP &&
		memcmp(peer->remote.fingerprint_sha256, remote->fingerprint_sha256,
			sizeof(remote->fingerprint_sha256)) != 0) {
		/* Keys agreed with another certificate are of no worth; the desk opens a new peer for a new one. */
		fw_peer_fail(peer, FW_MEDIA_FAILURE_FINGERPRINT);
		return;
	}
	peer->remote = *remote;
	peer->answered = true;
	peer->ext_mid = remote->ext_mid;
	peer->ext_transport_cc = remote->ext_transport_cc;
	peer->answers_nack = remote->nack;
	for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
		want_new_pictures(peer, slot);
	}
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		struct fw_up *up = &peer->up[t];

		up->accepted = remote->up[t].mid[0] != '\0';
		up->declared_ssrc = remote->up[t].ssrc;
		g_strlcpy(up->mid, remote->up[t].mid, sizeof(up->mid));
		for (unsigned slot = 0; slot < FW_SLOTS_MAX; slot++) {
			fw_down_prepare(peer, slot, (enum fw_track)t);
		}
	}
	fw_peer_dtls_proceed(peer);
}

static void restart_ice(struct fw_peer *peer, const char *ufrag, const char *pwd)
{
	struct fw_credential old = peer->credentials[0];

	if (!ufrag[0] || !pwd[0] || g_hash_table_contains(peer->worker->ufrags, ufrag)) {
		fw_count(&peer->worker->counters, FW_DROP_COMMAND_REFUSED);
		return;
	}
	drop_credential(peer, &peer->credentials[1]);
	drop_credential(peer, &peer->credentials[0]);
	(void)take_credentials(peer, &peer->credentials[1], old.ufrag, old.pwd);
	(void)take_credentials(peer, &peer->credentials[0], ufrag, pwd);
	explicit_bzero(&old, sizeof(old));
}

/* Slots of the peer go on without a hole after what they were not sent. */
static void pass_over(struct fw_peer *peer)
{
	for (unsigned i = 0; i < FW_SLOTS_MAX * FW_TRACK_COUNT; i++) {
		peer->slots[i / FW_TRACK_COUNT].down[i % FW_TRACK_COUNT].source_epoch--;
	}
}

static void set_gate(struct fw_peer *peer, bool joined, bool held)
{
	bool open = joined && !held;

	peer->joined = joined;
	if (peer->gate == open) {
		return;
	}
	peer->gate = open;
	pass_over(peer);
	for (unsigned slot = 0; open && slot < FW_SLOTS_MAX; slot++) {
		want_pictures(peer->slots[slot].source);
	}
	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		/* What is not forwarded is no loss to the receivers: their numbering goes on without a hole. */
		peer->up[t].epoch++;
		if (open) {
			fw_up_want_key_frame(&peer->up[t]);
		}
	}
}

static void show(struct fw_peer *peer, unsigned slot, uint64_t source_handle)
{
	struct fw_peer *source = NULL;

	if (slot >= FW_SLOTS_MAX) {
		fw_count(&peer->worker->counters, FW_DROP_COMMAND_REFUSED);
		return;
	}
	if (source_handle) {
		source = g_hash_table_lookup(peer->worker->peers, &source_handle);
	}
	if (source && (source->call != peer->call || source == peer)) {
		fw_count(&peer->worker->counters, FW_DROP_COMMAND_REFUSED);
		return;
	}
	peer->slots[slot].source_handle = source_handle;
	fw_peer_link(peer, slot, source && source->state != FW_PEER_ENDED ? source : NULL);
}

void fw_peer_command(struct fw_peer *peer, const struct fw_media_command *command)
{
	switch (command->kind) {
	case FW_MEDIA_PEER_REMOTE:
		if (plausible(&command->remote)) {
			apply_remote(peer, &command->remote);
		} else {
			fw_count(&peer->worker->counters, FW_DROP_COMMAND_REFUSED);
		}
		break;
	case FW_MEDIA_PEER_ICE:
		restart_ice(peer, command->open.ufrag, command->open.pwd);
		break;
	case FW_MEDIA_PEER_CLOSE:
		fw_peer_set_state(peer, FW_PEER_ENDED, "closed");
		break;
	case FW_MEDIA_PEER_GATE:
		set_gate(peer, command->gate.open, command->gate.held);
		break;
	case FW_MEDIA_PEER_SHOW:
		show(peer, command->show.slot, command->show.source_peer);
		break;
	case FW_MEDIA_PEER_RECORD:
		peer->record = command->record.on;
		peer->participant = command->record.participant;
		for (unsigned t = 0; peer->record && t < FW_TRACK_COUNT; t++) {
			fw_up_want_key_frame(&peer->up[t]);
		}
		break;
	case FW_MEDIA_PEER_OPEN:
	default:
		fw_count(&peer->worker->counters, FW_DROP_COMMAND_REFUSED);
		break;
	}
}

/* ---- time ---- */

void fw_peer_heard(struct fw_peer *peer, struct fw_path *path, bool media)
{
	int64_t now_us = peer->worker->now_us;

	peer->heard_us = now_us;
	if (path == peer->selected) {
		peer->selected_heard_us = now_us;
		return;
	}
	/* Checks choose by USE-CANDIDATE; this is for who sends from elsewhere without checking again. */
	if (media && (!peer->selected || now_us - peer->selected_heard_us > FW_PEER_PATH_SILENT_US)) {
		fw_peer_select(peer, path);
	}
}

static void watch_silence(struct fw_peer *peer)
{
	int64_t silent_us = peer->worker->now_us - peer->heard_us;

	if (silent_us >= FW_PEER_LOST_US) {
		if (peer->checked_us) {
			lose(peer);
		} else {
			fw_peer_fail(peer, FW_MEDIA_FAILURE_NO_CHECK);
		}
		return;
	}
	/* Before the answer there may be nothing to say for longer than that. */
	if (peer->state == FW_PEER_UP && peer->joined &&
		peer->silent != (silent_us >= FW_PEER_SILENT_US)) {
		peer->silent = !peer->silent;
		send_plain_event(peer, peer->silent ? FW_MEDIA_PEER_SILENT : FW_MEDIA_PEER_BACK);
	}
}

static void watch_tracks(struct fw_peer *peer)
{
	int64_t now_us = peer->worker->now_us;

	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		struct fw_up *up = &peer->up[t];
		bool flowing = up->last_us && now_us - up->last_us < FW_PEER_FLOW_US;

		if (flowing != up->flowing) {
			struct fw_media_event event = {
				.kind = FW_MEDIA_TRACK, .call = peer->call, .peer = peer->handle};

			up->flowing = flowing;
			event.track.track = up->track;
			event.track.flowing = flowing;
			fw_worker_event(peer->worker, &event);
		}
		if (flowing && peer->record && peer->gate &&
			now_us - up->key_us >= FW_PEER_KEY_PERIOD_US &&
			now_us - up->key_asked_us >= FW_PEER_KEY_AGAIN_US) {
			fw_up_want_key_frame(up);
		}
	}
}

static uint32_t permille(uint64_t part, uint64_t whole)
{
	return whole ? (uint32_t)MIN(part * 1000 / whole, 1000) : 0;
}

static uint32_t loss_up(struct fw_peer *peer)
{
	uint64_t expected = 0, given_up = 0;

	for (unsigned t = 0; t < FW_TRACK_COUNT; t++) {
		struct fw_up *up = &peer->up[t];
		uint64_t total = up->known ? (uint64_t)(up->nack.highest - up->first_number + 1) : 0;

		/* Numbering may have begun anew in between. */
		expected += total >= up->quality_expected ? total - up->quality_expected : total;
		given_up += up->quality_given_up;
		up->quality_expected = total;
		up->quality_given_up = 0;
	}
	return permille(given_up, expected);
}

static uint32_t loss_down(struct fw_peer *peer)
{
	uint64_t expected = 0, lost = 0;

	for (unsigned i = 0; i < FW_SLOTS_MAX * FW_TRACK_COUNT; i++) {
		struct fw_down *down = &peer->slots[i / FW_TRACK_COUNT].down[i % FW_TRACK_COUNT];

		if (!down->reported) {
			continue;
		}
		expected += down->reported_highest - down->quality_highest;
		lost += (uint64_t)MAX(down->reported_lost - down->quality_lost, 0);
		down->quality_highest = down->reported_highest;
		down->quality_lost = down->reported_lost;
	}
	return permille(lost, expected);
}

/* Streams that send give back old memory themselves; this is for those that pause. */
static void expire_histories(struct fw_peer *peer)
{
	for (unsigned i = 0; i < FW_SLOTS_MAX * FW_TRACK_COUNT; i++) {
		struct fw_down *down = &peer->slots[i / FW_TRACK_COUNT].down[i % FW_TRACK_COUNT];

		if (down->history) {
			fw_history_expire(down->history, peer->worker->now_us);
		}
	}
}

static void report_quality(struct fw_peer *peer)
{
	int64_t past_us = peer->worker->now_us - peer->quality_us + FW_PEER_QUALITY_US;
	struct fw_media_event event = {
		.kind = FW_MEDIA_QUALITY, .call = peer->call, .peer = peer->handle};

	if (peer->worker->now_us < peer->quality_us) {
		return;
	}
	event.quality.rtt_ms = (peer->round_trip_us + 999) / 1000;
	event.quality.loss_up_permille = loss_up(peer);
	event.quality.loss_down_permille = loss_down(peer);
	event.quality.up_kbps = (uint32_t)(peer->up_bytes * 8000 / (uint64_t)past_us);
	event.quality.down_kbps = (uint32_t)(peer->down_bytes * 8000 / (uint64_t)past_us);
	event.quality.estimate_kbps = peer->estimator.measured ? peer->estimator.kbps : 0;
	peer->up_bytes = peer->down_bytes = 0;
	peer->quality_us = peer->worker->now_us + FW_PEER_QUALITY_US;
	fw_worker_event(peer->worker, &event);
	expire_histories(peer);
}

static void estimate(struct fw_peer *peer)
{
	struct fw_twcc_summary summary;

	if (peer->ext_transport_cc) {
		fw_twcc_sender_take(&peer->twcc_out, &summary);
		fw_estimator_add(&peer->estimator, &summary, peer->worker->now_us);
	}
}

void fw_peer_turn(struct fw_peer *peer)
{
	if (peer->state == FW_PEER_ENDED) {
		return;
	}
	fw_peer_dtls_tick(peer);
	if (peer->state != FW_PEER_ENDED) {
		watch_silence(peer);
	}
	if (peer->state != FW_PEER_UP) {
		return;
	}
	watch_tracks(peer);
	estimate(peer);
	fw_peer_feedback(peer);
	report_quality(peer);
}
