/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All figures are counted in one walk over the calls that the log told of, into a table for each grouping and period,
 * by this file's own rules: days are those of the town's book, a percentile is the smallest time that enough others
 * do not exceed. Then the server's readers are asked for each table.
 */
#include "tests/simulator/figures.h"

#include "signaling/reads_query.h"
#include "tests/simulator/model.h"
#include "tests/simulator/server.h"

#include <string.h>

#define ROWS_MAX 100000

enum by {
	BY_WINDOW,
	BY_HALL,
	BY_AREA,
	BY_ITEM,
	BYS
};
enum period {
	PERIOD_DAY,
	PERIOD_MONTH,
	PERIOD_ALL,
	PERIODS
};

static const char *const bys[] = {"window", "hall", "area", "item"};
static const char *const periods[] = {"day", "month", "all"};
static const char *const causes[] = {
	"not_signed_in", "connection_lost", "not_displayed", "not_answered", "refused", "away"};

struct figures {
	const struct row *call; /* counted last */
	int64_t calls, answered, cancelled, refused, unanswered, silent, needless, talk_us;
	int64_t by_cause[G_N_ELEMENTS(causes)];
	GArray *answer_us;
};

struct counts {
	GHashTable *of[BYS][PERIODS]; /* "key period" -> figures */
};

/* --- tables ---------------------------------------------------------------------------------------- */

static void free_figures(void *figures_void)
{
	struct figures *figures = figures_void;

	g_array_unref(figures->answer_us);
	g_free(figures);
}

static GHashTable *table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_figures);
}

static struct figures *of(GHashTable *all, const char *key, int64_t period)
{
	char name[128];
	struct figures *one;

	(void)g_snprintf(name, sizeof(name), "%s %" G_GINT64_FORMAT, key, period);
	one = g_hash_table_lookup(all, name);
	if (!one) {
		one = g_new0(struct figures, 1);
		one->answer_us = g_array_new(FALSE, FALSE, sizeof(int64_t));
		g_hash_table_insert(all, g_strdup(name), one);
	}
	return one;
}

/* --- counted again -------------------------------------------------------------------------------- */

static void periods_of(const struct sim *sim, const struct row *call, int64_t ret_periods[PERIODS])
{
	int64_t since_us = rows_get_int(call, "requested_us") - sim->town->begins_us;
	int day = sim->town->day[since_us / TOWN_DAY];

	ret_periods[PERIOD_DAY] = day;
	ret_periods[PERIOD_MONTH] = day / 100;
	ret_periods[PERIOD_ALL] = 0;
}

/* A call counts once, however many of its attempts are of the group. */
static void begin(struct figures *one, const struct row *call)
{
	if (one->call != call) {
		one->call = call;
		one->calls++;
		one->cancelled += rows_is(call, "state", "cancelled");
	}
}

static void answer(struct figures *one, const struct row *call, int64_t since_us)
{
	int64_t answered_us = rows_get_int(call, "answered_us"), waited_us = answered_us - since_us;

	one->answered++;
	one->talk_us += rows_get_int(call, "ended_us") - answered_us;
	g_array_append_val(one->answer_us, waited_us);
}

static void add_attempt(struct figures *one, const struct row *attempt)
{
	one->refused += rows_is(attempt, "outcome", "refused");
	if (!rows_get_int(attempt, "countable")) {
		one->silent += rows_get(attempt, "silent_us") != NULL;
		return;
	}
	one->unanswered++;
	for (size_t i = 0; i < G_N_ELEMENTS(causes); i++) {
		one->by_cause[i] += rows_is(attempt, "cause", causes[i]);
	}
}

static void count_attempt(const struct sim *sim, struct counts *counts, const struct row *call,
	const int64_t in[PERIODS], const struct row *attempt)
{
	const char *window = rows_get(attempt, "service_window");
	const char *keys[BYS] = {window, town_window_of(sim->town, window)->hall->id,
		rows_get(call, "area"), rows_get(call, "item")};
	bool answered = rows_is(attempt, "outcome", "answered");
	const char *since = rows_get(attempt, "rung_us") ? "rung_us" : "begun_us";

	for (int by = 0; by < BYS; by++) {
		for (int period = 0; period < PERIODS; period++) {
			struct figures *one = of(counts->of[by][period], keys[by], in[period]);

			add_attempt(one, attempt);
			if (by == BY_WINDOW || by == BY_HALL) {
				begin(one, call);
			}
			if ((by == BY_WINDOW || by == BY_HALL) && answered) {
				answer(one, call, rows_get_int(attempt, since));
			}
		}
	}
}

static void count_call(struct counts *counts, const struct row *call, const int64_t in[PERIODS])
{
	const char *keys[BYS] = {
		[BY_AREA] = rows_get(call, "area"), [BY_ITEM] = rows_get(call, "item")};

	for (int by = BY_AREA; by < BYS; by++) {
		for (int period = 0; period < PERIODS; period++) {
			struct figures *one = of(counts->of[by][period], keys[by], in[period]);

			begin(one, call);
			if (rows_get(call, "answered_us")) {
				answer(one, call, rows_get_int(call, "requested_us"));
			}
		}
	}
}

/* The side that called answers for it. */
static void count_mark(const struct sim *sim, struct counts *counts, const struct row *call)
{
	const char *window = rows_get(call, "requester_window");
	const struct town_hall *hall = town_window_of(sim->town, window)->hall;
	const char *keys[BYS] = {window, hall->id, hall->area, rows_get(call, "item")};
	int64_t in[PERIODS];

	periods_of(sim, call, in);
	for (int by = 0; by < BYS; by++) {
		for (int period = 0; period < PERIODS; period++) {
			of(counts->of[by][period], keys[by], in[period])->needless++;
		}
	}
}

/* Call -> its attempts. */
static GHashTable *attempts_of_calls(const struct rows *rows)
{
	GHashTable *all = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

	for (unsigned i = 0; i < rows_count(rows, ROWS_ATTEMPT); i++) {
		struct row *attempt = rows_at(rows, ROWS_ATTEMPT, i);
		const char *call = rows_get(attempt, "call");
		GPtrArray *attempts = g_hash_table_lookup(all, call);

		if (!attempts) {
			attempts = g_ptr_array_new();
			g_hash_table_insert(all, (void *)call, attempts);
		}
		g_ptr_array_add(attempts, attempt);
	}
	return all;
}

static void count_all(const struct sim *sim, struct counts *counts)
{
	const struct rows *rows = sim->model->rows;
	g_autoptr(GHashTable) attempts_of = attempts_of_calls(rows);

	for (unsigned i = 0; i < rows_count(rows, ROWS_CALL); i++) {
		const struct row *call = rows_at(rows, ROWS_CALL, i);
		const GPtrArray *attempts = g_hash_table_lookup(attempts_of, rows_get(call, "id"));
		int64_t in[PERIODS];

		if (rows_get_int(call, "drill")) {
			continue;
		}
		periods_of(sim, call, in);
		count_call(counts, call, in);
		for (guint n = 0; attempts && n < attempts->len; n++) {
			count_attempt(sim, counts, call, in, g_ptr_array_index(attempts, n));
		}
	}
	for (unsigned i = 0; i < rows_count(rows, ROWS_MARK); i++) {
		const struct row *mark = rows_at(rows, ROWS_MARK, i);
		const struct row *call =
			rows_find(rows, ROWS_CALL, rows_get(mark, "call"), NULL, NULL);

		if (!rows_get_int(call, "drill")) {
			count_mark(sim, counts, call);
		}
	}
}

static void count_drills(const struct rows *rows, GHashTable *drills)
{
	for (unsigned i = 0; i < rows_count(rows, ROWS_DRILL); i++) {
		(void)of(drills, rows_get(rows_at(rows, ROWS_DRILL, i), "id"), 0);
	}
	for (unsigned i = 0; i < rows_count(rows, ROWS_DRILL_CALL); i++) {
		const struct row *joined = rows_at(rows, ROWS_DRILL_CALL, i);
		const struct row *call =
			rows_find(rows, ROWS_CALL, rows_get(joined, "call"), NULL, NULL);
		struct figures *drill = of(drills, rows_get(joined, "drill"), 0);

		drill->calls++;
		drill->answered += rows_get(call, "answered_us") != NULL;
		drill->refused += rows_is(call, "state", "refused");
		drill->unanswered += rows_is(call, "state", "unanswered");
	}
}

/* --- read ------------------------------------------------------------------------------------------ */

/* The answer; json_decref(). query: taken over. */
static json_t *ask(struct sim *sim, fw_reader *reader, json_t *query)
{
	json_t *areas = json_pack("[s]", TOWN_CITY), *answer;
	struct fw_read_question question = {.query = query,
		.account = "sup-" TOWN_CITY,
		.areas = areas,
		.page = 1,
		.page_size = ROWS_MAX};
	g_autofree char *text = NULL;
	struct fw_json json;
	int status = 200;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	demand(sim, reader(sim->server->db, &question, &status, &json) >= 0 && status == 200,
		"figures can be read", "status=%d", status);
	fw_json_close(&json, '}');
	text = fw_json_steal(&json);
	answer = json_loads(text, 0, NULL);
	json_decref(query);
	json_decref(areas);
	return answer;
}

/* counted < 0: nothing was, and nothing is to be shown. */
static void same(const struct sim *sim, const char *what, const char *who, const json_t *row,
	const char *name, int64_t counted)
{
	const json_t *value = json_object_get(row, name);
	int64_t shown = json_is_null(value) ? -1 : json_integer_value(value);

	demand(sim, value && shown == counted, "figures are what happened, without rehearsals",
		"%s %s %s: shown %" G_GINT64_FORMAT ", counted %" G_GINT64_FORMAT, what, who, name,
		shown, counted);
}

static int compare_times(gconstpointer left, gconstpointer right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

/* The smallest time that so many of a hundred do not exceed; the times are sorted. -1: there is none. */
static int64_t percentile(const GArray *times, unsigned percent)
{
	for (guint i = 0; i < times->len; i++) {
		if ((i + 1) * 100 >= times->len * percent) {
			return g_array_index(times, int64_t, i);
		}
	}
	return -1;
}

static void compare_row(
	const struct sim *sim, const char *what, const struct figures *one, const json_t *row)
{
	const char *who = json_string_value(json_object_get(row, "key"));
	const json_t *by_cause = json_object_get(row, "causes");
	const struct {
		const char *name;
		int64_t counted;
	} numbers[] = {
		{"calls", one->calls},
		{"answered", one->answered},
		{"cancelled", one->cancelled},
		{"refusals", one->refused},
		{"unanswered", one->unanswered},
		{"silent", one->silent},
		{"needless", one->needless},
		{"answer_p50_us", percentile(one->answer_us, 50)},
		{"answer_p95_us", percentile(one->answer_us, 95)},
		{"talk_mean_us", one->answered ? one->talk_us / one->answered : -1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		same(sim, what, who, row, numbers[i].name, numbers[i].counted);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(causes); i++) {
		same(sim, what, who, by_cause, causes[i], one->by_cause[i]);
	}
}

/* The rows of days `first` to before `end`; how many there are. An answer that is cut off is asked for in halves. */
static unsigned compare_days(struct sim *sim, GHashTable *counted, enum by by, enum period period,
	unsigned first, unsigned end)
{
	g_autofree char *what = g_strdup_printf("by %s, %s", bys[by], periods[period]);
	json_t *answer = ask(sim, fw_read_figures,
		json_pack("{s:s, s:s, s:I, s:I}", "by", bys[by], "period", periods[period],
			"from_us", (json_int_t)(sim->town->begins_us + first * TOWN_DAY), "to_us",
			(json_int_t)(sim->town->begins_us + end * TOWN_DAY)));
	const json_t *rows = json_object_get(answer, "rows");
	size_t count = json_array_size(rows);

	if (json_is_true(json_object_get(answer, "more"))) {
		unsigned middle = (first + end) / 2;

		json_decref(answer);
		demand(sim, period == PERIOD_DAY && middle > first, "an answer takes a day",
			"%s: day %u to %u", what, first, end);
		return compare_days(sim, counted, by, period, first, middle) +
			compare_days(sim, counted, by, period, middle, end);
	}
	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(rows, i);
		struct figures *one = of(counted, json_string_value(json_object_get(row, "key")),
			json_integer_value(json_object_get(row, "period")));

		g_array_sort(one->answer_us, compare_times);
		compare_row(sim, what, one, row);
	}
	json_decref(answer);
	return (unsigned)count;
}

static void compare_drills(struct sim *sim, GHashTable *counted)
{
	json_t *answer = ask(sim, fw_read_drills, json_object());
	const json_t *rows = json_object_get(answer, "rows");

	demand(sim, json_array_size(rows) == g_hash_table_size(counted), "every rehearsal is told",
		"%u, counted %u", (unsigned)json_array_size(rows), g_hash_table_size(counted));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		g_autofree char *id = g_strdup_printf(
			"%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(row, "id")));
		const struct figures *one = of(counted, id, 0);

		same(sim, "rehearsal", id, row, "calls", one->calls);
		same(sim, "rehearsal", id, row, "answered", one->answered);
		same(sim, "rehearsal", id, row, "refused", one->refused);
		same(sim, "rehearsal", id, row, "unanswered", one->unanswered);
	}
	json_decref(answer);
}

void figures_check(struct sim *sim)
{
	struct counts counts;
	GHashTable *drills = table();

	for (int by = 0; by < BYS; by++) {
		for (int period = 0; period < PERIODS; period++) {
			counts.of[by][period] = table();
		}
	}
	count_all(sim, &counts);
	for (int by = 0; by < BYS; by++) {
		for (int period = 0; period < PERIODS; period++) {
			GHashTable *counted = counts.of[by][period];
			unsigned groups = g_hash_table_size(counted);
			unsigned shown = compare_days(sim, counted, by, period, 0, sim->town->days);

			demand(sim, shown == groups && g_hash_table_size(counted) == groups,
				"the figures name everybody, and nobody else",
				"by %s, %s: %u, counted %u", bys[by], periods[period], shown,
				groups);
			g_hash_table_destroy(counted);
		}
	}
	count_drills(sim->model->rows, drills);
	compare_drills(sim, drills);
	g_hash_table_destroy(drills);
}
