/* SPDX-License-Identifier: Apache-2.0 */
/* Tables told again: rows of text cells, found by their key, compared cell by cell with the database's.
 *
 * Owner: the model. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_ROWS_H
#define FW_TESTS_SIMULATOR_ROWS_H

#include "tests/simulator/sim.h"

#define ROWS_CELLS 20

enum rows_table {
	ROWS_CALL,
	ROWS_ATTEMPT,
	ROWS_QUEUE,
	ROWS_SMS,
	ROWS_LEDGER,
	ROWS_ENTRY,
	ROWS_ESCALATION,
	ROWS_MARK,
	ROWS_DRILL,
	ROWS_DRILL_CALL,
	ROWS_TABLES
};

struct row {
	enum rows_table table;
	bool touched, gone; /* gone: deleted, to be checked once more */
	uint64_t step; /* in which it came */
	char *cells[ROWS_CELLS];
};

struct rows;

struct rows *rows_create(void);
void rows_destroy(struct rows *rows);

/* Keys: as many as the table has, NULL-terminated where fewer than three. NULL: not there. */
struct row *rows_find(const struct rows *rows, enum rows_table table, const char *key1,
	const char *key2, const char *key3);
/* Not there before. */
struct row *rows_add(struct sim *sim, struct rows *rows, enum rows_table table, const char *key1,
	const char *key2, const char *key3);
void rows_remove(struct rows *rows, struct row *row);
/* value: copied; NULL: SQL NULL. */
void rows_set(struct rows *rows, struct row *row, const char *column, const char *value);
void rows_set_int(struct rows *rows, struct row *row, const char *column, int64_t value);
/* NULL: SQL NULL */
const char *rows_get(const struct row *row, const char *column);
int64_t rows_get_int(const struct row *row, const char *column);
bool rows_is(const struct row *row, const char *column, const char *value);

/* Rows in the order in which they came. */
unsigned rows_count(const struct rows *rows, enum rows_table table);
struct row *rows_at(const struct rows *rows, enum rows_table table, unsigned number);
/* Those touched since rows_settle(), in order. */
unsigned rows_touched(const struct rows *rows);
struct row *rows_touched_at(const struct rows *rows, unsigned number);

/* The touched rows are in the database as they are here; afterwards none is touched. */
void rows_settle(struct sim *sim, struct rows *rows);
/* All rows are, and the database has no others. */
void rows_check_all(struct sim *sim, struct rows *rows);

#endif
