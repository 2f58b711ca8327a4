/* SPDX-License-Identifier: Apache-2.0 */
/* call.request: checked, stored, routed. Refused when nobody could answer and nobody was to be there, and when the
 * window asks too often without getting an answer.
 *
 * Threads: the desk's. Errors: as clients.h.
 */
#ifndef FW_SIGNALING_DESK_REQUEST_H
#define FW_SIGNALING_DESK_REQUEST_H

#include "signaling/desk/clients.h"

fw_method_handler fw_call_request_method;

#endif
