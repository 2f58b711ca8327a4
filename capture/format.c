/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/format.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "capture/geometry.h"

#define NEAR      0.035 /* relative difference of proportions that perspective may leave */
#define MM_PER_IN 25.4

static const struct {
	const char *name;
	double shorter_mm, longer_mm;
	bool guessed;
} formats[FW_FORMAT_COUNT] = {
	[FW_FORMAT_UNKNOWN] = {"unknown", 0, 0, false},
	[FW_FORMAT_A4] = {"a4", 210, 297, true},
	[FW_FORMAT_A3] = {"a3", 297, 420, false},
	[FW_FORMAT_A5] = {"a5", 148, 210, false},
	[FW_FORMAT_B5] = {"b5", 182, 257, false},
	[FW_FORMAT_LETTER] = {"letter", 215.9, 279.4, true},
	[FW_FORMAT_CARD] = {"card", 53.98, 85.6, true},
};

const char *fw_format_name(enum fw_format format)
{
	return formats[format].name;
}

enum fw_format fw_format_parse(const char *name)
{
	enum fw_format format = FW_FORMAT_A4;

	while (format < FW_FORMAT_COUNT && strcmp(formats[format].name, name) != 0) {
		format++;
	}
	return format;
}

static void sides(const struct fw_quad *page, double *ret_shorter, double *ret_longer)
{
	const struct fw_point *p = page->corner;
	double across = (fw_point_distance(p[0], p[1]) + fw_point_distance(p[3], p[2])) / 2;
	double down = (fw_point_distance(p[0], p[3]) + fw_point_distance(p[1], p[2])) / 2;

	*ret_shorter = MIN(across, down);
	*ret_longer = MAX(across, down);
}

enum fw_format fw_format_guess(const struct fw_quad *page)
{
	enum fw_format best = FW_FORMAT_UNKNOWN;
	double shorter, longer, least = NEAR;

	sides(page, &shorter, &longer);
	for (int i = 1; i < FW_FORMAT_COUNT && shorter > 0; i++) {
		double off =
			fabs(longer / shorter * formats[i].shorter_mm / formats[i].longer_mm - 1);

		if (formats[i].guessed && off < least) {
			least = off;
			best = (enum fw_format)i;
		}
	}
	return best;
}

double fw_format_dpi(const struct fw_quad *page, enum fw_format format)
{
	double shorter, longer;

	if (format == FW_FORMAT_UNKNOWN) {
		return 0;
	}
	sides(page, &shorter, &longer);
	return MIN(shorter / formats[format].shorter_mm, longer / formats[format].longer_mm) *
		MM_PER_IN;
}
