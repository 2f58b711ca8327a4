/* SPDX-License-Identifier: Apache-2.0 */
/* What is printed on the pages of cases, read one page after another by a worker process when nothing urgent is to be
 * done (docs/CAPTURE.md). The words lie in a blob under the key of the case and never pass through the desk; which way
 * up the page lies becomes a warning of it.
 *
 *     page made ──fw_words_want()──▶ row `making` ──worker──▶ row `made`, next row
 *
 * States and their moves are a page's (page_state.h). Where no model is installed nothing is read until the server
 * starts anew, and the rows wait.
 *
 * Owner: the desk. Threads: the desk's. Errors: 0 or negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_WORDS_H
#define FW_SIGNALING_CASES_WORDS_H

#include "signaling/cases/pages.h"

/* A page was made, or made anew. */
int fw_words_want(struct fw_desk *desk, const char *case_id, const char *page);
/* Those of an earlier run go on. */
int fw_words_load(struct fw_desk *desk);
/* The end of a job that reads. */
int fw_words_event(struct fw_desk *desk, struct fw_page_job *job, const struct fw_job_event *event);

#endif
