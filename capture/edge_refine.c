/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/edge_refine.h"

#include <math.h>

#include <glib.h>

#define PLACES          96 /* along a side */
#define ENDS            0.05 /* of the side left out at each end: folded corners, curls */
#define REACH_MAX       48 /* pixels */
#define FLANK           4 /* pixels of each flank that make a step */
#define ALONG           5 /* samples along the side that are averaged, 2 pixels apart */
#define STEP_MIN        2.0 /* grey levels: less is noise */
#define INLIER          1.5 /* pixels off the line */
#define AGREED          0.45 /* of the places must lie on the line */
#define STRAIGHT_ENOUGH 0.8 /* of the places on a straight line: nothing is bent */
#define BENT_ENOUGH     0.75
#define PASSES          2 /* the second sees of a side what the first brought within reach */
#define SHAPES          3
#define CHANNELS        3
#define WINDOW          (2 * REACH_MAX + 1 + 2 * FLANK)

struct place {
	double along, off, weight;
	bool known;
};

struct probe {
	struct fw_point start; /* of the side */
	double dx, dy; /* along it */
	double nx, ny; /* outwards */
	double length;
};

/* R, G, B around a place, each the mean of a few samples along the side. */
static bool read_profile(const struct fw_image *image, const struct probe *probe, double along,
	int reach, double profile[WINDOW][CHANNELS])
{
	for (int i = -reach - FLANK; i <= reach + FLANK; i++) {
		double *to = profile[i + reach + FLANK];

		to[0] = to[1] = to[2] = 0;
		for (int k = 0; k < ALONG; k++) {
			double at = along + 2 * k - (ALONG - 1);
			double x = probe->start.x + probe->dx * at + probe->nx * i;
			double y = probe->start.y + probe->dy * at + probe->ny * i;
			const uint8_t *pixel;

			if (x < 0 || y < 0 || x >= image->width || y >= image->height) {
				return false;
			}
			pixel = fw_image_row(image, (unsigned)y) + (size_t)x * FW_COLOUR;
			for (int c = 0; c < CHANNELS; c++) {
				to[c] += pixel[c] / (double)ALONG;
			}
		}
	}
	return true;
}

/* How much the two flanks of a place of the profile differ. */
static double step_at(double profile[WINDOW][CHANNELS], int at)
{
	double square = 0;

	for (int c = 0; c < CHANNELS; c++) {
		double step = 0;

		for (int i = 1; i <= FLANK; i++) {
			step += profile[at + i][c] - profile[at - i][c];
		}
		square += step * step / (FLANK * FLANK * CHANNELS);
	}
	return sqrt(square);
}

/* Nearer ones first: what is as strong and further away belongs to something else. */
static struct place probe_place(
	const struct fw_image *image, const struct probe *probe, double along, int reach)
{
	double profile[WINDOW][CHANNELS], steps[2 * REACH_MAX + 1], best = 0;
	struct place place = {.along = along};
	int at = 0;

	if (!read_profile(image, probe, along, reach, profile)) {
		return place;
	}
	for (int i = 0; i <= 2 * reach; i++) {
		double near = 1 - 0.3 * abs(i - reach) / (double)reach;

		steps[i] = step_at(profile, i + FLANK);
		if (steps[i] * near > best) {
			best = steps[i] * near;
			at = i;
		}
	}
	if (best < STEP_MIN || at == 0 || at == 2 * reach) {
		return place;
	}
	double bend = steps[at - 1] - 2 * steps[at] + steps[at + 1];
	double shift = bend < 0 ? CLAMP((steps[at - 1] - steps[at + 1]) / (2 * bend), -1.0, 1.0) : 0;

	place.off = at - reach + shift;
	place.weight = MIN(steps[at], 20.0);
	place.known = true;
	return place;
}

/* --- the side through its places --------------------------------------------------------------- */

/* How a side leaves its chord: not, as a curled sheet does, or as one that was folded in the middle. */
enum bend {
	STRAIGHT,
	CURLED,
	CREASED
};

/* off = sum of factor[i] * shape(share of the side)[i] */
struct course {
	enum bend bend;
	double factor[SHAPES];
	unsigned agreed; /* places that lie on it */
};

static void set_shape(enum bend bend, double share, double ret_shape[SHAPES])
{
	ret_shape[0] = 1;
	ret_shape[1] = share;
	ret_shape[2] = bend == CURLED ? sin(M_PI * share)
		: bend == CREASED     ? 1 - fabs(2 * share - 1)
				      : 0;
}

static double off_course(const struct course *course, const struct place *place, double length)
{
	double shape[SHAPES], off = place->off;

	set_shape(course->bend, place->along / length, shape);
	for (int i = 0; i < SHAPES; i++) {
		off -= course->factor[i] * shape[i];
	}
	return off;
}

/* Gauss without pivots: the matrix is symmetric and positive. */
static bool solve(double m[SHAPES][SHAPES + 1], int count, double ret_factor[SHAPES])
{
	for (int i = 0; i < count; i++) {
		if (m[i][i] < 1e-6) {
			return false;
		}
		for (int k = 0; k < count; k++) {
			double part = m[k][i] / m[i][i];

			for (int c = i; c <= SHAPES && k != i; c++) {
				m[k][c] -= part * m[i][c];
			}
		}
	}
	for (int i = 0; i < count; i++) {
		ret_factor[i] = m[i][SHAPES] / m[i][i];
	}
	return true;
}

/* Once, with Tukey's weights about the course as it is. */
static bool fit_once(const struct place *places, double width, double length, struct course *course)
{
	double m[SHAPES][SHAPES + 1] = {{0}};

	for (int i = 0; i < PLACES; i++) {
		double shape[SHAPES], u = off_course(course, &places[i], length) / width, weight;

		if (!places[i].known || fabs(u) >= 1) {
			continue;
		}
		weight = places[i].weight * (1 - u * u) * (1 - u * u);
		set_shape(course->bend, places[i].along / length, shape);
		for (int k = 0; k < SHAPES; k++) {
			for (int c = 0; c < SHAPES; c++) {
				m[k][c] += weight * shape[k] * shape[c];
			}
			m[k][SHAPES] += weight * shape[k] * places[i].off;
		}
	}
	return solve(m, course->bend == STRAIGHT ? 2 : SHAPES, course->factor);
}

/* Against outliers: the weights narrow. */
static struct course fit(const struct place *places, double reach, double length, enum bend bend)
{
	struct course course = {.bend = bend};
	double width = 2 * reach;

	for (int round = 0; round < 10; round++, width = MAX(width * 0.7, 2 * INLIER)) {
		if (!fit_once(places, width, length, &course)) {
			return (struct course){.bend = bend};
		}
	}
	for (int i = 0; i < PLACES; i++) {
		course.agreed += places[i].known &&
			fabs(off_course(&course, &places[i], length)) < 2 * INLIER;
	}
	return course;
}

static unsigned probe_all(
	const struct fw_image *image, const struct probe *probe, int reach, struct place *places)
{
	unsigned known = 0;

	for (int i = 0; i < PLACES; i++) {
		double share = ENDS + (1 - 2 * ENDS) * i / (PLACES - 1);

		places[i] = probe_place(image, probe, share * probe->length, reach);
		known += places[i].known;
	}
	return known;
}

/* Bent only if that surely tells more: a side with a folded corner is straight elsewhere. */
static struct course follow(const struct fw_image *image, const struct probe *probe, int reach)
{
	struct place places[PLACES];
	unsigned known = probe_all(image, probe, reach, places);
	struct course best = fit(places, reach, probe->length, STRAIGHT);
	double first = fabs(best.factor[0]), last = fabs(best.factor[0] + best.factor[1]);

	if (best.agreed < PLACES / 3 || best.agreed < AGREED * known ||
		MAX(first, last) >= 2 * reach) {
		best = (struct course){0};
	}
	if (best.agreed >= STRAIGHT_ENOUGH * PLACES) {
		return best;
	}
	(void)probe_all(image, probe, REACH_MAX, places);
	for (enum bend bend = CURLED; bend <= CREASED; bend++) {
		struct course course = fit(places, REACH_MAX, probe->length, bend);

		if (course.agreed >= BENT_ENOUGH * PLACES &&
			course.agreed > best.agreed + PLACES / 10) {
			best = course;
		}
	}
	return best;
}

/* The side's line, moved to the edge, if that can be followed: of a bent one the chord. */
static struct fw_line refine_side(const struct fw_image *image, struct fw_point from,
	struct fw_point to, int reach, double *bulge)
{
	double length = fw_point_distance(from, to);
	struct probe probe = {.start = from,
		.dx = (to.x - from.x) / length,
		.dy = (to.y - from.y) / length,
		.length = length};
	struct course course;
	double a, b;

	probe.nx = probe.dy;
	probe.ny = -probe.dx;
	course = follow(image, &probe, reach);
	a = course.factor[0];
	b = course.factor[1];
	*bulge = MAX(*bulge, course.factor[2]);
	/* Pixel centres: a probe at x reads the pixel whose centre is up to half a pixel away, evenly. */
	struct fw_point first = {from.x + probe.nx * a, from.y + probe.ny * a};
	struct fw_point second = {to.x + probe.nx * (a + b), to.y + probe.ny * (a + b)};
	double moved = fw_point_distance(first, second);
	struct fw_line line = {(second.y - first.y) / moved, -(second.x - first.x) / moved, 0};

	line.d = line.nx * first.x + line.ny * first.y;
	return line;
}

/* False: the sides that were found make no page; edge is as it was. */
static bool refine(const struct fw_image *image, int reach, struct fw_quad *edge, double *ret_bulge)
{
	struct fw_line lines[4];
	struct fw_quad refined;
	double bulge = 0;

	for (int i = 0; i < 4; i++) {
		struct fw_point from = edge->corner[i], to = edge->corner[(i + 1) % 4];

		if (fw_point_distance(from, to) < PLACES) {
			return false;
		}
		lines[i] = refine_side(image, from, to, reach, &bulge);
	}
	for (int i = 0; i < 4; i++) {
		if (!fw_line_cross(&lines[(i + 3) % 4], &lines[i], &refined.corner[i])) {
			return false;
		}
	}
	if (!fw_quad_is_convex(&refined)) {
		return false;
	}
	*edge = refined;
	*ret_bulge = bulge;
	return true;
}

void fw_edge_refine(
	const struct fw_image *image, double reach_px, struct fw_quad *edge, double *ret_bulge_px)
{
	int reach = (int)CLAMP(ceil(reach_px), 2, REACH_MAX);

	*ret_bulge_px = 0;
	for (int pass = 0; pass < PASSES && refine(image, reach, edge, ret_bulge_px); pass++) {
	}
}
