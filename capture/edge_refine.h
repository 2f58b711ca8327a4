/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves a page's sides, found in a reduced picture, to where they are in the full one: a card's side
 * is so short that half a pixel of the reduced picture would turn the page visibly.
 *
 * Threads: any, pure. Errors: none; a side whose edge cannot be followed stays where it is.
 */
#ifndef FW_CAPTURE_EDGE_REFINE_H
#define FW_CAPTURE_EDGE_REFINE_H

#include "capture/geometry.h"
#include "capture/image.h"

/* reach_px: how far to look. A curled or creased side is taken as its chord; *ret_bulge_px: how far it goes beyond. */
void fw_edge_refine(
	const struct fw_image *image, double reach_px, struct fw_quad *edge, double *ret_bulge_px);

#endif
