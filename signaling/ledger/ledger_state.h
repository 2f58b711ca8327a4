/* SPDX-License-Identifier: Apache-2.0 */
/* The lives of a ledger row and of an escalation: states, what may happen, one table each.
 *
 * Threads: pure. Errors: -EPROTO not legal in this state.
 */
#ifndef FW_SIGNALING_LEDGER_LEDGER_STATE_H
#define FW_SIGNALING_LEDGER_LEDGER_STATE_H

#include <stdbool.h>

enum fw_ledger_state {
	FW_LEDGER_OPEN,
	FW_LEDGER_STATED, /* a window has said something, nobody has decided */
	FW_LEDGER_AT_FAULT,
	FW_LEDGER_EXCUSED,
	FW_LEDGER_TAKEN_BACK, /* decided before, and open again */
	FW_LEDGER_STATE_COUNT
};
extern const char *const fw_ledger_states[];

enum fw_ledger_happening {
	FW_LEDGER_STATE, /* a window makes a statement */
	FW_LEDGER_BLAME,
	FW_LEDGER_EXCUSE,
	FW_LEDGER_TAKE_BACK,
	FW_LEDGER_HAPPENING_COUNT
};
/* As in the protocol: "state" is none of them, a statement has its own operation. */
extern const char *const fw_ledger_verdicts[];

enum fw_escalation_state {
	FW_ESCALATION_RAISED,
	FW_ESCALATION_ACKNOWLEDGED,
	FW_ESCALATION_CLOSED,
	FW_ESCALATION_TAKEN_BACK, /* fewer than four rows stand */
	FW_ESCALATION_STATE_COUNT
};
extern const char *const fw_escalation_states[];

enum fw_escalation_happening {
	FW_ESCALATION_RAISE,
	FW_ESCALATION_ACKNOWLEDGE,
	FW_ESCALATION_CLOSE,
	FW_ESCALATION_TAKE_BACK,
	FW_ESCALATION_HAPPENING_COUNT
};

/* Why it is whose fault; "other" wants words. */
extern const char *const fw_blame_reasons[];
extern const char *const fw_excuse_reasons[];

int fw_ledger_next_state(enum fw_ledger_state state, enum fw_ledger_happening happening,
	enum fw_ledger_state *ret_state);
int fw_escalation_next_state(enum fw_escalation_state state, enum fw_escalation_happening happening,
	enum fw_escalation_state *ret_state);

#endif
