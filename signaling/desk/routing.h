/* SPDX-License-Identifier: Apache-2.0 */
/* Where a call goes next: candidates in, windows to ring out.
 *
 * Levels, in this order: the home windows that serve the item, the other home windows of their halls, the windows of
 * the department. Of one level those that are ready the longest are rung first, at most a ring group at once; who was
 * tried for this call before is not tried again. As long as no serving window was tried and one of them is busy the
 * call waits for it (queue) rather than going on to the next level; it waits too when nobody else is left to try.
 *
 * Serving windows on duty that could have been rung and are not there are named as absent: with the round that rings
 * (or waits on) their level, or as passed over when there is nobody of their level to ring.
 *
 * Threads: pure. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_ROUTING_H
#define FW_SIGNALING_DESK_ROUTING_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fw_route_level {
	FW_LEVEL_SERVING,
	FW_LEVEL_HALL,
	FW_LEVEL_DEPARTMENT,
	FW_LEVEL_COUNT
};

enum fw_candidate_state {
	FW_CANDIDATE_READY,
	FW_CANDIDATE_BUSY, /* in another call, or rung for one */
	FW_CANDIDATE_AWAY, /* or not there at all */
};

struct fw_candidate {
	enum fw_route_level level;
	enum fw_candidate_state state;
	bool on_duty;
	bool tried; /* for this call, and done with */
	int64_t since_us; /* of its state */
	unsigned group; /* windows of its hall rung at once; 0: all */
};

enum fw_route_kind {
	FW_ROUTE_RING,
	FW_ROUTE_QUEUE,
	FW_ROUTE_NOBODY,
};

struct fw_route {
	enum fw_route_kind kind;
	unsigned ring_count, absent_count;
	size_t ring[FW_CALL_ATTEMPTS_MAX]; /* indexes of candidates, longest ready first */
	size_t absent[FW_CALL_ATTEMPTS_MAX];
	bool passed; /* the absent ones are not waited for */
	bool more; /* others could be tried after this round */
};

void fw_route_find(const struct fw_candidate *candidates, size_t count, struct fw_route *ret_route);

#endif
