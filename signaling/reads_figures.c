/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of calls, by window, hall, area or item and by day or month (docs/PROTOCOL.md 3, figures).
 * One row of the query is one call as its group saw it, or one mark on a call that the group made and need not have
 * made: for that the calling side answers, wherever the call went. The rows come ordered by group, so that one group
 * at a time is in memory. Percentiles are by nearest rank: of n sorted times the ceil(p * n)-th.
 * Everything comes from `call`, `attempt` and `call_mark`, which follow from the audit log. Drills are left out.
 */
#include "signaling/reads_query.h"

#include "base/text.h"
#include "signaling/directory/calendar.h"

#include <string.h>

#define FIGURES_ROWS_MAX 5000 /* 366 days of a dozen counties; more is asked for in parts */

enum column {
	COLUMN_KEY,
	COLUMN_NAME,
	COLUMN_REQUESTED_US,
	COLUMN_STATE,
	COLUMN_CALLS, /* 0: the row tells of a mark */
	COLUMN_ANSWERED, /* by this group */
	COLUMN_ANSWER_US, /* from the ring, or the request, to the answer */
	COLUMN_TALK_US,
	COLUMN_REFUSED, /* attempts */
	COLUMN_COUNTABLE, /* unanswered attempts that count */
	COLUMN_SILENT, /* attempts that rang without sound and do not count (ADR 62) */
	COLUMN_NEEDLESS, /* marks */
	COLUMN_CAUSES, /* from here on: countable ones by cause */
};

/* Without "silent": a ring without sound never counts. */
static const char *const causes[] = {
	"not_signed_in", "connection_lost", "not_displayed", "not_answered", "refused", "away"};
#define CAUSES G_N_ELEMENTS(causes)

/* Where rows of a group come from. */
struct source {
	const char *key, *name;
	const char *from;
	const char *area; /* which lies in the own areas */
};

struct grouping {
	const char *word; /* of `by` */
	struct source calls; /* with the attempts that belong to the group */
	const char *answered, *answer_us;
	struct source marks;
	bool of_places; /* both sources have a window `w` to narrow by */
};

#define PLACE_NAME "h.name || ' · ' || w.name"
#define ATTEMPTS \
	" FROM call c JOIN attempt a ON a.call = c.id" \
	" JOIN service_window w ON w.id = a.service_window JOIN hall h ON h.id = w.hall"
#define CALLS " FROM call c LEFT JOIN attempt a ON a.call = c.id"
#define MARKS \
	" FROM call_mark m JOIN call c ON c.id = m.call" \
	" JOIN service_window w ON w.id = c.requester_window JOIN hall h ON h.id = w.hall"
#define ITEM       " JOIN item g ON g.id = c.item AND g.version = c.item_version"
#define BY_GROUP   "MAX(CASE WHEN a.outcome = 'answered' THEN 1 ELSE 0 END)"
#define BY_ANYBODY "MAX(CASE WHEN c.answered_us IS NULL THEN 0 ELSE 1 END)"
#define RING_TO_ANSWER \
	"MAX(CASE WHEN a.outcome = 'answered' THEN c.answered_us - COALESCE(a.rung_us, " \
	"a.begun_us) END)"
#define REQUEST_TO_ANSWER "MAX(c.answered_us - c.requested_us)"

static const struct grouping groupings[] = {
	{"window", {"w.id", PLACE_NAME, ATTEMPTS, "h.area"}, BY_GROUP, RING_TO_ANSWER,
		{"w.id", PLACE_NAME, MARKS, "h.area"}, true},
	{"hall", {"h.id", "h.name", ATTEMPTS, "h.area"}, BY_GROUP, RING_TO_ANSWER,
		{"h.id", "h.name", MARKS, "h.area"}, true},
	{"area", {"c.area", "g.name", CALLS " JOIN area g ON g.code = c.area", "c.area"},
		BY_ANYBODY, REQUEST_TO_ANSWER,
		{"h.area", "g.name", MARKS " JOIN area g ON g.code = h.area", "h.area"}, false},
	{"item", {"c.item", "g.name", CALLS ITEM, "c.area"}, BY_ANYBODY, REQUEST_TO_ANSWER,
		{"c.item", "g.name", MARKS ITEM, "c.area"}, false},
};

/* Which period a call falls into: an integer, YYYYMMDD or YYYYMM of the office's calendar. */
typedef int64_t period_reader(int64_t at_us);

static int64_t day_of(int64_t at_us)
{
	return fw_calendar_day(at_us);
}

static int64_t month_of(int64_t at_us)
{
	return fw_calendar_month(at_us);
}

static int64_t whole(int64_t at_us)
{
	(void)at_us;
	return 0;
}

static const struct {
	const char *word;
	period_reader *of;
} periods[] = {{"day", day_of}, {"month", month_of}, {"all", whole}};

/* --- the query ---------------------------------------------------------------------------------- */

static void add_sums(struct fw_read_query *query)
{
	fw_read_add(query,
		", COALESCE(SUM(CASE WHEN a.outcome = 'refused' THEN 1 ELSE 0 END), 0)"
		", COALESCE(SUM(a.countable), 0)"
		", COALESCE(SUM(CASE WHEN a.silent_us IS NOT NULL AND a.countable = 0 THEN 1"
		" ELSE 0 END), 0), 0");
	for (size_t i = 0; i < CAUSES; i++) {
		fw_read_text(query,
			", COALESCE(SUM(CASE WHEN a.countable = 1 AND a.cause = ? THEN 1",
			causes[i]);
		fw_read_add(query, " ELSE 0 END), 0)");
	}
}

static void add_filters(struct fw_read_query *query, const struct fw_read_question *question,
	const struct grouping *grouping, const char *area, bool *ret_bad)
{
	static const struct {
		const char *name, *fragment;
		bool of_places;
	} texts[] = {
		{"item", " AND c.item = ?", false},
		{"area", " AND c.area = ?", false},
		{"hall", " AND w.hall = ?", true},
		{"window", " AND w.id = ?", true},
	};
	int64_t time_us;

	fw_read_add(query, " WHERE c.ended_us IS NOT NULL AND c.drill = 0 AND ");
	fw_read_add(query, area);
	fw_read_add(query, " IN (SELECT code FROM scope)");
	if (fw_read_number(question, "from_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.requested_us >= ?", time_us);
	}
	if (fw_read_number(question, "to_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND c.requested_us < ?", time_us);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = fw_read_param(question, texts[i].name);

		if (text && (grouping->of_places || !texts[i].of_places)) {
			fw_read_text(query, texts[i].fragment, text);
		}
	}
}

static void add_calls(struct fw_read_query *query, const struct fw_read_question *question,
	const struct grouping *grouping, bool *ret_bad)
{
	fw_read_add(query, "SELECT ");
	fw_read_add(query, grouping->calls.key);
	fw_read_add(query, ", MAX(");
	fw_read_add(query, grouping->calls.name);
	fw_read_add(query, "), MAX(c.requested_us), MAX(c.state), 1, ");
	fw_read_add(query, grouping->answered);
	fw_read_add(query, ", ");
	fw_read_add(query, grouping->answer_us);
	fw_read_add(query, ", MAX(c.ended_us - c.answered_us)");
	add_sums(query);
	fw_read_add(query, grouping->calls.from);
	add_filters(query, question, grouping, grouping->calls.area, ret_bad);
	fw_read_add(query, " GROUP BY 1, c.id");
}

static void add_marks(struct fw_read_query *query, const struct fw_read_question *question,
	const struct grouping *grouping, bool *ret_bad)
{
	fw_read_add(query, " UNION ALL SELECT ");
	fw_read_add(query, grouping->marks.key);
	fw_read_add(query, ", ");
	fw_read_add(query, grouping->marks.name);
	fw_read_add(query, ", c.requested_us, c.state, 0, 0, NULL, NULL, 0, 0, 0, 1");
	for (size_t i = 0; i < CAUSES; i++) {
		fw_read_add(query, ", 0");
	}
	fw_read_add(query, grouping->marks.from);
	add_filters(query, question, grouping, grouping->marks.area, ret_bad);
}

static void build(struct fw_read_query *query, const struct fw_read_question *question,
	const struct grouping *grouping, bool *ret_bad)
{
	fw_read_scope(query, question);
	add_calls(query, question, grouping, ret_bad);
	add_marks(query, question, grouping, ret_bad);
	fw_read_add(query, " ORDER BY 1, 3");
}

/* --- one group ---------------------------------------------------------------------------------- */

struct group {
	char *key, *name;
	int64_t period;
	int64_t calls, answered, cancelled, refusals, unanswered, silent, needless, talk_us;
	int64_t by_cause[CAUSES];
	GArray *answer_us;
};

static void group_begin(struct group *group, struct fw_statement *row, int64_t period)
{
	GArray *times = group->answer_us;

	g_free(group->key);
	g_free(group->name);
	g_array_set_size(times, 0);
	memset(group, 0, sizeof(*group));
	group->answer_us = times;
	group->key = g_strdup(fw_db_column_text(row, COLUMN_KEY));
	group->name = g_strdup(fw_db_column_text(row, COLUMN_NAME));
	group->period = period;
}

static bool group_has(const struct group *group, struct fw_statement *row, int64_t period)
{
	return group->key && strcmp(group->key, fw_db_column_text(row, COLUMN_KEY)) == 0 &&
		group->period == period;
}

static void group_add(struct group *group, struct fw_statement *row)
{
	int64_t answer_us = fw_db_column_int(row, COLUMN_ANSWER_US);

	group->needless += fw_db_column_int(row, COLUMN_NEEDLESS);
	if (!fw_db_column_int(row, COLUMN_CALLS)) {
		return;
	}
	group->calls++;
	group->cancelled += strcmp(fw_db_column_text(row, COLUMN_STATE), "cancelled") == 0;
	if (fw_db_column_int(row, COLUMN_ANSWERED)) {
		group->answered++;
		group->talk_us += fw_db_column_int(row, COLUMN_TALK_US);
		g_array_append_val(group->answer_us, answer_us);
	}
	group->refusals += fw_db_column_int(row, COLUMN_REFUSED);
	group->unanswered += fw_db_column_int(row, COLUMN_COUNTABLE);
	group->silent += fw_db_column_int(row, COLUMN_SILENT);
	for (size_t i = 0; i < CAUSES; i++) {
		group->by_cause[i] += fw_db_column_int(row, (int)(COLUMN_CAUSES + i));
	}
}

static int compare_times(gconstpointer left, gconstpointer right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

/* Nearest rank; the times are sorted. */
static void render_percentile(
	struct fw_json *json, const char *key, const GArray *times, unsigned percent)
{
	if (times->len == 0) {
		fw_json_null(json, key);
	} else {
		fw_json_int(json, key,
			g_array_index(times, int64_t, (times->len * percent + 99) / 100 - 1));
	}
}

static void group_render(struct group *group, struct fw_json *json)
{
	if (!group->key) {
		return;
	}
	g_array_sort(group->answer_us, compare_times);
	fw_json_open(json, NULL, '{');
	fw_json_text(json, "key", group->key);
	fw_json_text(json, "name", group->name);
	fw_json_int(json, "period", group->period);
	fw_json_int(json, "calls", group->calls);
	fw_json_int(json, "answered", group->answered);
	fw_json_int(json, "cancelled", group->cancelled);
	fw_json_int(json, "refusals", group->refusals);
	fw_json_int(json, "unanswered", group->unanswered);
	fw_json_int(json, "silent", group->silent);
	fw_json_int(json, "needless", group->needless);
	render_percentile(json, "answer_p50_us", group->answer_us, 50);
	render_percentile(json, "answer_p95_us", group->answer_us, 95);
	if (group->answered) {
		fw_json_int(json, "talk_mean_us", group->talk_us / group->answered);
	} else {
		fw_json_null(json, "talk_mean_us");
	}
	fw_json_open(json, "causes", '{');
	for (size_t i = 0; i < CAUSES; i++) {
		fw_json_int(json, causes[i], group->by_cause[i]);
	}
	fw_json_close(json, '}');
	fw_json_close(json, '}');
}

/* 1: there are more groups than an answer takes. */
static int render_groups(struct fw_db *db, struct fw_read_query *query, period_reader *period_of,
	struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct group group = {.answer_us = g_array_new(FALSE, FALSE, sizeof(int64_t))};
	unsigned groups = 0;
	int r = fw_read_run(db, query, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		int64_t period = period_of(fw_db_column_int(rows, COLUMN_REQUESTED_US));

		if (!group_has(&group, rows, period)) {
			group_render(&group, json);
			if (++groups > FIGURES_ROWS_MAX) {
				g_clear_pointer(&group.key, g_free);
				break;
			}
			group_begin(&group, rows, period);
		}
		group_add(&group, rows);
	}
	if (r == 0) {
		group_render(&group, json);
	}
	g_free(group.key);
	g_free(group.name);
	g_array_unref(group.answer_us);
	return r;
}

/* --- the reader --------------------------------------------------------------------------------- */

static const struct grouping *find_grouping(const char *word)
{
	for (size_t i = 0; word && i < G_N_ELEMENTS(groupings); i++) {
		if (strcmp(groupings[i].word, word) == 0) {
			return &groupings[i];
		}
	}
	return NULL;
}

static period_reader *find_period(const char *word)
{
	for (size_t i = 0; word && i < G_N_ELEMENTS(periods); i++) {
		if (strcmp(periods[i].word, word) == 0) {
			return periods[i].of;
		}
	}
	return NULL;
}

int fw_read_figures(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const struct grouping *grouping = find_grouping(fw_read_param(question, "by"));
	period_reader *period = find_period(fw_read_param(question, "period"));
	struct fw_read_query query;
	bool bad = !grouping || !period;
	int r = 0;

	if (bad) {
		*ret_status = 400;
		return 0;
	}
	fw_read_init(&query);
	build(&query, question, grouping, &bad);
	if (bad) {
		*ret_status = 400;
	} else {
		fw_json_open(json, "rows", '[');
		r = render_groups(db, &query, period, json);
		fw_json_close(json, ']');
		fw_json_bool(json, "more", r > 0);
	}
	fw_read_clear(&query);
	return MIN(r, 0);
}
