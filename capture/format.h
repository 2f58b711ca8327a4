/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of paper: which one a page has, by the proportion of its sides, and from that its true
 * resolution. A3, A4 and A5 have one proportion: without a word from the caller it is A4.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_FORMAT_H
#define FW_CAPTURE_FORMAT_H

struct fw_quad;

#define FW_DPI_WANTED 200 /* DA/T 31: what an archive takes at least */

enum fw_format {
	FW_FORMAT_UNKNOWN,
	FW_FORMAT_A4,
	FW_FORMAT_A3,
	FW_FORMAT_A5,
	FW_FORMAT_B5, /* JIS, as in Chinese print shops */
	FW_FORMAT_LETTER,
	FW_FORMAT_CARD, /* ISO/IEC 7810 ID-1 */
	FW_FORMAT_COUNT,
};

const char *fw_format_name(enum fw_format format);
enum fw_format fw_format_parse(const char *name); /* FW_FORMAT_COUNT: no such name */

/* By proportion; FW_FORMAT_UNKNOWN when no format is near. */
enum fw_format fw_format_guess(const struct fw_quad *page);

/* Pixels per inch of the page in the picture, the lesser of both directions; 0 when unknown. */
double fw_format_dpi(const struct fw_quad *page, enum fw_format format);

#endif
