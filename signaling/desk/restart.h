/* SPDX-License-Identifier: Apache-2.0 */
/* After a restart of the server: calls that were answered wait for both sides; the others are over
 * (PROTOCOL.md 2.5).
 *
 * Threads: the desk's. Errors: errno of the database; -EBADMSG rows that do not fit together.
 */
#ifndef FW_SIGNALING_DESK_RESTART_H
#define FW_SIGNALING_DESK_RESTART_H

#include "signaling/desk/state.h"

int fw_restart_calls(struct fw_desk *desk);

#endif
