/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP requests to the gateway, several at once, without waiting for any: the adapter over libcurl.
 *
 * Owner: the gateway thread. Threads: that one. Errors: -EIO the library refuses; every request that was started
 * comes back exactly once by fw_sms_http_next(), but for those still out at destroy.
 */
#ifndef FW_SIGNALING_SMS_GATEWAY_HTTP_H
#define FW_SIGNALING_SMS_GATEWAY_HTTP_H

#include "signaling/sms/request.h"

struct fw_sms_http;

int fw_sms_http_create(const struct fw_config_sms *rules, struct fw_sms_http **ret_http);
void fw_sms_http_destroy(struct fw_sms_http *http);

/* Takes the request's content over (cleared by it). tag comes back with the answer. */
int fw_sms_http_start(struct fw_sms_http *http, void *tag, struct fw_sms_request *request);

/* Works until something is there to take, fd is readable, or a second is over. */
int fw_sms_http_work(struct fw_sms_http *http, int fd);

/* A request that is done: its tag; the answer's texts last until the next call. NULL: none. */
void *fw_sms_http_next(struct fw_sms_http *http, struct fw_sms_answer *ret_answer);

#endif
