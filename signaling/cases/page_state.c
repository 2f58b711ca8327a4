/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/page_state.h"

#include <stddef.h>

const char *const fw_page_states[] = {"making", "made", "parked", NULL};

#define NO FW_PAGE_STATE_COUNT /* not legal */

static const enum fw_page_state moves[FW_PAGE_STATE_COUNT][FW_PAGE_STEP_COUNT] = {
	[FW_PAGE_MAKING] = {FW_PAGE_MADE, FW_PAGE_MAKING, FW_PAGE_PARKED, NO},
	[FW_PAGE_MADE] = {NO, NO, NO, NO},
	[FW_PAGE_PARKED] = {NO, NO, NO, FW_PAGE_MAKING},
};

bool fw_page_move(enum fw_page_state state, enum fw_page_step step, enum fw_page_state *ret_state)
{
	if (moves[state][step] == NO) {
		return false;
	}
	*ret_state = moves[state][step];
	return true;
}
