/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/invariants.h"

#include "signaling/desk/attempts.h"
#include "signaling/desk/state.h"

/* Who is rung has an open attempt, and the other way round; none is left open once somebody has the call. */
static void check_attempts(const struct fw_call *call, unsigned rung)
{
	unsigned ringing = 0, count = 0;

	for (const struct fw_attempt *attempt = call->attempts; attempt; attempt = attempt->next) {
		count++;
		assert_int_equal(attempt->state >= FW_ATTEMPT_ANSWERED, attempt->closed_us != 0);
		assert_true(attempt->closed_us || call->state < FW_CALL_ANSWERED);
		if (attempt->state == FW_ATTEMPT_RUNG) {
			ringing++;
			assert_ptr_equal(attempt->window->part->call, call);
			assert_int_equal(attempt->window->part->state, FW_PART_RUNG);
		}
		for (const struct fw_attempt *older = attempt->next; older; older = older->next) {
			assert_ptr_not_equal(older->window, attempt->window);
		}
	}
	assert_int_equal(ringing, rung);
	assert_int_equal(count, call->attempt_count);
}

/* It is in the list of its area, once, and not while a window that serves it is ready and untried. */
static void check_waits(const struct fw_desk *desk, const struct fw_call *call)
{
	const struct fw_load *load = g_hash_table_lookup(desk->loads, call->area->code);
	unsigned found = 0;

	assert_non_null(load);
	assert_false(load->stirred);
	for (const struct fw_call *at = load->first; at; at = at->queue_next) {
		found += at == call;
		assert_true(!at->queue_next || at->asked <= at->queue_next->asked);
		assert_int_equal(at->state, FW_CALL_REQUESTED);
	}
	assert_int_equal(found, 1);
	for (guint i = 0; i < call->area->windows->len; i++) {
		const struct fw_window *window =
			fw_desk_window(desk, g_ptr_array_index(call->area->windows, i));

		assert_true(window->presence != FW_PRESENCE_READY || !window->place->home ||
			fw_attempt_find(call, window));
	}
}

static void check_call(const struct fw_desk *desk, const struct fw_call *call)
{
	unsigned rung = 0, in = 0;

	assert_true(call->state == FW_CALL_RINGING || call->state == FW_CALL_ANSWERED ||
		call->state == FW_CALL_REQUESTED);
	assert_int_equal(call->queue == FW_QUEUE_WAITING, call->state == FW_CALL_REQUESTED);
	assert_true(call->queue < FW_QUEUE_TAKEN || call->state == FW_CALL_ANSWERED);
	assert_int_equal(call->parts[0]->state, FW_PART_IN);
	for (unsigned i = 0; i < call->part_count; i++) {
		const struct fw_part *part = call->parts[i];
		bool live = part->state == FW_PART_RUNG || part->state == FW_PART_IN;

		rung += part->state == FW_PART_RUNG;
		in += i > 0 && part->state == FW_PART_IN;
		assert_int_equal(part->window->part == part, live);
		assert_true(!live || part->window->account == part->account);
		assert_true(live || !part->peer.handle);
		assert_true(!part->peer.handle ||
			g_hash_table_lookup(desk->peers, fw_handle_key(part->peer.handle)) == part);
		if (part->line == FW_LINE_LOST) {
			assert_int_equal(part->state, FW_PART_IN);
			assert_true(part->lost_until > desk->now);
		}
	}
	check_attempts(call, rung);
	if (call->state == FW_CALL_REQUESTED) {
		assert_true(rung == 0 && in == 0);
		assert_true(call->ring_until > desk->now);
		check_waits(desk, call);
	} else if (call->state == FW_CALL_RINGING) {
		assert_true(rung > 0 && in == 0);
		assert_true(call->ring_until > desk->now);
		assert_false(call->journal);
	} else {
		assert_true(rung == 0 && in == 1); /* one winner */
	}
}

static void check_window(const struct fw_desk *desk, const struct fw_window *window)
{
	if (window->account) {
		assert_ptr_equal(window->account->window, window);
	} else {
		assert_null(window->client);
		assert_null(window->part);
	}
	if (window->client) {
		assert_ptr_equal(window->client->window, window);
		assert_ptr_equal(window->client->session->account, window->account);
	} else if (window->account && !window->part) {
		assert_true(window->kept_until > desk->now);
	}
	if (window->part) { /* of a live call, so in one only */
		assert_ptr_equal(g_hash_table_lookup(desk->calls, window->part->call->id),
			window->part->call);
	}
}

static void check_database(const struct office *office)
{
	int64_t live = 0, wrong = 0;

	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM call WHERE state IN"
				 " ('requested', 'ringing', 'answered')",
				 FW_DB_NO_VALUES, &live),
		0);
	assert_int_equal(live, g_hash_table_size(office->desk->calls));
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM call WHERE (ended_us IS NULL) <>"
				 " (state IN ('requested', 'ringing', 'answered'))"
				 " OR (end_reason IS NULL) <> (ended_us IS NULL)"
				 " OR (responder_window IS NULL) <> (answered_us IS NULL)",
				 FW_DB_NO_VALUES, &wrong),
		0);
	assert_int_equal(wrong, 0);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM attempt a JOIN call c ON c.id = a.call"
				 " WHERE (a.closed_us IS NULL) <> (a.outcome IS NULL)"
				 " OR (a.closed_us IS NULL) <> (a.countable IS NULL)"
				 " OR (a.closed_us IS NULL AND c.ended_us IS NOT NULL)"
				 " OR (a.closed_us IS NULL AND c.answered_us IS NOT NULL)"
				 " OR (a.countable = 1) <> (a.outcome IN ('refused', 'unanswered')"
				 " AND a.why_not IS NULL)"
				 " OR (a.outcome = 'unanswered' AND a.cause IS NULL)"
				 " OR (a.outcome = 'answered') <>"
				 " (a.closed_us IS NOT NULL AND c.responder_window IS NOT NULL"
				 " AND c.responder_window = a.service_window)",
				 FW_DB_NO_VALUES, &wrong),
		0);
	assert_int_equal(wrong, 0);
	assert_int_equal(fw_db_query_int(office->db,
				 "SELECT COUNT(*) FROM queue_entry q JOIN call c ON c.id = q.call"
				 " WHERE (q.left_us IS NULL) <> (q.state IN ('waiting', 'rung'))"
				 " OR (c.ended_us IS NOT NULL AND q.left_us IS NULL)"
				 " OR (q.state = 'waiting') <> (c.state = 'requested')"
				 " OR (q.state = 'taken') <> (c.answered_us IS NOT NULL)",
				 FW_DB_NO_VALUES, &wrong),
		0);
	assert_int_equal(wrong, 0);
}

void invariants_check(const struct office *office)
{
	const struct fw_desk *desk = office->desk;
	GHashTableIter iter;
	void *call;
	unsigned load = 0;

	g_hash_table_iter_init(&iter, desk->calls);
	while (g_hash_table_iter_next(&iter, NULL, &call)) {
		check_call(desk, call);
	}
	for (guint i = 0; i < desk->catalogue->place_list->len; i++) {
		check_window(desk, g_ptr_array_index(desk->windows, i));
	}
	for (unsigned i = 0; i < desk->setup.workers; i++) {
		load += desk->tally->load[i];
	}
	assert_int_equal(load, g_hash_table_size(desk->calls));
	assert_int_equal(desk->tally->calls, g_hash_table_size(desk->calls));
	check_database(office);
}
