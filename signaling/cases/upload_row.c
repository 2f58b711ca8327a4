/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/upload_row.h"

#include <errno.h>

#include <glib.h>

int fw_upload_read(struct fw_statement *rows, struct fw_upload *ret_upload)
{
	struct fw_upload upload = {
		.material = fw_db_column_int(rows, 7),
		.rotation = fw_db_column_int(rows, 8),
		.bytes = fw_db_column_int(rows, 9),
		.received = fw_db_column_int(rows, 10),
	};

	if (!fw_upload_state_from(fw_db_column_text(rows, 6), &upload.state)) {
		return -EBADMSG;
	}
	g_strlcpy(upload.id, fw_db_column_text(rows, 0), sizeof(upload.id));
	g_strlcpy(upload.case_id, fw_db_column_text(rows, 1), sizeof(upload.case_id));
	g_strlcpy(upload.file, fw_db_column_text(rows, 2), sizeof(upload.file));
	g_strlcpy(upload.account, fw_db_column_text(rows, 3), sizeof(upload.account));
	g_strlcpy(upload.kind, fw_db_column_text(rows, 4), sizeof(upload.kind));
	g_strlcpy(upload.sha256, fw_db_column_text(rows, 5), sizeof(upload.sha256));
	if (!fw_db_column_is_null(rows, 11)) {
		g_strlcpy(upload.media_type, fw_db_column_text(rows, 11), sizeof(upload.media_type));
	}
	if (!fw_db_column_is_null(rows, 12)) {
		g_strlcpy(upload.fault, fw_db_column_text(rows, 12), sizeof(upload.fault));
	}
	*ret_upload = upload;
	return 0;
}

int fw_upload_load(struct fw_desk *desk, const char *sql, const struct fw_db_value *values,
	size_t value_count, struct fw_upload *ret_upload)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db, sql, values, value_count, &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	return fw_upload_read(rows, ret_upload);
}
