/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages about a case (短信回执): to the applicant, to who handles it next, or to a number that a clerk typed. Words and number
 * are kept sealed with the case; the outbox sends them, each key once. What is sent again has a key of its own. */
#include "base/db.h"
#include "base/id.h"
#include "base/sealed.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"
#include "signaling/sms/outbox.h"

#include <errno.h>
#include <string.h>

#define PHONE_CHARS 20

struct message {
	const char *recipient, *text;
	char *phone; /* NULL: there is none */
	char *key; /* of the outbox */
};

/* The applicant's number, out of the case: nobody has to have it shown for that. */
static int applicant_phone(
	struct fw_desk *desk, const struct fw_case_secret *secret, char **ret_phone)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	char *text = NULL;
	json_t *applicant;
	int r = fw_db_query(desk->setup.db, "SELECT applicant FROM service_case WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(secret->id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0 ||
		(r = fw_case_unseal(secret, "service_case", "applicant", 0, row, 0, &text)) < 0) {
		return MIN(r, 0);
	}
	applicant = text ? json_loads(text, 0, NULL) : NULL;
	*ret_phone = g_strdup(json_string_value(json_object_get(applicant, "phone")));
	json_decref(applicant);
	fw_sealed_free(text);
	return 0;
}

static int account_phone(struct fw_desk *desk, const char *account, char **ret_phone)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	int r = fw_db_query(desk->setup.db, "SELECT phone FROM account WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(account)), &row);

	if (r >= 0 && (r = fw_db_step(row)) > 0) {
		*ret_phone = g_strdup(fw_db_column_text(row, 0));
	}
	return MIN(r, 0);
}

static int find_phone(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_case_secret *secret, const json_t *params, struct message *message)
{
	const char *typed = NULL;
	int r;

	if (strcmp(message->recipient, "applicant") == 0) {
		r = applicant_phone(desk, secret, &message->phone);
	} else if (strcmp(message->recipient, "handler") == 0) {
		r = account_phone(desk, c->handler, &message->phone);
	} else {
		r = fw_case_needed(params, "phone", PHONE_CHARS, false, &typed);
		message->phone = g_strdup(typed);
	}
	return r != 0 ? r : fw_sms_phone_ok(message->phone) ? 0 : FW_CODE_NO_PHONE;
}

static int keep(struct fw_desk *desk, const struct fw_account *account,
	const struct fw_case_secret *secret, const struct message *message)
{
	struct fw_case_sealed phone = {0}, text = {0};
	int64_t number;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COALESCE(MAX(number), 0) + 1 FROM case_message WHERE service_case = ?1",
		FW_DB_VALUES(fw_db_text(secret->id)), &number);

	if (r >= 0) {
		r = fw_case_seal(
			desk, secret, "case_message", "phone", number, message->phone, &phone);
	}
	if (r >= 0) {
		r = fw_case_seal(desk, secret, "case_message", "text", number, message->text, &text);
	}
	if (r >= 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO case_message (service_case, number, sms_key, recipient, phone,"
			" text, account, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
			FW_DB_VALUES(fw_db_text(secret->id), fw_db_int(number),
				fw_db_text(message->key), fw_db_text(message->recipient),
				fw_case_sealed_value(&phone), fw_case_sealed_value(&text),
				fw_db_text(account->person->id), fw_db_int(desk->now_us)),
			NULL);
	}
	fw_case_sealed_clear(&phone);
	fw_case_sealed_clear(&text);
	return r;
}

static int send(struct fw_desk *desk, const struct fw_case *c, const struct fw_account *account,
	const json_t *params, struct message *message)
{
	struct fw_case_secret secret;
	int r = fw_case_secret_open(desk, c->id, false, &secret);

	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	r = find_phone(desk, c, &secret, params, message);
	if (r == 0) {
		r = keep(desk, account, &secret, message);
	}
	fw_case_secret_close(&secret);
	if (r != 0) {
		return r;
	}
	r = fw_sms_queue(desk,
		&(struct fw_sms){.kind = FW_SMS_CASE,
			.key = message->key,
			.phone = message->phone,
			.text = message->text,
			.area = c->applicant_area,
			.subject_kind = "case",
			.subject_id = c->id});
	return r != 0 ? r : fw_case_happened(desk, c, account, "message", NULL);
}

static int read_message(const json_t *params, struct message *message)
{
	static const char *const recipients[] = {"applicant", "handler", "other", NULL};
	const char *key;
	int r;

	if ((r = fw_case_text(params, "recipient", PHONE_CHARS, false, &message->recipient)) != 0 ||
		(r = fw_case_needed(params, "text", FW_SMS_TEXT_CHARS, true, &message->text)) != 0 ||
		(r = fw_case_needed(params, "key", FW_ID_SIZE, false, &key)) != 0) {
		return r;
	}
	if (!message->recipient) {
		message->recipient = "other";
	}
	if (fw_word_index(recipients, message->recipient) < 0 || !fw_id_valid(key)) {
		return FW_CODE_MALFORMED;
	}
	message->key = g_strdup_printf("case-%s", key);
	return 0;
}

int fw_case_sms_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct message message = {0};
	struct fw_case c;
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (!fw_case_is_side(desk, account->person, &c, FW_CASE_EITHER)) {
		return FW_CODE_FORBIDDEN;
	}
	r = read_message(question->params, &message);
	if (r == 0) {
		r = fw_sms_exists(desk, message.key); /* asked again: it is on its way */
		r = r == 0 ? send(desk, &c, account, question->params, &message) : MIN(r, 0);
	}
	g_free(message.phone);
	g_free(message.key);
	if (r == 0) {
		fw_http_answer(desk, question->request, 202, g_strdup("{}"), NULL);
	}
	return r;
}
