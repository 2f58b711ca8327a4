/* SPDX-License-Identifier: Apache-2.0 */
/* The search for calls. */
#include "signaling/reads_call_row.h"

#include "base/limits.h"
#include "base/text.h"
#include "signaling/desk/words.h"

#include <string.h>

#define NOTES_LOOKED_AT 5000 /* PROTOCOL.md 3: q */
#define NOTES_FOUND     256

#define OWN_WINDOWS \
	"(SELECT w.id FROM service_window w JOIN hall h ON h.id = w.hall" \
	" WHERE h.area IN (SELECT code FROM scope))"

/* Calls the account took part in; with areas, also those either side of which lies there: the area that was called, a
 * window that was tried (a department's may stand in another area's hall), the window that called. */
static void add_scope(struct fw_read_query *query, const struct fw_read_question *question)
{
	static const char own[] = "c.id IN (SELECT call FROM call_part WHERE account = ?)";

	if (json_array_size(question->areas) == 0) { /* its own text, so that the index leads */
		fw_read_add(query, " WHERE ");
		fw_read_text(query, own, question->account);
		return;
	}
	fw_read_add(query, " WHERE (");
	fw_read_text(query, own, question->account);
	fw_read_add(query,
		" OR c.area IN (SELECT code FROM scope) OR c.requester_window IN " OWN_WINDOWS
		" OR EXISTS (SELECT 1 FROM attempt o WHERE o.call = c.id"
		" AND o.service_window IN " OWN_WINDOWS "))");
}

/* Padded, so that there are few different texts of the query. */
static void add_ids(struct fw_read_query *query, const GPtrArray *ids)
{
	guint padded = 1;

	if (ids->len == 0) {
		return;
	}
	while (padded < ids->len) {
		padded *= 4;
	}
	fw_read_add(query, " OR c.id IN (");
	for (guint i = 0; i < padded; i++) {
		fw_read_text(query, i + 1 < padded ? "?, " : "?)",
			g_ptr_array_index(ids, MIN(i, ids->len - 1)));
	}
}

/* noted: the calls whose note has the word (find_notes()). */
static void add_word(
	struct fw_read_query *query, const char *q, const char *like, const GPtrArray *noted)
{
	fw_read_text(query, " AND (c.id = ?", q);
	fw_read_text(query, " OR c.case_number = ?", q);
	add_ids(query, noted);
	fw_read_text(
		query, " OR c.item IN (SELECT id FROM item WHERE name LIKE ? ESCAPE '\\'", like);
	fw_read_text(query, " OR pinyin LIKE ? ESCAPE '\\')", like);
	fw_read_text(query,
		" OR c.id IN (SELECT p.call FROM call_part p JOIN account n ON n.id = p.account"
		" WHERE n.id = ?",
		q);
	fw_read_text(query, " OR n.name LIKE ? ESCAPE '\\'))", like);
}

/* Rehearsals are a list of their own. */
static void add_drill(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *drill = fw_read_param(question, "drill");
	int64_t number;

	if (!drill) {
		fw_read_add(query, " AND c.drill = 0");
	} else if (g_str_equal(drill, "only")) {
		fw_read_add(query, " AND c.drill = 1");
	} else if (!g_str_equal(drill, "all") &&
		fw_read_number(question, "drill", &number, ret_bad)) {
		fw_read_int(query, " AND c.id IN (SELECT call FROM drill_call WHERE drill = ?)",
			number);
	}
}

static bool asks_attempt(const struct fw_read_question *question)
{
	return fw_read_param(question, "outcome") || fw_read_param(question, "cause") ||
		fw_read_param(question, "reason") || fw_read_param(question, "hall");
}

/* Calls with an attempt of that window or hall that ended so ("tried": anyhow): what stands behind a figure. */
static void add_attempt(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	static const char *const outcomes[] = {"answered", "refused", "withdrawn", "unanswered",
		"countable", "silent", "tried", NULL};
	const char *outcome = fw_read_word(question, "outcome", outcomes, ret_bad);
	const char *cause = fw_read_word(question, "cause", fw_causes + 1, ret_bad);
	const char *reason = fw_read_word(question, "reason", fw_refuse_reasons, ret_bad);
	const char *window = fw_read_param(question, "window");
	const char *hall = fw_read_param(question, "hall");

	if (!asks_attempt(question)) {
		return;
	}
	fw_read_add(query,
		" AND EXISTS (SELECT 1 FROM attempt t JOIN service_window tw ON"
		" tw.id = t.service_window WHERE t.call = c.id");
	if (outcome && strcmp(outcome, "countable") == 0) {
		fw_read_add(query, " AND t.countable = 1");
	} else if (outcome && strcmp(outcome, "silent") == 0) {
		fw_read_add(query, " AND t.silent_us IS NOT NULL AND t.countable = 0");
	} else if (outcome && strcmp(outcome, "tried") != 0) {
		fw_read_text(query, " AND t.outcome = ?", outcome);
	}
	if (cause) {
		fw_read_text(query, " AND t.countable = 1 AND t.cause = ?", cause);
	}
	if (reason) {
		fw_read_text(query,
			" AND EXISTS (SELECT 1 FROM call_part r WHERE r.call = t.call AND"
			" r.participant = t.participant AND r.part = 'refused'"
			" AND r.refuse_reason = ?)",
			reason);
	}
	if (window) {
		fw_read_text(query, " AND t.service_window = ?", window);
	}
	if (hall) {
		fw_read_text(query, " AND tw.hall = ?", hall);
	}
	fw_read_add(query, ")");
}

/* Calls of which their responder said that they need not have been made. */
static void add_mark(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	static const char *const marks[] = {"any", "answered_by_points", "not_our_matter", NULL};
	const char *mark = fw_read_word(question, "mark", marks, ret_bad);

	if (mark && strcmp(mark, "any") == 0) {
		fw_read_add(query, " AND c.id IN (SELECT call FROM call_mark)");
	} else if (mark) {
		fw_read_text(
			query, " AND c.id IN (SELECT call FROM call_mark WHERE mark = ?)", mark);
	}
}

/* Which calls figures count: those that are over; by item also only those of the own areas. */
static void add_counted(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	static const char *const flag[] = {"1", NULL};

	if (fw_read_word(question, "ended", flag, ret_bad)) {
		fw_read_add(query, " AND c.ended_us IS NOT NULL");
	}
	if (fw_read_word(question, "home", flag, ret_bad)) {
		fw_read_add(query, " AND c.area IN (SELECT code FROM scope)");
	}
}

/* All but the word. */
static void add_filters(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	static const struct {
		const char *name, *fragment;
	} texts[] = {
		{"window", " AND c.id IN (SELECT call FROM call_part WHERE service_window = ?)"},
		{"account", " AND c.id IN (SELECT call FROM call_part WHERE account = ?)"},
		{"item", " AND c.item = ?"},
		{"area", " AND c.area = ?"},
		{"requester", " AND c.requester_window = ?"},
		{"requester_hall", " AND c.requester_window IN (SELECT id FROM service_window WHERE hall = ?)"},
		{"requester_area",
			" AND c.requester_window IN (SELECT w.id FROM service_window w"
			" JOIN hall h ON h.id = w.hall WHERE h.area = ?)"},
	};
	const char *state = fw_read_word(question, "state", fw_call_states, ret_bad);
	int64_t time_us;

	if (fw_read_number(question, "from_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.requested_us >= ?", time_us);
	}
	if (fw_read_number(question, "to_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.requested_us < ?", time_us);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = fw_read_param(question, texts[i].name);

		if (text && !(i == 0 && asks_attempt(question))) {
			fw_read_text(query, texts[i].fragment, text);
		}
	}
	if (state) {
		fw_read_text(query, " AND c.state = ?", state);
	}
	add_drill(query, question, ret_bad);
	add_attempt(query, question, ret_bad);
	add_mark(query, question, ret_bad);
	add_counted(query, question, ret_bad);
}

/* Notes are kept sealed: those of the newest calls asked for are opened one by one. */
static int find_notes(struct fw_db *db, const struct fw_read_question *question, const char *q,
	GPtrArray *ret_ids)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_read_query query;
	bool bad = false;
	int r = 0;

	fw_read_init(&query);
	fw_read_scope(&query, question);
	fw_read_add(&query, "SELECT c.id, c.note FROM call c");
	add_scope(&query, question);
	add_filters(&query, question, &bad);
	fw_read_int(&query,
		" AND c.note IS NOT NULL ORDER BY c.requested_us DESC, c.id DESC LIMIT ?",
		NOTES_LOOKED_AT);
	if (!bad) {
		r = fw_read_run(db, &query, &rows);
		if (r >= 0) {
			r = fw_read_notes_with(question->keys, rows, q, NOTES_FOUND, ret_ids);
		}
	}
	fw_read_clear(&query);
	return r;
}

int fw_read_calls(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *q = fw_read_param(question, "q");
	g_autofree char *like = q ? fw_read_like(q) : NULL;
	g_autoptr(GPtrArray) noted = g_ptr_array_new_with_free_func(g_free);
	struct fw_read_query count, list;
	bool bad = q && fw_text_chars(q) > FW_SEARCH_MAX_CHARS;
	int r = q && !bad ? find_notes(db, question, q, noted) : 0;

	if (r < 0) {
		return r;
	}
	fw_read_init(&count);
	fw_read_init(&list);
	fw_read_scope(&count, question);
	fw_read_add(&count, "SELECT COUNT(*) FROM call c");
	add_scope(&count, question);
	add_filters(&count, question, &bad);
	fw_read_scope(&list, question);
	fw_read_add(&list, "SELECT " FW_CALL_COLUMNS FW_CALL_TABLES);
	add_scope(&list, question);
	add_filters(&list, question, &bad);
	if (like) {
		add_word(&count, q, like, noted);
		add_word(&list, q, like, noted);
	}
	fw_read_add(&list, " ORDER BY c.requested_us DESC, c.id DESC");
	if (bad) {
		*ret_status = 400;
	} else {
		r = fw_read_page(db, question, &count, &list, fw_read_call_row, json);
	}
	fw_read_clear(&count);
	fw_read_clear(&list);
	return r;
}
