/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a newcomer reads when the demo starts: addresses, accounts, what to click, what the browser
 * will say of the certificate.
 *
 * Threads: any. Errors: none.
 */
#ifndef FW_SIGNALING_DEMO_NOTICE_H
#define FW_SIGNALING_DEMO_NOTICE_H

#include <stdio.h>

#include "base/config.h"
#include "signaling/identity.h"

void fw_demo_notice_print(
	const struct fw_config *config, const struct fw_identity *identity, FILE *out);

#endif
