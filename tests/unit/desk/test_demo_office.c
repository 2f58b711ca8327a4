/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include "base/db.h"
#include "signaling/demo_office.h"
#include "signaling/schema.h"

#include <errno.h>
#include <string.h>

static char *folder;

static int set_up(void **state)
{
	g_autofree char *path = NULL;
	struct fw_db *db;

	folder = testing_make_folder();
	path = g_build_filename(folder, "office.db", NULL);
	if (fw_db_open(path, FW_DB_READ_WRITE, 0, &db) < 0 || fw_schema_apply(db) < 0) {
		return -1;
	}
	*state = db;
	return 0;
}

static int tear_down(void **state)
{
	fw_db_close(*state);
	testing_remove_folder(folder);
	return 0;
}

static int64_t count(struct fw_db *db, const char *sql)
{
	int64_t rows = -1;

	assert_int_equal(fw_db_query_int(db, sql, FW_DB_NO_VALUES, &rows), 0);
	return rows;
}

static void test_fill_once(void **state)
{
	struct fw_db *db = *state;
	g_autofree char *error = NULL;
	bool filled;

	assert_int_equal(fw_demo_office_fill(db, &filled, &error), 0);
	assert_true(filled);
	assert_int_equal(count(db, "SELECT COUNT(*) FROM area WHERE kind = 'county'"), 3);
	assert_true(count(db, "SELECT COUNT(*) FROM service_window") >= 8);
	assert_int_equal(count(db, "SELECT COUNT(*) FROM item"), 44);
	assert_int_equal(count(db, "SELECT COUNT(*) FROM item WHERE demo = 1"), 43);
	assert_int_equal(
		count(db, "SELECT COUNT(*) FROM item_material WHERE item = 'fanglei-jungong'"), 4);
	assert_int_equal(
		count(db, "SELECT COUNT(*) FROM item_condition WHERE item = 'fanglei-jungong'"), 4);
	assert_int_equal(count(db, "SELECT COUNT(DISTINCT role) FROM account_role"), 6);
	assert_int_equal(count(db,
				 "SELECT COUNT(*) FROM item_material m WHERE NOT EXISTS"
				 " (SELECT 1 FROM review_point r WHERE r.item = m.item"
				 " AND r.material = m.number)"),
		0);
	/* Each sample picture that a material names is there, and the annex's item has one for each. */
	assert_int_equal(count(db,
				 "SELECT COUNT(*) FROM item_material m JOIN item_picture p"
				 " ON p.sha256 = m.picture WHERE m.item = 'fanglei-jungong'"),
		4);
	assert_int_equal(count(db,
				 "SELECT COUNT(*) FROM item_material WHERE picture NOT IN"
				 " (SELECT sha256 FROM item_picture)"),
		0);
	assert_int_equal(fw_demo_office_fill(db, &filled, &error), 0);
	assert_false(filled);
}

static void test_description(void **state)
{
	struct fw_demo_office office;

	(void)state;
	fw_demo_office_describe(&office);
	assert_true(office.count >= 7);
	assert_string_equal(office.accounts[0].account, "clerk1");
	assert_string_equal(office.accounts[0].roles, "applicant_clerk 441521");
	assert_non_null(office.robot_window);
	fw_demo_office_clear(&office);
}

#define AREA  "{\"code\":\"1\",\"name\":\"n\",\"kind\":\"city\",\"parent\":null}"
#define HOURS "[{\"weekdays\":\"12345\",\"span\":\"08:30-17:30\"}]"
#define HALL \
	"{\"id\":\"h\",\"name\":\"n\",\"area\":\"1\",\"holidays_open\":false,\"hours\":" HOURS "}"
#define PLACES "{\"areas\":[" AREA "],\"halls\":[" HALL "],"
#define WINDOW "{\"id\":\"w\",\"name\":\"n\",\"hall\":\"h\",\"applicant\":true,\"home\":true}"

static void expect_complaint(struct fw_db *db, const char *places, const char *said)
{
	const struct fw_demo_texts texts = {places, "{\"items\":[]}", NULL};
	g_autofree char *error = NULL;

	assert_int_equal(fw_demo_office_load(db, &texts, &error), -EBADMSG);
	assert_non_null(error);
	if (!strstr(error, said)) {
		fail_msg("\"%s\" does not say \"%s\"", error, said);
	}
	assert_int_equal(count(db, "SELECT COUNT(*) FROM area"), 0);
}

static void test_faults_are_named(void **state)
{
	struct fw_db *db = *state;

	expect_complaint(db, "{\n\"areas\":[}", "places.json:2");
	expect_complaint(db, "{}", "areas: list expected");
	expect_complaint(db, "{\"areas\":[{\"code\":\"1\"}]}", "areas[0]: name: text expected");
	expect_complaint(db, "{\"areas\":[" AREA "," AREA "]}", "areas[1]: row: given twice");
	expect_complaint(db, "{\"areas\":[{\"code\":\"1\",\"name\":\"n\",\"kind\":\"planet\"}]}",
		"unknown word");
	expect_complaint(db, PLACES "\"windows\":[{\"id\":\"w\",\"name\":\"n\",\"hall\":\"h\"}]}",
		"windows[0]: applicant: true or false expected");
	expect_complaint(db,
		PLACES "\"windows\":[" WINDOW "],\"accounts\":[{\"id\":\"a\",\"name\":\"n\","
		       "\"password\":\"p\",\"roles\":[{\"role\":\"king\",\"area\":\"1\"}]}]}",
		"accounts[0].roles[0]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fill_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_description, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_faults_are_named, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
