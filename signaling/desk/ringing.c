/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/ringing.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/call_state.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/party.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/queue.h"
#include "signaling/directory/duty.h"
#include "signaling/drill/drill.h"

#include <errno.h>

#define FW_LOG_TOPIC "ringing"

/* --- planning ------------------------------------------------------------------------------------- */

static enum fw_candidate_state state_of(const struct fw_window *window)
{
	if (fw_presence_can_ring(window)) {
		return FW_CANDIDATE_READY;
	}
	return window->presence == FW_PRESENCE_BUSY ? FW_CANDIDATE_BUSY : FW_CANDIDATE_AWAY;
}

static bool was_tried(const struct fw_ringing_wish *wish, const struct fw_window *window)
{
	const struct fw_attempt *attempt = wish->call ? fw_attempt_find(wish->call, window) : NULL;

	return attempt && (wish->round_over || attempt->state != FW_ATTEMPT_ABSENT);
}

struct list {
	struct fw_candidate *candidates;
	struct fw_window **windows;
	size_t count;
	const struct fw_drill *barred; /* who was left out rehearses in this one */
};

/* 0, or negative errno. A named window is rung whatever it serves otherwise. */
static int add(struct fw_desk *desk, const struct fw_ringing_wish *wish, struct fw_window *window,
	struct list *list)
{
	const struct fw_place *place = window->place;
	struct fw_candidate candidate = {
		.level = FW_LEVEL_SERVING,
		.state = state_of(window),
		.since_us = window->since_us,
		.group = place->hall->ring_group ? place->hall->ring_group : desk->setup.ring_group,
	};
	const struct fw_drill *barred = wish->drill ? NULL : fw_drill_of(desk, place, wish->item);
	bool serves = wish->named || fw_place_serves(place, wish->item);
	int r;

	if (window == wish->requester || !place->home || (place->department && !serves)) {
		return 0;
	}
	if (barred) {
		list->barred = barred;
		return 0;
	}
	if (!wish->named) {
		candidate.level = place->department ? FW_LEVEL_DEPARTMENT
			: serves                    ? FW_LEVEL_SERVING
						    : FW_LEVEL_HALL;
	}
	candidate.tried = was_tried(wish, window);
	if (candidate.state == FW_CANDIDATE_AWAY && candidate.level == FW_LEVEL_SERVING) {
		r = fw_duty_on(desk, window, desk->now_us);
		if (r < 0) {
			return r;
		}
		candidate.on_duty = r > 0;
	}
	list->windows[list->count] = window;
	list->candidates[list->count++] = candidate;
	return 0;
}

/* The area's windows, and behind them those of the departments that decide on the item. */
static int list_area(struct fw_desk *desk, const struct fw_ringing_wish *wish, struct list *ret_list)
{
	const struct fw_area *responsible = fw_area_department(wish->area, wish->item);
	const GPtrArray *own = wish->area->windows;
	const GPtrArray *departments = responsible ? responsible->departments : NULL;
	guint most = own->len + (departments ? departments->len : 0);
	int r = 0;

	ret_list->candidates = g_new(struct fw_candidate, most);
	ret_list->windows = g_new(struct fw_window *, most);
	ret_list->count = 0;
	ret_list->barred = NULL;
	for (guint i = 0; r >= 0 && i < own->len; i++) {
		const struct fw_place *place = g_ptr_array_index(own, i);

		r = place->department ? 0 : add(desk, wish, fw_desk_window(desk, place), ret_list);
	}
	for (guint i = 0; r >= 0 && departments && i < departments->len; i++) {
		r = add(desk, wish, fw_desk_window(desk, g_ptr_array_index(departments, i)),
			ret_list);
	}
	return r;
}

int fw_ringing_plan(
	struct fw_desk *desk, const struct fw_ringing_wish *wish, struct fw_ringing_plan *ret_plan)
{
	struct fw_candidate one;
	struct fw_window *one_window;
	struct list list = {&one, &one_window, 0, NULL};
	int r = wish->named ? add(desk, wish, fw_desk_window(desk, wish->named), &list)
			    : list_area(desk, wish, &list);

	fw_route_find(list.candidates, list.count, &ret_plan->route);
	ret_plan->serving = (unsigned)list.count;
	ret_plan->barred = list.barred;
	for (unsigned i = 0; i < ret_plan->route.ring_count; i++) {
		ret_plan->ring[i] = list.windows[ret_plan->route.ring[i]];
	}
	for (unsigned i = 0; i < ret_plan->route.absent_count; i++) {
		ret_plan->absent[i] = list.windows[ret_plan->route.absent[i]];
	}
	if (!wish->named) {
		g_free(list.candidates);
		g_free(list.windows);
	}
	return r;
}

static int plan_again(struct fw_desk *desk, const struct fw_call *call, bool round_over,
	struct fw_ringing_plan *ret_plan)
{
	struct fw_ringing_wish wish = {
		.item = call->item,
		.area = call->area,
		.named = call->named,
		.requester = call->parts[0]->window,
		.call = call,
		.drill = call->drill,
		.round_over = round_over,
	};
	int r = fw_ringing_plan(desk, &wish, ret_plan);
	unsigned room = G_N_ELEMENTS(call->parts) - call->part_count;

	if (r >= 0 && ret_plan->route.ring_count > room) { /* after many windows this is the end */
		ret_plan->route.ring_count = room;
		ret_plan->route.kind = room ? FW_ROUTE_RING : FW_ROUTE_NOBODY;
	}
	return r;
}

/* --- doing ------------------------------------------------------------------------------------------ */

static int note_absent(
	struct fw_desk *desk, struct fw_call *call, const struct fw_ringing_plan *plan)
{
	int r = 0;

	for (unsigned i = 0; r >= 0 && i < plan->route.absent_count; i++) {
		if (call->attempt_count < FW_CALL_ATTEMPTS_MAX &&
			!fw_attempt_find(call, plan->absent[i])) {
			r = fw_attempt_absent(desk, call, plan->absent[i]);
		}
	}
	return r;
}

static int ring_one(struct fw_desk *desk, struct fw_call *call, struct fw_window *window)
{
	struct fw_part *part;
	int r;

	if ((r = fw_part_add(desk, call, window, FW_PART_RUNG, &part)) < 0 ||
		(r = fw_attempt_ring(desk, part)) < 0) {
		return r;
	}
	return fw_marker(desk, call, "ring", part->participant, FW_TRACK_COUNT, NULL);
}

/* Tells the windows and makes their first offers. */
static int tell_rung(struct fw_desk *desk, struct fw_call *call, unsigned from)
{
	int r = 0;

	for (unsigned i = from; r >= 0 && i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];

		if ((r = fw_presence_update(desk, part->window)) >= 0 &&
			(r = fw_call_tell_incoming(desk, part)) >= 0) {
			r = fw_peer_renew(desk, part);
		}
	}
	return r;
}

/* As the hall of the first window wants it. */
static int64_t time_of_round(const struct fw_desk *desk, const struct fw_ringing_plan *plan)
{
	const struct fw_hall *hall = plan->ring[0]->place->hall;
	int64_t ring_us =
		hall->ring_seconds ? hall->ring_seconds * INT64_C(1000000) : desk->setup.ring_us;
	int64_t overflow_us = hall->overflow_seconds ? hall->overflow_seconds * INT64_C(1000000)
						     : desk->setup.overflow_us;

	return plan->route.more && overflow_us ? overflow_us : ring_us;
}

static int ring_round(struct fw_desk *desk, struct fw_call *call, const struct fw_ringing_plan *plan)
{
	bool first = call->part_count == 1 && call->queue == FW_QUEUE_NONE;
	unsigned from = call->part_count;
	int r = fw_queue_leave(desk, call, FW_QUEUE_RUNG);

	for (unsigned i = 0; r >= 0 && i < plan->route.ring_count; i++) {
		r = ring_one(desk, call, plan->ring[i]);
	}
	if (r < 0) {
		return r;
	}
	call->ring_until = desk->now + time_of_round(desk, plan);
	fw_memory_remind(desk->memory, call, call->ring_until);
	if (call->state != FW_CALL_RINGING) {
		r = fw_call_set_state(desk, call, FW_CALL_RINGING, call->parts[0]);
	}
	if (r >= 0 && !first) { /* of the first round the reply tells */
		r = fw_call_tell_one(desk, call->parts[0]);
	}
	return r < 0 ? r : tell_rung(desk, call, from);
}

static int wait(struct fw_desk *desk, struct fw_call *call)
{
	bool rang = call->state == FW_CALL_RINGING;
	int r = fw_queue_enter(desk, call);

	if (r >= 0 && rang) {
		r = fw_call_set_state(desk, call, FW_CALL_REQUESTED, NULL);
		if (r >= 0) {
			r = fw_call_tell_one(desk, call->parts[0]);
		}
	}
	return r;
}

/* Nobody is left: refused if everybody who was rung said no. */
static int give_up(struct fw_desk *desk, struct fw_call *call)
{
	unsigned refused = 0;

	for (unsigned i = 1; i < call->part_count; i++) {
		refused += call->parts[i]->state == FW_PART_REFUSED;
	}
	if (call->part_count == 1) {
		return fw_call_finish(desk, call, FW_CALL_UNANSWERED, FW_END_NOBODY_THERE, NULL);
	}
	return refused == call->part_count - 1
		? fw_call_finish(desk, call, FW_CALL_REFUSED, FW_END_REFUSED, NULL)
		: fw_call_finish(desk, call, FW_CALL_UNANSWERED, FW_END_UNANSWERED, NULL);
}

int fw_ringing_go(struct fw_desk *desk, struct fw_call *call, const struct fw_ringing_plan *plan)
{
	bool waits = call->queue == FW_QUEUE_WAITING;
	int r;

	fw_memory_touch(desk->memory, call);
	if (!waits) {
		call->round++;
	}
	r = note_absent(desk, call, plan);
	if (r >= 0 && plan->route.passed) {
		r = fw_attempts_close(desk, call, FW_ROUND_OVER, NULL);
	}
	if (r < 0) {
		return r;
	}
	switch (plan->route.kind) {
	case FW_ROUTE_RING:
		return ring_round(desk, call, plan);
	case FW_ROUTE_QUEUE:
		return waits ? 0 : wait(desk, call);
	case FW_ROUTE_NOBODY:
		break;
	}
	return give_up(desk, call);
}

/* --- what comes after --------------------------------------------------------------------------------- */

int fw_ringing_release(struct fw_desk *desk, struct fw_call *call)
{
	for (unsigned i = 1; i < call->part_count; i++) {
		struct fw_part *part = call->parts[i];
		int r = 0;

		if (part->state == FW_PART_RUNG) {
			r = fw_part_set_state(desk, part, FW_PART_WITHDRAWN, NULL, NULL);
		}
		if (r < 0) {
			return r;
		}
		if (part->state == FW_PART_IN || part->window->part != part) {
			continue;
		}
		fw_memory_touch(desk->memory, part);
		part->line = FW_LINE_NONE;
		if ((r = fw_call_tell_one(desk, part)) < 0 || (r = fw_part_detach(desk, part)) < 0) {
			return r;
		}
	}
	return 0;
}

int fw_ringing_over(struct fw_desk *desk, struct fw_call *call)
{
	struct fw_ringing_plan plan;
	int r = plan_again(desk, call, true, &plan);

	if (r < 0) {
		return r;
	}
	if (plan.route.kind != FW_ROUTE_NOBODY) { /* at the end, the end itself tells and frees them */
		fw_info("goes on round=%u call=%s", call->round, call->id);
		if ((r = fw_attempts_close(desk, call, FW_ROUND_OVER, NULL)) < 0 ||
			(r = fw_ringing_release(desk, call)) < 0) {
			return r;
		}
	}
	return fw_ringing_go(desk, call, &plan);
}

int fw_ringing_again(struct fw_desk *desk, struct fw_call *call)
{
	struct fw_ringing_plan plan;
	int r = plan_again(desk, call, false, &plan);

	return r < 0 ? r : fw_ringing_go(desk, call, &plan);
}

int fw_ringing_less(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_call *call = part->call;
	unsigned rung = 0;
	int r;

	if (part->invited_by) {
		return fw_party_ring_less(desk, part);
	}
	for (unsigned i = 1; i < call->part_count; i++) {
		rung += call->parts[i]->state == FW_PART_RUNG;
	}
	if (rung == 0) { /* the event of the end, or of what comes next, tells this window too */
		return fw_ringing_over(desk, call);
	}
	fw_memory_touch(desk->memory, part);
	part->line = FW_LINE_NONE;
	r = fw_call_tell_part(desk, part);
	if (r >= 0) {
		r = fw_call_tell_one(desk, part);
	}
	return r < 0 ? r : fw_part_detach(desk, part);
}

int fw_ringing_due(struct fw_desk *desk, struct fw_call *call)
{
	if (call->ring_until > desk->now) {
		fw_memory_remind(desk->memory, call, call->ring_until);
		return 0;
	}
	if (call->state == FW_CALL_RINGING) {
		return fw_ringing_over(desk, call);
	}
	/* It has waited long enough; who is absent all that time answers for it. */
	return fw_call_finish(desk, call, FW_CALL_UNANSWERED, FW_END_UNANSWERED, NULL);
}
