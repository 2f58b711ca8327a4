/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A muxer that refuses a source costs that source alone, with its name; a disk that is full costs nothing but time.
 * Nothing that a camera can send is refused by today's libavformat: the linker (meson.build) puts the refusals in front of it.
 */
#include "tests/unit/recorder/finalised.h"

#include <errno.h>
#include <libavformat/avformat.h>

#define FACE_PX     1280
#define DOCUMENT_PX 1920
#define ANY_PX      (-1)

/* What is refused, of files with a picture so wide; 0: nothing. */
static struct {
	int head_px;
	int frames_px;
	int64_t frames_from_ms;
	int trailer_px;
	uint64_t disk_bytes; /* of a file; 0: the disk is large enough */
} refuse;

int __real_avformat_write_header(AVFormatContext *format, AVDictionary **options);
int __wrap_avformat_write_header(AVFormatContext *format, AVDictionary **options);
int __real_av_write_frame(AVFormatContext *format, AVPacket *packet);
int __wrap_av_write_frame(AVFormatContext *format, AVPacket *packet);
int __real_av_write_trailer(AVFormatContext *format);
int __wrap_av_write_trailer(AVFormatContext *format);
int __real_fw_blob_write(
	struct fw_blob_writer *writer, uint64_t offset, const void *bytes, size_t size);
int __wrap_fw_blob_write(
	struct fw_blob_writer *writer, uint64_t offset, const void *bytes, size_t size);

static bool is_wide(const AVFormatContext *format, int width_px)
{
	return width_px == ANY_PX ||
		(width_px != 0 && format->streams[0]->codecpar->width == width_px);
}

int __wrap_avformat_write_header(AVFormatContext *format, AVDictionary **options)
{
	return is_wide(format, refuse.head_px) ? AVERROR(EINVAL)
					       : __real_avformat_write_header(format, options);
}

int __wrap_av_write_frame(AVFormatContext *format, AVPacket *packet)
{
	return is_wide(format, refuse.frames_px) && packet->pts >= refuse.frames_from_ms
		? AVERROR(EINVAL)
		: __real_av_write_frame(format, packet);
}

int __wrap_av_write_trailer(AVFormatContext *format)
{
	int r = __real_av_write_trailer(format);

	return is_wide(format, refuse.trailer_px) ? AVERROR(EINVAL) : r;
}

int __wrap_fw_blob_write(
	struct fw_blob_writer *writer, uint64_t offset, const void *bytes, size_t size)
{
	return refuse.disk_bytes != 0 && offset + size > refuse.disk_bytes
		? -ENOSPC
		: __real_fw_blob_write(writer, offset, bytes, size);
}

static int set_up(void **state)
{
	int r = finalised_set_up(state);
	struct finalised *fixture = *state;

	memset(&refuse, 0, sizeof(refuse));
	fixture->talker.tracks[FW_TRACK_DOCUMENT].on = true;
	talker_run(&fixture->talker, START_US, START_US + 20 * S);
	return r;
}

static json_t *unwritten(const struct finalised *fixture)
{
	json_t *list = json_object_get(fixture->manifest, "unwritten");

	assert_int_equal(json_array_size(list), 1);
	return json_array_get(list, 0);
}

/* All that came of the track lies in gaps of the muxer's refusal. */
static void check_left_out(const json_t *source, size_t track)
{
	const json_t *entry = json_array_get(json_object_get(source, "tracks"), track);
	const json_t *packets = json_object_get(entry, "packets");
	json_t *gap;
	size_t index;
	int64_t sum = 0;

	assert_true(json_is_false(json_object_get(entry, "in_file")));
	assert_int_equal(finalised_number(packets, "written"), 0);
	assert_true(finalised_number(packets, "discarded") > 0);
	json_array_foreach (json_object_get(entry, "gaps"), index, gap) {
		assert_string_equal(
			json_string_value(json_object_get(gap, "cause")), "not_writable");
		sum += finalised_number(gap, "packets");
	}
	assert_int_equal(sum, finalised_number(packets, "discarded"));
}

static void refused_head_costs_one_source(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	refuse.head_px = DOCUMENT_PX;
	finalised_finish(fixture, START_US + 20 * S);
	assert_string_equal(
		json_string_value(json_object_get(fixture->manifest, "state")), "complete");
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "sources")), 1);
	seen = finalised_check_file(fixture, "1-person-1");
	assert_int_equal(seen.audio, 1000);
	assert_string_equal(
		json_string_value(json_object_get(unwritten(fixture), "id")), "1-document-1");
	assert_null(json_object_get(unwritten(fixture), "file"));
	check_left_out(unwritten(fixture), 0);
}

static void refused_head_of_a_person_costs_sound_and_face(void **state)
{
	struct finalised *fixture = *state;

	refuse.head_px = FACE_PX;
	finalised_finish(fixture, START_US + 20 * S);
	finalised_check_file(fixture, "1-document-1");
	check_left_out(unwritten(fixture), 0);
	check_left_out(unwritten(fixture), 1);
}

static void refused_frame_ends_the_file(void **state)
{
	struct finalised *fixture = *state;
	struct finalised_seen seen;

	refuse.frames_px = FACE_PX;
	refuse.frames_from_ms = 12000;
	finalised_finish(fixture, START_US + 20 * S);
	assert_int_equal(json_array_size(json_object_get(fixture->manifest, "unwritten")), 0);
	seen = finalised_check_file(fixture, "1-person-1");
	finalised_check_skew(&seen);
	assert_in_range(finalised_number(finalised_source(fixture, "1-person-1"), "duration_us"),
		119 * S / 10, 121 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "audio", "not_writable"),
		79 * S / 10, 81 * S / 10);
	assert_in_range(finalised_total_us(fixture, "1-person-1", "face", "not_writable"),
		79 * S / 10, 81 * S / 10);
	finalised_check_file(fixture, "1-document-1");
}

static void refused_end_costs_one_source(void **state)
{
	struct finalised *fixture = *state;

	refuse.trailer_px = DOCUMENT_PX;
	finalised_finish(fixture, START_US + 20 * S);
	finalised_check_file(fixture, "1-person-1");
	check_left_out(unwritten(fixture), 0);
}

static void check_no_recording(struct finalised *fixture, int error)
{
	json_t *manifest = NULL;

	assert_int_equal(finalised_try(fixture, START_US + 20 * S), error);
	assert_int_equal(fw_recording_manifest(fixture->store, RECORDING, finalised_key, &manifest),
		-ENOENT);
}

/* The journal must be kept: a program that can write it may come. */
static void nothing_but_refusals_is_no_recording(void **state)
{
	refuse.head_px = ANY_PX;
	check_no_recording(*state, -EPROTO);
}

static void full_disk_is_no_refusal(void **state)
{
	refuse.disk_bytes = 1000000; /* the heads fit */
	check_no_recording(*state, -ENOSPC);
}

#define CALL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, finalised_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(refused_head_costs_one_source),
		CALL_TEST(refused_head_of_a_person_costs_sound_and_face),
		CALL_TEST(refused_frame_ends_the_file),
		CALL_TEST(refused_end_costs_one_source),
		CALL_TEST(nothing_but_refusals_is_no_recording),
		CALL_TEST(full_disk_is_no_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
