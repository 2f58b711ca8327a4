/* SPDX-License-Identifier: Apache-2.0 */
/* A blob of a case as the answer to a question: a file, a page, joined pages, the sheet of a notice.
 *
 * Owner: the desk's output. Threads: the desk's. Errors: none; who may read it is decided and logged before.
 */
#ifndef FW_SIGNALING_CASES_CASE_BLOB_H
#define FW_SIGNALING_CASES_CASE_BLOB_H

#include "signaling/cases/case_row.h"

/* media_type: a constant. paper: what a sheet is made of where the blob is not there yet, becomes the desk's; else NULL. */
void fw_case_blob_answer(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_case *c, const char *blob, const char *media_type, char *paper);

#endif
