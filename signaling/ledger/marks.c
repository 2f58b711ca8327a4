/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/ledger/marks.h"

#include <errno.h>

#include "base/db.h"
#include "base/id.h"
#include "signaling/desk/codes.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/json_write.h"
#include "signaling/directory/calendar.h"

const char *const fw_call_marks[] = {"answered_by_points", "not_our_matter", NULL};

struct marked {
	char *window, *requester;
	int64_t month;
};

static void marked_clear(struct marked *marked)
{
	g_free(marked->window);
	g_free(marked->requester);
}

/* The window at which the account took the call. */
static int find_call(struct fw_desk *desk, const struct fw_account *account, const char *call,
	struct marked *ret_marked)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r;

	if (!fw_id_valid(call)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT c.requester_window, c.requested_us, c.answered_us, p.service_window"
		" FROM call c LEFT JOIN call_part p ON p.call = c.id AND p.account = ?2"
		" AND p.side = 'responder' AND (p.part = 'in' OR p.part = 'left') WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(call), fw_db_text(account->person->id)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	if (fw_db_column_is_null(rows, 3)) {
		return FW_CODE_FORBIDDEN;
	}
	if (fw_db_column_is_null(rows, 2)) {
		return FW_CODE_WRONG_STATE;
	}
	ret_marked->requester = g_strdup(fw_db_column_text(rows, 0));
	ret_marked->month = fw_calendar_month(fw_db_column_int(rows, 1));
	ret_marked->window = g_strdup(fw_db_column_text(rows, 3));
	return 0;
}

static int store(struct fw_desk *desk, const struct fw_account *account, const char *call,
	const char *mark, const struct marked *marked)
{
	if (!mark) {
		return fw_db_run(desk->setup.db, "DELETE FROM call_mark WHERE call = ?1",
			FW_DB_VALUES(fw_db_text(call)), NULL);
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO call_mark (call, mark, service_window, account, requester_window,"
		" month, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT (call) DO UPDATE SET mark = excluded.mark,"
		" service_window = excluded.service_window, account = excluded.account,"
		" at_us = excluded.at_us",
		FW_DB_VALUES(fw_db_text(call), fw_db_text(mark), fw_db_text(marked->window),
			fw_db_text(account->person->id), fw_db_text(marked->requester),
			fw_db_int(marked->month), fw_db_int(desk->now_us)),
		NULL);
}

int fw_mark_set(
	struct fw_desk *desk, const struct fw_account *account, const char *call, const char *mark)
{
	g_autofree char *detail = NULL;
	struct marked marked = {0};
	struct fw_json json;
	int r;

	if (mark && fw_word_index(fw_call_marks, mark) < 0) {
		return FW_CODE_MALFORMED;
	}
	r = find_call(desk, account, call, &marked);
	if (r == 0 && (r = store(desk, account, call, mark, &marked)) >= 0) {
		fw_json_init(&json);
		fw_json_open(&json, NULL, '{');
		fw_json_text(&json, "mark", mark);
		fw_json_text(&json, "window", marked.window);
		fw_json_text(&json, "requester_window", marked.requester);
		fw_json_int(&json, "month", marked.month);
		fw_json_close(&json, '}');
		detail = fw_json_steal(&json);
		r = fw_deed(desk, account, NULL, "call.marked", "call", call, detail);
	}
	marked_clear(&marked);
	return r;
}
