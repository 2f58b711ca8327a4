/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A participant who sends: RTP packets and sender reports of audio, face and document as journal
 * records, with a clock of his own, delay and jitter, and whatever is to go wrong. Every Opus packet
 * and every picture carries the wall time at which it was taken, so that a test that reads the files
 * back knows where it should lie.
 *
 * Owner: the test's memory. Threads: one. Errors: none. The same seed gives the same packets.
 */
#ifndef FW_TESTS_SUPPORT_TALKER_H
#define FW_TESTS_SUPPORT_TALKER_H

#include <glib.h>

#include "recorder/journal.h"

#define TALKER_STAMP_BYTES 16 /* magic and wall time inside a packet or picture */

struct talker_track {
	bool on;
	uint32_t ssrc;
	uint16_t sequence;
	uint32_t timestamp_offset;
	int64_t timestamp_lag_us; /* RTP time stands still this much behind the sender's clock */
	int64_t next_us;
	int64_t next_report_us;
	uint16_t picture_id;
	bool key_next;
	int64_t next_key_us;
	uint16_t width_px, height_px;
};

struct talker {
	uint32_t participant;
	void (*put)(void *user, const struct fw_record *record);
	void *user;
	GRand *random;
	struct talker_track tracks[FW_TRACK_COUNT];
	int64_t ahead_us; /* the sender's clock before ours */
	int32_t drift_ppm; /* and how much faster it goes */
	int64_t origin_us; /* where drift begins */
	int64_t delay_us; /* of the network, at least */
	int64_t jitter_us; /* and up to so much more */
	int64_t stall_until_us; /* nothing arrives before */
	unsigned lose_permille;
	unsigned duplicate_permille;
	unsigned late_permille; /* comes after a retransmission, 300 ms later */
	unsigned face_packets; /* of a picture; performance.md: 6 of 1.1 kB, 30 a second */
	unsigned packet_bytes;
	bool reports;
	bool short_pictures; /* picture ids of 7 bits */
	uint64_t sent; /* packets that were put */
	uint64_t dropped; /* and those that were lost */
};

void talker_init(struct talker *talker, uint32_t participant, int64_t origin_us, uint32_t seed,
	void (*put)(void *user, const struct fw_record *record), void *user);
void talker_fini(struct talker *talker);

/* Everything that is sent from one wall time to the other. */
void talker_run(struct talker *talker, int64_t from_us, int64_t to_us);

/* One picture or packet more, outside the rhythm. */
void talker_picture(struct talker *talker, enum fw_track track, int64_t at_us, bool key);

/* A silence in one track: afterwards RTP time goes on as if it had not been (as browsers do). */
void talker_freeze(struct talker *talker, enum fw_track track, int64_t length_us);
void talker_new_ssrc(struct talker *talker, enum fw_track track);

void talker_mark(struct talker *talker, uint8_t track, enum fw_mark mark, int64_t at_us);

/* The wall time in what was sent; false: it is not ours (silence that was filled in). */
bool talker_stamp(const uint8_t *bytes, size_t size, int64_t *ret_us);

#endif
