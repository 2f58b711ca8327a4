/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody draws over a picture: a box, an arrow or a line by its points in ten-thousandths of the picture,
 * `{"shape","points":[[x,y],...]}`; kept beside a file (PROTOCOL-CASES.md 6), or shown for a while on a live
 * picture (PROTOCOL.md 2.7).
 *
 * Threads: pure.
 */
#ifndef FW_SIGNALING_DESK_STROKE_H
#define FW_SIGNALING_DESK_STROKE_H

#include "base/json_values.h"

/* The word of its shape, static; NULL: it is none. Other fields it may have are nobody's business. */
const char *fw_stroke_shape(const struct fw_json_values *values, const struct fw_json_value *stroke);

/* Its points as JSON text; g_free. */
char *fw_stroke_points(const struct fw_json_values *values, const struct fw_json_value *stroke);

#endif
