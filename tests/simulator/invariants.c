/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/invariants.h"

#include "base/db.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/ringing.h"
#include "signaling/desk/state.h"
#include "signaling/drill/drill.h"
#include "tests/simulator/line.h"
#include "tests/simulator/media.h"
#include "tests/simulator/server.h"
#include "tests/simulator/truth.h"

#define CALL "call=%s"

/* Who is rung has an open attempt, and the other way round; none is left open once somebody has the call. */
static void check_attempts(
	struct sim *sim, const struct fw_desk *desk, const struct fw_call *call, unsigned rung)
{
	unsigned ringing = 0, count = 0;

	for (const struct fw_attempt *attempt = call->attempts; attempt; attempt = attempt->next) {
		const struct fw_part *part = attempt->window->part;

		count++;
		demand(sim,
			(attempt->state >= FW_ATTEMPT_ANSWERED) == (attempt->closed_us != 0) &&
				(attempt->closed_us || call->state < FW_CALL_ANSWERED),
			"open attempts belong to calls without an answer", CALL, call->id);
		if (attempt->state == FW_ATTEMPT_RUNG) {
			ringing++;
			demand(sim, part && part->call == call && part->state == FW_PART_RUNG,
				"who has a ringing attempt is rung for that call",
				CALL " window=%s", call->id, attempt->window->place->id);
		}
		if (!attempt->closed_us && attempt->since == desk->now) {
			truth_check_reach(sim, attempt->window->place->id, call->id, call->item->id,
				call->drill);
		}
		demand(sim, fw_attempt_find(call, attempt->window) == attempt,
			"one attempt of a window in a call", CALL " window=%s", call->id,
			attempt->window->place->id);
	}
	demand(sim, ringing == rung && count == call->attempt_count,
		"attempts and rung windows are the same", CALL " rung=%u", call->id, rung);
}

/* It is in the list of its area, once, and not while a window that serves it is ready and untried. */
static void check_waits(struct sim *sim, struct fw_desk *desk, const struct fw_call *call)
{
	const struct fw_load *load = g_hash_table_lookup(desk->loads, call->area->code);
	struct fw_ringing_plan plan;
	unsigned found = 0;

	demand(sim, load && !load->stirred, "queues are looked at when something changed", CALL,
		call->id);
	for (const struct fw_call *at = load->first; at; at = at->queue_next) {
		found += at == call;
		demand(sim, !at->queue_next || at->asked <= at->queue_next->asked,
			"a queue is in the order of the requests", CALL, at->id);
		demand(sim, at->state == FW_CALL_REQUESTED, "who waits is not rung for", CALL,
			at->id);
	}
	demand(sim, found == 1, "a call waits in one place", CALL " found=%u", call->id, found);
	(void)fw_ringing_plan(desk,
		&(struct fw_ringing_wish){.item = call->item,
			.area = call->area,
			.named = call->named,
			.requester = call->parts[0]->window,
			.call = call,
			.drill = call->drill},
		&plan);
	demand(sim, plan.route.kind == FW_ROUTE_QUEUE,
		"a call waits while its windows are busy, and no longer", CALL " route=%d",
		call->id, (int)plan.route.kind);
}

static void check_part(const struct sim *sim, const struct fw_desk *desk, const struct fw_part *part)
{
	bool live = part->state == FW_PART_RUNG || part->state == FW_PART_IN;
	const char *id = part->call->id, *window = part->window->place->id;

	demand(sim, (part->window->part == part) == live, "no participant in two calls",
		CALL " window=%s", id, window);
	demand(sim, !live || part->window->account == part->account,
		"who is in a call sits at its window", CALL " window=%s", id, window);
	demand(sim,
		(live || !part->peer.handle) &&
			(!part->peer.handle ||
				g_hash_table_lookup(
					desk->peers, fw_handle_key(part->peer.handle)) == part),
		"only who is in a call has a connection", CALL " window=%s", id, window);
	demand(sim,
		part->line != FW_LINE_LOST ||
			(part->state == FW_PART_IN && part->lost_until > desk->now),
		"a lost line is waited for, and not for ever", CALL " window=%s", id, window);
	demand(sim, part->state != FW_PART_RUNG || !part->invited_by || part->ring_until > desk->now,
		"an invitation ends in time", CALL " window=%s", id, window);
}

static void check_state(struct sim *sim, struct fw_desk *desk, const struct fw_call *call,
	unsigned rung, unsigned in)
{
	demand(sim, (call->queue == FW_QUEUE_WAITING) == (call->state == FW_CALL_REQUESTED),
		"a call without a ring waits in a queue", CALL, call->id);
	switch (call->state) {
	case FW_CALL_REQUESTED:
		demand(sim, rung == 0 && in == 1 && call->ring_until > desk->now,
			"a wait ends in time", CALL, call->id);
		check_waits(sim, desk, call);
		break;
	case FW_CALL_RINGING:
		demand(sim, rung > 0 && in == 1 && call->ring_until > desk->now && !call->journal,
			"a ring ends in time, and nothing is recorded before the answer", CALL,
			call->id);
		break;
	case FW_CALL_ANSWERED:
		demand(sim, in >= 2 && in <= FW_CALL_PARTICIPANTS_MAX,
			"from two to five are in an answered call", CALL " in=%u", call->id, in);
		demand(sim, call->quality_next > desk->now, "an answered call goes on", CALL,
			call->id);
		break;
	default:
		demand(sim, false, "no finished call is kept", CALL, call->id);
	}
}

static void check_call(struct sim *sim, struct fw_desk *desk, const struct fw_call *call)
{
	unsigned rung = 0, called = 0, in = 0;

	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_part *part = call->parts[i];

		check_part(sim, desk, part);
		rung += part->state == FW_PART_RUNG;
		called += part->state == FW_PART_RUNG && !part->invited_by;
		in += part->state == FW_PART_IN;
	}
	demand(sim, call->state == FW_CALL_ANSWERED || call->parts[0]->state == FW_PART_IN,
		"who calls is there", CALL, call->id);
	demand(sim, call->state != FW_CALL_ANSWERED || called == 0, "one winner", CALL, call->id);
	check_attempts(sim, desk, call, called);
	check_state(sim, desk, call, rung, in);
}

static void check_window(
	const struct sim *sim, const struct fw_desk *desk, const struct fw_window *window)
{
	const char *id = window->place->id;

	demand(sim, window->account || (!window->client && !window->part),
		"an empty window is empty", "window=%s", id);
	demand(sim, !window->account || window->account->window == window,
		"an account sits at one window", "window=%s", id);
	if (window->client) {
		demand(sim,
			window->client->window == window &&
				window->client->session->account == window->account,
			"a page shows its own window", "window=%s", id);
	} else if (window->account && !window->part) {
		demand(sim, window->kept_until > desk->now, "a window is kept for a time only",
			"window=%s", id);
	}
	demand(sim,
		!window->part ||
			g_hash_table_lookup(desk->calls, window->part->call->id) ==
				window->part->call,
		"a window in a call is in a live one", "window=%s", id);
}

static void check_drills(struct sim *sim, const struct fw_desk *desk)
{
	GHashTableIter iter;
	void *hall, *value;

	g_hash_table_iter_init(&iter, desk->drills);
	while (g_hash_table_iter_next(&iter, &hall, &value)) {
		const struct fw_drill *drill = value;
		const struct row *row = g_hash_table_lookup(sim->model->drill_at, hall);

		demand(sim, row && rows_get_int(row, "id") == drill->id,
			"the rehearsals that run are those of the log", "drill=%" G_GINT64_FORMAT,
			drill->id);
		demand(sim, drill->until > desk->now, "a rehearsal runs for its time",
			"drill=%" G_GINT64_FORMAT, drill->id);
	}
	demand(sim, g_hash_table_size(desk->drills) == g_hash_table_size(sim->model->drill_at),
		"the log tells of every rehearsal that runs", "%u", g_hash_table_size(desk->drills));
}

void invariants_check(struct sim *sim, bool changed)
{
	struct fw_desk *desk = sim->server->desk;
	GHashTableIter iter;
	void *call;
	unsigned load = 0;

	if (!changed) {
		return;
	}
	g_hash_table_iter_init(&iter, desk->calls);
	while (g_hash_table_iter_next(&iter, NULL, &call)) {
		check_call(sim, desk, call);
	}
	for (guint i = 0; i < desk->windows->len; i++) {
		check_window(sim, desk, g_ptr_array_index(desk->windows, i));
	}
	check_drills(sim, desk);
	for (unsigned i = 0; i < desk->setup.workers; i++) {
		load += desk->tally->load[i];
	}
	demand(sim,
		load == g_hash_table_size(desk->calls) &&
			desk->tally->calls == g_hash_table_size(desk->calls),
		"calls are counted", "load=%u", load);
}

void invariants_check_told(struct sim *sim)
{
	const struct fw_desk *desk = sim->server->desk;

	for (guint i = 0; i < desk->windows->len; i++) {
		const struct fw_window *window = g_ptr_array_index(desk->windows, i);
		const struct fw_drill *drill = fw_drill_at(desk, window->place->hall);
		const struct line *line = window->client
			? g_hash_table_lookup(
				  sim->server->lines, (void *)(uintptr_t)window->client->connection)
			: NULL;

		int64_t id = drill ? drill->id : 0;

		demand(sim, !line || line->drill == id,
			"every window knows of the rehearsal of its hall",
			"window=%s drill=%" G_GINT64_FORMAT, window->place->id, id);
	}
}

/* --- tables ---------------------------------------------------------------------------------------- */

static void expect(struct sim *sim, const char *invariant, const char *sql, int64_t wanted)
{
	int64_t found = -1;

	(void)fw_db_query_int(sim->server->db, sql, FW_DB_NO_VALUES, &found);
	demand(sim, found == wanted, invariant,
		"found=%" G_GINT64_FORMAT " wanted=%" G_GINT64_FORMAT, found, wanted);
}

void invariants_check_tables(struct sim *sim)
{
	const struct fw_desk *desk = sim->server->desk;

	demand(sim, media_peers(sim) <= g_hash_table_size(desk->peers),
		"the workers have no peer that the desk has not", "%u", media_peers(sim));
	expect(sim, "the calls of the table that go on are those of the desk",
		"SELECT COUNT(*) FROM call WHERE ended_us IS NULL", g_hash_table_size(desk->calls));
	expect(sim, "no window is in two live calls",
		"SELECT COUNT(*) FROM (SELECT p.service_window FROM call c JOIN call_part p"
		" ON p.call = c.id WHERE c.ended_us IS NULL AND (p.part = 'rung' OR p.part = 'in')"
		" GROUP BY p.service_window HAVING COUNT(*) > 1) AS twice",
		0);
	expect(sim, "what is handed over is counted",
		"SELECT COUNT(*) FROM sms WHERE state = 'handing'", desk->outbox->handing);
	expect(sim, "open attempts are of live calls",
		"SELECT COUNT(*) FROM attempt a JOIN call c ON c.id = a.call"
		" WHERE a.closed_us IS NULL AND (c.ended_us IS NOT NULL OR c.answered_us IS NOT "
		"NULL)",
		0);
	expect(sim, "open queues are of live calls",
		"SELECT COUNT(*) FROM queue_entry q JOIN call c ON c.id = q.call WHERE q.left_us "
		"IS NULL"
		" AND c.ended_us IS NOT NULL",
		0);
}
