/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/page_finder.h"

#include <math.h>

#include <glib.h>

#include "capture/edge_refine.h"
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
#define STEP_SURE       14.0f /* flanks that differ so much are paper and desk */
#define MARGIN          0.004 /* of the diagonal, added all around */
#define BULGE_MAX       8.0 /* pixels that a curled edge may add */
#define REFINE_REACH    2.5 /* pixels off which a side found in the reduced picture may be */

struct candidate {
	struct fw_quad quad;
	unsigned side[4]; /* of the sides: from corner i to corner i + 1 */
	float score;
	float step; /* least of the four: how surely paper is inside and desk outside; < 0: darker inside */
	float support; /* least of the four */
	unsigned frames;
};

struct finder {
	const struct fw_field *field;
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

static float judge_side(const struct finder *finder, struct candidate *candidate, unsigned i)
{
	const struct fw_side *side = &finder->sides[candidate->side[i]];
	double a = fw_side_place(side, candidate->quad.corner[i]);
	double b = fw_side_place(side, candidate->quad.corner[(i + 1) % 4]);
	struct fw_point opposite = candidate->quad.corner[(i + 2) % 4];
	float sign = side->line.nx * opposite.x + side->line.ny * opposite.y > side->line.d ? 1 : -1;
	double low = MIN(a, b), high = MAX(a, b);
	struct fw_stretch stretch;
	float step, loose;

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
	return 0.6f * stretch.support +
		0.4f * fabsf(step) / (fabsf(step) + 10) * (step < 0 ? 0.6f : 1) -
		0.25f * loose * stretch.support;
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
	candidate->score = 0.6f * sum / 4 + 0.4f * least + 0.12f * (float)sqrt(CLAMP(area, 0, 1));
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

/* What has the same paper on both flanks, or is darker than its surroundings, may lie on the page. */
static const struct candidate *choose(const struct finder *finder)
{
	const struct candidate *best = NULL, *outer = NULL;

	for (guint i = 0; i < finder->candidates->len; i++) {
		const struct candidate *one =
			&g_array_index(finder->candidates, struct candidate, i);

		best = !best || one->score > best->score ? one : best;
	}
	if (!best || best->step >= STEP_SURE) {
		return best;
	}
	for (guint i = 0; i < finder->candidates->len; i++) {
		const struct candidate *one =
			&g_array_index(finder->candidates, struct candidate, i);

		if (one->frames == 0 && one->support > 0.4f && one->step > -4 &&
			one->score > ENCLOSING_SCORE * best->score &&
			(!outer || one->score > outer->score) && encloses(&one->quad, &best->quad)) {
			outer = one;
		}
	}
	return outer ? outer : best;
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
		if (!side->frame &&
			fw_line_fit(finder->field, &lines[i], MIN(a, b) + 2, MAX(a, b) - 2, 3,
				&bulge)) {
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

static void answer(const struct finder *finder, const struct candidate *best,
	const struct fw_image *image, unsigned factor, struct fw_page_found *ret_found)
{
	struct fw_page_found found = {.confidence = CLAMP(best->score, 0.0f, 1.0f)};
	double bulge;
	bool fixed[4];

	refine(finder, best, &found.edge, &bulge);
	for (int i = 0; i < 4; i++) {
		fixed[i] = finder->sides[best->side[i]].frame;
	}
	scale(&found.edge, factor);
	fw_edge_refine(image, fixed, REFINE_REACH * factor, &found.edge);
	found.found = true;
	found.beyond_frame = best->frames;
	found.crop = found.edge;
	bulge = MARGIN * finder->diagonal + CLAMP(bulge, 0, BULGE_MAX);
	(void)fw_quad_grow(&found.edge, bulge * factor, &found.crop);
	*ret_found = found;
}

void fw_page_find(
	const struct fw_image *image, const struct fw_image *desk, struct fw_page_found *ret_found)
{
	unsigned factor = MAX((MAX(image->width, image->height) + SIDE_PX / 2) / SIDE_PX, 1);
	fw_cleanup(fw_image_destroy) struct fw_image *small = fw_image_reduce(image, factor);
	fw_cleanup(fw_image_destroy) struct fw_image *small_desk =
		desk ? fw_image_reduce(desk, factor) : NULL;
	fw_cleanup(fw_field_destroy) struct fw_field *field = fw_field_create(small, small_desk);
	struct finder finder = {.field = field, .diagonal = hypot(small->width, small->height)};
	const struct candidate *best;

	*ret_found = (struct fw_page_found){.edge = frame_of(image->width, image->height)};
	ret_found->crop = ret_found->edge;
	finder.candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	finder.count = fw_sides_find(field, finder.sides);
	enumerate(&finder);
	best = choose(&finder);
	if (best && best->frames < 3 && best->score >= SCORE_MIN) {
		answer(&finder, best, image, factor, ret_found);
	}
	ret_found->desk_subtracted = field->desk_subtracted;
	g_array_unref(finder.candidates);
	fw_sides_free(finder.sides, finder.count);
}
