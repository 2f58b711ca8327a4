/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a case (业务表格): texts by the names of the fields that the case's version of its item describes
 * (signaling/catalogue/item_fields.h). An item without such a description takes any object.
 *
 * Threads: the desk's; fw_case_form_fault() is pure. Errors: 0, a code of codes.h, negative errno.
 */
#ifndef FW_SIGNALING_CASES_CASE_FORM_H
#define FW_SIGNALING_CASES_CASE_FORM_H

#include "signaling/cases/case_row.h"

/* The name of what is filled in wrongly or is no field; NULL: all is well. What is empty is not filled in yet. Borrowed. */
const char *fw_case_form_fault(const json_t *fields, const json_t *form);

/* bad_form with the field in *question->extra; form NULL or null: nothing is filled in. */
int fw_case_form_check(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_http_question *question, const json_t *form);

/* How many fields that are required are still empty. */
int fw_case_form_open(struct fw_desk *desk, const struct fw_case *c, int64_t *ret_open);

#endif
