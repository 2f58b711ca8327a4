/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk has to know of the gateway and of how messages are worded; made of [sms] at the start.
 *
 * Owner: main; borrowed by the desk. Threads: constant. Errors: none.
 */
#ifndef FW_SIGNALING_SMS_SETTINGS_H
#define FW_SIGNALING_SMS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#define FW_SMS_SECRET_MAX_BYTES 256

struct fw_sms_settings {
	bool gateway; /* there is one */
	bool idempotent; /* it takes the same key twice for one message */
	bool can_ask; /* it can be asked whether it has a key */
	uint32_t quiet_from_min, quiet_to_min; /* minutes of the day, Asia/Shanghai; equal: none */
	int64_t keep_us; /* numbers and words are deleted this long after they were queued */
	const char *unanswered_text, *silent_ring_text; /* templates (words.h) */
	const char *receipt_secret; /* NULL: receipts are refused */
};

#endif
