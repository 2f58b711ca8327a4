/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a page, as one table. It is made once more, at once, when a worker fails; then it waits for a person.
 *
 *                 made
 *     MAKING ──────────────▶ MADE
 *      ▲ │  failed again ▲
 *      │ └──────────▶ PARKED
 *      └──── by hand ────┘
 *
 * Threads: pure. Errors: false from fw_page_move() for a step that is not legal.
 */
#ifndef FW_SIGNALING_CASES_PAGE_STATE_H
#define FW_SIGNALING_CASES_PAGE_STATE_H

#include <stdbool.h>

#define FW_PAGE_ATTEMPTS_MAX 2

enum fw_page_state {
	FW_PAGE_MAKING,
	FW_PAGE_MADE,
	FW_PAGE_PARKED,
	FW_PAGE_STATE_COUNT
};

enum fw_page_step {
	FW_PAGE_DONE,
	FW_PAGE_FAILED, /* the worker died, and may be tried again */
	FW_PAGE_FAILED_LAST,
	FW_PAGE_BY_HAND,
	FW_PAGE_STEP_COUNT
};

extern const char *const fw_page_states[]; /* as in the database and in answers; ends in NULL */

bool fw_page_move(enum fw_page_state state, enum fw_page_step step, enum fw_page_state *ret_state);

#endif
