/* SPDX-License-Identifier: Apache-2.0 */
/* The list of rehearsals of halls, and how their calls went. */
#include "signaling/drill/drill.h"
#include "signaling/reads_office.h"

#define DRILLS \
	" FROM hall_drill d JOIN hall h ON h.id = d.hall JOIN account p ON p.id = d.account" \
	" LEFT JOIN account e ON e.id = d.ended_by" \
	" WHERE h.area IN (SELECT code FROM scope)"

/* Calls of the rehearsal of which this holds. */
#define CALLS(condition) \
	", (SELECT COUNT(*) FROM drill_call k JOIN call c ON c.id = k.call" \
	" WHERE k.drill = d.id" condition ")"

static void render(struct fw_json *json, struct fw_statement *row)
{
	fw_json_int(json, "id", fw_db_column_int(row, 0));
	fw_read_render_named(json, "hall", row, 1);
	fw_read_render_named(json, "item", row, 3);
	fw_json_text(json, "state", fw_db_column_text(row, 5));
	fw_json_int(json, "started_us", fw_db_column_int(row, 6));
	fw_json_int(json, "until_us", fw_db_column_int(row, 7));
	fw_read_render_time(json, "ended_us", row, 8);
	fw_read_render_named(json, "account", row, 9);
	fw_read_render_named(json, "ended_by", row, 11);
	fw_json_int(json, "calls", fw_db_column_int(row, 13));
	fw_json_int(json, "answered", fw_db_column_int(row, 14));
	fw_json_int(json, "refused", fw_db_column_int(row, 15));
	fw_json_int(json, "unanswered", fw_db_column_int(row, 16));
	fw_json_int(json, "silent", fw_db_column_int(row, 17));
	fw_read_render_time(json, "answer_mean_us", row, 18);
}

static void narrow(
	struct fw_read_query *query, const struct fw_read_question *question, bool *ret_bad)
{
	const char *hall = fw_read_param(question, "hall"),
		   *state = fw_read_param(question, "state");

	if (hall) {
		fw_read_text(query, " AND d.hall = ?", hall);
	}
	if (state && !g_strv_contains(fw_drill_states, state)) {
		*ret_bad = true;
	} else if (state) {
		fw_read_text(query, " AND d.state = ?", state);
	}
}

int fw_read_drills(struct fw_db *db, const struct fw_read_question *question, int *ret_status,
	struct fw_json *json)
{
	static const struct fw_read_listing listing = {
		.count = "SELECT COUNT(*)" DRILLS,
		.rows = "SELECT d.id, h.id, h.name, d.item, (SELECT i.name FROM item i"
			" WHERE i.id = d.item ORDER BY i.version DESC LIMIT 1), d.state,"
			" d.started_us, d.until_us, d.ended_us, p.id, p.name, e.id, e.name" CALLS("")
				CALLS(" AND c.answered_us IS NOT NULL")
					CALLS(" AND c.state = 'refused'")
						CALLS(" AND c.state = 'unanswered'")
							CALLS(" AND EXISTS (SELECT 1 FROM attempt "
							      "t WHERE t.call ="
							      " c.id AND t.silent_us IS NOT NULL)") ", (SELECT CAST(AVG(c.answered_us - c.requested_us) AS INTEGER)"
												    " FROM drill_call k JOIN call c ON c.id = k.call WHERE k.drill = d.id"
												    " AND c.answered_us >= c.requested_us)" DRILLS,
		.narrow = narrow,
		.order = " ORDER BY d.started_us DESC, d.id DESC",
		.one = render,
	};

	return fw_read_listing(db, question, &listing, ret_status, json);
}
