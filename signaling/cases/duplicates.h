/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of a case that look alike: named when a page is made, by where it has ink; told apart again once both were read, by
 * the word reader, which alone sees their words (docs/CAPTURE.md). A pair that was told apart is named no more.
 *
 * Owner: the desk. Threads: the desk's. Errors: 0 or negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_DUPLICATES_H
#define FW_SIGNALING_CASES_DUPLICATES_H

#include "signaling/cases/pages.h"

/* Puts duplicate_of into the facts, and the warning. hash: NULL of a blank page, which is like no other. */
int fw_duplicates_name(
	struct fw_desk *desk, const struct fw_page_job *job, const char *hash, json_t *facts);

/* Blobs of the words that the page's are to be held against, comma between; NULL: of none. g_free. */
int fw_duplicates_read(
	struct fw_desk *desk, const char *case_id, const char *page, char **ret_words);

/* differs: array of those whose words are others. Whether facts changed. */
int fw_duplicates_part(
	struct fw_desk *desk, const struct fw_page_job *job, const json_t *differs, bool *ret_news);

#endif
