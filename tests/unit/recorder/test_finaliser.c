/* SPDX-License-Identifier: Apache-2.0 */
/* Calls made up packet by packet, finalised, and the files read back as a player would. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "recorder/finaliser.h"
#include "recorder/recording.h"
#include "tests/support/talker.h"
#include "tests/support/webm_reader.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define CALL      "017f22e2-79b0-7000-98c4-dc0c0c073990"
#define START_US  INT64_C(1795312979000000)
#define S         INT64_C(1000000)
#define SKEW_US   80000 /* sound against picture, the goal */

static const uint8_t key[FW_AEAD_KEY_BYTES] = {3};

struct fixture {
	char *folder;
	struct fw_blob_store *store;
	struct talker talker;
	GPtrArray *records; /* GBytes of encoded records, in the order of their times */
	json_t *manifest;
	json_t *result;
};

static void collect(void *user, const struct fw_record *record)
{
	struct fixture *fixture = user;
	uint8_t bytes[FW_RECORD_MAX_BYTES];
	size_t size = 0;

	assert_int_equal(fw_record_encode(record, bytes, sizeof(bytes), &size), 0);
	g_ptr_array_add(fixture->records, g_bytes_new(bytes, size));
}

static void collect_segment(struct fixture *fixture, int64_t at_us, enum fw_segment_reason reason)
{
	const struct fw_record record = {.kind = FW_RECORD_SEGMENT,
		.track = FW_TRACK_COUNT,
		.at_us = at_us,
		.segment = {.reason = reason, .started_us = START_US, .call_id = CALL}};

	collect(fixture, &record);
}

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->records = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	assert_int_equal(fw_blob_store_open(fixture->folder, &fixture->store), 0);
	talker_init(&fixture->talker, 1, START_US, 7, collect, fixture);
	collect_segment(fixture, START_US, FW_SEGMENT_START);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	talker_fini(&fixture->talker);
	json_decref(fixture->manifest);
	json_decref(fixture->result);
	g_ptr_array_unref(fixture->records);
	fw_blob_store_close(fixture->store);
	testing_remove_folder(fixture->folder);
	g_free(fixture);
	return 0;
}

static struct fw_record decode(gconstpointer bytes)
{
	struct fw_record record;
	size_t used = 0;
	gsize size = 0;
	const uint8_t *data = g_bytes_get_data((GBytes *)bytes, &size);

	assert_int_equal(fw_record_decode(data, size, &record, &used), 0);
	return record;
}

static gint by_time(gconstpointer left, gconstpointer right)
{
	struct fw_record a = decode(*(GBytes *const *)left);
	struct fw_record b = decode(*(GBytes *const *)right);

	return a.at_us < b.at_us ? -1 : a.at_us > b.at_us;
}

/* end_us 0: the server was killed. */
static void finalise(struct fixture *fixture, int64_t end_us)
{
	fw_cleanup(fw_finaliser_destroy) struct fw_finaliser *finaliser = NULL;
	const struct fw_record close = {
		.kind = FW_RECORD_CLOSE, .track = FW_TRACK_COUNT, .at_us = end_us};
	struct fw_segment_end end = {.number = 1, .ended = end_us != 0};

	g_ptr_array_sort(fixture->records, by_time);
	assert_int_equal(
		fw_finaliser_create(fixture->store, RECORDING, key, NULL, NULL, &finaliser), 0);
	for (unsigned i = 0; i < fixture->records->len; i++) {
		struct fw_record record = decode(g_ptr_array_index(fixture->records, i));

		assert_int_equal(fw_finaliser_put(finaliser, &record), 0);
	}
	if (end_us != 0) {
		assert_int_equal(fw_finaliser_put(finaliser, &close), 0);
	}
	fw_finaliser_segment(finaliser, &end);
	assert_int_equal(fw_finaliser_finish(finaliser, &fixture->result), 0);
	assert_int_equal(
		fw_recording_manifest(fixture->store, RECORDING, key, &fixture->manifest), 0);
	if (g_getenv("FW_TEST_SHOW")) {
		json_dumpf(fixture->manifest, stderr, JSON_INDENT(1));
	}
	/* Whatever went wrong in the call: every packet has its place. */
	assert_true(json_is_true(json_object_get(fixture->manifest, "accounted")));
}

/* --- what came out ---------------------------------------------------------------------------- */

static json_t *source(struct fixture *fixture, const char *id)
{
	json_t *one;
	size_t index;

	json_array_foreach (json_object_get(fixture->manifest, "sources"), index, one) {
		if (strcmp(json_string_value(json_object_get(one, "id")), id) == 0) {
			return one;
		}
	}
	fail_msg("no source %s", id);
	return NULL;
}

static json_t *track(struct fixture *fixture, const char *id, const char *name)
{
	json_t *one;
	size_t index;

	json_array_foreach (json_object_get(source(fixture, id), "tracks"), index, one) {
		if (strcmp(json_string_value(json_object_get(one, "track")), name) == 0) {
			return one;
		}
	}
	fail_msg("no track %s", name);
	return NULL;
}

static int64_t number(const json_t *object, const char *name)
{
	assert_true(json_is_integer(json_object_get(object, name)));
	return json_integer_value(json_object_get(object, name));
}

static int64_t packets(struct fixture *fixture, const char *id, const char *name, const char *which)
{
	return number(json_object_get(track(fixture, id, name), "packets"), which);
}

/* Sum of the lengths of the gaps of a cause; cause NULL: of the fills. */
static int64_t total_us(struct fixture *fixture, const char *id, const char *name, const char *cause)
{
	json_t *list = json_object_get(track(fixture, id, name), cause ? "gaps" : "fills");
	json_t *one;
	size_t index;
	int64_t sum = 0;

	json_array_foreach (list, index, one) {
		if (!cause || strcmp(json_string_value(json_object_get(one, "cause")), cause) == 0) {
			sum += number(one, "to_us") - number(one, "from_us");
		}
	}
	return sum;
}

static bool has_cause(struct fixture *fixture, const char *id, const char *name, const char *cause)
{
	json_t *list = json_object_get(track(fixture, id, name), "gaps");
	json_t *one;
	size_t index;

	json_array_foreach (list, index, one) {
		if (strcmp(json_string_value(json_object_get(one, "cause")), cause) == 0) {
			return true;
		}
	}
	return false;
}

static char *save(struct fixture *fixture, const char *id)
{
	g_autofree char *name = g_strconcat(id, ".webm", NULL);
	char *path = g_build_filename(fixture->folder, name, NULL);
	fw_cleanup(fw_recording_close) struct fw_recording_file *file = NULL;
	g_autofree char *bytes = NULL;
	size_t size = 0;

	assert_int_equal(fw_recording_open(fixture->store, RECORDING, key, name, &file), 0);
	bytes = g_malloc(fw_recording_size(file));
	assert_int_equal(fw_recording_read(file, 0, bytes, fw_recording_size(file), &size), 0);
	assert_int_equal(size, fw_recording_size(file));
	assert_int_equal(size, number(source(fixture, id), "bytes"));
	assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	return path;
}

struct seen {
	int64_t least_us, most_us; /* how far from their true times, over all packets */
	unsigned audio, video, keys, silence;
};

static void widen(struct seen *seen, int64_t skew_us)
{
	seen->least_us = MIN(seen->least_us, skew_us);
	seen->most_us = MAX(seen->most_us, skew_us);
}

/* Reads the file back and holds every packet against the time that is written in it. */
static struct seen check_file(struct fixture *fixture, const char *id)
{
	g_autofree char *path = save(fixture, id);
	int64_t start_us = number(source(fixture, id), "start_us");
	struct seen seen = {.least_us = INT64_MAX, .most_us = INT64_MIN};
	int64_t last_us[2] = {-1, -1};
	int64_t audio_end_us = 0;
	struct webm webm;

	webm_read(path, &webm);
	assert_true(webm.cues_in_front);
	assert_true(webm.seeks);
	assert_in_range(
		webm.duration_us + 2000 - number(source(fixture, id), "duration_us"), 0, 4000);
	for (unsigned i = 0; i < webm.packets->len; i++) {
		const struct webm_packet *packet =
			&g_array_index(webm.packets, struct webm_packet, i);
		int64_t true_us = 0;

		assert_true(packet->time_us >= last_us[packet->video]);
		last_us[packet->video] = packet->time_us;
		if (!packet->video) {
			/* No hole: a browser would play on across it. */
			assert_in_range(packet->time_us + 1500 - audio_end_us, 0, 3000);
			audio_end_us = packet->time_us +
				(packet->size == 3 && packet->head[0] != 0xf8
						? (2500 << ((packet->head[0] >> 3) - 28))
						: 20000);
		}
		if (talker_stamp(packet->head, MIN(packet->size, sizeof(packet->head)), &true_us)) {
			widen(&seen, start_us + packet->time_us - true_us);
			*(packet->video ? &seen.video : &seen.audio) += 1;
		} else {
			assert_false(packet->video);
			seen.silence++;
		}
		seen.keys += packet->video && packet->key;
	}
	webm_clear(&webm);
	if (g_getenv("FW_TEST_SHOW")) {
		fprintf(stderr, "%s skew %d..%d us audio %u video %u silence %u keys %u\n", id,
			(int)seen.least_us, (int)seen.most_us, seen.audio, seen.video, seen.silence,
			seen.keys);
	}
	return seen;
}

static void check_skew(const struct seen *seen)
{
	assert_true(seen->most_us - seen->least_us <= SKEW_US);
	/* And on the wall clock: the path's least delay cannot be known, but nothing more. */
	assert_true(seen->least_us >= -SKEW_US && seen->most_us <= SKEW_US);
}

/* --- calls ------------------------------------------------------------------------------------ */

static void plain_call_is_complete(void **state)
{
	struct fixture *fixture = *state;
	struct seen seen;

	fixture->talker.tracks[FW_TRACK_DOCUMENT].on = true;
	talker_run(&fixture->talker, START_US + S / 5, START_US + 30 * S);
	finalise(fixture, START_US + 30 * S);
	assert_string_equal(
		json_string_value(json_object_get(fixture->manifest, "state")), "complete");
	assert_string_equal(json_string_value(json_object_get(fixture->manifest, "call")), CALL);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 2);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(seen.audio, 1490);
	assert_int_equal(seen.video, 894 + 1);
	assert_int_equal(seen.keys, 10);
	assert_int_equal(packets(fixture, "1-person-1", "face", "lost"), 0);
	assert_int_equal(packets(fixture, "1-person-1", "face", "written"), seen.video * 6);
	assert_int_equal(number(source(fixture, "1-person-1"), "start_us"), START_US);
	assert_in_range(number(source(fixture, "1-person-1"), "duration_us"), 30 * S - SKEW_US,
		30 * S + SKEW_US);
	seen = check_file(fixture, "1-document-1");
	check_skew(&seen);
	assert_int_equal(seen.video, 298);
	assert_in_range(number(source(fixture, "1-document-1"), "duration_us"), 30 * S - SKEW_US,
		30 * S + SKEW_US);
}

static void loss_reordering_and_copies_are_accounted_for(void **state)
{
	struct fixture *fixture = *state;
	struct seen seen;

	fixture->talker.lose_permille = 3;
	fixture->talker.late_permille = 30;
	fixture->talker.duplicate_permille = 10;
	talker_run(&fixture->talker, START_US, START_US + 60 * S);
	fixture->talker.lose_permille = 0;
	talker_run(&fixture->talker, START_US + 60 * S, START_US + 61 * S);
	finalise(fixture, START_US + 61 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(packets(fixture, "1-person-1", "face", "lost") +
			packets(fixture, "1-person-1", "audio", "lost"),
		fixture->talker.dropped);
	assert_int_equal(packets(fixture, "1-person-1", "face", "received") +
			packets(fixture, "1-person-1", "audio", "received"),
		fixture->talker.sent);
	assert_true(packets(fixture, "1-person-1", "face", "duplicate") > 0);
	assert_true(has_cause(fixture, "1-person-1", "face", "packet_loss"));
	assert_true(has_cause(fixture, "1-person-1", "audio", "packet_loss"));
	assert_true(seen.silence >= packets(fixture, "1-person-1", "audio", "lost"));
}

static void late_key_frame_costs_only_its_time(void **state)
{
	struct fixture *fixture = *state;
	struct talker_track *face = &fixture->talker.tracks[FW_TRACK_FACE];
	struct seen seen;

	face->key_next = false;
	face->next_key_us = START_US + 2 * S;
	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	finalise(fixture, START_US + 20 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_in_range(seen.video, 539, 541);
	assert_in_range(
		total_us(fixture, "1-person-1", "face", "no_key_frame"), 19 * S / 10, 21 * S / 10);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
}

static void source_without_a_picture_has_no_file(void **state)
{
	struct fixture *fixture = *state;
	struct talker_track *document = &fixture->talker.tracks[FW_TRACK_DOCUMENT];
	json_t *unwritten;

	document->on = true;
	document->key_next = false;
	document->next_key_us = INT64_MAX;
	talker_run(&fixture->talker, START_US, START_US + 5 * S);
	finalise(fixture, START_US + 5 * S);
	unwritten = json_object_get(fixture->manifest, "unwritten");
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
	assert_int_equal(json_array_size(unwritten), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(unwritten, 0), "id")),
		"1-document-1");
}

static void ten_second_hole_keeps_step(void **state)
{
	struct fixture *fixture = *state;
	struct seen seen;

	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = false;
	talker_run(&fixture->talker, START_US + 20 * S, START_US + 30 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = true;
	talker_freeze(&fixture->talker, FW_TRACK_AUDIO, 10 * S);
	talker_run(&fixture->talker, START_US + 30 * S, START_US + 60 * S);
	finalise(fixture, START_US + 60 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(seen.audio, 2500);
	assert_in_range(total_us(fixture, "1-person-1", "audio", "sender_silent"), 99 * S / 10,
		101 * S / 10);
	assert_in_range(total_us(fixture, "1-person-1", "audio", NULL), 99 * S / 10, 101 * S / 10);
}

static void hole_without_frozen_time_stamps_keeps_step(void **state)
{
	struct fixture *fixture = *state;
	struct seen seen;

	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	talker_mark(&fixture->talker, FW_TRACK_AUDIO, FW_MARK_MUTED, START_US + 20 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = false;
	talker_run(&fixture->talker, START_US + 20 * S, START_US + 60 * S);
	talker_mark(&fixture->talker, FW_TRACK_AUDIO, FW_MARK_UNMUTED, START_US + 60 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = true;
	talker_run(&fixture->talker, START_US + 60 * S, START_US + 80 * S);
	finalise(fixture, START_US + 80 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_in_range(
		total_us(fixture, "1-person-1", "audio", "muted"), 399 * S / 10, 401 * S / 10);
}

static void jumped_time_stamps_keep_step(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct seen seen;

	talker_run(talker, START_US, START_US + 20 * S);
	talker->tracks[FW_TRACK_AUDIO].timestamp_offset += 1234567;
	talker->tracks[FW_TRACK_FACE].timestamp_offset -= 7654321;
	talker_run(talker, START_US + 20 * S, START_US + 40 * S);
	finalise(fixture, START_US + 40 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(seen.audio, 2000);
}

static void without_reports_arrivals_count(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct seen seen;

	talker->reports = false;
	talker_run(talker, START_US, START_US + 20 * S);
	talker->tracks[FW_TRACK_AUDIO].on = false;
	talker_run(talker, START_US + 20 * S, START_US + 25 * S);
	talker->tracks[FW_TRACK_AUDIO].on = true;
	talker_freeze(talker, FW_TRACK_AUDIO, 5 * S);
	talker_run(talker, START_US + 25 * S, START_US + 40 * S);
	finalise(fixture, START_US + 40 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
}

static void other_ssrc_and_size_go_on_in_the_file(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	json_t *sizes;
	struct seen seen;

	talker_run(talker, START_US, START_US + 10 * S);
	talker_mark(talker, FW_TRACK_COUNT, FW_MARK_CONNECTION_LOST, START_US + 10 * S);
	talker_mark(talker, FW_TRACK_COUNT, FW_MARK_CONNECTION_BACK, START_US + 14 * S);
	/* A reload: the browser's clock, numbers and names are all new. */
	talker_new_ssrc(talker, FW_TRACK_AUDIO);
	talker_new_ssrc(talker, FW_TRACK_FACE);
	talker->ahead_us += 3 * S;
	talker->tracks[FW_TRACK_FACE].width_px = 640;
	talker->tracks[FW_TRACK_FACE].height_px = 360;
	talker_run(talker, START_US + 14 * S, START_US + 30 * S);
	finalise(fixture, START_US + 30 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	sizes = json_object_get(track(fixture, "1-person-1", "face"), "sizes");
	assert_int_equal(json_array_size(sizes), 2);
	assert_int_equal(number(json_array_get(sizes, 1), "width"), 640);
	assert_int_equal(
		json_array_size(json_object_get(track(fixture, "1-person-1", "face"), "ssrcs")), 2);
	assert_in_range(total_us(fixture, "1-person-1", "audio", "connection_lost"), 39 * S / 10,
		41 * S / 10);
	assert_in_range(total_us(fixture, "1-person-1", "face", "connection_lost"), 39 * S / 10,
		41 * S / 10);
}

static void camera_that_comes_later_begins_a_part(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct seen seen;

	talker->tracks[FW_TRACK_FACE].on = false;
	talker_run(talker, START_US, START_US + 20 * S);
	talker->tracks[FW_TRACK_FACE].on = true;
	talker_run(talker, START_US + 20 * S, START_US + 40 * S);
	talker->tracks[FW_TRACK_FACE].on = false;
	talker_mark(talker, FW_TRACK_FACE, FW_MARK_CAMERA_LOST, START_US + 40 * S);
	talker_run(talker, START_US + 40 * S, START_US + 55 * S);
	finalise(fixture, START_US + 55 * S);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 2);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(seen.video, 0);
	assert_string_equal(
		json_string_value(json_object_get(source(fixture, "1-person-1"), "mime")),
		"audio/webm");
	seen = check_file(fixture, "1-person-2");
	check_skew(&seen);
	assert_true(has_cause(fixture, "1-person-2", "face", "device_lost"));
	assert_in_range(
		total_us(fixture, "1-person-2", "face", "device_lost"), 149 * S / 10, 151 * S / 10);
}

static void restart_is_a_gap_with_its_name(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct seen seen;

	talker_run(talker, START_US, START_US + 15 * S);
	collect_segment(fixture, START_US + 24 * S, FW_SEGMENT_RESTART);
	talker_new_ssrc(talker, FW_TRACK_AUDIO);
	talker_new_ssrc(talker, FW_TRACK_FACE);
	talker_run(talker, START_US + 25 * S, START_US + 40 * S);
	finalise(fixture, 0);
	assert_string_equal(
		json_string_value(json_object_get(fixture->manifest, "state")), "interrupted");
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_in_range(total_us(fixture, "1-person-1", "audio", "server_restart"), 99 * S / 10,
		101 * S / 10);
	assert_in_range(total_us(fixture, "1-person-1", "face", "server_restart"), 99 * S / 10,
		101 * S / 10);
}

static void overrun_is_named(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	const struct fw_record overrun = {.kind = FW_RECORD_OVERRUN,
		.participant = 1,
		.track = FW_TRACK_AUDIO,
		.at_us = START_US + 11 * S,
		.overrun = {.from_us = START_US + 10 * S, .packets = 50}};
	struct seen seen;

	talker_run(talker, START_US, START_US + 10 * S);
	talker->lose_permille = 1000;
	talker_run(talker, START_US + 10 * S, START_US + 11 * S);
	talker->lose_permille = 0;
	collect(fixture, &overrun);
	talker_run(talker, START_US + 11 * S, START_US + 30 * S);
	finalise(fixture, START_US + 30 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_in_range(total_us(fixture, "1-person-1", "audio", "recorder_overrun"), 9 * S / 10,
		11 * S / 10);
	assert_int_equal(packets(fixture, "1-person-1", "audio", "lost"), 50);
	assert_true(has_cause(fixture, "1-person-1", "face", "packet_loss"));
}

static void drifting_clock_and_stalls_keep_step(void **state)
{
	struct fixture *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct seen seen;

	talker->drift_ppm = 100;
	talker->short_pictures = true;
	for (int i = 0; i < 20; i++) {
		int64_t from_us = START_US + i * 30 * S;

		talker_run(talker, from_us, from_us + 29 * S);
		talker->stall_until_us = from_us + 30 * S;
		talker_run(talker, from_us + 29 * S, from_us + 30 * S);
	}
	finalise(fixture, START_US + 600 * S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(seen.audio, packets(fixture, "1-person-1", "audio", "written"));
	assert_int_equal(packets(fixture, "1-person-1", "face", "discarded"), 0);
}

static void empty_recording_has_a_manifest(void **state)
{
	struct fixture *fixture = *state;

	finalise(fixture, START_US + 3 * S);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 0);
	assert_int_equal(number(fixture->manifest, "ended_us"), START_US + 3 * S);
}

static void short_call_has_its_files(void **state)
{
	struct fixture *fixture = *state;
	struct seen seen;

	talker_run(&fixture->talker, START_US, START_US + S);
	finalise(fixture, START_US + S);
	seen = check_file(fixture, "1-person-1");
	check_skew(&seen);
	assert_int_equal(seen.audio, 50);
	assert_in_range(seen.video, 30, 31);
}

static void changed_bytes_are_reported(void **state)
{
	struct fixture *fixture = *state;
	const char *sha256;
	char id[FW_ID_SIZE];
	g_autofree char *path = NULL;
	g_autofree char *bytes = NULL;
	gsize size = 0;
	json_t *report = NULL;

	talker_run(&fixture->talker, START_US, START_US + 2 * S);
	finalise(fixture, START_US + 2 * S);
	sha256 = json_string_value(json_object_get(fixture->result, "manifest_sha256"));
	assert_int_equal(fw_recording_verify(fixture->store, RECORDING, key, sha256, &report), 0);
	assert_true(json_is_true(json_object_get(report, "ok")));
	assert_int_equal(json_array_size(json_object_get(report, "checked")), 2);
	json_decref(report);

	assert_int_equal(fw_recording_blob_id(RECORDING, "1-person-1.webm", id), 0);
	path = g_strdup_printf("%s/%s/%s.blob", fixture->folder, id + 34, id);
	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	bytes[size / 2] ^= 1;
	assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	assert_int_equal(fw_recording_verify(fixture->store, RECORDING, key, sha256, &report), 0);
	assert_false(json_is_true(json_object_get(report, "ok")));
	json_decref(report);
	assert_int_equal(fw_recording_erase(fixture->store, RECORDING, key), 0);
	assert_int_equal(
		fw_recording_verify(fixture->store, RECORDING, key, NULL, &report), -ENOENT);
}

static void drop(void *user, const struct fw_record *record)
{
	(void)user;
	(void)record;
}

/* Five in a rehearsal: the first is on hold for ten seconds, and goes on sending; the third is there for twenty
 * seconds only, the others from the beginning to the end. */
static void party_with_a_hold_and_a_late_guest(void **state)
{
	const struct fw_record begin = {.kind = FW_RECORD_SEGMENT,
		.track = FW_TRACK_COUNT,
		.at_us = START_US,
		.segment = {.drill = true, .started_us = START_US, .call_id = CALL}};
	struct fixture *fixture = *state;
	struct talker *held = &fixture->talker;
	struct talker guests[4];

	g_ptr_array_set_size(fixture->records, 0);
	collect(fixture, &begin);
	talker_run(held, START_US, START_US + 30 * S);
	talker_mark(held, FW_TRACK_COUNT, FW_MARK_HOLD_BEGIN, START_US + 30 * S);
	held->put = drop;
	talker_run(held, START_US + 30 * S, START_US + 40 * S);
	held->put = collect;
	talker_mark(held, FW_TRACK_COUNT, FW_MARK_HOLD_END, START_US + 40 * S);
	talker_run(held, START_US + 40 * S, START_US + 60 * S);
	for (uint32_t i = 0; i < G_N_ELEMENTS(guests); i++) {
		bool late = i == 1;

		talker_init(&guests[i], i + 2, START_US, 20 + i, collect, fixture);
		if (late) {
			talker_mark(&guests[i], FW_TRACK_COUNT, FW_MARK_JOINED, START_US + 20 * S);
		}
		talker_run(&guests[i], START_US + (late ? 20 : 0) * S,
			START_US + (late ? 40 : 60) * S);
		if (late) {
			talker_mark(&guests[i], FW_TRACK_COUNT, FW_MARK_LEFT, START_US + 40 * S);
		}
		talker_fini(&guests[i]);
	}
	finalise(fixture, START_US + 60 * S);
	assert_true(json_is_true(json_object_get(fixture->manifest, "drill")));
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 5);
	assert_in_range(total_us(fixture, "1-person-1", "audio", "hold"), 99 * S / 10, 101 * S / 10);
	assert_in_range(total_us(fixture, "1-person-1", "audio", NULL), 99 * S / 10, 101 * S / 10);
	assert_true(total_us(fixture, "1-person-1", "face", "hold") >= 99 * S / 10);
	assert_false(has_cause(fixture, "1-person-1", "face", "packet_loss"));
	assert_int_equal(total_us(fixture, "2-person-1", "face", "hold"), 0);
	/* Who came late has a file of that time alone, and lies where it belongs. */
	assert_in_range(number(source(fixture, "3-person-1"), "start_us"), START_US + 199 * S / 10,
		START_US + 201 * S / 10);
	assert_in_range(
		number(source(fixture, "3-person-1"), "duration_us"), 199 * S / 10, 201 * S / 10);
	assert_in_range(
		number(source(fixture, "5-person-1"), "duration_us"), 599 * S / 10, 601 * S / 10);
}

#define CALL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(plain_call_is_complete),
		CALL_TEST(loss_reordering_and_copies_are_accounted_for),
		CALL_TEST(late_key_frame_costs_only_its_time),
		CALL_TEST(source_without_a_picture_has_no_file),
		CALL_TEST(ten_second_hole_keeps_step),
		CALL_TEST(hole_without_frozen_time_stamps_keeps_step),
		CALL_TEST(jumped_time_stamps_keep_step),
		CALL_TEST(without_reports_arrivals_count),
		CALL_TEST(other_ssrc_and_size_go_on_in_the_file),
		CALL_TEST(camera_that_comes_later_begins_a_part),
		CALL_TEST(restart_is_a_gap_with_its_name),
		CALL_TEST(overrun_is_named),
		CALL_TEST(drifting_clock_and_stalls_keep_step),
		CALL_TEST(empty_recording_has_a_manifest),
		CALL_TEST(short_call_has_its_files),
		CALL_TEST(party_with_a_hold_and_a_late_guest),
		CALL_TEST(changed_bytes_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
