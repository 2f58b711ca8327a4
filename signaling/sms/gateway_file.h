/* SPDX-License-Identifier: Apache-2.0 */
/* The demo's gateway: messages as lines of a file, {"at_us":...,"key":"...","phone":"...","text":"..."}.
 *
 * Threads: the gateway's. Errors: errno of the file; -EFBIG it grew past FW_GATEWAY_FILE_MAX_BYTES.
 */
#ifndef FW_SIGNALING_SMS_GATEWAY_FILE_H
#define FW_SIGNALING_SMS_GATEWAY_FILE_H

#include "signaling/sms/gateway.h"

#define FW_GATEWAY_FILE_MAX_BYTES (16 * 1024 * 1024) /* some 40,000 messages: a demo's */

/* Appended and flushed; a line that a crash cut off stays alone. */
int fw_gateway_file_append(const char *path, const struct fw_gateway_command *command);
/* Is there a whole line of that key? 1, 0. */
int fw_gateway_file_has(const char *path, const char *key);

#endif
