/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/ledger/entries.h"

#include <string.h>

#include "base/crypto.h"
#include "base/db.h"
#include "base/text.h"
#include "signaling/desk/deeds.h"

static int digest(const char *text, char ret_hex[2 * FW_SHA256_BYTES + 1])
{
	uint8_t sha256[FW_SHA256_BYTES];
	int r = fw_sha256(text, strlen(text), sha256);

	if (r == 0) {
		fw_text_hex_encode(sha256, sizeof(sha256), ret_hex);
	}
	return r;
}

static int store(struct fw_desk *desk, const struct fw_ledger_entry *entry, const char *sha256)
{
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO ledger_entry (subject, id, number, kind, at_us, account,"
		" service_window, reason, text_sha256)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		FW_DB_VALUES(fw_db_text(entry->subject), fw_db_int(entry->id),
			fw_db_int(entry->number), fw_db_text(entry->kind), fw_db_int(desk->now_us),
			fw_db_text(entry->account ? entry->account->person->id : NULL),
			fw_db_text(entry->window), fw_db_text(entry->reason), fw_db_text(sha256)),
		NULL);

	if (r < 0 || !entry->text) {
		return r;
	}
	return fw_db_run(desk->setup.db,
		"INSERT INTO ledger_text (subject, id, number, text) VALUES (?1, ?2, ?3, ?4)",
		FW_DB_VALUES(fw_db_text(entry->subject), fw_db_int(entry->id),
			fw_db_int(entry->number), fw_db_text(entry->text)),
		NULL);
}

int fw_ledger_entry_add(
	struct fw_desk *desk, const struct fw_ledger_entry *entry, struct fw_json *detail)
{
	char sha256[2 * FW_SHA256_BYTES + 1];
	g_autofree char *action = g_strdup_printf("%s.%s", entry->subject, entry->kind);
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, entry->id);
	g_autofree char *text = NULL;
	int r = entry->text ? digest(entry->text, sha256) : 0;

	fw_json_int(detail, "number", entry->number);
	fw_json_text(detail, "statement_of", entry->window);
	fw_json_text(detail, "reason", entry->reason);
	fw_json_text(detail, "text_sha256", entry->text && r == 0 ? sha256 : NULL);
	fw_json_close(detail, '}');
	text = fw_json_steal(detail);
	if (r == 0) {
		r = store(desk, entry, entry->text ? sha256 : NULL);
	}
	return r < 0 ? r : fw_deed(desk, entry->account, NULL, action, entry->subject, id, text);
}
