/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of cases and the figures of Article 31. What is sealed is not read here. */
#include "base/text.h"
#include "signaling/cases/case_state.h"
#include "signaling/desk/words.h"
#include "signaling/reads_office.h"
#include "signaling/reads_papers.h"

#include "base/limits.h"

#include <errno.h>
#include <string.h>

#define AREAS_MAX 8 /* as FW_ACCESS_AREAS_MAX: the desk names no more */

/* --- whose ---------------------------------------------------------------------------------------- */

static void add_tree(struct fw_read_query *query, const char *head, const json_t *areas)
{
	fw_read_add(query, head);
	fw_read_add(query, " (code) AS (SELECT code FROM area WHERE code IN (");
	for (size_t i = 0; i < json_array_size(areas) && i < AREAS_MAX; i++) {
		fw_read_text(query, "?, ", json_string_value(json_array_get(areas, i)));
	}
	fw_read_add(query, "NULL) UNION SELECT a.code FROM area a JOIN");
}

/* Areas one reads, opens and handles cases in, each with everything below. */
static void add_trees(struct fw_read_query *query, const struct fw_read_question *question)
{
	add_tree(query, "WITH RECURSIVE seen", question->areas);
	fw_read_add(query, " seen s ON a.parent = s.code), ");
	add_tree(query, "opens", json_object_get(question->query, "open_areas"));
	fw_read_add(query, " opens s ON a.parent = s.code), ");
	add_tree(query, "handles", json_object_get(question->query, "handle_areas"));
	fw_read_add(query, " handles s ON a.parent = s.code) ");
}

/* Which of the manual's lists: to do, to read, done, read, all. */
static bool add_list(struct fw_read_query *query, const struct fw_read_question *question)
{
	const char *list = fw_read_param(question, "list");

	if (!list || strcmp(list, "all") == 0) {
		fw_read_add(query,
			" AND (c.area IN (SELECT code FROM seen)"
			" OR c.applicant_area IN (SELECT code FROM seen))");
	} else if (strcmp(list, "todo") == 0) {
		fw_read_text(query, " AND (c.handler IS NULL OR c.handler = ?)", question->account);
		fw_read_add(query,
			" AND ((c.state IN ('draft', 'supplement', 'told', 'decided')"
			"  AND c.applicant_area IN (SELECT code FROM opens))"
			" OR (c.state IN ('prereview', 'sent', 'accepted')"
			"  AND c.area IN (SELECT code FROM handles)))");
	} else if (strcmp(list, "to_read") == 0) {
		fw_read_text(query,
			" AND EXISTS (SELECT 1 FROM case_reader r WHERE r.service_case = c.id"
			" AND r.account = ? AND r.read_us IS NULL)",
			question->account);
	} else if (strcmp(list, "read") == 0) {
		fw_read_text(query,
			" AND EXISTS (SELECT 1 FROM case_reader r WHERE r.service_case = c.id"
			" AND r.account = ? AND r.read_us IS NOT NULL)",
			question->account);
	} else if (strcmp(list, "done") == 0) {
		fw_read_text(query,
			" AND EXISTS (SELECT 1 FROM case_step t WHERE t.service_case = c.id"
			" AND t.account = ?)",
			question->account);
	} else {
		return false;
	}
	return true;
}

/* --- what was sought ------------------------------------------------------------------------------ */

struct sought {
	char *item, *project;
	uint8_t digest[32];
};

static void sought_clear(struct sought *sought)
{
	g_free(sought->item);
	g_free(sought->project);
}

static bool add_digest(
	struct fw_read_query *query, const struct fw_read_question *question, struct sought *sought)
{
	const char *hex = fw_read_param(question, "applicant_digest");

	if (!hex) {
		return true;
	}
	if (fw_text_hex_decode(hex, sought->digest, sizeof(sought->digest)) < 0) {
		return false;
	}
	fw_read_blob(query, " AND (c.name_digest = ?", sought->digest, sizeof(sought->digest));
	fw_read_blob(query, " OR c.number_digest = ?)", sought->digest, sizeof(sought->digest));
	return true;
}

/* What a figure counts, beside month, hall and item. */
static bool add_figure(struct fw_read_query *query, const struct fw_read_question *question)
{
	static const struct {
		const char *name, *condition;
	} figures[] = {
		{"opened", ""},
		{"sent", " AND c.sent_us IS NOT NULL"},
		{"decided", " AND c.decided_us IS NOT NULL"},
		{"returned", " AND c.supplement_us IS NOT NULL"},
		{"faulty", " AND c.faulty = 1"},
		{"refused", " AND c.refused_us IS NOT NULL"},
	};
	const char *figure = fw_read_param(question, "figure");

	if (!figure) {
		return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
		if (strcmp(figures[i].name, figure) == 0) {
			fw_read_add(query, " AND c.drill = 0 AND c.state <> 'cancelled'");
			fw_read_add(query, figures[i].condition);
			return true;
		}
	}
	return false;
}

static void add_months(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	int64_t month;

	if (fw_read_number(question, "month", &month, ret_bad)) {
		fw_read_int(query, " AND c.month = ?", month);
	}
	if (fw_read_number(question, "from_month", &month, ret_bad)) {
		fw_read_int(query, " AND c.month >= ?", month);
	}
	if (fw_read_number(question, "to_month", &month, ret_bad)) {
		fw_read_int(query, " AND c.month <= ?", month);
	}
}

static bool add_sought(
	struct fw_read_query *query, const struct fw_read_question *question, struct sought *sought)
{
	const char *item = fw_read_param(question, "item");
	const char *serial = fw_read_param(question, "serial");
	const char *project = fw_read_param(question, "project");
	const char *state = fw_read_param(question, "state");
	int64_t time_us;
	bool bad = false;

	if (item && fw_read_param(question, "figure")) {
		fw_read_text(query, " AND c.item = ?", item);
	} else if (item) {
		sought->item = fw_read_like(item);
		fw_read_text(query, " AND (i.name LIKE ? ESCAPE '\\'", sought->item);
		fw_read_text(query, " OR i.id = ?)", item);
	}
	if (serial) {
		fw_read_text(query, " AND c.serial = ?", serial);
	}
	if (project) {
		sought->project = fw_read_like(project);
		fw_read_text(query, " AND c.project LIKE ? ESCAPE '\\'", sought->project);
	}
	if (state) {
		if (fw_word_index(fw_case_states, state) < 0) {
			return false;
		}
		fw_read_text(query, " AND c.state = ?", state);
	}
	if (fw_read_number(question, "from_us", &time_us, &bad)) {
		fw_read_int(query, " AND c.opened_us >= ?", time_us);
	}
	if (fw_read_number(question, "to_us", &time_us, &bad)) {
		fw_read_int(query, " AND c.opened_us < ?", time_us);
	}
	if (fw_read_number(question, "accepted_from_us", &time_us, &bad)) {
		fw_read_int(query, " AND c.accepted_us >= ?", time_us);
	}
	if (fw_read_number(question, "accepted_to_us", &time_us, &bad)) {
		fw_read_int(query, " AND c.accepted_us < ?", time_us);
	}
	add_months(query, question, &bad);
	if (fw_read_param(question, "hall")) {
		fw_read_text(query, " AND c.applicant_hall = ?", fw_read_param(question, "hall"));
	}
	return !bad && add_figure(query, question) && add_digest(query, question, sought);
}

/* --- rows ----------------------------------------------------------------------------------------- */

static void named(
	struct fw_json *json, const char *key, const char *id_key, struct fw_statement *row, int at)
{
	fw_json_open(json, key, '{');
	fw_json_text(json, id_key, fw_db_column_text(row, at));
	fw_json_text(json, "name", fw_db_column_text(row, at + 1));
	fw_json_close(json, '}');
}

/* What runs out first of what still runs; 0: nothing. */
static int64_t first_due_us(struct fw_statement *row, int first)
{
	int state = fw_word_index(fw_case_states, fw_db_column_text(row, 2));
	int64_t due_us = 0;

	for (int i = 0; state >= 0 && i < FW_CASE_DEADLINE_COUNT; i++) {
		int64_t by_us = fw_db_column_int(row, first + i);

		if (by_us && (!due_us || by_us < due_us) &&
			fw_case_deadline_runs((enum fw_case_state)state, (enum fw_case_deadline)i)) {
			due_us = by_us;
		}
	}
	return due_us;
}

static void render_case(struct fw_json *json, struct fw_statement *row)
{
	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "serial", fw_db_column_text(row, 1));
	fw_json_text(json, "state", fw_db_column_text(row, 2));
	named(json, "item", "id", row, 3);
	named(json, "area", "code", row, 5);
	named(json, "applicant_hall", "id", row, 7);
	fw_json_text(json, "applicant", fw_db_column_text(row, 9));
	fw_json_text(json, "project", fw_db_column_text(row, 10));
	fw_json_bool(json, "drill", fw_db_column_int(row, 11) != 0);
	fw_json_int(json, "opened_us", fw_db_column_int(row, 12));
	fw_json_int(json, "changed_us", fw_db_column_int(row, 13));
	fw_json_time(json, "due_us", first_due_us(row, 14));
}

static bool add_from(struct fw_read_query *query, const struct fw_read_question *question,
	const char *columns, const char *tables, struct sought *sought)
{
	fw_read_init(query);
	add_trees(query, question);
	fw_read_add(query, "SELECT ");
	fw_read_add(query, columns);
	fw_read_add(query,
		" FROM service_case c JOIN item i ON i.id = c.item AND i.version = c.item_version"
		" JOIN area a ON a.code = c.area JOIN hall h ON h.id = c.applicant_hall");
	fw_read_add(query, tables);
	fw_read_add(query, " WHERE 1 = 1");
	return add_list(query, question) && add_sought(query, question, sought);
}

static int count_unread(
	struct fw_db *db, const struct fw_read_question *question, int64_t *ret_unread)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct sought sought = {0};
	struct fw_read_query query;
	int r = -EINVAL;

	if (add_from(&query, question, "COUNT(DISTINCT w.page)", fw_papers_unread_tables, &sought)) {
		fw_papers_add_readable(&query, question);
		r = fw_read_run(db, &query, &row);
	}
	if (r >= 0 && (r = fw_db_step(row)) > 0) {
		*ret_unread = fw_db_column_int(row, 0);
	}
	g_clear_pointer(&row, fw_db_done);
	fw_read_clear(&query);
	sought_clear(&sought);
	return MIN(r, 0);
}

/* What is printed on papers: found first, since it is sealed. *ret_bad: that is no answerable question. */
static int find_papers(struct fw_db *db, const struct fw_read_question *question, const char *words,
	struct fw_papers_found *ret_found, bool *ret_bad)
{
	struct sought sought = {0};
	struct fw_read_query query;
	int r = 0;

	/* Behind a figure stand cases that one may count and not read. */
	*ret_bad = !add_from(&query, question, "c.id, w.words", fw_papers_tables, &sought) ||
		fw_text_chars(words) > FW_SEARCH_MAX_CHARS || fw_read_param(question, "figure");
	if (!*ret_bad) {
		fw_papers_add_readable(&query, question);
		fw_read_int(&query, " ORDER BY c.opened_us DESC, c.id, f.id LIMIT ?",
			FW_PAPERS_LOOKED_AT + 1);
		r = fw_papers_find(db, question, &query, words, ret_found);
	}
	if (!*ret_bad && r == 0) {
		r = count_unread(db, question, &ret_found->unread);
	}
	fw_read_clear(&query);
	sought_clear(&sought);
	return r;
}

static int read_list(struct fw_db *db, const struct fw_read_question *question,
	const struct fw_papers_found *found, int *ret_status, struct fw_json *json)
{
	struct fw_read_query count, list;
	struct sought for_count = {0}, for_list = {0};
	bool good = add_from(&count, question, "COUNT(*)", "", &for_count);
	int r = 0;

	good &= add_from(&list, question,
		"c.id, c.serial, c.state, i.id, i.name, a.code, a.name, h.id, h.name,"
		" c.applicant_masked, c.project, c.drill, c.opened_us, c.changed_us,"
		" c.answer_by_us, c.decide_by_us, c.supplement_by_us,"
		" CASE WHEN c.posted_us IS NULL THEN c.post_by_us END",
		"", &for_list);
	if (found) {
		fw_papers_add_found(&count, found);
		fw_papers_add_found(&list, found);
		fw_json_bool(json, "papers_cut", found->cut);
		fw_json_int(json, "papers_unread", found->unread);
	}
	fw_read_add(&list, " ORDER BY c.opened_us DESC, c.id");
	if (good) {
		r = fw_read_page(db, question, &count, &list, render_case, json);
	} else {
		*ret_status = 400;
	}
	fw_read_clear(&count);
	fw_read_clear(&list);
	sought_clear(&for_count);
	sought_clear(&for_list);
	return r;
}

int fw_read_cases(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *words = fw_read_param(question, "papers");
	struct fw_papers_found found = {0};
	bool bad = false;
	int r = words ? find_papers(db, question, words, &found, &bad) : 0;

	if (bad) {
		*ret_status = 400;
	} else if (r == 0) {
		r = read_list(db, question, words ? &found : NULL, ret_status, json);
	}
	fw_papers_found_clear(&found);
	return r;
}

/* --- figures -------------------------------------------------------------------------------------- */

#define FIGURES_MAX 5000 /* rows; the answer says whether there are more */

/* Of what one row tells; NULL where the rows go over all of them. */
struct grouping {
	const char *name, *columns, *group, *order;
};

static const struct grouping groupings[] = {
	{"detail", "c.month, h.id, h.name, c.item, MAX(i.name)",
		" GROUP BY c.month, h.id, h.name, c.item", " ORDER BY c.month DESC, h.id, c.item"},
	{"month", "c.month, NULL, NULL, NULL, NULL", " GROUP BY c.month", " ORDER BY c.month DESC"},
	{"hall", "NULL, h.id, h.name, NULL, NULL", " GROUP BY h.id, h.name", " ORDER BY h.id"},
	{"item", "NULL, NULL, NULL, c.item, MAX(i.name)", " GROUP BY c.item", " ORDER BY c.item"},
};

static const struct grouping *grouping_of(const struct fw_read_question *question)
{
	const char *by = fw_read_param(question, "by");

	for (size_t i = 0; i < G_N_ELEMENTS(groupings); i++) {
		if (!by || strcmp(groupings[i].name, by) == 0) {
			return &groupings[i];
		}
	}
	return NULL;
}

static void named_or_null(struct fw_json *json, const char *key, struct fw_statement *row, int at)
{
	if (fw_db_column_is_null(row, at)) {
		fw_json_null(json, key);
	} else {
		named(json, key, "id", row, at);
	}
}

static void render_figures(struct fw_json *json, struct fw_statement *row)
{
	static const char *const counts[] = {"opened", "sent", "decided", "returned", "faulty",
		"refused", "collect_avg_us", "handle_avg_us"};

	fw_json_time(json, "month", fw_db_column_int(row, 0));
	named_or_null(json, "hall", row, 1);
	named_or_null(json, "item", row, 3);
	for (int i = 0; i < (int)G_N_ELEMENTS(counts); i++) {
		if (fw_db_column_is_null(row, 5 + i)) {
			fw_json_null(json, counts[i]);
		} else {
			fw_json_int(json, counts[i], fw_db_column_int(row, 5 + i));
		}
	}
}

static void add_figures(struct fw_read_query *query, const struct fw_read_question *question,
	const struct grouping *grouping, bool *ret_bad)
{
	fw_read_init(query);
	fw_read_scope(query, question);
	fw_read_add(query, "SELECT ");
	fw_read_add(query, grouping->columns);
	fw_read_add(query,
		", COUNT(*), COUNT(c.sent_us),"
		" COUNT(c.decided_us), COUNT(c.supplement_us), SUM(c.faulty), COUNT(c.refused_us),"
		" CAST(AVG(c.sent_us - c.opened_us) AS INTEGER),"
		" CAST(AVG(c.decided_us - c.sent_us) AS INTEGER)"
		" FROM service_case c JOIN hall h ON h.id = c.applicant_hall"
		" JOIN item i ON i.id = c.item AND i.version = c.item_version"
		" WHERE c.drill = 0 AND c.state <> 'cancelled'"
		" AND (c.area IN (SELECT code FROM scope)"
		"  OR c.applicant_area IN (SELECT code FROM scope))");
	add_months(query, question, ret_bad);
	if (fw_read_param(question, "hall")) {
		fw_read_text(query, " AND c.applicant_hall = ?", fw_read_param(question, "hall"));
	}
	if (fw_read_param(question, "item")) {
		fw_read_text(query, " AND c.item = ?", fw_read_param(question, "item"));
	}
	fw_read_add(query, grouping->group);
	fw_read_add(query, grouping->order);
	fw_read_int(query, " LIMIT ?", FIGURES_MAX + 1);
}

int fw_read_case_figures(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const struct grouping *grouping = grouping_of(question);
	struct fw_read_query query;
	unsigned count = 0;
	bool bad = false;
	int r;

	if (!grouping) {
		*ret_status = 400;
		return 0;
	}
	add_figures(&query, question, grouping, &bad);
	*ret_status = bad ? 400 : 200;
	r = bad ? 0 : fw_read_run(db, &query, &rows);
	fw_json_open(json, "rows", '[');
	while (!bad && r >= 0 && (r = fw_db_step(rows)) > 0 && ++count <= FIGURES_MAX) {
		fw_json_open(json, NULL, '{');
		render_figures(json, rows);
		fw_json_close(json, '}');
	}
	fw_json_close(json, ']');
	fw_json_bool(json, "more", count > FIGURES_MAX);
	fw_read_clear(&query);
	return MIN(r, 0);
}
