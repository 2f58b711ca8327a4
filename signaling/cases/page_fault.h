/* SPDX-License-Identifier: Apache-2.0 */
/* Why a file is no paper: the faults of docs/CAPTURE.md in a clerk's words.
 *
 * Threads: constants. Errors: none.
 */
#ifndef FW_SIGNALING_CASES_PAGE_FAULT_H
#define FW_SIGNALING_CASES_PAGE_FAULT_H

/* What is wrong and what to do; never NULL, also for a word of a newer worker. */
const char *fw_page_fault_text(const char *fault);

#endif
