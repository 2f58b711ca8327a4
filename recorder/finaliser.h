/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journal records in, the files of a recording and its manifest out. Knows no files of the journal:
 * segment.h reads those. Runs FW_FINALISER_HOLD_US behind the newest record, so that while it follows
 * a call only the tail is left at the end.
 *
 * What the muxer refuses of one source is left out and named in the manifest; the others are written.
 *
 * Owner: the creator. Threads: one. Errors: those of the blob store (-ENOSPC, -EIO), -EPROTO the muxer
 * refused everything there was; after one the finaliser can only be destroyed, and nothing of it is
 * kept.
 */
#ifndef FW_RECORDER_FINALISER_H
#define FW_RECORDER_FINALISER_H

#include "base/blob.h"
#include "recorder/journal.h"
#include <jansson.h>

/*
 * Longer than the seconds between two sender reports (RFC 3550 6.2: five, at most half as many
 * more), so that a packet's time can come from the report that follows it.
 */
#define FW_FINALISER_HOLD_US (8 * INT64_C(1000000))

struct fw_finaliser;

/* What became of a segment of the journal. */
struct fw_segment_end {
	uint32_t number;
	uint64_t blocks; /* whole ones */
	uint64_t damaged_blocks;
	uint64_t lost_bytes; /* at the end, that could not be read */
	bool ended; /* with the last-block mark */
	bool torn_tail; /* lost_bytes look like a crash, not like a change */
	uint8_t last_hash[FW_SHA256_BYTES];
};

/*
 * store and key are borrowed. enter_thread may be NULL; what the threads that read the files back do
 * first (digester.h).
 */
int fw_finaliser_create(struct fw_blob_store *store, const char *recording,
	const uint8_t key[FW_AEAD_KEY_BYTES], int (*enter_thread)(void *user), void *user,
	struct fw_finaliser **ret_finaliser);
void fw_finaliser_destroy(struct fw_finaliser *finaliser);
FW_DEFINE_CLEANUP(struct fw_finaliser, fw_finaliser_destroy)

int fw_finaliser_put(struct fw_finaliser *finaliser, const struct fw_record *record);
/* A block could not be read: what was in it is a gap up to the next record. */
void fw_finaliser_damage(struct fw_finaliser *finaliser);
void fw_finaliser_segment(struct fw_finaliser *finaliser, const struct fw_segment_end *end);

/* Writing has failed: an error that came with it is the files' and not the journal's. */
bool fw_finaliser_failed(const struct fw_finaliser *finaliser);

/* True when the record CLOSE came. */
bool fw_finaliser_closed(const struct fw_finaliser *finaliser);

/* Commits all files, the manifest last. *ret_result: docs/RECORDING.md "result"; json_decref. */
int fw_finaliser_finish(struct fw_finaliser *finaliser, json_t **ret_result);

#endif
