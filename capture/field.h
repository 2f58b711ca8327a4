/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field: what the page finder looks at. A small picture as brightness and two colour channels,
 * smoothed, optionally with the empty desk subtracted, and its edges, each as strong as it stands out
 * of its surroundings - so that the shadow of white paper on a white desk counts as much as print.
 *
 * Owner: the creator. Threads: one, pure. Errors: none.
 */
#ifndef FW_CAPTURE_FIELD_H
#define FW_CAPTURE_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/image.h"

#define FW_FIELD_CHANNELS 3

struct fw_field {
	unsigned width, height;
	float *channel[FW_FIELD_CHANNELS]; /* brightness, Cb, Cr; colour counts double */
	float *gx, *gy; /* gradient of the channel that changes most */
	float *edge; /* 0..1 */
	bool desk_subtracted; /* the desk is about 0 in all channels */
};

/* desk: the empty desk, of the same size, or NULL. A desk that does not fit is not subtracted. */
struct fw_field *fw_field_create(const struct fw_image *image, const struct fw_image *desk);
void fw_field_destroy(struct fw_field *field);
FW_DEFINE_CLEANUP(struct fw_field, fw_field_destroy)

#endif
