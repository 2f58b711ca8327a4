/* SPDX-License-Identifier: Apache-2.0 */
#include "base/audit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "base/cleanup.h"
#include "base/json_values.h"
#include "base/limits.h"
#include "base/text.h"

#define ACTION_MAX_BYTES 64
#define RANDOM_BYTES     16

const char fw_audit_schema_sql[] =
	"CREATE TABLE audit_log ("
	" sequence INTEGER PRIMARY KEY NOT NULL,"
	" time_us INTEGER NOT NULL,"
	" actor TEXT,"
	" at_window TEXT,"
	" action TEXT NOT NULL,"
	" object_kind TEXT,"
	" object_id TEXT,"
	" detail TEXT,"
	" hash BLOB NOT NULL"
	") STRICT;"
	"CREATE INDEX audit_log_object ON audit_log (object_kind, object_id);"
	"CREATE INDEX audit_log_time ON audit_log (time_us);";

/* --- the chain -------------------------------------------------------------------------------- */

static void put_u32(GByteArray *out, uint32_t value)
{
	uint8_t bytes[4];

	for (int i = 0; i < 4; i++) {
		bytes[i] = (uint8_t)(value >> (24 - 8 * i));
	}
	g_byte_array_append(out, bytes, sizeof(bytes));
}

static void put_u64(GByteArray *out, uint64_t value)
{
	put_u32(out, (uint32_t)(value >> 32));
	put_u32(out, (uint32_t)value);
}

static void put_text(GByteArray *out, const char *text)
{
	if (!text) {
		put_u32(out, UINT32_MAX);
		return;
	}
	put_u32(out, (uint32_t)strlen(text));
	g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

static int chain(const uint8_t previous[FW_SHA256_BYTES], int64_t sequence,
	const struct fw_audit_entry *entry, uint8_t ret_hash[FW_SHA256_BYTES])
{
	g_autoptr(GByteArray) row = g_byte_array_sized_new(512);

	g_byte_array_append(row, previous, FW_SHA256_BYTES);
	put_u64(row, (uint64_t)sequence);
	put_u64(row, (uint64_t)entry->time_us);
	put_text(row, entry->actor);
	put_text(row, entry->window);
	put_text(row, entry->action);
	put_text(row, entry->object_kind);
	put_text(row, entry->object_id);
	put_text(row, entry->detail);
	return fw_sha256(row->data, row->len, ret_hash);
}

/* --- append ----------------------------------------------------------------------------------- */

static int insert(struct fw_db *db, struct fw_audit_head *head, const struct fw_audit_entry *entry)
{
	struct fw_audit_head next = {.sequence = head->sequence + 1};
	int result = chain(head->hash, next.sequence, entry, next.hash);

	if (result < 0) {
		return result;
	}
	result = fw_db_run(db,
		"INSERT INTO audit_log (sequence, time_us, actor, at_window, action, object_kind,"
		" object_id, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		FW_DB_VALUES(fw_db_int(next.sequence), fw_db_int(entry->time_us),
			fw_db_text(entry->actor), fw_db_text(entry->window),
			fw_db_text(entry->action), fw_db_text(entry->object_kind),
			fw_db_text(entry->object_id), fw_db_text(entry->detail),
			fw_db_blob(next.hash, sizeof(next.hash))),
		NULL);
	if (result == 0) {
		*head = next;
	}
	return result;
}

int fw_audit_head(struct fw_db *db, struct fw_audit_head *ret_head)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const void *hash;
	size_t size;
	int result = fw_db_query(db,
		"SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1",
		FW_DB_NO_VALUES, &rows);

	if (result == 0) {
		result = fw_db_step(rows);
	}
	if (result <= 0) {
		return result < 0 ? result : -ENOENT;
	}
	hash = fw_db_column_blob(rows, 1, &size);
	if (!hash || size != FW_SHA256_BYTES) {
		return -EBADMSG;
	}
	ret_head->sequence = fw_db_column_int(rows, 0);
	memcpy(ret_head->hash, hash, size);
	return 0;
}

int fw_audit_start(struct fw_db *db, int64_t now_us, const uint8_t random[RANDOM_BYTES],
	struct fw_audit_head *ret_head)
{
	char hex[2 * RANDOM_BYTES + 1], detail[64];
	struct fw_audit_head head;
	int result = fw_audit_head(db, &head);

	if (!fw_db_in_transaction(db)) {
		return -EPROTO;
	}
	if (result == -ENOENT) {
		head = (struct fw_audit_head){.sequence = -1};
		result = 1;
	}
	if (result > 0) {
		fw_text_hex_encode(random, RANDOM_BYTES, hex);
		(void)snprintf(detail, sizeof(detail), "{\"installation\":\"%s\"}", hex);
		result = insert(db, &head,
			&(struct fw_audit_entry){
				.time_us = now_us, .action = "audit.genesis", .detail = detail});
	}
	if (result == 0) {
		*ret_head = head;
	}
	return result;
}

static bool is_json_object(const char *text)
{
	struct fw_json_values values;
	bool is_object = fw_json_values_read(&values, text, strlen(text)) == 0;

	if (is_object) {
		fw_json_values_clear(&values);
	}
	return is_object;
}

int fw_audit_append(struct fw_db *db, struct fw_audit_head *head, const struct fw_audit_entry *entry)
{
	if (!fw_db_in_transaction(db)) {
		return -EPROTO;
	}
	if (!entry->action || !*entry->action || strlen(entry->action) > ACTION_MAX_BYTES) {
		return -EINVAL;
	}
	if (entry->detail &&
		(strlen(entry->detail) > FW_AUDIT_DETAIL_MAX_BYTES ||
			!is_json_object(entry->detail))) {
		return -EINVAL;
	}
	return insert(db, head, entry);
}

/* --- verify ----------------------------------------------------------------------------------- */

/* Whether the row the statement stands on continues the chain after head; moves head to it. */
static int verify_row(struct fw_statement *rows, struct fw_audit_head *head)
{
	const struct fw_audit_entry entry = {
		.time_us = fw_db_column_int(rows, 1),
		.actor = fw_db_column_text(rows, 2),
		.window = fw_db_column_text(rows, 3),
		.action = fw_db_column_text(rows, 4),
		.object_kind = fw_db_column_text(rows, 5),
		.object_id = fw_db_column_text(rows, 6),
		.detail = fw_db_column_text(rows, 7),
	};
	uint8_t hash[FW_SHA256_BYTES];
	size_t size;
	const void *stored = fw_db_column_blob(rows, 8, &size);
	int result;

	if (fw_db_column_int(rows, 0) != head->sequence + 1) {
		return -EBADMSG;
	}
	result = chain(head->hash, head->sequence + 1, &entry, hash);
	if (result < 0) {
		return result;
	}
	if (!stored || size != sizeof(hash) || memcmp(stored, hash, sizeof(hash)) != 0) {
		return -EBADMSG;
	}
	head->sequence++;
	memcpy(head->hash, hash, sizeof(hash));
	return 0;
}

int fw_audit_verify(struct fw_db *db, const struct fw_audit_head *anchor,
	struct fw_audit_head *ret_head, int64_t *ret_bad_sequence)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	struct fw_audit_head head = {.sequence = -1};
	int result = fw_db_query(db,
		"SELECT sequence, time_us, actor, at_window, action, object_kind, object_id,"
		" detail, hash FROM audit_log ORDER BY sequence",
		FW_DB_NO_VALUES, &rows);

	while (result >= 0 && (result = fw_db_step(rows)) > 0) {
		result = verify_row(rows, &head);
		if (result == 0 && anchor && anchor->sequence == head.sequence &&
			memcmp(anchor->hash, head.hash, sizeof(head.hash)) != 0) {
			/* A chain that holds in itself, but is not the one that was. */
			head.sequence--;
			result = -EBADMSG;
		}
		if (result < 0) {
			break;
		}
	}
	if (result == 0 && head.sequence < (anchor ? anchor->sequence : 0)) {
		result = -EBADMSG; /* the tail (or everything) is missing */
	}
	if (result == -EBADMSG) {
		*ret_bad_sequence = head.sequence + 1;
	}
	if (result == 0 && ret_head) {
		*ret_head = head;
	}
	return result;
}
