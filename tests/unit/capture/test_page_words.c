/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>

#include "capture/page_words.h"

static void add(struct fw_page_words *words, int top, const char *text)
{
	assert_true(fw_page_words_add(
		words, &(struct fw_page_line){10, top, 90, top + 10, (char *)text}));
}

static void make(struct fw_page_words *words)
{
	fw_page_words_init(words);
	words->turn = 180;
	words->width = 100;
	words->height = 200;
	add(words, 10, "平顶山市政务服务");
	add(words, 30, "大厅 Room 12");
}

static void comes_back_from_its_stored_form(void **state)
{
	struct fw_page_words words, again;
	g_autofree char *text = NULL;
	const struct fw_page_line *line;

	(void)state;
	make(&words);
	text = fw_page_words_print(&words);
	assert_int_equal(fw_page_words_parse(text, strlen(text), &again), 0);
	assert_int_equal(again.turn, 180);
	assert_int_equal(again.width, 100);
	assert_int_equal(again.height, 200);
	assert_int_equal(again.lines->len, 2);
	line = &g_array_index(again.lines, struct fw_page_line, 1);
	assert_int_equal(line->top, 30);
	assert_int_equal(line->right, 90);
	assert_string_equal(line->text, "大厅 Room 12");
	fw_page_words_clear(&words);
	fw_page_words_clear(&again);
}

static void refuses_what_no_reader_writes(void **state)
{
	static const char *const bad[] = {"", "[]", "{}",
		"{\"turn\":45,\"width\":10,\"height\":10,\"lines\":[]}",
		"{\"turn\":0,\"width\":0,\"height\":10,\"lines\":[]}",
		"{\"turn\":0,\"width\":10,\"height\":30000,\"lines\":[]}",
		"{\"turn\":0,\"width\":10,\"height\":10,\"lines\":{}}",
		"{\"turn\":0,\"width\":10,\"height\":10,\"lines\":[[0,0,5,5]]}",
		"{\"turn\":0,\"width\":10,\"height\":10,\"lines\":[[0,0,5,5,\"\"]]}",
		"{\"turn\":0,\"width\":10,\"height\":10,\"lines\":[[0,0,11,5,\"a\"]]}",
		"{\"turn\":0,\"width\":10,\"height\":10,\"lines\":[[5,0,5,5,\"a\"]]}",
		"{\"turn\":0,\"width\":10,\"height\":10,\"lines\":[[0,-1,5,5,\"a\"]]}"};
	struct fw_page_words words;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		assert_int_equal(fw_page_words_parse(bad[i], strlen(bad[i]), &words), -EBADMSG);
	}
}

static void is_bounded(void **state)
{
	g_autofree char *lengthy = g_strnfill(5000, 'x'), *huge = g_strnfill(300000, ' ');
	struct fw_page_words words;

	(void)state;
	assert_int_equal(fw_page_words_parse(huge, 300000, &words), -EBADMSG);
	make(&words);
	add(&words, 50, lengthy);
	assert_int_equal(strlen(g_array_index(words.lines, struct fw_page_line, 2).text),
		FW_PAGE_LINE_MAX_CHARS);
	while (words.lines->len < FW_PAGE_LINES_MAX) {
		add(&words, 70, "行");
	}
	assert_false(fw_page_words_add(&words, &(struct fw_page_line){0, 0, 5, 5, (char *)"行"}));
	fw_page_words_clear(&words);
}

/* Over the end of a line, in either case, whatever white space there is on either side. */
static void is_searched_as_one_reads(void **state)
{
	static const struct {
		const char *sought;
		bool there;
	} cases[] = {{"政务服务", true}, {"服务大厅", true}, {"room12", true}, {"ROOM 1 2", true},
		{"大 厅", true}, {"大厅服务", false}, {"12平", false}, {" ", false}};
	struct fw_page_words words;

	(void)state;
	make(&words);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *folded = fw_words_fold(cases[i].sought);

		assert_int_equal(fw_page_words_hold(&words, folded), cases[i].there);
	}
	fw_page_words_clear(&words);
}

static void is_written_without_the_readers_gaps(void **state)
{
	static const char *const cases[][2] = {{"平 顶 山 市", "平顶山市"}, {"a b", "a b"},
		{"号 12 号", "号12号"}, {"受 理 ， 通 知", "受理，通知"}, {"", ""}, {"单", "单"}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup(cases[i][0]);

		fw_words_tighten(text);
		assert_string_equal(text, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_from_its_stored_form),
		cmocka_unit_test(refuses_what_no_reader_writes),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(is_searched_as_one_reads),
		cmocka_unit_test(is_written_without_the_readers_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
