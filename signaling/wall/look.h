/* SPDX-License-Identifier: Apache-2.0 */
/* What only time or another part of the desk changes, looked at every FW_WALL_LOOK_US while somebody watches: which
 * windows should be online now (duty roster, office hours), and short messages that need a person.
 *
 * Threads: the desk's. Errors: negative errno of the database.
 */
#ifndef FW_SIGNALING_WALL_LOOK_H
#define FW_SIGNALING_WALL_LOOK_H

#include "signaling/desk/state.h"

#define FW_WALL_SMS_DAYS 7 /* older messages without an outcome are the outbox screen's matter */

/* Fills expected_us of every window and the message counts of every hall. */
int fw_wall_look(struct fw_desk *desk);

/* The hall's row; made when it is asked for first. */
struct fw_wall_hall *fw_wall_hall_of(struct fw_desk *desk, const struct fw_hall *hall);

#endif
