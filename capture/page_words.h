/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is printed on a page, line by line with its place, and its stored form:
 *     {"turn":180,"width":1654,"height":2339,"lines":[[left,top,right,bottom,"text"], ...]}
 * The places are of the picture that was read: the page, turned clockwise by `turn` so that its print stands upright.
 * The stored form is written by a process that looked at foreign pictures, so reading it trusts nothing.
 *
 * Owner: the creator, of what fw_page_words_clear() frees. Threads: any, pure. Errors: -EBADMSG not such a text.
 */
#ifndef FW_CAPTURE_PAGE_WORDS_H
#define FW_CAPTURE_PAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#define FW_PAGE_LINES_MAX      1000
#define FW_PAGE_LINE_MAX_CHARS 300
#define FW_PAGE_WORDS_MAX_BYTES \
	(2 << 20) /* of the stored form: so many lines of escapes of six bytes fit */

struct fw_page_line {
	int left, top, right, bottom; /* pixels */
	char *text; /* UTF-8, not empty */
};

struct fw_page_words {
	unsigned turn; /* 0, 90, 180, 270 */
	unsigned width, height; /* of the picture that was read */
	GArray *lines; /* struct fw_page_line */
};

void fw_page_words_init(struct fw_page_words *words);
void fw_page_words_clear(struct fw_page_words *words);

/* Adds a line, its text shortened to what is taken; false: it is empty, nowhere, or there are too many. */
bool fw_page_words_add(struct fw_page_words *words, const struct fw_page_line *line);

/* Of all lines. */
size_t fw_page_words_characters(const struct fw_page_words *words);

/* g_free. */
char *fw_page_words_print(const struct fw_page_words *words);
int fw_page_words_parse(const char *text, size_t size, struct fw_page_words *ret_words);

/* Leaves out, in place, the white space that recognition puts between characters that are written without. */
void fw_words_tighten(char *text);

/*
 * As it is searched for: letters of either case alike, and without white space. g_free.
 */
char *fw_words_fold(const char *text);
/* Whether the page has them, also where they go on in the next line. folded: by fw_words_fold(). */
bool fw_page_words_hold(const struct fw_page_words *words, const char *folded);

#endif
