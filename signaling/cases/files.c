/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/files.h"

#include <errno.h>
#include <string.h>

#include "base/db.h"
#include "base/keystore.h"
#include "base/log.h"
#include "signaling/cases/case_row.h"
#include "signaling/cases/case_state.h"
#include "signaling/desk/deeds.h"

#define FW_LOG_TOPIC "files"

const char *fw_case_media_type(const void *bytes, size_t size)
{
	static const struct {
		const char *media_type;
		size_t size;
		const char *magic;
	} known[] = {
		{"image/jpeg", 3, "\xff\xd8\xff"},
		{"image/png", 8, "\x89PNG\r\n\x1a\n"},
		{"application/pdf", 5, "%PDF-"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (size >= known[i].size && memcmp(bytes, known[i].magic, known[i].size) == 0) {
			return known[i].media_type;
		}
	}
	return NULL;
}

/* --- may it be added -------------------------------------------------------------------------------- */

static bool may_file(const struct fw_desk *desk, const struct fw_account *account, const char *area)
{
	const struct fw_area *found = fw_catalogue_area(desk->catalogue, area);

	return found && fw_person_may(account->person, FW_RIGHT_UPLOAD, found);
}

static bool is_over(const char *state)
{
	for (int i = 0; fw_case_states[i]; i++) {
		if (strcmp(fw_case_states[i], state) == 0) {
			return fw_case_is_final((enum fw_case_state)i);
		}
	}
	return true;
}

int fw_case_file_check(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_case_file *file)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT c.state, c.area, c.applicant_area, m.number FROM service_case c"
		" LEFT JOIN item_material m ON m.item = c.item AND m.version = c.item_version"
		" AND m.number = ?2 WHERE c.id = ?1",
		FW_DB_VALUES(fw_db_text(file->case_id), fw_db_int(file->material)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : FW_CODE_NOT_FOUND;
	}
	if (!may_file(desk, account, fw_db_column_text(rows, 1)) &&
		!may_file(desk, account, fw_db_column_text(rows, 2))) {
		return FW_CODE_FORBIDDEN;
	}
	if (file->material && fw_db_column_is_null(rows, 3)) {
		return FW_CODE_NOT_FOUND;
	}
	return is_over(fw_db_column_text(rows, 0)) ? FW_CODE_WRONG_STATE : 0;
}

/* --- it is there ------------------------------------------------------------------------------------ */

int fw_case_file_seal_name(struct fw_desk *desk, const struct fw_sealed_place *place,
	const char *case_id, const char *name, void **ret_sealed, size_t *ret_size)
{
	uint8_t key[FW_AEAD_KEY_BYTES], nonce[FW_AEAD_NONCE_BYTES];
	char id[FW_KEY_ID_MAX_BYTES + 1];
	int r;

	g_snprintf(id, sizeof(id), "case/%s", case_id);
	r = fw_keystore_load_key(desk->setup.keystore, id, key);
	if (r < 0) {
		return r;
	}
	desk->setup.random(desk->setup.random_user, nonce, sizeof(nonce));
	r = fw_sealed_seal(key, nonce, place, name, ret_sealed, ret_size);
	fw_wipe(key, sizeof(key));
	return r;
}

static int store(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_case_file *file)
{
	g_autofree void *name = NULL;
	size_t name_size = 0;
	int64_t position = 0;
	int r = fw_case_file_seal_name(desk,
		&(struct fw_sealed_place){"case_file", "name", file->id}, file->case_id, file->name,
		&name, &name_size);

	if (r == 0) {
		r = fw_db_query_int(desk->setup.db,
			"SELECT COALESCE(MAX(position), 0) + 1 FROM case_file"
			" WHERE service_case = ?1 AND COALESCE(material, 0) = ?2",
			FW_DB_VALUES(fw_db_text(file->case_id), fw_db_int(file->material)),
			&position);
	}
	if (r < 0) {
		return r;
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO case_file (id, service_case, material, position, kind, media_type,"
		" blob, sha256, bytes, state, account, filed_us, name, rotation)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?13, ?7, ?8, 'filed', ?9, ?10, ?11, ?12)",
		FW_DB_VALUES(fw_db_text(file->id), fw_db_text(file->case_id),
			file->material ? fw_db_int(file->material) : fw_db_null(),
			fw_db_int(position), fw_db_text(file->kind), fw_db_text(file->media_type),
			fw_db_text(file->sha256), fw_db_int(file->bytes),
			fw_db_text(account->person->id), fw_db_int(desk->now_us),
			fw_db_blob(name, name_size), fw_db_int(file->rotation),
			fw_db_text(file->blob ? file->blob : file->id)),
		NULL);
}

int fw_case_file_add(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_case_file *file)
{
	g_autofree char *detail = g_strdup_printf(
		"{\"case\":\"%s\",\"material\":%" G_GINT64_FORMAT ",\"kind\":\"%s\","
		"\"bytes\":%" G_GINT64_FORMAT ",\"sha256\":\"%s\"}",
		file->case_id, file->material, file->kind, file->bytes, file->sha256);
	struct fw_case c;
	int r = store(desk, account, file);

	if (r >= 0) {
		r = fw_deed(desk, account, NULL, "case.file_filed", "case_file", file->id, detail);
	}
	if (r == 0 && (r = fw_case_load(desk, file->case_id, &c)) == 0) {
		fw_case_tell(desk, &c, "file", file->material);
	}
	fw_info("file filed case=%s file=%s bytes=%" G_GINT64_FORMAT, file->case_id, file->id,
		file->bytes);
	return r;
}

/* --- it is filed ------------------------------------------------------------------------------------ */

const char *fw_case_file_param(const struct fw_http_question *question)
{
	const char *file = json_string_value(json_object_get(question->params, "file"));

	return fw_id_valid(file) ? file : NULL;
}

int fw_case_file_filed(struct fw_desk *desk, const struct fw_http_question *question,
	struct fw_case *ret_case, int64_t *ret_material)
{
	int64_t material;
	int r = fw_case_of(desk, question, ret_case);

	if (r != 0) {
		return r;
	}
	if (!fw_case_is_side(desk, question->session->account->person, ret_case, FW_CASE_EITHER)) {
		return FW_CODE_FORBIDDEN;
	}
	r = fw_db_query_int(desk->setup.db,
		"SELECT COALESCE(material, 0) FROM case_file WHERE id = ?1 AND service_case = ?2"
		" AND state = 'filed'",
		FW_DB_VALUES(fw_db_text(fw_case_file_param(question)), fw_db_text(ret_case->id)),
		&material);
	if (r < 0) {
		return r == -ENOENT ? FW_CODE_NOT_FOUND : r;
	}
	if (ret_material) {
		*ret_material = material;
	}
	return fw_case_is_final(ret_case->state) ? FW_CODE_WRONG_STATE : 0;
}
