/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sealed_text.h"

struct fw_sealed_at fw_sealed_at(
	const char *table, const char *column, const char *id, int64_t number)
{
	struct fw_sealed_at where = {.table = table, .column = column};

	if (number) {
		g_snprintf(where.row, sizeof(where.row), "%s/%" G_GINT64_FORMAT, id, number);
	} else {
		g_strlcpy(where.row, id, sizeof(where.row));
	}
	return where;
}

struct fw_sealed_at fw_sealed_of_entry(const char *subject, int64_t id, int64_t number)
{
	struct fw_sealed_at where = {.table = "ledger_text", .column = "text"};

	g_snprintf(where.row, sizeof(where.row), "%s/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
		subject, id, number);
	return where;
}

struct fw_sealed_at fw_sealed_of_sms(const char *column, int64_t sms)
{
	struct fw_sealed_at where = {.table = "sms_content", .column = column};

	g_snprintf(where.row, sizeof(where.row), "%" G_GINT64_FORMAT, sms);
	return where;
}

void fw_sealed_key_of_call(const char *call, char ret_id[FW_KEY_ID_MAX_BYTES + 1])
{
	g_snprintf(ret_id, FW_KEY_ID_MAX_BYTES + 1, "recording/%s", call);
}

void fw_sealed_key_of_ledger(int64_t month, char ret_id[FW_KEY_ID_MAX_BYTES + 1])
{
	g_snprintf(ret_id, FW_KEY_ID_MAX_BYTES + 1, "ledger/%06" G_GINT64_FORMAT, month);
}

void fw_sealed_key_of_sms(int64_t day, char ret_id[FW_KEY_ID_MAX_BYTES + 1])
{
	g_snprintf(ret_id, FW_KEY_ID_MAX_BYTES + 1, "sms/%08" G_GINT64_FORMAT, day);
}

struct fw_db_value fw_sealed_value(GBytes *sealed)
{
	gsize size = 0;
	const void *bytes = sealed ? g_bytes_get_data(sealed, &size) : NULL;

	return fw_db_blob(bytes, size);
}

int fw_sealed_column(const uint8_t key[FW_AEAD_KEY_BYTES], const struct fw_sealed_at *where,
	struct fw_statement *row, int column, char **ret_text)
{
	const struct fw_sealed_place place = {where->table, where->column, where->row};
	size_t size = 0;
	const void *bytes = fw_db_column_blob(row, column, &size);

	*ret_text = NULL;
	return bytes ? fw_sealed_open(key, &place, bytes, size, ret_text) : 0;
}
