/* SPDX-License-Identifier: Apache-2.0 */
/* Items published, changed and withdrawn while the desk lives. */
#include "tests/unit/desk/office.h"

#include "signaling/desk/catalogue.h"

#define ITEM "fanglei-jungong"

struct shelf {
	struct office *office;
	struct fw_memory *memory;
	struct fw_catalogue *catalogue;
};

static int set_up(void **state)
{
	struct shelf *shelf = g_new0(struct shelf, 1);

	shelf->office = office_create();
	shelf->memory = fw_memory_create();
	assert_int_equal(fw_catalogue_load(shelf->office->db, shelf->memory, &shelf->catalogue), 0);
	fw_memory_commit(shelf->memory);
	*state = shelf;
	return 0;
}

static int tear_down(void **state)
{
	struct shelf *shelf = *state;

	fw_catalogue_destroy(shelf->catalogue);
	fw_memory_destroy(shelf->memory);
	office_destroy(shelf->office);
	g_free(shelf);
	return 0;
}

static void change(struct shelf *shelf, const char *sql)
{
	assert_int_equal(fw_db_script(shelf->office->db, sql), 0);
	assert_int_equal(fw_catalogue_reload_items(shelf->catalogue, shelf->office->db), 0);
}

static void test_a_new_version(void **state)
{
	struct shelf *shelf = *state;
	const struct fw_item *item = fw_catalogue_item(shelf->catalogue, ITEM);
	unsigned materials;

	assert_non_null(item);
	assert_int_equal(item->version, 1);
	assert_true(fw_item_serves(item, "441523"));
	materials = g_hash_table_size(item->materials);
	assert_true(materials > 1);
	change(shelf,
		"INSERT INTO item (id, version, name, pinyin, department, demo, current)"
		" SELECT id, 2, '新名', pinyin, department, demo, 0 FROM item WHERE id = '" ITEM
		"';"
		"INSERT INTO item_material (item, version, number, name, necessity, form, kind,"
		" copies, notes) SELECT item, 2, number, name, necessity, form, kind, copies,"
		" notes FROM item_material WHERE item = '" ITEM "' AND number = 1;"
		"UPDATE item SET current = 0 WHERE id = '" ITEM "';"
		"UPDATE item SET current = 1 WHERE id = '" ITEM "' AND version = 2;"
		"DELETE FROM item_area WHERE item = '" ITEM "' AND area = '441523'");
	/* Calls that speak of it keep pointing to it. */
	assert_ptr_equal(fw_catalogue_item(shelf->catalogue, ITEM), item);
	assert_int_equal(item->version, 2);
	assert_string_equal(item->name, "新名");
	assert_int_equal(g_hash_table_size(item->materials), 1);
	assert_false(fw_item_serves(item, "441523"));
	fw_memory_rollback(shelf->memory);
	assert_int_equal(item->version, 1);
	assert_string_not_equal(item->name, "新名");
	assert_int_equal(g_hash_table_size(item->materials), materials);
	assert_true(fw_item_serves(item, "441523"));
}

static void test_withdrawn_and_new(void **state)
{
	struct shelf *shelf = *state;
	const struct fw_item *item = fw_catalogue_item(shelf->catalogue, ITEM);

	change(shelf,
		"UPDATE item SET current = 0 WHERE id = '" ITEM "';"
		"INSERT INTO item (id, version, name, pinyin, department, demo, current)"
		" VALUES ('new', 1, '新事项', 'xsx', '甲', 1, 1);"
		"INSERT INTO item_area (item, area) VALUES ('new', '441523')");
	fw_memory_commit(shelf->memory);
	assert_ptr_equal(fw_catalogue_item(shelf->catalogue, ITEM), item);
	assert_true(item->closed);
	assert_false(fw_item_serves(item, "441523"));
	assert_int_equal(item->version, 1);
	item = fw_catalogue_item(shelf->catalogue, "new");
	assert_non_null(item);
	assert_false(item->closed);
	assert_true(fw_item_serves(item, "441523"));
	/* One alone, as with every other kind. */
	assert_int_equal(
		fw_db_script(shelf->office->db, "UPDATE item SET name = '改' WHERE id = 'new'"), 0);
	assert_int_equal(
		fw_catalogue_read(shelf->catalogue, shelf->office->db, FW_CATALOGUE_ITEM, "new"), 0);
	assert_string_equal(item->name, "改");
}

static void test_departments_follow_their_body(void **state)
{
	struct shelf *shelf = *state;
	struct fw_db *db = shelf->office->db;
	const struct fw_item *item = fw_catalogue_item(shelf->catalogue, ITEM);
	const struct fw_area *county = fw_catalogue_area(shelf->catalogue, "441523");
	const struct fw_area *city = county->parent;

	assert_int_equal(
		fw_db_script(db,
			"DELETE FROM window_item; UPDATE service_window SET department = NULL,"
			" all_items = 1; INSERT INTO body (id, name, kind, area)"
			" VALUES ('test-dept', '部门', 'department', '441523');"
			"UPDATE service_window SET department = 'test-dept', all_items = 0"
			" WHERE id = '441500-01-1'"),
		0);
	fw_catalogue_destroy(shelf->catalogue);
	assert_int_equal(fw_catalogue_load(db, shelf->memory, &shelf->catalogue), 0);
	fw_memory_commit(shelf->memory);
	item = fw_catalogue_item(shelf->catalogue, ITEM);
	county = fw_catalogue_area(shelf->catalogue, "441523");
	city = county->parent;
	assert_null(fw_area_department(county, item)); /* it serves nothing yet */
	assert_int_equal(fw_db_script(db,
				 "INSERT INTO window_item (service_window, item)"
				 " VALUES ('441500-01-1', '" ITEM "')"),
		0);
	assert_int_equal(
		fw_catalogue_read(shelf->catalogue, db, FW_CATALOGUE_PLACE, "441500-01-1"), 0);
	/* The window stands in the city's hall, and its department is the county's. */
	assert_ptr_equal(fw_area_department(county, item), county);
	assert_null(fw_area_department(city, item));
	fw_memory_commit(shelf->memory);
	assert_int_equal(
		fw_db_script(db, "UPDATE body SET area = '441500' WHERE id = 'test-dept'"), 0);
	assert_int_equal(fw_catalogue_read(shelf->catalogue, db, FW_CATALOGUE_BODY, "test-dept"), 0);
	assert_ptr_equal(fw_area_department(county, item), city);
	fw_memory_rollback(shelf->memory);
	assert_ptr_equal(fw_area_department(county, item), county);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_a_new_version),
		TEST(test_withdrawn_and_new),
		TEST(test_departments_follow_their_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
