/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/media.h"

#include "signaling/desk/state.h"
#include "tests/simulator/server.h"

#include <stdlib.h>
#include <string.h>

#define MS          INT64_C(1000)
#define KEY(number) ((void *)(uintptr_t)(number))
#define SHA         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct media {
	GHashTable *peers; /* open: peer -> call */
	GHashTable *journals; /* open: call */
	GHashTable *closing; /* CLOSE was told, CLOSED not answered: call */
	GHashTable *jobs; /* running: job */
};

void media_create(struct sim *sim)
{
	struct media *media = g_new0(struct media, 1);

	media->peers = g_hash_table_new(NULL, NULL);
	media->journals = g_hash_table_new(NULL, NULL);
	media->closing = g_hash_table_new(NULL, NULL);
	media->jobs = g_hash_table_new(NULL, NULL);
	sim->media = media;
}

void media_destroy(struct sim *sim)
{
	g_hash_table_destroy(sim->media->peers);
	g_hash_table_destroy(sim->media->journals);
	g_hash_table_destroy(sim->media->closing);
	g_hash_table_destroy(sim->media->jobs);
	g_free(sim->media);
}

void media_forget(struct sim *sim)
{
	g_hash_table_remove_all(sim->media->peers);
	g_hash_table_remove_all(sim->media->journals);
	g_hash_table_remove_all(sim->media->closing);
	g_hash_table_remove_all(sim->media->jobs);
}

unsigned media_peers(const struct sim *sim)
{
	return g_hash_table_size(sim->media->peers);
}

void media_check_rest(const struct sim *sim)
{
	demand(sim, g_hash_table_size(sim->media->peers) == 0, "every peer is closed in the end",
		"open=%u", g_hash_table_size(sim->media->peers));
	demand(sim, g_hash_table_size(sim->media->journals) == 0,
		"every journal is closed in the end", "open=%u",
		g_hash_table_size(sim->media->journals));
}

static bool of_this_run(const struct sim *sim, const void *run)
{
	return sim->server->desk && sim->server->run == (unsigned)(uintptr_t)run;
}

/* --- workers -------------------------------------------------------------------------------------- */

static void peer_event(struct sim *sim, uint64_t peer, enum fw_media_event_kind kind)
{
	struct fw_desk_input input = {.kind = FW_IN_MEDIA};

	input.media.kind = kind;
	input.media.peer = peer;
	input.media.call = (uint64_t)(uintptr_t)g_hash_table_lookup(sim->media->peers, KEY(peer));
	input.media.at_us = sim_wall_us(sim);
	server_give(sim, &input);
}

static void peer_back(struct sim *sim, void *run, uint64_t peer, const char *text)
{
	(void)text;
	if (of_this_run(sim, run) && g_hash_table_contains(sim->media->peers, KEY(peer))) {
		peer_event(sim, peer, FW_MEDIA_PEER_BACK);
	}
}

static void peer_lost(struct sim *sim, void *run, uint64_t peer, const char *text)
{
	(void)text;
	if (of_this_run(sim, run) && g_hash_table_contains(sim->media->peers, KEY(peer))) {
		peer_event(sim, peer, FW_MEDIA_PEER_LOST);
	}
}

static void peer_silent(struct sim *sim, void *run, uint64_t peer, const char *text)
{
	(void)text;
	if (!of_this_run(sim, run) || !g_hash_table_contains(sim->media->peers, KEY(peer))) {
		return;
	}
	peer_event(sim, peer, FW_MEDIA_PEER_SILENT);
	if (dice_chance(&sim->dice, 800)) {
		sim_later(sim, dice_wait(&sim->dice, 5 * TOWN_SECOND), peer_back, run, peer, NULL);
	} else {
		sim_later(sim, 27 * TOWN_SECOND, peer_lost, run, peer, NULL);
	}
}

static void peer_settles(struct sim *sim, void *run, uint64_t peer, const char *text)
{
	(void)text;
	if (!of_this_run(sim, run) || !g_hash_table_contains(sim->media->peers, KEY(peer))) {
		return;
	}
	if (dice_chance(&sim->dice, 30)) {
		peer_event(sim, peer, FW_MEDIA_PEER_FAILED);
		return;
	}
	peer_event(sim, peer, FW_MEDIA_PEER_UP);
	if (dice_chance(&sim->dice, 60)) {
		sim_later(
			sim, dice_wait(&sim->dice, 30 * TOWN_SECOND), peer_silent, run, peer, NULL);
	}
}

void media_command(struct sim *sim, const struct fw_media_command *command)
{
	struct media *media = sim->media;
	const struct fw_call *call =
		g_hash_table_lookup(sim->server->desk->calls_by_handle, &command->call);

	if (command->kind == FW_MEDIA_PEER_OPEN) {
		demand(sim,
			g_hash_table_insert(media->peers, KEY(command->peer), KEY(command->call)),
			"a peer is opened once", "peer=%" G_GUINT64_FORMAT, command->peer);
		sim_later(sim, dice_between(&sim->dice, 40 * MS, 600 * MS), peer_settles,
			KEY(sim->server->run), command->peer, NULL);
		return;
	}
	demand(sim, g_hash_table_contains(media->peers, KEY(command->peer)),
		"commands name open peers", "peer=%" G_GUINT64_FORMAT " kind=%d", command->peer,
		(int)command->kind);
	if (command->kind == FW_MEDIA_PEER_CLOSE) {
		g_hash_table_remove(media->peers, KEY(command->peer));
	}
	if (command->kind == FW_MEDIA_PEER_GATE && command->gate.open && call) {
		demand(sim, call->state == FW_CALL_ANSWERED,
			"nothing is forwarded before the answer", "call=%s", call->id);
	}
	if (command->kind == FW_MEDIA_PEER_RECORD && command->record.on) {
		demand(sim, g_hash_table_contains(media->journals, KEY(command->call)),
			"what is recorded has a journal", "call=%" G_GUINT64_FORMAT, command->call);
	}
}

/* --- the recorder --------------------------------------------------------------------------------- */

static void recorder_event(struct sim *sim, uint64_t call, enum fw_recorder_event_kind kind)
{
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};

	input.recorder.kind = kind;
	input.recorder.call = call;
	input.recorder.at_us = sim_wall_us(sim);
	input.recorder.opened.segment = 1;
	if (kind == FW_RECORDER_FAILED) {
		input.recorder.failed.reason = FW_RECORDER_REASON_ERROR;
		input.recorder.failed.error = 5;
	}
	server_give(sim, &input);
}

static void recovers(struct sim *sim, void *run, uint64_t call, const char *text)
{
	(void)text;
	if (of_this_run(sim, run) && g_hash_table_contains(sim->media->journals, KEY(call))) {
		recorder_event(sim, call, FW_RECORDER_RECOVERED);
	}
}

static void opened(struct sim *sim, void *run, uint64_t call, const char *text)
{
	(void)text;
	if (!of_this_run(sim, run) || !g_hash_table_contains(sim->media->journals, KEY(call))) {
		return;
	}
	if (dice_chance(&sim->dice, 20)) {
		recorder_event(sim, call, FW_RECORDER_FAILED);
		sim_later(sim, dice_wait(&sim->dice, 30 * TOWN_SECOND), recovers, run, call, NULL);
		return;
	}
	recorder_event(sim, call, FW_RECORDER_OPENED);
}

static void closed(struct sim *sim, void *run, uint64_t call, const char *text)
{
	(void)text;
	if (of_this_run(sim, run) && g_hash_table_remove(sim->media->closing, KEY(call))) {
		recorder_event(sim, call, FW_RECORDER_CLOSED);
	}
}

void media_recorder(struct sim *sim, const struct fw_recorder_command *command)
{
	struct media *media = sim->media;
	void *key = KEY(command->call), *run = KEY(sim->server->run);

	switch (command->kind) {
	case FW_RECORDER_OPEN:
		demand(sim, g_hash_table_add(media->journals, key), "a journal is opened once",
			"call=%s", command->open.call_id);
		sim_later(sim, dice_between(&sim->dice, 5 * MS, 300 * MS), opened, run,
			command->call, NULL);
		break;
	case FW_RECORDER_CLOSE:
		demand(sim, g_hash_table_remove(media->journals, key), "an open journal is closed",
			"call=%" G_GUINT64_FORMAT, command->call);
		g_hash_table_add(media->closing, key);
		sim_later(sim, dice_between(&sim->dice, 5 * MS, 900 * MS), closed, run,
			command->call, NULL);
		break;
	case FW_RECORDER_PARTICIPANT:
	case FW_RECORDER_MARK:
		demand(sim, g_hash_table_contains(media->journals, key),
			"marks go to open journals", "call=%" G_GUINT64_FORMAT, command->call);
		break;
	case FW_RECORDER_FORGET:
		break;
	}
}

/* --- the finaliser -------------------------------------------------------------------------------- */

static void job_ends(struct sim *sim, void *run, uint64_t job, const char *text)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	(void)text;
	if (!of_this_run(sim, run) || !g_hash_table_remove(sim->media->jobs, KEY(job))) {
		return;
	}
	input.job.job = job;
	input.job.at_us = sim_wall_us(sim);
	if (dice_chance(&sim->dice, 50)) {
		input.job.kind = FW_JOB_FAILED;
		input.job.failure = FW_JOB_FAILURE_EXIT;
	} else {
		input.job.kind = FW_JOB_DONE;
		input.job.result = g_strdup(
			"{\"state\":\"complete\",\"duration_us\":1,\"bytes\":1,\"sources\":[],"
			"\"manifest_bytes\":1,\"manifest_sha256\":\"" SHA "\"}");
	}
	server_give(sim, &input);
}

void media_job(struct sim *sim, const struct fw_job_command *command)
{
	void *key = KEY(command->job), *run = KEY(sim->server->run);

	if (command->kind == FW_JOB_START) {
		demand(sim, g_hash_table_add(sim->media->jobs, key), "a job is started once",
			"job=%" G_GUINT64_FORMAT, command->job);
	}
	if (command->kind == FW_JOB_FINISH || !command->start.follow) {
		sim_later(sim, dice_between(&sim->dice, 100 * MS, 3000 * MS), job_ends, run,
			command->job, NULL);
	} else if (dice_chance(&sim->dice, 10)) { /* it falls over while the call goes on */
		sim_later(sim, dice_wait(&sim->dice, 20 * TOWN_SECOND), job_ends, run, command->job,
			NULL);
	}
}
