/* SPDX-License-Identifier: Apache-2.0 */
/* Cases (PROTOCOL-CASES.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_CASES_H
#define FW_SIGNALING_OPERATIONS_CASES_H

/* clang-format off */
#define FW_OPERATIONS_CASES(X) \
	X(CASES, POST, "/api/v1/cases/search", JSON, \
		CASES_AREA, NONE, fw_case_search_operation) \
	X(CASE_CREATE, POST, "/api/v1/cases", JSON, \
		CASE_OPEN, NONE, fw_case_create_operation) \
	X(CASE, GET, "/api/v1/cases/{case}", NOTHING, \
		CASES_AREA, NONE, fw_case_get_operation) \
	X(CASE_EDIT, POST, "/api/v1/cases/{case}/edit", JSON, \
		CASE_OPEN, NONE, fw_case_edit_operation) \
	X(CASE_CORRECT, POST, "/api/v1/cases/{case}/corrections", JSON, \
		CASE_OPEN, NONE, fw_case_correct_operation) \
	X(CASE_ACT, POST, "/api/v1/cases/{case}/actions", JSON, \
		CASES_AREA, NONE, fw_case_act_operation) \
	X(CASE_PEOPLE, POST, "/api/v1/cases/{case}/people", JSON, \
		CASE_OPEN, CASE_HANDLE, fw_case_people_operation) \
	X(CASE_VERDICT, POST, "/api/v1/cases/{case}/verdicts", JSON, \
		CASE_OPEN, CASE_HANDLE, fw_case_verdict_operation) \
	X(CASE_IDENTITY, POST, "/api/v1/cases/{case}/identity-checks", JSON, \
		CASE_OPEN, CASE_HANDLE, fw_case_identity_operation) \
	X(CASE_UNMASK, POST, "/api/v1/cases/{case}/unmask", JSON, \
		CASE_UNMASK, NONE, fw_case_unmask_operation) \
	X(CASE_SMS, POST, "/api/v1/cases/{case}/messages", JSON, \
		CASE_OPEN, CASE_HANDLE, fw_case_sms_operation) \
	X(CASE_FILE, GET, "/api/v1/cases/{case}/files/{file}", NOTHING, \
		CASES_AREA, NONE, fw_case_file_operation) \
	X(CASE_PAGE, GET, "/api/v1/cases/{case}/files/{file}/page", NOTHING, \
		CASES_AREA, NONE, fw_case_page_operation) \
	X(CASE_THUMBNAIL, GET, "/api/v1/cases/{case}/files/{file}/thumbnail", NOTHING, \
		CASES_AREA, NONE, fw_case_thumbnail_operation) \
	X(CASE_PAGE_AGAIN, POST, "/api/v1/cases/{case}/files/{file}/page", JSON, \
		UPLOAD, NONE, fw_case_page_again_operation) \
	X(CASE_BUNDLE, POST, "/api/v1/cases/{case}/materials/{material}/bundles", JSON, \
		CASES_AREA, NONE, fw_case_bundle_operation) \
	X(CASE_BUNDLE_FILE, GET, "/api/v1/cases/{case}/bundles/{bundle}", NOTHING, \
		CASES_AREA, NONE, fw_case_bundle_file_operation) \
	X(CASE_FIGURES, GET, "/api/v1/case-figures", NOTHING, \
		CASE_FIGURES, NONE, fw_case_figures_operation) \
	X(CASE_NOTICE, POST, "/api/v1/cases/{case}/notices", JSON, \
		CASE_OPEN, CASE_HANDLE, fw_case_notice_operation) \
	X(CASE_NOTICE_SHEET, GET, "/api/v1/cases/{case}/notices/{notice}", NOTHING, \
		CASES_AREA, NONE, fw_case_notice_sheet_operation)
/* clang-format on */

#endif
