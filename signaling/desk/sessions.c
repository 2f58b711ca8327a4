/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/sessions.h"

#include "base/db.h"
#include "base/log.h"
#include "base/text.h"
#include "signaling/desk/clients.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/passwords.h"
#include "signaling/desk/refusals.h"
#include "signaling/desk/render.h"
#include "signaling/desk/windows.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "sessions"

#define COOKIE_RULES "; HttpOnly; Secure; SameSite=Strict; Path=/"

/* Checked in the place of an account that is not there, so that the time tells nothing. It is the
 * argon2id form of libsodium's interactive cost and matches no password anybody knows. */
static const char nobody_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
				  "MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY";

static const char *const end_reasons[] = {
	/* PROTOCOL.md 2.1 */
	[FW_SESSION_TAKEN_OVER] = "taken_over",
	[FW_SESSION_EXPIRED] = "expired",
	[FW_SESSION_SIGNED_OUT] = "signed_out",
	[FW_SESSION_ACCOUNT_CLOSED] = "account_closed",
	[FW_SESSION_PASSWORD_RESET] = "password_reset",
};

/* --- loading ------------------------------------------------------------------------------------ */

/* A stored wall clock time as a deadline of desk time, never further off than `most`. */
static int64_t deadline(const struct fw_desk *desk, int64_t wall_us, int64_t most)
{
	return wall_us ? MIN(wall_us + desk->ahead, desk->now + most) : 0;
}

void fw_session_add_account(struct fw_desk *desk, const struct fw_person *person)
{
	struct fw_account *account =
		fw_memory_add(desk->memory, FW_RECORD_ACCOUNT, sizeof(*account));

	account->person = person;
	fw_memory_index(desk->memory, desk->accounts, (void *)person->id, account);
}

static int load_accounts(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT id, failures, first_failure_us, locked_until_us, last_window FROM account",
		FW_DB_NO_VALUES, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_account *account =
			fw_memory_add(desk->memory, FW_RECORD_ACCOUNT, sizeof(*account));
		const char *last = fw_db_column_text(rows, 4);

		account->person =
			g_hash_table_lookup(desk->catalogue->people, fw_db_column_text(rows, 0));
		account->guesses.failures = (unsigned)fw_db_column_int(rows, 1);
		account->guesses.first_failure = deadline(desk, fw_db_column_int(rows, 2), 0);
		account->guesses.locked_until =
			deadline(desk, fw_db_column_int(rows, 3), FW_LOCK_US);
		account->last_place = last ? fw_catalogue_place(desk->catalogue, last) : NULL;
		fw_memory_index(desk->memory, desk->accounts, (void *)account->person->id, account);
	}
	return r;
}

static struct fw_session *add_session(
	struct fw_desk *desk, struct fw_account *account, const uint8_t sha256[FW_SHA256_BYTES])
{
	struct fw_session *session =
		fw_memory_add(desk->memory, FW_RECORD_SESSION, sizeof(*session));

	memcpy(session->token_sha256, sha256, FW_SHA256_BYTES);
	session->account = account;
	session->used = desk->now;
	session->stored = desk->now;
	fw_memory_touch(desk->memory, account);
	account->session = session;
	fw_memory_index(desk->memory, desk->sessions, session->token_sha256, session);
	fw_memory_remind(desk->memory, session, session->used + FW_SESSION_IDLE_US);
	return session;
}

int fw_sessions_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = load_accounts(desk);

	if (r < 0) {
		return r;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT account, token_sha256, used_us, created_us, remote FROM session",
		FW_DB_NO_VALUES, &rows);
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		size_t size = 0;
		const void *sha256 = fw_db_column_blob(rows, 1, &size);
		struct fw_session *session;

		if (size != FW_SHA256_BYTES) {
			return -EBADMSG;
		}
		session = add_session(desk,
			g_hash_table_lookup(desk->accounts, fw_db_column_text(rows, 0)), sha256);
		session->used = deadline(desk, fw_db_column_int(rows, 2), 0);
		session->created_us = fw_db_column_int(rows, 3);
		g_strlcpy(session->remote,
			fw_db_column_is_null(rows, 4) ? "" : fw_db_column_text(rows, 4),
			sizeof(session->remote));
		session->stored = session->used;
		fw_memory_remind(desk->memory, session, session->used + FW_SESSION_IDLE_US);
	}
	return r;
}

/* --- its life ----------------------------------------------------------------------------------- */

static int hash_token(const char *token, uint8_t ret_sha256[FW_SHA256_BYTES])
{
	uint8_t bytes[FW_SESSION_TOKEN_BYTES];
	size_t size = 0;
	int r;

	if (!token) {
		return -EBADMSG;
	}
	r = fw_text_base64url_decode(token, bytes, sizeof(bytes), &size);
	if (r < 0 || size != sizeof(bytes)) {
		return -EBADMSG;
	}
	return fw_sha256(bytes, sizeof(bytes), ret_sha256);
}

int fw_session_find(struct fw_desk *desk, const char *token, struct fw_session **ret_session)
{
	uint8_t sha256[FW_SHA256_BYTES];
	struct fw_session *session;

	*ret_session = NULL;
	if (hash_token(token, sha256) < 0) {
		return 0;
	}
	session = g_hash_table_lookup(desk->sessions, sha256);
	if (!session) {
		return 0;
	}
	*ret_session = session;
	return fw_session_use(desk, session);
}

int fw_session_use(struct fw_desk *desk, struct fw_session *session)
{
	if (session->used == desk->now) {
		return 0;
	}
	fw_memory_touch(desk->memory, session);
	session->used = desk->now;
	if (desk->now - session->stored < FW_SESSION_STORE_US) {
		return 0;
	}
	session->stored = desk->now;
	return fw_db_run(desk->setup.db, "UPDATE session SET used_us = ?1 WHERE account = ?2",
		FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_text(session->account->person->id)),
		NULL);
}

int fw_session_due(struct fw_desk *desk, struct fw_session *session)
{
	if (fw_refusals_over(desk, session)) { /* the other hint is still to come */
		return fw_refusals_settle(desk, session);
	}
	if (session->used + FW_SESSION_IDLE_US > desk->now) {
		fw_memory_remind(desk->memory, session, session->used + FW_SESSION_IDLE_US);
		return 0;
	}
	return fw_session_end(desk, session, FW_SESSION_EXPIRED);
}

static int end_session(struct fw_desk *desk, struct fw_session *session, enum fw_session_end reason,
	const char *remote)
{
	static const char *const actions[] = {
		[FW_SESSION_EXPIRED] = "session.expired",
		[FW_SESSION_SIGNED_OUT] = "session.signed_out",
		[FW_SESSION_ACCOUNT_CLOSED] = "session.account_closed",
		[FW_SESSION_PASSWORD_RESET] = "session.password_reset",
	};
	struct fw_account *account = session->account;
	int r = fw_refusals_settle(desk, session);

	if (r < 0) {
		return r;
	}
	if (account->window && reason != FW_SESSION_TAKEN_OVER) {
		r = fw_window_release(desk, account->window);
		if (r < 0) {
			return r;
		}
	}
	for (int i = 0; i < FW_SESSION_CLIENTS_MAX; i++) {
		struct fw_client *client = session->clients[i];
		struct fw_json json;

		if (!client) {
			continue;
		}
		fw_event_begin(&json, "session.ended");
		fw_json_text(&json, "reason", end_reasons[reason]);
		fw_json_int(&json, "at_us", desk->now_us);
		if (remote) { /* where it was taken over */
			fw_json_text(&json, "remote", remote);
		}
		fw_event_send(desk, client, &json);
		r = fw_client_end(desk, client, FW_CLOSE_SESSION_ENDED);
		if (r < 0) {
			return r;
		}
	}
	fw_memory_touch(desk->memory, account);
	account->session = NULL;
	fw_memory_index(desk->memory, desk->sessions, session->token_sha256, NULL);
	fw_memory_drop(desk->memory, session);
	r = fw_db_run(desk->setup.db, "DELETE FROM session WHERE account = ?1",
		FW_DB_VALUES(fw_db_text(account->person->id)), NULL);
	if (r < 0 || reason == FW_SESSION_TAKEN_OVER) {
		return r; /* the sign-in that took over says so in its own row */
	}
	return fw_deed(desk, account, NULL, actions[reason], "account", account->person->id, NULL);
}

int fw_session_end(struct fw_desk *desk, struct fw_session *session, enum fw_session_end reason)
{
	return end_session(desk, session, reason, NULL);
}

/* --- signing in ----------------------------------------------------------------------------------- */

static const char *text_field(const json_t *params, const char *field, size_t most)
{
	const char *text = json_string_value(json_object_get(params, field));

	return text && text[0] && strlen(text) <= most ? text : NULL;
}

/* Failures older than the window in which they count are forgotten. */
static bool failures_over(const struct fw_desk *desk, const struct fw_guesses *guesses)
{
	return guesses->first_failure && guesses->first_failure + FW_LOCK_US <= desk->now;
}

static void refuse_locked(struct fw_desk *desk, uint64_t request, const struct fw_guesses *guesses)
{
	int64_t left_us = guesses->locked_until - desk->now;
	g_autofree char *extra =
		g_strdup_printf("\"retry_after_s\":%d", (int)((left_us + 999999) / 1000000));

	fw_http_refuse(desk, request, FW_CODE_ACCOUNT_LOCKED, extra);
}

/* Of a name that no account has; NULL: there are too many already. */
static int find_stranger(struct fw_desk *desk, const char *name, struct fw_stranger **ret_stranger)
{
	uint8_t sha256[FW_SHA256_BYTES];
	struct fw_stranger *stranger;
	int r = fw_sha256(name, strlen(name), sha256);

	if (r < 0) {
		return r;
	}
	stranger = g_hash_table_lookup(desk->strangers, sha256);
	if (!stranger && g_hash_table_size(desk->strangers) < FW_STRANGERS_MAX) {
		stranger = fw_memory_add(desk->memory, FW_RECORD_STRANGER, sizeof(*stranger));
		memcpy(stranger->name_sha256, sha256, sizeof(sha256));
		fw_memory_index(desk->memory, desk->strangers, stranger->name_sha256, stranger);
		fw_memory_remind(desk->memory, stranger, desk->now + FW_LOCK_US);
	}
	*ret_stranger = stranger;
	return 0;
}

int fw_stranger_due(struct fw_desk *desk, struct fw_stranger *stranger)
{
	const struct fw_guesses *guesses = &stranger->guesses;
	int64_t until = MAX(guesses->locked_until,
		guesses->first_failure ? guesses->first_failure + FW_LOCK_US : 0);

	if (guesses->checking > 0 || until > desk->now) {
		fw_memory_remind(desk->memory, stranger, MAX(until, desk->now + FW_LOCK_US));
		return 0;
	}
	fw_memory_index(desk->memory, desk->strangers, stranger->name_sha256, NULL);
	fw_memory_drop(desk->memory, stranger);
	return 0;
}

/* What is counted for the name of a sign-in, to be changed; NULL: nothing is. */
static struct fw_guesses *touch_guesses(
	struct fw_desk *desk, struct fw_account *account, struct fw_stranger *stranger)
{
	if (account) {
		fw_memory_touch(desk->memory, account);
		return &account->guesses;
	}
	if (stranger) {
		fw_memory_touch(desk->memory, stranger);
		return &stranger->guesses;
	}
	return NULL;
}

static int ask_password(struct fw_desk *desk, uint64_t request, struct fw_account *account,
	struct fw_stranger *stranger, const char *remote, const char *password, const char *next)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_sign_in *sign_in =
		fw_memory_add(desk->memory, FW_RECORD_SIGN_IN, sizeof(*sign_in));
	struct fw_desk_output output = {.kind = FW_OUT_CHECK_PASSWORD};
	struct fw_guesses *guesses = touch_guesses(desk, account, stranger);
	int r = 0;

	sign_in->request = request;
	sign_in->account = account;
	sign_in->stranger = stranger;
	sign_in->change = next != NULL;
	g_strlcpy(sign_in->remote, remote ? remote : "", sizeof(sign_in->remote));
	fw_memory_index(desk->memory, desk->sign_ins, &sign_in->request, sign_in);
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->checking++;
	output.check.request = request;
	if (guesses) {
		guesses->checking++;
	}
	if (account) {
		r = fw_db_query(desk->setup.db, "SELECT password_hash FROM account WHERE id = ?1",
			FW_DB_VALUES(fw_db_text(account->person->id)), &rows);
		if (r < 0 || (r = fw_db_step(rows)) <= 0) {
			return r < 0 ? r : -ENOENT;
		}
	}
	output.check.hash = g_strdup(account ? fw_db_column_text(rows, 0) : nobody_hash);
	output.check.password = g_strdup(password);
	output.check.next = g_strdup(next);
	g_array_append_val(desk->outputs, output);
	return 0;
}

int fw_session_ask(struct fw_desk *desk, uint64_t request, struct fw_account *account,
	const char *password, const char *next)
{
	return ask_password(desk, request, account, NULL, NULL, password, next);
}

int fw_session_create(
	struct fw_desk *desk, uint64_t request, const char *remote, const json_t *params)
{
	const char *id = text_field(params, "account", FW_NAME_MAX_CHARS);
	const char *password = text_field(params, "password", FW_PASSWORD_MAX_BYTES);
	struct fw_stranger *stranger = NULL;
	const struct fw_guesses *guesses;
	struct fw_account *account;
	int r;

	if (!id || !password) {
		fw_http_refuse(desk, request, FW_CODE_MALFORMED, NULL);
		return 0;
	}
	account = g_hash_table_lookup(desk->accounts, id);
	r = account ? 0 : find_stranger(desk, id, &stranger);
	if (r < 0) {
		return r;
	}
	guesses = touch_guesses(desk, account, stranger);
	if (guesses && guesses->locked_until > desk->now) {
		refuse_locked(desk, request, guesses);
		return 0;
	}
	/* Guesses sent side by side must not get more tries than guesses sent one after another. */
	if (desk->tally->checking >= FW_SIGN_INS_MAX ||
		(guesses && guesses->checking >= FW_LOCK_FAILURES)) {
		fw_http_refuse(desk, request, FW_CODE_TOO_MANY, NULL);
		return 0;
	}
	return ask_password(desk, request, account, stranger, remote, password, NULL);
}

static int store_failures(struct fw_desk *desk, const struct fw_account *account)
{
	return fw_db_run(desk->setup.db,
		"UPDATE account SET failures = ?1, first_failure_us = ?2, locked_until_us = ?3"
		" WHERE id = ?4",
		FW_DB_VALUES(fw_db_int(account->guesses.failures),
			account->guesses.first_failure
				? fw_db_int(fw_desk_wall_us(desk, account->guesses.first_failure))
				: fw_db_null(),
			account->guesses.locked_until
				? fw_db_int(fw_desk_wall_us(desk, account->guesses.locked_until))
				: fw_db_null(),
			fw_db_text(account->person->id)),
		NULL);
}

/* Counts a wrong password; true: that was one too many. */
static bool count_failure(const struct fw_desk *desk, struct fw_guesses *guesses)
{
	if (failures_over(desk, guesses)) {
		guesses->failures = 0;
	}
	if (guesses->failures++ == 0) {
		guesses->first_failure = desk->now;
	}
	if (guesses->failures < FW_LOCK_FAILURES) {
		return false;
	}
	guesses->locked_until = desk->now + FW_LOCK_US;
	guesses->failures = 0;
	guesses->first_failure = 0;
	return true;
}

static int sign_in_failed(struct fw_desk *desk, uint64_t request, struct fw_account *account,
	struct fw_stranger *stranger, const char *detail)
{
	struct fw_guesses *guesses = touch_guesses(desk, account, stranger);
	bool locked = guesses && count_failure(desk, guesses);
	int r = fw_deed(desk, NULL, NULL, "session.failed", account ? "account" : NULL,
		account ? account->person->id : NULL, detail);

	if (r >= 0 && locked && account) {
		r = fw_deed(
			desk, NULL, NULL, "account.locked", "account", account->person->id, detail);
	}
	if (r >= 0 && account) {
		r = store_failures(desk, account);
	}
	if (r < 0) {
		return r;
	}
	if (locked) {
		refuse_locked(desk, request, guesses);
	} else {
		fw_http_refuse(desk, request, FW_CODE_BAD_CREDENTIALS, NULL);
	}
	return 0;
}

static int store_session(struct fw_desk *desk, const struct fw_session *session, const char *remote)
{
	return fw_db_run(desk->setup.db,
		"INSERT INTO session (account, token_sha256, created_us, used_us, remote)"
		" VALUES (?1, ?2, ?3, ?3, ?4)",
		FW_DB_VALUES(fw_db_text(session->account->person->id),
			fw_db_blob(session->token_sha256, FW_SHA256_BYTES), fw_db_int(desk->now_us),
			fw_db_text(remote)),
		NULL);
}

static int sign_in(struct fw_desk *desk, uint64_t request, struct fw_account *account,
	const char *remote, const char *detail)
{
	uint8_t token[FW_SESSION_TOKEN_BYTES], sha256[FW_SHA256_BYTES];
	char text[FW_BASE64URL_CHARS(FW_SESSION_TOKEN_BYTES) + 1];
	bool taken_over = account->session != NULL;
	struct fw_session former = {.account = NULL};
	struct fw_session *session;
	int r;

	if (taken_over) {
		former = *account->session;
		r = end_session(desk, account->session, FW_SESSION_TAKEN_OVER, remote);
		if (r < 0) {
			return r;
		}
	}
	desk->setup.random(desk->setup.random_user, token, sizeof(token));
	fw_text_base64url_encode(token, sizeof(token), text);
	r = fw_sha256(token, sizeof(token), sha256);
	fw_wipe(token, sizeof(token));
	if (r < 0) {
		return r;
	}
	session = add_session(desk, account, sha256);
	account->guesses.failures = 0;
	account->guesses.first_failure = 0;
	account->guesses.locked_until = 0;
	session->created_us = desk->now_us;
	g_strlcpy(session->remote, remote, sizeof(session->remote));
	if ((r = store_failures(desk, account)) < 0 ||
		(r = store_session(desk, session, remote)) < 0 ||
		(r = fw_deed(desk, account, NULL,
			 taken_over ? "session.taken_over" : "session.signed_in", "account",
			 account->person->id, detail)) < 0) {
		return r;
	}
	fw_http_answer(desk, request, 200,
		fw_session_body(desk, session, taken_over ? &former : NULL),
		g_strconcat("fw_session=", text, COOKIE_RULES, NULL));
	fw_wipe(text, sizeof(text));
	fw_info("signed in account=%s", account->person->id);
	return 0;
}

int fw_session_checked(struct fw_desk *desk, uint64_t request, bool matches, const char *hash)
{
	struct fw_sign_in *sign_in_record = g_hash_table_lookup(desk->sign_ins, &request);
	struct fw_stranger *stranger;
	struct fw_account *account;
	struct fw_guesses *guesses;
	g_autofree char *detail = NULL;
	char remote[sizeof(sign_in_record->remote)];
	bool change;
	struct fw_json json;

	if (!sign_in_record) {
		return 0;
	}
	account = sign_in_record->account;
	stranger = sign_in_record->stranger;
	guesses = touch_guesses(desk, account, stranger);
	change = sign_in_record->change;
	g_strlcpy(remote, sign_in_record->remote, sizeof(remote));
	fw_memory_touch(desk->memory, desk->tally);
	desk->tally->checking--;
	fw_memory_index(desk->memory, desk->sign_ins, &sign_in_record->request, NULL);
	fw_memory_drop(desk->memory, sign_in_record);
	if (guesses) {
		guesses->checking--;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "remote", remote);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	if (guesses && guesses->locked_until > desk->now) { /* locked while this was checked */
		refuse_locked(desk, request, guesses);
		return 0;
	}
	if (!account || !matches) {
		return sign_in_failed(desk, request, account, stranger, detail);
	}
	if (account->person->closed) {
		fw_http_refuse(desk, request, FW_CODE_ACCOUNT_CLOSED, NULL);
		return fw_deed(
			desk, NULL, NULL, "session.failed", "account", account->person->id, detail);
	}
	if (change) {
		return fw_password_changed(desk, request, account, hash);
	}
	return sign_in(desk, request, account, remote, detail);
}
