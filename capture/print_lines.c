/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/print_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#define POINTS_MIN 60
#define ROW_PX     2.0 /* pixels of a row of the profile */
#define STEP       0.25 /* degrees */
#define HALF_MAX   64 /* angles to each side */
#define ANGLES_MAX (2 * HALF_MAX + 1)
#define CLEAR      1.25 /* of the median over all angles: less is no row of letters */

/* Sum of squares of how many points fall into each row: the greater, the clearer the rows. */
static double rows_at(
	const struct fw_point *points, unsigned count, bool upright, double degrees, GArray *rows)
{
	double sine = sin(degrees * M_PI / 180), cosine = cos(degrees * M_PI / 180), sum = 0;
	unsigned *row = (unsigned *)(void *)rows->data;

	memset(row, 0, rows->len * sizeof(*row));
	for (unsigned i = 0; i < count; i++) {
		double along = upright ? points[i].y : points[i].x;
		double off = upright ? points[i].x : points[i].y;
		/* Clockwise in a picture whose y goes down. */
		double place = off * cosine + (upright ? along : -along) * sine;

		row[(unsigned)(place / ROW_PX + rows->len / 2.0) % rows->len]++;
	}
	for (guint i = 0; i < rows->len; i++) {
		sum += (double)row[i] * row[i];
	}
	return sum;
}

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static void look_along(const struct fw_point *points, unsigned count, bool upright,
	double degrees_max, GArray *rows, struct fw_print_lines *ret_lines)
{
	int half = (int)CLAMP(degrees_max / STEP, 1, HALF_MAX), best = 0, angles = 2 * half + 1;
	double scores[ANGLES_MAX] = {0}, sorted[ANGLES_MAX], shift = 0;

	for (int i = 0; i < angles; i++) {
		scores[i] = rows_at(points, count, upright, (i - half) * STEP, rows);
		best = scores[i] > scores[best] ? i : best;
	}
	memcpy(sorted, scores, sizeof(scores));
	qsort(sorted, (size_t)angles, sizeof(double), compare_doubles);
	if (best > 0 && best < angles - 1) {
		double bend = scores[best - 1] - 2 * scores[best] + scores[best + 1];

		shift = bend < 0 ? (scores[best - 1] - scores[best + 1]) / (2 * bend) : 0;
	}
	*ret_lines = (struct fw_print_lines){.upright = upright,
		.degrees = (best - half + shift) * STEP,
		.clearness = scores[best] / MAX(sorted[angles / 2], 1)};
	ret_lines->sure = ret_lines->clearness >= CLEAR && best > 0 && best < angles - 1;
}

void fw_print_lines_find(const struct fw_point *points, unsigned count, double degrees_max,
	struct fw_print_lines *ret_lines)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(unsigned));
	struct fw_print_lines level, upright;
	double reach = 1;

	*ret_lines = (struct fw_print_lines){0};
	if (count < POINTS_MIN) {
		return;
	}
	for (unsigned i = 0; i < count; i++) {
		reach = MAX(reach, hypot(points[i].x, points[i].y));
	}
	g_array_set_size(rows, (guint)(2 * reach / ROW_PX) + 4);
	look_along(points, count, false, degrees_max, rows, &level);
	look_along(points, count, true, degrees_max, rows, &upright);
	*ret_lines = level.clearness >= upright.clearness ? level : upright;
}
