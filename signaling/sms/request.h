/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent to an HTTP gateway and what its answer means: pure, from the rules of [sms].
 *
 * Owner: the caller clears a request. Threads: pure. Errors: -EBADMSG rules that cannot be used, with the reason.
 */
#ifndef FW_SIGNALING_SMS_REQUEST_H
#define FW_SIGNALING_SMS_REQUEST_H

#include "base/config.h"
#include "signaling/sms/gateway.h"

#define FW_SMS_ANSWER_MAX_BYTES 65536 /* of a gateway's answer; more says nothing */

struct fw_sms_request {
	char *url;
	char **headers; /* "Name: value", NULL-terminated */
	char *body; /* NULL: a GET */
};

/* What the adapter brings back. */
struct fw_sms_answer {
	int status; /* 0: none came */
	bool sent; /* bytes of the request may have left */
	const char *body; /* may be NULL; NUL-terminated */
	const char *error; /* a word, when no answer came; may be NULL */
};

/* Are URL, headers and templates fit for use? */
int fw_sms_rules_check(const struct fw_config_sms *rules, char **ret_problem);

/* secret: of the signature, NULL without one. */
void fw_sms_request_make(const struct fw_config_sms *rules, const char *secret,
	const struct fw_gateway_command *command, struct fw_sms_request *ret_request);
void fw_sms_request_clear(struct fw_sms_request *request);

/* The event of the command. */
void fw_sms_answer_read(const struct fw_config_sms *rules, const struct fw_gateway_command *command,
	const struct fw_sms_answer *answer, struct fw_gateway_event *ret_event);

#endif
