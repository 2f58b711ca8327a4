/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/pages.h"

#include "base/db.h"
#include "base/keystore.h"
#include "base/log.h"
#include "capture/likeness.h"
#include "signaling/cases/case_bundle.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/duplicates.h"
#include "signaling/cases/empty_desk.h"
#include "signaling/cases/page_state.h"
#include "signaling/cases/uploads.h"
#include "signaling/cases/words.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define FW_LOG_TOPIC "pages"

#define ERROR_SIZE 32

/* --- the job ---------------------------------------------------------------------------------------- */

static int read_paper(
	struct fw_desk *desk, const struct fw_page_job *job, struct fw_job_paper *ret_paper)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct fw_job_paper paper = {0};
	int r = fw_db_query(desk->setup.db,
		"SELECT p.page, p.thumbnail, p.rotation, COALESCE(f.blob, p.file),"
		" COALESCE(d.id, ''), COALESCE(u.format, '') FROM case_page p LEFT JOIN case_file "
		"f ON f.id = p.file"
		" LEFT JOIN upload u ON u.file = COALESCE(f.blob, p.file)"
		" LEFT JOIN empty_desk d ON d.id = u.desk AND d.state = 'kept' WHERE p.file = ?1",
		FW_DB_VALUES(fw_db_text(job->file)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	g_strlcpy(paper.case_id, job->case_id, sizeof(paper.case_id));
	g_strlcpy(paper.still, fw_db_column_text(row, 3), sizeof(paper.still));
	g_strlcpy(paper.page, fw_db_column_text(row, 0), sizeof(paper.page));
	g_strlcpy(paper.thumbnail, fw_db_column_text(row, 1), sizeof(paper.thumbnail));
	paper.turn = (unsigned)fw_db_column_int(row, 2);
	g_strlcpy(paper.desk, fw_db_column_text(row, 4), sizeof(paper.desk));
	g_strlcpy(paper.format, fw_db_column_text(row, 5), sizeof(paper.format));
	*ret_paper = paper;
	return 0;
}

/* A desk whose key is gone was forgotten: the page is made without it. */
static int load_desk_key(struct fw_desk *desk, struct fw_job_command *command)
{
	int r = command->start.paper.desk[0]
		? fw_empty_desk_key(desk, command->start.paper.desk, command->start.desk_key)
		: 0;

	if (r == -ENOENT) {
		command->start.paper.desk[0] = '\0';
		return 0;
	}
	return r;
}

/* -ENOENT: the key is erased, the case is purged. */
static int send(struct fw_desk *desk, const struct fw_page_job *job)
{
	struct fw_job_command command = {.kind = FW_JOB_START, .job = job->id};
	char key[FW_KEY_ID_MAX_BYTES + 1];
	int r;

	command.start.kind = FW_JOB_PAGE;
	g_snprintf(key, sizeof(key), "case/%s", job->case_id);
	if ((r = read_paper(desk, job, &command.start.paper)) < 0 ||
		(r = fw_keystore_load_key(desk->setup.keystore, key, command.start.key)) < 0 ||
		(r = load_desk_key(desk, &command)) < 0) {
		fw_wipe(command.start.key, sizeof(command.start.key));
		return r;
	}
	fw_emit_job(desk, &command);
	fw_wipe(command.start.key, sizeof(command.start.key));
	fw_wipe(command.start.desk_key, sizeof(command.start.desk_key));
	return 0;
}

struct fw_page_job *fw_page_job_add(struct fw_desk *desk, const char *case_id, const char *file)
{
	struct fw_page_job *job = fw_memory_add(desk->memory, FW_RECORD_PAGE_JOB, sizeof(*job));

	fw_memory_touch(desk->memory, desk->tally);
	job->id = desk->tally->next_job++;
	g_strlcpy(job->file, file, sizeof(job->file));
	g_strlcpy(job->case_id, case_id, sizeof(job->case_id));
	fw_memory_index(desk->memory, desk->page_jobs, &job->id, job);
	return job;
}

void fw_page_job_forget(struct fw_desk *desk, struct fw_page_job *job)
{
	fw_memory_index(desk->memory, desk->page_jobs, &job->id, NULL);
	fw_memory_drop(desk->memory, job);
}

static void new_id(struct fw_desk *desk, char ret_id[FW_ID_SIZE])
{
	uint8_t random[FW_ID_RANDOM_BYTES];

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, ret_id);
}

int fw_page_start(struct fw_desk *desk, const char *case_id, const char *file, int64_t rotation,
	uint64_t request)
{
	char page[FW_ID_SIZE], thumbnail[FW_ID_SIZE];
	struct fw_page_job *job;
	int r;

	new_id(desk, page);
	new_id(desk, thumbnail);
	r = fw_db_run(desk->setup.db,
		"INSERT INTO case_page (file, service_case, state, attempts, page, thumbnail,"
		" rotation, pictures) VALUES (?1, ?2, 'making', 0, ?3, ?4, ?5, 0)",
		FW_DB_VALUES(fw_db_text(file), fw_db_text(case_id), fw_db_text(page),
			fw_db_text(thumbnail), fw_db_int(rotation)),
		NULL);
	if (r < 0) {
		return r;
	}
	job = fw_page_job_add(desk, case_id, file);
	job->request = request;
	return send(desk, job);
}

static int find_state(struct fw_desk *desk, const char *file, enum fw_page_state *ret_state)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	int state;
	int r = fw_db_query(desk->setup.db, "SELECT state FROM case_page WHERE file = ?1",
		FW_DB_VALUES(fw_db_text(file)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	state = fw_word_index(fw_page_states, fw_db_column_text(row, 0));
	if (state < 0) {
		return -EBADMSG;
	}
	*ret_state = (enum fw_page_state)state;
	return 0;
}

int fw_page_again(struct fw_desk *desk, const char *case_id, const char *file, int64_t rotation)
{
	enum fw_page_state state;
	int r = find_state(desk, file, &state);

	if (r == -ENOENT) {
		return fw_page_start(desk, case_id, file, rotation, 0);
	}
	if (r < 0) {
		return r;
	}
	if (!fw_page_move(state, FW_PAGE_BY_HAND, &state)) {
		return FW_CODE_WRONG_STATE;
	}
	r = fw_db_run(desk->setup.db,
		"UPDATE case_page SET state = ?1, attempts = 0, error = NULL WHERE file = ?2",
		FW_DB_VALUES(fw_db_text(fw_page_states[state]), fw_db_text(file)), NULL);
	return r < 0 ? r : send(desk, fw_page_job_add(desk, case_id, file));
}

int fw_pages_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT service_case, file, attempts FROM case_page WHERE state = 'making'",
		FW_DB_NO_VALUES, &rows);

	if (r >= 0) {
		r = fw_bundles_load(desk);
	}
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_page_job *job = fw_page_job_add(
			desk, fw_db_column_text(rows, 0), fw_db_column_text(rows, 1));
		int sent;

		job->attempts = (unsigned)fw_db_column_int(rows, 2);
		sent = send(desk, job);
		if (sent == -ENOENT) { /* purged meanwhile */
			fw_page_job_forget(desk, job);
		} else if (sent < 0) {
			return sent;
		}
	}
	return r < 0 ? r : fw_words_load(desk);
}

/* --- its end ---------------------------------------------------------------------------------------- */

static int tell(struct fw_desk *desk, const struct fw_page_job *job)
{
	struct fw_case c;
	int r = fw_case_load(desk, job->case_id, &c);

	if (r == 0) {
		fw_case_tell(desk, &c, "page", 0);
	}
	return MIN(r, 0);
}

/* The file is filed now, or refused; or it was filed long ago and its page changed. */
static int hand_on(struct fw_desk *desk, struct fw_page_job *job, const char *fault)
{
	int r = fw_upload_checked(desk, job->file, fault, job->request);

	if (r == -ENOENT) {
		r = tell(desk, job);
	}
	fw_page_job_forget(desk, job);
	return r;
}

int fw_page_set_facts(struct fw_desk *desk, const char *file, const json_t *facts)
{
	char *text = json_dumps(facts, JSON_COMPACT);
	int r = fw_db_run(desk->setup.db, "UPDATE case_page SET facts = ?1 WHERE file = ?2",
		FW_DB_VALUES(fw_db_text(text), fw_db_text(file)), NULL);

	free(text);
	return r;
}

bool fw_page_unwarn(json_t *facts, const char *warning)
{
	json_t *warnings = json_object_get(facts, "warnings");

	for (size_t i = json_array_size(warnings); i-- > 0;) {
		if (g_strcmp0(json_string_value(json_array_get(warnings, i)), warning) == 0) {
			return json_array_remove(warnings, i) == 0;
		}
	}
	return false;
}

static int store_facts(struct fw_desk *desk, const struct fw_page_job *job, const json_t *facts,
	const char *hash, bool pictures)
{
	char *text = json_dumps(facts, JSON_COMPACT);
	int r = fw_db_run(desk->setup.db,
		"UPDATE case_page SET state = 'made', error = NULL, facts = ?1, hash = ?2,"
		" pictures = ?3, made_us = ?4 WHERE file = ?5",
		FW_DB_VALUES(fw_db_text(text), fw_db_text(hash), fw_db_int(pictures),
			fw_db_int(desk->now_us), fw_db_text(job->file)),
		NULL);

	if (r >= 0 && pictures) {
		r = fw_deed(desk, NULL, NULL, "case.page_made", "case_file", job->file, text);
	}
	free(text);
	return r;
}

static bool warns_of(const json_t *facts, const char *warning)
{
	const json_t *one;
	size_t index;

	json_array_foreach (json_object_get(facts, "warnings"), index, one) {
		if (g_strcmp0(json_string_value(one), warning) == 0) {
			return true;
		}
	}
	return false;
}

/* Out of the facts: it is of use to us alone. NULL for a blank page, and where there is none. */
static char *take_hash(json_t *facts)
{
	const char *hash = json_string_value(json_object_get(facts, "hash"));
	uint64_t parsed[FW_HASH_WORDS];
	char *taken = hash && fw_hash_parse(hash, parsed) && !warns_of(facts, "blank")
		? g_strdup(hash)
		: NULL;

	json_object_del(facts, "hash");
	return taken;
}

static int want_words(struct fw_desk *desk, const struct fw_page_job *job)
{
	struct fw_job_paper paper;
	int r = read_paper(desk, job, &paper);

	return r < 0 ? r : fw_words_want(desk, job->case_id, paper.page);
}

static int job_done(struct fw_desk *desk, struct fw_page_job *job, json_t *facts)
{
	g_autofree char *fault = g_strdup(json_string_value(json_object_get(facts, "fault")));
	g_autofree char *hash = take_hash(facts);
	bool pictures = json_is_integer(json_object_get(facts, "page_width_px"));
	int r = pictures ? fw_duplicates_name(desk, job, hash, facts) : 0;

	if (r >= 0) {
		r = store_facts(desk, job, facts, hash, pictures);
	}
	if (r >= 0) {
		r = fw_empty_desk_found(
			desk, job->file, json_string_value(json_object_get(facts, "desk")));
	}
	fw_info("page made case=%s file=%s fault=%s", job->case_id, job->file,
		fault ? fault : "none");
	if (r >= 0 && pictures) {
		r = want_words(desk, job);
	}
	return r < 0 ? r : hand_on(desk, job, fault);
}

/* It can become a page: it is filed now, and both sides see it, while the page is being made. */
static int job_seen(struct fw_desk *desk, struct fw_page_job *job)
{
	int r = fw_db_run(desk->setup.db, "UPDATE case_page SET seen = 1 WHERE file = ?1",
		FW_DB_VALUES(fw_db_text(job->file)), NULL);

	if (r >= 0) {
		r = fw_upload_checked(desk, job->file, NULL, job->request);
		fw_memory_touch(desk->memory, job);
		job->request = 0; /* has its answer */
	}
	return r == -ENOENT ? tell(desk, job) : r;
}

static int job_failed(struct fw_desk *desk, struct fw_page_job *job, const char *error)
{
	enum fw_page_state state = FW_PAGE_MAKING;
	bool last;
	int r;

	fw_memory_touch(desk->memory, job);
	job->attempts++;
	last = job->attempts >= FW_PAGE_ATTEMPTS_MAX;
	(void)fw_page_move(state, last ? FW_PAGE_FAILED_LAST : FW_PAGE_FAILED, &state);
	r = fw_db_run(desk->setup.db,
		"UPDATE case_page SET state = ?1, attempts = ?2, error = ?3 WHERE file = ?4",
		FW_DB_VALUES(fw_db_text(fw_page_states[state]), fw_db_int(job->attempts),
			fw_db_text(error), fw_db_text(job->file)),
		NULL);
	if (r < 0) {
		return r;
	}
	if (!last) {
		fw_warn("page worker failed, once more file=%s error=%s", job->file, error);
		return send(desk, job);
	}
	fw_error("page parked case=%s file=%s error=%s", job->case_id, job->file, error);
	r = fw_deed(desk, NULL, NULL, "case.page_parked", "case_file", job->file, NULL);
	return r < 0 ? r : hand_on(desk, job, NULL);
}

int fw_page_event(struct fw_desk *desk, const struct fw_job_event *event)
{
	static const char *const failures[] = {
		"none", "spawn", "exit", "signal", "time", "result", "cancelled"};
	struct fw_page_job *job = g_hash_table_lookup(desk->page_jobs, &event->job);
	char error[ERROR_SIZE];
	json_t *facts;
	int r;

	if (!job) {
		return 0;
	}
	if (job->work == FW_PAGE_JOIN) {
		return fw_bundle_event(desk, job, event);
	}
	if (job->work == FW_PAGE_READ) {
		return fw_words_event(desk, job, event);
	}
	if (event->kind == FW_JOB_SEEN) {
		return job_seen(desk, job);
	}
	if (event->kind != FW_JOB_DONE) {
		g_snprintf(error, sizeof(error), "%s %d", failures[event->failure], event->code);
		return job_failed(desk, job, error);
	}
	facts = json_loads(event->result ? event->result : "", JSON_REJECT_DUPLICATES, NULL);
	r = json_is_object(json_object_get(facts, "still")) ? job_done(desk, job, facts)
							    : job_failed(desk, job, "result 0");
	json_decref(facts);
	return r;
}
