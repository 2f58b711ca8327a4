/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/ledger/entries.h"

#include "base/crypto.h"
#include "base/db.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/secret.h"

/* An entry's words as they are kept. */
struct words {
	GBytes *sealed; /* NULL: none */
	char sha256[2 * FW_SHA256_BYTES + 1]; /* of the sealed bytes */
};

static int seal(struct fw_desk *desk, const struct fw_ledger_entry *entry, GBytes **ret_sealed)
{
	const struct fw_sealed_at where =
		fw_sealed_of_entry(entry->subject, entry->id, entry->number);
	char id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r;

	fw_sealed_key_of_ledger(entry->month, id);
	r = fw_secret_key(desk, id, true, key);
	if (r == 0) {
		r = fw_secret_seal(desk, key, &where, entry->text, ret_sealed);
		fw_wipe(key, sizeof(key));
	}
	return r;
}

static int make_words(
	struct fw_desk *desk, const struct fw_ledger_entry *entry, struct words *ret_words)
{
	uint8_t sha256[FW_SHA256_BYTES];
	gsize size;
	const void *bytes;
	int r;

	*ret_words = (struct words){0};
	if (!entry->text) {
		return 0;
	}
	r = seal(desk, entry, &ret_words->sealed);
	if (r < 0) {
		return r;
	}
	bytes = g_bytes_get_data(ret_words->sealed, &size);
	r = fw_sha256(bytes, size, sha256);
	fw_text_hex_encode(sha256, sizeof(sha256), ret_words->sha256);
	return r;
}

static int store(
	struct fw_desk *desk, const struct fw_ledger_entry *entry, const struct words *words)
{
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO ledger_entry (subject, id, number, kind, at_us, account,"
		" service_window, reason, text_sha256)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		FW_DB_VALUES(fw_db_text(entry->subject), fw_db_int(entry->id),
			fw_db_int(entry->number), fw_db_text(entry->kind), fw_db_int(desk->now_us),
			fw_db_text(entry->account ? entry->account->person->id : NULL),
			fw_db_text(entry->window), fw_db_text(entry->reason),
			fw_db_text(words->sealed ? words->sha256 : NULL)),
		NULL);

	if (r < 0 || !words->sealed) {
		return r;
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO ledger_text (subject, id, number, month, text)"
		" VALUES (?1, ?2, ?3, ?4, ?5)",
		FW_DB_VALUES(fw_db_text(entry->subject), fw_db_int(entry->id),
			fw_db_int(entry->number), fw_db_int(entry->month),
			fw_sealed_value(words->sealed)),
		NULL);
}

int fw_ledger_entry_add(
	struct fw_desk *desk, const struct fw_ledger_entry *entry, struct fw_json *detail)
{
	g_autofree char *action = g_strdup_printf("%s.%s", entry->subject, entry->kind);
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, entry->id);
	g_autofree char *text = NULL;
	struct words words;
	int r = make_words(desk, entry, &words);

	fw_json_int(detail, "number", entry->number);
	fw_json_text(detail, "statement_of", entry->window);
	fw_json_text(detail, "reason", entry->reason);
	fw_json_text(detail, "text_sha256", words.sealed ? words.sha256 : NULL);
	fw_json_close(detail, '}');
	text = fw_json_steal(detail);
	if (r == 0) {
		r = store(desk, entry, &words);
	}
	g_clear_pointer(&words.sealed, g_bytes_unref);
	return r < 0 ? r : fw_deed(desk, entry->account, NULL, action, entry->subject, id, text);
}
