/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/summary.h"

#include "tests/simulator/model.h"
#include "tests/simulator/server.h"

#include <stdio.h>
#include <string.h>

/* "word 12, other 3" of a column, in the order of the words; NULL cells are left out. */
static char *tally(const struct sim *sim, enum rows_table table, const char *column,
	const char *only_column, const char *only)
{
	const struct rows *rows = sim->model->rows;
	g_autoptr(GTree) counts =
		g_tree_new_full((GCompareDataFunc)(void (*)(void))strcmp, NULL, g_free, NULL);
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < rows_count(rows, table); i++) {
		const struct row *row = rows_at(rows, table, i);
		const char *word = rows_get(row, column);
		void *count;

		if (!word || (only_column && !rows_is(row, only_column, only))) {
			continue;
		}
		count = g_tree_lookup(counts, word);
		g_tree_replace(counts, g_strdup(word), (void *)((uintptr_t)count + 1));
	}
	for (GTreeNode *node = g_tree_node_first(counts); node; node = g_tree_node_next(node)) {
		g_string_append_printf(text, "%s%s %u", text->len ? ", " : "",
			(const char *)g_tree_node_key(node),
			(unsigned)(uintptr_t)g_tree_node_value(node));
	}
	return g_string_free(text, text->len == 0) ?: g_strdup("none");
}

static unsigned count(const struct sim *sim, enum rows_table table, const char *column)
{
	unsigned found = 0;

	for (unsigned i = 0; i < rows_count(sim->model->rows, table); i++) {
		found += rows_get(rows_at(sim->model->rows, table, i), column) != NULL;
	}
	return found;
}

void summary_print(const struct sim *sim)
{
	const struct rows *rows = sim->model->rows;
	const struct sim_counts *counts = &sim->counts;
	g_autofree char *ends = tally(sim, ROWS_CALL, "state", NULL, NULL);
	g_autofree char *causes = tally(sim, ROWS_ATTEMPT, "cause", "countable", "1");
	g_autofree char *excuses = tally(sim, ROWS_ATTEMPT, "why_not", NULL, NULL);
	g_autofree char *queues = tally(sim, ROWS_QUEUE, "state", NULL, NULL);
	g_autofree char *messages = tally(sim, ROWS_SMS, "state", NULL, NULL);
	g_autofree char *ledger = tally(sim, ROWS_LEDGER, "state", NULL, NULL);
	g_autofree char *drills = tally(sim, ROWS_DRILL, "state", NULL, NULL);
	g_autofree char *drill_calls = tally(sim, ROWS_CALL, "state", "drill", "1");
	g_autofree char *escalations = tally(sim, ROWS_ESCALATION, "state", NULL, NULL);

	(void)printf("seed %" G_GUINT64_FORMAT
		     ": %u windows, %u days from %d, %u steps, digest %016" G_GINT64_MODIFIER "x\n",
		sim->wish.seed, sim->wish.windows, sim->wish.days, sim->town->first_day,
		counts->steps, sim->server->digest);
	(void)printf("  calls          %u: answered %u; %s\n", rows_count(rows, ROWS_CALL),
		count(sim, ROWS_CALL, "answered_us"), ends);
	(void)printf("  in calls       joined %u, handed on %u, held %u\n", counts->joined,
		counts->handed_on, counts->held);
	(void)printf("  unanswered     %s (not counted: %s)\n", causes, excuses);
	(void)printf("  queued         %u: %s\n", rows_count(rows, ROWS_QUEUE), queues);
	(void)printf("  messages       %u: %s\n", rows_count(rows, ROWS_SMS), messages);
	(void)printf("  ledger         %u: %s; statements %u\n", rows_count(rows, ROWS_LEDGER),
		ledger, counts->statements);
	(void)printf("  rehearsals     %u: %s; their calls %u; all calls that are rehearsals: %s\n",
		rows_count(rows, ROWS_DRILL), drills, rows_count(rows, ROWS_DRILL_CALL),
		drill_calls);
	(void)printf("  escalations    %u: %s\n", rows_count(rows, ROWS_ESCALATION), escalations);
	(void)printf(
		"  faults         crashes %u, failed batches %u, clock steps %u, reloads %u, lost"
		" lines %u\n",
		counts->crashes, counts->failed_batches, counts->clock_steps, counts->reloads,
		counts->lost_lines);
	(void)printf("  requests       %u, sent twice %u, refused %u\n", counts->requests,
		counts->repeated, counts->refused_requests);
}
