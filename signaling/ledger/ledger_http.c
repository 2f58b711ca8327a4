/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/http.h"
#include "signaling/desk/access.h"

#include <errno.h>
#include <string.h>

#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/ledger/escalation.h"
#include "signaling/ledger/ledger.h"
#include "signaling/ledger/marks.h"

/* --- what was asked ------------------------------------------------------------------------------- */

static const char *text_of(const struct fw_http_question *question, const char *name)
{
	return json_string_value(json_object_get(question->params, name));
}

/* A member that may be missing or null, and else is text. */
static bool optional_text(
	const struct fw_http_question *question, const char *name, const char **ret_text)
{
	const json_t *value = json_object_get(question->params, name);

	*ret_text = json_string_value(value);
	return *ret_text || !value || json_is_null(value);
}

/* The number in the path. */
static bool number_of(const struct fw_http_question *question, const char *name, int64_t *ret_number)
{
	const char *text = text_of(question, name);

	return text && text[0] != '-' &&
		g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, ret_number, NULL);
}

static int answer_done(struct fw_desk *desk, const struct fw_http_question *question)
{
	fw_http_answer(desk, question->request, 204, NULL, NULL);
	return 0;
}

static int look(struct fw_desk *desk, const struct fw_http_question *question, const char *action,
	const char *kind, int64_t id, enum fw_right right)
{
	g_autofree char *object = id ? g_strdup_printf("%" G_GINT64_FORMAT, id) : NULL;
	int r = fw_deed(
		desk, question->session->account, NULL, action, id ? kind : NULL, object, NULL);

	return r < 0 ? r : fw_access_read(desk, question, right);
}

/* --- the ledger ------------------------------------------------------------------------------------- */

int fw_ledger_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	bool area = fw_person_may(question->session->account->person, FW_RIGHT_LEDGER, NULL) &&
		!text_of(question, "own");

	json_object_set_new(question->params, "either", json_string(area ? "" : "yes"));
	return fw_access_read(desk, question, area ? FW_RIGHT_LEDGER : FW_RIGHT_LEDGER_OWN);
}

int fw_ledger_row_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int64_t id;
	int r;

	if (!number_of(question, "row", &id)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_ledger_access(desk, question->session->account, id);
	return r != 0 ? r : look(desk, question, "ledger.viewed", "ledger", id, FW_RIGHT_LEDGER);
}

int fw_ledger_statement_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int64_t id;
	int r;

	if (!number_of(question, "row", &id)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_ledger_state_it(desk, question->session->account, id, text_of(question, "text"));
	return r != 0 ? r : answer_done(desk, question);
}

int fw_ledger_verdict_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int verdict = fw_word_index(fw_ledger_verdicts, text_of(question, "verdict"));
	const char *reason, *text;
	int64_t id;
	int r;

	if (!number_of(question, "row", &id)) {
		return FW_CODE_NOT_FOUND;
	}
	if (verdict < FW_LEDGER_BLAME || !optional_text(question, "reason", &reason) ||
		!optional_text(question, "text", &text)) {
		return FW_CODE_MALFORMED;
	}
	r = fw_ledger_judge(desk, question->session->account, id, (enum fw_ledger_happening)verdict,
		reason, text);
	return r != 0 ? r : answer_done(desk, question);
}

/* --- escalations ------------------------------------------------------------------------------------ */

int fw_escalations_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_ESCALATION);
}

int fw_escalation_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	int64_t id;
	int r;

	if (!number_of(question, "escalation", &id)) {
		return FW_CODE_NOT_FOUND;
	}
	r = fw_escalation_access(desk, question->session->account, id);
	return r != 0
		? r
		: look(desk, question, "escalation.viewed", "escalation", id, FW_RIGHT_ESCALATION);
}

int fw_escalation_settle_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	bool close = question->operation == FW_OP_ESCALATION_CLOSE;
	const char *text;
	int64_t id;
	int r;

	if (!number_of(question, "escalation", &id)) {
		return FW_CODE_NOT_FOUND;
	}
	if (!optional_text(question, "text", &text)) {
		return FW_CODE_MALFORMED;
	}
	r = fw_escalation_settle(desk, question->session->account, id,
		close ? FW_ESCALATION_CLOSE : FW_ESCALATION_ACKNOWLEDGE, text);
	return r != 0 ? r : answer_done(desk, question);
}

/* --- the mirror ledger ------------------------------------------------------------------------------- */

int fw_mark_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const char *mark;
	int r;

	if (!json_object_get(question->params, "mark") || !optional_text(question, "mark", &mark)) {
		return FW_CODE_MALFORMED;
	}
	r = fw_mark_set(desk, question->session->account, text_of(question, "call"), mark);
	return r != 0 ? r : answer_done(desk, question);
}

int fw_mirror_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	return fw_access_read(desk, question, FW_RIGHT_MIRROR);
}
