/* SPDX-License-Identifier: Apache-2.0 */
/* Hold: a participant waits, connected, while the call goes on without it (PROTOCOL.md 2.6). It is sent nothing of the
 * others, nothing of it is forwarded or recorded; the recording names the gap.
 *
 *     held_by 0 --> n        n: who put it on hold and takes it off again; itself while its transfer rings
 *
 * Who leaves takes its holds away. Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_HOLD_H
#define FW_SIGNALING_DESK_HOLD_H

#include "signaling/desk/clients.h"

fw_method_handler fw_hold_method;

/* `by` NULL: goes on. Stored, marked, told to the worker; who is in the call is told by the caller. */
int fw_hold_set(struct fw_desk *desk, struct fw_part *part, const struct fw_part *by);
/* Whom `by` holds goes on. */
int fw_hold_release(struct fw_desk *desk, const struct fw_part *by);

#endif
