/* SPDX-License-Identifier: Apache-2.0 */
/* Recording of a call: opened at the answer, closed at the end, its marks between (recorder/recorder.h).
 * Its id is the call's. Each run of the server opens a segment of its own.
 *
 * A recording that cannot be kept never stops the call: both windows are told, and the log.
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_RECORDING_H
#define FW_SIGNALING_DESK_RECORDING_H

#include "signaling/desk/state.h"

/* At the answer, and again for a call that goes on after a restart. Who is in is named. */
int fw_recording_start(struct fw_desk *desk, struct fw_call *call);
int fw_recording_stop(struct fw_desk *desk, struct fw_call *call);

/* One joins, or goes, while others are recorded. */
void fw_recording_join(struct fw_desk *desk, struct fw_part *part);
void fw_recording_leave(struct fw_desk *desk, struct fw_part *part);

/* participant 0: all; track FW_TRACK_COUNT: all. Nothing happens while there is no journal. */
void fw_recording_mark(struct fw_desk *desk, struct fw_call *call, unsigned participant,
	enum fw_track track, enum fw_mark mark);

int fw_recording_event(struct fw_desk *desk, const struct fw_recorder_event *event);

#endif
