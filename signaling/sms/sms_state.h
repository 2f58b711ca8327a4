/* SPDX-License-Identifier: Apache-2.0 */
/* The life of one short message: states, what may happen, and one table of what follows from what.
 *
 * Threads: pure. Errors: -EPROTO not legal in this state.
 */
#ifndef FW_SIGNALING_SMS_SMS_STATE_H
#define FW_SIGNALING_SMS_SMS_STATE_H

#include <stdbool.h>

enum fw_sms_kind {
	FW_SMS_UNANSWERED, /* a call was not taken in time */
	FW_SMS_SILENT_RING, /* a window rings without a sound: at once, quiet hours or not */
	FW_SMS_CASE, /* to an applicant */
	FW_SMS_KIND_COUNT
};
extern const char *const fw_sms_kinds[];

enum fw_sms_state {
	FW_SMS_QUEUED,
	FW_SMS_WAITING, /* for the end of the quiet hours, or of a pause after a failure */
	FW_SMS_HANDING, /* the gateway has been told; no answer yet */
	FW_SMS_HANDED, /* the gateway has it */
	FW_SMS_DELIVERED,
	FW_SMS_FAILED, /* it was certainly not sent */
	FW_SMS_UNCERTAIN, /* nobody can say whether the gateway has it */
	FW_SMS_CANCELLED,
	FW_SMS_STATE_COUNT
};
extern const char *const fw_sms_states[];

enum fw_sms_happening {
	FW_SMS_HAND,
	FW_SMS_HOLD, /* quiet hours */
	FW_SMS_ACCEPT,
	FW_SMS_DELIVER,
	FW_SMS_REFUSE, /* for good */
	FW_SMS_RETRY,
	FW_SMS_DOUBT, /* an unclear result that neither a key nor a question can settle */
	FW_SMS_CANCEL, /* by hand, or nothing to say any more */
	FW_SMS_RESEND, /* by hand */
	FW_SMS_HAPPENING_COUNT
};

/* The state that follows. */
int fw_sms_next_state(
	enum fw_sms_state state, enum fw_sms_happening happening, enum fw_sms_state *ret_state);

#endif
