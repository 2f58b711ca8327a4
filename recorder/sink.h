/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The producers' side of the recorder: one per media worker, each with its ring. A record in the
 * ring is the call's handle (u64) and then a journal record (journal.h), ready to be copied.
 *
 * When the ring is full the packet is counted per track; the count goes into the ring as an OVERRUN
 * record as soon as there is room, so that the finaliser can name the gap.
 *
 * Owner: the recorder. Threads: put from the one media worker, the ring's other end from the
 * recorder thread, lost from any. Errors: none, see media/sink.h; no system call, no allocation.
 */
#ifndef FW_RECORDER_SINK_H
#define FW_RECORDER_SINK_H

#include "base/cleanup.h"
#include "base/ring.h"
#include "recorder/journal.h"

struct fw_recorder_lane;

int fw_recorder_lane_create(size_t ring_bytes, struct fw_recorder_lane **ret_lane);
void fw_recorder_lane_destroy(struct fw_recorder_lane *lane);
FW_DEFINE_CLEANUP(struct fw_recorder_lane, fw_recorder_lane_destroy)

void fw_recorder_lane_put(
	struct fw_recorder_lane *lane, uint64_t call, const struct fw_record *record);

struct fw_ring *fw_recorder_lane_ring(struct fw_recorder_lane *lane);

/* Packets that found no room so far. */
uint64_t fw_recorder_lane_lost(const struct fw_recorder_lane *lane);

#endif
