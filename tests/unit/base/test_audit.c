/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "base/audit.h"
#include "base/audit_anchor.h"
#include "base/text.h"

static const uint8_t installation[16] = {0xab, 0xcd};
static const uint8_t key[FW_SHA256_BYTES] = {7};

struct fixture {
	char *folder;
	char *head_path;
	struct fw_db *db;
};

static const struct fw_audit_entry entry = {
	.time_us = 1000,
	.actor = "account-1",
	.window = "window-1",
	.action = "call.answered",
	.object_kind = "call",
	.object_id = "call-1",
	.detail = "{\"case\":\"case-1\"}",
};

/* After what is there now. */
static int append_one(struct fw_db *db, const struct fw_audit_entry *one)
{
	struct fw_audit_head head;
	int result = fw_audit_head(db, &head);

	return result < 0 ? result : fw_audit_append(db, &head, one);
}

static int append(struct fw_db *db, unsigned count)
{
	int result = fw_db_begin(db);

	for (unsigned i = 0; i < count && result == 0; i++) {
		result = append_one(db, &entry);
	}
	return result < 0 ? result : fw_db_commit(db);
}

static int set_up(void **state)
{
	static const char *const steps[] = {fw_audit_schema_sql};
	struct fixture *fixture = g_new0(struct fixture, 1);
	g_autofree char *path = NULL;
	struct fw_audit_head head;

	fixture->folder = testing_make_folder();
	fixture->head_path = g_build_filename(fixture->folder, "head", NULL);
	path = g_build_filename(fixture->folder, "test.db", NULL);
	*state = fixture;
	if (fw_db_open(path, FW_DB_READ_WRITE, 0, &fixture->db) < 0 ||
		fw_db_migrate(fixture->db, steps, 1) < 0 || fw_db_begin(fixture->db) < 0 ||
		fw_audit_start(fixture->db, 500, installation, &head) < 0 ||
		fw_db_commit(fixture->db) < 0) {
		return -1;
	}
	return append(fixture->db, 9);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fw_db_close(fixture->db);
	testing_remove_folder(fixture->folder);
	g_free(fixture->head_path);
	g_free(fixture);
	return 0;
}

static void a_whole_chain_holds(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	struct fw_audit_head head = {0}, verified = {0};
	int64_t bad = 42;

	assert_int_equal(fw_audit_head(db, &head), 0);
	assert_int_equal(head.sequence, 9);
	assert_int_equal(fw_audit_verify(db, NULL, &verified, &bad), 0);
	assert_memory_equal(&head, &verified, sizeof(head));
	assert_int_equal(fw_audit_verify(db, &head, &verified, &bad), 0);
	assert_int_equal(bad, 42);
	/* The database may be ahead of the anchor. */
	assert_int_equal(append(db, 3), 0);
	assert_int_equal(fw_audit_verify(db, &head, &verified, &bad), 0);
	assert_int_equal(verified.sequence, 12);
}

/* The documented encoding, computed here by other means (python hashlib): it must never change. */
static void the_encoding_is_the_documented_one(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	static const char *const expected[] = {
		"94585ee8d50e8b90e99fb900f8ddfcbccaac83a8f5e3508ad61319ba8ba12420",
		"0f02d06ce868c94dc508a438badf535df18cc0c1ca5b1c6500d018770b5616c7"};

	assert_int_equal(fw_db_query(db, "SELECT hash FROM audit_log ORDER BY sequence LIMIT 2",
				 FW_DB_NO_VALUES, &rows),
		0);
	for (size_t i = 0; i < 2; i++) {
		char hex[65];
		size_t size;

		assert_int_equal(fw_db_step(rows), 1);
		fw_text_hex_encode(fw_db_column_blob(rows, 0, &size), 32, hex);
		assert_string_equal(hex, expected[i]);
	}
}

static void every_change_is_found(void **state)
{
	static const struct {
		const char *sql;
		int64_t bad;
	} changes[] = {
		{"UPDATE audit_log SET actor = 'x' WHERE sequence = 4", 4},
		{"UPDATE audit_log SET actor = NULL WHERE sequence = 4", 4},
		{"UPDATE audit_log SET at_window = 'account-1' WHERE sequence = 4", 4},
		{"UPDATE audit_log SET time_us = 999 WHERE sequence = 1", 1},
		{"UPDATE audit_log SET action = 'call.ended' WHERE sequence = 9", 9},
		{"UPDATE audit_log SET object_kind = '' WHERE sequence = 5", 5},
		{"UPDATE audit_log SET object_id = 'call-2' WHERE sequence = 5", 5},
		{"UPDATE audit_log SET detail = NULL WHERE sequence = 5", 5},
		{"UPDATE audit_log SET detail = '{}' WHERE sequence = 0", 0},
		{"UPDATE audit_log SET hash = x'00' WHERE sequence = 3", 3},
		{"UPDATE audit_log SET hash = (SELECT hash FROM audit_log WHERE sequence = 2)"
		 " WHERE sequence = 3",
			3},
		{"DELETE FROM audit_log WHERE sequence = 6", 6},
		{"DELETE FROM audit_log WHERE sequence = 0", 0},
		{"DELETE FROM audit_log", 0},
		{"UPDATE audit_log SET sequence = sequence + 1 WHERE sequence = 9", 9},
		{"INSERT INTO audit_log (sequence, time_us, action, hash)"
		 " VALUES (10, 1, 'made.up', zeroblob(32))",
			10},
	};
	struct fw_db *db = ((struct fixture *)*state)->db;

	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		struct fw_audit_head head;
		int64_t bad = -42;

		assert_int_equal(fw_db_begin(db), 0);
		assert_int_equal(fw_db_run(db, changes[i].sql, FW_DB_NO_VALUES, NULL), 0);
		assert_int_equal(fw_audit_verify(db, NULL, &head, &bad), -EBADMSG);
		assert_int_equal(bad, changes[i].bad);
		fw_db_rollback(db);
	}
}

static struct fw_audit_anchor *open_anchor(struct fixture *fixture)
{
	struct fw_audit_anchor *anchor = NULL;

	assert_int_equal(fw_audit_anchor_open(fixture->head_path, key, fixture->db, &anchor), 0);
	return anchor;
}

static void a_cut_tail_is_found_by_the_anchor(void **state)
{
	struct fixture *fixture = *state;
	struct fw_audit_head anchor;
	int64_t bad = -42;

	fw_audit_anchor_close(open_anchor(fixture));
	assert_int_equal(fw_db_run(fixture->db, "DELETE FROM audit_log WHERE sequence > 7",
				 FW_DB_NO_VALUES, NULL),
		0);
	assert_int_equal(fw_audit_verify(fixture->db, NULL, NULL, &bad), 0);
	assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &anchor), 0);
	assert_int_equal(fw_audit_verify(fixture->db, &anchor, NULL, &bad), -EBADMSG);
	assert_int_equal(bad, 8);
	/* Others appended in place of what was cut: the chain holds, but not through the anchor. */
	assert_int_equal(fw_db_begin(fixture->db), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(append_one(fixture->db,
					 &(struct fw_audit_entry){.time_us = 1, .action = "forged"}),
			0);
	}
	assert_int_equal(fw_db_commit(fixture->db), 0);
	assert_int_equal(fw_audit_verify(fixture->db, NULL, NULL, &bad), 0);
	assert_int_equal(fw_audit_verify(fixture->db, &anchor, NULL, &bad), -EBADMSG);
	assert_int_equal(bad, 9);
}

static void the_anchor_follows_the_log(void **state)
{
	struct fixture *fixture = *state;
	fw_cleanup(fw_audit_anchor_close) struct fw_audit_anchor *anchor = open_anchor(fixture);
	struct fw_audit_head head, read;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(append(fixture->db, 2), 0);
		assert_int_equal(fw_audit_anchor_keep(anchor, fixture->db), 0);
		assert_int_equal(fw_audit_anchor_keep(anchor, fixture->db), 0);
		assert_int_equal(fw_audit_head(fixture->db, &head), 0);
		assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &read), 0);
		assert_memory_equal(&read, &head, sizeof(head));
	}
	/* The database ahead of the file, as after a crash: nothing wrong. */
	assert_int_equal(append(fixture->db, 2), 0);
	fw_audit_anchor_close(open_anchor(fixture));
	assert_null(fw_audit_anchor_evidence(fixture->head_path));
}

static void an_unfitting_anchor_is_kept_as_evidence(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *evidence = NULL;
	struct fw_audit_head read;

	fw_audit_anchor_close(open_anchor(fixture));
	assert_int_equal(fw_db_run(fixture->db, "DELETE FROM audit_log WHERE sequence > 7",
				 FW_DB_NO_VALUES, NULL),
		0);
	fw_audit_anchor_close(open_anchor(fixture));
	assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &read), 0);
	assert_int_equal(read.sequence, 7);
	evidence = fw_audit_anchor_evidence(fixture->head_path);
	assert_non_null(evidence);
	assert_int_equal(fw_audit_anchor_read(evidence, key, &read), 0);
	assert_int_equal(read.sequence, 9);
}

static void an_empty_anchor_of_an_empty_log_is_no_evidence(void **state)
{
	struct fixture *fixture = *state;
	g_autofree char *evidence = NULL;
	struct fw_audit_head head;

	assert_int_equal(fw_db_run(fixture->db, "DELETE FROM audit_log", FW_DB_NO_VALUES, NULL), 0);
	fw_audit_anchor_close(open_anchor(fixture));
	fw_audit_anchor_close(open_anchor(fixture));
	assert_null(fw_audit_anchor_evidence(fixture->head_path));
	assert_int_equal(fw_db_begin(fixture->db), 0);
	assert_int_equal(fw_audit_start(fixture->db, 500, installation, &head), 0);
	assert_int_equal(fw_db_commit(fixture->db), 0);
	fw_audit_anchor_close(open_anchor(fixture));
	evidence = fw_audit_anchor_evidence(fixture->head_path);
	assert_non_null(evidence); /* emptied, while there are rows */
}

static void the_anchor_file_is_sealed(void **state)
{
	struct fixture *fixture = *state;
	static const uint8_t other_key[FW_SHA256_BYTES] = {8};
	struct fw_audit_head read;
	g_autofree char *bytes = NULL;
	gsize size = 0;

	assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &read), -ENOENT);
	fw_audit_anchor_close(open_anchor(fixture));
	assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &read), 0);
	assert_int_equal(fw_audit_anchor_read(fixture->head_path, other_key, &read), -EBADMSG);
	assert_true(g_file_get_contents(fixture->head_path, &bytes, &size, NULL));
	for (gsize i = 0; i < size; i++) {
		bytes[i] ^= 1;
		assert_true(g_file_set_contents(fixture->head_path, bytes, (gssize)size, NULL));
		assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &read), -EBADMSG);
		bytes[i] ^= 1;
	}
	assert_true(g_file_set_contents(fixture->head_path, bytes, (gssize)size - 1, NULL));
	assert_int_equal(fw_audit_anchor_read(fixture->head_path, key, &read), -EBADMSG);
}

static void append_has_rules(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	g_autofree char *filler = g_strnfill(5000, 'x');
	g_autofree char *long_detail = g_strdup_printf("{\"x\":\"%s\"}", filler);
	struct fw_audit_head head, stale;
	struct fw_audit_entry bad = entry;

	assert_int_equal(fw_audit_head(db, &stale), 0);
	head = stale;
	assert_int_equal(fw_audit_append(db, &head, &entry), -EPROTO);
	assert_int_equal(fw_audit_start(db, 1, installation, &head), -EPROTO);
	assert_int_equal(fw_db_begin(db), 0);
	memset(&head, 0, sizeof(head));
	assert_int_equal(fw_audit_start(db, 1, installation, &head), 0); /* has its genesis already */
	assert_memory_equal(&head, &stale, sizeof(head));
	bad.action = "";
	assert_int_equal(fw_audit_append(db, &head, &bad), -EINVAL);
	bad.action = NULL;
	assert_int_equal(fw_audit_append(db, &head, &bad), -EINVAL);
	bad.action = filler;
	assert_int_equal(fw_audit_append(db, &head, &bad), -EINVAL);
	bad = entry;
	bad.detail = long_detail;
	assert_int_equal(fw_audit_append(db, &head, &bad), -EINVAL);
	bad.detail = "[1]";
	assert_int_equal(fw_audit_append(db, &head, &bad), -EINVAL);
	bad.detail = "{";
	assert_int_equal(fw_audit_append(db, &head, &bad), -EINVAL);
	assert_memory_equal(&head, &stale, sizeof(head));
	bad = (struct fw_audit_entry){.action = "x.y"};
	assert_int_equal(fw_audit_append(db, &head, &bad), 0);
	assert_int_equal(head.sequence, 10);
	assert_int_equal(fw_audit_append(db, &stale, &bad), -EEXIST);
	assert_int_equal(stale.sequence, 9);
	assert_int_equal(fw_audit_append(db, &head, &bad), 0);
	fw_db_rollback(db);
}

/* Who kept the head goes on behind the row that was taken out, and the gap shows. */
static void a_row_taken_out_under_the_writer_is_found(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	struct fw_audit_head head;
	int64_t bad = 0;

	assert_int_equal(fw_audit_head(db, &head), 0);
	assert_int_equal(
		fw_db_run(db, "DELETE FROM audit_log WHERE sequence = 9", FW_DB_NO_VALUES, NULL), 0);
	assert_int_equal(fw_db_begin(db), 0);
	assert_int_equal(fw_audit_append(db, &head, &entry), 0);
	assert_int_equal(fw_db_commit(db), 0);
	assert_int_equal(fw_audit_verify(db, NULL, NULL, &bad), -EBADMSG);
	assert_int_equal(bad, 9);
}

static void every_nth_failure_is_told(void **state)
{
	struct fw_db *db = ((struct fixture *)*state)->db;
	struct fw_audit_head head;
	int64_t bad;

	for (unsigned nth = 1;; nth++) {
		int result;

		fw_db_fail_nth(db, nth, -ENOSPC);
		result = append(db, 2);
		fw_db_fail_nth(db, 0, 0);
		fw_db_rollback(db);
		assert_int_equal(fw_audit_verify(db, NULL, &head, &bad), 0);
		if (result == 0) {
			assert_int_equal(head.sequence, 11);
			break;
		}
		assert_int_equal(result, -ENOSPC);
		assert_int_equal(head.sequence, 9);
	}
	for (unsigned nth = 1; nth <= 13; nth++) {
		fw_db_fail_nth(db, nth, -EIO);
		assert_int_equal(fw_audit_verify(db, NULL, &head, &bad), -EIO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_whole_chain_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_encoding_is_the_documented_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_change_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cut_tail_is_found_by_the_anchor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_anchor_follows_the_log, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_unfitting_anchor_is_kept_as_evidence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_empty_anchor_of_an_empty_log_is_no_evidence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_anchor_file_is_sealed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(append_has_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_row_taken_out_under_the_writer_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_nth_failure_is_told, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
