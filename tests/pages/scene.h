/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies under the camera, as photograph.c sets it up and exposure.c draws it.
 *
 * Owner: the creator, of a still, and of what scene_fini() frees. Threads: a finished scene may be
 * read by many. Errors: none.
 */
#ifndef FW_TESTS_PAGES_SCENE_H
#define FW_TESTS_PAGES_SCENE_H

#include "tests/pages/paper.h"
#include "tests/pages/photograph.h"

#define GROUND 4 /* pixels to a value of the desk's texture, which is soft */

struct light {
	double across, down; /* fall of brightness over the frame */
	double corners; /* how much darker they are */
	double spot_x, spot_y, spot_radius, spot_gain; /* glare, in shares of the frame's width */
};

struct desk {
	double colour[3];
	double grain, speckle;
	double edge_y; /* of the desk, share of the height; > 1: none */
	double cable_x; /* share of the width; < 0: none */
	double phase;
	float *level; /* brightness about the colour, a value to GROUND x GROUND pixels; owned */
	unsigned columns; /* of level */
};

struct scene {
	enum photograph_class class;
	unsigned width, height;
	unsigned quarters; /* turns clockwise in which the paper lies */
	struct desk desk;
	struct light light;
	struct paper paper;
	struct fw_homography to_paper;
	double paper_level, shadow, fold, noise;
	double lens; /* of the distance from the middle, at the corners; > 0: barrel */
	double curve; /* how far the sides bulge, of the paper's height */
	bool creased; /* bulges to a crease in the middle, not to an arc */
	double finger_x, finger_y, finger_size; /* on the paper, shares; y < 0: none */
	double other_x, other_y, other_angle; /* another sheet, in the frame; x < 0: none */
	unsigned seed;
};

/* How far a curved paper's print is moved sideways there, in pixels of the paper. */
double scene_bulge(const struct scene *scene, double y);

/* Where light would have arrived that the lens sends there; and the other way round. */
struct fw_point scene_undistorted(const struct scene *scene, double x, double y);
struct fw_point scene_distorted(const struct scene *scene, struct fw_point point);

/* After everything else is set: draws the desk's texture. */
void scene_lay_desk(struct scene *scene);
void scene_fini(struct scene *scene);

/* empty: without the paper and all that came with it. */
struct fw_image *scene_expose(const struct scene *scene, bool empty, double gain);

/* The sensor: more noise where there is more light, most of it in all three colours alike. */
void scene_add_noise(struct fw_image *image, double amount, unsigned seed);

/* Box blur in one direction. */
void scene_blur(struct fw_image *image, int radius, bool across);

#endif
