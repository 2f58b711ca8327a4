/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sides: straight lines of a field that may be an edge of the page, each with running sums along it,
 * so that any stretch is judged at once: how much of it is an edge, and how its two flanks differ.
 *
 * Owner: the creator; the field is borrowed. Threads: one, pure. Errors: none.
 */
#ifndef FW_CAPTURE_SIDE_H
#define FW_CAPTURE_SIDE_H

#include "capture/field.h"
#include "capture/geometry.h"

#define FW_SIDES_MAX 56 /* and the frame's four */

struct fw_side {
	struct fw_line line;
	bool frame; /* a border of the picture: nothing is known of it */
	int start; /* first place along the line */
	unsigned count; /* places, one a pixel; sums has count + 1 rows */
	float (*sums)[1 + FW_FIELD_CHANNELS]; /* edge; step from the negative to the positive flank */
};

struct fw_stretch {
	float support; /* 0..1 */
	float step[FW_FIELD_CHANNELS]; /* positive flank (where the normal points) less the other */
};

/* At most FW_SIDES_MAX lines, strongest first, then the frame's four. Returns how many. */
unsigned fw_sides_find(const struct fw_field *field, struct fw_side sides[FW_SIDES_MAX + 4]);
void fw_sides_free(struct fw_side *sides, unsigned count);

/* Where along the line a point of it lies. */
double fw_side_place(const struct fw_side *side, struct fw_point point);

/* Between two places; a place outside the picture is cut off. Support 0 for an empty stretch. */
void fw_side_stretch(
	const struct fw_side *side, double from, double to, struct fw_stretch *ret_stretch);

/*
 * Fits the line to the edge found within `band` pixels of it between two places, to sub-pixels and
 * against outliers. *ret_bulge (may be NULL): how far the edge leaves the line towards the normal,
 * 95th percentile. False: too little edge.
 */
bool fw_line_fit(const struct fw_field *field, struct fw_line *line, double from, double to,
	double band, double *ret_bulge);

#endif
