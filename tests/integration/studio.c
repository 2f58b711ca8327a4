/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/studio.h"

#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/certificate.h"
#include "base/clock.h"
#include "media/rtp.h"
#include "media/sdp_answer.h"
#include "media/sdp_offer.h"

#define BURST   6
#define PAYLOAD 1000

struct member {
	struct fw_sdp_offer offer;
};

struct studio {
	struct fw_media *media;
	uint8_t fingerprint[32];
	GHashTable *members; /* peer handle -> struct member */
	pthread_mutex_t lock; /* not GMutex, which the thread sanitizer cannot see into */
	size_t event_count;
	struct fw_media_event events[STUDIO_EVENTS_MAX];
	struct studio_kept kept;
};

static void fail(const char *what)
{
	(void)fprintf(stderr, "studio: %s\n", what);
	abort();
}

static void on_event(void *user, const struct fw_media_event *event)
{
	struct studio *studio = user;

	(void)pthread_mutex_lock(&studio->lock);
	if (studio->event_count < STUDIO_EVENTS_MAX) {
		studio->events[studio->event_count++] = *event;
	}
	(void)pthread_mutex_unlock(&studio->lock);
}

static void on_packet(void *user, unsigned worker, const struct fw_sink_packet *packet)
{
	struct studio *studio = user;
	struct fw_rtp rtp;

	(void)worker;
	(void)pthread_mutex_lock(&studio->lock);
	if (packet->participant >= 8 || fw_rtp_parse(packet->rtp, packet->rtp_bytes, &rtp) < 0) {
		studio->kept.bad++;
	} else {
		studio->kept.packets[packet->participant][packet->track]++;
	}
	(void)pthread_mutex_unlock(&studio->lock);
}

static void on_sender_report(void *user, unsigned worker, const struct fw_sink_sender_report *report)
{
	struct studio *studio = user;

	(void)worker;
	(void)pthread_mutex_lock(&studio->lock);
	if (report->participant < 8) {
		studio->kept.sender_reports[report->participant]++;
	}
	(void)pthread_mutex_unlock(&studio->lock);
}

struct studio *studio_new(unsigned workers)
{
	struct studio *studio = studio_new_at(workers, "127.0.0.1");

	if (!studio) {
		fail("media does not start");
	}
	return studio;
}

struct studio *studio_new_at(unsigned workers, const char *address)
{
	static const struct fw_sink_ops sink = {
		.packet = on_packet, .sender_report = on_sender_report};
	const char *const addresses[] = {address, NULL};
	struct studio *studio = g_new0(struct studio, 1);
	g_autofree char *certificate = NULL, *key = NULL;
	char text[FW_FINGERPRINT_SIZE];
	struct fw_media_options options = {.workers = workers,
		.addresses = addresses,
		.tcp = true,
		.sink = &sink,
		.sink_user = studio,
		.event = on_event,
		.event_user = studio};

	(void)pthread_mutex_init(&studio->lock, NULL);
	studio->members = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	if (fw_certificate_make("studio", addresses, fw_clock_wall_us(), 30, &certificate, &key) < 0 ||
		fw_certificate_fingerprint(certificate, text) < 0) {
		fail("no certificate");
	}
	for (unsigned i = 0; i < 32; i++) {
		studio->fingerprint[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
	}
	options.certificate_pem = certificate;
	options.key_pem = key;
	if (fw_media_start(&options, &studio->media) < 0) {
		g_hash_table_destroy(studio->members);
		g_free(studio);
		return NULL;
	}
	return studio;
}

void studio_free(struct studio *studio)
{
	fw_media_stop(studio->media);
	g_hash_table_destroy(studio->members);
	(void)pthread_mutex_destroy(&studio->lock);
	g_free(studio);
}

struct fw_media *studio_media(struct studio *studio)
{
	return studio->media;
}

static unsigned worker_of(struct studio *studio, uint64_t call)
{
	return (unsigned)(call % fw_media_workers(studio->media));
}

void studio_post(struct studio *studio, const struct fw_media_command *command)
{
	if (fw_media_post(studio->media, worker_of(studio, command->call), command) < 0) {
		fail("command refused");
	}
}

static void new_credentials(struct fw_sdp_offer *offer)
{
	g_snprintf(offer->ufrag, sizeof(offer->ufrag), "%08x", g_random_int());
	g_snprintf(offer->pwd, sizeof(offer->pwd), "%08x%08x%08x", g_random_int(), g_random_int(),
		g_random_int());
	offer->revision++;
}

static void add_candidates(struct studio *studio, uint64_t call, struct fw_sdp_offer *offer)
{
	struct fw_media_candidate candidates[FW_SDP_CANDIDATES_MAX];

	offer->candidate_count = (unsigned)fw_media_candidates(
		studio->media, worker_of(studio, call), candidates, FW_SDP_CANDIDATES_MAX);
	for (unsigned i = 0; i < offer->candidate_count; i++) {
		g_strlcpy(offer->candidates[i].address, candidates[i].address,
			sizeof(offer->candidates[i].address));
		offer->candidates[i].port = candidates[i].port;
		offer->candidates[i].tcp = candidates[i].tcp;
	}
}

static void post_credentials(struct studio *studio, uint64_t call, uint64_t peer,
	enum fw_media_command_kind kind, const struct fw_sdp_offer *offer)
{
	struct fw_media_command command = {.kind = kind, .call = call, .peer = peer};

	g_strlcpy(command.open.ufrag, offer->ufrag, sizeof(command.open.ufrag));
	g_strlcpy(command.open.pwd, offer->pwd, sizeof(command.open.pwd));
	command.open.ssrc_base = (uint32_t)(peer << 8);
	studio_post(studio, &command);
}

static char *offer_text(const struct fw_sdp_offer *offer)
{
	g_autofree char *escaped = NULL;

	if (fw_sdp_offer_json(offer, &escaped) < 0) {
		fail("no offer");
	}
	return g_strcompress(escaped);
}

char *studio_offer(struct studio *studio, uint64_t call, uint64_t peer)
{
	struct member *member = g_new0(struct member, 1);

	member->offer.session = peer;
	memcpy(member->offer.fingerprint_sha256, studio->fingerprint, 32);
	new_credentials(&member->offer);
	add_candidates(studio, call, &member->offer);
	fw_sdp_offer_set_tracks(&member->offer, 2, (uint32_t)(peer << 8));
	post_credentials(studio, call, peer, FW_MEDIA_PEER_OPEN, &member->offer);
	(void)g_hash_table_insert(studio->members, g_memdup2(&peer, sizeof(peer)), member);
	return offer_text(&member->offer);
}

void studio_answer(struct studio *studio, uint64_t call, uint64_t peer, const char *answer_sdp)
{
	struct member *member = g_hash_table_lookup(studio->members, &peer);
	struct fw_media_command command = {.kind = FW_MEDIA_PEER_REMOTE, .call = call, .peer = peer};
	char reason[FW_SDP_REASON_MAX + 1];

	if (fw_sdp_answer_parse(
		    &member->offer, answer_sdp, strlen(answer_sdp), &command.remote, reason) < 0) {
		fail(reason);
	}
	studio_post(studio, &command);
}

/* Has the offer answered and tells the worker. */
static void negotiate(struct studio *studio, uint64_t call, uint64_t peer, const char *offer,
	struct test_peer *client)
{
	g_autofree char *answer = NULL;

	if (test_peer_offer(client, offer, &answer) < 0) {
		fail("no answer");
	}
	studio_answer(studio, call, peer, answer);
}

struct test_peer *studio_join(struct studio *studio, uint64_t call, uint64_t peer,
	const struct test_peer_options *options)
{
	struct test_peer *client = test_peer_new(options);
	g_autofree char *offer = studio_offer(studio, call, peer);

	negotiate(studio, call, peer, offer, client);
	return client;
}

void studio_restart_ice(
	struct studio *studio, uint64_t call, uint64_t peer, struct test_peer *client)
{
	struct member *member = g_hash_table_lookup(studio->members, &peer);
	g_autofree char *offer = NULL;

	new_credentials(&member->offer);
	post_credentials(studio, call, peer, FW_MEDIA_PEER_ICE, &member->offer);
	offer = offer_text(&member->offer);
	negotiate(studio, call, peer, offer, client);
}

void studio_grow(struct studio *studio, uint64_t call, uint64_t peer, unsigned slots,
	struct test_peer *client)
{
	struct member *member = g_hash_table_lookup(studio->members, &peer);
	g_autofree char *offer = NULL;

	fw_sdp_offer_set_tracks(&member->offer, (uint8_t)slots, (uint32_t)(peer << 8));
	member->offer.revision++;
	offer = offer_text(&member->offer);
	negotiate(studio, call, peer, offer, client);
}

void studio_hold(struct studio *studio, uint64_t call, uint64_t peer, bool held)
{
	struct fw_media_command command = {.kind = FW_MEDIA_PEER_GATE, .call = call, .peer = peer};

	command.gate.open = true;
	command.gate.held = held;
	studio_post(studio, &command);
}

void studio_gate(struct studio *studio, uint64_t call, uint64_t peer, bool open)
{
	struct fw_media_command command = {.kind = FW_MEDIA_PEER_GATE, .call = call, .peer = peer};

	command.gate.open = open;
	studio_post(studio, &command);
}

void studio_show(struct studio *studio, uint64_t call, uint64_t peer, unsigned slot, uint64_t source)
{
	struct fw_media_command command = {.kind = FW_MEDIA_PEER_SHOW, .call = call, .peer = peer};

	command.show.slot = (uint8_t)slot;
	command.show.source_peer = source;
	studio_post(studio, &command);
}

void studio_record(struct studio *studio, uint64_t call, uint64_t peer, bool on)
{
	struct fw_media_command command = {.kind = FW_MEDIA_PEER_RECORD, .call = call, .peer = peer};

	command.record.on = on;
	command.record.participant = (uint32_t)peer;
	studio_post(studio, &command);
}

void studio_close(struct studio *studio, uint64_t call, uint64_t peer)
{
	struct fw_media_command command = {.kind = FW_MEDIA_PEER_CLOSE, .call = call, .peer = peer};

	studio_post(studio, &command);
}

size_t studio_events(struct studio *studio, struct fw_media_event *ret_events, size_t max)
{
	size_t count;

	(void)pthread_mutex_lock(&studio->lock);
	count = MIN(studio->event_count, max);
	memcpy(ret_events, studio->events, count * sizeof(*ret_events));
	(void)pthread_mutex_unlock(&studio->lock);
	return count;
}

unsigned studio_count(struct studio *studio, enum fw_media_event_kind kind, uint64_t peer)
{
	unsigned count = 0;

	(void)pthread_mutex_lock(&studio->lock);
	for (size_t i = 0; i < studio->event_count; i++) {
		count += studio->events[i].kind == kind && studio->events[i].peer == peer;
	}
	(void)pthread_mutex_unlock(&studio->lock);
	return count;
}

struct studio_kept studio_kept(struct studio *studio)
{
	struct studio_kept kept;

	(void)pthread_mutex_lock(&studio->lock);
	kept = studio->kept;
	(void)pthread_mutex_unlock(&studio->lock);
	return kept;
}

uint64_t studio_counter(struct studio *studio, enum fw_media_count which)
{
	struct fw_media_snapshot snapshot;
	uint64_t sum = 0;

	for (unsigned i = 0; i < fw_media_workers(studio->media); i++) {
		fw_media_snapshot(studio->media, i, &snapshot);
		sum += snapshot.value[which];
	}
	return sum;
}

static void send_burst(struct test_peer *peer, enum fw_track track, int64_t now_us, bool key)
{
	/* A VP8 descriptor (RFC 7741 4.2) and the first byte of a frame: its lowest bit is 0 in key frames. */
	uint8_t payload[PAYLOAD] = {0x10, key ? 0x00 : 0x01};

	for (unsigned i = 0; i < BURST; i++) {
		payload[0] = i ? 0x00 : 0x10;
		(void)test_peer_send(peer, track, (uint32_t)(now_us * 90 / 1000), i == BURST - 1,
			payload, sizeof(payload));
	}
}

void studio_run(struct test_peer *const *peers, size_t count, unsigned tracks, int64_t duration_us)
{
	int64_t end_us = test_now_us() + duration_us, sound_us = test_now_us(),
		picture_us = sound_us;
	static const uint8_t sound[100];
	unsigned pictures = 0;

	while (test_now_us() < end_us) {
		int64_t now_us = test_now_us();

		for (size_t i = 0; now_us >= sound_us && i < count; i++) {
			(void)test_peer_send(peers[i], FW_TRACK_AUDIO,
				(uint32_t)(now_us * 48 / 1000), false, sound, sizeof(sound));
		}
		for (size_t i = 0; now_us >= picture_us && i < count; i++) {
			for (unsigned t = FW_TRACK_FACE; t < FW_TRACK_COUNT; t++) {
				if (tracks & (1u << t)) {
					send_burst(peers[i], (enum fw_track)t, now_us,
						pictures % 30 == 0);
				}
			}
		}
		pictures += now_us >= picture_us;
		sound_us += now_us >= sound_us ? 20000 : 0;
		picture_us += now_us >= picture_us ? 33333 : 0;
		test_peers_run(peers, count, MIN(sound_us, picture_us) - test_now_us(), NULL, NULL);
	}
}

struct settling {
	struct test_peer *const *peers;
	size_t count;
};

static bool settled(void *user)
{
	const struct settling *settling = user;

	for (size_t i = 0; i < settling->count; i++) {
		enum test_peer_state state = test_peer_state(settling->peers[i]);

		if (state != TEST_PEER_UP && state != TEST_PEER_FAILED) {
			return false;
		}
	}
	return true;
}

void studio_settle(struct test_peer *const *peers, size_t count)
{
	struct settling settling = {peers, count};

	test_peers_run(peers, count, 5000000, settled, &settling);
}
