/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/paper_around.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include <glib.h>

#include "capture/print_lines.h"

#define SURE_STEP      14 /* grounds that differ so much are paper and desk */
#define JOINED_STEP    6 /* and so little one sheet */
#define JOINED_DEPTH   5 /* hundredths: not even the shadow of an edge; PRINTED is too deep for one */
#define BEYOND_PICTURE 255
#define JOINED_MAX \
	5 /* of a side's places with one sheet on both flanks: more, and the side is a picture's that was gone on with */
#define SURE_ENOUGH  2 /* sides */
#define CREASED      3 /* times as much do the other sides differ */
#define FLANK        8.0 /* pixels from a side to where its ground is looked at */
#define FLANK_PLACES 24
#define PRINTED      30 /* hundredths by which a printed line is darker than its paper */
#define MARKS_OFF    6.0 /* pixels beyond a side: less is the shadow along it */
#define MARKS_MIN    3 /* fewer outside are dirt */
#define MARKS_SHARE  0.01f /* of those inside */
#define FOLLOWED     0.2 /* of a side along which print stands */
#define SAME_PAPER   0.72f /* of the brightness around the marks inside */
#define TURN_MAX     4.0 /* degrees */
#define GLANCE       8 /* marks of which one is looked at first */

struct flanks {
	int step; /* how much darker the ground is outside than inside, whatever is printed there */
	int depth; /* hundredths of the ground that the side itself is darker, as a line is */
	int joined; /* places at which nothing changes */
};

static void set_outwards(const struct fw_quad *quad, struct fw_line ret_lines[4])
{
	for (int i = 0; i < 4; i++) {
		struct fw_point a = quad->corner[i], b = quad->corner[(i + 1) % 4];
		double length = fw_point_distance(a, b);
		struct fw_line line = {(b.y - a.y) / length, (a.x - b.x) / length, 0};

		line.d = line.nx * a.x + line.ny * a.y;
		ret_lines[i] = line;
	}
}

static int compare_ints(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

static int middle(int *values, int count)
{
	qsort(values, (size_t)count, sizeof(int), compare_ints);
	return count ? values[count / 2] : 0;
}

/* In hundredths of the ground's brightness, how dark the darkest is that lies within 2 pixels. */
static int depth_at(const struct fw_marks *marks, double x, double y, double out_x, double out_y)
{
	int deepest = 0;

	for (int k = -2; k <= 2; k++) {
		unsigned u = (unsigned)(x + k * out_x / FLANK),
			 v = (unsigned)(y + k * out_y / FLANK);
		int ground = fw_image_row(marks->ground, v)[u];
		int depth = ground - fw_image_row(marks->grey, v)[u];

		deepest = MAX(deepest, 100 * depth / MAX(ground, 1));
	}
	return deepest;
}

/* How much darker the ground is outwards of a place than inwards; 255 beyond the picture: it surely ends there. */
static int step_at(const struct fw_image *ground, double x, double y, double out_x, double out_y)
{
	double left = MIN(x - out_x, x + out_x), right = MAX(x - out_x, x + out_x);
	double top = MIN(y - out_y, y + out_y), bottom = MAX(y - out_y, y + out_y);

	if (left < 0 || top < 0 || right >= ground->width || bottom >= ground->height) {
		return BEYOND_PICTURE;
	}
	return fw_image_row(ground, (unsigned)(y - out_y))[(unsigned)(x - out_x)] -
		fw_image_row(ground, (unsigned)(y + out_y))[(unsigned)(x + out_x)];
}

/* What is on both sides of one of a quadrilateral's sides, and on it; medians of some places. */
static struct flanks look_at_flanks(const struct fw_marks *marks, const struct fw_quad *quad, int i)
{
	struct fw_point a = quad->corner[i], b = quad->corner[(i + 1) % 4];
	double length = fw_point_distance(a, b);
	double out_x = FLANK * (b.y - a.y) / length, out_y = FLANK * (a.x - b.x) / length;
	int steps[FLANK_PLACES], depths[FLANK_PLACES], count = 0, joined = 0;

	for (int k = 0; k < FLANK_PLACES; k++) {
		double share = (k + 0.5) / FLANK_PLACES;
		double x = a.x + share * (b.x - a.x), y = a.y + share * (b.y - a.y);
		int step = step_at(marks->ground, x, y, out_x, out_y);

		if (step == BEYOND_PICTURE) {
			continue;
		}
		depths[count] = depth_at(marks, x, y, out_x, out_y);
		/* Further out, too: a curled side is not where the line is. */
		joined += (depths[count] < JOINED_DEPTH || depths[count] >= PRINTED) &&
			abs(step) < JOINED_STEP &&
			abs(step_at(marks->ground, x, y, 2 * out_x, 2 * out_y)) < JOINED_STEP;
		steps[count++] = step;
	}
	return (struct flanks){middle(steps, count), middle(depths, count), joined};
}

static bool ends_paper(const struct flanks *flanks)
{
	return flanks->step >= SURE_STEP && flanks->joined <= JOINED_MAX;
}

/* The sides that surely have paper inside and desk outside, a bit each. */
unsigned fw_paper_sure_sides(
	const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames)
{
	unsigned sure = 0;

	for (int i = 0; i < 4; i++) {
		struct flanks flanks = {0};

		if (!(frames >> i & 1)) {
			flanks = look_at_flanks(marks, quad, i);
		}
		sure |= (unsigned)ends_paper(&flanks) << i;
	}
	return sure;
}

unsigned fw_paper_creased_side(
	const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames)
{
	int steps[4], weakest = 0, next = INT_MAX;

	for (int i = 0; i < 4; i++) {
		if (frames >> i & 1) {
			return 0;
		}
		steps[i] = look_at_flanks(marks, quad, i).step;
		weakest = steps[i] < steps[weakest] ? i : weakest;
	}
	for (int i = 0; i < 4; i++) {
		next = i == weakest ? next : MIN(next, steps[i]);
	}
	return next >= CREASED * MAX(steps[weakest], SURE_STEP) ? 1u << weakest : 0;
}

bool fw_paper_is_darker(const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames)
{
	for (int i = 0; i < 4; i++) {
		if (!(frames >> i & 1) && look_at_flanks(marks, quad, i).step > -SURE_STEP) {
			return false;
		}
	}
	return true;
}

/* The sides beyond which the mark lies, a bit each. */
static unsigned sides_before(const struct fw_line outwards[4], const struct fw_mark *mark)
{
	unsigned sides = 0;

	for (int i = 0; i < 4; i++) {
		const struct fw_line *line = &outwards[i];

		if (line->nx * mark->x + line->ny * mark->y > line->d + MARKS_OFF) {
			sides |= 1u << i;
		}
	}
	return sides;
}

/* Whether print on the same paper would be cut off: desk in between tells another sheet. */
static bool cuts_print(
	const struct fw_marks *marks, const struct fw_quad *quad, unsigned sure, unsigned stride)
{
	unsigned outside[256] = {0}, inside = 0, cut = 0;
	struct fw_line outwards[4];
	float paper = 0;

	set_outwards(quad, outwards);
	for (unsigned i = 0; i < marks->count; i += stride) {
		const struct fw_mark *mark = &marks->mark[i];
		unsigned before = sides_before(outwards, mark);

		if (before == 0) {
			paper += mark->paper;
			inside++;
		} else if ((before & sure) == 0) {
			outside[(unsigned)CLAMP(mark->paper, 0, 255)]++;
		}
	}
	paper = inside ? paper / (float)inside : 0;
	for (unsigned level = (unsigned)(SAME_PAPER * paper); level < 256; level++) {
		cut += outside[level];
	}
	return cut > MARKS_MIN && (float)cut > MARKS_SHARE * (float)inside;
}

/* A side that runs along a line of print, where no paper ends. */
static bool follows_print(const struct fw_marks *marks, const struct fw_quad *quad, unsigned sides)
{
	struct fw_line outwards[4];
	unsigned near[4] = {0};

	set_outwards(quad, outwards);
	for (unsigned i = 0; i < marks->count; i++) {
		const struct fw_mark *mark = &marks->mark[i];

		if (sides_before(outwards, mark) != 0) {
			continue;
		}
		for (int k = 0; k < 4; k++) {
			const struct fw_line *line = &outwards[k];

			near[k] += line->nx * mark->x + line->ny * mark->y > line->d - MARKS_OFF;
		}
	}
	for (int k = 0; k < 4; k++) {
		double length = fw_point_distance(quad->corner[k], quad->corner[(k + 1) % 4]);

		if ((sides >> k & 1) && near[k] * FW_MARK_PX > FOLLOWED * length) {
			return true;
		}
	}
	return false;
}

bool fw_paper_goes_on(const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames)
{
	unsigned sure = 0, open = 0;

	for (int i = 0; i < 4; i++) {
		struct flanks flanks = {0};

		if (frames >> i & 1) {
			continue;
		}
		flanks = look_at_flanks(marks, quad, i);
		open += flanks.joined > JOINED_MAX;
		if (ends_paper(&flanks)) {
			sure |= 1u << i;
		} else if (flanks.depth >= PRINTED) {
			return true; /* a line with paper on both flanks: a table's, or a box's */
		}
	}
	/* Where paper and desk differ so much, a side does not vanish. */
	return (open > 0 && __builtin_popcount(sure) >= SURE_ENOUGH) ||
		cuts_print(marks, quad, sure, GLANCE) || cuts_print(marks, quad, sure, 1) ||
		follows_print(marks, quad, FW_ALL_SIDES & ~sure & ~frames);
}

/* --- print laid flat --------------------------------------------------------------------------- */

/* Where the marks would lie on the page laid flat. */
static GArray *flat_marks(const struct fw_marks *marks, const struct fw_quad *quad)
{
	double width = fw_point_distance(quad->corner[0], quad->corner[1]);
	double height = fw_point_distance(quad->corner[0], quad->corner[3]);
	const struct fw_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};
	GArray *points = g_array_new(FALSE, FALSE, sizeof(struct fw_point));
	struct fw_homography map;

	if (!fw_homography_between(quad, &flat, &map)) {
		return points;
	}
	for (unsigned i = 0; i < marks->count; i++) {
		const struct fw_mark *mark = &marks->mark[i];
		struct fw_point at = fw_homography_map(&map, (struct fw_point){mark->x, mark->y});

		if (at.x > 0 && at.y > 0 && at.x < width && at.y < height) {
			g_array_append_val(points, at);
		}
	}
	return points;
}

static int compare_across(const void *left, const void *right)
{
	double a = ((const struct fw_point *)left)->x, b = ((const struct fw_point *)right)->x;

	return (a > b) - (a < b);
}

static int compare_down(const void *left, const void *right)
{
	double a = ((const struct fw_point *)left)->y, b = ((const struct fw_point *)right)->y;

	return (a > b) - (a < b);
}

double fw_paper_print_turn(const struct fw_marks *marks, const struct fw_quad *quad)
{
	g_autoptr(GArray) points = flat_marks(marks, quad);
	struct fw_print_lines all, part;
	double worst = 0;

	fw_print_lines_find((struct fw_point *)(void *)points->data, points->len, TURN_MAX, &all);
	if (!all.sure) {
		return 0;
	}
	g_array_sort(points, all.upright ? compare_across : compare_down);
	for (guint i = 0; i < 2; i++) {
		guint first = i * (points->len / 2);

		fw_print_lines_find(&g_array_index(points, struct fw_point, first), points->len / 2,
			TURN_MAX, &part);
		if (part.sure && part.upright == all.upright) {
			worst = MAX(worst, fabs(part.degrees));
		}
	}
	return MAX(worst, fabs(all.degrees));
}
