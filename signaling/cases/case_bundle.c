/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   asked ──▶ row, job ──done──▶ made_us set ──▶ answer with its id
 *     │                └─failed─▶ row gone   ──▶ refused, nothing changed
 *     └── the same pages joined before ──▶ answer with that one's id
 */
#include "signaling/cases/case_bundle.h"

#include "base/db.h"
#include "base/id.h"
#include "base/keystore.h"
#include "base/log.h"
#include "signaling/cases/case_blob.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/cases.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "bundles"

#define PAGES_MAX 200 /* docs/CAPTURE.md 4 */

struct bundle {
	char id[FW_ID_SIZE];
	int64_t material, pages, words; /* words: pages that were read */
	GString *files,
		*blobs; /* in order, comma between; a turned page as "id:90", its words as "+id" */
};

static void answer(struct fw_desk *desk, uint64_t request, int status, const struct bundle *bundle)
{
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "bundle", bundle->id);
	fw_json_int(&json, "pages", bundle->pages);
	fw_json_close(&json, '}');
	fw_http_answer(desk, request, status, fw_json_steal(&json), NULL);
}

static void append(GString *list, const char *id, int64_t turn)
{
	g_string_append_printf(list, "%s%s", list->len > 0 ? "," : "", id);
	if (turn != 0) {
		g_string_append_printf(list, ":%" G_GINT64_FORMAT, turn);
	}
}

/* Filed and made; files that never had a page (PDF) and those still being made are not among them. */
static int find_pages(struct fw_desk *desk, const struct fw_case *c, struct bundle *bundle)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT f.id, p.page, f.turn, w.words FROM case_file f"
		" JOIN case_page p ON p.file = f.id"
		" LEFT JOIN page_words w ON w.page = p.page AND w.state = 'made' AND w.characters "
		"> 0"
		" WHERE f.service_case = ?1 AND f.material = ?2 AND f.state = 'filed'"
		" AND p.pictures = 1 ORDER BY f.position, f.filed_us LIMIT ?3",
		FW_DB_VALUES(
			fw_db_text(c->id), fw_db_int(bundle->material), fw_db_int(PAGES_MAX + 1)),
		&rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		append(bundle->files, fw_db_column_text(rows, 0), fw_db_column_int(rows, 2));
		append(bundle->blobs, fw_db_column_text(rows, 1), fw_db_column_int(rows, 2));
		if (!fw_db_column_is_null(rows, 3)) {
			g_string_append_printf(bundle->blobs, "+%s", fw_db_column_text(rows, 3));
			bundle->words++;
		}
		bundle->pages++;
	}
	return r < 0                        ? r
		: bundle->pages == 0        ? FW_CODE_WRONG_STATE
		: bundle->pages > PAGES_MAX ? FW_CODE_TOO_MANY
					    : 0;
}

/* 1: joined before. */
static int find_made(struct fw_desk *desk, const struct fw_case *c, struct bundle *bundle)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT id FROM case_bundle WHERE service_case = ?1 AND files = ?2"
		" AND archive = ?3 AND words = ?4 AND made_us IS NOT NULL",
		FW_DB_VALUES(fw_db_text(c->id), fw_db_text(bundle->files->str),
			fw_db_int(desk->setup.archive), fw_db_int(bundle->words)),
		&row);

	if (r >= 0 && (r = fw_db_step(row)) > 0) {
		g_strlcpy(bundle->id, fw_db_column_text(row, 0), sizeof(bundle->id));
	}
	return r;
}

static int begin(struct fw_desk *desk, const struct fw_account *account, const struct fw_case *c,
	struct bundle *bundle, uint64_t request)
{
	struct fw_job_command command = {.kind = FW_JOB_START};
	uint8_t random[FW_ID_RANDOM_BYTES];
	char key[FW_KEY_ID_MAX_BYTES + 1];
	struct fw_page_job *job;
	int r;

	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, bundle->id);
	r = fw_db_run(desk->setup.db,
		"INSERT INTO case_bundle (id, service_case, material, files, pages, account, "
		"archive, words)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		FW_DB_VALUES(fw_db_text(bundle->id), fw_db_text(c->id), fw_db_int(bundle->material),
			fw_db_text(bundle->files->str), fw_db_int(bundle->pages),
			fw_db_text(account->person->id), fw_db_int(desk->setup.archive),
			fw_db_int(bundle->words)),
		NULL);
	g_snprintf(key, sizeof(key), "case/%s", c->id);
	if (r < 0 || (r = fw_keystore_load_key(desk->setup.keystore, key, command.start.key)) < 0) {
		return r;
	}
	job = fw_page_job_add(desk, c->id, bundle->id);
	job->work = FW_PAGE_JOIN;
	job->request = request;
	command.job = job->id;
	command.start.kind = FW_JOB_PDF;
	g_strlcpy(command.start.paper.case_id, c->id, sizeof(command.start.paper.case_id));
	g_strlcpy(command.start.paper.page, bundle->id, sizeof(command.start.paper.page));
	command.start.paper.archive = desk->setup.archive;
	command.start.list = g_strdup(bundle->blobs->str);
	fw_emit_job(desk, &command);
	fw_wipe(command.start.key, sizeof(command.start.key));
	return 0;
}

int fw_case_bundle_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *material = json_string_value(json_object_get(question->params, "material"));
	g_autoptr(GString) files = g_string_new(NULL), blobs = g_string_new(NULL);
	struct bundle bundle = {.files = files, .blobs = blobs};
	gint64 number;
	struct fw_case c;
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, account, &c)) != 0) {
		return r;
	}
	if (!material || !g_ascii_string_to_signed(material, 10, 1, INT32_MAX, &number, NULL)) {
		return FW_CODE_MALFORMED;
	}
	bundle.material = number;
	if ((r = find_pages(desk, &c, &bundle)) != 0 || (r = find_made(desk, &c, &bundle)) < 0) {
		return r;
	}
	if (r > 0) {
		answer(desk, question->request, 200, &bundle);
		return 0;
	}
	r = begin(desk, account, &c, &bundle, question->request);
	return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
}

/* --- its end ---------------------------------------------------------------------------------------- */

static int read_bundle(struct fw_desk *desk, const char *id, struct bundle *bundle,
	const struct fw_account **ret_account)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT material, pages, account FROM case_bundle WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(id)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	g_strlcpy(bundle->id, id, sizeof(bundle->id));
	bundle->material = fw_db_column_int(row, 0);
	bundle->pages = fw_db_column_int(row, 1);
	*ret_account = g_hash_table_lookup(desk->accounts, fw_db_column_text(row, 2));
	return 0;
}

static int done(struct fw_desk *desk, const struct fw_page_job *job)
{
	g_autofree char *detail = NULL;
	const struct fw_account *account;
	struct bundle bundle = {0};
	int r = read_bundle(desk, job->file, &bundle, &account);

	if (r < 0 ||
		(r = fw_db_run(desk->setup.db, "UPDATE case_bundle SET made_us = ?1 WHERE id = ?2",
			 FW_DB_VALUES(fw_db_int(desk->now_us), fw_db_text(job->file)), NULL)) < 0) {
		return r;
	}
	detail = g_strdup_printf("{\"case\":\"%s\",\"material\":%" G_GINT64_FORMAT
				 ",\"pages\":%" G_GINT64_FORMAT "}",
		job->case_id, bundle.material, bundle.pages);
	r = fw_deed(desk, account, NULL, "case.bundle_made", "case_bundle", job->file, detail);
	if (r == 0) {
		answer(desk, job->request, 201, &bundle);
	}
	return r;
}

int fw_bundle_event(struct fw_desk *desk, struct fw_page_job *job, const struct fw_job_event *event)
{
	int r;

	if (event->kind == FW_JOB_DONE) {
		r = done(desk, job);
	} else {
		fw_error("pages not joined case=%s bundle=%s failure=%d code=%d", job->case_id,
			job->file, (int)event->failure, event->code);
		r = fw_db_run(desk->setup.db, "DELETE FROM case_bundle WHERE id = ?1",
			FW_DB_VALUES(fw_db_text(job->file)), NULL);
		fw_http_refuse(desk, job->request, FW_CODE_BUSY, NULL);
	}
	fw_page_job_forget(desk, job);
	return r;
}

int fw_bundles_load(struct fw_desk *desk)
{
	return fw_db_run(desk->setup.db, "DELETE FROM case_bundle WHERE made_us IS NULL",
		FW_DB_NO_VALUES, NULL);
}

/* --- shown ------------------------------------------------------------------------------------------ */

int fw_case_bundle_file_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *id = json_string_value(json_object_get(question->params, "bundle"));
	struct fw_case c;
	int64_t there = 0;
	int r = fw_case_of(desk, question, &c);

	if (r != 0 || (r = fw_case_may_read(desk, account, &c)) != 0) {
		return r;
	}
	r = fw_db_query_int(desk->setup.db,
		"SELECT COUNT(*) FROM case_bundle WHERE id = ?1 AND service_case = ?2"
		" AND made_us IS NOT NULL",
		FW_DB_VALUES(fw_db_text(fw_id_valid(id) ? id : ""), fw_db_text(c.id)), &there);
	if (r < 0 || !there) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	r = fw_deed(desk, account, account->window, "case.bundle_viewed", "case_bundle", id, NULL);
	if (r != 0) {
		return r;
	}
	fw_case_blob_answer(desk, question, &c, id, "application/pdf", NULL);
	return 0;
}
