/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   OPEN ──statement──▶ STATED                     statements are welcome in every state and
 *     └───────┬───────────┘                        change it only here
 *             ├──▶ AT_FAULT ──┐
 *             └──▶ EXCUSED ───┴──▶ TAKEN_BACK ──▶ AT_FAULT, EXCUSED
 *
 *   RAISED ──▶ ACKNOWLEDGED ──▶ CLOSED             any of them ──▶ TAKEN_BACK ──▶ RAISED
 *
 * An escalation stands (is not TAKEN_BACK) exactly while four or more rows of the month are AT_FAULT.
 */
#include "signaling/ledger/ledger_state.h"

#include <errno.h>
#include <stddef.h>

const char *const fw_ledger_states[] = {"open", "stated", "at_fault", "excused", "taken_back", NULL};
const char *const fw_ledger_verdicts[] = {"stated", "at_fault", "excused", "taken_back", NULL};
const char *const fw_escalation_states[] = {"raised", "acknowledged", "closed", "taken_back", NULL};
const char *const fw_blame_reasons[] = {
	"not_at_post", "did_not_answer", "devices_neglected", "other", NULL};
const char *const fw_excuse_reasons[] = {
	"power_or_line", "system_fault", "serving_citizen", "leave_approved", "other", NULL};

/* State that follows, plus 1; 0: not legal. */
#define TO(state) ((state) + 1)

static const unsigned char ledger_table[FW_LEDGER_STATE_COUNT][FW_LEDGER_HAPPENING_COUNT] = {
	[FW_LEDGER_OPEN] = {TO(FW_LEDGER_STATED), TO(FW_LEDGER_AT_FAULT), TO(FW_LEDGER_EXCUSED), 0},
	[FW_LEDGER_STATED] = {TO(FW_LEDGER_STATED), TO(FW_LEDGER_AT_FAULT), TO(FW_LEDGER_EXCUSED), 0},
	[FW_LEDGER_AT_FAULT] = {TO(FW_LEDGER_AT_FAULT), 0, 0, TO(FW_LEDGER_TAKEN_BACK)},
	[FW_LEDGER_EXCUSED] = {TO(FW_LEDGER_EXCUSED), 0, 0, TO(FW_LEDGER_TAKEN_BACK)},
	[FW_LEDGER_TAKEN_BACK] = {TO(FW_LEDGER_TAKEN_BACK), TO(FW_LEDGER_AT_FAULT),
		TO(FW_LEDGER_EXCUSED), 0},
};

static const unsigned char escalation_table[FW_ESCALATION_STATE_COUNT][FW_ESCALATION_HAPPENING_COUNT] = {
	[FW_ESCALATION_RAISED] = {0, TO(FW_ESCALATION_ACKNOWLEDGED), 0, TO(FW_ESCALATION_TAKEN_BACK)},
	[FW_ESCALATION_ACKNOWLEDGED] = {0, 0, TO(FW_ESCALATION_CLOSED), TO(FW_ESCALATION_TAKEN_BACK)},
	[FW_ESCALATION_CLOSED] = {0, 0, 0, TO(FW_ESCALATION_TAKEN_BACK)},
	[FW_ESCALATION_TAKEN_BACK] = {TO(FW_ESCALATION_RAISED), 0, 0, 0},
};

int fw_ledger_next_state(enum fw_ledger_state state, enum fw_ledger_happening happening,
	enum fw_ledger_state *ret_state)
{
	unsigned next = ledger_table[state][happening];

	if (!next) {
		return -EPROTO;
	}
	*ret_state = (enum fw_ledger_state)(next - 1);
	return 0;
}

int fw_escalation_next_state(enum fw_escalation_state state, enum fw_escalation_happening happening,
	enum fw_escalation_state *ret_state)
{
	unsigned next = escalation_table[state][happening];

	if (!next) {
		return -EPROTO;
	}
	*ret_state = (enum fw_escalation_state)(next - 1);
	return 0;
}
