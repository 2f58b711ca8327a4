/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Photographs of pages as a document camera would take them, with everything known that a test wants
 * to hold a page pipeline to. The same class, seed and size make the same picture.
 *
 * Owner: the creator. Threads: one. Errors: none.
 */
#ifndef FW_TESTS_PAGES_PHOTOGRAPH_H
#define FW_TESTS_PAGES_PHOTOGRAPH_H

#include "capture/geometry.h"
#include "capture/image.h"

enum photograph_class {
	CLASS_PLAIN, /* dark or coloured desk, even light */
	CLASS_WHITE, /* white paper on a pale desk: only a shadow tells */
	CLASS_WOOD, /* grain, desk edge, cable */
	CLASS_FOLDED, /* a corner turned over */
	CLASS_TABLE, /* long straight lines on the page */
	CLASS_CARD, /* an identity card */
	CLASS_PICTURE, /* a dark photograph on the page */
	CLASS_COLOURED, /* coloured paper */
	CLASS_FINGER,
	CLASS_GLARE,
	CLASS_DEFOCUS,
	CLASS_MOTION,
	CLASS_WHITE_WOOD, /* white paper on pale wood */
	CLASS_RECEIPT, /* a narrow slip of faint print */
	CLASS_SEVERAL, /* another sheet beside and under it */
	CLASS_CURVED, /* curled to an arc, or bent at a crease */
	CLASS_LENS, /* barrel or cushion */
	CLASS_DIM, /* little light, uneven, noisy */
	CLASS_HAND, /* a hand over a side */
	CLASS_BEYOND, /* larger than the picture */
	CLASS_CUT, /* laid so far aside, or so near the lens, that the frame may cut some sides */
	CLASS_BLANK, /* nothing on it */
	CLASS_FORM, /* one and the same form: prints differ by what little was written into it */
	CLASS_COUNT,
};

#define PHOTOGRAPH_CONTENT 16 /* points around the content, a quarter of them to a side */

struct photograph_order {
	enum photograph_class class;
	unsigned seed;
	unsigned print; /* seed of what is on the paper; 0: by `seed` */
	unsigned megapixels; /* 8 (3264 x 2448) or 13 (4160 x 3120); portrait for a seed in five */
	bool with_desk;
};

struct photograph {
	struct fw_image *still; /* before JPEG */
	struct fw_image *desk; /* the same desk empty, in another exposure; NULL: not ordered */
	struct fw_quad corners; /* true ones, from the upper left of the paper as it is read */
	struct fw_point content[PHOTOGRAPH_CONTENT]; /* what must not be cut; may be outside */
	bool beyond; /* a corner is outside */
	struct fw_point seal; /* centre of the seal; x < 0: none */
	unsigned quarters; /* turns clockwise in which the paper lies */
};

/* All that is printed on it in lines, a line each; g_free. */
char *photograph_words(const struct photograph_order *order);

const char *photograph_class_name(enum photograph_class class);

bool photograph_is_white(enum photograph_class class); /* paper on a pale desk */

void photograph_make(const struct photograph_order *order, struct photograph *ret_photograph);
/* What is true of it stays. */
void photograph_fini_pictures(struct photograph *photograph);

#endif
