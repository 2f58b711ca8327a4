/* SPDX-License-Identifier: Apache-2.0 */
/* Presence of windows, and how many are ready for an item and area.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_PRESENCE_H
#define FW_SIGNALING_DESK_PRESENCE_H

#include "signaling/desk/clients.h"

#define FW_DIRECTORY_US \
	INT64_C(1000000) /* PROTOCOL.md 2.1: directory.changed at most once per second */
#define FW_DIRECTORY_SLICE  16 /* clients told at once, and the time to the next: 800 in a second */
#define FW_DIRECTORY_GAP_US INT64_C(20000)

#define FW_AWAY_MAX_US (INT64_C(24) * 3600 * 1000000) /* PROTOCOL.md 2.1 */

#define FW_PRESENCE_WISHES 2 /* FW_PRESENCE_READY, FW_PRESENCE_AWAY */

/* What follows from the facts: rung or in a call; at the window with a live line; what its clerk wished last. */
enum fw_presence fw_presence_of(bool called, bool connected, enum fw_presence wish);

fw_method_handler fw_presence_set_method, fw_presence_targets_method;

/* Brings the announced presence in line with the facts; tells the window and who looks at the directory. */
int fw_presence_update(struct fw_desk *desk, struct fw_window *window);

/* `presence`, and `away` of who is. */
void fw_presence_render(struct fw_json *json, const struct fw_window *window);

/* May be rung now: a home window, held by somebody who may answer, ready. */
bool fw_presence_can_ring(const struct fw_window *window);

/* What callers learn before they call is not what it was. */
void fw_presence_stir(struct fw_desk *desk);
/* directory.changed, if it is due. */
int fw_presence_due(struct fw_desk *desk);

#endif
