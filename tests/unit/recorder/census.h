/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in a segment of a journal, counted.
 *
 * Threads: the test's main thread. Errors: a segment that cannot be read to its end fails the test.
 */
#ifndef FW_TESTS_UNIT_RECORDER_CENSUS_H
#define FW_TESTS_UNIT_RECORDER_CENSUS_H

#include "tests/unit/testing.h"

#include "recorder/journal.h"

struct census {
	unsigned kinds[FW_RECORD_CLOSE + 1]; /* records; as [0] the packets that OVERRUN records name */
	unsigned marks[FW_MARK_COUNT];
	int64_t marked_us[FW_MARK_COUNT]; /* the last of each */
	bool ended;
	enum fw_segment_reason reason;
	int64_t started_us;
};

static inline void census_take(struct census *census, const struct fw_record *record)
{
	census->kinds[record->kind]++;
	if (record->kind == FW_RECORD_OVERRUN) {
		census->kinds[0] += record->overrun.packets;
	} else if (record->kind == FW_RECORD_MARK) {
		census->marks[record->mark]++;
		census->marked_us[record->mark] = record->at_us;
	} else if (record->kind == FW_RECORD_SEGMENT) {
		census->reason = record->segment.reason;
		census->started_us = record->segment.started_us;
	}
}

static inline void census_take_piece(struct census *census, const struct fw_journal_piece *piece)
{
	size_t at = 0;

	while (at < piece->plain_bytes) {
		struct fw_record record;
		size_t used = 0;

		assert_int_equal(
			fw_record_decode(piece->plain + at, piece->plain_bytes - at, &record, &used),
			0);
		census_take(census, &record);
		at += used;
	}
}

static inline struct census census_of_segment(
	const char *folder, const char *recording, uint32_t number, const uint8_t *key)
{
	char name[FW_JOURNAL_NAME_SIZE];
	g_autofree char *path = NULL;
	g_autofree char *bytes = NULL;
	fw_cleanup(fw_journal_reader_destroy) struct fw_journal_reader *reader = NULL;
	struct fw_journal_piece piece;
	struct census census = {0};
	gsize size = 0, at = 0;

	fw_journal_segment_name(number, name);
	path = g_build_filename(folder, recording, name, NULL);
	assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	assert_int_equal(fw_journal_reader_create(recording, number, key, &reader), 0);
	while (fw_journal_read(reader, (const uint8_t *)bytes + at, size - at, &piece) == 0) {
		at += piece.bytes;
		census_take_piece(&census, &piece);
	}
	assert_int_equal(at, size);
	census.ended = fw_journal_ended(reader);
	return census;
}

#endif
