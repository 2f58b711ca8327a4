/* SPDX-License-Identifier: Apache-2.0 */
/*
 *             quiet hours
 *   QUEUED ───────────────▶ WAITING ◀──────────┐ try later
 *     │ └──────hand───────┐    │hand           │
 *     │no gateway,        ▼    ▼               │
 *     │no number        HANDING ───────────────┘
 *     │                   │ │ └──refused───▶ FAILED ──┐
 *     └───────────────────┼─┼──────────────▶          │ again, by hand: QUEUED
 *                accepted │ └──in doubt────▶ UNCERTAIN┘
 *                         ▼
 *                       HANDED ──receipt──▶ DELIVERED
 *
 * A receipt settles every state but CANCELLED: who received it need not be sent it again.
 * Nothing is sent twice by itself: from UNCERTAIN only a person leads back.
 */
#include "signaling/sms/sms_state.h"

#include <errno.h>
#include <stddef.h>

const char *const fw_sms_kinds[] = {"unanswered", "silent_ring", "case", NULL};
const char *const fw_sms_states[] = {"queued", "waiting", "handing", "handed", "delivered",
	"failed", "uncertain", "cancelled", NULL};

/* State that follows, plus 1; 0: not legal. */
#define TO(state) ((state) + 1)

static const unsigned char table[FW_SMS_STATE_COUNT][FW_SMS_HAPPENING_COUNT] = {
	[FW_SMS_QUEUED] = {[FW_SMS_HAND] = TO(FW_SMS_HANDING),
		[FW_SMS_HOLD] = TO(FW_SMS_WAITING),
		[FW_SMS_REFUSE] = TO(FW_SMS_FAILED),
		[FW_SMS_CANCEL] = TO(FW_SMS_CANCELLED)},
	[FW_SMS_WAITING] = {[FW_SMS_HAND] = TO(FW_SMS_HANDING),
		[FW_SMS_HOLD] = TO(FW_SMS_WAITING),
		[FW_SMS_DELIVER] = TO(FW_SMS_DELIVERED),
		[FW_SMS_REFUSE] = TO(FW_SMS_FAILED),
		[FW_SMS_DOUBT] = TO(FW_SMS_UNCERTAIN),
		[FW_SMS_CANCEL] = TO(FW_SMS_CANCELLED)},
	[FW_SMS_HANDING] = {[FW_SMS_ACCEPT] = TO(FW_SMS_HANDED),
		[FW_SMS_DELIVER] = TO(FW_SMS_DELIVERED),
		[FW_SMS_REFUSE] = TO(FW_SMS_FAILED),
		[FW_SMS_RETRY] = TO(FW_SMS_WAITING),
		[FW_SMS_DOUBT] = TO(FW_SMS_UNCERTAIN)},
	[FW_SMS_HANDED] =
		{[FW_SMS_DELIVER] = TO(FW_SMS_DELIVERED), [FW_SMS_REFUSE] = TO(FW_SMS_FAILED)},
	[FW_SMS_DELIVERED] = {0},
	[FW_SMS_FAILED] = {[FW_SMS_DELIVER] = TO(FW_SMS_DELIVERED),
		[FW_SMS_CANCEL] = TO(FW_SMS_CANCELLED),
		[FW_SMS_RESEND] = TO(FW_SMS_QUEUED)},
	[FW_SMS_UNCERTAIN] = {[FW_SMS_DELIVER] = TO(FW_SMS_DELIVERED),
		[FW_SMS_REFUSE] = TO(FW_SMS_FAILED),
		[FW_SMS_CANCEL] = TO(FW_SMS_CANCELLED),
		[FW_SMS_RESEND] = TO(FW_SMS_QUEUED)},
	[FW_SMS_CANCELLED] = {0},
};

int fw_sms_next_state(
	enum fw_sms_state state, enum fw_sms_happening happening, enum fw_sms_state *ret_state)
{
	unsigned next = table[state][happening];

	if (!next) {
		return -EPROTO;
	}
	*ret_state = (enum fw_sms_state)(next - 1);
	return 0;
}
