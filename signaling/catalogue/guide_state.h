/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a fault that somebody found in a guide, as a table.
 *
 * Threads: pure. Errors: -EPROTO: not legal in this state.
 */
#ifndef FW_SIGNALING_CATALOGUE_GUIDE_STATE_H
#define FW_SIGNALING_CATALOGUE_GUIDE_STATE_H

enum fw_guide_state {
	FW_GUIDE_REPORTED,
	FW_GUIDE_CONFIRMED,
	FW_GUIDE_ANSWERED,
	FW_GUIDE_CLOSED,
	FW_GUIDE_STATE_COUNT
};

enum fw_guide_action {
	FW_GUIDE_CONFIRM, /* the owner looks into it */
	FW_GUIDE_ANSWER, /* the owner says what comes of it */
	FW_GUIDE_OBJECT, /* the reporter is not content */
	FW_GUIDE_CLOSE, /* the reporter is, or takes it back */
	FW_GUIDE_ACTION_COUNT
};

extern const char *const fw_guide_states[]; /* end with a NULL */
extern const char *const fw_guide_actions[];
extern const char *const fw_guide_outcomes[];

int fw_guide_next(
	enum fw_guide_state state, enum fw_guide_action action, enum fw_guide_state *ret_state);

#endif
