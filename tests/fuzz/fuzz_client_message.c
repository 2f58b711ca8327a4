/* SPDX-License-Identifier: Apache-2.0 */
/* A client's message: whatever it holds, it is refused with a code, or every field its method promises is there. */
#include <stdlib.h>

#include <glib.h>

#include "base/text.h"
#include "signaling/desk/message.h"
#include "signaling/desk/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* From the first method of a call on; who looks at a case or at the wall needs none. */
static bool is_of_a_call(enum fw_method method)
{
	return method >= FW_METHOD_CALL_CANCEL && method != FW_METHOD_CASE_WATCH &&
		method != FW_METHOD_WALL_WATCH;
}

static void read_promised(const struct fw_client_message *message)
{
	if (is_of_a_call(message->method)) {
		g_assert(fw_client_message_text(message, "call"));
	}
	switch (message->method) {
	case FW_METHOD_WINDOW_TAKE:
		g_assert(fw_client_message_text(message, "window"));
		(void)fw_client_message_has_codec(message, "VP8");
		/* fall through */
	case FW_METHOD_DEVICES_REPORT:
		for (int i = 0; i < FW_DEVICE_COUNT; i++) {
			g_assert(fw_client_message_device(message, fw_device_names[i]) >= 0);
		}
		break;
	case FW_METHOD_MEDIA_SET:
		g_assert(fw_client_message_choice(message, "document") >= 0);
		break;
	case FW_METHOD_STATS_REPORT:
		g_free(fw_client_message_stats(message));
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	struct fw_client_message message;
	enum fw_code code;

	if (!fw_text_is_utf8((const char *)data, size)) {
		return 0; /* the net thread never hands that on */
	}
	code = fw_client_message_parse(text, size, &message);
	g_assert(message.id >= 0 && message.id <= FW_MESSAGE_ID_MAX);
	if (code == FW_CODE_OK) {
		g_assert(message.id > 0);
		read_promised(&message);
	}
	fw_client_message_clear(&message);
	return 0;
}
