/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are filed: withdrawn with a reason (and kept), used for another material of their case. */
#include "base/db.h"
#include "base/id.h"
#include "base/keystore.h"
#include "signaling/cases/case_input.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/files.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/http.h"

#include <errno.h>
#include <string.h>

#define REASON_MAX_CHARS 200

int fw_file_withdraw_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	const char *file = fw_case_file_param(question);
	const char *reason;
	int64_t material;
	struct fw_case c;
	int r = fw_case_file_filed(desk, question, &c, &material);

	if (r != 0 ||
		(r = fw_case_needed(question->params, "reason", REASON_MAX_CHARS, false, &reason)) !=
			0) {
		return r;
	}
	r = fw_db_run(desk->setup.db,
		"UPDATE case_file SET state = 'withdrawn', reason = ?1, withdrawn_us = ?2"
		" WHERE id = ?3",
		FW_DB_VALUES(fw_db_text(reason), fw_db_int(desk->now_us), fw_db_text(file)), NULL);
	if (r >= 0) {
		r = fw_deed(desk, account, account->window, "case.file_withdrawn", "case_file",
			file, NULL);
	}
	if (r == 0) {
		fw_case_tell(desk, &c, "file", material);
		fw_http_answer(desk, question->request, 200, g_strdup("{}"), NULL);
	}
	return r;
}

/* --- once more, for another material ---------------------------------------------------------------- */

struct source {
	char *name; /* fw_sealed_free */
	char kind[16], blob[FW_ID_SIZE], sha256[2 * FW_SHA256_BYTES + 1], media_type[32];
	int64_t rotation, bytes;
};

static int open_name(struct fw_desk *desk, const char *case_id, struct fw_statement *row, int at,
	const char *file, char **ret_name)
{
	const struct fw_sealed_place place = {"case_file", "name", file};
	uint8_t key[FW_AEAD_KEY_BYTES];
	char id[FW_KEY_ID_MAX_BYTES + 1];
	const void *sealed;
	size_t size;
	int r;

	g_snprintf(id, sizeof(id), "case/%s", case_id);
	r = fw_keystore_load_key(desk->setup.keystore, id, key);
	if (r < 0) {
		return r;
	}
	sealed = fw_db_column_blob(row, at, &size);
	r = fw_sealed_open(key, &place, sealed, size, ret_name);
	fw_wipe(key, sizeof(key));
	return r;
}

static int read_source(
	struct fw_desk *desk, const char *case_id, const char *file, struct source *ret_source)
{
	fw_cleanup(fw_db_done) struct fw_statement *row = NULL;
	struct source *source = ret_source;
	int r = fw_db_query(desk->setup.db,
		"SELECT kind, blob, sha256, media_type, rotation, bytes, name FROM case_file"
		" WHERE id = ?1",
		FW_DB_VALUES(fw_db_text(file)), &row);

	if (r < 0 || (r = fw_db_step(row)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	g_strlcpy(source->kind, fw_db_column_text(row, 0), sizeof(source->kind));
	g_strlcpy(source->blob, fw_db_column_text(row, 1), sizeof(source->blob));
	g_strlcpy(source->sha256, fw_db_column_text(row, 2), sizeof(source->sha256));
	g_strlcpy(source->media_type, fw_db_column_text(row, 3), sizeof(source->media_type));
	source->rotation = fw_db_column_int(row, 4);
	source->bytes = fw_db_column_int(row, 5);
	return open_name(desk, case_id, row, 6, file, &source->name);
}

/* The same bytes and the same page under another id. */
static int use(struct fw_desk *desk, const struct fw_account *account, const struct fw_case *c,
	const char *from, int64_t material, const char *id)
{
	struct source source = {0};
	int64_t making = 0;
	int r = fw_db_query_int(desk->setup.db,
		"SELECT COUNT(*) FROM case_page WHERE file = ?1 AND state = 'making'",
		FW_DB_VALUES(fw_db_text(from)), &making);

	if (r >= 0) {
		r = making ? FW_CODE_BUSY : read_source(desk, c->id, from, &source);
	}
	if (r == 0) {
		const struct fw_case_file file = {
			.id = id,
			.case_id = c->id,
			.material = material,
			.kind = source.kind,
			.blob = source.blob,
			.name = source.name,
			.rotation = source.rotation,
			.bytes = source.bytes,
			.sha256 = source.sha256,
			.media_type = source.media_type,
		};

		r = fw_case_file_check(desk, account, &file);
		r = r != 0 ? r : fw_case_file_add(desk, account, &file);
	}
	fw_sealed_free(source.name);
	if (r != 0) {
		return r;
	}
	r = fw_db_run(desk->setup.db,
		"INSERT INTO case_page (file, service_case, state, attempts, error, page, "
		"thumbnail,"
		" rotation, pictures, seen, facts, made_us) SELECT ?1, service_case, "
		"state,"
		" attempts, error, page, thumbnail, rotation, pictures, seen, facts, made_us"
		" FROM case_page WHERE file = ?2 AND state <> 'making'",
		FW_DB_VALUES(fw_db_text(id), fw_db_text(from)), NULL);
	if (r >= 0) {
		r = fw_db_run(desk->setup.db,
			"UPDATE case_file SET turn = (SELECT turn FROM case_file WHERE id = ?2)"
			" WHERE id = ?1",
			FW_DB_VALUES(fw_db_text(id), fw_db_text(from)), NULL);
	}
	return MIN(r, 0);
}

int fw_file_use_operation(struct fw_desk *desk, const struct fw_http_question *question)
{
	const struct fw_account *account = question->session->account;
	uint8_t random[FW_ID_RANDOM_BYTES];
	char id[FW_ID_SIZE];
	int64_t material;
	struct fw_case c;
	int r = fw_case_file_filed(desk, question, &c, NULL);

	if (r != 0 || (r = fw_case_count(question->params, "material", INT32_MAX, &material)) != 0) {
		return r;
	}
	if (!material) {
		return FW_CODE_MALFORMED;
	}
	desk->setup.random(desk->setup.random_user, random, sizeof(random));
	fw_id_make(desk->now_us, random, id);
	r = use(desk, account, &c, fw_case_file_param(question), material, id);
	if (r == 0) {
		fw_http_answer(desk, question->request, 201,
			g_strdup_printf("{\"file\":\"%s\"}", id), NULL);
	}
	return r;
}
