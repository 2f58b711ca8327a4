/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/words_likeness.h"

#include <stdint.h>
#include <stdlib.h>

#define ANCHOR 2 /* characters in a row that both have: words they share */
#define LONGER 3 /* times, at most: else something was lost there, or made of dirt */
#define PHRASE 8 /* characters that are written whatever stands on the other */
#define OTHER  4 /* characters that are others, from which pages differ: more than a misread word */
#define DOUBT  3 /* of them for each place that was misread: of badly read pages nothing is known */

/* --- the text, as it is read: row by row, without what recognition makes of dots and lines --------- */

struct text {
	gunichar *characters;
	unsigned length;
};

static int by_middle(const void *left, const void *right)
{
	const struct fw_page_line *a = *(const struct fw_page_line *const *)left;
	const struct fw_page_line *b = *(const struct fw_page_line *const *)right;

	return (a->top + a->bottom) - (b->top + b->bottom);
}

static int by_left(const void *left, const void *right)
{
	const struct fw_page_line *a = *(const struct fw_page_line *const *)left;
	const struct fw_page_line *b = *(const struct fw_page_line *const *)right;

	return a->left - b->left;
}

/* Of lines sorted by their middle: how many stand beside the first one. */
static unsigned row_length(const struct fw_page_line **lines, unsigned count)
{
	int middle = lines[0]->top + lines[0]->bottom, height = lines[0]->bottom - lines[0]->top;
	unsigned length = 1;

	while (length < count && lines[length]->top + lines[length]->bottom - middle < height) {
		length++;
	}
	return length;
}

static void add_line(struct text *text, const char *line)
{
	g_autofree char *folded = g_utf8_casefold(line, -1);

	for (const char *c = folded; *c && text->length < FW_WORDS_COMPARED;
		c = g_utf8_next_char(c)) {
		if (g_unichar_isalnum(g_utf8_get_char(c))) {
			text->characters[text->length++] = g_utf8_get_char(c);
		}
	}
}

static void read_text(const struct fw_page_words *words, struct text *text)
{
	unsigned count = words->lines->len;
	g_autofree const struct fw_page_line **lines =
		g_new(const struct fw_page_line *, MAX(count, 1));

	*text = (struct text){.characters = g_new(gunichar, FW_WORDS_COMPARED)};
	for (unsigned i = 0; i < count; i++) {
		lines[i] = &g_array_index(words->lines, struct fw_page_line, i);
	}
	qsort(lines, count, sizeof(*lines), by_middle);
	for (unsigned i = 0, length; i < count; i += length) {
		length = row_length(lines + i, count - i);
		qsort(lines + i, length, sizeof(*lines), by_left);
		for (unsigned k = i; k < i + length; k++) {
			add_line(text, lines[k]->text);
		}
	}
}

/* --- what both have ------------------------------------------------------------------------------- */

/* At [i][k] how many characters of the rests from i and k on can be matched, in their order. */
static uint16_t *match_rests(const struct text *left, const struct text *right)
{
	unsigned across = right->length + 1;
	uint16_t *most = g_new0(uint16_t, (size_t)(left->length + 1) * across);

	for (unsigned i = left->length; i-- > 0;) {
		uint16_t *row = most + (size_t)i * across, *next = row + across;

		for (unsigned k = right->length; k-- > 0;) {
			row[k] = left->characters[i] == right->characters[k]
				? next[k + 1] + 1
				: MAX(next[k], row[k + 1]);
		}
	}
	return most;
}

/* How many follow each other here on both. */
static unsigned run_length(const struct text *left, unsigned i, const struct text *right, unsigned k)
{
	unsigned length = 0;

	while (i + length < left->length && k + length < right->length &&
		left->characters[i + length] == right->characters[k + length]) {
		length++;
	}
	return length;
}

static bool is_number(const gunichar *characters, unsigned length)
{
	for (unsigned i = 0; i < length; i++) {
		if (!g_unichar_isdigit(characters[i])) {
			return false;
		}
	}
	return true;
}

struct tally {
	unsigned others; /* characters that stand on both between shared words, and are not the same */
	unsigned misread; /* places where what stands on both is no such thing; a digit may be either */
};

static void count_place(struct tally *tally, const gunichar *left, unsigned left_length,
	const gunichar *right, unsigned right_length)
{
	unsigned fewer = MIN(left_length, right_length), more = MAX(left_length, right_length);

	if (fewer >= PHRASE || (fewer >= ANCHOR && more <= LONGER * fewer)) {
		tally->others += fewer;
	} else if (fewer > 0 && !(is_number(left, left_length) && is_number(right, right_length))) {
		tally->misread++;
	}
}

static struct tally compare(const struct text *left, const struct text *right)
{
	g_autofree uint16_t *most = match_rests(left, right);
	unsigned across = right->length + 1;
	unsigned i = 0, k = 0, left_end = 0, right_end = 0; /* of the last shared words */
	struct tally tally = {0};

	while (i < left->length && k < right->length) {
		const uint16_t *here = most + (size_t)i * across + k;
		unsigned run = run_length(left, i, right, k);

		if (run >= ANCHOR) {
			count_place(&tally, left->characters + left_end, i - left_end,
				right->characters + right_end, k - right_end);
			i = left_end = i + run;
			k = right_end = k + run;
		} else if (run > 0) {
			i += run;
			k += run;
		} else if (here[across] >= here[1]) {
			i++;
		} else {
			k++;
		}
	}
	count_place(&tally, left->characters + left_end, left->length - left_end,
		right->characters + right_end, right->length - right_end);
	return tally;
}

bool fw_page_words_differ(const struct fw_page_words *left, const struct fw_page_words *right)
{
	struct text ours, theirs;
	struct tally tally;

	read_text(left, &ours);
	read_text(right, &theirs);
	tally = compare(&ours, &theirs);
	g_free(ours.characters);
	g_free(theirs.characters);
	return tally.others >= OTHER && tally.others >= DOUBT * tally.misread;
}
