/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/duplicates.h"

#include "base/db.h"
#include "capture/likeness.h"

#include <string.h>

#define COMPARED_MAX 64 /* docs/CAPTURE.md 2 */
#define NAMED_MAX    16 /* duplicates that are named: more say no more */

/* --- named, by where they have ink ---------------------------------------------------------------- */

static void name_one(
	json_t *named, const char *file, const char *hash, const uint64_t ours[FW_HASH_WORDS])
{
	uint64_t theirs[FW_HASH_WORDS];

	if (json_array_size(named) < NAMED_MAX && fw_hash_parse(hash, theirs) &&
		fw_hash_likeness(ours, theirs) >= FW_SAME_PAGE) {
		json_array_append_new(named, json_string(file));
	}
}

/*
 * Held against the latest pages that are made by now: of two that were made side by side, the later names
 * the other.
 */
int fw_duplicates_name(
	struct fw_desk *desk, const struct fw_page_job *job, const char *hash, json_t *facts)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	uint64_t ours[FW_HASH_WORDS];
	json_t *named = json_array();
	int r;

	json_object_set_new(facts, "duplicate_of", named);
	if (!hash || !fw_hash_parse(hash, ours)) {
		return 0;
	}
	r = fw_db_query(desk->setup.db,
		"SELECT p.file, p.hash FROM case_page p JOIN case_file f ON f.id = p.file"
		" WHERE p.service_case = ?1 AND p.state = 'made' AND p.hash IS NOT NULL"
		" AND f.state = 'filed' AND p.file <> ?2 ORDER BY f.filed_us DESC LIMIT ?3",
		FW_DB_VALUES(
			fw_db_text(job->case_id), fw_db_text(job->file), fw_db_int(COMPARED_MAX)),
		&rows);
	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		name_one(named, fw_db_column_text(rows, 0), fw_db_column_text(rows, 1), ours);
	}
	if (r >= 0 && json_array_size(named) > 0) {
		json_array_append_new(json_object_get(facts, "warnings"), json_string("duplicate"));
	}
	return r;
}

/* --- told apart, by their words ------------------------------------------------------------------- */

/* Of two that look alike the later names the other, and the later is read first: both ways. */
int fw_duplicates_read(struct fw_desk *desk, const char *case_id, const char *page, char **ret_words)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autoptr(GString) words = g_string_new(NULL);
	int r = fw_db_query(desk->setup.db,
		"SELECT DISTINCT w.words FROM case_page mine"
		" JOIN case_page other ON other.service_case = mine.service_case"
		" AND other.page <> mine.page"
		" JOIN page_words w ON w.page = other.page AND w.state = 'made' AND w.characters > "
		"0"
		" WHERE mine.service_case = ?1 AND mine.page = ?2"
		" AND (mine.facts LIKE '%' || other.file || '%'"
		" OR other.facts LIKE '%' || mine.file || '%') ORDER BY w.words DESC LIMIT ?3",
		FW_DB_VALUES(fw_db_text(case_id), fw_db_text(page), fw_db_int(COMPARED_MAX)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_string_append_printf(
			words, "%s%s", words->len > 0 ? "," : "", fw_db_column_text(rows, 0));
	}
	if (r < 0) {
		return r;
	}
	*ret_words = words->len > 0 ? g_strdup(words->str) : NULL;
	return 0;
}

/* Files whose page it is; several where one is used again. by: what is asked of a page, with the case as ?1, `id` as ?2. */
static int find_files(struct fw_desk *desk, const char *by, const char *case_id, const char *id,
	GPtrArray **ret_files)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	int r = fw_db_query(
		desk->setup.db, by, FW_DB_VALUES(fw_db_text(case_id), fw_db_text(id)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		g_ptr_array_add(files, g_strdup(fw_db_column_text(rows, 0)));
	}
	if (r < 0) {
		return r;
	}
	*ret_files = g_steal_pointer(&files);
	return 0;
}

static bool forget(json_t *facts, const char *other)
{
	json_t *named = json_object_get(facts, "duplicate_of");

	for (size_t i = json_array_size(named); i-- > 0;) {
		if (g_strcmp0(json_string_value(json_array_get(named, i)), other) == 0) {
			json_array_remove(named, i);
			if (json_array_size(named) == 0) {
				(void)fw_page_unwarn(facts, "duplicate");
			}
			return true;
		}
	}
	return false;
}

static int part(struct fw_desk *desk, const char *file, const char *other, bool *ret_news)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	json_auto_t *facts = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT facts FROM case_page WHERE file = ?1 AND facts IS NOT NULL",
		FW_DB_VALUES(fw_db_text(file)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r;
	}
	facts = json_loads(fw_db_column_text(row, 0), 0, NULL);
	if (!forget(facts, other)) {
		return 0;
	}
	*ret_news = true;
	return fw_page_set_facts(desk, file, facts);
}

static int part_from(struct fw_desk *desk, const struct fw_page_job *job, const GPtrArray *ours,
	const char *words, bool *ret_news)
{
	g_autoptr(GPtrArray) theirs = NULL;
	int r = find_files(desk,
		"SELECT p.file FROM case_page p JOIN page_words w ON w.page = p.page"
		" WHERE p.service_case = ?1 AND w.words = ?2",
		job->case_id, words, &theirs);

	for (guint i = 0; r >= 0 && i < ours->len * theirs->len; i++) {
		const char *own = g_ptr_array_index(ours, i % ours->len);
		const char *other = g_ptr_array_index(theirs, i / ours->len);

		r = part(desk, own, other, ret_news);
		if (r >= 0) {
			r = part(desk, other, own, ret_news);
		}
	}
	return r;
}

int fw_duplicates_part(
	struct fw_desk *desk, const struct fw_page_job *job, const json_t *differs, bool *ret_news)
{
	g_autoptr(GPtrArray) ours = NULL;
	const json_t *words;
	size_t index;
	int r = find_files(desk, "SELECT file FROM case_page WHERE service_case = ?1 AND page = ?2",
		job->case_id, job->file, &ours);

	json_array_foreach (differs, index, words) {
		if (r >= 0 && index < COMPARED_MAX && json_is_string(words)) {
			r = part_from(desk, job, ours, json_string_value(words), ret_news);
		}
	}
	return MIN(r, 0);
}
