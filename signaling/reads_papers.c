/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads_papers.h"

#include "base/blob.h"
#include "base/log.h"
#include "capture/page_words.h"

#include <errno.h>
#include <string.h>

#define FW_LOG_TOPIC "papers"

void fw_papers_found_clear(struct fw_papers_found *found)
{
	g_clear_pointer(&found->cases, g_ptr_array_unref);
}

#define PAGES \
	" JOIN case_file f ON f.service_case = c.id AND f.state = 'filed'" \
	" JOIN case_page p ON p.file = f.id JOIN page_words w ON w.page = p.page"

const char fw_papers_tables[] = PAGES " AND w.state = 'made' AND w.characters > 0";
const char fw_papers_unread_tables[] = PAGES " AND w.state <> 'made'";

/* As fw_case_may_read(): what a list shows of a case is less than what its papers say. */
void fw_papers_add_readable(struct fw_read_query *query, const struct fw_read_question *question)
{
	fw_read_add(query,
		" AND (c.area IN (SELECT code FROM seen)"
		" OR c.applicant_area IN (SELECT code FROM seen)"
		" OR c.area IN (SELECT code FROM handles)"
		" OR c.applicant_area IN (SELECT code FROM opens)");
	fw_read_text(query,
		" OR EXISTS (SELECT 1 FROM case_reader r WHERE r.service_case = c.id"
		" AND r.account = ?)",
		question->account);
	fw_read_text(query,
		" OR EXISTS (SELECT 1 FROM call k JOIN call_part y ON y.call = k.id"
		" WHERE k.case_number = c.serial AND y.account = ?"
		" AND y.part IN ('in', 'left') AND k.answered_us IS NOT NULL))",
		question->account);
}

/* Padded, so that there are few different texts of the query. */
void fw_papers_add_found(struct fw_read_query *query, const struct fw_papers_found *found)
{
	guint padded = 1;

	while (padded < found->cases->len) {
		padded *= 4;
	}
	fw_read_add(query, " AND c.id IN (");
	for (guint i = 0; i < MIN(padded, FW_PAPERS_FOUND) && found->cases->len > 0; i++) {
		fw_read_text(query, "?, ",
			g_ptr_array_index(found->cases, MIN(i, found->cases->len - 1)));
	}
	fw_read_add(query, "NULL)");
}

/* 1: the page has them; 0 also where it cannot be opened any more. */
static int holds(const struct fw_read_question *question, const char *case_id, const char *blob,
	const char *folded)
{
	g_autofree void *bytes = NULL;
	char key[FW_KEY_ID_MAX_BYTES + 1];
	struct fw_page_words words;
	bool purged = false;
	size_t size = 0;
	int r;

	g_snprintf(key, sizeof(key), "case/%s", case_id);
	r = fw_read_take_key(question->keys, key, &purged);
	if (r < 0 || purged) {
		return r;
	}
	r = fw_blob_get(
		question->blobs, blob, question->keys->key, FW_PAGE_WORDS_MAX_BYTES, &bytes, &size);
	if (r == 0 && (r = fw_page_words_parse(bytes, size, &words)) == 0) {
		r = fw_page_words_hold(&words, folded);
		fw_page_words_clear(&words);
	} else {
		fw_warn("words passed over words=%s errno=%d", blob, -r);
		r = 0;
	}
	if (bytes) {
		fw_wipe(bytes, size);
	}
	return r;
}

int fw_papers_find(struct fw_db *db, const struct fw_read_question *question,
	struct fw_read_query *query, const char *words, struct fw_papers_found *ret_found)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autofree char *folded = fw_words_fold(words);
	GPtrArray *cases = g_ptr_array_new_with_free_func(g_free);
	const char *latest = "";
	unsigned seen = 0;
	bool cut = false;
	int r = question->blobs ? fw_read_run(db, query, &rows) : -EINVAL;

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		const char *id = fw_db_column_text(rows, 0);

		cut = ++seen > FW_PAPERS_LOOKED_AT || cases->len >= FW_PAPERS_FOUND;
		if (cut) {
			break;
		}
		if (strcmp(id, latest) == 0) {
			continue; /* found by another of its pages */
		}
		r = holds(question, id, fw_db_column_text(rows, 1), folded);
		if (r > 0) {
			g_ptr_array_add(cases, g_strdup(id));
			latest = g_ptr_array_index(cases, cases->len - 1);
		}
	}
	if (r < 0) {
		g_ptr_array_unref(cases);
		return r;
	}
	*ret_found = (struct fw_papers_found){.cases = cases, .cut = cut};
	return 0;
}
