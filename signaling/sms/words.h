/* SPDX-License-Identifier: Apache-2.0 */
/* What the wording of the messages about calls is made of.
 *
 * Owner: the caller frees a text with g_free. Threads: pure. Errors: none.
 */
#ifndef FW_SIGNALING_SMS_WORDS_H
#define FW_SIGNALING_SMS_WORDS_H

#include <stdint.h>

#define FW_SMS_TEMPLATE_CHARS 200
#define FW_SMS_VALUE_CHARS \
	40 /* a longer name is cut, so that every message fits FW_SMS_TEXT_CHARS */

/* What may stand in braces: window, hall, area, time, item, requester. NULL-terminated. */
extern const char *const fw_sms_places[];

struct fw_sms_words {
	const char *window, *hall, *area; /* of the window that was rung */
	const char *item;
	const char *requester; /* hall and window of the other side */
	int64_t at_us;
};

char *fw_sms_words_fill(const char *template, const struct fw_sms_words *words);

#endif
