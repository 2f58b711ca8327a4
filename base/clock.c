/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define SECONDS_BEFORE_YEAR_0     INT64_C(-62167219200)
#define SECONDS_BEFORE_YEAR_10000 INT64_C(253402300800)

static int64_t read_clock_us(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now); /* cannot fail for these clocks */
	return (int64_t)now.tv_sec * FW_US_PER_S + now.tv_nsec / 1000;
}

int64_t fw_clock_wall_us(void)
{
	return read_clock_us(CLOCK_REALTIME);
}

int64_t fw_clock_monotonic_us(void)
{
	return read_clock_us(CLOCK_MONOTONIC);
}

void fw_clock_format_iso(int64_t time_us, char ret_text[FW_CLOCK_ISO_SIZE])
{
	int64_t micros = time_us % FW_US_PER_S;
	int64_t second = time_us / FW_US_PER_S;
	time_t seconds;
	struct tm parts;

	if (micros < 0) {
		micros += FW_US_PER_S;
		second--;
	}
	if (second < SECONDS_BEFORE_YEAR_0 || second >= SECONDS_BEFORE_YEAR_10000) {
		(void)snprintf(ret_text, FW_CLOCK_ISO_SIZE, "invalid");
		return;
	}
	seconds = (time_t)second;
	(void)gmtime_r(&seconds, &parts);
	/* The masks tell the compiler the widths that the range check above guarantees. */
	(void)snprintf(ret_text, FW_CLOCK_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
		(unsigned)(parts.tm_year + 1900) % 10000, (unsigned)(parts.tm_mon + 1) % 100,
		(unsigned)parts.tm_mday % 100, (unsigned)parts.tm_hour % 100,
		(unsigned)parts.tm_min % 100, (unsigned)parts.tm_sec % 100,
		(unsigned)micros % 1000000);
}
