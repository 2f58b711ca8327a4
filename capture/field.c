/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/field.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#define COLOUR_WEIGHT 2.0f
#define NOISE         1.2f /* grey levels per pixel that are nothing */
#define AROUND        15 /* pixels on each side over which an edge has to stand out */
#define BORDER        12 /* part of a side (1/n) that is taken for desk when one is subtracted */
#define DESK_OFF      12.0f /* mean difference at the border that tells a desk that was moved */

static size_t pixels(const struct fw_field *field)
{
	return (size_t)field->width * field->height;
}

static void split(const struct fw_image *image, float *const channel[FW_FIELD_CHANNELS])
{
	const uint8_t *from = image->pixels;

	for (size_t i = 0; i < (size_t)image->width * image->height; i++, from += FW_COLOUR) {
		float r = from[0], g = from[1], b = from[2];
		float luma = 0.299f * r + 0.587f * g + 0.114f * b;

		channel[0][i] = luma;
		channel[1][i] = COLOUR_WEIGHT * 0.564f * (b - luma);
		channel[2][i] = COLOUR_WEIGHT * 0.713f * (r - luma);
	}
}

/* --- the empty desk ---------------------------------------------------------------------------- */

static int compare_floats(const void *left, const void *right)
{
	float a = *(const float *)left, b = *(const float *)right;

	return (a > b) - (a < b);
}

static float median(GArray *values)
{
	if (!values->len) {
		return 0;
	}
	qsort(values->data, values->len, sizeof(float), compare_floats);
	return g_array_index(values, float, values->len / 2);
}

static bool on_border(const struct fw_field *field, unsigned x, unsigned y)
{
	unsigned wide = field->width / BORDER, high = field->height / BORDER;

	return x < wide || y < high || x >= field->width - wide || y >= field->height - high;
}

/* The camera's exposure follows the page: the desk's brightness is scaled to that of the border. */
static float desk_gain(const struct fw_field *field, float *const desk[FW_FIELD_CHANNELS])
{
	g_autoptr(GArray) ratios = g_array_new(FALSE, FALSE, sizeof(float));

	for (unsigned y = 0; y < field->height; y += 2) {
		for (unsigned x = 0; x < field->width; x += 2) {
			size_t i = (size_t)y * field->width + x;
			float ratio = (field->channel[0][i] + 4) / (desk[0][i] + 4);

			if (on_border(field, x, y)) {
				g_array_append_val(ratios, ratio);
			}
		}
	}
	return median(ratios);
}

static void subtract_desk(struct fw_field *field, const struct fw_image *image)
{
	float *desk[FW_FIELD_CHANNELS];
	g_autofree float *memory = g_new(float, FW_FIELD_CHANNELS *pixels(field));
	g_autoptr(GArray) off = g_array_new(FALSE, FALSE, sizeof(float));
	float gain;

	for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
		desk[c] = memory + c * pixels(field);
	}
	split(image, desk);
	gain = desk_gain(field, desk);
	for (unsigned y = 0; y < field->height; y += 2) {
		for (unsigned x = 0; x < field->width; x += 2) {
			size_t i = (size_t)y * field->width + x;
			float difference = fabsf(field->channel[0][i] - gain * desk[0][i]);

			if (on_border(field, x, y)) {
				g_array_append_val(off, difference);
			}
		}
	}
	if (median(off) > DESK_OFF) {
		return;
	}
	for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
		for (size_t i = 0; i < pixels(field); i++) {
			field->channel[c][i] -= gain * desk[c][i];
		}
	}
	field->desk_subtracted = true;
}

/* --- edges ------------------------------------------------------------------------------------- */

/* Binomial 1 4 6 4 1 in both directions. */
static void smooth(float *plane, unsigned width, unsigned height, float *scratch)
{
	for (unsigned y = 0; y < height; y++) {
		const float *from = plane + (size_t)y * width;
		float *to = scratch + (size_t)y * width;

		for (unsigned x = 0; x < width; x++) {
			unsigned l1 = x > 0 ? x - 1 : 0, l2 = x > 1 ? x - 2 : 0;
			unsigned r1 = MIN(x + 1, width - 1), r2 = MIN(x + 2, width - 1);

			to[x] = (from[l2] + 4 * from[l1] + 6 * from[x] + 4 * from[r1] + from[r2]) /
				16;
		}
	}
	for (unsigned y = 0; y < height; y++) {
		const float *row = scratch + (size_t)y * width;
		const float *u1 = y > 0 ? row - width : row, *u2 = y > 1 ? u1 - width : u1;
		const float *d1 = y + 1 < height ? row + width : row;
		const float *d2 = y + 2 < height ? d1 + width : d1;
		float *to = plane + (size_t)y * width;

		for (unsigned x = 0; x < width; x++) {
			to[x] = (u2[x] + 4 * u1[x] + 6 * row[x] + 4 * d1[x] + d2[x]) / 16;
		}
	}
}

static void differentiate(struct fw_field *field)
{
	unsigned width = field->width;

	for (unsigned y = 1; y + 1 < field->height; y++) {
		for (unsigned x = 1; x + 1 < width; x++) {
			size_t i = (size_t)y * width + x;
			float best = -1;

			for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
				const float *at = field->channel[c] + i;
				float gx = (at[1] - at[-1]) / 2;
				float gy = (at[width] - at[-(int)width]) / 2;
				float square = gx * gx + gy * gy;

				if (square > best) {
					best = square;
					field->gx[i] = gx;
					field->gy[i] = gy;
				}
			}
			field->edge[i] = sqrtf(best);
		}
	}
}

/* Mean over a square, by running sums. */
static void box(const float *from, float *to, unsigned width, unsigned height, int radius)
{
	g_autofree double *column = g_new0(double, width);
	int rows = 0;

	for (int y = -radius; y < (int)height; y++) {
		int in = y + radius, out = y - radius - 1;

		for (unsigned x = 0; x < width; x++) {
			column[x] += in < (int)height ? from[(size_t)in * width + x] : 0;
			column[x] -= out >= 0 ? from[(size_t)out * width + x] : 0;
		}
		rows += (in < (int)height) - (out >= 0);
		if (y < 0) {
			continue;
		}
		double sum = 0;
		int columns = 0;

		for (int x = -radius; x < (int)width; x++) {
			int right = x + radius, left = x - radius - 1;

			sum += right < (int)width ? column[right] : 0;
			sum -= left >= 0 ? column[left] : 0;
			columns += (right < (int)width) - (left >= 0);
			if (x >= 0) {
				to[(size_t)y * width + (unsigned)x] =
					(float)(sum / (rows * columns));
			}
		}
	}
}

static void stand_out(struct fw_field *field, float *around)
{
	box(field->edge, around, field->width, field->height, AROUND);
	for (size_t i = 0; i < pixels(field); i++) {
		float out = (field->edge[i] - NOISE * 0.5f) / (NOISE + 1.5f * around[i]);

		field->edge[i] = CLAMP(out, 0.0f, 1.0f);
	}
}

struct fw_field *fw_field_create(const struct fw_image *image, const struct fw_image *desk)
{
	struct fw_field *field = g_new0(struct fw_field, 1);
	g_autofree float *scratch = g_new(float, (size_t)image->width * image->height);

	field->width = image->width;
	field->height = image->height;
	for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
		field->channel[c] = g_new(float, pixels(field));
	}
	field->gx = g_new0(float, pixels(field));
	field->gy = g_new0(float, pixels(field));
	field->edge = g_new0(float, pixels(field));
	split(image, field->channel);
	if (desk && desk->width == image->width && desk->height == image->height) {
		subtract_desk(field, desk);
	}
	for (unsigned c = 0; c < FW_FIELD_CHANNELS; c++) {
		smooth(field->channel[c], field->width, field->height, scratch);
	}
	differentiate(field);
	stand_out(field, scratch);
	return field;
}

void fw_field_destroy(struct fw_field *field)
{
	for (unsigned c = 0; field && c < FW_FIELD_CHANNELS; c++) {
		g_free(field->channel[c]);
	}
	if (field) {
		g_free(field->gx);
		g_free(field->gy);
		g_free(field->edge);
		g_free(field);
	}
}
