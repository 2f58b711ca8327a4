/* SPDX-License-Identifier: Apache-2.0 */
/* Journals as files: growing, torn, damaged, in several segments. */
#include "tests/unit/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "recorder/recording.h"
#include "recorder/segment.h"
#include "tests/support/talker.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define START_US  INT64_C(1795312979000000)
#define S         INT64_C(1000000)

static const uint8_t key[FW_AEAD_KEY_BYTES] = {8};

struct fixture {
	char *folder;
	char *journal;
	struct fw_blob_store *store;
	struct fw_journal_sealer *sealer;
	FILE *file;
	GArray *ends; /* long: where each block ends */
	size_t used;
	uint8_t plain[FW_JOURNAL_BLOCK_BYTES];
	json_t *manifest;
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->journal = g_build_filename(fixture->folder, "journals", RECORDING, NULL);
	assert_int_equal(g_mkdir_with_parents(fixture->journal, 0700), 0);
	assert_int_equal(fw_blob_store_open(fixture->folder, &fixture->store), 0);
	fixture->ends = g_array_new(FALSE, FALSE, sizeof(long));
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->file) {
		(void)fclose(fixture->file);
	}
	json_decref(fixture->manifest);
	fw_journal_sealer_destroy(fixture->sealer);
	fw_blob_store_close(fixture->store);
	g_array_unref(fixture->ends);
	g_free(fixture->journal);
	testing_remove_folder(fixture->folder);
	g_free(fixture);
	return 0;
}

static char *segment_path(struct fixture *fixture, uint32_t number)
{
	char name[FW_JOURNAL_NAME_SIZE];

	fw_journal_segment_name(number, name);
	return g_build_filename(fixture->journal, name, NULL);
}

static void seal(struct fixture *fixture, bool last)
{
	static uint8_t block[FW_JOURNAL_SEALED_BYTES];
	long end;

	assert_int_equal(
		fw_journal_seal(fixture->sealer, fixture->plain, fixture->used, last, block), 0);
	assert_int_equal(
		fwrite(block, fixture->used + FW_JOURNAL_OVERHEAD_BYTES, 1, fixture->file), 1);
	assert_int_equal(fflush(fixture->file), 0);
	fixture->used = 0;
	end = ftell(fixture->file);
	g_array_append_val(fixture->ends, end);
}

static void put(void *user, const struct fw_record *record)
{
	struct fixture *fixture = user;
	size_t size = 0;

	if (fixture->used + FW_RECORD_MAX_BYTES > sizeof(fixture->plain)) {
		seal(fixture, false);
	}
	assert_int_equal(fw_record_encode(record, fixture->plain + fixture->used,
				 sizeof(fixture->plain) - fixture->used, &size),
		0);
	fixture->used += size;
}

static void begin(struct fixture *fixture, uint32_t number, int64_t at_us)
{
	g_autofree char *path = segment_path(fixture, number);
	uint8_t header[FW_JOURNAL_HEADER_BYTES];
	const struct fw_record record = {.kind = FW_RECORD_SEGMENT,
		.track = FW_TRACK_COUNT,
		.at_us = at_us,
		.segment = {.reason = number == 1 ? FW_SEGMENT_START : FW_SEGMENT_RESTART,
			.started_us = START_US,
			.call_id = RECORDING}};

	if (fixture->file) {
		(void)fclose(fixture->file);
		fw_journal_sealer_destroy(fixture->sealer);
	}
	g_array_set_size(fixture->ends, 0);
	fixture->file = fopen(path, "wb");
	assert_non_null(fixture->file);
	assert_int_equal(
		fw_journal_sealer_create(RECORDING, number, key, at_us, header, &fixture->sealer),
		0);
	assert_int_equal(fwrite(header, sizeof(header), 1, fixture->file), 1);
	assert_int_equal(fflush(fixture->file), 0);
	put(fixture, &record);
}

static void talk(struct fixture *fixture, int64_t from_us, int64_t to_us)
{
	struct talker talker;

	talker_init(&talker, 1, START_US, (uint32_t)(from_us / S), put, fixture);
	talker_run(&talker, from_us, to_us);
	talker_fini(&talker);
}

static void end(struct fixture *fixture, int64_t at_us)
{
	const struct fw_record record = {
		.kind = FW_RECORD_CLOSE, .track = FW_TRACK_COUNT, .at_us = at_us};

	put(fixture, &record);
	seal(fixture, true);
}

static void finalise(struct fixture *fixture)
{
	g_autofree char *journals = g_path_get_dirname(fixture->journal);
	fw_cleanup(fw_finaliser_destroy) struct fw_finaliser *finaliser = NULL;
	fw_cleanup(fw_segments_close) struct fw_segments *segments = NULL;
	json_t *result = NULL;

	json_decref(fixture->manifest);
	fixture->manifest = NULL;
	assert_int_equal(fw_segments_open(journals, RECORDING, key, &segments), 0);
	assert_int_equal(
		fw_finaliser_create(fixture->store, RECORDING, key, NULL, NULL, &finaliser), 0);
	assert_int_equal(fw_segments_finish(segments, finaliser), 0);
	assert_int_equal(fw_finaliser_finish(finaliser, &result), 0);
	assert_true(json_is_true(json_object_get(result, "accounted")));
	json_decref(result);
	assert_int_equal(
		fw_recording_manifest(fixture->store, RECORDING, key, &fixture->manifest), 0);
}

static json_t *segment(struct fixture *fixture, size_t index)
{
	json_t *journal = json_object_get(fixture->manifest, "journal");

	return json_array_get(json_object_get(journal, "segments"), index);
}

static void expect_segment(struct fixture *fixture, size_t index, int64_t blocks, int64_t damaged,
	bool ended, bool torn)
{
	json_t *one = segment(fixture, index);

	assert_int_equal(json_integer_value(json_object_get(one, "blocks")), blocks);
	assert_int_equal(json_integer_value(json_object_get(one, "damaged_blocks")), damaged);
	assert_int_equal(json_is_true(json_object_get(one, "ended")), ended);
	assert_int_equal(json_is_true(json_object_get(one, "torn_tail")), torn);
}

static void expect_state(struct fixture *fixture, const char *state)
{
	assert_string_equal(json_string_value(json_object_get(fixture->manifest, "state")), state);
}

static bool has_gap(struct fixture *fixture, const char *cause)
{
	g_autofree char *text = json_dumps(fixture->manifest, JSON_COMPACT);
	g_autofree char *wanted = g_strdup_printf("\"cause\":\"%s\"", cause);

	return strstr(text, wanted) != NULL;
}

static long block_end(const struct fixture *fixture, unsigned index)
{
	return g_array_index(fixture->ends, long, index);
}

static void change(struct fixture *fixture, uint32_t number, long at, size_t size, int value)
{
	g_autofree char *path = segment_path(fixture, number);
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(fputc(value, file), value);
	}
	assert_int_equal(fclose(file), 0);
}

static void two_segments_make_one_recording(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, 1, START_US);
	talk(fixture, START_US, START_US + 5 * S);
	seal(fixture, false);
	begin(fixture, 3, START_US + 12 * S); /* number 2 could not be made */
	talk(fixture, START_US + 12 * S, START_US + 20 * S);
	end(fixture, START_US + 20 * S);
	finalise(fixture);
	expect_state(fixture, "interrupted");
	expect_segment(fixture, 1, fixture->ends->len, 0, true, false);
	assert_false(json_is_true(json_object_get(segment(fixture, 0), "ended")));
	assert_true(has_gap(fixture, "server_restart"));
}

static void torn_tail_is_no_damage(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = segment_path(fixture, 1);
	int64_t blocks;

	begin(fixture, 1, START_US);
	talk(fixture, START_US, START_US + 3 * S);
	seal(fixture, false);
	blocks = fixture->ends->len - 1;
	assert_int_equal(truncate(path, block_end(fixture, (unsigned)blocks) - 7), 0);
	finalise(fixture);
	expect_state(fixture, "interrupted");
	expect_segment(fixture, 0, blocks, 0, false, true);
}

static void zeros_of_a_power_cut_are_no_damage(void **state)
{
	struct fixture *fixture = *state;
	int64_t blocks;

	begin(fixture, 1, START_US);
	talk(fixture, START_US, START_US + 3 * S);
	seal(fixture, false);
	blocks = fixture->ends->len - 1;
	change(fixture, 1, block_end(fixture, (unsigned)blocks - 1) + 1000, 4096, 0);
	finalise(fixture);
	expect_segment(fixture, 0, blocks, 0, false, true);
	/* Nothing of the block came: not even its frame. */
	change(fixture, 1, block_end(fixture, (unsigned)blocks - 1), 8192, 0);
	finalise(fixture);
	expect_segment(fixture, 0, blocks, 0, false, true);
}

static void damage_costs_its_block_and_has_a_name(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, 1, START_US);
	talk(fixture, START_US, START_US + 6 * S);
	end(fixture, START_US + 6 * S);
	assert_true(fixture->ends->len > 6);
	/* Of cipher text, a single byte may be what it is changed to. */
	change(fixture, 1, block_end(fixture, 2) + 5000, 8, 0xaa);
	finalise(fixture);
	expect_state(fixture, "interrupted");
	expect_segment(fixture, 0, fixture->ends->len - 1, 1, true, false);
	assert_true(has_gap(fixture, "journal_damaged"));
}

static void destroyed_frame_costs_the_rest(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, 1, START_US);
	talk(fixture, START_US, START_US + 6 * S);
	end(fixture, START_US + 6 * S);
	change(fixture, 1, block_end(fixture, 2), 4, 'x');
	finalise(fixture);
	expect_state(fixture, "interrupted");
	expect_segment(fixture, 0, 3, 1, false, false);
}

static void bytes_behind_the_end_are_damage(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture, 1, START_US);
	talk(fixture, START_US, START_US + S);
	end(fixture, START_US + S);
	change(fixture, 1, block_end(fixture, fixture->ends->len - 1), 40, 0);
	finalise(fixture);
	expect_state(fixture, "interrupted");
	expect_segment(fixture, 0, fixture->ends->len, 1, true, false);
}

static void headless_journal_still_has_a_manifest(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *path = segment_path(fixture, 1);

	begin(fixture, 1, START_US);
	assert_int_equal(truncate(path, 33), 0);
	finalise(fixture);
	expect_state(fixture, "interrupted");
	expect_segment(fixture, 0, 0, 0, false, true);
	assert_string_equal(json_string_value(json_object_get(fixture->manifest, "call")), "");
}

static void growing_journal_is_followed(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *journals = g_path_get_dirname(fixture->journal);
	fw_cleanup(fw_finaliser_destroy) struct fw_finaliser *finaliser = NULL;
	fw_cleanup(fw_segments_close) struct fw_segments *segments = NULL;
	json_t *result = NULL;

	assert_int_equal(rmdir(fixture->journal), 0);
	assert_int_equal(fw_segments_open(journals, RECORDING, key, &segments), 0);
	assert_int_equal(
		fw_finaliser_create(fixture->store, RECORDING, key, NULL, NULL, &finaliser), 0);
	assert_int_equal(fw_segments_read(segments, finaliser), 0);
	assert_int_equal(fw_segments_finish(segments, finaliser), -ENOENT);
	assert_int_equal(mkdir(fixture->journal, 0700), 0);
	begin(fixture, 1, START_US);
	for (int i = 0; i < 10; i++) {
		talk(fixture, START_US + i * S, START_US + (i + 1) * S);
		seal(fixture, false);
		while (fw_segments_read(segments, finaliser) > 0) {
		}
		assert_false(fw_finaliser_closed(finaliser));
	}
	end(fixture, START_US + 10 * S);
	while (fw_segments_read(segments, finaliser) > 0) {
	}
	assert_true(fw_finaliser_closed(finaliser));
	assert_int_equal(fw_segments_finish(segments, finaliser), 0);
	assert_int_equal(fw_finaliser_finish(finaliser, &result), 0);
	assert_string_equal(json_string_value(json_object_get(result, "state")), "complete");
	json_decref(result);
}

#define JOURNAL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOURNAL_TEST(two_segments_make_one_recording),
		JOURNAL_TEST(torn_tail_is_no_damage),
		JOURNAL_TEST(zeros_of_a_power_cut_are_no_damage),
		JOURNAL_TEST(damage_costs_its_block_and_has_a_name),
		JOURNAL_TEST(destroyed_frame_costs_the_rest),
		JOURNAL_TEST(bytes_behind_the_end_are_damage),
		JOURNAL_TEST(headless_journal_still_has_a_manifest),
		JOURNAL_TEST(growing_journal_is_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
