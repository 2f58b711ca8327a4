/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/reading.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "capture/marks.h"

#define SIDE_PX   820 /* longer side of the picture that is looked at */
#define DEPTH     0.15f /* of the paper's brightness, by which ink is darker */
#define DEPTH_MIN 10
#define RULE_PX   48 /* a stroke longer than that is a rule of a table, not of a letter */
#define INK_MIN   600 /* pixels: less says nothing */
#define SIDEWAYS  0.5f /* print lies by a tenth either way */
#define BIN_PX    2 /* of the places where lines begin */
#define APART_PX  14 /* blank before what begins a line */
#define LINE_PX   20 /* shorter is none */

/* Gaps that are closed: letters stand this much apart, small or large. */
static const unsigned gaps[] = {2, 3, 4, 5, 6, 8, 10, 12};

struct ink {
	unsigned width, height; /* as it is read: rows are height */
	uint8_t *of; /* 1: ink */
};

static void clear_run(struct ink *ink, size_t from, size_t step, unsigned count)
{
	for (unsigned i = 0; i < count && count > RULE_PX; i++) {
		ink->of[from + i * step] = 2;
	}
}

/* Rules along lines of `count` pixels that lie `step` apart. */
static void mark_rules(struct ink *ink, unsigned lines, size_t next, unsigned count, size_t step)
{
	for (unsigned line = 0; line < lines; line++) {
		unsigned run = 0;

		for (unsigned i = 0; i <= count; i++) {
			size_t at = line * next + i * step;

			if (i < count && ink->of[at]) {
				run++;
				continue;
			}
			clear_run(ink, at - run * step, step, run);
			run = 0;
		}
	}
}

static void find_ink(const struct fw_marks *marks, struct ink *ink)
{
	unsigned width = marks->grey->width, height = marks->grey->height;

	*ink = (struct ink){width, height, g_malloc((size_t)width * height)};
	for (unsigned y = 0; y < height; y++) {
		const uint8_t *grey = fw_image_row(marks->grey, y);
		const uint8_t *ground = fw_image_row(marks->ground, y);

		for (unsigned x = 0; x < width; x++) {
			float least = MAX(DEPTH * (float)ground[x], DEPTH_MIN);

			ink->of[(size_t)y * width + x] = (float)(ground[x] - grey[x]) >= least;
		}
	}
	mark_rules(ink, height, width, width, 1);
	mark_rules(ink, width, 1, height, width);
	for (size_t i = 0; i < (size_t)width * height; i++) {
		ink->of[i] &= 1;
	}
}

static struct ink transposed(const struct ink *ink)
{
	struct ink other = {ink->height, ink->width, g_malloc((size_t)ink->width * ink->height)};

	for (unsigned y = 0; y < ink->height; y++) {
		for (unsigned x = 0; x < ink->width; x++) {
			other.of[(size_t)x * ink->height + y] = ink->of[(size_t)y * ink->width + x];
		}
	}
	return other;
}

/* Calls for each stretch of a row that no gap greater than `gap` breaks. */
static void each_stretch(const struct ink *ink, unsigned gap,
	void (*call)(void *user, unsigned from, unsigned to), void *user)
{
	for (unsigned y = 0; y < ink->height; y++) {
		const uint8_t *row = ink->of + (size_t)y * ink->width;
		unsigned from = 0, last = 0;
		bool open = false;

		for (unsigned x = 0; x < ink->width; x++) {
			if (!row[x]) {
				continue;
			}
			if (open && x - last > gap + 1) {
				call(user, from, last + 1);
				open = false;
			}
			from = open ? from : x;
			open = true;
			last = x;
		}
		if (open) {
			call(user, from, last + 1);
		}
	}
}

struct lengths {
	double sum, squares;
};

static void add_length(void *user, unsigned from, unsigned to)
{
	struct lengths *lengths = user;
	double length = to - from;

	lengths->sum += length;
	lengths->squares += length * length;
}

static double mean_length(const struct ink *ink, unsigned gap)
{
	struct lengths lengths = {0};

	each_stretch(ink, gap, add_length, &lengths);
	return lengths.sum > INK_MIN ? lengths.squares / lengths.sum : 0;
}

struct ends {
	unsigned *begins, *ends;
};

static void add_ends(void *user, unsigned from, unsigned to)
{
	struct ends *ends = user;

	if (to - from >= LINE_PX) {
		ends->begins[from / BIN_PX]++;
		ends->ends[to / BIN_PX]++;
	}
}

/* How much more often lines begin below each other than they end so. */
static float begins(const struct ink *ink)
{
	unsigned bins = ink->width / BIN_PX + 2;
	g_autofree unsigned *begin = g_new0(unsigned, bins), *end = g_new0(unsigned, bins);
	struct ends ends = {begin, end};
	double begun = 0, ended = 0;

	each_stretch(ink, APART_PX, add_ends, &ends);
	for (unsigned i = 1; i < bins;
		i++) { /* neighbours: a line's letters are not cut off evenly */
		double a = begin[i - 1] + begin[i], b = end[i - 1] + end[i];

		begun += a * a;
		ended += b * b;
	}
	return ended > 0 ? (float)(begun / ended) : 1;
}

void fw_reading_find(const struct fw_image *page, struct fw_reading *ret_reading)
{
	unsigned factor = MAX((MAX(page->width, page->height) + SIDE_PX / 2) / SIDE_PX, 1);
	fw_cleanup(fw_image_destroy) struct fw_image *small = fw_image_reduce(page, factor);
	fw_cleanup(fw_marks_destroy) struct fw_marks *marks = fw_marks_create(small);
	struct ink ink, turned;
	double best = 0;

	*ret_reading = (struct fw_reading){.begins = 1};
	find_ink(marks, &ink);
	turned = transposed(&ink);
	for (size_t i = 0; i < G_N_ELEMENTS(gaps); i++) {
		double along = mean_length(&ink, gaps[i]), down = mean_length(&turned, gaps[i]);
		double ratio = along > 0 && down > 0 ? along / down : 1;

		if (fabs(log(ratio)) > fabs(best)) {
			best = log(ratio);
		}
	}
	ret_reading->across = best != 0 ? (float)exp(best) : 0;
	ret_reading->begins = begins(best < 0 ? &turned : &ink);
	g_free(ink.of);
	g_free(turned.of);
}

bool fw_reading_is_sideways(const struct fw_reading *reading)
{
	return reading->across > 0 && reading->across < SIDEWAYS;
}

unsigned fw_reading_turn(const struct fw_reading *reading)
{
	return reading->begins >= 1 ? 270 : 90;
}
