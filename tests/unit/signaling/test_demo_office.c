/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "base/db.h"
#include "base/password.h"
#include "signaling/demo_office.h"
#include "signaling/schema.h"

#include <errno.h>

static struct fw_db *db;
static char *folder;

static int make_database(void **state)
{
	g_autofree char *path = NULL;

	(void)state;
	folder = testing_make_folder();
	path = g_build_filename(folder, "office.db", NULL);
	assert_int_equal(fw_db_open(path, FW_DB_READ_WRITE, 0, &db), 0);
	assert_int_equal(fw_schema_apply(db), 0);
	return 0;
}

static int remove_database(void **state)
{
	(void)state;
	fw_db_close(db);
	testing_remove_folder(folder);
	return 0;
}

static int64_t count(const char *what)
{
	g_autofree char *sql = g_strdup_printf("SELECT COUNT(*) FROM %s", what);
	int64_t n;

	assert_int_equal(fw_db_query_int(db, sql, FW_DB_NO_VALUES, &n), 0);
	return n;
}

static void fill(void)
{
	g_autofree char *error = NULL;
	bool filled;

	assert_int_equal(fw_demo_office_fill(db, &filled, &error), 0);
	assert_true(filled);
}

static void pairs_need_the_demo_office(void **state)
{
	(void)state;
	assert_int_equal(fw_demo_office_add_pairs(db, 1), -ENOENT);
	assert_int_equal(count("service_window"), 0);
	assert_int_equal(count("area"), 0);
}

static void pairs_stand_apart_from_the_demo(void **state)
{
	int64_t windows, accounts;

	(void)state;
	fill();
	windows = count("service_window");
	accounts = count("account");
	assert_int_equal(fw_demo_office_add_pairs(db, 3), 0);
	assert_int_equal(count("service_window"), windows + 6);
	assert_int_equal(count("account"), accounts + 6);
	assert_int_equal(count("account_role WHERE area = '" FW_DEMO_LOAD_AREA "'"), 6);
	assert_int_equal(count("item_area WHERE area = '" FW_DEMO_LOAD_AREA "'"), 1);
	assert_int_equal(count("item_area WHERE item = '" FW_DEMO_LOAD_ITEM "'"), 1);
	assert_int_equal(count("service_window WHERE id = 'load-a-0003' AND applicant = 1 AND"
			       " home = 0 AND reserved_account = id"),
		1);
	assert_int_equal(count("service_window WHERE id = 'load-h-0003' AND applicant = 0 AND"
			       " home = 1 AND reserved_account = id"),
		1);
	assert_int_equal(
		count("account_role WHERE account = 'load-h-0003' AND role = 'home_clerk'"), 1);
}

static void pairs_share_one_password(void **state)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;

	(void)state;
	fill();
	assert_int_equal(fw_demo_office_add_pairs(db, 2), 0);
	assert_int_equal(
		count("(SELECT DISTINCT password_hash FROM account WHERE id LIKE 'load-%')"), 1);
	assert_int_equal(
		fw_db_query(db, "SELECT password_hash FROM account WHERE id = 'load-a-0002'",
			FW_DB_NO_VALUES, &rows),
		0);
	assert_int_equal(fw_db_step(rows), 1);
	assert_int_equal(fw_password_verify(fw_db_column_text(rows, 0), FW_DEMO_LOAD_PASSWORD), 0);
}

static void pairs_can_grow(void **state)
{
	int64_t windows;

	(void)state;
	fill();
	windows = count("service_window");
	assert_int_equal(fw_demo_office_add_pairs(db, 2), 0);
	assert_int_equal(fw_demo_office_add_pairs(db, 2), 0);
	assert_int_equal(count("service_window"), windows + 4);
	assert_int_equal(fw_demo_office_add_pairs(db, 500), 0);
	assert_int_equal(count("service_window"), windows + 1000);
	assert_int_equal(fw_demo_office_add_pairs(db, 1), 0);
	assert_int_equal(count("service_window"), windows + 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			pairs_need_the_demo_office, make_database, remove_database),
		cmocka_unit_test_setup_teardown(
			pairs_stand_apart_from_the_demo, make_database, remove_database),
		cmocka_unit_test_setup_teardown(
			pairs_share_one_password, make_database, remove_database),
		cmocka_unit_test_setup_teardown(pairs_can_grow, make_database, remove_database),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
