/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/calendar_load.h"

#include "base/db.h"
#include "base/log.h"

#include <errno.h>

#define FW_LOG_TOPIC "calendar"

#define CLOSURE_KEPT_US (366 * FW_DAY_US) /* long over: nobody asks about it */

typedef int row_reader(struct fw_calendar *calendar, struct fw_statement *row);

static int read_hours(struct fw_calendar *calendar, struct fw_statement *row)
{
	return fw_calendar_add_hours(calendar, fw_db_column_text(row, 0),
		(int)fw_db_column_int(row, 1), (int)fw_db_column_int(row, 2),
		(int)fw_db_column_int(row, 3));
}

static int read_open(struct fw_calendar *calendar, struct fw_statement *row)
{
	fw_calendar_open_on_holidays(calendar, fw_db_column_text(row, 0));
	return 0;
}

static int read_holiday(struct fw_calendar *calendar, struct fw_statement *row)
{
	int day = (int)fw_db_column_int(row, 0), hours_of = (int)fw_db_column_int(row, 2);

	return fw_db_column_int(row, 1) ? fw_calendar_add_day_worked(calendar, day, hours_of)
					: fw_calendar_add_day_off(calendar, day);
}

static int read_closure(struct fw_calendar *calendar, struct fw_statement *row)
{
	return fw_calendar_add_closure(calendar, fw_db_column_text(row, 0),
		fw_db_column_int(row, 1), fw_db_column_int(row, 2));
}

static int for_each_row(struct fw_calendar *calendar, struct fw_db *db, const char *sql,
	int64_t since_us, row_reader *reader)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	int r = fw_db_query(db, sql, FW_DB_VALUES(fw_db_int(since_us)), &rows);

	while (r >= 0 && (r = fw_db_step(rows)) > 0) {
		if (reader(calendar, rows) < 0) {
			fw_error("rows contradict each other sql=\"%s\" first=%s", sql,
				fw_db_column_text(rows, 0));
			return -EBADMSG;
		}
	}
	return r;
}

int fw_calendar_load(struct fw_db *db, int64_t now_us, struct fw_calendar **ret_calendar)
{
	static const struct {
		const char *sql; /* ?1: closures that ended before do not matter */
		row_reader *reader;
	} steps[] = {
		{"SELECT hall, weekday, begin_minute, end_minute FROM office_hours WHERE ?1 = ?1"
		 " ORDER BY hall, weekday, begin_minute",
			read_hours},
		{"SELECT id FROM hall WHERE holidays_open = 1 AND ?1 = ?1 ORDER BY id", read_open},
		{"SELECT day, CASE kind WHEN 'work' THEN 1 ELSE 0 END, hours_of FROM holiday"
		 " WHERE ?1 = ?1 ORDER BY day",
			read_holiday},
		{"SELECT hall, from_us, until_us FROM closure WHERE withdrawn_us IS NULL"
		 " AND until_us > ?1 ORDER BY id",
			read_closure},
	};
	fw_cleanup(fw_calendar_destroy) struct fw_calendar *calendar = fw_calendar_create();

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		int r = for_each_row(
			calendar, db, steps[i].sql, now_us - CLOSURE_KEPT_US, steps[i].reader);

		if (r < 0) {
			return r;
		}
	}
	*ret_calendar = g_steal_pointer(&calendar);
	return 0;
}
