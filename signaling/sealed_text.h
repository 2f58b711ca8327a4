/* SPDX-License-Identifier: Apache-2.0 */
/* Columns that hold what people wrote, sealed (base/sealed.h): under which key, and how their rows are named, so that
 * the desk that writes them and the readers agree. Which text lies under which key: docs/adr/0049.
 *
 * Owner: the caller; an opened text is fw_sealed_free()d. Threads: pure. Errors: as base/sealed.h.
 */
#ifndef FW_SIGNALING_SEALED_TEXT_H
#define FW_SIGNALING_SEALED_TEXT_H

#include "base/db.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/sealed.h"

#include <glib.h>

#define FW_SEALED_ROW_SIZE (FW_ID_SIZE + 24)

/* Where a text is kept, with the name of its row. */
struct fw_sealed_at {
	const char *table, *column;
	char row[FW_SEALED_ROW_SIZE];
};

/* The row "ID", or "ID/NUMBER" where number is not 0. */
struct fw_sealed_at fw_sealed_at(
	const char *table, const char *column, const char *id, int64_t number);

/* Of an entry's words: subject as in ledger_text. */
struct fw_sealed_at fw_sealed_of_entry(const char *subject, int64_t id, int64_t number);

/* Of a message's number ("phone") or words ("text"). */
struct fw_sealed_at fw_sealed_of_sms(const char *column, int64_t sms);

/* Key ids: of a call (its recording's), of a month (YYYYMM) of the ledger, of a day (YYYYMMDD) of short messages; the
 * last two in Asia/Shanghai. */
void fw_sealed_key_of_call(const char *call, char ret_id[FW_KEY_ID_MAX_BYTES + 1]);
void fw_sealed_key_of_ledger(int64_t month, char ret_id[FW_KEY_ID_MAX_BYTES + 1]);
void fw_sealed_key_of_sms(int64_t day, char ret_id[FW_KEY_ID_MAX_BYTES + 1]);

/* A sealed text as a parameter; borrowed. NULL: SQL NULL. */
struct fw_db_value fw_sealed_value(GBytes *sealed);

/* The text of a column, NULL where it is NULL. */
int fw_sealed_column(const uint8_t key[FW_AEAD_KEY_BYTES], const struct fw_sealed_at *where,
	struct fw_statement *row, int column, char **ret_text);

#endif
