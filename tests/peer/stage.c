/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/peer/stage.h"
#include "base/certificate.h"
#include "media/sdp_answer.h"
#include <assert.h>
#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

#define CALL        1
#define HANDLES_MAX 1024

struct seen {
	unsigned count[TEST_STAGE_EVENTS];
	enum fw_media_failure failure;
	struct fw_media_event quality;
	struct fw_sdp_offer offer;
};

struct test_stage {
	struct fw_media *media;
	uint8_t fingerprint_sha256[32];
	GMutex lock; /* of the counts in seen */
	struct seen seen[HANDLES_MAX];
};

static void note_event(void *user, const struct fw_media_event *event)
{
	struct test_stage *stage = user;
	struct seen *seen = &stage->seen[event->peer % HANDLES_MAX];

	g_mutex_lock(&stage->lock);
	seen->count[event->kind]++;
	if (event->kind == FW_MEDIA_PEER_FAILED) {
		seen->failure = event->failed.failure;
	} else if (event->kind == FW_MEDIA_QUALITY) {
		seen->quality = *event;
	}
	g_mutex_unlock(&stage->lock);
}

static void read_fingerprint(const char *certificate_pem, uint8_t ret_sha256[32])
{
	char text[FW_FINGERPRINT_SIZE];

	assert(fw_certificate_fingerprint(certificate_pem, text) == 0);
	for (unsigned i = 0; i < 32; i++) {
		unsigned byte = 0;
		assert(sscanf(text + 3 * (size_t)i, "%2x", &byte) == 1);
		ret_sha256[i] = (uint8_t)byte;
	}
}

struct test_stage *test_stage_new(const struct fw_sink_ops *sink, void *sink_user)
{
	static const char *const names[] = {"127.0.0.1", NULL};
	struct test_stage *stage = g_new0(struct test_stage, 1);
	g_autofree char *certificate_pem = NULL, *key_pem = NULL;
	struct fw_media_options options = {.workers = 1,
		.addresses = names,
		.tcp = true,
		.sink = sink,
		.sink_user = sink_user,
		.event = note_event,
		.event_user = stage};

	gst_init(NULL, NULL);
	g_mutex_init(&stage->lock);
	assert(fw_certificate_make(
		       "test", names, g_get_real_time(), 2, &certificate_pem, &key_pem) == 0);
	read_fingerprint(certificate_pem, stage->fingerprint_sha256);
	options.certificate_pem = certificate_pem;
	options.key_pem = key_pem;
	assert(fw_media_start(&options, &stage->media) == 0);
	return stage;
}

void test_stage_free(struct test_stage *stage)
{
	fw_media_stop(stage->media);
	g_mutex_clear(&stage->lock);
	g_free(stage);
}

struct fw_media *test_stage_media(struct test_stage *stage)
{
	return stage->media;
}

static void post(struct test_stage *stage, const struct fw_media_command *command)
{
	assert(fw_media_post(stage->media, 0, command) == 0);
}

static void fill_offer(struct test_stage *stage, struct fw_sdp_offer *offer, uint64_t handle)
{
	struct fw_media_candidate candidates[FW_SDP_CANDIDATES_MAX];
	size_t count = fw_media_candidates(stage->media, 0, candidates, G_N_ELEMENTS(candidates));

	offer->session = handle;
	offer->revision++;
	g_snprintf(offer->ufrag, sizeof offer->ufrag, "h%" G_GUINT64_FORMAT "r%04u", handle,
		offer->revision);
	g_snprintf(offer->pwd, sizeof offer->pwd, "%024u", offer->revision);
	memcpy(offer->fingerprint_sha256, stage->fingerprint_sha256,
		sizeof offer->fingerprint_sha256);
	offer->candidate_count = (unsigned)count;
	for (size_t i = 0; i < count; i++) {
		g_strlcpy(offer->candidates[i].address, candidates[i].address,
			sizeof offer->candidates[i].address);
		offer->candidates[i].port = candidates[i].port;
		offer->candidates[i].tcp = candidates[i].tcp;
	}
	fw_sdp_offer_set_tracks(offer, 1, (uint32_t)handle * 100);
}

static void post_credentials(
	struct test_stage *stage, enum fw_media_command_kind kind, uint64_t handle)
{
	struct fw_sdp_offer *offer = &stage->seen[handle].offer;
	struct fw_media_command command = {.kind = kind, .call = CALL, .peer = handle};

	g_strlcpy(command.open.ufrag, offer->ufrag, sizeof command.open.ufrag);
	g_strlcpy(command.open.pwd, offer->pwd, sizeof command.open.pwd);
	command.open.ssrc_base = (uint32_t)handle * 100;
	post(stage, &command);
}

static char *exchange(struct fw_sdp_offer *offer, struct test_peer *peer)
{
	g_autofree char *sdp = NULL;
	char *answer = NULL;

	assert(fw_sdp_offer_build(offer, &sdp) == 0);
	assert(test_peer_offer(peer, sdp, &answer) == 0);
	return answer;
}

struct test_peer *test_stage_join(
	struct test_stage *stage, uint64_t handle, const struct test_peer_options *options)
{
	struct test_peer *peer = test_peer_new(options);
	struct fw_media_command command = {
		.kind = FW_MEDIA_PEER_REMOTE, .call = CALL, .peer = handle};
	char reason[FW_SDP_REASON_MAX + 1];
	g_autofree char *answer = NULL;

	assert(handle > 0 && handle < HANDLES_MAX);
	fill_offer(stage, &stage->seen[handle].offer, handle);
	post_credentials(stage, FW_MEDIA_PEER_OPEN, handle);
	answer = exchange(&stage->seen[handle].offer, peer);
	if (fw_sdp_answer_parse(&stage->seen[handle].offer, answer, strlen(answer), &command.remote,
		    reason) < 0) {
		fprintf(stderr, "%s\n%s\n", answer, reason);
		abort();
	}
	post(stage, &command);
	return peer;
}

void test_stage_restart_ice(struct test_stage *stage, uint64_t handle, struct test_peer *peer)
{
	g_autofree char *answer = NULL;

	fill_offer(stage, &stage->seen[handle].offer, handle);
	post_credentials(stage, FW_MEDIA_PEER_ICE, handle);
	answer = exchange(&stage->seen[handle].offer, peer);
}

void test_stage_gate(struct test_stage *stage, uint64_t handle, bool open)
{
	post(stage, &(struct fw_media_command){.kind = FW_MEDIA_PEER_GATE,
			    .call = CALL,
			    .peer = handle,
			    .gate = {.open = open}});
}

void test_stage_show(struct test_stage *stage, uint64_t handle, uint8_t slot, uint64_t source)
{
	post(stage, &(struct fw_media_command){.kind = FW_MEDIA_PEER_SHOW,
			    .call = CALL,
			    .peer = handle,
			    .show = {slot, source}});
}

void test_stage_record(struct test_stage *stage, uint64_t handle, uint32_t participant)
{
	post(stage, &(struct fw_media_command){.kind = FW_MEDIA_PEER_RECORD,
			    .call = CALL,
			    .peer = handle,
			    .record = {.on = participant != 0, .participant = participant}});
}

void test_stage_close(struct test_stage *stage, uint64_t handle)
{
	post(stage, &(struct fw_media_command){
			    .kind = FW_MEDIA_PEER_CLOSE, .call = CALL, .peer = handle});
}

unsigned test_stage_events(struct test_stage *stage, uint64_t handle, enum fw_media_event_kind kind)
{
	unsigned count = 0;

	g_mutex_lock(&stage->lock);
	count = stage->seen[handle].count[kind];
	g_mutex_unlock(&stage->lock);
	return count;
}

enum fw_media_failure test_stage_failure(struct test_stage *stage, uint64_t handle)
{
	enum fw_media_failure failure = FW_MEDIA_FAILURE_NONE;

	g_mutex_lock(&stage->lock);
	failure = stage->seen[handle].failure;
	g_mutex_unlock(&stage->lock);
	return failure;
}

struct fw_media_event test_stage_quality(struct test_stage *stage, uint64_t handle)
{
	struct fw_media_event event;

	g_mutex_lock(&stage->lock);
	event = stage->seen[handle].quality;
	g_mutex_unlock(&stage->lock);
	return event;
}
