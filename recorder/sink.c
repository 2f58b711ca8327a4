/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/sink.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define SLOTS 256 /* tracks that may lose packets at the same time; more share the counter only */

struct loss {
	uint64_t call;
	uint32_t participant;
	uint32_t packets; /* 0: the slot is free */
	uint8_t track;
	int64_t from_us;
	int64_t to_us;
};

struct fw_recorder_lane {
	struct fw_ring *ring;
	atomic_uint_fast64_t lost;
	unsigned pending; /* used slots */
	struct loss losses[SLOTS];
};

int fw_recorder_lane_create(size_t ring_bytes, struct fw_recorder_lane **ret_lane)
{
	struct fw_recorder_lane *lane = g_new0(struct fw_recorder_lane, 1);
	int r = fw_ring_create(ring_bytes, &lane->ring);

	if (r < 0) {
		g_free(lane);
		return r;
	}
	*ret_lane = lane;
	return 0;
}

void fw_recorder_lane_destroy(struct fw_recorder_lane *lane)
{
	if (!lane) {
		return;
	}
	fw_ring_destroy(lane->ring);
	g_free(lane);
}

static bool put(struct fw_recorder_lane *lane, uint64_t call, const struct fw_record *record)
{
	void *slot = NULL;
	size_t used = 0;

	if (fw_ring_reserve(lane->ring, sizeof(call) + FW_RECORD_MAX_BYTES, &slot) < 0) {
		return false;
	}
	memcpy(slot, &call, sizeof(call));
	if (fw_record_encode(record, (uint8_t *)slot + sizeof(call), FW_RECORD_MAX_BYTES, &used) <
		0) {
		/* Longer than a packet can be: it did not come from a worker of ours; the slot is given up. */
		return false;
	}
	fw_ring_commit(lane->ring, sizeof(call) + used);
	return true;
}

static void put_losses(struct fw_recorder_lane *lane)
{
	for (unsigned i = 0; i < SLOTS && lane->pending > 0; i++) {
		struct loss *loss = &lane->losses[i];
		struct fw_record record = {
			.kind = FW_RECORD_OVERRUN,
			.track = loss->track,
			.participant = loss->participant,
			.at_us = loss->to_us,
			.overrun = {.from_us = loss->from_us, .packets = loss->packets},
		};

		if (loss->packets == 0) {
			continue;
		}
		if (!put(lane, loss->call, &record)) {
			return;
		}
		loss->packets = 0;
		lane->pending--;
	}
}

static void count_loss(struct fw_recorder_lane *lane, uint64_t call, const struct fw_record *record)
{
	struct loss *unused = NULL;

	(void)atomic_fetch_add_explicit(&lane->lost, 1, memory_order_relaxed);
	for (unsigned i = 0; i < SLOTS; i++) {
		struct loss *loss = &lane->losses[i];

		if (loss->packets == 0) {
			unused = unused ? unused : loss;
		} else if (loss->call == call && loss->participant == record->participant &&
			loss->track == record->track) {
			loss->packets++;
			loss->to_us = record->at_us;
			return;
		}
	}
	if (unused) {
		*unused = (struct loss){.call = call,
			.participant = record->participant,
			.track = record->track,
			.packets = 1,
			.from_us = record->at_us,
			.to_us = record->at_us};
		lane->pending++;
	}
}

void fw_recorder_lane_put(
	struct fw_recorder_lane *lane, uint64_t call, const struct fw_record *record)
{
	if (lane->pending > 0) {
		put_losses(lane);
	}
	if (!put(lane, call, record)) {
		if (record->kind == FW_RECORD_PACKET) {
			count_loss(lane, call, record);
		}
	}
}

struct fw_ring *fw_recorder_lane_ring(struct fw_recorder_lane *lane)
{
	return lane->ring;
}

uint64_t fw_recorder_lane_lost(const struct fw_recorder_lane *lane)
{
	return atomic_load_explicit(&lane->lost, memory_order_relaxed);
}
