/* SPDX-License-Identifier: Apache-2.0 */
/* Pages: what a worker process makes of each file of a case (docs/CAPTURE.md), as durable jobs. A page is looked at
 * before its file is filed; a worker that dies twice parks the page, and the file is filed without it.
 *
 *     bytes whole ──fw_page_start()──▶ row `making`, job ──worker──▶ facts ──▶ row `made` ──▶ fw_upload_checked()
 *
 * Owner: the desk. Threads: the desk's. Errors: 0, a code of codes.h, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_PAGES_H
#define FW_SIGNALING_CASES_PAGES_H

#include <jansson.h>

#include "signaling/desk/json_write.h"
#include "signaling/desk/state.h"

enum fw_page_work {
	FW_PAGE_MAKE, /* a row of case_page */
	FW_PAGE_JOIN, /* of case_bundle, which `file` then is */
	FW_PAGE_READ, /* of page_words; `file` is the page's blob */
};

/* A job about pages; the durable row is in the table of its work. */
struct fw_page_job {
	struct fw_record record;
	uint64_t id; /* of the job, of this run */
	uint64_t request; /* who waits for the file to be filed, or for the joined one; 0: nobody */
	char file[FW_ID_SIZE], case_id[FW_ID_SIZE];
	unsigned attempts;
	enum fw_page_work work;
};

struct fw_page_job *fw_page_job_add(struct fw_desk *desk, const char *case_id, const char *file);
void fw_page_job_forget(struct fw_desk *desk, struct fw_page_job *job);

/* The bytes of `file` are whole under the key of its case. */
int fw_page_start(struct fw_desk *desk, const char *case_id, const char *file, int64_t rotation,
	uint64_t request);
/* Once more, by hand; wrong_state unless it is parked (or of a file from before pages were made). */
int fw_page_again(struct fw_desk *desk, const char *case_id, const char *file, int64_t rotation);

/* Facts that changed after the page was made. */
int fw_page_set_facts(struct fw_desk *desk, const char *file, const json_t *facts);
/* Takes the warning back; whether it was there. */
bool fw_page_unwarn(json_t *facts, const char *warning);

/* Of a job that is not one of ours: nothing. */
int fw_page_event(struct fw_desk *desk, const struct fw_job_event *event);
/* Those of an earlier run begin again. */
int fw_pages_load(struct fw_desk *desk);

#endif
