/* SPDX-License-Identifier: Apache-2.0 */
/* call.quality: how good each participant's line is, every 2 s while a call is answered (PROTOCOL.md 2.2).
 *
 * Threads: the desk's. Errors: none.
 */
#ifndef FW_SIGNALING_DESK_QUALITY_H
#define FW_SIGNALING_DESK_QUALITY_H

#include "signaling/desk/state.h"

#define FW_QUALITY_US INT64_C(2000000)

/* Sends it if it is due, and asks to be called again. */
int fw_quality_due(struct fw_desk *desk, struct fw_call *call);

#endif
