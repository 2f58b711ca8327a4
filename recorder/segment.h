/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The segments of a recording's journal on the disk, read in order while they may still grow.
 *
 * Owner: the creator. Threads: one. Errors: -ENOENT at the end there is no journal, -errno of the file
 * system, and what the finaliser answers.
 */
#ifndef FW_RECORDER_SEGMENT_H
#define FW_RECORDER_SEGMENT_H

#include "recorder/finaliser.h"

struct fw_segments;

/* The journal need not be there yet. */
int fw_segments_open(const char *journal_dir, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_segments **ret_segments);
void fw_segments_close(struct fw_segments *segments);
FW_DEFINE_CLEANUP(struct fw_segments, fw_segments_close)

/*
 * Reads what has come since. Answers 1 when something was read, 0 when there is nothing new now.
 * After that the recording may be finished at any time with fw_segments_finish().
 */
int fw_segments_read(struct fw_segments *segments, struct fw_finaliser *finaliser);

/* Nothing more will come: reads the rest and reports how the last segment ended. */
int fw_segments_finish(struct fw_segments *segments, struct fw_finaliser *finaliser);

#endif
