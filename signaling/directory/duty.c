/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/directory/duty.h"

#include "base/db.h"
#include "signaling/desk/state.h"
#include "signaling/directory/calendar.h"

int fw_duty_on(struct fw_desk *desk, const struct fw_window *window, int64_t at_us)
{
	fw_cleanup(fw_db_done) struct fw_statement *rows = NULL;
	const struct fw_place *place = window->place;
	int r = fw_db_query(desk->setup.db,
		"SELECT COUNT(*), COALESCE(MAX(CASE WHEN service_window = ?3 AND begin_minute <= ?4"
		" AND ?4 < end_minute THEN 1 ELSE 0 END), 0) FROM duty WHERE hall = ?1 AND day = "
		"?2",
		FW_DB_VALUES(fw_db_text(place->hall->id), fw_db_int(fw_calendar_day(at_us)),
			fw_db_text(place->id), fw_db_int(fw_calendar_minute(at_us))),
		&rows);

	if (r < 0 || (r = fw_db_step(rows)) < 0) {
		return r;
	}
	if (fw_db_column_int(rows, 0) > 0) {
		return (int)fw_db_column_int(rows, 1);
	}
	return place->home && fw_calendar_is_open(desk->calendar, place->hall->id, at_us);
}
