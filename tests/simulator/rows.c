/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/rows.h"

#include "base/db.h"
#include "tests/simulator/server.h"

#include <stdlib.h>
#include <string.h>

struct table {
	const char *name, *columns[ROWS_CELLS + 1];
	unsigned keys; /* the first so many columns */
	const char *select, *count;
};

#define SELECT(columns, table, where) "SELECT " columns " FROM " table " WHERE " where
#define CALL_COLUMNS \
	"id, state, item, item_version, area, material, named_window, requested_us, ringing_us," \
	" answered_us, ended_us, end_by, end_reason, requester_window, requester_account," \
	" responder_window, responder_account, drill"
#define ATTEMPT_COLUMNS \
	"call, service_window, round, participant, account, on_duty, in_hours, drill, begun_us," \
	" rung_us, delivered_us, displayed_us, tone_us, silent_us, closed_us, outcome, cause," \
	" countable, why_not"
#define SMS_COLUMNS \
	"id, key, kind, state, area, service_window, subject_kind, subject_id, round, tries, " \
	"step," \
	" unclear, created_us, since_us, next_us, error"
#define LEDGER_COLUMNS \
	"id, call, service_window, area, requester_window, requester_area, month, cause, account," \
	" at_us, state, since_us, entries"
#define ENTRY_COLUMNS \
	"subject, id, number, kind, at_us, account, service_window, reason, text_sha256"
#define ESCALATION_COLUMNS \
	"id, service_window, month, area, body, state, raised_us, since_us, entries"
#define MARK_COLUMNS  "call, mark, service_window, account, requester_window, month, at_us"
#define DRILL_COLUMNS "id, hall, item, state, started_us, until_us, ended_us, account, ended_by"

static const struct table tables[ROWS_TABLES] = {
	[ROWS_CALL] = {"call",
		{"id", "state", "item", "item_version", "area", "material", "named_window",
			"requested_us", "ringing_us", "answered_us", "ended_us", "end_by",
			"end_reason", "requester_window", "requester_account", "responder_window",
			"responder_account", "drill"},
		1, SELECT(CALL_COLUMNS, "call", "id = ?1"), "SELECT COUNT(*) FROM call"},
	[ROWS_ATTEMPT] = {"attempt", /* told when it ends */
		{"call", "service_window", "round", "participant", "account", "on_duty", "in_hours",
			"drill", "begun_us", "rung_us", "delivered_us", "displayed_us", "tone_us",
			"silent_us", "closed_us", "outcome", "cause", "countable", "why_not"},
		2, SELECT(ATTEMPT_COLUMNS, "attempt", "call = ?1 AND service_window = ?2"),
		"SELECT COUNT(*) FROM attempt WHERE closed_us IS NOT NULL"},
	[ROWS_QUEUE] = {"queue_entry", {"call", "state", "entered_us", "left_us"}, 1,
		SELECT("call, state, entered_us, left_us", "queue_entry", "call = ?1"),
		"SELECT COUNT(*) FROM queue_entry"},
	[ROWS_SMS] = {"sms",
		{"id", "key", "kind", "state", "area", "service_window", "subject_kind",
			"subject_id", "round", "tries", "step", "unclear", "created_us", "since_us",
			"next_us", "error"},
		1, SELECT(SMS_COLUMNS, "sms", "id = CAST(?1 AS INTEGER)"),
		"SELECT COUNT(*) FROM sms"},
	[ROWS_LEDGER] = {"ledger",
		{"id", "call", "service_window", "area", "requester_window", "requester_area",
			"month", "cause", "account", "at_us", "state", "since_us", "entries"},
		1, SELECT(LEDGER_COLUMNS, "ledger", "id = CAST(?1 AS INTEGER)"),
		"SELECT COUNT(*) FROM ledger"},
	[ROWS_ENTRY] = {"ledger_entry",
		{"subject", "id", "number", "kind", "at_us", "account", "service_window", "reason",
			"text_sha256"},
		3,
		SELECT(ENTRY_COLUMNS, "ledger_entry",
			"subject = ?1 AND id = CAST(?2 AS INTEGER)"
			" AND number = CAST(?3 AS INTEGER)"),
		"SELECT COUNT(*) FROM ledger_entry"},
	[ROWS_ESCALATION] = {"escalation",
		{"id", "service_window", "month", "area", "body", "state", "raised_us", "since_us",
			"entries"},
		1, SELECT(ESCALATION_COLUMNS, "escalation", "id = CAST(?1 AS INTEGER)"),
		"SELECT COUNT(*) FROM escalation"},
	[ROWS_MARK] = {"call_mark",
		{"call", "mark", "service_window", "account", "requester_window", "month", "at_us"},
		1, SELECT(MARK_COLUMNS, "call_mark", "call = ?1"), "SELECT COUNT(*) FROM call_mark"},
	[ROWS_DRILL] = {"hall_drill",
		{"id", "hall", "item", "state", "started_us", "until_us", "ended_us", "account",
			"ended_by"},
		1, SELECT(DRILL_COLUMNS, "hall_drill", "id = CAST(?1 AS INTEGER)"),
		"SELECT COUNT(*) FROM hall_drill"},
	[ROWS_DRILL_CALL] = {"drill_call", {"drill", "call"}, 2,
		SELECT("drill, call", "drill_call", "drill = CAST(?1 AS INTEGER) AND call = ?2"),
		"SELECT COUNT(*) FROM drill_call"},
};

struct rows {
	GHashTable *index[ROWS_TABLES]; /* "key key key" -> row */
	GPtrArray *list[ROWS_TABLES];
	GPtrArray *touched;
};

/* --- finding -------------------------------------------------------------------------------------- */

static void free_row(void *row_void)
{
	struct row *row = row_void;

	for (int i = 0; i < ROWS_CELLS; i++) {
		g_free(row->cells[i]);
	}
	g_free(row);
}

struct rows *rows_create(void)
{
	struct rows *rows = g_new0(struct rows, 1);

	for (int i = 0; i < ROWS_TABLES; i++) {
		rows->index[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		rows->list[i] = g_ptr_array_new_with_free_func(free_row);
	}
	rows->touched = g_ptr_array_new();
	return rows;
}

void rows_destroy(struct rows *rows)
{
	for (int i = 0; i < ROWS_TABLES; i++) {
		g_hash_table_destroy(rows->index[i]);
		g_ptr_array_free(rows->list[i], TRUE);
	}
	g_ptr_array_free(rows->touched, TRUE);
	g_free(rows);
}

static char *key_of(const char *key1, const char *key2, const char *key3)
{
	return g_strjoin(" ", key1, key2, key2 ? key3 : NULL, NULL);
}

struct row *rows_find(const struct rows *rows, enum rows_table table, const char *key1,
	const char *key2, const char *key3)
{
	g_autofree char *key = key_of(key1, key2, key3);

	return g_hash_table_lookup(rows->index[table], key);
}

static unsigned column_of(const struct row *row, const char *column)
{
	unsigned i = 0;

	while (strcmp(tables[row->table].columns[i], column) != 0) {
		i++;
	}
	return i;
}

static void touch(struct rows *rows, struct row *row)
{
	if (!row->touched) {
		row->touched = true;
		g_ptr_array_add(rows->touched, row);
	}
}

struct row *rows_add(struct sim *sim, struct rows *rows, enum rows_table table, const char *key1,
	const char *key2, const char *key3)
{
	char *key = key_of(key1, key2, key3);
	struct row *row = g_hash_table_lookup(rows->index[table], key);
	const char *keys[] = {key1, key2, key3};

	demand(sim, !row, "a row is told of once", "table=%s key=%s", tables[table].name, key);
	row = g_new0(struct row, 1);
	row->table = table;
	row->step = sim->counts.steps;
	for (unsigned i = 0; i < tables[table].keys; i++) {
		row->cells[i] = g_strdup(keys[i]);
	}
	g_hash_table_insert(rows->index[table], key, row);
	g_ptr_array_add(rows->list[table], row);
	touch(rows, row);
	return row;
}

void rows_remove(struct rows *rows, struct row *row)
{
	g_autofree char *key =
		key_of(row->cells[0], tables[row->table].keys > 1 ? row->cells[1] : NULL,
			tables[row->table].keys > 2 ? row->cells[2] : NULL);

	g_hash_table_remove(rows->index[row->table], key);
	row->gone = true;
	touch(rows, row);
}

/* --- cells ---------------------------------------------------------------------------------------- */

void rows_set(struct rows *rows, struct row *row, const char *column, const char *value)
{
	unsigned number = column_of(row, column);

	g_free(row->cells[number]);
	row->cells[number] = g_strdup(value);
	touch(rows, row);
}

void rows_set_int(struct rows *rows, struct row *row, const char *column, int64_t value)
{
	char text[24];

	g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT, value);
	rows_set(rows, row, column, text);
}

const char *rows_get(const struct row *row, const char *column)
{
	return row->cells[column_of(row, column)];
}

int64_t rows_get_int(const struct row *row, const char *column)
{
	const char *text = rows_get(row, column);

	return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

bool rows_is(const struct row *row, const char *column, const char *value)
{
	return g_strcmp0(rows_get(row, column), value) == 0;
}

unsigned rows_count(const struct rows *rows, enum rows_table table)
{
	return rows->list[table]->len;
}

struct row *rows_at(const struct rows *rows, enum rows_table table, unsigned number)
{
	return g_ptr_array_index(rows->list[table], number);
}

unsigned rows_touched(const struct rows *rows)
{
	return rows->touched->len;
}

struct row *rows_touched_at(const struct rows *rows, unsigned number)
{
	return g_ptr_array_index(rows->touched, number);
}

/* --- the database --------------------------------------------------------------------------------- */

static void check(struct sim *sim, const struct row *row)
{
	fw_cleanup(fw_db_done) struct fw_statement *found = NULL;
	const struct table *table = &tables[row->table];
	struct fw_db_value keys[3] = {0};
	int r;

	for (unsigned i = 0; i < table->keys; i++) {
		keys[i] = fw_db_text(row->cells[i]);
	}
	r = fw_db_query(sim->server->db, table->select, keys, table->keys, &found);
	if (r >= 0) {
		r = fw_db_step(found);
	}
	demand(sim, r == (row->gone ? 0 : 1), "the log tells the same rows",
		"table=%s key=%s %s r=%d", table->name, row->cells[0],
		table->keys > 1 ? row->cells[1] : "", r);
	for (unsigned i = 0; !row->gone && table->columns[i]; i++) {
		const char *there = fw_db_column_text(found, (int)i);

		demand(sim, g_strcmp0(there, row->cells[i]) == 0, "the log tells the same cells",
			"table=%s key=%s %s column=%s: the table has %s, the log says %s",
			table->name, row->cells[0], table->keys > 1 ? row->cells[1] : "",
			table->columns[i], there ? there : "NULL",
			row->cells[i] ? row->cells[i] : "NULL");
	}
}

void rows_settle(struct sim *sim, struct rows *rows)
{
	for (guint i = 0; i < rows->touched->len; i++) {
		struct row *row = g_ptr_array_index(rows->touched, i);

		check(sim, row);
		row->touched = false;
		if (row->gone) {
			g_ptr_array_remove(rows->list[row->table], row);
		}
	}
	g_ptr_array_set_size(rows->touched, 0);
}

void rows_check_all(struct sim *sim, struct rows *rows)
{
	for (int table = 0; table < ROWS_TABLES; table++) {
		int64_t count = -1;

		(void)fw_db_query_int(sim->server->db, tables[table].count, FW_DB_NO_VALUES, &count);
		demand(sim, count == rows->list[table]->len, "the log tells of every row",
			"table=%s: the table has %" G_GINT64_FORMAT ", the log %u",
			tables[table].name, count, rows->list[table]->len);
		for (guint i = 0; i < rows->list[table]->len; i++) {
			check(sim, g_ptr_array_index(rows->list[table], i));
		}
	}
}
