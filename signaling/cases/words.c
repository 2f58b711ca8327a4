/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/words.h"

#include "base/db.h"
#include "base/keystore.h"
#include "base/log.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/duplicates.h"
#include "signaling/cases/page_state.h"
#include "signaling/desk/emit.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define FW_LOG_TOPIC "words"

#define NO_MODEL   8 /* exit status, docs/CAPTURE.md 5 */
#define UPRIGHT    0
#define UPSIDE     180
#define ERROR_SIZE 32

/* --- the job -------------------------------------------------------------------------------------- */

static bool is_reading(const struct fw_desk *desk)
{
	GHashTableIter jobs;
	void *job;

	g_hash_table_iter_init(&jobs, desk->page_jobs);
	while (g_hash_table_iter_next(&jobs, NULL, &job)) {
		if (((const struct fw_page_job *)job)->work == FW_PAGE_READ) {
			return true;
		}
	}
	return false;
}

static int park(struct fw_desk *desk, const char *page, const char *error)
{
	return fw_db_run(desk->setup.db,
		"UPDATE page_words SET state = ?1, error = ?2 WHERE page = ?3",
		FW_DB_VALUES(fw_db_text(fw_page_states[FW_PAGE_PARKED]), fw_db_text(error),
			fw_db_text(page)),
		NULL);
}

/* words: empty, not begun yet. */
static int name_words(struct fw_desk *desk, const char *page, char words[FW_ID_SIZE])
{
	uint8_t random[FW_ID_RANDOM_BYTES];

	if (words[0]) {
		return 0;
	}
	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, words);
	return fw_db_run(desk->setup.db, "UPDATE page_words SET words = ?1 WHERE page = ?2",
		FW_DB_VALUES(fw_db_text(words), fw_db_text(page)), NULL);
}

static int send(struct fw_desk *desk, const char *case_id, const char *page, char words[FW_ID_SIZE],
	unsigned attempts)
{
	struct fw_job_command command = {.kind = FW_JOB_START};
	struct fw_job_paper *paper = &command.start.paper;
	char key[FW_KEY_ID_MAX_BYTES + 1];
	struct fw_page_job *job;
	int r;

	g_snprintf(key, sizeof(key), "case/%s", case_id);
	r = fw_keystore_load_key(desk->setup.keystore, key, command.start.key);
	if (r == 0) {
		r = name_words(desk, page, words);
	}
	if (r == 0) {
		r = fw_duplicates_read(desk, case_id, page, &command.start.list);
	}
	if (r < 0) {
		fw_wipe(command.start.key, sizeof(command.start.key));
		return r;
	}
	job = fw_page_job_add(desk, case_id, page);
	job->work = FW_PAGE_READ;
	job->attempts = attempts;
	command.job = job->id;
	command.start.kind = FW_JOB_WORDS;
	g_strlcpy(paper->case_id, case_id, sizeof(paper->case_id));
	g_strlcpy(paper->page, page, sizeof(paper->page));
	g_strlcpy(paper->words, words, sizeof(paper->words));
	fw_emit_job(desk, &command);
	fw_wipe(command.start.key, sizeof(command.start.key));
	return 0;
}

/* 1: that page is gone with its case, take the next. */
static int begin_next(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	char case_id[FW_ID_SIZE], page[FW_ID_SIZE], words[FW_ID_SIZE];
	int64_t attempts;
	int r;

	r = fw_db_query(desk->setup.db,
		"SELECT page, service_case, words, attempts FROM page_words WHERE state = 'making'"
		" ORDER BY page DESC LIMIT 1",
		FW_DB_NO_VALUES, &row);
	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r;
	}
	g_strlcpy(page, fw_db_column_text(row, 0), sizeof(page));
	g_strlcpy(case_id, fw_db_column_text(row, 1), sizeof(case_id));
	g_strlcpy(words, fw_db_column_is_null(row, 2) ? "" : fw_db_column_text(row, 2),
		sizeof(words));
	attempts = fw_db_column_int(row, 3);
	r = send(desk, case_id, page, words, (unsigned)attempts);
	if (r == -ENOENT) {
		r = park(desk, page, "purged");
		return r < 0 ? r : 1;
	}
	return r;
}

/* One page at a time: the rows are the queue. */
static int go_on(struct fw_desk *desk)
{
	int r = 1;

	if (!desk->setup.read_words || desk->tally->no_words || is_reading(desk)) {
		return 0;
	}
	while (r > 0) {
		r = begin_next(desk);
	}
	return r;
}

int fw_words_want(struct fw_desk *desk, const char *case_id, const char *page)
{
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO page_words (page, service_case, state, attempts) VALUES (?1, ?2,"
		" 'making', 0) ON CONFLICT (page) DO UPDATE SET state = 'making', attempts = 0,"
		" error = NULL",
		FW_DB_VALUES(fw_db_text(page), fw_db_text(case_id)), NULL);

	return r < 0 ? r : go_on(desk);
}

int fw_words_load(struct fw_desk *desk)
{
	return go_on(desk);
}

/* --- which way up --------------------------------------------------------------------------------- */

/* What was read is surer than the guess by where lines begin, also where that was wrong. Whether it is news. */
static bool set_turn(json_t *facts, int turn)
{
	json_t *warnings = json_object_get(facts, "warnings");
	bool sideways = fw_page_unwarn(facts, "sideways");
	bool over = fw_page_unwarn(facts, "upside_down");

	if (turn == UPRIGHT) {
		(void)json_object_del(facts, "suggested_turn");
		return sideways || over;
	}
	json_array_append_new(warnings, json_string(turn == UPSIDE ? "upside_down" : "sideways"));
	json_object_set_new(facts, "suggested_turn", json_integer(turn));
	return true;
}

static int turn_page(struct fw_desk *desk, const struct fw_page_job *job, int turn, bool *ret_news)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT file, facts FROM case_page WHERE service_case = ?1 AND page = ?2"
		" AND facts IS NOT NULL",
		FW_DB_VALUES(fw_db_text(job->case_id), fw_db_text(job->file)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_autofree char *file = g_strdup(fw_db_column_text(rows, 0));
		json_auto_t *facts = json_loads(fw_db_column_text(rows, 1), 0, NULL);

		if (set_turn(facts, turn)) {
			*ret_news = true;
			r = fw_page_set_facts(desk, file, facts);
		}
	}
	return r;
}

/* --- its end -------------------------------------------------------------------------------------- */

/* sure_turn: -1, it is not sure. */
static int tell(
	struct fw_desk *desk, const struct fw_page_job *job, int sure_turn, const json_t *differs)
{
	struct fw_case c;
	bool news = false;
	int r = sure_turn >= 0 ? turn_page(desk, job, sure_turn, &news) : 0;

	if (r >= 0) {
		r = fw_duplicates_part(desk, job, differs, &news);
	}
	if (r >= 0 && news && (r = fw_case_load(desk, job->case_id, &c)) == 0) {
		fw_case_tell(desk, &c, "page", 0);
	}
	return MIN(r, 0);
}

static int done(struct fw_desk *desk, const struct fw_page_job *job, const char *result)
{
	json_auto_t *read = json_loads(result ? result : "", JSON_REJECT_DUPLICATES, NULL);
	int turn = 0, sure = 0, characters = 0, r;

	if (json_unpack(read, "{s:i, s:b, s:i}", "turn", &turn, "sure", &sure, "characters",
		    &characters) < 0 ||
		turn < 0 || turn > 270 || turn % 90 != 0) {
		return -EBADMSG;
	}
	r = fw_db_run(desk->setup.db,
		"UPDATE page_words SET state = ?1, error = NULL, characters = ?2, made_us = ?3"
		" WHERE page = ?4",
		FW_DB_VALUES(fw_db_text(fw_page_states[FW_PAGE_MADE]), fw_db_int(characters),
			fw_db_int(desk->now_us), fw_db_text(job->file)),
		NULL);
	fw_info("page read case=%s page=%s turn=%d characters=%d", job->case_id, job->file,
		sure ? turn : -1, characters);
	return r < 0 ? r : tell(desk, job, sure ? turn : -1, json_object_get(read, "differs"));
}

static int failed(struct fw_desk *desk, const struct fw_page_job *job, const char *error)
{
	enum fw_page_state state = FW_PAGE_MAKING;
	unsigned attempts = job->attempts + 1;
	bool last = attempts >= FW_PAGE_ATTEMPTS_MAX;

	(void)fw_page_move(state, last ? FW_PAGE_FAILED_LAST : FW_PAGE_FAILED, &state);
	if (last) {
		fw_error("words parked case=%s page=%s error=%s", job->case_id, job->file, error);
	} else {
		fw_warn("word reader failed, once more page=%s error=%s", job->file, error);
	}
	return fw_db_run(desk->setup.db,
		"UPDATE page_words SET state = ?1, attempts = ?2, error = ?3 WHERE page = ?4",
		FW_DB_VALUES(fw_db_text(fw_page_states[state]), fw_db_int(attempts),
			fw_db_text(error), fw_db_text(job->file)),
		NULL);
}

/* No page is at fault: there is no program, or no model. */
static bool has_no_reader(const struct fw_job_event *event)
{
	return event->kind == FW_JOB_FAILED &&
		(event->failure == FW_JOB_FAILURE_SPAWN ||
			(event->failure == FW_JOB_FAILURE_EXIT && event->code == NO_MODEL));
}

int fw_words_event(struct fw_desk *desk, struct fw_page_job *job, const struct fw_job_event *event)
{
	char error[ERROR_SIZE];
	int r = 0;

	if (has_no_reader(event)) {
		fw_error("pages are not read: tesseract-ocr-chi-sim, tesseract-ocr-osd missing?"
			 " failure=%d code=%d",
			(int)event->failure, event->code);
		fw_memory_touch(desk->memory, desk->tally);
		desk->tally->no_words = true;
	} else {
		r = event->kind == FW_JOB_DONE ? done(desk, job, event->result) : -EBADMSG;
		if (r == -EBADMSG) {
			g_snprintf(error, sizeof(error), "%d %d", (int)event->failure, event->code);
			r = failed(desk, job, error);
		}
	}
	fw_page_job_forget(desk, job);
	return r < 0 ? r : go_on(desk);
}
