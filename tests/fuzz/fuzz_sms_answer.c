/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway answers: the first line is the status, the rest the body. The text also serves as a template. */
#include <assert.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "signaling/sms/request.h"
#include "signaling/sms/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_answer(const struct fw_sms_answer *answer)
{
	static char field[] = "data.code", value[] = "OK", state[] = "state";
	static const struct fw_config_sms rules[] = {
		{.query_field = state},
		{.query_field = field,
			.result_field = field,
			.result_value = value,
			.idempotent = true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		for (int step = FW_GATEWAY_SEND; step <= FW_GATEWAY_ASK; step++) {
			struct fw_gateway_command command = {
				.sms = 1, .try = 2, .step = (enum fw_gateway_step)step};
			struct fw_gateway_event event;

			fw_sms_answer_read(&rules[i], &command, answer, &event);
			assert(event.sms == 1 && event.try == 2 &&
				event.result <= FW_GATEWAY_UNCLEAR);
			assert(strlen(event.error) < sizeof(event.error));
			/* What is not an answer with status 2xx is never taken for a yes, but for a 409. */
			assert(event.result != FW_GATEWAY_ACCEPTED || answer->status == 409 ||
				(answer->status >= 200 && answer->status < 300));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"key", "text", NULL};
	static const struct fw_template_value values[] = {{"key", "k\"1"}, {"text", "文\n"}};
	g_autofree char *text = g_strndup((const char *)data, size);
	char *body = strchr(text, '\n');
	g_autofree char *problem = NULL, *plain = NULL, *json = NULL, *uri = NULL;

	if (fw_template_check(text, names, &problem) < 0) {
		assert(problem);
	}
	plain = fw_template_fill(text, values, 2, FW_TEMPLATE_PLAIN);
	json = fw_template_fill(text, values, 2, FW_TEMPLATE_JSON);
	uri = fw_template_fill(text, values, 2, FW_TEMPLATE_URI);
	assert(plain && json && uri);
	if (body) {
		*body++ = '\0';
	}
	read_answer(&(struct fw_sms_answer){
		.status = (int)(strtol(text, NULL, 10) % 1000), .sent = true, .body = body});
	return 0;
}
