/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/ledger/escalation.h"

#include <errno.h>

#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/codes.h"
#include "signaling/ledger/entries.h"
#include "signaling/ledger/ledger.h"

#define FW_LOG_TOPIC "ledger"

#define PLACE_ID_SIZE     129
#define FW_AREA_CODE_SIZE 13 /* GB/T 2260: 12 digits */

struct escalation {
	int64_t id, month, entries, raised_us;
	enum fw_escalation_state state;
	char window[PLACE_ID_SIZE], area[FW_AREA_CODE_SIZE], body[PLACE_ID_SIZE]; /* body "": none */
};

#define COLUMNS \
	"SELECT id, service_window, month, area, body, state, raised_us, entries FROM escalation "

static void copy(char *to, size_t size, const char *text)
{
	g_strlcpy(to, text ? text : "", size);
}

static int take(struct fw_statement *rows, struct escalation *ret_escalation)
{
	int r = fw_db_step(rows);

	if (r <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	ret_escalation->id = fw_db_column_int(rows, 0);
	copy(ret_escalation->window, sizeof(ret_escalation->window), fw_db_column_text(rows, 1));
	ret_escalation->month = fw_db_column_int(rows, 2);
	copy(ret_escalation->area, sizeof(ret_escalation->area), fw_db_column_text(rows, 3));
	copy(ret_escalation->body, sizeof(ret_escalation->body), fw_db_column_text(rows, 4));
	ret_escalation->state = (enum fw_escalation_state)fw_word_index(
		fw_escalation_states, fw_db_column_text(rows, 5));
	ret_escalation->raised_us = fw_db_column_int(rows, 6);
	ret_escalation->entries = fw_db_column_int(rows, 7);
	return 0;
}

static int read_id(struct fw_desk *desk, int64_t id, struct escalation *ret_escalation)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(
		desk->setup.db, COLUMNS "WHERE id = ?1", FW_DB_VALUES(fw_db_int(id)), &rows);

	return r < 0 ? r : take(rows, ret_escalation);
}

static int read_month(
	struct fw_desk *desk, const char *window, int64_t month, struct escalation *ret_escalation)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db, COLUMNS "WHERE service_window = ?1 AND month = ?2",
		FW_DB_VALUES(fw_db_text(window), fw_db_int(month)), &rows);

	return r < 0 ? r : take(rows, ret_escalation);
}

static const char *body_of(const struct escalation *escalation)
{
	return escalation->body[0] ? escalation->body : NULL;
}

/* --- moving on ------------------------------------------------------------------------------------- */

/* The row is stored as it is now, with its entry and deed. */
static int record(struct fw_desk *desk, const struct fw_account *account,
	struct escalation *escalation, const char *text)
{
	struct fw_ledger_entry entry = {.subject = "escalation",
		.id = escalation->id,
		.number = ++escalation->entries,
		.month = escalation->month,
		.kind = fw_escalation_states[escalation->state],
		.account = account,
		.text = text};
	struct fw_json detail;
	int r = fw_db_run(desk->setup.db,
		"UPDATE escalation SET state = ?2, raised_us = ?3, since_us = ?4, entries = ?5,"
		" area = ?6, body = ?7 WHERE id = ?1",
		FW_DB_VALUES(fw_db_int(escalation->id),
			fw_db_text(fw_escalation_states[escalation->state]),
			fw_db_int(escalation->raised_us), fw_db_int(desk->now_us),
			fw_db_int(escalation->entries), fw_db_text(escalation->area),
			fw_db_text(body_of(escalation))),
		NULL);

	if (r < 0) {
		return r;
	}
	fw_info("escalation=%" G_GINT64_FORMAT " window=%s month=%" G_GINT64_FORMAT " state=%s",
		escalation->id, escalation->window, escalation->month, entry.kind);
	fw_json_init(&detail);
	fw_json_open(&detail, NULL, '{');
	fw_json_text(&detail, "window", escalation->window);
	fw_json_int(&detail, "month", escalation->month);
	fw_json_text(&detail, "area", escalation->area);
	fw_json_text(&detail, "body", body_of(escalation));
	return fw_ledger_entry_add(desk, &entry, &detail);
}

/* 1: the row names the body and its area; 0: there is none. */
static int take_body(struct fw_statement *rows, struct escalation *escalation)
{
	int r = fw_db_step(rows);

	if (r > 0) {
		copy(escalation->body, sizeof(escalation->body), fw_db_column_text(rows, 0));
		copy(escalation->area, sizeof(escalation->area), fw_db_column_text(rows, 1));
	}
	return r;
}

/* The superior of the department whose window it is; of one that has none it is not known. 1 or 0. */
static int find_above_department(
	struct fw_desk *desk, const struct fw_place *place, struct escalation *escalation)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r;

	if (!place->department) {
		return 0;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT s.id, s.area FROM body b JOIN body s ON s.id = b.superior WHERE b.id = ?1",
		FW_DB_VALUES(fw_db_text(place->department->id)), &rows);
	return r < 0 ? r : take_body(rows, escalation);
}

/* The body that manages the area, of the nearest area above if need be, and its superior. 1 or 0. */
static int find_above_area(
	struct fw_desk *desk, const struct fw_area *area, struct escalation *escalation)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"WITH RECURSIVE above (code, parent, body, distance) AS ("
		" SELECT code, parent, body, 0 FROM area WHERE code = ?1 UNION ALL"
		" SELECT a.code, a.parent, a.body, above.distance + 1 FROM area a"
		" JOIN above ON a.code = above.parent WHERE above.distance < 8)"
		" SELECT COALESCE(s.id, b.id), COALESCE(s.area, b.area) FROM above"
		" JOIN body b ON b.id = above.body LEFT JOIN body s ON s.id = b.superior"
		" ORDER BY above.distance LIMIT 1",
		FW_DB_VALUES(fw_db_text(area->code)), &rows);

	return r < 0 ? r : take_body(rows, escalation);
}

static int find_superior(struct fw_desk *desk, const struct fw_place *place,
	const struct fw_area *area, struct escalation *escalation)
{
	int r = find_above_department(desk, place, escalation);

	if (r == 0) {
		r = find_above_area(desk, area, escalation);
	}
	if (r == 0) {
		copy(escalation->area, sizeof(escalation->area),
			area->parent ? area->parent->code : area->code);
	}
	return MIN(r, 0);
}

static int raise_new(struct fw_desk *desk, const struct fw_place *place, const struct fw_area *area,
	int64_t month)
{
	struct escalation escalation = {.month = month, .raised_us = desk->now_us};
	int r = find_superior(desk, place, area, &escalation);

	copy(escalation.window, sizeof(escalation.window), place->id);
	if (r < 0 ||
		(r = fw_db_query_int(desk->setup.db,
			 "SELECT COALESCE(MAX(id), 0) + 1 FROM escalation", FW_DB_NO_VALUES,
			 &escalation.id)) < 0) {
		return r;
	}
	r = fw_db_run(desk->setup.db,
		"INSERT INTO escalation (id, service_window, month, area, body, state, raised_us,"
		" since_us, entries) VALUES (?1, ?2, ?3, ?4, ?5, 'raised', ?6, ?6, 0)",
		FW_DB_VALUES(fw_db_int(escalation.id), fw_db_text(place->id), fw_db_int(month),
			fw_db_text(escalation.area), fw_db_text(body_of(&escalation)),
			fw_db_int(desk->now_us)),
		NULL);
	return r < 0 ? r : record(desk, NULL, &escalation, NULL);
}

int fw_escalation_weigh(struct fw_desk *desk, const struct fw_place *place,
	const struct fw_area *area, int64_t month)
{
	struct escalation escalation = {0};
	int64_t faults;
	bool must;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COUNT(*) FROM ledger"
		" WHERE service_window = ?1 AND month = ?2 AND state = 'at_fault'",
		FW_DB_VALUES(fw_db_text(place->id), fw_db_int(month)), &faults);

	if (r < 0) {
		return r;
	}
	must = faults > FW_LEDGER_FAULTS_ALLOWED;
	r = read_month(desk, place->id, month, &escalation);
	if (r == -ENOENT) {
		return must ? raise_new(desk, place, area, month) : 0;
	}
	if (r < 0 || must == (escalation.state != FW_ESCALATION_TAKEN_BACK)) {
		return r;
	}
	r = fw_escalation_next_state(escalation.state,
		must ? FW_ESCALATION_RAISE : FW_ESCALATION_TAKE_BACK, &escalation.state);
	if (must) {
		escalation.raised_us = desk->now_us;
	}
	return r < 0 ? r : record(desk, NULL, &escalation, NULL);
}

/* --- by hand --------------------------------------------------------------------------------------- */

static int access_to(
	struct fw_desk *desk, const struct fw_account *account, const struct escalation *escalation)
{
	const struct fw_area *area = fw_catalogue_area(desk->catalogue, escalation->area);

	return area && fw_person_may(account->person, FW_RIGHT_ESCALATION, area) ? 0
										 : FW_CODE_FORBIDDEN;
}

int fw_escalation_access(struct fw_desk *desk, const struct fw_account *account, int64_t id)
{
	struct escalation escalation = {0};
	int r = read_id(desk, id, &escalation);

	return r == -ENOENT ? FW_CODE_NOT_FOUND : r < 0 ? r : access_to(desk, account, &escalation);
}

int fw_escalation_settle(struct fw_desk *desk, const struct fw_account *account, int64_t id,
	enum fw_escalation_happening happening, const char *text)
{
	struct escalation escalation = {0};
	int r = read_id(desk, id, &escalation);

	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	r = access_to(desk, account, &escalation);
	if (r != 0) {
		return r;
	}
	if ((text && !fw_text_is_typed(text, FW_LEDGER_TEXT_MAX_CHARS, true)) ||
		(happening == FW_ESCALATION_CLOSE &&
			(!text || fw_text_chars(text) < FW_LEDGER_TEXT_MIN_CHARS))) {
		return FW_CODE_MALFORMED;
	}
	if (fw_escalation_next_state(escalation.state, happening, &escalation.state) < 0) {
		return FW_CODE_WRONG_STATE;
	}
	return record(desk, account, &escalation, text);
}
