/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journal segments as they may lie on a disk, and the records inside a block that was opened. The
 * key is all zeros, so that the corpus' segments open.
 */
#include <stdint.h>
#include <string.h>

#include "recorder/journal.h"

#define RECORDING "017f22e2-79b0-7000-98c4-dc0c0c07398f"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(const uint8_t *bytes, size_t size)
{
	struct fw_record record;
	uint8_t again[FW_RECORD_MAX_BYTES];
	size_t used = 0;
	size_t same = 0;

	while (size > 0 && fw_record_decode(bytes, size, &record, &used) == 0) {
		if (fw_record_encode(&record, again, sizeof(again), &same) == 0) {
			g_assert(same == used);
		}
		bytes += used;
		size -= used;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[FW_AEAD_KEY_BYTES];
	fw_cleanup(fw_journal_reader_destroy) struct fw_journal_reader *reader = NULL;
	struct fw_journal_piece piece;
	size_t at = 0;
	int r;

	decode(data, size);
	g_assert(fw_journal_reader_create(RECORDING, 1, key, &reader) == 0);
	do {
		r = fw_journal_read(reader, data + at, size - at, &piece);
		g_assert(piece.bytes <= size - at);
		if (r == 0 && piece.plain) {
			decode(piece.plain, piece.plain_bytes);
		}
		at += piece.bytes;
	} while (r == 0 || piece.bytes > 0);
	(void)fw_journal_looks_torn(data + at, size - at);
	return 0;
}
