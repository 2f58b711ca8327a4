/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "recorder/journal.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"
#define BLOCKS    3

static const uint8_t key[FW_AEAD_KEY_BYTES] = {1, 2, 3, 4};
static const uint8_t other_key[FW_AEAD_KEY_BYTES] = {4, 3, 2, 1};

/* A segment of BLOCKS blocks with a few records each; ends[] are the ends of header and blocks. */
struct segment {
	uint8_t bytes[8192];
	size_t size;
	size_t ends[BLOCKS + 1];
};

static size_t fill_block(uint8_t *plain, size_t capacity, uint32_t number)
{
	uint8_t rtp[40];
	size_t used = 0;

	memset(rtp, (int)number, sizeof(rtp));
	for (uint32_t i = 0; i < 5; i++) {
		struct fw_record record = {.kind = FW_RECORD_PACKET,
			.track = FW_TRACK_FACE,
			.participant = number,
			.at_us = i,
			.packet = {.bytes = rtp, .size = sizeof(rtp) - i}};
		size_t bytes = 0;

		assert_int_equal(
			fw_record_encode(&record, plain + used, capacity - used, &bytes), 0);
		used += bytes;
	}
	return used;
}

static void make_segment(struct segment *segment, bool ended)
{
	fw_cleanup(fw_journal_sealer_destroy) struct fw_journal_sealer *sealer = NULL;
	uint8_t plain[1024];

	assert_int_equal(
		fw_journal_sealer_create(RECORDING, 2, key, 77, segment->bytes, &sealer), 0);
	segment->size = FW_JOURNAL_HEADER_BYTES;
	segment->ends[0] = segment->size;
	for (uint32_t i = 0; i < BLOCKS; i++) {
		size_t used = fill_block(plain, sizeof(plain), i + 1);

		assert_int_equal(fw_journal_seal(sealer, plain, used, ended && i == BLOCKS - 1,
					 segment->bytes + segment->size),
			0);
		segment->size += used + FW_JOURNAL_OVERHEAD_BYTES;
		segment->ends[i + 1] = segment->size;
	}
	if (ended) {
		assert_int_equal(fw_journal_seal(sealer, plain, 1, false, plain), -EPROTO);
	}
}

/* How reading a whole segment ended, and what was good. */
struct outcome {
	int end;
	unsigned blocks;
	unsigned damaged;
	unsigned records;
	bool ended;
	size_t read;
};

static unsigned count_records(const struct fw_journal_piece *piece)
{
	size_t at = 0;
	unsigned count = 0;

	while (at < piece->plain_bytes) {
		struct fw_record record;
		size_t used = 0;

		assert_int_equal(
			fw_record_decode(piece->plain + at, piece->plain_bytes - at, &record, &used),
			0);
		at += used;
		count++;
	}
	return count;
}

static struct outcome read_all(
	const uint8_t *bytes, size_t size, const uint8_t *with_key, uint32_t number)
{
	fw_cleanup(fw_journal_reader_destroy) struct fw_journal_reader *reader = NULL;
	struct outcome outcome = {0};

	assert_int_equal(fw_journal_reader_create(RECORDING, number, with_key, &reader), 0);
	for (;;) {
		struct fw_journal_piece piece;
		int r = fw_journal_read(reader, bytes + outcome.read, size - outcome.read, &piece);

		outcome.read += piece.bytes;
		if (r == -EBADMSG) {
			outcome.damaged++;
		} else if (r == 0 && piece.plain) {
			outcome.blocks++;
			outcome.records += count_records(&piece);
		}
		if (r != 0 && piece.bytes == 0) {
			outcome.end = r;
			break;
		}
	}
	outcome.ended = fw_journal_ended(reader);
	return outcome;
}

static void every_record_comes_back(void **state)
{
	static const char label[] = "w-1";
	const struct fw_record records[] = {
		{.kind = FW_RECORD_PACKET,
			.track = FW_TRACK_DOCUMENT,
			.participant = 9,
			.at_us = INT64_C(1795312979122990),
			.packet = {.bytes = (const uint8_t *)"abc", .size = 3}},
		{.kind = FW_RECORD_SENDER_REPORT,
			.track = FW_TRACK_AUDIO,
			.participant = UINT32_MAX,
			.at_us = -1,
			.sender_report = {.ssrc = 0xfedcba98,
				.rtp_time = 5,
				.ntp = UINT64_C(0xe0f1d2c3b4a59687)}},
		{.kind = FW_RECORD_MARK, .track = FW_TRACK_COUNT, .mark = FW_MARK_LEFT},
		{.kind = FW_RECORD_OVERRUN, .overrun = {.from_us = 5, .packets = 6}, .at_us = 7},
		{.kind = FW_RECORD_PARTICIPANT, .label = {.text = label, .size = 3}},
		{.kind = FW_RECORD_SEGMENT,
			.segment = {.reason = FW_SEGMENT_DISK_FULL,
				.drill = true,
				.started_us = 12,
				.call_id = RECORDING}},
		{.kind = FW_RECORD_CLOSE, .at_us = 99},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		uint8_t bytes[FW_RECORD_MAX_BYTES];
		uint8_t again[FW_RECORD_MAX_BYTES];
		struct fw_record back;
		size_t size = 0, used = 0, size_again = 0;

		assert_int_equal(fw_record_encode(&records[i], bytes, sizeof(bytes), &size), 0);
		assert_int_equal(fw_record_encode(&records[i], bytes, size - 1, &used), -EOVERFLOW);
		assert_int_equal(fw_record_decode(bytes, size, &back, &used), 0);
		assert_int_equal(used, size);
		assert_int_equal(back.kind, records[i].kind);
		assert_true(back.at_us == records[i].at_us);
		assert_int_equal(fw_record_encode(&back, again, sizeof(again), &size_again), 0);
		assert_int_equal(size_again, size);
		assert_memory_equal(again, bytes, size);
		for (size_t cut = 0; cut < size; cut++) {
			assert_int_equal(fw_record_decode(bytes, cut, &back, &used), -EBADMSG);
		}
	}
}

static void segment_comes_back_whole(void **state)
{
	struct segment segment;
	struct outcome outcome;

	(void)state;
	make_segment(&segment, true);
	outcome = read_all(segment.bytes, segment.size, key, 2);
	assert_int_equal(outcome.end, -EAGAIN);
	assert_int_equal(outcome.blocks, BLOCKS);
	assert_int_equal(outcome.records, BLOCKS * 5);
	assert_true(outcome.ended);
	assert_int_equal(outcome.read, segment.size);
}

static void bytes_behind_the_last_block_are_refused(void **state)
{
	struct segment segment;

	(void)state;
	make_segment(&segment, true);
	segment.bytes[segment.size] = 0;
	assert_int_equal(read_all(segment.bytes, segment.size + 1, key, 2).end, -ENODATA);
}

static void torn_tail_loses_only_its_block(void **state)
{
	struct segment segment;

	(void)state;
	make_segment(&segment, false);
	for (size_t size = segment.ends[BLOCKS - 1]; size < segment.size; size++) {
		struct outcome outcome = read_all(segment.bytes, size, key, 2);

		assert_int_equal(outcome.end, -EAGAIN);
		assert_int_equal(outcome.blocks, BLOCKS - 1);
		assert_int_equal(outcome.damaged, 0);
		assert_false(outcome.ended);
	}
}

static void every_flipped_bit_is_found(void **state)
{
	struct segment segment;

	(void)state;
	make_segment(&segment, true);
	for (size_t at = 0; at < segment.size; at++) {
		struct outcome outcome;

		segment.bytes[at] ^= (uint8_t)(1u << (at % 8));
		outcome = read_all(segment.bytes, segment.size, key, 2);
		/* A length made longer looks like a tail that has not come yet: never like an end. */
		assert_true(outcome.damaged > 0 || !outcome.ended);
		assert_true(outcome.blocks < BLOCKS);
		segment.bytes[at] ^= (uint8_t)(1u << (at % 8));
	}
}

static void damaged_text_costs_one_block(void **state)
{
	struct segment segment;
	struct outcome outcome;

	(void)state;
	make_segment(&segment, true);
	segment.bytes[segment.ends[1] + FW_JOURNAL_FRAME_BYTES] ^= 1;
	outcome = read_all(segment.bytes, segment.size, key, 2);
	assert_int_equal(outcome.blocks, BLOCKS - 1);
	assert_int_equal(outcome.damaged, 1);
	assert_true(outcome.ended);
}

static void block_taken_out_breaks_the_chain(void **state)
{
	struct segment segment;
	struct outcome outcome;
	size_t taken;

	(void)state;
	make_segment(&segment, true);
	taken = segment.ends[2] - segment.ends[1];
	memmove(segment.bytes + segment.ends[1], segment.bytes + segment.ends[2],
		segment.size - segment.ends[2]);
	outcome = read_all(segment.bytes, segment.size - taken, key, 2);
	assert_int_equal(outcome.end, -EBADMSG);
	assert_int_equal(outcome.blocks, 1);
}

static void other_key_or_place_is_refused(void **state)
{
	struct segment segment;

	(void)state;
	make_segment(&segment, true);
	assert_int_equal(read_all(segment.bytes, segment.size, other_key, 2).blocks, 0);
	assert_int_equal(read_all(segment.bytes, segment.size, key, 3).blocks, 0);
}

static void power_cut_differs_from_a_hand(void **state)
{
	struct segment segment;
	uint8_t zeros[1024] = {0};

	(void)state;
	make_segment(&segment, false);
	assert_false(fw_journal_looks_torn(
		segment.bytes + segment.ends[1], segment.size - segment.ends[1]));
	assert_true(fw_journal_looks_torn(zeros, sizeof(zeros)));
	assert_true(fw_journal_looks_torn(zeros, 1));
	assert_false(fw_journal_looks_torn(zeros, 0));
	memset(segment.bytes + segment.ends[2] + 40, 0, 600);
	assert_true(fw_journal_looks_torn(segment.bytes + segment.ends[2],
		MAX(segment.size, segment.ends[2] + 640) - segment.ends[2]));
}

static void names_are_numbers(void **state)
{
	char name[FW_JOURNAL_NAME_SIZE];

	(void)state;
	fw_journal_segment_name(12, name);
	assert_string_equal(name, "0012.fwj");
	assert_int_equal(fw_journal_segment_number(name), 12);
	assert_int_equal(fw_journal_segment_number("12.fwj"), 0);
	assert_int_equal(fw_journal_segment_number("0012.fwj~"), 0);
	assert_int_equal(fw_journal_segment_number(".."), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_comes_back),
		cmocka_unit_test(segment_comes_back_whole),
		cmocka_unit_test(bytes_behind_the_last_block_are_refused),
		cmocka_unit_test(torn_tail_loses_only_its_block),
		cmocka_unit_test(every_flipped_bit_is_found),
		cmocka_unit_test(damaged_text_costs_one_block),
		cmocka_unit_test(block_taken_out_breaks_the_chain),
		cmocka_unit_test(other_key_or_place_is_refused),
		cmocka_unit_test(power_cut_differs_from_a_hand),
		cmocka_unit_test(names_are_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
