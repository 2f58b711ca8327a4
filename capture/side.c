/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/side.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#define ANGLES      180
#define RHO_STEP    2.0
#define SPREAD      2 /* degrees around a gradient's direction that it votes for */
#define EDGE_MIN    0.25f
#define STRONG      20.0f /* grey levels per pixel from which an edge counts three times a faint one */
#define AGREE       0.86f /* cosine between an edge's direction and the line's normal */
#define APART_DEG   3
#define APART_RHO   3 /* cells */
#define FLANK_NEAR  3.0
#define FLANK_STEP  3.0
#define FLANK_COUNT 3
#define TOLERANCE   1.6 /* pixels off the line where an edge still belongs to it */

static bool inside(const struct fw_field *field, double x, double y)
{
	return x >= 0 && y >= 0 && x < field->width && y < field->height;
}

static size_t at(const struct fw_field *field, double x, double y)
{
	return (size_t)y * field->width + (size_t)x;
}

/* The strength of the edge at a pixel when it runs along the line; else 0. */
static float edge_along(const struct fw_field *field, size_t i, const struct fw_line *line)
{
	float gx = field->gx[i], gy = field->gy[i];
	float along = fabsf(gx * (float)line->nx + gy * (float)line->ny);

	return along >= AGREE * sqrtf(gx * gx + gy * gy) ? field->edge[i] : 0;
}

static struct fw_point place_to_point(const struct fw_line *line, double place, double off)
{
	return (struct fw_point){line->nx * (line->d + off) - line->ny * place,
		line->ny * (line->d + off) + line->nx * place};
}

double fw_side_place(const struct fw_side *side, struct fw_point point)
{
	return -side->line.ny * point.x + side->line.nx * point.y;
}

/* --- votes (Hough) ----------------------------------------------------------------------------- */

struct votes {
	unsigned rhos;
	double offset; /* rho of cell 0 */
	float *cells; /* ANGLES rows of rhos */
};

static void vote(const struct fw_field *field, struct votes *votes)
{
	double cosine[ANGLES], sine[ANGLES];

	for (int a = 0; a < ANGLES; a++) {
		cosine[a] = cos(a * M_PI / ANGLES);
		sine[a] = sin(a * M_PI / ANGLES);
	}
	for (unsigned y = 1; y + 1 < field->height; y++) {
		for (unsigned x = 1; x + 1 < field->width; x++) {
			size_t i = (size_t)y * field->width + x;
			int angle;

			if (field->edge[i] < EDGE_MIN) {
				continue;
			}
			float size = hypotf(field->gx[i], field->gy[i]);
			float weight = field->edge[i] * (0.5f + MIN(size, STRONG) / STRONG);

			angle = (int)lrintf(
				atan2f(field->gy[i], field->gx[i]) * (float)(180 / M_PI));
			for (int a = angle - SPREAD; a <= angle + SPREAD; a++) {
				int row = (a + 2 * ANGLES) % ANGLES;
				double rho = (x + 0.5) * cosine[row] + (y + 0.5) * sine[row];
				unsigned cell = (unsigned)((rho - votes->offset) / RHO_STEP);

				votes->cells[(unsigned)row * votes->rhos + cell] += weight;
			}
		}
	}
}

/* Takes the strongest cell and empties what is around it. */
static float take_strongest(struct votes *votes, struct fw_line *ret_line)
{
	size_t count = (size_t)ANGLES * votes->rhos, best = 0;
	double angle, rho;
	int row, cell;

	for (size_t i = 1; i < count; i++) {
		best = votes->cells[i] > votes->cells[best] ? i : best;
	}
	float strength = votes->cells[best];

	row = (int)(best / votes->rhos);
	cell = (int)(best % votes->rhos);
	angle = row * M_PI / ANGLES;
	rho = votes->offset + (cell + 0.5) * RHO_STEP;
	*ret_line = (struct fw_line){cos(angle), sin(angle), rho};
	for (int a = row - APART_DEG; a <= row + APART_DEG; a++) {
		bool wrapped = a < 0 || a >= ANGLES;
		int centre = wrapped ? (int)((-rho - votes->offset) / RHO_STEP) : cell;
		int in = (a + ANGLES) % ANGLES;

		for (int c = centre - APART_RHO; c <= centre + APART_RHO; c++) {
			if (c >= 0 && c < (int)votes->rhos) {
				votes->cells[(unsigned)in * votes->rhos + (unsigned)c] = 0;
			}
		}
	}
	return strength;
}

/* --- fitting ----------------------------------------------------------------------------------- */

struct sample {
	double place, off, weight;
};

/* Where across the line the edge is strongest, by a parabola through its gradient. */
static bool sample_edge(const struct fw_field *field, const struct fw_line *line, double place,
	double band, struct sample *ret_sample)
{
	double best = 0, off = 0;

	for (double step = -band; step <= band; step += 1) {
		struct fw_point point = place_to_point(line, place, step);
		float edge;

		if (!inside(field, point.x, point.y)) {
			continue;
		}
		edge = edge_along(field, at(field, point.x, point.y), line);
		if (edge > best) {
			best = edge;
			off = step;
		}
	}
	if (best < EDGE_MIN) {
		return false;
	}
	double flank[3];

	for (int i = 0; i < 3; i++) {
		struct fw_point point = place_to_point(line, place, off + i - 1);
		size_t index;

		if (!inside(field, point.x, point.y)) {
			return false;
		}
		index = at(field, point.x, point.y);
		flank[i] = hypot(field->gx[index], field->gy[index]);
	}
	double bend = flank[0] - 2 * flank[1] + flank[2];
	double shift = bend < 0 ? CLAMP((flank[0] - flank[2]) / (2 * bend), -1.0, 1.0) : 0;

	/* The pixel's centre is what was measured, not the point that fell into it. */
	struct fw_point point = place_to_point(line, place, off);
	double centre =
		(floor(point.x) + 0.5) * line->nx + (floor(point.y) + 0.5) * line->ny - line->d;

	*ret_sample = (struct sample){place, centre + shift, best};
	return true;
}

/* off = a + b * place, by least squares whose weights fall with the distance (Tukey). */
static bool regress(GArray *samples, double reach, double *ret_a, double *ret_b)
{
	double a = 0, b = 0;

	for (int round = 0; round < 6; round++) {
		double s = 0, sx = 0, sy = 0, sxx = 0, sxy = 0,
		       width = round == 0 ? 4 * reach : reach;

		for (guint i = 0; i < samples->len; i++) {
			const struct sample *one = &g_array_index(samples, struct sample, i);
			double u = (one->off - a - b * one->place) / width;
			double weight = fabs(u) < 1 ? one->weight * (1 - u * u) * (1 - u * u) : 0;

			s += weight;
			sx += weight * one->place;
			sy += weight * one->off;
			sxx += weight * one->place * one->place;
			sxy += weight * one->place * one->off;
		}
		double det = s * sxx - sx * sx;

		if (s < 3 || det < 1e-6) {
			return false;
		}
		b = (s * sxy - sx * sy) / det;
		a = (sy - b * sx) / s;
	}
	*ret_a = a;
	*ret_b = b;
	return fabs(b) < 0.2;
}

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double bulge(const GArray *samples, double a, double b, double reach)
{
	g_autoptr(GArray) offs = g_array_new(FALSE, FALSE, sizeof(double));

	for (guint i = 0; i < samples->len; i++) {
		const struct sample *one = &g_array_index(samples, struct sample, i);
		double off = one->off - a - b * one->place;

		if (fabs(off) < reach) {
			g_array_append_val(offs, off);
		}
	}
	if (offs->len == 0) {
		return 0;
	}
	qsort(offs->data, offs->len, sizeof(double), compare_doubles);
	return g_array_index(offs, double, offs->len * 95 / 100);
}

bool fw_line_fit(const struct fw_field *field, struct fw_line *line, double from, double to,
	double band, double *ret_bulge)
{
	g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(struct sample));
	double a, b, length;
	struct fw_point first, second;

	for (double place = from; place <= to; place += 1) {
		struct sample sample;

		if (sample_edge(field, line, place, band, &sample)) {
			g_array_append_val(samples, sample);
		}
	}
	if (samples->len < 8 || !regress(samples, MAX(band / 2, 1.0), &a, &b)) {
		return false;
	}
	if (ret_bulge) {
		*ret_bulge = bulge(samples, a, b, band);
	}
	first = place_to_point(line, from, a + b * from);
	second = place_to_point(line, to, a + b * to);
	length = fw_point_distance(first, second);
	line->nx = (second.y - first.y) / length;
	line->ny = -(second.x - first.x) / length;
	line->d = line->nx * first.x + line->ny * first.y;
	return true;
}

/* --- sums along a line ------------------------------------------------------------------------- */

static float flank_mean(const float *plane, const struct fw_field *field,
	const struct fw_line *line, double place, double sign)
{
	float sum = 0;
	int count = 0;

	for (int i = 0; i < FLANK_COUNT; i++) {
		struct fw_point point =
			place_to_point(line, place, sign * (FLANK_NEAR + i * FLANK_STEP));

		if (inside(field, point.x, point.y)) {
			sum += plane[at(field, point.x, point.y)];
			count++;
		}
	}
	return count ? sum / (float)count : NAN;
}

static void fill_sums(const struct fw_field *field, struct fw_side *side)
{
	for (unsigned i = 0; i < side->count; i++) {
		double place = side->start + (int)i;
		float edge = 0;

		for (double off = -TOLERANCE; off <= TOLERANCE; off += TOLERANCE / 2) {
			struct fw_point point = place_to_point(&side->line, place, off);

			if (inside(field, point.x, point.y)) {
				size_t index = at(field, point.x, point.y);

				edge = MAX(edge, edge_along(field, index, &side->line));
			}
		}
		side->sums[i + 1][0] = side->sums[i][0] + MIN(edge * 2.5f, 1.0f);
		for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
			float step = flank_mean(field->channel[c], field, &side->line, place, 1) -
				flank_mean(field->channel[c], field, &side->line, place, -1);

			side->sums[i + 1][1 + c] = side->sums[i][1 + c] + (isnan(step) ? 0 : step);
		}
	}
}

/* The places of the line that lie in the picture. */
static bool clip(
	const struct fw_field *field, const struct fw_line *line, int *ret_start, int *ret_end)
{
	double from = -1e9, to = 1e9;
	const double base[2] = {line->nx * line->d, line->ny * line->d};
	const double step[2] = {-line->ny, line->nx}, side[2] = {field->width, field->height};

	for (int i = 0; i < 2; i++) {
		if (fabs(step[i]) < 1e-9) {
			if (base[i] < 0 || base[i] >= side[i]) {
				return false;
			}
			continue;
		}
		double a = -base[i] / step[i], b = (side[i] - 1e-6 - base[i]) / step[i];

		from = MAX(from, MIN(a, b));
		to = MIN(to, MAX(a, b));
	}
	*ret_start = (int)ceil(from);
	*ret_end = (int)floor(to);
	return *ret_end - *ret_start >= 16;
}

static bool set_up(const struct fw_field *field, struct fw_side *side)
{
	int end;

	if (!clip(field, &side->line, &side->start, &end)) {
		return false;
	}
	side->count = (unsigned)(end - side->start + 1);
	side->sums = g_malloc0((side->count + 1) * sizeof(*side->sums));
	fill_sums(field, side);
	return true;
}

static bool is_new(const struct fw_side *sides, unsigned count, const struct fw_side *side)
{
	double middle = side->start + side->count / 2.0;
	struct fw_point ends[2] = {place_to_point(&side->line, middle - side->count / 3.0, 0),
		place_to_point(&side->line, middle + side->count / 3.0, 0)};

	for (unsigned i = 0; i < count; i++) {
		const struct fw_line *line = &sides[i].line;
		double a = fabs(line->nx * ends[0].x + line->ny * ends[0].y - line->d);
		double b = fabs(line->nx * ends[1].x + line->ny * ends[1].y - line->d);

		if (a < 2.5 && b < 2.5) {
			return false;
		}
	}
	return true;
}

static unsigned add_frame(const struct fw_field *field, struct fw_side *sides, unsigned count)
{
	const struct fw_line lines[4] = {{1, 0, 0.01}, {1, 0, field->width - 0.01}, {0, 1, 0.01},
		{0, 1, field->height - 0.01}};

	for (int i = 0; i < 4; i++) {
		sides[count] = (struct fw_side){.line = lines[i], .frame = true};
		count += set_up(field, &sides[count]);
	}
	return count;
}

unsigned fw_sides_find(const struct fw_field *field, struct fw_side sides[FW_SIDES_MAX + 4])
{
	double diagonal = hypot(field->width, field->height);
	struct votes votes = {
		.rhos = (unsigned)(2 * diagonal / RHO_STEP) + 4, .offset = -diagonal - 2};
	g_autofree float *cells = g_new0(float, (size_t)ANGLES *votes.rhos);
	unsigned count = 0;

	votes.cells = cells;
	vote(field, &votes);
	for (unsigned i = 0; i < 2 * FW_SIDES_MAX && count < FW_SIDES_MAX; i++) {
		struct fw_side *side = &sides[count];
		int start, end;

		*side = (struct fw_side){0};
		if (take_strongest(&votes, &side->line) < 0.03 * diagonal) {
			break;
		}
		if (!clip(field, &side->line, &start, &end)) {
			continue;
		}
		(void)fw_line_fit(field, &side->line, start, end, 5, NULL);
		(void)fw_line_fit(field, &side->line, start, end, 2, NULL);
		if (!set_up(field, side)) {
			continue;
		}
		if (is_new(sides, count, side)) {
			count++;
		} else {
			g_free(side->sums);
		}
	}
	return add_frame(field, sides, count);
}

void fw_sides_free(struct fw_side *sides, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		g_free(sides[i].sums);
	}
}

void fw_side_stretch(
	const struct fw_side *side, double from, double to, struct fw_stretch *ret_stretch)
{
	int first = CLAMP((int)lrint(from) - side->start, 0, (int)side->count);
	int last = CLAMP((int)lrint(to) - side->start, first, (int)side->count);
	float length = (float)MAX(last - first, 1);

	ret_stretch->support = (side->sums[last][0] - side->sums[first][0]) / length;
	for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
		ret_stretch->step[c] = (side->sums[last][1 + c] - side->sums[first][1 + c]) / length;
	}
}
