/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and their one live session: signing in and out, lock-out, expiry (PROTOCOL.md 1).
 *
 * A password is checked on another thread: sign-in asks (FW_OUT_CHECK_PASSWORD) and goes on at the answer.
 * The database holds the SHA-256 of the cookie only.
 *
 * Threads: the desk's. Errors: 0, negative errno (the batch fails).
 */
#ifndef FW_SIGNALING_DESK_SESSIONS_H
#define FW_SIGNALING_DESK_SESSIONS_H

#include "signaling/desk/state.h"

#include <jansson.h>

#define FW_SESSION_IDLE_US  (INT64_C(12) * 3600 * 1000000) /* PROTOCOL.md 1: 12 hours without use */
#define FW_SESSION_STORE_US (INT64_C(300) * 1000000) /* how far the stored time of use may lag */
#define FW_LOCK_FAILURES    5 /* PROTOCOL.md 1 */
#define FW_LOCK_US \
	(INT64_C(900) * 1000000) /* PROTOCOL.md 1: 15 minutes, both to count and to lock */
#define FW_SIGN_INS_MAX 64 /* passwords being checked at once: 64 MiB each, one after another */

#define FW_STRANGERS_MAX 65536 /* more than the passwords that can be checked within FW_LOCK_US */

enum fw_session_end {
	FW_SESSION_TAKEN_OVER,
	FW_SESSION_EXPIRED,
	FW_SESSION_SIGNED_OUT,
	FW_SESSION_ACCOUNT_CLOSED,
	FW_SESSION_PASSWORD_RESET,
};

/* Accounts, failures and live sessions as the database holds them. */
int fw_sessions_load(struct fw_desk *desk);

/* The live session of a cookie, which counts as used now; NULL: none. */
int fw_session_find(struct fw_desk *desk, const char *token, struct fw_session **ret_session);

/* The session was used now. */
int fw_session_use(struct fw_desk *desk, struct fw_session *session);

/* Ends it and its WebSockets. A window is kept for the account if the session was taken over, else released. */
int fw_session_end(struct fw_desk *desk, struct fw_session *session, enum fw_session_end reason);

/* FW_OP_SESSION_CREATE, and what follows when the password is checked. */
int fw_session_create(
	struct fw_desk *desk, uint64_t request, const char *remote, const json_t *params);
int fw_session_checked(struct fw_desk *desk, uint64_t request, bool matches, const char *hash);
/* Has the password of the account checked, and `next` hashed if it is right. */
int fw_session_ask(struct fw_desk *desk, uint64_t request, struct fw_account *account,
	const char *password, const char *next);

/* The record of an account that is new in the catalogue. */
void fw_session_add_account(struct fw_desk *desk, const struct fw_person *person);

/* The body of section 1 (http_session.c); former: the session that this one ended, told once, or NULL. g_free. */
char *fw_session_body(
	struct fw_desk *desk, const struct fw_session *session, const struct fw_session *former);

int fw_stranger_due(struct fw_desk *desk, struct fw_stranger *stranger);
int fw_session_due(struct fw_desk *desk, struct fw_session *session);

#endif
