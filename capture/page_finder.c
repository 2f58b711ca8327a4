/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/page_finder.h"

#include <math.h>

#include <glib.h>

#include "capture/edge_refine.h"
#include "capture/format.h"
#include "capture/marks.h"
#include "capture/paper_around.h"
#include "capture/print_lines.h"
#include "capture/side.h"

#define SIDE_PX         820 /* longer side of the picture that is searched */
#define PARALLEL        0.21 /* sine of the largest angle between opposite sides */
#define ACROSS          0.42 /* cosine of the least angle between neighbours */
#define DISTANCE_MIN    0.10 /* between opposite sides, of the shorter side of the frame */
#define AREA_MIN        0.02 /* of the frame: an identity card under an A4 camera has 5 % */
#define OUTSIDE_MAX     0.02 /* how far a corner may lie beyond the frame, of its longer side */
#define FRAME_SCORE     0.24f
#define SCORE_MIN       0.36f
#define ENCLOSING_SCORE 0.62f /* of the best score: what an enclosing page must have at least */
#define ENDS            0.09 /* of a side, before a corner */
#define ENDS_COST       0.15f
#define SEEN_SUPPORT    0.4f /* of a side, that it counts as seen */
#define OPENING         2.5 /* degrees between opposite sides that a camera above leaves */
#define OPENING_COST    0.015f /* of each degree more */
#define FORMAT_BONUS    0.02f
#define MARKS_MIN       3 /* fewer are dirt */
#define TURN_FREE       0.4 /* that print may be turned on its paper */
#define TURN_COST       0.06f /* of each degree more */
#define NEAR_BEST       0.15f /* of the best score */
#define COMPARED        12
#define LEVEL_MAX       12.0 /* degrees by which a whole picture is turned */
#define LEVEL_MIN       0.15
#define TRIES           4000 /* candidates that are held against the marks */
#define PRINT_MIN       12 /* marks that make a printed page */
#define PRINT_NEAR      0.05f /* of the frame's sides: print so near has its paper's edge outside */
#define BEYOND_SLACK    0.002 /* of the diagonal: a corner that much outside is nothing to tell */
#define MARGIN          0.004 /* of the diagonal, added all around */
#define BULGE_MAX       8.0 /* pixels that a curled edge may add */
#define REFINE_REACH    2.5 /* pixels off which a side found in the reduced picture may be */

struct candidate {
	struct fw_quad quad;
	unsigned side[4]; /* of the sides: from corner i to corner i + 1 */
	float score;
	float step; /* least of the four: how surely paper is inside and desk outside; < 0: darker inside */
	float support; /* least of those that are not the frame's */
	unsigned frames;
};

struct finder {
	const struct fw_field *field;
	const struct fw_marks *marks;
	struct fw_side sides[FW_SIDES_MAX + 4];
	unsigned count;
	double diagonal;
	GArray *candidates;
};

/* --- judging ----------------------------------------------------------------------------------- */

static float step_size(const struct fw_stretch *stretch, float sign)
{
	float square = 0;

	for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
		square += stretch->step[c] * stretch->step[c];
	}
	return sqrtf(square) * (stretch->step[0] * sign < 0 ? -1 : 1);
}

/* Support of the line's continuation beyond a corner: a page's side ends there, a desk's does not. */
static float beyond(
	const struct finder *finder, const struct fw_side *side, double place, int direction)
{
	double near = place + direction * 6, far = place + direction * 0.07 * finder->diagonal;
	struct fw_stretch stretch;

	if (direction < 0 ? near - side->start < 8 : side->start + (int)side->count - near < 8) {
		return 0;
	}
	fw_side_stretch(side, MIN(near, far), MAX(near, far), &stretch);
	return stretch.support;
}

/* Of the stretch before a corner: a page's side goes on until there. */
static float end_support(const struct fw_side *side, double low, double high, bool at_low)
{
	double length = ENDS * (high - low);
	struct fw_stretch stretch;

	fw_side_stretch(side, at_low ? low + 3 : high - 3 - length,
		at_low ? low + 3 + length : high - 3, &stretch);
	return stretch.support;
}

static float judge_side(const struct finder *finder, struct candidate *candidate, unsigned i)
{
	const struct fw_side *side = &finder->sides[candidate->side[i]];
	double a = fw_side_place(side, candidate->quad.corner[i]);
	double b = fw_side_place(side, candidate->quad.corner[(i + 1) % 4]);
	struct fw_point opposite = candidate->quad.corner[(i + 2) % 4];
	float sign = side->line.nx * opposite.x + side->line.ny * opposite.y > side->line.d ? 1 : -1;
	double low = MIN(a, b), high = MAX(a, b);
	struct fw_stretch stretch;
	float step, loose, ends;

	if (side->frame) {
		candidate->frames++;
		candidate->step = MIN(candidate->step, 0);
		return FRAME_SCORE;
	}
	fw_side_stretch(side, low + 3, high - 3, &stretch);
	step = step_size(&stretch, sign);
	loose = (beyond(finder, side, low, -1) + beyond(finder, side, high, 1)) / 2;
	candidate->step = MIN(candidate->step, step);
	candidate->support = MIN(candidate->support, stretch.support);
	ends = (end_support(side, low, high, true) + end_support(side, low, high, false)) / 2;
	return 0.6f * stretch.support - ENDS_COST * (1 - ends) +
		0.4f * fabsf(step) / (fabsf(step) + 10) * (step < 0 ? 0.6f : 1) -
		0.25f * loose * stretch.support;
}

/* Degrees by which the opposite sides miss being parallel, the greater. */
static double opening(const struct fw_quad *quad)
{
	double direction[4], worst = 0;

	for (int i = 0; i < 4; i++) {
		struct fw_point a = quad->corner[i], b = quad->corner[(i + 1) % 4];

		direction[i] = atan2(b.y - a.y, b.x - a.x);
	}
	for (int i = 0; i < 2; i++) {
		worst = MAX(worst, fabs(remainder(direction[i] - direction[i + 2], M_PI)));
	}
	return worst * 180 / M_PI;
}

/* What a camera that stands above makes of a sheet. */
static float shape_score(const struct candidate *candidate)
{
	double open = opening(&candidate->quad);
	bool known =
		candidate->frames == 0 && fw_format_guess(&candidate->quad) != FW_FORMAT_UNKNOWN;

	return (known ? FORMAT_BONUS : 0) - OPENING_COST * (float)MAX(open - OPENING, 0);
}

static void judge(struct finder *finder, struct candidate *candidate)
{
	double area = fw_quad_area(&candidate->quad) /
		(finder->field->width * (double)finder->field->height);
	float sum = 0, least = 1;

	candidate->step = 1000;
	candidate->support = 1;
	for (unsigned i = 0; i < 4; i++) {
		float score = judge_side(finder, candidate, i);

		sum += score;
		least = MIN(least, score);
	}
	candidate->score = 0.6f * sum / 4 + 0.4f * least + 0.12f * (float)sqrt(CLAMP(area, 0, 1)) +
		shape_score(candidate);
}

/* --- candidates -------------------------------------------------------------------------------- */

struct pair {
	unsigned a, b;
};

static GArray *parallel_pairs(const struct finder *finder)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
	const struct fw_field *field = finder->field;
	struct fw_point centre = {field->width / 2.0, field->height / 2.0};
	double apart = DISTANCE_MIN * MIN(field->width, field->height);

	for (unsigned a = 0; a < finder->count; a++) {
		for (unsigned b = a + 1; b < finder->count; b++) {
			const struct fw_line *one = &finder->sides[a].line,
					     *two = &finder->sides[b].line;
			double sine = one->nx * two->ny - one->ny * two->nx;
			double same = one->nx * two->nx + one->ny * two->ny > 0 ? 1 : -1;
			double first = one->d - one->nx * centre.x - one->ny * centre.y;
			double second = two->d - two->nx * centre.x - two->ny * centre.y;

			if (fabs(sine) < PARALLEL && fabs(first - same * second) > apart) {
				g_array_append_val(pairs, ((struct pair){a, b}));
			}
		}
	}
	return pairs;
}

/* Turned so that the first corner is the upper left one. */
static void set_order(struct candidate *candidate)
{
	struct candidate turned = *candidate;
	unsigned first = 0;

	for (unsigned i = 1; i < 4; i++) {
		const struct fw_point *p = &candidate->quad.corner[i],
				      *q = &candidate->quad.corner[first];

		first = p->x + p->y < q->x + q->y ? i : first;
	}
	for (unsigned i = 0; i < 4; i++) {
		turned.quad.corner[i] = candidate->quad.corner[(first + i) % 4];
		turned.side[i] = candidate->side[(first + i) % 4];
	}
	*candidate = turned;
}

static bool corners_fit(const struct finder *finder, const struct fw_quad *quad)
{
	double width = finder->field->width, height = finder->field->height;
	double out = OUTSIDE_MAX * MAX(width, height);

	for (int i = 0; i < 4; i++) {
		const struct fw_point *p = &quad->corner[i];

		if (p->x < -out || p->y < -out || p->x > width + out || p->y > height + out) {
			return false;
		}
	}
	return fw_quad_is_convex(quad) && fw_quad_area(quad) >= AREA_MIN * width * height;
}

static void consider(struct finder *finder, const struct pair *one, const struct pair *two)
{
	struct candidate candidate = {.side = {one->a, two->a, one->b, two->b}};

	for (int i = 0; i < 4; i++) {
		if (!fw_line_cross(&finder->sides[candidate.side[(i + 3) % 4]].line,
			    &finder->sides[candidate.side[i]].line, &candidate.quad.corner[i])) {
			return;
		}
	}
	if (fw_quad_area(&candidate.quad) < 0) { /* anticlockwise: the other way round */
		struct candidate turned = candidate;

		for (int i = 0; i < 4; i++) {
			turned.quad.corner[i] = candidate.quad.corner[(4 - i) % 4];
			turned.side[i] = candidate.side[(3 - i) % 4];
		}
		candidate = turned;
	}
	if (corners_fit(finder, &candidate.quad)) {
		set_order(&candidate);
		judge(finder, &candidate);
		g_array_append_val(finder->candidates, candidate);
	}
}

static void enumerate(struct finder *finder)
{
	g_autoptr(GArray) pairs = parallel_pairs(finder);

	for (guint i = 0; i < pairs->len; i++) {
		const struct pair *one = &g_array_index(pairs, struct pair, i);
		const struct fw_line *first = &finder->sides[one->a].line;

		for (guint k = i + 1; k < pairs->len; k++) {
			const struct pair *two = &g_array_index(pairs, struct pair, k);
			const struct fw_line *second = &finder->sides[two->a].line;

			if (fabs(first->nx * second->nx + first->ny * second->ny) < ACROSS) {
				consider(finder, one, two);
			}
		}
	}
}

/* --- choosing ---------------------------------------------------------------------------------- */

static bool encloses(const struct fw_quad *outer, const struct fw_quad *inner)
{
	struct fw_quad grown;

	if (!fw_quad_grow(outer, 4, &grown) || fw_quad_area(outer) < 1.03 * fw_quad_area(inner)) {
		return false;
	}
	for (int i = 0; i < 4; i++) {
		struct fw_point a = grown.corner[i], b = grown.corner[(i + 1) % 4];

		for (int k = 0; k < 4; k++) {
			struct fw_point p = inner->corner[k];

			if ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) < 0) {
				return false;
			}
		}
	}
	return true;
}

static unsigned frame_sides(const struct finder *finder, const struct candidate *candidate)
{
	unsigned frames = 0;

	for (int i = 0; i < 4; i++) {
		frames |= (unsigned)finder->sides[candidate->side[i]].frame << i;
	}
	return frames;
}

/* Paper inside and desk outside, as far as the picture goes. */
static bool is_sure(const struct finder *finder, const struct candidate *candidate)
{
	unsigned frames = frame_sides(finder, candidate);

	return (fw_paper_sure_sides(finder->marks, &candidate->quad, frames) | frames) ==
		FW_ALL_SIDES;
}

static bool is_darker(const struct finder *finder, const struct candidate *candidate)
{
	return fw_paper_is_darker(finder->marks, &candidate->quad, frame_sides(finder, candidate));
}

static bool is_on_paper(const struct finder *finder, const struct candidate *candidate)
{
	return fw_paper_goes_on(finder->marks, &candidate->quad, frame_sides(finder, candidate));
}

static int compare_scores(const void *left, const void *right)
{
	float a = ((const struct candidate *)left)->score,
	      b = ((const struct candidate *)right)->score;

	return (a < b) - (a > b);
}

/* A page whose sides are all seen, or one that the frame cuts and whose other sides are sure. */
static bool may_enclose(
	const struct finder *finder, const struct candidate *one, const struct candidate *best)
{
	if (one->frames > 0) {
		return one->frames < 4 && one->support > SEEN_SUPPORT && is_sure(finder, one);
	}
	return one->support > SEEN_SUPPORT && one->step > -4 &&
		one->score > ENCLOSING_SCORE * best->score;
}

static float score_by_print(const struct finder *finder, const struct candidate *candidate)
{
	double turn = fw_paper_print_turn(finder->marks, &candidate->quad);

	return candidate->score - TURN_COST * (float)MAX(turn - TURN_FREE, 0);
}

/* Of those near the best that hold all print, the one in which print lies level. */
static const struct candidate *best_by_print(const struct finder *finder, guint count)
{
	const struct candidate *best = NULL;
	float score = 0, least = 0;
	unsigned compared = 0;

	for (guint i = 0; i < count && compared < COMPARED; i++) {
		const struct candidate *one =
			&g_array_index(finder->candidates, struct candidate, i);
		float own;

		if (best && one->score < least) {
			break;
		}
		if (is_on_paper(finder, one)) {
			continue;
		}
		if (!best && is_sure(finder, one)) {
			return one;
		}
		compared++;
		own = score_by_print(finder, one);
		least = best ? least : one->score - NEAR_BEST;
		if (!best || own > score) {
			best = one;
			score = own;
		}
	}
	return best;
}

/* Half of a creased sheet gives way to the whole of it: the same but for that side, which lies further out. */
static const struct candidate *whole_of(
	const struct finder *finder, const struct candidate *half, guint count)
{
	unsigned side = fw_paper_creased_side(finder->marks, &half->quad, frame_sides(finder, half));

	for (guint i = 0; side != 0 && i < count; i++) {
		const struct candidate *one =
			&g_array_index(finder->candidates, struct candidate, i);

		if (one->score < ENCLOSING_SCORE * half->score) {
			break;
		}
		if (one->frames == 0 && encloses(&one->quad, &half->quad) && is_sure(finder, one) &&
			!is_on_paper(finder, one)) {
			return one;
		}
	}
	return half;
}

/* What is darker than what is around it may be a picture on the page. */
static const struct candidate *choose(const struct finder *finder)
{
	guint count = MIN(finder->candidates->len, TRIES);
	const struct candidate *best;

	g_array_sort(finder->candidates, compare_scores);
	best = best_by_print(finder, count);
	if (!best || !is_darker(finder, best)) {
		return best ? whole_of(finder, best, count) : NULL;
	}
	for (guint i = 0; i < count; i++) {
		const struct candidate *one =
			&g_array_index(finder->candidates, struct candidate, i);

		if (one != best && may_enclose(finder, one, best) &&
			encloses(&one->quad, &best->quad) && !is_on_paper(finder, one)) {
			return one;
		}
	}
	return best;
}

/* Sides fitted between the corners that were found; grown where the paper bulges over the line. */
static void refine(const struct finder *finder, const struct candidate *candidate,
	struct fw_quad *ret_edge, double *ret_bulge)
{
	struct fw_line lines[4];

	*ret_bulge = 0;
	for (unsigned i = 0; i < 4; i++) {
		const struct fw_side *side = &finder->sides[candidate->side[i]];
		double a = fw_side_place(side, candidate->quad.corner[i]);
		double b = fw_side_place(side, candidate->quad.corner[(i + 1) % 4]);
		struct fw_point opposite = candidate->quad.corner[(i + 2) % 4];
		double bulge = 0;

		lines[i] = side->line;
		if (lines[i].nx * opposite.x + lines[i].ny * opposite.y > lines[i].d) {
			lines[i] = (struct fw_line){-side->line.nx, -side->line.ny, -side->line.d};
			a = -a;
			b = -b;
		}
		if (fw_line_fit(finder->field, &lines[i], MIN(a, b) + 2, MAX(a, b) - 2, 3, &bulge)) {
			*ret_bulge = MAX(*ret_bulge, bulge);
		}
	}
	for (unsigned i = 0; i < 4; i++) {
		ret_edge->corner[i] = candidate->quad.corner[i];
		(void)fw_line_cross(&lines[(i + 3) % 4], &lines[i], &ret_edge->corner[i]);
	}
}

static void scale(struct fw_quad *quad, double factor)
{
	for (int i = 0; i < 4; i++) {
		quad->corner[i].x *= factor;
		quad->corner[i].y *= factor;
	}
}

static struct fw_quad frame_of(double width, double height)
{
	return (struct fw_quad){{{0, 0}, {width, 0}, {width, height}, {0, height}}};
}

/* --- answering --------------------------------------------------------------------------------- */

static bool leaves_frame(const struct fw_quad *quad, const struct fw_image *image)
{
	double slack = BEYOND_SLACK * hypot(image->width, image->height);

	for (int i = 0; i < 4; i++) {
		const struct fw_point *p = &quad->corner[i];

		if (p->x < -slack || p->y < -slack || p->x > image->width + slack ||
			p->y > image->height + slack) {
			return true;
		}
	}
	return false;
}

static void answer(const struct finder *finder, const struct candidate *best,
	const struct fw_image *image, unsigned factor, struct fw_page_found *ret_found)
{
	double bulge, bent;

	refine(finder, best, &ret_found->edge, &bulge);
	scale(&ret_found->edge, factor);
	fw_edge_refine(image, REFINE_REACH * factor, &ret_found->edge, &bent);
	ret_found->found = true;
	ret_found->confidence = CLAMP(best->score, 0.0f, 1.0f);
	ret_found->beyond_frame = leaves_frame(&ret_found->edge, image);
	ret_found->crop = ret_found->edge;
	bulge = MAX(CLAMP(bulge, 0, BULGE_MAX) * factor, bent);
	(void)fw_quad_grow(
		&ret_found->edge, MARGIN * finder->diagonal * factor + bulge, &ret_found->crop);
}

/* Print so near the frame that the paper goes on behind it. */
static bool print_at_frame(const struct finder *finder)
{
	const struct fw_marks *marks = finder->marks;
	float width = (float)finder->field->width, height = (float)finder->field->height;
	float near = PRINT_NEAR * MIN(width, height);
	unsigned count = 0;

	for (unsigned i = 0; i < marks->count; i++) {
		const struct fw_mark *mark = &marks->mark[i];

		count += mark->x < near || mark->y < near || mark->x > width - near ||
			mark->y > height - near;
	}
	return marks->count >= PRINT_MIN && count > MARKS_MIN;
}

/* A page of which the frame cuts a side is kept with all that is in the picture. */
static bool is_cut_by_frame(const struct finder *finder, const struct candidate *best)
{
	bool cut = best && best->frames > 0 && best->frames < 4 && best->score >= SCORE_MIN &&
		best->support > SEEN_SUPPORT;

	return cut || print_at_frame(finder);
}

/* All of the picture, turned so that the print in it lies level. */
static void keep_frame(
	const struct finder *finder, const struct fw_image *image, struct fw_page_found *ret_found)
{
	g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(struct fw_point));
	double width = image->width, height = image->height;
	struct fw_print_lines lines;

	for (unsigned i = 0; i < finder->marks->count; i++) {
		struct fw_point at = {finder->marks->mark[i].x, finder->marks->mark[i].y};

		g_array_append_val(points, at);
	}
	fw_print_lines_find((struct fw_point *)(void *)points->data, points->len, LEVEL_MAX, &lines);
	if (!lines.sure || fabs(lines.degrees) < LEVEL_MIN) {
		return;
	}
	double cosine = cos(lines.degrees * M_PI / 180), sine = sin(lines.degrees * M_PI / 180);
	double across = (width * cosine + height * fabs(sine)) / 2;
	double down = (width * fabs(sine) + height * cosine) / 2;

	for (int i = 0; i < 4; i++) {
		double u = i == 1 || i == 2 ? across : -across, v = i >= 2 ? down : -down;

		ret_found->crop.corner[i] = (struct fw_point){
			width / 2 + u * cosine - v * sine, height / 2 + u * sine + v * cosine};
	}
}

void fw_page_find(
	const struct fw_image *image, const struct fw_image *desk, struct fw_page_found *ret_found)
{
	unsigned factor = MAX((MAX(image->width, image->height) + SIDE_PX / 2) / SIDE_PX, 1);
	fw_cleanup(fw_image_destroy) struct fw_image *small = fw_image_reduce(image, factor);
	fw_cleanup(fw_image_destroy) struct fw_image *small_desk =
		desk ? fw_image_reduce(desk, factor) : NULL;
	fw_cleanup(fw_field_destroy) struct fw_field *field = fw_field_create(small, small_desk);
	fw_cleanup(fw_marks_destroy) struct fw_marks *marks = fw_marks_create(small);
	struct finder finder = {
		.field = field, .marks = marks, .diagonal = hypot(small->width, small->height)};
	const struct candidate *best;

	*ret_found = (struct fw_page_found){.edge = frame_of(image->width, image->height)};
	ret_found->crop = ret_found->edge;
	finder.candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	finder.count = fw_sides_find(field, finder.sides);
	enumerate(&finder);
	best = choose(&finder);
	if (best && best->frames == 0 && best->score >= SCORE_MIN) {
		answer(&finder, best, image, factor, ret_found);
	} else {
		ret_found->beyond_frame = is_cut_by_frame(&finder, best);
		keep_frame(&finder, image, ret_found);
	}
	ret_found->desk_subtracted = field->desk_subtracted;
	g_array_unref(finder.candidates);
	fw_sides_free(finder.sides, finder.count);
}
