/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/ring_notice.h"

#include <errno.h>

#include "base/db.h"
#include "signaling/sms/outbox.h"
#include "signaling/sms/settings.h"
#include "signaling/sms/words.h"

static char *key_of(const struct fw_attempt *attempt, const char *what)
{
	return g_strdup_printf("%s/%s/%s", what, attempt->call->id, attempt->window->place->id);
}

/* The number of the responsible person; NULL: none is entered. */
static int find_phone(struct fw_desk *desk, const char *window, char **ret_phone)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db, "SELECT phone FROM service_window WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(window)), &rows);

	if (r >= 0 && (r = fw_db_step(rows)) > 0) {
		*ret_phone = g_strdup(fw_db_column_text(rows, 0));
	}
	return MIN(r, 0);
}

static int send(struct fw_desk *desk, const struct fw_attempt *attempt, enum fw_sms_kind kind,
	const char *key, const char *template)
{
	const struct fw_place *place = attempt->window->place;
	const struct fw_place *requester = attempt->call->parts[0]->window->place;
	g_autofree char *from = g_strdup_printf("%s%s", requester->hall->name, requester->name);
	const struct fw_sms_words words = {.window = place->name,
		.hall = place->hall->name,
		.area = place->hall->area->name,
		.item = attempt->call->item->name,
		.requester = from,
		.at_us = attempt->begun_us};
	g_autofree char *filled = fw_sms_words_fill(template ? template : "", &words);
	/* A rehearsal rehearses the alarm too: a ring without sound is a fault of the window on any day. */
	g_autofree char *text = g_strconcat(attempt->call->drill ? "【演练】" : "", filled, NULL);
	g_autofree char *phone = NULL;
	int r = find_phone(desk, place->id, &phone);

	return r < 0 ? r
		     : fw_sms_queue(desk,
			       &(struct fw_sms){.kind = kind,
				       .key = key,
				       .phone = phone,
				       .text = text,
				       .area = place->hall->area->code,
				       .window = place->id,
				       .subject_kind = "call",
				       .subject_id = attempt->call->id});
}

int fw_sms_silent_ring(struct fw_desk *desk, const struct fw_attempt *attempt)
{
	/* A window may be rung by the call and be invited into it as well: two rings, two proofs, two messages. */
	g_autofree char *key = key_of(attempt, attempt->invited ? "invited" : "silent");

	return send(desk, attempt, FW_SMS_SILENT_RING, key,
		desk->setup.sms ? desk->setup.sms->silent_ring_text : NULL);
}

int fw_sms_unanswered(struct fw_desk *desk, const struct fw_attempt *attempt)
{
	g_autofree char *silent = key_of(attempt, "silent");
	g_autofree char *key = key_of(attempt, "unanswered");
	int r = fw_sms_exists(desk, silent);

	if (r != 0) {
		return MIN(r, 0);
	}
	return send(desk, attempt, FW_SMS_UNANSWERED, key,
		desk->setup.sms ? desk->setup.sms->unanswered_text : NULL);
}
