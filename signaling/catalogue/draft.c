/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/draft.h"

#include "base/db.h"

#include <errno.h>
#include <glib.h>

int fw_draft_load(struct fw_db *db, const char *item, struct fw_draft *ret_draft)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_draft draft = {0};
	int r = fw_db_query(db,
		"SELECT revision, base_version, edited_us, edited_by, document FROM item_draft"
		" WHERE item = ?1",
		FW_DB_VALUES(fw_db_text(item)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	if (r > 0) {
		draft.document =
			json_loads(fw_db_column_text(rows, 4), JSON_REJECT_DUPLICATES, NULL);
		if (!draft.document) {
			return -EBADMSG;
		}
		draft.revision = fw_db_column_int(rows, 0);
		draft.base_version = fw_db_column_int(rows, 1);
		draft.edited_us = fw_db_column_int(rows, 2);
		draft.edited_by = g_strdup(fw_db_column_text(rows, 3));
	}
	*ret_draft = draft;
	return 0;
}

void fw_draft_clear(struct fw_draft *draft)
{
	g_clear_pointer(&draft->edited_by, g_free);
	json_decref(draft->document);
	draft->document = NULL;
}

int fw_item_newest(struct fw_db *db, const char *item, int64_t *ret_version, bool *ret_current)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db,
		"SELECT version, current FROM item WHERE id = ?1 ORDER BY version DESC LIMIT 1",
		FW_DB_VALUES(fw_db_text(item)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	*ret_version = r > 0 ? fw_db_column_int(rows, 0) : 0;
	*ret_current = r > 0 && fw_db_column_int(rows, 1) != 0;
	return 0;
}

/* --- checking ------------------------------------------------------------------------------------- */

struct known {
	struct fw_db *db;
	int error; /* of the database; nothing more is asked then */
};

static bool is_there(struct known *known, const char *sql, const char *key)
{
	int64_t one;
	int r = known->error < 0
		? known->error
		: fw_db_query_int(known->db, sql, FW_DB_VALUES(fw_db_text(key)), &one);

	if (r < 0 && r != -ENOENT) {
		known->error = r;
	}
	return r == 0;
}

static bool knows_area(void *user, const char *code)
{
	return is_there(user, "SELECT 1 FROM area WHERE code = ?1 AND closed_us IS NULL", code);
}

static bool knows_picture(void *user, const char *sha256)
{
	return is_there(user, "SELECT 1 FROM item_picture WHERE sha256 = ?1", sha256);
}

int fw_draft_check(struct fw_db *db, const json_t *document, fw_item_fault_fn *fault, void *user)
{
	struct known known = {.db = db};
	struct fw_item_world world = {knows_area, knows_picture, &known};

	fw_item_check(document, &world, fault, user);
	return known.error;
}
