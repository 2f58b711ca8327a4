/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/edge_refine.h"

#include <math.h>

#include <glib.h>

#define PLACES    96 /* along a side */
#define ENDS      0.05 /* of the side left out at each end: folded corners, curls */
#define REACH_MAX 32 /* pixels */
#define FLANK     4 /* pixels of each flank that make a step */
#define ALONG     5 /* samples along the side that are averaged, 2 pixels apart */
#define STEP_MIN  2.0 /* grey levels: less is noise */
#define INLIER    1.5 /* pixels off the line */
#define AGREED    0.45 /* of the places must lie on the line */
#define CHANNELS  3
#define WINDOW    (2 * REACH_MAX + 1 + 2 * FLANK)

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

/* off = a + b * along, against outliers (Tukey's weights, narrowing). */
static bool fit(
	const struct place *places, double reach, double length, double *ret_a, double *ret_b)
{
	double a = 0, b = 0, width = 2 * reach;
	unsigned inliers = 0, known = 0;

	for (int round = 0; round < 10; round++, width = MAX(width * 0.7, 2 * INLIER)) {
		double s = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;

		for (int i = 0; i < PLACES; i++) {
			double x = places[i].along / length;
			double u = (places[i].off - a - b * x) / width;
			double weight = places[i].known && fabs(u) < 1
				? places[i].weight * (1 - u * u) * (1 - u * u)
				: 0;

			s += weight;
			sx += weight * x;
			sy += weight * places[i].off;
			sxx += weight * x * x;
			sxy += weight * x * places[i].off;
		}
		if (s * sxx - sx * sx < 1e-6) {
			return false;
		}
		b = (s * sxy - sx * sy) / (s * sxx - sx * sx);
		a = (sy - b * sx) / s;
	}
	for (int i = 0; i < PLACES; i++) {
		double x = places[i].along / length;

		known += places[i].known;
		inliers += places[i].known && fabs(places[i].off - a - b * x) < 2 * INLIER;
	}
	*ret_a = a;
	*ret_b = b;
	return inliers >= PLACES / 3 && inliers >= AGREED * known && fabs(a) < reach &&
		fabs(a + b) < reach;
}

/* The side's line, moved to the edge, if that can be followed. */
static struct fw_line refine_side(
	const struct fw_image *image, struct fw_point from, struct fw_point to, int reach)
{
	double length = fw_point_distance(from, to), a = 0, b = 0;
	struct probe probe = {.start = from,
		.dx = (to.x - from.x) / length,
		.dy = (to.y - from.y) / length,
		.length = length};
	struct place places[PLACES];

	probe.nx = probe.dy;
	probe.ny = -probe.dx;
	for (int i = 0; i < PLACES; i++) {
		double share = ENDS + (1 - 2 * ENDS) * i / (PLACES - 1);

		places[i] = probe_place(image, &probe, share * length, reach);
	}
	if (!fit(places, reach, length, &a, &b)) {
		a = b = 0;
	}
	/* Pixel centres: a probe at x reads the pixel whose centre is up to half a pixel away, evenly. */
	struct fw_point first = {from.x + probe.nx * a, from.y + probe.ny * a};
	struct fw_point second = {to.x + probe.nx * (a + b), to.y + probe.ny * (a + b)};
	double moved = fw_point_distance(first, second);
	struct fw_line line = {(second.y - first.y) / moved, -(second.x - first.x) / moved, 0};

	line.d = line.nx * first.x + line.ny * first.y;
	return line;
}

void fw_edge_refine(const struct fw_image *image, double reach_px, struct fw_quad *edge)
{
	int reach = (int)CLAMP(ceil(reach_px), 2, REACH_MAX);
	struct fw_line lines[4];
	struct fw_quad refined;

	for (int i = 0; i < 4; i++) {
		struct fw_point from = edge->corner[i], to = edge->corner[(i + 1) % 4];

		if (fw_point_distance(from, to) < PLACES) {
			return;
		}
		lines[i] = refine_side(image, from, to, reach);
	}
	for (int i = 0; i < 4; i++) {
		if (!fw_line_cross(&lines[(i + 3) % 4], &lines[i], &refined.corner[i])) {
			return;
		}
	}
	if (fw_quad_is_convex(&refined)) {
		*edge = refined;
	}
}
