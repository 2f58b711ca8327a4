/* SPDX-License-Identifier: Apache-2.0 */
/* Papers on their way to a case (PROTOCOL-CASES.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_CAPTURES_H
#define FW_SIGNALING_OPERATIONS_CAPTURES_H

/* clang-format off */
#define FW_OPERATIONS_CAPTURES(X) \
	X(UPLOAD_CREATE, POST, "/api/v1/cases/{case}/uploads", JSON, \
		UPLOAD, NONE, fw_upload_create_operation) \
	X(UPLOAD_GET, GET, "/api/v1/uploads/{upload}", NOTHING, \
		UPLOAD, NONE, fw_upload_get_operation) \
	X(UPLOAD_PIECE, POST, "/api/v1/uploads/{upload}/pieces", BYTES, \
		UPLOAD, NONE, fw_upload_piece_operation)
/* clang-format on */

#endif
