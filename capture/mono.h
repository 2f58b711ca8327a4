/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page in black and white: what is darker than the paper around it in any colour is black, so that
 * uneven light does not matter and red seals and heads stay.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_MONO_H
#define FW_CAPTURE_MONO_H

#include "capture/image.h"

/* Grey, 0 and 255 only. page: colour. */
struct fw_image *fw_mono_make(const struct fw_image *page);

#endif
