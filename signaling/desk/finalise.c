/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/finalise.h"

#include "base/db.h"
#include "base/log.h"
#include "recorder/recording.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/secret.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define FW_LOG_TOPIC "finalise"

#define S INT64_C(1000000)
/* Pause before each further attempt: a passing lack of memory is over in seconds, a full disk in minutes. */
static const int64_t pauses[FW_FINALISE_ATTEMPTS_MAX] = {
	0, 5 * S, 30 * S, 120 * S, 600 * S, 1800 * S};

/* --- running -------------------------------------------------------------------------------------- */

static void send_start(
	struct fw_desk *desk, const struct fw_job *job, const uint8_t key[FW_AEAD_KEY_BYTES])
{
	struct fw_job_command command = {.kind = FW_JOB_START, .job = job->id};

	command.start.kind = FW_JOB_FINALISE;
	g_strlcpy(command.start.recording, job->recording, sizeof(command.start.recording));
	memcpy(command.start.key, key, FW_AEAD_KEY_BYTES);
	command.start.follow = job->call != 0;
	fw_emit_job(desk, &command);
	fw_wipe(&command.start.key, sizeof(command.start.key));
}

static int store(struct fw_desk *desk, const struct fw_job *job, const char *state, int64_t next_us,
	const char *error)
{
	return fw_db_run(desk->setup.db,
		"UPDATE job SET state = ?1, attempts = ?2, next_us = ?3, error = ?4 WHERE id = ?5",
		FW_DB_VALUES(fw_db_text(state), fw_db_int(job->attempts),
			next_us ? fw_db_int(next_us) : fw_db_null(), fw_db_text(error),
			fw_db_int((int64_t)job->id)),
		NULL);
}

static struct fw_job *add_job(
	struct fw_desk *desk, uint64_t id, const char *recording, uint64_t call)
{
	struct fw_job *job = fw_memory_add(desk->memory, FW_RECORD_JOB, sizeof(*job));

	job->id = id;
	job->call = call;
	g_strlcpy(job->recording, recording, sizeof(job->recording));
	fw_memory_index(desk->memory, desk->jobs, &job->id, job);
	if (call) {
		fw_memory_index(desk->memory, desk->jobs_by_call, fw_handle_key(call), job);
	}
	return job;
}

static void forget(struct fw_desk *desk, struct fw_job *job)
{
	if (job->call) {
		fw_memory_index(desk->memory, desk->jobs_by_call, fw_handle_key(job->call), NULL);
	}
	fw_memory_index(desk->memory, desk->jobs, &job->id, NULL);
	fw_memory_drop(desk->memory, job);
}

/* The id of the recording's open job; -ENOENT: none. */
static int open_job(struct fw_desk *desk, const char *recording, int64_t *ret_id)
{
	return fw_db_query_int(desk->setup.db,
		"SELECT id FROM job WHERE call = ?1 AND state IN ('running', 'waiting')",
		FW_DB_VALUES(fw_db_text(recording)), ret_id);
}

static int new_row(struct fw_desk *desk, const char *recording, int64_t *ret_id)
{
	fw_memory_touch(desk->memory, desk->tally);
	*ret_id = (int64_t)desk->tally->next_job++;
	return fw_db_run(desk->setup.db,
		"INSERT INTO job (id, kind, call, state, attempts, created_us)"
		" VALUES (?1, 'finalise', ?2, 'running', 0, ?3)",
		FW_DB_VALUES(fw_db_int(*ret_id), fw_db_text(recording), fw_db_int(desk->now_us)),
		NULL);
}

int fw_finalise_start(
	struct fw_desk *desk, struct fw_call *call, const uint8_t key[FW_AEAD_KEY_BYTES])
{
	struct fw_job *job;
	int64_t id;
	int r = call->segment > 1 ? open_job(desk, call->id, &id) : -ENOENT;
	bool is_new = r == -ENOENT;

	if (is_new) {
		r = new_row(desk, call->id, &id);
	}
	if (r < 0) {
		return r;
	}
	job = add_job(desk, (uint64_t)id, call->id, call->handle);
	job->running = true;
	send_start(desk, job, key);
	return is_new ? 0 : store(desk, job, "running", 0, NULL);
}

int fw_finalise_finish(struct fw_desk *desk, uint64_t call)
{
	struct fw_job *job = g_hash_table_lookup(desk->jobs_by_call, fw_handle_key(call));
	struct fw_job_command command = {.kind = FW_JOB_FINISH};

	if (!job) {
		return 0;
	}
	fw_memory_touch(desk->memory, job);
	fw_memory_index(desk->memory, desk->jobs_by_call, fw_handle_key(call), NULL);
	job->call = 0;
	job->attempts = 0;
	if (job->running) {
		command.job = job->id;
		fw_emit_job(desk, &command);
	} else { /* it failed while it followed the call */
		job->next = desk->now;
		fw_memory_remind(desk->memory, job, job->next);
	}
	return 0;
}

/* The recording has failed, whatever is still kept of it. */
static int park(struct fw_desk *desk, struct fw_job *job, const char *error)
{
	int r;

	fw_error("finaliser parked call=%s attempts=%u error=%s", job->recording, job->attempts,
		error);
	r = store(desk, job, "parked", 0, error);
	if (r >= 0) {
		r = fw_db_run(desk->setup.db,
			"UPDATE recording SET state = 'failed' WHERE call = ?1",
			FW_DB_VALUES(fw_db_text(job->recording)), NULL);
	}
	if (r >= 0) {
		r = fw_deed(desk, NULL, NULL, "recording.parked", "recording", job->recording, NULL);
	}
	forget(desk, job);
	return r;
}

static int run_again(struct fw_desk *desk, struct fw_job *job)
{
	char id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r;

	fw_sealed_key_of_call(job->recording, id);
	r = fw_secret_key(desk, id, false, key);
	if (r < 0) {
		fw_error("no key of the recording call=%s errno=%d", job->recording, -r);
		return park(desk, job, "no_key");
	}
	fw_memory_touch(desk->memory, job);
	job->running = true;
	job->next = 0;
	send_start(desk, job, key);
	fw_wipe(key, sizeof(key));
	return store(desk, job, "running", 0, NULL);
}

int fw_finalise_due(struct fw_desk *desk, struct fw_job *job)
{
	if (job->running || !job->next) {
		return 0;
	}
	if (job->next > desk->now) {
		fw_memory_remind(desk->memory, job, job->next);
		return 0;
	}
	return run_again(desk, job);
}

static int read_retry(struct fw_desk *desk, const char *recording, int64_t *ret_id, bool *ret_parked)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT id, state = 'parked' FROM job WHERE call = ?1 AND kind = 'finalise'"
		" ORDER BY id DESC LIMIT 1",
		FW_DB_VALUES(fw_db_text(recording)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	*ret_id = fw_db_column_int(rows, 0);
	*ret_parked = fw_db_column_int(rows, 1) != 0;
	return 0;
}

int fw_finalise_retry(struct fw_desk *desk, const char *recording)
{
	struct fw_job *job;
	uint64_t key;
	int64_t id;
	bool parked;
	int r = read_retry(desk, recording, &id, &parked);

	if (r < 0) {
		return r;
	}
	key = (uint64_t)id;
	job = parked ? add_job(desk, key, recording, 0) : g_hash_table_lookup(desk->jobs, &key);
	if (!job || job->running || job->call) {
		return -ENOENT;
	}
	fw_memory_touch(desk->memory, job);
	job->attempts = 0;
	r = fw_db_run(desk->setup.db, "UPDATE recording SET state = 'finalising' WHERE call = ?1",
		FW_DB_VALUES(fw_db_text(recording)), NULL);
	return r < 0 ? r : run_again(desk, job);
}

static void forget_journal(struct fw_desk *desk, const char *recording)
{
	struct fw_recorder_command command = {.kind = FW_RECORDER_FORGET};

	g_strlcpy(command.forget.recording, recording, sizeof(command.forget.recording));
	fw_emit_recorder(desk, &command);
}

/* A crash between commit and output may have kept these journals; the last batch was within these seconds. */
static int forget_again(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT call FROM job WHERE state = 'done'"
		" AND done_us >= (SELECT MAX(time_us) FROM audit_log) - ?1",
		FW_DB_VALUES(fw_db_int(10 * S)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		forget_journal(desk, fw_db_column_text(rows, 0));
	}
	return r;
}

int fw_finalise_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int64_t last;
	int r = fw_db_query_int(
		desk->setup.db, "SELECT COALESCE(MAX(id), 0) FROM job", FW_DB_NO_VALUES, &last);

	if (r < 0) {
		return r;
	}
	desk->tally->next_job = (uint64_t)last + 1;
	r = fw_db_query(desk->setup.db,
		"SELECT j.id, j.call, j.attempts FROM job j JOIN call c ON c.id = j.call"
		" WHERE j.state IN ('running', 'waiting')"
		" AND c.state NOT IN ('requested', 'ringing', 'answered') ORDER BY j.id",
		FW_DB_NO_VALUES, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_job *job = add_job(
			desk, (uint64_t)fw_db_column_int(rows, 0), fw_db_column_text(rows, 1), 0);

		job->attempts = (unsigned)fw_db_column_int(rows, 2);
		job->next = desk->now;
		fw_memory_remind(desk->memory, job, job->next);
	}
	return r < 0 ? r : forget_again(desk);
}

/* --- results ---------------------------------------------------------------------------------------- */

static int store_file(struct fw_desk *desk, const char *recording, int64_t number,
	const char *source, const char *name, const json_t *bytes, const char *sha256)
{
	if (!source || !name || !sha256 || strlen(sha256) != 2 * (size_t)FW_SHA256_BYTES ||
		!json_is_integer(bytes)) {
		return -EBADMSG;
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO recording_file (call, number, source, name, bytes, sha256)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		FW_DB_VALUES(fw_db_text(recording), fw_db_int(number), fw_db_text(source),
			fw_db_text(name), fw_db_int(json_integer_value(bytes)), fw_db_text(sha256)),
		NULL);
}

/* A member's text; NULL: none. */
static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* One row for each source, the last for the manifest. */
static int store_files(struct fw_desk *desk, const char *recording, const json_t *result)
{
	const json_t *sources = json_object_get(result, "sources");
	size_t count = json_array_size(sources);
	int r = fw_db_run(desk->setup.db, "DELETE FROM recording_file WHERE call = ?1",
		FW_DB_VALUES(fw_db_text(recording)), NULL);

	for (size_t i = 0; r >= 0 && i < count; i++) {
		const json_t *source = json_array_get(sources, i);

		r = store_file(desk, recording, (int64_t)i + 1, text_of(source, "id"),
			text_of(source, "file"), json_object_get(source, "bytes"),
			text_of(source, "sha256"));
	}
	return r < 0 ? r
		     : store_file(desk, recording, (int64_t)count + 1, "manifest",
			       FW_RECORDING_MANIFEST, json_object_get(result, "manifest_bytes"),
			       text_of(result, "manifest_sha256"));
}

/* The result of docs/RECORDING.md as rows. -EBADMSG: not as documented. */
static int store_result(struct fw_desk *desk, const char *recording, const json_t *result)
{
	const json_t *duration = json_object_get(result, "duration_us");
	const json_t *bytes = json_object_get(result, "bytes");
	const char *state = text_of(result, "state");
	int r;

	if (!json_is_array(json_object_get(result, "sources")) || !json_is_integer(duration) ||
		!json_is_integer(bytes) || !state ||
		(strcmp(state, "complete") != 0 && strcmp(state, "interrupted") != 0)) {
		return -EBADMSG;
	}
	r = store_files(desk, recording, result);
	return r < 0
		? r
		: fw_db_run(desk->setup.db,
			  "UPDATE recording SET state = ?1, duration_us = ?2, bytes = ?3"
			  " WHERE call = ?4",
			  FW_DB_VALUES(fw_db_text(strcmp(state, "complete") == 0 ? "ready" : state),
				  fw_db_int(json_integer_value(duration)),
				  fw_db_int(json_integer_value(bytes)), fw_db_text(recording)),
			  NULL);
}

#define NOTHING "exit 8" /* docs/RECORDING.md 4: there is no journal */

const char *fw_finalise_error_code(const char *error)
{
	static const struct {
		const char *error, *code;
	} codes[] = {
		{"exit 7", "disk_full"},
		{NOTHING, "nothing"},
		{"no_key", "no_key"},
		{"exit 3", "no_key"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		if (strcmp(error, codes[i].error) == 0) {
			return codes[i].code;
		}
	}
	return "error";
}

static int job_failed(struct fw_desk *desk, struct fw_job *job, const char *error)
{
	bool follows = job->call != 0;

	fw_memory_touch(desk->memory, job);
	job->running = false;
	job->attempts =
		follows ? MIN(job->attempts + 1, FW_FINALISE_ATTEMPTS_MAX - 1) : job->attempts + 1;
	if (job->attempts < FW_FINALISE_ATTEMPTS_MAX && (follows || strcmp(error, NOTHING) != 0)) {
		fw_warn("finaliser failed, trying again call=%s attempt=%u error=%s",
			job->recording, job->attempts, error);
		job->next = desk->now + pauses[job->attempts];
		fw_memory_remind(desk->memory, job, job->next);
		return store(desk, job, "waiting", fw_desk_wall_us(desk, job->next), error);
	}
	return park(desk, job, error);
}

static int job_done(struct fw_desk *desk, struct fw_job *job, const json_t *result)
{
	const char *manifest = text_of(result, "manifest_sha256");
	g_autofree char *detail = NULL;
	int r = store_result(desk, job->recording, result);

	if (r == -EBADMSG) {
		return job_failed(desk, job, "result");
	}
	if (r < 0 ||
		(r = fw_db_run(desk->setup.db,
			 "UPDATE job SET state = 'done', next_us = NULL, error = NULL,"
			 " done_us = ?1 WHERE id = ?2",
			 FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_int((int64_t)job->id)),
			 NULL)) < 0) {
		return r;
	}
	detail = g_strdup_printf("{\"manifest_sha256\":\"%s\"}", manifest);
	r = fw_deed(desk, NULL, NULL, "recording.finalised", "recording", job->recording, detail);
	if (json_is_false(json_object_get(result, "accounted"))) {
		fw_warn("packets not accounted for, the journal is kept call=%s", job->recording);
	} else {
		forget_journal(desk, job->recording);
	}
	fw_info("recording ready call=%s", job->recording);
	forget(desk, job);
	return r;
}

int fw_finalise_event(struct fw_desk *desk, const struct fw_job_event *event)
{
	static const char *const failures[] = {
		"none", "spawn", "exit", "signal", "time", "result", "cancelled"};
	struct fw_job *job = g_hash_table_lookup(desk->jobs, &event->job);
	g_autofree char *error = NULL;
	json_t *result;
	int r;

	if (!job || !job->running) {
		return 0;
	}
	if (event->kind == FW_JOB_DONE && job->call &&
		g_hash_table_contains(desk->calls_by_handle, &job->call)) {
		return job_failed(desk, job, "early"); /* the call still goes on */
	}
	if (event->kind == FW_JOB_DONE) {
		result = json_loads(
			event->result ? event->result : "", JSON_REJECT_DUPLICATES, NULL);
		r = job_done(desk, job, result);
		json_decref(result);
		return r;
	}
	error = g_strdup_printf("%s %d", failures[event->failure], event->code);
	return job_failed(desk, job, error);
}
