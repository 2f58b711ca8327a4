/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/geometry.h"

#include <math.h>

#define UNKNOWNS 8

bool fw_line_cross(const struct fw_line *a, const struct fw_line *b, struct fw_point *ret_point)
{
	double det = a->nx * b->ny - a->ny * b->nx;

	if (fabs(det) < 1e-6) {
		return false;
	}
	ret_point->x = (a->d * b->ny - b->d * a->ny) / det;
	ret_point->y = (a->nx * b->d - b->nx * a->d) / det;
	return true;
}

double fw_point_distance(struct fw_point a, struct fw_point b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

static double turn(struct fw_point a, struct fw_point b, struct fw_point c)
{
	return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
}

double fw_quad_area(const struct fw_quad *quad)
{
	const struct fw_point *p = quad->corner;

	return ((p[2].x - p[0].x) * (p[3].y - p[1].y) - (p[2].y - p[0].y) * (p[3].x - p[1].x)) / 2;
}

bool fw_quad_is_convex(const struct fw_quad *quad)
{
	for (int i = 0; i < 4; i++) {
		if (turn(quad->corner[i], quad->corner[(i + 1) % 4], quad->corner[(i + 2) % 4]) <=
			0) {
			return false;
		}
	}
	return true;
}

/* Of a clockwise quadrilateral the outer normal of a side is (dy, -dx). */
bool fw_quad_grow(const struct fw_quad *quad, double by, struct fw_quad *ret_quad)
{
	struct fw_line side[4];
	struct fw_quad grown;

	for (int i = 0; i < 4; i++) {
		struct fw_point a = quad->corner[i], b = quad->corner[(i + 1) % 4];
		double length = fw_point_distance(a, b);

		if (length < 1) {
			return false;
		}
		side[i].nx = (b.y - a.y) / length;
		side[i].ny = -(b.x - a.x) / length;
		side[i].d = side[i].nx * a.x + side[i].ny * a.y + by;
	}
	for (int i = 0; i < 4; i++) {
		if (!fw_line_cross(&side[(i + 3) % 4], &side[i], &grown.corner[i])) {
			return false;
		}
	}
	*ret_quad = grown;
	return true;
}

/* Gauss with pivots; the solution is in the last column. */
static bool solve(double rows[UNKNOWNS][UNKNOWNS + 1])
{
	for (int i = 0; i < UNKNOWNS; i++) {
		int pivot = i;

		for (int r = i + 1; r < UNKNOWNS; r++) {
			pivot = fabs(rows[r][i]) > fabs(rows[pivot][i]) ? r : pivot;
		}
		if (fabs(rows[pivot][i]) < 1e-12) {
			return false;
		}
		for (int c = 0; c <= UNKNOWNS; c++) {
			double swap = rows[i][c];

			rows[i][c] = rows[pivot][c];
			rows[pivot][c] = swap;
		}
		for (int r = 0; r < UNKNOWNS; r++) {
			double factor = rows[r][i] / rows[i][i];

			for (int c = i; c <= UNKNOWNS && r != i; c++) {
				rows[r][c] -= factor * rows[i][c];
			}
		}
	}
	return true;
}

bool fw_homography_between(
	const struct fw_quad *from, const struct fw_quad *to, struct fw_homography *ret_homography)
{
	double rows[UNKNOWNS][UNKNOWNS + 1] = {{0}};

	for (int i = 0; i < 4; i++) {
		double x = from->corner[i].x, y = from->corner[i].y;
		double u = to->corner[i].x, v = to->corner[i].y;
		const double first[] = {x, y, 1, 0, 0, 0, -x * u, -y * u, u};
		const double second[] = {0, 0, 0, x, y, 1, -x * v, -y * v, v};

		for (int c = 0; c <= UNKNOWNS; c++) {
			rows[2 * i][c] = first[c];
			rows[2 * i + 1][c] = second[c];
		}
	}
	if (!solve(rows)) {
		return false;
	}
	for (int i = 0; i < UNKNOWNS; i++) {
		ret_homography->m[i] = rows[i][UNKNOWNS] / rows[i][i];
	}
	ret_homography->m[8] = 1;
	return true;
}

struct fw_point fw_homography_map(const struct fw_homography *homography, struct fw_point point)
{
	const double *m = homography->m;
	double w = m[6] * point.x + m[7] * point.y + m[8];

	return (struct fw_point){(m[0] * point.x + m[1] * point.y + m[2]) / w,
		(m[3] * point.x + m[4] * point.y + m[5]) / w};
}
