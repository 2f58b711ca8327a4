/* SPDX-License-Identifier: Apache-2.0 */
/* What became of an object that the administrator keeps, as the audit log tells it: each change with the fields that
 * changed, from what to what. Of a person's name and of telephone numbers only that they changed: the log is for ever.
 *
 * Threads: the desk's. Errors: 0, negative errno.
 */
#ifndef FW_SIGNALING_DIRECTORY_HISTORY_H
#define FW_SIGNALING_DIRECTORY_HISTORY_H

#include "signaling/desk/state.h"
#include "signaling/directory/fields.h"

extern const char *const fw_history_objects[FW_KEPT_KINDS]; /* as the log names the kinds */

struct fw_history {
	const struct fw_account *by;
	const char *what; /* "created", "changed", "closed", "reopened", "password_reset" */
	const struct fw_kept *before; /* of what changed, as it was; else NULL */
	bool imported; /* by a file */
};

int fw_history_log(
	struct fw_desk *desk, const struct fw_kept *kept, const struct fw_history *history);
/* Any field differs. */
bool fw_history_differs(const struct fw_kept *before, const struct fw_kept *after);

#endif
