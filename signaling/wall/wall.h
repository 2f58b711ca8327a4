/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's live wall (PROTOCOL-OFFICE.md): what goes on right now at the windows of the areas somebody may
 * see, told as it changes and at most once per second to each who looks.
 *
 *     something changed --fw_wall_stir()--> due, a second after it was told last --> survey --> to each watcher
 *                                                                                    what differs from before
 *     every FW_WALL_LOOK_US: who should be online now (look.h)
 *
 * Nothing is kept, counted or compared while nobody looks: a stir is then one comparison.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_WALL_WALL_H
#define FW_SIGNALING_WALL_WALL_H

#include "signaling/desk/clients.h"

#define FW_WALL_TELL_US      INT64_C(1000000) /* PROTOCOL-OFFICE.md: at most once per second */
#define FW_WALL_WATCHERS_MAX 256
#define FW_WALL_ALARMS_MAX   100 /* PROTOCOL-OFFICE.md */
#define FW_WALL_LOOK_US      INT64_C(10000000) /* a window that is missing shows within 15 s */

fw_method_handler fw_wall_watch_method;

void fw_wall_load(struct fw_desk *desk);

/* Something that the wall shows has changed: presence, devices, a call, a queue, a ring. */
void fw_wall_stir_slowly(struct fw_desk *desk);
static inline void fw_wall_stir(struct fw_desk *desk)
{
	if (desk->watchers->len > 0 && !desk->wall->stirred) {
		fw_wall_stir_slowly(desk);
	}
}

/* The client is gone, or does not look any more. */
void fw_wall_forget(struct fw_desk *desk, struct fw_client *client);

int fw_wall_due(struct fw_desk *desk);

#endif
