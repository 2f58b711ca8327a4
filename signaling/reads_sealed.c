/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/reads_sealed.h"

#include "base/keystore.h"

#include <errno.h>
#include <string.h>

void fw_read_keys_clear(struct fw_read_keys *keys)
{
	fw_wipe(keys->key, sizeof(keys->key));
	keys->id[0] = '\0';
}

int fw_read_take_key(struct fw_read_keys *keys, const char *id, bool *ret_purged)
{
	int r;

	if (strcmp(keys->id, id) == 0) {
		*ret_purged = keys->erased;
		return 0;
	}
	r = fw_keystore_load_key(keys->keystore, id, keys->key);
	if (r < 0 && r != -ENOENT) {
		keys->id[0] = '\0';
		return r;
	}
	keys->erased = r == -ENOENT;
	*ret_purged = keys->erased;
	g_strlcpy(keys->id, id, sizeof(keys->id));
	return 0;
}

int fw_read_unseal(struct fw_read_keys *keys, const char *key_id, const struct fw_sealed_at *where,
	struct fw_statement *row, int column, char **ret_text, bool *ret_purged)
{
	int r;

	*ret_text = NULL;
	*ret_purged = false;
	if (fw_db_column_is_null(row, column)) {
		return 0;
	}
	r = fw_read_take_key(keys, key_id, ret_purged);
	if (r < 0) {
		return r;
	}
	return keys->erased ? 0 : fw_sealed_column(keys->key, where, row, column, ret_text);
}

int fw_read_render_sealed(struct fw_read_keys *keys, const char *key_id,
	const struct fw_sealed_at *where, struct fw_statement *row, int column,
	struct fw_json *json, const char *member)
{
	bool purged;
	char *text;
	int r = fw_read_unseal(keys, key_id, where, row, column, &text, &purged);

	fw_json_text(json, member, r == 0 ? text : NULL);
	if (r == 0 && purged) {
		fw_json_bool(json, "purged", true);
	}
	if (r == 0) {
		fw_sealed_free(text);
	}
	return r;
}

/* --- searching ------------------------------------------------------------------------------------ */

static int holds(struct fw_read_keys *keys, struct fw_statement *row, const char *folded_words)
{
	const char *call = fw_db_column_text(row, 0);
	const struct fw_sealed_at where = fw_sealed_at("call", "note", call, 0);
	char id[FW_KEY_ID_MAX_BYTES + 1];
	char *note, *folded;
	bool purged;
	int r;

	fw_sealed_key_of_call(call, id);
	r = fw_read_unseal(keys, id, &where, row, 1, &note, &purged);
	if (r < 0 || !note) {
		return r;
	}
	folded = g_utf8_casefold(note, -1);
	r = strstr(folded, folded_words) != NULL;
	fw_sealed_free(folded);
	fw_sealed_free(note);
	return r;
}

int fw_read_notes_with(struct fw_read_keys *keys, struct fw_statement *rows, const char *words,
	guint most, GPtrArray *ids)
{
	g_autofree char *folded = g_utf8_casefold(words, -1);
	int r = 0;

	while (ids->len < most && (r = fw_db_step(rows)) > 0) {
		r = holds(keys, rows, folded);
		if (r < 0) {
			return r;
		}
		if (r > 0) {
			g_ptr_array_add(ids, g_strdup(fw_db_column_text(rows, 0)));
		}
	}
	return MIN(r, 0);
}
