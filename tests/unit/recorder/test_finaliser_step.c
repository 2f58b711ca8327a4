/* SPDX-License-Identifier: Apache-2.0 */
/* Sound and picture keep step, whatever holes, clocks and cameras do. */
#include "tests/unit/recorder/finalised.h"

static void ten_second_hole_keeps_step(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = false;
	talker_run(&fixture->talker, START_US + 20 * S, START_US + 30 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = true;
	talker_freeze(&fixture->talker, FW_TRACK_AUDIO, 10 * S);
	talker_run(&fixture->talker, START_US + 30 * S, START_US + 60 * S);
	finalised_finish(fixture, START_US + 60 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.audio, 2500);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "sender_silent"),
		99 * S / 10, 101 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", NULL), 99 * S / 10,
		101 * S / 10);
}

static void hole_without_frozen_time_stamps_keeps_step(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	talker_mark(&fixture->talker, FW_TRACK_AUDIO, FW_MARK_MUTED, START_US + 20 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = false;
	talker_run(&fixture->talker, START_US + 20 * S, START_US + 60 * S);
	talker_mark(&fixture->talker, FW_TRACK_AUDIO, FW_MARK_UNMUTED, START_US + 60 * S);
	fixture->talker.tracks[FW_TRACK_AUDIO].on = true;
	talker_run(&fixture->talker, START_US + 60 * S, START_US + 80 * S);
	finalised_finish(fixture, START_US + 80 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "muted"), 399 * S / 10,
		401 * S / 10);
}

static void jumped_time_stamps_keep_step(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker_run(talker, START_US, START_US + 20 * S);
	talker->tracks[FW_TRACK_AUDIO].timestamp_offset += 1234567;
	talker->tracks[FW_TRACK_FACE].timestamp_offset -= 7654321;
	talker_run(talker, START_US + 20 * S, START_US + 40 * S);
	finalised_finish(fixture, START_US + 40 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.audio, 2000);
}

static void without_reports_arrivals_count(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker->reports = false;
	talker_run(talker, START_US, START_US + 20 * S);
	talker->tracks[FW_TRACK_AUDIO].on = false;
	talker_run(talker, START_US + 20 * S, START_US + 25 * S);
	talker->tracks[FW_TRACK_AUDIO].on = true;
	talker_freeze(talker, FW_TRACK_AUDIO, 5 * S);
	talker_run(talker, START_US + 25 * S, START_US + 40 * S);
	finalised_finish(fixture, START_US + 40 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
}

static void other_ssrc_and_size_go_on_in_the_file(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	json_t *sizes;
	struct finalised_seen seen;

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
	finalised_finish(fixture, START_US + 30 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	sizes = json_object_get(finalised_track(fixture, "1-person-1", "face"), "sizes");
	assert_int_equal(json_array_size(sizes), 2);
	assert_int_equal(finalised_number(json_array_get(sizes, 1), "width"), 640);
	assert_int_equal(json_array_size(json_object_get(
				 finalised_track(fixture, "1-person-1", "face"), "ssrcs")),
		2);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "connection_lost"),
		39 * S / 10, 41 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "face", "connection_lost"),
		39 * S / 10, 41 * S / 10);
}

static void camera_that_comes_later_begins_a_part(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker->tracks[FW_TRACK_FACE].on = false;
	talker_run(talker, START_US, START_US + 20 * S);
	talker->tracks[FW_TRACK_FACE].on = true;
	talker_run(talker, START_US + 20 * S, START_US + 40 * S);
	talker->tracks[FW_TRACK_FACE].on = false;
	talker_mark(talker, FW_TRACK_FACE, FW_MARK_CAMERA_LOST, START_US + 40 * S);
	talker_run(talker, START_US + 40 * S, START_US + 55 * S);
	finalised_finish(fixture, START_US + 55 * S);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 2);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.video, 0);
	assert_string_equal(
		json_string_value(json_object_get(finalised_source(fixture, "1-person-1"), "mime")),
		"audio/webm");
	seen = finalised_check_file(fixture, "1-person-2");
	finalised_check_skew(&seen);
	assert_true(finalised_has_cause(fixture, "1-person-2", "face", "device_lost"));
	assert_in_range(finalised_total_us(fixture, "1-person-2", "face", "device_lost"),
		149 * S / 10, 151 * S / 10);
}

static void microphone_that_comes_later_stays_in_the_file(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker->tracks[FW_TRACK_AUDIO].on = false;
	talker_run(talker, START_US, START_US + 10 * S);
	talker->tracks[FW_TRACK_AUDIO].on = true;
	talker_run(talker, START_US + 10 * S, START_US + 30 * S);
	finalised_finish(fixture, START_US + 30 * S);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.audio, 1000);
	assert_true(seen.silence > 0);
	assert_int_equal(finalised_packets(fixture, "1-person-1", "face", "discarded"), 0);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "not_started"),
		99 * S / 10, 101 * S / 10);
}

static void person_without_a_microphone_has_silence(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker->tracks[FW_TRACK_AUDIO].on = false;
	talker_mark(talker, FW_TRACK_AUDIO, FW_MARK_CAMERA_LOST, START_US);
	talker_run(talker, START_US, START_US + 10 * S);
	finalised_finish(fixture, START_US + 10 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	assert_int_equal(seen.audio, 0);
	assert_true(seen.video > 0);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "device_lost"),
		99 * S / 10, 101 * S / 10);
}

static void drifting_clock_and_stalls_keep_step(void **state)
{
	struct finalised *fixture = *state;
	struct talker *talker = &fixture->talker;
	struct finalised_seen seen;

	talker->drift_ppm = 100;
	talker->short_pictures = true;
	for (int i = 0; i < 20; i++) {
		int64_t from_us = START_US + i * 30 * S;

		talker_run(talker, from_us, from_us + 29 * S);
		talker->stall_until_us = from_us + 30 * S;
		talker_run(talker, from_us + 29 * S, from_us + 30 * S);
	}
	finalised_finish(fixture, START_US + 600 * S);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_int_equal(seen.audio, finalised_packets(fixture, "1-person-1", "audio", "written"));
	assert_int_equal(finalised_packets(fixture, "1-person-1", "face", "discarded"), 0);
}

#define CALL_TEST(name) cmocka_unit_test_setup_teardown(name, finalised_set_up, finalised_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(ten_second_hole_keeps_step),
		CALL_TEST(hole_without_frozen_time_stamps_keeps_step),
		CALL_TEST(jumped_time_stamps_keep_step),
		CALL_TEST(without_reports_arrivals_count),
		CALL_TEST(other_ssrc_and_size_go_on_in_the_file),
		CALL_TEST(camera_that_comes_later_begins_a_part),
		CALL_TEST(microphone_that_comes_later_stays_in_the_file),
		CALL_TEST(person_without_a_microphone_has_silence),
		CALL_TEST(drifting_clock_and_stalls_keep_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
