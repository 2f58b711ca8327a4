/* SPDX-License-Identifier: Apache-2.0 */
/* Escalations, as the superior body lists them, and the mirror ledger: rates per window and month. */
#include "signaling/ledger/ledger_state.h"
#include "signaling/reads_office.h"

#include <errno.h>

#define COLUMNS \
	"SELECT x.id, x.month, x.state, x.raised_us, x.since_us, b.id, b.name," \
	" (SELECT COUNT(*) FROM ledger l WHERE l.service_window = x.service_window" \
	"  AND l.month = x.month AND l.state = 'at_fault'), " FW_READ_WINDOW_COLUMNS("w")
#define TABLES \
	" FROM escalation x LEFT JOIN body b ON b.id = x.body" FW_READ_WINDOW_TABLES( \
		"JOIN", "w", "x.service_window")

static void render(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_json_int(json, "month", fw_db_column_int(row, 1));
	fw_json_text(json, "state", fw_db_column_text(row, 2));
	fw_json_int(json, "raised_us", fw_db_column_int(row, 3));
	fw_json_int(json, "since_us", fw_db_column_int(row, 4));
	fw_read_render_named(json, "body", row, 5);
	fw_json_int(json, "at_fault", fw_db_column_int(row, 7));
	fw_read_render_window(json, "window", row, 8);
}

/* Those for the area itself: what is below has its own superior. */
static void add_filters(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *state = fw_read_word(question, "state", fw_escalation_states, ret_bad);

	fw_read_add(query, " WHERE x.area IN (");
	for (size_t i = 0; i < json_array_size(question->areas) && i < 8; i++) {
		fw_read_text(query, "?, ", json_string_value(json_array_get(question->areas, i)));
	}
	fw_read_add(query, "NULL)");
	if (state) {
		fw_read_text(query, " AND x.state = ?", state);
	}
}

int fw_read_escalations(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*) FROM escalation x",
		.rows = COLUMNS TABLES,
		.narrow = add_filters,
		.order = " ORDER BY x.raised_us DESC, x.id DESC",
		.one = render,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}

static void render_fault(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_json_text(json, "call", fw_db_column_text(row, 1));
	fw_json_text(json, "cause", fw_db_column_text(row, 2));
	fw_json_int(json, "at_us", fw_db_column_int(row, 3));
	fw_json_text(json, "state", fw_db_column_text(row, 4));
	fw_json_text(json, "reason", fw_db_column_text(row, 5));
}

static int render_fault_words(
	struct fw_read_keys *keys, struct fw_json *json, struct fw_statement *row)
{
	return fw_read_render_words(keys, json, row, 6);
}

/* The rows of that window and month, with the last reason given. */
static int render_faults(
	struct fw_db *db, struct fw_read_keys *keys, int64_t id, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_add(&list,
		"SELECT l.id, l.call, l.cause, l.at_us, l.state, e.reason, t.subject, t.id,"
		" t.number, t.month, t.text FROM escalation x"
		" JOIN ledger l ON l.service_window = x.service_window AND l.month = x.month"
		" LEFT JOIN ledger_entry e ON e.subject = 'ledger' AND e.id = l.id AND e.number ="
		" (SELECT MAX(n.number) FROM ledger_entry n WHERE n.subject = 'ledger'"
		"  AND n.id = l.id AND n.kind <> 'stated')"
		" LEFT JOIN ledger_text t ON t.subject = 'ledger' AND t.id = e.id"
		" AND t.number = e.number");
	fw_read_int(&list, " WHERE x.id = ? ORDER BY l.at_us", id);
	r = fw_read_sealed_array(db, &list, render_fault, render_fault_words, keys, json, "rows");
	fw_read_clear(&list);
	return r;
}

int fw_read_escalation(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *text = fw_read_param(question, "escalation");
	int64_t id = text ? g_ascii_strtoll(text, NULL, 10) : 0;
	int r = fw_db_query(
		db, COLUMNS TABLES " WHERE x.id = ?1", FW_DB_VALUES(fw_db_int(id)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	if (r == 0) {
		*ret_status = 404;
		return 0;
	}
	render(json, rows);
	r = fw_read_entries(db, question->keys, "escalation", text, json);
	return r < 0 ? r : render_faults(db, question->keys, id, json);
}

/* --- the mirror ledger ------------------------------------------------------------------------------- */

#define MIRROR_LIMIT " LIMIT 2000" /* PROTOCOL-OFFICE.md: the mirror ledger */

static void render_requester(struct fw_json *json, struct fw_statement *row)
{
	fw_read_render_window(json, "window", row, 0);
	fw_json_int(json, "answered", fw_db_column_int(row, 6));
	fw_json_int(json, "answered_by_points", fw_db_column_int(row, 7));
	fw_json_int(json, "not_our_matter", fw_db_column_int(row, 8));
}

/* Calls that a window made and that were answered, and how many of them need not have been made. */
static int render_requesters(struct fw_db *db, const struct fw_read_question *question,
	int64_t from_us, int64_t to_us, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_scope(&list, question);
	fw_read_add(&list,
		"SELECT " FW_READ_WINDOW_COLUMNS(
			"w") ", COUNT(*),"
			     " SUM(CASE WHEN m.mark = 'answered_by_points' THEN 1 ELSE 0 END),"
			     " SUM(CASE WHEN m.mark = 'not_our_matter' THEN 1 ELSE 0 END)"
			     " FROM call c" FW_READ_WINDOW_TABLES(
				     "JOIN", "w", "c.requester_window") " LEFT JOIN call_mark m ON "
									"m.call = c.id");
	fw_read_int(&list, " WHERE c.requested_us >= ?", from_us);
	fw_read_int(&list, " AND c.requested_us < ?", to_us);
	fw_read_add(&list,
		" AND c.answered_us IS NOT NULL AND c.drill = 0 AND wh.area IN (SELECT code FROM "
		"scope)"
		" GROUP BY " FW_READ_WINDOW_COLUMNS(
			"w") " ORDER BY COUNT(m.mark) DESC, w.id" MIRROR_LIMIT);
	r = fw_read_array(db, &list, render_requester, json, "requesters");
	fw_read_clear(&list);
	return r;
}

static void render_responder(struct fw_json *json, struct fw_statement *row)
{
	static const char *const counts[] = {"answered", "refused", "unanswered", "not_our_matter",
		"busy_with_citizen", "other"};

	fw_read_render_window(json, "window", row, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		fw_json_int(json, counts[i], fw_db_column_int(row, 6 + (int)i));
	}
}

/* How windows took the calls they were tried for, and why they refused: by the month of the call, as in the list of
 * calls to which each number opens. */
static int render_responders(struct fw_db *db, const struct fw_read_question *question,
	int64_t from_us, int64_t to_us, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_scope(&list, question);
	fw_read_add(&list,
		"SELECT " FW_READ_WINDOW_COLUMNS(
			"w") ","
			     " SUM(CASE WHEN t.outcome = 'answered' THEN 1 ELSE 0 END),"
			     " SUM(CASE WHEN t.outcome = 'refused' THEN 1 ELSE 0 END),"
			     " SUM(CASE WHEN t.countable = 1 THEN 1 ELSE 0 END),"
			     " SUM(CASE WHEN p.refuse_reason = 'not_our_matter' THEN 1 ELSE 0 END),"
			     " SUM(CASE WHEN p.refuse_reason = 'busy_with_citizen' THEN 1 ELSE 0 "
			     "END),"
			     " SUM(CASE WHEN p.refuse_reason = 'other' THEN 1 ELSE 0 END)"
			     " FROM call c JOIN attempt t ON t.call = c.id" FW_READ_WINDOW_TABLES(
				     "JOIN", "w",
				     "t.service_window") " LEFT JOIN call_part p ON p.call = "
							 "t.call AND p.participant = t.participant"
							 " AND p.part = 'refused'");
	fw_read_int(&list, " WHERE c.requested_us >= ?", from_us);
	fw_read_int(&list, " AND c.requested_us < ?", to_us);
	fw_read_add(&list,
		" AND c.drill = 0 AND wh.area IN (SELECT code FROM scope)"
		" GROUP BY " FW_READ_WINDOW_COLUMNS("w") " ORDER BY w.id" MIRROR_LIMIT);
	r = fw_read_array(db, &list, render_responder, json, "responders");
	fw_read_clear(&list);
	return r;
}

/* The first moment of the month in Asia/Shanghai. */
static int64_t month_begins_us(int64_t month)
{
	g_autoptr(GDateTime) time =
		g_date_time_new_utc((int)(month / 100), (int)(month % 100), 1, 0, 0, 0);

	return time ? g_date_time_to_unix(time) * 1000000 - INT64_C(28800000000) : -1;
}

int fw_read_mirror(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	int64_t month, from_us = -1, to_us = -1;
	bool bad = false;
	int r;

	if (fw_read_number(question, "month", &month, &bad) && month >= 197001 && month <= 999911) {
		from_us = month_begins_us(month);
		to_us = month_begins_us(month % 100 == 12 ? month + 89 : month + 1);
	}
	if (from_us < 0 || to_us < 0) {
		*ret_status = 400;
		return 0;
	}
	fw_json_int(json, "month", month);
	r = render_requesters(db, question, from_us, to_us, json);
	return r < 0 ? r : render_responders(db, question, from_us, to_us, json);
}
