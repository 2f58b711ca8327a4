/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway of short messages with the faults real ones have: it answers late or not at all after it took a message,
 * says 500 having taken it or not, refuses, is busy, and repeats its receipts. It knows what it really sent.
 *
 * By the seed it honours keys, can be asked, both, or neither; with some seeds there is none.
 * Owner: the simulation. Threads: one. Errors: sim_demand().
 */
#ifndef FW_TESTS_SIMULATOR_GATEWAY_H
#define FW_TESTS_SIMULATOR_GATEWAY_H

#include "signaling/sms/gateway.h"
#include "signaling/sms/settings.h"
#include "tests/simulator/sim.h"

void gateway_create(struct sim *sim);
void gateway_destroy(struct sim *sim);
/* What the server is configured with. */
void gateway_settings(const struct sim *sim, struct fw_sms_settings *ret_settings);
void gateway_take(struct sim *sim, const struct fw_gateway_command *command);
/* How often a message of that key really went out. */
unsigned gateway_sent(const struct sim *sim, const char *key);

#endif
