/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known to have happened during a recording, so that each gap gets the name of its cause.
 *
 * Owner: the finaliser. Threads: one. Errors: none.
 */
#ifndef FW_RECORDER_CAUSES_H
#define FW_RECORDER_CAUSES_H

#include "recorder/journal.h"

/* In the order in which a gap takes its name when several happened at the same time. */
enum fw_cause {
	FW_CAUSE_SERVER_RESTART,
	FW_CAUSE_DISK_FULL,
	FW_CAUSE_DISK_ERROR,
	FW_CAUSE_DISK_SLOW,
	FW_CAUSE_JOURNAL_DAMAGED,
	FW_CAUSE_RECORDER_OVERRUN,
	FW_CAUSE_CONNECTION_LOST,
	FW_CAUSE_LEFT,
	FW_CAUSE_HOLD,
	FW_CAUSE_DEVICE_LOST,
	FW_CAUSE_MUTED,
	/* the rest is not looked up but seen in the packets themselves */
	FW_CAUSE_PACKET_LOSS, /* numbers missing, and for video all until the next key frame */
	FW_CAUSE_NO_KEY_FRAME, /* a picture without the one it is made from */
	FW_CAUSE_NOT_STARTED, /* before the first packet */
	FW_CAUSE_SENDER_SILENT, /* nothing was sent, numbers go on without a hole */
	FW_CAUSE_CLOCK, /* a packet for a time that is filled already */
	FW_CAUSE_BAD_PACKET, /* not of the codec */
	FW_CAUSE_CALL_ENDED, /* sent before the sender heard that the call is over */
	FW_CAUSE_NOT_WRITABLE, /* the muxer refused it */
	FW_CAUSE_COUNT
};

const char *fw_cause_name(enum fw_cause cause);

struct fw_causes;

struct fw_causes *fw_causes_create(void);
void fw_causes_destroy(struct fw_causes *causes);
FW_DEFINE_CLEANUP(struct fw_causes, fw_causes_destroy)

void fw_causes_mark(struct fw_causes *causes, const struct fw_record *record);
/* participant 0: all; track FW_TRACK_COUNT: all. */
void fw_causes_add(struct fw_causes *causes, enum fw_cause cause, uint32_t participant,
	uint8_t track, int64_t from_us, int64_t to_us);

/* The strongest of the known causes that overlap [from, to], or otherwise. */
enum fw_cause fw_causes_of(const struct fw_causes *causes, uint32_t participant, uint8_t track,
	int64_t from_us, int64_t to_us, enum fw_cause otherwise);

/* Since when the participant has left and not come again; INT64_MAX: it is there. */
int64_t fw_causes_left_us(const struct fw_causes *causes, uint32_t participant);

#endif
