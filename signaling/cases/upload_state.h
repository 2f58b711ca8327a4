/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an upload, as one table.
 *
 *               piece                written, more to come
 *     OPEN ───────────────▶ WRITING ───────────────────────▶ OPEN
 *      ▲ │                   │ │ not written (disk), restart   ▲
 *      │ │                   │ └───────────────────────────────┘
 *      │ │ not used for long │ written, and that was the last
 *      │ └─▶ DROPPED         ▼
 *      └──────────────── SEALING ──file on the disk, digest holds──▶ CHECKING ──a paper, or its worker died──▶ FILED
 *        digest does not hold: from the beginning                       └──no paper──▶ REFUSED
 *
 * Threads: pure. Errors: false from fw_upload_move() for a step that is not legal.
 */
#ifndef FW_SIGNALING_CASES_UPLOAD_STATE_H
#define FW_SIGNALING_CASES_UPLOAD_STATE_H

#include <stdbool.h>

enum fw_upload_state {
	FW_UPLOAD_OPEN,
	FW_UPLOAD_WRITING,
	FW_UPLOAD_SEALING,
	FW_UPLOAD_CHECKING, /* its page is being made */
	FW_UPLOAD_FILED,
	FW_UPLOAD_REFUSED,
	FW_UPLOAD_DROPPED,
	FW_UPLOAD_STATE_COUNT
};

enum fw_upload_step {
	FW_UPLOAD_TAKE, /* a piece came */
	FW_UPLOAD_WROTE, /* it is on the disk, more must come */
	FW_UPLOAD_WROTE_LAST,
	FW_UPLOAD_LOST, /* it is not on the disk: to be sent again */
	FW_UPLOAD_HOLDS, /* the whole file is there, with the promised digest */
	FW_UPLOAD_DIFFERS,
	FW_UPLOAD_PASSES,
	FW_UPLOAD_FAULTY, /* it can be no material of a case */
	FW_UPLOAD_EXPIRE,
	FW_UPLOAD_STEP_COUNT
};

extern const char *const fw_upload_states[]; /* as in the database; ends in NULL */

bool fw_upload_state_from(const char *word, enum fw_upload_state *ret_state);
bool fw_upload_move(
	enum fw_upload_state state, enum fw_upload_step step, enum fw_upload_state *ret_state);

#endif
