/* SPDX-License-Identifier: Apache-2.0 */
/* A clerk's day: how many calls, how fast, and the latest ones. */
#include "signaling/reads_call_row.h"

#define RECENT_ROWS 10 /* PROTOCOL.md 3: today */

static int count_today(struct fw_db *db, const struct fw_read_question *question,
	struct fw_json *json, int64_t from_us, int64_t to_us)
{
	static const struct {
		const char *name, *sql;
	} figures[] = {
		{"answered",
			"SELECT COUNT(*) FROM call WHERE drill = 0 AND responder_account = ?1"
			" AND requested_us >= ?2 AND requested_us < ?3"},
		{"unanswered",
			"SELECT COUNT(*) FROM call_part p JOIN call c ON c.id = p.call"
			" WHERE c.drill = 0 AND p.account = ?1 AND p.side = 'responder' AND "
			"c.state = 'unanswered'"
			" AND c.requested_us >= ?2 AND c.requested_us < ?3"},
		{"refused",
			"SELECT COUNT(*) FROM call_part p JOIN call c ON c.id = p.call"
			" WHERE c.drill = 0 AND p.account = ?1 AND p.part = 'refused'"
			" AND c.requested_us >= ?2 AND c.requested_us < ?3"},
		{"requested",
			"SELECT COUNT(*) FROM call WHERE drill = 0 AND requester_account = ?1"
			" AND requested_us >= ?2 AND requested_us < ?3"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
		int64_t figure = 0;
		int r = fw_db_query_int(db, figures[i].sql,
			FW_DB_VALUES(fw_db_text(question->account), fw_db_int(from_us),
				fw_db_int(to_us)),
			&figure);

		if (r < 0) {
			return r;
		}
		fw_json_int(json, figures[i].name, figure);
	}
	return 0;
}

/* The middle one of the day's times from ring to answer. */
static int render_median(struct fw_db *db, const struct fw_read_question *question,
	struct fw_json *json, int64_t from_us, int64_t to_us)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int r = fw_db_query(db,
		"SELECT answered_us - ringing_us FROM call WHERE drill = 0 AND responder_account = "
		"?1"
		" AND requested_us >= ?2 AND requested_us < ?3 AND answered_us IS NOT NULL"
		" ORDER BY 1",
		FW_DB_VALUES(fw_db_text(question->account), fw_db_int(from_us), fw_db_int(to_us)),
		&rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		int64_t time_us = fw_db_column_int(rows, 0);

		g_array_append_val(times, time_us);
	}
	if (times->len == 0) {
		fw_json_null(json, "answer_p50_us");
	} else {
		fw_json_int(
			json, "answer_p50_us", g_array_index(times, int64_t, (times->len - 1) / 2));
	}
	return r;
}

int fw_read_today(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	struct fw_read_query recent;
	int64_t from_us = 0, to_us = 0;
	bool bad = false;
	int r;

	if (!fw_read_number(question, "from_us", &from_us, &bad) ||
		!fw_read_number(question, "to_us", &to_us, &bad)) {
		*ret_status = 400;
		return 0;
	}
	if ((r = count_today(db, question, json, from_us, to_us)) < 0 ||
		(r = render_median(db, question, json, from_us, to_us)) < 0) {
		return r;
	}
	fw_read_init(&recent);
	fw_read_add(&recent, "SELECT " FW_CALL_COLUMNS FW_CALL_TABLES);
	fw_read_text(&recent,
		" WHERE c.id IN (SELECT call FROM call_part WHERE account = ? ORDER BY call DESC",
		question->account);
	fw_read_int(&recent, " LIMIT ?) ORDER BY c.id DESC", RECENT_ROWS);
	r = fw_read_array(db, &recent, fw_read_call_row, json, "recent");
	fw_read_clear(&recent);
	return r;
}
