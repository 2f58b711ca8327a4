/* SPDX-License-Identifier: Apache-2.0 */
/* What one side of a call shows the other, or asks it to show: a page to be captured, a pointer on a picture,
 * a mark on a live one (PROTOCOL.md 2.7). Passed on, not kept; what was asked, taken and drawn has a marker in the
 * replay.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_SHOW_H
#define FW_SIGNALING_DESK_SHOW_H

#include "signaling/desk/clients.h"

#define FW_DRAW_US   INT64_C(300000) /* PROTOCOL.md 2.7: between two marks of one participant */
#define FW_DRAWN_MAX 1000 /* the same: marks of one participant in a call */

fw_method_handler fw_show_ask_method, fw_show_answer_method, fw_show_point_method,
	fw_show_mark_method;

#endif
