/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/ledger/ledger.h"

#include <errno.h>
#include <string.h>

#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/codes.h"
#include "signaling/desk/deeds.h"
#include "signaling/ledger/entries.h"
#include "signaling/ledger/escalation.h"
#include "signaling/directory/calendar.h"
#include "signaling/sms/ring_notice.h"

#define FW_LOG_TOPIC "ledger"

struct row {
	int64_t id, month, entries;
	enum fw_ledger_state state;
	const struct fw_area *area;
	const struct fw_place *window, *requester;
};

/* --- adding ---------------------------------------------------------------------------------------- */

static int insert(struct fw_desk *desk, const struct fw_attempt *attempt, int64_t id)
{
	const struct fw_place *window = attempt->window->place;
	const struct fw_place *requester = attempt->call->parts[0]->window->place;

	return fw_db_run(desk->setup.db,
		"INSERT INTO ledger (id, call, service_window, area, requester_window,"
		" requester_area, month, cause, account, at_us, state, since_us, entries)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open', ?10, 0)",
		FW_DB_VALUES(fw_db_int(id), fw_db_text(attempt->call->id), fw_db_text(window->id),
			fw_db_text(window->hall->area->code), fw_db_text(requester->id),
			fw_db_text(requester->hall->area->code),
			fw_db_int(fw_calendar_month(attempt->closed_us)),
			fw_db_text(fw_causes[attempt->cause]),
			fw_db_text(attempt->account ? attempt->account->person->id : NULL),
			fw_db_int(attempt->closed_us)),
		NULL);
}

/* Everything of the row, so that it can be told again. */
static int write_deed(struct fw_desk *desk, const struct fw_attempt *attempt, int64_t id)
{
	const struct fw_place *window = attempt->window->place;
	const struct fw_place *requester = attempt->call->parts[0]->window->place;
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, id);
	g_autofree char *detail = NULL;
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "call", attempt->call->id);
	fw_json_text(&json, "window", window->id);
	fw_json_text(&json, "area", window->hall->area->code);
	fw_json_text(&json, "requester_window", requester->id);
	fw_json_text(&json, "requester_area", requester->hall->area->code);
	fw_json_int(&json, "month", fw_calendar_month(attempt->closed_us));
	fw_json_text(&json, "cause", fw_causes[attempt->cause]);
	fw_json_text(&json, "account", attempt->account ? attempt->account->person->id : NULL);
	fw_json_int(&json, "at_us", attempt->closed_us);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	return fw_deed(desk, NULL, NULL, "ledger.added", "ledger", number, detail);
}

int fw_ledger_add(struct fw_desk *desk, const struct fw_attempt *attempt)
{
	int64_t id;
	int r = fw_db_query_int(desk->setup.db, "SELECT COALESCE(MAX(id), 0) + 1 FROM ledger",
		FW_DB_NO_VALUES, &id);

	if (r < 0 || (r = insert(desk, attempt, id)) < 0 || (r = write_deed(desk, attempt, id)) < 0) {
		return r;
	}
	return fw_sms_unanswered(desk, attempt);
}

/* --- reading --------------------------------------------------------------------------------------- */

static int read_row(struct fw_desk *desk, int64_t id, struct row *ret_row)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT month, entries, state, area, service_window, requester_window FROM ledger"
		" WHERE id = ?1",
		FW_DB_VALUES(fw_db_int(id)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	ret_row->id = id;
	ret_row->month = fw_db_column_int(rows, 0);
	ret_row->entries = fw_db_column_int(rows, 1);
	ret_row->state =
		(enum fw_ledger_state)fw_word_index(fw_ledger_states, fw_db_column_text(rows, 2));
	ret_row->area = fw_catalogue_area(desk->catalogue, fw_db_column_text(rows, 3));
	ret_row->window = fw_catalogue_place(desk->catalogue, fw_db_column_text(rows, 4));
	ret_row->requester = fw_catalogue_place(desk->catalogue, fw_db_column_text(rows, 5));
	return ret_row->area && ret_row->window && ret_row->requester ? 0 : FW_CODE_NOT_FOUND;
}

/* Of the two windows, the one the account may speak for: where it sits, else one it may take. NULL: none. */
static const struct fw_place *speaks_for(const struct fw_account *account, const struct row *row)
{
	const struct fw_place *own = account->window ? account->window->place : NULL;

	if (!fw_person_may(account->person, FW_RIGHT_LEDGER_OWN, NULL)) {
		return NULL;
	}
	if (own == row->window || own == row->requester) {
		return own;
	}
	return fw_person_may_take(account->person, row->window)       ? row->window
		: fw_person_may_take(account->person, row->requester) ? row->requester
								      : NULL;
}

int fw_ledger_access(struct fw_desk *desk, const struct fw_account *account, int64_t id)
{
	struct row row;
	int r = read_row(desk, id, &row);

	if (r != 0) {
		return r;
	}
	return fw_person_may(account->person, FW_RIGHT_LEDGER, row.area) || speaks_for(account, &row)
		? 0
		: FW_CODE_FORBIDDEN;
}

/* --- deciding -------------------------------------------------------------------------------------- */

static int record(struct fw_desk *desk, struct row *row, struct fw_ledger_entry *entry)
{
	struct fw_json detail;
	int r;

	entry->subject = "ledger";
	entry->id = row->id;
	entry->month = row->month;
	entry->number = ++row->entries;
	r = fw_db_run(desk->setup.db,
		"UPDATE ledger SET state = ?2, entries = ?3,"
		" since_us = CASE WHEN state = ?2 THEN since_us ELSE ?4 END WHERE id = ?1",
		FW_DB_VALUES(fw_db_int(row->id), fw_db_text(fw_ledger_states[row->state]),
			fw_db_int(row->entries), fw_db_int(desk->now_us)),
		NULL);
	if (r < 0) {
		return r;
	}
	fw_info("ledger=%" G_GINT64_FORMAT " window=%s state=%s", row->id, row->window->id,
		fw_ledger_states[row->state]);
	fw_json_init(&detail);
	fw_json_open(&detail, NULL, '{');
	fw_json_text(&detail, "state", fw_ledger_states[row->state]);
	return fw_ledger_entry_add(desk, entry, &detail);
}

static bool words_ok(const char *text, bool needed)
{
	if (!text) {
		return !needed;
	}
	return fw_text_is_typed(text, FW_LEDGER_TEXT_MAX_CHARS, true) &&
		fw_text_chars(text) >= FW_LEDGER_TEXT_MIN_CHARS;
}

int fw_ledger_state_it(
	struct fw_desk *desk, const struct fw_account *account, int64_t id, const char *text)
{
	struct fw_ledger_entry entry = {.kind = "stated", .account = account, .text = text};
	const struct fw_place *place;
	struct row row;
	int r = read_row(desk, id, &row);

	if (r != 0) {
		return r;
	}
	place = speaks_for(account, &row);
	if (!place) {
		return FW_CODE_FORBIDDEN;
	}
	if (!words_ok(text, true)) {
		return FW_CODE_MALFORMED;
	}
	if (row.entries >= FW_LEDGER_ENTRIES_MAX) {
		return FW_CODE_TOO_MANY;
	}
	if (fw_ledger_next_state(row.state, FW_LEDGER_STATE, &row.state) < 0) {
		return FW_CODE_WRONG_STATE;
	}
	entry.window = place->id;
	return record(desk, &row, &entry);
}

static bool reason_ok(enum fw_ledger_happening happening, const char *reason, const char *text)
{
	const char *const *words =
		happening == FW_LEDGER_BLAME ? fw_blame_reasons : fw_excuse_reasons;

	if (happening == FW_LEDGER_TAKE_BACK) {
		return !reason && words_ok(text, true);
	}
	return fw_word_index(words, reason) >= 0 && words_ok(text, strcmp(reason, "other") == 0);
}

int fw_ledger_judge(struct fw_desk *desk, const struct fw_account *account, int64_t id,
	enum fw_ledger_happening happening, const char *reason, const char *text)
{
	struct fw_ledger_entry entry = {.account = account, .reason = reason, .text = text};
	struct row row;
	int r = read_row(desk, id, &row);

	if (r != 0) {
		return r;
	}
	if (!fw_person_may(account->person, FW_RIGHT_LEDGER_JUDGE, row.area)) {
		return FW_CODE_FORBIDDEN;
	}
	if (!reason_ok(happening, reason, text)) {
		return FW_CODE_MALFORMED;
	}
	if (row.entries >= FW_LEDGER_ENTRIES_MAX) {
		return FW_CODE_TOO_MANY;
	}
	if (fw_ledger_next_state(row.state, happening, &row.state) < 0) {
		return FW_CODE_WRONG_STATE;
	}
	entry.kind = fw_ledger_states[row.state];
	r = record(desk, &row, &entry);
	return r < 0 ? r : fw_escalation_weigh(desk, row.window, row.area, row.month);
}
