/* SPDX-License-Identifier: Apache-2.0 */
/* Cases: opened by the applicant-location clerk, ruled on by the home location, issued to the citizen
 * (docs/PROTOCOL-CASES.md). Handlers of the desk's table of operations.
 *
 * Threads: the desk's. Errors: 0 (answered), a code of codes.h (refused, nothing changed), negative errno
 * (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_CASES_H
#define FW_SIGNALING_CASES_CASES_H

#include "signaling/desk/access.h"
#include "signaling/desk/clients.h"
#include "signaling/desk/http.h"

/* The client looks at one case from now on, or (without `case`) at none. */
fw_method_handler fw_case_watch_method;

#endif
