/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One sender's clock (the NTP time of its sender reports) against ours. Reports take between the
 * path's least delay and very long, so the smallest "arrival - sent" of the last half minute is the
 * offset; it is a function of the sender's time, not of when we ask, so that all tracks of one
 * sender are moved alike and stay in step with each other.
 *
 * Owner: the finaliser. Threads: one. Errors: none.
 */
#ifndef FW_RECORDER_SENDER_CLOCK_H
#define FW_RECORDER_SENDER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

struct fw_sender_clock;

struct fw_sender_clock *fw_sender_clock_create(void);
void fw_sender_clock_destroy(struct fw_sender_clock *clock);
FW_DEFINE_CLEANUP(struct fw_sender_clock, fw_sender_clock_destroy)

/* NTP 32.32 (RFC 3550 4) as microseconds since 1970. */
int64_t fw_ntp_to_us(uint64_t ntp);

/* False when the report cannot be of this clock: another program or machine began to send. */
bool fw_sender_clock_plausible(
	const struct fw_sender_clock *clock, int64_t sent_us, int64_t arrival_us);
void fw_sender_clock_add(struct fw_sender_clock *clock, int64_t sent_us, int64_t arrival_us);

/* Our wall time of the sender's time; false before the first report. */
bool fw_sender_clock_wall_us(struct fw_sender_clock *clock, int64_t sent_us, int64_t *ret_wall_us);

#endif
