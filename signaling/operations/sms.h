/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox of short messages (PROTOCOL-OFFICE.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_SMS_H
#define FW_SIGNALING_OPERATIONS_SMS_H

/* clang-format off */
#define FW_OPERATIONS_SMS(X) \
	X(SMS, GET, "/api/v1/sms", NOTHING, \
		SMS, NONE, fw_sms_operation) \
	X(SMS_RESEND, POST, "/api/v1/sms/{sms}/resend", JSON, \
		SMS, NONE, fw_sms_by_hand_operation) \
	X(SMS_CANCEL, POST, "/api/v1/sms/{sms}/cancel", JSON, \
		SMS, NONE, fw_sms_by_hand_operation) \
	X(SMS_RECEIPTS, POST, "/api/v1/sms/receipts", JSON, \
		ANYBODY, NONE, fw_sms_receipts_operation)
/* clang-format on */

#endif
