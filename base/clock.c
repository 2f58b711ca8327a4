/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
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

/* Reads exactly `digits` decimal digits; -1 when there are other characters. */
static int read_digits(const char **text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if ((*text)[i] < '0' || (*text)[i] > '9') {
			return -1;
		}
		value = value * 10 + ((*text)[i] - '0');
	}
	*text += digits;
	return value;
}

static bool read_character(const char **text, char wanted)
{
	if (**text != wanted) {
		return false;
	}
	(*text)++;
	return true;
}

/* The part after the seconds: nothing or 1 to 6 decimals; -1 when malformed. */
static int64_t read_micros(const char **text)
{
	int64_t micros = 0;
	int digits = 0;

	if (!read_character(text, '.')) {
		return 0;
	}
	while (**text >= '0' && **text <= '9' && digits < 6) {
		micros = micros * 10 + (*(*text)++ - '0');
		digits++;
	}
	if (digits == 0) {
		return -1;
	}
	for (; digits < 6; digits++) {
		micros *= 10;
	}
	return micros;
}

int fw_clock_parse_iso(const char *text, int64_t *ret_time_us)
{
	struct tm parts = {0};
	struct tm checked;
	int64_t micros;
	time_t seconds;

	if ((parts.tm_year = read_digits(&text, 4)) < 0 || !read_character(&text, '-') ||
		(parts.tm_mon = read_digits(&text, 2)) < 1 || !read_character(&text, '-') ||
		(parts.tm_mday = read_digits(&text, 2)) < 1 || !read_character(&text, 'T') ||
		(parts.tm_hour = read_digits(&text, 2)) < 0 || !read_character(&text, ':') ||
		(parts.tm_min = read_digits(&text, 2)) < 0 || !read_character(&text, ':') ||
		(parts.tm_sec = read_digits(&text, 2)) < 0 || (micros = read_micros(&text)) < 0 ||
		!read_character(&text, 'Z') || *text) {
		return -EBADMSG;
	}
	parts.tm_year -= 1900;
	parts.tm_mon -= 1;
	checked = parts;
	seconds = timegm(&checked);
	/* timegm() carries 30 February into March: a date that moved was not one. */
	if (checked.tm_mon != parts.tm_mon || checked.tm_mday != parts.tm_mday ||
		checked.tm_hour != parts.tm_hour || checked.tm_min != parts.tm_min ||
		checked.tm_sec != parts.tm_sec) {
		return -EBADMSG;
	}
	*ret_time_us = (int64_t)seconds * FW_US_PER_S + micros;
	return 0;
}
