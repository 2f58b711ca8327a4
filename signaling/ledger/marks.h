/* SPDX-License-Identifier: Apache-2.0 */
/* The mirror ledger: the home side says that a call need not have been made, because the review points answer it or
 * because it is not a matter for this window.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h where said, negative errno.
 */
#ifndef FW_SIGNALING_LEDGER_MARKS_H
#define FW_SIGNALING_LEDGER_MARKS_H

#include "signaling/desk/state.h"

extern const char *const fw_call_marks[];

/* mark NULL: what was said is taken back. Of a call the account answered, during it or after. Codes: not_found,
 * forbidden, malformed, wrong_state (nobody answered it). */
int fw_mark_set(
	struct fw_desk *desk, const struct fw_account *account, const char *call, const char *mark);

#endif
