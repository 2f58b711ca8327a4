/* SPDX-License-Identifier: Apache-2.0 */
/* The duty roster of a hall as its supervisors and administrators keep it, a week at a time (docs/PROTOCOL-OFFICE.md).
 * Who is on duty at a moment: duty.h.
 *
 * Threads: the desk's. Errors: 0, a code of codes.h (refused), negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DIRECTORY_ROSTER_H
#define FW_SIGNALING_DIRECTORY_ROSTER_H

#include "signaling/desk/access.h"

#define FW_ROSTER_SPANS_MAX 8 /* of one window and day */

/* The hall named `hall` in the question, whose closures and duty this person may set. */
int fw_roster_hall(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_hall **ret_hall);

#endif
