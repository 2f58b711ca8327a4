/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks: where something like print is, in whatever script - thin dark shapes on something brighter
 * that branch or stand in rows, as letters do and a cable, the shadow along a sheet or a hand does not.
 * A page that is cut out has to hold all marks on its paper.
 *
 * Owner: the creator. Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_MARKS_H
#define FW_CAPTURE_MARKS_H

#include "capture/image.h"

#define FW_MARK_PX 4 /* side of the square that has one mark if it has any */

struct fw_mark {
	float x, y; /* pixels */
	float paper; /* brightness of what is around it */
};

struct fw_marks {
	struct fw_mark *mark; /* owned */
	unsigned count;
	struct fw_image *grey; /* owned; the picture */
	struct fw_image *ground; /* owned; grey, without what is thin and dark */
};

/* image: colour, so small that a line of print is about ten pixels high. */
struct fw_marks *fw_marks_create(const struct fw_image *image);
void fw_marks_destroy(struct fw_marks *marks);
FW_DEFINE_CLEANUP(struct fw_marks, fw_marks_destroy)

#endif
