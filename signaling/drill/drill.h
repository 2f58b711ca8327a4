/* SPDX-License-Identifier: Apache-2.0 */
/* A hall rehearses (模拟办件): while it does, its windows call and are called for rehearsal only, of one item or of all.
 *
 *     running --ended by hand--> ended
 *        +------time is over--> over
 *
 * At most one runs per hall. A request that would be a rehearsal is refused unless it says that it is one, so that
 * nobody rehearses unknowingly and no applicant is served by those who do; a real call is led past them. Calls that
 * run when it begins or ends stay what they are.
 *
 * Threads: the desk's. Errors: 0, negative errno of the database.
 */
#ifndef FW_SIGNALING_DRILL_DRILL_H
#define FW_SIGNALING_DRILL_DRILL_H

#include "signaling/desk/clients.h"
#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

#define FW_DRILL_MAX_US \
	(INT64_C(12) * 3600 * 1000000) /* a working day, from the first window to the last */

enum fw_drill_state {
	FW_DRILL_RUNNING,
	FW_DRILL_ENDED,
	FW_DRILL_OVER,
	FW_DRILL_STATE_COUNT
};

extern const char *const fw_drill_states[]; /* as stored and told; NULL at the end */

bool fw_drill_state_legal(enum fw_drill_state from, enum fw_drill_state to);

/* The rehearsal in which this window has no real calls of the item; NULL: none. */
const struct fw_drill *fw_drill_of(
	const struct fw_desk *desk, const struct fw_place *place, const struct fw_item *item);
const struct fw_drill *fw_drill_of_hall(
	const struct fw_desk *desk, const struct fw_hall *hall, const struct fw_item *item);
/* Refuses what is no rehearsal, with the hall and its end in the answer. */
int fw_drill_refuse(const struct fw_drill *drill, struct fw_answer *answer);

/* Begins one, of the hall (where none runs) and the item (NULL: all). */
int fw_drill_begin(struct fw_desk *desk, const struct fw_account *account,
	const struct fw_hall *hall, const struct fw_item *item, int64_t until_us, int64_t *ret_id);
/* Ends one that runs; account NULL: its time is over. */
int fw_drill_end(struct fw_desk *desk, struct fw_drill *drill, const struct fw_account *account);

int fw_drills_load(struct fw_desk *desk);
int fw_drill_due(struct fw_desk *desk, struct fw_drill *drill);

/* The call, a rehearsal, began at this window, rings there or was to: it belongs to the one of its hall. */
int fw_drill_note(struct fw_desk *desk, const struct fw_call *call, const struct fw_window *window);

/* {"id","hall","item","until_us"}; null: none. */
void fw_drill_render(struct fw_json *json, const char *key, const struct fw_drill *drill);
/* The one that runs in the window's hall, whatever item. */
const struct fw_drill *fw_drill_at(const struct fw_desk *desk, const struct fw_hall *hall);

#endif
