/* SPDX-License-Identifier: Apache-2.0 */
/* Cases: opened by the applicant-location clerk, ruled on by the home location, issued to the citizen
 * (docs/PROTOCOL-CASES.md). Handlers of the desk's table of operations.
 *
 * Threads: the desk's. Errors: 0 (answered), a code of codes.h (refused, nothing changed), negative errno
 * (the batch fails).
 */
#ifndef FW_SIGNALING_CASES_CASES_H
#define FW_SIGNALING_CASES_CASES_H

#include "signaling/desk/access.h"
#include "signaling/desk/clients.h"

typedef int fw_case_handler(struct fw_desk *desk, const struct fw_http_question *question);

fw_case_handler fw_case_create_operation, fw_case_edit_operation; /* case_open.c */
fw_case_handler fw_case_act_operation; /* case_act.c */
fw_case_handler fw_case_verdict_operation, fw_case_identity_operation; /* case_verdict.c */
fw_case_handler fw_case_get_operation, fw_case_unmask_operation; /* case_render.c */
fw_case_handler fw_case_notice_operation, fw_case_notice_sheet_operation; /* case_notice.c */
fw_case_handler fw_case_search_operation, fw_case_figures_operation, fw_case_file_operation,
	fw_case_sms_operation; /* case_lists.c */

/* The client looks at one case from now on, or (without `case`) at none. */
fw_method_handler fw_case_watch_method;

#endif
