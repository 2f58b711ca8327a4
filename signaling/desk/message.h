/* SPDX-License-Identifier: Apache-2.0 */
/* A client's message, read strictly (base/json_values.h): every field of the method there, of its type and
 * within its size. Fields the method does not know are ignored.
 *
 * Owner: clear() frees what parse() filled, also after a refusal; the text stays the caller's until then. Threads: pure. Errors: a code of
 * codes.h; `id` is then what could be read (0: nothing) and `why` says which field.
 */
#ifndef FW_SIGNALING_DESK_MESSAGE_H
#define FW_SIGNALING_DESK_MESSAGE_H

#include "base/json_values.h"
#include "signaling/desk/codes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_MESSAGE_ID_MAX ((INT64_C(1) << 53) - 1) /* what a browser's number holds exactly */
#define FW_WHY_SIZE       96

enum fw_method {
	FW_METHOD_WINDOW_TAKE,
	FW_METHOD_WINDOW_RELEASE,
	FW_METHOD_PRESENCE_SET,
	FW_METHOD_DEVICES_REPORT,
	FW_METHOD_DIRECTORY_TARGETS,
	FW_METHOD_PING,
	FW_METHOD_CALL_REQUEST,
	FW_METHOD_CALL_CANCEL,
	FW_METHOD_CALL_RING_ACK,
	FW_METHOD_CALL_ANSWER,
	FW_METHOD_CALL_REFUSE,
	FW_METHOD_CALL_HANGUP,
	FW_METHOD_CALL_INVITE,
	FW_METHOD_CALL_TAKE_BACK,
	FW_METHOD_CALL_TRANSFER,
	FW_METHOD_CALL_HOLD,
	FW_METHOD_MEDIA_SET,
	FW_METHOD_CHAT_SEND,
	FW_METHOD_RTC_ANSWER,
	FW_METHOD_RTC_RESTART,
	FW_METHOD_RTC_REOPEN,
	FW_METHOD_STATS_REPORT,
	FW_METHOD_CASE_WATCH,
	FW_METHOD_CAPTURE_ASK,
	FW_METHOD_CAPTURE_ANSWER,
	FW_METHOD_POINTER_MOVE,
	FW_METHOD_MARK_SHOW,
	FW_METHOD_WALL_WATCH,
	FW_METHOD_COUNT
};

struct fw_client_message {
	int64_t id;
	enum fw_method method;
	struct fw_json_values values;
	const struct fw_json_value *params; /* among the values, or NULL: none given and none needed */
	char why[FW_WHY_SIZE];
};

enum fw_code fw_client_message_parse(
	const char *text, size_t text_bytes, struct fw_client_message *ret_message);
void fw_client_message_clear(struct fw_client_message *message);

/* Fields that the method's table promises; an optional one that is not there is NULL, 0, false. */
const char *fw_client_message_text(const struct fw_client_message *message, const char *field);
int64_t fw_client_message_int(const struct fw_client_message *message, const char *field);
bool fw_client_message_bool(const struct fw_client_message *message, const char *field);
/* Index of the word in the list it was checked against; -1: not there. */
int fw_client_message_choice(const struct fw_client_message *message, const char *field);
int fw_client_message_device(const struct fw_client_message *message, const char *device);
bool fw_client_message_has_codec(const struct fw_client_message *message, const char *codec);
/* The sub-objects of stats.report as one compact text; g_free. */
char *fw_client_message_stats(const struct fw_client_message *message);
/* Among the message's values (stroke.h). */
const struct fw_json_value *fw_client_message_stroke(
	const struct fw_client_message *message, const char *field);

const char *fw_method_name(enum fw_method method);

#endif
