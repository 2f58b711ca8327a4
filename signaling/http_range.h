/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Byte ranges of HTTP: the Range field and what it means for a file of a known size (RFC 9110 14).
 *
 * Owner: none, pure functions. Threads: any. Errors: as named; outputs are untouched on failure.
 */
#ifndef FW_SIGNALING_HTTP_RANGE_H
#define FW_SIGNALING_HTTP_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* What was asked: both -1: nothing; to -1: up to the end; from -1: the last `to` bytes. */
struct fw_http_range {
	int64_t from;
	int64_t to; /* inclusive */
};

/* What is sent. */
struct fw_http_part {
	int64_t first;
	int64_t bytes;
	bool partial; /* 206 with Content-Range; else 200 with the whole file */
};

/*
 * Reads the value of one Range field. A unit other than bytes is ignored, as RFC 9110 14.2 wants:
 * success with nothing asked. -EBADMSG: malformed, last before first, or several ranges, which are
 * not supported.
 */
int fw_http_range_parse(const char *value, struct fw_http_range *ret_range);

/*
 * The part of a file of size_bytes that answers the range. most_bytes bounds one answer (0: no
 * bound); an answer cut short, or any answer under a bound, is partial even without a Range field.
 * -ERANGE: no byte of the file is in the range (416).
 */
int fw_http_range_resolve(const struct fw_http_range *range, int64_t size_bytes, int64_t most_bytes,
	struct fw_http_part *ret_part);

#endif
