/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants:
 *   - desk->drills has exactly the rows of hall_drill that are `running`, each under its hall;
 *   - a row leaves `running` once, with the time and, by hand, the account.
 */
#include "signaling/drill/drill.h"

#include "base/db.h"
#include "base/log.h"
#include "signaling/desk/codes.h"
#include "signaling/desk/deeds.h"
#include "signaling/desk/emit.h"
#include "signaling/desk/presence.h"
#include "signaling/desk/queue.h"
#include "signaling/wall/wall.h"

#include <assert.h>
#include <errno.h>

#define FW_LOG_TOPIC "drill"

const char *const fw_drill_states[] = {"running", "ended", "over", NULL};

#define TO(state) (1u << FW_DRILL_##state)

static const unsigned legal[FW_DRILL_STATE_COUNT] = {
	[FW_DRILL_RUNNING] = TO(ENDED) | TO(OVER),
};

bool fw_drill_state_legal(enum fw_drill_state from, enum fw_drill_state to)
{
	return (legal[from] & (1u << to)) != 0;
}

/* --- asking --------------------------------------------------------------------------------------- */

const struct fw_drill *fw_drill_at(const struct fw_desk *desk, const struct fw_hall *hall)
{
	return g_hash_table_lookup(desk->drills, hall->id);
}

const struct fw_drill *fw_drill_of_hall(
	const struct fw_desk *desk, const struct fw_hall *hall, const struct fw_item *item)
{
	const struct fw_drill *drill = fw_drill_at(desk, hall);

	return drill && (!drill->item || drill->item == item) ? drill : NULL;
}

const struct fw_drill *fw_drill_of(
	const struct fw_desk *desk, const struct fw_place *place, const struct fw_item *item)
{
	return fw_drill_of_hall(desk, place->hall, item);
}

void fw_drill_render(struct fw_json *json, const char *key, const struct fw_drill *drill)
{
	if (!drill) {
		fw_json_null(json, key);
		return;
	}
	fw_json_open(json, key, '{');
	fw_json_int(json, "id", drill->id);
	fw_json_open(json, "hall", '{');
	fw_json_text(json, "id", drill->hall->id);
	fw_json_text(json, "name", drill->hall->name);
	fw_json_close(json, '}');
	if (drill->item) {
		fw_json_open(json, "item", '{');
		fw_json_text(json, "id", drill->item->id);
		fw_json_text(json, "name", drill->item->name);
		fw_json_close(json, '}');
	} else {
		fw_json_null(json, "item");
	}
	fw_json_int(json, "until_us", drill->until_us);
	fw_json_close(json, '}');
}

int fw_drill_refuse(const struct fw_drill *drill, struct fw_answer *answer)
{
	g_snprintf(answer->extra, sizeof(answer->extra), "\"until_us\":%" G_GINT64_FORMAT,
		drill->until_us);
	g_snprintf(answer->text, sizeof(answer->text), "%s正在演练，现在只能发起演练呼叫",
		drill->hall->name);
	return FW_CODE_DRILL_RUNNING;
}

/* --- telling -------------------------------------------------------------------------------------- */

static void tell(struct fw_desk *desk, const struct fw_client *client, const struct fw_hall *hall)
{
	struct fw_json json;

	fw_event_begin(&json, "drill.changed");
	fw_drill_render(&json, "drill", fw_drill_at(desk, hall));
	fw_event_send(desk, client, &json);
}

/* Who sits in the hall, who looks at the directory, who watches the wall, and calls that wait for its windows. */
static void announce(struct fw_desk *desk, const struct fw_hall *hall)
{
	const GPtrArray *places = hall->area->windows;

	fw_presence_stir(desk);
	fw_wall_stir(desk);
	for (guint i = 0; i < places->len; i++) {
		const struct fw_place *place = g_ptr_array_index(places, i);
		const struct fw_client *client = fw_desk_window(desk, place)->client;

		if (place->hall != hall) {
			continue;
		}
		fw_queue_stir(desk, place);
		if (client) {
			tell(desk, client, hall);
		}
	}
}

/* --- beginning and ending -------------------------------------------------------------------------- */

static struct fw_drill *add(struct fw_desk *desk, int64_t id, const struct fw_hall *hall,
	const struct fw_item *item, int64_t until_us)
{
	struct fw_drill *drill = fw_memory_add(desk->memory, FW_RECORD_DRILL, sizeof(*drill));

	drill->id = id;
	drill->hall = hall;
	drill->item = item;
	drill->until_us = until_us;
	drill->until = until_us + desk->ahead;
	fw_memory_index(desk->memory, desk->drills, (void *)hall->id, drill);
	fw_memory_remind(desk->memory, drill, drill->until);
	return drill;
}

static int write_deed(struct fw_desk *desk, const struct fw_drill *drill,
	const struct fw_account *account, const char *action)
{
	g_autofree char *object = g_strdup_printf("%" G_GINT64_FORMAT, drill->id), *detail = NULL;
	struct fw_json json;

	fw_json_init(&json);
	fw_json_open(&json, NULL, '{');
	fw_json_text(&json, "hall", drill->hall->id);
	fw_json_text(&json, "item", drill->item ? drill->item->id : NULL);
	fw_json_int(&json, "until_us", drill->until_us);
	fw_json_close(&json, '}');
	detail = fw_json_steal(&json);
	fw_info("%s drill=%s hall=%s", action, object, drill->hall->id);
	return fw_deed(desk, account, NULL, action, "drill", object, detail);
}

int fw_drill_begin(struct fw_desk *desk, const struct fw_account *account,
	const struct fw_hall *hall, const struct fw_item *item, int64_t until_us, int64_t *ret_id)
{
	struct fw_drill *drill;
	int r = fw_db_query_int(desk->setup.db, "SELECT COALESCE(MAX(id), 0) + 1 FROM hall_drill",
		FW_DB_NO_VALUES, ret_id);

	if (r < 0) {
		return r;
	}
	drill = add(desk, *ret_id, hall, item, until_us);
	r = fw_db_run(desk->setup.db,
		"INSERT INTO hall_drill (id, hall, item, state, started_us, until_us, account)"
		" VALUES (?1, ?2, ?3, 'running', ?4, ?5, ?6)",
		FW_DB_VALUES(fw_db_int(drill->id), fw_db_text(hall->id),
			fw_db_text(item ? item->id : NULL), fw_db_int(desk->now_us),
			fw_db_int(until_us), fw_db_text(account->person->id)),
		NULL);
	if (r < 0) {
		return r;
	}
	announce(desk, hall);
	return write_deed(desk, drill, account, "drill.begun");
}

int fw_drill_end(struct fw_desk *desk, struct fw_drill *drill, const struct fw_account *account)
{
	enum fw_drill_state state = account ? FW_DRILL_ENDED : FW_DRILL_OVER;
	int r = fw_db_run(desk->setup.db,
		"UPDATE hall_drill SET state = ?1, ended_us = ?2, ended_by = ?3 WHERE id = ?4",
		FW_DB_VALUES(fw_db_text(fw_drill_states[state]), fw_db_int(desk->now_us),
			fw_db_text(account ? account->person->id : NULL), fw_db_int(drill->id)),
		NULL);

	assert(fw_drill_state_legal(FW_DRILL_RUNNING, state));
	if (r < 0 ||
		(r = write_deed(desk, drill, account, account ? "drill.ended" : "drill.over")) < 0) {
		return r;
	}
	fw_memory_index(desk->memory, desk->drills, (void *)drill->hall->id, NULL);
	announce(desk, drill->hall);
	fw_memory_drop(desk->memory, drill);
	return 0;
}

int fw_drill_due(struct fw_desk *desk, struct fw_drill *drill)
{
	if (drill->until > desk->now) {
		fw_memory_remind(desk->memory, drill, drill->until);
		return 0;
	}
	return fw_drill_end(desk, drill, NULL);
}

int fw_drills_load(struct fw_desk *desk)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT id, hall, item, until_us FROM hall_drill WHERE state = 'running'",
		FW_DB_NO_VALUES, &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		const struct fw_hall *hall =
			g_hash_table_lookup(desk->catalogue->halls, fw_db_column_text(rows, 1));
		const char *id = fw_db_column_text(rows, 2);
		const struct fw_item *item = id ? fw_catalogue_item(desk->catalogue, id) : NULL;

		if (!hall || (id && !item)) {
			return -EBADMSG;
		}
		(void)add(desk, fw_db_column_int(rows, 0), hall, item, fw_db_column_int(rows, 3));
	}
	return r;
}

/* --- its calls ------------------------------------------------------------------------------------- */

int fw_drill_note(struct fw_desk *desk, const struct fw_call *call, const struct fw_window *window)
{
	const struct fw_drill *drill =
		call->drill ? fw_drill_of(desk, window->place, call->item) : NULL;
	g_autofree char *object = NULL, *detail = NULL;
	int64_t added = 0;
	int r;

	if (!drill) {
		return 0;
	}
	r = fw_db_run(desk->setup.db,
		"INSERT INTO drill_call (drill, call) VALUES (?1, ?2)"
		" ON CONFLICT (drill, call) DO NOTHING",
		FW_DB_VALUES(fw_db_int(drill->id), fw_db_text(call->id)), &added);
	if (r < 0 || added == 0) {
		return r;
	}
	object = g_strdup_printf("%" G_GINT64_FORMAT, drill->id);
	detail = g_strdup_printf("{\"call\":\"%s\"}", call->id);
	return fw_deed(desk, NULL, window, "drill.joined", "drill", object, detail);
}
