/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox as its screen lists it. Numbers are shown with their middle hidden; nobody needs the whole. */
#include "signaling/directory/calendar.h"
#include "signaling/reads_office.h"
#include "signaling/sms/sms_state.h"

#include <string.h>

#define COLUMNS \
	"SELECT m.id, m.kind, m.state, m.subject_kind, m.subject_id, m.round, m.tries, m.unclear," \
	" m.created_us, m.since_us, m.next_us, m.error, t.created_us, t.phone, " \
	"t.text, " FW_READ_WINDOW_COLUMNS("w")
#define TABLES \
	" FROM sms m LEFT JOIN sms_content t ON t.sms = m.id" FW_READ_WINDOW_TABLES( \
		"LEFT JOIN", "w", "m.service_window")

/* "138****0000"; short ones are hidden whole. */
static void render_phone(struct fw_json *json, const char *phone)
{
	g_autofree char *shown = NULL;
	size_t length = phone ? strlen(phone) : 0;

	if (!phone) {
		fw_json_null(json, "phone");
		return;
	}
	shown = length < 8 ? g_strdup("****")
			   : g_strdup_printf("%.3s****%s", phone, phone + length - 4);
	fw_json_text(json, "phone", shown);
}

static void render(struct fw_json *json, struct fw_statement *row)
{
	const char *state = fw_db_column_text(row, 2);

	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_json_text(json, "kind", fw_db_column_text(row, 1));
	fw_json_text(json, "state", state);
	fw_json_open(json, "subject", '{');
	fw_json_text(json, "kind", fw_db_column_text(row, 3));
	fw_json_text(json, "id", fw_db_column_text(row, 4));
	fw_json_close(json, '}');
	fw_json_int(json, "round", fw_db_column_int(row, 5));
	fw_json_int(json, "tries", fw_db_column_int(row, 6));
	fw_json_bool(json, "unclear", fw_db_column_int(row, 7) != 0);
	fw_json_int(json, "created_us", fw_db_column_int(row, 8));
	fw_json_int(json, "since_us", fw_db_column_int(row, 9));
	if (strcmp(state, "waiting") == 0) {
		fw_read_render_time(json, "next_us", row, 10);
	} else {
		fw_json_null(json, "next_us");
	}
	fw_json_text(json, "error", fw_db_column_text(row, 11));
	fw_read_render_window(json, "window", row, 15);
}

/* null once they are deleted, or their day's key is erased. */
static int render_content(struct fw_read_keys *keys, struct fw_json *json, struct fw_statement *row)
{
	const struct fw_sealed_at phone_at = fw_sealed_of_sms("phone", fw_db_column_int(row, 0));
	const struct fw_sealed_at text_at = fw_sealed_of_sms("text", fw_db_column_int(row, 0));
	char key[FW_KEY_ID_MAX_BYTES + 1];
	char *phone = NULL;
	bool purged;
	int r;

	fw_sealed_key_of_sms(fw_calendar_day(fw_db_column_int(row, 12)), key);
	r = fw_read_unseal(keys, key, &phone_at, row, 13, &phone, &purged);
	if (r < 0) {
		return r;
	}
	render_phone(json, phone);
	fw_sealed_free(phone);
	return fw_read_render_sealed(keys, key, &text_at, row, 14, json, "text");
}

static void add_filters(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *state = fw_read_word(question, "state", fw_sms_states, ret_bad);
	const char *kind = fw_read_word(question, "kind", fw_sms_kinds, ret_bad);
	int64_t time_us;

	fw_read_add(query, " WHERE m.area IN (SELECT code FROM scope)");
	if (state) {
		fw_read_text(query, " AND m.state = ?", state);
	}
	if (kind) {
		fw_read_text(query, " AND m.kind = ?", kind);
	}
	if (fw_read_number(question, "from_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND m.created_us >= ?", time_us);
	}
	if (fw_read_number(question, "to_us", &time_us, ret_bad)) {
		fw_read_int(query, " AND m.created_us < ?", time_us);
	}
}

int fw_read_sms(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*) FROM sms m",
		.rows = COLUMNS TABLES,
		.narrow = add_filters,
		.order = " ORDER BY m.created_us DESC, m.id DESC",
		.one = render,
		.sealed = render_content,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}
