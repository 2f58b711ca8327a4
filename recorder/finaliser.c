/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/finaliser.h"

#include <errno.h>

#include "base/text.h"
#include "recorder/participant.h"

#define FW_LOG_TOPIC "finalise"
#include "base/log.h"

#define FORMAT           "farwindow-recording/1"
#define STEP_US          100000 /* of journal time between two rounds of writing */
#define PARTICIPANTS_MAX 256 /* numbers of one call; more is a broken journal */

struct fw_finaliser {
	struct fw_part_setup setup;
	char recording[FW_ID_SIZE];
	char call_id[FW_ID_SIZE]; /* empty: unknown */
	bool drill;
	struct fw_causes *causes;
	struct fw_digester *digester;
	GPtrArray *participants;
	GArray *segments; /* struct fw_segment_end */
	int64_t newest_us; /* of all records; INT64_MIN: none yet */
	int64_t advanced_us;
	int64_t closed_us; /* INT64_MIN: no CLOSE yet */
	bool damaged; /* blocks before the next record were unreadable */
	bool failed; /* files could not be written */
	uint64_t strays; /* packets of more participants than there can be */
};

int fw_finaliser_create(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], int (*enter_thread)(void *user), void *user,
	struct fw_finaliser **ret_finaliser)
{
	fw_cleanup(fw_finaliser_destroy) struct fw_finaliser *finaliser = NULL;
	struct fw_digester_setup digester = {
		.store = store, .key = key, .enter = enter_thread, .enter_user = user};
	int r;

	if (!fw_id_valid(recording)) {
		return -EINVAL;
	}
	finaliser = g_new0(struct fw_finaliser, 1);
	memcpy(finaliser->recording, recording, FW_ID_SIZE);
	finaliser->causes = fw_causes_create();
	finaliser->participants =
		g_ptr_array_new_with_free_func((GDestroyNotify)fw_participant_destroy);
	finaliser->segments = g_array_new(FALSE, FALSE, sizeof(struct fw_segment_end));
	finaliser->newest_us = INT64_MIN;
	finaliser->closed_us = INT64_MIN;
	digester.recording = finaliser->recording;
	r = fw_digester_create(&digester, &finaliser->digester);
	if (r < 0) {
		return r;
	}
	finaliser->setup = (struct fw_part_setup){.store = store,
		.recording = finaliser->recording,
		.key = key,
		.causes = finaliser->causes,
		.digester = finaliser->digester};
	*ret_finaliser = g_steal_pointer(&finaliser);
	return 0;
}

void fw_finaliser_destroy(struct fw_finaliser *finaliser)
{
	if (!finaliser) {
		return;
	}
	fw_digester_destroy(finaliser->digester); /* its tasks lie in the parts */
	g_ptr_array_unref(finaliser->participants);
	g_array_unref(finaliser->segments);
	fw_causes_destroy(finaliser->causes);
	g_free(finaliser);
}

/* NULL: a number too many. */
static struct fw_participant *participant(struct fw_finaliser *finaliser, uint32_t number)
{
	struct fw_participant *one;

	for (unsigned i = 0; i < finaliser->participants->len; i++) {
		one = g_ptr_array_index(finaliser->participants, i);
		if (fw_participant_number(one) == number) {
			return one;
		}
	}
	if (finaliser->participants->len >= PARTICIPANTS_MAX) {
		finaliser->strays++;
		return NULL;
	}
	one = fw_participant_create(&finaliser->setup, number);
	g_ptr_array_add(finaliser->participants, one);
	return one;
}

static void take_segment(struct fw_finaliser *finaliser, const struct fw_record *record)
{
	static const enum fw_cause causes[FW_SEGMENT_REASON_COUNT] = {
		[FW_SEGMENT_START] = FW_CAUSE_SERVER_RESTART,
		[FW_SEGMENT_RESTART] = FW_CAUSE_SERVER_RESTART,
		[FW_SEGMENT_DISK_FULL] = FW_CAUSE_DISK_FULL,
		[FW_SEGMENT_DISK_ERROR] = FW_CAUSE_DISK_ERROR,
	};

	memcpy(finaliser->call_id, record->segment.call_id, FW_ID_SIZE);
	finaliser->drill = record->segment.drill;
	if (finaliser->newest_us == INT64_MIN) {
		finaliser->setup.started_us = record->segment.started_us;
	} else {
		fw_causes_add(finaliser->causes, causes[record->segment.reason], 0, FW_TRACK_COUNT,
			finaliser->newest_us, record->at_us);
	}
}

static void take_record(struct fw_finaliser *finaliser, const struct fw_record *record)
{
	struct fw_participant *one;

	switch (record->kind) {
	case FW_RECORD_PACKET:
	case FW_RECORD_SENDER_REPORT:
	case FW_RECORD_PARTICIPANT:
		one = participant(finaliser, record->participant);
		if (one && record->kind == FW_RECORD_PACKET) {
			fw_participant_packet(one, record);
		} else if (one && record->kind == FW_RECORD_SENDER_REPORT) {
			fw_participant_report(one, record);
		} else if (one) {
			fw_participant_set_label(one, record->label.text, record->label.size);
		}
		break;
	case FW_RECORD_MARK:
		fw_causes_mark(finaliser->causes, record);
		break;
	case FW_RECORD_OVERRUN:
		fw_causes_add(finaliser->causes, FW_CAUSE_RECORDER_OVERRUN, record->participant,
			record->track, record->overrun.from_us, record->at_us);
		break;
	case FW_RECORD_SEGMENT:
		take_segment(finaliser, record);
		break;
	case FW_RECORD_CLOSE:
		finaliser->closed_us = record->at_us;
		break;
	}
}

static int advance(struct fw_finaliser *finaliser)
{
	int r = 0;

	finaliser->advanced_us = finaliser->newest_us;
	for (unsigned i = 0; r == 0 && i < finaliser->participants->len; i++) {
		r = fw_participant_advance(
			g_ptr_array_index(finaliser->participants, i), finaliser->newest_us);
	}
	finaliser->failed = r < 0;
	return r;
}

int fw_finaliser_put(struct fw_finaliser *finaliser, const struct fw_record *record)
{
	/* A mark carries the time it is about, which the desk may have known late. */
	bool arrival = record->kind != FW_RECORD_MARK && record->kind != FW_RECORD_CLOSE;

	take_record(finaliser, record);
	if (!arrival) {
		return 0;
	}
	if (finaliser->damaged) {
		fw_causes_add(finaliser->causes, FW_CAUSE_JOURNAL_DAMAGED, 0, FW_TRACK_COUNT,
			MAX(finaliser->newest_us, finaliser->setup.started_us), record->at_us);
		finaliser->damaged = false;
	}
	finaliser->newest_us = MAX(finaliser->newest_us, record->at_us);
	if (finaliser->newest_us - finaliser->advanced_us < STEP_US) {
		return 0;
	}
	return advance(finaliser);
}

void fw_finaliser_damage(struct fw_finaliser *finaliser)
{
	finaliser->damaged = true;
}

void fw_finaliser_segment(struct fw_finaliser *finaliser, const struct fw_segment_end *end)
{
	g_array_append_val(finaliser->segments, *end);
}

bool fw_finaliser_failed(const struct fw_finaliser *finaliser)
{
	return finaliser->failed;
}

bool fw_finaliser_closed(const struct fw_finaliser *finaliser)
{
	return finaliser->closed_us != INT64_MIN;
}

/* --- the end ---------------------------------------------------------------------------------- */

static bool complete(const struct fw_finaliser *finaliser)
{
	bool all = fw_finaliser_closed(finaliser) && finaliser->segments->len > 0;

	for (unsigned i = 0; i < finaliser->segments->len; i++) {
		const struct fw_segment_end *end =
			&g_array_index(finaliser->segments, struct fw_segment_end, i);

		all = all && end->ended && end->damaged_blocks == 0;
	}
	return all;
}

static bool accounted(const struct fw_finaliser *finaliser)
{
	bool all = finaliser->strays == 0;

	for (unsigned i = 0; i < finaliser->participants->len; i++) {
		all = all && fw_participant_accounted(g_ptr_array_index(finaliser->participants, i));
	}
	return all;
}

/* No file at all, because of the muxer: the journal is more than such a recording. */
static bool all_refused(const struct fw_finaliser *finaliser, const json_t *manifest)
{
	bool refused = false;

	for (unsigned i = 0; i < finaliser->participants->len; i++) {
		refused = refused ||
			fw_participant_refused(g_ptr_array_index(finaliser->participants, i));
	}
	return refused && json_array_size(json_object_get(manifest, "sources")) == 0;
}

static json_t *segments_json(const struct fw_finaliser *finaliser)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < finaliser->segments->len; i++) {
		const struct fw_segment_end *end =
			&g_array_index(finaliser->segments, struct fw_segment_end, i);
		char hash[2 * FW_SHA256_BYTES + 1];

		fw_text_hex_encode(end->last_hash, sizeof(end->last_hash), hash);
		json_array_append_new(list,
			json_pack("{s:i,s:I,s:I,s:b,s:b,s:I,s:s}", "number", (int)end->number,
				"blocks", (json_int_t)end->blocks, "damaged_blocks",
				(json_int_t)end->damaged_blocks, "ended", end->ended, "torn_tail",
				end->torn_tail, "lost_bytes", (json_int_t)end->lost_bytes,
				"last_hash", hash));
	}
	return list;
}

struct sums {
	uint64_t bytes;
	int64_t longest_us;
};

static json_t *manifest_json(
	const struct fw_finaliser *finaliser, int64_t ended_us, struct sums *ret_sums)
{
	json_t *sources = json_array();
	json_t *unwritten = json_array();
	json_t *participants = json_array();

	*ret_sums = (struct sums){0};
	for (unsigned i = 0; i < finaliser->participants->len; i++) {
		const struct fw_participant *one = g_ptr_array_index(finaliser->participants, i);

		fw_participant_sources(
			one, sources, unwritten, &ret_sums->bytes, &ret_sums->longest_us);
		json_array_append_new(participants, fw_participant_json(one));
	}
	return json_pack("{s:s,s:s,s:s,s:b,s:s,s:I,s:I,s:b,s:o,s:o,s:o,s:{s:o}}", "format", FORMAT,
		"recording", finaliser->recording, "call", finaliser->call_id, "drill",
		finaliser->drill, "state", complete(finaliser) ? "complete" : "interrupted",
		"started_us", (json_int_t)finaliser->setup.started_us, "ended_us",
		(json_int_t)ended_us, "accounted", accounted(finaliser), "participants",
		participants, "sources", sources, "unwritten", unwritten, "journal", "segments",
		segments_json(finaliser));
}

static int put_manifest(
	struct fw_finaliser *finaliser, const json_t *manifest, char *ret_sha256, size_t *ret_size)
{
	fw_cleanup(fw_blob_writer_destroy) struct fw_blob_writer *blob = NULL;
	g_autofree char *key_id = g_strdup_printf("recording/%s", finaliser->recording);
	char *text = json_dumps(manifest, JSON_COMPACT);
	uint8_t digest[FW_SHA256_BYTES];
	char id[FW_ID_SIZE];
	int r = fw_recording_blob_id(finaliser->recording, FW_RECORDING_MANIFEST, id);

	g_assert(text);
	*ret_size = strlen(text);
	if (r == 0) {
		r = *ret_size > FW_RECORDING_MANIFEST_MAX_BYTES ? -EOVERFLOW : 0;
	}
	if (r == 0) {
		r = fw_blob_writer_create(finaliser->setup.store, id, key_id, finaliser->setup.key,
			FW_BLOB_REPLACE, &blob);
	}
	if (r == 0) {
		r = fw_blob_write(blob, 0, text, *ret_size);
	}
	if (r == 0) {
		r = fw_blob_commit(blob, NULL);
	}
	if (r == 0) {
		r = fw_sha256(text, *ret_size, digest);
		fw_text_hex_encode(digest, sizeof(digest), ret_sha256);
	}
	free(text);
	return r;
}

/* The desk's rows want no gaps: those stay in the manifest. */
static json_t *short_sources(const json_t *manifest)
{
	static const char *const members[] = {"id", "participant", "kind", "part", "file", "mime",
		"start_us", "duration_us", "bytes", "sha256", "sealed_digest"};
	json_t *list = json_array();
	json_t *source;
	size_t index;

	json_array_foreach (json_object_get(manifest, "sources"), index, source) {
		json_t *entry = json_object();

		for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
			json_t *value = json_object_get(source, members[i]);

			if (value) {
				json_object_set(entry, members[i], value);
			}
		}
		json_array_append_new(list, entry);
	}
	return list;
}

static json_t *result_json(
	const json_t *manifest, const struct sums *sums, const char *sha256, size_t manifest_size)
{
	static const char *const members[] = {
		"recording", "call", "state", "started_us", "ended_us", "accounted"};
	json_t *result = json_pack("{s:I,s:I,s:s,s:I,s:o}", "bytes",
		(json_int_t)(sums->bytes + manifest_size), "duration_us",
		(json_int_t)sums->longest_us, "manifest_sha256", sha256, "manifest_bytes",
		(json_int_t)manifest_size, "sources", short_sources(manifest));

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		json_object_set(result, members[i], json_object_get(manifest, members[i]));
	}
	return result;
}

int fw_finaliser_finish(struct fw_finaliser *finaliser, json_t **ret_result)
{
	int64_t ended_us = fw_finaliser_closed(finaliser)
		? finaliser->closed_us
		: MAX(finaliser->newest_us, finaliser->setup.started_us);
	char sha256[2 * FW_SHA256_BYTES + 1];
	json_t *manifest;
	struct sums sums;
	size_t size = 0;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < finaliser->participants->len; i++) {
		r = fw_participant_finish(g_ptr_array_index(finaliser->participants, i), ended_us,
			fw_finaliser_closed(finaliser));
	}
	if (r == 0) {
		r = fw_digester_wait(finaliser->digester);
	}
	if (r < 0) {
		return r;
	}
	manifest = manifest_json(finaliser, ended_us, &sums);
	g_assert(manifest);
	if (!accounted(finaliser)) {
		fw_error("packets not accounted for recording=%s", finaliser->recording);
	}
	r = all_refused(finaliser, manifest) ? -EPROTO
					     : put_manifest(finaliser, manifest, sha256, &size);
	if (r == 0) {
		*ret_result = result_json(manifest, &sums, sha256, size);
	}
	json_decref(manifest);
	return r;
}
