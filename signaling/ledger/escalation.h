/* SPDX-License-Identifier: Apache-2.0 */
/* Escalations: more than FW_LEDGER_FAULTS_ALLOWED rows of a window at fault in one month go to the superior body.
 *
 * For whom: of a department's window the superior of the department, where one is entered; else, and of all others,
 * the body that manages the window's area (of the nearest area above, if it has none), its superior. The supervisors
 * of the area where that body is see it, and nobody else. Where no body is entered, the area above.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h where said, negative errno.
 */
#ifndef FW_SIGNALING_LEDGER_ESCALATION_H
#define FW_SIGNALING_LEDGER_ESCALATION_H

#include "signaling/desk/state.h"
#include "signaling/ledger/ledger_state.h"

/* After a decision: raises or takes back, as the number of rows at fault demands. */
int fw_escalation_weigh(struct fw_desk *desk, const struct fw_place *place,
	const struct fw_area *area, int64_t month);

/* ACKNOWLEDGE, or CLOSE with words. Codes: not_found, forbidden, malformed, wrong_state. */
int fw_escalation_settle(struct fw_desk *desk, const struct fw_account *account, int64_t id,
	enum fw_escalation_happening happening, const char *text);

/* May the account see it? 0 or a code. */
int fw_escalation_access(struct fw_desk *desk, const struct fw_account *account, int64_t id);

#endif
