/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Database: the adapter over SQLite. SQL given to it keeps to what SQLite and PostgreSQL share:
 * numbered parameters (?1, ?2 ...), RETURNING, ON CONFLICT, explicit types. Tables are STRICT and
 * their columns INTEGER (64 bits), TEXT or BLOB: what SQLite admits there; an adapter for PostgreSQL
 * reads the first and last as BIGINT and BYTEA.
 *
 *     fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
 *     int r = fw_db_query(db, "SELECT id, name FROM window WHERE hall = ?1",
 *             FW_DB_VALUES(fw_db_text(hall)), &rows);
 *     while (r >= 0 && (r = fw_db_step(rows)) > 0)
 *             use(fw_db_column_text(rows, 0), fw_db_column_text(rows, 1));
 *
 *     r = fw_db_run(db, "UPDATE call SET state = ?1 WHERE id = ?2",
 *             FW_DB_VALUES(fw_db_text("ended"), fw_db_text(call)), &changed);
 *
 * Read-write connections run in WAL mode with synchronous = FULL: a commit that returned 0 survives
 * power loss. Statements are prepared once per SQL text and kept; texts are therefore constants,
 * never pasted together from values.
 *
 * Owner: whoever opened it; every statement is done() before close. Threads: one, the opening one
 * until another calls fw_db_claim(); asserted.
 * Errors: -EBUSY another connection holds the database past the busy time, -EEXIST a unique or
 * primary key is taken, -EINVAL other constraint, bad SQL or bad parameter (a bug of ours),
 * -ENOSPC disk full, -EROFS read-only, -EBADMSG not a database or corrupt, -EIO, -ENOENT no row or
 * cannot open, -EOVERFLOW value too large. The SQLite text of an error is logged at debug level.
 */
#ifndef FW_BASE_DB_H
#define FW_BASE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

struct fw_db;
struct fw_statement;

enum fw_db_mode {
	FW_DB_READ_WRITE, /* created when missing */
	FW_DB_READ_ONLY,
};

/* A parameter. Its bytes are borrowed until the call it is given to returns, or for fw_db_query()
 * until fw_db_done(). */
struct fw_db_value {
	enum {
		FW_DB_NULL,
		FW_DB_INT,
		FW_DB_TEXT,
		FW_DB_BLOB
	} type;
	int64_t integer;
	const void *bytes;
	size_t size;
};

struct fw_db_value fw_db_null(void);
struct fw_db_value fw_db_int(int64_t integer);
struct fw_db_value fw_db_text(const char *text); /* NULL becomes SQL NULL */
struct fw_db_value fw_db_blob(const void *bytes, size_t size); /* bytes NULL becomes SQL NULL */

/* The values of ?1, ?2 ... as the two arguments `values, value_count`; at least one. */
#define FW_DB_VALUES(...) \
	(const struct fw_db_value[]){__VA_ARGS__}, \
		sizeof((const struct fw_db_value[]){__VA_ARGS__}) / sizeof(struct fw_db_value)
#define FW_DB_NO_VALUES NULL, 0

/* busy_ms: how long to wait for another connection. */
int fw_db_open(const char *path, enum fw_db_mode mode, int busy_ms, struct fw_db **ret_db);
void fw_db_close(struct fw_db *db);
FW_DEFINE_CLEANUP(struct fw_db, fw_db_close)

/* Hands the connection to the calling thread; the former one must not use it any more. */
void fw_db_claim(struct fw_db *db);

/*
 * Brings the schema up to date: steps[n] (a script without transaction commands) leads from version
 * n to n + 1; each runs in a transaction of its own with the version number. A database newer than
 * count: -ENOTSUP, untouched.
 */
int fw_db_migrate(struct fw_db *db, const char *const *steps, size_t count);

/* The schema version. */
int fw_db_version(struct fw_db *db, size_t *ret_version);

/*
 * Commits of this connection no longer copy the write-ahead log into the database now and then
 * (which may take long); someone else does: db_checkpointer.h.
 */
int fw_db_leave_checkpoints(struct fw_db *db);

/* Copies what it can of the write-ahead log, without waiting for anyone. ret_pages: left over. */
int fw_db_checkpoint(struct fw_db *db, int *ret_pages);

/* The engine's own check of the whole file: -EBADMSG, and ret_problem (g_free) in its words. */
int fw_db_check(struct fw_db *db, char **ret_problem);

/* Transactions do not nest: -EPROTO in a wrong order. begin takes the write lock at once on a
 * read-write connection; on a read-only one it fixes the snapshot at the first read. */
int fw_db_begin(struct fw_db *db);
/* On failure the transaction is rolled back, nothing of it is stored. */
int fw_db_commit(struct fw_db *db);
/* Fine without a transaction. */
void fw_db_rollback(struct fw_db *db);
bool fw_db_in_transaction(const struct fw_db *db);

/* Runs a script of statements without values or rows. */
int fw_db_script(struct fw_db *db, const char *sql);

/* Runs one statement to its end; rows are dropped. ret_changes (rows changed) may be NULL. */
int fw_db_run(struct fw_db *db, const char *sql, const struct fw_db_value *values,
	size_t value_count, int64_t *ret_changes);

/* The first column of the first row as integer; -ENOENT without a row or when it is NULL. */
int fw_db_query_int(struct fw_db *db, const char *sql, const struct fw_db_value *values,
	size_t value_count, int64_t *ret_integer);

/* A statement ready to step. Release it with fw_db_done(), soon: it holds a read snapshot. */
int fw_db_query(struct fw_db *db, const char *sql, const struct fw_db_value *values,
	size_t value_count, struct fw_statement **ret_statement);

/* 1: a row is there; 0: the end; negative: error. */
int fw_db_step(struct fw_statement *statement);
void fw_db_done(struct fw_statement *statement);
FW_DEFINE_CLEANUP(struct fw_statement, fw_db_done)

/* Columns count from 0; pointers are valid until the next step or done. */
bool fw_db_column_is_null(struct fw_statement *statement, int column);
int64_t fw_db_column_int(struct fw_statement *statement, int column); /* NULL: 0 */
const char *fw_db_column_text(struct fw_statement *statement, int column); /* NULL: NULL */
const void *fw_db_column_blob(/* NULL: NULL, 0 */
	struct fw_statement *statement, int column, size_t *ret_size);

/*
 * For tests: the nth call from now (1 is the next) that reaches SQLite to run something (begin,
 * commit, script, step) does not, and answers error (negative errno) instead. 0 switches it off.
 */
void fw_db_fail_nth(struct fw_db *db, unsigned nth, int error);

#endif
