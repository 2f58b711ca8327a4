/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/refusals.h"

#include "base/log.h"
#include "signaling/desk/deeds.h"

#include <string.h>

#define FW_LOG_TOPIC "refusals"

#define ID_MAX_BYTES 64 /* ours are shorter */

/* Not here: what is badly formed, not there, or a matter of load. */
static bool is_noted(enum fw_code code)
{
	switch (code) {
	case FW_CODE_FORBIDDEN:
	case FW_CODE_WRONG_STATE:
	case FW_CODE_NOT_AT_WINDOW:
	case FW_CODE_OWN_WINDOW_BUSY:
	case FW_CODE_WINDOW_OCCUPIED:
	case FW_CODE_DRILL_RUNNING:
	case FW_CODE_ALREADY_ASKED:
	case FW_CODE_NOT_DUE:
		return true;
	default:
		return false;
	}
}

/* What was sent in the place of an id may be anything: only what looks like one is written down. */
static const char *id_or_null(const char *text)
{
	static const char in_ids[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.";
	size_t size = text ? strlen(text) : 0;

	return size > 0 && size <= ID_MAX_BYTES && strspn(text, in_ids) == size ? text : NULL;
}

static void write_line(const struct fw_session *session, const struct fw_refusal *refusal)
{
	fw_info("refused %s code=%s account=%s window=%s object=%s%s%s", refusal->operation,
		fw_code_name(refusal->code), session->account->person->id,
		refusal->window ? refusal->window->place->id : "-",
		refusal->object_kind ? refusal->object_kind : "", refusal->object_kind ? ":" : "",
		refusal->object_id ? refusal->object_id : "-");
}

static int write_deed(
	struct fw_desk *desk, const struct fw_session *session, const struct fw_refusal *refusal)
{
	g_autofree char *detail = g_strdup_printf("{\"operation\":\"%s\"}", refusal->operation);

	return fw_deed(desk, session->account, refusal->window, "access.refused",
		refusal->object_kind, refusal->object_id, detail);
}

/* Counts it; how the session's time is kept: refusals.h. */
static int count(struct fw_desk *desk, struct fw_session *session, bool forbidden)
{
	if (fw_refusals_over(desk, session)) { /* its hint may come later in this batch */
		int r = fw_refusals_settle(desk, session);

		if (r < 0) {
			return r;
		}
	}
	fw_memory_touch(desk->memory, session);
	if (session->refused == 0) {
		session->refused_since = desk->now;
	} else if (session->refused == FW_REFUSALS_MAX) {
		fw_memory_remind(desk->memory, session, session->refused_since + FW_REFUSALS_US);
	}
	session->refused++;
	session->forbidden += forbidden;
	return 0;
}

int fw_refusal_note(struct fw_desk *desk, struct fw_session *session, const struct fw_refusal *sent)
{
	bool forbidden = sent->code == FW_CODE_FORBIDDEN;
	struct fw_refusal refusal = *sent;
	int r;

	if (!is_noted(sent->code)) {
		return 0;
	}
	r = count(desk, session, forbidden);
	if (r < 0) {
		return r;
	}
	refusal.object_id = id_or_null(sent->object_id);
	refusal.object_kind = refusal.object_id ? id_or_null(sent->object_kind) : NULL;
	if (session->refused <= FW_REFUSALS_MAX) {
		write_line(session, &refusal);
	}
	return forbidden && session->forbidden <= FW_REFUSALS_MAX
		? write_deed(desk, session, &refusal)
		: 0;
}

bool fw_refusals_over(const struct fw_desk *desk, const struct fw_session *session)
{
	return session->refused > 0 && session->refused_since + FW_REFUSALS_US <= desk->now;
}

int fw_refusals_settle(struct fw_desk *desk, struct fw_session *session)
{
	unsigned lines = session->refused, deeds = session->forbidden;
	g_autofree char *detail = NULL;

	fw_memory_touch(desk->memory, session);
	session->refused = 0;
	session->forbidden = 0;
	if (lines > FW_REFUSALS_MAX) {
		fw_info("refused more often account=%s more=%u", session->account->person->id,
			lines - FW_REFUSALS_MAX);
	}
	if (deeds <= FW_REFUSALS_MAX) {
		return 0;
	}
	detail = g_strdup_printf("{\"more\":%u}", deeds - FW_REFUSALS_MAX);
	return fw_deed(desk, session->account, NULL, "access.refused", NULL, NULL, detail);
}
