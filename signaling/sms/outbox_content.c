/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/outbox_content.h"

#include "base/db.h"
#include "base/keystore.h"
#include "base/log.h"
#include "signaling/desk/secret.h"
#include "signaling/directory/calendar.h"

#include <errno.h>

#define FW_LOG_TOPIC "sms"

/* --- storing -------------------------------------------------------------------------------------- */

static int store_sealed(struct fw_desk *desk, int64_t sms, const uint8_t key[FW_AEAD_KEY_BYTES],
	const char *phone, const char *text)
{
	const struct fw_sealed_at phone_at = fw_sealed_of_sms("phone", sms);
	const struct fw_sealed_at text_at = fw_sealed_of_sms("text", sms);
	g_autoptr(GBytes) sealed_phone = NULL;
	g_autoptr(GBytes) sealed_text = NULL;
	int r = fw_secret_seal(desk, key, &phone_at, phone, &sealed_phone);

	if (r == 0) {
		r = fw_secret_seal(desk, key, &text_at, text, &sealed_text);
	}
	return r < 0 ? r
		     : fw_db_run(desk->setup.db,
			       "INSERT INTO sms_content (sms, phone, text, created_us)"
			       " VALUES (?1, ?2, ?3, ?4)",
			       FW_DB_VALUES(fw_db_int(sms), fw_sealed_value(sealed_phone),
				       fw_sealed_value(sealed_text), fw_db_int(desk->now_us)),
			       NULL);
}

int fw_sms_content_store(struct fw_desk *desk, int64_t sms, const char *phone, const char *text)
{
	int day = fw_calendar_day(desk->now_us);
	char id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO sms_key (day) VALUES (?1) ON CONFLICT (day) DO NOTHING",
		FW_DB_VALUES(fw_db_int(day)), NULL);

	fw_sealed_key_of_sms(day, id);
	if (r < 0) {
		return r;
	}
	r = fw_secret_key(desk, id, true, key);
	if (r < 0) {
		fw_error("no key, a message is not kept sms=%" G_GINT64_FORMAT " errno=%d", sms, -r);
		return -ENOKEY;
	}
	r = store_sealed(desk, sms, key, phone, text);
	fw_wipe(key, sizeof(key));
	return r;
}

/* --- reading -------------------------------------------------------------------------------------- */

static int open_column(const uint8_t key[FW_AEAD_KEY_BYTES], const char *column, int64_t sms,
	struct fw_statement *row, int at, char *ret_text, size_t size)
{
	const struct fw_sealed_at where = fw_sealed_of_sms(column, sms);
	char *text;
	int r = fw_sealed_column(key, &where, row, at, &text);

	if (r == 0) {
		g_strlcpy(ret_text, text, size);
		fw_sealed_free(text);
	}
	return r;
}

int fw_sms_content_read(struct fw_desk *desk, struct fw_gateway_command *command)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	char id[FW_KEY_ID_MAX_BYTES + 1];
	uint8_t key[FW_AEAD_KEY_BYTES];
	int r = fw_db_query(desk->setup.db,
		"SELECT phone, text, created_us FROM sms_content WHERE sms = ?1",
		FW_DB_VALUES(fw_db_int(command->sms)), &rows);

	if (r < 0 || (r = fw_db_step(rows)) <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	fw_sealed_key_of_sms(fw_calendar_day(fw_db_column_int(rows, 2)), id);
	r = fw_secret_key(desk, id, false, key);
	if (r < 0) {
		return r;
	}
	r = open_column(key, "phone", command->sms, rows, 0, command->phone, sizeof(command->phone));
	if (r == 0) {
		r = open_column(
			key, "text", command->sms, rows, 1, command->text, sizeof(command->text));
	}
	fw_wipe(key, sizeof(key));
	return r;
}

/* --- the end of their time ------------------------------------------------------------------------ */

static int oldest_day(struct fw_desk *desk, int64_t *ret_day)
{
	return fw_db_query_int(
		desk->setup.db, "SELECT MIN(day) FROM sms_key", FW_DB_NO_VALUES, ret_day);
}

/* Should the batch fail after it, the rows of that day are still to be deleted, and nobody reads them. */
static int erase_day(struct fw_desk *desk, int64_t day)
{
	char id[FW_KEY_ID_MAX_BYTES + 1];
	int r;

	fw_sealed_key_of_sms(day, id);
	r = fw_keystore_erase_key(desk->setup.keystore, id);
	return r < 0 ? r
		     : fw_db_run(desk->setup.db, "DELETE FROM sms_key WHERE day = ?1",
			       FW_DB_VALUES(fw_db_int(day)), NULL);
}

int fw_sms_content_forget(struct fw_desk *desk, int64_t until_us, int64_t *ret_oldest_us)
{
	int64_t day, row_us;
	int r = fw_db_run(desk->setup.db, "DELETE FROM sms_content WHERE created_us <= ?1",
		FW_DB_VALUES(fw_db_int(until_us)), NULL);

	while (r >= 0 && (r = oldest_day(desk, &day)) >= 0 && day < fw_calendar_day(until_us)) {
		r = erase_day(desk, day);
	}
	if (r < 0) {
		*ret_oldest_us = INT64_MAX;
		return r == -ENOENT ? 0 : r; /* no day has a key */
	}
	*ret_oldest_us = fw_calendar_day_begins_us(fw_calendar_next_day((int)day));
	r = fw_db_query_int(desk->setup.db, "SELECT MIN(created_us) FROM sms_content",
		FW_DB_NO_VALUES, &row_us);
	if (r >= 0) {
		*ret_oldest_us = MIN(*ret_oldest_us, row_us);
	}
	return r == -ENOENT ? 0 : r;
}
