/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/sms/outbox_row.h"

#include "base/db.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/json_write.h"

#include <errno.h>
#include <string.h>

#define COLUMNS \
	"SELECT id, key, kind, state, area, round, tries, step, unclear, next_us, error FROM sms "

/* --- writing ----------------------------------------------------------------------------------- */

static void render_changing(struct fw_json *json, const struct fw_sms_row *row)
{
	fw_json_int(json, "round", row->round);
	fw_json_int(json, "tries", row->tries);
	fw_json_text(json, "step", row->ask ? "ask" : "send");
	fw_json_bool(json, "unclear", row->unclear);
	fw_json_int(json, "next_us", row->next_us);
	fw_json_text(json, "error", row->error[0] ? row->error : NULL);
}

static int write_deed(struct fw_desk *desk, const struct fw_account *account,
	const struct fw_sms_row *row, struct fw_json *json)
{
	g_autofree char *action = g_strdup_printf("sms.%s", fw_sms_states[row->state]);
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
	g_autofree char *detail = NULL;

	fw_json_close(json, '}');
	detail = fw_json_steal(json);
	return fw_deed(desk, account, NULL, action, "sms", id, detail);
}

int fw_sms_row_add(struct fw_desk *desk, const struct fw_sms_row *row, const struct fw_sms *sms)
{
	struct fw_json json;
	int r = fw_db_run(desk->setup.db,
		"INSERT INTO sms (id, key, kind, state, area, service_window, subject_kind,"
		" subject_id, round, tries, step, unclear, created_us, since_us, next_us)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 'send', 0, ?10, ?10, ?11)",
		FW_DB_VALUES(fw_db_int(row->id), fw_db_text(row->key),
			fw_db_text(fw_sms_kinds[row->kind]), fw_db_text(fw_sms_states[row->state]),
			fw_db_text(sms->area), fw_db_text(sms->window),
			fw_db_text(sms->subject_kind), fw_db_text(sms->subject_id),
			fw_db_int(row->round), fw_db_int(desk->now_us), fw_db_int(row->next_us)),
		NULL);

	if (r < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "key", row->key);
	fw_json_text(&json, "kind", fw_sms_kinds[row->kind]);
	fw_json_text(&json, "area", sms->area);
	fw_json_text(&json, "window", sms->window);
	fw_json_text(&json, "subject_kind", sms->subject_kind);
	fw_json_text(&json, "subject", sms->subject_id);
	render_changing(&json, row);
	return write_deed(desk, NULL, row, &json);
}

int fw_sms_row_store(
	struct fw_desk *desk, const struct fw_account *account, const struct fw_sms_row *row)
{
	struct fw_json json;
	int r = fw_db_run(desk->setup.db,
		"UPDATE sms SET state = ?2, round = ?3, tries = ?4, step = ?5, unclear = ?6,"
		" next_us = ?7, error = ?8, since_us = ?9 WHERE id = ?1",
		FW_DB_VALUES(fw_db_int(row->id), fw_db_text(fw_sms_states[row->state]),
			fw_db_int(row->round), fw_db_int(row->tries),
			fw_db_text(row->ask ? "ask" : "send"), fw_db_int(row->unclear),
			fw_db_int(row->next_us), fw_db_text(row->error[0] ? row->error : NULL),
			fw_db_int(desk->now_us)),
		NULL);

	if (r < 0) {
		return r;
	}
	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	render_changing(&json, row);
	return write_deed(desk, account, row, &json);
}

/* --- reading ----------------------------------------------------------------------------------- */

/* The first row of the statement. */
static int take(struct fw_statement *rows, struct fw_sms_row *ret_row)
{
	const char *error;
	int r = fw_db_step(rows);

	if (r <= 0) {
		return r < 0 ? r : -ENOENT;
	}
	memset(ret_row, 0, sizeof(*ret_row));
	ret_row->id = fw_db_column_int(rows, 0);
	g_strlcpy(ret_row->key, fw_db_column_text(rows, 1), sizeof(ret_row->key));
	ret_row->kind = (enum fw_sms_kind)fw_word_index(fw_sms_kinds, fw_db_column_text(rows, 2));
	ret_row->state = (enum fw_sms_state)fw_word_index(fw_sms_states, fw_db_column_text(rows, 3));
	g_strlcpy(ret_row->area, fw_db_column_text(rows, 4), sizeof(ret_row->area));
	ret_row->round = fw_db_column_int(rows, 5);
	ret_row->tries = fw_db_column_int(rows, 6);
	ret_row->ask = strcmp(fw_db_column_text(rows, 7), "ask") == 0;
	ret_row->unclear = fw_db_column_int(rows, 8) != 0;
	ret_row->next_us = fw_db_column_int(rows, 9);
	error = fw_db_column_text(rows, 10);
	g_strlcpy(ret_row->error, error ? error : "", sizeof(ret_row->error));
	return 0;
}

int fw_sms_row_read(struct fw_desk *desk, int64_t id, struct fw_sms_row *ret_row)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(
		desk->setup.db, COLUMNS "WHERE id = ?1", FW_DB_VALUES(fw_db_int(id)), &rows);

	return r < 0 ? r : take(rows, ret_row);
}

int fw_sms_row_next(struct fw_desk *desk, struct fw_sms_row *ret_row)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		COLUMNS "WHERE state = 'queued' OR state = 'waiting' ORDER BY next_us, id LIMIT 1",
		FW_DB_NO_VALUES, &rows);

	return r < 0 ? r : take(rows, ret_row);
}

int fw_sms_row_handing(struct fw_desk *desk, struct fw_sms_row *ret_row)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db, COLUMNS "WHERE state = 'handing' ORDER BY id LIMIT 1",
		FW_DB_NO_VALUES, &rows);

	return r < 0 ? r : take(rows, ret_row);
}

void fw_sms_row_gateway_key(const struct fw_sms_row *row, char ret_key[FW_SMS_KEY_SIZE])
{
	if (row->round == 1) {
		g_strlcpy(ret_key, row->key, FW_SMS_KEY_SIZE);
		return;
	}
	g_snprintf(ret_key, FW_SMS_KEY_SIZE, "%s#%" G_GINT64_FORMAT, row->key, row->round);
}

int fw_sms_row_of_gateway_key(
	struct fw_desk *desk, const char *key, struct fw_sms_row *ret_row, int64_t *ret_round)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const char *mark = strrchr(key, '#');
	g_autofree char *own = mark ? g_strndup(key, (gsize)(mark - key)) : g_strdup(key);
	int r = fw_db_query(
		desk->setup.db, COLUMNS "WHERE key = ?1", FW_DB_VALUES(fw_db_text(own)), &rows);

	*ret_round = mark ? g_ascii_strtoll(mark + 1, NULL, 10) : 1;
	return r < 0 ? r : take(rows, ret_row);
}
