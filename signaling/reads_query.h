/* SPDX-License-Identifier: Apache-2.0 */
/* A SELECT put together from constant fragments: a filter that was not asked for is not in the text, so that
 * each search uses its index. Values only ever travel as parameters; a fragment's `?` become ?1, ?2 ...
 *
 * Owner: the caller; values are borrowed until done. Threads: one at a time. Errors: as base/db.h.
 */
#ifndef FW_SIGNALING_READS_QUERY_H
#define FW_SIGNALING_READS_QUERY_H

#include "base/db.h"
#include "signaling/desk/json_write.h"
#include "signaling/reads_sealed.h"

#include <jansson.h>

struct fw_blob_store;

#define FW_READ_VALUES_MAX 320

struct fw_read_query {
	GString *sql;
	struct fw_db_value values[FW_READ_VALUES_MAX];
	size_t count;
};

/* What was asked, and what is allowed. */
struct fw_read_question {
	const json_t *query;
	const char *account;
	const json_t *areas; /* array of codes */
	int64_t page, page_size; /* checked */
	struct fw_read_keys *keys; /* what sealed texts are opened with */
	struct fw_blob_store *blobs; /* where the words of papers lie */
};

void fw_read_init(struct fw_read_query *query);
void fw_read_clear(struct fw_read_query *query);
void fw_read_add(struct fw_read_query *query, const char *fragment);
/* fragment with as many `?` as values given. */
void fw_read_text(struct fw_read_query *query, const char *fragment, const char *text);
void fw_read_int(struct fw_read_query *query, const char *fragment, int64_t integer);
void fw_read_blob(struct fw_read_query *query, const char *fragment, const void *bytes, size_t size);
int fw_read_run(struct fw_db *db, struct fw_read_query *query, struct fw_statement **ret_rows);

/* A text of the question; NULL: not asked, or empty. */
const char *fw_read_param(const struct fw_read_question *question, const char *name);
/* One of the words (NULL at their end); NULL: not asked, or none of them, which makes *ret_bad true. */
const char *fw_read_word(const struct fw_read_question *question, const char *name,
	const char *const *words, bool *ret_bad);
/* A whole number, as such or as digits in a text. false: not asked; a text that is none makes *ret_bad true. */
bool fw_read_number(const struct fw_read_question *question, const char *name, int64_t *ret_number,
	bool *ret_bad);

/* Begins {"total":...,"page":...,"page_size":...,"rows":[ */
void fw_read_open_page(struct fw_json *json, const struct fw_read_question *question, int64_t total);

/* %text% with the wildcards in it escaped by '\'; g_free. */
char *fw_read_like(const char *text);

/* Common table `scope` with the question's areas and everything below them: "WITH ... ". */
void fw_read_scope(struct fw_read_query *query, const struct fw_read_question *question);

typedef int fw_reader(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json);

fw_reader fw_read_kept, fw_read_kept_csv, fw_read_history, fw_read_closures, fw_read_duty_halls,
	fw_read_drills, fw_read_areas, fw_read_windows, fw_read_items, fw_read_item, fw_read_today,
	fw_read_calls, fw_read_call, fw_read_audit, fw_read_sms, fw_read_ledger, fw_read_ledger_row,
	fw_read_escalations, fw_read_escalation, fw_read_mirror, fw_read_cases, fw_read_case_people,
	fw_read_case_figures, fw_read_figures;
fw_reader fw_read_catalogue, fw_read_catalogue_item, fw_read_catalogue_version,
	fw_read_catalogue_draft, fw_read_catalogue_export, fw_read_catalogue_picture,
	fw_read_guide_faults, fw_read_guide_fault;

/* "entries" of a ledger row or an escalation. */
int fw_read_entries(struct fw_db *db, struct fw_read_keys *keys, const char *subject,
	const char *id, struct fw_json *json);

#endif
