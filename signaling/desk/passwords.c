/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/passwords.h"

#include "base/db.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/sessions.h"

#include <string.h>

bool fw_password_is_good(const char *account, const char *old, const char *next)
{
	bool letter = false, digit = false, other = false;
	g_autofree char *lower = NULL, *lower_account = NULL;

	if (!fw_text_is_typed(next, FW_PASSWORD_MAX_BYTES, false) ||
		strlen(next) > FW_PASSWORD_MAX_BYTES ||
		fw_text_chars(next) < FW_PASSWORD_MIN_CHARS || strcmp(next, old) == 0) {
		return false;
	}
	for (const char *c = next; *c; c++) {
		letter |= g_ascii_isalpha(*c);
		digit |= g_ascii_isdigit(*c);
		other |= !g_ascii_isalnum(*c);
	}
	lower = g_ascii_strdown(next, -1);
	lower_account = g_ascii_strdown(account, -1);
	return letter + digit + other >= 2 && !strstr(lower, lower_account);
}

int fw_password_change_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	struct fw_account *account = question->session->account;
	const char *old = json_string_value(json_object_get(question->params, "password"));
	const char *next = json_string_value(json_object_get(question->params, "new_password"));

	if (!old || !old[0] || strlen(old) > FW_PASSWORD_MAX_BYTES || !next) {
		return FW_CODE_MALFORMED;
	}
	if (!fw_password_is_good(account->person->id, old, next)) {
		return FW_CODE_PASSWORD_WEAK;
	}
	return fw_session_ask(desk, question->request, account, old, next);
}

int fw_password_changed(
	struct fw_desk *desk, uint64_t request, struct fw_account *account, const char *hash)
{
	int r;

	if (!account->session) { /* signed out meanwhile: nobody is there to change it */
		fw_http_refuse(desk, request, FW_CODE_NOT_SIGNED_IN, NULL);
		return 0;
	}
	if ((r = fw_db_run(desk->setup.db,
		     "UPDATE account SET password_hash = ?1, password_us = ?2,"
		     " must_change_password = 0 WHERE id = ?3",
		     FW_DB_VALUES(fw_db_text(hash), fw_db_int(desk->now_us),
			     fw_db_text(account->person->id)),
		     NULL)) < 0 ||
		(r = fw_catalogue_read(desk->catalogue, desk->setup.db, FW_CATALOGUE_PERSON,
			 account->person->id)) < 0 ||
		(r = fw_deed(desk, account, NULL, "account.password_changed", "account",
			 account->person->id, NULL)) < 0) {
		return r;
	}
	fw_http_answer(desk, request, 204, NULL, NULL);
	return 0;
}

void fw_password_first(struct fw_desk *desk, char ret_password[FW_FIRST_PASSWORD_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789"; /* 32: 5 bits each */
	uint8_t bytes[16];
	char *out = ret_password;

	G_STATIC_ASSERT(sizeof(letters) == 33);
	desk->setup.random(desk->setup.random_user, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i > 0 && i % 4 == 0) {
			*out++ = '-';
		}
		*out++ = letters[bytes[i] % 32];
	}
	*out = '\0';
}
