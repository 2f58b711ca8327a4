/* SPDX-License-Identifier: Apache-2.0 */
/* The two messages about calls to the person responsible for a window: of a ring without sound, at once, and of a call
 * that was not taken in time. The first replaces the second of the same attempt.
 *
 * Threads: the desk's. Errors: errno of the database.
 */
#ifndef FW_SIGNALING_SMS_RING_NOTICE_H
#define FW_SIGNALING_SMS_RING_NOTICE_H

#include "signaling/desk/state.h"

int fw_sms_silent_ring(struct fw_desk *desk, const struct fw_attempt *attempt);
int fw_sms_unanswered(struct fw_desk *desk, const struct fw_attempt *attempt);

#endif
