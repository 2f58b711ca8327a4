/* SPDX-License-Identifier: Apache-2.0 */
/* What a clerk filled in, read strictly: every field of its type and within its size.
 *
 * Owner: borrowed from the JSON it was read from. Threads: pure. Errors: 0, a code of codes.h.
 */
#ifndef FW_SIGNALING_CASES_CASE_INPUT_H
#define FW_SIGNALING_CASES_CASE_INPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FW_CASE_FORM_MAX_BYTES 65536 /* 业务表格: 20,000 Chinese characters */

/* An optional text typed by a person: *ret_text is NULL when it is not there or empty. */
int fw_case_text(const json_t *object, const char *field, size_t max_chars, bool lines,
	const char **ret_text);
/* The same, which must be there. */
int fw_case_needed(const json_t *object, const char *field, size_t max_chars, bool lines,
	const char **ret_text);
/* A whole number from 1; absent: 0. */
int fw_case_count(const json_t *object, const char *field, int64_t most, int64_t *ret_count);

struct fw_case_applicant {
	const char *kind, *name, *document, *number, *phone, *address;
};

/* {"kind","name","document","number","phone","address","agent":{"name","document","number","phone"}};
 * bad_number when a number does not agree with its check character. */
int fw_case_applicant(const json_t *applicant, struct fw_case_applicant *ret_applicant);

/* {"name","document","number"} of who receives a result. */
int fw_case_person(const json_t *person, bool needed);
/* {"name","phone","address"} or null. */
int fw_case_courier(const json_t *courier);
/* An object, or null; too_large beyond FW_CASE_FORM_MAX_BYTES. */
int fw_case_form(const json_t *form);

#endif
