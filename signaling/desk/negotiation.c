/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/negotiation.h"

#include "base/log.h"
#include "media/sdp_answer.h"
#include "media/sdp_offer.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/slots.h"

#include <stdio.h>
#include <string.h>

#define FW_LOG_TOPIC "negotiation"

#define UFRAG_CHARS 8 /* RFC 8445 5.3: at least 24 bits of randomness; 48 here */
#define PWD_CHARS   24 /* the same: at least 128 bits; 144 here */
#define START_KBPS \
	2500 /* of a browser's video encoders, as measured: the screen is sharp in the first second */
#define MAX_KBPS 6000

G_STATIC_ASSERT(UFRAG_CHARS <= FW_ICE_UFRAG_MAX && PWD_CHARS <= FW_ICE_PWD_MAX);
G_STATIC_ASSERT(FW_SDP_ANSWER_MAX >= FW_SDP_MAX_BYTES);

/* --- commands ----------------------------------------------------------------------------------- */

static struct fw_media_command command(const struct fw_part *part, enum fw_media_command_kind kind)
{
	struct fw_media_command command = {
		.kind = kind, .call = part->call->handle, .peer = part->peer.handle};

	return command;
}

static void emit(
	struct fw_desk *desk, const struct fw_part *part, const struct fw_media_command *media)
{
	fw_emit_media(desk, part->call->worker, media);
}

/* --- what an offer is made of ------------------------------------------------------------------- */

static void random_chars(struct fw_desk *desk, char *ret_text, size_t chars)
{
	/* RFC 8839 5.4: ice-char. 64 of them, so that a random byte chooses evenly. */
	static const char ice_chars[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t bytes[PWD_CHARS];

	desk->setup.random(desk->setup.random_user, bytes, chars);
	for (size_t i = 0; i < chars; i++) {
		ret_text[i] = ice_chars[bytes[i] & 63];
	}
	ret_text[chars] = 0;
}

static void add_candidates(const struct fw_desk *desk, unsigned worker, struct fw_sdp_offer *offer)
{
	const uint16_t ports[] = {
		desk->media.udp_ports[worker],
		desk->media.tcp_ports ? desk->media.tcp_ports[worker] : 0,
	};

	for (int tcp = 0; tcp < 2; tcp++) {
		for (int i = 0; ports[tcp] && desk->media.addresses[i] &&
			offer->candidate_count < FW_SDP_CANDIDATES_MAX;
			i++) {
			struct fw_sdp_candidate *candidate =
				&offer->candidates[offer->candidate_count++];

			g_strlcpy(candidate->address, desk->media.addresses[i],
				sizeof(candidate->address));
			candidate->port = ports[tcp];
			candidate->tcp = tcp != 0;
		}
	}
}

/* The same for the offer that is sent and for reading its answer. */
static void describe(
	const struct fw_desk *desk, const struct fw_part *part, struct fw_sdp_offer *ret_offer)
{
	const struct fw_peer *peer = &part->peer;

	memset(ret_offer, 0, sizeof(*ret_offer));
	ret_offer->session = peer->handle;
	ret_offer->revision = peer->revision;
	g_strlcpy(ret_offer->ufrag, peer->ufrag, sizeof(ret_offer->ufrag));
	g_strlcpy(ret_offer->pwd, peer->pwd, sizeof(ret_offer->pwd));
	memcpy(ret_offer->fingerprint_sha256, desk->media.fingerprint_sha256,
		sizeof(ret_offer->fingerprint_sha256));
	ret_offer->start_kbps = START_KBPS;
	ret_offer->max_kbps = MAX_KBPS;
	add_candidates(desk, part->call->worker, ret_offer);
	fw_sdp_offer_set_tracks(ret_offer, (uint8_t)peer->slots_offered, peer->ssrc_base);
}

/* --- offers --------------------------------------------------------------------------------------- */

static void render_mids(struct fw_json *json, const char mids[FW_TRACK_COUNT][FW_MID_MAX + 1])
{
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		fw_json_text(json, fw_tracks[i], mids[i]);
	}
}

static void render_slot(struct fw_json *json, const struct fw_part *part,
	const struct fw_sdp_offer *offer, unsigned i)
{
	fw_json_open(json, NULL, '{');
	fw_json_int(json, "slot", i + 1);
	if (part->slots[i]) {
		fw_json_int(json, "participant", part->slots[i]);
	} else {
		fw_json_null(json, "participant");
	}
	render_mids(json, offer->down[i].mid);
	fw_json_close(json, '}');
}

static void render_offer(
	struct fw_json *json, const struct fw_part *part, const struct fw_sdp_offer *offer)
{
	fw_json_open(json, "up", '{');
	render_mids(json, offer->up_mid);
	fw_json_close(json, '}');
	fw_json_open(json, "down", '[');
	for (unsigned i = 0; i < offer->slots; i++) {
		render_slot(json, part, offer, i);
	}
	fw_json_close(json, ']');
}

static void render_connection(struct fw_json *json, const struct fw_part *part)
{
	char connection[16];

	g_snprintf(connection, sizeof(connection), "c%u", part->peer.connection);
	fw_json_text(json, "call", part->call->id);
	fw_json_text(json, "connection", connection);
}

/* Sends the outstanding offer. */
static int tell_offer(struct fw_desk *desk, struct fw_part *part)
{
	const struct fw_client *client = fw_part_client(part);
	g_autofree char *sdp = NULL;
	struct fw_sdp_offer offer;
	struct fw_json json;
	int r;

	describe(desk, part, &offer);
	r = fw_sdp_offer_json(&offer, &sdp);
	if (r < 0) {
		return r;
	}
	fw_event_begin(&json, "rtc.offer");
	render_connection(&json, part);
	fw_json_int(&json, "revision", part->peer.revision);
	fw_json_escaped(&json, "sdp", sdp);
	render_offer(&json, part, &offer);
	fw_event_send(desk, client, &json);
	return 0;
}

static int offer(struct fw_desk *desk, struct fw_part *part)
{
	part->peer.revision++;
	part->peer.offered = true;
	part->peer.restart_wanted = false;
	part->peer.slots_offered = part->slot_count;
	return tell_offer(desk, part);
}

/* --- a peer's life -------------------------------------------------------------------------------- */

static int open_peer(struct fw_desk *desk, struct fw_part *part, unsigned failures)
{
	struct fw_media_command media;
	struct fw_peer *peer = &part->peer;

	fw_memory_touch(desk->memory, part);
	fw_memory_touch(desk->memory, desk->tally);
	memset(peer, 0, sizeof(*peer));
	peer->handle = desk->tally->next_peer++;
	peer->connection = desk->tally->next_connection++;
	peer->failures = failures;
	desk->setup.random(desk->setup.random_user, &peer->ssrc_base, sizeof(peer->ssrc_base));
	peer->ssrc_base =
		(peer->ssrc_base & 0x7ffffff0U) | 0x10; /* + 15 stays below 2^31, and is never 0 */
	random_chars(desk, peer->ufrag, UFRAG_CHARS);
	random_chars(desk, peer->pwd, PWD_CHARS);
	fw_memory_index(desk->memory, desk->peers, fw_handle_key(peer->handle), part);
	media = command(part, FW_MEDIA_PEER_OPEN);
	g_strlcpy(media.open.ufrag, peer->ufrag, sizeof(media.open.ufrag));
	g_strlcpy(media.open.pwd, peer->pwd, sizeof(media.open.pwd));
	media.open.ssrc_base = peer->ssrc_base;
	emit(desk, part, &media);
	fw_slots_assign(desk, part);
	if (part->call->state == FW_CALL_ANSWERED) {
		fw_peer_join(desk, part);
	}
	return offer(desk, part);
}

void fw_peer_close(struct fw_desk *desk, struct fw_part *part)
{
	const struct fw_client *client = fw_part_client(part);
	struct fw_media_command media = command(part, FW_MEDIA_PEER_CLOSE);
	struct fw_json json;

	if (!part->peer.handle) {
		return;
	}
	emit(desk, part, &media);
	if (client) {
		fw_event_begin(&json, "rtc.closed");
		render_connection(&json, part);
		fw_event_send(desk, client, &json);
	}
	fw_memory_index(desk->memory, desk->peers, fw_handle_key(part->peer.handle), NULL);
	fw_memory_touch(desk->memory, part);
	memset(&part->peer, 0, sizeof(part->peer));
	memset(&part->quality, 0, sizeof(part->quality));
}

int fw_peer_renew(struct fw_desk *desk, struct fw_part *part)
{
	unsigned failures = part->peer.failures;

	fw_peer_close(desk, part);
	return fw_part_client(part) ? open_peer(desk, part, failures) : 0;
}

bool fw_peer_is(const struct fw_part *part, const char *connection)
{
	char own[16];

	g_snprintf(own, sizeof(own), "c%u", part->peer.connection);
	return connection && part->peer.handle && part->peer.up && !part->peer.silent &&
		strcmp(own, connection) == 0;
}

void fw_peer_tell_again(struct fw_desk *desk, struct fw_part *part)
{
	if (part->peer.offered) {
		(void)tell_offer(desk, part); /* it was built once already: it builds again */
	}
}

int fw_peer_offer_more(struct fw_desk *desk, struct fw_part *part)
{
	if (!part->peer.handle || part->peer.offered ||
		part->slot_count <= part->peer.slots_offered) {
		return 0; /* an offer that is out is answered first */
	}
	fw_memory_touch(desk->memory, part);
	return offer(desk, part);
}

/* A slot of `part` shows the peer of whom it carries, or nobody. */
static void show(struct fw_desk *desk, const struct fw_part *part, unsigned slot)
{
	const struct fw_part *source = fw_slots_part(part->call, part->slots[slot]);
	struct fw_media_command media = command(part, FW_MEDIA_PEER_SHOW);

	if (part->peer.handle) {
		media.show.slot = (uint8_t)slot;
		media.show.source_peer = source ? source->peer.handle : 0;
		emit(desk, part, &media);
	}
}

void fw_peer_gate(struct fw_desk *desk, const struct fw_part *part)
{
	struct fw_media_command media = command(part, FW_MEDIA_PEER_GATE);

	if (part->state == FW_PART_IN && part->peer.handle) {
		media.gate.open = true;
		media.gate.held = part->held_by != 0;
		emit(desk, part, &media);
	}
}

void fw_peer_join(struct fw_desk *desk, struct fw_part *part)
{
	const struct fw_call *call = part->call;
	struct fw_media_command media;

	if (part->state != FW_PART_IN || !part->peer.handle) {
		return;
	}
	if (call->journal) {
		media = command(part, FW_MEDIA_PEER_RECORD);
		media.record.on = true;
		media.record.participant = part->participant;
		emit(desk, part, &media);
	}
	fw_peer_gate(desk, part);
	for (unsigned i = 0; i < part->slot_count; i++) {
		show(desk, part, i);
	}
	for (unsigned i = 0; i < call->part_count; i++) {
		int slot = call->parts[i]->state == FW_PART_IN
			? fw_slots_find(call->parts[i], part->participant)
			: -1;

		if (slot >= 0) {
			show(desk, call->parts[i], (unsigned)slot);
		}
	}
}

/* --- methods -------------------------------------------------------------------------------------- */

/* The part whose present connection the message names; anything else is out of date. */
static int find_peer(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_part **ret_part)
{
	char own[16];
	int r = fw_part_find(desk, client, message, ret_part);

	if (r != 0) {
		return r;
	}
	g_snprintf(own, sizeof(own), "c%u", (*ret_part)->peer.connection);
	return (*ret_part)->peer.handle &&
			strcmp(own, fw_client_message_text(message, "connection")) == 0
		? 0
		: FW_CODE_STALE;
}

static int restart(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_media_command media = command(part, FW_MEDIA_PEER_ICE);

	random_chars(desk, part->peer.ufrag, UFRAG_CHARS);
	random_chars(desk, part->peer.pwd, PWD_CHARS);
	g_strlcpy(media.open.ufrag, part->peer.ufrag, sizeof(media.open.ufrag));
	g_strlcpy(media.open.pwd, part->peer.pwd, sizeof(media.open.pwd));
	emit(desk, part, &media);
	return offer(desk, part);
}

int fw_rtc_answer_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	const char *sdp = fw_client_message_text(message, "sdp");
	char reason[FW_SDP_REASON_MAX + 1] = "";
	struct fw_media_command media;
	struct fw_sdp_offer sent;
	struct fw_part *part;
	int r = find_peer(desk, client, message, &part);

	if (r != 0) {
		return r;
	}
	if (!part->peer.offered ||
		fw_client_message_int(message, "revision") != (int64_t)part->peer.revision) {
		return FW_CODE_STALE;
	}
	describe(desk, part, &sent);
	media = command(part, FW_MEDIA_PEER_REMOTE);
	if (fw_sdp_answer_parse(&sent, sdp, strlen(sdp), &media.remote, reason) < 0) {
		g_strlcpy(answer->text, reason, sizeof(answer->text));
		fw_warn("bad answer call=%s window=%s: %s", part->call->id, part->window->place->id,
			reason);
		return FW_CODE_BAD_SDP;
	}
	fw_memory_touch(desk->memory, part);
	part->peer.offered = false;
	emit(desk, part, &media);
	if (part->peer.restart_wanted) {
		return restart(desk, part);
	}
	r = fw_peer_offer_more(desk, part);
	return r < 0 ? r : fw_part_line(desk, part);
}

int fw_rtc_restart_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_part *part;
	int r = find_peer(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	if (part->peer.restarted && desk->now - part->peer.restarted < FW_RESTART_US) {
		return FW_CODE_TOO_MANY;
	}
	fw_memory_touch(desk->memory, part);
	part->peer.restarted = desk->now;
	if (part->peer.offered) {
		part->peer.restart_wanted = true;
		return 0;
	}
	return restart(desk, part);
}

int fw_rtc_reopen_method(struct fw_desk *desk, struct fw_client *client,
	const struct fw_client_message *message, struct fw_answer *answer)
{
	struct fw_part *part;
	int r = fw_part_find(desk, client, message, &part);

	(void)answer;
	if (r != 0) {
		return r;
	}
	fw_memory_touch(desk->memory, part);
	part->peer.failures = 0;
	r = fw_peer_renew(desk, part);
	return r < 0 ? r : fw_part_line(desk, part);
}

/* --- what the worker says -------------------------------------------------------------------------- */

/* The worker has forgotten the peer, or should. A new one is offered by itself a few times in a row. */
static int peer_gone(struct fw_desk *desk, struct fw_part *part)
{
	unsigned failures = part->peer.failures + 1;
	int r;

	fw_peer_close(desk, part);
	part->peer.failures = failures;
	if (failures < FW_PEER_FAILURES_MAX && fw_part_client(part)) {
		r = open_peer(desk, part, failures);
		if (r < 0) {
			return r;
		}
	}
	return fw_part_line(desk, part);
}

int fw_peer_event(struct fw_desk *desk, const struct fw_media_event *event)
{
	struct fw_part *part = g_hash_table_lookup(desk->peers, fw_handle_key(event->peer));

	if (!part) { /* it crossed with the end of the peer */
		return 0;
	}
	fw_memory_touch(desk->memory, part);
	switch (event->kind) {
	case FW_MEDIA_PEER_UP:
		fw_info("peer up call=%s window=%s profile=%s tcp=%d", part->call->id,
			part->window->place->id, event->up.profile, event->up.tcp);
		part->peer.up = true;
		part->peer.silent = false;
		part->peer.failures = 0;
		return fw_part_line(desk, part);
	case FW_MEDIA_PEER_SILENT:
		part->peer.silent = true;
		return fw_part_line(desk, part);
	case FW_MEDIA_PEER_BACK:
		part->peer.silent = false;
		return fw_part_line(desk, part);
	case FW_MEDIA_PEER_FAILED:
		fw_warn("peer failed call=%s window=%s failure=%d", part->call->id,
			part->window->place->id, (int)event->failed.failure);
		return peer_gone(desk, part);
	case FW_MEDIA_PEER_LOST:
		return peer_gone(desk, part);
	case FW_MEDIA_QUALITY:
		part->quality.rtt_ms = event->quality.rtt_ms;
		part->quality.loss_up_permille = event->quality.loss_up_permille;
		part->quality.loss_down_permille = event->quality.loss_down_permille;
		part->quality.up_kbps = event->quality.up_kbps;
		part->quality.down_kbps = event->quality.down_kbps;
		return 0;
	case FW_MEDIA_TRACK: /* the recorder names the gap; a client says itself what became of its camera */
		return 0;
	}
	return 0;
}
