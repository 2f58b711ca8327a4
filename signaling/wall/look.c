/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/wall/look.h"

#include "base/db.h"
#include "signaling/directory/calendar.h"
#include "signaling/directory/duty.h"

#include <string.h>

#define HOUR_US   (60 * FW_MINUTE_US)
#define HOURS_MAX 24 /* how far back the beginning of a duty is looked for */

struct fw_wall_hall *fw_wall_hall_of(struct fw_desk *desk, const struct fw_hall *hall)
{
	struct fw_wall_hall *row = g_hash_table_lookup(desk->wall_halls, hall->id);

	if (!row) {
		row = fw_memory_add(desk->memory, FW_RECORD_WALL_HALL, sizeof(*row));
		row->hall = hall;
		fw_memory_index(desk->memory, desk->wall_halls, (void *)hall->id, row);
	}
	return row;
}

/* --- who should be here --------------------------------------------------------------------------- */

/* When the duty that runs now began, to the minute: back by hours, then by minutes. */
static int64_t duty_began(struct fw_desk *desk, const struct fw_window *window)
{
	int64_t at_us = desk->now_us - desk->now_us % FW_MINUTE_US;

	for (int i = 0; i < HOURS_MAX && fw_duty_on(desk, window, at_us - HOUR_US) > 0; i++) {
		at_us -= HOUR_US;
	}
	for (int i = 0; i < 60 && fw_duty_on(desk, window, at_us - FW_MINUTE_US) > 0; i++) {
		at_us -= FW_MINUTE_US;
	}
	return at_us;
}

/* Windows of a hall mostly begin together: whether this one did, at the time of the one before. */
static bool began_then(struct fw_desk *desk, const struct fw_window *window, int64_t at_us)
{
	return at_us && fw_duty_on(desk, window, at_us) > 0 &&
		fw_duty_on(desk, window, at_us - FW_MINUTE_US) == 0;
}

static int look_at_window(struct fw_desk *desk, struct fw_window *window, int64_t *began_us)
{
	int on = window->place->closed ? 0 : fw_duty_on(desk, window, desk->now_us);

	if (on < 0) {
		return on;
	}
	if ((on > 0) == (window->expected_us != 0)) {
		return 0;
	}
	fw_memory_touch(desk->memory, window);
	if (on == 0) {
		window->expected_us = 0;
		return 0;
	}
	if (!began_then(desk, window, *began_us)) {
		*began_us = duty_began(desk, window);
	}
	window->expected_us = *began_us;
	return 0;
}

static int look_at_windows(struct fw_desk *desk)
{
	const struct fw_hall *hall = NULL;
	int64_t began_us = 0;
	int r = 0;

	for (guint i = 0; r >= 0 && i < desk->windows->len; i++) {
		struct fw_window *window = g_ptr_array_index(desk->windows, i);

		if (window->place->hall != hall) {
			hall = window->place->hall;
			began_us = 0;
		}
		r = look_at_window(desk, window, &began_us);
	}
	return r;
}

/* --- short messages ------------------------------------------------------------------------------- */

struct troubles {
	unsigned failed, uncertain;
};

static int count_troubles(struct fw_desk *desk, GHashTable *found)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(desk->setup.db,
		"SELECT w.hall, s.state, COUNT(*) FROM sms s"
		" JOIN service_window w ON w.id = s.service_window"
		" WHERE (s.state = 'failed' OR s.state = 'uncertain') AND s.created_us > ?1"
		" GROUP BY w.hall, s.state",
		FW_DB_VALUES(fw_db_int(desk->now_us - FW_WALL_SMS_DAYS * FW_DAY_US)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		struct fw_hall *hall =
			g_hash_table_lookup(desk->catalogue->halls, fw_db_column_text(rows, 0));
		struct troubles *one = hall ? g_hash_table_lookup(found, hall) : NULL;

		if (hall && !one) {
			one = g_new0(struct troubles, 1);
			g_hash_table_insert(found, hall, one);
		}
		if (one && strcmp(fw_db_column_text(rows, 1), "failed") == 0) {
			one->failed = (unsigned)fw_db_column_int(rows, 2);
		} else if (one) {
			one->uncertain = (unsigned)fw_db_column_int(rows, 2);
		}
	}
	return r;
}

static int look_at_messages(struct fw_desk *desk)
{
	g_autoptr(GHashTable) found = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	int r = count_troubles(desk, found);
	GHashTableIter iter;
	void *hall, *row;

	if (r < 0) {
		return r;
	}
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, &hall, NULL)) {
		(void)fw_wall_hall_of(desk, hall);
	}
	g_hash_table_iter_init(&iter, desk->wall_halls);
	while (g_hash_table_iter_next(&iter, NULL, &row)) {
		struct fw_wall_hall *one = row;
		const struct troubles *now = g_hash_table_lookup(found, one->hall);
		unsigned failed = now ? now->failed : 0, uncertain = now ? now->uncertain : 0;

		if (one->sms_failed != failed || one->sms_uncertain != uncertain) {
			fw_memory_touch(desk->memory, one);
			one->sms_failed = failed;
			one->sms_uncertain = uncertain;
		}
	}
	return 0;
}

int fw_wall_look(struct fw_desk *desk)
{
	int r = look_at_windows(desk);

	return r < 0 ? r : look_at_messages(desk);
}
