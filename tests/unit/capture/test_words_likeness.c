/* SPDX-License-Identifier: Apache-2.0 */
/* Pages that look alike, told apart by what was written into them, and not by what recognition made of it. */
#include "tests/unit/testing.h"

#include "capture/words_likeness.h"

#define STEP 20 /* pixels from line to line */

/* A line each; at a tab the line goes on in another one beside it. */
static void make(struct fw_page_words *words, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	fw_page_words_init(words);
	words->width = 1000;
	words->height = 20000;
	for (int i = 0; lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);

		for (int k = (int)g_strv_length(cells); k-- > 0;) { /* the order does not matter */
			(void)fw_page_words_add(words,
				&(struct fw_page_line){10 + 100 * k, STEP * i + 2 * k,
					100 + 100 * k, STEP * i + 2 * k + 12, cells[k]});
		}
	}
}

static bool differ(const char *left, const char *right)
{
	struct fw_page_words one, other;
	bool found;

	make(&one, left);
	make(&other, right);
	found = fw_page_words_differ(&one, &other);
	assert_int_equal(fw_page_words_differ(&other, &one), found);
	fw_page_words_clear(&one);
	fw_page_words_clear(&other);
	return found;
}

#define FORM(name, number, date) \
	"防雷装置检测登记表\n工程名称\t" name "\n检测编号\t" number "\n检测日期\t" date \
	"\n材料齐全、符合法定形式的，当场受理并出具受理通知书。"

static void what_was_written_in_tells_apart(void **state)
{
	const char *page = FORM("教学楼", "FL52272126", "2026年1月8日");

	(void)state;
	assert_true(differ(page, FORM("图书馆", "FL86431698", "2026年2月18日")));
	assert_true(differ(page, FORM("教学楼", "FL86431698", "2026年1月8日")));
	assert_true(differ(page, FORM("学生食堂东侧", "FL52272126", "2026年11月30日")));
	assert_true(differ("姓名\t欧阳建国\n住址\t湛河区", "姓名\t司马相如\n住址\t湛河区"));
}

static void misread_lost_and_dirty_print_does_not(void **state)
{
	const char *page = FORM("教学楼", "FL52272126", "2026年1月8日");

	(void)state;
	assert_false(differ(page, page));
	assert_false(differ(page, FORM("敦学楼", "FL5227Z126", "2O26年1月8目")));
	assert_false(
		differ(page, "防雷装置检测登记表\n检测编号\tFL52272126\n检测日期\t2026年1月8日"));
	assert_false(differ(page, FORM("教学楼", "FL52272126", "2026年1月8日") "\n村和不二下者区9"));
	assert_false(differ(page, FORM("教学楼 ，", "FL 5227 2126。", "2026年1月8日")));
	assert_false(differ(page, "as"));
	assert_false(differ(page, ""));
	assert_false(differ("", ""));
}

static void a_page_of_any_length_is_compared(void **state)
{
	g_autoptr(GString) long_one = g_string_new(NULL);

	(void)state;
	for (int i = 0; i < 400; i++) {
		g_string_append_printf(long_one, "第%d行，申请人应当如实提交有关材料。\n", i);
	}
	assert_false(differ(long_one->str, long_one->str));
	assert_true(long_one->len / 3 > FW_WORDS_COMPARED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_in_tells_apart),
		cmocka_unit_test(misread_lost_and_dirty_print_does_not),
		cmocka_unit_test(a_page_of_any_length_is_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
