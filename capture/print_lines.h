/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The direction of lines of print, told by marks: turned so that the lines lie level, the marks fall
 * into rows. Knows no script; tables have such rows, too.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_PRINT_LINES_H
#define FW_CAPTURE_PRINT_LINES_H

#include <stdbool.h>

#include "capture/geometry.h"

struct fw_print_lines {
	bool sure; /* false: no lines to be seen; nothing else is set */
	bool upright; /* the lines run down the picture: the page lies on its side */
	double degrees; /* clockwise off level, or off upright; at most what was looked for */
	double clearness; /* how much clearer the rows are than at any other angle; 1: not at all */
};

/* Units of points: pixels of which a line of print is about ten high. */
void fw_print_lines_find(const struct fw_point *points, unsigned count, double degrees_max,
	struct fw_print_lines *ret_lines);

#endif
