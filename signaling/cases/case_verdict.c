/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts on materials and checks of identity: kept beside each other, bound to the file they were given on and,
 * in a call, to its second. */
#include "base/db.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_secret.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/markers.h"
#include "signaling/directory/calendar.h"

#include <errno.h>
#include <string.h>

#define NOTE_MAX_CHARS     300
#define TOLERANCE_DAYS_MAX 365
#define POST_DAYS          1 /* Art. 17 */

struct ruling {
	int64_t material, point, days;
	const char *verdict, *note, *file, *call;
	bool home;
	int64_t recording_us, until_us; /* 0: none */
	struct fw_call *live; /* NULL: not in a call now */
};

static int exists(
	struct fw_desk *desk, const char *sql, const struct fw_db_value *values, size_t count)
{
	int64_t one;
	int r = fw_db_query_int(desk->setup.db, sql, values, count, &one);

	return r == -ENOENT ? FW_CODE_MALFORMED : r;
}

/* --- bindings ------------------------------------------------------------------------------------- */

static int bind_file(struct fw_desk *desk, const struct fw_case *c, const json_t *params,
	const char *field, const char **ret_file)
{
	int r = fw_case_text(params, field, FW_ID_SIZE, false, ret_file);

	if (r != 0 || !*ret_file) {
		return r;
	}
	return exists(desk, "SELECT 1 FROM case_file WHERE id = ?1 AND service_case = ?2",
		FW_DB_VALUES(fw_db_text(*ret_file), fw_db_text(c->id)));
}

/* The call is about this case and the account took part in it; the second only while it is being recorded. */
static int bind_call(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, const json_t *params, struct ruling *ruling)
{
	int r = fw_case_text(params, "call", FW_ID_SIZE, false, &ruling->call);

	if (r != 0 || !ruling->call) {
		return r;
	}
	r = exists(desk,
		"SELECT 1 FROM call c JOIN call_part p ON p.call = c.id WHERE c.id = ?1"
		" AND c.case_number = ?2 AND p.account = ?3 AND p.part IN ('in', 'left')",
		FW_DB_VALUES(fw_db_text(ruling->call), fw_db_text(c->serial),
			fw_db_text(account->person->id)));
	if (r != 0) {
		return r;
	}
	ruling->live = g_hash_table_lookup(desk->calls, ruling->call);
	if (ruling->live && ruling->live->state == FW_CALL_ANSWERED &&
		ruling->live->recording == FW_RECORDING_ON) {
		ruling->recording_us = desk->now_us - ruling->live->recording_since_us;
	} else {
		ruling->live = NULL;
	}
	return 0;
}

static unsigned participant_of(const struct fw_call *call, const struct fw_account *account)
{
	for (unsigned i = 0; i < call->part_count; i++) {
		if (call->parts[i]->account == account && call->parts[i]->state == FW_PART_IN) {
			return call->parts[i]->participant;
		}
	}
	return 0;
}

/* In the replay the verdict stands at its second. */
static int mark(struct fw_desk *desk, const struct ruling *ruling, const struct fw_account *account,
	const char *kind, const char *text)
{
	return ruling->live ? fw_marker(desk, ruling->live, kind,
				      participant_of(ruling->live, account), FW_TRACK_COUNT, text)
			    : 0;
}

/* --- verdicts ------------------------------------------------------------------------------------- */

static int tolerate(struct fw_desk *desk, const struct fw_case *c, struct ruling *ruling)
{
	int r = 0;

	if (!ruling->days) {
		r = fw_db_query_int(desk->setup.db,
			"SELECT tolerance_days FROM item_material WHERE item = ?1 AND version = ?2"
			" AND number = ?3",
			FW_DB_VALUES(fw_db_text(c->item), fw_db_int(c->item_version),
				fw_db_int(ruling->material)),
			&ruling->days);
	}
	if (r < 0) {
		return r == -ENOENT ? FW_CODE_MALFORMED : r;
	}
	ruling->until_us =
		fw_calendar_add_working_days(desk->calendar, desk->now_us, (unsigned)ruling->days);
	return 0;
}

static int read_ruling(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_http_question *question, struct ruling *ruling)
{
	static const char *const verdicts[] = {"conforms", "wanting", "tolerated", "paper", NULL};
	const json_t *params = question->params;
	int r;

	if ((r = fw_case_count(params, "material", INT32_MAX, &ruling->material)) != 0 ||
		(r = fw_case_count(params, "review_point", INT32_MAX, &ruling->point)) != 0 ||
		(r = fw_case_count(params, "days", TOLERANCE_DAYS_MAX, &ruling->days)) != 0 ||
		(r = fw_case_needed(params, "verdict", 20, false, &ruling->verdict)) != 0 ||
		(r = fw_case_text(params, "note", NOTE_MAX_CHARS, true, &ruling->note)) != 0 ||
		(r = bind_file(desk, c, params, "file", &ruling->file)) != 0 ||
		(r = bind_call(desk, c, question->session->account, params, ruling)) != 0) {
		return r;
	}
	if (!ruling->material || fw_word_index(verdicts, ruling->verdict) < 0) {
		return FW_CODE_MALFORMED;
	}
	/* What is wanting has a reason: a review point, or words. */
	if (strcmp(ruling->verdict, "wanting") == 0 && !ruling->point && !ruling->note) {
		return FW_CODE_MALFORMED;
	}
	r = exists(desk, "SELECT 1 FROM case_material WHERE service_case = ?1 AND number = ?2",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_int(ruling->material)));
	if (r == 0 && ruling->point) {
		r = exists(desk,
			"SELECT 1 FROM review_point WHERE item = ?1 AND version = ?2"
			" AND material = ?3 AND number = ?4",
			FW_DB_VALUES(fw_db_text(c->item), fw_db_int(c->item_version),
				fw_db_int(ruling->material), fw_db_int(ruling->point)));
	}
	return r == 0 && strcmp(ruling->verdict, "tolerated") == 0 ? tolerate(desk, c, ruling) : r;
}

static struct fw_db_value positive(int64_t integer)
{
	return integer ? fw_db_int(integer) : fw_db_null();
}

static int insert_verdict(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, const struct ruling *ruling, int64_t number)
{
	struct fw_case_secret secret;
	struct fw_case_sealed sealed;
	int r = fw_case_secret_open(desk, c->id, false, &secret);

	if (r < 0) {
		return r;
	}
	r = fw_case_seal(desk, &secret, "case_verdict", "note", number, ruling->note, &sealed);
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO case_verdict (service_case, number, material, verdict,"
			" review_point, note, tolerated_until_us, file, call, recording_us, "
			"account,"
			" side, at_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
			"?13)",
			FW_DB_VALUES(fw_db_text(c->id), fw_db_int(number),
				fw_db_int(ruling->material), fw_db_text(ruling->verdict),
				positive(ruling->point), fw_case_sealed_value(&sealed),
				positive(ruling->until_us), fw_db_text(ruling->file),
				fw_db_text(ruling->call), positive(ruling->recording_us),
				fw_db_text(account->person->id),
				fw_db_text(ruling->home ? "home" : "applicant"),
				fw_db_int(desk->now_us)),
			NULL);
	}
	fw_case_sealed_clear(&sealed);
	return r;
}

/* Paper is to be posted: the deadline begins, once. */
static int begin_posting(struct fw_desk *desk, const struct fw_case *c, const struct ruling *ruling)
{
	if (strcmp(ruling->verdict, "paper") != 0 || c->post_by_us) {
		return 0;
	}
	return fw_db_run(desk->setup.db, "UPDATE service_case SET post_by_us = ?1 WHERE id = ?2",
		FW_DB_VALUES(fw_db_int(fw_calendar_add_working_days(
				     desk->calendar, desk->now_us, POST_DAYS)),
			fw_db_text(c->id)),
		NULL);
}

static int record_verdict(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, const struct ruling *ruling, int64_t *ret_number)
{
	g_autofree char *detail = NULL, *text = NULL;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COALESCE(MAX(number), 0) + 1 FROM case_verdict WHERE service_case = ?1",
		FW_DB_VALUES(fw_db_text(c->id)), ret_number);

	if (r < 0 || (r = insert_verdict(desk, c, account, ruling, *ret_number)) < 0 ||
		(r = begin_posting(desk, c, ruling)) < 0) {
		return r;
	}
	text = g_strdup_printf("%" G_GINT64_FORMAT " %s", ruling->material, ruling->verdict);
	if ((r = mark(desk, ruling, account, "verdict", text)) < 0) {
		return r;
	}
	fw_case_tell(desk, c, "verdict", ruling->material);
	detail = g_strdup_printf("{\"serial\":\"%s\",\"number\":%" G_GINT64_FORMAT
				 ",\"material\":%" G_GINT64_FORMAT
				 ",\"verdict\":\"%s\",\"side\":\"%s\"}",
		c->serial, *ret_number, ruling->material, ruling->verdict,
		ruling->home ? "home" : "applicant");
	return fw_deed(desk, account, account->window, "case.verdict", "case", c->id, detail);
}

static void answer_number(
	struct fw_desk *desk, const struct fw_http_question *question, int64_t number)
{
	fw_http_answer(desk, question->request, 201,
		g_strdup_printf("{\"number\":%" G_GINT64_FORMAT "}", number), NULL);
}

int fw_case_verdict_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	struct ruling ruling = {0};
	struct fw_case c;
	int64_t number;
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	ruling.home = fw_case_is_side(desk, account->person, &c, FW_CASE_HOME);
	if (!ruling.home && !fw_case_is_side(desk, account->person, &c, FW_CASE_APPLICANT)) {
		return FW_CODE_FORBIDDEN;
	}
	if (fw_case_is_final(c.state)) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = read_ruling(desk, &c, question, &ruling)) != 0 ||
		(r = record_verdict(desk, &c, account, &ruling, &number)) != 0) {
		return r;
	}
	answer_number(desk, question, number);
	return 0;
}

/* --- identity ------------------------------------------------------------------------------------- */

struct identity {
	const char *result, *note, *face, *document;
	struct ruling call; /* only its binding to a call */
};

static int read_identity(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_http_question *question, struct identity *identity)
{
	static const char *const results[] = {"same", "different", "unclear", NULL};
	const json_t *params = question->params;
	int r;

	if ((r = fw_case_needed(params, "result", 20, false, &identity->result)) != 0 ||
		(r = fw_case_text(params, "note", NOTE_MAX_CHARS, true, &identity->note)) != 0 ||
		(r = bind_file(desk, c, params, "face_file", &identity->face)) != 0 ||
		(r = bind_file(desk, c, params, "document_file", &identity->document)) != 0) {
		return r;
	}
	if (fw_word_index(results, identity->result) < 0) {
		return FW_CODE_MALFORMED;
	}
	return bind_call(desk, c, question->session->account, params, &identity->call);
}

static int insert_identity(struct fw_desk *desk, const struct fw_case *c,
	const struct fw_account *account, const struct identity *identity, int64_t number)
{
	struct fw_case_secret secret;
	struct fw_case_sealed sealed;
	int r = fw_case_secret_open(desk, c->id, false, &secret);

	if (r < 0) {
		return r;
	}
	r = fw_case_seal(desk, &secret, "case_identity", "note", number, identity->note, &sealed);
	fw_case_secret_close(&secret);
	if (r == 0) {
		r = fw_db_run(desk->setup.db,
			"INSERT INTO case_identity (service_case, number, result, note, face_file,"
			" document_file, call, recording_us, account, at_us)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
			FW_DB_VALUES(fw_db_text(c->id), fw_db_int(number),
				fw_db_text(identity->result), fw_case_sealed_value(&sealed),
				fw_db_text(identity->face), fw_db_text(identity->document),
				fw_db_text(identity->call.call),
				positive(identity->call.recording_us),
				fw_db_text(account->person->id), fw_db_int(desk->now_us)),
			NULL);
	}
	fw_case_sealed_clear(&sealed);
	return r;
}

int fw_case_identity_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	g_autofree char *detail = NULL;
	struct identity identity = {0};
	struct fw_case c;
	int64_t number;
	int r = fw_case_of(desk, question, &c);

	if (r != 0) {
		return r;
	}
	if (!fw_case_is_side(desk, account->person, &c, FW_CASE_EITHER)) {
		return FW_CODE_FORBIDDEN;
	}
	if (fw_case_is_final(c.state)) {
		return FW_CODE_WRONG_STATE;
	}
	if ((r = read_identity(desk, &c, question, &identity)) != 0 ||
		(r = fw_db_query_int(desk->setup.db,
			 "SELECT COALESCE(MAX(number), 0) + 1 FROM case_identity"
			 " WHERE service_case = ?1",
			 FW_DB_VALUES(fw_db_text(c.id)), &number)) < 0 ||
		(r = insert_identity(desk, &c, account, &identity, number)) < 0 ||
		(r = mark(desk, &identity.call, account, "identity", identity.result)) < 0) {
		return r;
	}
	fw_case_tell(desk, &c, "identity", 0);
	detail = g_strdup_printf("{\"serial\":\"%s\",\"result\":\"%s\"}", c.serial, identity.result);
	r = fw_deed(desk, account, account->window, "case.identity", "case", c.id, detail);
	if (r == 0) {
		answer_number(desk, question, number);
	}
	return r;
}
