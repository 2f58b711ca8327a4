/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step: begin - every input in order - what the time made due - commit - outputs.
 *
 * What happens when the commit fails (or anything before it): the transaction is rolled back, memory goes
 * back to the bytes saved at the first change of each record (desk/memory.h), the outputs of the batch are
 * thrown away. So nothing has happened, and the caller may give the same batch again. Only a data key that
 * was made in the batch stays in its file; the repeated batch finds it (desk/secret.c).
 *
 * Time: stamps are wall clock; deadlines count in desk time, which is wall clock that never goes back. When
 * the wall clock is set back, desk time stands still for that moment and then runs on beside it.
 */
#include "signaling/desk.h"

#include "base/audit.h"
#include "base/db.h"
#include "base/keystore.h"
#include "base/log.h"
#include "signaling/cases/empty_desk.h"
#include "signaling/cases/pages.h"
#include "signaling/cases/uploads.h"
#include "signaling/catalogue/importing.h"
#include "signaling/desk/attempts.h"
#include "signaling/desk/calls.h"
#include "signaling/desk/clients.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/finalise.h"
#include "signaling/desk/http.h"
#include "signaling/desk/negotiation.h"
#include "signaling/desk/parts.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/queue.h"
#include "signaling/desk/recording.h"
#include "signaling/desk/restart.h"
#include "signaling/desk/sessions.h"
#include "signaling/desk/windows.h"
#include "signaling/directory/calendar_load.h"
#include "signaling/directory/duty.h"
#include "signaling/directory/import.h"
#include "signaling/drill/drill.h"
#include "signaling/sms/outbox.h"
#include "signaling/wall/wall.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "desk"

/* --- time ----------------------------------------------------------------------------------------- */

static void set_now(struct fw_desk *desk, int64_t now_us)
{
	desk->now_us = now_us;
	desk->ahead = MAX(desk->ahead, desk->now - now_us);
	desk->now = now_us + desk->ahead;
}

static int due(struct fw_desk *desk, struct fw_record *record)
{
	switch (record->kind) {
	case FW_RECORD_DESK:
		return fw_presence_due(desk);
	case FW_RECORD_IMPORT:
		return fw_import_due(desk, (struct fw_import *)(void *)record);
	case FW_RECORD_ITEM_IMPORT:
		return fw_item_import_due(desk, (struct fw_item_import *)(void *)record);
	case FW_RECORD_SESSION:
		return fw_session_due(desk, (struct fw_session *)(void *)record);
	case FW_RECORD_WINDOW:
		return fw_window_due(desk, (struct fw_window *)(void *)record);
	case FW_RECORD_CALL:
		return fw_call_due(desk, (struct fw_call *)(void *)record);
	case FW_RECORD_PART:
		return fw_part_due(desk, (struct fw_part *)(void *)record);
	case FW_RECORD_JOB:
		return fw_finalise_due(desk, (struct fw_job *)(void *)record);
	case FW_RECORD_OUTBOX:
		return fw_outbox_due(desk);
	case FW_RECORD_ATTEMPT:
		return fw_attempt_due(desk, (struct fw_attempt *)(void *)record);
	case FW_RECORD_LOAD:
		return fw_queue_due(desk, (struct fw_load *)(void *)record);
	case FW_RECORD_WALL:
		return fw_wall_due(desk);
	case FW_RECORD_DRILL:
		return fw_drill_due(desk, (struct fw_drill *)(void *)record);
	case FW_RECORD_STRANGER:
		return fw_stranger_due(desk, (struct fw_stranger *)(void *)record);
	case FW_RECORD_ACCOUNT:
	case FW_RECORD_CLIENT:
	case FW_RECORD_SIGN_IN:
	case FW_RECORD_AREA:
	case FW_RECORD_HALL:
	case FW_RECORD_PLACE:
	case FW_RECORD_PERSON:
	case FW_RECORD_BODY:
	case FW_RECORD_ITEM:
	case FW_RECORD_PAGE_JOB:
	case FW_RECORD_WALL_HALL:
	case FW_RECORD_WATCHER:
		break;
	}
	return 0;
}

static int everything_due(struct fw_desk *desk)
{
	struct fw_record *record;
	int r = 0;

	while (r >= 0 && (record = fw_memory_due(desk->memory, desk->now))) {
		r = due(desk, record);
	}
	return r;
}

/* --- inputs --------------------------------------------------------------------------------------- */

static int handle(struct fw_desk *desk, const struct fw_desk_input *input)
{
	switch (input->kind) {
	case FW_IN_CLIENT_OPENED:
		return fw_client_opened(desk, input->opened.connection, input->opened.token);
	case FW_IN_CLIENT_MESSAGE:
		return fw_client_received(desk, input->message.connection, input->message.text,
			input->message.text_bytes);
	case FW_IN_CLIENT_CLOSED:
		return fw_client_closed(desk, input->closed.connection);
	case FW_IN_HTTP_REQUEST:
		return fw_http_request(desk, input->http.request, input->http.operation,
			input->http.token, input->http.remote, input->http.params,
			input->http.bytes, input->http.range_from, input->http.range_to);
	case FW_IN_PASSWORD_CHECKED:
		return fw_session_checked(desk, input->password.request, input->password.matches,
			input->password.hash);
	case FW_IN_MEDIA:
		return fw_peer_event(desk, &input->media);
	case FW_IN_RECORDER:
		return fw_recording_event(desk, &input->recorder);
	case FW_IN_JOB:
		return g_hash_table_contains(desk->page_jobs, &input->job.job)
			? fw_page_event(desk, &input->job)
			: fw_finalise_event(desk, &input->job);
	case FW_IN_SMS:
		return fw_outbox_event(desk, &input->sms);
	case FW_IN_UPLOAD:
		return fw_upload_event_input(desk, &input->upload);
	}
	return 0;
}

static void drop_outputs(struct fw_desk *desk, guint from)
{
	for (guint i = from; i < desk->outputs->len; i++) {
		fw_desk_output_clear(&g_array_index(desk->outputs, struct fw_desk_output, i));
	}
	g_array_set_size(desk->outputs, from);
}

static int run_batch(struct fw_desk *desk, const struct fw_desk_input *inputs, size_t n_inputs)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < n_inputs; i++) {
		r = handle(desk, &inputs[i]);
	}
	return r < 0 ? r : everything_due(desk);
}

int fw_desk_step(struct fw_desk *desk, int64_t now_us, const struct fw_desk_input *inputs,
	size_t n_inputs, GArray *outputs)
{
	guint before = desk->outputs->len; /* of fw_desk_create(): not undone here */
	int r = fw_db_begin(desk->setup.db);

	if (r < 0) {
		return r;
	}
	set_now(desk, now_us);
	r = run_batch(desk, inputs, n_inputs);
	if (r >= 0) {
		r = fw_keystore_sync(desk->setup.keystore);
	}
	if (r >= 0) {
		r = fw_db_commit(desk->setup.db);
	}
	if (r < 0) {
		fw_error("batch failed, nothing of it has happened inputs=%zu errno=%d", n_inputs,
			-r);
		fw_db_rollback(desk->setup.db);
		fw_memory_rollback(desk->memory);
		drop_outputs(desk, before);
		return r;
	}
	fw_memory_commit(desk->memory);
	if (desk->outputs->len > 0) {
		g_array_append_vals(outputs, desk->outputs->data, desk->outputs->len);
		g_array_set_size(desk->outputs, 0);
	}
	return 0;
}

int64_t fw_desk_next_wakeup_us(const struct fw_desk *desk)
{
	int64_t next;

	if (desk->outputs->len > 0) {
		return desk->now_us; /* what fw_desk_create() has to say */
	}
	next = fw_memory_next_us(desk->memory);
	return next == INT64_MAX ? next : fw_desk_wall_us(desk, next);
}

/* --- its life ------------------------------------------------------------------------------------- */

static int load(struct fw_desk *desk)
{
	uint8_t random[16];
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	desk->tally = fw_memory_add(desk->memory, FW_RECORD_DESK, sizeof(*desk->tally));
	desk->tally->next_call = 1;
	desk->tally->next_peer = 1;
	desk->tally->next_connection = 1;
	fw_wall_load(desk);
	if ((r = fw_audit_start(desk->setup.db, desk->now_us, random, &desk->tally->audit)) < 0 ||
		(r = fw_catalogue_load(desk->setup.db, desk->memory, &desk->catalogue)) < 0 ||
		(r = fw_calendar_load(desk->setup.db, desk->now_us, &desk->calendar)) < 0 ||
		(r = fw_drills_load(desk)) < 0 || (r = fw_sessions_load(desk)) < 0 ||
		(r = fw_windows_load(desk)) < 0 || (r = fw_import_load(desk)) < 0 ||
		(r = fw_item_import_load(desk)) < 0 || (r = fw_finalise_load(desk)) < 0 ||
		(r = fw_empty_desks_load(desk)) < 0 || (r = fw_uploads_load(desk)) < 0 ||
		(r = fw_pages_load(desk)) < 0 || (r = fw_outbox_load(desk)) < 0 ||
		(r = fw_restart_calls(desk)) < 0) {
		return r;
	}
	return everything_due(desk);
}

static gboolean token_equal(gconstpointer left, gconstpointer right)
{
	return fw_equal_constant_time(left, right, FW_SHA256_BYTES);
}

static guint token_hash(gconstpointer token)
{
	guint hash;

	memcpy(&hash, token, sizeof(hash)); /* of a SHA-256: as good as any hash */
	return hash;
}

static struct fw_desk *new_desk(const struct fw_desk_setup *setup)
{
	struct fw_desk *desk = g_new0(struct fw_desk, 1);

	desk->setup = *setup;
	desk->media = *setup->media;
	desk->memory = fw_memory_create();
	desk->accounts = g_hash_table_new(g_str_hash, g_str_equal);
	desk->strangers = g_hash_table_new(token_hash, token_equal);
	desk->sessions = g_hash_table_new(token_hash, token_equal);
	desk->clients = g_hash_table_new(g_int64_hash, g_int64_equal);
	desk->calls = g_hash_table_new(g_str_hash, g_str_equal);
	desk->calls_by_handle = g_hash_table_new(g_int64_hash, g_int64_equal);
	desk->peers = g_hash_table_new(g_direct_hash, g_direct_equal);
	desk->sign_ins = g_hash_table_new(g_int64_hash, g_int64_equal);
	desk->loads = g_hash_table_new(g_str_hash, g_str_equal);
	desk->jobs = g_hash_table_new(g_int64_hash, g_int64_equal);
	desk->jobs_by_call = g_hash_table_new(g_direct_hash, g_direct_equal);
	desk->drills = g_hash_table_new(g_str_hash, g_str_equal);
	desk->page_jobs = g_hash_table_new(g_int64_hash, g_int64_equal);
	desk->windows = g_ptr_array_new();
	desk->watchers = g_ptr_array_new();
	desk->wall_halls = g_hash_table_new(g_str_hash, g_str_equal);
	desk->duty = fw_duty_create();
	desk->outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	return desk;
}

int fw_desk_create(const struct fw_desk_setup *setup, int64_t now_us, struct fw_desk **ret_desk)
{
	struct fw_desk *desk;
	int r;

	assert(setup->workers >= 1 && setup->workers <= FW_MEDIA_WORKERS_MAX);
	r = fw_db_begin(setup->db);
	if (r < 0) {
		return r;
	}
	desk = new_desk(setup);
	desk->now_us = now_us;
	desk->now = now_us;
	r = load(desk);
	if (r >= 0) {
		r = fw_keystore_sync(setup->keystore);
	}
	if (r >= 0) {
		r = fw_db_commit(setup->db);
	}
	if (r < 0) {
		fw_db_rollback(setup->db);
		fw_desk_destroy(desk);
		return r;
	}
	fw_memory_commit(desk->memory);
	fw_info("ready windows=%u accounts=%u calls=%u jobs=%u", desk->catalogue->place_list->len,
		g_hash_table_size(desk->accounts), g_hash_table_size(desk->calls),
		g_hash_table_size(desk->jobs));
	*ret_desk = desk;
	return 0;
}

void fw_desk_destroy(struct fw_desk *desk)
{
	drop_outputs(desk, 0);
	g_array_free(desk->outputs, TRUE);
	g_hash_table_destroy(desk->drills);
	g_hash_table_destroy(desk->page_jobs);
	g_hash_table_destroy(desk->jobs_by_call);
	g_hash_table_destroy(desk->jobs);
	g_hash_table_destroy(desk->wall_halls);
	g_hash_table_destroy(desk->loads);
	g_hash_table_destroy(desk->sign_ins);
	g_hash_table_destroy(desk->peers);
	g_hash_table_destroy(desk->calls_by_handle);
	g_hash_table_destroy(desk->calls);
	g_hash_table_destroy(desk->clients);
	g_hash_table_destroy(desk->sessions);
	g_hash_table_destroy(desk->strangers);
	g_hash_table_destroy(desk->accounts);
	fw_memory_commit(desk->memory);
	fw_import_free(desk->tally ? desk->tally->import : NULL);
	fw_item_import_free(desk->tally ? desk->tally->item_import : NULL);
	if (desk->catalogue) {
		fw_catalogue_destroy(desk->catalogue);
	}
	fw_memory_destroy(desk->memory);
	g_ptr_array_free(desk->windows, TRUE);
	g_ptr_array_free(desk->watchers, TRUE);
	fw_duty_destroy(desk->duty);
	if (desk->calendar) {
		fw_calendar_destroy(desk->calendar);
	}
	g_free(desk);
}
