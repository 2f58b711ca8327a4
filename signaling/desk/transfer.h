/* SPDX-License-Identifier: Apache-2.0 */
/* Handing a call on, with its number, case, chat and recording (PROTOCOL.md 2.6).
 *
 *     at once ("cold"): another window is rung for it while the one who hands it on waits, held by itself
 *         ringing --> done      somebody answered: who handed it on has left
 *            +------> back      nobody did, or it was taken back: who handed it on goes on
 *     after talking together ("warm"): invited as any other, then named as the one who takes over
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_TRANSFER_H
#define FW_SIGNALING_DESK_TRANSFER_H

#include "signaling/desk/clients.h"

fw_method_handler fw_transfer_method;

/* `to` has answered. */
int fw_transfer_done(struct fw_desk *desk, struct fw_part *by, struct fw_part *to);
/* Nobody has. */
int fw_transfer_return(struct fw_desk *desk, struct fw_part *by);

#endif
