/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/figures.h"

#include "signaling/reads_query.h"
#include "tests/simulator/model.h"
#include "tests/simulator/server.h"

#include <string.h>

#define ROWS_MAX 100000

struct figures {
	int64_t calls, answered, refused, unanswered;
};

/* --- counted again -------------------------------------------------------------------------------- */

static struct figures *of(GHashTable *all, const char *key)
{
	struct figures *one = g_hash_table_lookup(all, key);

	if (!one) {
		one = g_new0(struct figures, 1);
		g_hash_table_insert(all, g_strdup(key), one);
	}
	return one;
}

static GHashTable *table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void count_attempt(
	GHashTable *windows, GHashTable *areas, const struct row *attempt, const struct row *call)
{
	struct figures *window = of(windows, rows_get(attempt, "service_window"));
	struct figures *area = of(areas, rows_get(call, "area"));
	bool refused = rows_is(attempt, "outcome", "refused");
	int64_t countable = rows_get_int(attempt, "countable");

	window->calls++;
	window->answered += rows_is(attempt, "outcome", "answered");
	window->refused += refused;
	window->unanswered += countable;
	area->refused += refused;
	area->unanswered += countable;
}

static void count_all(const struct rows *rows, GHashTable *windows, GHashTable *areas)
{
	for (unsigned i = 0; i < rows_count(rows, ROWS_ATTEMPT); i++) {
		const struct row *attempt = rows_at(rows, ROWS_ATTEMPT, i);

		if (!rows_get_int(attempt, "drill")) {
			count_attempt(windows, areas, attempt,
				rows_find(rows, ROWS_CALL, rows_get(attempt, "call"), NULL, NULL));
		}
	}
	for (unsigned i = 0; i < rows_count(rows, ROWS_CALL); i++) {
		const struct row *call = rows_at(rows, ROWS_CALL, i);

		if (!rows_get_int(call, "drill")) {
			struct figures *area = of(areas, rows_get(call, "area"));

			area->calls++;
			area->answered += rows_get(call, "answered_us") != NULL;
		}
	}
}

static void count_drills(const struct rows *rows, GHashTable *drills)
{
	for (unsigned i = 0; i < rows_count(rows, ROWS_DRILL); i++) {
		(void)of(drills, rows_get(rows_at(rows, ROWS_DRILL, i), "id"));
	}
	for (unsigned i = 0; i < rows_count(rows, ROWS_DRILL_CALL); i++) {
		const struct row *joined = rows_at(rows, ROWS_DRILL_CALL, i);
		const struct row *call =
			rows_find(rows, ROWS_CALL, rows_get(joined, "call"), NULL, NULL);
		struct figures *drill = of(drills, rows_get(joined, "drill"));

		drill->calls++;
		drill->answered += rows_get(call, "answered_us") != NULL;
		drill->refused += rows_is(call, "state", "refused");
		drill->unanswered += rows_is(call, "state", "unanswered");
	}
}

/* --- read ------------------------------------------------------------------------------------------ */

/* The rows of the answer; json_decref(). */
static json_t *read_rows(struct sim *sim, fw_reader *reader, const char *query)
{
	json_t *asked = json_loads(query, 0, NULL), *areas = json_pack("[s]", TOWN_CITY), *answer;
	struct fw_read_question question = {.query = asked,
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
		"figures can be read", "%s status=%d", query, status);
	fw_json_close(&json, '}');
	text = fw_json_steal(&json);
	answer = json_loads(text, 0, NULL);
	json_decref(asked);
	json_decref(areas);
	return answer;
}

static void compare(struct sim *sim, GHashTable *counted, const char *what, fw_reader *reader,
	const char *query, const char *const *names)
{
	json_t *answer = read_rows(sim, reader, query), *rows = json_object_get(answer, "rows");

	demand(sim, json_array_size(rows) == g_hash_table_size(counted),
		"the figures name everybody, and nobody else", "%s: %u, counted %u", what,
		(unsigned)json_array_size(rows), g_hash_table_size(counted));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i), *key = json_object_get(row, names[0]);
		g_autofree char *id = json_is_string(key)
			? g_strdup(json_string_value(key))
			: g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(key));
		const struct figures *one = g_hash_table_lookup(counted, id);
		int64_t again[] = {one ? one->calls : -1, one ? one->answered : -1,
			one ? one->refused : -1, one ? one->unanswered : -1};

		for (size_t n = 0; n < G_N_ELEMENTS(again); n++) {
			int64_t shown = json_integer_value(json_object_get(row, names[n + 1]));

			demand(sim, shown == again[n],
				"figures are what happened, without rehearsals",
				"%s %s %s: shown %" G_GINT64_FORMAT ", counted %" G_GINT64_FORMAT,
				what, id, names[n + 1], shown, again[n]);
		}
	}
	json_decref(answer);
}

void figures_check(struct sim *sim)
{
	static const char *const shown[] = {"key", "calls", "answered", "refusals", "unanswered"};
	static const char *const of_drills[] = {"id", "calls", "answered", "refused", "unanswered"};
	GHashTable *windows = table(), *areas = table(), *drills = table();

	count_all(sim->model->rows, windows, areas);
	count_drills(sim->model->rows, drills);
	compare(sim, windows, "window", fw_read_figures, "{\"by\":\"window\",\"period\":\"all\"}",
		shown);
	compare(sim, areas, "area", fw_read_figures, "{\"by\":\"area\",\"period\":\"all\"}", shown);
	compare(sim, drills, "rehearsal", fw_read_drills, "{}", of_drills);
	g_hash_table_destroy(windows);
	g_hash_table_destroy(areas);
	g_hash_table_destroy(drills);
}
