/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which way lines of print run on a page, in whatever script: letters of a line stand closer to each
 * other than lines do. And, less surely, at which end of them people begin to read: lines begin below
 * each other and end where their words end.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_READING_H
#define FW_CAPTURE_READING_H

#include <stdbool.h>

#include "capture/image.h"

struct fw_reading {
	float across; /* how much longer what is joined along the rows is than along the columns; 1: alike, 0: no print */
	float begins; /* how much more even lines are at their left (or upper) end than at the other; 1: alike */
};

/* page: colour, straightened. */
void fw_reading_find(const struct fw_image *page, struct fw_reading *ret_reading);

bool fw_reading_is_sideways(const struct fw_reading *reading);
/* Degrees clockwise that would most likely set a sideways page upright: 90 or 270. */
unsigned fw_reading_turn(const struct fw_reading *reading);

#endif
