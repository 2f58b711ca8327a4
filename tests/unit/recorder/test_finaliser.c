/* SPDX-License-Identifier: Apache-2.0 */
/* What comes into the files of a call and its manifest: each packet, or the name of the gap that it left. */
#include "tests/unit/recorder/finalised.h"

#include <errno.h>

static void plain_call_is_complete(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	fixture->talker.tracks[FW_TRACK_DOCUMENT].on = true;
	talker_run(&fixture->talker, START_US + S / 5, START_US + 30 * S);
	finalised_finish(fixture, START_US + 30 * S);
	assert_string_equal(
		json_string_value(json_object_get(fixture->manifest, "state")), "complete");
	assert_string_equal(json_string_value(json_object_get(fixture->manifest, "call")), CALL);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 2);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.audio, 1490);
	assert_int_equal(seen.video, 894 + 1);
	assert_int_equal(seen.keys, 10);
	assert_int_equal(finalised_packets(fixture, "1-person-1", "face", "lost"), 0);
	assert_int_equal(
		finalised_packets(fixture, "1-person-1", "face", "written"), seen.video * 6);
	assert_int_equal(
		finalised_number(finalised_source(fixture, "1-person-1"), "start_us"), START_US);
	assert_in_range(finalised_number(finalised_source(fixture, "1-person-1"), "duration_us"),
		30 * S - SKEW_US, 30 * S + SKEW_US);
	seen = finalised_check_file(fixture, "1-document-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.video, 298);
	assert_in_range(finalised_number(finalised_source(fixture, "1-document-1"), "duration_us"),
		30 * S - SKEW_US, 30 * S + SKEW_US);
}

static void loss_reordering_and_copies_are_accounted_for(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	fixture->talker.lose_permille = 3;
	fixture->talker.late_permille = 30;
	fixture->talker.duplicate_permille = 10;
	talker_run(&fixture->talker, START_US, START_US + 60 * S);
	fixture->talker.lose_permille = 0;
	talker_run(&fixture->talker, START_US + 60 * S, START_US + 61 * S);
	finalised_finish(fixture, START_US + 61 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(finalised_packets(fixture, "1-person-1", "face", "lost") +
			finalised_packets(fixture, "1-person-1", "audio", "lost"),
		fixture->talker.dropped);
	assert_int_equal(finalised_packets(fixture, "1-person-1", "face", "received") +
			finalised_packets(fixture, "1-person-1", "audio", "received"),
		fixture->talker.sent);
	assert_true(finalised_packets(fixture, "1-person-1", "face", "duplicate") > 0);
	assert_true(finalised_has_cause(fixture, "1-person-1", "face", "packet_loss"));
	assert_true(finalised_has_cause(fixture, "1-person-1", "audio", "packet_loss"));
	assert_true(seen.silence >= finalised_packets(fixture, "1-person-1", "audio", "lost"));
}

static void late_key_frame_costs_only_its_time(void **state)
{
	struct finalised *fixture = *state;
	struct talker_track *face = &fixture->talker.tracks[FW_TRACK_FACE];
	struct finalised_seen seen;

	face->key_next = false;
	face->next_key_us = START_US + 2 * S;
	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	finalised_finish(fixture, START_US + 20 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_in_range(seen.video, 539, 541);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "face", "no_key_frame"),
		19 * S / 10, 21 * S / 10);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
}

static void source_without_a_picture_has_no_file(void **state)
{
	struct finalised *fixture = *state;
	struct talker_track *document = &fixture->talker.tracks[FW_TRACK_DOCUMENT];
	json_t *unwritten;

	document->on = true;
	document->key_next = false;
	document->next_key_us = INT64_MAX;
	talker_run(&fixture->talker, START_US, START_US + 5 * S);
	finalised_finish(fixture, START_US + 5 * S);
	unwritten = json_object_get(fixture->manifest, "unwritten");
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
	assert_int_equal(json_array_size(unwritten), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(unwritten, 0), "id")),
		"1-document-1");
}

/* The windows hear of the end later than it was, and go on sending: one of them from its first packet on. */
static void nothing_is_kept_from_after_the_end(void **state)
{
	struct finalised *fixture = *state;
	struct talker late;

	talker_run(&fixture->talker, START_US, START_US + 12 * S);
	talker_init(&late, 2, START_US, 7, finalised_collect, fixture);
	talker_run(&late, START_US + 11 * S, START_US + 12 * S);
	talker_fini(&late);
	finalised_finish(fixture, START_US + 10 * S);
	finalised_check_file(fixture, "1-person-1");
	assert_in_range(finalised_number(finalised_source(fixture, "1-person-1"), "duration_us"),
		10 * S - SKEW_US, 10 * S + SKEW_US);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "call_ended"),
		19 * S / 10, 21 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "face", "call_ended"),
		19 * S / 10, 21 * S / 10);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "unwritten")), 1);
}

static void restart_is_a_gap_with_its_name(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker_run(talker, START_US, START_US + 15 * S);
	finalised_collect_segment(fixture, START_US + 24 * S, FW_SEGMENT_RESTART);
	talker_new_ssrc(talker, FW_TRACK_AUDIO);
	talker_new_ssrc(talker, FW_TRACK_FACE);
	talker_run(talker, START_US + 25 * S, START_US + 40 * S);
	finalised_finish(fixture, 0);
	assert_string_equal(
		json_string_value(json_object_get(fixture->manifest, "state")), "interrupted");
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "server_restart"),
		99 * S / 10, 101 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "face", "server_restart"),
		99 * S / 10, 101 * S / 10);
}

static void overrun_is_named(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	const struct fw_record overrun = {.kind = FW_RECORD_OVERRUN,
		.participant = 1,
		.track = FW_TRACK_AUDIO,
		.at_us = START_US + 11 * S,
		.overrun = {.from_us = START_US + 10 * S, .packets = 50}};
	struct finalised_seen seen;

	talker_run(talker, START_US, START_US + 10 * S);
	talker->lose_permille = 1000;
	talker_run(talker, START_US + 10 * S, START_US + 11 * S);
	talker->lose_permille = 0;
	finalised_collect(fixture, &overrun);
	talker_run(talker, START_US + 11 * S, START_US + 30 * S);
	finalised_finish(fixture, START_US + 30 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "recorder_overrun"),
		9 * S / 10, 11 * S / 10);
	assert_int_equal(finalised_packets(fixture, "1-person-1", "audio", "lost"), 50);
	assert_true(finalised_has_cause(fixture, "1-person-1", "face", "packet_loss"));
}

static void slow_disk_is_named(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct fw_record mark = {.kind = FW_RECORD_MARK,
		.track = FW_TRACK_COUNT,
		.mark = FW_MARK_DISK_SLOW,
		.at_us = START_US + 10 * S};
	struct finalised_seen seen;

	talker_run(talker, START_US, START_US + 10 * S);
	talker->lose_permille = 1000;
	talker_run(talker, START_US + 10 * S, START_US + 14 * S);
	talker->lose_permille = 0;
	finalised_collect(fixture, &mark);
	mark.mark = FW_MARK_DISK_OK;
	mark.at_us = START_US + 14 * S;
	finalised_collect(fixture, &mark);
	talker_run(talker, START_US + 14 * S, START_US + 30 * S);
	finalised_finish(fixture, START_US + 30 * S);
	assert_string_equal(
		json_string_value(json_object_get(fixture->manifest, "state")), "complete");
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "disk_slow"),
		39 * S / 10, 41 * S / 10);
	assert_true(finalised_has_cause(fixture, "1-person-1", "face", "disk_slow"));
	assert_false(finalised_has_cause(fixture, "1-person-1", "audio", "packet_loss"));
}

static void empty_recording_has_a_manifest(void **state)
{
	struct finalised *fixture = *state;

	finalised_finish(fixture, START_US + 3 * S);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 0);
	assert_int_equal(finalised_number(fixture->manifest, "ended_us"),
		START_US + 3 * S + fixture->talker.delay_us);
}

static void short_call_has_its_files(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	talker_run(&fixture->talker, START_US, START_US + S);
	finalised_finish(fixture, START_US + S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.audio, 50);
	assert_in_range(seen.video, 30, 31);
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
	struct finalised *fixture = *state;
	struct talker *held = &fixture->talker;
	struct talker guests[4];

	g_ptr_array_set_size(fixture->records, 0);
	finalised_collect(fixture, &begin);
	talker_run(held, START_US, START_US + 30 * S);
	talker_mark(held, FW_TRACK_COUNT, FW_MARK_HOLD_BEGIN, START_US + 30 * S);
	held->put = drop;
	talker_run(held, START_US + 30 * S, START_US + 40 * S);
	held->put = finalised_collect;
	talker_mark(held, FW_TRACK_COUNT, FW_MARK_HOLD_END, START_US + 40 * S);
	talker_run(held, START_US + 40 * S, START_US + 60 * S);
	for (uint32_t i = 0; i < G_N_ELEMENTS(guests); i++) {
		bool late = i == 1;

		talker_init(&guests[i], i + 2, START_US, 20 + i, finalised_collect, fixture);
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
	finalised_finish(fixture, START_US + 60 * S);
	assert_true(json_is_true(json_object_get(fixture->manifest, "drill")));
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 5);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "hold"), 99 * S / 10,
		101 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", NULL), 99 * S / 10,
		101 * S / 10);
	assert_true(finalised_total_us(fixture, "1-person-1", "face", "hold") >= 99 * S / 10);
	assert_false(finalised_has_cause(fixture, "1-person-1", "face", "packet_loss"));
	assert_int_equal(finalised_total_us(fixture, "2-person-1", "face", "hold"), 0);
	/* Who came late has a file of that time alone, and lies where it belongs. */
	assert_in_range(finalised_number(finalised_source(fixture, "3-person-1"), "start_us"),
		START_US + 199 * S / 10, START_US + 201 * S / 10);
	assert_in_range(finalised_number(finalised_source(fixture, "3-person-1"), "duration_us"),
		199 * S / 10, 201 * S / 10);
	assert_in_range(finalised_number(finalised_source(fixture, "5-person-1"), "duration_us"),
		599 * S / 10, 601 * S / 10);
}

static void changed_bytes_are_reported(void **state)
{
	struct finalised *fixture = *state;
	const char *sha256;
	char id[FW_ID_SIZE];
	g_autofree char *path = NULL;
	g_autofree char *bytes = NULL;
	gsize size = 0;
	json_t *report = NULL;

	talker_run(&fixture->talker, START_US, START_US + 2 * S);
	finalised_finish(fixture, START_US + 2 * S);
	sha256 = json_string_value(json_object_get(fixture->result, "manifest_sha256"));
	assert_int_equal(
		fw_recording_verify(fixture->store, RECORDING, finalised_key, sha256, &report), 0);
	assert_true(json_is_true(json_object_get(report, "ok")));
	assert_int_equal(json_array_size(json_object_get(report, "checked")), 2);
	json_decref(report);

	assert_int_equal(fw_recording_blob_id(RECORDING, "1-person-1.webm", id), 0);
	path = g_strdup_printf("%s/%s/%s.blob", fixture->folder, id + 34, id);
	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	bytes[size / 2] ^= 1;
	assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	assert_int_equal(
		fw_recording_verify(fixture->store, RECORDING, finalised_key, sha256, &report), 0);
	assert_false(json_is_true(json_object_get(report, "ok")));
	json_decref(report);
	assert_int_equal(fw_recording_erase(fixture->store, RECORDING, finalised_key), 0);
	assert_int_equal(
		fw_recording_verify(fixture->store, RECORDING, finalised_key, NULL, &report),
		-ENOENT);
}

#define CALL_TEST(name) cmocka_unit_test_setup_teardown(name, finalised_set_up, finalised_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(plain_call_is_complete),
		CALL_TEST(loss_reordering_and_copies_are_accounted_for),
		CALL_TEST(late_key_frame_costs_only_its_time),
		CALL_TEST(source_without_a_picture_has_no_file),
		CALL_TEST(nothing_is_kept_from_after_the_end),
		CALL_TEST(restart_is_a_gap_with_its_name),
		CALL_TEST(overrun_is_named),
		CALL_TEST(slow_disk_is_named),
		CALL_TEST(empty_recording_has_a_manifest),
		CALL_TEST(short_call_has_its_files),
		CALL_TEST(party_with_a_hold_and_a_late_guest),
		CALL_TEST(changed_bytes_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
