/* SPDX-License-Identifier: Apache-2.0 */
/* What one side of a call shows the other, or asks it to show: a page to be captured, a pointer on a picture
 * (PROTOCOL.md 2.7). Passed on, not kept; what was asked and taken has a marker in the replay.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_SHOW_H
#define FW_SIGNALING_DESK_SHOW_H

#include "signaling/desk/clients.h"

fw_method_handler fw_show_ask_method, fw_show_answer_method, fw_show_point_method;

#endif
