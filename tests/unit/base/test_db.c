/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/db.h"
#include "base/db_checkpointer.h"

struct fixture {
	char *folder;
	char *path;
	struct fw_db *db;
};

static const char *const steps[] = {
	"CREATE TABLE t (id INTEGER PRIMARY KEY NOT NULL, name TEXT UNIQUE, body BLOB,"
	" parent INTEGER REFERENCES t (id), CHECK (id >= 0)) STRICT;",
	"CREATE INDEX t_parent ON t (parent); INSERT INTO t (id, name) VALUES (0, 'root');",
};

static int set_up(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = testing_make_folder();
	fixture->path = g_build_filename(fixture->folder, "test.db", NULL);
	*state = fixture;
	if (fw_db_open(fixture->path, FW_DB_READ_WRITE, 0, &fixture->db) < 0) {
		return -1;
	}
	return fw_db_migrate(fixture->db, steps, G_N_ELEMENTS(steps));
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_db_close(fixture->db);
	testing_remove_folder(fixture->folder);
	g_free(fixture->path);
	g_free(fixture);
	return 0;
}

static int64_t count(struct fw_db *db)
{
	int64_t rows = -1;

	assert_int_equal(fw_db_query_int(db, "SELECT count(*) FROM t", FW_DB_NO_VALUES, &rows), 0);
	return rows;
}

static int add(struct fw_db *db, int64_t id, const char *name)
{
	return fw_db_run(db, "INSERT INTO t (id, name, body) VALUES (?1, ?2, ?3)",
		FW_DB_VALUES(fw_db_int(id), fw_db_text(name), fw_db_blob("\0b", 2)), NULL);
}

static void migrates_once(void **state)
{
	struct fixture *fixture = *state;
	struct stat status;
	size_t version = 0;

	assert_int_equal(fw_db_version(fixture->db, &version), 0);
	assert_int_equal(version, 2);
	assert_int_equal(fw_db_migrate(fixture->db, steps, 2), 0);
	assert_int_equal(count(fixture->db), 1);
	assert_int_equal(fw_db_migrate(fixture->db, steps, 1), -ENOTSUP);
	assert_int_equal(stat(fixture->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_failing_step_leaves_the_version_before(void **state)
{
	struct fixture *fixture = *state;
	const char *const more[] = {steps[0], steps[1],
		"INSERT INTO t (id) VALUES (7); INSERT INTO missing VALUES (1);"};
	size_t version = 0;

	assert_int_equal(fw_db_migrate(fixture->db, more, 3), -EINVAL);
	assert_int_equal(fw_db_version(fixture->db, &version), 0);
	assert_int_equal(version, 2);
	assert_int_equal(count(fixture->db), 1);
	assert_false(fw_db_in_transaction(fixture->db));
}

static void values_come_back(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int64_t changes = 0;
	size_t size = 0;

	assert_int_equal(add(db, INT64_MAX, "名称"), 0);
	assert_int_equal(fw_db_run(db, "INSERT INTO t (id, body) VALUES (?1, ?2)",
				 FW_DB_VALUES(fw_db_int(1), fw_db_blob("", 0)), &changes),
		0);
	assert_int_equal(changes, 1);
	assert_int_equal(fw_db_run(db, "INSERT INTO t (id, name, body) VALUES (?1, ?2, ?3)",
				 FW_DB_VALUES(fw_db_int(2), fw_db_text(NULL), fw_db_null()), NULL),
		0);
	assert_int_equal(fw_db_query(db, "SELECT id, name, body FROM t WHERE id > ?1 ORDER BY id",
				 FW_DB_VALUES(fw_db_int(0)), &rows),
		0);
	assert_int_equal(fw_db_step(rows), 1);
	assert_int_equal(fw_db_column_int(rows, 0), 1);
	assert_non_null(fw_db_column_blob(rows, 2, &size));
	assert_int_equal(size, 0);
	assert_int_equal(fw_db_step(rows), 1);
	assert_true(fw_db_column_is_null(rows, 1));
	assert_null(fw_db_column_text(rows, 1));
	assert_null(fw_db_column_blob(rows, 2, &size));
	assert_int_equal(fw_db_step(rows), 1);
	assert_true(fw_db_column_int(rows, 0) == INT64_MAX);
	assert_string_equal(fw_db_column_text(rows, 1), "名称");
	assert_memory_equal(fw_db_column_blob(rows, 2, &size), "\0b", 2);
	assert_int_equal(size, 2);
	assert_int_equal(fw_db_step(rows), 0);
}

static void errors_are_mapped(void **state)
{
	struct fixture *fixture = *state;
	struct fw_db *db = fixture->db;
	int64_t value = 42;
	g_autofree char *missing = g_build_filename(fixture->folder, "missing.db", NULL);
	struct fw_db *other = NULL;

	assert_int_equal(add(db, 0, "zero"), -EEXIST);
	assert_int_equal(add(db, 5, "root"), -EEXIST);
	assert_int_equal(add(db, -5, "check"), -EINVAL);
	assert_int_equal(fw_db_run(db, "INSERT INTO t (id, parent) VALUES (?1, ?2)",
				 FW_DB_VALUES(fw_db_int(5), fw_db_int(99)), NULL),
		-EINVAL);
	assert_int_equal(
		fw_db_run(db, "INSERT INTO t (id, name) VALUES (1, 2, 3)", FW_DB_NO_VALUES, NULL),
		-EINVAL);
	assert_int_equal(fw_db_run(db, "SELECT ?1", FW_DB_NO_VALUES, NULL), -EINVAL);
	assert_int_equal(fw_db_run(db, "SELECT 1", FW_DB_VALUES(fw_db_int(1)), NULL), -EINVAL);
	assert_int_equal(fw_db_run(db, "SELECT 1; SELECT 2", FW_DB_NO_VALUES, NULL), -EINVAL);
	assert_int_equal(fw_db_run(db, "", FW_DB_NO_VALUES, NULL), -EINVAL);
	assert_int_equal(
		fw_db_query_int(db, "SELECT id FROM t WHERE id = 77", FW_DB_NO_VALUES, &value),
		-ENOENT);
	assert_int_equal(
		fw_db_query_int(db, "SELECT max(parent) FROM t", FW_DB_NO_VALUES, &value), -ENOENT);
	assert_int_equal(value, 42);
	assert_int_equal(fw_db_open(missing, FW_DB_READ_ONLY, 0, &other), -ENOENT);
	assert_int_equal(fw_db_open("/nonexistent/x.db", FW_DB_READ_WRITE, 0, &other), -ENOENT);
	assert_true(g_file_set_contents(missing, "this is not a database, not at all", -1, NULL));
	assert_int_equal(fw_db_open(missing, FW_DB_READ_WRITE, 0, &other), -EBADMSG);
	assert_null(other);
}

static void transactions_keep_or_drop(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;

	assert_int_equal(fw_db_commit(db), -EPROTO);
	fw_db_rollback(db);
	assert_int_equal(fw_db_begin(db), 0);
	assert_true(fw_db_in_transaction(db));
	assert_int_equal(fw_db_begin(db), -EPROTO);
	assert_int_equal(add(db, 1, "one"), 0);
	fw_db_rollback(db);
	assert_int_equal(count(db), 1);
	assert_int_equal(fw_db_begin(db), 0);
	assert_int_equal(add(db, 1, "one"), 0);
	/* A refused statement does not end the transaction. */
	assert_int_equal(add(db, 1, "two"), -EEXIST);
	assert_int_equal(fw_db_commit(db), 0);
	assert_int_equal(count(db), 2);
}

static void one_writer_many_readers(void **state)
{
	struct fixture *fixture = *state;
	struct fw_db *reader = NULL, *writer = NULL;

	assert_int_equal(fw_db_open(fixture->path, FW_DB_READ_ONLY, 0, &reader), 0);
	assert_int_equal(fw_db_open(fixture->path, FW_DB_READ_WRITE, 0, &writer), 0);
	assert_int_equal(fw_db_begin(fixture->db), 0);
	assert_int_equal(fw_db_begin(writer), -EBUSY);
	assert_int_equal(add(fixture->db, 1, "one"), 0);
	assert_int_equal(count(reader), 1);
	assert_int_equal(fw_db_begin(reader), 0);
	assert_int_equal(count(reader), 1);
	assert_int_equal(fw_db_commit(fixture->db), 0);
	assert_int_equal(count(reader), 1); /* the snapshot of its transaction */
	assert_int_equal(fw_db_commit(reader), 0);
	assert_int_equal(count(reader), 2);
	assert_int_equal(add(reader, 2, "two"), -EROFS);
	fw_db_close(reader);
	fw_db_close(writer);
}

static void a_statement_may_be_used_inside_itself(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	static const char sql[] = "SELECT id FROM t WHERE id >= ?1 ORDER BY id";
	struct fw_statement *outer = NULL, *inner = NULL;

	assert_int_equal(add(db, 1, "one"), 0);
	assert_int_equal(fw_db_query(db, sql, FW_DB_VALUES(fw_db_int(0)), &outer), 0);
	assert_int_equal(fw_db_step(outer), 1);
	assert_int_equal(fw_db_query(db, sql, FW_DB_VALUES(fw_db_int(1)), &inner), 0);
	assert_int_equal(fw_db_step(inner), 1);
	assert_int_equal(fw_db_column_int(inner, 0), 1);
	assert_int_equal(fw_db_column_int(outer, 0), 0);
	fw_db_done(inner);
	assert_int_equal(fw_db_step(outer), 1);
	assert_int_equal(fw_db_step(outer), 0);
	fw_db_done(outer);
	fw_db_done(NULL);
}

static off_t size_of(const char *path, const char *suffix)
{
	g_autofree char *name = g_strconcat(path, suffix, NULL);
	struct stat status;

	return stat(name, &status) == 0 ? status.st_size : -1;
}

static void fill(struct fw_db *db, int64_t from, int64_t to)
{
	g_autofree char *body = g_strnfill(10000, 'x');

	assert_int_equal(fw_db_begin(db), 0);
	for (int64_t id = from; id < to; id++) {
		assert_int_equal(fw_db_run(db, "INSERT INTO t (id, body) VALUES (?1, ?2)",
					 FW_DB_VALUES(fw_db_int(id), fw_db_blob(body, 10000)), NULL),
			0);
	}
	assert_int_equal(fw_db_commit(db), 0);
}

static void checkpoints_can_be_left_to_another(void **state)
{
	struct fixture *fixture = *state;
	struct fw_db *other = NULL;
	off_t before = size_of(fixture->path, "");
	int left = -1;

	assert_int_equal(fw_db_leave_checkpoints(fixture->db), 0);
	fill(fixture->db, 1, 1000);
	assert_int_equal(size_of(fixture->path, ""), before);
	assert_int_equal(fw_db_open(fixture->path, FW_DB_READ_WRITE, 0, &other), 0);
	assert_int_equal(fw_db_checkpoint(other, &left), 0);
	assert_int_equal(left, 0);
	assert_true(size_of(fixture->path, "") > before);
	fw_db_close(other);
}

/* The log would grow for ever; with the thread it is used again from its start. */
static void the_checkpointer_bounds_the_log(void **state)
{
	struct fixture *fixture = *state;
	struct fw_db_checkpointer *checkpointer = NULL;
	off_t before = size_of(fixture->path, "");

	assert_int_equal(fw_db_leave_checkpoints(fixture->db), 0);
	assert_int_equal(fw_db_checkpointer_start(fixture->path, &checkpointer), 0);
	fill(fixture->db, 1, 1000);
	for (int i = 0; i < 100 && size_of(fixture->path, "") == before; i++) {
		g_usleep(100000);
	}
	fw_db_checkpointer_stop(checkpointer);
	assert_true(size_of(fixture->path, "") > before);
	fw_db_checkpointer_stop(NULL);
	assert_int_equal(fw_db_checkpointer_start("/nonexistent/db", &checkpointer), -ENOENT);
}

/* Damages pages behind the connection's back: the check finds it. */
static void damage_is_found(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *problem = NULL;
	g_autofree char *bytes = NULL;
	gsize size = 0;

	for (int i = 1; i < 200; i++) {
		assert_int_equal(add(fixture->db, i, NULL), 0);
	}
	assert_int_equal(fw_db_check(fixture->db, &problem), 0);
	assert_null(problem);
	fw_db_close(fixture->db);
	fixture->db = NULL;
	assert_true(g_file_get_contents(fixture->path, &bytes, &size, NULL));
	assert_true(size >= (gsize)3 * 4096);
	memset(bytes + size - 4096, 0x5a, 2048);
	assert_true(g_file_set_contents(fixture->path, bytes, (gssize)size, NULL));
	assert_int_equal(fw_db_open(fixture->path, FW_DB_READ_ONLY, 0, &fixture->db), 0);
	assert_int_equal(fw_db_check(fixture->db, &problem), -EBADMSG);
	assert_non_null(problem);
}

/* Two rows in one transaction; nothing of it may remain when any call fails. */
static int add_two(struct fw_db *db)
{
	int result = fw_db_begin(db);

	if (result < 0) {
		return result;
	}
	result = add(db, 1, "one");
	if (result == 0) {
		result = add(db, 2, "two");
	}
	if (result < 0) {
		fw_db_rollback(db);
		return result;
	}
	return fw_db_commit(db);
}

static void every_nth_failure_leaves_nothing(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	unsigned nth = 1;
	int result;

	for (;; nth++) {
		fw_db_fail_nth(db, nth, -EIO);
		result = add_two(db);
		fw_db_fail_nth(db, 0, 0);
		if (result == 0) {
			break;
		}
		assert_int_equal(result, -EIO);
		assert_false(fw_db_in_transaction(db));
		assert_int_equal(count(db), 1);
	}
	assert_int_equal(nth, 5); /* begin, two steps, commit could fail */
	assert_int_equal(count(db), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(migrates_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_failing_step_leaves_the_version_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_are_mapped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(transactions_keep_or_drop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_writer_many_readers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_statement_may_be_used_inside_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			checkpoints_can_be_left_to_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_checkpointer_bounds_the_log, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damage_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_nth_failure_leaves_nothing, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
