/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the wall as PROTOCOL-OFFICE.md shows them. Every list is bounded: what does not fit is told by its total.
 *
 * Threads: the desk's. Errors: none.
 */
#ifndef FW_SIGNALING_WALL_WALL_RENDER_H
#define FW_SIGNALING_WALL_WALL_RENDER_H

#include "signaling/desk/json_write.h"
#include "signaling/wall/survey.h"

#define FW_WALL_EVENT_BYTES 57344 /* the list stops there: a message is at most 65,536 */
#define FW_WALL_PARTIES_MAX 5

void fw_wall_render_hall(
	const struct fw_desk *desk, struct fw_json *json, const struct fw_wall_hall *row);
void fw_wall_render_window(struct fw_json *json, const struct fw_window *window);
void fw_wall_render_call(struct fw_json *json, const struct fw_call *call);
void fw_wall_render_queue(struct fw_json *json, const struct fw_wall_queue *queue);
void fw_wall_render_alarm(struct fw_json *json, const struct fw_alarm *alarm);

static inline bool fw_wall_is_full(const struct fw_json *json)
{
	return json->used > FW_WALL_EVENT_BYTES;
}

#endif
