/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/desk/office.h"

#include "base/password.h"

#include <string.h>

/* --- outputs -------------------------------------------------------------------------------------- */

static void keep_message(struct office *office, const struct fw_desk_output *output)
{
	void *key = GUINT_TO_POINTER(output->send.connection);
	GQueue *queue = g_hash_table_lookup(office->messages, key);
	json_t *message = json_loads(output->send.text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(message);
	assert_true(strlen(output->send.text) <= 65536);
	if (!queue) {
		queue = g_queue_new();
		g_hash_table_insert(office->messages, key, queue);
	}
	g_queue_push_tail(queue, message);
}

static void keep_answer(struct office *office, const struct fw_desk_output *output)
{
	struct office_answer *answer = g_new0(struct office_answer, 1);

	answer->status = output->http.status;
	answer->cookie = g_strdup(output->http.set_cookie);
	if (output->http.body) {
		answer->body = json_loads(output->http.body, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(answer->body);
	}
	assert_null(g_hash_table_lookup(office->answers, GUINT_TO_POINTER(output->http.request)));
	g_hash_table_insert(office->answers, GUINT_TO_POINTER(output->http.request), answer);
}

static void answer_password(struct office *office, const struct fw_desk_output *output)
{
	struct fw_desk_input input = {.kind = FW_IN_PASSWORD_CHECKED};

	assert_true(g_str_has_prefix(output->check.hash, "$argon2id$"));
	input.password.request = output->check.request;
	input.password.matches =
		!office->wrong_passwords && g_str_has_prefix(output->check.password, "demo-");
	if (input.password.matches && output->check.next) {
		char hash[FW_PASSWORD_HASH_SIZE];

		assert_int_equal(fw_password_hash_published(output->check.next, hash), 0);
		input.password.hash = g_strdup(hash);
	}
	g_array_append_val(office->inputs, input);
}

static void keep(struct office *office, struct fw_desk_output *output)
{
	switch (output->kind) {
	case FW_OUT_CLIENT_SEND:
		keep_message(office, output);
		break;
	case FW_OUT_CLIENT_CLOSE:
		g_hash_table_insert(office->closed, GUINT_TO_POINTER(output->close.connection),
			GINT_TO_POINTER(output->close.code));
		break;
	case FW_OUT_HTTP_REPLY:
		keep_answer(office, output);
		break;
	case FW_OUT_READ:
	case FW_OUT_FILE:
	case FW_OUT_BLOB:
		g_ptr_array_add(office->reads, g_memdup2(output, sizeof(*output)));
		return;
	case FW_OUT_CHECK_PASSWORD:
		answer_password(office, output);
		break;
	case FW_OUT_MEDIA:
		g_array_append_val(office->media_commands, output->media.command);
		break;
	case FW_OUT_RECORDER:
		g_array_append_val(office->recorder_commands, output->recorder);
		break;
	case FW_OUT_UPLOAD:
		g_array_append_val(office->upload_commands, output->upload);
		return; /* with its bytes */
	case FW_OUT_JOB:
		g_array_append_val(office->job_commands, output->job);
		output->job.start.list = NULL; /* the copy's now */
		break;
	case FW_OUT_SMS:
		g_array_append_vals(office->sms_commands, output->sms, 1);
		break;
	}
	fw_desk_output_clear(output);
}

/* --- steps ---------------------------------------------------------------------------------------- */

int office_try_step(struct office *office)
{
	g_autoptr(GArray) outputs = g_array_new(FALSE, FALSE, sizeof(struct fw_desk_output));
	GArray *batch = office->inputs;
	int r = fw_desk_step(office->desk, office->now_us,
		(const struct fw_desk_input *)(void *)batch->data, batch->len, outputs);

	if (r < 0) {
		assert_int_equal(outputs->len, 0);
		return r;
	}
	office->inputs = g_array_new(FALSE, TRUE, sizeof(struct fw_desk_input));
	for (guint i = 0; i < batch->len; i++) {
		fw_desk_input_clear(&g_array_index(batch, struct fw_desk_input, i));
	}
	g_array_free(batch, TRUE);
	for (guint i = 0; i < outputs->len; i++) {
		struct fw_desk_output *output = &g_array_index(outputs, struct fw_desk_output, i);

		if (office->lose_outputs) {
			fw_desk_output_clear(output);
			continue;
		}
		if (office->watch) {
			office->watch(office->watch_user, output);
		}
		keep(office, output);
	}
	return 0;
}

void office_step(struct office *office)
{
	do {
		assert_int_equal(office_try_step(office), 0);
	} while (office->inputs->len > 0);
}

void office_wait(struct office *office, int64_t us)
{
	int64_t end_us = office->now_us + us;

	for (;;) {
		int64_t next_us = fw_desk_next_wakeup_us(office->desk);

		if (next_us > end_us) {
			break;
		}
		office->now_us = MAX(office->now_us, next_us);
		office_step(office);
	}
	office->now_us = end_us;
	office_step(office);
}

/* --- the other threads ---------------------------------------------------------------------------- */

uint64_t office_last_peer(const struct office *office)
{
	for (guint i = office->media_commands->len; i-- > 0;) {
		const struct fw_media_command *command =
			&g_array_index(office->media_commands, struct fw_media_command, i);

		if (command->kind == FW_MEDIA_PEER_OPEN) {
			return command->peer;
		}
	}
	return 0;
}

void office_media(struct office *office, enum fw_media_event_kind kind, uint64_t peer)
{
	struct fw_desk_input input = {.kind = FW_IN_MEDIA};

	input.media.kind = kind;
	input.media.peer = peer;
	input.media.at_us = office->now_us;
	g_array_append_val(office->inputs, input);
	office_step(office);
}

void office_recorder(struct office *office, enum fw_recorder_event_kind kind, uint64_t call)
{
	struct fw_desk_input input = {.kind = FW_IN_RECORDER};

	input.recorder.kind = kind;
	input.recorder.call = call;
	input.recorder.at_us = office->now_us;
	g_array_append_val(office->inputs, input);
	office_step(office);
}

void office_job(struct office *office, enum fw_job_event_kind kind, const char *result)
{
	struct fw_desk_input input = {.kind = FW_IN_JOB};

	input.job.kind = kind;
	input.job.job = g_array_index(office->job_commands, struct fw_job_command, 0).job;
	input.job.failure = kind == FW_JOB_DONE ? FW_JOB_FAILURE_NONE : FW_JOB_FAILURE_SIGNAL;
	input.job.result = g_strdup(result);
	g_array_append_val(office->inputs, input);
	office_step(office);
}

/* --- what is there beforehand --------------------------------------------------------------------- */

void office_add_case(struct office *office, const char *id, const char *state)
{
	g_autofree char *key_id = g_strconcat("case/", id, NULL);
	uint8_t key[FW_AEAD_KEY_BYTES];

	assert_int_equal(fw_keystore_create_key(office->keystore, key_id, key), 0);
	assert_int_equal(
		fw_db_run(office->db,
			"INSERT INTO service_case (id, serial, state, revision, origin, drill, "
			"item,"
			" item_version, area, applicant_area, applicant_hall, applicant_account,"
			" applicant_kind, month, opened_us, changed_us) VALUES (?1, 'S1', ?2, 1,"
			" 'window', 0, 'fanglei-jungong', 1, '441523', '441521', '441521-01',"
			" 'clerk1', 'person', 202611, 0, 0)",
			FW_DB_VALUES(fw_db_text(id), fw_db_text(state)), NULL),
		0);
}
