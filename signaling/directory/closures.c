/* SPDX-License-Identifier: Apache-2.0 */
/* Halls closed out of turn (docs/PROTOCOL-OFFICE.md): entered and taken back, never deleted. */
#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/access.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/check.h"
#include "signaling/directory/organisation.h"
#include "signaling/directory/roster.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "calendar"

#define REASON_CHARS 200
#define LONGEST_US   (366 * FW_DAY_US)
#define AHEAD_US     (3 * 366 * FW_DAY_US)

int fw_closures_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_ROSTER);
}

struct closure {
	const struct fw_hall *hall;
	int64_t from_us, until_us;
	const char *reason;
};

static void check_times(struct fw_check *check, const struct closure *closure)
{
	int64_t now_us = check->desk->now_us;

	if (closure->from_us >= closure->until_us) {
		fw_check_fault(check, 0, "until_us", "", "order", "结束时间要晚于开始时间");
	} else if (closure->until_us <= now_us) {
		fw_check_fault(check, 0, "until_us", "", "past", "这段时间已经过去，不能补登记");
	} else if (closure->until_us - closure->from_us > LONGEST_US ||
		closure->from_us - now_us > AHEAD_US) {
		fw_check_fault(check, 0, "until_us", "", "too_long",
			"最长一年，且不能早于开始前三年登记；长期停用请停用大厅");
	}
	if (!fw_text_is_typed(closure->reason, REASON_CHARS, false) ||
		fw_text_chars(closure->reason) < 2) {
		fw_check_fault(
			check, 0, "reason", closure->reason, "form", "请写明原因，2 至 200 字");
	}
}

/* Names the first one that stands in the way. */
static int check_overlap(struct fw_check *check, const struct closure *closure)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(check->desk->setup.db,
		"SELECT reason FROM closure WHERE hall = ?1 AND withdrawn_us IS NULL"
		" AND from_us < ?3 AND until_us > ?2 ORDER BY from_us LIMIT 1",
		FW_DB_VALUES(fw_db_text(closure->hall->id), fw_db_int(closure->from_us),
			fw_db_int(closure->until_us)),
		&rows);

	if (r >= 0 && (r = fw_db_step(rows)) > 0) {
		fw_check_fault(check, 0, "from_us", fw_db_column_text(rows, 0), "overlap",
			"与已登记的临时关闭重叠，请先撤销那一条");
	}
	return MIN(r, 0);
}

static int log_closure(struct fw_desk *desk, const struct fw_http_question *question, int64_t id,
	const struct closure *closure)
{
	g_autofree char *object = g_strdup_printf("%" G_GINT64_FORMAT, id), *detail = NULL;
	struct fw_json json;

	if (closure) {
		fw_json_init(&json);
		fw_json_open(&json, NULL, '{');
		fw_json_text(&json, "hall", closure->hall->id);
		fw_json_int(&json, "from_us", closure->from_us);
		fw_json_int(&json, "until_us", closure->until_us);
		fw_json_close(&json, '}');
		detail = fw_json_steal(&json);
	}
	fw_info("closure=%s %s", object, closure ? "entered" : "withdrawn");
	return fw_deed(desk, question->session->account, NULL,
		closure ? "closure.entered" : "closure.withdrawn", "closure", object, detail);
}

static int enter(struct fw_desk *desk, const struct fw_http_question *question,
	const struct closure *closure, int64_t *ret_id)
{
	int r = fw_db_query_int(desk->setup.db, "SELECT COALESCE(MAX(id), 0) + 1 FROM closure",
		FW_DB_NO_VALUES, ret_id);

	if (r < 0 ||
		(r = fw_db_run(desk->setup.db,
			 "INSERT INTO closure (id, hall, from_us, until_us, reason, account,"
			 " created_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
			 FW_DB_VALUES(fw_db_int(*ret_id), fw_db_text(closure->hall->id),
				 fw_db_int(closure->from_us), fw_db_int(closure->until_us),
				 fw_db_text(closure->reason),
				 fw_db_text(question->session->account->person->id),
				 fw_db_int(desk->now_us)),
			 NULL)) < 0 ||
		(r = log_closure(desk, question, *ret_id, closure)) < 0) {
		return r;
	}
	return fw_calendar_reload(desk);
}

int fw_closure_enter_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	const json_t *from = json_object_get(question->params, "from_us");
	const json_t *until = json_object_get(question->params, "until_us");
	struct closure closure = {
		.from_us = json_integer_value(from),
		.until_us = json_integer_value(until),
		.reason = json_string_value(json_object_get(question->params, "reason")),
	};
	struct fw_json json;
	int64_t id = 0;
	int r;

	fw_check_init(&check, desk, question->session->account->person);
	if (!json_is_integer(from) || !json_is_integer(until) || !closure.reason) {
		return FW_CODE_MALFORMED;
	}
	r = fw_roster_hall(desk, question, &closure.hall);
	if (r == 0 && closure.hall->closed) {
		r = FW_CODE_WRONG_STATE;
	}
	if (r != 0) {
		return r;
	}
	check_times(&check, &closure);
	if (check.faults->len == 0 && (r = check_overlap(&check, &closure)) < 0) {
		return r;
	}
	if (check.faults->len > 0) {
		return fw_check_refuse(&check, question->request);
	}
	if ((r = enter(desk, question, &closure, &id)) < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "id", id);
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return 0;
}

/* The closure of the path, which this person may take back; it still lasts. */
static int find(struct fw_desk *desk, const struct fw_http_question *question, int64_t *ret_id)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *text = json_string_value(json_object_get(question->params, "closure"));
	const struct fw_hall *hall;
	int r;

	if (!text || !g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, ret_id, NULL)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT hall, until_us, withdrawn_us FROM closure WHERE id = ?1",
		FW_DB_VALUES(fw_db_int(*ret_id)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	hall = g_hash_table_lookup(desk->catalogue->halls, fw_db_column_text(rows, 0));
	if (!hall ||
		!fw_person_may(question->session->account->person, FW_RIGHT_ROSTER, hall->area)) {
		return FW_CODE_FORBIDDEN;
	}
	return fw_db_column_int(rows, 1) <= desk->now_us || !fw_db_column_is_null(rows, 2)
		? FW_CODE_WRONG_STATE
		: 0;
}

int fw_closure_withdraw_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int64_t id = 0;
	int r = find(desk, question, &id);

	if (r != 0 ||
		(r = fw_db_run(desk->setup.db, "UPDATE closure SET withdrawn_us = ?1 WHERE id = ?2",
			 FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_int(id)), NULL)) < 0 ||
		(r = log_closure(desk, question, id, NULL)) < 0 ||
		(r = fw_calendar_reload(desk)) < 0) {
		return r;
	}
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}
