/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plane geometry of a page in a picture: lines, quadrilaterals, homographies. Coordinates are pixels,
 * x to the right, y down; the centre of the first pixel is (0.5, 0.5).
 *
 * Threads: any, pure. Errors: false where something degenerates.
 */
#ifndef FW_CAPTURE_GEOMETRY_H
#define FW_CAPTURE_GEOMETRY_H

#include <stdbool.h>

struct fw_point {
	double x, y;
};

/* All points with nx * x + ny * y = d; (nx, ny) is a unit vector. */
struct fw_line {
	double nx, ny, d;
};

/* Corners clockwise from the upper left of the page as it is to be read. */
struct fw_quad {
	struct fw_point corner[4];
};

/* Row by row; maps (x, y, 1). */
struct fw_homography {
	double m[9];
};

bool fw_line_cross(const struct fw_line *a, const struct fw_line *b, struct fw_point *ret_point);
double fw_point_distance(struct fw_point a, struct fw_point b);
double fw_quad_area(const struct fw_quad *quad); /* positive when clockwise */
bool fw_quad_is_convex(const struct fw_quad *quad);

/* Each side moved outwards by this much. */
bool fw_quad_grow(const struct fw_quad *quad, double by, struct fw_quad *ret_quad);

/* The map that takes each corner of `from` to that of `to`. */
bool fw_homography_between(
	const struct fw_quad *from, const struct fw_quad *to, struct fw_homography *ret_homography);
struct fw_point fw_homography_map(const struct fw_homography *homography, struct fw_point point);

#endif
