/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the colours of a page mean, for readers of its archived form: the sRGB colour space (IEC 61966-2-1) as an ICC
 * profile, version 4.2 (ISO 15076-1), written here from its published numbers.
 *
 * Owner: the caller unrefs. Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_SRGB_H
#define FW_CAPTURE_SRGB_H

#include <glib.h>

GByteArray *fw_srgb_profile(void);

#endif
