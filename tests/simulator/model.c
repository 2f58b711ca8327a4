/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/simulator/model.h"

#include "base/audit.h"
#include "base/db.h"
#include "tests/simulator/server.h"
#include "tests/simulator/truth.h"

#include <string.h>

void model_create(struct sim *sim)
{
	struct model *model = g_new0(struct model, 1);

	model->rows = rows_create();
	model->sequence = -1;
	model->ledger_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->sms_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->faults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->escalation_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->weigh = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->attempts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model->drill_at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	sim->model = model;
}

void model_destroy(struct sim *sim)
{
	struct model *model = sim->model;

	rows_destroy(model->rows);
	g_hash_table_destroy(model->ledger_of);
	g_hash_table_destroy(model->sms_of);
	g_hash_table_destroy(model->faults);
	g_hash_table_destroy(model->escalation_of);
	g_hash_table_destroy(model->weigh);
	g_hash_table_destroy(model->attempts);
	g_hash_table_destroy(model->drill_at);
	g_free(model);
}

/* --- cells from a deed ---------------------------------------------------------------------------- */

/* A member of the detail into a column of the same or another name. */
static void take(struct model *model, struct row *row, const char *column, const struct deed *deed,
	const char *name)
{
	const json_t *value = json_object_get(deed->detail, name);

	if (json_is_string(value)) {
		rows_set(model->rows, row, column, json_string_value(value));
	} else if (json_is_integer(value)) {
		rows_set_int(model->rows, row, column, json_integer_value(value));
	} else if (json_is_boolean(value)) {
		rows_set_int(model->rows, row, column, json_is_true(value));
	} else {
		rows_set(model->rows, row, column, NULL);
	}
}

static void take_all(
	struct model *model, struct row *row, const struct deed *deed, const char *const *names)
{
	for (; *names; names++) {
		take(model, row, *names, deed, *names);
	}
}

static const char *text_of(const struct deed *deed, const char *name)
{
	return json_string_value(json_object_get(deed->detail, name));
}

/* --- calls ---------------------------------------------------------------------------------------- */

static void call_requested(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row = rows_add(sim, model->rows, ROWS_CALL, deed->object, NULL, NULL);
	static const char *const names[] = {
		"item", "item_version", "area", "material", "named_window", "drill", NULL};

	rows_set(model->rows, row, "state", "requested");
	rows_set_int(model->rows, row, "requested_us", deed->time_us);
	rows_set(model->rows, row, "requester_window", deed->window);
	rows_set(model->rows, row, "requester_account", deed->actor);
	take_all(model, row, deed, names);
}

/* The deeds that name the state they lead to; others of the call leave it as it is. */
static void call_moved(struct sim *sim, const struct deed *deed)
{
	struct rows *rows = sim->model->rows;
	struct row *row = rows_find(rows, ROWS_CALL, deed->object, NULL, NULL);
	const char *state = deed->action + strlen("call.");

	demand(sim, row, "deeds are of calls that are there", "%s call=%s", deed->action,
		deed->object);
	sim->counts.joined += strcmp(state, "joined") == 0;
	sim->counts.handed_on += strcmp(state, "transferred") == 0;
	sim->counts.held += strcmp(state, "held") == 0;
	if (!truth_call_moves(sim, row, deed)) {
		truth_call_reaches(sim, row, deed);
		return;
	}
	rows_set(rows, row, "state", strcmp(state, "waiting") == 0 ? "requested" : state);
	if (strcmp(state, "ringing") == 0) {
		rows_set_int(rows, row, "ringing_us", deed->time_us);
	} else if (strcmp(state, "answered") == 0) {
		rows_set_int(rows, row, "answered_us", deed->time_us);
		rows_set(rows, row, "responder_window", deed->window);
		rows_set(rows, row, "responder_account", deed->actor);
	} else if (strcmp(state, "waiting") != 0) {
		rows_set_int(rows, row, "ended_us", deed->time_us);
		take(sim->model, row, "end_reason", deed, "reason");
		take(sim->model, row, "end_by", deed, "by");
	}
}

static void call_marked(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row = rows_find(model->rows, ROWS_MARK, deed->object, NULL, NULL);

	if (!text_of(deed, "mark")) {
		if (row) {
			rows_remove(model->rows, row);
		}
		return;
	}
	if (!row) {
		row = rows_add(sim, model->rows, ROWS_MARK, deed->object, NULL, NULL);
	}
	take(model, row, "mark", deed, "mark");
	take(model, row, "service_window", deed, "window");
	take(model, row, "requester_window", deed, "requester_window");
	take(model, row, "month", deed, "month");
	rows_set(model->rows, row, "account", deed->actor);
	rows_set_int(model->rows, row, "at_us", deed->time_us);
}

static void of_call(struct sim *sim, const struct deed *deed)
{
	if (strcmp(deed->action, "call.requested") == 0) {
		call_requested(sim, deed);
	} else if (strcmp(deed->action, "call.marked") == 0) {
		call_marked(sim, deed);
	} else if (strcmp(deed->action, "call.flood") != 0) {
		call_moved(sim, deed);
	}
}

static void of_attempt(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row = rows_add(
		sim, model->rows, ROWS_ATTEMPT, deed->object, text_of(deed, "window"), NULL);
	void *count = g_hash_table_lookup(model->attempts, deed->object);
	static const char *const names[] = {"round", "participant", "account", "on_duty",
		"in_hours", "drill", "begun_us", "rung_us", "delivered_us", "displayed_us",
		"tone_us", "silent_us", "outcome", "cause", "countable", "why_not", NULL};

	take_all(model, row, deed, names);
	rows_set_int(model->rows, row, "closed_us", deed->time_us);
	g_hash_table_replace(
		model->attempts, g_strdup(deed->object), (void *)((uintptr_t)count + 1));
	truth_check_rehearsing(
		sim, row, rows_find(model->rows, ROWS_CALL, deed->object, NULL, NULL));
}

static void of_queue(struct sim *sim, const struct deed *deed)
{
	struct rows *rows = sim->model->rows;
	const char *state = deed->action + strlen("queue.");
	bool final = strcmp(state, "waiting") != 0 && strcmp(state, "rung") != 0;
	struct row *row = rows_find(rows, ROWS_QUEUE, deed->object, NULL, NULL);

	if (!row) {
		row = rows_add(sim, rows, ROWS_QUEUE, deed->object, NULL, NULL);
		rows_set_int(rows, row, "entered_us", deed->time_us);
	}
	demand(sim, !rows_get(row, "left_us"), "a queue is left once", "call=%s", deed->object);
	rows_set(rows, row, "state", state);
	if (final) {
		rows_set_int(rows, row, "left_us", deed->time_us);
	}
}

/* --- short messages ------------------------------------------------------------------------------- */

static void of_sms(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row;
	static const char *const moving[] = {
		"round", "tries", "step", "unclear", "next_us", "error", NULL};

	if (!deed->object) {
		return; /* somebody looked at the list */
	}
	if (text_of(deed, "key")) {
		row = rows_add(sim, model->rows, ROWS_SMS, deed->object, NULL, NULL);
		take(model, row, "key", deed, "key");
		take(model, row, "kind", deed, "kind");
		take(model, row, "area", deed, "area");
		take(model, row, "service_window", deed, "window");
		take(model, row, "subject_kind", deed, "subject_kind");
		take(model, row, "subject_id", deed, "subject");
		rows_set_int(model->rows, row, "created_us", deed->time_us);
		demand(sim, !g_hash_table_contains(model->sms_of, text_of(deed, "key")),
			"one message of each key", "key=%s", text_of(deed, "key"));
		g_hash_table_insert(model->sms_of, g_strdup(text_of(deed, "key")), row);
	} else {
		row = rows_find(model->rows, ROWS_SMS, deed->object, NULL, NULL);
		demand(sim, row, "deeds are of messages that are there", "sms=%s", deed->object);
		truth_sms_moves(sim, row, deed);
	}
	rows_set(model->rows, row, "state", deed->action + strlen("sms."));
	rows_set_int(model->rows, row, "since_us", deed->time_us);
	take_all(model, row, deed, moving);
}

/* --- the ledger ----------------------------------------------------------------------------------- */

static void count_fault(struct model *model, const struct row *row, int change)
{
	char *key =
		g_strdup_printf("%s %s", rows_get(row, "service_window"), rows_get(row, "month"));
	intptr_t count = (intptr_t)g_hash_table_lookup(model->faults, key);

	g_hash_table_add(model->weigh, g_strdup(key));
	g_hash_table_replace(model->faults, key, (void *)(count + change));
}

static void ledger_added(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row = rows_add(sim, model->rows, ROWS_LEDGER, deed->object, NULL, NULL);
	static const char *const names[] = {"call", "area", "requester_window", "requester_area",
		"month", "cause", "account", "at_us", NULL};
	char *key = g_strdup_printf("%s %s", text_of(deed, "call"), text_of(deed, "window"));

	take_all(model, row, deed, names);
	take(model, row, "service_window", deed, "window");
	take(model, row, "since_us", deed, "at_us");
	rows_set(model->rows, row, "state", "open");
	rows_set_int(model->rows, row, "entries", 0);
	demand(sim, !g_hash_table_contains(model->ledger_of, key), "one ledger row of each attempt",
		"call and window: %s", key);
	g_hash_table_insert(model->ledger_of, key, row);
}

static void entry_added(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	g_autofree char *number = g_strdup_printf("%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(deed->detail, "number")));
	struct row *row = rows_add(sim, model->rows, ROWS_ENTRY, deed->kind, deed->object, number);

	rows_set(model->rows, row, "kind", deed->action + strlen(deed->kind) + 1);
	rows_set_int(model->rows, row, "at_us", deed->time_us);
	rows_set(model->rows, row, "account", deed->actor);
	take(model, row, "service_window", deed, "statement_of");
	take(model, row, "reason", deed, "reason");
	take(model, row, "text_sha256", deed, "text_sha256");
}

static void of_ledger(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row;
	const char *state = text_of(deed, "state");

	if (strcmp(deed->action, "ledger.added") == 0) {
		ledger_added(sim, deed);
		return;
	}
	if (!json_object_get(deed->detail, "number")) {
		return; /* looked at */
	}
	row = rows_find(model->rows, ROWS_LEDGER, deed->object, NULL, NULL);
	demand(sim, row && state, "deeds are of rows that are there", "ledger=%s", deed->object);
	truth_ledger_moves(sim, row, state);
	count_fault(
		model, row, (strcmp(state, "at_fault") == 0) - rows_is(row, "state", "at_fault"));
	if (!rows_is(row, "state", state)) {
		rows_set_int(model->rows, row, "since_us", deed->time_us);
	}
	rows_set(model->rows, row, "state", state);
	take(model, row, "entries", deed, "number");
	entry_added(sim, deed);
}

static void of_escalation(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row;

	if (!json_object_get(deed->detail, "number")) {
		return;
	}
	row = rows_find(model->rows, ROWS_ESCALATION, deed->object, NULL, NULL);
	if (!row) {
		row = rows_add(sim, model->rows, ROWS_ESCALATION, deed->object, NULL, NULL);
		take(model, row, "service_window", deed, "window");
		take(model, row, "month", deed, "month");
		g_hash_table_replace(model->escalation_of,
			g_strdup_printf(
				"%s %s", rows_get(row, "service_window"), rows_get(row, "month")),
			row);
	}
	rows_set(model->rows, row, "state", deed->action + strlen("escalation."));
	rows_set_int(model->rows, row, "since_us", deed->time_us);
	take(model, row, "area", deed, "area");
	take(model, row, "body", deed, "body");
	take(model, row, "entries", deed, "number");
	if (rows_is(row, "state", "raised")) {
		rows_set_int(model->rows, row, "raised_us", deed->time_us);
	}
	entry_added(sim, deed);
}

/* --- rehearsals ------------------------------------------------------------------------------------ */

const struct row *model_drill(const struct sim *sim, const char *window, const char *item)
{
	const struct town_window *at = town_window_of(sim->town, window);
	const struct row *drill =
		at ? g_hash_table_lookup(sim->model->drill_at, at->hall->id) : NULL;
	const char *only = drill ? rows_get(drill, "item") : NULL;

	return !only || strcmp(only, item) == 0 ? drill : NULL;
}

static void drill_begun(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	struct row *row = rows_add(sim, model->rows, ROWS_DRILL, deed->object, NULL, NULL);

	take(model, row, "hall", deed, "hall");
	take(model, row, "item", deed, "item");
	take(model, row, "until_us", deed, "until_us");
	rows_set(model->rows, row, "state", "running");
	rows_set(model->rows, row, "account", deed->actor);
	rows_set_int(model->rows, row, "started_us", deed->time_us);
	truth_drill_begins(sim, row);
	g_hash_table_replace(model->drill_at, g_strdup(rows_get(row, "hall")), row);
}

static void of_drill(struct sim *sim, const struct deed *deed)
{
	struct model *model = sim->model;
	const char *state = deed->action + strlen("drill.");
	struct row *row;

	if (strcmp(state, "begun") == 0) {
		drill_begun(sim, deed);
		return;
	}
	row = rows_find(model->rows, ROWS_DRILL, deed->object, NULL, NULL);
	demand(sim, row && rows_is(row, "state", "running"), "deeds are of rehearsals that run",
		"%s drill=%s", deed->action, deed->object);
	if (strcmp(state, "joined") == 0) {
		(void)rows_add(sim, model->rows, ROWS_DRILL_CALL, deed->object,
			text_of(deed, "call"), NULL);
		return;
	}
	truth_drill_ends(sim, row, deed);
	rows_set(model->rows, row, "state", state);
	rows_set(model->rows, row, "ended_by", deed->actor);
	rows_set_int(model->rows, row, "ended_us", deed->time_us);
	g_hash_table_remove(model->drill_at, rows_get(row, "hall"));
}

/* --- reading -------------------------------------------------------------------------------------- */

static const struct {
	const char *prefix;
	void (*tell)(struct sim *sim, const struct deed *deed);
} tellers[] = {
	{"call.", of_call},
	{"attempt.closed", of_attempt},
	{"queue.", of_queue},
	{"sms.", of_sms},
	{"ledger.", of_ledger},
	{"escalation.", of_escalation},
	{"drill.", of_drill},
};

static void tell(struct sim *sim, struct fw_statement *row)
{
	const char *detail = fw_db_column_text(row, 7);
	struct deed deed = {
		.sequence = fw_db_column_int(row, 0),
		.time_us = fw_db_column_int(row, 1),
		.actor = fw_db_column_text(row, 2),
		.window = fw_db_column_text(row, 3),
		.action = fw_db_column_text(row, 4),
		.kind = fw_db_column_text(row, 5),
		.object = fw_db_column_text(row, 6),
	};

	demand(sim, deed.sequence == sim->model->sequence + 1, "the log has no holes",
		"sequence=%" G_GINT64_FORMAT, deed.sequence);
	sim->model->sequence = deed.sequence;
	for (size_t i = 0; i < G_N_ELEMENTS(tellers); i++) {
		if (g_str_has_prefix(deed.action, tellers[i].prefix)) {
			deed.detail = detail ? json_loads(detail, 0, NULL) : NULL;
			tellers[i].tell(sim, &deed);
			json_decref(deed.detail);
			return;
		}
	}
}

void model_read(struct sim *sim)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(sim->server->db,
		"SELECT sequence, time_us, actor, at_window, action, object_kind, object_id, detail"
		" FROM audit_log WHERE sequence > ?1 ORDER BY sequence",
		FW_DB_VALUES(fw_db_int(sim->model->sequence)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		tell(sim, rows);
	}
	demand(sim, r == 0, "the log can be read", "errno=%d", -r);
	if (rows_touched(sim->model->rows) > 0) {
		truth_check_step(sim);
		rows_settle(sim, sim->model->rows);
	}
}

void model_check_all(struct sim *sim)
{
	struct fw_audit_head head;
	int64_t bad = -1;

	rows_check_all(sim, sim->model->rows);
	demand(sim, fw_audit_verify(sim->server->db, NULL, &head, &bad) == 0,
		"the chain of the log holds", "sequence=%" G_GINT64_FORMAT, bad);
	demand(sim, head.sequence == sim->model->sequence, "the whole log was read",
		"its last is %" G_GINT64_FORMAT, head.sequence);
}
