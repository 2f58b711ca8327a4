/* SPDX-License-Identifier: Apache-2.0 */
/* Markers: what happened in a call and when, for the time line of the replay (PROTOCOL.md 3, marker kinds).
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_MARKERS_H
#define FW_SIGNALING_DESK_MARKERS_H

#include "signaling/desk/state.h"

/* participant 0, track FW_TRACK_COUNT, text NULL: none. */
int fw_marker(struct fw_desk *desk, struct fw_call *call, const char *kind, unsigned participant,
	enum fw_track track, const char *text);

#endif
