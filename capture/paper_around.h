/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a quadrilateral is a page or something on one: behind a page's sides lies the desk, behind
 * those of a table the paper goes on, often with more print on it.
 *
 * Coordinates are of the picture that the marks are of. `frames`: the sides, a bit each from that
 * between corners 0 and 1, that are the picture's own border and tell nothing.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_PAPER_AROUND_H
#define FW_CAPTURE_PAPER_AROUND_H

#include <stdbool.h>

#include "capture/geometry.h"
#include "capture/marks.h"

#define FW_ALL_SIDES 15u

/* The sides that surely have paper inside and desk outside. White on white has none. */
unsigned fw_paper_sure_sides(
	const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames);

/*
 * The one side beyond which the paper seems to go on, in another light: it is less dark there, by far, than beyond the
 * others, which surely end it. A crease looks so. 0: there is none.
 */
unsigned fw_paper_creased_side(
	const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames);

/* All sides have something brighter outside: a picture on a page, or a dark sheet. */
bool fw_paper_is_darker(const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames);

/* A side is a printed line or runs along one of print, or print lies outside on the same paper. */
bool fw_paper_goes_on(const struct fw_marks *marks, const struct fw_quad *quad, unsigned frames);

/*
 * Degrees by which the lines of print would not lie level on the page, the greater of its halves: on a
 * page that was found rightly they do. 0 when there is no print.
 */
double fw_paper_print_turn(const struct fw_marks *marks, const struct fw_quad *quad);

#endif
