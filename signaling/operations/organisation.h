/* SPDX-License-Identifier: Apache-2.0 */
/* Areas, bodies, halls, windows and accounts, kept by administrators (PROTOCOL-OFFICE.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_ORGANISATION_H
#define FW_SIGNALING_OPERATIONS_ORGANISATION_H

/* clang-format off */
#define FW_OPERATIONS_ORGANISATION(X) \
	X(KEPT, GET, "/api/v1/organisation/{kind}", NOTHING, \
		ORGANISATION, NONE, fw_kept_list_operation) \
	X(KEPT_CSV, GET, "/api/v1/organisation/{kind}/export", NOTHING, \
		ORGANISATION, NONE, fw_kept_list_operation) \
	X(KEPT_CREATE, POST, "/api/v1/organisation/{kind}", JSON, \
		ORGANISATION, NONE, fw_kept_create_operation) \
	X(KEPT_CHANGE, PATCH, "/api/v1/organisation/{kind}/{id}", JSON, \
		ORGANISATION, NONE, fw_kept_change_operation) \
	X(KEPT_CLOSE, POST, "/api/v1/organisation/{kind}/{id}/close", JSON, \
		ORGANISATION, NONE, fw_kept_close_operation) \
	X(KEPT_REOPEN, POST, "/api/v1/organisation/{kind}/{id}/reopen", JSON, \
		ORGANISATION, NONE, fw_kept_reopen_operation) \
	X(KEPT_PASSWORD, POST, "/api/v1/organisation/{kind}/{id}/password", JSON, \
		ORGANISATION, NONE, fw_kept_password_operation) \
	X(KEPT_HISTORY, GET, "/api/v1/organisation/{kind}/{id}/history", NOTHING, \
		ORGANISATION, NONE, fw_kept_history_operation) \
	X(KEPT_IMPORT, POST, "/api/v1/organisation/{kind}/import", FILE, \
		ORGANISATION, NONE, fw_kept_import_operation)
/* clang-format on */

#endif
