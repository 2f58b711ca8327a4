/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in and out, the own password (PROTOCOL.md 3). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_SESSION_H
#define FW_SIGNALING_OPERATIONS_SESSION_H

/* clang-format off */
#define FW_OPERATIONS_SESSION(X) \
	X(SESSION_CREATE, POST, "/api/v1/session", JSON, \
		ANYBODY, NONE, fw_session_create_operation) \
	X(SESSION_GET, GET, "/api/v1/session", NOTHING, \
		DIRECTORY, NONE, fw_session_get_operation) \
	X(SESSION_DELETE, DELETE, "/api/v1/session", NOTHING, \
		DIRECTORY, NONE, fw_session_delete_operation) \
	X(PASSWORD, PUT, "/api/v1/session/password", JSON, \
		DIRECTORY, NONE, fw_password_change_operation)
/* clang-format on */

#endif
