/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of unanswered calls: one row per attempt that counts, statements of both windows, and the decision of a
 * supervisor of the window's area (ledger_state.c has the picture). The fourth row of a window found at fault in one
 * calendar month (Asia/Shanghai) raises an escalation (escalation.h); taking a decision back takes it back.
 *
 * Every change is a deed that holds the row; the words people wrote lie apart.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h where said, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_LEDGER_LEDGER_H
#define FW_SIGNALING_LEDGER_LEDGER_H

#include "signaling/desk/state.h"
#include "signaling/ledger/ledger_state.h"

#define FW_LEDGER_TEXT_MIN_CHARS 2
#define FW_LEDGER_TEXT_MAX_CHARS 500
#define FW_LEDGER_ENTRIES_MAX    50 /* of one row */
#define FW_LEDGER_FAULTS_ALLOWED 3 /* in one month: "more than three" */

/* The attempt was closed and counts: a row, and the message to the window's responsible person. */
int fw_ledger_add(struct fw_desk *desk, const struct fw_attempt *attempt);

/* A clerk of one of the two windows says something. Codes: not_found, forbidden, malformed (no words),
 * too_many. */
int fw_ledger_state_it(
	struct fw_desk *desk, const struct fw_account *account, int64_t id, const char *text);
/* BLAME, EXCUSE or TAKE_BACK by a supervisor of the window's area, with a reason of the list (none for TAKE_BACK)
 * and words where the reason is "other" or it is taken back. Codes: as above, wrong_state. */
int fw_ledger_judge(struct fw_desk *desk, const struct fw_account *account, int64_t id,
	enum fw_ledger_happening happening, const char *reason, const char *text);

/* May the account see this row: a supervisor or auditor of the area, or a clerk of either window? 0 or a code. */
int fw_ledger_access(struct fw_desk *desk, const struct fw_account *account, int64_t id);

#endif
