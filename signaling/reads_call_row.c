/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads_call_row.h"

#include "signaling/desk/finalise.h"

#include <string.h>

static void render_side(struct fw_json *json, const char *key, struct fw_statement *row, int column)
{
	if (fw_db_column_is_null(row, column)) {
		fw_json_null(json, key);
		return;
	}
	fw_json_open(json, key, '{');
	fw_read_render_window(json, "window", row, column);
	fw_read_render_named(json, "account", row, column + 6);
	fw_json_close(json, '}');
}

/* What hinders the making of the files; null: nothing, or it is done. */
static void render_work(struct fw_json *json, struct fw_statement *row)
{
	const char *state = fw_db_column_text(row, 31);
	const char *error = fw_db_column_text(row, 34);

	if (!error || strcmp(state, "done") == 0) {
		fw_json_null(json, "work");
		return;
	}
	fw_json_open(json, "work", '{');
	fw_json_text(json, "state", state);
	fw_json_int(json, "attempts", fw_db_column_int(row, 32));
	fw_read_render_time(json, "next_us", row, 33);
	fw_json_text(json, "error", fw_finalise_error_code(error));
	fw_json_close(json, '}');
}

void fw_read_call_row(struct fw_json *json, struct fw_statement *row)
{
	const char *recording = fw_db_column_text(row, 26);

	fw_json_text(json, "id", fw_db_column_text(row, 0));
	fw_json_text(json, "state", fw_db_column_text(row, 1));
	fw_json_bool(json, "drill", fw_db_column_int(row, 29) != 0);
	fw_json_open(json, "item", '{');
	fw_json_text(json, "id", fw_db_column_text(row, 2));
	fw_json_text(json, "name", fw_db_column_text(row, 3));
	fw_json_int(json, "version", fw_db_column_int(row, 4));
	fw_json_close(json, '}');
	fw_json_open(json, "area", '{');
	fw_json_text(json, "code", fw_db_column_text(row, 5));
	fw_json_text(json, "name", fw_db_column_text(row, 6));
	fw_json_close(json, '}');
	fw_json_int(json, "requested_us", fw_db_column_int(row, 7));
	fw_read_render_time(json, "answered_us", row, 8);
	fw_read_render_time(json, "ended_us", row, 9);
	render_side(json, "requester", row, 10);
	render_side(json, "responder", row, 18);
	fw_json_open(json, "recording", '{');
	fw_json_text(json, "state", recording ? recording : "none");
	fw_read_render_time(json, "duration_us", row, 27);
	fw_read_render_time(json, "bytes", row, 28);
	fw_json_text(json, "reason", fw_db_column_text(row, 30));
	render_work(json, row);
	fw_json_close(json, '}');
}
