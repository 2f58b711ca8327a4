/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finger on the page: a compact area of the colour of skin that comes in over the page's border.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_FINGER_H
#define FW_CAPTURE_FINGER_H

#include "capture/image.h"

/* Share of the page's area; 0: none. page: straightened, colour, reduced. */
float fw_finger_share(const struct fw_image *page);

#endif
