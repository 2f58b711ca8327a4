/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether two pages look the same, told by their hashes: where each has ink.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_LIKENESS_H
#define FW_CAPTURE_LIKENESS_H

#include <stdbool.h>
#include <stdint.h>

#define FW_HASH_SIDE  24
#define FW_HASH_WORDS (FW_HASH_SIDE * FW_HASH_SIDE / 64)
#define FW_HASH_TEXT  (FW_HASH_WORDS * 16) /* characters of its hexadecimal form */
#define FW_SAME_PAGE  0.62f /* likeness from which two pages are one */

/* 0..1: ink that both have, of the ink that either has; however one of them was turned. */
float fw_hash_likeness(const uint64_t left[FW_HASH_WORDS], const uint64_t right[FW_HASH_WORDS]);

/* FW_HASH_TEXT characters and a NUL; parsing wants exactly so many lower-case digits. */
void fw_hash_print(const uint64_t hash[FW_HASH_WORDS], char ret_text[FW_HASH_TEXT + 1]);
bool fw_hash_parse(const char *text, uint64_t ret_hash[FW_HASH_WORDS]);

#endif
