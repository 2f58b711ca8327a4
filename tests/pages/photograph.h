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
	CLASS_COUNT,
};

struct photograph {
	struct fw_image *still; /* before JPEG */
	struct fw_image *desk; /* the same desk empty, in another exposure */
	struct fw_quad corners; /* true */
	struct fw_quad content; /* what must not be cut */
	struct fw_point seal; /* centre of the seal; x < 0: none */
	double seal_hue; /* degrees, as printed and lit */
};

const char *photograph_class_name(enum photograph_class class);

/* megapixels: 8 (3264 x 2448) or 13 (4160 x 3120). */
void photograph_make(enum photograph_class class, unsigned seed, unsigned megapixels,
	struct photograph *ret_photograph);
void photograph_fini(struct photograph *photograph);

#endif
