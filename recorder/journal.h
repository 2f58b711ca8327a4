/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal's format (docs/RECORDING.md): records, the sealing of blocks and the reading of
 * segments. Pure: bytes in, bytes out; the only thing taken from outside is randomness for nonces.
 *
 *     segment = header (80 bytes, plain), block, block, ...
 *     block   = frame (24): magic "FWJB", cipher bytes u32, number u64, last-block mark u8, 7 zeros
 *               nonce (12), cipher text, tag (16)
 *     AAD     = "FWJRNL1" NUL, file id (16), number u64, last-block mark u8, hash of the block before
 *     hash    = SHA-256 (hash before, frame, nonce, tag); before block 0: SHA-256 of the header
 *     plain   = records, each: kind u8, track u8, payload bytes u16, participant u32, at_us i64, payload
 *
 * All integers are little-endian. The hash runs over tags, not cipher text: whoever changes a byte
 * cannot make a tag, and one damaged block does not take the rest of the recording with it.
 *
 * Owner: the creator of a sealer or reader. Threads: one at a time.
 * Errors: -EBADMSG damaged or not ours, -EAGAIN more bytes are needed, -EOVERFLOW does not fit.
 */
#ifndef FW_RECORDER_JOURNAL_H
#define FW_RECORDER_JOURNAL_H

#include "base/cleanup.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/limits.h"
#include "recorder/recorder.h"
#include <stdbool.h>

#define FW_JOURNAL_BLOCK_BYTES    65536 /* plain bytes of a block at most */
#define FW_JOURNAL_HEADER_BYTES   80
#define FW_JOURNAL_FILE_ID_BYTES  16
#define FW_JOURNAL_FRAME_BYTES    36 /* frame and nonce, before the cipher text */
#define FW_JOURNAL_OVERHEAD_BYTES (FW_JOURNAL_FRAME_BYTES + FW_AEAD_TAG_BYTES)
#define FW_JOURNAL_SEALED_BYTES   (FW_JOURNAL_BLOCK_BYTES + FW_JOURNAL_OVERHEAD_BYTES)
#define FW_JOURNAL_SEGMENTS_MAX   9999 /* four digits of a file name */

/* --- records ---------------------------------------------------------------------------------- */

enum fw_record_kind {
	FW_RECORD_PACKET = 1,
	FW_RECORD_SENDER_REPORT,
	FW_RECORD_MARK,
	FW_RECORD_OVERRUN, /* packets that were lost because the ring was full */
	FW_RECORD_PARTICIPANT,
	FW_RECORD_SEGMENT, /* the first record of each segment */
	FW_RECORD_CLOSE, /* the recording is over; the last record of its last segment */
};

enum fw_segment_reason {
	FW_SEGMENT_START,
	FW_SEGMENT_RESTART, /* an earlier run of the server recorded before */
	FW_SEGMENT_DISK_FULL, /* the recorder itself goes on after a failure */
	FW_SEGMENT_DISK_ERROR,
	FW_SEGMENT_REASON_COUNT
};

struct fw_record {
	enum fw_record_kind kind;
	uint8_t track; /* enum fw_track; FW_TRACK_COUNT: all, or none in particular */
	uint32_t participant; /* 0: all, or none in particular */
	int64_t at_us; /* arrival or happening, wall clock, UTC */
	union {
		struct {
			const uint8_t *bytes; /* RTP; borrowed */
			size_t size;
		} packet;
		struct {
			uint32_t ssrc;
			uint32_t rtp_time;
			uint64_t ntp;
		} sender_report;
		enum fw_mark mark;
		struct {
			int64_t from_us; /* at_us is the end */
			uint32_t packets;
		} overrun;
		struct {
			const char *text; /* not NUL-terminated; borrowed */
			size_t size;
		} label;
		struct {
			enum fw_segment_reason reason;
			bool drill;
			int64_t started_us; /* of the recording */
			char call_id[FW_ID_SIZE];
		} segment;
	};
};

#define FW_RECORD_HEAD_BYTES 16
#define FW_RECORD_MAX_BYTES  (FW_RECORD_HEAD_BYTES + FW_PACKET_MAX_BYTES)

/* -EINVAL a packet or label that is too long, -EOVERFLOW it does not fit into capacity. */
int fw_record_encode(
	const struct fw_record *record, uint8_t *out, size_t capacity, size_t *ret_bytes);

/* The record at the beginning of bytes; -EBADMSG. What it points to lies in bytes. */
int fw_record_decode(
	const uint8_t *bytes, size_t size, struct fw_record *ret_record, size_t *ret_bytes);

/* --- sealing ---------------------------------------------------------------------------------- */

struct fw_journal_sealer;

/* ret_header: FW_JOURNAL_HEADER_BYTES, the beginning of the segment. */
int fw_journal_sealer_create(const char *recording, uint32_t segment,
	const uint8_t key[FW_AEAD_KEY_BYTES], int64_t created_us, uint8_t *ret_header,
	struct fw_journal_sealer **ret_sealer);
void fw_journal_sealer_destroy(struct fw_journal_sealer *sealer);
FW_DEFINE_CLEANUP(struct fw_journal_sealer, fw_journal_sealer_destroy)

/*
 * Seals the next block; ret_block: size + FW_JOURNAL_OVERHEAD_BYTES. plain may lie in it, where the
 * cipher text will be: FW_JOURNAL_FRAME_BYTES from its beginning. size may be 0 only for the last block; after the last block nothing can be sealed (-EPROTO).
 */
int fw_journal_seal(struct fw_journal_sealer *sealer, const void *plain, size_t size, bool last,
	uint8_t *ret_block);

/* --- reading ---------------------------------------------------------------------------------- */

struct fw_journal_reader;

/* recording and segment are what the header must say (they come from the file's name). */
int fw_journal_reader_create(const char *recording, uint32_t segment,
	const uint8_t key[FW_AEAD_KEY_BYTES], struct fw_journal_reader **ret_reader);
void fw_journal_reader_destroy(struct fw_journal_reader *reader);
FW_DEFINE_CLEANUP(struct fw_journal_reader, fw_journal_reader_destroy)

struct fw_journal_piece {
	size_t bytes; /* consumed; give the reader what follows next time */
	const uint8_t *plain; /* records; NULL for the header; valid until the next call */
	size_t plain_bytes;
};

/*
 * Reads the header (first) or one block from the beginning of bytes.
 * -EAGAIN: not whole yet. -EBADMSG: damaged; ret_piece->bytes is how far to skip to what can still
 * be read, 0: nothing behind it can. -ENODATA: behind the last block.
 */
int fw_journal_read(struct fw_journal_reader *reader, const uint8_t *bytes, size_t size,
	struct fw_journal_piece *ret_piece);

/* The block with the last-block mark was read: the segment was ended in order. */
bool fw_journal_ended(const struct fw_journal_reader *reader);
uint64_t fw_journal_blocks(const struct fw_journal_reader *reader);
/* Of the last block read; of the header before the first. */
void fw_journal_last_hash(const struct fw_journal_reader *reader, uint8_t ret_hash[FW_SHA256_BYTES]);

/*
 * True when the damage looks like a power cut and not like a hand: the file was made longer but its
 * bytes never arrived, so there is a run of zeros that no cipher text has.
 */
bool fw_journal_looks_torn(const uint8_t *bytes, size_t size);

/* "0001.fwj"; ret_name: FW_JOURNAL_NAME_SIZE. And back: 0 when it is no such name. */
#define FW_JOURNAL_NAME_SIZE 16
void fw_journal_segment_name(uint32_t segment, char ret_name[FW_JOURNAL_NAME_SIZE]);
uint32_t fw_journal_segment_number(const char *name);

#endif
