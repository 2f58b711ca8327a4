/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that speaks with the short-message gateway for the desk (gateway.h). Decides nothing and keeps
 * nothing: what to send, when and whether again is the desk's.
 *
 * Owner: main; the events mailbox outlives it. Threads: create, destroy from main, post from any.
 * Errors: negative errno from create and post; of a message: an event. Destroying ends what is out, without events.
 */
#ifndef FW_SIGNALING_SMS_GATEWAY_THREAD_H
#define FW_SIGNALING_SMS_GATEWAY_THREAD_H

#include "base/cleanup.h"
#include "base/config.h"
#include "signaling/sms/gateway.h"

struct fw_gateway;
struct fw_mailbox;

struct fw_gateway_setup {
	const struct fw_config_sms *rules; /* borrowed; its gateway is not `none` */
	const char *secret; /* of the signature; NULL: none */
	const char *file; /* of the file gateway: one JSON object a line, appended */
};

/* Events are posted to `events` as messages of type `event_type`, each a struct fw_gateway_event. */
int fw_gateway_create(const struct fw_gateway_setup *setup, struct fw_mailbox *events,
	uint32_t event_type, struct fw_gateway **ret_gateway);
void fw_gateway_destroy(struct fw_gateway *gateway);
FW_DEFINE_CLEANUP(struct fw_gateway, fw_gateway_destroy)

/* Copies the command. -EOVERFLOW: the mailbox is full. */
int fw_gateway_post(struct fw_gateway *gateway, const struct fw_gateway_command *command);

#endif
