/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The row of an upload as uploads.c works with it.
 *
 * Owner: the caller's memory, nothing to free. Threads: the desk's.
 * Errors: -ENOENT there is none; -EBADMSG a state that is none; else the database's.
 */
#ifndef FW_SIGNALING_CASES_UPLOAD_ROW_H
#define FW_SIGNALING_CASES_UPLOAD_ROW_H

#include <stdint.h>

#include "base/db.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/text.h"
#include "signaling/cases/upload_state.h"
#include "signaling/desk/state.h"

/* A row, copied out of the statement that read it. */
struct fw_upload {
	char id[FW_ID_SIZE], case_id[FW_ID_SIZE], file[FW_ID_SIZE];
	char account[FW_NAME_MAX_CHARS * 4 + 1];
	char kind[16];
	char sha256[2 * FW_SHA256_BYTES + 1];
	char media_type[32]; /* empty: not known yet */
	char fault[24]; /* empty: none */
	enum fw_upload_state state;
	int64_t material, rotation, bytes, received;
};

/* What a statement has to select, from `upload`, for the functions below. */
#define FW_UPLOAD_COLUMNS \
	"id, case_id, file, account, kind, sha256, state, material, rotation, bytes, received," \
	" media_type, fault"

int fw_upload_read(struct fw_statement *rows, struct fw_upload *ret_upload);

/* The first row that a statement finds. */
int fw_upload_load(struct fw_desk *desk, const char *sql, const struct fw_db_value *values,
	size_t value_count, struct fw_upload *ret_upload);

#endif
