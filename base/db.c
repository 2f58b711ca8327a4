/* SPDX-License-Identifier: Apache-2.0 */
#define FW_LOG_TOPIC "db"
#include "base/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include <glib.h>
#include <sqlite3.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/owner.h"

struct fw_db {
	struct fw_owner owner;
	sqlite3 *sqlite;
	enum fw_db_mode mode;
	bool in_transaction;
	GHashTable *statements; /* SQL text -> struct fw_statement *, kept prepared */
	GHashTable *by_address; /* the same by where a caller keeps the text; a hint, not more */
	unsigned open_statements;
	unsigned fail_in; /* tests only: counts down to the failing call */
	int fail_error;
};

struct fw_statement {
	struct fw_db *db;
	sqlite3_stmt *prepared;
	char *sql;
	bool kept; /* in db->statements */
	bool in_use;
};

/* --- errors ----------------------------------------------------------------------------------- */

static int error_of_constraint(int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return -EEXIST;
	default:
		return -EINVAL;
	}
}

static int error_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CONSTRAINT:
		return error_of_constraint(code);
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_CANTOPEN:
		return -ENOENT;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_TOOBIG:
		return -EOVERFLOW;
	case SQLITE_INTERRUPT:
		return -EINTR;
	case SQLITE_NOMEM:
		g_error("out of memory");
	case SQLITE_IOERR:
		return -EIO;
	default:
		return -EINVAL;
	}
}

static int failed(const struct fw_db *db, int code, const char *sql)
{
	int error = error_of(code);

	fw_debug("failed error=%d code=%d text=\"%s\" sql=\"%.200s\"", error, code,
		sqlite3_errmsg(db->sqlite), sql);
	return error;
}

/* The hook of fw_db_fail_nth(): the error to answer instead of running something, or 0. */
static int injected(struct fw_db *db)
{
	return db->fail_in > 0 && --db->fail_in == 0 ? db->fail_error : 0;
}

void fw_db_fail_nth(struct fw_db *db, unsigned nth, int error)
{
	assert(error < 0 || nth == 0);
	db->fail_in = nth;
	db->fail_error = error;
}

/* --- open and close --------------------------------------------------------------------------- */

static void statement_free(struct fw_statement *statement)
{
	(void)sqlite3_finalize(statement->prepared);
	g_free(statement->sql);
	g_free(statement);
}

/* SQLite would create the file readable by all; its WAL takes the mode of the file. */
static int create_private(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	(void)close(fd);
	return 0;
}

/* SQLite counts its memory under a mutex unless told otherwise before its first use. Where someone else in
 * the process was faster it keeps counting, and works as well. */
static void count_no_memory(void)
{
	static gsize done;

	if (g_once_init_enter(&done)) {
		(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
		g_once_init_leave(&done, 1);
	}
}

static int configure(struct fw_db *db, int busy_ms)
{
	/* The pages that a busy day's transactions touch: with SQLite's 2 MB they would be read again and
	 * again, and leave for the write-ahead log before the commit. */
	static const char read_write[] = "PRAGMA journal_mode = WAL;"
					 "PRAGMA synchronous = FULL;"
					 "PRAGMA foreign_keys = ON;"
					 "PRAGMA trusted_schema = OFF;"
					 "PRAGMA cache_size = -" G_STRINGIFY(FW_DB_CACHE_KIB);
	static const char read_only[] = "PRAGMA query_only = ON;"
					"PRAGMA trusted_schema = OFF;";

	(void)sqlite3_busy_timeout(db->sqlite, busy_ms);
	return fw_db_script(db, db->mode == FW_DB_READ_WRITE ? read_write : read_only);
}

int fw_db_open(const char *path, enum fw_db_mode mode, int busy_ms, struct fw_db **ret_db)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
		(mode == FW_DB_READ_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
					  : SQLITE_OPEN_READONLY);
	fw_cleanup(fw_db_close) struct fw_db *db = NULL;
	int result = mode == FW_DB_READ_WRITE ? create_private(path) : 0;

	if (result < 0) {
		return result;
	}
	db = g_new0(struct fw_db, 1);
	fw_owner_claim(&db->owner);
	db->mode = mode;
	db->statements = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)statement_free);
	db->by_address = g_hash_table_new(NULL, NULL);
	count_no_memory();
	result = sqlite3_open_v2(path, &db->sqlite, flags, NULL);
	if (result != SQLITE_OK) {
		return failed(db, result, "open");
	}
	result = configure(db, busy_ms);
	if (result < 0) {
		return result;
	}
	*ret_db = g_steal_pointer(&db);
	return 0;
}

void fw_db_close(struct fw_db *db)
{
	if (!db) {
		return;
	}
	assert(db->open_statements == 0);
	g_hash_table_destroy(db->by_address);
	g_hash_table_destroy(db->statements);
	(void)sqlite3_close(db->sqlite); /* an open transaction is rolled back */
	g_free(db);
}

void fw_db_claim(struct fw_db *db)
{
	fw_owner_claim(&db->owner);
}

/* --- transactions and scripts ----------------------------------------------------------------- */

int fw_db_script(struct fw_db *db, const char *sql)
{
	int result = injected(db);

	fw_owner_check(&db->owner);
	if (result < 0) {
		return result;
	}
	result = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	return result == SQLITE_OK ? 0 : failed(db, result, sql);
}

int fw_db_begin(struct fw_db *db)
{
	int result;

	if (db->in_transaction) {
		return -EPROTO;
	}
	result = fw_db_script(db, db->mode == FW_DB_READ_WRITE ? "BEGIN IMMEDIATE" : "BEGIN");
	db->in_transaction = result == 0;
	return result;
}

int fw_db_commit(struct fw_db *db)
{
	int result;

	if (!db->in_transaction) {
		return -EPROTO;
	}
	result = fw_db_script(db, "COMMIT");
	if (result < 0) {
		fw_db_rollback(db);
		return result;
	}
	db->in_transaction = false;
	return 0;
}

void fw_db_rollback(struct fw_db *db)
{
	fw_owner_check(&db->owner);
	db->in_transaction = false;
	/* Some failures (disk full) have rolled back already: then there is nothing left to do. */
	if (!sqlite3_get_autocommit(db->sqlite)) {
		(void)sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	}
}

bool fw_db_in_transaction(const struct fw_db *db)
{
	return db->in_transaction;
}

int fw_db_version(struct fw_db *db, size_t *ret_version)
{
	int64_t version;
	int result = fw_db_query_int(db, "PRAGMA user_version", FW_DB_NO_VALUES, &version);

	if (result == 0) {
		*ret_version = (size_t)version;
	}
	return result;
}

int fw_db_leave_checkpoints(struct fw_db *db)
{
	int result = sqlite3_wal_autocheckpoint(db->sqlite, 0);

	return result == SQLITE_OK ? 0 : failed(db, result, "wal_autocheckpoint");
}

int fw_db_checkpoint(struct fw_db *db, int *ret_pages)
{
	int pages = 0, copied = 0;
	int result = injected(db);

	fw_owner_check(&db->owner);
	if (result < 0) {
		return result;
	}
	result = sqlite3_wal_checkpoint_v2(
		db->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);
	if (result != SQLITE_OK) {
		return failed(db, result, "wal_checkpoint");
	}
	*ret_pages = pages - copied;
	return 0;
}

int fw_db_check(struct fw_db *db, char **ret_problem)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *text;
	int result = fw_db_query(db, "PRAGMA integrity_check(1)", FW_DB_NO_VALUES, &rows);

	if (result == 0) {
		result = fw_db_step(rows);
	}
	if (result < 0) {
		if (result == -EBADMSG) {
			*ret_problem = g_strdup("cannot be read");
		}
		return result;
	}
	text = result > 0 ? fw_db_column_text(rows, 0) : NULL;
	if (text && strcmp(text, "ok") == 0) {
		return 0;
	}
	*ret_problem = g_strdup(text ? text : "no answer");
	return -EBADMSG;
}

static int migrate_step(struct fw_db *db, const char *step, size_t version)
{
	g_autofree char *set_version = g_strdup_printf("PRAGMA user_version = %zu", version);
	int result = fw_db_begin(db);

	if (result < 0) {
		return result;
	}
	result = fw_db_script(db, step);
	if (result == 0) {
		result = fw_db_script(db, set_version);
	}
	if (result < 0) {
		fw_db_rollback(db);
		return result;
	}
	return fw_db_commit(db);
}

int fw_db_migrate(struct fw_db *db, const char *const *steps, size_t count)
{
	size_t version = 0;
	int result = fw_db_version(db, &version);

	if (result < 0) {
		return result;
	}
	if (version > count) {
		return -ENOTSUP;
	}
	for (; version < count; version++) {
		result = migrate_step(db, steps[version], version + 1);
		if (result < 0) {
			return result;
		}
		fw_info("schema migrated version=%zu", version + 1);
	}
	return 0;
}

/* --- values ----------------------------------------------------------------------------------- */

struct fw_db_value fw_db_null(void)
{
	return (struct fw_db_value){.type = FW_DB_NULL};
}

struct fw_db_value fw_db_int(int64_t integer)
{
	return (struct fw_db_value){.type = FW_DB_INT, .integer = integer};
}

struct fw_db_value fw_db_text(const char *text)
{
	if (!text) {
		return fw_db_null();
	}
	return (struct fw_db_value){.type = FW_DB_TEXT, .bytes = text, .size = strlen(text)};
}

struct fw_db_value fw_db_blob(const void *bytes, size_t size)
{
	if (!bytes) {
		return fw_db_null();
	}
	return (struct fw_db_value){.type = FW_DB_BLOB, .bytes = bytes, .size = size};
}

static int bind_one(sqlite3_stmt *prepared, int place, const struct fw_db_value *value)
{
	switch (value->type) {
	case FW_DB_NULL:
		return sqlite3_bind_null(prepared, place);
	case FW_DB_INT:
		return sqlite3_bind_int64(prepared, place, value->integer);
	case FW_DB_TEXT:
		return sqlite3_bind_text64(
			prepared, place, value->bytes, value->size, SQLITE_STATIC, SQLITE_UTF8);
	case FW_DB_BLOB:
		return sqlite3_bind_blob64(
			prepared, place, value->bytes, value->size, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int bind_all(
	struct fw_statement *statement, const struct fw_db_value *values, size_t value_count)
{
	int wanted = sqlite3_bind_parameter_count(statement->prepared);

	if (value_count != (size_t)wanted) {
		fw_error("wrong number of values wanted=%d given=%zu sql=\"%.200s\"", wanted,
			value_count, statement->sql);
		return -EINVAL;
	}
	for (size_t i = 0; i < value_count; i++) {
		int result = bind_one(statement->prepared, (int)i + 1, &values[i]);

		if (result != SQLITE_OK) {
			return failed(statement->db, result, statement->sql);
		}
	}
	return 0;
}

/* --- statements ------------------------------------------------------------------------------- */

static int prepare(struct fw_db *db, const char *sql, bool keep, struct fw_statement **ret_statement)
{
	struct fw_statement *statement;
	sqlite3_stmt *prepared = NULL;
	const char *rest = NULL;
	int result = sqlite3_prepare_v3(
		db->sqlite, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &prepared, &rest);

	if (result != SQLITE_OK) {
		return failed(db, result, sql);
	}
	if (!prepared || *rest) {
		(void)sqlite3_finalize(prepared);
		fw_error("not exactly one statement sql=\"%.200s\"", sql);
		return -EINVAL;
	}
	statement = g_new0(struct fw_statement, 1);
	statement->db = db;
	statement->prepared = prepared;
	statement->sql = g_strdup(sql);
	statement->kept = keep;
	if (keep) {
		g_hash_table_insert(db->statements, statement->sql, statement);
	}
	*ret_statement = statement;
	return 0;
}

/* Texts are constants, so nearly always the one that lay there before lies there again: comparing is less
 * work than hashing. */
static struct fw_statement *find(struct fw_db *db, const char *sql)
{
	struct fw_statement *statement = g_hash_table_lookup(db->by_address, sql);

	if (statement && strcmp(statement->sql, sql) == 0) {
		return statement;
	}
	statement = g_hash_table_lookup(db->statements, sql);
	if (statement && g_hash_table_size(db->by_address) < FW_DB_STATEMENTS_MAX) {
		g_hash_table_insert(db->by_address, (void *)(uintptr_t)sql, statement);
	}
	return statement;
}

int fw_db_query(struct fw_db *db, const char *sql, const struct fw_db_value *values,
	size_t value_count, struct fw_statement **ret_statement)
{
	struct fw_statement *statement = find(db, sql);
	int result = 0;

	fw_owner_check(&db->owner);
	if (!statement || statement->in_use) {
		/* A text that is being stepped already (a loop calling itself) gets a second, passing
		 * statement. */
		bool keep = !statement && g_hash_table_size(db->statements) < FW_DB_STATEMENTS_MAX;

		result = prepare(db, sql, keep, &statement);
		if (result < 0) {
			return result;
		}
	}
	statement->in_use = true;
	db->open_statements++;
	result = bind_all(statement, values, value_count);
	if (result < 0) {
		fw_db_done(statement);
		return result;
	}
	*ret_statement = statement;
	return 0;
}

int fw_db_step(struct fw_statement *statement)
{
	struct fw_db *db = statement->db;
	int result = injected(db);

	fw_owner_check(&db->owner);
	if (result < 0) {
		return result;
	}
	result = sqlite3_step(statement->prepared);
	if (result == SQLITE_ROW) {
		return 1;
	}
	return result == SQLITE_DONE ? 0 : failed(db, result, statement->sql);
}

void fw_db_done(struct fw_statement *statement)
{
	if (!statement) {
		return;
	}
	assert(statement->in_use);
	statement->in_use = false;
	statement->db->open_statements--;
	if (!statement->kept) {
		statement_free(statement);
		return;
	}
	(void)sqlite3_reset(statement->prepared); /* repeats the error that step() told */
	(void)sqlite3_clear_bindings(statement->prepared);
}

int fw_db_run(struct fw_db *db, const char *sql, const struct fw_db_value *values,
	size_t value_count, int64_t *ret_changes)
{
	fw_cleanup(fw_db_done) struct fw_statement *statement = NULL;
	int result = fw_db_query(db, sql, values, value_count, &statement);

	if (result < 0) {
		return result;
	}
	do {
		result = fw_db_step(statement);
	} while (result > 0);
	if (result == 0 && ret_changes) {
		*ret_changes = sqlite3_changes64(db->sqlite);
	}
	return result;
}

int fw_db_query_int(struct fw_db *db, const char *sql, const struct fw_db_value *values,
	size_t value_count, int64_t *ret_integer)
{
	fw_cleanup(fw_db_done) struct fw_statement *statement = NULL;
	int result = fw_db_query(db, sql, values, value_count, &statement);

	if (result < 0) {
		return result;
	}
	result = fw_db_step(statement);
	if (result < 0) {
		return result;
	}
	if (result == 0 || fw_db_column_is_null(statement, 0)) {
		return -ENOENT;
	}
	*ret_integer = fw_db_column_int(statement, 0);
	return 0;
}

/* --- columns ---------------------------------------------------------------------------------- */

bool fw_db_column_is_null(struct fw_statement *statement, int column)
{
	return sqlite3_column_type(statement->prepared, column) == SQLITE_NULL;
}

int64_t fw_db_column_int(struct fw_statement *statement, int column)
{
	return sqlite3_column_int64(statement->prepared, column);
}

const char *fw_db_column_text(struct fw_statement *statement, int column)
{
	return (const char *)sqlite3_column_text(statement->prepared, column);
}

const void *fw_db_column_blob(struct fw_statement *statement, int column, size_t *ret_size)
{
	const void *bytes = sqlite3_column_blob(statement->prepared, column);

	*ret_size = (size_t)sqlite3_column_bytes(statement->prepared, column);
	/* SQLite gives NULL for an empty blob too; here NULL means SQL NULL alone. */
	return bytes || fw_db_column_is_null(statement, column) ? bytes : "";
}
