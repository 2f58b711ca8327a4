/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/restart.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/call_state.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/markers.h"
#include "signaling/desk/invitations.h"
#include "signaling/desk/party.h"
#include "signaling/desk/quality.h"
#include "signaling/desk/queue.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/render.h"
#include "signaling/desk/secret.h"
#include "signaling/desk/windows.h"

#include <errno.h>

#define FW_LOG_TOPIC "restart"

static void keep_text(char *ret_text, size_t size, struct fw_statement *row, int column)
{
	const char *text = fw_db_column_text(row, column);

	g_strlcpy(ret_text, text ? text : "", size);
}

static enum fw_media_state media_state(struct fw_statement *row, int column)
{
	return (enum fw_media_state)MAX(
		0, fw_word_index(fw_media_states, fw_db_column_text(row, column)));
}

/* The window is the account's until its time to come back is over. */
static void hold(struct fw_desk *desk, struct fw_part *part)
{
	struct fw_window *window = part->window;

	window->account = part->account;
	window->part = part;
	window->kept_until = desk->now + FW_WINDOW_KEEP_US;
	part->account->window = window;
	part->line = FW_LINE_LOST;
	part->lost_until = desk->now + desk->setup.rejoin_us;
	fw_memory_remind(desk->memory, window, window->kept_until);
	fw_memory_remind(desk->memory, part, part->lost_until);
}

static int load_part(struct fw_desk *desk, struct fw_call *call, struct fw_statement *row)
{
	const struct fw_place *place =
		fw_catalogue_place(desk->catalogue, fw_db_column_text(row, 1));
	int state = fw_word_index(fw_part_states, fw_db_column_text(row, 0));
	struct fw_part *part;

	if (!place || state < 0 || call->part_count > FW_CALL_ATTEMPTS_MAX) {
		return -EBADMSG;
	}
	part = fw_memory_add(desk->memory, FW_RECORD_PART, sizeof(*part));
	part->call = call;
	part->participant = ++call->part_count;
	call->parts[part->participant - 1] = part;
	part->state = (enum fw_part_state)state;
	part->window = fw_desk_window(desk, place);
	part->account = g_hash_table_lookup(desk->accounts, fw_db_column_text(row, 2));
	for (int i = 0; i < FW_TRACK_COUNT; i++) {
		part->media[i] = (uint8_t)media_state(row, 3 + i);
	}
	keep_text(part->face_label, sizeof(part->face_label), row, 6);
	keep_text(part->document_label, sizeof(part->document_label), row, 7);
	part->requester_side = g_strcmp0(fw_db_column_text(row, 8), "requester") == 0;
	part->invited_by = (unsigned)fw_db_column_int(row, 9);
	part->held_by = (unsigned)fw_db_column_int(row, 10);
	if (!part->account) {
		return -EBADMSG;
	}
	if (part->state == FW_PART_IN && call->state == FW_CALL_ANSWERED) {
		hold(desk, part);
	}
	return 0;
}

static int load_parts(struct fw_desk *desk, struct fw_call *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT part, service_window, account, audio, face, document, face_label,"
		" document_label, side, invited_by, held_by FROM call_part WHERE call = ?1"
		" ORDER BY participant",
		FW_DB_VALUES(fw_db_text(call->id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		r = load_part(desk, call, rows);
	}
	return r;
}

static int load_counts(struct fw_desk *desk, struct fw_call *call)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	int r = fw_db_query_int(desk->setup.db, "SELECT COUNT(*) FROM call_marker WHERE call = ?1",
		FW_DB_VALUES(fw_db_text(call->id)), &call->markers);

	if (r < 0 ||
		(r = fw_db_query(desk->setup.db,
			 "SELECT COUNT(*), COALESCE(SUM(length(text)), 0) FROM chat_message"
			 " WHERE call = ?1",
			 FW_DB_VALUES(fw_db_text(call->id)), &row)) < 0 ||
		(r = fw_db_step(row)) < 0) {
		return r;
	}
	call->messages = fw_db_column_int(row, 0);
	call->chat_bytes = fw_db_column_int(row, 1) + call->messages * FW_RENDER_LINE_BYTES;
	return 0;
}

static int load_note(struct fw_desk *desk, struct fw_call *call, struct fw_statement *row)
{
	char *note;
	int r = fw_secret_column_of_call(desk, call, "call", "note", 0, row, 6, &note);

	if (r == 0) {
		g_strlcpy(call->note, note ? note : "", sizeof(call->note));
		fw_sealed_free(note);
	}
	return r;
}

static int load_call(struct fw_desk *desk, struct fw_statement *row, struct fw_call **ret_call)
{
	int state = fw_word_index(fw_call_states, fw_db_column_text(row, 1));
	struct fw_call *call = fw_call_add(desk, fw_db_column_text(row, 0));
	int r;

	call->item = fw_catalogue_item(desk->catalogue, fw_db_column_text(row, 2));
	call->item_version = fw_db_column_int(row, 3);
	call->area = fw_catalogue_area(desk->catalogue, fw_db_column_text(row, 4));
	call->material = fw_db_column_int(row, 5);
	keep_text(call->case_number, sizeof(call->case_number), row, 7);
	call->requested_us = fw_db_column_int(row, 8);
	call->ringing_us = fw_db_column_int(row, 9);
	call->answered_us = fw_db_column_int(row, 10);
	call->segment = fw_db_column_int(row, 11);
	call->drill = fw_db_column_int(row, 12) != 0;
	if (state < 0 || !call->item || !call->area) {
		fw_error("call cannot be read call=%s", call->id);
		return -EBADMSG;
	}
	call->state = (enum fw_call_state)state;
	*ret_call = call;
	if ((r = load_note(desk, call, row)) < 0 || (r = load_parts(desk, call)) < 0) {
		return r;
	}
	return load_counts(desk, call);
}

static int resume(struct fw_desk *desk, struct fw_call *call)
{
	int r = fw_marker(desk, call, "server_restart", 0, FW_TRACK_COUNT, NULL);

	if (r >= 0) {
		r = fw_attempts_restart(desk, call);
	}
	if (r < 0) {
		return r;
	}
	if (call->state != FW_CALL_ANSWERED) {
		return fw_call_finish(desk, call, FW_CALL_INTERRUPTED, FW_END_SERVER_RESTART, NULL);
	}
	fw_info("call waits for both sides call=%s", call->id);
	call->quality_next = desk->now + FW_QUALITY_US;
	fw_memory_remind(desk->memory, call, call->quality_next);
	r = fw_party_restart(desk, call);
	return r < 0 ? r : fw_recording_start(desk, call);
}

int fw_restart_calls(struct fw_desk *desk)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new();
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT id, state, item, item_version, area, material, note, case_number,"
		" requested_us, ringing_us, answered_us, segment, drill FROM call"
		" WHERE ended_us IS NULL ORDER BY id",
		FW_DB_NO_VALUES, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_call *call;

		r = load_call(desk, rows, &call);
		if (r >= 0) {
			g_ptr_array_add(calls, call);
		}
	}
	if (r >= 0) {
		r = fw_queue_restart(desk);
	}
	if (r >= 0) {
		r = fw_invitations_restart(desk);
	}
	for (guint i = 0; r >= 0 && i < calls->len; i++) { /* not while their rows are being read */
		r = resume(desk, g_ptr_array_index(calls, i));
	}
	return r;
}
