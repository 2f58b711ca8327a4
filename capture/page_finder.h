/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the page on the desk: the four straight sides that are best supported by edges, differ most
 * between their flanks, end at their corners, and enclose what else looks like a page (a table, a
 * photograph) or is printed on the same paper. Folded corners and fingers do not matter, since sides are fitted and not corners.
 *
 * Threads: any, pure. Errors: none; without a page the whole frame is the answer.
 */
#ifndef FW_CAPTURE_PAGE_FINDER_H
#define FW_CAPTURE_PAGE_FINDER_H

#include "capture/geometry.h"
#include "capture/image.h"

struct fw_page_found {
	bool found; /* false: no page was sure, or the frame cuts it: the whole frame is kept */
	struct fw_quad edge; /* the page's corners, or the frame's */
	struct fw_quad crop; /* edge grown outwards, so that no content is cut, or turned to level print */
	float confidence; /* 0..1 */
	bool beyond_frame; /* the page goes beyond the picture */
	bool desk_subtracted; /* the reference was used */
};

/* image: upright, colour. desk: the empty desk from the same camera and of the same size, or NULL. */
void fw_page_find(
	const struct fw_image *image, const struct fw_image *desk, struct fw_page_found *ret_found);

#endif
