/* SPDX-License-Identifier: Apache-2.0 */
/* The ring of a window that is invited into a running call: proven as that of an attempt (attempts.h), with a row of
 * its own, and never counted, for nobody is held to join.
 *
 * Threads: the desk's. Errors: 0, errno of the database.
 */
#ifndef FW_SIGNALING_DESK_INVITATIONS_H
#define FW_SIGNALING_DESK_INVITATIONS_H

#include "signaling/desk/state.h"

/* `part` was just added to the call as an invited one and is rung. */
int fw_invitation_ring(struct fw_desk *desk, struct fw_part *part);

/* What its client acknowledged by now, or the missing tone. */
int fw_invitation_store_acks(struct fw_desk *desk, const struct fw_attempt *attempt);

/* The part does not ring any more: its state tells why. Not rung, or closed already: nothing happens. */
int fw_invitation_close(struct fw_desk *desk, struct fw_part *part);

/* Open ones of an earlier run of the server. */
int fw_invitations_restart(struct fw_desk *desk);

#endif
