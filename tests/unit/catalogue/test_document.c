/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of the catalogue: every fault is named with its path or its line, and nothing is lost in a spreadsheet. */
#include "tests/unit/testing.h"

#include "signaling/catalogue/document_csv.h"

#include <jansson.h>
#include <string.h>

#define MATERIAL \
	"{\"number\":1,\"name\":\"申请表\",\"necessity\":\"tolerated\",\"form\":\"纸质\"," \
	"\"kind\":\"original\",\"copies\":1,\"tolerance_days\":5,\"sample\":\"第一行\\n第二行\"," \
	"\"review_points\":[\"签名\",\"日期\"]}"
#define FIELDS \
	"{\"name\":\"=子女数\",\"kind\":\"number\",\"required\":true,\"choices\":[],\"hint\":" \
	"\"含本次\"}," \
	"{\"name\":\"类别\",\"kind\":\"choice\",\"required\":false,\"choices\":[\"甲, " \
	"乙\",\"丙\"],\"hint\":\"\"}"
#define DOCUMENT \
	"{\"id\":\"a-1\",\"name\":\"生育登记\",\"department\":\"卫生健康局\"," \
	"\"areas\":[\"441500\",\"441521\"],\"facts\":{\"promised_days\":\"3\"}," \
	"\"conditions\":[\"户籍在本辖区\",\"年满十八周岁\"],\"form\":[" FIELDS \
	"],\"materials\":[" MATERIAL "]}"

static void say(void *user, const struct fw_item_fault *fault)
{
	g_string_append_printf(user, "%s %s\n", fault->path, fault->code);
}

static void say_line(void *user, unsigned line, const char *column, const char *value,
	const char *code, const char *text)
{
	(void)value, (void)text;
	g_string_append_printf(user, "%u %s %s\n", line, column ? column : "-", code);
}

static bool knows(void *user, const char *code)
{
	return strcmp(user, code) == 0;
}

static json_t *parse(const char *text)
{
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(document);
	return document;
}

static void expect(const char *text, const struct fw_item_world *world, const char *faults)
{
	g_autoptr(GString) said = g_string_new(NULL);
	json_t *document = parse(text);

	fw_item_check(document, world, say, said);
	assert_string_equal(said->str, faults);
	json_decref(document);
}

static void a_whole_document_has_no_fault(void **state)
{
	(void)state;
	expect(DOCUMENT, NULL, "");
}

static void every_fault_is_named(void **state)
{
	(void)state;
	expect("[]", NULL, " type\n");
	expect("{}", NULL,
		"id required\nname required\ndepartment required\nareas required\n"
		"conditions required\nmaterials required\n");
	expect("{\"id\":\"a b\",\"name\":\"\\u0007\",\"pinyin\":\"生\",\"department\":[],"
	       "\"demo\":1,\"areas\":[\"1\",\"1\"],\"conditions\":[\" \"],\"more\":1,"
	       "\"facts\":{\"visits\":\"两\",\"x\":\"y\"},\"materials\":[" MATERIAL "," MATERIAL
	       ",{\"number\":2,\"name\":\"b\",\"necessity\":\"conditional\",\"form\":\"f\","
	       "\"kind\":\"paper\",\"copies\":100,\"tolerance_days\":3,\"picture\":\"x\","
	       "\"review_points\":[]},7]}",
		NULL,
		"id form\nname form\npinyin form\ndepartment type\ndemo type\nareas[1] duplicate\n"
		"conditions[0] required\nmore unknown_field\nfacts.visits form\nfacts.x "
		"unknown_field\n"
		"materials[1].number duplicate\nmaterials[2].kind form\nmaterials[2].copies range\n"
		"materials[2].picture form\nmaterials[2].review_points required\n"
		"materials[2].condition_text required\nmaterials[2].tolerance_days together\n"
		"materials[3] type\n");
}

static void areas_and_pictures_must_be_there(void **state)
{
	struct fw_item_world world = {.area = knows, .picture = knows, .user = "441500"};

	(void)state;
	expect(DOCUMENT, &world, "areas[1] unknown\n");
	world.area = NULL;
	expect("{\"id\":\"a\",\"name\":\"n\",\"department\":\"d\",\"areas\":[\"1\"],"
	       "\"conditions\":[\"c\"],\"materials\":[{\"number\":1,\"name\":\"m\","
	       "\"necessity\":\"required\",\"form\":\"f\",\"kind\":\"copy\",\"copies\":0,"
	       "\"picture\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
	       "\"review_points\":[\"p\"]}]}",
		&world, "materials[0].picture unknown\n");
}

static void the_normal_form_is_whole(void **state)
{
	json_t *document = parse("{\"name\":\" 生育登记 \",\"areas\":[\" 1 \",2],\"more\":1,"
				 "\"materials\":[{\"copies\":\"x\",\"number\":1}]}");
	json_t *normal = fw_item_normal(document);
	const json_t *material = json_array_get(json_object_get(normal, "materials"), 0);

	(void)state;
	assert_string_equal(fw_item_text(normal, "name"), "生育登记");
	assert_string_equal(fw_item_text(normal, "pinyin"), "sydj");
	assert_string_equal(fw_item_text(normal, "id"), "");
	assert_null(json_object_get(normal, "more"));
	assert_int_equal(json_array_size(json_object_get(normal, "areas")), 1);
	assert_true(json_is_null(json_object_get(material, "copies")));
	assert_true(json_is_array(json_object_get(material, "review_points")));
	json_decref(normal);
	json_decref(document);
}

static void every_fault_of_a_form_is_named(void **state)
{
	json_t *document = parse(DOCUMENT);
	char *text;

	(void)state;
	json_object_set_new(document, "form",
		parse("[{\"name\":\"a|b\",\"kind\":\"text\",\"choices\":[\"x\"]},"
		      "{\"name\":\"c\",\"kind\":\"choice\",\"choices\":[\"x\"],\"more\":1},"
		      "{\"name\":\"c\",\"kind\":\"what\",\"required\":\"x\"},7]"));
	text = json_dumps(document, 0);
	expect(text, NULL,
		"form[0].choices together\nform[0] form\nform[1].more unknown_field\n"
		"form[1].choices required\nform[2].kind form\nform[2].required type\n"
		"form[2] duplicate\nform[3] type\n");
	free(text);
	json_decref(document);
}

static void a_spreadsheet_loses_nothing(void **state)
{
	json_t *document = parse(DOCUMENT), *normal, *again;
	g_autoptr(GString) text = g_string_new(NULL), said = g_string_new(NULL);
	struct fw_item_csv csv;

	(void)state;
	json_object_set_new(document, "name", json_string("=甲,\"乙\""));
	normal = fw_item_normal(document);
	fw_item_csv_heads(text);
	fw_item_csv_write(text, normal);
	fw_item_csv_read(text->str, &csv, say_line, said);
	assert_string_equal(said->str, "");
	again = fw_item_normal(json_array_get(csv.documents, 0));
	assert_true(json_equal(normal, again));
	assert_int_equal(fw_item_csv_line(&csv, 0, 0), 2);
	fw_item_csv_clear(&csv);
	json_decref(again);
	json_decref(normal);
	json_decref(document);
}

static void a_spreadsheet_tells_its_lines(void **state)
{
	g_autoptr(GString) said = g_string_new(NULL);
	struct fw_item_csv csv;
	const char *text = "事项编码,name,无此列,材料名称,材料必要性,材料份数,审查要点\n"
			   "a,甲,,申请表,必要,1,\"一\n二\"\n"
			   "a,,,身份证,复印件,多,三\n"
			   "b,乙\n"
			   "a,丙,,,,,\n";

	(void)state;
	fw_item_csv_read(text, &csv, say_line, said);
	assert_string_equal(said->str, "1 无此列 unknown_column\n5 - cells\n6 事项编码 duplicate\n");
	assert_int_equal(json_array_size(csv.documents), 3);
	assert_int_equal(fw_item_csv_line(&csv, 0, -1), 2);
	assert_int_equal(fw_item_csv_line(&csv, 0, 1), 4);
	assert_int_equal(fw_item_csv_line(&csv, 1, -1), 5);
	fw_item_csv_clear(&csv);
	g_string_truncate(said, 0);
	fw_item_csv_read("name\n甲\n", &csv, say_line, said);
	assert_string_equal(said->str, "1 事项编码 missing_column\n");
	fw_item_csv_clear(&csv);
	g_string_truncate(said, 0);
	fw_item_csv_read("id,name\na,\"甲", &csv, say_line, said);
	assert_string_equal(said->str, "2 - quotes\n");
	fw_item_csv_clear(&csv);
}

static void repeated_cells_must_agree(void **state)
{
	g_autoptr(GString) said = g_string_new(NULL);
	struct fw_item_csv csv;

	(void)state;
	fw_item_csv_read("id,name,材料名称\na,甲,一\na,乙,二\n,甲,三\n", &csv, say_line, said);
	assert_string_equal(said->str, "3 事项名称 different\n");
	assert_int_equal(json_array_size(csv.documents), 1);
	fw_item_csv_clear(&csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_document_has_no_fault),
		cmocka_unit_test(every_fault_is_named),
		cmocka_unit_test(areas_and_pictures_must_be_there),
		cmocka_unit_test(the_normal_form_is_whole),
		cmocka_unit_test(every_fault_of_a_form_is_named),
		cmocka_unit_test(a_spreadsheet_loses_nothing),
		cmocka_unit_test(a_spreadsheet_tells_its_lines),
		cmocka_unit_test(repeated_cells_must_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
