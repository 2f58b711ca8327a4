/* SPDX-License-Identifier: Apache-2.0 */
/* Every HTTP operation, one row each, one file per domain: what the router matches, who may ask, and who answers.
 *
 *     X(NAME, METHOD, "/path/{parameter}", TAKES, RIGHT, OR_RIGHT, handler)
 *
 * NAME      becomes FW_OP_NAME
 * METHOD    of enum fw_http_method
 * TAKES     the body: NOTHING; JSON, an object; BYTES, at most FW_PIECE_MAX_BYTES; FILE, at most FW_IMPORT_MAX_BYTES
 * RIGHT     of permission.h, held in the role's own area; ANYBODY: asked without a session
 * OR_RIGHT  is enough as well; or NONE
 * handler   fw_operation_handler of desk/http.h, on the desk's thread
 *
 * Threads: constants only. Errors: none.
 */
#ifndef FW_SIGNALING_OPERATIONS_H
#define FW_SIGNALING_OPERATIONS_H

#include "signaling/operations/calendar.h"
#include "signaling/operations/calls.h"
#include "signaling/operations/captures.h"
#include "signaling/operations/cases.h"
#include "signaling/operations/catalogue.h"
#include "signaling/operations/directory.h"
#include "signaling/operations/drills.h"
#include "signaling/operations/figures.h"
#include "signaling/operations/guide.h"
#include "signaling/operations/ledger.h"
#include "signaling/operations/organisation.h"
#include "signaling/operations/recordings.h"
#include "signaling/operations/session.h"
#include "signaling/operations/sms.h"

/* clang-format off */
#define FW_OPERATIONS(X) \
	FW_OPERATIONS_SESSION(X) \
	FW_OPERATIONS_ORGANISATION(X) \
	FW_OPERATIONS_CALENDAR(X) \
	FW_OPERATIONS_DRILLS(X) \
	FW_OPERATIONS_DIRECTORY(X) \
	FW_OPERATIONS_CALLS(X) \
	FW_OPERATIONS_RECORDINGS(X) \
	FW_OPERATIONS_CAPTURES(X) \
	FW_OPERATIONS_SMS(X) \
	FW_OPERATIONS_LEDGER(X) \
	FW_OPERATIONS_CASES(X) \
	FW_OPERATIONS_CATALOGUE(X) \
	FW_OPERATIONS_GUIDE(X) \
	FW_OPERATIONS_FIGURES(X)

enum fw_operation {
#define FW_OPERATION_ENUM(name, method, path, takes, right, or_right, handler) FW_OP_##name,
	FW_OPERATIONS(FW_OPERATION_ENUM)
#undef FW_OPERATION_ENUM
	FW_OP_COUNT
};
/* clang-format on */

#endif
