/* SPDX-License-Identifier: Apache-2.0 */
/* Who sits where: taking a window, leaving it, being put out, and the 60 s it is kept for an account whose
 * connection dropped (PROTOCOL.md 2.1, 2.5).
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_WINDOWS_H
#define FW_SIGNALING_DESK_WINDOWS_H

#include "signaling/desk/clients.h"

#define FW_WINDOW_KEEP_US (INT64_C(60) * 1000000) /* PROTOCOL.md 2.1 */

fw_method_handler fw_window_take_method, fw_window_release_method, fw_window_devices_method;

/* One record per place, nobody there; presence in the database accordingly. */
int fw_windows_load(struct fw_desk *desk);
/* The record of a place that is new: the next number. */
void fw_windows_add(struct fw_desk *desk, const struct fw_place *place);

/* The account gives the window up: out of its call too. */
int fw_window_release(struct fw_desk *desk, struct fw_window *window);
/* The client is gone; the window is kept for the account. */
int fw_window_unseat(struct fw_desk *desk, struct fw_window *window);

int fw_window_due(struct fw_desk *desk, struct fw_window *window);

#endif
