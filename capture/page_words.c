/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/page_words.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define FIRST_HAN 0x2e80 /* from here on: what is written in squares, with its punctuation */

static void clear_line(void *line)
{
	g_free(((struct fw_page_line *)line)->text);
}

void fw_page_words_init(struct fw_page_words *words)
{
	*words = (struct fw_page_words){
		.lines = g_array_new(FALSE, FALSE, sizeof(struct fw_page_line))};
	g_array_set_clear_func(words->lines, clear_line);
}

void fw_page_words_clear(struct fw_page_words *words)
{
	g_clear_pointer(&words->lines, g_array_unref);
}

static bool lies_in(const struct fw_page_words *words, const struct fw_page_line *line)
{
	return line->left >= 0 && line->top >= 0 && line->left < line->right &&
		line->top < line->bottom && line->right <= (int)words->width &&
		line->bottom <= (int)words->height;
}

bool fw_page_words_add(struct fw_page_words *words, const struct fw_page_line *line)
{
	struct fw_page_line own = *line;

	if (!line->text[0] || !lies_in(words, line) || words->lines->len >= FW_PAGE_LINES_MAX) {
		return false;
	}
	own.text = g_utf8_substring(
		line->text, 0, MIN(g_utf8_strlen(line->text, -1), FW_PAGE_LINE_MAX_CHARS));
	g_array_append_val(words->lines, own);
	return true;
}

size_t fw_page_words_characters(const struct fw_page_words *words)
{
	size_t sum = 0;

	for (guint i = 0; i < words->lines->len; i++) {
		sum += (size_t)g_utf8_strlen(
			g_array_index(words->lines, struct fw_page_line, i).text, -1);
	}
	return sum;
}

char *fw_page_words_print(const struct fw_page_words *words)
{
	json_auto_t *json = json_pack("{s:i, s:i, s:i, s:[]}", "turn", (int)words->turn, "width",
		(int)words->width, "height", (int)words->height, "lines");
	json_t *lines = json_object_get(json, "lines");

	for (guint i = 0; i < words->lines->len; i++) {
		const struct fw_page_line *line =
			&g_array_index(words->lines, struct fw_page_line, i);

		json_array_append_new(lines,
			json_pack("[i, i, i, i, s]", line->left, line->top, line->right,
				line->bottom, line->text));
	}
	return json_dumps(json, JSON_COMPACT);
}

static bool read_head(const json_t *json, struct fw_page_words *words)
{
	int turn, width, height;

	if (json_unpack((json_t *)json, "{s:i, s:i, s:i}", "turn", &turn, "width", &width, "height",
		    &height) < 0 ||
		turn < 0 || turn > 270 || turn % 90 != 0 || width < 1 || height < 1 ||
		width > FW_CAPTURE_SIDE_MAX || height > FW_CAPTURE_SIDE_MAX) {
		return false;
	}
	words->turn = (unsigned)turn;
	words->width = (unsigned)width;
	words->height = (unsigned)height;
	return true;
}

static bool read_line(const json_t *json, struct fw_page_words *words)
{
	struct fw_page_line line;

	return json_unpack((json_t *)json, "[i, i, i, i, s]", &line.left, &line.top, &line.right,
		       &line.bottom, &line.text) == 0 &&
		fw_page_words_add(words, &line);
}

int fw_page_words_parse(const char *text, size_t size, struct fw_page_words *ret_words)
{
	json_auto_t *json = size <= FW_PAGE_WORDS_MAX_BYTES
		? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL)
		: NULL;
	json_t *lines = json_object_get(json, "lines"), *line;
	struct fw_page_words words;
	bool good;
	size_t i;

	fw_page_words_init(&words);
	good = read_head(json, &words) && json_is_array(lines);
	json_array_foreach (lines, i, line) {
		good = good && read_line(line, &words);
	}
	if (!good) {
		fw_page_words_clear(&words);
		return -EBADMSG;
	}
	*ret_words = words;
	return 0;
}

static bool is_han(gunichar one)
{
	return one >= FIRST_HAN;
}

void fw_words_tighten(char *text)
{
	gunichar before = 0;
	char *to = text;

	for (const char *c = text; *c;) {
		const char *next = g_utf8_next_char(c);
		gunichar one = g_utf8_get_char(c);
		bool joins = is_han(before) || is_han(g_utf8_get_char(next));

		if (one != ' ' || !joins) {
			memmove(to, c, (size_t)(next - c));
			to += next - c;
			before = one;
		}
		c = next;
	}
	*to = '\0';
}

char *fw_words_fold(const char *text)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);
	GString *plain = g_string_new(NULL);

	for (const char *c = folded; *c; c = g_utf8_next_char(c)) {
		if (!g_unichar_isspace(g_utf8_get_char(c))) {
			g_string_append_unichar(plain, g_utf8_get_char(c));
		}
	}
	return g_string_free(plain, FALSE);
}

bool fw_page_words_hold(const struct fw_page_words *words, const char *folded)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autofree char *plain = NULL;

	for (guint i = 0; i < words->lines->len; i++) {
		g_string_append(all, g_array_index(words->lines, struct fw_page_line, i).text);
	}
	plain = fw_words_fold(all->str);
	return folded[0] && strstr(plain, folded);
}
