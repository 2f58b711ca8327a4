/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and words of messages, sealed under the key of the day they were queued on. When their time is over the rows
 * are deleted, and with the last of a day its key, so that they are gone from old copies of the database too.
 *
 * Threads: the desk's. Errors: -ENOENT they are deleted; errno of the database and the keystore.
 */
#ifndef FW_SIGNALING_SMS_OUTBOX_CONTENT_H
#define FW_SIGNALING_SMS_OUTBOX_CONTENT_H

#include "signaling/desk/state.h"
#include "signaling/sms/gateway.h"

/* -ENOKEY: no key can be made (the disk is full), nothing is kept; the batch may go on. */
int fw_sms_content_store(struct fw_desk *desk, int64_t sms, const char *phone, const char *text);

/* Fills `phone` and `text` of the command for its message. */
int fw_sms_content_read(struct fw_desk *desk, struct fw_gateway_command *command);

/* Deletes what was queued until then, and the keys of days wholly before. *ret_oldest_us: from when on there is more to
 * delete, INT64_MAX: nothing is left. */
int fw_sms_content_forget(struct fw_desk *desk, int64_t until_us, int64_t *ret_oldest_us);

#endif
