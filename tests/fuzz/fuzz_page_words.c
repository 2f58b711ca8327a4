/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a page as a process wrote them that had looked at foreign pictures: what is taken lies on the page, is written and read again
 * the same, and can be searched, tightened and drawn. */
#include <string.h>

#include <glib.h>

#include "base/limits.h"
#include "capture/page_words.h"
#include "capture/pdf_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct fw_page_words *words)
{
	g_assert(words->turn % 90 == 0 && words->turn < 360);
	g_assert(words->width <= FW_CAPTURE_SIDE_MAX && words->height <= FW_CAPTURE_SIDE_MAX);
	g_assert(words->lines->len <= FW_PAGE_LINES_MAX);
	for (guint i = 0; i < words->lines->len; i++) {
		const struct fw_page_line *line =
			&g_array_index(words->lines, struct fw_page_line, i);
		g_autofree char *folded = fw_words_fold(line->text), *tight = g_strdup(line->text);

		g_assert(line->right <= (int)words->width && line->bottom <= (int)words->height);
		g_assert(fw_page_words_hold(words, folded) || !folded[0]);
		fw_words_tighten(tight);
		g_assert(strlen(tight) <= strlen(line->text) && g_utf8_validate(tight, -1, NULL));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) drawing = g_string_new(NULL);
	struct fw_page_words words, again;
	char *text, *text_again;

	if (fw_page_words_parse((const char *)data, size, &words) < 0) {
		return 0;
	}
	look_at(&words);
	fw_pdf_words_draw(drawing, &words, 595, 842);
	text = fw_page_words_print(&words);
	g_assert(strlen(text) <= FW_PAGE_WORDS_MAX_BYTES);
	g_assert(fw_page_words_parse(text, strlen(text), &again) == 0);
	text_again = fw_page_words_print(&again);
	g_assert(strcmp(text, text_again) == 0);
	free(text);
	free(text_again);
	fw_page_words_clear(&words);
	fw_page_words_clear(&again);
	return 0;
}
