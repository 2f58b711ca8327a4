/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Papers as offices print them: Chinese text, tables, red heads, seals, identity cards.
 *
 * Threads: one. Errors: none.
 */
#ifndef FW_TESTS_PAGES_PAPER_H
#define FW_TESTS_PAGES_PAPER_H

#include <cairo.h>
#include <glib.h>

#include "tests/pages/photograph.h"

#define PAPER_WIDTH    1654 /* A4 at 200 dpi */
#define PAPER_HEIGHT   2339
#define CARD_WIDTH     1350 /* ID-1 at 400 dpi */
#define CARD_HEIGHT    850
#define RECEIPT_WIDTH  630 /* 80 mm at 200 dpi */
#define RECEIPT_HEIGHT 1500

struct paper {
	cairo_surface_t *surface; /* RGB24 */
	double margin; /* around the content, of the width */
	double seal_x, seal_y; /* 0..1; < 0: none */
	GString *words; /* all that is printed in lines, without the seal's */
};

/* ret_paper->surface and ->words are the caller's. */
void paper_print(enum photograph_class class, GRand *random, struct paper *ret_paper);

#endif
