/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers: UUID version 7 (RFC 9562 5.7) as lower-case canonical text, sortable by time. The 12
 * bits after the version hold the sub-millisecond fraction (RFC 9562 6.2, method 3), so ids made in
 * one microsecond order sort with it. Time and randomness are injected.
 *
 * Threads: any. Errors: none.
 */
#ifndef FW_BASE_ID_H
#define FW_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#define FW_ID_SIZE         37 /* 36 characters (RFC 9562 4) and the final NUL */
#define FW_ID_RANDOM_BYTES 8 /* 62 bits of rand_b */
#define FW_ID_BYTES        16

/* now_us: wall clock, UTC microseconds, not negative. */
void fw_id_make(int64_t now_us, const uint8_t random[FW_ID_RANDOM_BYTES], char ret_id[FW_ID_SIZE]);

/* Shapes the first 16 bytes of a digest as a UUID version 8 (RFC 9562 5.8): an id that follows from what was digested. */
void fw_id_of_digest(const uint8_t digest[FW_ID_BYTES], char ret_id[FW_ID_SIZE]);

/* True for exactly 36 characters of canonical lower-case form, any version. NULL is not valid. */
bool fw_id_valid(const char *text);

/* The 16 bytes of a valid id. */
void fw_id_to_bytes(const char id[FW_ID_SIZE], uint8_t ret_bytes[FW_ID_BYTES]);

#endif
