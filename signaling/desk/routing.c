/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/routing.h"

#include <string.h>

struct tally {
	unsigned ready[FW_LEVEL_COUNT]; /* not tried yet */
	unsigned busy;
	bool tried; /* one of the serving windows was */
};

static struct tally count_all(const struct fw_candidate *candidates, size_t count)
{
	struct tally tally = {0};

	for (size_t i = 0; i < count; i++) {
		const struct fw_candidate *candidate = &candidates[i];

		if (candidate->tried) {
			tally.tried = tally.tried || candidate->level == FW_LEVEL_SERVING;
			continue;
		}
		tally.ready[candidate->level] += candidate->state == FW_CANDIDATE_READY;
		tally.busy += candidate->level == FW_LEVEL_SERVING &&
			candidate->state == FW_CANDIDATE_BUSY;
	}
	return tally;
}

static enum fw_route_kind decide(const struct tally *tally, enum fw_route_level *ret_level)
{
	*ret_level = FW_LEVEL_SERVING;
	if (tally->ready[FW_LEVEL_SERVING]) {
		return FW_ROUTE_RING;
	}
	if (tally->busy && !tally->tried) {
		return FW_ROUTE_QUEUE;
	}
	for (int level = FW_LEVEL_HALL; level < FW_LEVEL_COUNT; level++) {
		if (tally->ready[level]) {
			*ret_level = (enum fw_route_level)level;
			return FW_ROUTE_RING;
		}
	}
	return tally->busy ? FW_ROUTE_QUEUE : FW_ROUTE_NOBODY;
}

/* Sorted in: ready the longest first; of equals the first candidate. */
static void choose(const struct fw_candidate *candidates, size_t count, enum fw_route_level level,
	struct fw_route *route)
{
	for (size_t i = 0; i < count; i++) {
		unsigned at = route->ring_count;

		if (candidates[i].tried || candidates[i].level != level ||
			candidates[i].state != FW_CANDIDATE_READY) {
			continue;
		}
		while (at > 0 && candidates[route->ring[at - 1]].since_us > candidates[i].since_us) {
			at--;
		}
		if (at == FW_CALL_ATTEMPTS_MAX) {
			continue;
		}
		if (route->ring_count < FW_CALL_ATTEMPTS_MAX) {
			route->ring_count++;
		}
		memmove(&route->ring[at + 1], &route->ring[at],
			(route->ring_count - 1 - at) * sizeof(route->ring[0]));
		route->ring[at] = i;
	}
}

static void name_absent(const struct fw_candidate *candidates, size_t count, struct fw_route *route)
{
	for (size_t i = 0; i < count && route->absent_count < FW_CALL_ATTEMPTS_MAX; i++) {
		if (candidates[i].level == FW_LEVEL_SERVING && !candidates[i].tried &&
			candidates[i].on_duty && candidates[i].state == FW_CANDIDATE_AWAY) {
			route->absent[route->absent_count++] = i;
		}
	}
}

void fw_route_find(const struct fw_candidate *candidates, size_t count, struct fw_route *ret_route)
{
	struct tally tally = count_all(candidates, count);
	struct fw_route *route = ret_route;
	enum fw_route_level level;

	route->ring_count = 0;
	route->absent_count = 0;
	route->kind = decide(&tally, &level);
	if (route->kind == FW_ROUTE_RING) {
		unsigned group;

		choose(candidates, count, level, route);
		group = candidates[route->ring[0]].group;
		if (group > 0 && route->ring_count > group) {
			route->ring_count = group;
		}
	}
	name_absent(candidates, count, route);
	route->passed = route->kind == FW_ROUTE_NOBODY || level != FW_LEVEL_SERVING;
	route->more = tally.ready[FW_LEVEL_SERVING] + tally.ready[FW_LEVEL_HALL] +
			tally.ready[FW_LEVEL_DEPARTMENT] + tally.busy >
		route->ring_count;
}
