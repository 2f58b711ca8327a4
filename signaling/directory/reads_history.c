/* SPDX-License-Identifier: Apache-2.0 */
/* What was changed of one object of the organisation, by whom and when: its deeds in the audit log, latest first. */
#include "signaling/directory/history.h"
#include "signaling/reads_office.h"

#define DEEDS " FROM audit_log l LEFT JOIN account a ON a.id = l.actor WHERE"

/* Not who sat down there or signed in. */
#define CHANGES \
	"(l.action LIKE '%.created' OR l.action LIKE '%.changed' OR l.action LIKE '%.closed'" \
	" OR l.action LIKE '%.reopened' OR l.action LIKE '%.password_reset'" \
	" OR l.action LIKE '%.password_changed' OR l.action LIKE '%.locked'" \
	" OR l.action LIKE 'duty.%')"

static void render(struct fw_json *json, struct fw_statement *row)
{
	const char *detail = fw_db_column_text(row, 4);

	fw_json_int(json, "at_us", fw_db_column_int(row, 0));
	fw_read_render_named(json, "account", row, 1);
	fw_json_text(json, "action", fw_db_column_text(row, 3));
	fw_json_raw(json, "detail", detail ? detail : "{}");
}

/* The desk has checked that there is such an object, and that it may be looked at. */
static void narrow(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *kind_name = fw_read_param(question, "kind"), *id = fw_read_param(question, "id");
	enum fw_kept_kind kind;

	if (!kind_name || !id || !fw_kept_kind_from_name(kind_name, &kind)) {
		*ret_bad = true;
		return;
	}
	fw_read_text(query, " AND l.object_kind = ?", fw_history_objects[kind]);
	fw_read_text(query, " AND l.object_id = ?", id);
}

int fw_read_history(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*)" DEEDS CHANGES,
		.rows = "SELECT l.time_us, l.actor, a.name, l.action, l.detail" DEEDS CHANGES,
		.narrow = narrow,
		.order = " ORDER BY l.sequence DESC",
		.one = render,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}
