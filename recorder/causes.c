/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/causes.h"

#define NEAR_US 300000 /* a mark may come this much after or before the packets feel it */

struct interval {
	enum fw_cause cause;
	uint32_t participant;
	uint8_t track;
	int64_t from_us;
	int64_t to_us; /* INT64_MAX: still going on */
};

struct fw_causes {
	GArray *intervals;
};

const char *fw_cause_name(enum fw_cause cause)
{
	static const char *const names[FW_CAUSE_COUNT] = {
		[FW_CAUSE_SERVER_RESTART] = "server_restart",
		[FW_CAUSE_DISK_FULL] = "disk_full",
		[FW_CAUSE_DISK_ERROR] = "disk_error",
		[FW_CAUSE_DISK_SLOW] = "disk_slow",
		[FW_CAUSE_JOURNAL_DAMAGED] = "journal_damaged",
		[FW_CAUSE_RECORDER_OVERRUN] = "recorder_overrun",
		[FW_CAUSE_CONNECTION_LOST] = "connection_lost",
		[FW_CAUSE_LEFT] = "left",
		[FW_CAUSE_HOLD] = "hold",
		[FW_CAUSE_DEVICE_LOST] = "device_lost",
		[FW_CAUSE_MUTED] = "muted",
		[FW_CAUSE_PACKET_LOSS] = "packet_loss",
		[FW_CAUSE_NO_KEY_FRAME] = "no_key_frame",
		[FW_CAUSE_NOT_STARTED] = "not_started",
		[FW_CAUSE_SENDER_SILENT] = "sender_silent",
		[FW_CAUSE_CLOCK] = "clock",
		[FW_CAUSE_BAD_PACKET] = "bad_packet",
		[FW_CAUSE_CALL_ENDED] = "call_ended",
		[FW_CAUSE_NOT_WRITABLE] = "not_writable",
	};

	return names[cause];
}

struct fw_causes *fw_causes_create(void)
{
	struct fw_causes *causes = g_new0(struct fw_causes, 1);

	causes->intervals = g_array_new(FALSE, FALSE, sizeof(struct interval));
	return causes;
}

void fw_causes_destroy(struct fw_causes *causes)
{
	if (!causes) {
		return;
	}
	g_array_unref(causes->intervals);
	g_free(causes);
}

void fw_causes_add(struct fw_causes *causes, enum fw_cause cause, uint32_t participant,
	uint8_t track, int64_t from_us, int64_t to_us)
{
	const struct interval interval = {.cause = cause,
		.participant = participant,
		.track = track,
		.from_us = from_us,
		.to_us = to_us};

	g_array_append_val(causes->intervals, interval);
}

static void end_interval(
	struct fw_causes *causes, enum fw_cause cause, const struct fw_record *record)
{
	for (unsigned i = causes->intervals->len; i-- > 0;) {
		struct interval *interval = &g_array_index(causes->intervals, struct interval, i);

		if (interval->cause == cause && interval->to_us == INT64_MAX &&
			interval->participant == record->participant &&
			interval->track == record->track) {
			interval->to_us = record->at_us;
		}
	}
}

void fw_causes_mark(struct fw_causes *causes, const struct fw_record *record)
{
	static const struct {
		enum fw_cause cause;
		bool begins;
	} meanings[FW_MARK_COUNT] = {
		[FW_MARK_MUTED] = {FW_CAUSE_MUTED, true},
		[FW_MARK_UNMUTED] = {FW_CAUSE_MUTED, false},
		[FW_MARK_CAMERA_LOST] = {FW_CAUSE_DEVICE_LOST, true},
		[FW_MARK_CAMERA_BACK] = {FW_CAUSE_DEVICE_LOST, false},
		[FW_MARK_CONNECTION_LOST] = {FW_CAUSE_CONNECTION_LOST, true},
		[FW_MARK_CONNECTION_BACK] = {FW_CAUSE_CONNECTION_LOST, false},
		[FW_MARK_HOLD_BEGIN] = {FW_CAUSE_HOLD, true},
		[FW_MARK_HOLD_END] = {FW_CAUSE_HOLD, false},
		[FW_MARK_LEFT] = {FW_CAUSE_LEFT, true},
		[FW_MARK_JOINED] = {FW_CAUSE_LEFT, false},
		[FW_MARK_DISK_SLOW] = {FW_CAUSE_DISK_SLOW, true},
		[FW_MARK_DISK_OK] = {FW_CAUSE_DISK_SLOW, false},
	};

	if (record->mark == FW_MARK_SERVER_RESTART) {
		fw_causes_add(causes, FW_CAUSE_SERVER_RESTART, 0, FW_TRACK_COUNT, record->at_us,
			record->at_us);
	} else if (meanings[record->mark].begins) {
		/* Said twice it is still one. */
		end_interval(causes, meanings[record->mark].cause, record);
		fw_causes_add(causes, meanings[record->mark].cause, record->participant,
			record->track, record->at_us, INT64_MAX);
	} else {
		end_interval(causes, meanings[record->mark].cause, record);
	}
}

enum fw_cause fw_causes_of(const struct fw_causes *causes, uint32_t participant, uint8_t track,
	int64_t from_us, int64_t to_us, enum fw_cause otherwise)
{
	enum fw_cause best = otherwise;

	for (unsigned i = 0; i < causes->intervals->len; i++) {
		const struct interval *interval =
			&g_array_index(causes->intervals, struct interval, i);

		if ((interval->participant == 0 || interval->participant == participant) &&
			(interval->track == FW_TRACK_COUNT || interval->track == track) &&
			interval->from_us - NEAR_US <= to_us &&
			(interval->to_us == INT64_MAX || interval->to_us + NEAR_US >= from_us) &&
			interval->cause < best) {
			best = interval->cause;
		}
	}
	return best;
}

int64_t fw_causes_left_us(const struct fw_causes *causes, uint32_t participant)
{
	for (unsigned i = 0; i < causes->intervals->len; i++) {
		const struct interval *interval =
			&g_array_index(causes->intervals, struct interval, i);

		if (interval->cause == FW_CAUSE_LEFT && interval->to_us == INT64_MAX &&
			interval->participant == participant) {
			return interval->from_us;
		}
	}
	return INT64_MAX;
}
