/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two clocks, read only by the loops that drive deterministic modules; those get `now` as an
 * argument. Wall time is UTC microseconds since 1970 and may jump; monotonic time never does and is
 * comparable only within one boot.
 *
 * Threads: any. Errors: none.
 */
#ifndef FW_BASE_CLOCK_H
#define FW_BASE_CLOCK_H

#include <stdint.h>

#define FW_US_PER_MS INT64_C(1000)
#define FW_US_PER_S  INT64_C(1000000)

/* "2026-11-22T02:02:59.123456Z" and the final NUL. */
#define FW_CLOCK_ISO_SIZE 28

int64_t fw_clock_wall_us(void);
int64_t fw_clock_monotonic_us(void);

/* RFC 3339 in UTC with microseconds. Years outside 0..9999 give "invalid". */
void fw_clock_format_iso(int64_t time_us, char ret_text[FW_CLOCK_ISO_SIZE]);

#endif
