/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/organisation.h"

#include "base/db.h"
#include "base/log.h"
#include "base/password.h"
#include "signaling/cases/empty_desk.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/passwords.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/sessions.h"
#include "signaling/desk/windows.h"
#include "signaling/directory/calendar_load.h"
#include "signaling/directory/history.h"

#include <string.h>

#define FW_LOG_TOPIC "organisation"

static const char *param(const struct fw_http_question *question, const char *name)
{
	return json_string_value(json_object_get(question->params, name));
}

static int kind_of(const struct fw_http_question *question, enum fw_kept_kind *ret_kind)
{
	const char *kind = param(question, "kind");

	return kind && fw_kept_kind_from_name(kind, ret_kind) ? 0 : FW_CODE_NOT_FOUND;
}

/* --- taking over ---------------------------------------------------------------------------------- */

static void free_calendar(void *calendar)
{
	fw_calendar_destroy(calendar);
}

int fw_calendar_reload(struct fw_desk *desk)
{
	struct fw_calendar *calendar;
	int r = fw_calendar_load(desk->setup.db, desk->now_us, &calendar);

	if (r >= 0) {
		fw_memory_swap(desk->memory, (void **)&desk->calendar, calendar, free_calendar);
		fw_presence_stir(desk);
	}
	return r;
}

/* The catalogue reads the row again; what is new gets its record. */
static int take_over(struct fw_desk *desk, enum fw_kept_kind kind, const char *id)
{
	static const enum fw_catalogue_kind kinds[FW_KEPT_KINDS] = {
		[FW_KEPT_AREA] = FW_CATALOGUE_AREA,
		[FW_KEPT_BODY] = FW_CATALOGUE_BODY,
		[FW_KEPT_HALL] = FW_CATALOGUE_HALL,
		[FW_KEPT_WINDOW] = FW_CATALOGUE_PLACE,
		[FW_KEPT_ACCOUNT] = FW_CATALOGUE_PERSON,
	};
	struct fw_catalogue *catalogue = desk->catalogue;
	int r;

	r = fw_catalogue_read(catalogue, desk->setup.db, kinds[kind], id);
	if (r < 0) {
		return r;
	}
	if (kind == FW_KEPT_WINDOW && catalogue->place_list->len > desk->windows->len) {
		fw_windows_add(desk, fw_catalogue_place(catalogue, id));
	}
	if (kind == FW_KEPT_ACCOUNT && !g_hash_table_contains(desk->accounts, id)) {
		fw_session_add_account(desk, fw_catalogue_person(catalogue, id));
	}
	fw_presence_stir(desk);
	return 0;
}

int fw_kept_apply(struct fw_desk *desk, const struct fw_kept *kept, const char *password)
{
	char hash[FW_PASSWORD_HASH_SIZE] = "";
	int r = 0;

	if (password) {
		/* Of 80 random bits: nobody guesses it, whatever one guess costs. */
		r = fw_password_hash_published(password, hash);
	}
	if (r < 0 || (r = fw_kept_store(desk->setup.db, kept, password ? hash : NULL)) < 0) {
		return r;
	}
	return take_over(desk, kept->kind, kept->texts[0]);
}

/* --- what a person asked for ------------------------------------------------------------------------ */

/* A JSON value as a field's text; NULL: it has none (then it is malformed). g_free. */
static char *text_of(const json_t *value)
{
	if (json_is_null(value)) {
		return g_strdup("");
	}
	if (json_is_boolean(value)) {
		return g_strdup(json_is_true(value) ? "1" : "0");
	}
	if (json_is_number(value)) { /* 15 digits bring back every coordinate as it was written */
		char *number = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		char *text = g_strdup(number);

		free(number);
		return text;
	}
	return g_strdup(json_string_value(value));
}

static int read_fields(const struct fw_http_question *question, struct fw_kept *kept)
{
	const struct fw_kind *kind = fw_kept_kind(kept->kind);
	const json_t *fields = json_object_get(question->params, "fields");

	if (!json_is_object(fields)) {
		return FW_CODE_MALFORMED;
	}
	for (unsigned i = 0; i < kind->count; i++) {
		const json_t *value = json_object_get(fields, kind->fields[i].name);
		g_autofree char *text = value ? text_of(value) : NULL;

		if (value && !text) {
			return FW_CODE_MALFORMED;
		}
		if (text) {
			fw_kept_set(kept, i, g_strstrip(text));
		}
	}
	return 0;
}

static int log_change(struct fw_desk *desk, const struct fw_http_question *question,
	const struct fw_kept *kept, const char *what)
{
	return fw_history_log(
		desk, kept, &(struct fw_history){.by = question->session->account, .what = what});
}

static void answer(struct fw_desk *desk, const struct fw_http_question *question, int status,
	const struct fw_kept *kept, const char *password)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "id", kept->texts[0]);
	if (password) {
		fw_json_text(&json, "first_password", password);
	}
	fw_json_close(&json, '}');
	fw_http_answer(desk, question->request, status, fw_json_steal(&json), NULL);
}

int fw_kept_list_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	enum fw_kept_kind kind;
	int r = kind_of(question, &kind);

	return r ? r : fw_access_read(desk, question, FW_RIGHT_ORGANISATION);
}

/* Checks and writes; the answer is given. */
static int put(struct fw_desk *desk, const struct fw_http_question *question, struct fw_kept *kept,
	bool create)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	char password[FW_FIRST_PASSWORD_SIZE] = "";
	bool first = create && kept->kind == FW_KEPT_ACCOUNT;
	fw_cleanup(fw_kept_clear) struct fw_kept before = {0};
	struct fw_history history = {.by = question->session->account,
		.what = create ? "created" : "changed",
		.before = create ? NULL : &before};
	int r = fw_kept_complete(desk->setup.db, kept);

	fw_check_init(&check, desk, question->session->account->person);
	if (r >= 0 && !create) {
		r = fw_kept_read(desk->setup.db, kept->kind, kept->texts[0], &before);
	}
	if (r >= 0 && create && kept->exists) {
		fw_check_fault(&check, 0, fw_kept_kind(kept->kind)->fields[0].name, kept->texts[0],
			"duplicate", "这个编码已经有了（停用的也不能再用）");
	}
	if (r < 0 || (check.faults->len == 0 && (r = fw_check_one(&check, kept)) < 0)) {
		return r;
	}
	if (check.faults->len > 0) {
		return fw_check_refuse(&check, question->request);
	}
	if (first) {
		fw_password_first(desk, password);
	}
	if ((r = fw_kept_apply(desk, kept, first ? password : NULL)) < 0 ||
		(kept->kind == FW_KEPT_HALL && (r = fw_calendar_reload(desk)) < 0) ||
		(r = fw_history_log(desk, kept, &history)) < 0) {
		return r;
	}
	answer(desk, question, create ? 201 : 200, kept, first ? password : NULL);
	return 0;
}

int fw_kept_create_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	int r = kind_of(question, &kept.kind);

	if (r == 0 && desk->tally->import) {
		r = FW_CODE_IMPORT_RUNNING;
	}
	if (r == 0) {
		r = read_fields(question, &kept);
	}
	return r ? r : put(desk, question, &kept, true);
}

/* The object named in the path, which this administrator may change. */
static int find(struct fw_desk *desk, const struct fw_http_question *question, struct fw_kept *kept)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	enum fw_kept_kind kind;
	int r = kind_of(question, &kind);

	fw_check_init(&check, desk, question->session->account->person);
	if (r) {
		return r;
	}
	if (desk->tally->import) {
		return FW_CODE_IMPORT_RUNNING;
	}
	r = fw_kept_read(desk->setup.db, kind, param(question, "id"), kept);
	if (r <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	return fw_check_may(&check, kept);
}

/* A window in a call stays as it is until the call is over. */
static bool in_call(struct fw_desk *desk, const struct fw_kept *kept)
{
	const struct fw_place *place = kept->kind == FW_KEPT_WINDOW
		? fw_catalogue_place(desk->catalogue, kept->texts[0])
		: NULL;

	return place && fw_desk_window(desk, place)->part;
}

int fw_kept_change_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	g_autofree char *id = NULL;
	int r = find(desk, question, &kept);

	if (r == 0 && (kept.closed || in_call(desk, &kept))) {
		r = FW_CODE_WRONG_STATE;
	}
	if (r == 0) {
		id = g_strdup(kept.texts[0]);
		r = read_fields(question, &kept);
	}
	if (r == 0 && strcmp(id, kept.texts[0]) != 0) { /* an id is for ever */
		r = FW_CODE_MALFORMED;
	}
	return r ? r : put(desk, question, &kept, false);
}

/* --- closing ------------------------------------------------------------------------------------------ */

/* Counts what is open below it: ?1 is the id. */
static const char *const below[FW_KEPT_KINDS] = {
	[FW_KEPT_AREA] =
		"SELECT (SELECT COUNT(*) FROM area WHERE parent = ?1 AND closed_us IS NULL) +"
		" (SELECT COUNT(*) FROM hall WHERE area = ?1 AND closed_us IS NULL) +"
		" (SELECT COUNT(*) FROM body WHERE area = ?1 AND closed_us IS NULL)",
	[FW_KEPT_BODY] =
		"SELECT (SELECT COUNT(*) FROM body WHERE superior = ?1 AND closed_us IS NULL) +"
		" (SELECT COUNT(*) FROM area WHERE body = ?1 AND closed_us IS NULL) +"
		" (SELECT COUNT(*) FROM service_window WHERE department = ?1"
		" AND closed_us IS NULL)",
	[FW_KEPT_HALL] =
		"SELECT COUNT(*) FROM service_window WHERE hall = ?1 AND closed_us IS NULL",
	[FW_KEPT_WINDOW] = NULL,
	/* Nobody but this one is left to administer the whole: it stays. */
	[FW_KEPT_ACCOUNT] =
		"SELECT CASE WHEN EXISTS (SELECT 1 FROM account_role r JOIN area a ON a.code = "
		"r.area"
		" WHERE r.account = ?1 AND r.role = 'administrator' AND a.parent IS NULL)"
		" AND NOT EXISTS (SELECT 1 FROM account_role r JOIN area a ON a.code = r.area"
		" JOIN account c ON c.id = r.account WHERE r.account <> ?1 AND c.closed_us IS NULL"
		" AND r.role = 'administrator' AND a.parent IS NULL) THEN 1 ELSE 0 END",
};

static int may_close(struct fw_desk *desk, const struct fw_kept *kept)
{
	int64_t open = 0;
	int r = below[kept->kind] ? fw_db_query_int(desk->setup.db, below[kept->kind],
					    FW_DB_VALUES(fw_db_text(kept->texts[0])), &open)
				  : 0;

	return r < 0 ? r : open || kept->closed || in_call(desk, kept) ? FW_CODE_WRONG_STATE : 0;
}

static int set_closed(struct fw_desk *desk, const struct fw_kept *kept, bool closed)
{
	static const char *const sql[FW_KEPT_KINDS] = {
		[FW_KEPT_AREA] = "UPDATE area SET closed_us = ?1 WHERE code = ?2",
		[FW_KEPT_BODY] = "UPDATE body SET closed_us = ?1 WHERE id = ?2",
		[FW_KEPT_HALL] = "UPDATE hall SET closed_us = ?1 WHERE id = ?2",
		[FW_KEPT_WINDOW] = "UPDATE service_window SET closed_us = ?1 WHERE id = ?2",
		[FW_KEPT_ACCOUNT] = "UPDATE account SET closed_us = ?1 WHERE id = ?2",
	};
	int r = fw_db_run(desk->setup.db, sql[kept->kind],
		FW_DB_VALUES(closed ? fw_db_int(desk->now_us) : fw_db_null(),
			fw_db_text(kept->texts[0])),
		NULL);

	return r < 0 ? r : take_over(desk, kept->kind, kept->texts[0]);
}

/* Who sits there, or is signed in, is out; the desk that was learnt there is nobody's any more. */
static int put_out(struct fw_desk *desk, const struct fw_kept *kept)
{
	if (kept->kind == FW_KEPT_WINDOW) {
		struct fw_window *window =
			fw_desk_window(desk, fw_catalogue_place(desk->catalogue, kept->texts[0]));

		int r = window->account ? fw_window_release(desk, window) : 0;

		return r < 0 ? r : fw_empty_desks_forget(desk, kept->texts[0]);
	}
	if (kept->kind == FW_KEPT_ACCOUNT) {
		struct fw_account *account = g_hash_table_lookup(desk->accounts, kept->texts[0]);

		return account->session
			? fw_session_end(desk, account->session, FW_SESSION_ACCOUNT_CLOSED)
			: 0;
	}
	return 0;
}

int fw_kept_close_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	int r = find(desk, question, &kept);

	if (r == 0) {
		r = may_close(desk, &kept);
	}
	if (r || (r = put_out(desk, &kept)) < 0 || (r = set_closed(desk, &kept, true)) < 0 ||
		(r = log_change(desk, question, &kept, "closed")) < 0) {
		return r;
	}
	answer(desk, question, 200, &kept, NULL);
	return 0;
}

int fw_kept_reopen_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_check_clear) struct fw_check check;
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	int r = find(desk, question, &kept);

	fw_check_init(&check, desk, question->session->account->person);
	if (r == 0 && !kept.closed) {
		r = FW_CODE_WRONG_STATE;
	}
	if (r || (r = fw_check_one(&check, &kept)) < 0) { /* what it refers to may be closed */
		return r;
	}
	if (check.faults->len > 0) {
		return fw_check_refuse(&check, question->request);
	}
	if ((r = set_closed(desk, &kept, false)) < 0 ||
		(r = log_change(desk, question, &kept, "reopened")) < 0) {
		return r;
	}
	answer(desk, question, 200, &kept, NULL);
	return 0;
}

/* --- a new first password ------------------------------------------------------------------------------- */

int fw_kept_password_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_cleanup(fw_kept_clear) struct fw_kept kept = {0};
	char password[FW_FIRST_PASSWORD_SIZE], hash[FW_PASSWORD_HASH_SIZE];
	struct fw_account *account;
	int r = find(desk, question, &kept);

	if (r == 0 && kept.kind != FW_KEPT_ACCOUNT) {
		r = FW_CODE_NOT_FOUND;
	}
	if (r == 0 && kept.closed) {
		r = FW_CODE_WRONG_STATE;
	}
	if (r) {
		return r;
	}
	fw_password_first(desk, password);
	account = g_hash_table_lookup(desk->accounts, kept.texts[0]);
	if (account->session) {
		r = fw_session_end(desk, account->session, FW_SESSION_PASSWORD_RESET);
	}
	if (r < 0 || (r = fw_password_hash_published(password, hash)) < 0 ||
		(r = fw_db_run(desk->setup.db,
			 "UPDATE account SET password_hash = ?1, password_us = ?2,"
			 " must_change_password = 1, failures = 0, first_failure_us = NULL,"
			 " locked_until_us = NULL WHERE id = ?3",
			 FW_DB_VALUES(fw_db_text(hash), fw_db_int(desk->now_us),
				 fw_db_text(kept.texts[0])),
			 NULL)) < 0 ||
		(r = take_over(desk, FW_KEPT_ACCOUNT, kept.texts[0])) < 0 ||
		(r = log_change(desk, question, &kept, "password_reset")) < 0) {
		return r;
	}
	fw_memory_touch(desk->memory, account);
	account->guesses.failures = 0;
	account->guesses.first_failure = 0;
	account->guesses.locked_until = 0;
	answer(desk, question, 200, &kept, password);
	return 0;
}
