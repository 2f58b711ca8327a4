/* SPDX-License-Identifier: Apache-2.0 */
/* When halls are open and who is on duty (PROTOCOL-OFFICE.md). Columns: signaling/operations.h. */
#ifndef FW_SIGNALING_OPERATIONS_CALENDAR_H
#define FW_SIGNALING_OPERATIONS_CALENDAR_H

/* clang-format off */
#define FW_OPERATIONS_CALENDAR(X) \
	X(YEARS, GET, "/api/v1/calendar/years", NOTHING, \
		DIRECTORY, NONE, fw_years_operation) \
	X(YEAR, GET, "/api/v1/calendar/years/{year}", NOTHING, \
		DIRECTORY, NONE, fw_year_operation) \
	X(YEAR_CSV, GET, "/api/v1/calendar/years/{year}/export", NOTHING, \
		DIRECTORY, NONE, fw_year_export_operation) \
	X(YEAR_IMPORT, POST, "/api/v1/calendar/years/{year}/import", BYTES, \
		CALENDAR, NONE, fw_year_import_operation) \
	X(YEAR_SAMPLE, POST, "/api/v1/calendar/years/{year}/sample", JSON, \
		CALENDAR, NONE, fw_year_sample_operation) \
	X(CLOSURES, GET, "/api/v1/closures", NOTHING, \
		ROSTER, NONE, fw_closures_operation) \
	X(CLOSURE_ENTER, POST, "/api/v1/closures", JSON, \
		ROSTER, NONE, fw_closure_enter_operation) \
	X(CLOSURE_WITHDRAW, POST, "/api/v1/closures/{closure}/withdraw", JSON, \
		ROSTER, NONE, fw_closure_withdraw_operation) \
	X(DUTY_HALLS, GET, "/api/v1/duty", NOTHING, \
		ROSTER, NONE, fw_duty_halls_operation) \
	X(DUTY, GET, "/api/v1/duty/{hall}", NOTHING, \
		ROSTER, NONE, fw_duty_operation) \
	X(DUTY_SET, PUT, "/api/v1/duty/{hall}", JSON, \
		ROSTER, NONE, fw_duty_set_operation)
/* clang-format on */

#endif
