/* SPDX-License-Identifier: Apache-2.0 */
/*
 *                  ┌────────────object────────────┐
 *                  ▼                              │
 *   report ──▶ REPORTED ──confirm──▶ CONFIRMED ──answer──▶ ANSWERED ──close──▶ CLOSED
 *                  ├────────────answer─────────────────────▶ ┘                  ▲
 *                  └────────────close (taken back)─────────────────────────────┘
 */
#include "signaling/catalogue/guide_state.h"

#include <errno.h>
#include <stddef.h>

const char *const fw_guide_states[] = {"reported", "confirmed", "answered", "closed", NULL};
const char *const fw_guide_actions[] = {"confirm", "answer", "object", "close", NULL};
const char *const fw_guide_outcomes[] = {"corrected", "right", "instructed", NULL};

/* State that follows, plus 1; 0: not legal. */
#define TO(state) ((state) + 1)

static const unsigned char table[FW_GUIDE_STATE_COUNT][FW_GUIDE_ACTION_COUNT] = {
	[FW_GUIDE_REPORTED] = {TO(FW_GUIDE_CONFIRMED), TO(FW_GUIDE_ANSWERED), 0, TO(FW_GUIDE_CLOSED)},
	[FW_GUIDE_CONFIRMED] = {0, TO(FW_GUIDE_ANSWERED), 0, 0},
	[FW_GUIDE_ANSWERED] = {0, 0, TO(FW_GUIDE_REPORTED), TO(FW_GUIDE_CLOSED)},
	[FW_GUIDE_CLOSED] = {0, 0, 0, 0},
};

int fw_guide_next(
	enum fw_guide_state state, enum fw_guide_action action, enum fw_guide_state *ret_state)
{
	unsigned next = table[state][action];

	if (!next) {
		return -EPROTO;
	}
	*ret_state = (enum fw_guide_state)(next - 1);
	return 0;
}
