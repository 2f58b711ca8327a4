/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether two pages that look alike are of different words: copies of one form that were filled in differently.
 *
 * Recognition misreads characters here and there, loses lines, and makes print of grain and seals. So only what both
 * pages have, each something else between the same words, tells them apart.
 *
 * Threads: any, pure. Errors: none.
 */
#ifndef FW_CAPTURE_WORDS_LIKENESS_H
#define FW_CAPTURE_WORDS_LIKENESS_H

#include "capture/page_words.h"

#define FW_WORDS_COMPARED 3000 /* characters of a page at most, from its top */

/* False also where too little was read to say so. */
bool fw_page_words_differ(const struct fw_page_words *left, const struct fw_page_words *right);

#endif
