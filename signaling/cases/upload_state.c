/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/upload_state.h"

#include <stddef.h>
#include <string.h>

const char *const fw_upload_states[] = {
	"open", "writing", "sealing", "checking", "filed", "refused", "dropped", NULL};

#define NO FW_UPLOAD_STATE_COUNT /* not legal */

static const enum fw_upload_state moves[FW_UPLOAD_STATE_COUNT][FW_UPLOAD_STEP_COUNT] = {
	[FW_UPLOAD_OPEN] = {FW_UPLOAD_WRITING, NO, NO, NO, NO, NO, NO, NO, FW_UPLOAD_DROPPED},
	[FW_UPLOAD_WRITING] = {NO, FW_UPLOAD_OPEN, FW_UPLOAD_SEALING, FW_UPLOAD_OPEN, NO, NO, NO,
		NO, NO},
	[FW_UPLOAD_SEALING] = {NO, NO, NO, NO, FW_UPLOAD_CHECKING, FW_UPLOAD_OPEN, NO, NO, NO},
	[FW_UPLOAD_CHECKING] = {NO, NO, NO, NO, NO, NO, FW_UPLOAD_FILED, FW_UPLOAD_REFUSED, NO},
	[FW_UPLOAD_FILED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO},
	[FW_UPLOAD_REFUSED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO},
	[FW_UPLOAD_DROPPED] = {NO, NO, NO, NO, NO, NO, NO, NO, NO},
};

bool fw_upload_state_from(const char *word, enum fw_upload_state *ret_state)
{
	for (int i = 0; i < FW_UPLOAD_STATE_COUNT; i++) {
		if (strcmp(word, fw_upload_states[i]) == 0) {
			*ret_state = (enum fw_upload_state)i;
			return true;
		}
	}
	return false;
}

bool fw_upload_move(
	enum fw_upload_state state, enum fw_upload_step step, enum fw_upload_state *ret_state)
{
	if (moves[state][step] == NO) {
		return false;
	}
	*ret_state = moves[state][step];
	return true;
}
