/* SPDX-License-Identifier: Apache-2.0 */
/* Rehearsals of halls by those who answer for them (docs/PROTOCOL-OFFICE.md). */
#include "base/db.h"
#include "signaling/desk/access.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/check.h"
#include "signaling/drill/drill.h"

#define SHORTEST_US FW_MINUTE_US

int fw_drills_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_DRILL);
}

static bool may(const struct fw_http_question *question, const struct fw_hall *hall)
{
	return fw_person_may(question->session->account->person, FW_RIGHT_DRILL, hall->area);
}

/* --- beginning ------------------------------------------------------------------------------------ */

struct wish {
	const struct fw_hall *hall;
	const struct fw_item *item; /* NULL: all */
	int64_t until_us;
};

static int read_wish(
	struct fw_desk *desk, const struct fw_http_question *question, struct wish *wish)
{
	const char *hall = json_string_value(json_object_get(question->params, "hall"));
	const json_t *item = json_object_get(question->params, "item");
	const json_t *until = json_object_get(question->params, "until_us");

	if (!hall || !json_is_integer(until) ||
		(item && !json_is_null(item) && !json_is_string(item))) {
		return FW_CODE_MALFORMED;
	}
	wish->until_us = json_integer_value(until);
	wish->hall = g_hash_table_lookup(desk->catalogue->halls, hall);
	wish->item = json_is_string(item)
		? fw_catalogue_item(desk->catalogue, json_string_value(item))
		: NULL;
	if (!wish->hall || (json_is_string(item) && (!wish->item || wish->item->closed))) {
		return FW_CODE_NOT_FOUND;
	}
	if (!may(question, wish->hall)) {
		return FW_CODE_FORBIDDEN;
	}
	return wish->hall->closed ? FW_CODE_WRONG_STATE : 0;
}

static void check(struct fw_check *check, const struct wish *wish)
{
	int64_t length_us = wish->until_us - check->desk->now_us;

	if (length_us < SHORTEST_US) {
		fw_check_fault(check, 0, "until_us", "", "past", "结束时间要晚于现在");
	} else if (length_us > FW_DRILL_MAX_US) {
		fw_check_fault(check, 0, "until_us", "", "too_long", "一次演练最长 12 小时");
	}
	if (fw_drill_at(check->desk, wish->hall)) {
		fw_check_fault(check, 0, "hall", wish->hall->name, "overlap",
			"这个大厅正在演练，请先结束那一次");
	}
}

/* Calls of the hall that go on as they are: their applicants are still being served. */
static unsigned count_calls(const struct fw_desk *desk, const struct fw_hall *hall)
{
	const GPtrArray *places = hall->area->windows;
	unsigned count = 0;

	for (guint i = 0; i < places->len; i++) {
		const struct fw_place *place = g_ptr_array_index(places, i);
		const struct fw_part *part = fw_desk_window(desk, place)->part;

		count += place->hall == hall && part && !part->call->drill;
	}
	return count;
}

int fw_drill_begin_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_check_clear) struct fw_check faults;
	struct wish wish;
	struct fw_json json;
	int64_t id = 0;
	int r;

	fw_check_init(&faults, desk, question->session->account->person);
	r = read_wish(desk, question, &wish);
	if (r != 0) {
		return r;
	}
	check(&faults, &wish);
	if (faults.faults->len > 0) {
		return fw_check_refuse(&faults, question->request);
	}
	r = fw_drill_begin(
		desk, question->session->account, wish.hall, wish.item, wish.until_us, &id);
	if (r < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_int(&json, "id", id);
	fw_json_int(&json, "calls", count_calls(desk, wish.hall));
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, 201, fw_json_steal(&json), NULL);
	return 0;
}

/* --- ending --------------------------------------------------------------------------------------- */

/* The hall of the rehearsal of the path, whether it runs or not. */
static int find(struct fw_desk *desk, const struct fw_http_question *question, int64_t *ret_id,
	const struct fw_hall **ret_hall)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *text = json_string_value(json_object_get(question->params, "drill"));
	int r;

	if (!text || !g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, ret_id, NULL)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_db_query(desk->setup.db, "SELECT hall FROM hall_drill WHERE id = ?1",
		FW_DB_VALUES(fw_db_int(*ret_id)), &rows);
	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	*ret_hall = g_hash_table_lookup(desk->catalogue->halls, fw_db_column_text(rows, 0));
	return *ret_hall && may(question, *ret_hall) ? 0 : FW_CODE_FORBIDDEN;
}

int fw_drill_end_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_hall *hall;
	struct fw_drill *drill;
	int64_t id = 0;
	int r = find(desk, question, &id, &hall);

	if (r != 0) {
		return r;
	}
	drill = g_hash_table_lookup(desk->drills, hall->id);
	if (!drill || drill->id != id) {
		return FW_CODE_WRONG_STATE;
	}
	r = fw_drill_end(desk, drill, question->session->account);
	if (r < 0) {
		return r;
	}
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}
