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
		UPLOAD, NONE, fw_upload_piece_operation) \
	X(EMPTY_DESKS, GET, "/api/v1/empty-desks", NOTHING, \
		UPLOAD, NONE, fw_empty_desks_operation) \
	X(EMPTY_DESK_LEARN, POST, "/api/v1/empty-desks", BYTES, \
		UPLOAD, NONE, fw_empty_desk_learn_operation) \
	X(EMPTY_DESK_PICTURE, GET, "/api/v1/empty-desks/{desk}", NOTHING, \
		UPLOAD, NONE, fw_empty_desk_picture_operation) \
	X(EMPTY_DESK_FORGET, POST, "/api/v1/empty-desks/{desk}/forget", JSON, \
		UPLOAD, NONE, fw_empty_desk_forget_operation) \
	X(FILE_MARK, POST, "/api/v1/cases/{case}/files/{file}/marks", JSON, \
		UPLOAD, NONE, fw_file_mark_operation) \
	X(FILE_MARK_ERASE, POST, "/api/v1/cases/{case}/files/{file}/marks/{mark}/erase", JSON, \
		UPLOAD, NONE, fw_file_mark_erase_operation) \
	X(FILE_TURN, POST, "/api/v1/cases/{case}/files/{file}/turn", JSON, \
		UPLOAD, NONE, fw_file_turn_operation) \
	X(FILE_WITHDRAW, POST, "/api/v1/cases/{case}/files/{file}/withdraw", JSON, \
		UPLOAD, NONE, fw_file_withdraw_operation) \
	X(FILE_USE, POST, "/api/v1/cases/{case}/files/{file}/uses", JSON, \
		UPLOAD, NONE, fw_file_use_operation)
/* clang-format on */

#endif
