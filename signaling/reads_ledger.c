/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of unanswered calls: the list, and one row with what was said and the evidence for it. */
#include "signaling/desk/words.h"
#include "signaling/ledger/ledger_state.h"
#include "signaling/reads_office.h"

#include <errno.h>
#include <string.h>

#define COLUMNS \
	"SELECT l.id, l.call, l.month, l.cause, l.at_us, l.state, l.since_us, l.entries," \
	" i.id, i.name, p.id, p.name, " FW_READ_WINDOW_COLUMNS("w") ", " FW_READ_WINDOW_COLUMNS( \
		"q")
#define TABLES \
	" FROM ledger l JOIN call c ON c.id = l.call" \
	" JOIN item i ON i.id = c.item AND i.version = c.item_version" \
	" LEFT JOIN account p ON p.id = l.account" FW_READ_WINDOW_TABLES("JOIN", "w", \
		"l.service_window") FW_READ_WINDOW_TABLES("JOIN", "q", "l.requester_window")

#define BEFORE_US INT64_C(7200000000) /* of the evidence: two hours before, a quarter after */
#define AFTER_US  INT64_C(900000000)
#define DEEDS_MAX 50

static void render(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_json_text(json, "call", fw_db_column_text(row, 1));
	fw_json_int(json, "month", fw_db_column_int(row, 2));
	fw_json_text(json, "cause", fw_db_column_text(row, 3));
	fw_json_int(json, "at_us", fw_db_column_int(row, 4));
	fw_json_text(json, "state", fw_db_column_text(row, 5));
	fw_json_int(json, "since_us", fw_db_column_int(row, 6));
	fw_json_int(json, "entries_count", fw_db_column_int(row, 7));
	fw_read_render_named(json, "item", row, 8);
	fw_read_render_named(json, "account", row, 10);
	fw_read_render_window(json, "window", row, 12);
	fw_read_render_window(json, "requester", row, 18);
}

/* Supervisors see the rows of their windows; a clerk those of either side. */
static void add_filters(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	static const struct {
		const char *name, *fragment;
		const char *const *words; /* NULL: any */
	} texts[] = {
		{"window", " AND l.service_window = ?", NULL},
		{"state", " AND l.state = ?", fw_ledger_states},
		{"cause", " AND l.cause = ?", fw_causes + 1},
		{"area", " AND l.area = ?", NULL},
	};
	int64_t month;

	fw_read_add(query, " WHERE (l.area IN (SELECT code FROM scope)");
	if (fw_read_param(question, "either")) {
		fw_read_add(query, " OR l.requester_area IN (SELECT code FROM scope)");
	}
	fw_read_add(query, ")");
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = texts[i].words
			? fw_read_word(question, texts[i].name, texts[i].words, ret_bad)
			: fw_read_param(question, texts[i].name);

		if (text) {
			fw_read_text(query, texts[i].fragment, text);
		}
	}
	if (fw_read_number(question, "month", &month, ret_bad)) {
		fw_read_int(query, " AND l.month = ?", month);
	}
}

int fw_read_ledger(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*) FROM ledger l",
		.rows = COLUMNS TABLES,
		.narrow = add_filters,
		.order = " ORDER BY l.at_us DESC, l.id DESC",
		.one = render,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}

/* --- one row ----------------------------------------------------------------------------------------- */

static void render_entry(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "number", fw_db_column_int(row, 0));
	fw_json_text(json, "kind", fw_db_column_text(row, 1));
	fw_json_int(json, "at_us", fw_db_column_int(row, 2));
	fw_json_text(json, "window", fw_db_column_text(row, 3));
	fw_json_text(json, "reason", fw_db_column_text(row, 4));
	fw_read_render_named(json, "account", row, 5);
}

int fw_read_render_words(
	struct fw_read_keys *keys, struct fw_json *json, struct fw_statement *row, int column)
{
	const char *subject = fw_db_column_text(row, column);
	char key[FW_KEY_ID_MAX_BYTES + 1];
	struct fw_sealed_at where;

	if (!subject) {
		fw_json_null(json, "text");
		return 0;
	}
	where = fw_sealed_of_entry(
		subject, fw_db_column_int(row, column + 1), fw_db_column_int(row, column + 2));
	fw_sealed_key_of_ledger(fw_db_column_int(row, column + 3), key);
	return fw_read_render_sealed(keys, key, &where, row, column + 4, json, "text");
}

static int render_entry_words(
	struct fw_read_keys *keys, struct fw_json *json, struct fw_statement *row)
{
	return fw_read_render_words(keys, json, row, 7);
}

int fw_read_entries(struct fw_db *db, struct fw_read_keys *keys, const char *subject,
	const char *id, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_add(&list,
		"SELECT e.number, e.kind, e.at_us, e.service_window, e.reason, p.id, p.name,"
		" t.subject, t.id, t.number, t.month, t.text"
		" FROM ledger_entry e LEFT JOIN ledger_text t ON t.subject = e.subject"
		" AND t.id = e.id AND t.number = e.number LEFT JOIN account p ON p.id = e.account");
	fw_read_text(&list, " WHERE e.subject = ?", subject);
	fw_read_int(&list, " AND e.id = ? ORDER BY e.number", g_ascii_strtoll(id, NULL, 10));
	r = fw_read_sealed_array(db, &list, render_entry, render_entry_words, keys, json, "entries");
	fw_read_clear(&list);
	return r;
}

static void render_proof(struct fw_json *json, struct fw_statement *row)
{
	static const char *const times[] = {"begun_us", "rung_us", "delivered_us", "displayed_us",
		"tone_us", "silent_us", "closed_us"};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		fw_read_render_time(json, times[i], row, (int)i);
	}
	fw_json_bool(json, "on_duty", fw_db_column_int(row, 7) != 0);
	fw_json_bool(json, "in_hours", fw_db_column_int(row, 8) != 0);
	fw_json_text(json, "outcome", fw_db_column_text(row, 9));
	fw_json_text(json, "cause", fw_db_column_text(row, 10));
}

static int render_attempt(struct fw_db *db, const char *id, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_add(&list,
		"SELECT a.begun_us, a.rung_us, a.delivered_us, a.displayed_us, a.tone_us,"
		" a.silent_us, a.closed_us, a.on_duty, a.in_hours, a.outcome, a.cause"
		" FROM ledger l JOIN attempt a ON a.call = l.call"
		" AND a.service_window = l.service_window");
	fw_read_int(&list, " WHERE l.id = ?", g_ascii_strtoll(id, NULL, 10));
	r = fw_read_array(db, &list, render_proof, json, "proof");
	fw_read_clear(&list);
	return r;
}

static void render_deed(struct fw_json *json, struct fw_statement *row)
{
	const char *detail = fw_db_column_text(row, 2);

	fw_json_int(json, "at_us", fw_db_column_int(row, 0));
	fw_json_text(json, "action", fw_db_column_text(row, 1));
	if (detail) {
		fw_json_raw(json, "detail", detail);
	} else {
		fw_json_null(json, "detail");
	}
	fw_json_text(json, "account", fw_db_column_text(row, 3));
}

/* Who came to the window and left it around that time, from the audit log. */
static int render_presence(struct fw_db *db, const char *id, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_add(&list,
		"SELECT d.time_us, d.action, d.detail, COALESCE(p.name, d.actor) FROM audit_log d"
		" JOIN ledger l ON d.object_id = l.service_window"
		" LEFT JOIN account p ON p.id = d.actor"
		" WHERE d.object_kind = 'window'");
	fw_read_int(&list, " AND l.id = ?", g_ascii_strtoll(id, NULL, 10));
	fw_read_int(&list, " AND d.time_us BETWEEN l.at_us - ?", BEFORE_US);
	fw_read_int(&list, " AND l.at_us + ?", AFTER_US);
	fw_read_int(&list, " ORDER BY d.sequence DESC LIMIT ?", DEEDS_MAX);
	r = fw_read_array(db, &list, render_deed, json, "presence");
	fw_read_clear(&list);
	return r;
}

static void render_devices(struct fw_json *json, struct fw_statement *row)
{
	static const char *const names[] = {"face", "document", "microphone", "speaker"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		fw_json_text(json, names[i], fw_db_column_text(row, (int)i));
	}
	fw_json_int(json, "reported_us", fw_db_column_int(row, 4));
}

static int render_devices_of(struct fw_db *db, const char *id, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_add(&list,
		"SELECT d.face, d.document, d.microphone, d.speaker, d.reported_us"
		" FROM window_devices d JOIN ledger l ON l.service_window = d.service_window");
	fw_read_int(&list, " WHERE l.id = ?", g_ascii_strtoll(id, NULL, 10));
	r = fw_read_array(db, &list, render_devices, json, "devices");
	fw_read_clear(&list);
	return r;
}

static void render_message(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_json_text(json, "kind", fw_db_column_text(row, 1));
	fw_json_text(json, "state", fw_db_column_text(row, 2));
	fw_json_int(json, "since_us", fw_db_column_int(row, 3));
}

static int render_messages(struct fw_db *db, const char *id, struct fw_json *json)
{
	struct fw_read_query list;
	int r;

	fw_read_init(&list);
	fw_read_add(&list,
		"SELECT m.id, m.kind, m.state, m.since_us FROM sms m JOIN ledger l"
		" ON m.subject_kind = 'call' AND m.subject_id = l.call"
		" AND m.service_window = l.service_window");
	fw_read_int(&list, " WHERE l.id = ? ORDER BY m.id", g_ascii_strtoll(id, NULL, 10));
	r = fw_read_array(db, &list, render_message, json, "messages");
	fw_read_clear(&list);
	return r;
}

static int render_head(struct fw_db *db, const char *id, int *ret_status, struct fw_json *json)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db, COLUMNS TABLES " WHERE l.id = ?1",
		FW_DB_VALUES(fw_db_int(g_ascii_strtoll(id, NULL, 10))), &rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	if (r == 0) {
		*ret_status = 404;
	} else {
		render(json, rows);
	}
	return 0;
}

int fw_read_ledger_row(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	const char *id = fw_read_param(question, "row");
	int r = id ? render_head(db, id, ret_status, json) : -EINVAL;

	if (r < 0 || *ret_status != 200) {
		return r;
	}
	if ((r = fw_read_entries(db, question->keys, "ledger", id, json)) < 0 ||
		(r = render_attempt(db, id, json)) < 0 || (r = render_presence(db, id, json)) < 0 ||
		(r = render_devices_of(db, id, json)) < 0) {
		return r;
	}
	return render_messages(db, id, json);
}
