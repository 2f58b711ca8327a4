/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: all straightened pages of one material joined to one PDF (docs/CAPTURE.md 4), made when somebody asks and kept: the same
 * pages are joined once. Handlers: fw_case_bundle_operation, fw_case_bundle_file_operation.
 *
 * Threads: the desk's. Errors: 0, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_CASE_BUNDLE_H
#define FW_SIGNALING_CASES_CASE_BUNDLE_H

#include "signaling/cases/pages.h"

/* What a job with `joins` came to: who asked is answered, the job is forgotten. */
int fw_bundle_event(struct fw_desk *desk, struct fw_page_job *job, const struct fw_job_event *event);
/* Nobody waits any more for those of an earlier run: they are forgotten and made when asked for. */
int fw_bundles_load(struct fw_desk *desk);

#endif
