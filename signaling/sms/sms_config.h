/* SPDX-License-Identifier: Apache-2.0 */
/* [sms] of the configuration made into what the desk and the gateway thread need, all of it checked at the start.
 *
 * Owner: main; fini wipes the secrets. Threads: main's; constant after init. Errors: -EBADMSG with the fault,
 * errno of a secret's file.
 */
#ifndef FW_SIGNALING_SMS_SMS_CONFIG_H
#define FW_SIGNALING_SMS_SMS_CONFIG_H

#include "base/config.h"
#include "signaling/sms/settings.h"

struct fw_sms_config {
	struct fw_sms_settings desk;
	char *secret; /* of the signature; NULL: none */
	char *receipt_secret;
};

/* rules must outlive it. */
int fw_sms_config_init(
	struct fw_sms_config *config, const struct fw_config_sms *rules, char **ret_problem);
void fw_sms_config_fini(struct fw_sms_config *config);

#endif
